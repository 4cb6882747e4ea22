//! `phone-number`: a recipient that cannot be a phone number.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "phone-number",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[],
    source: "Meta's messages reference; error text seen from the server",
    page: include_str!("phone_number.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        let Args::Case(case) = finding.args else { return };
        let (message, help) = match case {
            "zeros" => ("the number begins with `00`, which Cloud API refuses", "write `+` and the country code"),
            "letters" => (
                "the recipient is no phone number; Cloud API takes digits, with `+`, spaces, hyphens and brackets among them",
                "write the number with its country code",
            ),
            "short" => (
                "the number has fewer than seven digits, too few for a number with its country code",
                "write the number with its country code",
            ),
            _ => (
                "the number has more than fifteen digits, more than any phone number has",
                "write the number with its country code",
            ),
        };
        text.set(message, help);
    },
};

fn visit(visit: &mut Visit<'_>) {
    let kind = visit.root.get("recipient_type");
    let group = kind.is_some_and(|kind| !kind.is_text("individual"));
    if !visit.is(Document::Message) || group {
        return;
    }
    let Some(to) = visit.root.get("to") else { return };
    let Some(text) = to.as_str() else { return };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == text.len() && (7..=15).contains(&digits) && !text.starts_with("00") {
        return;
    }
    let spelt = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b' ' | b'-' | b'(' | b')' | b'.');
    let case = if !text.bytes().all(spelt) {
        "letters"
    } else if text.starts_with("00") {
        "zeros"
    } else if digits < 7 {
        "short"
    } else if digits > 15 {
        "long"
    } else {
        return;
    };
    if to.has_hole() || crate::facts::ids::is_old_group_id(text) {
        return;
    }
    visit.report(&RULE, Place::value(to), Args::Case(case), None);
}
