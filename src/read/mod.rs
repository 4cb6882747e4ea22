//! Readers: from the text of a notation to a [`Tree`].
//!
//! What is in the tree is the same whatever the payload was written in. Files are opened elsewhere.

pub mod code;
mod decode;
pub mod json;
mod layers;
pub mod lines;
pub mod prose;
pub mod settings;
pub mod yaml;

use crate::tree::{Span, Tree};
use code::Language;

/// Reads a text of a notation into `tree`, which is emptied first like `notices`.
///
/// A text that promises to be YAML and is none is read as prose; so is a line of JSON Lines that has something before
/// its document, as logs have.
///
/// # Errors
/// When the text is not of its notation and holds no document either.
pub fn read(text: &str, notation: Notation, tree: &mut Tree, notices: &mut Vec<Notice>) -> Result<(), SyntaxError> {
    let fault = match notation {
        Notation::Json | Notation::JsonWithComments => return json::read(text, tree, notices),
        Notation::JsonLines => json::read(text, tree, notices),
        Notation::ByContent if begins_like_json(text) => json::read(text, tree, notices),
        Notation::ByContent if begins_like_yaml(text) => yaml::read(text, tree, notices),
        Notation::Yaml => yaml::read(text, tree, notices),
        Notation::Prose | Notation::Settings | Notation::ByContent | Notation::Code(_) => {
            prose::read(text, tree, notices);
            return Ok(());
        }
    };
    if fault.is_err() && (notation != Notation::JsonLines || !begins_like_json(text)) {
        prose::read(text, tree, notices);
        if tree.layers().is_empty() {
            tree.clear();
        } else {
            return Ok(());
        }
    }
    fault
}

/// Whether a text begins like a JSON container, or says nothing at all. A bracket alone may begin the section of a
/// configuration, or a line of a log.
fn begins_like_json(text: &str) -> bool {
    let blank = ['\u{feff}', ' ', '\t', '\r', '\n'];
    let text = text.trim_start_matches(blank);
    let list = text.strip_prefix('[').map(|rest| rest.trim_start_matches(blank));
    text.is_empty() || text.starts_with('{') || list.is_some_and(|rest| rest.is_empty() || rest.starts_with(['{', ']']))
}

/// Whether the first line that says something is the start of a document, or a key with its colon.
fn begins_like_yaml(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_end);
    let Some(line) = lines.find(|line| !line.is_empty() && !line.starts_with('#')) else { return false };
    let key = line.trim_start_matches("- ").split(": ").next().unwrap_or_default().trim_end_matches(':');
    let named = key.len() < line.len() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    line.starts_with("---") || line.starts_with("%YAML") || (named && !key.is_empty())
}

/// How a text is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// One JSON document (RFC 8259).
    Json,
    /// One JSON document in which comments and trailing commas are at home (`.jsonc`, `.json5`).
    JsonWithComments,
    /// One JSON document a line (NDJSON, JSON Lines).
    JsonLines,
    /// YAML: one document or several.
    Yaml,
    /// Text with JSON documents in it: prose, logs, scripts, tables, templates.
    Prose,
    /// What deploys and configures programs: env files, Dockerfiles, properties, TOML.
    Settings,
    /// Source code.
    Code(Language),
    /// Whichever of these the content tells.
    ByContent,
}

/// The extensions of source code, whose strings and literals are another matter than prose.
const CODE: [&str; 36] = [
    "py", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "rb", "php", "go", "java", "kt", "kts", "cs", "ex",
    "exs", "rs", "c", "h", "cc", "cpp", "hpp", "swift", "scala", "dart", "lua", "pl", "pm", "vue", "svelte", "css",
    "scss", "svg", "lock",
];

/// The extensions of texts that may hold JSON documents.
const PROSE: [&str; 43] = [
    "md",
    "markdown",
    "mdx",
    "rst",
    "adoc",
    "asciidoc",
    "textile",
    "txt",
    "text",
    "log",
    "http",
    "rest",
    "bru",
    "hurl",
    "csv",
    "tsv",
    "sql",
    "sh",
    "bash",
    "zsh",
    "ps1",
    "bat",
    "cmd",
    "html",
    "htm",
    "xhtml",
    "xml",
    "j2",
    "jinja",
    "jinja2",
    "erb",
    "hbs",
    "handlebars",
    "mustache",
    "liquid",
    "ejs",
    "njk",
    "ftl",
    "tmpl",
    "tpl",
    "snap",
    "curl",
    "eml",
];

impl Notation {
    /// The notation of a file below a folder: by its name, else by content; `None` for source code.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let code = without_compression(name)
            .rsplit_once('.')
            .is_some_and(|(_, extension)| CODE.iter().any(|known| known.eq_ignore_ascii_case(extension)));
        Self::of_name(name).or((!code).then_some(Self::ByContent))
    }

    /// The notation that a file's name promises, `None` where it promises none of those read here. An ending that
    /// says that the file is compressed (`.gz`, `.zst`) does not count.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let plain = without_compression(name);
        let extension = plain.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        match extension.as_str() {
            "json" | "har" | "ipynb" | "postman_collection" => Some(Self::Json),
            "jsonc" | "json5" => Some(Self::JsonWithComments),
            "ndjson" | "jsonl" | "ldjson" | "jsonlines" => Some(Self::JsonLines),
            "yaml" | "yml" => Some(Self::Yaml),
            // Source code is nowhere compressed on its own.
            _ if Language::of_extension(&extension).is_some() => {
                Language::of_extension(&extension).filter(|_| plain == name).map(Self::Code)
            }
            _ if PROSE.contains(&extension.as_str()) => Some(Self::Prose),
            _ if CODE.contains(&extension.as_str()) => None,
            _ => settings::is_settings(plain).then_some(Self::Settings),
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
    Yaml,
    NotUtf8,
    Utf16,
    TooMuchCode,
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
            Self::Yaml => "this is no YAML",
            Self::NotUtf8 => "these bytes are not UTF-8",
            Self::Utf16 => "this is UTF-16, JSON files are UTF-8",
            Self::TooMuchCode => "this is more code than people write in one file",
        }
    }
}
