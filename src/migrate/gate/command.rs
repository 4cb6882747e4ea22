//! What is in the way, in words, with the command that shows it.

use std::collections::BTreeSet;

use super::census::{Group, Hidden, Region};
use super::{Gate, Kind, Obstacle, Seen};
use crate::config::HostForm;
use crate::finding::Severity;
use crate::report::{harmless, thousands};
use crate::rules::{self, Applies, Rule};
use crate::scan::Spots;

/// Makes commands that work where the gate was asked.
pub(super) struct Commands {
    /// What names the configuration, with a blank before it.
    config: String,
    /// The folder of the configuration.
    root: String,
    /// Whether a host in the configuration makes calls right.
    trusts_hosts: bool,
}

impl Commands {
    pub fn of(gate: &Gate<'_>) -> Self {
        let config = if gate.is_named { format!(" --config {}", quoted(&gate.file_name())) } else { String::new() };
        let trusts_hosts = gate.config.hosts.iter().any(|host| host.form == HostForm::Cloud);
        Self { config, root: quoted(&gate.root.to_string_lossy()), trusts_hosts }
    }

    /// A command under the configuration.
    fn under(&self, command: &str) -> String {
        format!("waport {command}{}", self.config)
    }

    /// A check of what the configuration hides.
    fn without(&self, rule: &str, spots: &Spots) -> String {
        format!("waport check --isolated{} {}", only(rule), self.files(spots))
    }

    /// The files of `spots`, where they are all known, else the folder.
    fn files(&self, spots: &Spots) -> String {
        if spots.first().count() as u64 == spots.count { names(spots) } else { self.root.clone() }
    }

    pub fn finding(&self, group: &Group, spots: &Spots) -> Obstacle {
        let Group { severity, rule, hidden } = *group;
        let (kind, help, command) = match hidden {
            Hidden::Not if self.trusts_hosts && is_about_hosts(rule) => (
                Kind::Finding,
                "Cloud API minds it. What [[host]] makes right does not count here.".to_owned(),
                self.without(rule, spots),
            ),
            Hidden::Not => (
                Kind::Finding,
                format!("`waport explain {rule}` says why Cloud API minds it and what to do."),
                self.under(&format!("check{}", only(rule))),
            ),
            Hidden::Lowered => (
                Kind::Lowered,
                "The configuration lowers the rule, which does not count here. Mend them, or write [[suppress]] with `until`.".to_owned(),
                self.under(&format!("check{}", only(rule))),
            ),
            Hidden::Off => (
                Kind::Lowered,
                "The configuration switches the rule off, which does not count here. Mend them, or write [[suppress]] with `until`.".to_owned(),
                self.without(rule, spots),
            ),
            Hidden::Comment => (
                Kind::Suppressed,
                "A comment suppresses them, and cannot say until when. Mend them, or write [[suppress]] with `until`.".to_owned(),
                self.under(&format!("check --no-suppressions{}", only(rule))),
            ),
            Hidden::Entry => (
                Kind::Suppressed,
                "[[suppress]] counts here only with an `until` that is still to come. Mend them, or write a later one.".to_owned(),
                self.under(&format!("check --no-suppressions{}", only(rule))),
            ),
            Hidden::PassedOver => (
                Kind::PassedOver,
                "What passes these files over gives no reason. Mend them, or write [[migrate.excluded]] with `reason` and `until`.".to_owned(),
                self.under(&format!("check{} {}", only(rule), names(spots))),
            ),
            Hidden::Declared => (
                Kind::Declared,
                "[[form]] takes these files for something else, and gives no reason. Mend them, or write [[migrate.excluded]] with `reason` and `until`.".to_owned(),
                self.without(rule, spots),
            ),
        };
        let where_from = match hidden {
            Hidden::Not => "",
            Hidden::Lowered => ", lowered",
            Hidden::Off => ", switched off",
            Hidden::Comment => ", suppressed by a comment",
            Hidden::Entry => ", suppressed without a day to come",
            Hidden::PassedOver => " in files that are passed over",
            Hidden::Declared => " in files that [[form]] speaks of",
        };
        let noun = if severity == Severity::Error { ("error", "errors") } else { ("warning", "warnings") };
        let what = format!("{} of {rule}{where_from}", count(spots.count, noun.0, noun.1));
        Obstacle { kind, severity: Some(severity), rule: Some(rule), what, help, spots: spots.clone(), command }
    }

    pub fn of_configuration(&self, rule: &'static Rule, spots: &Spots) -> Obstacle {
        Obstacle {
            kind: Kind::Finding,
            severity: Some(rule.severity),
            rule: Some(rule.name),
            what: format!("{} of {}", count(spots.count, "warning", "warnings"), rule.name),
            help: format!("`waport explain {}` says why it matters and what to do.", rule.name),
            spots: spots.clone(),
            command: self.under("check"),
        }
    }

    pub fn unreadable(&self, region: Region, why: &str, spots: &Spots) -> Obstacle {
        let help = if region == Region::PassedOver {
            "What is in there is not known. Mend or remove them, or write [[migrate.excluded]] with `reason` and `until`."
        } else {
            "What is in there is not known. Mend or remove them, or exclude them and write [[migrate.excluded]] with `reason` and `until`."
        };
        Obstacle {
            kind: Kind::Unreadable,
            severity: None,
            rule: None,
            what: format!("{} that cannot be read: {why}", count(spots.count, "file", "files")),
            help: help.to_owned(),
            spots: spots.clone(),
            command: self.under(&format!("check {}", names(spots))),
        }
    }

    pub fn media(&self, kind: Kind, number: u64, spots: &Spots) -> Obstacle {
        let ids = count(number, "media ID", "media IDs");
        let (what, help) = if kind == Kind::ExpiredMedia {
            (
                format!("{ids} whose upload has expired"),
                "Cloud API keeps an upload for 30 days. Upload the files again with `waport media copy`, and translate what names them.",
            )
        } else {
            (
                format!("{ids} of On-Premises API that the media map does not have"),
                "Cloud API does not know them. `waport media copy` uploads the files and writes the map that [media] names.",
            )
        };
        let files =
            if spots.first().count() as u64 == spots.count { format!(" {}", names(spots)) } else { String::new() };
        let command = self.under(&format!("media list{files}"));
        Obstacle { kind, severity: None, rule: None, what, help: help.to_owned(), spots: spots.clone(), command }
    }

    pub fn untested(&self, host: &str, spots: &Spots) -> Obstacle {
        Obstacle {
            kind: Kind::UntestedHost,
            severity: None,
            rule: None,
            what: format!("{} to {}, which was not tried with Cloud API", count(spots.count, "media link", "media links"), harmless(host)),
            help: "Cloud API refuses some hosts that On-Premises API took. Send a message with such a link through Cloud API, then write [[media.tested]] with `host`, `date` and `by`.".to_owned(),
            spots: spots.clone(),
            command: self.under("media links"),
        }
    }

    pub fn nothing_seen(&self, seen: &Seen) -> Obstacle {
        let what = match (seen.messages, seen.webhooks + seen.handlers) {
            (0, 0) => "no message and no webhook was seen",
            (0, _) => "no message was seen",
            _ => "no webhook and no handler of webhooks was seen",
        };
        Obstacle {
            kind: Kind::NothingSeen,
            severity: None,
            rule: None,
            what: what.to_owned(),
            help: "A check that sees nothing finds nothing. Put samples of what you send and receive below the folder of waport.toml, or say in [migrate] `nothing-to-check` why there is none.".to_owned(),
            spots: Spots::default(),
            command: self.under("forms"),
        }
    }
}

/// What asks for one rule. Those about suppressions have nothing to say when others do not run.
fn only(rule: &str) -> String {
    match rules::rule(rule) {
        Some(known) if known.applies != Applies::Run => format!(" --only {rule}"),
        _ => String::new(),
    }
}

/// Whether a rule looks at calls, which a host may make right.
fn is_about_hosts(rule: &str) -> bool {
    let known = [
        "contacts-check",
        "mark-as-read",
        "media-download",
        "media-upload",
        "onprem-auth",
        "onprem-endpoint",
        "onprem-group",
        "onprem-host",
        "sticker-pack",
    ];
    known.contains(&rule)
}

/// The names of the files that are known, for a shell.
fn names(spots: &Spots) -> String {
    let files: BTreeSet<&str> = spots.first().map(|spot| spot.file.as_str()).collect();
    files.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// A word of a command.
pub(super) fn quoted(word: &str) -> String {
    let plain =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-' | b'+' | b'=' | b',' | b'@' | b'%');
    let word = if word.starts_with('-') { format!("./{word}") } else { word.to_owned() };
    if !word.is_empty() && word.bytes().all(plain) { word } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_commands_stay_one_word() {
        assert_eq!(quoted("outbound/a-1.json"), "outbound/a-1.json");
        assert_eq!(quoted("a b's.json"), "'a b'\\''s.json'");
        assert_eq!(quoted("-x.json"), "./-x.json");
        assert_eq!(quoted("$(x)"), "'$(x)'");
    }
}
