//! How JSON is laid out: the spacing on a line, the indentation of lines, found in what stands around a place.

use super::gap::{Gap, indentation};
use crate::fix::Value;
use crate::rules::Look;
use crate::tree::{Kind, Node, NodeId};

/// How many nodes before a value are searched for what it stands in.
const NEAR: usize = 4096;

/// How what stands on one line is spaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spacing<'a> {
    /// Between a key and its value: `:` with the white space around it.
    pub colon: &'a str,
    /// Between two members or items: `,` with the white space around it.
    pub comma: &'a str,
    /// Between the braces of an object and what is in it.
    pub padding: &'a str,
}

impl<'a> Spacing<'a> {
    const WIDE: Self = Self { colon: ": ", comma: ", ", padding: "" };
    const TIGHT: Self = Self { colon: ":", comma: ",", padding: "" };

    /// The spacing of an object, by its first members.
    pub fn of(object: Node<'a>) -> Self {
        if object.tree().is_compact() {
            return Self::TIGHT;
        }
        let text = object.layer_text();
        let mut members = object.members();
        let Some((key, value)) = members.next() else { return Self::WIDE };
        let from_to = |start: u32, end: u32| &text[start as usize..end as usize];
        let on_line = |spacing: &str, mark: &str| spacing.trim() == mark && !spacing.contains('\n');
        let colon = from_to(key.own_span().end, value.own_span().start);
        let colon = if on_line(colon, ":") { colon } else { Self::WIDE.colon };
        let default = if colon.len() > 1 { Self::WIDE.comma } else { Self::TIGHT.comma };
        let comma =
            members.next().map_or(default, |(second, _)| from_to(value.own_span().end, second.own_span().start));
        let comma = if on_line(comma, ",") { comma } else { default };
        let padding = from_to(object.own_span().start + 1, key.own_span().start);
        Self { colon, comma, padding: if on_line(padding, "") { padding } else { "" } }
    }

    /// The spacing of the nearest object with members that a node stands in.
    fn around(node: Node<'a>) -> Self {
        if node.tree().is_compact() {
            return Self::TIGHT;
        }
        holders(node).find(Node::is_object).map_or(Self::WIDE, Self::of)
    }
}

/// How a container is spread over lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines<'a> {
    /// The line break.
    pub newline: &'a str,
    /// The indentation of the line of its closing bracket.
    pub outer: &'a str,
    /// The indentation of its members or items.
    pub inner: &'a str,
    /// By how much more what is in it is indented.
    pub unit: &'a str,
}

impl<'a> Lines<'a> {
    /// Those of a container whose first member or item begins a line.
    pub fn of(container: Node<'a>) -> Option<Self> {
        if container.count() == 0 || container.tree().is_compact() {
            return None;
        }
        let text = container.layer_text();
        let first = container.sibling_of(container.id().following()).own_span().start as usize;
        let gap = Gap::between(text, container.own_span().start as usize + 1, first)?;
        let (start, len) = gap.last_line?;
        let (inner, outer) = (&text[start..first], indentation(container));
        let unit = inner.strip_prefix(outer).unwrap_or_default();
        Some(Self { newline: &text[start - len..start], outer, inner, unit })
    }
}

/// How a value is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style<'a> {
    pub spacing: Spacing<'a>,
    /// The lines over which containers are spread; the value itself is on a line that is indented like `outer`. `None`
    /// is on one line.
    pub lines: Option<Lines<'a>>,
    /// Whether the brackets of a list are on the lines of the braces in it: `[{`.
    pub hugging: bool,
}

/// What of a value decides how it is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// It is always the same.
    Scalar,
    /// It has a layout of its own.
    Copied,
    /// A container; `flat` when there is no other one in it.
    Container { kind: Kind, flat: bool },
}

impl Shape {
    /// That of an object of scalars.
    pub const FLAT_OBJECT: Self = Self::Container { kind: Kind::Object, flat: true };

    pub fn of(look: Look<'_>, value: &Value) -> Self {
        let scalar = |value: &Value| Self::of(look, value) == Self::Scalar;
        match value {
            Value::Object(members) => {
                Self::Container { kind: Kind::Object, flat: members.iter().all(|(_, value)| scalar(value)) }
            }
            Value::Array(items) => Self::Container { kind: Kind::Array, flat: items.iter().all(scalar) },
            Value::Copy(node) if is_container(look.node(*node)) => Self::Copied,
            Value::Copy(_) | Value::Bool(_) | Value::Integer(_) | Value::Text(_) => Self::Scalar,
        }
    }

    /// That of an object with a value of this shape in it.
    pub fn in_object(self) -> Self {
        Self::Container { kind: Kind::Object, flat: self == Self::Scalar }
    }
}

impl<'a> Style<'a> {
    /// All on one line.
    fn on_line(spacing: Spacing<'a>) -> Self {
        Self { spacing, lines: None, hugging: false }
    }

    /// How a value of a shape is laid out among the members or items of `container`, of which `except` does not count:
    /// as its like are there.
    pub fn among(container: Node<'a>, shape: Shape, except: Option<NodeId>) -> Self {
        let own = || match container.members().next() {
            Some(_) => Spacing::of(container),
            None => Spacing::around(container),
        };
        let lines = if shape == Shape::Scalar { None } else { Lines::of(container) };
        let Some(lines) = lines else { return Self::on_line(own()) };
        match like(container, shape, except) {
            Some(like) if Lines::of(like).is_none() => {
                Self::on_line(if like.is_object() { Spacing::of(like) } else { own() })
            }
            _ => {
                let hugging = shape != Shape::Copied && hugs(container);
                Self { spacing: own(), lines: Some(Lines { outer: lines.inner, ..lines }), hugging }
            }
        }
    }

    /// How a value of a shape is laid out that comes in place of `node`.
    pub fn in_place_of(node: Node<'a>, shape: Shape) -> Self {
        if shape == Shape::Scalar || node.tree().is_compact() {
            return Self::on_line(Spacing::TIGHT);
        }
        if is_container(node) && node.count() > 0 {
            let spacing = if node.is_object() { Spacing::of(node) } else { Spacing::around(node) };
            return Self { spacing, lines: Lines::of(node), hugging: hugs(node) };
        }
        match holders(node).next() {
            Some(holder) => Self::among(holder, shape, Some(node.id())),
            None => Self::on_line(Spacing::WIDE),
        }
    }

    /// How the object `object` itself is laid out, which has members.
    pub fn of(object: Node<'a>) -> Self {
        let lines = Lines::of(object);
        Self { spacing: Spacing::of(object), lines, hugging: lines.is_some() && hugs(object) }
    }
}

fn is_container(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Object | Kind::Array)
}

/// The containers around a node in its layer, the innermost first, as far as they begin near.
fn holders(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let id = node.id();
    let root = node.tree().layers_around(id).next().map_or(0, |layer| layer.root.0);
    let before = (root..id.0).rev().take(NEAR).map(move |index| node.sibling_of(NodeId(index)));
    before.filter(move |holder| is_container(*holder) && holder.contains(id))
}

/// A container in `container` that is like a value of a shape: a neighbour, or for a flat one any flat one.
fn like(container: Node<'_>, shape: Shape, except: Option<NodeId>) -> Option<Node<'_>> {
    let Shape::Container { kind, flat: wanted } = shape else { return None };
    let counts = |node: &Node<'_>| node.kind() == kind && node.count() > 0 && Some(node.id()) != except;
    let flat = |node: &Node<'_>| !node.descendants().skip(1).any(is_container);
    let mut neighbours = container.members().map(|(_, value)| value).chain(container.items());
    neighbours.find(counts).or_else(|| {
        let mut below = container.descendants().skip(1);
        if wanted { below.find(|node| counts(node) && flat(node)) } else { None }
    })
}

/// Whether the first list of objects in `container` that are spread over lines opens on the line of the first of them.
fn hugs(container: Node<'_>) -> bool {
    let mut lists = container.descendants().filter(|node| {
        node.kind() == Kind::Array
            && node.items().next().is_some_and(|item| item.is_object() && Lines::of(item).is_some())
    });
    lists.next().is_some_and(|list| Lines::of(list).is_none())
}
