//! Where what the workers printed comes out, in order, and where they wait when they are too far ahead.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Condvar, Mutex, PoisonError};

use super::{Job, Tally};

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
    entries: Vec<Entry>,
    /// Findings per rule that were not printed because enough of the rule were: count and first line.
    hidden: BTreeMap<&'static str, (u64, u64)>,
    shown: BTreeMap<&'static str, u64>,
    /// The file's name as it is shown.
    name: String,
    /// Whether the file ends with this part.
    ends: bool,
}

#[derive(Debug)]
struct Entry {
    rule: &'static str,
    line: u64,
    bytes: Range<usize>,
}

impl Part {
    /// An empty part of the file `name`, which ends it or not.
    #[must_use]
    pub fn new(name: &str, ends: bool) -> Self {
        Self { name: name.to_owned(), ends, ..Self::default() }
    }
}

impl Output {
    /// Forgets what was printed, keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.parts.clear();
        self.tally = Tally::default();
    }

    /// Whether an entry of `rule` at `line` is to be printed; when it is not, it is counted.
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

    /// Says that the bytes from `from` on are an entry.
    pub fn entry(&mut self, rule: &'static str, line: u64, from: usize) {
        let bytes = from..self.bytes.len();
        if let Some(part) = self.parts.last_mut() {
            part.entries.push(Entry { rule, line, bytes });
        }
    }
}

pub(super) struct Sink<'j, W> {
    state: Mutex<State<W>>,
    moved: Condvar,
    job: &'j dyn Job,
    ahead: u64,
}

struct State<W> {
    out: W,
    /// The number of the unit that is written next.
    next: u64,
    waiting: BTreeMap<u64, Output>,
    spare: Vec<Output>,
    tally: Tally,
    /// Of the file that is being written: entries shown and hidden, by rule.
    shown: BTreeMap<&'static str, u64>,
    hidden: BTreeMap<&'static str, (u64, u64)>,
    written_any: bool,
    error: Option<io::Error>,
}

impl<'j, W: Write> Sink<'j, W> {
    pub fn new(out: W, job: &'j dyn Job, ahead: u64) -> Self {
        let state = State {
            out,
            next: 0,
            waiting: BTreeMap::new(),
            spare: Vec::new(),
            tally: Tally::default(),
            shown: BTreeMap::new(),
            hidden: BTreeMap::new(),
            written_any: false,
            error: None,
        };
        Self { state: Mutex::new(state), moved: Condvar::new(), job, ahead }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until unit `number` is near enough to what is written. Says false when writing has failed.
    pub fn wait_for_turn(&self, number: u64) -> bool {
        let mut state = self.lock();
        while number > state.next + self.ahead && state.error.is_none() {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.error.is_none()
    }

    /// Lets the other workers end when this one panics, as long as it is held.
    pub fn guard(&self) -> Guard<'_, W> {
        Guard { state: &self.state, moved: &self.moved }
    }

    /// Takes what was printed for unit `number` and gives back an empty output to print the next into.
    pub fn put(&self, number: u64, output: Output) -> Output {
        let mut state = self.lock();
        state.waiting.insert(number, output);
        while let Some(mut output) = {
            let next = state.next;
            state.waiting.remove(&next)
        } {
            if state.error.is_none()
                && let Err(error) = state.write(&output, self.job)
            {
                state.error = Some(error);
            }
            state.tally.add(std::mem::take(&mut output.tally));
            state.next += 1;
            output.clear();
            state.spare.push(output);
        }
        self.moved.notify_all();
        state.spare.pop().unwrap_or_default()
    }

    pub fn finish(self) -> io::Result<Tally> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = state.error {
            return Err(error);
        }
        let mut last = Output::default();
        self.job.end(&state.tally, &mut last);
        state.write(&last, self.job)?;
        state.tally.add(last.tally);
        state.out.flush()?;
        Ok(state.tally)
    }
}

/// See [`Sink::guard`].
pub(super) struct Guard<'s, W> {
    state: &'s Mutex<State<W>>,
    moved: &'s Condvar,
}

impl<W> Drop for Guard<'_, W> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.error.get_or_insert_with(|| io::Error::other("a worker failed"));
            self.moved.notify_all();
        }
    }
}

impl<W: Write> State<W> {
    fn write(&mut self, output: &Output, job: &dyn Job) -> io::Result<()> {
        let separator = job.separator();
        let Some(limit) = job.limit() else {
            if output.bytes.is_empty() {
                return Ok(());
            }
            if separator.is_empty() {
                return self.out.write_all(&output.bytes);
            }
            for entry in output.parts.iter().flat_map(|part| &part.entries) {
                self.entry(&output.bytes[entry.bytes.clone()], separator)?;
            }
            return Ok(());
        };
        for part in &output.parts {
            for entry in &part.entries {
                let shown = self.shown.entry(entry.rule).or_default();
                if *shown < limit {
                    *shown += 1;
                    self.entry(&output.bytes[entry.bytes.clone()], separator)?;
                } else {
                    self.hidden.entry(entry.rule).or_insert((0, entry.line)).0 += 1;
                }
            }
            for (rule, (count, line)) in &part.hidden {
                let hidden = self.hidden.entry(rule).or_insert((0, *line));
                hidden.0 += count;
                hidden.1 = hidden.1.min(*line);
            }
            if part.ends {
                let mut bytes = Vec::new();
                for (rule, (count, line)) in std::mem::take(&mut self.hidden) {
                    job.more(&part.name, rule, count, line, &mut bytes);
                }
                self.shown.clear();
                self.out.write_all(&bytes)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, bytes: &[u8], separator: &[u8]) -> io::Result<()> {
        if self.written_any {
            self.out.write_all(separator)?;
        }
        self.written_any = true;
        self.out.write_all(bytes)
    }
}
