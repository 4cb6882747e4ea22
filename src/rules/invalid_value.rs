//! `invalid-value`: a value that is none of those Cloud API takes. The shape check finds it.

use std::fmt::Write as _;

use super::{Applies, Rule};
use crate::facts::Keyword;
use crate::finding::{Args, Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "invalid-value",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[],
    source: "Meta's messages reference",
    page: include_str!("invalid_value.md"),
    visit: None,
    code: None,
    say: |finding, look, text| {
        let Args::Shape { keyword, schema, property, .. } = finding.args else { return };
        let schema = look.facts().schema(schema);
        match keyword {
            Keyword::Minimum | Keyword::Maximum => {
                let (word, limit) =
                    (if keyword == Keyword::Minimum { "below" } else { "above" }, schema.limit(keyword));
                let _ = write!(
                    text.message,
                    "the number is {word} {}, which Cloud API does not take",
                    limit.unwrap_or_default()
                );
                let _ = write!(
                    text.help,
                    "use a number from {} to {}",
                    or_any(schema.limit(Keyword::Minimum)),
                    or_any(schema.limit(Keyword::Maximum))
                );
            }
            Keyword::Pattern => {
                if let (Some(least), Some(most)) = (schema.limit(Keyword::Minimum), schema.limit(Keyword::Maximum)) {
                    let _ = write!(text.message, "the text is no number from {least} to {most}, which Cloud API takes");
                    let _ = write!(text.help, "use a number from {least} to {most}");
                    return;
                }
                text.message.push_str("the text does not have the form that Cloud API asks for here");
                let _ = write!(text.help, "use a text that matches `{}`", schema.pattern().unwrap_or_default());
            }
            _ => {
                text.message.push_str(match property {
                    Some(_) => "this is no type that Cloud API knows, so what belongs to it was not judged",
                    None => "Cloud API does not take this value here",
                });
                let known = schema.allowed_texts();
                let written = finding.at.node().and_then(|id| look.node(id).as_str()).unwrap_or_default();
                let short = written.len() <= 64;
                let near = known.iter().filter(|_| short).min_by_key(|word| strsim::damerau_levenshtein(word, written));
                match near.filter(|word| known.len() > 1 && strsim::damerau_levenshtein(word, written) <= 2) {
                    Some(near) => {
                        let _ = write!(text.help, "write `{near}` if that was meant; known are ");
                    }
                    None => text.help.push_str("use "),
                }
                for (index, word) in known.iter().enumerate() {
                    let separator = if index == 0 {
                        ""
                    } else if index + 1 == known.len() {
                        " or "
                    } else {
                        ", "
                    };
                    let _ = write!(text.help, "{separator}`{word}`");
                }
            }
        }
    },
};

fn or_any(limit: Option<f64>) -> String {
    limit.map_or_else(|| "any".to_owned(), |limit| limit.to_string())
}
