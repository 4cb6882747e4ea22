//! What is applied in which round, and what goes on from one round to the next.

use super::names::Names;
use super::places::{Moves, before, fits, next_token, rank};
use super::{Items, Policy, tell};
use crate::check::{Checked, Known};
use crate::diagnose::{Diagnostic, Origin, Positions, Resolver};
use crate::finding::Finding;
use crate::fix::{Change, Fix, Level};
use crate::form::{Declared, Document, Evidence, Form, Part};
use crate::rules::Rule;
use crate::suppress::{Fate, Sieve};
use crate::tree::{Span, offset};
use crate::write::{self, Edit};

/// A payload that fixes are applied to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ours {
    /// Where it begins in the text of this round, and what it was at first.
    pub known: Known,
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
pub(super) struct Rounds {
    /// How many rounds there were.
    pub count: usize,
    /// Whether the document is code.
    in_code: bool,
    /// In document order.
    pub payloads: Vec<Ours>,
    /// What the next check is told of payloads that may no longer be recognised.
    pub known: Vec<Known>,
    /// Findings that are suppressed: the rule and where they begin.
    excluded: Vec<(&'static str, u32)>,
    /// The edits of this round, in order, none touching another.
    pub edits: Vec<Edit>,
    /// Memory for those of one fix.
    new: Vec<Edit>,
    /// The rules whose fixes they are.
    applied: Vec<&'static str>,
    /// The edits of the rounds before: their round, what went, and how long what came is.
    history: Vec<(usize, Span, u32)>,
    /// How many safe fixes were applied in all rounds.
    pub safe: u64,
    /// The unsafe fixes of all rounds, with what is to be known of them.
    pub doubtful: Vec<(&'static Rule, Option<Diagnostic>)>,
}

impl Rounds {
    pub fn begin(&mut self, checked: &Checked<'_>, policy: Policy) {
        self.count = 0;
        self.excluded.clear();
        self.history.clear();
        self.safe = 0;
        self.doubtful.clear();
        self.look_again(checked, policy);
    }

    /// Takes the payloads as they are now.
    pub fn look_again(&mut self, checked: &Checked<'_>, policy: Policy) {
        self.payloads.clear();
        self.in_code = checked.look.tree.language().is_some();
        // Translation leaves code as it is.
        let ours =
            checked.payloads.iter().filter(|payload| !policy.onprem_only || payload.form.is_onprem() && !self.in_code);
        self.payloads.extend(ours.map(|payload| {
            let at = checked.look.node(payload.root).span().start;
            Ours { known: Known { at, payload: *payload, stays: false }, round: Round::default(), wrapped: false }
        }));
        // Parts of messages come behind the messages.
        if self.in_code {
            self.payloads.sort_by_key(|ours| ours.known.at);
            self.payloads.dedup_by_key(|ours| ours.known.at);
        }
    }

    /// Chooses the edits of a round and returns the findings whose fixes they are and unsafe; `None` when there are no
    /// edits.
    pub fn plan<'a>(
        &mut self,
        policy: Policy,
        checked: &Checked<'a>,
        origin: Origin<'_>,
        sieve: &mut Sieve<'_>,
    ) -> Option<Vec<&'a Finding>> {
        self.edits.clear();
        self.applied.clear();
        let mut doubted = Vec::new();
        for ours in &mut self.payloads {
            ours.round = Round::default();
        }
        if self.payloads.is_empty() || checked.findings.is_empty() {
            return None;
        }
        let mut chosen = self.choose(policy, checked, origin, sieve);
        // The envelope changes what a payload is, so it goes last.
        chosen.sort_by_key(|chosen| (chosen.payload, chosen.wraps));
        let mut names = Names::default();
        let alone = chosen.len() == 1;
        // Where nothing stands between tokens no lines come in.
        let compact = checked.look.tree.is_compact();
        for Chosen { payload, finding, fix, wraps } in chosen {
            let ours = &mut self.payloads[payload];
            if wraps && ours.wrapped {
                continue;
            }
            if write::edits_into(checked.look, fix, &mut self.new).is_none() {
                ours.round.defies |= !fix.changes.is_empty();
                continue;
            }
            // Lines that come in are indented for where they are before the envelope moves them.
            if (wraps && (ours.round.waits || ours.round.grows))
                || !fits(&self.edits, &self.new)
                || !(alone || names.take(checked.look, payload, fix))
            {
                ours.round.waits = true;
                continue;
            }
            ours.wrapped |= wraps;
            for edit in self.new.drain(..) {
                ours.round.grows |= !compact && (edit.text.contains('\n') || edit.text.contains("\\n"));
                let at = rank(&self.edits, &edit);
                self.edits.insert(at, edit);
            }
            self.applied.push(finding.rule.name);
            if fix.level == Level::Safe {
                self.safe += 1;
            } else {
                doubted.push(finding);
            }
        }
        (!self.edits.is_empty()).then_some(doubted)
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
        let mut chosen = Vec::with_capacity(checked.findings.len());
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
    pub fn note_doubted(
        &mut self,
        doubted: &[&Finding],
        checked: &Checked<'_>,
        first: &str,
        origin: Origin<'_>,
        resolver: &mut Resolver,
        items: &dyn Items,
    ) {
        let mut wanted = Vec::new();
        for finding in doubted {
            if items.wants(Level::Unsafe, finding) {
                wanted.push((*finding).clone());
            } else {
                self.doubtful.push((finding.rule, None));
            }
        }
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
    pub fn move_on(&mut self, text: &str, policy: Policy, declared: Option<Declared>) {
        self.count += 1;
        let edits = &self.edits;
        for (_, at) in &mut self.excluded {
            *at = Moves::new(edits).after(*at, true);
        }
        self.known.clear();
        // What code is about is seen each time anew.
        if self.in_code {
            self.payloads.clear();
        }
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

    pub fn rules_at_work(&self) -> Vec<&'static str> {
        let mut rules = self.applied.clone();
        rules.sort_unstable();
        rules.dedup();
        rules
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
