//! `repeated-component`: a template with two headers or two bodies.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};

pub static RULE: Rule = Rule {
    name: "repeated-component",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[],
    source: "SDKs agree; Meta's template message reference",
    page: include_str!("repeated_component.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the template already has a component of this type; Cloud API takes one header and one body",
            "put all parameters of the header, or of the body, into one component",
        );
    },
};

/// What a template and each of its cards has once at most.
const ONCE: [&str; 2] = ["header", "body"];

fn visit(visit: &mut Visit<'_>) {
    for components in visit.each(|anatomy| &anatomy.components) {
        for name in ONCE {
            let mut of_type = components.items().filter(|component| {
                let kind = component.get("type").and_then(|kind| kind.as_str());
                kind.is_some_and(|kind| kind.eq_ignore_ascii_case(name))
            });
            let Some(first) = of_type.next() else { continue };
            for again in of_type {
                let finding = visit.report(&RULE, Place::value(again), Args::None, None);
                finding.related.push(Place::value(first));
            }
        }
    }
}
