//! `template-text`: a text parameter of a template that Cloud API does not take.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "template-text",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[],
    source: "error texts seen from the server",
    page: include_str!("template_text.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        let Args::Case(case) = finding.args else { return };
        let (message, help) = match case {
            "empty" => (
                "the text of the parameter is empty; Cloud API answers that it is missing (131008)",
                "write something, if only a dash",
            ),
            "newline" => (
                "the text of the parameter has a line break; Cloud API refuses line breaks in template parameters",
                "put it on one line",
            ),
            "tab" => (
                "the text of the parameter has a tab; Cloud API refuses tabs in template parameters",
                "write a space instead",
            ),
            _ => (
                "the text of the parameter has more than four spaces in a row; Cloud API refuses that in template parameters",
                "write four spaces at most",
            ),
        };
        text.set(message, help);
    },
};

fn visit(visit: &mut Visit<'_>) {
    for components in visit.each(|anatomy| &anatomy.components) {
        for component in components.items() {
            let kind = component.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
            if kind.eq_ignore_ascii_case("body") || kind.eq_ignore_ascii_case("header") {
                for parameter in component.get("parameters").into_iter().flat_map(|parameters| parameters.items()) {
                    judge(visit, parameter);
                }
            }
        }
    }
}

fn judge(visit: &mut Visit<'_>, parameter: Node<'_>) {
    let Some(text) = parameter.get("text").filter(|text| text.kind() == Kind::String) else { return };
    let Some(case) = fault(text.bytes()) else { return };
    visit.report(&RULE, Place::value(text), Args::Case(case), None);
}

/// As many spaces as are too many.
const SPACES: &[u8] = b"     ";

fn fault(text: &[u8]) -> Option<&'static str> {
    if text.is_empty() {
        return Some("empty");
    }
    // Most texts have none of them, which a look at all bytes says fastest.
    let controls = text.iter().filter(|byte| **byte < b' ').count() > 0;
    if controls && text.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return Some("newline");
    }
    if controls && text.contains(&b'\t') {
        return Some("tab");
    }
    // So many fill a pair of bytes at an even place.
    let pairs = text.chunks_exact(2).any(|pair| pair == b"  ");
    (pairs && memchr::memmem::find(text, SPACES).is_some()).then_some("spaces")
}
