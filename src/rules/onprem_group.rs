//! `onprem-group`: a group of On-Premises API as recipient.

use super::{Applies, Rule, Visit};
use crate::facts::ids;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "onprem-group",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Manual],
    source: "Meta's groups reference; On-Premises groups reference",
    page: include_str!("onprem_group.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "the recipient is a group of On-Premises API; those groups are gone, and Cloud API's groups have other IDs",
            "send to the members one by one, or create a group with Cloud API and use its ID",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let Some(to) = visit.root.get("to") else { return };
    if to.as_str().is_some_and(ids::is_old_group_id) {
        visit.report(&RULE, Place::value(to), Args::None, Some(Fix::manual("choose another recipient")));
    }
}
