//! Where workers get their units from: a few files at a time, or a block of whole lines of an archive.
//!
//! One worker at a time is here. It reads and unpacks its block, while the others check theirs.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::unpack::Unpacked;
use super::{Scan, declared};
use crate::check::speaks_of_whatsapp;
use crate::form::Declared;
use crate::read::Notation;
use crate::read::lines::begins_like_lines;
use crate::walk::Input;

/// How many bytes of an archive are one unit, unless a line is longer.
const BLOCK: usize = 256 * 1024;
/// How many files are one unit at most; the first units are smaller, so that few large files are shared out.
const FILES: u64 = 32;

/// Work for one worker.
pub(super) enum Unit {
    /// Files to open and read.
    Files(Vec<(Input, Option<Declared>)>),
    /// Whole lines.
    Block(Block),
    /// One document that was read from a stream, up to a fault if there was one.
    Whole { input: Input, declared: Option<Declared>, bytes: Vec<u8>, fault: Option<String> },
    /// A stream that could not be read.
    Fault { input: Input, reason: String },
}

/// Whole lines of one archive.
pub(super) struct Block {
    pub input: Arc<Input>,
    /// What the file is called in fingerprints.
    pub identity: Arc<str>,
    pub declared: Option<Declared>,
    /// Whether the archive speaks of WhatsApp, so that a broken line is a finding.
    pub suspect: bool,
    pub bytes: Vec<u8>,
    /// Offset of the first byte in the file.
    pub offset: u64,
    /// Number of the first line.
    pub line: u64,
    pub first: bool,
    pub last: bool,
    /// Why reading stopped here.
    pub fault: Option<String>,
}

pub(super) struct Source<'a, I> {
    inputs: I,
    scan: &'a Scan<'a>,
    archive: Option<Archive>,
    /// An input that was taken from `inputs` and begins the next unit.
    held: Option<Input>,
    taken: u64,
    spare: Vec<Vec<u8>>,
}

/// An archive that is being read.
struct Archive {
    input: Arc<Input>,
    identity: Arc<str>,
    declared: Option<Declared>,
    stream: Unpacked,
    /// Bytes that were read and belong to the next block.
    carry: Vec<u8>,
    suspect: bool,
    offset: u64,
    line: u64,
    first: bool,
    ended: bool,
    /// Why reading ended before the file did.
    fault: Option<String>,
}

impl<'a, I: Iterator<Item = Input>> Source<'a, I> {
    pub fn new(inputs: I, scan: &'a Scan<'a>) -> Self {
        Self { inputs, scan, archive: None, held: None, taken: 0, spare: Vec::new() }
    }

    /// Gives memory back for the next block.
    pub fn recycle(&mut self, mut bytes: Vec<u8>) {
        if bytes.capacity() <= 4 * BLOCK && self.spare.len() < 8 {
            bytes.clear();
            self.spare.push(bytes);
        }
    }

    /// The number of the next unit.
    pub fn number(&self) -> u64 {
        self.taken
    }

    /// The next unit; units are numbered in this order.
    pub fn next(&mut self) -> Option<Unit> {
        let unit = self.take();
        if unit.is_some() {
            self.taken += 1;
        }
        unit
    }

    fn take(&mut self) -> Option<Unit> {
        if let Some(archive) = &mut self.archive {
            let spare = self.spare.pop().unwrap_or_default();
            let block = archive.block(spare);
            if block.last {
                self.archive = None;
            }
            return Some(Unit::Block(block));
        }
        let mut files = Vec::new();
        let most = FILES.min(1 + self.taken / 4);
        while (files.len() as u64) < most {
            let Some(input) = self.held.take().or_else(|| self.inputs.next()) else { break };
            if input.fault.is_none() && is_stream(&input) {
                if files.is_empty() {
                    return Some(self.open(input));
                }
                self.held = Some(input);
                break;
            }
            let declared = declared(self.scan, &input);
            files.push((input, declared));
        }
        (!files.is_empty()).then_some(Unit::Files(files))
    }

    fn open(&mut self, input: Input) -> Unit {
        let mut stream = match Unpacked::open(&input) {
            Ok(stream) => stream,
            Err(error) => return Unit::Fault { input, reason: error.to_string() },
        };
        let mut head = self.spare.pop().unwrap_or_default();
        let (mut ended, mut fault) = (true, None);
        match read_head(&mut stream, &mut head) {
            Ok(whole) => ended = whole,
            Err(error) if head.is_empty() => return Unit::Fault { input, reason: error.to_string() },
            Err(error) => fault = Some(error.to_string()),
        }
        let declared = declared(self.scan, &input);
        if !is_lines(&input.name, &head) {
            if !ended && let Err(error) = stream.fill_up(&mut head) {
                fault = Some(error.to_string());
            }
            return Unit::Whole { input, declared, bytes: head, fault };
        }
        let suspect = speaks_of_whatsapp(&head);
        let (mut offset, mut line) = (0, 1);
        if let (Some(range), Some(path)) = (self.scan.range, &input.path) {
            match File::open(path).and_then(|file| range.lines(file)) {
                Ok(found) => (stream, offset, line) = (Unpacked::plain(found.0), found.1, found.2),
                Err(error) => return Unit::Fault { input, reason: error.to_string() },
            }
            head.clear();
            ended = false;
        }
        let mut archive = Archive {
            identity: identity(&input, self.scan.base).into(),
            input: Arc::new(input),
            declared,
            stream,
            suspect,
            carry: head,
            offset,
            line,
            first: true,
            ended,
            fault,
        };
        let block = archive.block(self.spare.pop().unwrap_or_default());
        if !block.last {
            self.archive = Some(archive);
        }
        Unit::Block(block)
    }
}

/// What a file is called in fingerprints: its path from the folder of the configuration, with `/` between parts.
pub(super) fn identity(input: &Input, base: &Path) -> String {
    let Some(path) = &input.path else { return input.name.clone() };
    let path = crate::walk::relative(path, base);
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Whether an input is read here, block by block, rather than whole by a worker: archives by their name, and what
/// only its content can tell.
fn is_stream(input: &Input) -> bool {
    let lines = Notation::of_name(&input.name).map_or(input.named, |notation| notation == Notation::JsonLines);
    input.path.is_none() || lines
}

/// Whether a text that begins with `head` is lines: by name, else by content. Of UTF-16 no lines are found.
pub(super) fn is_lines(name: &str, head: &[u8]) -> bool {
    let utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    match Notation::of_name(name) {
        Some(notation) => notation == Notation::JsonLines && !utf16,
        None => begins_like_lines(head),
    }
}

/// Reads the first lines of a text, one at least; says whether that is all of it.
pub(super) fn read_head(stream: &mut Unpacked, head: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut size = BLOCK;
    loop {
        let ended = stream.fill(head, size)?;
        if ended || memchr::memchr(b'\n', head).is_some() {
            return Ok(ended);
        }
        size = size.saturating_mul(2);
    }
}

impl Archive {
    fn block(&mut self, mut bytes: Vec<u8>) -> Block {
        bytes.append(&mut self.carry);
        let mut size = BLOCK;
        // Whole lines only: a line that is longer than a block makes the block longer.
        let end = loop {
            if !self.ended {
                match self.stream.fill(&mut bytes, size) {
                    Ok(ended) => self.ended = ended,
                    Err(error) => (self.fault, self.ended) = (Some(error.to_string()), true),
                }
            }
            if self.ended && bytes.len() <= 2 * BLOCK.max(size) {
                break bytes.len();
            }
            let window = bytes.len().min(size);
            match memchr::memrchr(b'\n', &bytes[..window]) {
                Some(newline) => break newline + 1,
                None if self.ended && window == bytes.len() => break bytes.len(),
                None => size = size.saturating_mul(2),
            }
        };
        self.carry.extend_from_slice(&bytes[end..]);
        bytes.truncate(end);
        let lines = memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let last = self.ended && self.carry.is_empty();
        let block = Block {
            input: Arc::clone(&self.input),
            identity: Arc::clone(&self.identity),
            declared: self.declared,
            suspect: self.suspect,
            offset: self.offset,
            line: self.line,
            first: std::mem::take(&mut self.first),
            last,
            fault: self.fault.take_if(|_| last),
            bytes,
        };
        self.offset += block.bytes.len() as u64;
        self.line += lines;
        block
    }
}
