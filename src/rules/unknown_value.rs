//! `unknown-value`: a value of a webhook that no documentation lists. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Rule};
use crate::finding::{Args, Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "unknown-value",
    severity: Severity::Note,
    confidence: Confidence::Medium,
    applies: Applies::Webhooks,
    fix: &[],
    source: "Meta's webhook reference",
    page: include_str!("unknown_value.md"),
    visit: None,
    code: None,
    say: |finding, look, text| {
        let Args::Shape { schema, .. } = finding.args else { return };
        text.message.push_str("no documentation lists this value; it may be newer than waport, or a slip");
        text.help.push_str("known are");
        let schema = look.facts().schema(schema);
        let known = schema.known_texts().iter().map(|word| &**word).chain(schema.allowed_texts());
        for (index, word) in known.enumerate().take(SHOWN) {
            let _ = write!(text.help, "{} `{word}`", if index == 0 { "" } else { "," });
        }
    },
};

/// How many of the known values are named.
const SHOWN: usize = 40;
