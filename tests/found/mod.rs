//! What the library finds in a text, as plain values that tests compare and print.

use std::fmt;

use waport::check::Checker;
use waport::config::Config;
use waport::diagnose::Origin;
use waport::finding::{Confidence, Severity};
use waport::fix::Level;
use waport::read::Notation;
use waport::suppress::{Fate, Selection, Sieve};

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

/// Everything found in one JSON document, of every severity and confidence, but for what its comments suppress.
pub fn check(name: &str, text: &str, config: &Config) -> Vec<Found> {
    let mut checker = Checker::new(config);
    let notation = Notation::of_name(name).unwrap_or(Notation::Json);
    let result = checker.check(text, notation, false, None);
    let mut all = Vec::new();
    let selection = Selection { min_confidence: Confidence::Low, ..Selection::default() };
    let origin = Origin { file: name, identity: name, offset: 0, line: 1 };
    Sieve::new(config, &selection).each(&result, origin, |diagnostic, _, fate| {
        if fate == Fate::Shown {
            all.push(Found {
                rule: diagnostic.rule,
                severity: diagnostic.severity,
                confidence: diagnostic.confidence,
                pointer: diagnostic.pointer.clone().unwrap_or_default(),
                line: diagnostic.line,
                column: diagnostic.column,
                fix: diagnostic.fix.as_ref().map(|cure| cure.level),
                message: diagnostic.text.message.clone(),
            });
        }
    });
    all
}

/// One finding a line.
pub fn listed(found: &[Found]) -> String {
    let lines: Vec<String> = found.iter().map(|one| format!("  {one}\n    {}", one.message)).collect();
    lines.join("\n")
}
