//! `error-shape`: an error object as On-Premises API gave it, with `details` beside `title`.

use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::form::Document;
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "error-shape",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Error Codes; Meta's Cloud API error reference",
    page: include_str!("error_shape.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Use(_) = finding.args {
            text.set(
                "the code reads `details` of an error as On-Premises API gave it; Cloud API has them in `error_data.details`, and answers requests with one object `error`",
                "read `error_data.details` of webhook errors, and `error.error_data.details` of answers",
            );
            return;
        }
        let Args::Case(case) = finding.args else { return };
        if case == ANSWER {
            text.set(
                "the answer lists its errors in `errors`; Cloud API answers one object `error` with `message`, `type`, `code` and `error_data.details`",
                "write `error` in place of `errors`",
            );
        } else if case == MESSAGE {
            text.set(
                "the error has no `message`; Cloud API sends one beside the title, with the same text",
                "repeat the title as `message`",
            );
        } else {
            text.set(
                "the error has `details` beside `title`; Cloud API sends them in `error_data.details`, with a `message` beside",
                "move `details` into `error_data` and repeat the title as `message`",
            );
        }
    },
};

/// An item of `errors` in the answer to a request.
const ANSWER: &str = "answer";
/// One with `details` beside its title.
const DETAILS: &str = "details";
/// One that has nothing but its title.
const MESSAGE: &str = "message";

fn visit(visit: &mut Visit<'_>) {
    let onprem = visit.is_of_onprem();
    let answered = visit.root.get("errors").filter(|_| visit.is(Document::Error));
    for error in visit.each(|anatomy| &anatomy.errors) {
        let details = error.member("details");
        let (case, fix) = if answered.is_some_and(|errors| errors.contains(error.id())) {
            (ANSWER, as_one_error(visit.root).unwrap_or_else(|| Fix::manual("write `error` in place of `errors`")))
        } else if error.get("error_data").is_some() || error.get("title").is_none() {
            continue;
        } else if details.is_some() {
            (DETAILS, fix(error, details))
        } else if onprem && error.get("message").is_none() {
            (MESSAGE, fix(error, None))
        } else {
            continue;
        };
        let confidence = visit.sure_of_form(&RULE);
        let finding = visit.report(&RULE, Place::value(error), Args::Case(case), Some(fix));
        finding.confidence = confidence;
        // Cloud API itself sent the old shape until Graph v15.
        if !onprem {
            finding.confidence = Confidence::Medium;
        }
        if !onprem || case == MESSAGE {
            finding.severity = Severity::Warning;
        }
    }
}

/// The cure of an item of `errors` in a webhook.
fn fix(error: Node<'_>, details: Option<(Node<'_>, Node<'_>)>) -> Fix {
    let mut changes = Vec::new();
    if let (Some(title), None) = (error.get("title"), error.get("message")) {
        changes.push(Change::Insert {
            object: error.id(),
            name: "message",
            value: Value::Copy(title.id()),
            position: Position::After(title.id()),
        });
    }
    let Some((key, details)) = details else {
        return Fix { title: "repeat the title as `message`".into(), level: Level::Safe, changes };
    };
    changes.push(Change::Rename { key: key.id(), to: "error_data".into() });
    changes
        .push(Change::Set { node: details.id(), value: Value::Object(vec![("details", Value::Copy(details.id()))]) });
    Fix { title: "move `details` into `error_data`".into(), level: Level::Safe, changes }
}

/// The cure of an answer: `error` for the only item of `errors`, when all that is in it has a place there.
fn as_one_error(root: Node<'_>) -> Option<Fix> {
    let (key, errors) = root.member("errors").filter(|(_, errors)| errors.count() == 1 && !errors.is_open())?;
    let error = errors.items().next().filter(|error| !error.is_open() && root.get("error").is_none())?;
    let (mut code, mut message, mut details, mut href) = (None, None, None, None);
    for (key, value) in error.members() {
        let place = match key.text() {
            "code" => &mut code,
            "title" | "message" => &mut message,
            "details" => &mut details,
            "href" => &mut href,
            _ => return None,
        };
        if place.replace(Value::Copy(value.id())).is_some() {
            return None;
        }
    }
    let mut data = vec![("messaging_product", Value::Text("whatsapp".into()))];
    data.extend(details.map(|details| ("details", details)));
    let told = vec![("message", message?), ("code", code?), ("error_data", Value::Object(data))];
    let changes = vec![
        Change::Rename { key: key.id(), to: "error".into() },
        Change::Set { node: errors.id(), value: Value::Object(told) },
    ];
    // Cloud API has no address of a help page there.
    let (level, title) = match href {
        Some(_) => (Level::Unsafe, "write `error` in place of `errors`, without `href`"),
        None => (Level::Safe, "write `error` in place of `errors`"),
    };
    Some(Fix { title: title.into(), level, changes })
}

fn code(visit: &mut CodeVisit<'_>) {
    if visit.speaks() {
        let mut places = visit.reads("details", &["errors"]);
        if !visit.is_cloud() {
            let errors = visit.uses.types.iter().filter(|declared| {
                let has = |name: &str| declared.fields.iter().any(|field| field.wire == name);
                has("code")
                    && (has("title") || declared.name.to_ascii_lowercase().contains("err"))
                    && !has("error_data")
            });
            let details = errors.flat_map(|declared| &declared.fields).filter(|field| field.wire == "details");
            places.extend(details.map(|field| field.span));
        }
        for at in places {
            visit.report(&RULE, at, Args::Use(DETAILS), "read `error_data.details`");
        }
    }
}
