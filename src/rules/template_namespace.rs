//! `template-namespace`: the namespace of a template, which Cloud API does not take.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level};

pub static RULE: Rule = Rule {
    name: "template-namespace",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Safe],
    source: "Meta's messages reference",
    page: include_str!("template_namespace.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "`namespace` in a template is On-Premises form; Cloud API knows a template by name and language and refuses properties it does not know",
            "delete `namespace`",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for template in visit.each(|anatomy| &anatomy.templates) {
        if let Some(member) = template.member("namespace") {
            let change = Change::Remove { object: template.id(), key: member.0.id() };
            visit.report(
                &RULE,
                Place::member(member),
                Args::None,
                Some(Fix::one(Level::Safe, "delete `namespace`", change)),
            );
        }
    }
}
