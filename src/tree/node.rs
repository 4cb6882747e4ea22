//! A node with the text it was read from: its value, its members and items, its place.

use super::{
    ESCAPED, Kind, LAYERED, MERGING, NodeId, ODD_KEYS, OPEN, SHORT, STYLE, Slot, Span, Tree, hole, mixed, same,
    signature,
};

/// A node together with the text it was read from.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    pub(super) tree: &'a Tree,
    pub(super) text: &'a str,
    pub(super) id: NodeId,
}

impl<'a> Node<'a> {
    #[inline]
    fn slot(&self) -> &'a Slot {
        &self.tree.slots[self.id.0 as usize]
    }

    fn sibling(self, index: u32) -> Self {
        Node { id: NodeId(index), ..self }
    }

    /// The node's number.
    #[must_use]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// The tree it belongs to.
    #[must_use]
    pub fn tree(&self) -> &'a Tree {
        self.tree
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.slot().kind
    }

    /// The container that it is a key, a value or an item of, in its layer; `None` for the root of one.
    #[must_use]
    pub(crate) fn holder(&self) -> Option<Self> {
        let root = self.tree.layers_around(self.id).next().map_or(0, |layer| layer.root.0);
        let mut before = (root..self.id.0).rev().map(|id| self.sibling_of(NodeId(id)));
        before.find(|node| matches!(node.kind(), Kind::Object | Kind::Array) && node.contains(self.id))
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.kind() == Kind::Object
    }

    /// In which of its notation's styles it is written; 0 where the notation has no say.
    pub(crate) fn style(&self) -> u8 {
        self.slot().flags >> STYLE & 7
    }

    /// Whether it is an object that takes over members of others.
    pub(crate) fn is_merging(&self) -> bool {
        self.slot().flags & MERGING != 0
    }

    /// Whether members or items may be added at run time.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.slot().flags & OPEN != 0
    }

    /// Where it stands in the source, through all layers: quotes and braces included.
    #[must_use]
    pub fn span(&self) -> Span {
        self.tree.source_span(self.id, self.own_span())
    }

    /// Where it stands in the text of its own layer.
    #[must_use]
    pub fn own_span(&self) -> Span {
        let slot = self.slot();
        Span { start: slot.start, end: slot.end }
    }

    /// Where bytes `span` of its own layer stand in the source.
    #[must_use]
    pub fn outward(&self, span: Span) -> Span {
        self.tree.source_span(self.id, span)
    }

    /// The text of its own layer.
    #[must_use]
    pub fn layer_text(&self) -> &'a str {
        self.text
    }

    /// Its bytes as they are spelt in its own layer.
    #[must_use]
    pub fn raw(&self) -> &'a str {
        &self.text[self.own_span().range()]
    }

    /// The decoded text of a string; the spelling of anything else.
    #[must_use]
    #[inline]
    pub fn text(&self) -> &'a str {
        let slot = self.slot();
        if slot.kind != Kind::String {
            return self.raw();
        }
        if slot.flags & ESCAPED != 0 {
            &self.tree.decoded[slot.a as usize..(slot.a + slot.b) as usize]
        } else {
            &self.text[slot.start as usize + 1..slot.end as usize - 1]
        }
    }

    /// The signature of a key.
    #[inline]
    pub(crate) fn signature(&self) -> u64 {
        let slot = self.slot();
        if slot.flags & ESCAPED == 0 { slot.signature() } else { signature(self.bytes()) }
    }

    /// How many bytes the text of a string has.
    #[inline]
    pub(crate) fn text_len(&self) -> usize {
        let slot = self.slot();
        if slot.flags & ESCAPED == 0 { slot.inside() } else { slot.b as usize }
    }

    /// The bytes of [`Node::text`].
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        let slot = self.slot();
        if slot.flags & ESCAPED != 0 {
            return &self.tree.decoded.as_bytes()[slot.a as usize..(slot.a + slot.b) as usize];
        }
        let quote = usize::from(slot.kind == Kind::String);
        &self.text.as_bytes()[slot.start as usize + quote..slot.end as usize - quote]
    }

    /// The text of a string, `None` for anything else.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        (self.kind() == Kind::String).then(|| self.text())
    }

    /// Whether it is a string with this text.
    #[must_use]
    #[inline]
    pub fn is_text(&self, text: &str) -> bool {
        self.kind() == Kind::String && same(self.bytes(), text.as_bytes())
    }

    /// The value of a number that is a whole number within 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// The value of a number, rounded to the nearest 64-bit float.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// Whether what stands here is only known at run time: a hole, or text that is one placeholder.
    #[must_use]
    pub fn is_hole(&self) -> bool {
        match self.kind() {
            Kind::Hole => true,
            Kind::String => hole::is_whole(self.text()),
            _ => false,
        }
    }

    /// Whether any part of a string, or the whole value, is only known at run time.
    #[must_use]
    pub fn has_hole(&self) -> bool {
        match self.kind() {
            Kind::Hole => true,
            Kind::String => hole::any(self.text()),
            _ => false,
        }
    }

    /// Number of members or items; 0 for scalars.
    #[must_use]
    pub fn count(&self) -> usize {
        match self.kind() {
            Kind::Array | Kind::Object => self.slot().a as usize,
            _ => 0,
        }
    }

    /// The members of an object as key and value, in order, duplicates included; none for anything else.
    #[must_use]
    pub fn members(&self) -> Members<'a> {
        let end = if self.kind() == Kind::Object { self.slot().next } else { 0 };
        Members { node: *self, at: self.id.0 + 1, end }
    }

    /// The items of an array, in order; none for anything else.
    #[must_use]
    pub fn items(&self) -> Items<'a> {
        let end = if self.kind() == Kind::Array { self.slot().next } else { 0 };
        Items { node: *self, at: self.id.0 + 1, end }
    }

    /// The value of the first member called `key`.
    #[must_use]
    #[inline]
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        self.find_key(key).map(|at| self.sibling(at + 1))
    }

    /// The same for a key whose signature is known.
    #[inline]
    pub(crate) fn get_signed(&self, key: &str, signature: u64) -> Option<Node<'a>> {
        self.find_signed(key, signature).map(|at| self.sibling(at + 1))
    }

    /// The first member called `key` as key and value.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<(Node<'a>, Node<'a>)> {
        self.find_key(key).map(|at| (self.sibling(at), self.sibling(at + 1)))
    }

    /// The number of the first key that is `key`. Most objects lack the key that is asked for: the hashes of their
    /// keys say so at once. The signature of a constant is worked out when the program is built.
    #[inline]
    fn find_key(&self, key: &str) -> Option<u32> {
        self.find_signed(key, signature(key.as_bytes()))
    }

    #[inline]
    fn find_signed(&self, key: &str, signature: u64) -> Option<u32> {
        let slot = self.slot();
        if slot.kind != Kind::Object || slot.b >> (mixed(signature) % 32) & 1 == 0 {
            return None;
        }
        if slot.flags & ODD_KEYS != 0 {
            return self.search_odd_key(key);
        }
        let at = self.search_key(signature, key.len())?;
        let found = key.len() <= SHORT || same(self.sibling(at).bytes(), key.as_bytes());
        if found { Some(at) } else { self.search_odd_key(key) }
    }

    /// The first key of a signature and a length, in an object of which no key has escapes.
    fn search_key(&self, signature: u64, len: usize) -> Option<u32> {
        let (slots, end) = (&self.tree.slots, self.slot().next);
        let mut at = self.id.0 + 1;
        while at < end {
            let value = &slots[at as usize + 1];
            let key = &slots[at as usize];
            if key.signature() == signature && key.inside() == len {
                return Some(at);
            }
            at = value.next;
        }
        None
    }

    /// The first key that is `key`, whatever it is spelt like.
    #[cold]
    fn search_odd_key(&self, key: &str) -> Option<u32> {
        let mut members = self.members();
        members.find(|(other, _)| other.bytes() == key.as_bytes()).map(|(other, _)| other.id.0)
    }

    /// The value at the end of a chain of keys.
    #[must_use]
    #[inline]
    pub fn path(&self, keys: &[&str]) -> Option<Node<'a>> {
        let mut node = *self;
        for key in keys {
            node = node.get(key)?;
        }
        Some(node)
    }

    /// The root of the document inside this string, when one was read there.
    #[must_use]
    pub fn inner(&self) -> Option<Node<'a>> {
        if self.slot().flags & LAYERED == 0 {
            return None;
        }
        let layer = self.tree.layer_in(self.id)?;
        Some(Node { tree: self.tree, text: layer.text.as_str(), id: layer.root })
    }

    /// Whether a document was read in this string.
    pub(crate) fn holds_document(&self) -> bool {
        self.slot().flags & LAYERED != 0
    }

    /// The nodes of this subtree in document order: values and keys, this one first; strings are not entered.
    pub fn descendants(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let node = *self;
        (self.id.0..self.slot().next).map(move |index| node.sibling(index))
    }

    /// The node that comes after all of this one, when it still is in `container`: of a member's value the next key.
    pub(crate) fn next_within(&self, container: Node<'a>) -> Option<Node<'a>> {
        let next = self.slot().next;
        (next < container.slot().next).then(|| self.sibling(next))
    }

    /// The number of the first node after all of this one.
    pub(crate) fn next_id(&self) -> NodeId {
        NodeId(self.slot().next)
    }

    /// A node of the same layer.
    pub(crate) fn sibling_of(&self, id: NodeId) -> Node<'a> {
        self.sibling(id.0)
    }

    /// Whether `other` is this node or stands below it in the same layer.
    #[must_use]
    pub fn contains(&self, other: NodeId) -> bool {
        (self.id.0..self.slot().next).contains(&other.0)
    }
}

/// Members of an object. See [`Node::members`].
#[derive(Clone, Debug)]
pub struct Members<'a> {
    node: Node<'a>,
    at: u32,
    end: u32,
}

impl<'a> Iterator for Members<'a> {
    type Item = (Node<'a>, Node<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let (key, value) = (self.node.sibling(self.at), self.node.sibling(self.at + 1));
        self.at = value.slot().next;
        Some((key, value))
    }
}

/// Items of an array. See [`Node::items`].
#[derive(Clone, Debug)]
pub struct Items<'a> {
    node: Node<'a>,
    at: u32,
    end: u32,
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let item = self.node.sibling(self.at);
        self.at = item.slot().next;
        Some(item)
    }
}
