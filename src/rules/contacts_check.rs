//! `contacts-check`: a request to On-Premises API's contact check, or its answer.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule, Visit};
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
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Endpoint(_) = finding.args {
            text.set(
                "`/v1/contacts` asks which numbers have WhatsApp; Cloud API has no such request",
                "send without asking first; a number without WhatsApp shows later as a failed status (131026)",
            );
            return;
        }
        text.set(
            "this belongs to On-Premises API's contact check, which Cloud API does not have",
            "send without asking first; a number without WhatsApp shows as a failed status (131026)",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if visit.payload.form == Form::OnPrem(Document::ContactsCheck) {
        let confidence = visit.sure_of_form(&RULE);
        // In code what gives it away may stand far from where the object begins.
        if visit.look.tree.language().is_some() {
            for name in ["blocking", "force_check"] {
                if let Some(member) = visit.root.member(name) {
                    let fix = Fix::manual("send without asking first");
                    visit.report(&RULE, Place::member(member), Args::None, Some(fix)).confidence = confidence;
                }
            }
            return;
        }
        let fix = Fix::manual("send without asking first");
        visit.report(&RULE, Place::Lacks(visit.root.id()), Args::None, Some(fix)).confidence = confidence;
    }
}

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Contacts, "send without asking first");
    if !visit.speaks() {
        return;
    }
    // What only the answer to a check has.
    let mut places = visit.reads("status", &["contacts"]);
    for table in &visit.uses.tables {
        let has = |name: &str| table.iter().find(|key| key.text == name);
        let check = has("contacts").and(has("blocking").or(has("force_check")));
        places.extend(check.map(|key| key.span));
    }
    for at in places {
        if !visit.in_payload(at) {
            visit.report(&RULE, at, Args::None, "send without asking first");
        }
    }
}
