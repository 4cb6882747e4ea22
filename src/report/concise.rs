//! `concise`: one line a finding, for people who scroll and for editors that read `file:line:column`.

use std::fmt::Write as _;

use crate::diagnose::Diagnostic;
use crate::report::palette::Palette;
use crate::report::{LONGEST, harmless};

/// Appends a finding as one line.
pub(super) fn finding(file: &str, diagnostic: &Diagnostic, palette: &Palette, line: &mut String) {
    let Diagnostic { rule, severity, .. } = diagnostic;
    let (name, loud) = (palette.name, palette.severity(*severity));
    let _ = write!(line, "{name}");
    harmless::append(file, line);
    let _ = write!(line, "{name:#}:{}:{}: ", diagnostic.line, diagnostic.column);
    let _ = write!(line, "{loud}{}[{rule}]{loud:#} ", severity.as_str());
    harmless::append_clipped(&diagnostic.text.message, LONGEST, line);
    if let Some(pointer) = diagnostic.pointer.as_deref().filter(|pointer| !pointer.is_empty()) {
        let aside = palette.aside;
        let _ = write!(line, " {aside}(");
        harmless::append_clipped(pointer, LONGEST, line);
        if let Some(document) = diagnostic.document.as_deref().filter(|document| !document.is_empty()) {
            line.push_str(" in ");
            harmless::append_clipped(document, LONGEST, line);
        }
        let _ = write!(line, "){aside:#}");
    }
    line.push('\n');
}
