//! `response-meta`: the state of the old client in an answer.

use super::{Applies, Rule, Visit};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;
use crate::form::{Document, Form};

pub static RULE: Rule = Rule {
    name: "response-meta",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe],
    source: "On-Premises API reference; Meta's messages reference",
    page: include_str!("response_meta.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "`meta` tells state and version of the old client; Cloud API's answers have no such part",
            "delete it from the sample; the Graph version is in the URL",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    let answers = [Document::SendResponse, Document::Error, Document::ContactsCheck, Document::MediaUpload];
    let (Form::OnPrem(document) | Form::Ambiguous(document)) = visit.payload.form else { return };
    let meta = visit.root.get("meta");
    let old = meta.is_some_and(|meta| meta.get("api_status").is_some() || meta.get("version").is_some());
    if answers.contains(&document) && old {
        visit.report_unwanted(&RULE, visit.root, "meta", Level::Safe, "delete `meta`");
    }
}
