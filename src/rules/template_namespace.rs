//! `template-namespace`: the namespace of a template, which Cloud API does not take.

use super::{Applies, CodeVisit, Rule, Visit};
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
    code: Some(code),
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

fn code(visit: &mut CodeVisit<'_>) {
    // A client of Cloud API may know the property from lists of templates, another product has one of its own.
    let traits = visit.own.traits;
    if !visit.speaks() || visit.is_cloud() || traits.product || traits.other_product && visit.addresses.is_empty() {
        return;
    }
    let mut places = Vec::new();
    for declared in &visit.uses.types {
        let template = ["language", "components", "element_name", "localizable_params"];
        if declared.fields.iter().any(|field| template.contains(&field.wire.as_str())) {
            places.extend(declared.fields.iter().filter(|field| field.wire == "namespace").map(|field| field.span));
        }
    }
    let setters = visit.uses.calls.iter().filter(|call| call.name.ends_with(".setNamespace"));
    places.extend(setters.map(|call| call.span));
    for at in places {
        visit.report(&RULE, at, Args::Use("namespace"), "delete `namespace`");
    }
}
