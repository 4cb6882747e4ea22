//! `waport config init`, `show` and `schema`.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::environment::{Loaded, Trouble, output, write_file};
use crate::config::{TEMPLATE, schema as schema_of_file};
use crate::report::harmless;

const FILE: &str = "waport.toml";

pub(super) fn init(force: bool) -> Result<ExitCode, Trouble> {
    let path = Path::new(FILE);
    if !force && path.symlink_metadata().is_ok() {
        return Err(Trouble::Said(format!("{FILE} is there already; `--force` writes over it")));
    }
    write_file(path, TEMPLATE)?;
    let mut out = output();
    writeln!(out, "{FILE}")?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn show(file: Option<&Path>, isolated: bool) -> Result<ExitCode, Trouble> {
    let loaded = Loaded::find(file, isolated, None)?;
    let text = loaded.config.to_toml().map_err(|error| Trouble::Said(error.to_string()))?;
    let mut out = output();
    match loaded.file {
        Some(_) => writeln!(out, "# {}", harmless(&loaded.name()))?,
        None => writeln!(out, "# no waport.toml; these are the defaults")?,
    }
    // What a file says may hold anything that TOML can spell.
    for line in text.lines() {
        writeln!(out, "{}", harmless(line))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn schema() -> Result<ExitCode, Trouble> {
    let mut out = output();
    writeln!(out, "{:#}", schema_of_file())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
