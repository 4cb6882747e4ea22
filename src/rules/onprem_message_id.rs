//! `onprem-message-id`: an outbound reference to a message of the old client.

use super::{Applies, Rule, Visit};
use crate::facts::ids;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "onprem-message-id",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[Level::Manual],
    source: "Meta's messages reference; SDKs agree on the prefix",
    page: include_str!("onprem_message_id.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the message ID looks like one of the old client; Cloud API knows only messages of its own, whose IDs begin with `wamid.`",
            "refer to a message that went through Cloud API",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    let id = if visit.is(Document::Message) {
        visit.root.path(&["context", "message_id"])
    } else if visit.is(Document::ReadReceipt) {
        visit.root.get("message_id")
    } else {
        None
    };
    if let Some(id) = id.filter(|id| id.as_str().is_some_and(ids::is_old_message_id)) {
        visit.report(&RULE, Place::value(id), Args::None, Some(Fix::manual("use the ID of a message of Cloud API")));
    }
}
