//! Objects and lists that the code puts together, and types that it declares.

use std::ops::Range;

use super::value::{List, Member, Object, Value, What};
use super::{Follower, span};
use crate::read::code::role::{Entry, Escapes, Item, Key, Part, Role, Type, snake};
use crate::read::code::uses::{self, Name, StepKey};

impl<'t> Follower<'t> {
    pub(super) fn object(&mut self, entries: Vec<Entry<'t>>, of_type: Option<&str>, at: Range<usize>) -> Value {
        let mut object = Object { at: at.clone(), depth: self.branches, ..Object::default() };
        let mut alone = None;
        if let ([Entry::Spread(node)], None) = (entries.as_slice(), of_type) {
            let value = self.value(*node);
            if !matches!(value.what, What::Object(_)) {
                return value;
            }
            alone = Some(value);
        }
        for entry in entries {
            match entry {
                Entry::Pair(key, node) => {
                    let value = match &key {
                        Key::Named(_, name) => self.value_called(node, *name),
                        Key::Value(_) | Key::Part(_) => self.value(node),
                    };
                    let (key, key_at) = self.key(&key);
                    self.use_up(&value);
                    match key {
                        Some(StepKey::Index(number)) => {
                            object.set(Member { name: number.to_string(), key: key_at, value }, false);
                        }
                        Some(StepKey::Key(name)) => {
                            let name = of_type.and_then(|of_type| self.wire_name(of_type, &name)).unwrap_or(name);
                            match value.what {
                                What::Object(other) if name.is_empty() => {
                                    let other = self.objects[other].clone();
                                    object.merge(&other, false);
                                }
                                _ if name.is_empty() => object.open = true,
                                _ => object.set(Member { name, key: key_at, value }, false),
                            }
                        }
                        _ => object.open = true,
                    }
                }
                Entry::Spread(node) => {
                    let value = alone.take().unwrap_or_else(|| self.value(node));
                    let mut role = self.role(node);
                    while let Role::Same(inner) = role {
                        role = self.role(inner);
                    }
                    let sometimes = matches!(role, Role::Either(_) | Role::Switch { .. });
                    match value.what {
                        What::Object(other) if self.may_merge(object.members.len(), other) => {
                            self.use_up(&value);
                            let other = self.objects[other].clone();
                            // It begins where the first of it stands.
                            if object.members.is_empty() && !other.members.is_empty() {
                                object.at = other.at.clone();
                            }
                            object.merge(&other, false);
                            object.open |= sometimes;
                        }
                        _ => {
                            object.open = true;
                            if object.get("messaging_product").is_some() {
                                self.adds_product();
                            }
                        }
                    }
                }
            }
        }
        if let Some(of_type) = of_type {
            self.fill_in(&mut object, of_type);
        }
        // Members that are arguments begin with the first of them.
        if let (Some(b'('), Some(first)) = (self.source.as_bytes().get(object.at.start), object.members.first()) {
            object.at.start = first.key.start.max(object.at.start);
        }
        self.note_settings(&object);
        let names = object.members.iter().map(|member| Name { text: member.name.clone(), span: span(&member.key) });
        let names: Vec<Name> = names.collect();
        if names.len() > 1 {
            self.uses.tables.push(names);
        }
        if object.get("messaging_product").is_some() && object.open {
            self.adds_product();
        }
        self.objects.push(object);
        Value { what: What::Object(self.objects.len() - 1), at }
    }

    /// Whether the members of an object may still be put into another that has `into` of them.
    pub(super) fn may_merge(&mut self, into: usize, other: usize) -> bool {
        let other = self.objects[other].members.len();
        self.may_copy(other.saturating_mul(16 + into))
    }

    /// The name on the wire of a field of a type.
    pub(super) fn wire_name(&self, of_type: &str, name: &str) -> Option<String> {
        let name = uses::plain(name);
        let same = |field: &&uses::Field| uses::plain(&field.name) == name;
        self.type_called(of_type)?.fields.iter().find(same).map(|field| field.wire.clone())
    }

    /// What a type has besides the fields that are given a value.
    pub(super) fn fill_in(&self, object: &mut Object, of_type: &str) {
        let Some(declared) = self.type_called(of_type) else {
            object.open = true;
            return;
        };
        let rest = declared.fields.iter().filter(|field| object.get(&field.wire).is_none());
        let rest: Vec<String> = rest.map(|field| field.wire.clone()).collect();
        let body = declared.fields.iter().any(|field| field.wire == "to");
        object.open |= !body && !rest.is_empty();
        for name in rest.into_iter().filter(|name| matches!(name.as_str(), "type" | "to" | "messaging_product")) {
            let value = Value { what: What::Unknown, at: object.at.clone() };
            object.members.push(Member { name, key: object.at.clone(), value });
        }
    }

    /// The type of a name that the file declares.
    pub(super) fn type_called(&self, name: &str) -> Option<&uses::Type> {
        let own = self.uses.types.iter().chain(&self.types).rev().find(|declared| declared.name == name);
        own.or_else(|| self.elsewhere.type_called(name))
    }

    /// The key of a member; when it names a field of a declared type, by the name on the wire.
    pub(super) fn member_key(&mut self, key: &Key<'t>) -> (Option<StepKey>, Range<usize>) {
        let (known, at) = self.key(key);
        if let (Key::Named(..), Some(StepKey::Key(name))) = (key, &known) {
            let plain = uses::plain(name);
            let own = self.wires.get(&plain);
            if let (None, Some(wire)) = (own, self.elsewhere.wire(&plain)) {
                return (Some(StepKey::Key(wire.to_owned())), at);
            }
            if let Some(Some(wire)) = own {
                return (Some(StepKey::Key(wire.clone())), at);
            }
            // `Messages` in languages whose properties begin with a capital.
            if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(|c: char| c.is_ascii_lowercase()) {
                return (Some(StepKey::Key(snake(name))), at);
            }
        }
        (known, at)
    }

    /// Notes which members are given `true` or `false`, or a validator of certificates.
    pub(super) fn note_settings(&mut self, object: &Object) {
        for member in &object.members {
            let validates = uses::plain(&member.name).contains("certificatecustomvalidation");
            let Some(truth) = self.switches(&member.value).or(validates.then_some(true)) else { continue };
            self.uses.settings.push((Name { text: member.name.clone(), span: span(&member.key) }, truth));
        }
    }

    /// `Types.Voice`: a text that a type of the file has.
    pub(super) fn constant_of(&self, holder: &Value, key: &Key<'t>) -> Option<Value> {
        let (What::Base(base), Key::Named(name, _)) = (holder.what, key) else { return None };
        self.type_called(&self.uses.bases[base as usize].name)?;
        self.globals.get(name.as_ref()).filter(|known| matches!(known.what, What::Text(_))).cloned()
    }

    pub(super) fn list(&mut self, items: Vec<Item<'t>>, at: Range<usize>) -> Value {
        let mut list = List { at: at.clone(), depth: self.branches, ..List::default() };
        let mut names = Vec::new();
        for item in items {
            match item {
                Item::One(node) => {
                    let value = self.value(node);
                    self.use_up(&value);
                    if let What::Text(text) = value.what {
                        names.push(Name { text: self.texts[text].spelt.text.clone(), span: span(&value.at) });
                    }
                    list.items.push(value);
                }
                Item::Part(range) => {
                    let value = self.spelt(&[Part::Spelt(range.clone(), Escapes::Raw)], range.clone());
                    self.use_up(&value);
                    names.push(Name { text: self.source[range.clone()].to_owned(), span: span(&range) });
                    list.items.push(value);
                }
                Item::Spread(node) => {
                    let value = self.value(node);
                    match value.what {
                        What::List(other) if self.may_copy(self.lists[other].items.len() * 16) => {
                            self.lists[other].used = true;
                            let items = self.lists[other].items.clone();
                            list.items.extend(items);
                        }
                        _ => list.open = true,
                    }
                }
            }
        }
        if names.len() > 1 {
            self.uses.tables.push(names);
        }
        self.lists.push(list);
        Value { what: What::List(self.lists.len() - 1), at }
    }

    pub(super) fn declared(&mut self, declared: Type<'t>, at: Range<usize>) {
        let name = declared.name.map(|node| self.text(node)).unwrap_or_default().to_owned();
        let fields = declared.fields.iter().map(|field| uses::Field {
            wire: field.wire.as_ref().unwrap_or(&field.name).clone().into_owned(),
            name: field.name.clone().into_owned(),
            said: field.wire.is_some(),
            of_type: field.of_type.and_then(|node| self.text(node).lines().next()).unwrap_or_default().to_owned(),
            span: span(&field.at.byte_range()),
        });
        let fields: Vec<uses::Field> = fields.collect();
        for field in fields.iter().filter(|field| field.said) {
            let known = self.wires.entry(uses::plain(&field.name)).or_insert_with(|| Some(field.wire.clone()));
            if known.as_ref() != Some(&field.wire) {
                *known = None;
            }
        }
        self.uses.types.push(uses::Type { name, fields, span: span(&at) });
        let mut constants = Vec::new();
        for field in declared.fields {
            if let Some(value) = field.value {
                let value = self.value_called(value, field.at);
                if let (What::Number, Some(number)) = (value.what, self.source.get(value.at.clone())) {
                    let name = Name { text: field.name.clone().into_owned(), span: span(&value.at) };
                    self.uses.numbers.push((name, number.to_owned()));
                }
                if let What::Text(text) = value.what {
                    constants.push(Name { text: self.texts[text].spelt.text.clone(), span: span(&value.at) });
                }
                if let Role::Name(name) = self.role(field.at) {
                    self.globals.insert(name, value);
                } else {
                    self.globals.insert(self.text(field.at), value);
                }
            }
            if let Some(inner) = field.of_type.filter(|inner| Some(inner.id()) != field.value.map(|value| value.id())) {
                self.value(inner);
            }
        }
        if constants.len() > 1 {
            self.uses.tables.push(constants);
        }
        for part in declared.rest {
            self.value(part);
        }
    }
}
