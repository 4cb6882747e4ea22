//! `contact-field`: a field of a contact card that only On-Premises API had.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "contact-field",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Unsafe],
    source: "Meta's messages reference",
    page: include_str!("contact_field.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        if let Args::Case("received") = finding.args {
            text.set(
                "the contact has a field that only On-Premises API sent; Cloud API's contacts have neither `ims` nor `contact_image`",
                "delete it from the sample, and do without it",
            );
            return;
        }
        text.set(
            "the contact has a field that only On-Premises API had; Cloud API refuses properties it does not know",
            "delete it; Cloud API has no place for it",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    let sent = visit.is(Document::Message);
    let root = visit.root;
    for holder in visit.each(|anatomy| &anatomy.inbound).chain(sent.then_some(root)) {
        for contact in holder.get("contacts").into_iter().flat_map(|contacts| contacts.items()) {
            for name in ["ims", "contact_image"] {
                let finding = visit.report_unwanted(&RULE, contact, name, Level::Unsafe, "delete the field");
                if let Some(finding) = finding.filter(|_| !sent) {
                    finding.args = Args::Case("received");
                    finding.severity = Severity::Warning;
                    finding.confidence = Confidence::Medium;
                }
            }
        }
    }
}
