//! The names that fixes give to members, of which two must not be the same in one object.

use std::collections::BTreeSet;

use crate::fix::{Change, Fix};
use crate::rules::Look;
use crate::tree::NodeId;

/// The names that fixes give to members of one payload, with the object that each is in.
#[derive(Default)]
pub(super) struct Names<'a> {
    payload: usize,
    names: BTreeSet<(NodeId, &'a str)>,
}

impl<'a> Names<'a> {
    /// Takes the names that a fix gives and says true, unless one is given already.
    pub fn take(&mut self, look: Look<'_>, payload: usize, fix: &'a Fix) -> bool {
        if self.payload != payload {
            self.payload = payload;
            self.names.clear();
        }
        let names = fix.changes.iter().filter_map(|change| match change {
            Change::Insert { object, name, .. } | Change::Move { to: object, name, .. } => Some((*object, *name)),
            Change::Rename { key, to } => Some((look.node(*key).holder()?.id(), &**to)),
            Change::Set { .. } | Change::Remove { .. } | Change::WrapInEnvelope { .. } => None,
        });
        let names: Vec<_> = names.collect();
        if names.iter().any(|name| self.names.contains(name)) {
            return false;
        }
        self.names.extend(names);
        true
    }
}
