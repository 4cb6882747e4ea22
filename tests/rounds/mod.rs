//! Fixes applied to one body in rounds, until none applies: in each round all whose edits touch no other's, the rest on
//! the text that comes out.

use waport::config::{Config, MediaMap};
use waport::diagnose::Diagnostic;
use waport::finding::Confidence;
use waport::fix::Level;
use waport::form::Form;
use waport::tree::Span;
use waport::write::{Edit, apply};
use waport::{Options, Report, check};

/// More rounds than any body may need.
const MOST: usize = 20;

/// A body after all its fixes.
pub struct Cured {
    pub text: String,
    /// What it is taken for now.
    pub form: Option<Form>,
    /// What is left.
    pub left: Vec<Diagnostic>,
}

/// What a body is translated with.
#[derive(Clone, Copy, Default)]
pub struct With<'t> {
    /// The text of a `waport.toml`.
    pub config: &'t str,
    /// The text of a media map; none when empty.
    pub media: &'t str,
    /// Whether the form of the first round holds for the later ones, whatever the fixes leave of its evidence.
    pub remembered: bool,
}

impl With<'_> {
    pub fn options(self, form: Option<Form>) -> Options {
        let declared = form.map(|form| format!("\n[[form]]\npath = \"**\"\nform = \"{form}\"\n")).unwrap_or_default();
        let mut config = Config::parse(&format!("{}{declared}", self.config)).expect("a configuration");
        if !self.media.is_empty() {
            config.media = MediaMap::parse(self.media).expect("a media map");
        }
        Options { name: "body.json".to_owned(), config, min_confidence: Confidence::Low, ..Options::default() }
    }
}

/// Applies all fixes of a body up to the level `most`.
pub fn cure(body: &str, with: With<'_>, most: Level) -> Cured {
    let mut text = body.to_owned();
    let mut report = check(&text, &with.options(None));
    let first = report.documents.first().map(|seen| seen.form);
    for _ in 0..MOST {
        let edits = together(&report, most);
        if edits.is_empty() {
            let form = check(&text, &with.options(None)).documents.first().map(|seen| seen.form);
            return Cured { text, form, left: report.findings };
        }
        text = apply(&text, &edits);
        report = check(&text, &with.options(first.filter(|_| with.remembered)));
    }
    panic!("{MOST} rounds do not cure\n{body}\nbut leave\n{text}");
}

/// The edits of one round, in order.
fn together(report: &Report, most: Level) -> Vec<Edit> {
    let mut chosen: Vec<Edit> = Vec::new();
    for finding in &report.findings {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.level <= most) else { continue };
        let offset = |offset: u64| u32::try_from(offset).expect("32 bits");
        let edits = fix.edits.iter().map(|(start, end, text)| Edit {
            span: Span { start: offset(*start), end: offset(*end) },
            text: text.clone(),
        });
        let edits: Vec<Edit> = edits.collect();
        let touches = |one: &Edit, other: &Edit| one.span.start <= other.span.end && other.span.start <= one.span.end;
        if !edits.iter().any(|edit| chosen.iter().any(|other| touches(edit, other))) {
            chosen.extend(edits);
        }
    }
    chosen.sort_by_key(|edit| (edit.span.start, edit.span.end));
    chosen
}
