//! What a scan looked at, counted.

use std::collections::BTreeMap;

use crate::form::Form;

/// Counts of a scan. Adding tallies in any order gives the same.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Files read, standard input included.
    pub files: u64,
    /// Documents by form.
    pub documents: BTreeMap<Form, u64>,
    /// Files and lines that are no JSON.
    pub not_parsed: u64,
    /// Lines that are JSON.
    pub parsed: u64,
    /// Files that the configuration says not to judge.
    pub ignored: u64,
    /// Files that could not be read: name, reason, whether named on the command line.
    pub unreadable: Vec<(String, String, bool)>,
    /// The files of `not_parsed`, where nothing else is said of them.
    pub not_json: Vec<(String, String)>,
    /// Named files that are no JSON and say nothing of WhatsApp: name and what is wrong.
    pub named_faults: Vec<(String, String)>,
    /// Shown findings by severity: notes, warnings, errors.
    pub severities: [u64; 3],
    /// Shown findings with a safe fix.
    pub fixable: u64,
    /// Shown findings by rule.
    pub rules: BTreeMap<&'static str, u64>,
    /// Values whose content no schema describes yet, by what they are.
    pub unjudged: BTreeMap<String, u64>,
}

impl Tally {
    /// Adds another tally to this one.
    pub fn add(&mut self, other: Tally) {
        self.files += other.files;
        self.not_parsed += other.not_parsed;
        self.parsed += other.parsed;
        self.fixable += other.fixable;
        self.ignored += other.ignored;
        for (form, count) in other.documents {
            *self.documents.entry(form).or_default() += count;
        }
        for (mine, theirs) in self.severities.iter_mut().zip(other.severities) {
            *mine += theirs;
        }
        for (rule, count) in other.rules {
            *self.rules.entry(rule).or_default() += count;
        }
        for (what, count) in other.unjudged {
            *self.unjudged.entry(what).or_default() += count;
        }
        self.unreadable.extend(other.unreadable);
        self.named_faults.extend(other.named_faults);
        self.not_json.extend(other.not_json);
    }
}
