//! `waport migrate status`.

use std::io::Write as _;
use std::process::ExitCode;

use super::{StatusArgs, context};
use crate::cli::environment::{Trouble, output};
use crate::migrate::journal::Journal;
use crate::migrate::{session, status};

pub(super) fn run(args: &StatusArgs) -> Result<ExitCode, Trouble> {
    let loaded = context::load(&args.places)?;
    let entries = Journal::read(&context::journal(&args.places, &loaded));
    let entries = entries.map_err(|error| Trouble::Said(error.to_string()))?;
    let (migrate, now) = (&loaded.config.migrate, session::now());
    if args.places.output_format == "json" {
        writeln!(output(), "{}", status::json(migrate, &entries, now))?;
    } else if migrate.numbers.is_empty() {
        writeln!(output(), "there is no [[migrate.number]] in waport.toml")?;
    } else {
        output().write_all(status::text(migrate, &entries, now).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}
