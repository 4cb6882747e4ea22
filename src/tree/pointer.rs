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

fn write_key(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
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
