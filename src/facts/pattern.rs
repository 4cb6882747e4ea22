//! Patterns of texts. Most are one class of characters, counted; these are matched without the regex engine.

use regex_lite::Regex;

/// A compiled pattern, anchored at both ends.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    class: Option<Class>,
}

/// `^[…]{min,max}$` of ASCII characters.
#[derive(Debug)]
struct Class {
    /// Whether each byte is in the class.
    members: Box<[bool; 256]>,
    min: usize,
    max: usize,
}

impl Pattern {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Option<Self> {
        Some(Self { regex: Regex::new(pattern).ok()?, class: Class::of(pattern) })
    }

    pub fn as_str(&self) -> &str {
        self.regex.as_str()
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.is_match_of_class(text.as_bytes()).unwrap_or_else(|| self.regex.is_match(text))
    }

    /// The same when the pattern is one class of characters; `None` when it takes the regex engine.
    pub fn is_match_of_class(&self, bytes: &[u8]) -> Option<bool> {
        self.class.as_ref().map(|class| class.is_match(bytes))
    }
}

impl Class {
    fn of(pattern: &str) -> Option<Self> {
        let (class, counts) = pattern.strip_prefix("^[")?.strip_suffix('$')?.split_once(']')?;
        let counts = counts.strip_prefix('{')?.strip_suffix('}')?;
        let (min, max) = counts.split_once(',').unwrap_or((counts, counts));
        let mut members = Box::new([false; 256]);
        let bytes = class.as_bytes();
        if class.starts_with('^') || !class.is_ascii() || class.contains(['\\', '[', '&']) {
            return None;
        }
        let mut at = 0;
        while at < bytes.len() {
            let range = bytes.get(at + 1) == Some(&b'-') && at + 2 < bytes.len();
            let last = if range { bytes[at + 2] } else { bytes[at] };
            for byte in bytes[at]..=last {
                members[usize::from(byte)] = true;
            }
            at += if range { 3 } else { 1 };
        }
        Some(Self { members, min: min.parse().ok()?, max: max.parse().ok()? })
    }

    fn is_match(&self, bytes: &[u8]) -> bool {
        (self.min..=self.max).contains(&bytes.len()) && bytes.iter().all(|byte| self.members[usize::from(*byte)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_says_what_the_regex_says() {
        for pattern in ["^[a-z0-9_]{1,5}$", "^[0-9]{6,6}$", "^[A-Za-z_.-]{0,3}$", "^[A-Z]{3}$"] {
            let compiled = Pattern::new(pattern).expect(pattern);
            assert!(compiled.class.is_some(), "{pattern}");
            for text in ["", "a", "abc", "a-b", "A.b", "123456", "12345", "a b", "\u{e9}", "abc\n", "toolong", "a_9"] {
                assert_eq!(compiled.is_match(text), compiled.regex.is_match(text), "{pattern} on {text:?}");
            }
        }
        assert!(Pattern::new(r"^[A-Z]{2}\.[a-z]{1,3}$").is_some_and(|pattern| pattern.class.is_none()));
    }
}
