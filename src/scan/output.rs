//! What a worker printed for one unit, until it is written.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use super::{Fixes, Tally};
use crate::walk::Input;

/// What a worker printed for one unit.
#[derive(Debug, Default)]
pub struct Output {
    /// All bytes, one entry after the other.
    pub bytes: Vec<u8>,
    /// The files in it, in order.
    pub parts: Vec<Part>,
    /// What was counted.
    pub tally: Tally,
    /// What became of the texts of the files, for jobs that rewrite them, one part after the other.
    pub text: Vec<u8>,
}

/// What was printed for one file, or for one block of it.
#[derive(Debug, Default)]
pub struct Part {
    pub(super) entries: Vec<Entry>,
    /// Findings per rule that were not admitted because enough of the rule were: count and first line.
    pub(super) hidden: BTreeMap<&'static str, (u64, u64)>,
    shown: BTreeMap<&'static str, u64>,
    /// The file's name as it is shown.
    pub(super) name: String,
    /// Whether the file ends with this part.
    pub(super) ends: bool,
    /// What a recipient of texts is told.
    pub(super) rewriting: Rewriting,
    /// Where its text begins in [`Output::text`].
    start: usize,
}

/// What became of the text of a file, or of a block of it.
#[derive(Clone, Debug, Default)]
pub struct Rewriting {
    /// The file; `None` is standard input.
    pub path: Option<PathBuf>,
    /// Whether the file begins with this part.
    pub begins: bool,
    /// Whether the text is another than before.
    pub changed: bool,
    /// How many fixes were applied.
    pub fixes: Fixes,
    /// How many bytes it had.
    pub length: u64,
    /// The hash of what it was: XXH3 of 128 bits, without a seed.
    pub hash: u128,
    /// Why what was read is not all of the file.
    pub fault: Option<String>,
}

/// A finding as one stream shows it.
#[derive(Debug)]
pub(super) struct Entry {
    /// The number of the stream.
    pub stream: usize,
    pub rule: &'static str,
    pub line: u64,
    pub bytes: Range<usize>,
}

impl Part {
    /// An empty part of the file `name`, which ends it or not.
    #[must_use]
    pub fn new(name: &str, ends: bool) -> Self {
        Self { name: name.to_owned(), ends, ..Self::default() }
    }
}

impl Output {
    /// Whether nothing was printed and no file has ended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.parts.is_empty()
    }

    /// Forgets what was printed, keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.parts.clear();
        self.text.clear();
        self.tally = Tally::default();
    }

    /// Begins the part of a file that is in `input`, of which `bytes` were read.
    pub(super) fn begin(&mut self, input: &Input, begins: bool, ends: bool) {
        let mut part = Part::new(&input.name, ends);
        part.rewriting = Rewriting { path: input.path.clone(), begins, ..Rewriting::default() };
        part.start = self.text.len();
        self.parts.push(part);
    }

    /// Notes what the part's text was, before anything is done with it.
    pub(super) fn note_original(&mut self, bytes: &[u8], fault: Option<&String>) {
        if let Some(part) = self.parts.last_mut() {
            part.rewriting.length = bytes.len() as u64;
            part.rewriting.hash = xxhash_rust::xxh3::xxh3_128(bytes);
            part.rewriting.fault = fault.cloned();
        }
    }

    /// Puts a text in the place of one of the part's, which so many fixes made of it.
    pub fn rewrite(&mut self, text: &[u8], fixes: Fixes) {
        self.text.extend_from_slice(text);
        if let Some(part) = self.parts.last_mut() {
            part.rewriting.changed = true;
            part.rewriting.fixes += fixes;
        }
    }

    /// The parts with their texts, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&Part, &[u8])> {
        let starts = self.parts.iter().map(|part| part.start);
        let ends = starts.clone().skip(1).chain([self.text.len()]);
        self.parts.iter().zip(starts.zip(ends)).map(|(part, (start, end))| (part, &self.text[start..end]))
    }

    /// Whether a finding of `rule` at `line` is to be printed in streams that show at most `limit` of a rule per file;
    /// when it is not, it is counted.
    pub fn admits(&mut self, rule: &'static str, line: u64, limit: Option<u64>) -> bool {
        let (Some(limit), Some(part)) = (limit, self.parts.last_mut()) else { return true };
        let shown = part.shown.entry(rule).or_default();
        if *shown < limit {
            *shown += 1;
            return true;
        }
        part.hidden.entry(rule).or_insert((0, line)).0 += 1;
        false
    }

    /// Says that the bytes from `from` on are an entry in the stream of that number.
    pub fn entry(&mut self, stream: usize, rule: &'static str, line: u64, from: usize) {
        let bytes = from..self.bytes.len();
        if let Some(part) = self.parts.last_mut() {
            part.entries.push(Entry { stream, rule, line, bytes });
        }
    }
}
