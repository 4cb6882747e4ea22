//! `parameter-name`: named and positional parameters in one component.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};

pub static RULE: Rule = Rule {
    name: "parameter-name",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[],
    source: "Meta's template message reference; error text seen from the server",
    page: include_str!("parameter_name.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the parameter has no `parameter_name` while others of its component have one; Cloud API takes all named or all by position",
            "name all parameters of a template with named ones, or none",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for components in visit.each(|anatomy| &anatomy.components) {
        for component in components.items() {
            let Some(parameters) = component.get("parameters") else { continue };
            if !parameters.items().any(|parameter| parameter.get("parameter_name").is_some()) {
                continue;
            }
            let bare = parameters.items().find(|parameter| {
                parameter.is_object() && !parameter.is_open() && parameter.get("parameter_name").is_none()
            });
            if let Some(bare) = bare {
                visit.report(&RULE, Place::Lacks(bare.id()), Args::None, None);
            }
        }
    }
}
