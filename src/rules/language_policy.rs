//! `language-policy`: a language policy that Cloud API does not have.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};

pub static RULE: Rule = Rule {
    name: "language-policy",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe],
    source: "Meta's template message reference",
    page: include_str!("language_policy.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the language policy is none that Cloud API has; it knows `deterministic` only, and none at all is fine",
            "write `deterministic`, or leave the policy out",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for template in visit.each(|anatomy| &anatomy.templates) {
        let Some(policy) = template.path(&["language", "policy"]) else { continue };
        if policy.has_hole() || policy.as_str() == Some("deterministic") {
            continue;
        }
        let change = Change::Set { node: policy.id(), value: Value::Text("deterministic".into()) };
        let fix = Fix::one(Level::Safe, "write `deterministic`", change);
        visit.report(&RULE, Place::value(policy), Args::None, Some(fix));
    }
}
