//! `suppression-without-reason`: a suppression that does not say why.

use super::{Applies, Rule, Text};
use crate::finding::{Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "suppression-without-reason",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Run,
    fix: &[],
    source: "the run itself",
    page: include_str!("suppression_without_reason.md"),
    visit: None,
    code: None,
    say: |_, _, text| say_missing(text),
};

/// Says that the reason is missing.
pub(crate) fn say_missing(text: &mut Text) {
    text.set(
        "the suppression gives no reason, so nobody can tell later whether it still holds",
        "write why the finding stays behind the name of the rule",
    );
}
