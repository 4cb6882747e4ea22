//! `wrong-type`: a value of another JSON type than Cloud API takes or sends. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::form::Document;
use crate::tree::Kind;

pub static RULE: Rule = Rule {
    name: "wrong-type",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("wrong_type.md"),
    visit: Some(visit),
    say: |finding, look, text| {
        if let Args::Case(_) = finding.args {
            text.set(
                "the recipient is no text; Cloud API takes a phone number as a string here",
                "write the number in quotes",
            );
            return;
        }
        let Args::Shape { schema, .. } = finding.args else { return };
        let (schema, node) = (look.facts().schema(schema), finding.at.node().map(|id| look.node(id)));
        let found = match node.map(|node| node.kind()) {
            Some(Kind::Null) => "null",
            Some(Kind::True | Kind::False) => "`true` or `false`",
            Some(Kind::Number) => "a number",
            Some(Kind::String) => "a string",
            Some(Kind::Array) => "an array",
            _ => "an object",
        };
        let _ = write!(text.message, "Cloud API has {} here, this is {found}", schema.types().describe());
        let _ = write!(text.help, "write {}", schema.types().describe());
    },
};

/// A number as the recipient is a matter of doubt, which the schema has; of all else there is none.
fn visit(visit: &mut Visit<'_>) {
    let Some(to) = visit.root.get("to").filter(|_| visit.is(Document::Message)) else { return };
    if !matches!(to.kind(), Kind::String | Kind::Number | Kind::Hole) {
        visit.report(&RULE, Place::value(to), Args::Case("recipient"), None);
    }
}
