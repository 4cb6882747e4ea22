//! Documents that stand in strings: found, decoded, read, and mapped back to the bytes that spell them.

use super::decode::{self, Decoded};
use super::json::{self, Dialect};
use super::{Notice, NoticeKind, prose, yaml};
use crate::tree::{Kind, Layer, NodeId, Tree};

/// How deep containers may be nested through all layers.
const MAX_HEIGHT: usize = 2 * json::MAX_DEPTH;

/// Reads the JSON documents that stand in strings of the document in `tree`, at any depth.
///
/// Each is decoded from a strictly shorter spelling, so the work is bounded by the size of the text times the
/// logarithm of it. A string that begins like JSON and is none stays a string, and is noticed.
pub(super) fn read(source: &str, tree: &mut Tree, notices: &mut Vec<Notice>) {
    read_with(source, tree, notices, |tree, node| {
        let outer = tree.is_foreign() && tree.layers_around(node).next().is_none();
        outer.then(|| yaml::decoded(source, tree.node(source, node)))
    });
}

/// The same; `decode_outermost` decodes strings of the outermost document when that is not JSON.
pub(super) fn read_with(
    source: &str,
    tree: &mut Tree,
    notices: &mut Vec<Notice>,
    mut decode_outermost: impl FnMut(&Tree, NodeId) -> Option<Decoded>,
) {
    let outermost = tree.height();
    let mut next = 0;
    while let Some(string) = tree.layer_candidate(next) {
        next += 1;
        if !read_one(source, tree, string, outermost, &mut decode_outermost) {
            let span = tree.node(source, string).span();
            notices.push(Notice { kind: NoticeKind::BrokenDocument, span });
        }
    }
}

/// Reads the document in one string; says false when the string begins like one and is none.
fn read_one(
    source: &str,
    tree: &mut Tree,
    string: NodeId,
    outermost: usize,
    decode_outermost: &mut impl FnMut(&Tree, NodeId) -> Option<Decoded>,
) -> bool {
    let (nodes, length) = (tree.len(), tree.decoded_len());
    // Offsets are kept in 32 bits.
    if length > u32::MAX as usize / 2 || nodes > u32::MAX as usize / 2 {
        return true;
    }
    let around = tree.height_through(string, outermost);
    let node = tree.node(source, string);
    let text = node.text();
    let begins = text.trim_ascii_start().starts_with(['{', '[']);
    // In a string that says something before the document only that part of it is the document.
    let part = if begins { Some(0..text.len()) } else { prose::first_object(text) };
    let Some(part) = part else { return true };
    let decoded = match decode_outermost(tree, string) {
        Some(decoded) => Some(decoded),
        None => decode::json_string(node.layer_text(), node.own_span().start as usize + 1, true),
    };
    let Some(Decoded { map, spelling, .. }) = decoded else { return true };
    let map = if begins { map } else { map.part(part.start, part.end) };
    let text = text[part].to_owned();
    let mut notices = Vec::new();
    for dialect in [Dialect::Strict, Dialect::Lenient] {
        match json::parse(&text, dialect, tree, &mut notices) {
            Ok(()) => {
                let root = NodeId(crate::tree::offset(nodes));
                let height = around + tree.height();
                let container = matches!(tree.node(source, root).kind(), Kind::Object | Kind::Array);
                if container && height <= MAX_HEIGHT {
                    tree.push_layer(Layer { string, root, text, map, spelling, height });
                    return true;
                }
                tree.truncate(nodes, length);
                return true;
            }
            Err(_) => tree.truncate(nodes, length),
        }
    }
    !begins
}

#[cfg(test)]
mod tests {
    use crate::tree::{Pointer, Tree};

    #[test]
    fn a_document_behind_other_words_of_a_string_is_read() {
        let text = r#"{"message":"caf\u00e9 {x}: {\"to\": \"\u0031\"} sent","expression":"={\"to\": 1}"}"#;
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        crate::read::json::read(text, &mut tree, &mut notices).expect("json");
        let to = tree.layers().iter().map(|layer| tree.node(text, layer.root).get("to").expect("to"));
        let spelt: Vec<&str> = to.map(|to| &text[to.span().range()]).collect();
        assert_eq!(spelt, [r#"\"\u0031\""#, "1"]);
        assert!(notices.is_empty());
    }

    #[test]
    fn places_inside_strings_are_mapped_through_every_layer() {
        let inner = r#"{"to":"1","text":{"body":"caf\u00e9 \"x\""}}"#;
        let twice = serde_json::json!({ "raw": serde_json::json!({ "body": inner }).to_string() });
        let text = serde_json::json!({ "item": [1, twice] }).to_string();
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        crate::read::json::read(&text, &mut tree, &mut notices).expect("json");
        assert_eq!(tree.layers().len(), 2);
        let payload = tree.node(&text, tree.layers()[1].root);
        let body = payload.path(&["text", "body"]).expect("body");
        assert_eq!(body.text(), "café \"x\"");
        let spelt = &text[body.span().range()];
        assert!(spelt.starts_with('\\') && spelt.contains("caf") && spelt.ends_with('"'), "{spelt}");
        let root = tree.root(&text).expect("root");
        assert_eq!(Pointer::new(root, body.id()).to_string(), "/item/1/raw#/body#/text/body");
        assert_eq!(Pointer::new(payload, body.id()).to_string(), "/text/body");
        let to = payload.get("to").expect("to");
        assert_eq!(text[to.span().range()].trim_matches(['\\', '"']), "1");
    }
}
