//! One output: the entries of all units in order, and what stands around them. Nothing here knows a format.

use std::collections::BTreeMap;
use std::io::{self, Seek as _, Write};

use tempfile::SpooledTempFile;

use super::Output;

/// What stands around the entries of a stream.
pub trait Frame: Send {
    /// What stands between two entries.
    fn separator(&self) -> &'static [u8] {
        b""
    }
    /// How many entries of a rule are shown per file; the rest is counted. `None` shows all.
    fn limit(&self) -> Option<u64> {
        None
    }
    /// Appends that `count` more entries of a rule in `file` were not shown, the first of them at `line`.
    fn more(&self, _file: &str, _rule: &'static str, _count: u64, _line: u64, _out: &mut Vec<u8>) {}
    /// Whether the entries of a file stand together, after a head that counts them.
    fn counts_by_file(&self) -> bool {
        false
    }
    /// Appends the head of a file with so many entries.
    fn begin_file(&self, _file: &str, _count: u64, _out: &mut Vec<u8>) {}
    /// Appends what stands after the entries of a file.
    fn end_file(&self, _out: &mut Vec<u8>) {}
}

/// Entries as they are.
impl Frame for () {}

/// How many bytes of a file's entries are held in memory until their number is known; the rest waits on the disk.
const HELD: usize = 4 << 20;

/// One output of a run.
pub struct Stream<'o> {
    out: Box<dyn Write + Send + 'o>,
    frame: Box<dyn Frame + 'o>,
    written_any: bool,
    /// Whether somebody reads it.
    read: bool,
    /// Of the file that is being written: entries shown and hidden, by rule.
    shown: BTreeMap<&'static str, u64>,
    hidden: BTreeMap<&'static str, (u64, u64)>,
    /// Of the file that is being written: entries that wait for their number.
    held: SpooledTempFile,
    held_entries: u64,
}

impl<'o> Stream<'o> {
    /// A stream to `out`, which is best buffered.
    #[must_use]
    pub fn new(out: Box<dyn Write + Send + 'o>, frame: impl Frame + 'o) -> Self {
        Self {
            out,
            frame: Box::new(frame),
            written_any: false,
            read: true,
            shown: BTreeMap::new(),
            hidden: BTreeMap::new(),
            held: SpooledTempFile::new(HELD),
            held_entries: 0,
        }
    }

    /// Whether somebody still reads it.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.read
    }

    /// Writes what stands before or after all entries. A reader that goes away is no error, see [`Self::is_read`].
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.attempt(|stream| stream.out.write_all(bytes))
    }

    /// Writes what is in buffers, as [`Self::write`] does.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.attempt(|stream| stream.out.flush())
    }

    /// Writes its entries of what was printed for a unit. When it is `alone` all of it is its own.
    pub(super) fn put(&mut self, number: usize, output: &Output, alone: bool) -> io::Result<()> {
        let plain = self.frame.separator().is_empty() && self.frame.limit().is_none() && !self.frame.counts_by_file();
        if alone && plain {
            return self.write(&output.bytes);
        }
        self.attempt(|stream| stream.entries(number, output))
    }

    fn attempt(&mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        if !self.read {
            return Ok(());
        }
        match write(self) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.read = false,
            done => return done,
        }
        Ok(())
    }

    fn entries(&mut self, number: usize, output: &Output) -> io::Result<()> {
        let limit = self.frame.limit();
        for part in &output.parts {
            for entry in part.entries.iter().filter(|entry| entry.stream == number) {
                if let Some(limit) = limit {
                    let shown = self.shown.entry(entry.rule).or_default();
                    if *shown == limit {
                        self.hidden.entry(entry.rule).or_insert((0, entry.line)).0 += 1;
                        continue;
                    }
                    *shown += 1;
                }
                self.entry(&output.bytes[entry.bytes.clone()])?;
            }
            if limit.is_some() {
                for (rule, (count, line)) in &part.hidden {
                    let hidden = self.hidden.entry(rule).or_insert((0, *line));
                    hidden.0 += count;
                    hidden.1 = hidden.1.min(*line);
                }
            }
            if part.ends {
                self.end_file(&part.name)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.frame.counts_by_file() {
            self.held_entries += 1;
            return self.held.write_all(bytes);
        }
        if self.written_any {
            self.out.write_all(self.frame.separator())?;
        }
        self.written_any = true;
        self.out.write_all(bytes)
    }

    fn end_file(&mut self, name: &str) -> io::Result<()> {
        let mut bytes = Vec::new();
        if self.held_entries > 0 {
            self.frame.begin_file(name, self.held_entries, &mut bytes);
            self.out.write_all(&bytes)?;
            self.held.rewind()?;
            io::copy(&mut self.held, &mut self.out)?;
            self.held = SpooledTempFile::new(HELD);
            self.held_entries = 0;
            bytes.clear();
            self.frame.end_file(&mut bytes);
        }
        for (rule, (count, line)) in std::mem::take(&mut self.hidden) {
            self.frame.more(name, rule, count, line, &mut bytes);
        }
        self.shown.clear();
        self.out.write_all(&bytes)
    }
}
