//! The suppressing comments of one document: which findings they hold for, and which of them are at fault.

use std::collections::BTreeMap;

use super::comment::{Comment, Name};
use crate::diagnose::{Diagnostic, Origin, Positions};
use crate::finding::Severity;
use crate::rules::{self, Applies, Rule, Text};
use crate::tree::Span;

pub(super) struct Board<'a> {
    comments: &'a [Comment],
    source: &'a str,
    origin: Origin<'a>,
    /// The line that each comment holds for.
    lines: Vec<Option<u64>>,
    /// What is suppressed, by line and rule, and whether there was a finding of it.
    suppressed: BTreeMap<(u64, &'static str), bool>,
}

impl<'a> Board<'a> {
    pub fn new(comments: &'a [Comment], source: &'a str, origin: Origin<'a>) -> Self {
        let mut positions = Positions::new(source, origin);
        let line = |comment: &Comment| comment.holds_at.map(|at| positions.of(at).0);
        let lines: Vec<Option<u64>> = comments.iter().map(line).collect();
        let mut suppressed = BTreeMap::new();
        for (comment, line) in comments.iter().zip(&lines) {
            let Some(line) = line else { continue };
            let rules = comment.names.iter().filter_map(|name| name.rule);
            for rule in rules.filter(|rule| rule.applies != Applies::Run) {
                suppressed.insert((*line, rule.name), false);
            }
        }
        Self { comments, source, origin, lines, suppressed }
    }

    /// Whether a comment holds for a finding.
    pub fn covers(&mut self, diagnostic: &Diagnostic) -> bool {
        let used = self.suppressed.get_mut(&(diagnostic.line, diagnostic.rule));
        used.map(|used| *used = true).is_some()
    }

    /// Calls `report` with what is wrong with the comments, in order. `severity` says how findings of a rule are shown
    /// here, `None` for a rule that is not looked at.
    pub fn faults(&self, severity: impl Fn(&Rule) -> Option<Severity>, mut report: impl FnMut(Diagnostic, Span)) {
        let mut positions = Positions::new(self.source, self.origin);
        let mut fault = |rule: &'static Rule, span: Span, say: &dyn Fn(&mut Text)| {
            let Some(severity) = severity(rule) else { return };
            let mut text = Text::default();
            say(&mut text);
            report(Diagnostic::in_text(rule, severity, text, self.source, span, self.origin, &mut positions), span);
        };
        for (comment, line) in self.comments.iter().zip(&self.lines) {
            let is_used = |rule: &Rule| line.and_then(|line| self.suppressed.get(&(line, rule.name))) == Some(&true);
            if comment.names.is_empty() {
                fault(&rules::unknown_rule::RULE, comment.span, &|text| rules::unknown_rule::say_of("", text));
            } else if !comment.has_reason {
                let rule = &rules::suppression_without_reason::RULE;
                fault(rule, comment.span, &rules::suppression_without_reason::say_missing);
            }
            for Name { span, rule } in &comment.names {
                match rule {
                    None => {
                        let name: String = self.source[span.range()].chars().take(64).collect();
                        fault(&rules::unknown_rule::RULE, *span, &|text| rules::unknown_rule::say_of(&name, text));
                    }
                    Some(rule) if !is_used(rule) && severity(rule).is_some() => {
                        fault(&rules::unused_suppression::RULE, *span, &|text| {
                            rules::unused_suppression::say_of(rule.name, "on the line that it holds for", text);
                        });
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
