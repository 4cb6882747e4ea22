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
    /// The comments that hold for a line.
    by_line: BTreeMap<u64, Vec<usize>>,
    /// Of each comment, the names for which there was a finding.
    used: Vec<Vec<bool>>,
}

impl<'a> Board<'a> {
    pub fn new(comments: &'a [Comment], source: &'a str, origin: Origin<'a>) -> Self {
        let mut by_line: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        let mut positions = Positions::new(source, origin);
        for (number, comment) in comments.iter().enumerate() {
            if let Some(at) = comment.holds_at {
                by_line.entry(positions.of(at).0).or_default().push(number);
            }
        }
        let used = comments.iter().map(|comment| vec![false; comment.names.len()]).collect();
        Self { comments, source, origin, by_line, used }
    }

    /// Whether a comment holds for a finding.
    pub fn covers(&mut self, diagnostic: &Diagnostic) -> bool {
        let mut covered = false;
        for number in self.by_line.get(&diagnostic.line).into_iter().flatten() {
            for (name, used) in self.comments[*number].names.iter().zip(&mut self.used[*number]) {
                if name.rule.is_some_and(|rule| rule.name == diagnostic.rule && rule.applies != Applies::Run) {
                    (covered, *used) = (true, true);
                }
            }
        }
        covered
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
        for (comment, used) in self.comments.iter().zip(&self.used) {
            if comment.names.is_empty() {
                fault(&rules::unknown_rule::RULE, comment.span, &|text| rules::unknown_rule::say_of("", text));
            } else if !comment.has_reason {
                let rule = &rules::suppression_without_reason::RULE;
                fault(rule, comment.span, &rules::suppression_without_reason::say_missing);
            }
            for (Name { span, rule }, used) in comment.names.iter().zip(used) {
                match rule {
                    None => {
                        let name: String = self.source[span.range()].chars().take(64).collect();
                        fault(&rules::unknown_rule::RULE, *span, &|text| rules::unknown_rule::say_of(&name, text));
                    }
                    Some(rule) if !used && severity(rule).is_some() => {
                        fault(&rules::unused_suppression::RULE, *span, &|text| {
                            rules::unused_suppression::say_of(
                                rule.name,
                                "on the line that the comment holds for",
                                text,
                            );
                        });
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
