//! `old-context`: fields of a message's context that only On-Premises API had.

use super::{Applies, Rule, Visit};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;

pub static RULE: Rule = Rule {
    name: "old-context",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Unsafe],
    source: "On-Premises webhook reference; Meta's webhook reference",
    page: include_str!("old_context.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the context has a field that only On-Premises API sent; Cloud API has neither mentions nor the group in it",
            "delete it from the sample, and do without it",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for message in visit.each(|anatomy| &anatomy.inbound) {
        let Some(context) = message.get("context") else { continue };
        for name in ["mentions", "group_id"] {
            visit.report_unwanted(&RULE, context, name, Level::Unsafe, "delete the field");
        }
    }
}
