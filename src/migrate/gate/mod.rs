//! The gate: whether all that stands in the project is ready for the numbers to be registered with Cloud API.
//!
//! It looks for itself, now, at what the configuration names, and it heeds nothing that hides or lowers a finding
//! without a reason and a day on which that ends. What the configuration keeps from being checked is looked at, too.
//! Nothing here prints; [`report`] says what was found.

mod away;
mod census;
mod command;
mod media;
pub mod report;
mod verdict;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::facts::Date;
use crate::finding::Severity;
use crate::form::Declared;
use crate::rules;
use crate::scan::{Progress, Spot, Spots, Survey};
use crate::walk::{IgnoreFiles, Input, Walk, relative};
use away::Away;
use census::{Census, Region};
use command::Commands;
pub use verdict::{Kind, Note, NoteKind, Obstacle, Seen, Verdict};

/// What the gate looks at.
#[derive(Clone, Debug)]
pub struct Gate<'a> {
    /// The configuration as it is written.
    pub config: &'a Config,
    /// The folder of the configuration, from the root of the file system.
    pub base: &'a Path,
    /// The same folder as reports name it.
    pub root: &'a Path,
    /// The file of the configuration.
    pub file: &'a Path,
    /// What stands in it.
    pub text: &'a str,
    /// Whether the file was named on the command line, so that commands have to name it, too.
    pub is_named: bool,
    /// The day on which suppressions, media IDs and all else that ends has ended or not.
    pub today: Date,
    /// How many files are looked at at a time, 1 at least.
    pub threads: usize,
}

impl Gate<'_> {
    /// Looks at everything, and judges.
    ///
    /// # Errors
    /// When a thread failed. What cannot be read is in the verdict.
    pub fn look(&self) -> io::Result<Verdict> {
        let (strict, left) = self.config.for_gate(self.today);
        let away = Away::of(self);
        let look = census::Look { gate: self, strict: &strict, left: &left };
        let survey = Survey::of(away.checked.clone().into_iter(), self.threads);
        let handlers = survey.project.handlers();
        let checked = look.at(Region::Checked, away.checked.clone(), survey, &BTreeSet::new())?;
        let plain = strict.without_forms();
        let look = census::Look { strict: &plain, ..look };
        let survey_of = |inputs: &[Input]| match inputs {
            [] => Survey::default(),
            _ => Survey::of(together(&away.checked, inputs).into_iter(), self.threads),
        };
        let of = |region, inputs: &Vec<Input>| look.at(region, inputs.clone(), survey_of(inputs), &checked.known);
        let passed = of(Region::PassedOver, &away.passed_over)?;
        let declared = of(Region::Declared, &self.declared(&away.checked))?;
        let ignored = of(Region::Ignored, &away.ignored)?;
        Ok(Judge { gate: self, away: &away, checked, passed, declared, ignored, handlers }.verdict())
    }

    /// The files of which `[[form]]` says what is in them.
    fn declared(&self, inputs: &[Input]) -> Vec<Input> {
        let said = |input: &&Input| self.declaration(input.path.as_deref()).is_some();
        inputs.iter().filter(said).cloned().collect()
    }

    fn declaration(&self, path: Option<&Path>) -> Option<Declared> {
        if self.config.declares() { self.config.declared(&relative(path?, self.base)) } else { None }
    }

    fn walk(&self, ignore_files: IgnoreFiles) -> Walk {
        Walk {
            paths: vec![self.root.to_path_buf()],
            stdin_name: String::new(),
            ignore_files,
            force_exclude: false,
            include: globset::GlobSet::empty(),
            exclude: globset::GlobSet::empty(),
            base: self.base.to_path_buf(),
        }
    }

    /// The file of the configuration as reports name it.
    fn file_name(&self) -> String {
        self.file.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// What was seen, to be judged.
struct Judge<'a> {
    gate: &'a Gate<'a>,
    away: &'a Away,
    checked: Census,
    passed: Census,
    declared: Census,
    ignored: Census,
    handlers: usize,
}

impl Judge<'_> {
    fn verdict(mut self) -> Verdict {
        let commands = Commands::of(self.gate);
        let mut in_the_way = Vec::new();
        for census in [&self.checked, &self.passed, &self.declared] {
            in_the_way.extend(census.groups.iter().map(|(group, spots)| commands.finding(group, spots)));
        }
        in_the_way.extend(self.suppressions(&commands));
        for census in [&self.checked, &self.passed] {
            let region = census.region;
            in_the_way.extend(census.unreadable.iter().map(|(why, spots)| commands.unreadable(region, why, spots)));
        }
        in_the_way.sort_by_key(|obstacle| (obstacle.kind, std::cmp::Reverse(obstacle.severity)));
        let mut catalogue = std::mem::take(&mut self.checked.catalogue);
        catalogue.merge(std::mem::take(&mut self.passed.catalogue));
        media::add_new(&mut catalogue, std::mem::take(&mut self.declared.catalogue));
        let mut noted = self.notes();
        media::judge(self.gate, &catalogue, &commands, &mut in_the_way, &mut noted);
        let seen = Seen {
            files: self.checked.files,
            code: self.checked.code,
            messages: self.checked.messages,
            webhooks: self.checked.webhooks,
            handlers: self.handlers as u64,
            kinds: std::mem::take(&mut self.checked.kinds),
            catalogue,
        };
        let reason = self.gate.config.migrate.nothing_to_check.as_ref();
        if !seen.is_enough() && reason.is_none() {
            in_the_way.push(commands.nothing_seen(&seen));
        }
        if let Some(reason) = reason {
            let text = format!("[migrate] nothing-to-check: {reason}");
            noted.push(Note { kind: NoteKind::NothingToCheck, text, spots: Spots::default() });
        }
        Verdict { today: self.gate.today, configuration: self.gate.file_name(), in_the_way, noted, seen }
    }

    /// The entries of `[[suppress]]` that are wrong themselves: those that have ended, and those that hold for nothing.
    fn suppressions(&self, commands: &Commands) -> Vec<Obstacle> {
        let all = [&self.checked, &self.passed, &self.declared];
        let complete = all.iter().all(|census| census.unreadable.is_empty());
        let mut faults = [
            (&rules::expired_suppression::RULE, Spots::default()),
            (&rules::unused_suppression::RULE, Spots::default()),
        ];
        for (number, entry) in self.gate.config.suppressions.iter().enumerate() {
            let matched = all.iter().any(|census| census.matched.contains(&number));
            let broken = all.iter().any(|census| census.broken.iter().any(|file| entry.path.is_match(file)));
            let fault = match (entry.is_expired(Some(self.gate.today)), matched) {
                (true, _) => 0,
                (false, false) if complete && !broken => 1,
                _ => continue,
            };
            let line = 1 + memchr::memchr_iter(b'\n', &self.gate.text.as_bytes()[..entry.span.start as usize]).count();
            faults[fault].1.add(Spot { file: self.gate.file_name(), line: line as u64, column: 1 });
        }
        let found = faults.into_iter().filter(|(_, spots)| spots.count > 0);
        found.map(|(rule, spots)| commands.of_configuration(rule, &spots)).collect()
    }

    fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        for (number, entry) in self.gate.config.suppressions.iter().enumerate() {
            let Some(until) = entry.until.filter(|_| entry.counts_at_gate(self.gate.today)) else { continue };
            let mut spots = Spots::default();
            for census in [&self.checked, &self.passed, &self.declared] {
                spots.merge(census.suppressed.get(&number).cloned().unwrap_or_default());
            }
            let text = format!("suppressed until {until}: {} in {}: {}", entry.rule.name, entry.pattern, entry.reason);
            notes.push(Note { kind: NoteKind::Suppression, text, spots });
        }
        for (number, entry) in self.gate.config.migrate.excluded.iter().enumerate() {
            let mut spots = Spots::default();
            for census in [&self.passed, &self.declared] {
                spots.merge(census.accepted.get(&number).cloned().unwrap_or_default());
            }
            let (until, pattern, reason) = (entry.until, &entry.pattern, &entry.reason);
            let text = if self.gate.today < until {
                format!("excluded until {until}: {pattern}: {reason}")
            } else {
                format!("no longer excluded, since that ended on {until}: {pattern}: {reason}")
            };
            notes.push(Note { kind: NoteKind::Excluded, text, spots });
        }
        self.away.notes(self.gate, &mut notes);
        let mut found = Spots::default();
        self.ignored.groups.values().for_each(|spots| found.merge(spots.clone()));
        if found.count > 0 {
            let text = "errors and warnings in what Git ignores; `waport check --no-gitignore` shows them";
            notes.push(Note { kind: NoteKind::Ignored, text: text.to_owned(), spots: found });
        }
        if self.checked.unjudged.count > 0 {
            let text = "not judged, since no schema describes the content yet".to_owned();
            notes.push(Note { kind: NoteKind::Unjudged, text, spots: self.checked.unjudged.clone() });
        }
        notes
    }
}

/// Whether a finding of this severity is in the way.
fn weighs(severity: Severity) -> bool {
    severity >= Severity::Warning
}

/// How far a look is; nobody watches it.
fn unwatched() -> Progress {
    Progress::default()
}

/// Some inputs and others.
fn together(some: &[Input], others: &[Input]) -> Vec<Input> {
    some.iter().chain(others).cloned().collect()
}

/// The paths of inputs.
fn paths(inputs: &[Input]) -> impl Iterator<Item = &PathBuf> {
    inputs.iter().filter_map(|input| input.path.as_ref())
}
