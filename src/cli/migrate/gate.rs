//! `waport migrate gate`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;

use super::{Basis, Day, failed};
use crate::cli::environment::{Trouble, output};
use crate::migrate::gate::report;
use crate::report::json_line;

#[derive(Debug, Args)]
pub(in crate::cli) struct GateArgs {
    /// `full` is for people, `json` an object for programs.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json"])]
    output_format: String,
    #[command(flatten)]
    day: Day,
    #[command(flatten)]
    basis: Basis,
}

pub(super) fn run(args: &GateArgs) -> Result<ExitCode, Trouble> {
    let today = args.day.known()?;
    let ground = args.basis.ground()?;
    let verdict = ground.gate(today).look().map_err(|error| failed(&ground.root, &error))?;
    let mut out = output();
    match args.output_format.as_str() {
        "json" => out.write_all(&json_line(&report::json(&verdict)))?,
        _ => out.write_all(report::text(&verdict).as_bytes())?,
    }
    out.flush()?;
    Ok(ExitCode::from(u8::from(!verdict.is_open())))
}
