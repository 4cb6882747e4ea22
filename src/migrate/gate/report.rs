//! The gate's verdict as text for people and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::command::count;
use super::{Note, Obstacle, Verdict};
use crate::migrate::Direction;
use crate::report::{harmless, thousands};
use crate::scan::Spots;

/// The verdict for people; each line has its end.
#[must_use]
pub fn text(verdict: &Verdict) -> String {
    let mut out = String::new();
    match verdict.in_the_way.len() {
        0 => out.push_str("The gate is open.\n"),
        1 => out.push_str("The gate is closed. 1 thing is in the way:\n"),
        many => {
            let _ = writeln!(out, "The gate is closed. {many} things are in the way:");
        }
    }
    for obstacle in &verdict.in_the_way {
        write_obstacle(obstacle, &mut out);
    }
    if !verdict.noted.is_empty() {
        out.push_str("\nNoted, and not in the way:\n");
        verdict.noted.iter().for_each(|note| write_note(note, &mut out));
    }
    let seen = &verdict.seen;
    let _ = writeln!(
        out,
        "\nLooked at {}: {}, {}, {} of webhooks. By {}, as of {}.",
        count(seen.files, "file", "files"),
        count(seen.messages, "message", "messages"),
        count(seen.webhooks, "webhook", "webhooks"),
        count(seen.handlers, "handler", "handlers"),
        harmless(&verdict.configuration),
        verdict.today,
    );
    out
}

fn write_obstacle(obstacle: &Obstacle, out: &mut String) {
    let Obstacle { what, help, spots, command, .. } = obstacle;
    let _ = writeln!(out, "\n{}", harmless(what));
    write_spots(spots, out);
    let _ = writeln!(out, "  {}\n  Show: {}", harmless(help), harmless(command));
}

fn write_note(note: &Note, out: &mut String) {
    let _ = writeln!(out, "- {}", harmless(&note.to_string()));
    write_spots(&note.spots, out);
}

fn write_spots(spots: &Spots, out: &mut String) {
    for spot in spots.first() {
        let _ = writeln!(out, "    {spot}");
    }
    let more = spots.count.saturating_sub(spots.first().count() as u64);
    if more > 0 {
        let _ = writeln!(out, "    and {} more", thousands(more));
    }
}

/// The verdict as an object of JSON.
#[must_use]
pub fn json(verdict: &Verdict) -> Value {
    let places = |spots: &Spots| spots.first().map(crate::scan::Spot::to_json).collect::<Vec<_>>();
    let obstacle = |obstacle: &Obstacle| {
        json!({
            "kind": obstacle.kind.as_str(),
            "rule": obstacle.rule,
            "severity": obstacle.severity.map(crate::finding::Severity::as_str),
            "what": obstacle.what,
            "help": obstacle.help,
            "count": obstacle.spots.count,
            "places": places(&obstacle.spots),
            "command": obstacle.command,
        })
    };
    let note = |note: &Note| {
        json!({
            "kind": note.kind.as_str(),
            "what": note.text,
            "count": note.spots.count,
            "places": places(&note.spots),
        })
    };
    let kinds = |direction| {
        let kinds = verdict.seen.kinds.of(direction);
        kinds.map(|(kind, spots)| json!({ "kind": kind, "count": spots.count })).collect::<Vec<_>>()
    };
    let seen = &verdict.seen;
    json!({
        "version": 1,
        "open": verdict.is_open(),
        "today": verdict.today.to_string(),
        "configuration": verdict.configuration,
        "in_the_way": verdict.in_the_way.iter().map(obstacle).collect::<Vec<_>>(),
        "noted": verdict.noted.iter().map(note).collect::<Vec<_>>(),
        "seen": {
            "files": seen.files,
            "code": seen.code,
            "messages": seen.messages,
            "webhooks": seen.webhooks,
            "handlers": seen.handlers,
            "sent": kinds(Direction::Sent),
            "received": kinds(Direction::Received),
        },
    })
}
