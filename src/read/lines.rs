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

/// Whether a text begins with a line that is a whole object or array, and more that begins like one follows.
#[must_use]
pub fn begins_like_lines(head: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b'\n', head) else { return false };
    let (line, rest) = (head[..end].trim_ascii(), head[end..].trim_ascii_start());
    let container = |text: &[u8]| matches!(text.first(), Some(b'{' | b'['));
    container(line)
        && container(rest)
        && std::str::from_utf8(line)
            .is_ok_and(|line| json::parse(line, Dialect::Strict, &mut Tree::new(), &mut Vec::new()).is_ok())
}
