//! `waport migrate plan`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;

use super::{Basis, Day, context, failed};
use crate::cli::environment::{Trouble, output};
use crate::migrate::plan::Plan;
use crate::migrate::plan::page::{Look, page};
use crate::report::json_line;

#[derive(Debug, Args)]
pub(in crate::cli) struct PlanArgs {
    /// Only this number, by its name in waport.toml.
    #[arg(long, value_name = "NAME")]
    number: Option<String>,
    /// `full` is for people, `markdown` for a change ticket, `json` an object for programs.
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = ["full", "json", "markdown"])]
    output_format: String,
    #[command(flatten)]
    day: Day,
    #[command(flatten)]
    basis: Basis,
}

pub(super) fn run(args: &PlanArgs) -> Result<ExitCode, Trouble> {
    let today = args.day.known()?;
    let ground = args.basis.ground()?;
    let config = &ground.loaded.config;
    let only = args.number.as_deref().map(|name| context::number(&ground.loaded, name)).transpose()?;
    if config.migrate.numbers.is_empty() {
        let message =
            "waport.toml has no [[migrate.number]], so there is nothing to plan; `waport config init` shows one";
        return Err(Trouble::Said(message.to_owned()));
    }
    let verdict = ground.gate(today).look().map_err(|error| failed(&ground.root, &error))?;
    let plan = Plan::of(config, only, &verdict);
    let bytes = match args.output_format.as_str() {
        "json" => json_line(&plan),
        "markdown" => page(&plan, Look::Markdown).into_bytes(),
        _ => page(&plan, Look::Text).into_bytes(),
    };
    let mut out = output();
    out.write_all(&bytes)?;
    out.flush()?;
    Ok(ExitCode::from(u8::from(!verdict.is_open())))
}
