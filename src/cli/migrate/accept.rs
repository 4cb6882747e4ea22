//! `waport migrate accept`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use super::{AcceptArgs, context};
use crate::cli::environment::{Trouble, output};
use crate::migrate::journal::{Event, Journal};
use crate::migrate::standing::Standing;

pub(super) fn run(args: &AcceptArgs) -> Result<ExitCode, Trouble> {
    let loaded = context::load(&args.places)?;
    let number = context::number(&loaded, &args.number)?;
    if args.by.trim().is_empty() {
        return Err(Trouble::Said("--by: say who tried the checklist".to_owned()));
    }
    let name = &number.name;
    let now = context::now();
    let said = |error: crate::migrate::journal::JournalError| Trouble::Said(error.to_string());
    let file = context::journal(&args.places, &loaded);
    let refused = || {
        Trouble::Said(format!("`{name}` is not migrated and verified yet; `waport migrate status` says what is next"))
    };
    if !Standing::of(&Journal::read(&file).map_err(said)?, name).is_complete() {
        return Err(refused());
    }
    let mut journal = Journal::open(&file, now).map_err(said)?;
    if !Standing::of(journal.entries(), name).is_complete() {
        return Err(refused());
    }
    journal.append(name, Event::Accepted { by: args.by.clone() }, now).map_err(said)?;
    if args.places.output_format == "json" {
        writeln!(output(), "{}", json!({ "version": 1, "number": name, "accepted_by": args.by }))?;
    } else {
        writeln!(output(), "`{name}` is accepted; the other numbers may follow.")?;
    }
    Ok(ExitCode::SUCCESS)
}
