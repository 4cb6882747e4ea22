//! `footer-not-allowed`: a footer on an interactive message whose type takes none.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "footer-not-allowed",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Unsafe],
    source: "Meta's pages of the interactive messages",
    page: include_str!("footer_not_allowed.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "interactive messages of this type take no footer; Cloud API refuses the message",
            "delete it; its text may go into the body",
        );
    },
};

/// Types that take no footer, and how sure that is.
const NONE: [(&str, Confidence); 5] = [
    ("carousel", Confidence::High),
    ("location_request_message", Confidence::High),
    ("call_permission_request", Confidence::Medium),
    ("voice_call", Confidence::Low),
    ("request_contact_info", Confidence::Low),
];

fn visit(visit: &mut Visit<'_>) {
    let Some(interactive) = visit.root.get("interactive").filter(|_| visit.is(Document::Message)) else { return };
    let kind = interactive.get("type").and_then(|kind| kind.as_str());
    let (Some(kind), Some(member)) = (kind, interactive.member("footer")) else { return };
    if let Some((_, confidence)) = NONE.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)) {
        let change = Change::Remove { object: interactive.id(), key: member.0.id() };
        let fix = Fix::one(Level::Unsafe, "delete the footer", change);
        visit.report(&RULE, Place::member(member), Args::None, Some(fix)).confidence = *confidence;
    }
}
