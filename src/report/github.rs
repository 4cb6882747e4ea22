//! `github`: workflow commands, which GitHub Actions shows as annotations beside the lines of a change.

use std::fmt::Write as _;

use crate::diagnose::Diagnostic;
use crate::finding::Severity;
use crate::report::{harmless, said};

/// Appends a finding as one command.
///
/// Lines and columns are inclusive, as GitHub counts them. An annotation over several lines may have no columns.
pub(super) fn finding(file: &str, diagnostic: &Diagnostic, line: &mut String) {
    let Diagnostic { rule, line: first, column, end_line: last, end_column, .. } = diagnostic;
    line.push_str(match diagnostic.severity {
        Severity::Error => "::error file=",
        Severity::Warning => "::warning file=",
        Severity::Note => "::notice file=",
    });
    escape(&harmless(file), &[':', ','], line);
    let _ = write!(line, ",line={first},endLine={last}");
    if first == last {
        let _ = write!(line, ",col={column},endColumn={}", end_column.saturating_sub(1).max(*column));
    }
    let _ = write!(line, ",title={rule}::");
    escape(&said(diagnostic, "\n"), &[], line);
    line.push('\n');
}

/// Appends a text in which the signs of a command, and `others`, stand for themselves.
fn escape(text: &str, others: &[char], out: &mut String) {
    for c in text.chars() {
        if matches!(c, '%' | '\r' | '\n') || others.contains(&c) {
            let _ = write!(out, "%{:02X}", u32::from(c));
        } else {
            out.push(c);
        }
    }
}
