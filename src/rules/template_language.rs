//! `template-language`: a language code that no template has.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};

pub static RULE: Rule = Rule {
    name: "template-language",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[Level::Unsafe],
    source: "Meta's template message reference",
    page: include_str!("template_language.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the language code has a hyphen; templates are found by codes such as `en_US`, and Cloud API answers that this one does not exist (132001)",
            "write `_` in place of `-`",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for template in visit.each(|anatomy| &anatomy.templates) {
        let Some(code) = template.path(&["language", "code"]) else { continue };
        let Some(text) = code.as_str().filter(|text| !code.has_hole() && text.contains('-')) else { continue };
        let change = Change::Set { node: code.id(), value: Value::Text(text.replace('-', "_").into()) };
        let fix = Fix::one(Level::Unsafe, "write `_` in place of `-`", change);
        visit.report(&RULE, Place::value(code), Args::None, Some(fix));
    }
}
