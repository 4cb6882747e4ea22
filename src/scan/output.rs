//! What a worker printed for one unit, until it is written.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Tally;

/// What a worker printed for one unit.
#[derive(Debug, Default)]
pub struct Output {
    /// All bytes, one entry after the other.
    pub bytes: Vec<u8>,
    /// The files in it, in order.
    pub parts: Vec<Part>,
    /// What was counted.
    pub tally: Tally,
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
        self.tally = Tally::default();
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
