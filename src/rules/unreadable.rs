//! `unreadable`: a file that could not be read.

use super::{Applies, Rule};
use crate::finding::{Args, Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "unreadable",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Files,
    fix: &[],
    source: "the operating system",
    page: include_str!("unreadable.md"),
    visit: None,
    say: |finding, _, text| {
        text.message.push_str("the file could not be read, so nothing is known about what it holds: ");
        text.message.push_str(if let Args::Syntax(kind) = finding.args { kind.describe() } else { "see the reason in the summary" });
        text.help.push_str("make it readable, or exclude it in waport.toml");
    },
};
