//! What variables, members and patterns are given.

use tree_sitter::Node;

use super::Follower;
use super::value::{List, Member, Object, Value, What};
use crate::read::code::role::{Entry, Item, Key, Role};
use crate::read::code::uses::{Fate, How, Name, StepKey};

/// How many objects a variable may hold by turns.
const MOST_SIBLINGS: usize = 64;

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
                match constant.what {
                    What::List(_) => self.among(value, &constant),
                    _ => self.compare(value, &constant, target.byte_range(), how),
                }
            }
            Role::Name(name) => {
                let text = self.text(target);
                let own = text.len() > name.len() && text.trim_start_matches('$') != name;
                self.assign(name, value, own);
            }
            Role::Same(inner) => self.bind_as(inner, value, how),
            Role::Member { of, key } if how != How::Case => {
                let holder = self.filled(of, &key);
                let (key, at) = self.member_key(&key);
                self.set(&holder, key.as_ref(), at, value);
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

    /// What is given a member: an empty list turns into an object then, and what is not there yet is made.
    fn filled(&mut self, node: Node<'t>, key: &Key<'t>) -> Value {
        if self.depth >= super::DEEPEST {
            return self.value(node);
        }
        match self.role(node) {
            Role::Name(name) => {
                let holder = self.value(node);
                let What::List(list) = holder.what else { return holder };
                let Some(made) = self.made(key, Some(list), node) else { return holder };
                let frame = self.frames.iter_mut().rev().find(|frame| frame.names.contains_key(name));
                match frame {
                    Some(frame) => frame.names.insert(name, made.clone()),
                    None => self.globals.insert(name, made.clone()),
                };
                made
            }
            Role::Member { of, key: inner } => {
                self.depth += 1;
                let outer = self.filled(of, &inner);
                self.depth -= 1;
                let (step, at) = self.member_key(&inner);
                let holder = self.member(&outer, step.clone(), at.clone());
                let made = match (outer.what, holder.what) {
                    (What::Object(_), What::Unknown) => self.made(key, None, node),
                    (What::Object(_), What::List(list)) => self.made(key, Some(list), node),
                    _ => None,
                };
                let Some(made) = made else { return holder };
                if let (What::Object(new), What::Object(old)) = (made.what, outer.what) {
                    self.objects[new].open = self.objects[old].open;
                }
                self.set(&outer, step.as_ref(), at, &made);
                made
            }
            _ => self.value(node),
        }
    }

    /// What comes to be when it is given a member: an object, or a list when that has no key.
    fn made(&mut self, key: &Key<'t>, list: Option<usize>, node: Node<'t>) -> Option<Value> {
        let keyed = match key {
            Key::Named(..) | Key::Part(_) => true,
            Key::Value(key) => matches!(self.role(*key), Role::Text(_)),
        };
        let pushed = matches!(key, Key::Value(key) if self.text(*key) == "[");
        let (at, depth) = match list {
            Some(list) => {
                let list = &self.lists[list];
                if !list.items.is_empty() || list.open {
                    return None;
                }
                (list.at.clone(), list.depth)
            }
            None => (node.byte_range(), self.branches),
        };
        if keyed {
            self.objects.push(Object { at: at.clone(), depth, ..Object::default() });
            Some(Value { what: What::Object(self.objects.len() - 1), at })
        } else if pushed && list.is_none() {
            self.lists.push(List { at: at.clone(), depth, ..List::default() });
            Some(Value { what: What::List(self.lists.len() - 1), at })
        } else {
            None
        }
    }

    /// Gives an item of a list to a pattern; where there are two variables the first may be its number.
    pub(super) fn bind_item(&mut self, pattern: Node<'t>, item: &Value) {
        let Role::List(items) = self.role(pattern) else { return self.bind(pattern, item) };
        let [Item::One(_), Item::One(second)] = items.as_slice() else { return self.bind(pattern, item) };
        self.bind(*second, item);
    }

    /// Gives a value to a variable, or to a field of the object at hand when it is its `own`.
    pub(super) fn assign(&mut self, name: &'t str, value: &Value, own: bool) {
        let value = value.clone();
        if let What::Object(new) = value.what
            && self.branches > 0
            && let Some(old) = self.frames.last().and_then(|frame| frame.names.get(name))
            && let What::Object(old) = old.what
            && old != new
        {
            let siblings = self.objects[old].siblings.clone();
            self.objects[new].siblings.extend(siblings.into_iter().chain([old]).take(MOST_SIBLINGS));
        }
        if let What::Number = value.what
            && let Some(number) = self.source.get(value.at.clone())
        {
            let name = Name { text: name.to_owned(), span: super::span(&value.at) };
            self.uses.numbers.push((name, number.to_owned()));
        }
        if self.frames.len() == 1 {
            if let What::Text(text) = value.what {
                let text = self.texts[text].spelt.text.clone();
                self.uses.constants.push((name.to_owned(), text));
            }
            self.globals.insert(name, value.clone());
        } else {
            // What a constructor gives the object at hand other functions of it have.
            let own = own || self.frames.last().is_some_and(|frame| makes(&frame.name));
            let given = matches!(value.what, What::Base(base) if self.uses.bases[base as usize].parameter);
            if own && matches!(value.what, What::Text(_) | What::Base(_) | What::Step(_)) && !given {
                self.globals.entry(name).or_insert_with(|| value.clone());
            }
        }
        let owner = self.frames.iter_mut().skip(1).rev().find(|frame| frame.names.contains_key(name));
        match owner {
            Some(frame) => frame.names.insert(name, value),
            None => self.frames.last_mut().and_then(|frame| frame.names.insert(name, value)),
        };
    }

    /// Whether a value switches on or off what is given it: `true`, `0`, `"0"`, `OpenSSL::SSL::VERIFY_NONE`.
    pub(super) fn switches(&self, value: &Value) -> Option<bool> {
        match value.what {
            What::True => Some(true),
            What::False => Some(false),
            _ => {
                let text = self.source.get(value.at.clone()).filter(|text| text.len() <= 100)?;
                let none =
                    text == "0" || text.to_ascii_uppercase().contains("VERIFY_NONE") || text.contains("CERT_NONE");
                let zero = matches!(value.what, What::Text(text) if self.texts[text].spelt.text == "0");
                (none || zero).then_some(false)
            }
        }
    }

    /// Gives a property of something a value.
    pub(super) fn set(&mut self, holder: &Value, key: Option<&StepKey>, at: std::ops::Range<usize>, value: &Value) {
        if let (Some(StepKey::Key(name)), Some(truth)) = (key, self.switches(value)) {
            self.uses.settings.push((Name { text: name.clone(), span: super::span(&at) }, truth));
        }
        let product = matches!(key, Some(StepKey::Key(name)) if name == "messaging_product");
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
                    match (&key, value.what) {
                        // A type that has no name as a field.
                        (Some(StepKey::Key(name)), What::Object(other)) if name.is_empty() => {
                            let other = self.objects[other].clone();
                            self.objects[number].merge(&other, sometimes);
                        }
                        (Some(StepKey::Key(name)), _) if !name.is_empty() => {
                            let member = Member { name: name.clone(), key: at.clone(), value: value.clone() };
                            self.objects[number].set(member, sometimes);
                        }
                        _ => self.objects[number].open = true,
                    }
                }
            }
            What::List(list) => {
                self.use_up(value);
                let list = &mut self.lists[list];
                list.open |= self.branches > list.depth || key.is_some();
                if key.is_none() && value.what != holder.what {
                    list.items.push(value.clone());
                }
            }
            What::Base(_) | What::Step(_) if product => self.adds_product(),
            _ => {}
        }
    }

    /// Says what becomes of a value.
    pub(super) fn fated(&mut self, value: &Value, fate: &Fate) {
        let known = match value.what {
            What::Object(object) => &mut self.objects[object].fate,
            What::List(list) => &mut self.lists[list].fate,
            _ => return,
        };
        if !known.is_sent() {
            known.clone_from(fate);
        }
    }
}

/// Whether a function called so may make an object, or make it ready.
fn makes(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains("init") || name.contains("construct")
}
