//! What a scan looked at, counted.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use crate::fix::Level;
use crate::form::Form;

/// Counts of a scan. Adding tallies in any order gives the same but for lists, which are in the order of adding.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Files read, standard input included.
    pub files: u64,
    /// Files of code that have to do with WhatsApp.
    pub code: u64,
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
    /// Fixes that were applied, or with a difference would be.
    pub fixed: Fixes,
    /// Files that fixes were applied to.
    pub rewritten: u64,
    /// Files that were left as they were although there were fixes for them: name and reason.
    pub unwritten: Vec<(String, String)>,
    /// Fixes that did not work out, each with its place: faults of this program.
    pub faults: Vec<String>,
    /// What is for people to look at or to do, by the level of the fix and the rule.
    pub items: BTreeMap<(Level, &'static str), Items>,
    /// Values whose content no schema describes yet, by what they are.
    pub unjudged: BTreeMap<String, u64>,
}

/// How many fixes were applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// Safe ones.
    pub safe: u64,
    /// Unsafe ones.
    pub doubtful: u64,
}

impl Fixes {
    /// How many they are together.
    #[must_use]
    pub fn all(self) -> u64 {
        self.safe + self.doubtful
    }
}

impl AddAssign for Fixes {
    fn add_assign(&mut self, other: Self) {
        self.safe += other.safe;
        self.doubtful += other.doubtful;
    }
}

/// Findings of one kind that are left to people.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// How many there are.
    pub count: u64,
    /// The first of them, in order.
    pub first: Vec<Item>,
}

/// A finding that is left to people.
#[derive(Clone, Debug)]
pub struct Item {
    /// The file's name as it is shown.
    pub file: String,
    /// Line, counted from 1.
    pub line: u64,
    /// Column, counted from 1.
    pub column: u64,
    /// What was done, or is to be done.
    pub advice: String,
}

impl Items {
    /// How many are kept.
    pub const FIRST: usize = 5;

    fn add(&mut self, other: Self) {
        self.count += other.count;
        let room = Self::FIRST - self.first.len();
        self.first.extend(other.first.into_iter().take(room));
    }
}

impl Tally {
    /// Whether something that was named could not be looked at, or fixes could not be written.
    #[must_use]
    pub fn failed(&self) -> bool {
        let unread = self.unreadable.iter().any(|(.., named)| *named) || !self.named_faults.is_empty();
        unread || !self.unwritten.is_empty() || !self.faults.is_empty()
    }

    /// Adds another tally to this one.
    pub fn add(&mut self, other: Tally) {
        self.files += other.files;
        self.code += other.code;
        self.not_parsed += other.not_parsed;
        self.parsed += other.parsed;
        self.fixable += other.fixable;
        self.ignored += other.ignored;
        self.fixed += other.fixed;
        self.rewritten += other.rewritten;
        for (kind, items) in other.items {
            self.items.entry(kind).or_default().add(items);
        }
        self.unwritten.extend(other.unwritten);
        self.faults.extend(other.faults);
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
