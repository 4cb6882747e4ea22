//! What variables, members and patterns are given.

use tree_sitter::Node;

use super::Follower;
use super::value::{Fated, Member, Value, What};
use crate::read::code::role::{Entry, Item, Role};
use crate::read::code::uses::{How, Name, StepKey};

impl<'t> Follower<'t> {
    /// Gives a value to a variable, a member, or the variables in a pattern.
    pub(super) fn bind(&mut self, target: Node<'t>, value: &Value) {
        self.bind_as(target, value, How::Same);
    }

    /// The same; constants in the pattern are compared with.
    pub(super) fn bind_as(&mut self, target: Node<'t>, value: &Value, how: How) {
        self.seen += 1;
        if self.depth >= super::DEEPEST || self.seen > super::MOST {
            return;
        }
        self.depth += 1;
        match self.role(target) {
            Role::Name(name) if how == How::Case && self.is_constant(name) => {
                // A constant.
                let constant = self.value(target);
                self.compare(value, &constant, target.byte_range(), how);
            }
            Role::Name(name) => self.assign(name, value),
            Role::Same(inner) => self.bind_as(inner, value, how),
            Role::Member { of, key } if how != How::Case => {
                let holder = self.value(of);
                let (key, at) = self.member_key(&key);
                self.set(&holder, key, at, value);
            }
            Role::Object(object) => {
                for entry in object.entries {
                    match entry {
                        Entry::Pair(key, inner) => {
                            let (key, at) = self.member_key(&key);
                            let member = self.member(value, key, at);
                            self.bind_as(inner, &member, how);
                        }
                        Entry::Spread(rest) => self.bind_as(rest, value, how),
                    }
                }
            }
            Role::List(items) => {
                for (index, item) in (0..).zip(items) {
                    match item {
                        Item::One(inner) => {
                            let member = self.member(value, Some(StepKey::Index(index)), inner.byte_range());
                            self.bind_as(inner, &member, how);
                        }
                        Item::Part(_) => {}
                        Item::Spread(rest) => self.bind_as(rest, value, how),
                    }
                }
            }
            // `pattern = name`, as patterns have it that keep the whole.
            Role::Assign { target: one, value: other } => {
                self.bind_as(one, value, how);
                self.bind_as(other, value, how);
            }
            Role::Either(nodes) => nodes.into_iter().for_each(|node| self.bind_as(node, value, how)),
            _ => {
                let constant = self.value(target);
                let how = if how == How::Same { How::Case } else { how };
                self.compare(value, &constant, target.byte_range(), how);
            }
        }
        self.depth -= 1;
    }

    /// Whether a name in a case is that of a constant, rather than a new variable.
    fn is_constant(&self, name: &str) -> bool {
        let known = self.frames.first().and_then(|file| file.names.get(name));
        name.starts_with(|c: char| c.is_ascii_uppercase())
            || known.is_some_and(|known| matches!(known.what, What::Text(_)))
    }

    /// Gives an item of a list to a pattern; where there are two variables the first may be its number.
    pub(super) fn bind_item(&mut self, pattern: Node<'t>, item: &Value) {
        let Role::List(items) = self.role(pattern) else { return self.bind(pattern, item) };
        let [Item::One(_), Item::One(second)] = items.as_slice() else { return self.bind(pattern, item) };
        self.bind(*second, item);
    }

    pub(super) fn assign(&mut self, name: &'t str, value: &Value) {
        let value = value.clone();
        if let What::Object(new) = value.what
            && self.branches > 0
            && let Some(old) = self.frames.last().and_then(|frame| frame.names.get(name))
            && let What::Object(old) = old.what
            && old != new
        {
            let siblings = self.objects[old].siblings.clone();
            self.objects[new].siblings.extend(siblings.into_iter().chain([old]));
        }
        match self.frames.len() {
            1 => {
                if let What::Text(text) = value.what {
                    let text = self.texts[text].spelt.text.clone();
                    self.uses.constants.push((name.to_owned(), text));
                }
                self.globals.insert(name, value.clone());
            }
            // What a constructor gives the object at hand other functions of it have.
            _ => {
                if let What::Text(_) | What::Base(_) | What::Step(_) = value.what {
                    self.globals.entry(name).or_insert_with(|| value.clone());
                }
            }
        }
        let owner = self.frames.iter_mut().skip(1).rev().find(|frame| frame.names.contains_key(name));
        match owner {
            Some(frame) => frame.names.insert(name, value),
            None => self.frames.last_mut().and_then(|frame| frame.names.insert(name, value)),
        };
    }

    /// Gives a property of something a value.
    pub(super) fn set(&mut self, holder: &Value, key: Option<StepKey>, at: std::ops::Range<usize>, value: &Value) {
        if let (Some(StepKey::Key(name)), What::True | What::False) = (&key, value.what) {
            let name = Name { text: name.clone(), span: super::span(&at) };
            self.uses.settings.push((name, value.what == What::True));
        }
        let product = key == Some(StepKey::Key("messaging_product".to_owned()));
        match holder.what {
            What::Object(number) => {
                self.use_up(value);
                let others = self.objects[number].siblings.clone();
                for number in others.into_iter().chain([number]) {
                    // An object that would hold itself.
                    if value.what == What::Object(number) {
                        continue;
                    }
                    let sometimes = self.branches > self.objects[number].depth;
                    let object = &mut self.objects[number];
                    match &key {
                        Some(StepKey::Key(name)) => {
                            let member = Member { name: name.clone(), key: at.clone(), value: value.clone() };
                            object.set(member, sometimes);
                        }
                        _ => object.open = true,
                    }
                }
            }
            What::List(list) => self.lists[list].open = true,
            What::Base(_) | What::Step(_) if product => self.adds_product(),
            _ => {}
        }
    }

    /// Says what becomes of a value.
    pub(super) fn fated(&mut self, value: &Value, fate: &Fated) {
        let known = match value.what {
            What::Object(object) => &mut self.objects[object].fate,
            What::List(list) => &mut self.lists[list].fate,
            _ => return,
        };
        if *known != Fated::Sent {
            known.clone_from(fate);
        }
    }
}
