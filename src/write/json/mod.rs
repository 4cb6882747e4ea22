//! Changes on JSON. What comes in is laid out like what is around it, what goes leaves no trace.

mod envelope;
mod gap;
mod insertion;
mod removal;
mod spell;
mod style;

use crate::fix::{Change, Position, Value};
use crate::rules::Look;
use crate::tree::{NodeId, Span, offset};
use envelope::wrap;
use insertion::insert;
use removal::remove;
use spell::{Speller, quoted};
use style::{Shape, Style};

/// Calls `edit` with each edit that a change, one of `all` that are made together, comes down to and a node of the layer
/// it is on. `None` when no certain edit is found.
pub(super) fn lower(
    look: Look<'_>,
    change: &Change,
    all: &[Change],
    mut edit: impl FnMut(NodeId, Span, String),
) -> Option<()> {
    let all = Together(all);
    match change {
        Change::Set { node, value } => {
            let target = look.node(*node);
            // What somebody wrote there would be lost.
            if !target.tree().is_compact() && gap::has_comment(target) {
                return None;
            }
            let mut spell = Speller::new(look, Style::in_place_of(target, Shape::of(look, value)));
            spell.value(value);
            edit(*node, target.own_span(), spell.out);
        }
        Change::Rename { key, to } => edit(*key, look.node(*key).own_span(), quoted(to)),
        Change::Remove { object, key } => {
            remove(look.node(*object), *key, (true, all), |span| edit(*key, span, String::new()))?;
        }
        Change::Insert { object, name, value, position } => {
            insert(look, look.node(*object), (name, value), *position, all, |span, text| edit(*object, span, text))?;
        }
        Change::Move { from, key, to, name } => {
            let (name_end, value_start) = (look.node(*key).own_span().end, look.node(key.following()).own_span().start);
            // A comment between the two would be lost.
            if look.node(*key).layer_text()[name_end as usize..value_start as usize].trim() != ":" {
                return None;
            }
            let value = Value::Copy(key.following());
            insert(look, look.node(*to), (name, &value), Position::Last, all, |span, text| edit(*to, span, text))?;
            // What is said of it stays where it was.
            remove(look.node(*from), *key, (false, all), |span| edit(*key, span, String::new()))?;
        }
        Change::WrapInEnvelope { node, identity } => {
            wrap(look, look.node(*node), identity, |span, text| edit(*node, span, text))?;
        }
    }
    Some(())
}

/// Changes that are made together.
#[derive(Clone, Copy)]
struct Together<'a>(&'a [Change]);

impl Together<'_> {
    /// Whether the member with this key goes.
    fn removes(self, key: NodeId) -> bool {
        self.0.iter().any(|change| match change {
            Change::Remove { key: gone, .. } | Change::Move { key: gone, .. } => *gone == key,
            _ => false,
        })
    }

    /// Whether more than one member goes.
    fn removes_several(self) -> bool {
        self.0.iter().filter(|change| matches!(change, Change::Remove { .. } | Change::Move { .. })).count() > 1
    }

    /// Whether more than one member comes to this object.
    fn adds_several(self, object: NodeId) -> bool {
        let adds = |change: &&Change| match change {
            Change::Insert { object: to, .. } | Change::Move { to, .. } => *to == object,
            _ => false,
        };
        self.0.iter().filter(adds).count() > 1
    }
}

/// The bytes from `start` to `end`.
fn span(start: usize, end: usize) -> Span {
    Span { start: offset(start), end: offset(end) }
}

/// The place before the byte at `at`.
fn place(at: usize) -> Span {
    span(at, at)
}
