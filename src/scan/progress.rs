//! How far a run is, for those who watch it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What was looked at so far; it grows while the run goes on.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicU64,
    bytes: AtomicU64,
}

impl Progress {
    /// Files that were looked at to their end.
    #[must_use]
    pub fn files(&self) -> u64 {
        self.files.load(Relaxed)
    }

    /// Bytes of text that were looked at, unpacked where they were compressed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }

    pub(super) fn add(&self, files: u64, bytes: usize) {
        self.files.fetch_add(files, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }
}
