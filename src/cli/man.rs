//! `waport man`.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::environment::{Trouble, output};
use super::{Cli, ManArgs};
use crate::report::harmless;

pub(super) fn man(args: &ManArgs) -> Result<ExitCode, Trouble> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let mut out = output();
    if let Some(folder) = &args.out {
        let fault = |error: io::Error| Trouble::Said(format!("{}: {error}", harmless(&folder.to_string_lossy())));
        fs::create_dir_all(folder).map_err(fault)?;
        for file in pages(&program, folder).map_err(fault)? {
            writeln!(out, "{}", harmless(&file))?;
        }
    } else {
        out.write_all(&page(&program)?)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a page per command into a folder; gives the files.
fn pages(program: &Command, folder: &Path) -> io::Result<Vec<String>> {
    let all = std::iter::once(program).chain(commands(program));
    all.map(|command| Ok(Man::new(command.clone()).generate_to(folder)?.to_string_lossy().into_owned())).collect()
}

/// One page of the program and all its commands.
fn page(program: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = Man::new(program.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in commands(program) {
        let man = Man::new(command.clone());
        let mut sections = Vec::new();
        man.render_synopsis_section(&mut sections)?;
        man.render_description_section(&mut sections)?;
        man.render_options_section(&mut sections)?;
        let name = command.get_bin_name().unwrap_or(command.get_name());
        writeln!(page, ".SH {}", name.to_ascii_uppercase())?;
        for line in String::from_utf8_lossy(&sections).lines() {
            match line.strip_prefix(".SH ") {
                Some(title) => writeln!(page, ".SS {title}")?,
                None => writeln!(page, "{line}")?,
            }
        }
    }
    man.render_version_section(&mut page)?;
    Ok(page)
}

/// The commands below one, each before its own.
fn commands(of: &Command) -> Vec<&Command> {
    of.get_subcommands().flat_map(|command| std::iter::once(command).chain(commands(command))).collect()
}
