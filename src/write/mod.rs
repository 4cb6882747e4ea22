//! From changes on nodes to edits on the bytes they were read from. What no edit touches stays as it is.
//!
//! Each notation lowers changes in its own way, and so does code; the way out through documents in strings is the same
//! for all.

#[cfg(feature = "code")]
mod code;
mod json;
mod yaml;

use crate::fix::{Change, Fix};
use crate::rules::Look;
use crate::tree::{Layer, NodeId, Span, Spelling, offset};

/// A replacement of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// The edits on the source that a fix comes down to, in order and without overlap; `None` for manual fixes and where
/// no certain edit is found.
#[must_use]
pub fn edits(look: Look<'_>, fix: &Fix) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    edits_into(look, fix, &mut edits)?;
    Some(edits)
}

/// Puts the edits of a fix into `edits`, which are emptied first, see [`edits`].
pub(crate) fn edits_into(look: Look<'_>, fix: &Fix, edits: &mut Vec<Edit>) -> Option<()> {
    edits.clear();
    let mut certain = true;
    for change in &fix.changes {
        if is_shared(look, change) || is_of_repeated(look, change) {
            return None;
        }
        let edit = |node, span, text| match outward(look, node, Edit { span, text }) {
            Some(edit) => edits.push(edit),
            None => certain = false,
        };
        if look.tree.layers_around(change.node()).next().is_some() || !look.tree.is_foreign() {
            json::lower(look, change, &fix.changes, edit)?;
        } else if look.tree.language().is_some() {
            #[cfg(feature = "code")]
            code::lower(look, change, edit)?;
        } else {
            yaml::lower(look, change, edit)?;
        }
    }
    if !certain {
        return None;
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let apart = edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
    (apart && !edits.is_empty()).then_some(())
}

/// Whether a change gives a name or a value to one of several members of one name: which of them counts is not certain.
fn is_of_repeated(look: Look<'_>, change: &Change) -> bool {
    let member = match change {
        Change::Rename { key, .. } | Change::Move { key, .. } => *key,
        Change::Set { node, .. } => *node,
        Change::Remove { .. } | Change::Insert { .. } | Change::WrapInEnvelope { .. } => return false,
    };
    let mut objects = look.tree.objects_with_like_keys_around(member).map(|object| look.node(object));
    objects.any(|object| {
        let named = object.members().find(|(key, value)| key.id() == member || value.id() == member);
        named.is_some_and(|(named, _)| object.members().filter(|(key, _)| key.bytes() == named.bytes()).count() > 1)
    })
}

/// Whether a change is on what other places repeat, so that it would change them, too.
fn is_shared(look: Look<'_>, change: &Change) -> bool {
    if look.tree.repeated().is_empty() {
        return false;
    }
    let target = match change {
        Change::Move { to, .. } => Some(*to),
        _ => None,
    };
    [Some(change.node()), target].into_iter().flatten().any(|node| {
        let outermost = look.tree.outermost_string(node).unwrap_or(node);
        look.tree.is_shared(look.node(outermost).own_span())
    })
}

/// An edit on the layer of `node` as one on the source; `None` where it is not certain how that is spelt.
fn outward(look: Look<'_>, node: NodeId, mut edit: Edit) -> Option<Edit> {
    edit.span = look.node(node).outward(edit.span);
    let outermost = look.tree.language().and_then(|_| look.tree.outermost_string(node));
    for layer in look.tree.layers_around(node) {
        if Some(layer.string) == outermost {
            // What languages put in at run time, and what stands in a text for that.
            if edit.text.contains('$') || edit.text.contains("#{") {
                return None;
            }
            if layer.spelling == Spelling::Json && has_bare_quotes(look, layer) {
                let plain = edit.text.chars().all(|c| c != '\\' && (c == '\n' || !c.is_control()));
                return plain.then_some(edit);
            }
        }
        edit.text = layer.spelling.encode(&edit.text)?.into_owned();
    }
    Some(edit)
}

/// Whether the quotes of JSON stand for themselves in the text that holds it, as they do in heredocs and text blocks.
fn has_bare_quotes(look: Look<'_>, layer: &Layer) -> bool {
    let quote = layer.text.find('"').map(offset);
    let spelt = quote.map(|quote| layer.map.outward(Span { start: quote, end: quote + 1 }));
    spelt.is_some_and(|spelt| look.source.as_bytes().get(spelt.range()) == Some(b"\""))
}

/// A text after edits, which are in order. An edit that overlaps the one before is left out.
#[must_use]
pub fn apply(source: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    apply_into(source, edits, &mut out);
    out
}

/// Appends a text after edits to `out`, see [`apply`].
pub fn apply_into(source: &str, edits: &[Edit], out: &mut String) {
    let mut at = 0;
    for edit in edits {
        if edit.span.start < at {
            continue;
        }
        out.push_str(&source[at as usize..edit.span.start as usize]);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&source[at as usize..]);
}

/// A place between bytes.
fn between(at: u32) -> Span {
    Span { start: at, end: at }
}
