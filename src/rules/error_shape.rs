//! `error-shape`: an error object as On-Premises API gave it, with `details` beside `title`.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::form::Document;
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "error-shape",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Manual],
    source: "Meta's migration guide, Error Codes; Meta's Cloud API error reference",
    page: include_str!("error_shape.md"),
    visit: Some(visit),
    say: |finding, _, text| {
        if let Args::Case("answer") = finding.args {
            text.set(
                "the answer lists its errors in `errors`; Cloud API answers one object `error` with `message`, `type`, `code` and `error_data.details`",
                "write `error` in place of `errors`",
            );
        } else {
            text.set(
                "the error has `details` beside `title`; Cloud API sends them in `error_data.details`, with a `message` beside",
                "move `details` into `error_data` and repeat the title as `message`",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    let answer = visit.is(Document::Error);
    for error in visit.each(|anatomy| &anatomy.errors) {
        let Some(details) = error.member("details") else { continue };
        if error.get("error_data").is_some() || error.get("title").is_none() {
            continue;
        }
        let (case, fix) = if answer {
            ("answer", Fix::manual("write `error` in place of `errors`"))
        } else {
            ("webhook", fix(error, details))
        };
        let confidence = visit.sure_of_form(&RULE);
        let onprem = visit.payload.form.is_onprem();
        let finding = visit.report(&RULE, Place::value(error), Args::Case(case), Some(fix));
        finding.confidence = confidence;
        // Cloud API itself sent the old shape until Graph v15.
        if !onprem {
            finding.severity = Severity::Warning;
            finding.confidence = Confidence::Medium;
        }
    }
}

fn fix(error: Node<'_>, (key, details): (Node<'_>, Node<'_>)) -> Fix {
    let mut changes = Vec::new();
    let title = error.member("title");
    if let (Some((_, title)), None) = (title, error.get("message")) {
        changes.push(Change::Insert {
            object: error.id(),
            name: "message",
            value: Value::Copy(title.id()),
            position: Position::After(title.id()),
        });
    }
    changes.push(Change::Rename { key: key.id(), to: "error_data".into() });
    changes
        .push(Change::Set { node: details.id(), value: Value::Object(vec![("details", Value::Copy(details.id()))]) });
    Fix { title: "move `details` into `error_data`".into(), level: Level::Safe, changes }
}
