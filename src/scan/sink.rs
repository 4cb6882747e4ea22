//! Where what the workers printed comes out, in order, and where they wait when they are too far ahead.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, PoisonError};

use super::{Job, Output, Recipient, Stream, Tally};

pub(super) struct Sink<'s, 'o, 'r> {
    state: Mutex<State<'s, 'o, 'r>>,
    moved: Condvar,
    ahead: u64,
}

struct State<'s, 'o, 'r> {
    streams: &'s mut [Stream<'o>],
    recipient: Option<&'r mut dyn Recipient>,
    /// The number of the unit that is written next.
    next: u64,
    waiting: BTreeMap<u64, Output>,
    spare: Vec<Output>,
    tally: Tally,
    error: Option<io::Error>,
}

impl<'s, 'o, 'r> Sink<'s, 'o, 'r> {
    pub fn new(streams: &'s mut [Stream<'o>], recipient: Option<&'r mut dyn Recipient>, ahead: u64) -> Self {
        let state = State {
            streams,
            recipient,
            next: 0,
            waiting: BTreeMap::new(),
            spare: Vec::new(),
            tally: Tally::default(),
            error: None,
        };
        Self { state: Mutex::new(state), moved: Condvar::new(), ahead }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<'s, 'o, 'r>> {
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
    pub fn guard(&self) -> Guard<'_, 's, 'o, 'r> {
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
                && let Err(error) = state.write(&output)
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

    /// Writes what the job says at the end, and gives back what was counted.
    pub fn finish(self, job: &dyn Job) -> io::Result<Tally> {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = state.error {
            return Err(error);
        }
        let mut last = Output::default();
        job.end(&state.tally, &mut last);
        state.write(&last)?;
        state.tally.add(last.tally);
        Ok(state.tally)
    }
}

/// See [`Sink::guard`].
pub(super) struct Guard<'g, 's, 'o, 'r> {
    state: &'g Mutex<State<'s, 'o, 'r>>,
    moved: &'g Condvar,
}

impl Drop for Guard<'_, '_, '_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.error.get_or_insert_with(|| io::Error::other("a worker failed"));
            self.moved.notify_all();
        }
    }
}

impl State<'_, '_, '_> {
    fn write(&mut self, output: &Output) -> io::Result<()> {
        if output.is_empty() {
            return Ok(());
        }
        if let Some(recipient) = &mut self.recipient {
            for (part, text) in output.texts() {
                recipient.take(&part.name, &part.rewriting, part.ends, text, &mut self.tally)?;
            }
        }
        let alone = self.streams.len() == 1;
        for (number, stream) in self.streams.iter_mut().enumerate() {
            stream.put(number, output, alone)?;
        }
        if self.recipient.is_some() || self.streams.iter().any(Stream::is_read) {
            Ok(())
        } else {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
}
