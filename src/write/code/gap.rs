//! What stands between the members of a literal: white space, commas, remarks.

use super::Range;
use crate::language::Language;
use crate::read::code::literal::Literal;

/// Whether only white space stands before `at` on its line.
pub(super) fn begins_line(source: &str, at: usize) -> bool {
    lead(source, at).is_some()
}

/// The line break and white space before what begins a line at `at`.
fn lead(source: &str, at: usize) -> Option<&str> {
    let before = source[..at].trim_end_matches([' ', '\t']);
    let line = before.strip_suffix('\n')?;
    Some(&source[line.strip_suffix('\r').unwrap_or(line).len()..at])
}

/// Whether a text is a comma with white space around.
fn is_plain(gap: &str) -> bool {
    gap.trim() == ","
}

/// What begins a remark that the end of the line ends.
fn remark(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python | Language::Ruby | Language::Elixir => &["#"],
        Language::Php => &["#", "//"],
        _ => &["//"],
    }
}

/// Where the line ends on which a member ends at `at`, when nothing but a comma and a remark follow there; and whether
/// the comma is there.
fn rest_of_line(source: &str, language: Language, at: usize) -> Option<(usize, bool)> {
    let rest = &source[at..];
    let line = rest.find('\n').map(|end| &rest[..end])?;
    let said = line.trim();
    let behind = said.strip_prefix(',').unwrap_or(said).trim_start();
    let only = behind.is_empty() || remark(language).iter().any(|mark| behind.starts_with(mark));
    only.then(|| (at + line.strip_suffix('\r').unwrap_or(line).len(), said.starts_with(',')))
}

/// What stands between two members, as far as the members near the one at `place` show it.
fn between<'a>(source: &'a str, literal: &Literal, place: usize) -> Option<&'a str> {
    let entries = &literal.entries;
    let gap = |before: usize| {
        let gap = &source[entries.get(before)?.whole.end..entries.get(before + 1)?.whole.start];
        (is_plain(gap) && gap.matches('\n').count() < 2).then_some(gap)
    };
    place.checked_sub(1).and_then(gap).or_else(|| gap(place))
}

/// Where a member comes in behind the one at `place`, or before all, and the text with what stands around it.
pub(super) fn insertion(
    source: &str,
    language: Language,
    literal: &Literal,
    place: Option<usize>,
    member: &str,
) -> Option<(Range, String)> {
    let entries = &literal.entries;
    let near = &entries[place.unwrap_or(0)].whole;
    let lead = lead(source, near.start);
    let own = lead.map(|lead| format!(",{lead}"));
    let gap = between(source, literal, place.unwrap_or(0)).map(str::to_owned);
    let gap = gap.or(own).unwrap_or_else(|| ", ".to_owned());
    if place.is_none() {
        let opens = is_opening(&source[literal.span.start..near.start], language);
        return opens.then(|| (near.start..near.start, format!("{member}{gap}")));
    }
    // A remark stays behind the member that it is about.
    if let Some((end, comma)) = rest_of_line(source, language, near.end).filter(|_| lead.is_some()) {
        let remarked = source[near.end..end].trim_start().trim_start_matches(',').trim();
        if !remarked.is_empty() {
            let line = gap.trim_start_matches(',');
            return (comma && line.starts_with(['\n', '\r'])).then(|| (end..end, format!("{line}{member},")));
        }
    } else if lead.is_some() && !source[near.end..literal.span.end].trim_start().starts_with([',', '}', ']', ')']) {
        return None;
    }
    Some((near.end..near.end, format!("{gap}{member}")))
}

/// Whether a text ends with a bracket, or with remarks on lines behind one.
fn is_opening(text: &str, language: Language) -> bool {
    let mut text = text.trim_end();
    while !text.ends_with(['{', '[', '(']) {
        let line = text.rfind('\n').map_or(0, |newline| newline + 1);
        let Some(at) = remark(language).iter().filter_map(|mark| text[line..].find(mark)).min() else { return false };
        text = text[..line + at].trim_end();
    }
    true
}

/// The bytes that go with the member at `place`: with its line if it has one of its own, its comma and the remark
/// behind it.
pub(super) fn removal(source: &str, language: Language, literal: &Literal, place: usize) -> Option<Range> {
    let (entries, own) = (&literal.entries, literal.entries[place].whole.clone());
    let before = place.checked_sub(1).map(|before| entries[before].whole.end);
    let next = entries.get(place + 1).map(|next| next.whole.start);
    let lead = lead(source, own.start);
    let line = lead.and_then(|lead| {
        let (end, comma) = rest_of_line(source, language, own.end)?;
        Some((own.start - lead.len(), end, comma))
    });
    match (before, next, line) {
        // Alone it would leave an empty object.
        (None, None, _) => None,
        (_, Some(_), Some((start, end, true))) | (Some(_), None, Some((start, end, true))) => Some(start..end),
        (Some(before), None, _) => {
            if !is_plain(&source[before..own.start]) {
                return None;
            }
            let rest = || source[own.end..literal.span.end].trim_start();
            let closed = |_: &usize| rest().starts_with([',', '}', ']', ')']);
            let end = line.map(|(_, end, _)| end).or_else(|| Some(own.end).filter(closed))?;
            Some(before..end)
        }
        (_, Some(next), _) => {
            let after = &source[own.end..next];
            let broken = after.contains('\n');
            // Of several on its line the last takes the comma before it.
            let behind = before.filter(|before| is_plain(&source[*before..own.start]) && lead.is_none() && broken);
            if !is_plain(after) {
                return None;
            }
            Some(behind.map_or(own.start..next, |before| before..own.end))
        }
    }
}
