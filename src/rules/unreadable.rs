//! `unreadable`: a file that could not be read, or not to its end.

use super::{Applies, Rule, Text};
use crate::finding::{Args, Confidence, Severity};
use crate::read::SyntaxErrorKind;

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
    say: |finding, _, text| match finding.args {
        Args::Syntax(kind @ SyntaxErrorKind::TooMuchCode) => {
            text.message.push_str("the file speaks of WhatsApp and was not read: ");
            text.message.push_str(kind.describe());
            text.help.push_str("exclude it in waport.toml when a program made it, and check what it was made of");
        }
        _ => say_why("its bytes are no text", text),
    },
};

/// Says that a file could not be read, and why.
pub(crate) fn say_why(reason: &str, text: &mut Text) {
    text.message.push_str("the file could not be read in full, so not all that it may hold was checked: ");
    text.message.push_str(reason);
    text.help.push_str("make it readable, or exclude it in waport.toml");
}
