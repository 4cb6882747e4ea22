//! `graph-version`: a version of Graph API that is served no more, or not for long.

use super::{Applies, CodeVisit, Rule};
use crate::facts::facts;
use crate::facts::tables::Version;
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "graph-version",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::CodeAndSettings,
    fix: &[Level::Manual],
    source: "Meta's Graph API change log",
    page: include_str!("graph_version.md"),
    visit: None,
    code: Some(look),
    say: |finding, _, text| {
        let Args::Version(version) = finding.args else { return };
        let expires = facts().tables.graph_versions().find(version).and_then(|row| row.expires);
        if finding.severity == Severity::Note {
            let _ = write!(text.message, "version {version} of Graph API is served until ");
        } else {
            let _ = write!(text.message, "version {version} of Graph API has not been served ");
        }
        match expires {
            Some(day) if finding.severity == Severity::Note => drop(write!(text.message, "{day}")),
            Some(day) => drop(write!(text.message, "since {day}")),
            None => text.message.push_str("for years"),
        }
        let _ = write!(text.help, "move to {}", facts().tables.graph_versions().newest());
    },
};

/// How many days before its end a version is worth a note.
const SOON: i64 = 90;

pub(super) fn look(visit: &mut CodeVisit<'_>) {
    let Some(today) = visit.today else { return };
    if !visit.speaks() {
        return;
    }
    let versions = facts().tables.graph_versions();
    let mut found = Vec::new();
    for text in visit.uses.texts.iter().filter(|text| !text.part && text.text.len() <= 400) {
        let Some(host) = text.text.find("graph.facebook.com/") else { continue };
        let from = host + "graph.facebook.com/".len();
        let rest = &text.text[from..];
        let name = &rest[..rest.find('/').unwrap_or(rest.len())];
        let Ok(version) = name.parse::<Version>() else { continue };
        let severity = match versions.find(version) {
            Some(row) if row.is_expired(today) => Severity::Warning,
            Some(row) if row.expires.is_some_and(|day| day.days_since(today) <= SOON) => Severity::Note,
            None if version < versions.oldest() => Severity::Warning,
            _ => continue,
        };
        found.push((text.place(from), version, severity));
    }
    for (at, version, severity) in found {
        visit.report_as(&RULE, at, Args::Version(version), "move to a newer version", (severity, RULE.confidence));
    }
}
