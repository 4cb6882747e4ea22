//! The values that stand on their own, as a tree.

use std::collections::HashMap;
use std::ops::Range;

use super::Follower;
use super::value::{Value, What};
use crate::read::code::uses::{Fate, Uses};
use crate::read::decode::Decoded;
use crate::tree::{Kind, NodeId, OpenContainer, Tree};

/// How deep values are put into each other.
const DEEPEST: usize = 64;

/// Puts the values of a followed file into `tree`, below a root that gathers them; gives back what was seen, and the
/// texts with the way back to their bytes.
pub(in crate::read::code) fn emit(follower: Follower<'_>, tree: &mut Tree) -> (Uses, HashMap<NodeId, Decoded>) {
    let mut emitter = Emitter { decoded: HashMap::new(), nodes: 0, follower, height: 0, deep: 0 };
    let source = emitter.follower.source;
    let root = tree.open_container(Kind::Array, 0);
    let mut roots = emitter.roots();
    roots.sort_by_key(|(value, _)| (value.at.start, std::cmp::Reverse(value.at.end)));
    roots.dedup_by(|one, other| one.0.what == other.0.what);
    let mut container = OpenContainer::new(root, false);
    let mut values = Vec::new();
    for (value, fate) in roots {
        values.push((NodeId(crate::tree::offset(tree.len())), fate));
        emitter.value(&value, tree);
        container.count += 1;
    }
    tree.close_container(&container, source.len());
    tree.set_height(emitter.height + 1);
    let mut uses = emitter.follower.uses;
    uses.values = values;
    (uses, emitter.decoded)
}

struct Emitter<'t> {
    follower: Follower<'t>,
    decoded: HashMap<NodeId, Decoded>,
    nodes: usize,
    deep: usize,
    height: usize,
}

impl Emitter<'_> {
    /// What stands on its own, with its fate.
    fn roots(&self) -> Vec<(Value, Fate)> {
        let follower = &self.follower;
        let (objects, lists, texts) = follower.from;
        let mut roots = Vec::new();
        for (index, object) in follower.objects.iter().enumerate().skip(objects) {
            let changed = matches!(&object.fate, Fate::Returned(name) if follower.known.get(name).is_some_and(|known| known.changed));
            if !object.used && !changed && !object.members.is_empty() {
                roots.push((Value { what: What::Object(index), at: object.at.clone() }, object.fate.clone()));
            }
        }
        for (index, list) in follower.lists.iter().enumerate().skip(lists) {
            if !list.used && list.items.iter().any(|item| matches!(item.what, What::Object(_) | What::Text(_))) {
                roots.push((Value { what: What::List(index), at: list.at.clone() }, list.fate.clone()));
            }
        }
        for (index, text) in follower.texts.iter().enumerate().skip(texts) {
            // What begins otherwise speaks of a document, as comments do.
            let begins = text.spelt.text.trim_start().starts_with(['{', '[']);
            if !text.used && begins && text.spelt.text.contains('"') {
                roots.push((Value { what: What::Text(index), at: text.at.clone() }, Fate::Kept));
            }
        }
        roots
    }

    fn value(&mut self, value: &Value, tree: &mut Tree) {
        self.nodes += 1;
        if self.deep >= DEEPEST || self.nodes > super::MOST {
            tree.push(Kind::Hole, value.at.start, value.at.end);
            return;
        }
        self.deep += 1;
        self.height = self.height.max(self.deep);
        match value.what {
            What::Text(text) => self.text(text, &value.at, tree),
            What::Number => drop(tree.push(Kind::Number, value.at.start, value.at.end)),
            What::True => drop(tree.push(Kind::True, value.at.start, value.at.end)),
            What::False => drop(tree.push(Kind::False, value.at.start, value.at.end)),
            What::Null => drop(tree.push(Kind::Null, value.at.start, value.at.end)),
            What::Object(object) => self.object(object, tree),
            What::List(list) => self.list(list, tree),
            What::Unknown | What::Step(_) | What::Base(_) | What::Function(_) => {
                tree.push(Kind::Hole, value.at.start, value.at.end);
            }
        }
        self.deep -= 1;
    }

    fn text(&mut self, text: usize, at: &Range<usize>, tree: &mut Tree) {
        let text = &self.follower.texts[text];
        let from = tree.decoded_len();
        tree.decoded_mut().push_str(&text.spelt.text);
        let index = tree.push_escaped(text.at.start.min(at.start), text.at.end.max(at.start), from);
        self.decoded.insert(NodeId(index), text.spelt.decoded(self.follower.source, &text.at));
    }

    fn object(&mut self, number: usize, tree: &mut Tree) {
        let object = self.follower.objects[number].clone();
        let index = tree.open_container(Kind::Object, object.at.start);
        // Of two that exclude each other each branch has one.
        let both = |one: &str, other: &str| object.get(one).is_some() && object.get(other).is_some();
        if object.open || object.varies && (both("id", "link") || both("flow_id", "flow_name")) {
            tree.mark_open(index);
        }
        let mut container = OpenContainer::new(index, true);
        for member in &object.members {
            let from = tree.decoded_len();
            tree.decoded_mut().push_str(&member.name);
            tree.push_escaped(member.key.start, member.key.end, from);
            tree.forget_candidate();
            container.note_escaped_key();
            container.count += 1;
            self.value(&member.value, tree);
        }
        tree.close_container(&container, object.at.end);
    }

    fn list(&mut self, number: usize, tree: &mut Tree) {
        let list = self.follower.lists[number].clone();
        let index = tree.open_container(Kind::Array, list.at.start);
        if list.open {
            tree.mark_open(index);
        }
        let mut container = OpenContainer::new(index, false);
        for item in &list.items {
            container.count += 1;
            self.value(item, tree);
        }
        tree.close_container(&container, list.at.end);
    }
}
