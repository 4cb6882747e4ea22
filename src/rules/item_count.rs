//! `item-count`: a list with too many or too few entries, or an object without any. The shape check finds it, but for counts over several lists.

use std::fmt::Write as _;

use super::Visit;
use super::{Applies, Rule};
use crate::facts::Keyword;
use crate::finding::Place;
use crate::finding::{Args, Confidence, Severity};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "item-count",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("item_count.md"),
    visit: Some(visit),
    code: None,
    say: |finding, look, text| {
        if let Args::Total { what, most, actual } = finding.args {
            let _ = write!(
                text.message,
                "there are {actual} {what} over all sections, Cloud API takes {most} at most and refuses the message"
            );
            let _ = write!(text.help, "keep to {most}, or send a second message");
            return;
        }
        let Args::Shape { keyword, schema, actual, .. } = finding.args else { return };
        let limit = look.facts().schema(schema).limit(keyword).unwrap_or_default();
        match keyword {
            Keyword::MinItems => {
                let _ = write!(text.message, "the list has {actual} entries, Cloud API asks for {limit} at least");
                let _ = write!(text.help, "add entries, up to {limit} at least");
            }
            Keyword::MinProperties => {
                let _ = write!(text.message, "the object has {actual} properties, Cloud API asks for {limit} at least");
                text.help.push_str("fill it, or leave it out");
            }
            Keyword::SoftMaxItems => {
                let _ = write!(
                    text.message,
                    "the list has {actual} entries; above {limit} the sources disagree whether Cloud API takes it"
                );
                let _ = write!(text.help, "keep to {limit} to be sure");
            }
            _ => {
                let _ = write!(
                    text.message,
                    "there are {actual} entries, Cloud API takes {limit} at most and refuses the message"
                );
                let _ = write!(text.help, "keep to {limit}, or send a second message");
            }
        }
    },
};

/// What a message may have over all its sections.
const TOTALS: [(&str, &str, usize); 2] = [("rows", "rows", 10), ("product_items", "products", 30)];

fn visit(visit: &mut Visit<'_>) {
    for action in visit.each(|anatomy| &anatomy.actions) {
        sections(visit, action);
    }
    for components in visit.each(|anatomy| &anatomy.components) {
        let lists = components.items().filter_map(|component| component.get("parameters"));
        for action in lists.flat_map(|list| list.items()).filter_map(|parameter| parameter.get("action")) {
            sections(visit, action);
        }
    }
}

fn sections(visit: &mut Visit<'_>, action: Node<'_>) {
    let Some(sections) = action.get("sections") else { return };
    for (key, what, most) in TOTALS {
        let actual = sections.items().filter_map(|section| section.get(key)).map(|list| list.count()).sum();
        if actual > most {
            visit.report(&RULE, Place::value(sections), Args::Total { what, most, actual }, None);
        }
    }
}
