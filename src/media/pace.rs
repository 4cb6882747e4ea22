//! How fast servers are called: pauses after what failed, longer and longer, and those that a server asks for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::net::ApiError;

/// The longest pause, whatever a server asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long the first pause between two tries is, at most; the next is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// When the next call may be made. A server that asks for a pause asks it of all threads.
pub struct Pace<'a> {
    not_before: Mutex<Option<Instant>>,
    quicker: u32,
    stop: &'a AtomicBool,
}

impl<'a> Pace<'a> {
    /// Calls may be made at once. Pauses are `quicker` times shorter than they are with real servers; `stop` ends them.
    pub fn new(quicker: u32, stop: &'a AtomicBool) -> Self {
        Self { not_before: Mutex::new(None), quicker, stop }
    }

    /// Waits until then. Gives whether a call may be made: not when everything stops before.
    pub fn wait(&self) -> bool {
        loop {
            let until = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            let rest = until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
            if rest.is_zero() {
                return true;
            }
            if self.stop.load(Ordering::SeqCst) {
                return false;
            }
            self.sleep(rest);
        }
    }

    /// Pauses after a call that failed for the `tries`th time.
    pub fn pause(&self, tries: u32, error: &ApiError) {
        let longest = FIRST_PAUSE.saturating_mul(1 << tries.saturating_sub(1).min(10)).min(LONGEST_PAUSE);
        let asked = error.retry_after.map(|seconds| Duration::from_secs(seconds).min(LONGEST_PAUSE));
        // Half of it is left to chance, so that those who failed together do not come back together.
        let pause = asked.unwrap_or(Duration::ZERO).max(longest.mul_f64(0.5 + chance() / 2.0)) / self.quicker;
        if asked.is_some() || error.is_rate_limit() {
            let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            let until = Instant::now() + pause;
            *not_before = Some(not_before.map_or(until, |known| known.max(until)));
        } else {
            self.sleep(pause);
        }
    }

    /// In short parts, as somebody may ask for the end.
    fn sleep(&self, mut rest: Duration) {
        while !rest.is_zero() && !self.stop.load(Ordering::SeqCst) {
            let part = rest.min(Duration::from_millis(100));
            std::thread::sleep(part);
            rest -= part;
        }
    }
}

/// A number between 0 and 1.
fn chance() -> f64 {
    let mut bytes = [0; 4];
    // Without chance the pauses are the longest.
    getrandom::fill(&mut bytes).map_or(1.0, |()| f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX))
}
