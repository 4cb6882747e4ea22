//! `wrong-type`: a value of another JSON type than Cloud API takes or sends. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::tree::Kind;

pub static RULE: Rule = Rule {
    name: "wrong-type",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("wrong_type.md"),
    visit: None,
    say: |finding, look, text| {
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
