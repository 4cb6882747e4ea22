//! `status-value`: a status that Cloud API never reports.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};

pub static RULE: Rule = Rule {
    name: "status-value",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Manual],
    source: "On-Premises webhook reference; Meta's webhook reference",
    page: include_str!("status_value.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        if let Args::Case("deleted") = finding.args {
            text.set(
                "Cloud API does not report the status `deleted`; On-Premises API sent it when a user deleted a message",
                "drop the sample, and do without the status",
            );
        } else {
            text.set(
                "Cloud API does not report the status `warning`; On-Premises API sent it for items of product messages",
                "drop the sample, and do without the status",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    for status in visit.each(|anatomy| &anatomy.statuses) {
        let Some(value) = status.get("status") else { continue };
        let case = match value.as_str() {
            Some("deleted") => "deleted",
            Some("warning") => "warning",
            _ => continue,
        };
        let onprem = visit.is_of_onprem();
        let finding = visit.report(&RULE, Place::value(value), Args::Case(case), Some(Fix::manual("drop the status")));
        // Older pages of Cloud API list them.
        if !onprem {
            finding.severity = Severity::Note;
            finding.confidence = Confidence::Medium;
        }
    }
}
