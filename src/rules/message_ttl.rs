//! `message-ttl`: the time to live of a message, which Cloud API sets on templates.

use super::{Applies, Rule, Visit};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "message-ttl",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Unsafe],
    source: "Meta's messages reference",
    page: include_str!("message_ttl.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "`ttl` at the root is On-Premises form; Cloud API refuses properties it does not know and has no time to live for a single message",
            "delete it; where it matters, set `message_send_ttl_seconds` on the template",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if visit.is(Document::Message) {
        let title = "delete `ttl`; the message then lives as long as Cloud API decides";
        visit.report_unwanted(&RULE, visit.root, "ttl", Level::Unsafe, title);
    }
}
