//! How each report of a run looks, and how a finding comes onto all of them.

use std::io;

use super::CheckArgs;
use super::targets::Target;
use crate::diagnose::Diagnostic;
use crate::report::{Format, Renderer, Style, Suppression};
use crate::scan::{Frame, Output};
use crate::tree::Span;

/// How many findings of a rule people are shown per file.
const SHOWN: u64 = 5;

/// How one of the reports looks.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub format: Format,
    style: Style,
    /// How many findings of a rule it shows per file.
    limit: Option<u64>,
}

impl Page {
    /// The page of a report that is asked for.
    pub fn new(args: &CheckArgs, target: &Target) -> Self {
        let style = match target.file {
            None => args.inputs.style(&io::stdout()),
            Some(_) => Style { colour: args.inputs.color == "always", ..Style::default() },
        };
        let limit = args.max_findings.unwrap_or(SHOWN);
        let limit = (limit > 0 && target.format.is_for_people()).then_some(limit);
        Self { format: target.format, style, limit }
    }

    pub fn renderer(&self) -> Renderer {
        Renderer::new(self.format, self.style)
    }
}

impl Frame for Page {
    fn separator(&self) -> &'static [u8] {
        self.format.separator()
    }

    fn limit(&self) -> Option<u64> {
        self.limit
    }

    fn more(&self, file: &str, rule: &'static str, count: u64, line: u64, out: &mut Vec<u8>) {
        self.format.more(file, rule, count, line, out);
    }

    fn counts_by_file(&self) -> bool {
        self.format.counts_by_file()
    }

    fn begin_file(&self, file: &str, count: u64, out: &mut Vec<u8>) {
        self.format.begin_file(file, count, out);
    }

    fn end_file(&self, out: &mut Vec<u8>) {
        self.format.end_file(out);
    }
}

/// Prints findings on every page. Each thread has its own.
pub(super) struct Printers {
    /// One for each page, in the order of the streams, with whether it shows only so many findings of a rule.
    renderers: Vec<(Renderer, bool)>,
    /// How many these show per file.
    limit: Option<u64>,
}

impl Printers {
    pub fn new(pages: &[Page]) -> Self {
        Self {
            renderers: pages.iter().map(|page| (page.renderer(), page.limit.is_some())).collect(),
            limit: pages.iter().find_map(|page| page.limit),
        }
    }

    /// Prints a finding; `source` and `label` are what [`Renderer::finding`] takes.
    pub fn finding(&mut self, file: &str, source: &str, label: Span, diagnostic: &Diagnostic, output: &mut Output) {
        let Diagnostic { rule, line, .. } = *diagnostic;
        let admitted = output.admits(rule, line, self.limit);
        for (stream, (renderer, limited)) in self.renderers.iter_mut().enumerate() {
            if admitted || !*limited {
                let from = output.bytes.len();
                renderer.finding(file, source, label, diagnostic, &mut output.bytes);
                output.entry(stream, rule, line, from);
            }
        }
    }

    /// Puts a suppressed finding on the pages that have them.
    pub fn suppressed(
        &mut self,
        file: &str,
        diagnostic: &Diagnostic,
        suppression: Suppression<'_>,
        output: &mut Output,
    ) {
        for (stream, (renderer, _)) in self.renderers.iter_mut().enumerate() {
            if renderer.has_suppressed() {
                let from = output.bytes.len();
                renderer.suppressed(file, diagnostic, suppression, &mut output.bytes);
                output.entry(stream, diagnostic.rule, diagnostic.line, from);
            }
        }
    }
}
