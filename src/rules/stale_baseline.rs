//! `stale-baseline`: an entry of the baseline whose finding no longer occurs.

use std::fmt::Write as _;

use super::{Applies, Rule, Text};
use crate::finding::{Confidence, Severity};

pub static RULE: Rule = Rule {
    name: "stale-baseline",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Run,
    fix: &[],
    source: "the run itself",
    page: include_str!("stale_baseline.md"),
    visit: None,
    code: None,
    say: |_, _, text| say_of("its rule", "its file", text),
};

/// Says that the finding of `rule` in `file` is gone.
pub(crate) fn say_of(rule: &str, file: &str, text: &mut Text) {
    let _ = write!(text.message, "the finding of `{rule}` in {file} that this entry hides no longer occurs");
    text.help.push_str("take the entry out with `--prune-baseline`, so that it cannot hide the same fault again");
}
