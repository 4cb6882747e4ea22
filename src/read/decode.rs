//! Texts that stand in another text, decoded, with the way back from each byte to those that spell it.

use super::json::escape;
use crate::tree::{LayerMap, Spelling};

/// A decoded text.
#[derive(Debug)]
pub(super) struct Decoded {
    pub text: String,
    pub map: LayerMap,
    pub spelling: Spelling,
    /// Where its spelling ends in the text around it.
    pub end: usize,
}

impl Decoded {
    /// The first `len` bytes of it.
    pub fn shortened(mut self, len: usize) -> Self {
        self.text.truncate(len);
        self.end = self.map.shorten(len);
        self
    }
}

/// Puts a decoded text together.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    text: String,
    map: LayerMap,
    /// Where the spelling goes on when it goes on byte for byte.
    run: Option<usize>,
}

impl Decoder {
    /// Appends what is spelt as it is at `outer`.
    pub fn copy(&mut self, text: &str, outer: usize) {
        if text.is_empty() {
            return;
        }
        if self.run != Some(outer) {
            self.map.piece(self.text.len(), outer, true);
        }
        self.text.push_str(text);
        self.run = Some(outer + text.len());
    }

    /// Appends what something else at `outer` stands for.
    pub fn stand_in(&mut self, text: &str, outer: usize) {
        self.map.piece(self.text.len(), outer, false);
        self.text.push_str(text);
        self.run = None;
    }

    /// Says that what follows is spelt somewhere else.
    pub fn skip(&mut self) {
        self.run = None;
    }

    /// Takes back white space at the end, back to `least` bytes.
    pub fn trim_end(&mut self, least: usize, matches: impl Fn(char) -> bool) {
        let kept = self.text[least..].trim_end_matches(matches).len();
        self.text.truncate(least + kept);
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The whole text; its spelling ends at `end`.
    pub fn finish(mut self, spelling: Spelling, end: usize) -> Decoded {
        self.map.finish(self.text.len(), end);
        Decoded { text: self.text, map: self.map, spelling, end }
    }
}

/// What stands in `text` from `start` on as it is.
pub(super) fn verbatim(text: &str, start: usize) -> Decoded {
    let mut decoder = Decoder::default();
    decoder.copy(&text[start..], start);
    decoder.finish(Spelling::Verbatim, text.len())
}

/// What stands between quotes with the escapes of JSON, up to the closing `"`, or to the end of the line when there was
/// no opening one. `None` where an escape is none of JSON's.
pub(super) fn json_string(text: &str, start: usize, quoted: bool) -> Option<Decoded> {
    let bytes = text.as_bytes();
    let (mut decoder, mut at) = (Decoder::default(), start);
    while at < bytes.len() {
        let run =
            memchr::memchr3(b'\\', b'"', if quoted { b'"' } else { b'\n' }, &bytes[at..]).unwrap_or(bytes.len() - at);
        decoder.copy(&text[at..at + run], at);
        at += run;
        if bytes.get(at) != Some(&b'\\') {
            break;
        }
        let (c, len) = escape(&bytes[at..]).ok()?;
        decoder.stand_in(c.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut [0; 4]), at);
        at += len;
    }
    Some(decoder.finish(Spelling::Json, at))
}

/// What stands between double quotes of a shell, up to the closing one.
pub(super) fn shell_double(text: &str, start: usize) -> Decoded {
    let bytes = text.as_bytes();
    let (mut decoder, mut at) = (Decoder::default(), start);
    while at < bytes.len() {
        let run = memchr::memchr2(b'\\', b'"', &bytes[at..]).unwrap_or(bytes.len() - at);
        decoder.copy(&text[at..at + run], at);
        at += run;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\\'), Some(b'"' | b'\\' | b'$' | b'`')) => {
                decoder.stand_in(&text[at + 1..at + 2], at);
                at += 2;
            }
            // A line that is continued.
            (Some(b'\\'), Some(b'\n')) => {
                decoder.skip();
                at += 2;
            }
            (Some(b'\\'), _) => {
                decoder.copy("\\", at);
                at += 1;
            }
            _ => break,
        }
    }
    decoder.finish(Spelling::ShellDouble, at)
}

/// What stands between single quotes, up to the closing one: of a shell, or of a language that doubles them inside.
pub(super) fn single_quoted(text: &str, start: usize) -> Decoded {
    const IN_SHELL: [&str; 2] = [r"'\''", r#"'"'"'"#];
    let bytes = text.as_bytes();
    let (mut decoder, mut at, mut spelling) = (Decoder::default(), start, Spelling::ShellSingle);
    while at < bytes.len() {
        let run = memchr::memchr(b'\'', &bytes[at..]).unwrap_or(bytes.len() - at);
        decoder.copy(&text[at..at + run], at);
        at += run;
        let rest = &text[at..];
        if let Some(quote) = IN_SHELL.iter().find(|quote| rest.starts_with(**quote)) {
            decoder.stand_in("'", at);
            at += quote.len();
        } else if rest.starts_with("''") {
            decoder.stand_in("'", at);
            spelling = Spelling::Doubled('\'');
            at += 2;
        } else {
            break;
        }
    }
    decoder.finish(spelling, at)
}

/// What stands between marks that are doubled inside, up to the closing one.
pub(super) fn doubled(text: &str, start: usize, mark: char) -> Decoded {
    let (mut decoder, mut at) = (Decoder::default(), start);
    while let Some(run) = text[at..].find(mark) {
        decoder.copy(&text[at..at + run], at);
        at += run;
        if !text[at + mark.len_utf8()..].starts_with(mark) {
            return decoder.finish(Spelling::Doubled(mark), at);
        }
        decoder.stand_in(mark.encode_utf8(&mut [0; 4]), at);
        at += 2 * mark.len_utf8();
    }
    decoder.copy(&text[at..], at);
    decoder.finish(Spelling::Doubled(mark), text.len())
}

/// What stands in HTML, up to the next tag.
pub(super) fn html(text: &str, start: usize) -> Decoded {
    const ENTITIES: [(&str, &str); 9] = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#x22;", "\""),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&nbsp;", " "),
    ];
    let (mut decoder, mut at) = (Decoder::default(), start);
    while let Some(run) = memchr::memchr2(b'&', b'<', &text.as_bytes()[at..]) {
        decoder.copy(&text[at..at + run], at);
        at += run;
        if text.as_bytes()[at] == b'<' {
            return decoder.finish(Spelling::Html, at);
        }
        if let Some((entity, c)) = ENTITIES.iter().find(|(entity, _)| text[at..].starts_with(entity)) {
            decoder.stand_in(c, at);
            at += entity.len();
        } else {
            decoder.copy("&", at);
            at += 1;
        }
    }
    decoder.copy(&text[at..], at);
    decoder.finish(Spelling::Html, text.len())
}

/// What stands in lines of which each begins with a mark such as `>`, from `start` to the last such line.
pub(super) fn marked_lines(text: &str, start: usize, mark: u8) -> Decoded {
    let bytes = text.as_bytes();
    let (mut decoder, mut at) = (Decoder::default(), start);
    loop {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |run| at + run + 1);
        decoder.copy(&text[at..end], at);
        decoder.skip();
        let blank = bytes[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if bytes.get(end + blank) != Some(&mark) {
            return decoder.finish(Spelling::Marked, end);
        }
        at = end + blank + 1;
        at += usize::from(bytes.get(at) == Some(&b' '));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Span;

    /// The text, and what its part `inner` is spelt as.
    fn spelt(source: &str, decoded: &Decoded, inner: &str) -> (String, String) {
        let start = decoded.text.find(inner).expect(inner);
        let span = Span { start: crate::tree::offset(start), end: crate::tree::offset(start + inner.len()) };
        (decoded.text.clone(), source[decoded.map.outward(span).range()].to_owned())
    }

    #[test]
    fn each_spelling_is_decoded_and_mapped_back() {
        let source = r#"x "{\"a\":\"caf\u00e9\"}" y"#;
        let (text, part) = spelt(source, &json_string(source, 3, true).expect("json"), "\"café\"");
        assert_eq!((text.as_str(), part.as_str()), (r#"{"a":"café"}"#, r#"\"caf\u00e9\""#));
        let source = "\"{\\\"a\\\": \\\"\\$5 \\\\n\\\"}\" y";
        let (text, part) = spelt(source, &shell_double(source, 1), "$5 \\n");
        assert_eq!((text.as_str(), part.as_str()), (r#"{"a": "$5 \n"}"#, r"\$5 \\n"));
        let source = r#"'{"a": "it'\''s"}' y"#;
        let (text, part) = spelt(source, &single_quoted(source, 1), "it's");
        assert_eq!((text.as_str(), part.as_str()), (r#"{"a": "it's"}"#, r"it'\''s"));
        let source = r#"('{"a": "it''s"}', 1)"#;
        assert_eq!(spelt(source, &single_quoted(source, 2), "it's").1, "it''s");
        let source = r#"1,"{""a"": ""b,c""}",2"#;
        let (text, part) = spelt(source, &doubled(source, 3, '"'), "\"b,c\"");
        assert_eq!((text.as_str(), part.as_str()), (r#"{"a": "b,c"}"#, r#"""b,c"""#));
        let source = "<p>{&quot;a&quot;: &quot;b&quot;}</p>";
        let (text, part) = spelt(source, &html(source, 3), "\"b\"");
        assert_eq!((text.as_str(), part.as_str()), (r#"{"a": "b"}"#, "&quot;b&quot;"));
        let source = "> {\n>   \"a\": 1\n> }\nend";
        let (text, part) = spelt(source, &marked_lines(source, 2, b'>'), "\"a\"");
        assert_eq!((text.as_str(), part.as_str()), ("{\n  \"a\": 1\n}\n", "\"a\""));
    }
}
