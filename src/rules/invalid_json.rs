//! `invalid-json`: a file or line that speaks of WhatsApp and is no JSON, or no YAML where its name says so.

use std::fmt::Write as _;

use super::{Applies, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::read::{NoticeKind, SyntaxErrorKind};

pub static RULE: Rule = Rule {
    name: "invalid-json",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Files,
    fix: &[],
    source: "RFC 8259",
    page: include_str!("invalid_json.md"),
    visit: None,
    code: None,
    say: |finding, _, text| match finding.args {
        Args::Syntax(SyntaxErrorKind::Yaml) => text.set(
            "this is not valid YAML, so it was not checked as a whole",
            "repair it at this place; what stands behind may be wrong too",
        ),
        Args::Syntax(kind) => {
            let _ = write!(text.message, "this is not valid JSON, so it was not checked: {}", kind.describe());
            text.help.push_str("repair it at this place; what stands behind may be wrong too");
        }
        Args::Notice(NoticeKind::BrokenDocument) => text.set(
            "the string begins like JSON and speaks of WhatsApp, but is not valid JSON, so it was not checked",
            "repair it; a bracket or a quotation mark may be missing",
        ),
        Args::Notice(kind) => {
            let _ = write!(
                text.message,
                "JSON does not allow {} here; it was read all the same, other programs refuse it",
                kind.describe()
            );
            text.help.push_str("take it out, or keep the file under a name for JSON with comments, such as `.jsonc`");
        }
        _ => {}
    },
};
