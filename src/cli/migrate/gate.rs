//! `waport migrate gate`.

use std::io::{ErrorKind, Write as _};
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
    let code = ExitCode::from(u8::from(!verdict.is_open()));
    let text = match args.output_format.as_str() {
        "json" => json_line(&report::json(&verdict)),
        _ => report::text(&verdict).into_bytes(),
    };
    let mut out = output();
    // Whoever asks for the status alone need not read the rest.
    match out.write_all(&text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(code),
    }
}
