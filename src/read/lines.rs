//! JSON Lines: where each line stands, and how a text of lines is told from one document.

use super::json::{self, Dialect};
use crate::tree::Tree;

/// The lines of a text as offsets of their first byte and of the byte after the last, line ends excluded.
pub fn ranges(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut start = 0;
    let open = !bytes.is_empty() && bytes.last() != Some(&b'\n');
    memchr::memchr_iter(b'\n', bytes).chain(open.then_some(bytes.len())).map(move |end| {
        let line = (start, end);
        start = end + 1;
        line
    })
}

/// Whether a text is made of lines that are documents of their own: the first is a whole object or array and another
/// begins like one, or two of the first lines are whole. In one document over several lines neither can be.
#[must_use]
pub fn begins_like_lines(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let container = |line: &&[u8]| matches!(line.trim_ascii_start().first(), Some(b'{' | b'['));
    let filled = ranges(head).map(|(start, end)| &head[start..end]).filter(|line| !line.trim_ascii().is_empty());
    let mut first = filled.take(FIRST);
    let Some(line) = first.next() else { return false };
    let mut others = first.filter(container);
    if container(&line) && is_document(line) {
        return others.next().is_some();
    }
    others.filter(|line| is_document(line)).count() > 1
}

/// How many lines are looked at.
const FIRST: usize = 5;

fn is_document(line: &[u8]) -> bool {
    std::str::from_utf8(line)
        .is_ok_and(|line| json::parse(line, Dialect::Strict, &mut Tree::new(), &mut Vec::new()).is_ok())
}
