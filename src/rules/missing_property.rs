//! `missing-property`: a property that must be there is not. The shape check finds it, but for the recipient, who may be named in
//! two ways, and for what depends on how many there are.

use std::fmt::Write as _;

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::form::{Document, Evidence, Form};

pub static RULE: Rule = Rule {
    name: "missing-property",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("missing_property.md"),
    visit: Some(visit),
    say: |finding, look, text| {
        if let Args::Case("title") = finding.args {
            text.set(
                "the section has no `title`; Cloud API wants one where there is more than one section",
                "give each section a title",
            );
            return;
        }
        if let Args::Case(_) = finding.args {
            text.set(
                "neither `to` nor `recipient` is there; Cloud API refuses a message to nobody",
                "add `to` with the number of the recipient",
            );
            return;
        }
        let Args::Shape { property: Some(property), schema, keyword, .. } = finding.args else { return };
        let required = look.facts().schema(schema).severity(keyword) == Severity::Error;
        let why = if required { "Cloud API refuses the request without it" } else { "Cloud API always sends it" };
        let _ = write!(text.message, "`{property}` is missing; {why}");
        let _ = write!(text.help, "add `{property}`");
    },
};

fn visit(visit: &mut Visit<'_>) {
    let root = visit.root;
    let sends = visit.payload.form == Form::Cloud(Document::Message) && !visit.payload.evidence.has(Evidence::Calls);
    let named = ["to", "recipient"].iter().any(|name| root.get(name).is_some());
    if sends && !named && !root.is_open() && root.members().all(|(key, _)| !key.has_hole()) {
        visit.report(&RULE, Place::Lacks(root.id()), Args::Case("recipient"), None);
    }
    for action in visit.each(|anatomy| &anatomy.actions) {
        let Some(sections) = action.get("sections").filter(|sections| sections.count() > 1) else { continue };
        for section in sections.items().filter(|section| section.is_object() && !section.is_open()) {
            if section.get("title").is_none() && section.members().all(|(key, _)| !key.has_hole()) {
                visit.report(&RULE, Place::Lacks(section.id()), Args::Case("title"), None);
            }
        }
    }
}
