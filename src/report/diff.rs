//! Differences between two texts as hunks of a unified diff, without the head that names the files.

use std::io::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use similar::{Algorithm, DiffTag, capture_diff_slices, group_diff_ops};

use super::harmless::harmless;

/// How many lines are shown around those that differ.
const CONTEXT: usize = 3;

/// Renders hunks: for programs as they are, for people in colour.
#[derive(Clone, Copy, Debug)]
pub struct Hunks {
    /// In colour.
    pub colour: bool,
    /// So that nothing in it acts on a terminal.
    pub harmless: bool,
}

/// How many lines stand before two texts in their files.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinesBefore {
    /// In the old file.
    pub old: usize,
    /// In the new file.
    pub new: usize,
}

impl Hunks {
    /// Appends the hunks between two texts; the lines before each in its file are counted in, and moved on.
    pub fn of_texts(self, old: &str, new: &str, before: &mut LinesBefore, out: &mut Vec<u8>) {
        let (old, new): (Vec<&str>, Vec<&str>) =
            (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
        let changes = capture_diff_slices(Algorithm::Myers, &old, &new);
        for group in group_diff_ops(changes, CONTEXT) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
            let span = |from: Range<usize>, to: Range<usize>| from.start..to.end;
            let olds = span(first.old_range(), last.old_range());
            let news = span(first.new_range(), last.new_range());
            self.head(&shifted(olds, before.old), &shifted(news, before.new), out);
            for change in group {
                let (tag, went, came) = change.as_tag_tuple();
                if tag == DiffTag::Equal {
                    self.lines(' ', &old[went], out);
                } else {
                    self.lines('-', &old[went], out);
                    self.lines('+', &new[came], out);
                }
            }
        }
        before.old += old.len();
        before.new += new.len();
    }

    /// Appends the hunk of one line, of which neither text has the end; `number` counts from 1. `ended` says whether a
    /// line end follows.
    pub fn of_line(self, number: usize, old: &str, new: &str, ended: bool, out: &mut Vec<u8>) {
        let line = number - 1..number;
        self.head(&line, &line, out);
        for (mark, text) in [('-', old), ('+', new)] {
            let end = if ended { "\n" } else { "" };
            self.lines(mark, &[&format!("{text}{end}")], out);
        }
    }

    fn head(self, old: &Range<usize>, new: &Range<usize>, out: &mut Vec<u8>) {
        let place = |range: &Range<usize>| match range.len() {
            1 => range.end.to_string(),
            0 => format!("{},0", range.start),
            many => format!("{},{many}", range.start + 1),
        };
        self.line(&format!("@@ -{} +{} @@", place(old), place(new)), AnsiColor::Cyan, out);
        out.push(b'\n');
    }

    fn lines(self, mark: char, lines: &[&str], out: &mut Vec<u8>) {
        for line in lines {
            let bare = line.strip_suffix('\n').unwrap_or(line);
            // A carriage return belongs to the line, and a terminal would go back on it.
            let bare = if self.harmless { bare.strip_suffix('\r').unwrap_or(bare) } else { bare };
            let shown = if self.harmless { harmless(bare) } else { bare.into() };
            let text = format!("{mark}{shown}");
            match mark {
                '-' => self.line(&text, AnsiColor::Red, out),
                '+' => self.line(&text, AnsiColor::Green, out),
                _ => out.extend_from_slice(text.as_bytes()),
            }
            out.push(b'\n');
            if !line.ends_with('\n') {
                out.extend_from_slice(b"\\ No newline at end of file\n");
            }
        }
    }

    fn line(self, text: &str, colour: AnsiColor, out: &mut Vec<u8>) {
        let style = if self.colour { colour.on_default() } else { Style::new() };
        let _ = write!(out, "{style}{text}{style:#}");
    }
}

fn shifted(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunks(old: &str, new: &str, before: usize) -> String {
        let mut out = Vec::new();
        let plain = Hunks { colour: false, harmless: false };
        plain.of_texts(old, new, &mut LinesBefore { old: before, new: before }, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_hunk_has_the_lines_that_differ_and_three_around() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = "1\n2\n3\n4\n5a\n5b\n6\n7\n8\n9\n";
        assert_eq!(hunks(old, new, 0), "@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+5a\n+5b\n 6\n 7\n 8\n");
        assert_eq!(hunks("a\r\n", "b\r\n", 10), "@@ -11 +11 @@\n-a\r\n+b\r\n");
        assert_eq!(hunks(old, old, 0), "");
    }

    #[test]
    fn a_missing_line_end_is_said() {
        let expected = "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n";
        assert_eq!(hunks("a", "b", 0), expected);
        let mut out = Vec::new();
        let plain = Hunks { colour: false, harmless: false };
        plain.of_line(7, "a", "b", false, &mut out);
        assert_eq!(out, expected.replace("1 +1", "7 +7").as_bytes());
    }

    #[test]
    fn on_a_terminal_nothing_acts() {
        let mut out = Vec::new();
        let shown = Hunks { colour: true, harmless: true };
        shown.of_line(1, "a\u{202e}", "b", true, &mut out);
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(!text.contains('\u{202e}') && text.contains("\u{1b}[31m-a"), "{text:?}");
    }
}
