//! `contact-field`: a field of a contact card that only On-Premises API had.

use super::{Applies, Rule, Visit};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "contact-field",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Unsafe],
    source: "Meta's messages reference",
    page: include_str!("contact_field.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "the contact has a field that only On-Premises API had; Cloud API refuses properties it does not know",
            "delete it; Cloud API has no place for it",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    for contact in visit.root.get("contacts").into_iter().flat_map(|contacts| contacts.items()) {
        for name in ["ims", "contact_image"] {
            visit.report_unwanted(&RULE, contact, name, Level::Unsafe, "delete the field");
        }
    }
}
