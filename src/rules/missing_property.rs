//! `missing-property`: a property that must be there is not. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Rule};
use crate::finding::{Args, Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "missing-property",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("missing_property.md"),
    visit: None,
    say: |finding, look, text| {
        let Args::Shape { property: Some(property), schema, keyword, .. } = finding.args else { return };
        let required = look.facts().schema(schema).severity(keyword) == Severity::Error;
        let why = if required { "Cloud API refuses the request without it" } else { "Cloud API always sends it" };
        let _ = write!(text.message, "`{property}` is missing; {why}");
        let _ = write!(text.help, "add `{property}`");
    },
};
