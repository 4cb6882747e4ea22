//! `waport migrate status`.

use std::io::Write as _;
use std::process::ExitCode;

use super::{StatusArgs, context};
use crate::cli::environment::{Trouble, output};
use crate::migrate::journal::Journal;
use crate::migrate::{session, status};
use crate::report::{harmless, json_line};

pub(super) fn run(args: &StatusArgs) -> Result<ExitCode, Trouble> {
    let loaded = context::load(&args.places)?;
    let entries = Journal::read(&context::journal(&args.places, &loaded));
    let entries = entries.map_err(|error| Trouble::Said(error.to_string()))?;
    let (migrate, now) = (&loaded.config.migrate, session::now());
    let mut out = output();
    if args.places.output_format == "json" {
        out.write_all(&json_line(&status::json(migrate, &entries, now)))?;
    } else if migrate.numbers.is_empty() {
        writeln!(out, "there is no [[migrate.number]] in waport.toml")?;
    } else {
        if entries.is_empty() {
            let journal = context::journal(&args.places, &loaded);
            writeln!(out, "There is no entry in the journal {} yet.", harmless(&journal.to_string_lossy()))?;
        }
        for line in status::text(migrate, &entries, now).lines() {
            writeln!(out, "{}", harmless(line))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
