//! Which findings of a document are shown: what is selected, and what comments and the configuration suppress.
//!
//! Findings about comments that suppress are made here, while their document is there; those about entries of the
//! configuration are for the end of a run, which has seen all files.

mod board;
mod comment;

use std::collections::BTreeSet;
use std::path::Path;

use crate::check::Checked;
use crate::config::{AtFile, Config, Suppression};
use crate::diagnose::{self, Diagnostic, Origin, Resolver};
use crate::facts::Date;
use crate::finding::{Confidence, Finding, Severity};
use crate::read::{Notation, NoticeKind};
use crate::rules::Rule;
use crate::tree::Span;
use board::Board;
pub use comment::{Comment, Name, comments};

/// Which findings are asked for.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Only these rules; all when empty.
    pub only: Vec<String>,
    /// Not these rules.
    pub skip: Vec<String>,
    /// Findings that are less sure are left out.
    pub min_confidence: Confidence,
    /// Whether suppressions count.
    pub suppressions: bool,
    /// The day on which suppressions hold or have expired; without one, none expires.
    pub today: Option<Date>,
}

impl Selection {
    /// Whether findings of `rule` are asked for.
    #[must_use]
    pub fn has(&self, rule: &Rule) -> bool {
        let named = |names: &[String]| names.iter().any(|name| name == rule.name);
        !named(&self.skip) && (self.only.is_empty() || named(&self.only))
    }
}

impl Default for Selection {
    /// All rules, medium confidence, with suppressions of which none expires.
    fn default() -> Self {
        Self { only: Vec::new(), skip: Vec::new(), min_confidence: Confidence::Medium, suppressions: true, today: None }
    }
}

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is shown.
    Shown,
    /// It would be shown, but a suppression holds for it.
    Suppressed(By),
    /// It is less sure than what is asked for. Told only where something wants to know of it.
    Unsure,
}

/// What suppresses a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A comment in its file.
    Comment,
    /// An entry of the configuration, by its number in [`Config::suppressions`].
    Entry(usize),
}

/// Sieves the findings of documents and keeps its memory between them.
#[derive(Debug)]
pub struct Sieve<'c> {
    config: &'c Config,
    selection: &'c Selection,
    /// Whether unsure findings are told, too.
    all: bool,
    resolver: Resolver,
    /// The file before and what holds for it.
    file: Option<(String, AtFile<'c>)>,
    matched: BTreeSet<usize>,
}

impl<'c> Sieve<'c> {
    /// A sieve under a configuration.
    #[must_use]
    pub fn new(config: &'c Config, selection: &'c Selection) -> Self {
        Self { config, selection, all: false, resolver: Resolver::default(), file: None, matched: BTreeSet::new() }
    }

    /// Makes it tell of findings that are less sure than what is asked for, too.
    #[must_use]
    pub fn telling_all(mut self) -> Self {
        self.all = true;
        self
    }

    /// The numbers of the entries in [`Config::suppressions`] that matched a finding, expired ones included.
    #[must_use]
    pub fn matched(&self) -> &BTreeSet<usize> {
        &self.matched
    }

    /// The severity with which findings of `rule` are shown in the file of a name as fingerprints have it; `None` when
    /// they are not.
    pub fn severity(&mut self, file: &str, rule: &Rule, own: Severity) -> Option<Severity> {
        if !self.selection.has(rule) {
            return None;
        }
        at_file(&mut self.file, self.config, file).severity(rule, own)
    }

    /// What becomes of a finding about the file of this name as a whole.
    pub fn fate_of_file(&mut self, file: &str, diagnostic: &Diagnostic) -> Fate {
        let Self { config, selection, file: room, matched, .. } = self;
        let entries = if selection.suppressions { &at_file(room, config, file).suppressions[..] } else { &[] };
        let entry = suppressing_entry(entries, diagnostic, selection.today, matched);
        entry.map_or(Fate::Shown, |number| Fate::Suppressed(By::Entry(number)))
    }

    /// Calls `print` with each finding of a checked document that is selected, resolved, in order, with the bytes to
    /// point at and what becomes of it.
    pub fn each(&mut self, checked: &Checked<'_>, origin: Origin<'_>, mut print: impl FnMut(&Diagnostic, Span, Fate)) {
        let suppressing = self.suppressing(checked);
        if suppressing.is_empty() {
            self.sift(checked, origin, None, |finding, diagnostic, fate| {
                print(diagnostic, diagnose::label(checked.look, finding), fate);
            });
            return;
        }
        let mut board = Board::new(&suppressing, checked.look.source, origin);
        let mut found: Vec<(Diagnostic, Span, Fate)> = Vec::new();
        self.sift(checked, origin, Some(&mut board), |finding, diagnostic, fate| {
            found.push((diagnostic.clone(), diagnose::label(checked.look, finding), fate));
        });
        let Self { config, selection, file, .. } = self;
        let file = at_file(file, config, origin.identity);
        let severity = |rule: &Rule| selection.has(rule).then(|| file.severity(rule, rule.severity)).flatten();
        let guarded = checked.notation == Notation::Settings;
        board.faults(severity, |diagnostic, label| {
            found.push((Diagnostic { guarded, ..diagnostic }, label, Fate::Shown));
        });
        found.sort_by(|(one, ..), (other, ..)| (one.span, one.rule).cmp(&(other.span, other.rule)));
        for (diagnostic, label, fate) in &found {
            print(diagnostic, *label, *fate);
        }
    }

    /// Calls `take` with each finding of a checked document that is selected, in order, and what becomes of it.
    pub fn fates<'a>(&mut self, checked: &Checked<'a>, origin: Origin<'_>, mut take: impl FnMut(&'a Finding, Fate)) {
        if checked.findings.is_empty() {
            return;
        }
        let suppressing = self.suppressing(checked);
        let Self { config, selection, all, file, .. } = self;
        let file = at_file(file, config, origin.identity);
        let suppresses = selection.suppressions && !file.suppressions.is_empty();
        if suppressing.is_empty() && !suppresses && !*all {
            // Nothing here has to be resolved.
            for finding in checked.findings {
                if finding.confidence >= selection.min_confidence
                    && selection.has(finding.rule)
                    && file.severity(finding.rule, finding.severity).is_some()
                {
                    take(finding, Fate::Shown);
                }
            }
            return;
        }
        let mut board = Board::new(&suppressing, checked.look.source, origin);
        self.sift(checked, origin, Some(&mut board), |finding, _, fate| take(finding, fate));
    }

    /// The comments of a document that suppress.
    fn suppressing(&self, checked: &Checked<'_>) -> Vec<Comment> {
        let spans =
            checked.notices.iter().filter(|notice| notice.kind == NoticeKind::Comment).map(|notice| notice.span);
        let spans: Vec<Span> = if self.selection.suppressions { spans.collect() } else { Vec::new() };
        if spans.is_empty() { Vec::new() } else { comments(checked.look.source, &spans) }
    }

    /// Resolves the findings that are selected and says what becomes of each; on the `board` are the comments.
    fn sift<'a>(
        &mut self,
        checked: &Checked<'a>,
        origin: Origin<'_>,
        mut board: Option<&mut Board<'_>>,
        mut found: impl FnMut(&'a Finding, &Diagnostic, Fate),
    ) {
        if checked.findings.is_empty() {
            return;
        }
        let Self { config, selection, all, resolver, file, matched } = self;
        let file = at_file(file, config, origin.identity);
        let entries = if selection.suppressions { file.suppressions.as_slice() } else { &[] };
        let all = *all || !entries.is_empty() || board.is_some();
        let wanted = |finding: &Finding| {
            let sure = all || finding.confidence >= selection.min_confidence;
            if sure && selection.has(finding.rule) { file.severity(finding.rule, finding.severity) } else { None }
        };
        resolver.each(checked, origin, wanted, |finding, diagnostic| {
            let by_comment = board.as_mut().is_some_and(|board| board.covers(diagnostic));
            let entry = suppressing_entry(entries, diagnostic, selection.today, matched);
            let fate = match entry.map(By::Entry).or(by_comment.then_some(By::Comment)) {
                _ if diagnostic.confidence < selection.min_confidence => Fate::Unsure,
                Some(by) => Fate::Suppressed(by),
                None => Fate::Shown,
            };
            found(finding, diagnostic, fate);
        });
    }
}

/// What holds for the file called `name`; worked out once for documents that follow each other.
fn at_file<'f, 'c>(room: &'f mut Option<(String, AtFile<'c>)>, config: &'c Config, name: &str) -> &'f AtFile<'c> {
    if room.as_ref().is_none_or(|(known, _)| known != name) {
        *room = None;
    }
    &room.get_or_insert_with(|| (name.to_owned(), config.at(Path::new(name)))).1
}

/// The first of `entries` that holds for a finding. All that match are noted, those that have expired, too.
fn suppressing_entry(
    entries: &[(usize, &Suppression)],
    diagnostic: &Diagnostic,
    today: Option<Date>,
    matched: &mut BTreeSet<usize>,
) -> Option<usize> {
    let mut first = None;
    for (number, entry) in entries {
        if entry.covers(diagnostic.rule, diagnostic.pointer.as_deref()) {
            matched.insert(*number);
            first = first.or((!entry.is_expired(today)).then_some(*number));
        }
    }
    first
}
