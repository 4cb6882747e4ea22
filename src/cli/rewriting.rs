//! What workers do with the text of a document: fixes applied to it, and what is shown of that.

use crate::check::Checked;
use crate::diagnose::Origin;
use crate::read::Notation;
use crate::report::{Hunks, LinesBefore, harmless};
use crate::scan::{Fixes, Output, Scan};
use crate::suppress::Sieve;
use crate::translate::{Items, Policy, Translated, Translator};

/// Rewrites the documents of one thread.
pub(super) struct Rewriter<'c> {
    translator: Translator<'c>,
    /// How differences are rendered, when they are wanted in place of texts.
    hunks: Option<Hunks>,
    before: LinesBefore,
    /// A line that differs, until it is known whether a line end follows: its number, old and new.
    line: Option<(usize, String, String)>,
}

impl<'c> Rewriter<'c> {
    pub fn new(scan: &'c Scan<'_>, policy: Policy, hunks: Option<Hunks>) -> Self {
        let translator = Translator::new(scan.config, policy).within(&scan.survey.project, scan.today);
        Self { translator, hunks, before: LinesBefore::default(), line: None }
    }

    /// Applies the fixes of a document, and passes on its text, or the difference.
    pub fn document<'a>(
        &'a mut self,
        checked: &Checked<'a>,
        origin: Origin<'_>,
        sieve: &mut Sieve<'_>,
        items: &mut dyn Items,
        output: &mut Output,
    ) -> Translated<'a> {
        let translated = self.translator.translate(checked, origin, sieve, items);
        if let Some(fault) = &translated.fault {
            output.tally.faults.push(format!("{}:{}: {fault}", harmless(origin.file), origin.line));
        }
        let (old, new) = (checked.look.source, translated.checked.look.source);
        let fixes = Fixes { safe: translated.safe, doubtful: translated.doubtful };
        let Some(hunks) = self.hunks else {
            if translated.changed {
                output.rewrite(new.as_bytes(), fixes);
            } else {
                output.text.extend_from_slice(old.as_bytes());
            }
            return translated;
        };
        if checked.notation == Notation::JsonLines {
            if translated.changed {
                let number = usize::try_from(origin.line).unwrap_or(usize::MAX);
                self.line = Some((number, old.to_owned(), new.to_owned()));
                output.rewrite(b"", fixes);
            }
            return translated;
        }
        if origin.offset == 0 {
            self.before = LinesBefore::default();
        }
        if translated.changed {
            let mut bytes = Vec::new();
            hunks.of_texts(old, new, &mut self.before, &mut bytes);
            output.rewrite(&bytes, fixes);
        } else {
            let lines = memchr::memchr_iter(b'\n', old.as_bytes()).count();
            self.before = LinesBefore { old: self.before.old + lines, new: self.before.new + lines };
        }
        translated
    }

    /// Passes on what is no document.
    pub fn between(&mut self, bytes: &[u8], output: &mut Output) {
        match self.hunks {
            None => output.text.extend_from_slice(bytes),
            Some(hunks) => {
                if let Some((number, old, new)) = self.line.take() {
                    hunks.of_line(number, &old, &new, !bytes.is_empty(), &mut output.text);
                }
            }
        }
    }
}
