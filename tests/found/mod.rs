//! What the library finds in a text, as plain values that tests compare and print.

use std::fmt;

use waport::Options;
use waport::config::Config;
use waport::finding::{Confidence, Severity};
use waport::fix::Level;
use waport::read::Notation;

/// The day on which the tests take place.
const TODAY: &str = "2026-11-01";

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub rule: &'static str,
    pub severity: Severity,
    pub confidence: Confidence,
    /// Inside the payload; empty for its root, and for what stands outside of payloads.
    pub pointer: String,
    pub line: u64,
    pub column: u64,
    pub fix: Option<Level>,
    pub message: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, severity, confidence, pointer, line, column, fix, .. } = self;
        let fix = fix.map_or("none", Level::as_str);
        write!(f, "{severity}[{confidence}] {rule} {pointer} @{line}:{column} fix: {fix}")
    }
}

/// Everything found in a text, of every severity and confidence, but for what its comments suppress. Without a known
/// ending, the text is one JSON document.
pub fn check(name: &str, text: &str, config: &Config) -> Vec<Found> {
    let options = Options {
        name: name.to_owned(),
        notation: Some(Notation::of_name(name).unwrap_or(Notation::Json)),
        config: config.clone(),
        min_confidence: Confidence::Low,
        today: TODAY.parse().ok(),
    };
    let report = waport::check(text, &options);
    let found = report.findings.into_iter().map(|diagnostic| Found {
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        confidence: diagnostic.confidence,
        pointer: diagnostic.pointer.unwrap_or_default(),
        line: diagnostic.line,
        column: diagnostic.column,
        fix: diagnostic.fix.map(|cure| cure.level),
        message: diagnostic.text.message,
    });
    found.collect()
}

/// One finding a line.
pub fn listed(found: &[Found]) -> String {
    let lines: Vec<String> = found.iter().map(|one| format!("  {one}\n    {}", one.message)).collect();
    lines.join("\n")
}
