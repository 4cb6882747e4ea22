//! Members that go.

use super::gap::{Gap, line_break_before};
use super::{Together, span};
use crate::tree::{Node, NodeId, Span};

/// Takes a member out of an object, with its line if it has one of its own, and with the comma that is not needed any
/// more. A remark behind it goes with it if `remark` says so. Of neighbours that go together the first takes all.
pub(super) fn remove(
    object: Node<'_>,
    key: NodeId,
    (remark, all): (bool, Together<'_>),
    edit: impl FnMut(Span),
) -> Option<()> {
    let (text, close) = (object.layer_text(), object.own_span().range().end - 1);
    let (key, mut value) = (object.sibling_of(key), object.sibling_of(key.following()));
    let mut next = value.next_within(object);
    if all.removes_several() {
        if before(object, key).is_some_and(|(key, _)| all.removes(key.id())) {
            return Some(());
        }
        while let Some(neighbour) = next.filter(|next| all.removes(next.id())) {
            let gap = Gap::between(text, value.own_span().range().end, neighbour.own_span().range().start)?;
            if gap.commented {
                return None;
            }
            value = object.sibling_of(neighbour.id().following());
            next = value.next_within(object);
        }
    }
    let (start, end) = (key.own_span().range().start, value.own_span().range().end);
    let next = next.map(|next| next.own_span().range().start);
    let after = Gap::between(text, end, next.unwrap_or(close))?;
    let line_end = after.line_end.filter(|line_end| {
        let remarks = !after.straddled && after.remarks <= usize::from(remark);
        remarks && after.comma.is_none_or(|comma| comma < *line_end)
    });
    let member = Member { text, start, end, line: line_break_before(text, start).zip(line_end), next, after };
    if next.is_some() { member.cut(object, key, edit) } else { member.cut_last(object, key, edit) }
}

/// A member that goes, or several in a row.
struct Member<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    /// From the line break before it to the one behind it, if it has lines of its own.
    line: Option<(usize, usize)>,
    next: Option<usize>,
    /// What stands behind it.
    after: Gap,
}

impl Member<'_> {
    /// Cuts out one that others follow.
    fn cut(&self, object: Node<'_>, key: Node<'_>, mut edit: impl FnMut(Span)) -> Option<()> {
        let (next, comma) = (self.next?, self.after.comma?);
        if let Some((start, end)) = self.line {
            edit(span(start, end));
        } else if self.after.commented {
            self.cut_bare(Some(comma), edit);
        } else {
            // Of several on its line the last takes the comma before it.
            let ends_line = self.after.line_end.is_some() && line_break_before(self.text, self.start).is_none();
            let previous = if ends_line { before(object, key) } else { None };
            let from = previous.map(|(_, previous)| previous.own_span().range().end).filter(|from| {
                Gap::between(self.text, *from, self.start).is_some_and(|gap| !gap.commented && gap.line_end.is_none())
            });
            edit(from.map_or(span(self.start, next), |from| span(from, self.end)));
        }
        Some(())
    }

    /// Cuts out the last one.
    fn cut_last(&self, object: Node<'_>, key: Node<'_>, mut edit: impl FnMut(Span)) -> Option<()> {
        let own = object.own_span().range();
        let Some((_, previous)) = before(object, key) else {
            let gap = Gap::between(self.text, own.start + 1, self.start)?;
            match self.line {
                _ if !gap.commented && !self.after.commented => edit(span(own.start + 1, own.end - 1)),
                Some((start, end)) => edit(span(start, end)),
                None => self.cut_bare(self.after.comma, edit),
            }
            return Some(());
        };
        let from = previous.own_span().range().end;
        let gap = Gap::between(self.text, from, self.start)?;
        let comma = gap.comma?;
        // The comma before it goes with it, unless the one behind it does instead.
        let needless = self.after.comma.is_none();
        match self.line {
            Some((_, end)) if needless && !gap.commented => edit(span(comma, end)),
            Some((start, end)) => {
                if needless {
                    edit(span(comma, comma + 1));
                }
                edit(span(start, end));
            }
            None if !gap.commented && !self.after.commented => edit(span(from, self.end)),
            None => {
                if needless {
                    edit(span(comma, comma + 1));
                }
                self.cut_bare(self.after.comma, edit);
            }
        }
        Some(())
    }

    /// Cuts it out from between comments.
    fn cut_bare(&self, comma: Option<usize>, mut edit: impl FnMut(Span)) {
        let blank = |from: usize| self.text[from..].len() - self.text[from..].trim_start_matches([' ', '\t']).len();
        let end = self.end + blank(self.end);
        match comma {
            Some(comma) if comma == end => edit(span(self.start, comma + 1 + blank(comma + 1))),
            comma => {
                edit(span(self.start, end));
                if let Some(comma) = comma {
                    edit(span(comma, comma + 1));
                }
            }
        }
    }
}

/// The member before the one with this key.
fn before<'a>(object: Node<'a>, key: Node<'a>) -> Option<(Node<'a>, Node<'a>)> {
    object.members().take_while(|(other, _)| other.id() != key.id()).last()
}
