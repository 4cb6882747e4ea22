//! Documents inside strings of other documents, and the way back from their bytes to the file's.

use super::{NodeId, Span, Spelling};

/// A document that stands in a string: its decoded text, its root, and how its bytes map to the string's.
#[derive(Debug)]
pub struct Layer {
    /// The string it stands in.
    pub string: NodeId,
    /// The root of the document.
    pub root: NodeId,
    /// The decoded text, which the spans of its nodes refer to.
    pub(crate) text: String,
    pub(crate) map: LayerMap,
    /// How its text is spelt there.
    pub spelling: Spelling,
    /// How deep its containers and those around it are nested at most.
    pub(crate) height: usize,
}

/// Where each byte of a decoded text was spelt in the text around it.
#[derive(Debug, Default)]
pub struct LayerMap {
    pieces: Vec<Piece>,
    /// Where the decoded text and its spelling end.
    inner_end: u32,
    outer_end: u32,
}

/// A run of decoded bytes: spelt as they are, or all by one escape.
#[derive(Clone, Copy, Debug)]
struct Piece {
    inner: u32,
    outer: u32,
    verbatim: bool,
}

impl LayerMap {
    /// Says that the decoded text from `inner` on was spelt from `outer` on, byte for byte if `verbatim`,
    /// else by one escape, until the next piece begins.
    pub(crate) fn piece(&mut self, inner: usize, outer: usize, verbatim: bool) {
        self.pieces.push(Piece { inner: super::offset(inner), outer: super::offset(outer), verbatim });
    }

    pub(crate) fn finish(&mut self, inner_end: usize, outer_end: usize) {
        self.inner_end = super::offset(inner_end);
        self.outer_end = super::offset(outer_end);
    }

    /// Keeps the first bytes of the decoded text up to `inner_end` and says where their spelling ends.
    pub(crate) fn shorten(&mut self, inner_end: usize) -> usize {
        let end = super::offset(inner_end);
        self.outer_end = self.end_of(end);
        self.inner_end = end;
        self.outer_end as usize
    }

    /// The map of a part of the decoded text.
    pub(crate) fn part(&self, start: usize, end: usize) -> Self {
        let (start, end) = (super::offset(start), super::offset(end));
        let first = self.pieces.partition_point(|piece| piece.inner <= start).saturating_sub(1);
        let within = self.pieces[first..].iter().take_while(|piece| piece.inner < end);
        let pieces = within.map(|piece| {
            let cut = start.saturating_sub(piece.inner);
            let outer = if piece.verbatim { piece.outer + cut } else { piece.outer };
            Piece { inner: (piece.inner + cut) - start, outer, verbatim: piece.verbatim }
        });
        Self { pieces: pieces.collect(), inner_end: end - start, outer_end: self.end_of(end) }
    }

    /// Where decoded bytes `span` were spelt. A boundary inside what one escape spells moves out to the escape's.
    #[must_use]
    pub fn outward(&self, span: Span) -> Span {
        let start = self.start_of(span.start);
        let end = if span.end == span.start { start } else { self.end_of(span.end).max(start) };
        Span { start, end }
    }

    /// Where the byte at `at` is spelt.
    fn start_of(&self, at: u32) -> u32 {
        if at >= self.inner_end {
            return self.outer_end;
        }
        let after = self.pieces.partition_point(|piece| piece.inner <= at);
        let Some(piece) = after.checked_sub(1).map(|index| self.pieces[index]) else {
            return self.outer_end;
        };
        if piece.verbatim { piece.outer + (at - piece.inner) } else { piece.outer }
    }

    /// Where the spelling of the byte before `at` ends.
    fn end_of(&self, at: u32) -> u32 {
        let after = self.pieces.partition_point(|piece| piece.inner < at);
        let Some(piece) = after.checked_sub(1).map(|index| self.pieces[index]) else {
            return self.start_of(at);
        };
        let limit = self.pieces.get(after).map_or(self.outer_end, |next| next.outer);
        // What follows may stand before it, where a text was put together from several places.
        let limit = if limit < piece.outer { u32::MAX } else { limit };
        match (piece.verbatim, limit) {
            (true, _) => (piece.outer + (at - piece.inner)).min(limit),
            (false, u32::MAX) => piece.outer,
            (false, _) => limit,
        }
    }
}
