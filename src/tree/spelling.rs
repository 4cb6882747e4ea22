//! How a text is spelt inside another one, and how new text has to be spelt there.

use std::borrow::Cow;

/// The way in which a text stands in the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Between double quotes with the escapes of JSON, which YAML's double quotes and most programming languages know.
    Json,
    /// As it is.
    Verbatim,
    /// Between marks that are doubled inside: `''` in SQL, `""` in CSV.
    Doubled(char),
    /// Between single quotes of YAML, which are doubled inside, and line breaks are spaces.
    YamlSingle,
    /// Between single quotes of a shell, where a quote is `'\''`.
    ShellSingle,
    /// Between double quotes of a shell.
    ShellDouble,
    /// As HTML, with entities.
    Html,
    /// Line by line, each after the first behind so many spaces.
    Indented {
        /// How many.
        spaces: u32,
        /// What ends a line.
        line_end: &'static str,
    },
    /// Line by line, each after the first behind marks.
    Marked,
    /// In a way that is not known for certain.
    Unknown,
}

impl Spelling {
    /// Spells a text that goes into the other one; `None` where that is not certain.
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Cow<'_, str>> {
        let plain = |marks: &[char]| !text.contains(marks);
        Some(match self {
            Self::Json => escaped(text),
            Self::Verbatim => text.into(),
            Self::Doubled(mark) if plain(&[mark]) => text.into(),
            Self::Doubled(mark) => text.replace(mark, &format!("{mark}{mark}")).into(),
            Self::ShellSingle if plain(&['\'']) => text.into(),
            Self::ShellSingle => text.replace('\'', r"'\''").into(),
            Self::ShellDouble => {
                let mut out = String::with_capacity(text.len() + 8);
                for c in text.chars() {
                    if matches!(c, '"' | '\\' | '$' | '`') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                out.into()
            }
            Self::Html => {
                text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").into()
            }
            Self::YamlSingle if plain(&['\n']) => return Self::Doubled('\'').encode(text),
            Self::Indented { .. } | Self::Marked if plain(&['\n']) => text.into(),
            Self::Indented { spaces, line_end } => {
                text.replace('\n', &format!("{line_end}{}", " ".repeat(spaces as usize))).into()
            }
            Self::YamlSingle | Self::Marked | Self::Unknown => return None,
        })
    }
}

/// Where the bytes from `at` on end that stand for themselves in a JSON string: at a quote, a backslash or a control
/// character.
#[inline(never)]
pub(crate) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let mut rest = bytes.get(at..).unwrap_or_default();
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        // With the bit of 2 turned, a quote comes right behind the control characters.
        let quote_or_control = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
        let slash = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
        // A byte that is sought has its high bit here; others have it at most behind one, which is found first.
        let found = (quote_or_control | slash) & !word & HIGHS;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        rest = after;
        at += 8;
    }
    at + rest.iter().take_while(|byte| **byte >= 0x20 && !matches!(byte, b'"' | b'\\')).count()
}

/// A text as it stands between the quotes of a JSON string.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if plain_end(text.as_bytes(), 0) == text.len() {
        return text.into();
    }
    let quoted = serde_json::Value::String(text.to_owned()).to_string();
    quoted[1..quoted.len() - 1].to_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_that_needs_an_escape_ends_what_is_plain() {
        for byte in 0..=u8::MAX {
            let special = byte < 0x20 || byte == b'"' || byte == b'\\';
            for filler in [b' ', b'!', b'#', b'a', 0x7f, 0x80, 0xa2, 0xff] {
                for at in 0..20 {
                    let mut bytes = [filler; 20];
                    bytes[at] = byte;
                    assert_eq!(plain_end(&bytes, 0), if special { at } else { 20 }, "{byte} at {at} among {filler}");
                }
            }
        }
    }

    #[test]
    fn what_is_put_in_is_spelt_as_what_is_around_it() {
        let spelt = |spelling: Spelling, text| spelling.encode(text).map(Cow::into_owned);
        let text = r#""it's" $5 & \n"#;
        assert_eq!(spelt(Spelling::Json, text).as_deref(), Some(r#"\"it's\" $5 & \\n"#));
        assert_eq!(spelt(Spelling::Doubled('\''), text).as_deref(), Some(r#""it''s" $5 & \n"#));
        assert_eq!(spelt(Spelling::Doubled('"'), text).as_deref(), Some(r#"""it's"" $5 & \n"#));
        assert_eq!(spelt(Spelling::ShellSingle, text).as_deref(), Some(r#""it'\''s" $5 & \n"#));
        assert_eq!(spelt(Spelling::ShellDouble, text).as_deref(), Some(r#"\"it's\" \$5 & \\n"#));
        assert_eq!(spelt(Spelling::Html, text).as_deref(), Some(r"&quot;it's&quot; $5 &amp; \n"));
        assert_eq!(spelt(Spelling::YamlSingle, text).as_deref(), Some(r#""it''s" $5 & \n"#));
        assert_eq!(spelt(Spelling::YamlSingle, "a\nb"), None);
        let indented = |line_end| Spelling::Indented { spaces: 2, line_end };
        assert_eq!(spelt(indented("\n"), text).as_deref(), Some(text));
        assert_eq!(spelt(indented("\n"), "a\nb").as_deref(), Some("a\n  b"));
        assert_eq!(spelt(indented("\r\n"), "a\nb").as_deref(), Some("a\r\n  b"));
        assert_eq!(spelt(Spelling::Marked, "a\nb"), None);
        assert_eq!(spelt(Spelling::Unknown, "a"), None);
    }
}
