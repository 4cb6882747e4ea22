//! Follows values through the code of one file: which objects are put together, which properties are read, what they
//! are compared with.
//!
//! The code is gone through twice in its order, all branches of it. The first time tells what functions are given and
//! give back. Work is bounded: no node of the syntax tree is looked at more than a few times.

mod call;
mod deed;
mod each;
mod emit;
mod function;
mod methods;
mod object;
mod pattern;
mod step;
mod text;
mod value;

use std::collections::HashMap;
use std::ops::Range;

use tree_sitter::Node;

use super::Elsewhere;
use super::role::{Function, Key, Role, Roles, text_of};
use super::spelt::Spelt;
use super::uses::{self, Base, How, StepKey, Uses};
use crate::tree::{Span, offset};
use value::{List, Object, Text, Value, What};

pub(super) use emit::emit;

/// How deep expressions are followed, and how many steps may follow upon each other.
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
    /// What other files say.
    elsewhere: &'t dyn Elsewhere,
    /// How many others each step follows upon.
    deep: Vec<usize>,
    depth: usize,
    /// How many branches deep the code is.
    branches: usize,
    seen: usize,
    copied: usize,
    /// The first of the objects, lists and texts of this time through.
    from: (usize, usize, usize),
}

/// Follows the code below `root`.
pub(super) fn follow<'t>(root: Node<'t>, source: &'t str, roles: Roles, elsewhere: &'t dyn Elsewhere) -> Follower<'t> {
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
        elsewhere,
        deep: Vec::new(),
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
        self.deep.clear();
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

    #[expect(clippy::too_many_lines, reason = "one arm a role")]
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
            Role::Call(call) => self.call(&call, node),
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
                for value in &values {
                    self.test(value);
                }
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
            Role::Comment | Role::Nothing => of(What::Unknown),
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

    /// Says that the function at hand adds `messaging_product` to what it is given.
    fn adds_product(&mut self) {
        if let Some(number) = self.within() {
            self.uses.functions[number as usize].adds_product = true;
        }
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
        let text = self.elsewhere.constant(name)?;
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
}

/// A value, and the place at which it is used.
type Placed = (Value, Range<usize>);

fn span(range: &Range<usize>) -> Span {
    Span { start: offset(range.start), end: offset(range.end) }
}
