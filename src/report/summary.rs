//! What a run looked at and found: counted, and said in the last lines.

use std::collections::BTreeMap;

/// What a run looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were looked at.
    pub files: u64,
    /// Files of code that have to do with WhatsApp.
    pub code: u64,
    /// Documents by the name of their form.
    pub documents: BTreeMap<&'static str, u64>,
    /// Findings of severity `error`.
    pub errors: u64,
    /// Findings of severity `warning`.
    pub warnings: u64,
    /// Findings of severity `note`.
    pub notes: u64,
    /// Findings that have a safe fix.
    pub fixable: u64,
    /// Fixes that were applied; what they were for is in no other count.
    pub fixed: u64,
    /// Files that they were applied to.
    pub rewritten: u64,
    /// Files that they could not be written to.
    pub unwritten: u64,
    /// Whether they were not, but would be.
    pub would_fix: bool,
    /// Findings that are not shown because a suppression holds for them; no other count has them.
    pub suppressed: u64,
    /// Findings that are not shown because the baseline has them; no other count has them.
    pub in_baseline: u64,
    /// Files that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Files and lines that do not parse. Those that speak of WhatsApp have a finding, too.
    pub not_parsed: u64,
    /// Values whose content no schema describes yet.
    pub unjudged: u64,
    /// Findings by rule.
    pub rules: BTreeMap<&'static str, u64>,
    /// Named files that are not JSON and say nothing of WhatsApp.
    pub not_payloads: Vec<Unreadable>,
    /// Whether a named path could not be read or is not a payload, so that the exit status is 2.
    pub failed: bool,
    /// Whether only some rules were asked for.
    pub narrowed: bool,
    /// Files of which the configuration says that they are not to be judged.
    pub ignored: u64,
}

/// A file of which nothing could be learnt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its name as it is shown.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Summary {
    /// The number of findings.
    #[must_use]
    pub fn findings(&self) -> u64 {
        self.errors + self.warnings + self.notes
    }
}

#[cfg(feature = "cli")]
mod for_people {
    use std::fmt::Write as _;

    use super::Summary;
    use crate::finding::Severity;
    use crate::report::harmless::harmless;
    use crate::report::palette::Palette;
    use crate::report::{Style, thousands};

    /// How many files that could not be read are named.
    const NAMED: usize = 20;

    /// The last lines of a run, each with its line end: what was looked at, what was found, what could not be read.
    #[must_use]
    pub fn summary_for_people(summary: &Summary, style: Style) -> String {
        let palette = Palette::new(style.colour);
        let mut out = String::new();
        looked_at(summary, &mut out);
        code(summary, &mut out);
        fixed(summary, &mut out);
        found(summary, &palette, &mut out);
        hidden(summary, &mut out);
        left_out(summary, &palette, &mut out);
        out
    }

    fn looked_at(summary: &Summary, out: &mut String) {
        let files = count(summary.files, "file", "files");
        if summary.documents.values().all(|count| *count == 0) {
            let _ = writeln!(out, "Looked at {files}: no WhatsApp payload was found.");
            if summary.files == 0 && summary.unreadable.is_empty() {
                out.push_str(
                    "JSON, YAML, text that may hold JSON, source code in ten languages and settings are looked at.\n",
                );
            }
            return;
        }
        let payloads = count(summary.documents.values().sum(), "payload", "payloads");
        let _ = write!(out, "Looked at {files} with {payloads}: ");
        for (position, (form, count)) in summary.documents.iter().filter(|(_, count)| **count > 0).enumerate() {
            let comma = if position > 0 { ", " } else { "" };
            let _ = write!(out, "{comma}{} {form}", thousands(*count));
        }
        out.push_str(".\n");
    }

    fn code(summary: &Summary, out: &mut String) {
        if summary.code > 0 {
            let have = if summary.code == 1 { "has" } else { "have" };
            let files = count(summary.code, "file", "files");
            let _ = writeln!(out, "{files} of code {have} to do with WhatsApp.");
        }
    }

    fn fixed(summary: &Summary, out: &mut String) {
        if summary.fixed > 0 {
            let verb = if summary.would_fix { "Would fix" } else { "Fixed" };
            let files = count(summary.rewritten, "file", "files");
            let _ = writeln!(out, "{verb} {} in {files}.", count(summary.fixed, "finding", "findings"));
        }
    }

    fn found(summary: &Summary, palette: &Palette, out: &mut String) {
        if summary.findings() == 0 {
            if summary.suppressed + summary.in_baseline > 0 {
                out.push_str("Found nothing to report.\n");
            } else if summary.fixed + summary.unwritten > 0 {
                out.push_str("Found nothing else.\n");
            } else if summary.code > 0 || summary.documents.values().any(|count| *count > 0) {
                out.push_str(match (summary.narrowed, summary.unjudged) {
                    (true, _) => "Found nothing with these rules.\n",
                    (false, 0) => "Found nothing that Cloud API would mind.\n",
                    (false, _) => "Found nothing that Cloud API would mind in what is judged yet.\n",
                });
            }
            return;
        }
        let mut before = "Found ";
        for (number, severity, one, many) in [
            (summary.errors, Severity::Error, "error", "errors"),
            (summary.warnings, Severity::Warning, "warning", "warnings"),
            (summary.notes, Severity::Note, "note", "notes"),
        ] {
            if number > 0 {
                let loud = palette.severity(severity);
                let _ = write!(out, "{before}{loud}{}{loud:#}", count(number, one, many));
                before = ", ";
            }
        }
        let _ = match summary.fixable {
            0 => writeln!(out, "; none has a safe fix."),
            1 => writeln!(out, "; 1 has a safe fix."),
            number => writeln!(out, "; {} have a safe fix.", thousands(number)),
        };
    }

    fn hidden(summary: &Summary, out: &mut String) {
        let suppressed = (summary.suppressed, "suppressed");
        let in_baseline = (summary.in_baseline, "in the baseline");
        let said: Vec<String> = [suppressed, in_baseline]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, how)| format!("{} {how}", thousands(number)))
            .collect();
        if !said.is_empty() {
            let _ = writeln!(out, "{}.", said.join(", "));
        }
    }

    fn left_out(summary: &Summary, palette: &Palette, out: &mut String) {
        match summary.unwritten {
            0 => {}
            1 => out.push_str("1 file could not be written: what its fixes are for is still there, and not counted.\n"),
            many => {
                let many = thousands(many);
                let _ = writeln!(
                    out,
                    "{many} files could not be written: what their fixes are for is still there, and not counted."
                );
            }
        }
        if summary.unjudged > 0 {
            let _ = writeln!(
                out,
                "{} not judged yet; -v names them.",
                match summary.unjudged {
                    1 => "The content of 1 value is".to_owned(),
                    many => format!("The content of {} values is", thousands(many)),
                }
            );
        }
        let unreadable = summary.unreadable.len();
        if unreadable > 0 {
            let loud = palette.severity(Severity::Error);
            let files = count(unreadable as u64, "file", "files");
            let _ = writeln!(out, "{loud}{files} could not be read:{loud:#}");
            for file in summary.unreadable.iter().take(NAMED) {
                let _ = writeln!(out, "  {}: {}", harmless(&file.file), harmless(&file.reason));
            }
            if unreadable > NAMED {
                let _ = writeln!(out, "  and {} more", thousands((unreadable - NAMED) as u64));
            }
        }
        match summary.not_parsed {
            0 => {}
            1 => out.push_str("1 file or line does not parse.\n"),
            many => {
                let _ = writeln!(out, "{} files or lines do not parse.", thousands(many));
            }
        }
        match summary.ignored {
            0 => {}
            1 => out.push_str("1 file was left out, as the configuration says.\n"),
            many => {
                let _ = writeln!(out, "{} files were left out, as the configuration says.", thousands(many));
            }
        }
    }

    fn count(number: u64, one: &str, many: &str) -> String {
        format!("{} {}", thousands(number), if number == 1 { one } else { many })
    }
}

#[cfg(feature = "cli")]
pub use for_people::summary_for_people;
