//! `unreadable`: a file that could not be read, or not to its end.

use super::{Applies, Rule, Text};
use crate::finding::{Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "unreadable",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Files,
    fix: &[],
    source: "the operating system",
    page: include_str!("unreadable.md"),
    visit: None,
    code: None,
    say: |_, _, text| say_why("its bytes are no text", text),
};

/// Says that a file could not be read, and why.
pub(crate) fn say_why(reason: &str, text: &mut Text) {
    text.message.push_str("the file could not be read in full, so not all that it may hold was checked: ");
    text.message.push_str(reason);
    text.help.push_str("make it readable, or exclude it in waport.toml");
}
