//! Readers: from the text of a notation to a [`Tree`](crate::tree::Tree).
//!
//! What is in the tree is the same whatever the payload was written in. Files are opened elsewhere.

pub mod json;
mod layers;
pub mod lines;

use crate::tree::Span;

/// How a text is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// One JSON document (RFC 8259).
    Json,
    /// One JSON document in which comments and trailing commas are at home (`.jsonc`, `.json5`).
    JsonWithComments,
    /// One JSON document a line (NDJSON, JSON Lines).
    JsonLines,
}

impl Notation {
    /// The notation that a file's name promises, `None` where it promises none of those read here. An ending that
    /// says that the file is compressed (`.gz`, `.zst`) does not count.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let extension = without_compression(name).rsplit_once('.')?.1.to_ascii_lowercase();
        match extension.as_str() {
            "json" => Some(Self::Json),
            "jsonc" | "json5" => Some(Self::JsonWithComments),
            "ndjson" | "jsonl" | "ldjson" | "jsonlines" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// A file's name without the ending that says that it is compressed.
fn without_compression(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((rest, last)) if last.eq_ignore_ascii_case("gz") || last.eq_ignore_ascii_case("zst") => rest,
        _ => name,
    }
}

/// Something that strict JSON does not allow and that was read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is.
    pub kind: NoticeKind,
    /// Where it stands in the source.
    pub span: Span,
}

/// The kinds of [`Notice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// `// …` or `/* … */`.
    Comment,
    /// A comma before a closing bracket or brace.
    TrailingComma,
    /// A line break, tab or other control character inside a string.
    ControlCharacter,
    /// Half of a UTF-16 surrogate pair, spelt as an escape.
    LoneSurrogate,
    /// A byte order mark before the document.
    ByteOrderMark,
    /// A placeholder where a value belongs, outside quotes.
    Placeholder,
    /// A string that begins like a document and is none.
    BrokenDocument,
}

impl NoticeKind {
    /// What it is, as the subject of a sentence.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Comment => "a comment",
            Self::TrailingComma => "a comma after the last entry",
            Self::ControlCharacter => "a line break or control character inside a string",
            Self::LoneSurrogate => "half of a surrogate pair (\\uD800 to \\uDFFF)",
            Self::ByteOrderMark => "a byte order mark",
            Self::Placeholder => "a placeholder outside quotes",
            Self::BrokenDocument => "a string that begins like JSON and is none",
        }
    }
}

/// Why a text could not be read, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.kind.describe())]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Offset of the byte where reading stopped.
    pub offset: usize,
}

/// The kinds of [`SyntaxError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`describe` says what each means")]
pub enum SyntaxErrorKind {
    Empty,
    UnexpectedEnd,
    UnterminatedString,
    UnterminatedComment,
    ExpectedValue,
    ExpectedKey,
    ExpectedColon,
    ExpectedCommaOrBrace,
    ExpectedCommaOrBracket,
    InvalidLiteral,
    InvalidNumber,
    InvalidEscape,
    LoneSurrogate,
    ControlCharacter,
    TooDeep,
    TrailingContent,
    TooLarge,
    NotUtf8,
    Utf16,
}

impl SyntaxErrorKind {
    /// What is wrong, as a sentence without its full stop.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Empty => "there is nothing here, JSON needs a value",
            Self::UnexpectedEnd => "the text ends before the document does",
            Self::UnterminatedString => "a string is not closed",
            Self::UnterminatedComment => "a comment is not closed",
            Self::ExpectedValue => "a value is expected here",
            Self::ExpectedKey => "a property name in double quotes is expected here",
            Self::ExpectedColon => "a `:` is expected after the property name",
            Self::ExpectedCommaOrBrace => "a `,` or `}` is expected here",
            Self::ExpectedCommaOrBracket => "a `,` or `]` is expected here",
            Self::InvalidLiteral => "JSON knows only `true`, `false` and `null` as bare words",
            Self::InvalidNumber => "this is not a number as JSON spells it",
            Self::InvalidEscape => "this escape is unknown to JSON",
            Self::LoneSurrogate => "half of a surrogate pair is no character",
            Self::ControlCharacter => "a control character inside a string must be escaped",
            Self::TooDeep => "the document is nested more than 512 levels deep",
            Self::TrailingContent => "something follows the end of the document",
            Self::TooLarge => "one document may hold 4 GiB at most",
            Self::NotUtf8 => "these bytes are not UTF-8",
            Self::Utf16 => "this is UTF-16, JSON files are UTF-8",
        }
    }
}
