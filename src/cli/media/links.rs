//! `waport media links`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;

use super::{look, tell};
use crate::cli::Inputs;
use crate::cli::environment::{Trouble, output, today};
use crate::media::links::Hosts;
use crate::report::json_line;

#[derive(Debug, Args)]
pub(in crate::cli) struct LinksArgs {
    /// `full` is for people, `json` an object for programs.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
    output_format: String,
    #[command(flatten)]
    inputs: Inputs,
}

pub(super) fn run(args: &LinksArgs) -> Result<ExitCode, Trouble> {
    let loaded = args.inputs.load()?;
    let (catalogue, tally) = look(&args.inputs, &loaded, today())?;
    let hosts = Hosts::of(&catalogue, &loaded.config);
    let mut out = output();
    match args.output_format.as_str() {
        "json" => out.write_all(&json_line(&hosts.json()))?,
        _ => out.write_all(hosts.text().as_bytes())?,
    }
    out.flush()?;
    Ok(tell(&args.inputs, &tally, &hosts.summary()))
}
