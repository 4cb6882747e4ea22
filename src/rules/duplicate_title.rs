//! `duplicate-title`: two reply buttons of a message with the same label.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "duplicate-title",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[],
    source: "SDKs and users' reports",
    page: include_str!("duplicate_title.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "another button of the message has the same title; Cloud API may refuse the message, and nobody can tell the two apart",
            "give each button its own title",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for action in visit.each(|anatomy| &anatomy.actions) {
        let buttons = action.get("buttons").into_iter().flat_map(|buttons| buttons.items());
        let mut seen: Vec<Node<'_>> = Vec::new();
        for title in buttons.filter_map(|button| button.path(&["reply", "title"])) {
            let Some(text) = title.as_str().filter(|text| !text.is_empty() && !title.has_hole()) else { continue };
            match seen.iter().find(|other| other.text() == text) {
                Some(first) => {
                    let first = Place::value(*first);
                    visit.report(&RULE, Place::value(title), Args::None, None).related.push(first);
                }
                None => seen.push(title),
            }
        }
    }
}
