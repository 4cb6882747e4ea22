//! `whitespace-text`: white space around the texts of an interactive message's action and its buttons.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Finding, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "whitespace-text",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Property Validation",
    page: include_str!("whitespace_text.md"),
    visit: Some(visit),
    code: None,
    say,
};

const ONLY: &str = "only";
const LEADING: &str = "leading";
const TRAILING: &str = "trailing";
const BOTH: &str = "both";

/// Texts that are shown.
const LABELS: [&str; 6] = ["title", "description", "button", "display_text", "flow_cta", "text"];

/// What belongs to the user or the shop, not to the action: its spaces are its own.
const DATA: [&str; 6] =
    ["flow_action_payload", "values", "saved_addresses", "validation_errors", "order", "beneficiaries"];

fn say(finding: &Finding, _: &super::Look<'_>, text: &mut super::Text) {
    let Args::Case(case) = finding.args else { return };
    text.message.push_str(match case {
        ONLY => "the text is nothing but white space",
        LEADING => "the text begins with white space",
        TRAILING => "the text ends with white space",
        _ => "the text begins and ends with white space",
    });
    text.message.push_str("; On-Premises API let that pass in actions and buttons, Cloud API refuses it");
    text.help.push_str(match finding.fix.as_ref().map(|fix| fix.level) {
        Some(Level::Safe) => "trim it",
        Some(Level::Unsafe) => "trim it, here and wherever it is compared with",
        _ => "write a text",
    });
}

fn visit(visit: &mut Visit<'_>) {
    for action in visit.each(|anatomy| &anatomy.actions) {
        members(visit, action);
    }
}

fn members(visit: &mut Visit<'_>, object: Node<'_>) {
    for (key, value) in object.members() {
        if !is_trim(value) && !DATA.iter().any(|name| key.is_text(name)) {
            inside(visit, key.text(), value);
        }
    }
}

fn inside(visit: &mut Visit<'_>, name: &str, value: Node<'_>) {
    match value.kind() {
        Kind::Object => members(visit, value),
        Kind::Array => {
            for item in value.items() {
                inside(visit, name, item);
            }
        }
        Kind::String => judge(visit, name, value),
        _ => {}
    }
}

/// Whether a value is a text that begins and ends as most do, which needs no closer look.
fn is_trim(value: Node<'_>) -> bool {
    let is_ink = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    value.kind() == Kind::String && is_ink(value.bytes().first()) && is_ink(value.bytes().last())
}

fn judge(visit: &mut Visit<'_>, name: &str, value: Node<'_>) {
    let text = value.text();
    let trimmed = text.trim();
    if trimmed.len() == text.len() {
        return;
    }
    let spaces = |text: &str| text.bytes().all(|b| b == b' ');
    let (before, after) = if trimmed.is_empty() {
        (text, "")
    } else {
        (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..])
    };
    let case = match (trimmed.is_empty(), before.is_empty(), after.is_empty()) {
        (true, ..) => ONLY,
        (_, false, true) => LEADING,
        (_, true, _) => TRAILING,
        _ => BOTH,
    };
    let fix = if trimmed.is_empty() {
        Fix::manual("write a text")
    } else {
        let level = if LABELS.contains(&name) { Level::Safe } else { Level::Unsafe };
        Fix::one(level, "trim it", Change::Set { node: value.id(), value: Value::Text(trimmed.to_owned().into()) })
    };
    let finding = visit.report(&RULE, Place::value(value), Args::Case(case), Some(fix));
    // The guide speaks of spaces; that other white space is refused too is likely.
    if !(spaces(before) && spaces(after)) {
        finding.confidence = Confidence::Medium;
    }
}
