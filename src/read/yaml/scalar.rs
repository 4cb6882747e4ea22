//! The styles of YAML, and how the text of a scalar maps to its spelling in each.

use granit_parser::{ScalarStyle, StructureStyle};

use crate::read::decode::{Decoded, Decoder};
use crate::tree::{Node, Spelling, offset};

/// In which style a node is written. Scalars that are no text have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Style {
    Plain = 1,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    Block,
    Flow,
}

impl Style {
    /// The style of a node of a YAML document.
    pub(crate) fn of(node: Node<'_>) -> Option<Self> {
        let all =
            [Self::Plain, Self::SingleQuoted, Self::DoubleQuoted, Self::Literal, Self::Folded, Self::Block, Self::Flow];
        all.into_iter().find(|style| *style as u8 == node.style())
    }

    pub(super) fn of_scalar(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::Plain => Self::Plain,
            ScalarStyle::SingleQuoted => Self::SingleQuoted,
            ScalarStyle::DoubleQuoted => Self::DoubleQuoted,
            ScalarStyle::Literal => Self::Literal,
            ScalarStyle::Folded => Self::Folded,
        }
    }

    pub(super) fn of_collection(style: StructureStyle) -> Self {
        match style {
            StructureStyle::Block => Self::Block,
            StructureStyle::Flow => Self::Flow,
        }
    }
}

/// How the text of a scalar maps to its spelling; to the whole of it where that is not certain.
pub(in crate::read) fn decoded(source: &str, node: Node<'_>) -> Decoded {
    let (span, value) = (node.own_span(), node.text());
    let (start, end) = (span.start as usize, span.end as usize);
    let raw = &source[start..end];
    let decoded = match Style::of(node) {
        Some(Style::Plain) => flow(raw, start, Spelling::Unknown),
        Some(Style::SingleQuoted) => flow(raw, start, Spelling::YamlSingle),
        Some(Style::DoubleQuoted) => flow(raw, start, Spelling::Json),
        Some(Style::Literal) => block(source, start, end, value, false),
        Some(Style::Folded) => block(source, start, end, value, true),
        Some(Style::Block | Style::Flow) | None => None,
    };
    decoded.filter(|decoded| decoded.text == value).unwrap_or_else(|| {
        let mut whole = Decoder::default();
        whole.stand_in(value, start);
        whole.finish(Spelling::Unknown, end)
    })
}

/// A scalar in flow style: line breaks are folded.
fn flow(raw: &str, start: usize, spelling: Spelling) -> Option<Decoded> {
    let quotes = usize::from(spelling != Spelling::Unknown);
    let inside = raw.get(quotes..raw.len() - quotes)?;
    let (mut out, mut at) = (Decoder::default(), 0);
    // What an escape stands for is not trimmed at the end of a line.
    let mut kept = 0;
    let place = |at: usize| start + quotes + at;
    while let Some(c) = inside[at..].chars().next() {
        let rest = &inside[at..];
        match (c, spelling) {
            ('\'', Spelling::YamlSingle) => {
                out.stand_in("'", place(at));
                at += 2;
            }
            ('\\', Spelling::Json) => {
                let (text, len) = escape(rest)?;
                if text.is_empty() {
                    out.skip();
                    at += len;
                    at += inside[at..].len() - inside[at..].trim_start_matches([' ', '\t']).len();
                } else {
                    out.stand_in(&text, place(at));
                    kept = out.len();
                    at += len;
                }
            }
            ('\n' | '\r', _) => {
                out.trim_end(kept, |c| c == ' ' || c == '\t');
                let gap = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
                let breaks = rest[..gap].matches('\n').count();
                let folded = if breaks > 1 { "\n".repeat(breaks - 1) } else { " ".to_owned() };
                out.stand_in(&folded, place(at));
                kept = out.len();
                at += gap;
            }
            _ => {
                let run = rest.find(['\'', '\\', '\n', '\r']).unwrap_or(rest.len()).max(c.len_utf8());
                out.copy(&rest[..run], place(at));
                at += run;
            }
        }
    }
    Some(out.finish(spelling, start + raw.len() - quotes))
}

/// What an escape of a double-quoted scalar stands for, nothing for a line that is continued, and how long it is.
fn escape(rest: &str) -> Option<(String, usize)> {
    let code = |digits: usize| {
        let hexadecimal = rest.get(2..2 + digits)?;
        Some((char::from_u32(u32::from_str_radix(hexadecimal, 16).ok()?)?.to_string(), 2 + digits))
    };
    let simple = match *rest.as_bytes().get(1)? {
        b'0' => "\0",
        b'a' => "\u{7}",
        b'b' => "\u{8}",
        b't' | b'\t' => "\t",
        b'n' => "\n",
        b'v' => "\u{b}",
        b'f' => "\u{c}",
        b'r' => "\r",
        b'e' => "\u{1b}",
        b' ' => " ",
        b'"' => "\"",
        b'/' => "/",
        b'\\' => "\\",
        b'N' => "\u{85}",
        b'_' => "\u{a0}",
        b'L' => "\u{2028}",
        b'P' => "\u{2029}",
        b'x' => return code(2),
        b'u' => return code(4),
        b'U' => return code(8),
        b'\n' => return Some((String::new(), 2)),
        b'\r' => return Some((String::new(), if rest.as_bytes().get(2) == Some(&b'\n') { 3 } else { 2 })),
        _ => return None,
    };
    Some((simple.to_owned(), 2))
}

/// A block scalar, literal or folded, from its first character to its last.
fn block(source: &str, start: usize, end: usize, value: &str, folded: bool) -> Option<Decoded> {
    let line = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = start - line;
    if source[line..start].bytes().any(|byte| byte != b' ') {
        return None;
    }
    let mut decoder = Decoder::default();
    // Where lines ended since the last one with content, and whether that one is indented further than the block.
    let (mut breaks, mut deeper, mut first) = (Vec::new(), false, true);
    let mut at = start;
    while at < end {
        let newline = source[at..end].find('\n').map_or(end, |run| at + run);
        let content = source[at..newline].trim_end_matches('\r');
        if !content.is_empty() {
            let now = content.starts_with([' ', '\t']);
            match breaks[..] {
                [] => {}
                _ if first || !folded || deeper || now => breaks.iter().for_each(|at| decoder.stand_in("\n", *at)),
                [at] => decoder.stand_in(" ", at),
                [at, ref more @ ..] => decoder.stand_in(&"\n".repeat(more.len()), at),
            }
            decoder.copy(content, at);
            breaks.clear();
            (deeper, first) = (now, false);
        }
        breaks.push(at + content.len());
        decoder.skip();
        // The next line, behind its indentation as far as it has any.
        let next = (newline + 1).min(end);
        let spaces = source[next..end].bytes().take(indent).take_while(|byte| *byte == b' ').count();
        at = next + spaces;
    }
    let missing = value.len().checked_sub(decoder.len())?;
    if missing > 0 && value.ends_with(&"\n".repeat(missing)) {
        decoder.stand_in(&"\n".repeat(missing), end);
    }
    let line_end = if source[start..end].contains("\r\n") { "\r\n" } else { "\n" };
    Some(decoder.finish(Spelling::Indented { spaces: offset(indent), line_end }, end))
}
