//! The part of a text that a finding shows: cut near the label first, then made harmless.
//!
//! Neither the length of a text nor that of its lines costs anything: only what is near the label is looked at.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::report::harmless;
use crate::tree::Span;

/// A few lines around a label, with their true place in the file.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    /// The file's name, harmless.
    pub name: String,
    /// The lines, harmless, without a line end after the last.
    text: String,
    /// Where the label is in `text`.
    label: Range<usize>,
    /// The label's line in the file, counted from 0.
    line: usize,
    /// The label's column in the file, counted from 0.
    column: usize,
    /// How many lines stand before the label's.
    before: usize,
}

/// A piece of a line, as far as it was looked at.
struct Reach {
    /// Where it ends (or begins, going back).
    at: usize,
    /// How many characters it has.
    chars: usize,
    /// Whether the line goes on.
    cut: bool,
}

impl Excerpt {
    /// Cuts the lines around `label` out of `source`. A line has at most `room` characters.
    ///
    /// `line` and `column` are the label's place in the file, counted from 1. Of a label over many lines the first is shown.
    pub fn cut(&mut self, source: &str, label: Span, (line, column): (u64, u64), room: usize) {
        let start = boundary_before(source, label.start as usize);
        let end = boundary_after(source, label.end as usize).max(start);
        self.line = index(line);
        self.column = index(column);
        self.before = 0;
        self.text.clear();

        let left = back(source, start, room);
        let right = forward(source, start, room);
        if left.chars + right.chars <= room && !left.cut && !right.cut {
            if left.at > 0 && self.line > 0 {
                self.line_before(source, left.at - 1, room);
            }
            self.label_line(source, left.at..right.at, start..end);
            if right.at < source.len() {
                self.line_after(source, right.at + 1, room);
            }
        } else {
            // The label takes up to two thirds, both sides share the rest; what one cannot use goes to the other.
            let labelled = source[start..end].chars().take(room * 2 / 3).count().min(right.chars);
            let before = left.chars.min((room - labelled) / 2);
            let after = right.chars.min(room - before);
            let before = left.chars.min(room - after);
            let from = back(source, start, before);
            let to = forward(source, start, after);
            if from.cut {
                self.text.push('…');
            }
            self.label_line(source, from.at..to.at, start..end);
            if to.cut {
                self.text.push('…');
            }
        }
    }

    /// Cuts out nothing but the first line of `label`, for what stands around it may be secret.
    pub fn cut_out(&mut self, source: &str, label: Span, (line, column): (u64, u64), room: usize) {
        let start = boundary_before(source, label.start as usize);
        let end = boundary_after(source, label.end as usize).max(start);
        let reach = forward(&source[..end], start, room.saturating_sub(2));
        self.line = index(line);
        self.column = index(column);
        self.before = 0;
        self.text.clear();
        let begins = start == 0 || source[..start].ends_with('\n');
        if !begins {
            self.text.push('…');
        }
        self.label.start = self.text.len();
        self.piece(&source[start..reach.at]);
        self.label.end = self.text.len();
        if !source[reach.at..].is_empty() && !source[reach.at..].starts_with(['\r', '\n']) {
            self.text.push('…');
        }
        if self.label.is_empty() {
            // An arrow needs something to point at.
            self.text.push(' ');
        }
    }

    /// The label, in the excerpt.
    pub fn label(&self) -> (usize, usize) {
        (self.label.start, self.label.len())
    }

    fn line_before(&mut self, source: &str, end: usize, room: usize) {
        let reach = back(source, end, room);
        if !reach.cut {
            self.piece(source[reach.at..end].trim_end_matches('\r'));
            self.text.push('\n');
            self.before = 1;
        }
    }

    fn line_after(&mut self, source: &str, start: usize, room: usize) {
        let reach = forward(source, start, room);
        self.text.push('\n');
        self.piece(source[start..reach.at].trim_end_matches('\r'));
        if reach.cut {
            self.text.push('…');
        }
    }

    fn label_line(&mut self, source: &str, line: Range<usize>, label: Range<usize>) {
        let ends = source[line.end..].is_empty() || source[line.end..].starts_with('\n');
        let mut end = line.end;
        if ends && end > label.start && source[..end].ends_with('\r') {
            end -= 1;
        }
        let label_end = label.end.min(end);
        self.piece(&source[line.start..label.start]);
        self.label.start = self.text.len();
        self.piece(&source[label.start..label_end]);
        self.label.end = self.text.len();
        self.piece(&source[label_end..end]);
        if ends && self.label.start == self.text.len() {
            // An arrow needs something to point at.
            self.text.push(' ');
        }
    }

    fn piece(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\t' => self.text.push(c),
                _ => harmless::push(c, &mut self.text),
            }
        }
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        lines_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context the place of the label is asked for, else the text.
        let (range, line, column) = match lines_before {
            0 => (self.label.clone(), self.line, self.column),
            _ => (0..self.text.len(), self.line - self.before, 0),
        };
        let span = SourceSpan::from((range.start, range.len()));
        let data = &self.text.as_bytes()[range];
        let lines = self.before + 1;
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, span, line, column, lines)))
    }
}

/// Goes back from `from`, at most `limit` characters and not over a line end.
fn back(source: &str, from: usize, limit: usize) -> Reach {
    let mut reach = Reach { at: from, chars: 0, cut: false };
    for (at, c) in source[..from].char_indices().rev() {
        if c == '\n' {
            break;
        }
        if reach.chars == limit {
            reach.cut = true;
            break;
        }
        reach.at = at;
        reach.chars += 1;
    }
    reach
}

/// Goes on from `from`, at most `limit` characters and not over a line end.
fn forward(source: &str, from: usize, limit: usize) -> Reach {
    let mut reach = Reach { at: from, chars: 0, cut: false };
    for c in source[from..].chars() {
        if c == '\n' {
            break;
        }
        if reach.chars == limit {
            reach.cut = true;
            break;
        }
        reach.at += c.len_utf8();
        reach.chars += 1;
    }
    reach
}

fn boundary_before(source: &str, at: usize) -> usize {
    let at = at.min(source.len());
    (0..=at).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(0)
}

fn boundary_after(source: &str, at: usize) -> usize {
    (at..source.len()).find(|&at| source.is_char_boundary(at)).unwrap_or(source.len())
}

/// From a number that counts from 1 to an index, far from overflow.
fn index(number: u64) -> usize {
    usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX).min(usize::MAX / 2)
}
