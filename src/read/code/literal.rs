//! Objects and texts as they are written in code, for what edits them.

use std::ops::Range;

use tree_sitter::Node;

use super::reader::adapter;
use super::role::{self, Escapes, Item, Key, Part, Role};
use super::spelt::Spelt;
use crate::tree::{Span, Tree};

/// How many members an object may have.
const MOST: usize = 256;

/// An object that is written in one place: between brackets, or as the arguments of a call that makes one.
#[derive(Debug)]
pub(crate) struct Literal {
    /// All of it.
    pub span: Range<usize>,
    /// Whether a declared type says which members there are.
    pub typed: bool,
    /// Its members, in order and apart; one at least.
    pub entries: Vec<Entry>,
}

/// A member of a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, with quotes.
    pub key: Range<usize>,
    /// Its value; the same place as that of its name where one word is both.
    pub value: Range<usize>,
    /// All of it, with the brackets that only it has.
    pub whole: Range<usize>,
}

/// A text that is written in one piece.
#[derive(Debug)]
pub(crate) struct Quoted {
    /// What stands between the quotes.
    pub inside: Range<usize>,
    escapes: Escapes,
}

impl Quoted {
    /// What a part of it stands for.
    pub fn meaning(&self, source: &str, part: Range<usize>) -> String {
        let mut spelt = Spelt::default();
        spelt.push(source, part, self.escapes);
        spelt.text
    }
}

/// The object that is written in `span`, when all its members are written there.
pub(crate) fn literal(tree: &Tree, source: &str, span: Span) -> Option<Literal> {
    let (node, object) = with_role(tree, source, span, |node, role| match role {
        Role::Object(object) => Some((node, object)),
        _ => None,
    })?;
    // Arguments by name are those of the function that is called.
    if node.has_error() || matches!(node.kind(), "argument_list" | "pair" | "keywords") {
        return None;
    }
    let pair = |entry| match entry {
        role::Entry::Pair(Key::Named(_, key) | Key::Value(key), value) => Some((key.byte_range(), value.byte_range())),
        role::Entry::Pair(Key::Part(key), value) => Some((key, value.byte_range())),
        role::Entry::Spread(_) => None,
    };
    let pairs: Vec<(Range<usize>, Range<usize>)> = object.entries.into_iter().map(pair).collect::<Option<_>>()?;
    if pairs.len() > MOST {
        return None;
    }
    let whole = |at: usize| whole(node, &pairs, at, source);
    let entries = pairs.iter().enumerate().map(|(at, (key, value))| {
        let whole = whole(at)?;
        Some(Entry { key: key.clone(), value: value.clone(), whole })
    });
    let entries: Vec<Entry> = entries.collect::<Option<_>>()?;
    let apart = entries.windows(2).all(|pair| pair[0].whole.end <= pair[1].whole.start);
    let (first, last) = (entries.first()?, entries.last()?);
    let within = span.start < offset(first.whole.start) && offset(last.whole.end) < span.end;
    (apart && within).then(|| Literal { span: span.range(), typed: object.of_type.is_some(), entries })
}

/// The text that is written in `span` in one piece.
pub(crate) fn quoted(tree: &Tree, source: &str, span: Span) -> Option<Quoted> {
    with_role(tree, source, span, |_, role| match role {
        Role::Text(parts) => match parts.as_slice() {
            [Part::Spelt(inside, escapes)] => Some(Quoted { inside: inside.clone(), escapes: *escapes }),
            _ => None,
        },
        _ => None,
    })
}

/// Whether `item` is written right in the list that is written in `list`.
pub(crate) fn is_item(tree: &Tree, source: &str, list: Span, item: Span) -> bool {
    let found = with_role(tree, source, list, |_, role| match role {
        Role::List(items) => {
            Some(items.iter().any(|it| matches!(it, Item::One(it) if it.byte_range() == item.range())))
        }
        _ => None,
    });
    found.unwrap_or(false)
}

/// What `pick` makes of the innermost node with just the bytes of `span` that it makes something of.
fn with_role<'t, T>(
    tree: &'t Tree,
    source: &'t str,
    span: Span,
    pick: impl Fn(Node<'t>, Role<'t>) -> Option<T>,
) -> Option<T> {
    let (_, roles) = adapter(tree.language()?)?;
    let innermost = tree.syntax()?.root_node().descendant_for_byte_range(span.range().start, span.range().end);
    let around = std::iter::successors(innermost, Node::parent);
    around.take_while(|node| node.byte_range() == span.range()).find_map(|node| pick(node, roles(node, source)))
}

/// Where all of a member stands: between the commas.
fn whole(object: Node<'_>, pairs: &[(Range<usize>, Range<usize>)], at: usize, source: &str) -> Option<Range<usize>> {
    let (key, value) = &pairs[at];
    if key == value {
        return Some(key.clone());
    }
    if key.end > value.start {
        return None;
    }
    let alone = |node: &Node<'_>| {
        let range = node.byte_range();
        let others = pairs.iter().enumerate().filter(|(other, _)| *other != at);
        range != object.byte_range() && !others.into_iter().any(|(_, (key, _))| range.contains(&key.start))
    };
    let opens = |node: &Node<'_>| source[node.byte_range()].starts_with(['(', '[', '{']);
    let both = object.descendant_for_byte_range(key.start, value.end)?;
    // Names and values that stand side by side among the arguments of one call.
    if !alone(&both) || opens(&both) && both.parent().is_some_and(|parent| parent.byte_range() == object.byte_range()) {
        return Some(key.start..value.end);
    }
    let around = std::iter::successors(Some(both), |node| node.parent().filter(|node| alone(node) && !opens(node)));
    around.last().map(|node| node.byte_range())
}

fn offset(at: usize) -> u32 {
    crate::tree::offset(at)
}
