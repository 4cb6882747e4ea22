//! `contacts-check`: a request to On-Premises API's contact check, or its answer.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::Fix;
use crate::form::{Document, Form};

pub static RULE: Rule = Rule {
    name: "contacts-check",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[crate::fix::Level::Manual],
    source: "On-Premises API reference and its change log",
    page: include_str!("contacts_check.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "this belongs to On-Premises API's contact check, which Cloud API does not have",
            "send without asking first; a number without WhatsApp shows as a failed status (131026)",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if visit.payload.form == Form::OnPrem(Document::ContactsCheck) {
        let confidence = visit.sure_of_form(&RULE);
        let fix = Fix::manual("send without asking first");
        visit.report(&RULE, Place::Lacks(visit.root.id()), Args::None, Some(fix)).confidence = confidence;
    }
}
