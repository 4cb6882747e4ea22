//! `json` and `json-lines`: what programs read. Fields are only ever added.
//!
//! Written by hand, straight into the block's bytes: an archive may have a million findings. The other formats that are
//! JSON are spelt the same way.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::diagnose::{Cure, Diagnostic};
use crate::report::Summary;
use crate::report::harmless::acts;

/// What stands before the first finding.
pub(super) const BEGIN: &[u8] = b"{\"version\":1,\"findings\":[\n";

/// Appends a finding as an object.
pub(super) fn finding(file: &str, diagnostic: &Diagnostic, out: &mut Vec<u8>) {
    let Diagnostic { rule, severity, confidence, text, source, span, document, pointer, .. } = diagnostic;
    raw("{\"rule\":\"", out);
    raw(rule, out);
    raw("\",\"severity\":\"", out);
    raw(severity.as_str(), out);
    raw("\",\"confidence\":\"", out);
    raw(confidence.as_str(), out);
    raw("\",\"message\":", out);
    string(&text.message, out);
    raw(",\"help\":", out);
    string(&text.help, out);
    raw(",\"file\":", out);
    string(file, out);
    for (name, value) in [
        (",\"line\":", diagnostic.line),
        (",\"column\":", diagnostic.column),
        (",\"end_line\":", diagnostic.end_line),
        (",\"end_column\":", diagnostic.end_column),
        (",\"span\":[", span.0),
        (",", span.1),
    ] {
        raw(name, out);
        number(value, out);
    }
    raw("],\"document\":", out);
    optional(document.as_deref(), out);
    raw(",\"pointer\":", out);
    optional(pointer.as_deref(), out);
    raw(",\"form\":", out);
    optional(diagnostic.form.map(crate::form::Form::as_str), out);
    raw(",\"fingerprint\":\"", out);
    hexadecimal(diagnostic.fingerprint, out);
    raw("\",\"source\":", out);
    string(source, out);
    raw(",\"fix\":", out);
    match &diagnostic.fix {
        None => raw("null}", out),
        Some(Cure { level, title, edits }) => {
            raw("{\"level\":\"", out);
            raw(level.as_str(), out);
            raw("\",\"title\":", out);
            string(title, out);
            raw(",\"edits\":[", out);
            for (position, (start, end, text)) in edits.iter().enumerate() {
                raw(if position == 0 { "{\"span\":[" } else { ",{\"span\":[" }, out);
                number(*start, out);
                raw(",", out);
                number(*end, out);
                raw("],\"text\":", out);
                string(text, out);
                raw("}", out);
            }
            raw("]}}", out);
        }
    }
}

/// Appends what stands after the last finding: the summary.
pub(super) fn end(summary: &Summary, out: &mut Vec<u8>) {
    let Summary {
        files,
        code,
        documents,
        errors,
        warnings,
        notes,
        fixable,
        unreadable,
        not_parsed,
        unjudged,
        ignored,
        suppressed,
        in_baseline,
        fixed,
        ..
    } = summary;
    raw("\n],\"summary\":{\"files\":", out);
    number(*files, out);
    raw(",\"documents\":{", out);
    for (position, (form, count)) in documents.iter().enumerate() {
        if position > 0 {
            raw(",", out);
        }
        string(form, out);
        raw(":", out);
        number(*count, out);
    }
    for (name, value) in
        [("},\"errors\":", errors), (",\"warnings\":", warnings), (",\"notes\":", notes), (",\"fixable\":", fixable)]
    {
        raw(name, out);
        number(*value, out);
    }
    raw(",\"unreadable\":[", out);
    for (position, file) in unreadable.iter().enumerate() {
        raw(if position > 0 { ",{\"file\":" } else { "{\"file\":" }, out);
        string(&file.file, out);
        raw(",\"reason\":", out);
        string(&file.reason, out);
        raw("}", out);
    }
    raw("],\"not_parsed\":", out);
    number(*not_parsed, out);
    raw(",\"code\":", out);
    number(*code, out);
    raw(",\"unjudged\":", out);
    number(*unjudged, out);
    raw(",\"ignored\":", out);
    number(*ignored, out);
    raw(",\"suppressed\":", out);
    number(*suppressed, out);
    raw(",\"in_baseline\":", out);
    number(*in_baseline, out);
    raw(",\"fixed\":", out);
    number(*fixed, out);
    raw("}}\n", out);
}

fn raw(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
}

fn optional(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        None => raw("null", out),
        Some(text) => string(text, out),
    }
}

/// Appends a JSON string. Text that people can read stays; what would act on a terminal or a CI system is escaped.
fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    inside(text, out);
    out.push(b'"');
}

/// Appends what stands between the quotation marks of a JSON string.
fn inside(text: &str, out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(plain) = first_to_look_at(rest.as_bytes()) {
        raw(&rest[..plain], out);
        let mut chars = rest[plain..].chars();
        match chars.next() {
            None => break,
            Some('"') => raw("\\\"", out),
            Some('\\') => raw("\\\\", out),
            Some('\n') => raw("\\n", out),
            Some('\r') => raw("\\r", out),
            Some('\t') => raw("\\t", out),
            Some('#') if out.last() != Some(&b'#') => out.push(b'#'),
            Some(c) if c == '#' || acts(c) => escape(c, out),
            Some(c) => raw(c.encode_utf8(&mut [0; 4]), out),
        }
        rest = chars.as_str();
    }
    raw(rest, out);
}

/// Appends any value as JSON whose strings are spelt as those of findings are.
pub(super) fn write(value: &impl Serialize, out: &mut Vec<u8>) {
    let done = value.serialize(&mut Serializer::with_formatter(out, Spelling));
    debug_assert!(done.is_ok(), "{done:?}");
}

/// See [`write`].
struct Spelling;

impl Formatter for Spelling {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut spelt = Vec::with_capacity(fragment.len());
        inside(fragment, &mut spelt);
        out.write_all(&spelt)
    }
}

/// Where the first byte is that does not simply stand for itself; eight bytes are judged at a time.
fn first_to_look_at(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let is = |byte: u8| {
            let same = word ^ (ONES * u64::from(byte));
            same.wrapping_sub(ONES) & !same
        };
        let below_space = word.wrapping_sub(ONES * 0x20) & !word;
        if (below_space | is(b'"') | is(b'\\') | is(b'#') | is(0x7f) | word) & HIGHS != 0 {
            break;
        }
        at += 8;
    }
    bytes[at..].iter().position(|byte| LOOK[usize::from(*byte)]).map(|found| at + found)
}

/// The bytes that do not simply stand for themselves.
static LOOK: [bool; 256] = {
    let mut look = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        look[byte] = byte < 0x20 || byte > 0x7e || byte == 0x22 || byte == 0x5c || byte == 0x23;
        byte += 1;
    }
    look
};

fn escape(c: char, out: &mut Vec<u8>) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        raw("\\u", out);
        for shift in [12, 8, 4, 0] {
            out.push(digit(u128::from(*unit) >> shift));
        }
    }
}

fn hexadecimal(value: u128, out: &mut Vec<u8>) {
    for shift in (0..128).step_by(4).rev() {
        out.push(digit(value >> shift));
    }
}

/// The last hexadecimal digit.
fn digit(value: u128) -> u8 {
    b"0123456789abcdef"[(value & 0xf) as usize]
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}
