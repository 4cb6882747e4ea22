//! `status-type`: the type of a status, which Cloud API does not send.

use super::{Applies, Rule, Visit};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;

pub static RULE: Rule = Rule {
    name: "status-type",
    severity: Severity::Note,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe],
    source: "On-Premises webhook reference; Meta's webhook reference",
    page: include_str!("status_type.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "`type: message` in a status is On-Premises form; Cloud API sends statuses of messages without it",
            "delete it",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for status in visit.each(|anatomy| &anatomy.statuses) {
        if status.get("type").is_some_and(|kind| kind.is_text("message")) {
            visit.report_unwanted(&RULE, status, "type", Level::Safe, "delete `type`");
        }
    }
}
