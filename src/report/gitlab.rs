//! `gitlab`: a Code Quality report, which GitLab shows in merge requests.

use serde::Serialize;

use crate::diagnose::Diagnostic;
use crate::finding::Severity;
use crate::report::{json, said};

/// What stands before the first finding.
pub(super) const BEGIN: &[u8] = b"[\n";
/// What stands after the last.
pub(super) const END: &[u8] = b"\n]\n";

#[derive(Serialize)]
struct Issue<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    categories: [&'static str; 1],
    check_name: &'static str,
    description: &'a str,
    severity: &'static str,
    fingerprint: String,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
    end: u64,
}

/// Appends a finding as an object.
pub(super) fn finding(file: &str, diagnostic: &Diagnostic, out: &mut Vec<u8>) {
    let issue = Issue {
        kind: "issue",
        categories: ["Compatibility"],
        check_name: diagnostic.rule,
        description: &said(diagnostic, "; "),
        severity: match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        fingerprint: format!("{:032x}", diagnostic.fingerprint),
        location: Location { path: file, lines: Lines { begin: diagnostic.line, end: diagnostic.end_line } },
    };
    json::write(&issue, out);
}
