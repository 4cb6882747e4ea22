//! `unknown-rule`: a suppression that names no rule that exists.

use super::{Applies, Rule, Text};
use crate::config::unknown_rule;
use crate::finding::{Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "unknown-rule",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Run,
    fix: &[],
    source: "the list of rules",
    page: include_str!("unknown_rule.md"),
    visit: None,
    code: None,
    say: |_, _, text| say_of("", text),
};

/// Says that there is no rule `name`, or that none is named.
pub(crate) fn say_of(name: &str, text: &mut Text) {
    if name.is_empty() {
        text.set(
            "the suppression names no rule, so it suppresses nothing",
            "write `waport-suppress: rule-name reason`",
        );
        return;
    }
    text.message.push_str(&unknown_rule(name));
    text.help.push_str("correct the name; until then nothing is suppressed by it");
}
