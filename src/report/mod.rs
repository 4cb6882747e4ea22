//! Findings as bytes: for people (`full`, `concise`), for programs (`json`, `json-lines`), for services that show
//! them beside the code (`sarif`, `github`, `gitlab`, `junit`).
//!
//! Nothing here decides what is shown or in which order; that is the run's business. A worker renders the findings
//! of its block while the text is there, so what is rendered depends on nothing but the finding.

#[cfg(feature = "cli")]
mod concise;
#[cfg(feature = "cli")]
mod diff;
#[cfg(feature = "cli")]
mod excerpt;
#[cfg(feature = "cli")]
mod full;
mod github;
mod gitlab;
mod harmless;
mod json;
#[cfg(feature = "cli")]
mod junit;
#[cfg(feature = "cli")]
mod palette;
mod sarif;
mod summary;
#[cfg(test)]
mod tests;
#[cfg(feature = "cli")]
pub mod translation;

#[cfg(feature = "cli")]
pub use diff::{Hunks, LinesBefore};
pub use harmless::harmless;
#[cfg(feature = "cli")]
pub use summary::summary_for_people;
pub use summary::{Summary, Unreadable};

use std::fmt;
use std::str::FromStr;

use crate::diagnose::Diagnostic;
use crate::rules::Text;
use crate::tree::Span;

/// Why a finding is not shown among the others.
#[derive(Clone, Copy, Debug)]
pub struct Suppression<'a> {
    /// Whether a comment in its file says so, and not the configuration.
    pub in_source: bool,
    /// The reason, where it is kept.
    pub reason: Option<&'a str>,
}

/// No message for people is longer, in characters: names of properties come from payloads.
#[cfg(feature = "cli")]
const LONGEST: usize = 600;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// With an excerpt and all that is known, for people.
    #[cfg(feature = "cli")]
    Full,
    /// A line each, for people.
    #[cfg(feature = "cli")]
    Concise,
    /// One object.
    Json,
    /// An object a line.
    JsonLines,
    /// SARIF 2.1.0, one object.
    Sarif,
    /// Commands of GitHub Actions, one a line.
    Github,
    /// GitLab's Code Quality report, one array.
    Gitlab,
    /// JUnit XML, one document.
    #[cfg(feature = "cli")]
    Junit,
}

/// The name of a format that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no output format; formats are {}", harmless(.0), known())]
pub struct UnknownFormat(pub String);

impl Format {
    /// All formats.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "cli")]
        Self::Full,
        #[cfg(feature = "cli")]
        Self::Concise,
        Self::Json,
        Self::JsonLines,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        #[cfg(feature = "cli")]
        Self::Junit,
    ];

    /// The name that users write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            #[cfg(feature = "cli")]
            Self::Full => "full",
            #[cfg(feature = "cli")]
            Self::Concise => "concise",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            #[cfg(feature = "cli")]
            Self::Junit => "junit",
        }
    }

    /// Whether people read it: findings of one kind are grouped, colours make sense.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        match self {
            #[cfg(feature = "cli")]
            Self::Full | Self::Concise => true,
            _ => false,
        }
    }

    /// What stands between two findings.
    #[must_use]
    pub fn separator(self) -> &'static [u8] {
        if matches!(self, Self::Json | Self::Sarif | Self::Gitlab) { b",\n" } else { b"" }
    }

    /// Whether the findings of a file stand together, after a head that counts them.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn counts_by_file(self) -> bool {
        self == Self::Junit
    }

    /// Appends, where findings are counted by file, what stands before those of a file that has so many.
    #[cfg(feature = "cli")]
    pub fn begin_file(self, file: &str, findings: u64, out: &mut Vec<u8>) {
        if self == Self::Junit {
            junit::begin_file(file, findings, out);
        }
    }

    /// Appends, where findings are counted by file, what stands after those of a file.
    #[cfg(feature = "cli")]
    pub fn end_file(self, out: &mut Vec<u8>) {
        if self == Self::Junit {
            junit::end_file(out);
        }
    }

    /// Appends, for people, how many more findings of a rule there are and where they begin.
    pub fn more(self, file: &str, rule: &str, count: u64, first_line: u64, out: &mut Vec<u8>) {
        if !self.is_for_people() || count == 0 {
            return;
        }
        let the_first = if count == 1 { "" } else { "the first " };
        let count = thousands(count);
        let file = harmless(file);
        let text = format!("{file}: {rule}: … and {count} more like it, {the_first}at line {first_line}\n");
        out.extend_from_slice(text.as_bytes());
        #[cfg(feature = "cli")]
        if self == Self::Full {
            out.push(b'\n');
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

fn known() -> String {
    let names: Vec<String> = Format::ALL.iter().map(|format| format!("`{format}`")).collect();
    names.join(", ")
}

/// How the output for people looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colours are written.
    pub colour: bool,
    /// How many columns a line has.
    pub width: usize,
}

impl Default for Style {
    /// No colour, 100 columns.
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// Writes findings in one format. Each thread has its own; its buffers are used again and again.
#[derive(Debug)]
pub struct Renderer {
    format: Format,
    #[cfg(feature = "cli")]
    palette: palette::Palette,
    #[cfg(feature = "cli")]
    full: full::Full,
    text: String,
}

impl Renderer {
    /// A renderer for `format`; `style` matters to the formats for people only.
    #[must_use]
    #[cfg_attr(not(feature = "cli"), expect(unused_variables, reason = "only people see style"))]
    pub fn new(format: Format, style: Style) -> Self {
        Self {
            format,
            #[cfg(feature = "cli")]
            palette: palette::Palette::new(style.colour),
            #[cfg(feature = "cli")]
            full: full::Full::new(style),
            text: String::new(),
        }
    }

    /// Whether the format has suppressed findings, too.
    #[must_use]
    pub fn has_suppressed(&self) -> bool {
        self.format == Format::Sarif
    }

    /// Appends a finding that a suppression holds for, in formats that have them.
    pub fn suppressed(&mut self, file: &str, diagnostic: &Diagnostic, suppression: Suppression<'_>, out: &mut Vec<u8>) {
        if self.has_suppressed() {
            sarif::finding(file, diagnostic, Some(suppression), out);
        }
    }

    /// Appends a finding.
    ///
    /// `source` is the text of the document (of an archive: the line), `label` the bytes in it to point at, which begin on
    /// the diagnostic's line. Only the text near the label is looked at. Any `label` will do: what lies outside of
    /// `source` or inside a character is moved to the nearest place that does not.
    #[cfg_attr(not(feature = "cli"), expect(unused_variables, reason = "programs get no excerpts"))]
    pub fn finding(&mut self, file: &str, source: &str, label: Span, diagnostic: &Diagnostic, out: &mut Vec<u8>) {
        match self.format {
            #[cfg(feature = "cli")]
            Format::Full => {
                self.text.clear();
                self.full.finding(file, source, label, diagnostic, &mut self.text);
                out.extend_from_slice(self.text.as_bytes());
            }
            #[cfg(feature = "cli")]
            Format::Concise => {
                self.text.clear();
                concise::finding(file, diagnostic, &self.palette, &mut self.text);
                out.extend_from_slice(self.text.as_bytes());
            }
            Format::Json => json::finding(file, diagnostic, out),
            Format::JsonLines => {
                json::finding(file, diagnostic, out);
                out.push(b'\n');
            }
            Format::Sarif => sarif::finding(file, diagnostic, None, out),
            Format::Github => {
                self.text.clear();
                github::finding(file, diagnostic, &mut self.text);
                out.extend_from_slice(self.text.as_bytes());
            }
            Format::Gitlab => gitlab::finding(file, diagnostic, out),
            #[cfg(feature = "cli")]
            Format::Junit => junit::finding(file, diagnostic, out),
        }
    }

    /// Appends what stands before the first finding.
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        match self.format {
            Format::Json => out.extend_from_slice(json::BEGIN),
            Format::Sarif => out.extend_from_slice(sarif::BEGIN),
            Format::Gitlab => out.extend_from_slice(gitlab::BEGIN),
            #[cfg(feature = "cli")]
            Format::Junit => junit::begin(out),
            _ => {}
        }
    }

    /// Appends what stands after the last finding.
    pub fn end(&mut self, summary: &Summary, out: &mut Vec<u8>) {
        match self.format {
            Format::Json => json::end(summary, out),
            Format::Sarif => sarif::end(summary, out),
            Format::Gitlab => out.extend_from_slice(gitlab::END),
            #[cfg(feature = "cli")]
            Format::Junit => junit::end(summary, out),
            _ => {}
        }
    }
}

/// What a finding says to those who read it in a service: the message and the help, harmless, with `between` them.
fn said(diagnostic: &Diagnostic, between: &str) -> String {
    let Text { message, help } = &diagnostic.text;
    let mut said = harmless(message).into_owned();
    if !help.is_empty() {
        said.push_str(between);
        said.push_str("help: ");
        harmless::append(help, &mut said);
    }
    said
}

/// A value as a line of JSON, whose strings drive no terminal.
#[cfg(feature = "net")]
#[must_use]
pub fn json_line(value: &impl serde::Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    json::write(value, &mut out);
    out.push(b'\n');
    out
}

/// A number with commas between its thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
