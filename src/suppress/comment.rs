//! Comments that suppress findings: `waport-suppress: rule-name reason`.
//!
//! What a comment looks like is the reader's business; here its text and its place decide, whatever the notation.

use std::ops::Range;

use crate::rules::{self, Rule};
use crate::tree::{Span, offset};

/// What a comment begins with, behind the marks of its notation.
const MARK: &str = "waport-suppress:";

/// A comment that suppresses findings.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Where the comment stands.
    pub span: Span,
    /// Offset of a byte on the line whose findings it holds for; `None` when nothing follows it.
    pub holds_at: Option<usize>,
    /// The rules it names, in order.
    pub names: Vec<Name>,
    /// Whether it says why.
    pub has_reason: bool,
}

/// A rule that a comment names.
#[derive(Clone, Debug)]
pub struct Name {
    /// Where the name stands.
    pub span: Span,
    /// The rule, when there is one of that name.
    pub rule: Option<&'static Rule>,
}

/// The comments among `spans` that suppress findings. `spans` are those of all comments in `source`, in order.
///
/// A comment behind something holds for its own line, one that stands alone for the next line that is neither empty
/// nor a comment.
pub fn comments(source: &str, spans: &[Span]) -> Vec<Comment> {
    let written: Vec<Option<Written>> = spans.iter().map(|span| read(&source[span.range()])).collect();
    if written.iter().all(Option::is_none) {
        return Vec::new();
    }
    let places = places(source, spans);
    let mut found = Vec::new();
    for ((span, written), holds_at) in spans.iter().zip(written).zip(places) {
        let Some(Written { names, has_reason }) = written else { continue };
        let named = |range: Range<usize>| Name {
            rule: rules::rule(&source[span.range()][range.clone()]),
            span: Span { start: span.start + offset(range.start), end: span.start + offset(range.end) },
        };
        found.push(Comment { span: *span, holds_at, names: names.into_iter().map(named).collect(), has_reason });
    }
    found
}

/// Where what each comment holds for begins, or, for those behind something, where the comment begins.
fn places(source: &str, spans: &[Span]) -> Vec<Option<usize>> {
    let bytes = source.as_bytes();
    let blank = |range: Range<usize>| bytes[range].iter().all(u8::is_ascii_whitespace);
    let mut behind = Vec::with_capacity(spans.len());
    let (mut before, mut line) = (0, 0);
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        // Behind a comment on the same line counts what stands before that one.
        if let Some(newline) = memchr::memrchr(b'\n', &bytes[before..start]) {
            line = before + newline + 1;
        }
        let follows = line < before && behind.last() == Some(&true);
        behind.push(follows || !blank(line.max(before)..start));
        if memchr::memchr(b'\n', &bytes[start..end]).is_some() {
            line = end;
        }
        before = end;
    }
    let mut places = vec![None; spans.len()];
    let mut next: Option<(usize, Option<usize>)> = None;
    for (number, span) in spans.iter().enumerate().rev() {
        let rest = &bytes[span.end as usize..];
        let skipped = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let at = span.end as usize + skipped;
        let following = match next {
            Some((start, place)) if start == at => place,
            _ => (skipped < rest.len()).then_some(at),
        };
        next = Some((span.start as usize, following));
        places[number] = if behind[number] { Some(span.start as usize) } else { following };
    }
    places
}

/// What a comment says, as places in its text.
#[derive(Debug, PartialEq)]
struct Written {
    names: Vec<Range<usize>>,
    has_reason: bool,
}

/// Reads the text of a comment, marks of its notation included; `None` when it suppresses nothing.
fn read(text: &str) -> Option<Written> {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '/' | '*' | '#' | '-' | '<' | '!' | ';');
    let start = text.len() - text.trim_start_matches(is_mark).len();
    let mut at = start + text[start..].strip_prefix(MARK).map(|_| MARK.len())?;
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '/' | '>')).len().max(at);
    let skip = |at: usize| at + text[at..end].len() - text[at..end].trim_start().len();
    let mut names = Vec::new();
    loop {
        at = skip(at);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let len = text[at..end].find(|c| !is_name(c)).unwrap_or(end - at);
        if len == 0 {
            break;
        }
        names.push(at..at + len);
        at = skip(at + len);
        if !text[at..end].starts_with(',') {
            break;
        }
        at += 1;
    }
    Some(Written { has_reason: text[at..end].contains(char::is_alphanumeric), names })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{NoticeKind, json};
    use crate::tree::Tree;

    fn read_all(source: &str) -> Vec<Comment> {
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        json::read(source, &mut tree, &mut notices).expect(source);
        notices.retain(|notice| notice.kind == NoticeKind::Comment);
        comments(source, &notices.iter().map(|notice| notice.span).collect::<Vec<_>>())
    }

    /// The line that the only comment of `source` holds for.
    fn line(source: &str) -> Option<usize> {
        let found = read_all(source);
        assert_eq!(found.len(), 1, "{source}");
        found[0].holds_at.map(|at| 1 + source[..at].matches('\n').count())
    }

    #[test]
    fn names_and_reason_are_read_whatever_marks_the_comment() {
        for text in [
            "// waport-suppress: preview-url, wrong-type the gateway needs it",
            "/* waport-suppress:preview-url,wrong-type: the gateway needs it */",
            "/*\n * waport-suppress: preview-url , wrong-type because\n */",
            "# waport-suppress: preview-url, wrong-type because",
            "<!-- waport-suppress: preview-url, wrong-type because -->",
            "-- waport-suppress: preview-url, wrong-type because",
        ] {
            let written = read(text).expect(text);
            let names: Vec<&str> = written.names.iter().map(|name| &text[name.clone()]).collect();
            assert_eq!(names, ["preview-url", "wrong-type"], "{text}");
            assert!(written.has_reason, "{text}");
        }
        for text in
            ["// waport-suppress: preview-url", "/* waport-suppress: preview-url, */", "# waport-suppress: a --"]
        {
            let written = read(text).expect(text);
            assert!(written.names.len() == 1 && !written.has_reason, "{text}");
        }
        for text in ["// waport-suppress:", "/* waport-suppress: */", "/*waport-suppress:*/"] {
            assert_eq!(read(text), Some(Written { names: Vec::new(), has_reason: false }), "{text}");
        }
        for text in ["// see waport-suppress: x y", "// waport-suppress preview-url x", "", "//", "/**/"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_comment_behind_something_holds_for_its_own_line() {
        assert_eq!(line("{\n\"a\": 1, // waport-suppress: x y\n\"b\": 2 }"), Some(2));
        assert_eq!(line("{\n\"a\": /* waport-suppress: x y */ 1,\n\"b\": 2 }"), Some(2));
        assert_eq!(line("{\n\"a\": 1, /* one */ /* waport-suppress: x y */\n\"b\": 2 }"), Some(2));
        assert_eq!(line("{\n\"a\": 1, /* waport-suppress: x\n y */\n\"b\": 2 }"), Some(2));
        assert_eq!(line("{\n\"a\": 1 } // waport-suppress: x y"), Some(2));
        assert_eq!(line("{\n\"a\": 1, /* one\n */ // waport-suppress: x y\n\"b\": 2 }"), Some(4), "it stands alone");
    }

    #[test]
    fn a_comment_that_stands_alone_holds_for_the_next_line_that_is_none() {
        assert_eq!(line("// waport-suppress: x y\n{ \"a\": 1 }"), Some(2));
        assert_eq!(line("{\n  // waport-suppress: x y\n\n  // and\n  /* so */ // on\n  \"b\": 2 }"), Some(6));
        assert_eq!(line("{\n  /* waport-suppress: x y */ \"b\": 2 }"), Some(2));
        assert_eq!(line("{\n  /* waport-suppress: x\n y */ \"b\": 2 }"), Some(3));
        assert_eq!(line("{ \"a\": 1 }\n// waport-suppress: x y\n"), None);
        assert_eq!(line("{ \"a\": 1 }\n\n// one\n// waport-suppress: x y\n// two"), None);
    }

    #[test]
    fn several_comments_hold_for_the_same_line() {
        let source = "{\n// waport-suppress: x y\n// waport-suppress: z y\n\"a\": 1 }";
        let places: Vec<_> = read_all(source).iter().map(|comment| comment.holds_at).collect();
        assert_eq!(places, [source.find("\"a\""); 2]);
    }
}
