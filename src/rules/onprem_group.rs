//! `onprem-group`: a group of On-Premises API as recipient.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule, Visit};
use crate::facts::ids;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "onprem-group",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Manual],
    source: "Meta's groups reference; On-Premises groups reference",
    page: include_str!("onprem_group.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Endpoint(_) = finding.args {
            text.set(
                "`/v1/groups` manages groups of On-Premises API; those groups are gone, and Cloud API's groups have other endpoints and IDs",
                "create a group with Cloud API where its groups will do",
            );
            return;
        }
        if let Args::Case(RECEIVED) = finding.args {
            text.set(
                "the message came from a group of On-Premises API; those groups are gone, and Cloud API's groups have other IDs",
                "drop the sample, or give it the ID of a group of Cloud API",
            );
            return;
        }
        text.set(
            "the recipient is a group of On-Premises API; those groups are gone, and Cloud API's groups have other IDs",
            "send to the members one by one, or create a group with Cloud API and use its ID",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    let is_old = |id: &Node<'_>| id.as_str().is_some_and(ids::is_old_group_id);
    for group in visit.each(|anatomy| &anatomy.inbound).filter_map(|message| message.get("group_id")).filter(is_old) {
        let fix = Fix::manual("drop the sample, or give it a group of Cloud API");
        visit.report(&RULE, Place::value(group), Args::Case(RECEIVED), Some(fix)).severity = Severity::Warning;
    }
    if !visit.is(Document::Message) {
        return;
    }
    if let Some(to) = visit.root.get("to").filter(is_old) {
        visit.report(&RULE, Place::value(to), Args::None, Some(Fix::manual("choose another recipient")));
    }
}

/// In a message that was received.
const RECEIVED: &str = "received";

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Groups, "create a group with Cloud API");
}
