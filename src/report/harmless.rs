//! Text of files and payloads, made fit to print: nothing in it may drive a terminal or a CI system, or hide.

use std::borrow::Cow;

/// Whether a character acts on a terminal, turns the text around it, or does not show.
///
/// Control characters, line and paragraph separators, bidi controls, and format characters without a picture.
/// The selectors of an emoji's look (U+FE00 to U+FE0F) stay as they are.
#[must_use]
pub(super) fn acts(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f'
        | '\x7f'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{110bd}'
        | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Appends a character, or what stands for it: a control picture such as `␛`, or `\u{202e}`.
///
/// CI systems read `::` at the beginning of a line and `##[`, `##vso[`, `##teamcity[` anywhere as commands, so the
/// second sign of such a pair is spelt out. A line may be folded at any blank, hence every word counts as a line.
pub(super) fn push(c: char, out: &mut String) {
    let spelt = match c {
        '\0'..='\x1f' => return out.push(picture(c)),
        '\x7f' => return out.push('␡'),
        '#' => out.ends_with('#'),
        ':' => out.strip_suffix(':').is_some_and(|before| before.chars().next_back().is_none_or(char::is_whitespace)),
        _ => acts(c),
    };
    if spelt {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

fn picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Appends a text, harmless and on one line.
pub(super) fn append(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        for c in text.chars() {
            push(c, out);
        }
    }
}

/// Appends at most `limit` characters of a text, harmless and on one line, and `…` for what is left out.
#[cfg(feature = "cli")]
pub(super) fn append_clipped(text: &str, limit: usize, out: &mut String) {
    match text.char_indices().nth(limit) {
        None => append(text, out),
        Some((end, _)) => {
            append(&text[..end], out);
            out.push('…');
        }
    }
}

/// A text from a file, a payload or the system, fit to be printed: harmless and on one line.
///
/// Control characters become pictures (`␛`, `␊`); bidi controls, separators and format characters that do not show
/// are spelt out (`\u{202e}`), and so is what a CI system would take for a command.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    append(text, &mut out);
    Cow::Owned(out)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'#' && byte != b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(harmless("templates/order.json"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["Grüße, 你好", "❤\u{fe0f} 50 % off", "a: b", "std::fmt", "#1 in town", "\u{a0}"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(harmless("\x1b[31m\x07\0\r\n\t\x7f"), "␛[31m␇␀␍␊␉␡");
        assert_eq!(harmless("\u{9b}31m"), "\\u{9b}31m");
    }

    #[test]
    fn characters_that_turn_or_hide_text_are_spelt_out() {
        assert_eq!(harmless("a\u{202e}b\u{2066}c\u{200f}"), "a\\u{202e}b\\u{2066}c\\u{200f}");
        assert_eq!(harmless("\u{feff}x\u{2028}\u{200b}\u{61c}"), "\\u{feff}x\\u{2028}\\u{200b}\\u{61c}");
        assert_eq!(harmless("\u{e0041}"), "\\u{e0041}");
    }

    #[test]
    fn commands_of_ci_systems_are_broken() {
        assert_eq!(harmless("::error::x"), ":\\u{3a}error::x");
        assert_eq!(harmless("so ::set-output name=x::y"), "so :\\u{3a}set-output name=x::y");
        assert_eq!(harmless("##vso[task.x]"), "#\\u{23}vso[task.x]");
        assert_eq!(harmless("a####[group]"), "a#\\u{23}#\\u{23}[group]");
    }

    #[test]
    #[cfg(feature = "cli")]
    fn a_long_text_is_clipped_at_characters() {
        let mut out = String::new();
        append_clipped("äöü\x1b!", 4, &mut out);
        assert_eq!(out, "äöü␛…");
        out.clear();
        append_clipped("äöü", 3, &mut out);
        assert_eq!(out, "äöü");
    }

    #[test]
    fn nothing_that_acts_is_left_of_any_character() {
        for c in '\0'..=char::MAX {
            let shown = harmless(c.encode_utf8(&mut [0; 4])).into_owned();
            assert!(!shown.chars().any(acts), "U+{:04X}", u32::from(c));
        }
    }
}
