//! `text-length`: a text that is too long or empty. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Rule};
use crate::facts::Keyword;
use crate::finding::{Args, Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "text-length",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("text_length.md"),
    visit: None,
    code: None,
    say: |finding, look, text| {
        let Args::Shape { keyword, schema, actual, .. } = finding.args else { return };
        let limit = look.facts().schema(schema).limit(keyword).unwrap_or_default();
        match keyword {
            Keyword::MinLength if actual == 0 => {
                text.message.push_str("the text is empty; Cloud API refuses empty text here");
                text.help.push_str("write something, or leave the part out where it is optional");
            }
            Keyword::MinLength => {
                let _ = write!(text.message, "the text has {actual} characters, Cloud API asks for {limit} at least");
                text.help.push_str("lengthen it");
            }
            Keyword::SoftMaxLength => {
                let _ = write!(
                    text.message,
                    "the text has {actual} characters; above {limit} the sources disagree whether Cloud API takes it"
                );
                let _ = write!(text.help, "shorten it to {limit} characters to be sure");
            }
            _ => {
                let _ = write!(
                    text.message,
                    "the text has {actual} characters, Cloud API takes {limit} at most and refuses the message"
                );
                let _ = write!(text.help, "shorten it to {limit} characters");
            }
        }
    },
};
