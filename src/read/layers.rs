//! Documents that stand in strings: found, decoded, read, and mapped back to the bytes that spell them.

use super::json::{self, Dialect, escape};
use crate::tree::{Kind, Layer, LayerMap, NodeId, Tree};

/// Reads the JSON documents that stand in strings of the document in `tree`, at any depth.
///
/// Each is decoded from a strictly shorter spelling, so the work is bounded by the size of the text times the
/// logarithm of it. A string that begins like JSON and is none stays a string.
pub(super) fn read(source: &str, tree: &mut Tree) {
    let mut next = 0;
    while let Some(string) = tree.layer_candidate(next) {
        next += 1;
        read_one(source, tree, string);
    }
}

fn read_one(source: &str, tree: &mut Tree, string: NodeId) {
    let (nodes, decoded) = (tree.len(), tree.decoded_len());
    let node = tree.node(source, string);
    let (text, map) = (node.text().to_owned(), map(node.own_span().start as usize, node.raw()));
    let mut notices = Vec::new();
    for dialect in [Dialect::Strict, Dialect::Lenient] {
        if json::parse(&text, dialect, tree, &mut notices).is_ok() {
            let root = NodeId(crate::tree::offset(nodes));
            if !matches!(tree.node(source, root).kind(), Kind::Object | Kind::Array) {
                break;
            }
            tree.push_layer(Layer { string, root, text, map });
            return;
        }
        tree.truncate(nodes, decoded);
    }
    tree.truncate(nodes, decoded);
}

/// How the decoded text of the JSON string `raw`, which begins at `start`, maps to its spelling.
fn map(start: usize, raw: &str) -> LayerMap {
    let bytes = raw.as_bytes();
    let mut map = LayerMap::default();
    let (mut at, mut inner) = (1, 0);
    let mut verbatim = false;
    while at + 1 < bytes.len() {
        if bytes[at] == b'\\' {
            let Ok((c, len)) = escape(&bytes[at..]) else { break };
            map.piece(inner, start + at, false);
            inner += c.unwrap_or(char::REPLACEMENT_CHARACTER).len_utf8();
            at += len;
            verbatim = false;
        } else {
            if !verbatim {
                map.piece(inner, start + at, true);
                verbatim = true;
            }
            let run = memchr::memchr(b'\\', &bytes[at..bytes.len() - 1]).unwrap_or(bytes.len() - 1 - at);
            inner += run;
            at += run;
        }
    }
    map.finish(start + raw.len() - 1);
    map
}

#[cfg(test)]
mod tests {
    use crate::tree::{Pointer, Tree};

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
