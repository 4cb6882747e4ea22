//! What a worker does with a unit: open, decode, check, hand to the job.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::output::Output;
use super::sink::Sink;
use super::source::{Block, Source, Unit, identity};
use super::unpack::Unpacked;
use super::{Job, Progress, Scan, Survey, Worker, path_of};
use crate::check::{Checked, Checker, speaks_of_whatsapp, syntax_finding};
use crate::diagnose::Origin;
use crate::facts::facts;
use crate::form::Declared;
use crate::project::names_whatsapp;
use crate::read::code::words::{concern_whatsapp, path_says_whatsapp};
use crate::read::lines::{self, begins_like_lines};
use crate::read::{Notation, SyntaxError, SyntaxErrorKind, prose};
use crate::rules::Look;
use crate::tree::Tree;
use crate::walk::Input;

/// Works until there are no units left.
pub(super) fn work<I: Iterator<Item = Input>>(
    scan: &Scan<'_>,
    source: &Mutex<Source<'_, I>>,
    sink: &Sink<'_, '_, '_>,
    job: &dyn Job,
) {
    let mut desk = Desk {
        base: scan.base,
        whole_files: scan.range.is_none(),
        by_path: scan.config.webhook.asks_for_path(),
        progress: &scan.progress,
        checker: Checker::new(scan.config).within(&scan.survey.project, scan.today),
        survey: &scan.survey,
        worker: job.worker(),
        output: Output::default(),
        bytes: Vec::new(),
    };
    loop {
        let (number, unit) = {
            let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
            let number = source.number();
            if !sink.wait_for_turn(number) {
                return;
            }
            let Some(unit) = source.next() else { return };
            (number, unit)
        };
        let guard = sink.guard();
        let spare = desk.unit(unit);
        drop(guard);
        desk.output = sink.put(number, std::mem::take(&mut desk.output));
        if let Some(bytes) = spare {
            source.lock().unwrap_or_else(PoisonError::into_inner).recycle(bytes);
        }
    }
}

/// What a file is called.
#[derive(Clone, Copy)]
struct Names<'a> {
    shown: &'a str,
    identity: &'a str,
}

/// A worker's tools.
struct Desk<'c> {
    /// The folder that names in fingerprints are relative to.
    base: &'c Path,
    /// Whether files are read from their beginning to their end.
    whole_files: bool,
    /// Whether the checker has to know where files are.
    by_path: bool,
    progress: &'c Progress,
    survey: &'c Survey,
    checker: Checker<'c>,
    worker: Box<dyn Worker + 'c>,
    output: Output,
    bytes: Vec<u8>,
}

impl Desk<'_> {
    /// Does one unit; gives back memory that can be used again.
    fn unit(&mut self, unit: Unit) -> Option<Vec<u8>> {
        match unit {
            Unit::Files(files) => {
                for (input, declared) in files {
                    self.file(&input, declared);
                }
                None
            }
            Unit::Whole { input, declared, bytes, fault } => {
                self.begin(&input, true, true);
                self.enter(&input);
                self.up_to_fault(&input, declared, &bytes, fault);
                self.progress.add(1, bytes.len());
                Some(bytes)
            }
            Unit::Fault { input, reason } => {
                self.begin(&input, true, true);
                self.note_original(&[], Some(&reason));
                self.unreadable(&input, reason);
                None
            }
            Unit::Block(block) => {
                self.begin(&block.input, block.first, block.last);
                self.progress.add(u64::from(block.last), block.bytes.len());
                self.enter(&block.input);
                self.block(&block);
                Some(block.bytes)
            }
        }
    }

    fn begin(&mut self, input: &Input, begins: bool, ends: bool) {
        self.output.begin(input, begins, ends);
    }

    /// Notes what a text is before it is rewritten, if it is.
    fn note_original(&mut self, bytes: &[u8], fault: Option<&String>) {
        if self.worker.rewrites() {
            self.output.note_original(bytes, fault);
        }
    }

    /// Passes on bytes that are no document.
    fn between(&mut self, bytes: &[u8]) {
        if self.worker.rewrites() {
            self.worker.between(bytes, &mut self.output);
        }
    }

    fn enter(&mut self, input: &Input) {
        if self.by_path {
            self.checker.in_file(&path_of(input, self.base));
        }
    }

    fn file(&mut self, input: &Input, declared: Option<Declared>) {
        let code = matches!(Notation::of_name(&input.name), Some(Notation::Code(_))) && !input.named;
        if code && input.path.as_ref().is_some_and(|path| self.survey.is_dull(path)) {
            return self.progress.add(1, 0);
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        let (text, fault) = match read(input, &mut bytes) {
            Ok(text) => (text, None),
            Err(error) => (true, Some(error.to_string())),
        };
        // Of a file whose name says nothing the content decides whether it is looked at.
        let unknown =
            !input.named && Notation::of_name(&input.name).is_none() && (fault.is_none() || !bytes.is_empty());
        let settings = Notation::of_name(&input.name) == Some(Notation::Settings) && !input.named;
        let concern = |bytes: &[u8]| {
            let by_words = if settings { concern_settings(bytes) } else { concern_whatsapp(bytes) };
            by_words || path_says_whatsapp(&input.name) || settings && speaks_of_whatsapp(bytes)
        };
        let dull = (code || settings) && fault.is_none() && !concern(&bytes);
        if !dull && (!unknown || (text && speaks_of_whatsapp(&bytes))) {
            self.begin(input, true, true);
            self.enter(input);
            self.up_to_fault(input, declared, &bytes, fault);
        }
        self.progress.add(1, bytes.len());
        // A large file's memory is not kept for small ones.
        if bytes.capacity() <= 16 << 20 {
            self.bytes = bytes;
        }
    }

    fn unreadable(&mut self, input: &Input, reason: String) {
        self.worker.unreadable(&input.name, &reason, &mut self.output);
        self.output.tally.unreadable.push((input.name.clone(), reason, input.named));
    }

    /// What was read of a file, and why reading ended before the file did.
    fn up_to_fault(&mut self, input: &Input, declared: Option<Declared>, bytes: &[u8], fault: Option<String>) {
        self.note_original(bytes, fault.as_ref());
        if fault.is_none() {
            self.whole(input, declared, bytes, false);
        } else if !bytes.is_empty() {
            self.whole(input, declared, whole_characters(bytes), true);
        }
        if let Some(reason) = fault {
            self.unreadable(input, reason);
        }
    }

    /// One document, unless it turns out to be lines. When it is `cut`, it need not be whole.
    fn whole(&mut self, input: &Input, declared: Option<Declared>, bytes: &[u8], cut: bool) {
        self.output.tally.files += 1;
        self.output.tally.ignored += u64::from(declared == Some(Declared::Ignored));
        // Nothing comes out of a pipe that nothing went into, and that is no fault.
        if self.worker.rewrites() && bytes.trim_ascii().is_empty() {
            return self.between(bytes);
        }
        let notation = Notation::of_name(&input.name).unwrap_or(Notation::ByContent);
        let loose = matches!(notation, Notation::Prose | Notation::Settings);
        let patched;
        let text = match decode(bytes) {
            Ok(text) => text,
            // Prose and logs mix encodings, and properties have one of their own; what is in them is found all the same.
            Err(error) if loose && error.kind == SyntaxErrorKind::NotUtf8 => {
                patched = patched_up(bytes);
                &patched
            }
            Err(_) if cut => return self.between(bytes),
            Err(error) => return self.not_text(input, declared, bytes, error),
        };
        let identity = identity(input, self.base);
        if notation == Notation::Prose {
            let name = Names { shown: &input.name, identity: &identity };
            return self.prose(name, text, bytes, declared);
        }
        let origin = Origin { file: &input.name, identity: &identity, offset: 0, line: 1 };
        self.checker.in_settings(&identity);
        let suspect = matches!(notation, Notation::Code(_)) && path_says_whatsapp(&identity);
        let checked = self.checker.check(text, notation, suspect, declared);
        if checked.error.is_some_and(|error| error.kind == SyntaxErrorKind::TrailingContent) && begins_like_lines(bytes)
        {
            let suspect = speaks_of_whatsapp(bytes);
            let name = Names { shown: &input.name, identity: &identity };
            self.lines(name, text, suspect, declared, (0, 1), cut);
            return;
        }
        if cut && checked.error.is_some() {
            return self.between(bytes);
        }
        if let Some(error) = checked.error {
            self.output.tally.not_parsed += 1;
            if checked.findings.is_empty() && declared != Some(Declared::Ignored) {
                let tally = &mut self.output.tally;
                // A template of YAML bears its name, and is none before it is filled in.
                let failed = input.named && error.kind != SyntaxErrorKind::Yaml;
                let list = if failed { &mut tally.named_faults } else { &mut tally.not_json };
                list.push((input.name.clone(), place_of(text, error)));
            }
        }
        if text.len() == bytes.len() && text.as_bytes() != bytes {
            self.worker.inexact(&checked, origin, &mut self.output);
            return self.between(bytes);
        }
        self.worker.document(&checked, origin, &mut self.output);
        self.output.tally.code += u64::from(self.checker.speaks_in_code());
    }

    /// Prose of any length, piece by piece: what is found in a piece takes many times its memory.
    ///
    /// `bytes` are those of the file, as many as the text has; it may be that they are no UTF-8.
    fn prose(&mut self, name: Names<'_>, text: &str, bytes: &[u8], declared: Option<Declared>) {
        let (mut start, mut line) = (0, 1);
        let exact = text.as_bytes() == bytes;
        while start < text.len() {
            let piece = &text[start..start + prose::piece(&text[start..])];
            let origin = Origin { file: name.shown, identity: name.identity, offset: start as u64, line };
            let checked = self.checker.check(piece, Notation::Prose, false, declared);
            if exact {
                self.worker.document(&checked, origin, &mut self.output);
            } else {
                self.worker.inexact(&checked, origin, &mut self.output);
                self.between(&bytes[start..start + piece.len()]);
            }
            line += memchr::memchr_iter(b'\n', piece.as_bytes()).count() as u64;
            start += piece.len();
        }
    }

    /// Bytes that are no UTF-8 text: a finding when they speak of WhatsApp.
    fn not_text(&mut self, input: &Input, declared: Option<Declared>, bytes: &[u8], error: SyntaxError) {
        self.output.tally.not_parsed += 1;
        let speaks = match error.kind {
            SyntaxErrorKind::Utf16 => {
                speaks_of_whatsapp(&bytes.iter().copied().filter(|b| *b != 0).collect::<Vec<_>>())
            }
            _ => speaks_of_whatsapp(bytes),
        };
        if !speaks || declared == Some(Declared::Ignored) {
            let text = String::from_utf8_lossy(&bytes[..error.offset]);
            let tally = &mut self.output.tally;
            let list = if input.named { &mut tally.named_faults } else { &mut tally.not_json };
            list.push((input.name.clone(), place_of(&text, error)));
            return self.between(bytes);
        }
        let identity = identity(input, self.base);
        let (text, error) = lossy(bytes, error);
        let (tree, findings) = (Tree::new(), [syntax_finding(&text, error)]);
        let checked = Checked {
            look: Look { source: &text, tree: &tree },
            notation: Notation::Json,
            declared,
            payloads: &[],
            findings: &findings,
            unjudged: &[],
            notices: &[],
            error: Some(error),
        };
        let origin = Origin { file: &input.name, identity: &identity, offset: 0, line: 1 };
        self.worker.inexact(&checked, origin, &mut self.output);
        self.between(bytes);
    }

    fn block(&mut self, block: &Block) {
        let name = Names { shown: &block.input.name, identity: &block.identity };
        self.output.tally.files += u64::from(block.first);
        self.note_original(&block.bytes, block.fault.as_ref());
        self.output.tally.ignored += u64::from(block.first && block.declared == Some(Declared::Ignored));
        match simdutf8::basic::from_utf8(&block.bytes) {
            Ok(text) => {
                let from = (block.offset, block.line);
                self.lines(name, text, block.suspect, block.declared, from, block.fault.is_some());
            }
            Err(_) => self.lines_with_rubbish(block),
        }
        let rubbish = self.output.tally.not_parsed > 0 && self.output.tally.parsed == 0;
        let whole = block.first && block.last && self.whole_files;
        if block.input.named && whole && rubbish && block.declared != Some(Declared::Ignored) {
            self.output.tally.named_faults.push((block.input.name.clone(), "no line of it is JSON".to_owned()));
        }
        if let Some(reason) = &block.fault {
            self.unreadable(&block.input, reason.clone());
        }
    }

    /// Lines; when they are `cut`, the last need not be whole.
    fn lines(
        &mut self,
        name: Names<'_>,
        text: &str,
        suspect: bool,
        declared: Option<Declared>,
        from: (u64, u64),
        cut: bool,
    ) {
        let (offset, mut line) = from;
        let mut passed = 0;
        for (start, end) in lines::ranges(text.as_bytes()) {
            let source = &text[start..end];
            if !source.bytes().all(|b| b.is_ascii_whitespace()) {
                let origin = Origin { file: name.shown, identity: name.identity, offset: offset + start as u64, line };
                let checked = self.checker.check(source, Notation::JsonLines, suspect, declared);
                if cut && end == text.len() && checked.error.is_some() {
                    break;
                }
                if self.worker.rewrites() {
                    self.worker.between(&text.as_bytes()[passed..start], &mut self.output);
                    passed = end;
                }
                self.output.tally.not_parsed += u64::from(checked.error.is_some());
                self.output.tally.parsed += u64::from(checked.error.is_none());
                self.worker.document(&checked, origin, &mut self.output);
            }
            line += 1;
        }
        self.between(&text.as_bytes()[passed..]);
    }

    /// Lines of which some are no UTF-8: these are reported, the rest is checked.
    fn lines_with_rubbish(&mut self, block: &Block) {
        let name = Names { shown: &block.input.name, identity: &block.identity };
        let cut = |end: usize| block.fault.is_some() && end == block.bytes.len();
        for (line, (start, end)) in (block.line..).zip(lines::ranges(&block.bytes)) {
            let bytes = &block.bytes[start..end];
            let with_end = &block.bytes[start..(end + 1).min(block.bytes.len())];
            let offset = block.offset + start as u64;
            match decode(with_end) {
                Ok(text) => self.lines(name, text, block.suspect, block.declared, (offset, line), cut(end)),
                Err(_) if cut(end) => self.between(with_end),
                Err(error) => {
                    self.output.tally.not_parsed += 1;
                    self.between(with_end);
                    if (block.suspect || speaks_of_whatsapp(bytes)) && block.declared != Some(Declared::Ignored) {
                        let (text, error) = lossy(bytes, error);
                        let (tree, findings) = (Tree::new(), [syntax_finding(&text, error)]);
                        let look = Look { source: &text, tree: &tree };
                        let checked = Checked {
                            look,
                            notation: Notation::JsonLines,
                            declared: block.declared,
                            payloads: &[],
                            findings: &findings,
                            unjudged: &[],
                            notices: &[],
                            error: Some(error),
                        };
                        let origin = Origin { file: name.shown, identity: name.identity, offset, line };
                        self.worker.inexact(&checked, origin, &mut self.output);
                    }
                }
            }
        }
    }
}

/// Reads a file whole; says whether it is text. Of what is not, and whose name does not say that it is, only the head is
/// read.
fn read(input: &Input, bytes: &mut Vec<u8>) -> io::Result<bool> {
    const HEAD: usize = 8192;
    if let Some(fault) = &input.fault {
        return Err(io::Error::other(fault.clone()));
    }
    let mut file = Unpacked::open(input)?;
    if Notation::of_name(&input.name).is_none() {
        file.fill(bytes, HEAD)?;
        let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        if bytes.contains(&0) && !utf16 {
            return Ok(false);
        }
    }
    file.fill_up(bytes)?;
    Ok(true)
}

fn decode(bytes: &[u8]) -> Result<&str, SyntaxError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(SyntaxError { kind: SyntaxErrorKind::Utf16, offset: 0 });
    }
    std::str::from_utf8(bytes)
        .map_err(|error| SyntaxError { kind: SyntaxErrorKind::NotUtf8, offset: error.valid_up_to() })
}

/// Whether a file of settings with these bytes may be about WhatsApp, or the old client.
fn concern_settings(bytes: &[u8]) -> bool {
    let mut signs = facts().tables.deployment().signs();
    concern_whatsapp(bytes)
        || names_whatsapp(&String::from_utf8_lossy(bytes))
        || signs.any(|sign| memchr::memmem::find(bytes, sign.name.as_bytes()).is_some())
}

/// A text of the same length, with a question mark in place of each byte that is no UTF-8.
fn patched_up(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// Bytes of a text that was cut, without a character at its end of which some bytes are missing.
fn whole_characters(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

/// What can be shown of bytes that are no UTF-8: the text up to the fault, and one replacement character. Offsets
/// up to the fault are those of the file.
fn lossy(bytes: &[u8], error: SyntaxError) -> (String, SyntaxError) {
    let good = if error.kind == SyntaxErrorKind::Utf16 { 0 } else { error.offset };
    let mut text = String::from_utf8_lossy(&bytes[..good]).into_owned();
    text.push(char::REPLACEMENT_CHARACTER);
    (text, SyntaxError { offset: good, ..error })
}

/// A fault and its place, for people.
fn place_of(text: &str, error: SyntaxError) -> String {
    let before = &text.as_bytes()[..error.offset.min(text.len())];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let from = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&before[from..]).chars().count() + 1;
    format!("does not parse at {line}:{column}: {}", error.kind.describe())
}
