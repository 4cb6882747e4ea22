//! A document as a tree of nodes that know where they stand in the text they came from.
//!
//! Nothing here reads a notation (see [`crate::read`]) or knows WhatsApp. A [`Tree`] holds offsets only,
//! never text, so one tree is filled again and again while an archive is read.

mod build;
pub mod hole;
mod layer;
mod node;
mod pointer;
mod spelling;

pub(crate) use build::OpenContainer;
pub use layer::{Layer, LayerMap};
pub use node::{Items, Members, Node};
pub use pointer::{Pointer, Trail};
pub(crate) use spelling::plain_end;
pub use spelling::{Spelling, escaped};

use std::ops::Range;

use crate::language::Language;

/// A range of bytes in the text that was read, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset of the byte after the last.
    pub end: u32,
}

impl Span {
    /// The range as `usize`, for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true`.
    True,
    /// `false`.
    False,
    /// A number, kept as it is spelt.
    Number,
    /// Text.
    String,
    /// A list of values.
    Array,
    /// Members, each a key and a value, duplicates kept.
    Object,
    /// A value that only the program which fills in the document knows.
    Hole,
}

/// The number of a node within its tree; nodes are numbered in document order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The node after this one: of a key, its value.
    #[must_use]
    pub(crate) fn following(self) -> Self {
        Self(self.0 + 1)
    }
}

/// `Slot::flags`: a string spelt with escapes, whose text stands in `Tree::decoded`.
const ESCAPED: u8 = 1;
/// `Slot::flags`: members or items may be added at run time.
const OPEN: u8 = 2;
/// `Slot::flags`: a string that holds another document, listed in `Tree::layers`.
const LAYERED: u8 = 4;

/// `Slot::flags`: from this bit on the style of a node in its notation, a number of three bits.
const STYLE: u8 = 3;
/// `Slot::flags`: an object that takes over members of others.
const MERGING: u8 = 64;
/// `Slot::flags`: an object of which some key is spelt with escapes.
const ODD_KEYS: u8 = 128;

#[derive(Clone, Copy, Debug)]
struct Slot {
    start: u32,
    end: u32,
    /// The first node after this one and all below it.
    next: u32,
    /// Strings with escapes: offset of the decoded text. Keys without: one half of their signature. Containers: number
    /// of members or items.
    a: u32,
    /// Strings with escapes: length of the decoded text. Keys without: the other half of their signature. Objects: a
    /// bit for each hash that a key has.
    b: u32,
    kind: Kind,
    flags: u8,
}

impl Slot {
    /// The signature of a key without escapes.
    #[inline]
    fn signature(&self) -> u64 {
        u64::from(self.b) << 32 | u64::from(self.a)
    }

    /// How many bytes are between the quotes of a string.
    #[inline]
    fn inside(&self) -> usize {
        (self.end - self.start) as usize - 2
    }
}

/// The nodes of one document and of the documents inside its strings.
#[derive(Debug, Default)]
pub struct Tree {
    slots: Vec<Slot>,
    decoded: String,
    layers: Vec<Layer>,
    /// Objects of which two keys have the same hash of few bits, in document order when reading is done.
    alike: Vec<NodeId>,
    /// The place in this list of the innermost one around each, when reading is done.
    around: Vec<Option<usize>>,
    /// Strings that may hold a document.
    candidates: Vec<NodeId>,
    /// The nodes that other places repeat, and their bytes, in order and apart.
    repeated: Vec<NodeId>,
    shared: Vec<Span>,
    /// How deep the containers of the document that was read last are nested.
    height: usize,
    /// Whether white space or anything else stands between tokens.
    spaced: bool,
    /// Whether the root only gathers what was found in a text that is no document itself.
    gathered: bool,
    /// Whether the outermost document is written in another notation than JSON.
    foreign: bool,
    /// The programming language of the outermost document, when it is code.
    language: Option<Language>,
    /// Its syntax tree.
    #[cfg(feature = "code")]
    syntax: Option<tree_sitter::Tree>,
    /// Memory for readers.
    stack: Vec<OpenContainer>,
}

impl Tree {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the document, keeps the memory.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.decoded.clear();
        self.layers.clear();
        self.alike.clear();
        self.around.clear();
        self.candidates.clear();
        self.repeated.clear();
        self.shared.clear();
        self.spaced = false;
        self.gathered = false;
        self.foreign = false;
        self.language = None;
        #[cfg(feature = "code")]
        {
            self.syntax = None;
        }
    }

    /// Number of nodes, keys included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether no document was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The root of the document that was read from `source`, or `None` when nothing was.
    #[must_use]
    pub fn root<'a>(&'a self, source: &'a str) -> Option<Node<'a>> {
        (!self.slots.is_empty()).then_some(Node { tree: self, text: source, id: NodeId(0) })
    }

    /// The node `id` of the document that was read from `source`.
    #[must_use]
    pub fn node<'a>(&'a self, source: &'a str, id: NodeId) -> Node<'a> {
        let text = self.layer_of(id).map_or(source, |layer| layer.text.as_str());
        Node { tree: self, text, id }
    }

    /// The objects in the subtree of `root` that may have a key twice: all that do, and some that do not.
    #[must_use]
    pub fn objects_with_like_keys(&self, root: NodeId) -> &[NodeId] {
        let end = NodeId(self.slots[root.0 as usize].next);
        let from = self.alike.partition_point(|object| *object < root);
        &self.alike[from..self.alike.partition_point(|object| *object < end)]
    }

    /// Those of them that a node is in, in its own document.
    pub(crate) fn objects_with_like_keys_around(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let before = self.alike.partition_point(|object| *object < node).checked_sub(1);
        let places = std::iter::successors(before, |place| *self.around.get(*place)?);
        places.map(|place| self.alike[place]).filter(move |object| self.slots[object.0 as usize].next > node.0)
    }

    pub(crate) fn finish(&mut self) {
        self.alike.sort_unstable();
        self.around.clear();
        for (place, object) in self.alike.iter().enumerate() {
            let mut around = place.checked_sub(1);
            while let Some(other) = around.filter(|other| self.slots[self.alike[*other].0 as usize].next <= object.0) {
                around = self.around[other];
            }
            self.around.push(around);
        }
    }

    /// Whether tokens stand next to each other everywhere, without white space or comments between them.
    #[must_use]
    pub fn is_compact(&self) -> bool {
        !self.spaced
    }

    /// Whether the root stands for a text that is no document itself, such as prose: an array of the documents in it.
    #[must_use]
    pub fn is_gathered(&self) -> bool {
        self.gathered
    }

    pub(crate) fn mark_gathered(&mut self) {
        self.gathered = true;
    }

    /// Whether the outermost document is written in another notation than JSON; those in its strings are JSON.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.foreign
    }

    pub(crate) fn mark_foreign(&mut self) {
        self.foreign = true;
        self.spaced = true;
    }

    /// The programming language of the outermost document, when it is code.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// Says that the outermost document is code.
    #[cfg(feature = "code")]
    pub(crate) fn mark_code(&mut self, language: Language) {
        self.mark_gathered();
        self.mark_foreign();
        self.language = Some(language);
    }

    /// The syntax tree of the outermost document, when it is code.
    #[cfg(feature = "code")]
    pub(crate) fn syntax(&self) -> Option<&tree_sitter::Tree> {
        self.syntax.as_ref()
    }

    /// How many places of the outermost document are no code of its language.
    #[cfg(feature = "code")]
    pub(crate) fn faults(&self) -> usize {
        let Some(syntax) = &self.syntax else { return 0 };
        // Code may be nested deeper than a stack holds.
        let (mut cursor, mut faults) = (syntax.walk(), 0);
        loop {
            let node = cursor.node();
            faults += usize::from(node.is_error() || node.is_missing());
            if node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return faults;
                }
            }
        }
    }

    /// How many places of the outermost document are no code: none is read here.
    #[cfg(not(feature = "code"))]
    #[expect(clippy::unused_self, reason = "with languages it tells of their code")]
    pub(crate) fn faults(&self) -> usize {
        0
    }

    #[cfg(feature = "code")]
    pub(crate) fn keep_syntax(&mut self, syntax: tree_sitter::Tree) {
        self.syntax = Some(syntax);
    }

    /// Whether other places repeat what `span` of the outermost document is a part of, so that it means them too.
    pub(crate) fn is_shared(&self, span: Span) -> bool {
        let after = self.shared.partition_point(|shared| shared.start <= span.start);
        after.checked_sub(1).is_some_and(|index| span.end <= self.shared[index].end)
    }

    /// Whether other places repeat any of the bytes `span` of the outermost document.
    pub(crate) fn holds_shared(&self, span: Span) -> bool {
        let from = self.shared.partition_point(|shared| shared.end <= span.start);
        self.shared.get(from).is_some_and(|shared| shared.start < span.end)
    }

    /// The nodes of the outermost document that other places repeat, in document order.
    pub(crate) fn repeated(&self) -> &[NodeId] {
        &self.repeated
    }

    /// Says which nodes other places repeat.
    pub(crate) fn share(&mut self, mut nodes: Vec<NodeId>) {
        nodes.sort_unstable();
        nodes.dedup();
        nodes.retain(|node| (node.0 as usize) < self.slots.len());
        let slots = nodes.iter().map(|node| self.slots[node.0 as usize]);
        let mut spans: Vec<Span> = slots.map(|slot| Span { start: slot.start, end: slot.end }).collect();
        spans.sort_unstable();
        spans.dedup_by(|next, before| {
            let within = next.start < before.end || next == before;
            before.end = if within { before.end.max(next.end) } else { before.end };
            within
        });
        self.shared = spans;
        self.repeated = nodes;
    }

    #[inline]
    pub(crate) fn mark_spaced(&mut self) {
        self.spaced = true;
    }

    pub(crate) fn take_stack(&mut self) -> Vec<OpenContainer> {
        std::mem::take(&mut self.stack)
    }

    pub(crate) fn give_stack(&mut self, stack: Vec<OpenContainer>) {
        self.stack = stack;
    }

    pub(crate) fn height(&self) -> usize {
        self.height
    }

    pub(crate) fn set_height(&mut self, height: usize) {
        self.height = height;
    }

    /// How deep the containers around and inside the document of a node are nested at most, through all layers.
    pub(crate) fn height_through(&self, id: NodeId, outermost: usize) -> usize {
        self.layer_of(id).map_or(outermost, |layer| layer.height)
    }

    /// The documents that stand in strings of this one, in the order in which they were read.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn layer_of(&self, id: NodeId) -> Option<&Layer> {
        let after = self.layers.partition_point(|layer| layer.root <= id);
        after.checked_sub(1).map(|index| &self.layers[index])
    }

    /// The strings in which the document of a node stands, the innermost first.
    pub fn layers_around(&self, id: NodeId) -> impl Iterator<Item = &Layer> {
        std::iter::successors(self.layer_of(id), |layer| self.layer_of(layer.string))
    }

    /// The string of the outermost document in which the document of a node stands, `None` when it is in no string.
    pub(crate) fn outermost_string(&self, id: NodeId) -> Option<NodeId> {
        std::iter::successors(self.layer_of(id), |layer| self.layer_of(layer.string)).last().map(|layer| layer.string)
    }

    fn layer_in(&self, string: NodeId) -> Option<&Layer> {
        self.layers.binary_search_by_key(&string, |layer| layer.string).ok().map(|index| &self.layers[index])
    }

    /// Where bytes `span` of the text that node `id` was read from stand in the source.
    fn source_span(&self, id: NodeId, mut span: Span) -> Span {
        let mut id = id;
        while let Some(layer) = self.layer_of(id) {
            span = layer.map.outward(span);
            id = layer.string;
        }
        span
    }
}

/// Offsets are kept in 32 bits; readers refuse texts of 4 GiB and more before they come here.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "readers refuse texts that do not fit")]
pub(crate) fn offset(value: usize) -> u32 {
    value as u32
}

/// How long keys are that their signature and length tell from all others.
pub(crate) const SHORT: usize = 8;

/// A number that tells most keys from each other: the bytes of a short one, of others the first and last ones and the
/// length.
#[inline]
pub(crate) fn signature(key: &[u8]) -> u64 {
    match (key.first_chunk::<SHORT>(), key.last_chunk::<SHORT>()) {
        (Some(first), Some(last)) if key.len() > SHORT => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29) ^ (key.len() as u64) << 56
        }
        (Some(all), _) => u64::from_le_bytes(*all),
        _ => key.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The signature of the key of `len` bytes that `bytes` begin with.
#[inline]
pub(crate) fn signature_of_first(bytes: &[u8], len: usize) -> u64 {
    match bytes.first_chunk::<SHORT>() {
        Some(first) if len < SHORT => u64::from_le_bytes(*first) & !(u64::MAX << (8 * len)),
        _ => signature(&bytes[..len]),
    }
}

/// A number of 16 bits, each of which depends on many of a signature.
#[inline]
pub(crate) fn mixed(signature: u64) -> u32 {
    let [.., low, high] = signature.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
    u32::from(u16::from_le_bytes([low, high]))
}

/// Whether two keys are the same. Most are short: two words that may overlap are compared instead of calling for a
/// comparison of any length.
#[inline]
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        0 => true,
        1..4 => {
            one[0] == other[0]
                && one[one.len() - 1] == other[one.len() - 1]
                && one[one.len() / 2] == other[one.len() / 2]
        }
        4..8 => one.first_chunk::<4>() == other.first_chunk() && one.last_chunk::<4>() == other.last_chunk(),
        8..=16 => one.first_chunk::<8>() == other.first_chunk() && one.last_chunk::<8>() == other.last_chunk(),
        _ => one == other,
    }
}
