//! `full`: an excerpt with the label under it and all that is known of a finding. The drawing is miette's; what it
//! is given has been cut and made harmless before.

use std::error::Error;
use std::fmt::{self, Write as _};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};

use crate::diagnose::{Cure, Diagnostic};
use crate::finding::{Confidence, Severity};
use crate::report::excerpt::Excerpt;
use crate::report::palette::Palette;
use crate::report::{LONGEST, Style, harmless};
use crate::tree::Span;

/// No pointer is longer, in characters.
const LONGEST_POINTER: usize = 200;

/// Draws findings. Its buffers are used again and again.
#[derive(Debug)]
pub(super) struct Full {
    error: GraphicalReportHandler,
    warning: GraphicalReportHandler,
    note: GraphicalReportHandler,
    palette: Palette,
    width: usize,
    excerpt: Excerpt,
    message: String,
    piece: String,
}

impl Full {
    pub fn new(style: Style) -> Self {
        let width = style.width.clamp(40, 132);
        let handler = |severity| handler(severity, style.colour, width);
        Self {
            error: handler(Severity::Error),
            warning: handler(Severity::Warning),
            note: handler(Severity::Note),
            palette: Palette::new(style.colour),
            width,
            excerpt: Excerpt::default(),
            message: String::new(),
            piece: String::new(),
        }
    }

    /// Appends a finding and an empty line.
    pub fn finding(&mut self, file: &str, source: &str, label: Span, diagnostic: &Diagnostic, out: &mut String) {
        self.head(diagnostic, out);
        self.drawing(file, source, label, diagnostic, out);
        let Palette { help, fix, aside, .. } = self.palette;
        self.foot("help", help, &diagnostic.text.help, out);
        if let Some(Cure { level, title, .. }) = &diagnostic.fix {
            self.foot(&format!("fix ({})", level.as_str()), fix, title, out);
        }
        self.foot("source", aside, &diagnostic.source, out);
        out.push('\n');
    }

    fn head(&self, diagnostic: &Diagnostic, out: &mut String) {
        let loud = self.palette.severity(diagnostic.severity);
        let _ = write!(out, "{loud}{}[{}]{loud:#}", diagnostic.severity.as_str(), diagnostic.rule);
        for (word, pointer) in [(" at ", &diagnostic.pointer), (" in ", &diagnostic.document)] {
            if let Some(pointer) = pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
                out.push_str(word);
                harmless::append_clipped(pointer, LONGEST_POINTER, out);
            }
        }
        if diagnostic.confidence != Confidence::High {
            let _ = write!(out, " ({} confidence)", diagnostic.confidence.as_str());
        }
        out.push('\n');
    }

    fn drawing(&mut self, file: &str, source: &str, label: Span, diagnostic: &Diagnostic, out: &mut String) {
        self.piece.clear();
        harmless::append_clipped(&diagnostic.text.message, LONGEST, &mut self.piece);
        self.message.clear();
        fold(&self.piece, self.width - 4, "", &mut self.message);

        self.excerpt.name.clear();
        harmless::append(file, &mut self.excerpt.name);
        // Before the text stand the number of the line and a rule, around it an ellipsis each side.
        let gutter = 7 + diagnostic.line.saturating_add(1).ilog10() as usize;
        let place = (diagnostic.line, diagnostic.column);
        if diagnostic.guarded {
            self.excerpt.cut_out(source, label, place, self.width - gutter);
        } else {
            self.excerpt.cut(source, label, place, self.width - gutter);
        }

        let (handler, severity) = match diagnostic.severity {
            Severity::Error => (&self.error, miette::Severity::Error),
            Severity::Warning => (&self.warning, miette::Severity::Warning),
            Severity::Note => (&self.note, miette::Severity::Advice),
        };
        let excerpt = (!source.is_empty()).then_some(&self.excerpt);
        // Writing to a string does not fail, and an excerpt gives every span.
        let _ = handler.render_report(out, &Shown { message: &self.message, severity, excerpt });
        if excerpt.is_none() {
            let Palette { name, .. } = self.palette;
            let _ = writeln!(out, "  file: {name}{}{name:#}", self.excerpt.name);
        }
    }

    fn foot(&mut self, label: &str, paint: anstyle::Style, text: &str, out: &mut String) {
        if text.is_empty() {
            return;
        }
        let _ = write!(out, "  {paint}{label}:{paint:#} ");
        let indent = label.len() + 4;
        self.piece.clear();
        harmless::append_clipped(text, LONGEST, &mut self.piece);
        fold(&self.piece, self.width - indent, &" ".repeat(indent), out);
        out.push('\n');
    }
}

fn handler(severity: Severity, colour: bool, width: usize) -> GraphicalReportHandler {
    let mut styles = if colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let loud = match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Note => styles.advice,
    };
    styles.highlights = vec![if colour { loud.bold() } else { loud }];
    let characters = ThemeCharacters { underline: '^', uarrow: '^', ..ThemeCharacters::unicode() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(width)
        .with_wrap_lines(false)
        .with_context_lines(1)
        .tab_width(4)
        .with_urls(false)
        .without_cause_chain()
        .without_syntax_highlighting()
}

/// Appends a text in lines of at most `width` characters; those after the first begin with `indent`.
fn fold(text: &str, width: usize, indent: &str, out: &mut String) {
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
}

/// What miette draws.
#[derive(Debug)]
struct Shown<'a> {
    message: &'a str,
    severity: miette::Severity,
    /// None when there is no text, as of a file that could not be read.
    excerpt: Option<&'a Excerpt>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (offset, length) = self.excerpt?.label();
        Some(Box::new(std::iter::once(LabeledSpan::new(None, offset, length))))
    }
}
