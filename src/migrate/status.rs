//! Where each number stands, for people and programs.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::journal::{Entry, Subject};
use super::run::UNPROTECTED;
use super::standing::{Pin, Registration, Standing};
use super::ticket::ticket;
use crate::config::Migrate;
use crate::config::migrate::Number;

/// The stage of a number, in a word.
#[must_use]
pub fn stage(standing: &Standing) -> &'static str {
    match standing.registration {
        _ if standing.accepted_by.is_some() => "accepted",
        Registration::Done if standing.is_complete() => "migrated",
        Registration::Done if standing.compared.as_ref().is_some_and(|found| !found.is_empty()) => "differs",
        Registration::Done if standing.subscribed => "subscribed",
        Registration::Done => "registered",
        Registration::Open(_) => "unknown",
        Registration::Refused => "refused",
        Registration::NotTried if standing.backed_up => "backed-up",
        Registration::NotTried if standing.snapshot.is_some() => "begun",
        Registration::NotTried => "not-begun",
    }
}

/// What is to be done next.
#[must_use]
pub fn next(number: &Number, standing: &Standing) -> String {
    let name = &number.name;
    let run = format!("waport migrate run --number {name} --execute");
    match stage(standing) {
        "accepted" => "nothing".to_owned(),
        "migrated" if number.pilot => {
            format!("try the checklist of `waport migrate plan`, then: waport migrate accept --number {name} --by YOU")
        }
        "migrated" => "switch the senders".to_owned(),
        "differs" => format!(
            "{run} (it compares again), or waport migrate accept --number {name} --by YOU --despite-differences"
        ),
        "refused" if standing.pin != Pin::NotRefused => format!("find the right PIN, then: {run} --pin-corrected"),
        "unknown" => format!("{run} (it finds out first; do not register the number by hand)"),
        _ => run,
    }
}

/// The numbers as text.
#[must_use]
pub fn text(migrate: &Migrate, entries: &[Entry], now: Timestamp) -> String {
    let mut text = String::new();
    for number in migrate.in_order() {
        let standing = Standing::of(entries, &Subject::of(migrate, number));
        let _ = writeln!(text, "{} ({}): {}", number.name, number.display_phone_number, meaning(&standing));
        if standing.is_unprotected() {
            let _ = writeln!(text, "  {UNPROTECTED}");
        }
        match (standing.downtime_began, standing.downtime_ended) {
            (Some(began), Some(ended)) => {
                let seconds = ended.duration_since(began).as_secs();
                let _ = writeln!(text, "  downtime from {began} to {ended}, {seconds} s");
            }
            (Some(began), None) if standing.pin == Pin::TookClientDown => {
                let _ = writeln!(text, "  a wrong PIN took the old client down: downtime since {began}");
            }
            (Some(began), None) => {
                let _ = writeln!(text, "  downtime since {began}, if the registration took effect");
            }
            (None, _) => {}
        }
        for difference in standing.compared.iter().flatten() {
            let _ = writeln!(text, "  differs: {difference}");
        }
        let lately = standing.tried_lately(now);
        if lately > 0 {
            let _ = writeln!(text, "  registrations tried within 72 hours: {lately} of {}", super::standing::MOST);
        }
        if let Some((step, failure)) = &standing.failure {
            let _ = writeln!(text, "  failed at {}: {}", step.as_str(), failure.what);
            text.extend(failure.remedy.iter().map(|remedy| format!("  what helps: {remedy}\n")));
        }
        let _ = writeln!(text, "  next: {}", next(number, &standing));
        if standing.failure.is_some() {
            text.extend(ticket(number, &standing).lines().map(|line| format!("  {line}\n")));
        }
    }
    text
}

/// The numbers as JSON. Fields are only ever added.
#[must_use]
pub fn json(migrate: &Migrate, entries: &[Entry], now: Timestamp) -> Value {
    let each = migrate.in_order().into_iter().map(|number| {
        let standing = Standing::of(entries, &Subject::of(migrate, number));
        let failure = standing.failure.as_ref().map(|(step, failure)| json!({ "step": step, "failure": failure }));
        json!({
            "number": number.name,
            "phone_number_id": number.phone_number_id,
            "stage": stage(&standing),
            "unprotected": standing.is_unprotected(),
            "downtime_began": standing.downtime_began,
            "downtime_ended": standing.downtime_ended,
            "differences": standing.compared.clone().unwrap_or_default(),
            "registrations_within_72_hours": standing.tried_lately(now),
            "accepted_by": standing.accepted_by,
            "failure": failure,
            "next": next(number, &standing),
            "ticket": standing.failure.as_ref().map(|_| ticket(number, &standing)),
        })
    });
    json!({ "version": 1, "numbers": each.collect::<Vec<_>>() })
}

fn meaning(standing: &Standing) -> String {
    match stage(standing) {
        "accepted" => {
            format!("migrated and accepted by {}", standing.accepted_by.as_deref().unwrap_or("somebody"))
        }
        "migrated" => "migrated: registered, subscribed and verified".to_owned(),
        "differs" => "registered and subscribed, but something is not as before".to_owned(),
        "subscribed" => "registered and subscribed, not verified yet".to_owned(),
        "registered" => "registered, the app not subscribed yet: no webhooks are delivered".to_owned(),
        "unknown" => "a registration was sent, and its end is not known".to_owned(),
        "refused" => "not registered: the last registration was refused".to_owned(),
        "backed-up" => "a backup was made, not registered yet".to_owned(),
        "begun" => "looked at, nothing changed yet".to_owned(),
        _ => "not begun".to_owned(),
    }
}
