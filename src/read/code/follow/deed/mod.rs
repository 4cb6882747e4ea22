//! What functions and methods that many languages have make of values.

mod build;
mod join;
mod read;

use std::ops::Range;

use super::methods::Deed;
use super::value::{Value, What};
use super::{Follower, span};
use crate::read::code::role::Call;
use crate::read::code::uses::Name;

/// A call, with what its receiver and arguments are.
#[derive(Clone, Copy)]
pub(super) struct Called<'c, 't> {
    /// The name of what is called.
    pub name: &'t str,
    /// What it is called on.
    pub receiver: Option<&'c Value>,
    /// The arguments, in the order of those of the call.
    pub arguments: &'c [Value],
    pub call: &'c Call<'t>,
    /// Where the call stands.
    pub at: &'c Range<usize>,
}

impl<'c> Called<'c, '_> {
    /// What it is called on, or is given first.
    fn on(&self) -> Option<&'c Value> {
        self.receiver.or(self.arguments.first())
    }
}

impl<'t> Follower<'t> {
    /// What is known to come of a call, when something is.
    pub(super) fn do_deed(&mut self, deed: Deed, called: &Called<'_, 't>) -> Option<Value> {
        match deed {
            Deed::Set | Deed::SetPath | Deed::Append | Deed::AddObject | Deed::AddList | Deed::Setter | Deed::Merge => {
                self.build(deed, called)
            }
            Deed::Serialise | Deed::JoinList | Deed::JoinPath | Deed::JoinText | Deed::Format => {
                self.put_together(deed, called)
            }
            _ => self.take_out(deed, called),
        }
    }

    /// The keys in a list that is the way to a property.
    fn path(&mut self, list: &Value) -> Option<Vec<Value>> {
        let What::List(number) = list.what else { return None };
        self.lists[number].used = true;
        // They do not stand beside each other in one object.
        let within = |name: &Name| name.span.start >= span(&list.at).start && name.span.end <= span(&list.at).end;
        if let Some(table) = self.uses.tables.iter().rposition(|table| table.iter().any(within)) {
            self.uses.tables.remove(table);
        }
        Some(self.lists[number].items.clone())
    }

    /// Whether a value is a text with a host in it.
    pub(super) fn is_address(&self, value: &Value) -> bool {
        matches!(value.what, What::Text(text) if self.texts[text].spelt.text.contains("://"))
    }
}
