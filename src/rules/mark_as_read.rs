//! `mark-as-read`: the request by which On-Premises API marks a message as read.

use super::code::{Goal, snippet};
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "mark-as-read",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "On-Premises API reference; Meta's messages reference",
    page: include_str!("mark_as_read.md"),
    visit: None,
    code: Some(code),
    say: |_, look, text| {
        text.message.push_str(
            "this marks a message as read by its address, as On-Premises API had it; Cloud API takes a body at the address that sends messages",
        );
        let status = snippet::member(look.tree.language(), "status", "read");
        let id = snippet::member(look.tree.language(), "message_id", "<id>");
        let _ = write!(text.help, "POST `messaging_product`, {status} and {id} to `/<phone number ID>/messages`");
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::MarkAsRead, "POST to the messages endpoint");
}
