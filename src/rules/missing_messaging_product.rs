//! `missing-messaging-product`: a body without the property that every Cloud API body begins with.

use std::fmt::Write as _;

use super::code::snippet;
use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::form::{Document, Form};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "missing-messaging-product",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Safe],
    source: "Meta's messages reference",
    page: include_str!("missing_messaging_product.md"),
    visit: Some(visit),
    code: None,
    say: |finding, look, text| {
        if let Args::Case("answer") = finding.args {
            text.set(
                "the answer has no `messaging_product`; Cloud API's answers begin with it, those of On-Premises API did not have it",
                "add `\"messaging_product\": \"whatsapp\"` to the sample",
            );
            return;
        }
        text.message
            .push_str("the body has no `messaging_product`; Cloud API requires it, On-Premises API did not know it");
        let member = snippet::member(snippet::language_of(finding, look), "messaging_product", "whatsapp");
        let _ = write!(text.help, "add {member}");
    },
};

fn visit(visit: &mut Visit<'_>) {
    let answer = visit.is(Document::SendResponse);
    if !answer && !visit.is(Document::Message) && !visit.is(Document::ReadReceipt) {
        return;
    }
    visit.claim_missing(visit.root, "messaging_product");
    // What may be either may be the arguments of a call that adds it.
    let either = matches!(visit.payload.form, Form::Ambiguous(_));
    if either || visit.root.is_open() || visit.root.get("messaging_product").is_some() {
        return;
    }
    let insert = Change::Insert {
        object: visit.root.id(),
        name: "messaging_product",
        value: Value::Text("whatsapp".into()),
        position: first(visit.root),
    };
    let fix = Fix::one(Level::Safe, "insert `\"messaging_product\": \"whatsapp\"`", insert);
    let confidence = visit.sure_of_form(&RULE);
    let args = if answer { Args::Case("answer") } else { Args::None };
    let finding = visit.report(&RULE, Place::Lacks(visit.root.id()), args, Some(fix));
    finding.confidence = confidence;
    // Nothing is refused there.
    if answer {
        finding.severity = Severity::Warning;
    }
}

/// Before all others, or behind them where the first will have to go.
fn first(root: Node<'_>) -> Position {
    match root.members().next() {
        Some((key, _)) if key.text() == "meta" => Position::Last,
        _ => Position::First,
    }
}
