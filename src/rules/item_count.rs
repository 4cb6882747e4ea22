//! `item-count`: a list with too many or too few entries. The shape check finds it, but for counts over several lists.

use std::fmt::Write as _;

use super::{Applies, Rule};
use crate::finding::{Args, Confidence, Severity};
use super::Visit;
use crate::facts::Keyword;
use crate::finding::Place;

pub static RULE: Rule = Rule {
    name: "item-count",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("item_count.md"),
    visit: Some(visit),
    say: |finding, look, text| {
        let (keyword, limit, actual) = match finding.args {
            Args::Shape { keyword, schema, actual, .. } => (keyword, look.facts().schema(schema).limit(keyword).unwrap_or_default(), actual),
            Args::Count(actual) => (Keyword::MaxItems, MAX_ROWS, actual),
            _ => return,
        };
        let all = if matches!(finding.args, Args::Count(_)) { " rows over all sections" } else { " entries" };
        match keyword {
            Keyword::MinItems => {
                let _ = write!(text.message, "the list has {actual} entries, Cloud API asks for {limit} at least");
                let _ = write!(text.help, "add entries, up to {limit} at least");
            }
            Keyword::SoftMaxItems => {
                let _ = write!(text.message, "the list has {actual} entries; above {limit} the sources disagree whether Cloud API takes it");
                let _ = write!(text.help, "keep to {limit} to be sure");
            }
            _ => {
                let _ = write!(text.message, "there are {actual}{all}, Cloud API takes {limit} at most and refuses the message");
                let _ = write!(text.help, "keep to {limit}, or send a second message");
            }
        }
    },
};

/// Rows of a list message, over all its sections.
const MAX_ROWS: f64 = 10.0;

fn visit(visit: &mut Visit<'_>) {
    for action in visit.each(|anatomy| &anatomy.actions) {
        let Some(sections) = action.get("sections") else { continue };
        let rows: usize = sections.items().filter_map(|section| section.get("rows")).map(|rows| rows.count()).sum();
        if rows > 10 {
            visit.report(&RULE, Place::value(sections), Args::Count(rows), None);
        }
    }
}
