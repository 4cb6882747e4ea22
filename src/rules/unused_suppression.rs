//! `unused-suppression`: a suppression of findings that do not occur.

use std::fmt::Write as _;

use super::{Applies, Rule, Text};
use crate::finding::{Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "unused-suppression",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Run,
    fix: &[],
    source: "the run itself",
    page: include_str!("unused_suppression.md"),
    visit: None,
    code: None,
    say: |_, _, text| say_of("its rule", "where it holds", text),
};

/// Says that there is no finding of `rule` in `place`.
pub(crate) fn say_of(rule: &str, place: &str, text: &mut Text) {
    let _ = write!(text.message, "the suppression hides nothing: there is no finding of `{rule}` {place}");
    text.help.push_str("take the suppression out, or move it to where the finding is");
}
