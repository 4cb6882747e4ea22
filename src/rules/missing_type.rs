//! `missing-type`: a message that does not say what kind of message it is.

use std::fmt::Write as _;

use super::code::snippet;
use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::form::{Document, Evidence, Form};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "missing-type",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe],
    source: "Meta's messages reference",
    page: include_str!("missing_type.md"),
    visit: Some(visit),
    code: None,
    say: |finding, look, text| {
        let meant = if let Args::Case(name) = finding.args { name } else { "text" };
        text.message.push_str("the message has no `type`; Cloud API needs it to know which content to read");
        let _ = write!(text.help, "add {}", snippet::member(snippet::language_of(finding, look), "type", meant));
    },
};

/// Content properties, each named as its type.
const CONTENT: [&str; 12] = [
    "template",
    "interactive",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "pin",
    "text",
];

/// The type that a message without one means: that of the content it has.
pub(crate) fn meant(root: Node<'_>) -> Option<&'static str> {
    CONTENT.into_iter().find(|name| root.get(name).is_some())
}

fn visit(visit: &mut Visit<'_>) {
    let root = visit.root;
    if !visit.is(Document::Message)
        || root.get("type").is_some()
        || root.is_open()
        || visit.payload.evidence.has(Evidence::Calls)
    {
        return;
    }
    // The legacy template object is one fault; the type is part of its cure.
    if root.get("hsm").is_some() {
        return;
    }
    let Some(meant) = meant(root) else { return };
    let severity = match visit.payload.form {
        Form::OnPrem(_) => Severity::Error,
        Form::Cloud(_) => Severity::Warning,
        Form::Ambiguous(_) => return,
    };
    let insert = Change::Insert {
        object: root.id(),
        name: "type",
        value: Value::Text(meant.into()),
        position: match root.member("to") {
            Some((_, to)) => Position::After(to.id()),
            None => Position::First,
        },
    };
    let fix = Fix::one(Level::Safe, format!("insert `\"type\": \"{meant}\"`"), insert);
    let confidence = visit.sure_of_form(&RULE);
    let finding = visit.report(&RULE, Place::Lacks(root.id()), Args::Case(meant), Some(fix));
    finding.severity = severity;
    finding.confidence = confidence;
}
