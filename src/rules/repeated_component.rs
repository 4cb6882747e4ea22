//! `repeated-component`: a template with two headers or two bodies.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::tree::Kind;

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
        let mut first = [None; ONCE.len()];
        for component in components.items() {
            let Some(kind) = component.get("type").filter(|kind| kind.kind() == Kind::String) else { continue };
            let is = |name: &&str| kind.bytes().eq_ignore_ascii_case(name.as_bytes());
            let Some(index) = ONCE.iter().position(is) else { continue };
            match first[index] {
                None => first[index] = Some(component),
                Some(first) => {
                    let finding = visit.report(&RULE, Place::value(component), Args::None, None);
                    finding.related.push(Place::value(first));
                }
            }
        }
    }
}
