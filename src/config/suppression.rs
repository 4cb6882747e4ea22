//! `[[suppress]]`: findings that are known, and why they stay.

use globset::GlobSet;

use super::{ConfigError, file, unknown_rule};
use crate::facts::Date;
use crate::rules::{self, Applies, Rule};
use crate::tree::{Span, offset};

/// Findings of one rule that are not to be reported.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rule.
    pub rule: &'static Rule,
    /// The files.
    pub path: GlobSet,
    /// The same as written.
    pub pattern: String,
    /// The place in the payload, with all below it; `None` is the whole payload.
    pub pointer: Option<String>,
    /// Why they stay.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where its rule stands in the configuration.
    pub span: Span,
}

impl Suppression {
    pub(super) fn of(entry: &file::Suppress, text: &str, path: GlobSet) -> Result<Self, ConfigError> {
        let fail = |word: &file::Word, problem: String| {
            Err(ConfigError::at(text, &word.span(), format!("[[suppress]] {problem}")))
        };
        let name = entry.rule.get_ref();
        let Some(rule) = rules::rule(name) else { return fail(&entry.rule, format!("rule: {}", unknown_rule(name))) };
        if rule.applies == Applies::Run {
            let problem = format!("rule: `{name}` is about suppressions themselves; set it to \"off\" in [rules]");
            return fail(&entry.rule, problem);
        }
        if let Some(pointer) = &entry.pointer {
            let written = pointer.get_ref();
            if !written.is_empty() && !written.starts_with('/') {
                return fail(pointer, format!("pointer: a JSON Pointer begins with `/`, `{written}` does not"));
            }
        }
        if entry.reason.get_ref().trim().is_empty() {
            return fail(&entry.reason, "reason: say in a few words why the finding stays".to_owned());
        }
        let until = entry.until.as_ref().map(|until| {
            let written = until.get_ref().to_string();
            let wrong = |_| {
                let problem = format!("[[suppress]] until: `{written}` is no day; write one like 2027-01-31");
                ConfigError::at(text, &until.span(), problem)
            };
            written.parse().map_err(wrong)
        });
        let span = entry.rule.span();
        Ok(Self {
            rule,
            path,
            pattern: entry.path.get_ref().clone(),
            pointer: entry.pointer.as_ref().map(|pointer| pointer.get_ref().clone()),
            reason: entry.reason.get_ref().clone(),
            until: until.transpose()?,
            span: Span { start: offset(span.start), end: offset(span.end) },
        })
    }

    /// Whether it holds for findings of `rule` at `pointer`, which is relative to the payload; `None` is for faults of
    /// a file.
    #[must_use]
    pub fn covers(&self, rule: &str, pointer: Option<&str>) -> bool {
        let below = |wanted: &str| {
            let rest = pointer.and_then(|pointer| pointer.strip_prefix(wanted));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.rule.name == rule && self.pointer.as_deref().is_none_or(below)
    }

    /// Whether it holds no longer on the day `today`.
    #[must_use]
    pub fn is_expired(&self, today: Option<Date>) -> bool {
        matches!((self.until, today), (Some(until), Some(today)) if today > until)
    }

    /// Whether the gate of the migration heeds it on the day `today`: it says until when, and that is still to come.
    #[must_use]
    pub fn counts_at_gate(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today < until)
    }
}
