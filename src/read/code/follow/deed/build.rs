//! What values are given by calls.

use super::super::Follower;
use super::super::methods::{Deed, set_by};
use super::super::value::{List, Member, Object, Value, What};
use super::Called;
use crate::read::code::role::snake;
use crate::read::code::uses::{StepKey, plain};

impl<'t> Follower<'t> {
    /// What a value is given.
    pub(super) fn build(&mut self, deed: Deed, called: &Called<'_, 't>) -> Option<Value> {
        let Called { name, receiver, arguments, at, .. } = *called;
        let on = called.on();
        match deed {
            Deed::Set => {
                let (value, key) = (arguments.last()?, arguments.get(arguments.len() - 2)?);
                let holder = if arguments.len() > 2 { arguments.first() } else { receiver }?;
                let (holder, value, key_at) = (holder.clone(), value.clone(), key.at.clone());
                let Some(key @ StepKey::Key(_)) = self.step_key(&key.clone()) else { return None };
                let known = matches!(holder.what, What::Object(_));
                self.set(&holder, Some(&key), key_at, &value);
                known.then_some(holder)
            }
            Deed::SetPath => self.set_path(receiver, arguments),
            Deed::Append => {
                let holder = if arguments.len() > 1 { arguments.first() } else { on };
                let holder = holder?.clone();
                let value = arguments.last()?.clone();
                let list = match holder.what {
                    What::List(list) => list,
                    What::Text(_) => {
                        let place = value.at.clone();
                        let parts = [(holder.clone(), holder.at.clone()), (value, place)];
                        return Some(self.join(&parts, "", at.clone()));
                    }
                    _ => return None,
                };
                self.use_up(&value);
                let list = &mut self.lists[list];
                list.open |= self.branches > list.depth;
                list.items.push(value);
                Some(holder)
            }
            Deed::AddObject | Deed::AddList => {
                let holder = receiver?.clone();
                let what = if deed == Deed::AddObject {
                    self.objects.push(Object { at: at.clone(), depth: self.branches, ..Object::default() });
                    What::Object(self.objects.len() - 1)
                } else {
                    self.lists.push(List { at: at.clone(), ..List::default() });
                    What::List(self.lists.len() - 1)
                };
                let value = Value { what, at: at.clone() };
                match (holder.what, arguments.first()) {
                    (What::List(list), None) => {
                        self.use_up(&value);
                        self.lists[list].open |= self.branches > 0;
                        self.lists[list].items.push(value.clone());
                    }
                    (_, Some(key)) => {
                        let (key, key_at) = (self.step_key(key), key.at.clone());
                        self.set(&holder, key.as_ref(), key_at, &value);
                    }
                    _ => {}
                }
                Some(value)
            }
            Deed::Setter => {
                let (holder, value) = (receiver?.clone(), arguments.first()?.clone());
                if !matches!(holder.what, What::Object(_)) {
                    return None;
                }
                let name = set_by(name)?;
                let wire = self.wires.get(&plain(name)).cloned().flatten();
                let key = StepKey::Key(wire.unwrap_or_else(|| snake(name)));
                self.set(&holder, Some(&key), value.at.clone(), &value);
                Some(holder)
            }
            Deed::Merge => self.merge(called),
            _ => None,
        }
    }

    /// Gives a property a value along a list of keys.
    fn set_path(&mut self, receiver: Option<&Value>, arguments: &[Value]) -> Option<Value> {
        let [before @ .., path, value] = arguments else { return None };
        let holder = before.first().or(receiver)?.clone();
        let keys = self.path(path)?;
        let (last, before) = keys.split_last()?;
        let mut inner = holder.clone();
        for key in before {
            let What::Object(object) = inner.what else { break };
            let Some(StepKey::Key(name)) = self.step_key(key) else { return Some(holder) };
            let Some(member) = self.objects[object].get(&name) else {
                self.objects[object].open = true;
                return Some(holder);
            };
            inner = member.value.clone();
        }
        let key = self.step_key(last);
        self.set(&inner, key.as_ref(), last.at.clone(), value);
        Some(holder)
    }

    /// An object that takes the members of others.
    fn merge(&mut self, called: &Called<'_, 't>) -> Option<Value> {
        let Called { name, receiver, call, arguments, at } = *called;
        let mut arguments = arguments.to_vec();
        // Arguments that have names are members, too: `payload.update(type="text")`.
        if call.arguments.iter().any(|argument| argument.name.is_some()) {
            let mut named = Object { at: at.clone(), depth: self.branches, ..Object::default() };
            for (argument, value) in call.arguments.iter().zip(&arguments) {
                if let Some(name) = argument.name {
                    self.use_up(value);
                    let key = argument.value.parent().map_or(argument.value, |parent| parent).start_byte();
                    let key = key..argument.value.start_byte();
                    named.members.push(Member { name: name.to_owned(), key, value: value.clone() });
                }
            }
            let kept = call.arguments.iter().zip(arguments).filter(|(argument, _)| argument.name.is_none());
            arguments = kept.map(|(_, value)| value).collect();
            self.objects.push(named);
            arguments.push(Value { what: What::Object(self.objects.len() - 1), at: at.clone() });
        }
        let in_place = matches!(
            name.trim_end_matches(['!', '?']),
            "update" | "assign" | "putAll" | "extend" | "putall" | "Copy" | "+="
        ) || name.ends_with('!');
        let statics = receiver.is_some_and(|receiver| !matches!(receiver.what, What::Object(_)))
            && arguments.iter().any(|value| matches!(value.what, What::Object(_)));
        // `Object.assign(a, b)` and `Map.merge(a, b)` are called on the type, not on a value.
        let is_type = receiver.is_some_and(|receiver| match receiver.what {
            What::Base(base) => {
                let name = &self.uses.bases[base as usize].name;
                name.starts_with(|c: char| c.is_ascii_uppercase()) || name == "_" || name == "maps"
            }
            _ => false,
        });
        let mut all: Vec<Value> = receiver.filter(|_| !is_type).into_iter().chain(&arguments).cloned().collect();
        all.retain(|value| !matches!(value.what, What::Function(_)));
        let first = all.first()?.clone();
        if let (true, What::Object(target)) = (in_place, first.what) {
            let sometimes = self.branches > self.objects[target].depth;
            for value in &all[1..] {
                match value.what {
                    What::Object(other)
                        if other != target && self.may_merge(self.objects[target].members.len(), other) =>
                    {
                        self.use_up(value);
                        let other = self.objects[other].clone();
                        self.objects[target].merge(&other, sometimes);
                    }
                    _ => self.objects[target].open = true,
                }
            }
            return Some(first);
        }
        if statics && is_type || all.iter().any(|value| matches!(value.what, What::Object(_))) {
            let mut object = Object { at: at.clone(), depth: self.branches, ..Object::default() };
            for value in &all {
                match value.what {
                    What::Object(other) if self.may_merge(object.members.len(), other) => {
                        self.use_up(value);
                        let other = self.objects[other].clone();
                        if object.members.is_empty() && !other.members.is_empty() {
                            object.at = other.at.clone();
                        }
                        object.merge(&other, false);
                    }
                    _ => object.open = true,
                }
            }
            if object.open && object.get("messaging_product").is_some() {
                self.adds_product();
            }
            self.objects.push(object);
            return Some(Value { what: What::Object(self.objects.len() - 1), at: at.clone() });
        }
        None
    }
}
