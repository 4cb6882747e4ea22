//! What a run notes about suppressions and the baseline, and what it can say of them at its end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::environment::{Loaded, Trouble, write_file};
use super::{CheckArgs, environment};
use crate::baseline::{self, Baseline, Entry};
use crate::check::Checked;
use crate::config::Config;
use crate::diagnose::{Diagnostic, Origin, Positions};
use crate::report::{Suppression, harmless};
use crate::rules::{self, Rule, Text};
use crate::suppress::{By, Fate, Selection, Sieve};
use crate::tree::{Span, offset};

/// What the workers of a run note, each for itself and at last together.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Findings that a suppression hid.
    pub suppressed: u64,
    /// Findings that the baseline hid.
    pub in_baseline: u64,
    /// Entries of the configuration that matched a finding.
    matched: BTreeSet<usize>,
    /// Files that were looked at.
    files: BTreeSet<String>,
    /// Files that do not parse, whole or in part.
    broken: BTreeSet<String>,
    /// What is to be written to the baseline.
    entries: Vec<Entry<'static>>,
}

impl Notes {
    fn add(&mut self, mut other: Self) {
        self.suppressed += other.suppressed;
        self.in_baseline += other.in_baseline;
        self.matched.append(&mut other.matched);
        self.files.append(&mut other.files);
        self.broken.append(&mut other.broken);
        self.entries.append(&mut other.entries);
    }
}

/// How much of a project a run looks at.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    /// All its files.
    Project,
    /// Some of them.
    Files,
    /// A part of one.
    Range,
}

/// The suppressions and the baseline of a run.
pub(super) struct Ledger<'a> {
    pub selection: Selection,
    loaded: &'a Loaded,
    baseline: Option<Baseline>,
    baseline_file: Option<&'a Path>,
    writes: bool,
    prunes: bool,
    scope: Scope,
    notes: Mutex<Notes>,
}

impl<'a> Ledger<'a> {
    pub fn open(args: &'a CheckArgs, loaded: &'a Loaded) -> Result<Self, Trouble> {
        let selection = Selection {
            only: args.only.clone(),
            skip: args.skip.clone(),
            min_confidence: args.min_confidence,
            suppressions: !args.no_suppressions,
            today: Some(args.today.unwrap_or_else(environment::today)),
        };
        let baseline = match &args.baseline {
            Some(file) => read(file, args.write_baseline)?,
            None => None,
        };
        Ok(Self {
            selection,
            loaded,
            baseline,
            baseline_file: args.baseline.as_deref(),
            writes: args.write_baseline,
            prunes: args.prune_baseline,
            scope: match args.range {
                Some(_) => Scope::Range,
                None if args.inputs.are_all(loaded) => Scope::Project,
                None => Scope::Files,
            },
            notes: Mutex::default(),
        })
    }

    /// What reports say of a suppression.
    fn suppression(&self, by: By) -> Suppression<'_> {
        match by {
            By::Comment => Suppression { in_source: true, reason: None },
            By::Entry(number) => {
                let entry = self.loaded.config.suppressions.get(number);
                Suppression { in_source: false, reason: entry.map(|entry| &*entry.reason) }
            }
        }
    }

    /// What the whole run noted.
    pub fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the file at `path` is the baseline itself.
    pub fn is_baseline(&self, path: Option<&PathBuf>) -> bool {
        let (Some(path), Some(baseline)) = (path, self.baseline_file) else { return false };
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        path.file_name() == baseline.file_name() && real(path).is_some_and(|path| real(baseline) == Some(path))
    }

    /// An account for one worker.
    pub fn account(&self) -> Account<'_> {
        let sieve = Sieve::new(&self.loaded.config, &self.selection);
        let accounts = self.baseline_file.is_some() || !self.loaded.config.suppressions.is_empty();
        Account { ledger: self, sieve, notes: Notes::default(), accounts, file: String::new() }
    }

    /// Calls `report` with what is wrong with entries of the configuration and of the baseline: the name of the file,
    /// its text, the place in it and the finding. `all_read` says that no file was left out because of a fault.
    pub fn faults(&self, all_read: bool, mut report: impl FnMut(&str, &str, Span, Diagnostic)) {
        let notes = self.notes();
        let mut sieve = Sieve::new(&self.loaded.config, &self.selection);
        self.faults_of_configuration(&notes, all_read, &mut sieve, &mut report);
        let (Some(baseline), Some(path), false) = (&self.baseline, self.baseline_file, self.writes || self.prunes)
        else {
            return;
        };
        let rule = &rules::stale_baseline::RULE;
        let name = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        let identity = name_of(path);
        let Some(severity) = sieve.severity(&identity, rule, rule.severity) else { return };
        let origin = Origin { file: &name, identity: &identity, offset: 0, line: 1 };
        let mut positions = Positions::new(baseline.text(), origin);
        for (entry, range, _, seen) in baseline.entries() {
            if seen || !self.was_checked(&entry, &notes, all_read, &mut sieve) {
                continue;
            }
            let mut text = Text::default();
            rules::stale_baseline::say_of(&entry.rule, &entry.file, &mut text);
            let span = Span { start: offset(range.start), end: offset(range.end) };
            let diagnostic = Diagnostic::in_text(rule, severity, text, baseline.text(), span, origin, &mut positions);
            report(&name, baseline.text(), span, diagnostic);
        }
    }

    fn faults_of_configuration(
        &self,
        notes: &Notes,
        all_read: bool,
        sieve: &mut Sieve<'_>,
        report: &mut impl FnMut(&str, &str, Span, Diagnostic),
    ) {
        let (Some(path), true) = (&self.loaded.file, self.selection.suppressions) else { return };
        let Loaded { config, text: source, .. } = self.loaded;
        let (name, identity) = (self.loaded.name(), name_of(path));
        let origin = Origin { file: &name, identity: &identity, offset: 0, line: 1 };
        let mut positions = Positions::new(source, origin);
        let complete = self.scope == Scope::Project && all_read;
        for (number, entry) in config.suppressions.iter().enumerate() {
            let (expired, matched) = (entry.is_expired(self.selection.today), notes.matched.contains(&number));
            let could_match =
                self.ran(entry.rule, config) && !notes.broken.iter().any(|file| entry.path.is_match(file));
            let mut text = Text::default();
            let rule = if expired && (matched || complete) {
                rules::expired_suppression::say_of(entry.rule.name, entry.until, &mut text);
                &rules::expired_suppression::RULE
            } else if !expired && !matched && complete && could_match {
                rules::unused_suppression::say_of(entry.rule.name, "where it holds", &mut text);
                &rules::unused_suppression::RULE
            } else {
                continue;
            };
            if let Some(severity) = sieve.severity(&identity, rule, rule.severity) {
                let diagnostic = Diagnostic::in_text(rule, severity, text, source, entry.span, origin, &mut positions);
                report(&name, source, entry.span, diagnostic);
            }
        }
    }

    /// Whether `rule` was looked for in all files.
    fn ran(&self, rule: &Rule, config: &Config) -> bool {
        self.selection.has(rule) && !config.is_off_somewhere(rule)
    }

    /// Whether the run would have found the finding of an entry of the baseline.
    fn was_checked(&self, entry: &Entry<'_>, notes: &Notes, all_read: bool, sieve: &mut Sieve<'_>) -> bool {
        let looked_at = match self.scope {
            Scope::Range => false,
            Scope::Project if all_read => true,
            _ => notes.files.contains(&*entry.file),
        };
        looked_at
            && !notes.broken.contains(&*entry.file)
            && rules::rule(&entry.rule).is_none_or(|rule| sieve.severity(&entry.file, rule, rule.severity).is_some())
    }

    /// Writes the baseline when that was asked for, and says what was done.
    ///
    /// # Errors
    /// When a file of the run could not be read, or the baseline cannot be written; it is then left as it was.
    pub fn close(&self, all_read: bool) -> Result<Option<String>, Trouble> {
        let Some(path) = self.baseline_file.filter(|_| self.writes || self.prunes) else { return Ok(None) };
        let name = path.to_string_lossy();
        if !all_read {
            let problem = "not written, since files could not be read or written and what is in them is not known";
            return Err(Trouble::Said(format!("{}: {problem}", harmless(&name))));
        }
        let mut notes = self.notes();
        let mut entries = std::mem::take(&mut notes.entries);
        let mut sieve = Sieve::new(&self.loaded.config, &self.selection);
        let known = self.baseline.iter().flat_map(Baseline::entries);
        let (mut gone, mut kept) = (0, Vec::new());
        for (entry, _, _, seen) in known {
            if (seen && self.prunes) || !self.was_checked(&entry, &notes, all_read, &mut sieve) {
                kept.push(entry);
            } else {
                gone += 1;
            }
        }
        entries.append(&mut kept);
        let text = baseline::write(entries);
        let count = text.lines().count() - 1;
        write_file(path, &text)?;
        let entries = if count == 1 { "entry" } else { "entries" };
        Ok(Some(if self.prunes {
            format!("{}: {count} {entries} left, {gone} taken out.\n", harmless(&name))
        } else {
            format!("{}: {count} {entries} written.\n", harmless(&name))
        }))
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(file: &Path, may_be_missing: bool) -> Result<Option<Baseline>, Trouble> {
    let fault = |problem: String| Trouble::Said(format!("{}: {problem}", harmless(&file.to_string_lossy())));
    match std::fs::read_to_string(file) {
        Ok(text) => Baseline::parse(text).map(Some).map_err(|error| fault(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_be_missing => Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(fault(format!("{error}; `--write-baseline` makes it")))
        }
        Err(error) => Err(fault(error.to_string())),
    }
}

/// One worker's account in the ledger.
pub(super) struct Account<'l> {
    ledger: &'l Ledger<'l>,
    pub sieve: Sieve<'l>,
    notes: Notes,
    /// Whether anybody will ask which files were looked at.
    accounts: bool,
    /// The file before.
    file: String,
}

impl Account<'_> {
    /// Calls `print` with each finding of a document that is to be shown, and with each that is suppressed.
    pub fn each(
        &mut self,
        checked: &Checked<'_>,
        origin: Origin<'_>,
        mut print: impl FnMut(&Diagnostic, Span, Option<Suppression<'_>>),
    ) {
        let Self { ledger, sieve, notes, accounts, file } = self;
        if *accounts {
            if file != origin.identity {
                origin.identity.clone_into(file);
                notes.files.insert(file.clone());
            }
            if checked.error.is_some() && !checked.findings.is_empty() {
                notes.broken.insert(file.clone());
            }
        }
        sieve.each(checked, origin, |diagnostic, label, fate| {
            if let Fate::Suppressed(by) = fate {
                notes.suppressed += 1;
                return print(diagnostic, label, Some(ledger.suppression(by)));
            }
            let sure = fate == Fate::Shown;
            let known = ledger.baseline.as_ref().is_some_and(|baseline| baseline.has(diagnostic.fingerprint));
            if ledger.writes && (sure || known) {
                notes.entries.push(entry(origin.identity, diagnostic));
            }
            if sure && (known || ledger.writes) {
                notes.in_baseline += 1;
            } else if sure {
                print(diagnostic, label, None);
            }
        });
    }

    /// Whether a finding about the file `identity` as a whole is to be shown; a suppressed one is counted.
    pub fn shows(&mut self, identity: &str, diagnostic: &Diagnostic) -> bool {
        let suppressed = matches!(self.sieve.fate_of_file(identity, diagnostic), Fate::Suppressed(_));
        self.notes.suppressed += u64::from(suppressed);
        !suppressed
    }
}

impl Drop for Account<'_> {
    fn drop(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        notes.matched.clone_from(self.sieve.matched());
        self.ledger.notes().add(notes);
    }
}

fn entry(file: &str, diagnostic: &Diagnostic) -> Entry<'static> {
    Entry {
        file: file.to_owned().into(),
        rule: diagnostic.rule.into(),
        pointer: diagnostic.pointer.clone().map(Into::into),
        fingerprint: format!("{:032x}", diagnostic.fingerprint).into(),
    }
}
