//! The media of the simulated On-Premises client, and what goes wrong with them.

use std::sync::Arc;

use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128};

/// A file that the On-Premises client has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    /// Its ID there.
    pub id: String,
    /// What its download says of it.
    pub content_type: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
    /// Whether every download of it breaks off half-way.
    pub is_truncated: bool,
}

/// What goes wrong with media. The same seed gives the same faults, whatever the order of requests: each attempt for the
/// same file has its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaFaults {
    /// Picks the requests that go wrong.
    pub seed: u64,
    /// How many of a thousand downloads and uploads go wrong: connections break, servers answer 5xx, or say that there
    /// are too many requests (130429 and 80007 of Graph API).
    pub per_mille: u16,
    /// Whether a broken upload may have taken effect, so that only its answer is lost.
    pub lost_answers: bool,
    /// How many files have other bytes than their type says.
    pub mislabelled: usize,
    /// Of how many files each download breaks off.
    pub truncated: usize,
    /// How many files are larger than Cloud API takes.
    pub too_large: usize,
    /// How many IDs the On-Premises client no longer has.
    pub gone: usize,
}

/// How a request for media goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    Drop,
    ServerError,
    TooManyRequests,
    /// Of a download: it breaks off. Of an upload: the account's rate is reached.
    Other,
}

/// What files begin with, by type.
const KINDS: [(&str, &[u8]); 4] = [
    ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
    ("image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"),
    ("application/pdf", b"%PDF-1.4\n1 0 obj\n"),
    ("audio/ogg", b"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00"),
];

impl MediaFile {
    /// A file with these bytes.
    #[must_use]
    pub fn new(id: &str, content_type: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { id: id.to_owned(), content_type: content_type.to_owned(), bytes: bytes.into(), is_truncated: false }
    }

    /// So many files of 300 to 2,300 bytes: pictures, documents, voice messages. Every tenth has the bytes of an earlier
    /// one. The same seed gives the same files.
    #[must_use]
    pub fn small(count: usize, seed: u64) -> Vec<Self> {
        let mut files: Vec<Self> = Vec::with_capacity(count);
        for index in 0..count {
            let id = id(seed, index);
            let file = if index % 10 == 9 {
                Self { id, ..files[index - 7].clone() }
            } else {
                let (content_type, head) = KINDS[index % KINDS.len()];
                let size = 300 + usize::try_from(xxh3_64_with_seed(id.as_bytes(), seed) % 2000).unwrap_or(0);
                Self::new(&id, content_type, filled(head, size, seed ^ index as u64))
            };
            files.push(file);
        }
        files
    }
}

/// An ID such as On-Premises clients make.
fn id(seed: u64, index: usize) -> String {
    let digits = format!("{:032x}", xxh3_128(format!("{seed}/{index}").as_bytes()));
    let part = |from: usize, to: usize| &digits[from..to];
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// `head` and then noise.
fn filled(head: &[u8], size: usize, seed: u64) -> Vec<u8> {
    let mut bytes = head.to_vec();
    let mut word = seed;
    while bytes.len() < size {
        word = xxh3_64_with_seed(&word.to_le_bytes(), seed);
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.truncate(size.max(head.len()));
    bytes
}

impl MediaFaults {
    /// The files that are wrong in themselves.
    pub(super) fn files(&self) -> Vec<MediaFile> {
        let id = |kind: u64, index: usize| id(self.seed.wrapping_add(kind), index);
        let mut files = Vec::new();
        for index in 0..self.mislabelled {
            let page = format!("<!doctype html><title>Not found {index}</title>");
            files.push(MediaFile::new(&id(1000, index), "image/jpeg", page.into_bytes()));
        }
        for index in 0..self.truncated {
            let bytes = filled(KINDS[0].1, 4096, self.seed.wrapping_add(7) ^ index as u64);
            let file = MediaFile::new(&id(2000, index), KINDS[0].0, bytes);
            files.push(MediaFile { is_truncated: true, ..file });
        }
        for index in 0..self.too_large {
            // Images may have 5 MiB.
            let mut bytes = filled(KINDS[1].1, 64, self.seed.wrapping_add(11) ^ index as u64);
            bytes.resize((5 << 20) + 1, 0);
            files.push(MediaFile::new(&id(3000, index), KINDS[1].0, bytes));
        }
        files
    }

    /// IDs that the client no longer has.
    pub(super) fn gone(&self) -> Vec<String> {
        (0..self.gone).map(|index| id(self.seed.wrapping_add(4000), index)).collect()
    }

    /// Whether the `attempt`th request for `key` goes wrong, and how.
    pub(super) fn mishap(&self, key: &[u8], attempt: u64) -> Option<Mishap> {
        let draw = xxh3_64_with_seed(key, self.seed.wrapping_add(attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        if draw % 1000 >= u64::from(self.per_mille) {
            return None;
        }
        Some(match (draw / 1000) % 4 {
            0 => Mishap::Drop,
            1 => Mishap::ServerError,
            2 => Mishap::TooManyRequests,
            _ => Mishap::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn files_are_the_same_for_a_seed_and_some_have_the_same_bytes() {
        let files = MediaFile::small(100, 5);
        assert_eq!(files, MediaFile::small(100, 5));
        assert_ne!(files, MediaFile::small(100, 6));
        let ids: BTreeSet<_> = files.iter().map(|file| &file.id).collect();
        let contents: BTreeSet<_> = files.iter().map(|file| &file.bytes).collect();
        assert_eq!((ids.len(), contents.len()), (100, 90));
    }

    #[test]
    fn faults_come_at_their_rate_and_every_file_gets_through_in_the_end() {
        let faults = MediaFaults { seed: 3, per_mille: 100, ..MediaFaults::default() };
        let mishaps = (0..10_000u32).filter_map(|key| faults.mishap(&key.to_le_bytes(), 0)).count();
        assert!((900..1100).contains(&mishaps), "{mishaps}");
        for key in 0..1000u32 {
            assert!((0..20).any(|attempt| faults.mishap(&key.to_le_bytes(), attempt).is_none()));
        }
    }
}
