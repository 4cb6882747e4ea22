//! JSON Pointers (RFC 6901), extended by a `#` that marks the step into a string.

use std::fmt;

use super::{Kind, Node, NodeId};

/// The way from a node down to another, written as an RFC 6901 pointer.
///
/// A step into a document that stands in a string is a `#` behind the string's pointer:
/// `/item/0/request/body/raw#/to`.
#[derive(Clone, Copy, Debug)]
pub struct Pointer<'a> {
    from: Node<'a>,
    to: NodeId,
}

impl<'a> Pointer<'a> {
    /// The pointer from `from` to the node `to` below it; empty when they are the same.
    #[must_use]
    pub fn new(from: Node<'a>, to: NodeId) -> Self {
        Self { from, to }
    }

    /// Calls `step` with each reference token, unescaped.
    pub fn each(&self, step: &mut dyn FnMut(Step<'a>)) {
        // Layers between, outermost first.
        let tree = self.from.tree();
        let mut stops = vec![self.to];
        let mut at = self.to;
        while let Some(layer) = tree.layer_of(at).filter(|layer| layer.root > self.from.id()) {
            if self.from.contains(at) {
                break;
            }
            at = layer.string;
            stops.push(at);
        }
        let mut node = self.from;
        while let Some(stop) = stops.pop() {
            node = walk(node, stop, step);
            if !stops.is_empty() {
                let Some(inner) = node.inner() else { return };
                step(Step::Inside);
                node = inner;
            }
        }
    }
}

fn walk<'a>(from: Node<'a>, to: NodeId, step: &mut dyn FnMut(Step<'a>)) -> Node<'a> {
    let mut node = from;
    while node.id() != to {
        let below = match node.kind() {
            Kind::Object => {
                node.members().find(|(key, value)| key.id() == to || value.contains(to)).map(|(key, value)| {
                    step(Step::Key(key.text()));
                    if key.id() == to { key } else { value }
                })
            }
            Kind::Array => node.items().enumerate().find(|(_, item)| item.contains(to)).map(|(index, item)| {
                step(Step::Index(index));
                item
            }),
            _ => None,
        };
        let Some(below) = below else { break };
        node = below;
    }
    node
}

/// One step of a [`Pointer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// To a member of an object.
    Key(&'a str),
    /// To an item of an array, counted from 0.
    Index(usize),
    /// Into the document that stands in a string.
    Inside,
}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        self.each(&mut |step| {
            if result.is_ok() {
                result = match step {
                    Step::Key(key) => write_key(f, key),
                    Step::Index(index) => write!(f, "/{index}"),
                    Step::Inside => f.write_str("#"),
                };
            }
        });
        result
    }
}

fn write_key(f: &mut impl fmt::Write, key: &str) -> fmt::Result {
    f.write_str("/")?;
    if !key.contains(['~', '/']) {
        return f.write_str(key);
    }
    for c in key.chars() {
        match c {
            '~' => f.write_str("~0")?,
            '/' => f.write_str("~1")?,
            c => write!(f, "{c}")?,
        }
    }
    Ok(())
}

/// Pointers from one node to many below it, in order of place: each goes on from the way of the one before, so that
/// all together cost one walk.
#[derive(Debug)]
pub struct Trail<'a> {
    root: Node<'a>,
    way: Vec<Stage<'a>>,
}

/// A container on the way and where in it the way goes on.
#[derive(Clone, Copy, Debug)]
struct Stage<'a> {
    container: Node<'a>,
    /// The member's key or the item.
    child: NodeId,
    /// How many members or items stand before it.
    index: usize,
}

impl<'a> Trail<'a> {
    /// A trail that begins at `root`.
    #[must_use]
    pub fn new(root: Node<'a>) -> Self {
        Self { root, way: Vec::new() }
    }

    /// The pointer to `to`, which stands at or below the root in the same layer.
    pub fn pointer(&mut self, to: NodeId) -> String {
        let mut out = String::new();
        self.write(to, &mut out);
        out
    }

    /// Appends the pointer to `to`.
    pub fn write(&mut self, to: NodeId, out: &mut String) {
        while let Some(stage) = self.way.last() {
            if stage.container.contains(to) && stage.child <= to {
                break;
            }
            self.way.pop();
        }
        if self.way.is_empty() && self.root.id() != to && self.root.contains(to) {
            self.way.extend(Stage::first(self.root));
        }
        while let Some(stage) = self.way.last_mut() {
            if stage.container.id() == to {
                self.way.pop();
                break;
            }
            while !stage.reaches(to) {
                if !stage.step() {
                    return;
                }
            }
            let below = stage.value();
            if stage.child == to || below.id() == to {
                break;
            }
            match Stage::first(below) {
                Some(stage) => self.way.push(stage),
                None => break,
            }
        }
        for stage in &self.way {
            // Writing to a string does not fail.
            let _ = match stage.container.kind() {
                Kind::Object => write_key(out, stage.container.sibling_of(stage.child).text()),
                _ => fmt::Write::write_fmt(out, format_args!("/{}", stage.index)),
            };
        }
    }
}

impl<'a> Stage<'a> {
    fn first(container: Node<'a>) -> Option<Self> {
        (container.count() > 0).then(|| Self { container, child: container.id().following(), index: 0 })
    }

    /// The value that the way goes through.
    fn value(&self) -> Node<'a> {
        let child = self.container.sibling_of(self.child);
        if self.container.kind() == Kind::Object { self.container.sibling_of(self.child.following()) } else { child }
    }

    fn reaches(&self, to: NodeId) -> bool {
        self.child == to || self.value().contains(to)
    }

    fn step(&mut self) -> bool {
        let Some(next) = self.value().next_within(self.container) else { return false };
        self.child = next.id();
        self.index += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    #[test]
    fn a_trail_gives_the_same_pointers_as_single_walks_in_any_order() {
        let text = r#"{"a":[1,{"b~/":[[],[2,3]],"c":{}},4],"":{"d":null},"e":[]}"#;
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        crate::read::json::read(text, &mut tree, &mut notices).expect("json");
        let root = tree.root(text).expect("root");
        let mut trail = Trail::new(root);
        let all: Vec<NodeId> = root.descendants().map(|node| node.id()).collect();
        for first in &all {
            for second in &all {
                for to in [*first, *second] {
                    assert_eq!(trail.pointer(to), Pointer::new(root, to).to_string(), "{first:?} {second:?}");
                }
            }
        }
    }
}
