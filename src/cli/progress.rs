//! The line on standard error that says how far a long run is. It is for people at a terminal and gone before anything
//! else is printed.

use std::io::{self, IsTerminal as _, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Inputs;
use crate::report::thousands;
use crate::scan::Progress;

/// Work that takes no longer is not spoken of.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the line is written anew.
const TICK: Duration = Duration::from_millis(200);

/// Says how far a run is, where somebody is there to see it.
pub(super) struct Watch {
    line: Option<Line>,
}

impl Watch {
    /// Watches when standard error is a terminal that can go back in a line, and neither `-q` nor `CI` is given.
    pub fn new(inputs: &Inputs) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let wanted = io::stderr().is_terminal() && !dumb && !inputs.quiet && std::env::var_os("CI").is_none();
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        Self { line: wanted.then(|| Line::new(Box::new(io::stderr()), width)) }
    }

    /// Standard output, buffered. On a terminal the line makes room for what is written there.
    pub fn output(&self) -> impl Write + Send {
        let line = self.line.as_ref().filter(|_| io::stdout().is_terminal());
        io::BufWriter::with_capacity(1 << 16, MakingRoom { line, out: io::stdout() })
    }

    /// Scans and says meanwhile how far it is.
    pub fn during<T>(&self, progress: &Progress, work: impl FnOnce() -> T) -> T {
        self.saying(&|elapsed| words(progress.files(), progress.bytes(), elapsed), work)
    }

    /// Does the work and says meanwhile in `words`, which are ASCII, how far it is.
    pub fn saying<T>(&self, words: &(dyn Fn(Duration) -> String + Sync), work: impl FnOnce() -> T) -> T {
        let Some(line) = &self.line else { return work() };
        let (working, ended) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let begun = Instant::now();
                let mut wait = PATIENCE;
                while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                    line.show(&words(begun.elapsed()));
                    wait = TICK;
                }
                line.lock().clear();
            });
            let result = work();
            drop(working);
            result
        })
    }
}

/// How far a run is, in words.
fn words(files: u64, bytes: u64, elapsed: Duration) -> String {
    let megabytes = bytes / 1_000_000;
    let rate = u128::from(bytes) / elapsed.as_micros().max(1);
    let name = if files == 1 { "file" } else { "files" };
    format!("looked at {} {name}, {} MB, {} MB a second", thousands(files), thousands(megabytes), rate)
}

/// A line that is written over again and again.
struct Line {
    state: Mutex<State>,
    /// How many columns the terminal has.
    width: usize,
}

struct State {
    terminal: Box<dyn Write + Send>,
    /// How many columns the line takes, 0 when it is not shown.
    shown: usize,
    /// Whether standard output has begun a line on the same terminal and not ended it.
    within_line: bool,
}

impl Line {
    fn new(terminal: Box<dyn Write + Send>, width: usize) -> Self {
        Self { state: Mutex::new(State { terminal, shown: 0, within_line: false }), width }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows `words`, which are ASCII, as far as they fit.
    fn show(&self, words: &str) {
        let mut state = self.lock();
        if state.within_line {
            return;
        }
        let words = &words[..words.len().min(self.width.saturating_sub(1))];
        state.clear();
        // Nobody is there to see that the terminal is gone.
        let _ = state.terminal.write_all(words.as_bytes()).and_then(|()| state.terminal.flush());
        state.shown = words.len();
    }
}

impl State {
    /// Blanks the line. Blanks do on every terminal, whatever escape sequences it knows.
    fn clear(&mut self) {
        let blank = std::mem::take(&mut self.shown);
        if blank > 0 {
            let _ = write!(self.terminal, "\r{:blank$}\r", "").and_then(|()| self.terminal.flush());
        }
    }
}

/// Standard output, before which the line on the same terminal is cleared.
struct MakingRoom<'l, W> {
    line: Option<&'l Line>,
    out: W,
}

impl<W: Write> Write for MakingRoom<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(line) = self.line else { return self.out.write(bytes) };
        let mut state = line.lock();
        state.clear();
        let written = self.out.write(bytes)?;
        state.within_line = bytes[..written].last().is_some_and(|byte| *byte != b'\n');
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A terminal that remembers all that was written to it.
    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a screen").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().expect("a screen").clone()).expect("UTF-8")
        }
    }

    #[test]
    fn the_line_is_blanked_before_it_is_written_again_and_cut_to_the_width() {
        let screen = Screen::default();
        let line = Line::new(Box::new(screen.clone()), 8);
        line.show("lamps");
        line.show("more lamps");
        line.lock().clear();
        line.lock().clear();
        assert_eq!(screen.text(), "lamps\r     \rmore la\r       \r");
    }

    #[test]
    fn output_on_the_same_terminal_never_stands_in_the_line() {
        let screen = Screen::default();
        let line = Line::new(Box::new(screen.clone()), 80);
        let mut out = MakingRoom { line: Some(&line), out: screen.clone() };
        line.show("a");
        out.write_all(b"one\ntw").expect("a screen");
        line.show("b");
        out.write_all(b"o\n").expect("a screen");
        line.show("c");
        assert_eq!(screen.text(), "a\r \rone\ntwo\nc");
    }

    #[test]
    fn words_give_files_bytes_and_rate() {
        assert_eq!(
            words(1204, 1_312_000_000, Duration::from_secs(4)),
            "looked at 1,204 files, 1,312 MB, 328 MB a second"
        );
        assert_eq!(words(1, 0, Duration::ZERO), "looked at 1 file, 0 MB, 0 MB a second");
    }
}
