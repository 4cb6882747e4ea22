//! Where things are when edits have moved them, and which edits can be made at once.

use crate::tree::{Span, offset};
use crate::write::Edit;

/// Where an edit has its place among others.
pub(super) fn rank(edits: &[Edit], edit: &Edit) -> usize {
    let key = |edit: &Edit| (edit.span.start, edit.span.end);
    match edits.last() {
        Some(last) if key(last) > key(edit) => edits.partition_point(|other| key(other) <= key(edit)),
        _ => edits.len(),
    }
}

/// Whether edits touch none of those that are in already.
pub(super) fn fits(edits: &[Edit], new: &[Edit]) -> bool {
    new.iter().all(|edit| {
        let at = rank(edits, edit);
        let before = at.checked_sub(1).is_none_or(|before| apart(edits[before].span, edit.span));
        before && edits.get(at).is_none_or(|next| apart(edit.span, next.span))
    })
}

/// Whether two spans, in order, do not touch. What is put between two bytes touches what goes on either side of it.
fn apart(one: Span, other: Span) -> bool {
    let empty = |span: Span| span.start == span.end;
    one.end < other.start || (one.end == other.start && !empty(one) && !empty(other))
}

/// Where bytes are after edits, asked for in order.
pub(super) struct Moves<'e> {
    /// Those that are still ahead.
    edits: &'e [Edit],
    came: u32,
    went: u32,
}

impl<'e> Moves<'e> {
    pub fn new(edits: &'e [Edit]) -> Self {
        Self { edits, came: 0, went: 0 }
    }

    /// Where the byte at `at` is. What is put right before it is counted when it is `pushed`: a member is, but a payload
    /// still begins where it began when something is put around it.
    pub fn after(&mut self, at: u32, pushed: bool) -> u32 {
        while let Some((edit, rest)) = self.edits.split_first() {
            let Span { start, end } = edit.span;
            if !(start < at || (pushed && start == at && end == at)) {
                break;
            }
            let came = offset(edit.text.len());
            if end > at {
                // The byte itself goes.
                return at + self.came + came - self.went - (at - start);
            }
            (self.came, self.went, self.edits) = (self.came + came, self.went + (end - start), rest);
        }
        at + self.came - self.went
    }
}

/// Where a payload begins that begins at `at` or after. One in YAML begins with its first member, which may be gone, and
/// the comments behind it are not.
pub(super) fn next_token(text: &str, at: u32) -> u32 {
    let mut rest = &text[at as usize..];
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.find('\n').map_or("", |newline| &comment[newline..]),
            None => return offset(text.len() - rest.len()),
        }
    }
}

/// Where the byte at `at` was before all rounds; of what was put in, where it was put.
pub(super) fn before(history: &[(usize, Span, u32)], at: u32) -> u32 {
    history.chunk_by(|one, other| one.0 == other.0).rev().fold(at, |at, edits| {
        let (mut came, mut went) = (0, 0);
        for (_, span, length) in edits {
            let start = span.start + came - went;
            if at < start {
                break;
            }
            if at < start + length {
                return span.start;
            }
            came += length;
            went += span.end - span.start;
        }
        at + went - came
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span { start, end }, text: text.to_owned() }
    }

    #[test]
    fn what_touches_is_not_made_at_once() {
        let made = [edit(2, 4, ""), edit(8, 8, "x")];
        let fit = |start, end| fits(&made, &[edit(start, end, "")]);
        assert!(fit(0, 2) && fit(4, 8 - 1) && fit(9, 9));
        assert!(!fit(3, 5) && !fit(2, 2) && !fit(4, 4) && !fit(8, 8) && !fit(7, 8) && !fit(8, 9));
    }

    #[test]
    fn places_are_followed_there_and_back() {
        // abcdefgh becomes aXYcdeZh: `b` was replaced, and `fg`.
        let edits = [edit(1, 2, "XY"), edit(5, 7, "Z")];
        let mut moves = Moves::new(&edits);
        let there: Vec<u32> = (0..8).map(|at| moves.after(at, false)).collect();
        assert_eq!((there[0], there[2], there[4], there[7]), (0, 3, 5, 7));
        let history: Vec<_> = edits.iter().map(|edit| (1, edit.span, offset(edit.text.len()))).collect();
        for at in [0, 2, 3, 4, 7] {
            assert_eq!(before(&history, there[at as usize]), at);
        }
        assert_eq!(before(&history, 2), 1);
    }

    #[test]
    fn a_payload_stays_where_it_begins_and_a_member_is_pushed() {
        let edits = [edit(3, 3, "wrapped: ")];
        assert_eq!((Moves::new(&edits).after(3, false), Moves::new(&edits).after(3, true)), (3, 12));
    }
}
