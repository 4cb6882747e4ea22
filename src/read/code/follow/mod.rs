//! Follows values through the code of one file: which objects are put together, which properties are read, what they
//! are compared with.
//!
//! The code is gone through twice in its order, all branches of it. The first time tells what functions are given and
//! give back. Work is bounded: no node of the syntax tree is looked at more than a few times.

mod call;
mod emit;
mod methods;
mod pattern;
mod value;

use std::collections::HashMap;
use std::ops::Range;

use tree_sitter::Node;

use super::role::{Entry, Escapes, Function, Item, Key, Part, Role, Roles, Type, text_of};
use super::spelt::Spelt;
use super::uses::{self, Base, Comparison, Constant, How, Name, Of, Step, StepKey, Uses};
use crate::tree::{Span, offset};
use value::{Fated, List, Member, Object, Text, Value, What};

pub(super) use emit::emit;

/// How deep expressions are followed.
const DEEPEST: usize = 200;
/// How many values are followed in one file.
const MOST: usize = 400_000;
/// How much of known values is copied into others, in bytes of texts and members.
const MOST_COPIED: usize = 16 << 20;
/// How many keys the way to a property may have.
const LONGEST_WAY: usize = 64;

/// What is known of a function from the first time through.
#[derive(Clone, Debug, Default)]
struct Known {
    /// What it is given, by parameter: the way to a property, `None` when calls differ.
    given: Vec<Option<Way>>,
    /// What it gives back.
    back: Option<Back>,
    /// Whether calls of it go on to change what it gives back.
    changed: bool,
    /// The address that it calls: which parameter is the end of its path, what stands before, and the HTTP method.
    calls: Option<(usize, String, Option<&'static str>)>,
    /// Whether it has no parameters, so that some languages call it by its name alone.
    bare: bool,
}

/// What a function gives back.
#[derive(Clone, Debug)]
enum Back {
    /// A property of a parameter.
    Way(usize, Vec<StepKey>),
    /// An object, by its number.
    Object(usize),
    Text(usize),
    /// Something that does not hang on what it is given.
    Own(Way),
}

/// The way to a property from something that has a name.
type Way = (Base, Vec<StepKey>);

/// A function that is being gone through.
struct Frame<'t> {
    names: HashMap<&'t str, Value>,
    /// Its number among the uses; `None` for the file itself.
    number: Option<u32>,
    name: String,
    parameters: Vec<u32>,
    /// What it gives back, as far as it was gone through.
    back: Option<Value>,
    /// An address that ends with a parameter: its number, what stands before, and the number of the text.
    helper: Option<(usize, String, usize)>,
}

pub(super) struct Follower<'t> {
    source: &'t str,
    roles: Roles,
    pub uses: Uses,
    objects: Vec<Object>,
    lists: Vec<List>,
    texts: Vec<Text>,
    frames: Vec<Frame<'t>>,
    known: HashMap<String, Known>,
    /// The numbers of the bases among the uses.
    bases: HashMap<Base, u32>,
    /// Fields of the object at hand, and names of the file.
    globals: HashMap<&'t str, Value>,
    /// Types of the first time through, as they may be used before they are declared.
    types: Vec<uses::Type>,
    /// Names on the wire by the names of fields in the code; `None` where types differ.
    wires: HashMap<String, Option<String>>,
    /// The constants of other files.
    constants: &'t dyn Fn(&str) -> Option<String>,
    depth: usize,
    /// How many branches deep the code is.
    branches: usize,
    seen: usize,
    copied: usize,
    /// The first of the objects, lists and texts of this time through.
    from: (usize, usize, usize),
}

/// Follows the code below `root`.
pub(super) fn follow<'t>(
    root: Node<'t>,
    source: &'t str,
    roles: Roles,
    constants: &'t dyn Fn(&str) -> Option<String>,
) -> Follower<'t> {
    let mut follower = Follower {
        source,
        roles,
        uses: Uses::default(),
        objects: Vec::new(),
        lists: Vec::new(),
        texts: Vec::new(),
        frames: Vec::new(),
        known: HashMap::new(),
        bases: HashMap::new(),
        globals: HashMap::new(),
        types: Vec::new(),
        wires: HashMap::new(),
        constants,
        depth: 0,
        branches: 0,
        seen: 0,
        copied: 0,
        from: (0, 0, 0),
    };
    for _ in 0..2 {
        follower.begin();
        follower.parts(root);
        follower.frames.clear();
    }
    follower
}

impl<'t> Follower<'t> {
    fn begin(&mut self) {
        self.types = std::mem::take(&mut self.uses).types;
        self.from = (self.objects.len(), self.lists.len(), self.texts.len());
        // What was noted the first time has other numbers now.
        let forget = |value: &mut Value| {
            if matches!(value.what, What::Step(_) | What::Base(_) | What::Function(_)) {
                value.what = What::Unknown;
            }
        };
        self.objects.iter_mut().flat_map(|object| &mut object.members).for_each(|member| forget(&mut member.value));
        self.lists.iter_mut().flat_map(|list| &mut list.items).for_each(forget);
        self.texts.iter_mut().for_each(|text| text.noted = None);
        self.globals.retain(|_, value| {
            forget(value);
            value.what != What::Unknown
        });
        self.bases.clear();
        self.seen = 0;
        self.copied = 0;
        let file = Frame {
            names: HashMap::new(),
            number: None,
            name: String::new(),
            parameters: Vec::new(),
            back: None,
            helper: None,
        };
        self.frames = vec![file];
    }

    fn role(&self, node: Node<'t>) -> Role<'t> {
        (self.roles)(node, self.source)
    }

    fn text(&self, node: Node<'t>) -> &'t str {
        text_of(node, self.source)
    }

    /// Whether so much of a known value may still be copied.
    fn may_copy(&mut self, len: usize) -> bool {
        self.copied = self.copied.saturating_add(len + 1);
        self.copied <= MOST_COPIED
    }

    fn within(&self) -> Option<u32> {
        self.frames.last().and_then(|frame| frame.number)
    }

    fn unknown(node: Node<'_>) -> Value {
        Value { what: What::Unknown, at: node.byte_range() }
    }

    /// The parts of a node, in their order.
    fn parts(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        let parts: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        for part in parts {
            self.value(part);
        }
    }

    /// What the last of the parts is.
    fn branch(&mut self, parts: &[Node<'t>]) -> Option<Value> {
        self.branches += 1;
        let last = parts.iter().map(|part| self.value(*part)).last();
        self.branches -= 1;
        last
    }

    /// The value of a node.
    fn value(&mut self, node: Node<'t>) -> Value {
        self.seen += 1;
        if self.depth >= DEEPEST || self.seen > MOST {
            self.uses.incomplete = true;
            return Self::unknown(node);
        }
        self.depth += 1;
        let value = self.value_of(node);
        self.depth -= 1;
        value
    }

    fn value_of(&mut self, node: Node<'t>) -> Value {
        let at = node.byte_range();
        let of = |what| Value { what, at: at.clone() };
        match self.role(node) {
            Role::Text(parts) => self.spelt(&parts, at),
            Role::Number => of(What::Number),
            Role::True => of(What::True),
            Role::False => of(What::False),
            Role::Null => of(What::Null),
            Role::Object(object) => self.object(object.entries, object.of_type, at),
            Role::List(items) => self.list(items, at),
            Role::Name(name) => self.named(name, at),
            Role::Member { of, key } => {
                let holder = self.value(of);
                if let Some(constant) = self.constant_of(&holder, &key) {
                    return constant;
                }
                let named = match (&key, holder.what) {
                    (Key::Named(name, node), What::Object(object)) if self.objects[object].get(name).is_some() => {
                        Some((Some(StepKey::Key(name.clone().into_owned())), node.byte_range()))
                    }
                    _ => None,
                };
                let (key, at) = named.unwrap_or_else(|| self.member_key(&key));
                self.member(&holder, key, at)
            }
            Role::Call(call) => self.call(call, node),
            Role::Compare(left, right) => {
                let places = (left.byte_range(), right.byte_range());
                let (left, right) = (self.value(left), self.value(right));
                self.compare(&left, &right, places.1, How::Same);
                self.compare(&right, &left, places.0, How::Same);
                of(What::Unknown)
            }
            Role::Among { item, of: holder } => {
                let (item, holder) = (self.value(item), self.value(holder));
                self.among(&item, &holder);
                of(What::Unknown)
            }
            Role::Join(nodes) => {
                let values: Vec<Placed> = nodes.into_iter().map(|node| self.placed(node)).collect();
                self.join(&values, "", at)
            }
            Role::Format(template, values) => {
                let template = self.value(template);
                let values: Vec<Placed> = values.into_iter().map(|node| self.placed(node)).collect();
                self.format(&template, &values, at)
            }
            Role::Same(inner) => self.value(inner),
            Role::Either(nodes) => {
                let values: Vec<Value> = nodes.into_iter().map(|node| self.value(node)).collect();
                values.iter().for_each(|value| self.test(value));
                self.either(&values).unwrap_or_else(|| of(What::Unknown))
            }
            Role::Assign { target, value } => {
                let value = self.value_called(value, target);
                self.bind(target, &value);
                value
            }
            Role::Extend { target, value } => {
                let (before, added) = (self.value(target), self.value(value));
                let extended = self.extended(&before, &added, at);
                self.bind(target, &extended);
                extended
            }
            Role::Function(function) => self.function(function, &[], at).0,
            Role::Type(declared) => {
                self.declared(declared, at.clone());
                of(What::Unknown)
            }
            Role::Switch { subject, arms } => {
                let subject = subject.map(|subject| self.value(subject));
                let mut values = Vec::new();
                for arm in arms {
                    self.branches += 1;
                    for pattern in arm.values {
                        match &subject {
                            Some(subject) => self.bind_as(pattern, subject, How::Case),
                            None => drop(self.value(pattern)),
                        }
                    }
                    let mut last = None;
                    for part in arm.body {
                        last = Some(self.value(part));
                    }
                    values.extend(last);
                    self.branches -= 1;
                }
                self.either(&values).unwrap_or_else(|| of(What::Unknown))
            }
            Role::Each { pattern, of: list, rest } => {
                let list = self.value(list);
                let item = self.each(&list, pattern.byte_range());
                self.bind_item(pattern, &item);
                let made = self.branch(&rest).and_then(|made| self.list_of(made, at.clone()));
                made.unwrap_or_else(|| of(What::Unknown))
            }
            Role::Return(value) => {
                let value = self.value(value);
                self.give_back(&value);
                of(What::Unknown)
            }
            Role::Branch => {
                self.branches += 1;
                let mut cursor = node.walk();
                let parts: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
                for part in parts {
                    // What a branch depends on.
                    let value = self.value(part);
                    self.test(&value);
                }
                self.branches -= 1;
                of(What::Unknown)
            }
            Role::Comment => {
                self.uses.comments.push(span(&at));
                of(What::Unknown)
            }
            Role::Nothing => of(What::Unknown),
            Role::Other => {
                self.parts(node);
                of(What::Unknown)
            }
        }
    }

    /// The value of a node that is called by what another node says: a function without a name has that one.
    fn value_called(&mut self, node: Node<'t>, name: Node<'t>) -> Value {
        match self.role(node) {
            Role::Function(function) if function.name.is_none() => {
                self.function(Function { name: Some(name), ..function }, &[], node.byte_range()).0
            }
            _ => self.value(node),
        }
    }

    /// A text of parts that stand in one place.
    fn spelt(&mut self, parts: &[Part<'t>], at: Range<usize>) -> Value {
        let mut spelt = Spelt::default();
        let mut last = None;
        for part in parts {
            match part {
                Part::Spelt(range, escapes) => spelt.push(self.source, range.clone(), *escapes),
                Part::Hole(node) => {
                    let value = self.value(*node);
                    self.append(&mut spelt, &value, node.byte_range());
                    last = Some(value);
                }
            }
        }
        let text = spelt.text.clone();
        let made = self.add_text(spelt, at);
        if let Some(last) = last {
            self.note_helper(&last, &text, self.uses.texts.len() - 1);
        }
        made
    }

    /// Appends a value to a text: what is known of it, or a hole in its place.
    fn append(&mut self, spelt: &mut Spelt, value: &Value, at: Range<usize>) {
        match value.what {
            What::Text(text) if self.may_copy(self.texts[text].spelt.text.len()) => {
                spelt.append(&self.texts[text].spelt);
                self.texts[text].used = true;
                // A constant stands on its own, too.
                let known = &self.texts[text];
                if at.start <= known.at.start && known.at.end <= at.end {
                    if let Some(noted) = known.noted {
                        self.uses.texts[noted].part = true;
                    }
                }
            }
            What::Number => spelt.stand_in(&self.source[value.at.clone()], at),
            _ => spelt.hole(at),
        }
    }

    fn add_text(&mut self, spelt: Spelt, at: Range<usize>) -> Value {
        let noted = self.uses.texts.len();
        self.uses.texts.push(uses::Text {
            text: spelt.text.clone(),
            parts: spelt.places(),
            span: span(&at),
            method: None,
            call: None,
            part: false,
            within: self.within(),
        });
        self.texts.push(Text { spelt, noted: Some(noted), used: false, at: at.clone() });
        Value { what: What::Text(self.texts.len() - 1), at }
    }

    /// A value with the place at which it is used.
    fn placed(&mut self, node: Node<'t>) -> Placed {
        (self.value(node), node.byte_range())
    }

    /// Notes that a text which begins like an address ends with what the function at hand is given.
    fn note_helper(&mut self, last: &Value, text: &str, noted: usize) {
        let (What::Base(base), Some(frame)) = (last.what, self.frames.last_mut()) else { return };
        let Some(index) = frame.parameters.iter().position(|known| *known == base) else { return };
        let Some(before) = text.strip_suffix(super::spelt::HOLE) else { return };
        if before.contains("/v1") && !frame.name.is_empty() {
            frame.helper = Some((index, before.to_owned(), noted));
        }
    }

    fn join(&mut self, values: &[Placed], between: &str, at: Range<usize>) -> Value {
        // Numbers are added, not joined.
        if !values.iter().any(|(value, _)| matches!(value.what, What::Text(_))) {
            return Value { what: What::Unknown, at };
        }
        let mut spelt = Spelt::default();
        for (value, place) in values {
            let slash = |text: &str| text.ends_with('/');
            if !between.is_empty() && !spelt.text.is_empty() && !slash(&spelt.text) {
                let begins = match value.what {
                    What::Text(text) => self.texts[text].spelt.text.starts_with('/'),
                    _ => false,
                };
                if !begins {
                    spelt.stand_in(between, place.clone());
                }
            }
            self.append(&mut spelt, value, place.clone());
        }
        let text = spelt.text.clone();
        let made = self.add_text(spelt, at);
        if let Some((last, _)) = values.last() {
            self.note_helper(last, &text, self.uses.texts.len() - 1);
        }
        made
    }

    /// A value with another added to its end.
    fn extended(&mut self, before: &Value, added: &Value, at: Range<usize>) -> Value {
        match (before.what, added.what) {
            (What::Object(one), What::Object(other)) if self.may_merge(self.objects[one].members.len(), other) => {
                self.use_up(added);
                let other = self.objects[other].clone();
                let sometimes = self.branches > self.objects[one].depth;
                self.objects[one].merge(&other, sometimes);
                before.clone()
            }
            (What::List(one), What::List(other))
                if one != other && self.may_copy(self.lists[other].items.len() * 16) =>
            {
                self.use_up(added);
                let items = self.lists[other].items.clone();
                let open = self.lists[other].open || self.branches > self.lists[one].depth;
                self.lists[one].items.extend(items);
                self.lists[one].open |= open;
                before.clone()
            }
            _ => {
                let placed = |value: &Value| (value.clone(), value.at.clone());
                self.join(&[placed(before), placed(added)], "", at)
            }
        }
    }

    /// Fills in a template: `%s` and its kin, and `{}` of those that are no JSON.
    fn format(&mut self, template: &Value, values: &[Placed], at: Range<usize>) -> Value {
        let What::Text(number) = template.what else { return Value { what: What::Unknown, at } };
        let mut flat = Vec::new();
        for (value, place) in values {
            match value.what {
                What::List(list) if self.may_copy(self.lists[list].items.len() * 16) => {
                    self.lists[list].used = true;
                    flat.extend(self.lists[list].items.iter().map(|item| (item.clone(), item.at.clone())));
                }
                What::Object(_) => self.use_up(value),
                _ => flat.push((value.clone(), place.clone())),
            }
        }
        if !self.may_copy(self.texts[number].spelt.text.len()) {
            return Value { what: What::Unknown, at };
        }
        let spelt = self.texts[number].spelt.clone();
        self.texts[number].used = true;
        let mut values = flat.iter();
        let (mut whole, mut from) = (Spelt::default(), 0);
        // In JSON a brace is a brace, unless all of them are doubled.
        let json = spelt.text.contains('"') && !spelt.text.contains("{{");
        while let Some((start, len)) = mark(&spelt.text, from, !json) {
            whole.append(&spelt.part(from..start));
            let marked = &spelt.text[start..start + len];
            if matches!(marked, "{{" | "}}") {
                whole.append(&spelt.part(start..start + 1));
            } else if let Some((value, place)) = values.next() {
                // In JSON the place of a value is that of its mark, so that all of it is in order.
                match spelt.part(start..start + len).places().first().filter(|_| json) {
                    Some((_, mark)) => {
                        let place = mark.start as usize..mark.end as usize;
                        match self.constant(value) {
                            Some(Constant::Text(text) | Constant::Number(text)) => whole.stand_in(&text, place),
                            None => whole.hole(place),
                        }
                        self.use_up(value);
                    }
                    None => self.append(&mut whole, value, place.clone()),
                }
            } else {
                whole.hole(template.at.clone());
            }
            from = start + len;
        }
        whole.append(&spelt.part(from..spelt.text.len()));
        self.add_text(whole, if json { template.at.clone() } else { at })
    }

    fn object(&mut self, entries: Vec<Entry<'t>>, of_type: Option<&str>, at: Range<usize>) -> Value {
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
    fn may_merge(&mut self, into: usize, other: usize) -> bool {
        let other = self.objects[other].members.len();
        self.may_copy(other.saturating_mul(16 + into))
    }

    /// The name on the wire of a field of a type.
    fn wire_name(&self, of_type: &str, name: &str) -> Option<String> {
        let name = methods::plain(name);
        let same = |field: &&uses::Field| methods::plain(&field.name) == name;
        self.type_called(of_type)?.fields.iter().find(same).map(|field| field.wire.clone())
    }

    /// What a type has besides the fields that are given a value.
    fn fill_in(&self, object: &mut Object, of_type: &str) {
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
    fn type_called(&self, name: &str) -> Option<&uses::Type> {
        self.uses.types.iter().chain(&self.types).rev().find(|declared| declared.name == name)
    }

    /// The key of a member; when it names a field of a declared type, by the name on the wire.
    fn member_key(&mut self, key: &Key<'t>) -> (Option<StepKey>, Range<usize>) {
        let (known, at) = self.key(key);
        if let (Key::Named(..), Some(StepKey::Key(name))) = (key, &known) {
            if let Some(Some(wire)) = self.wires.get(&methods::plain(name)) {
                return (Some(StepKey::Key(wire.clone())), at);
            }
            // `Messages` in languages whose properties begin with a capital.
            if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(|c: char| c.is_ascii_lowercase()) {
                return (Some(StepKey::Key(super::role::snake(name))), at);
            }
        }
        (known, at)
    }

    /// Notes which members are given `true` or `false`, or a validator of certificates.
    fn note_settings(&mut self, object: &Object) {
        for member in &object.members {
            let truth = match member.value.what {
                What::True => true,
                What::False => false,
                What::Number if self.source.get(member.value.at.clone()) == Some("0") => false,
                _ if methods::plain(&member.name).contains("certificatecustomvalidation") => true,
                _ => continue,
            };
            self.uses.settings.push((Name { text: member.name.clone(), span: span(&member.key) }, truth));
        }
    }

    /// `Types.Voice`: a text that a type of the file has.
    fn constant_of(&self, holder: &Value, key: &Key<'t>) -> Option<Value> {
        let (What::Base(base), Key::Named(name, _)) = (holder.what, key) else { return None };
        self.type_called(&self.uses.bases[base as usize].name)?;
        self.globals.get(name.as_ref()).filter(|known| matches!(known.what, What::Text(_))).cloned()
    }

    /// Says that the function at hand adds `messaging_product` to what it is given.
    fn adds_product(&mut self) {
        if let Some(number) = self.within() {
            self.uses.functions[number as usize].adds_product = true;
        }
    }

    fn list(&mut self, items: Vec<Item<'t>>, at: Range<usize>) -> Value {
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

    /// Says that another value has this one, so that it does not stand on its own.
    fn use_up(&mut self, value: &Value) {
        match value.what {
            What::Object(object) => self.objects[object].used = true,
            What::List(list) => self.lists[list].used = true,
            What::Text(text) => self.texts[text].used = true,
            _ => {}
        }
    }

    fn named(&mut self, name: &'t str, at: Range<usize>) -> Value {
        let known = self.frames.iter().rev().find_map(|frame| frame.names.get(name)).or_else(|| self.globals.get(name));
        if let Some(known) = known {
            return known.clone();
        }
        // A function that is asked for like a field.
        let asked = self
            .known
            .get(name)
            .filter(|known| known.bare && known.back.is_some() || matches!(known.back, Some(Back::Text(_))));
        if asked.is_some() {
            return self.back(name, &[], at.clone()).unwrap_or(Value { what: What::Unknown, at });
        }
        if let Some(value) = self.elsewhere(name, &at) {
            return value;
        }
        let base = self.base(name, false);
        Value { what: What::Base(base), at }
    }

    /// The constant of another file.
    fn elsewhere(&mut self, name: &str, at: &Range<usize>) -> Option<Value> {
        let text = (self.constants)(name)?;
        let mut spelt = Spelt::default();
        spelt.stand_in(&text, at.clone());
        let value = self.add_text(spelt, at.clone());
        self.use_up(&value);
        Some(value)
    }

    fn base(&mut self, name: &str, answer: bool) -> u32 {
        let base = Base { name: name.to_owned(), answer, parameter: false };
        self.add_base(base)
    }

    fn add_base(&mut self, base: Base) -> u32 {
        let next = offset(self.uses.bases.len());
        let index = *self.bases.entry(base.clone()).or_insert(next);
        if index == next {
            self.uses.bases.push(base);
        }
        index
    }

    /// The key of a member, and where it is written.
    fn key(&mut self, key: &Key<'t>) -> (Option<StepKey>, Range<usize>) {
        match key {
            Key::Named(name, node) => (Some(StepKey::Key(name.clone().into_owned())), node.byte_range()),
            Key::Part(range) => (Some(StepKey::Key(self.source[range.clone()].to_owned())), range.clone()),
            Key::Value(node) => {
                let value = self.value(*node);
                (self.step_key(&value), node.byte_range())
            }
        }
    }

    fn step_key(&mut self, value: &Value) -> Option<StepKey> {
        match value.what {
            What::Text(text) => {
                self.texts[text].used = true;
                Some(StepKey::Key(self.texts[text].spelt.text.clone()))
            }
            What::Number => self.source[value.at.clone()].parse().ok().map(StepKey::Index),
            _ => None,
        }
    }

    /// What stands under a key of a value.
    fn member(&mut self, holder: &Value, key: Option<StepKey>, at: Range<usize>) -> Value {
        let key = key.unwrap_or(StepKey::Each);
        // `settings.WA_URL`, `process.env.WA_URL`.
        if let (What::Step(_) | What::Base(_), StepKey::Key(name)) = (holder.what, &key)
            && name.len() > 3
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            && let Some(value) = self.elsewhere(name, &at)
        {
            return value;
        }
        match (holder.what, &key) {
            // The fields of a type that has no name as a field.
            (_, StepKey::Key(name)) if name.is_empty() => holder.clone(),
            (What::Object(object), StepKey::Key(name)) => match self.objects[object].get(name) {
                Some(member) => member.value.clone(),
                None => Value { what: What::Unknown, at },
            },
            // Of an address.
            (What::Text(_), StepKey::Key(name)) if matches!(name.as_str(), "path" | "request_uri" | "href") => {
                holder.clone()
            }
            (What::List(list), StepKey::Index(index)) => {
                let item = usize::try_from(*index).ok().and_then(|index| self.lists[list].items.get(index));
                item.cloned().unwrap_or(Value { what: What::Unknown, at })
            }
            (What::List(list), StepKey::Each) => {
                self.lists[list].items.first().cloned().unwrap_or(Value { what: What::Unknown, at })
            }
            (What::Step(step), _) => self.step(Of::Step(step), key, at, false),
            (What::Base(base), _) => self.step(Of::Base(base), key, at, false),
            (What::Text(_) | What::Number, _) => Value { what: What::Unknown, at },
            _ => {
                let base = self.base("", false);
                self.step(Of::Base(base), key, at, false)
            }
        }
    }

    fn step(&mut self, of: Of, key: StepKey, at: Range<usize>, follows: bool) -> Value {
        let within = self.within();
        self.uses.steps.push(Step { of, key, span: span(&at), follows, tested: false, within });
        Value { what: What::Step(offset(self.uses.steps.len() - 1)), at }
    }

    /// An item of a list.
    fn each(&mut self, list: &Value, at: Range<usize>) -> Value {
        match list.what {
            What::Step(step) => self.step(Of::Step(step), StepKey::Each, at, true),
            What::Base(base) => self.step(Of::Base(base), StepKey::Each, at, true),
            What::List(number) => {
                let list = &self.lists[number];
                // What is known of one item need not hold for the others.
                let alone = list.items.len() == 1 && !list.open;
                list.items.first().filter(|_| alone).cloned().unwrap_or(Value { what: What::Unknown, at })
            }
            _ => Value { what: What::Unknown, at },
        }
    }

    fn constant(&self, value: &Value) -> Option<Constant> {
        match value.what {
            What::Text(text) => Some(Constant::Text(self.texts[text].spelt.text.clone())),
            What::Number => Some(Constant::Number(self.source[value.at.clone()].to_owned())),
            _ => None,
        }
    }

    /// Notes that `value` is compared with `other`, when that is a constant.
    fn compare(&mut self, value: &Value, other: &Value, at: Range<usize>, how: How) {
        let Some(with) = self.constant(other) else { return };
        self.use_up(other);
        let (of, name) = match value.what {
            What::Step(step) => (Some(step), self.name_of(Of::Step(step))),
            What::Base(base) => (None, self.name_of(Of::Base(base))),
            What::Unknown => (None, String::new()),
            _ => return,
        };
        let within = self.within();
        self.uses.comparisons.push(Comparison { of, name, with, span: span(&at), how, within });
    }

    /// The name of a property or variable: the nearest that is one.
    fn name_of(&self, mut of: Of) -> String {
        loop {
            match of {
                Of::Base(base) => return self.uses.bases[base as usize].name.clone(),
                Of::Step(step) => {
                    let step = &self.uses.steps[step as usize];
                    if let StepKey::Key(name) = &step.key {
                        return name.clone();
                    }
                    of = step.of;
                }
            }
        }
    }

    /// Notes that the code asks whether a property is there.
    fn test(&mut self, value: &Value) {
        if let What::Step(step) = value.what {
            self.uses.steps[step as usize].tested = true;
        }
    }

    /// A value among others, or a name among the keys of something.
    fn among(&mut self, item: &Value, holder: &Value) {
        match (item.what, holder.what) {
            (What::Text(_) | What::Number, What::Step(_) | What::Base(_)) => {
                let key = self.step_key(item);
                let member = self.member(holder, key, item.at.clone());
                self.test(&member);
            }
            (_, What::List(list)) if self.may_copy(self.lists[list].items.len() * 16) => {
                self.lists[list].used = true;
                for other in self.lists[list].items.clone() {
                    self.compare(item, &other, other.at.clone(), How::Among);
                }
            }
            _ => {}
        }
    }

    /// Of several values the first that says most.
    fn either(&self, values: &[Value]) -> Option<Value> {
        let empty = |value: &&Value| match value.what {
            What::Unknown | What::Null | What::True | What::False | What::Function(_) | What::Base(_) => true,
            What::Object(object) => self.objects[object].members.is_empty(),
            What::List(list) => self.lists[list].items.is_empty(),
            What::Text(text) => self.texts[text].spelt.text.is_empty(),
            What::Number | What::Step(_) => false,
        };
        // An address that is taken when no other is set says more than one that is not known.
        let full = values.iter().find(|value| self.is_address(value));
        let full = full.or_else(|| values.iter().find(|value| !empty(value)));
        full.or_else(|| values.iter().find(|value| matches!(value.what, What::Base(_)))).or(values.first()).cloned()
    }

    /// Goes through a function; `given` are values of its first parameters, where they are known. Gives back the
    /// function and what it gives back.
    fn function(&mut self, function: Function<'t>, given: &[Value], at: Range<usize>) -> (Value, Option<Value>) {
        let name = function.name.map(|node| self.text(node)).unwrap_or_default();
        let number = offset(self.uses.functions.len());
        let place = function.name.map_or(at.clone(), |node| node.byte_range());
        self.uses.functions.push(uses::Function { name: name.to_owned(), span: span(&place), adds_product: false });
        let known = self.known.get(name).cloned().unwrap_or_default();
        if !name.is_empty() {
            self.known.entry(name.to_owned()).or_default().bare = function.parameters.is_empty();
        }
        self.frames.push(Frame {
            names: HashMap::new(),
            number: Some(number),
            name: name.to_owned(),
            parameters: Vec::new(),
            back: None,
            helper: None,
        });
        let branches = std::mem::take(&mut self.branches);
        for (index, mut parameter) in function.parameters.into_iter().enumerate() {
            let mut instead = None;
            if let Role::Assign { target, value } = self.role(parameter) {
                parameter = target;
                // A text that is taken when none is given.
                instead = Some(self.value(value)).filter(|value| matches!(value.what, What::Text(_)));
            }
            let value = match (given.get(index), known.given.get(index).cloned().flatten()) {
                (Some(value), _) => value.clone(),
                (None, Some(way)) => self.along(way, parameter.byte_range()),
                (None, None) if instead.is_some() => instead.unwrap_or_else(|| Self::unknown(parameter)),
                (None, None) => {
                    let mut inner = self.role(parameter);
                    while let Role::Same(node) = inner {
                        inner = self.role(node);
                    }
                    let name = match inner {
                        Role::Name(name) => name,
                        // A pattern that keeps the whole.
                        Role::Either(nodes) => {
                            let name = |node| if let Role::Name(name) = self.role(node) { Some(name) } else { None };
                            nodes.into_iter().find_map(name).unwrap_or_default()
                        }
                        _ => "",
                    };
                    let base = self.add_base(Base { name: name.to_owned(), answer: false, parameter: true });
                    if let Some(frame) = self.frames.last_mut() {
                        frame.parameters.push(base);
                    }
                    Value { what: What::Base(base), at: parameter.byte_range() }
                }
            };
            // Its own, also when a function around it has one of that name.
            if let (Role::Name(name), Some(frame)) = (self.role(parameter), self.frames.last_mut()) {
                frame.names.insert(name, value.clone());
            }
            self.bind(parameter, &value);
        }
        // Comments may follow the last part.
        let last = function.body.iter().rposition(|part| !part.is_extra());
        for (index, part) in function.body.into_iter().enumerate() {
            let value = self.value(part);
            if function.is_expression && Some(index) == last {
                self.give_back(&value);
            }
        }
        self.branches = branches;
        let frame = self.frames.pop();
        if let Some((name, (index, before, noted))) =
            frame.as_ref().and_then(|frame| Some((frame.name.clone(), frame.helper.clone()?)))
        {
            let method = self.uses.texts.get(noted).and_then(|text| text.method);
            self.known.entry(name).or_default().calls = Some((index, before, method));
        }
        let back = frame.and_then(|frame| frame.back);
        (Value { what: What::Function(number), at }, back)
    }

    /// A property that another place leads to.
    fn along(&mut self, (base, keys): Way, at: Range<usize>) -> Value {
        if !self.may_copy(keys.len() * 16) {
            return Value { what: What::Unknown, at };
        }
        let base = self.add_base(base);
        let mut value = Value { what: What::Base(base), at: at.clone() };
        for key in keys {
            let of = if let What::Step(step) = value.what { Of::Step(step) } else { Of::Base(base) };
            value = self.step(of, key, at.clone(), true);
        }
        value
    }

    /// The way to a property.
    fn way(&self, value: &Value) -> Option<Way> {
        match value.what {
            What::Step(step) if self.is_near(step) => {
                let base = self.uses.base(step)?.clone();
                Some((base, self.uses.path(step).into_iter().cloned().collect()))
            }
            What::Base(base) => Some((self.uses.bases[base as usize].clone(), Vec::new())),
            _ => None,
        }
    }

    /// Whether a property is not too far from what it begins at.
    fn is_near(&self, step: u32) -> bool {
        let mut at = Of::Step(step);
        for _ in 0..LONGEST_WAY {
            match at {
                Of::Step(step) => at = self.uses.steps[step as usize].of,
                Of::Base(_) => return true,
            }
        }
        false
    }

    /// Notes what the function at hand gives back.
    fn give_back(&mut self, value: &Value) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.back.is_none() || !matches!(value.what, What::Null | What::Unknown) {
            frame.back = Some(value.clone());
        }
        let (name, parameters) = (frame.name.clone(), frame.parameters.clone());
        match value.what {
            What::Object(object) => {
                let object = &mut self.objects[object];
                if object.fate == Fated::Kept {
                    object.fate = Fated::Returned(name.clone());
                }
            }
            What::List(list) => {
                let list = &mut self.lists[list];
                if list.fate == Fated::Kept {
                    list.fate = Fated::Returned(name.clone());
                }
            }
            _ => {}
        }
        if name.is_empty() {
            return;
        }
        let back = match value.what {
            What::Object(object) => Some(Back::Object(object)),
            What::Text(text) => Some(Back::Text(text)),
            What::Step(step) if self.is_near(step) => {
                let base = self.uses.base(step).and_then(|base| self.bases.get(base));
                let index = base.and_then(|base| parameters.iter().position(|known| known == base));
                match index {
                    Some(index) => Some(Back::Way(index, self.uses.path(step).into_iter().cloned().collect())),
                    None => self.own(value),
                }
            }
            What::Base(base) if self.uses.bases[base as usize].answer || parameters.is_empty() => self.own(value),
            _ => None,
        };
        let known = self.known.entry(name).or_default();
        match (&known.back, &back) {
            (Some(_), None | Some(Back::Own(_))) => {}
            _ => known.back = back.or(known.back.take()),
        }
    }

    /// What hangs on no parameter.
    fn own(&self, value: &Value) -> Option<Back> {
        self.way(value).filter(|(base, _)| !base.parameter && !base.name.is_empty()).map(Back::Own)
    }

    fn declared(&mut self, declared: Type<'t>, at: Range<usize>) {
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
            let known = self.wires.entry(methods::plain(&field.name)).or_insert_with(|| Some(field.wire.clone()));
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

/// A mark in a template at or after `from`, and its length.
fn mark(text: &str, from: usize, braces: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find_map(|at| {
        let rest = &text.get(at..)?;
        match bytes[at] {
            b'%' => {
                let digits =
                    rest[1..].bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'$' | b'.' | b'-')).count();
                let letter = rest.as_bytes().get(1 + digits)?;
                matches!(letter, b's' | b'd' | b'v' | b'q').then_some((at, digits + 2))
            }
            b'{' | b'}' if braces && rest.as_bytes().get(1) == Some(&bytes[at]) => Some((at, 2)),
            // `${_}` is a hole that was there before.
            b'{' if braces && !text[..at].ends_with('$') => {
                let len = rest.find('}')?;
                let name = &rest[1..len];
                let wordy = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'.'));
                wordy.then_some((at, len + 1))
            }
            _ => None,
        }
    })
}

/// A value, and the place at which it is used.
type Placed = (Value, Range<usize>);

fn span(range: &Range<usize>) -> Span {
    Span { start: offset(range.start), end: offset(range.end) }
}
