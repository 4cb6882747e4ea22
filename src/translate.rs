//! Fixes applied until nothing more applies: a checked document in, its text with the fixes out.
//!
//! Fixes are applied in rounds. In a round go all whose edits do not touch each other, those of findings that come
//! first before others; the text is then read and checked again, and what was held back has its turn.

use std::collections::HashSet;
use std::path::Path;

use crate::check::{Checked, Checker, Known};
use crate::config::Config;
use crate::diagnose::{Diagnostic, Origin, Positions, Resolver};
use crate::finding::{Finding, Severity};
use crate::fix::{Change, Fix, Level};
use crate::form::{Declared, Document, Evidence, Form, Part};
use crate::rules::{Look, Rule};
use crate::suppress::{Fate, Sieve};
use crate::tree::{NodeId, Span, offset};
use crate::write::{self, Edit};

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
#[error("{kind} by the fixes of {}; nothing was changed, and this is a fault of waport", rules.join(", "))]
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
        rounds.begin(before, *policy);
        let (mut changed, mut fault) = (false, None);
        loop {
            let checked = if changed { checker.checked(text) } else { *before };
            if !rounds.plan(*policy, &checked, origin, sieve) {
                break;
            }
            rounds.note_doubted(&checked, before.look.source, origin, resolver, items);
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
            if checker.checked(text).error.is_some() {
                fault = Some(FaultKind::Unreadable);
                break;
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

/// A payload that fixes are applied to.
#[derive(Clone, Copy, Debug)]
struct Ours {
    /// Where it begins in the text of this round, and what it was at first.
    known: Known,
    /// What this round does to it.
    round: Round,
    /// Whether it stands in the envelope now.
    wrapped: bool,
}

/// What a round does to a payload.
#[derive(Clone, Copy, Debug, Default)]
struct Round {
    /// Whether a fix is held back.
    waits: bool,
    /// Whether there is no certain edit for a fix.
    defies: bool,
    /// Whether lines come in, which an envelope put around them at once would not indent.
    grows: bool,
}

/// What goes on from round to round.
#[derive(Debug, Default)]
struct Rounds {
    count: usize,
    /// In document order.
    payloads: Vec<Ours>,
    /// What the next check is told of payloads that may no longer be recognised.
    known: Vec<Known>,
    /// Findings that are suppressed: the rule and where they begin.
    excluded: Vec<(&'static str, u32)>,
    /// The edits of this round, in order, none touching another.
    edits: Vec<Edit>,
    /// The rules whose fixes they are.
    applied: Vec<&'static str>,
    /// The findings whose fixes they are, where the fix is unsafe.
    doubted: Vec<Finding>,
    /// The edits of the rounds before: their round, what went, and how long what came is.
    history: Vec<(usize, Span, u32)>,
    safe: u64,
    /// The unsafe fixes of all rounds, with what is to be known of them.
    doubtful: Vec<(&'static Rule, Option<Diagnostic>)>,
}

impl Rounds {
    fn begin(&mut self, checked: &Checked<'_>, policy: Policy) {
        self.count = 0;
        self.payloads.clear();
        self.excluded.clear();
        self.history.clear();
        self.safe = 0;
        self.doubtful.clear();
        let ours = checked.payloads.iter().filter(|payload| !policy.onprem_only || payload.form.is_onprem());
        self.payloads.extend(ours.map(|payload| {
            let at = checked.look.node(payload.root).span().start;
            Ours { known: Known { at, payload: *payload, stays: false }, round: Round::default(), wrapped: false }
        }));
    }

    /// Chooses the edits of a round; says whether there are any.
    fn plan(&mut self, policy: Policy, checked: &Checked<'_>, origin: Origin<'_>, sieve: &mut Sieve<'_>) -> bool {
        self.edits.clear();
        self.applied.clear();
        self.doubted.clear();
        for ours in &mut self.payloads {
            ours.round = Round::default();
        }
        if self.payloads.is_empty() || checked.findings.is_empty() {
            return false;
        }
        let mut chosen = self.choose(policy, checked, origin, sieve);
        // The envelope changes what a payload is, so it goes last.
        chosen.sort_by_key(|chosen| (chosen.payload, chosen.wraps));
        let mut brought = Brought::default();
        let alone = chosen.len() == 1;
        for Chosen { payload, finding, fix, wraps } in chosen {
            let ours = &mut self.payloads[payload];
            if wraps && ours.wrapped {
                continue;
            }
            let Some(edits) = write::edits(checked.look, fix) else {
                ours.round.defies |= !fix.changes.is_empty();
                continue;
            };
            // Lines that come in are indented for where they are before the envelope moves them.
            if (wraps && (ours.round.waits || ours.round.grows))
                || !fits(&self.edits, &edits)
                || !(alone || brought.fits(checked.look, payload, fix))
            {
                ours.round.waits = true;
                continue;
            }
            ours.wrapped |= wraps;
            for edit in edits {
                ours.round.grows |= edit.text.contains('\n') || edit.text.contains("\\n");
                let at = rank(&self.edits, &edit);
                self.edits.insert(at, edit);
            }
            self.applied.push(finding.rule.name);
            if fix.level == Level::Safe {
                self.safe += 1;
            } else {
                self.doubted.push(finding.clone());
            }
        }
        !self.edits.is_empty()
    }

    /// The findings that the policy and the sieve let through, in order.
    fn choose<'a>(
        &mut self,
        policy: Policy,
        checked: &Checked<'a>,
        origin: Origin<'_>,
        sieve: &mut Sieve<'_>,
    ) -> Vec<Chosen<'a>> {
        let look = checked.look;
        let mut chosen = Vec::new();
        sieve.fates(checked, origin, |finding, fate| {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.level <= policy.level) else { return };
            let Some(payload) = finding.payload.and_then(|number| checked.payloads.get(number as usize)) else {
                return;
            };
            let at = look.node(payload.root).span().start;
            let Ok(payload) = self.payloads.binary_search_by_key(&at, |ours| ours.known.at) else { return };
            let place = (finding.rule.name, look.span(finding.at).start);
            match fate {
                // Its pointer may be another in the next round.
                Fate::Suppressed(_) => self.excluded.push(place),
                Fate::Shown if !self.excluded.contains(&place) => {
                    let wraps = fix.changes.iter().any(|change| matches!(change, Change::WrapInEnvelope { .. }));
                    chosen.push(Chosen { payload, finding, fix, wraps });
                }
                Fate::Shown | Fate::Unsure => {}
            }
        });
        chosen
    }

    /// Keeps the doubtful ones of this round, with their places in the first text.
    fn note_doubted(
        &mut self,
        checked: &Checked<'_>,
        first: &str,
        origin: Origin<'_>,
        resolver: &mut Resolver,
        items: &dyn Items,
    ) {
        let (wanted, counted): (Vec<Finding>, Vec<Finding>) =
            self.doubted.drain(..).partition(|finding| items.wants(Level::Unsafe, finding));
        self.doubtful.extend(counted.iter().map(|finding| (finding.rule, None)));
        let (history, doubtful) = (&self.history, &mut self.doubtful);
        let mut positions = Positions::new(first, origin);
        tell(&wanted, checked, origin, resolver, |finding, diagnostic| {
            let mut diagnostic = diagnostic.clone();
            if !history.is_empty() {
                let back =
                    |at: u64| u64::from(before(history, offset(usize::try_from(at - origin.offset).unwrap_or(0))));
                let (start, end) = (back(diagnostic.span.0), back(diagnostic.span.1));
                diagnostic.span = (origin.offset + start, origin.offset + end);
                (diagnostic.line, diagnostic.column) = positions.of(usize::try_from(start).unwrap_or(0));
                (diagnostic.end_line, diagnostic.end_column) = positions.of(usize::try_from(end).unwrap_or(0));
                // The pointer and the edits are those of a text that nobody sees.
                diagnostic.pointer = None;
                if let Some(fix) = &mut diagnostic.fix {
                    fix.edits.clear();
                }
            }
            doubtful.push((finding.rule, Some(diagnostic)));
        });
    }

    /// Takes all that is known of places on to `text`, what this round's edits have made.
    fn move_on(&mut self, text: &str, policy: Policy, declared: Option<Declared>) {
        self.count += 1;
        let edits = &self.edits;
        for (_, at) in &mut self.excluded {
            *at = Moves::new(edits).after(*at, true);
        }
        self.known.clear();
        let mut moves = Moves::new(edits);
        for ours in &mut self.payloads {
            ours.known.at = next_token(text, moves.after(ours.known.at, false));
            // What still waits for a fix is taken for what it was; its signs may be gone.
            ours.known.stays = ours.round.waits || ours.round.defies || declared.is_some();
            if ours.wrapped {
                let payload = &mut ours.known.payload;
                (payload.form, payload.part) = (Form::Cloud(Document::Webhook), Part::Whole);
                payload.evidence.add(Evidence::Translated);
            }
            if ours.known.stays || policy.onprem_only {
                self.known.push(ours.known);
            }
        }
        self.history.extend(edits.iter().map(|edit| (self.count, edit.span, offset(edit.text.len()))));
    }

    fn rules_at_work(&self) -> Vec<&'static str> {
        let mut rules = self.applied.clone();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

/// The names that fixes give to members of one payload: the object and the name. Two must not give the same name to
/// members of one object.
#[derive(Default)]
struct Brought<'a> {
    payload: usize,
    names: HashSet<(NodeId, &'a str)>,
}

impl<'a> Brought<'a> {
    /// Takes the names that a fix gives, unless one is given already.
    fn fits(&mut self, look: Look<'_>, payload: usize, fix: &'a Fix) -> bool {
        if self.payload != payload {
            self.payload = payload;
            self.names.clear();
        }
        let names = fix.changes.iter().filter_map(|change| match change {
            Change::Insert { object, name, .. } | Change::Move { to: object, name, .. } => Some((*object, *name)),
            Change::Rename { key, to } => Some((look.node(*key).holder()?.id(), &**to)),
            Change::Set { .. } | Change::Remove { .. } | Change::WrapInEnvelope { .. } => None,
        });
        let names: Vec<_> = names.collect();
        if names.iter().any(|name| self.names.contains(name)) {
            return false;
        }
        self.names.extend(names);
        true
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

/// A finding whose fix is to be applied.
struct Chosen<'a> {
    /// The number of its payload in [`Rounds::payloads`].
    payload: usize,
    finding: &'a Finding,
    fix: &'a Fix,
    wraps: bool,
}

/// Where an edit has its place among others.
fn rank(edits: &[Edit], edit: &Edit) -> usize {
    let key = |edit: &Edit| (edit.span.start, edit.span.end);
    match edits.last() {
        Some(last) if key(last) > key(edit) => edits.partition_point(|other| key(other) <= key(edit)),
        _ => edits.len(),
    }
}

/// Whether edits touch none of those that are in already.
fn fits(edits: &[Edit], new: &[Edit]) -> bool {
    new.iter().all(|edit| {
        let at = rank(edits, edit);
        let before = at.checked_sub(1).is_none_or(|before| apart(edits[before].span, edit.span));
        before && edits.get(at).is_none_or(|next| apart(edit.span, next.span))
    })
}

/// Whether two spans, in order, do not touch. What is put between two bytes touches what goes on either side of it.
fn apart(one: Span, other: Span) -> bool {
    let empty = |span: Span| span.start == span.end;
    one.end < other.start || (one.end == other.start && !empty(one) && !empty(other))
}

/// Where bytes are after edits, asked for in order.
struct Moves<'e> {
    /// Those that are still ahead.
    edits: &'e [Edit],
    came: u32,
    went: u32,
}

impl<'e> Moves<'e> {
    fn new(edits: &'e [Edit]) -> Self {
        Self { edits, came: 0, went: 0 }
    }

    /// Where the byte at `at` is. What is put right before it is counted when it is `pushed`: a member is, but a payload
    /// still begins where it began when something is put around it.
    fn after(&mut self, at: u32, pushed: bool) -> u32 {
        while let Some((edit, rest)) = self.edits.split_first() {
            let Span { start, end } = edit.span;
            if !(start < at || (pushed && start == at && end == at)) {
                break;
            }
            let came = offset(edit.text.len());
            if end > at {
                // The byte itself goes.
                return at + self.came + came - self.went - (at - start);
            }
            (self.came, self.went, self.edits) = (self.came + came, self.went + (end - start), rest);
        }
        at + self.came - self.went
    }
}

/// Where a payload begins that begins at `at` or after. One in YAML begins with its first member, which may be gone, and
/// the comments behind it are not.
fn next_token(text: &str, at: u32) -> u32 {
    let mut rest = &text[at as usize..];
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.find('\n').map_or("", |newline| &comment[newline..]),
            None => return offset(text.len() - rest.len()),
        }
    }
}

/// Where the byte at `at` was before all rounds; of what was put in, where it was put.
fn before(history: &[(usize, Span, u32)], at: u32) -> u32 {
    history.chunk_by(|one, other| one.0 == other.0).rev().fold(at, |at, edits| {
        let (mut came, mut went) = (0, 0);
        for (_, span, length) in edits {
            let start = span.start + came - went;
            if at < start {
                break;
            }
            if at < start + length {
                return span.start;
            }
            came += length;
            went += span.end - span.start;
        }
        at + went - came
    })
}
