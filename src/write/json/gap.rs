//! What stands between the tokens of JSON: white space, comments, commas, and where lines begin there.

use crate::tree::{Kind, Node};

/// The text between two neighbouring members or items, or between one of them and a bracket. All places are offsets in
/// the text of the layer.
#[derive(Debug, Default)]
pub(super) struct Gap {
    /// Where its comma is.
    pub comma: Option<usize>,
    /// Whether there is a comment in it.
    pub commented: bool,
    /// Where its first line ends, outside of comments: its line break begins here.
    pub line_end: Option<usize>,
    /// How many comments begin on its first line.
    pub remarks: usize,
    /// Whether one of them ends on another line.
    pub straddled: bool,
    /// Where its last line begins and how many bytes its line break has, when there is only white space on that line.
    pub last_line: Option<(usize, usize)>,
}

impl Gap {
    /// Reads `text` from `start` to `end`; `None` when something else is there, such as a placeholder.
    pub fn between(text: &str, start: usize, end: usize) -> Option<Self> {
        let bytes = &text.as_bytes()[..end];
        let mut gap = Self::default();
        let mut at = start;
        while at < end {
            let len = match &bytes[at..] {
                [b'\r', b'\n', ..] => 2,
                [b'\n', ..] => 1,
                [b' ' | b'\t' | b'\r', ..] => {
                    at += 1;
                    continue;
                }
                [b',', ..] if gap.comma.is_none() => {
                    gap.comma = Some(at);
                    gap.last_line = None;
                    at += 1;
                    continue;
                }
                rest => {
                    let len = comment(&text[at..at + rest.len()])?;
                    if gap.line_end.is_none() {
                        gap.remarks += 1;
                        gap.straddled |= text[at..at + len].contains('\n');
                    }
                    gap.commented = true;
                    gap.last_line = None;
                    at += len;
                    continue;
                }
            };
            gap.line_end.get_or_insert(at);
            at += len;
            gap.last_line = Some((at, len));
        }
        Some(gap)
    }
}

/// The length of the comment that `text` begins with, without the line break behind it.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        let line = memchr::memchr(b'\n', text.as_bytes()).map_or(text, |newline| &text[..newline]);
        return Some(line.strip_suffix('\r').unwrap_or(line).len());
    }
    Some(text.strip_prefix("/*")?.find("*/")? + 4)
}

/// Whether there is a comment in a container.
pub(super) fn has_comment(node: Node<'_>) -> bool {
    let (text, span) = (node.layer_text(), node.own_span().range());
    if node.count() == 0 && !matches!(node.kind(), Kind::Object | Kind::Array) {
        return false;
    }
    let mut at = span.start;
    for token in node.descendants().filter(|token| !matches!(token.kind(), Kind::Object | Kind::Array)) {
        let own = token.own_span().range();
        if text[at..own.start].contains('/') {
            return true;
        }
        at = own.end;
    }
    text[at..span.end].contains('/')
}

/// Calls `each` with where each line of a value begins, but for its first line, blank lines, and lines that begin inside
/// a string or a comment.
pub(super) fn line_starts(node: Node<'_>, mut each: impl FnMut(usize)) {
    let (text, span) = (node.layer_text(), node.own_span().range());
    let mut at = span.start;
    for token in node.descendants().filter(|token| !matches!(token.kind(), Kind::Object | Kind::Array)) {
        let own = token.own_span().range();
        line_breaks(text, at, own.start, &mut each);
        at = own.end;
    }
    line_breaks(text, at, span.end, &mut each);
}

fn line_breaks(text: &str, start: usize, end: usize, each: &mut impl FnMut(usize)) {
    let mut at = start;
    while let Some(run) = memchr::memchr2(b'\n', b'/', &text.as_bytes()[at..end]) {
        at += run;
        if text.as_bytes()[at] == b'/' {
            at += comment(&text[at..end]).unwrap_or(1);
            continue;
        }
        at += 1;
        let line = text[at..].trim_start_matches([' ', '\t']);
        if !line.starts_with(['\n', '\r']) {
            each(at);
        }
    }
}

/// The indentation of the line on which a container is closed, or else of the one on which it is opened.
pub(super) fn indentation(container: Node<'_>) -> &str {
    /// How far the beginning of a line is looked for.
    const NEAR: usize = 1024;
    let (text, span) = (container.layer_text(), container.own_span().range());
    let before = text[..span.end - 1].trim_end_matches([' ', '\t']);
    if before.ends_with('\n') {
        return &text[before.len()..span.end - 1];
    }
    let near = span.start.saturating_sub(NEAR);
    let line = match memchr::memrchr(b'\n', &text.as_bytes()[near..span.start]) {
        Some(newline) => near + newline + 1,
        None if near == 0 => 0,
        None => return "",
    };
    let content = text[line..].trim_start_matches([' ', '\t']);
    &text[line..text.len() - content.len()]
}

/// Where the line break stands that a token follows with only white space between.
pub(super) fn line_break_before(text: &str, token: usize) -> Option<usize> {
    let line = text[..token].trim_end_matches([' ', '\t']).strip_suffix('\n')?;
    Some(line.strip_suffix('\r').unwrap_or(line).len())
}
