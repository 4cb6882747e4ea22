//! `waport media list`.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{look, tell};
use crate::cli::Inputs;
use crate::cli::environment::{Trouble, output, today};
use crate::facts::Date;
use crate::media::list::Listing;
use crate::report::{harmless, json_line};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// Adds media IDs from a file, one a line, such as those of a database; `-` is standard input.
    ///
    /// Example: `waport media list --ids-from ids.txt`
    #[arg(long, value_name = "FILE")]
    ids_from: Option<PathBuf>,
    /// `full` is for people, `json` an object for programs.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
    output_format: String,
    /// The day on which uploads live or have expired, as YYYY-MM-DD; by default the current one.
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    #[command(flatten)]
    inputs: Inputs,
}

pub(super) fn run(args: &ListArgs) -> Result<ExitCode, Trouble> {
    let loaded = args.inputs.load()?;
    let today = args.today.unwrap_or_else(today);
    let listed = args.ids_from.as_deref().map(|file| ids_from(file, &args.inputs)).transpose()?.unwrap_or_default();
    let (catalogue, tally) = look(&args.inputs, &loaded, today)?;
    let ids = listed.lines().map(str::trim).filter(|id| !id.is_empty());
    let listing = Listing::of(&catalogue, ids, &loaded.config.media, today);
    let mut out = output();
    match args.output_format.as_str() {
        "json" => out.write_all(&json_line(&listing.json()))?,
        _ => out.write_all(listing.text().as_bytes())?,
    }
    out.flush()?;
    Ok(tell(&args.inputs, &tally, &listing.summary()))
}

/// The text of a list of IDs.
pub(super) fn ids_from(file: &Path, inputs: &Inputs) -> Result<String, Trouble> {
    let piped = file.as_os_str() == "-";
    if piped && inputs.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Trouble::Said("standard input is a payload or a list of IDs, not both".to_owned()));
    }
    let text = if piped {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    text.map_err(|error| Trouble::Said(format!("--ids-from {}: {error}", harmless(&file.to_string_lossy()))))
}
