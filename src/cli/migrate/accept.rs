//! `waport migrate accept`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use super::{AcceptArgs, context};
use crate::cli::environment::{Trouble, output, say};
use crate::migrate::journal::{Entry, Event, Journal, JournalError, Subject};
use crate::migrate::standing::{Registration, Standing};
use crate::migrate::{metadata, session};
use crate::report::json_line;

pub(super) fn run(args: &AcceptArgs) -> Result<ExitCode, Trouble> {
    let loaded = context::load(&args.places)?;
    let number = context::number(&loaded, &args.number)?;
    if args.by.trim().is_empty() {
        return Err(Trouble::Said("--by: say who tried the checklist".to_owned()));
    }
    let name = &number.name;
    let subject = Subject::of(&loaded.config.migrate, number);
    let now = session::now();
    let said = |error: JournalError| Trouble::Said(error.to_string());
    let file = context::journal(&args.places, &loaded);
    let ready = |entries: &[Entry]| may_accept(&Standing::of(entries, &subject), name, args.despite_differences);
    ready(&Journal::read(&file).map_err(said)?)?;
    let mut journal = Journal::open(&file, now).map_err(said)?;
    ready(journal.entries())?;
    journal.append(&subject, Event::Accepted { by: args.by.clone() }, now).map_err(said)?;
    let kept = metadata::file(&file, &subject);
    match metadata::remove(&kept) {
        Ok(true) => journal.append(&subject, Event::BackupRemoved, now).map_err(said)?,
        Ok(false) => {}
        Err(error) => say(&format!("the backup {} could not be removed: {error}; remove it\n", kept.display())),
    }
    let mut out = output();
    if args.places.output_format == "json" {
        out.write_all(&json_line(&json!({ "version": 1, "number": name, "accepted_by": args.by })))?;
    } else if number.pilot && loaded.config.migrate.numbers.len() > 1 {
        writeln!(out, "`{name}` is accepted; the other numbers may follow.")?;
    } else {
        writeln!(out, "`{name}` is accepted.")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a number is as far as that.
fn may_accept(standing: &Standing, name: &str, despite_differences: bool) -> Result<(), Trouble> {
    let is_there = standing.registration == Registration::Done && standing.subscribed;
    match standing.compared.as_deref() {
        Some([]) if is_there => Ok(()),
        Some(_) if is_there && despite_differences => Ok(()),
        Some(differences) if is_there => Err(Trouble::Said(format!(
            "`{name}` is not as before: {}. Run `waport migrate run --number {name} --execute` to compare again, or say \
             `--despite-differences` when they are to stay",
            differences.join("; ")
        ))),
        _ => Err(Trouble::Said(format!(
            "`{name}` is not migrated and verified yet; `waport migrate status` says what is next"
        ))),
    }
}
