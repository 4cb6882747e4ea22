//! JSON: strict RFC 8259, and a lenient dialect that also reads what people and templates leave in files.

use std::str;

use super::{Notice, NoticeKind, SyntaxError, SyntaxErrorKind as Fault, layers};
use crate::tree::{Kind, OpenContainer as Open, Span, Tree, hole, offset, plain_end, signature_of_first};

/// How deep containers may be nested.
pub const MAX_DEPTH: usize = 512;

/// Which spellings are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 8259 and nothing else.
    Strict,
    /// Also comments, trailing commas, control characters in strings, lone surrogates (read as U+FFFD),
    /// a byte order mark, and placeholders where a value, member or item belongs. Each is noticed.
    Lenient,
}

/// Reads one document and the documents inside its strings; lenient only where strict reading fails.
///
/// `tree` and `notices` are emptied first. Placeholders, comments and the like are listed in `notices`.
///
/// # Errors
/// When the text is no JSON in either dialect; the place is the one strict reading found, unless lenient
/// reading got further. `tree` is then empty.
pub fn read(text: &str, tree: &mut Tree, notices: &mut Vec<Notice>) -> Result<(), SyntaxError> {
    tree.clear();
    notices.clear();
    if u32::try_from(text.len()).is_err() {
        return Err(SyntaxError { kind: Fault::TooLarge, offset: 0 });
    }
    if let Err(strict) = parse(text, Dialect::Strict, tree, notices) {
        tree.clear();
        if let Err(lenient) = parse(text, Dialect::Lenient, tree, notices) {
            tree.clear();
            notices.clear();
            return Err(if lenient.offset > strict.offset { lenient } else { strict });
        }
    }
    layers::read(text, tree, notices);
    tree.finish();
    Ok(())
}

/// Appends one document to `tree`, without the documents inside its strings.
///
/// # Errors
/// When `text` is not one document of the dialect. What was appended until then is left in `tree`.
pub fn parse(text: &str, dialect: Dialect, tree: &mut Tree, notices: &mut Vec<Notice>) -> Result<(), SyntaxError> {
    match dialect {
        Dialect::Strict => parse_as::<false>(text, tree, notices),
        Dialect::Lenient => parse_as::<true>(text, tree, notices),
    }
}

/// Reads the object that `text` begins with and says how many bytes it takes, 0 when it has no members. `tree` is used
/// as memory.
///
/// # Errors
/// When no object stands there: how far reading got.
pub(super) fn parse_prefix(text: &str, tree: &mut Tree) -> Result<usize, usize> {
    prefix::<false>(text, tree).or_else(|strict| prefix::<true>(text, tree).map_err(|lenient| lenient.max(strict)))
}

fn prefix<const LENIENT: bool>(text: &str, tree: &mut Tree) -> Result<usize, usize> {
    tree.clear();
    let mut notices = Vec::new();
    let mut parser = Parser::<'_, LENIENT> { text, bytes: text.as_bytes(), at: 0, tree, notices: &mut notices };
    let read = parser.values();
    let at = parser.at.min(text.len());
    read.map_err(|_| at)?;
    Ok(tree.root(text).filter(|root| root.count() > 0).map_or(0, |_| at))
}

fn parse_as<const LENIENT: bool>(text: &str, tree: &mut Tree, notices: &mut Vec<Notice>) -> Result<(), SyntaxError> {
    let mut parser = Parser::<'_, LENIENT> { text, bytes: text.as_bytes(), at: 0, tree, notices };
    parser.document().map_err(|kind| SyntaxError { kind, offset: parser.at.min(text.len()) })
}

struct Parser<'t, const LENIENT: bool> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tree: &'t mut Tree,
    notices: &'t mut Vec<Notice>,
}

type Parsed<T = ()> = Result<T, Fault>;

/// What is due in a container.
#[derive(Clone, Copy)]
enum Next {
    /// Nothing more.
    Nothing,
    /// A member or an item, or the end, after the comma that stands there.
    Entry(Option<usize>),
}

impl<const LENIENT: bool> Parser<'_, LENIENT> {
    fn document(&mut self) -> Parsed {
        if LENIENT && self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.notice(NoticeKind::ByteOrderMark, 0);
        }
        self.space()?;
        if self.at == self.bytes.len() {
            return Err(Fault::Empty);
        }
        self.values()?;
        self.space()?;
        if self.at < self.bytes.len() { Err(Fault::TrailingContent) } else { Ok(()) }
    }

    /// Reads a value with all below it, without recursion: depth costs heap, not stack.
    fn values(&mut self) -> Parsed {
        let mut open = self.tree.take_stack();
        open.clear();
        let mut height = 0;
        loop {
            // Here a value is due.
            let mut next = Next::Nothing;
            match self.peek() {
                Some(byte @ (b'{' | b'[')) if !self.begins_hole() => {
                    if open.len() == MAX_DEPTH {
                        return Err(Fault::TooDeep);
                    }
                    let object = byte == b'{';
                    let kind = if object { Kind::Object } else { Kind::Array };
                    open.push(Open::new(self.tree.open_container(kind, self.at), object));
                    height = height.max(open.len());
                    self.at += 1;
                    next = Next::Entry(None);
                }
                Some(b'"') => self.string()?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(_) => self.word()?,
                None => return Err(Fault::UnexpectedEnd),
            }
            // Here a container has begun, or a value has ended, and with it perhaps containers.
            loop {
                if let Next::Entry(comma) = next
                    && self.entry(&mut open, comma)?
                {
                    break;
                }
                let Some(top) = open.last_mut() else {
                    self.tree.set_height(height);
                    self.tree.give_stack(open);
                    return Ok(());
                };
                top.count += 1;
                next = self.after_value(&mut open)?;
            }
        }
    }

    /// After `{`, `[` or the comma at `comma`: reads up to where a value is due and says true, or closes the
    /// container and says false.
    #[inline]
    fn entry(&mut self, open: &mut Vec<Open>, mut comma: Option<usize>) -> Parsed<bool> {
        loop {
            self.space()?;
            let Some(top) = open.last() else { return Ok(false) };
            let (index, object) = (top.index, top.object);
            match self.peek() {
                None => return Err(Fault::UnexpectedEnd),
                Some(b'}') if object && self.may_close(comma) => {
                    self.close(open);
                    return Ok(false);
                }
                Some(b']') if !object && self.may_close(comma) => {
                    self.close(open);
                    return Ok(false);
                }
                Some(b'"') if object => {
                    let start = self.at;
                    if self.skip_plain() {
                        let signature = signature_of_first(&self.bytes[start + 1..], self.at - start - 2);
                        self.tree.push_key(start, self.at, signature);
                        if let Some(top) = open.last_mut() {
                            top.note_key(signature);
                        }
                    } else {
                        // The text of a key with escapes is not what stands in the source.
                        self.escaped_string(start)?;
                        if let Some(top) = open.last_mut() {
                            top.note_escaped_key();
                        }
                    }
                    self.space()?;
                    if self.peek() == Some(b':') {
                        self.at += 1;
                        self.space()?;
                        return Ok(true);
                    }
                    return Err(if self.at == self.bytes.len() { Fault::UnexpectedEnd } else { Fault::ExpectedColon });
                }
                // A placeholder instead of members: what it stands for is only known at run time.
                Some(_) if object && self.skip_hole() => {
                    self.tree.mark_open(index);
                    self.space()?;
                    comma = (self.peek() == Some(b',')).then_some(self.at);
                    if comma.is_some() {
                        self.at += 1;
                    }
                }
                Some(_) if object => return Err(Fault::ExpectedKey),
                // A tag before an item, such as the beginning of a loop.
                Some(_) if self.skip_tag()? => {
                    self.tree.mark_open(index);
                    comma = None;
                }
                Some(_) => return Ok(true),
            }
        }
    }

    /// A close after a comma is noticed, or refused.
    fn may_close(&mut self, comma: Option<usize>) -> bool {
        let Some(comma) = comma else { return true };
        if LENIENT {
            self.notices.push(Notice {
                kind: NoticeKind::TrailingComma,
                span: Span { start: offset(comma), end: offset(comma + 1) },
            });
        }
        LENIENT
    }

    fn close(&mut self, open: &mut Vec<Open>) {
        self.at += 1;
        if let Some(top) = open.pop() {
            self.tree.close_container(&top, self.at);
        }
    }

    /// After a value: says what is due next, or closes the container.
    #[inline]
    fn after_value(&mut self, open: &mut Vec<Open>) -> Parsed<Next> {
        self.space()?;
        let Some(top) = open.last() else { return Ok(Next::Nothing) };
        match (self.peek(), top.object) {
            (Some(b','), _) => {
                self.at += 1;
                Ok(Next::Entry(Some(self.at - 1)))
            }
            (Some(b'}'), true) | (Some(b']'), false) => {
                self.close(open);
                Ok(Next::Nothing)
            }
            (None, _) => Err(Fault::UnexpectedEnd),
            // A placeholder that brings its own comma: `{"a": 1 {{more}} }`.
            (Some(_), true) if self.begins_hole() => Ok(Next::Entry(None)),
            (Some(_), true) => Err(Fault::ExpectedCommaOrBrace),
            // Tags behind an item, which may bring the comma or stand around it.
            (Some(_), false) if self.begins_hole() => {
                self.tree.mark_open(top.index);
                while self.skip_hole() {
                    self.space()?;
                }
                let comma = (self.peek() == Some(b',')).then_some(self.at);
                self.at += usize::from(comma.is_some());
                Ok(Next::Entry(comma))
            }
            (Some(_), false) => Err(Fault::ExpectedCommaOrBracket),
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn notice(&mut self, kind: NoticeKind, start: usize) {
        self.notices.push(Notice { kind, span: Span { start: offset(start), end: offset(self.at) } });
    }

    #[inline]
    fn space(&mut self) -> Parsed {
        match self.peek() {
            Some(byte) if byte > b' ' && !(LENIENT && byte == b'/') => Ok(()),
            _ => self.some_space(),
        }
    }

    fn some_space(&mut self) -> Parsed {
        let start = self.at;
        loop {
            while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
                self.at += 1;
            }
            if !LENIENT || self.peek() != Some(b'/') {
                break;
            }
            self.comment()?;
        }
        if self.at > start {
            self.tree.mark_spaced();
        }
        Ok(())
    }

    fn comment(&mut self) -> Parsed {
        let start = self.at;
        let rest = &self.text[start..];
        let len = if rest.starts_with("//") {
            memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())
        } else if let Some(inside) = rest.strip_prefix("/*") {
            inside.find("*/").ok_or(Fault::UnterminatedComment)? + 4
        } else {
            return Err(Fault::ExpectedValue);
        };
        self.at += len;
        self.notice(NoticeKind::Comment, start);
        Ok(())
    }

    fn begins_hole(&self) -> bool {
        LENIENT
            && matches!(self.peek(), Some(b'{' | b'<' | b'$' | b'%' | b'#'))
            && !(self.peek() == Some(b'{')
                && self.bytes.get(self.at + 1) != Some(&b'{')
                && self.bytes.get(self.at + 1) != Some(&b'%'))
            && hole::at_start(&self.text[self.at..]).is_some()
    }

    fn skip_hole(&mut self) -> bool {
        if !self.begins_hole() {
            return false;
        }
        let start = self.at;
        self.at += hole::at_start(&self.text[start..]).unwrap_or(0);
        self.notice(NoticeKind::Placeholder, start);
        true
    }

    /// Skips a placeholder in a list that is no item: something else than a comma or the end follows.
    fn skip_tag(&mut self) -> Parsed<bool> {
        let (start, notices) = (self.at, self.notices.len());
        if !self.skip_hole() {
            return Ok(false);
        }
        self.space()?;
        if matches!(self.peek(), None | Some(b',' | b']')) {
            self.at = start;
            self.notices.truncate(notices);
            return Ok(false);
        }
        Ok(true)
    }

    /// `true`, `false`, `null`, or a placeholder.
    fn word(&mut self) -> Parsed {
        let rest = &self.bytes[self.at..];
        let (kind, len) = if rest.starts_with(b"true") {
            (Kind::True, 4)
        } else if rest.starts_with(b"false") {
            (Kind::False, 5)
        } else if rest.starts_with(b"null") {
            (Kind::Null, 4)
        } else {
            let start = self.at;
            if self.skip_hole() {
                self.tree.push(Kind::Hole, start, self.at);
                return Ok(());
            }
            return Err(if rest[0].is_ascii_alphabetic() { Fault::InvalidLiteral } else { Fault::ExpectedValue });
        };
        if rest.get(len).is_some_and(u8::is_ascii_alphanumeric) {
            return Err(Fault::InvalidLiteral);
        }
        self.tree.push(kind, self.at, self.at + len);
        self.at += len;
        Ok(())
    }

    fn number(&mut self) -> Parsed {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(Fault::InvalidNumber),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits()?;
        }
        if self.peek().is_some_and(|b| b.is_ascii_alphanumeric()) {
            return Err(Fault::InvalidNumber);
        }
        self.tree.push(Kind::Number, start, self.at);
        Ok(())
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Parsed {
        let start = self.at;
        self.digits();
        if self.at == start { Err(Fault::InvalidNumber) } else { Ok(()) }
    }

    #[inline]
    fn string(&mut self) -> Parsed {
        let start = self.at;
        if self.skip_plain() {
            self.tree.push(Kind::String, start, self.at);
            return Ok(());
        }
        self.escaped_string(start)
    }

    /// Moves over a string without escapes and says true, or into another one, as far as it stands for itself.
    #[inline]
    fn skip_plain(&mut self) -> bool {
        let end = plain_end(self.bytes, self.at + 1);
        let whole = self.bytes.get(end) == Some(&b'"');
        self.at = end + usize::from(whole);
        whole
    }

    #[cold]
    #[inline(never)]
    fn escaped_string(&mut self, start: usize) -> Parsed {
        let from = self.tree.decoded_len();
        let mut run = start + 1;
        loop {
            self.at = plain_end(self.bytes, self.at);
            let plain = &self.text[run..self.at];
            self.tree.decoded_mut().push_str(plain);
            match self.peek() {
                None => return Err(Fault::UnterminatedString),
                Some(b'"') => break,
                Some(b'\\') => {
                    let begin = self.at;
                    let (c, len) = escape(&self.bytes[self.at..]).map_err(|fault| self.at_fault(fault))?;
                    self.at += len;
                    if c.is_none() {
                        if !LENIENT {
                            self.at = begin;
                            return Err(Fault::LoneSurrogate);
                        }
                        self.notice(NoticeKind::LoneSurrogate, begin);
                    }
                    self.tree.decoded_mut().push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                Some(control) => {
                    if !LENIENT {
                        return Err(Fault::ControlCharacter);
                    }
                    self.at += 1;
                    self.notice(NoticeKind::ControlCharacter, self.at - 1);
                    self.tree.decoded_mut().push(char::from(control));
                }
            }
            run = self.at;
        }
        self.at += 1;
        self.tree.push_escaped(start, self.at, from);
        Ok(())
    }

    fn at_fault(&mut self, fault: Fault) -> Fault {
        if fault == Fault::UnterminatedString {
            self.at = self.bytes.len();
        }
        fault
    }
}

/// The character that the escape at the start of `bytes` spells (`None`: half a surrogate pair), and the
/// number of bytes it takes.
pub(super) fn escape(bytes: &[u8]) -> Result<(Option<char>, usize), Fault> {
    let c = match bytes.get(1).ok_or(Fault::UnterminatedString)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = hex4(&bytes[2..])?;
            if let Some(c) = char::from_u32(unit) {
                return Ok((Some(c), 6));
            }
            if unit < 0xdc00 && bytes.get(6..8) == Some(b"\\u") {
                let low = hex4(&bytes[8..])?;
                if (0xdc00..0xe000).contains(&low) {
                    let c = char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
                    return Ok((c, 12));
                }
            }
            return Ok((None, 6));
        }
        _ => return Err(Fault::InvalidEscape),
    };
    Ok((Some(c), 2))
}

fn hex4(bytes: &[u8]) -> Result<u32, Fault> {
    let digits = bytes.get(..4).ok_or(Fault::InvalidEscape)?;
    digits.iter().try_fold(0, |value, digit| {
        char::from(*digit).to_digit(16).map(|digit| value * 16 + digit).ok_or(Fault::InvalidEscape)
    })
}

#[cfg(test)]
mod tests;
