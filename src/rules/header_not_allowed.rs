//! `header-not-allowed`: a header that an interactive message of its type cannot have.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "header-not-allowed",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[],
    source: "Meta's interactive message references; error text seen from the server",
    page: include_str!("header_not_allowed.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        if let Args::Case("text") = finding.args {
            text.set(
                "interactive messages of this type take a header of type `text` only",
                "write a text, or leave the header out",
            );
        } else {
            text.set(
                "interactive messages of this type take no header; Cloud API refuses the message",
                "leave the header out; its text may go into the body",
            );
        }
    },
};

/// Types that take no header, and how sure that is.
const NONE: [(&str, Confidence); 8] = [
    ("product", Confidence::High),
    ("catalog_message", Confidence::High),
    ("location_request_message", Confidence::High),
    ("carousel", Confidence::High),
    ("order_status", Confidence::Low),
    ("voice_call", Confidence::Low),
    ("call_permission_request", Confidence::Medium),
    ("request_contact_info", Confidence::Low),
];

/// Headers that are no text.
const MEDIA: [&str; 3] = ["image", "video", "document"];

/// Types that take text only.
const TEXT: [&str; 2] = ["list", "product_list"];

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let Some(interactive) = visit.root.get("interactive") else { return };
    let kind = interactive.get("type").and_then(|kind| kind.as_str());
    let (Some(kind), Some(member)) = (kind, interactive.member("header")) else { return };
    let is = |name: &str| name.eq_ignore_ascii_case(kind);
    if let Some((_, confidence)) = NONE.iter().find(|(name, _)| is(name)) {
        visit.report(&RULE, Place::member(member), Args::Case("none"), None).confidence = *confidence;
        return;
    }
    let Some(of) = member.1.get("type").filter(|of| !of.has_hole()) else { return };
    if TEXT.into_iter().any(is)
        && of.as_str().is_some_and(|of| MEDIA.iter().any(|media| of.eq_ignore_ascii_case(media)))
    {
        visit.claims.push((of.id(), ""));
        visit.report(&RULE, Place::member(member), Args::Case("text"), None);
    }
}
