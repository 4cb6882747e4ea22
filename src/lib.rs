//! Checks WhatsApp payloads against Cloud API's rules.
//!
//! Integrations written for Meta's On-Premises API, which was shut down on 2025-10-23, store payloads and webhook
//! samples that Cloud API refuses, drops or changes. This library says which, where and why. It is the engine of the
//! `waport` program; text and configuration go in, findings come out, and nothing else is touched: no file, no clock,
//! no network.
//!
//! ```
//! let options = waport::Options::default();
//! let report = waport::check(r#"{"to":"15550100123","type":"text","preview_url":true,"text":{"body":"Hello"}}"#, &options);
//!
//! let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
//! assert_eq!(rules, ["missing-messaging-product", "preview-url"]);
//!
//! let finding = &report.findings[1];
//! assert_eq!(finding.pointer.as_deref(), Some("/preview_url"));
//! assert_eq!((finding.line, finding.column), (1, 35));
//! assert_eq!(report.documents[0].form.to_string(), "onprem/message");
//! ```
//!
//! # Features
//!
//! `cli` (on by default) is the command line: walking files, threads, reports for people. Without it the library
//! builds for targets that have no files, such as `wasm32-unknown-unknown`.

pub mod baseline;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod diagnose;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod form;
pub mod read;
pub mod report;
pub mod rules;
#[cfg(feature = "cli")]
pub mod scan;
pub mod severity;
pub mod suppress;
pub mod tree;
#[cfg(feature = "cli")]
pub mod walk;
pub mod write;

use std::path::Path;

use check::{Checker, speaks_of_whatsapp};
use config::Config;
use diagnose::{Diagnostic, Documents, Origin};
use facts::Date;
use finding::Confidence;
use form::Form;
use read::{Notation, SyntaxError, SyntaxErrorKind, lines};
use suppress::{Fate, Selection, Sieve};

/// How [`check()`] looks at a text.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the text: part of a finding's identity, and its ending tells the notation.
    pub name: String,
    /// The notation; `None` goes by the name, then by the content.
    pub notation: Option<Notation>,
    /// The configuration, see [`Config::parse`].
    pub config: Config,
    /// Findings that are less sure are left out.
    pub min_confidence: Confidence,
    /// The day on which suppressions of the configuration hold or have expired; without one, none expires.
    pub today: Option<Date>,
}

impl Default for Options {
    /// No name, the notation by content, an empty configuration, medium confidence.
    fn default() -> Self {
        Self {
            name: String::new(),
            notation: None,
            config: Config::default(),
            min_confidence: Confidence::Medium,
            today: None,
        }
    }
}

/// What [`check()`] found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The payloads in the text, in order.
    pub documents: Vec<Seen>,
    /// The findings, by place, then rule.
    pub findings: Vec<Diagnostic>,
    /// How many more there are for which a comment or the configuration says that they are not to be reported.
    pub suppressed: u64,
    /// Why the text, or lines of it, could not be read, each with the line it begins on. A text without any sign of
    /// WhatsApp that does not parse has no finding, only this.
    pub faults: Vec<(u64, SyntaxError)>,
}

/// A payload that [`check()`] saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it was taken for.
    pub form: Form,
    /// How sure that is.
    pub confidence: Confidence,
    /// The line of JSON Lines that it stands in, or 1.
    pub line: u64,
    /// Where it stands in its document: a JSON Pointer, in which `#` is the step into a string.
    pub document: Option<String>,
}

/// Checks a text in memory: one JSON document, or one a line.
///
/// Lines and columns count from 1, columns in Unicode scalar values; spans are byte offsets into `text`. Offsets are
/// kept in 32 bits: a document of 4 GiB or more is a fault, [`read::SyntaxErrorKind::TooLarge`].
#[must_use]
pub fn check(text: &str, options: &Options) -> Report {
    let by_name = options.notation.or_else(|| Notation::of_name(&options.name));
    let by_content =
        || if lines::begins_like_lines(text.as_bytes()) { Notation::JsonLines } else { Notation::ByContent };
    let notation = by_name.unwrap_or_else(by_content);
    let selection = Selection { min_confidence: options.min_confidence, today: options.today, ..Selection::default() };
    let mut sieve = Sieve::new(&options.config, &selection);
    let mut checker = Checker::new(&options.config);
    checker.in_file(Path::new(&options.name));
    let mut report = Report::default();
    if notation == Notation::JsonLines {
        let suspect = speaks_of_whatsapp(text.as_bytes());
        for (line, (start, end)) in (1..).zip(lines::ranges(text.as_bytes())) {
            let source = &text[start..end];
            if !source.as_bytes().trim_ascii().is_empty() {
                let origin = Origin { file: &options.name, identity: &options.name, offset: start as u64, line };
                one((&mut checker, &mut sieve), source, notation, suspect, origin, options, &mut report);
            }
        }
    } else {
        let origin = Origin { file: &options.name, identity: &options.name, offset: 0, line: 1 };
        one((&mut checker, &mut sieve), text, notation, false, origin, options, &mut report);
        let trailing = report.faults.iter().any(|(_, fault)| fault.kind == SyntaxErrorKind::TrailingContent);
        if trailing && lines::begins_like_lines(text.as_bytes()) {
            return check(text, &Options { notation: Some(Notation::JsonLines), ..options.clone() });
        }
    }
    report
}

fn one(
    (checker, sieve): (&mut Checker<'_>, &mut Sieve<'_>),
    source: &str,
    notation: Notation,
    suspect: bool,
    origin: Origin<'_>,
    options: &Options,
    report: &mut Report,
) {
    let result = checker.check(source, notation, suspect, options.config.declared(Path::new(&options.name)));
    report.faults.extend(result.error.map(|error| (origin.line, error)));
    let mut documents = Documents::new(&result);
    for payload in result.payloads {
        let document = documents.pointer(payload.root);
        report.documents.push(Seen { form: payload.form, confidence: payload.confidence, line: origin.line, document });
    }
    sieve.each(&result, origin, |diagnostic, _, fate| match fate {
        Fate::Shown => report.findings.push(diagnostic.clone()),
        Fate::Suppressed(_) => report.suppressed += 1,
        Fate::Unsure => {}
    });
}
