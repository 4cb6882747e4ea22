//! Texts of code, decoded, with the way back to the bytes that spell them.

use std::ops::Range;

use super::role::Escapes;
use crate::read::decode::{Decoded, Decoder};
use crate::tree::{Span, Spelling};

/// What stands in a text for a value that only the run knows.
pub(super) const HOLE: &str = "${_}";

/// A text as far as it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Spelt {
    pub text: String,
    pieces: Vec<Piece>,
    /// How all of it is spelt, when that is in one way.
    spelling: Option<Spelling>,
}

/// A run of bytes that is spelt as it is, or by something else.
#[derive(Clone, Debug)]
struct Piece {
    at: usize,
    spelt: Range<usize>,
    verbatim: bool,
}

impl Spelt {
    /// Appends a value that only the run knows.
    pub fn hole(&mut self, spelt: Range<usize>) {
        self.stand_in(HOLE, spelt);
    }

    /// Appends what bytes of the source stand for.
    pub fn stand_in(&mut self, text: &str, spelt: Range<usize>) {
        self.pieces.push(Piece { at: self.text.len(), spelt, verbatim: false });
        self.text.push_str(text);
    }

    fn copy(&mut self, source: &str, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let text = &source[range.clone()];
        self.pieces.push(Piece { at: self.text.len(), spelt: range, verbatim: true });
        self.text.push_str(text);
    }

    /// Appends another text.
    pub fn append(&mut self, other: &Self) {
        let at = self.text.len();
        self.spelling = if self.pieces.is_empty() { other.spelling } else { Some(Spelling::Unknown) };
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { at: piece.at + at, ..piece.clone() }));
        self.text.push_str(&other.text);
    }

    /// The part of it that `range` means, in place.
    pub fn part(&self, range: Range<usize>) -> Self {
        let mut part = Self { spelling: self.spelling, ..Self::default() };
        for (index, piece) in self.pieces.iter().enumerate() {
            let end = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at);
            let (from, to) = (piece.at.max(range.start), end.min(range.end));
            if from >= to {
                continue;
            }
            let spelt = if piece.verbatim {
                piece.spelt.start + (from - piece.at)..piece.spelt.start + (to - piece.at)
            } else {
                piece.spelt.clone()
            };
            part.pieces.push(Piece { at: part.text.len(), spelt, verbatim: piece.verbatim });
            part.text.push_str(&self.text[from..to]);
        }
        part
    }

    /// Where its parts stand, each from an offset in the text on.
    pub fn places(&self) -> Vec<(usize, Span)> {
        self.pieces.iter().map(|piece| (piece.at, span(&piece.spelt))).collect()
    }

    /// Whether its parts stand in the source one after the other.
    fn in_order(&self) -> bool {
        self.pieces.windows(2).all(|pair| pair[0].spelt.end <= pair[1].spelt.start)
    }

    /// The text with the way back to its bytes, which are within `whole`.
    pub fn decoded(&self, source: &str, whole: &Range<usize>) -> Decoded {
        let mut decoder = Decoder::default();
        let in_order = self.in_order();
        for (index, piece) in self.pieces.iter().enumerate() {
            let end = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at);
            if piece.verbatim {
                decoder.copy(&source[piece.spelt.clone()], piece.spelt.start);
                decoder.skip();
            } else {
                decoder.stand_in(&self.text[piece.at..end], piece.spelt.start);
            }
        }
        let end = self.pieces.last().map_or(whole.end, |piece| piece.spelt.end);
        let end = if in_order { end } else { whole.end };
        decoder.finish(self.spelling.filter(|_| in_order).unwrap_or(Spelling::Unknown), end)
    }

    /// Appends what stands between quotes in `range` of the source.
    pub fn push(&mut self, source: &str, range: Range<usize>, escapes: Escapes) {
        let spelling = match escapes {
            Escapes::Raw => Spelling::Verbatim,
            Escapes::Double => Spelling::Json,
            Escapes::Doubled => Spelling::Doubled('"'),
            Escapes::Single | Escapes::Backtick | Escapes::Few | Escapes::DoubledBraces | Escapes::DoubledAll => {
                Spelling::Unknown
            }
        };
        self.spelling = match self.spelling {
            None => Some(spelling),
            Some(known) if known == spelling => Some(known),
            Some(_) => Some(Spelling::Unknown),
        };
        let bytes = source.as_bytes();
        let mut at = range.start;
        while at < range.end {
            let run = bytes[at..range.end].iter().position(|byte| marks(escapes).contains(byte));
            let run = run.unwrap_or(range.end - at);
            self.copy(source, at..at + run);
            at += run;
            if at >= range.end {
                break;
            }
            let (text, len) = one(&source[at..range.end], escapes);
            match text {
                Some(text) => self.stand_in(&text, at..at + len),
                None => self.copy(source, at..at + len),
            }
            at += len;
        }
    }
}

fn span(range: &Range<usize>) -> Span {
    Span { start: crate::tree::offset(range.start), end: crate::tree::offset(range.end) }
}

/// The bytes at which something else than themselves may be spelt.
fn marks(escapes: Escapes) -> &'static [u8] {
    match escapes {
        Escapes::Raw => b"",
        Escapes::Double | Escapes::Single | Escapes::Backtick | Escapes::Few => b"\\",
        Escapes::Doubled => b"\"",
        Escapes::DoubledBraces => b"\\{}",
        Escapes::DoubledAll => b"\"{}",
    }
}

/// What stands at the start of a text: what it means, `None` for itself, and its length in bytes.
fn one(rest: &str, escapes: Escapes) -> (Option<String>, usize) {
    let bytes = rest.as_bytes();
    let doubled = bytes.len() > 1 && bytes[0] == bytes[1];
    match (bytes[0], escapes) {
        (b'{' | b'}' | b'"', _) if doubled => (Some(rest[..1].to_owned()), 2),
        (b'\\', Escapes::Few) => match bytes.get(1) {
            Some(b'\'' | b'\\') => (Some(rest[1..2].to_owned()), 2),
            _ => (None, 1),
        },
        (b'\\', _) => escape(rest),
        _ => (None, 1),
    }
}

/// An escape of C and its kin.
fn escape(rest: &str) -> (Option<String>, usize) {
    let Some(letter) = rest[1..].chars().next() else { return (None, 1) };
    let code = |from: usize, most: usize| {
        let digits =
            rest.get(from..).map_or(0, |rest| rest.bytes().take(most).take_while(u8::is_ascii_hexdigit).count());
        let value = rest.get(from..from + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        (value, from + digits)
    };
    let simple = |text: &str| (Some(text.to_owned()), 1 + letter.len_utf8());
    let of_code = |value: Option<u32>, len: usize| {
        let text = value.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
        (Some(text.to_string()), len)
    };
    match letter {
        'n' => simple("\n"),
        't' => simple("\t"),
        'r' => simple("\r"),
        'b' => simple("\u{8}"),
        'f' => simple("\u{c}"),
        '0' => simple("\0"),
        'u' if rest[2..].starts_with('{') => {
            let (value, end) = code(3, 6);
            of_code(value, (end + 1).min(rest.len()))
        }
        'u' => match code(2, 4) {
            // A pair of surrogates.
            (Some(high @ 0xd800..=0xdbff), 6) if rest[6..].starts_with("\\u") => match code(8, 4) {
                (Some(low @ 0xdc00..=0xdfff), end) => {
                    of_code(Some(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), end)
                }
                _ => of_code(None, 6),
            },
            (value, end) => of_code(value, end),
        },
        'x' => {
            let (value, end) = code(2, 2);
            of_code(value, end)
        }
        // A line that is continued.
        '\n' => simple(""),
        other => simple(other.encode_utf8(&mut [0; 4])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str, escapes: Escapes) -> String {
        let mut spelt = Spelt::default();
        spelt.push(source, 0..source.len(), escapes);
        spelt.text
    }

    #[test]
    fn each_language_has_its_own_escapes() {
        assert_eq!(read(r#"a\"b\\n\u00e9\x41\ud83d\ude00\u{1F600}"#, Escapes::Double), "a\"b\\né\u{41}😀😀");
        assert_eq!(read(r"it\'s \n", Escapes::Few), r"it's \n");
        assert_eq!(read(r"\d+", Escapes::Raw), r"\d+");
        assert_eq!(read(r#"a""b"#, Escapes::Doubled), "a\"b");
        assert_eq!(read(r#"{{"a": 1}}"#, Escapes::DoubledBraces), r#"{"a": 1}"#);
        for rubbish in ["\\", "\\u", "\\x", "\\u{", "\\ud83d", "\\u{110000}", "\\é"] {
            read(rubbish, Escapes::Double);
        }
    }
}
