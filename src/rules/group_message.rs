//! `group-message`: a kind of message that groups do not take.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "group-message",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[],
    source: "Meta's page on messages to groups",
    page: include_str!("group_message.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "groups take no interactive messages; Cloud API refuses it as far as is known",
            "send a text or a template to the group, or the interactive message to each member",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    let root = visit.root;
    if !visit.is(Document::Message) || visit.is_of_onprem() {
        return;
    }
    let says = |name: &str, word: &str| root.get(name).is_some_and(|value| value.is_text(word));
    if says("recipient_type", "group")
        && says("type", "interactive")
        && let Some(member) = root.member("interactive")
    {
        visit.report(&RULE, Place::member(member), Args::None, None);
    }
}
