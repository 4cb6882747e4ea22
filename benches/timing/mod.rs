//! How long passes over an archive take, and what one is as a multiple of another in the same run.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::BytesCount;

/// The fastest pass of each benchmark that was run.
static FASTEST: Mutex<Vec<(&str, Duration)>> = Mutex::new(Vec::new());

/// Measures a pass over `lines`.
pub fn measure<T>(bencher: Bencher<'_, '_>, name: &'static str, lines: &[&str], mut pass: impl FnMut() -> T) {
    let bytes = lines.iter().map(|line| line.len()).sum::<usize>();
    let mut fastest = Duration::MAX;
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        let start = Instant::now();
        let given = pass();
        fastest = fastest.min(start.elapsed());
        given
    });
    FASTEST.lock().unwrap_or_else(PoisonError::into_inner).push((name, fastest));
}

/// The throughput of one benchmark as a multiple of that of another, by the fastest pass of each; `None` unless both were
/// measured. A filter on the command line leaves some out; as a test each is run but once.
pub fn ratio(name: &str, other: &str) -> Option<f64> {
    let fastest = FASTEST.lock().unwrap_or_else(PoisonError::into_inner);
    let of = |name: &str| fastest.iter().find(|(known, _)| *known == name).map(|(_, taken)| taken.as_secs_f64());
    let measured = std::env::args().any(|argument| argument == "--bench");
    of(name).zip(of(other)).filter(|_| measured).map(|(taken, other)| other / taken)
}
