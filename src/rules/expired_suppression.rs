//! `expired-suppression`: a suppression whose last day has passed.

use std::fmt::Write as _;

use super::{Applies, Rule, Text};
use crate::facts::Date;
use crate::finding::{Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "expired-suppression",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Run,
    fix: &[],
    source: "the run itself",
    page: include_str!("expired_suppression.md"),
    visit: None,
    code: None,
    say: |_, _, text| say_of("its rule", None, text),
};

/// Says that the suppression of `rule` held until the day `until`.
pub(crate) fn say_of(rule: &str, until: Option<Date>, text: &mut Text) {
    let until = until.map(|day| format!(" on {day}")).unwrap_or_default();
    let _ = write!(text.message, "the suppression of `{rule}` expired{until}; its findings are shown again");
    text.help.push_str("cure the findings and take it out, or set a later day and say why");
}
