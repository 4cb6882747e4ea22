//! `identity-change`: a notice that the identity of a user changed, as On-Premises API gave it.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};
use crate::tree::Kind;

pub static RULE: Rule = Rule {
    name: "identity-change",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Webhooks,
    fix: &[Level::Manual],
    source: "On-Premises webhook reference; Meta's page on identity change checks",
    page: include_str!("identity_change.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "identity changes are told in the way of On-Premises API; Cloud API has the identity check instead: `identity_key_hash` in `contacts` of webhooks",
            "switch the identity check on for the number and read `contacts[].identity_key_hash`",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is_of_onprem() {
        return;
    }
    for message in visit.each(|anatomy| &anatomy.inbound) {
        let kind = message.path(&["system", "type"]);
        if let Some(kind) = kind.filter(|kind| kind.as_str() == Some("user_identity_changed")) {
            visit.report(&RULE, Place::value(kind), Args::None, Some(Fix::manual("use the identity check")));
        }
        if let Some(member) = message.member("identity").filter(|(_, identity)| identity.kind() != Kind::Null) {
            visit.report(&RULE, Place::member(member), Args::None, Some(Fix::manual("use the identity check")));
        }
    }
}
