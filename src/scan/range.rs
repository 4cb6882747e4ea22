//! A part of an archive: the lines that begin in a range of a file's bytes. Ranges that tile a file give together what
//! the whole gives, so that several machines can share it.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::str::FromStr;

use super::source::{is_lines, read_head};
use super::unpack::Unpacked;
use crate::walk::Input;

/// How many bytes are read at a time on the way to a range.
const STEP: usize = 256 * 1024;

/// Offsets into a file of lines, from `start` up to, not including, `end`. A line belongs to the range that holds its
/// first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    start: u64,
    end: u64,
}

/// A text that is no [`ByteRange`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a range is START:END, two offsets in bytes of which the first is not the greater, such as 0:1000000")]
pub struct NoRange;

impl FromStr for ByteRange {
    type Err = NoRange;

    fn from_str(text: &str) -> Result<Self, NoRange> {
        let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let (start, end) = text.split_once(':').ok_or(NoRange)?;
        let range = Self { start: number(start).ok_or(NoRange)?, end: number(end).ok_or(NoRange)? };
        if range.start <= range.end { Ok(range) } else { Err(NoRange) }
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.start, self.end)
    }
}

/// Why ranges cannot be taken of a file, `None` where they can.
///
/// # Errors
/// When the file cannot be read.
pub fn no_ranges_of(path: &Path) -> io::Result<Option<&'static str>> {
    if !path.metadata()?.is_file() {
        return Ok(Some("it is no ordinary file"));
    }
    let name = path.to_string_lossy().into_owned();
    let input = Input { path: Some(path.to_path_buf()), name, named: true, fault: None };
    let mut stream = Unpacked::open(&input)?;
    if stream.compression().is_some() {
        return Ok(Some("it is compressed, and can only be read from its beginning"));
    }
    let mut head = Vec::new();
    read_head(&mut stream, &mut head)?;
    Ok((!is_lines(&input.name, &head)).then_some("it is not NDJSON"))
}

/// The lines of a range, to be read.
pub(super) struct Lines {
    text: BufReader<File>,
    /// Offset in the file of the next byte.
    at: u64,
    end: u64,
    ended: bool,
}

impl ByteRange {
    /// Reads `file` from its beginning up to the first line of the range, for what is before it must be counted: the
    /// lines of the range, the offset of the first, and its number.
    pub(super) fn lines(self, file: File) -> io::Result<(Lines, u64, u64)> {
        let text = BufReader::with_capacity(STEP, file);
        let mut lines = Lines { text, at: 0, end: self.end, ended: false };
        let (mut number, mut begins) = (1, true);
        while lines.at < self.start || !begins {
            let passed = lines.up_to(self.start)?;
            let Some(last) = passed.last() else { break };
            begins = *last == b'\n';
            number += memchr::memchr_iter(b'\n', passed).count() as u64;
            let count = passed.len();
            lines.pass(count);
        }
        lines.ended = lines.at >= lines.end;
        let at = lines.at;
        Ok((lines, at, number))
    }
}

impl Lines {
    /// The next bytes, as many as are there, to the end of the line that holds the byte before `limit` at most.
    fn up_to(&mut self, limit: u64) -> io::Result<&[u8]> {
        let within = limit.saturating_sub(self.at + 1);
        let buffer = self.text.fill_buf()?;
        let within = usize::try_from(within).unwrap_or(usize::MAX).min(buffer.len());
        let end = memchr::memchr(b'\n', &buffer[within..]).map_or(buffer.len(), |newline| within + newline + 1);
        Ok(&buffer[..end])
    }

    fn pass(&mut self, count: usize) {
        self.text.consume(count);
        self.at += count as u64;
    }
}

impl Read for Lines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        let (at, end) = (self.at, self.end);
        let bytes = self.up_to(end)?;
        let count = bytes.len().min(out.len());
        out[..count].copy_from_slice(&bytes[..count]);
        let ended = at + count as u64 >= end && out[..count].last() == Some(&b'\n');
        self.ended = ended;
        self.pass(count);
        Ok(count)
    }
}
