//! The text of an input as a stream. What is gzip or zstd is decompressed on the way, within bounds: a small file must
//! not fill the memory nor keep the program busy for ever.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::walk::Input;

/// A document or line, which is held in memory, is refused when it has more bytes than the first number and the stream
/// has unpacked to more than the second times its size. Logs reach 10 to 50 times, what is made to harm 1,000.
const HELD: (u64, u64) = (64 << 20, 200);
/// A stream is refused when it has given more bytes than the first number and the second times its size. Lines need no
/// memory, so the bound is on time alone: repeated lines reach 300 times, gzip can do 1,032 and zstd far more.
const STREAMED: (u64, u64) = (1 << 30, 1000);
/// A document or line of a compressed stream has this many bytes at most, whatever the ratio.
const LONGEST: u64 = 1 << 30;
/// How many bytes are unpacked before the bounds are looked at again.
const STEP: u64 = 1 << 20;
/// How many bytes tell what a stream is.
const HEAD: u64 = 16;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    /// By the magic bytes at the beginning of a stream.
    fn of_head(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            // A frame of data, or one to skip over, which some programs write first.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let is = |known: &str| extension.eq_ignore_ascii_case(known);
        if is("gz") { Some(Self::Gzip) } else { is("zst").then_some(Self::Zstd) }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The fault of a decoder, in words; faults of the file below stay as they are.
    fn explain(self, error: io::Error) -> io::Error {
        if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
            return error;
        }
        let stream = self.as_str();
        io::Error::other(match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("the {stream} stream ends early"),
            _ => format!("the {stream} stream cannot be unpacked: {error}"),
        })
    }
}

/// The text of one input, unpacked where that is compressed.
pub(super) struct Unpacked {
    source: Source,
    /// How many bytes of text were read.
    read: u64,
}

enum Source {
    Plain(Box<dyn Read + Send>),
    Gzip(Box<MultiGzDecoder<BufReader<Packed>>>),
    Zstd(Box<zstd::Decoder<'static, BufReader<Packed>>>),
}

/// Compressed bytes, counted.
struct Packed {
    bytes: Box<dyn Read + Send>,
    count: u64,
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// Whether the file at `path` is compressed, by what it begins with.
///
/// # Errors
/// When it cannot be read.
pub fn is_compressed(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(Compression::of_head(&head).is_some())
}

/// A name without the ending that says that the file is compressed.
#[must_use]
pub fn unpacked_name(name: &str) -> &str {
    if Compression::of_name(name).is_none() { name } else { name.rsplit_once('.').map_or(name, |(bare, _)| bare) }
}

/// The text of a file, read into `held`, whose length stays as it is or grows: with no more calls of the system than that
/// takes.
///
/// # Errors
/// When it cannot be read or unpacked.
pub(super) fn read_file<'h>(name: &str, path: &Path, held: &'h mut Vec<u8>) -> io::Result<&'h [u8]> {
    let mut file = File::open(path)?;
    let mut read = 0;
    loop {
        if read == held.len() {
            held.resize((2 * read).max(1 << 16), 0);
        }
        match file.read(&mut held[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if Compression::of_name(name).is_none() && Compression::of_head(&held[..read]).is_none() {
        return Ok(&held[..read]);
    }
    held.clear();
    Unpacked::of(File::open(path)?, name)?.fill_up(held)?;
    Ok(held)
}

impl Unpacked {
    /// Opens a file or standard input.
    pub fn open(input: &Input) -> io::Result<Self> {
        match &input.path {
            None => Self::of(io::stdin(), &input.name),
            Some(path) => Self::of(File::open(path)?, &input.name),
        }
    }

    /// Text that is not compressed.
    pub fn plain(text: impl Read + Send + 'static) -> Self {
        Self { source: Source::Plain(Box::new(text)), read: 0 }
    }

    /// Bytes that are compressed when they begin so. A name that promises it does not make them, but then they must be
    /// text: some programs unpack what they fetch and keep the name.
    fn of(mut bytes: impl Read + Send + 'static, name: &str) -> io::Result<Self> {
        let mut head = Vec::new();
        bytes.by_ref().take(HEAD).read_to_end(&mut head)?;
        let compression = match (Compression::of_head(&head), Compression::of_name(name)) {
            (None, Some(promised)) if head.len() < 2 => {
                return Err(promised.explain(io::ErrorKind::UnexpectedEof.into()));
            }
            (None, Some(promised))
                if head.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) =>
            {
                let stream = promised.as_str();
                return Err(io::Error::other(format!(
                    "by its name it is {stream}, but it is neither {stream} nor text"
                )));
            }
            (by_head, _) => by_head,
        };
        let bytes = Cursor::new(head).chain(bytes);
        let packed = |bytes| BufReader::with_capacity(1 << 16, Packed { bytes: Box::new(bytes), count: 0 });
        let source = match compression {
            None => return Ok(Self::plain(bytes)),
            Some(Compression::Gzip) => Source::Gzip(Box::new(MultiGzDecoder::new(packed(bytes)))),
            Some(Compression::Zstd) => Source::Zstd(Box::new(zstd::Decoder::with_buffer(packed(bytes))?)),
        };
        Ok(Self { source, read: 0 })
    }

    /// How the text is compressed.
    pub fn compression(&self) -> Option<Compression> {
        match self.source {
            Source::Plain(_) => None,
            Source::Gzip(_) => Some(Compression::Gzip),
            Source::Zstd(_) => Some(Compression::Zstd),
        }
    }

    /// Reads until `held` has `size` bytes or the text ends; says whether it ended. `held` keeps what was read before
    /// an error.
    pub fn fill(&mut self, held: &mut Vec<u8>, size: usize) -> io::Result<bool> {
        while held.len() < size {
            let missing = (size - held.len()) as u64;
            let (wanted, read) = match &mut self.source {
                Source::Plain(text) => (missing, text.take(missing).read_to_end(held)),
                Source::Gzip(text) => (missing.min(STEP), text.take(missing.min(STEP)).read_to_end(held)),
                Source::Zstd(text) => (missing.min(STEP), text.take(missing.min(STEP)).read_to_end(held)),
            };
            let read = read.map_err(|error| match self.compression() {
                Some(compression) => compression.explain(error),
                None => error,
            })? as u64;
            self.read += read;
            self.check_bounds(held.len() as u64)?;
            if read < wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads all that is left.
    pub fn fill_up(&mut self, held: &mut Vec<u8>) -> io::Result<()> {
        match &mut self.source {
            Source::Plain(text) => text.read_to_end(held).map(|_| ()),
            _ => self.fill(held, usize::MAX).map(|_| ()),
        }
    }

    /// Refuses what unpacks beyond the bounds, `held` bytes of it in one piece.
    fn check_bounds(&self, held: u64) -> io::Result<()> {
        let (stream, packed) = match &self.source {
            Source::Plain(_) => return Ok(()),
            Source::Gzip(text) => ("gzip", text.get_ref().get_ref().count),
            Source::Zstd(text) => ("zstd", text.get_ref().get_ref().count),
        };
        for (size, (most, ratio)) in [(held, HELD), (self.read, STREAMED)] {
            if size > most && self.read > packed.saturating_mul(ratio) {
                return Err(io::Error::other(format!(
                    "the {stream} stream unpacks to more than {ratio} times its size, as what is made to fill a memory \
                     does; unpack it and check the result if that is meant"
                )));
            }
        }
        if held > LONGEST {
            return Err(io::Error::other(format!(
                "the {stream} stream holds a document or line of more than 1 GiB; unpack it and check the result"
            )));
        }
        Ok(())
    }
}
