//! Checks WhatsApp payloads and code against Cloud API's rules, and translates payloads of On-Premises form.
//!
//! Integrations written for Meta's On-Premises API, which was shut down on 2025-10-23, store payloads and webhook
//! samples that Cloud API refuses, drops or changes. This library says which, where and why, [`check()`], and turns
//! them into Cloud form, [`translate()`]. It is the engine of the `waport` program; text and configuration go in,
//! findings and texts come out, and nothing else is touched: no file, no clock, no network.
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
//!
//! `languages` (on by default) is source code in all languages, each of which is a feature of its own: `c-sharp`,
//! `elixir`, `go`, `java`, `javascript`, `kotlin`, `php`, `python`, `ruby`, `typescript`. Their parsers are C code.
//!
//! `net` (on by default) is what opens connections, and brings `cli`: carrying out a migration, copying media.

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
pub mod language;
#[cfg(feature = "net")]
pub mod media;
#[cfg(feature = "net")]
pub mod migrate;
#[cfg(feature = "net")]
pub mod net;
pub mod project;
pub mod read;
pub mod report;
pub mod rules;
#[cfg(feature = "cli")]
pub mod scan;
pub mod severity;
pub mod suppress;
pub mod translate;
pub mod tree;
#[cfg(feature = "cli")]
pub mod walk;
pub mod write;

/// The examples in README.md.
#[cfg(all(doctest, feature = "python"))]
#[doc = include_str!("../README.md")]
struct Readme;

use std::path::Path;

use check::{Checked, Checker, speaks_of_whatsapp};
use config::Config;
use diagnose::{Diagnostic, Documents, Origin};
use facts::Date;
use finding::{Confidence, Finding};
use fix::Level;
use form::{Declared, Form};
use project::{FileFacts, Project};
use read::code::words::path_says_whatsapp;
use read::{Notation, SyntaxError, SyntaxErrorKind, lines};
use rules::Rule;
use suppress::{Fate, Selection, Sieve};
use translate::{Items, Policy, Translator};

/// How [`check()`] and [`translate()`] look at a text.
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
    /// The day on which suppressions of the configuration and versions of Graph API hold or have expired; without one,
    /// none expires.
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

/// Checks a text in memory: one JSON document, or one a line, or what its notation makes of it.
///
/// Source code is judged by what the text alone says, as if it were all that its project has.
///
/// Lines and columns count from 1, columns in Unicode scalar values; spans are byte offsets into `text`. Offsets are
/// kept in 32 bits: a document of 4 GiB or more is a fault, [`read::SyntaxErrorKind::TooLarge`].
#[must_use]
pub fn check(text: &str, options: &Options) -> Report {
    let selection = options.selection();
    let mut sieve = Sieve::new(&options.config, &selection);
    let mut report = Report::default();
    each_document(text, options, |document| {
        if let Piece::Document(result, origin) = document {
            report.faults.extend(result.error.map(|error| (origin.line, error)));
            let mut documents = Documents::new(result);
            for payload in result.payloads {
                let (document, line) = (documents.pointer(payload.root), origin.line);
                report.documents.push(Seen { form: payload.form, confidence: payload.confidence, line, document });
            }
            sieve.each(result, origin, |diagnostic, _, fate| match fate {
                Fate::Shown => report.findings.push(diagnostic.clone()),
                Fate::Suppressed(_) => report.suppressed += 1,
                Fate::Unsure => {}
            });
        }
    });
    report
}

/// What [`translate()`] made of a text.
#[derive(Clone, Debug, Default)]
pub struct Translation {
    /// The text in Cloud form; what no fix touches is as it was, byte for byte.
    pub text: String,
    /// How many safe fixes were applied.
    pub safe: u64,
    /// The unsafe fixes that were applied, each as it was found: a person should look at these places, which are those
    /// of the text before.
    pub doubtful: Vec<Diagnostic>,
    /// What is left for a person to do, errors and warnings, at its places in the new text.
    pub manual: Vec<Diagnostic>,
    /// Why the text, or lines of it, could not be read, each with the line it begins on; these are as they were.
    pub faults: Vec<(u64, SyntaxError)>,
    /// Fixes that did not work out, each with the line that its document begins on; these documents are as they were.
    pub refused: Vec<(u64, translate::Fault)>,
}

/// Translates the payloads of On-Premises form in a text into Cloud form. What is in Cloud form, and all else, stays as
/// it is.
///
/// Safe and unsafe fixes are applied until nothing more applies. `options.config` says what webhooks do not say of
/// themselves, [`Config::webhook`], and what took the place of media IDs, [`Config::media`].
///
/// ```
/// let mut options = waport::Options::default();
/// let body = r#"{"to":"15550100123","type":"text","preview_url":true,"text":{"body":"Hello"}}"#;
/// let translation = waport::translate(body, &options);
/// assert_eq!(
///     translation.text,
///     r#"{"messaging_product":"whatsapp","to":"15550100123","type":"text","text":{"body":"Hello","preview_url":true}}"#,
/// );
/// assert!(translation.doubtful.is_empty() && translation.manual.is_empty());
///
/// // A webhook does not say to which number it came.
/// options.config = waport::config::Config::parse(
///     "[webhook]\nwaba-id = '1029'\nphone-number-id = '1065'\ndisplay-phone-number = '15550100199'",
/// )?;
/// let status = r#"{"statuses":[{"id":"gBEGkYiEB1VXAglK1ZEqA1YKPrU","status":"sent","timestamp":"1518694700","recipient_id":"15550100123"}]}"#;
/// let translation = waport::translate(status, &options);
/// assert!(translation.text.starts_with(r#"{"object":"whatsapp_business_account","entry":[{"id":"1029","changes":"#));
/// # Ok::<(), waport::config::ConfigError>(())
/// ```
#[must_use]
pub fn translate(text: &str, options: &Options) -> Translation {
    let selection = options.selection();
    let mut sieve = Sieve::new(&options.config, &selection);
    let policy = Policy { level: Level::Unsafe, onprem_only: true };
    let mut translator = Translator::new(&options.config, policy);
    let (mut translation, mut items) = (Translation::default(), Told::default());
    each_document(text, options, |piece| match piece {
        Piece::Between(text) => translation.text.push_str(text),
        Piece::Document(result, origin) => {
            translation.faults.extend(result.error.map(|error| (origin.line, error)));
            let mut translated = translator.translate(result, origin, &mut sieve, &mut items);
            let after = Origin { offset: translation.text.len() as u64, ..origin };
            translation.text.push_str(translated.checked.look.source);
            translation.safe += translated.safe;
            translated.left(after, &mut sieve, &mut items);
            translation.refused.extend(translated.fault.map(|fault| (origin.line, fault)));
        }
    });
    Translation { doubtful: items.doubtful, manual: items.manual, ..translation }
}

/// All that a translation tells.
#[derive(Default)]
struct Told {
    doubtful: Vec<Diagnostic>,
    manual: Vec<Diagnostic>,
}

impl Items for Told {
    fn wants(&self, _: Level, _: &Finding) -> bool {
        true
    }

    fn take(&mut self, level: Level, _: &'static Rule, diagnostic: Option<&Diagnostic>) {
        let list = if level == Level::Manual { &mut self.manual } else { &mut self.doubtful };
        list.extend(diagnostic.cloned());
    }
}

impl Options {
    fn selection(&self) -> Selection {
        Selection { min_confidence: self.min_confidence, today: self.today, ..Selection::default() }
    }
}

/// A part of a text.
enum Piece<'a, 'c> {
    /// A document, checked.
    Document(&'c Checked<'a>, Origin<'c>),
    /// What stands between documents.
    Between(&'a str),
}

/// Calls `take` with the parts of a text, in order: one document, or one a line.
fn each_document(text: &str, options: &Options, mut take: impl FnMut(Piece<'_, '_>)) {
    let by_name = options.notation.or_else(|| Notation::of_name(&options.name));
    // A text of code is a project of its own.
    let mut project = Project::default();
    let suspect = matches!(by_name, Some(Notation::Code(_))) && path_says_whatsapp(&options.name);
    if let Some(Notation::Code(language)) = by_name {
        project.add(&FileFacts::read(text, language, suspect));
    }
    let mut checker = Checker::new(&options.config).within(&project, options.today);
    checker.in_file(Path::new(&options.name));
    let declared = options.config.declared(Path::new(&options.name));
    let origin = Origin { file: &options.name, identity: &options.name, offset: 0, line: 1 };
    let like_lines = || lines::begins_like_lines(text.as_bytes());
    if by_name.map_or_else(like_lines, |notation| notation == Notation::JsonLines) {
        return each_line(text, origin, declared, &mut checker, take);
    }
    let result = checker.check(text, by_name.unwrap_or(Notation::ByContent), suspect, declared);
    if result.error.is_some_and(|error| error.kind == SyntaxErrorKind::TrailingContent) && like_lines() {
        return each_line(text, origin, declared, &mut checker, take);
    }
    take(Piece::Document(&result, origin));
}

fn each_line(
    text: &str,
    origin: Origin<'_>,
    declared: Option<Declared>,
    checker: &mut Checker<'_>,
    mut take: impl FnMut(Piece<'_, '_>),
) {
    let suspect = speaks_of_whatsapp(text.as_bytes());
    let mut passed = 0;
    for (line, (start, end)) in (1..).zip(lines::ranges(text.as_bytes())) {
        let source = &text[start..end];
        if !source.as_bytes().trim_ascii().is_empty() {
            take(Piece::Between(&text[passed..start]));
            let result = checker.check(source, Notation::JsonLines, suspect, declared);
            take(Piece::Document(&result, Origin { offset: start as u64, line, ..origin }));
            passed = end;
        }
    }
    take(Piece::Between(&text[passed..]));
}
