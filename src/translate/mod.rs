//! Fixes applied until nothing more applies: a checked document in, its text with the fixes out.
//!
//! Fixes are applied in rounds. In a round go all whose edits do not touch each other, those of findings that come
//! first before others; the text is then read and checked again, and what was held back has its turn.

mod names;
mod places;
mod rounds;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::check::{Checked, Checker};
use crate::config::Config;
use crate::diagnose::{Diagnostic, Origin, Resolver};
use crate::facts::Date;
use crate::finding::{Finding, Severity};
use crate::fix::Level;
use crate::project::Project;
use crate::read::Notation;
use crate::rules::Rule;
use crate::suppress::{Fate, Sieve};
use crate::write;
use rounds::{Ours, Rounds};

/// No document takes more rounds, unless a fix does not cure what it is for.
const ROUNDS: usize = 32;

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The highest level that is applied: [`Level::Safe`] or [`Level::Unsafe`].
    pub level: Level,
    /// Whether payloads of On-Premises form alone are changed, and Cloud form stays as it is.
    pub onprem_only: bool,
}

/// Applies fixes to one document after the other and reuses its memory.
#[derive(Debug)]
pub struct Translator<'c> {
    policy: Policy,
    checker: Checker<'c>,
    /// The file before, when it matters where files are.
    file: Option<String>,
    resolver: Resolver,
    rounds: Rounds,
    text: String,
    next: String,
}

/// A document after all rounds.
#[derive(Debug)]
pub struct Translated<'a> {
    /// The text and what is still found in it.
    pub checked: Checked<'a>,
    /// Whether the text is another than before.
    pub changed: bool,
    /// How many safe fixes were applied.
    pub safe: u64,
    /// How many unsafe fixes were applied.
    pub doubtful: u64,
    /// Why the document was left as it was, though there are fixes for it: a fault of this program.
    pub fault: Option<Fault>,
    payloads: &'a [Ours],
    resolver: &'a mut Resolver,
}

/// What is told of the fixes that people should look at, and of what is left for them to do.
pub trait Items {
    /// Whether it wants to know more of the next one of this kind than that it is there.
    fn wants(&self, level: Level, finding: &Finding) -> bool;
    /// Takes one, and what is to be known of it if that was wanted: [`Level::Unsafe`] is a fix that was applied, at its
    /// place in the text before, [`Level::Manual`] what is left, at its place in the text after.
    fn take(&mut self, level: Level, rule: &'static Rule, diagnostic: Option<&Diagnostic>);
}

/// Nobody is told.
impl Items for () {
    fn wants(&self, _: Level, _: &Finding) -> bool {
        false
    }

    fn take(&mut self, _: Level, _: &'static Rule, _: Option<&Diagnostic>) {}
}

/// Fixes that did not work out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{kind} by the fixes of {}, so nothing was changed here; this is a fault of waport: report it, and do it by hand",
    rules.join(", ")
)]
pub struct Fault {
    /// What they did.
    pub kind: FaultKind,
    /// The rules whose fixes they are.
    pub rules: Vec<&'static str>,
}

/// What fixes did that they must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The text after them cannot be read.
    #[error("the document would be broken")]
    Unreadable,
    /// What they are for is found again after them.
    #[error("what was found would not be cured")]
    NoCure,
}

impl Translated<'_> {
    /// Tells `items` of what is left for a person to do in the payloads that fixes are applied to: errors and warnings
    /// that `sieve` lets through, at their places in the text after.
    pub fn left(&mut self, origin: Origin<'_>, sieve: &mut Sieve<'_>, items: &mut dyn Items) {
        let unread = self.checked.error.is_some();
        if (self.payloads.is_empty() && !unread) || self.checked.findings.is_empty() {
            return;
        }
        let (mut told, mut counted) = (Vec::new(), Vec::new());
        sieve.fates(&self.checked, origin, |finding, fate| {
            // What cannot be read has no payload.
            let ours = finding.payload.map_or(self.checked.error.is_some(), |payload| self.is_ours(payload));
            if ours && fate == Fate::Shown && finding.severity > Severity::Note {
                let list = if items.wants(Level::Manual, finding) { &mut told } else { &mut counted };
                list.push(finding.clone());
            }
        });
        tell(&told, &self.checked, origin, self.resolver, |finding, diagnostic| {
            items.take(Level::Manual, finding.rule, Some(diagnostic));
        });
        for finding in counted {
            items.take(Level::Manual, finding.rule, None);
        }
    }

    fn is_ours(&self, payload: u32) -> bool {
        let Some(payload) = self.checked.payloads.get(payload as usize) else { return false };
        let at = self.checked.look.node(payload.root).span().start;
        self.payloads.binary_search_by_key(&at, |ours| ours.known.at).is_ok()
    }
}

impl<'c> Translator<'c> {
    /// A translator under a configuration.
    #[must_use]
    pub fn new(config: &'c Config, policy: Policy) -> Self {
        Self {
            policy,
            checker: Checker::new(config),
            file: config.webhook.asks_for_path().then(String::new),
            resolver: Resolver::default(),
            rounds: Rounds::default(),
            text: String::new(),
            next: String::new(),
        }
    }

    /// The same translator for files of a project, on a day.
    #[must_use]
    pub fn within(mut self, project: &'c Project, today: Option<Date>) -> Self {
        self.checker = self.checker.within(project, today);
        self
    }

    /// Applies the fixes of a checked document, of the findings that `sieve` lets through, and tells `items` of those that
    /// are unsafe.
    pub fn translate<'a>(
        &'a mut self,
        before: &Checked<'a>,
        origin: Origin<'_>,
        sieve: &mut Sieve<'_>,
        items: &mut dyn Items,
    ) -> Translated<'a> {
        let Self { policy, checker, file, resolver, rounds, text, next } = self;
        if let Some(file) = file.as_mut().filter(|file| *file != origin.identity) {
            origin.identity.clone_into(file);
            checker.in_file(Path::new(file));
        }
        if matches!(before.notation, Notation::Code(_) | Notation::Settings | Notation::Yaml) {
            checker.in_settings(origin.identity);
        }
        rounds.begin(before, *policy);
        let faults = before.look.tree.faults();
        let (mut changed, mut fault) = (false, None);
        loop {
            let checked = if changed { checker.checked(text) } else { *before };
            let Some(doubted) = rounds.plan(*policy, &checked, origin, sieve) else { break };
            rounds.note_doubted(&doubted, &checked, before.look.source, origin, resolver, items);
            if rounds.count == ROUNDS {
                fault = Some(FaultKind::NoCure);
                break;
            }
            next.clear();
            write::apply_into(checked.look.source, &rounds.edits, next);
            std::mem::swap(text, next);
            changed = true;
            rounds.move_on(text, *policy, before.declared);
            checker.check_again(text, before.notation, before.declared, &rounds.known);
            let after = checker.checked(text);
            if after.error.is_some() || after.look.tree.faults() > faults {
                fault = Some(FaultKind::Unreadable);
                break;
            }
            if let Notation::Code(_) = before.notation {
                rounds.look_again(&after, *policy);
            }
        }
        let fault = fault.map(|kind| Fault { kind, rules: rounds.rules_at_work() });
        if fault.is_some() {
            (changed, rounds.safe) = (false, 0);
            rounds.doubtful.clear();
            rounds.payloads.clear();
        }
        for (rule, diagnostic) in &rounds.doubtful {
            items.take(Level::Unsafe, rule, diagnostic.as_ref());
        }
        Translated {
            checked: if changed { checker.checked(text) } else { *before },
            changed,
            safe: rounds.safe,
            doubtful: rounds.doubtful.len() as u64,
            fault,
            payloads: &rounds.payloads,
            resolver,
        }
    }
}

/// Resolves some findings of a checked document.
fn tell(
    findings: &[Finding],
    checked: &Checked<'_>,
    origin: Origin<'_>,
    resolver: &mut Resolver,
    mut take: impl FnMut(&Finding, &Diagnostic),
) {
    if !findings.is_empty() {
        let some = Checked { findings, ..*checked };
        resolver.each(&some, origin, |finding| Some(finding.severity), &mut take);
    }
}
