//! What readers build a tree with.

use super::{ESCAPED, Kind, LAYERED, Layer, MERGING, Node, NodeId, ODD_KEYS, OPEN, STYLE, Slot, Tree, mixed, offset};

/// A container that is not closed yet.
#[derive(Debug)]
pub(crate) struct OpenContainer {
    pub index: u32,
    pub count: u32,
    pub object: bool,
    /// A bit for each hash that a key has had.
    pub keys: [u64; 2],
    /// Whether two keys had the same.
    pub alike: bool,
    /// Whether a key has escapes.
    pub escaped: bool,
}

impl OpenContainer {
    /// The container whose slot is `index`.
    pub fn new(index: u32, object: bool) -> Self {
        Self { index, count: 0, object, keys: [0; 2], alike: false, escaped: false }
    }

    /// Takes note of a key by its signature.
    #[inline]
    pub fn note_key(&mut self, signature: u64) {
        let hash = mixed(signature);
        let (word, mark) = (&mut self.keys[hash as usize / 64 % 2], 1 << (hash % 64));
        self.alike |= *word & mark != 0;
        *word |= mark;
    }

    /// Takes note of a key with escapes, which may be the same as any.
    pub fn note_escaped_key(&mut self) {
        self.escaped = true;
        self.alike |= self.keys != [0; 2];
        self.keys = [u64::MAX; 2];
    }

    /// The hashes in as few bits as a slot has.
    #[inline]
    fn hashes(&self) -> u32 {
        let bits = self.keys[0] | self.keys[1];
        low_word(bits | bits >> 32)
    }
}

impl Tree {
    pub(crate) fn open_container(&mut self, kind: Kind, start: usize) -> u32 {
        self.push(kind, start, start + 1)
    }

    #[inline]
    pub(crate) fn push(&mut self, kind: Kind, start: usize, end: usize) -> u32 {
        let index = offset(self.slots.len());
        self.slots.push(Slot { start: offset(start), end: offset(end), next: index + 1, a: 0, b: 0, kind, flags: 0 });
        index
    }

    #[inline]
    pub(crate) fn close_container(&mut self, container: &OpenContainer, end: usize) {
        let next = offset(self.slots.len());
        let slot = &mut self.slots[container.index as usize];
        slot.end = offset(end);
        slot.next = next;
        slot.a = container.count;
        slot.b = container.hashes();
        slot.flags |= u8::from(container.escaped) * ODD_KEYS;
        if container.alike {
            self.alike.push(NodeId(container.index));
        }
    }

    pub(crate) fn mark_open(&mut self, index: u32) {
        self.slots[index as usize].flags |= OPEN;
    }

    pub(crate) fn mark_merging(&mut self, index: u32) {
        self.slots[index as usize].flags |= MERGING;
    }

    /// Adds a key without escapes, by its signature.
    #[inline]
    pub(crate) fn push_key(&mut self, start: usize, end: usize, signature: u64) {
        let (next, kind) = (offset(self.slots.len()) + 1, Kind::String);
        let (a, b) = (low_word(signature), low_word(signature >> 32));
        self.slots.push(Slot { start: offset(start), end: offset(end), next, a, b, kind, flags: 0 });
    }

    /// Adds a string whose decoded text is what `decoded` holds from `from` on.
    #[inline]
    pub(crate) fn push_escaped(&mut self, start: usize, end: usize, from: usize) -> u32 {
        let index = self.push(Kind::String, start, end);
        let slot = &mut self.slots[index as usize];
        slot.flags = ESCAPED;
        slot.a = offset(from);
        slot.b = offset(self.decoded.len() - from);
        let text = self.decoded.as_bytes()[from..].trim_ascii_start();
        if text.len() > 4 && (matches!(text[0], b'{' | b'[') || holds_object(text)) {
            self.candidates.push(NodeId(index));
        }
        index
    }

    /// Adds a string that has no text of its own but only a document in it.
    pub(crate) fn push_opaque(&mut self, start: usize, end: usize) -> NodeId {
        let index = self.push(Kind::String, start, end);
        let slot = &mut self.slots[index as usize];
        slot.flags = ESCAPED;
        slot.a = offset(self.decoded.len());
        NodeId(index)
    }

    /// Says that the string added last holds no document, whatever it begins like.
    pub(crate) fn forget_candidate(&mut self) {
        let last = offset(self.slots.len()).wrapping_sub(1);
        if self.candidates.last() == Some(&NodeId(last)) {
            self.candidates.pop();
        }
    }

    /// Keeps in which of its notation's styles a node is written, a number from 0 to 7.
    pub(crate) fn set_style(&mut self, index: u32, style: u8) {
        self.slots[index as usize].flags |= style << STYLE;
    }

    /// Where a node begins in the text of its layer.
    pub(crate) fn start_of(&self, id: NodeId) -> usize {
        self.slots[id.0 as usize].start as usize
    }

    /// How many nodes a node is made of, itself included.
    pub(crate) fn size_of(&self, id: NodeId) -> usize {
        (self.slots[id.0 as usize].next - id.0) as usize
    }

    /// Adds a copy of a node and all below it, which keeps its places in the text.
    pub(crate) fn copy_subtree(&mut self, index: u32) -> u32 {
        let (first, end) = (offset(self.slots.len()), self.slots[index as usize].next);
        for from in index..end {
            let mut slot = self.slots[from as usize];
            slot.next = slot.next - index + first;
            let copy = NodeId(offset(self.slots.len()));
            if slot.kind == Kind::Object && slot.a > 1 {
                self.alike.push(copy);
            }
            if self.candidates.binary_search(&NodeId(from)).is_ok() {
                self.candidates.push(copy);
            }
            self.slots.push(slot);
        }
        first
    }

    /// The keys of the members of `object` that the container `index`, which is being built, does not have.
    pub(crate) fn keys_lacking(&self, source: &str, index: u32, object: u32) -> Vec<u32> {
        let key = |at: u32| Node { tree: self, text: source, id: NodeId(at) }.bytes();
        let members = |mut at: u32, end: u32| {
            std::iter::from_fn(move || {
                let member = (at < end).then_some(at)?;
                at = self.slots[at as usize + 1].next;
                Some(member)
            })
        };
        if self.slots[object as usize].kind != Kind::Object {
            return Vec::new();
        }
        let own: std::collections::HashSet<&[u8]> = members(index + 1, offset(self.slots.len())).map(key).collect();
        let end = self.slots[object as usize].next;
        members(object + 1, end).filter(|at| !own.contains(&key(*at))).collect()
    }

    pub(crate) fn decoded_mut(&mut self) -> &mut String {
        &mut self.decoded
    }

    pub(crate) fn decoded_len(&self) -> usize {
        self.decoded.len()
    }

    /// The strings that are spelt with escapes and begin like a JSON container, from the one numbered `from` on.
    pub(crate) fn layer_candidate(&self, from: usize) -> Option<NodeId> {
        self.candidates.get(from).copied()
    }

    pub(crate) fn push_layer(&mut self, layer: Layer) {
        self.slots[layer.string.0 as usize].flags |= LAYERED;
        self.layers.push(layer);
    }

    /// Undoes what was added since there were `nodes` nodes and `decoded` bytes of decoded text.
    pub(crate) fn truncate(&mut self, nodes: usize, decoded: usize) {
        self.slots.truncate(nodes);
        self.decoded.truncate(decoded);
        for list in [&mut self.alike, &mut self.candidates] {
            while list.last().is_some_and(|node| node.0 as usize >= nodes) {
                list.pop();
            }
        }
    }
}

/// Whether an object with members may stand somewhere in a text.
fn holds_object(text: &[u8]) -> bool {
    memchr::memchr_iter(b'{', text).any(|at| text[at + 1..].trim_ascii_start().first() == Some(&b'"'))
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the rest is asked for on its own")]
fn low_word(bits: u64) -> u32 {
    bits as u32
}
