//! `duplicate-id`: an ID that two buttons or rows of one message have.

use super::{Applies, Rule, Visit};
use std::collections::HashMap;

use crate::finding::{Args, Confidence, Place, Severity};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "duplicate-id",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[],
    source: "SDKs agree",
    page: include_str!("duplicate_id.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the ID is that of another button or row of the message; the webhook of an answer could not tell them apart, and Cloud API refuses it",
            "give each its own ID",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for action in visit.each(|anatomy| &anatomy.actions) {
        let buttons = action.get("buttons").into_iter().flat_map(|buttons| buttons.items());
        let replies = buttons.filter_map(|button| button.path(&["reply", "id"]));
        let sections = action.get("sections").into_iter().flat_map(|sections| sections.items());
        let rows = sections.filter_map(|section| section.get("rows")).flat_map(|rows| rows.items());
        unique(visit, replies.chain(rows.filter_map(|row| row.get("id"))));
    }
}

/// As many rows as a message may have.
const FEW: usize = 10;

fn unique<'a>(visit: &mut Visit<'a>, ids: impl Iterator<Item = Node<'a>>) {
    // Few are allowed, and few are compared fastest one by one.
    let mut few: Vec<(&str, Node<'a>)> = Vec::new();
    let mut many: HashMap<&str, Node<'a>> = HashMap::new();
    for id in ids {
        let Some(text) = id.as_str().filter(|_| !id.has_hole()) else { continue };
        let known = few.iter().find(|(known, _)| *known == text).map(|(_, first)| first).or_else(|| many.get(text));
        if let Some(first) = known {
            let first = Place::value(*first);
            visit.report(&RULE, Place::value(id), Args::None, None).related.push(first);
        } else if few.len() < FEW {
            few.push((text, id));
        } else {
            many.insert(text, id);
        }
    }
}
