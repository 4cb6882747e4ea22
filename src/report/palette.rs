//! The colours of what people read.

use anstyle::{AnsiColor, Style};

use crate::finding::Severity;

/// Styles by meaning; without colour they write nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Palette {
    error: Style,
    warning: Style,
    note: Style,
    /// What to do.
    pub help: Style,
    /// What waport can do.
    pub fix: Style,
    /// Names of files.
    pub name: Style,
    /// What is there for those who look closer.
    pub aside: Style,
}

impl Palette {
    pub fn new(colour: bool) -> Self {
        if !colour {
            return Self::default();
        }
        let bold = |colour: AnsiColor| colour.on_default().bold();
        Self {
            error: bold(AnsiColor::Red),
            warning: bold(AnsiColor::Yellow),
            note: bold(AnsiColor::Cyan),
            help: AnsiColor::Cyan.on_default(),
            fix: AnsiColor::Green.on_default(),
            name: Style::new().bold(),
            aside: Style::new().dimmed(),
        }
    }

    pub fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Note => self.note,
        }
    }
}
