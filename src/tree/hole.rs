//! Placeholders in text: what a program fills in before the payload is sent.
//!
//! Known spellings: `{{name}}`, `<<name>>`, `${name}`, `%{name}`, `#{name}`, `<% … %>`, `{% … %}`, `<NAME>`,
//! `{name}`, `%(name)s`, `%s`, `%d`, `%1$s`, `$name`.

use std::ops::Range;

/// How many bytes the inside of a placeholder may have, so that looking for its end costs little.
const LONGEST: usize = 1024;

/// Whether a text holds a placeholder.
#[must_use]
pub fn any(text: &str) -> bool {
    first(text, 0).is_some()
}

/// Whether a text is one placeholder and nothing else.
#[must_use]
pub fn is_whole(text: &str) -> bool {
    // Most texts begin with a letter or a digit.
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    let text = text.trim();
    !text.is_empty() && at_start(text) == Some(text.len())
}

/// The bytes of the first placeholder in `text` at or after `from`.
#[must_use]
pub fn first(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(step) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|b| matches!(b, b'{' | b'<' | b'$' | b'%' | b'#')))
    {
        at += step;
        if let Some(len) = at_start(&text[at..]) {
            return Some(at..at + len);
        }
        at += 1;
    }
    None
}

/// The length in bytes of the placeholder that `text` begins with.
#[must_use]
pub fn at_start(text: &str) -> Option<usize> {
    static PAIRS: [(&str, &str); 7] =
        [("{{", "}}"), ("<<", ">>"), ("${", "}"), ("%{", "}"), ("#{", "}"), ("<%", "%>"), ("{%", "%}")];
    for (open, close) in PAIRS {
        if let Some(rest) = text.strip_prefix(open) {
            let near = &rest.as_bytes()[..rest.len().min(LONGEST)];
            let len = memchr::memmem::find(near, close.as_bytes())?;
            let mut end = open.len() + len + close.len();
            // `{{{name}}}` closes with three braces, `<<Option<T>>>` with all of its brackets.
            let more = if text.starts_with("{{{") { 1 } else { usize::from(open == "<<") * LONGEST };
            let last = close.as_bytes()[0];
            end += text.as_bytes()[end..].iter().take(more).take_while(|byte| **byte == last).count();
            return (len > 0).then_some(end);
        }
    }
    match text.as_bytes().first()? {
        b'<' => named(text, b'>'),
        b'{' => named(text, b'}'),
        b'%' => printf(text),
        b'$' => variable(text),
        _ => None,
    }
}

/// `$name`, as shells and heredocs have it; one letter may be a currency.
fn variable(text: &str) -> Option<usize> {
    let name = text[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let begins = text.as_bytes().get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    (begins && name > 1).then_some(name + 1)
}

/// `<NAME>` and `{name}`: a name of letters, digits, `_`, `-`, `.` and inner spaces.
fn named(text: &str, close: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let len = bytes.iter().take(66).position(|b| *b == close)?;
    let name = &bytes[1..len];
    let wordy = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' ');
    let ok = name.len() <= 64
        && name.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        && name.last().is_some_and(|b| *b != b' ')
        && name.iter().all(wordy);
    ok.then_some(len + 1)
}

fn printf(text: &str) -> Option<usize> {
    let rest = &text[1..];
    let bytes = rest.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits > 0 && bytes.get(digits) == Some(&b'$') {
        return matches!(bytes.get(digits + 1), Some(b's' | b'd')).then_some(digits + 3);
    }
    if bytes.first() == Some(&b'(') {
        let close = bytes.iter().take(66).position(|b| *b == b')')?;
        return matches!(bytes.get(close + 1), Some(b's' | b'd')).then_some(close + 3);
    }
    let ends = |b: Option<&u8>| !b.is_some_and(u8::is_ascii_alphanumeric);
    (matches!(bytes.first(), Some(b's' | b'd')) && ends(bytes.get(1))).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_placeholder_is_one_in_every_spelling() {
        for text in [
            "{{phone}}",
            "{{ phone }}",
            "{{{phone}}}",
            "<PHONE>",
            "<your phone>",
            "${to}",
            "%{USERNAME}",
            "#{to}",
            "<<a.b ? c : d>>",
            "<%= to %>",
            "{to}",
            "<<Option<T>>>",
            "%s",
            "%(to)s",
            "%1$s",
            "$to",
            " {{x}} ",
        ] {
            assert!(is_whole(text), "{text}");
        }
    }

    #[test]
    fn ordinary_text_is_no_placeholder() {
        for text in [
            "",
            "hello",
            "100% sure",
            "a < b > c",
            "{}",
            "{{}}",
            "<>",
            "50 %",
            "$5",
            "# 1",
            "5%discount",
            "<!-- x -->",
            "{\"a\": 1}",
        ] {
            assert!(!any(text), "{text}");
        }
    }

    #[test]
    fn a_placeholder_inside_text_is_found_where_it_stands() {
        assert_eq!(first("Hello {{name}}, hi", 0), Some(6..14));
        assert_eq!(first("Hello {{name}}, hi", 13), None);
        assert!(!is_whole("Hello {{name}}"));
        assert_eq!(at_start("{{b}}}}"), Some(5));
        assert_eq!(at_start("{{{b}}}}}"), Some(7));
    }
}
