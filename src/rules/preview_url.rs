//! `preview-url`: the switch for link previews at the root of a message, where Cloud API wants it in `text`.

use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level};
use crate::form::Document;
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "preview-url",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe, Level::Unsafe],
    source: "Meta's messages reference",
    page: include_str!("preview_url.md"),
    visit: Some(visit),
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "`preview_url` at the root is On-Premises form; Cloud API reads it in `text` only and refuses properties it does not know",
            "move it into `text`",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let Some(member) = visit.root.member("preview_url") else { return };
    let (root, key) = (visit.root.id(), member.0.id());
    let text = visit.root.get("text").filter(Node::is_object);
    let fix = match text {
        Some(text) if text.get("preview_url").is_none() => Fix::one(
            Level::Safe,
            "move `preview_url` into `text`",
            Change::Move { from: root, key, to: text.id(), name: "preview_url" },
        ),
        _ => {
            let same = text.and_then(|text| text.get("preview_url")).is_some_and(|own| own.raw() == member.1.raw());
            let level = if same { Level::Safe } else { Level::Unsafe };
            Fix::one(level, "delete `preview_url`", Change::Remove { object: root, key })
        }
    };
    visit.report(&RULE, Place::member(member), Args::None, Some(fix));
}

fn code(visit: &mut CodeVisit<'_>) {
    if !visit.speaks() {
        return;
    }
    let bodies = visit.uses.types.iter().filter(|declared| {
        ["to", "recipient_type"].iter().any(|name| declared.fields.iter().any(|field| field.wire == *name))
    });
    let fields = bodies.flat_map(|declared| &declared.fields).filter(|field| field.wire == "preview_url");
    for at in fields.map(|field| field.span).collect::<Vec<_>>() {
        visit.report(&RULE, at, Args::Use("preview"), "move it into `text`");
    }
}
