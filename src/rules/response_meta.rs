//! `response-meta`: the state of the old client in an answer.

use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "response-meta",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Manual],
    source: "On-Premises API reference; Meta's messages reference",
    page: include_str!("response_meta.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Use(_) = finding.args {
            text.set(
                "the code reads the state of the old client from `meta`; Cloud API's answers have no such part",
                "do without it; the Graph version is in the URL",
            );
            return;
        }
        text.set(
            "`meta` tells state and version of the old client; Cloud API's answers have no such part",
            "delete it from the sample; the Graph version is in the URL",
        );
    },
};

/// Whether `meta` is the old client's, and not a gateway's.
pub(crate) fn is_old(meta: Node<'_>) -> bool {
    meta.get("api_status").is_some() || meta.get("version").is_some()
}

fn visit(visit: &mut Visit<'_>) {
    let answers = [Document::SendResponse, Document::Error, Document::ContactsCheck, Document::MediaUpload];
    let meta = visit.root.get("meta");
    let listed = visit.root.get("errors").is_some();
    if answers.contains(&visit.payload.form.document()) && meta.is_some_and(is_old) {
        let finding = visit.report_unwanted(&RULE, visit.root, "meta", Level::Safe, "delete `meta`");
        // It tells a list of errors from a webhook's.
        if let Some(finding) = finding.filter(|_| listed) {
            finding.fix = Some(Fix::manual("delete `meta` once `errors` is `error`"));
        }
    }
}

fn code(visit: &mut CodeVisit<'_>) {
    if visit.speaks() {
        let fields = visit.uses.types.iter().flat_map(|declared| &declared.fields);
        let declared = fields.filter(|field| field.wire == "api_status").map(|field| field.span);
        let mut places: Vec<_> = declared.collect();
        places.extend(visit.reads("api_status", &["meta"]));
        for at in places {
            visit.report(&RULE, at, Args::Use("meta"), "do without it");
        }
    }
}
