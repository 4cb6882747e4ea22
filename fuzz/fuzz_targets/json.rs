//! Reading JSON, against `serde_json`.
//!
//! Strict reading accepts what `serde_json` accepts and finds the same values in it. Two differences are meant:
//! waport stops at [`MAX_DEPTH`] levels, and it keeps numbers beyond a 64-bit float, as it keeps all numbers as they
//! are spelt. Lenient reading accepts what strict reading does, with the same tree, and notices all else.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::{Corpus, fuzz_target};
use serde::Deserialize;
use serde_json::Value;
use waport::read::json::{self, Dialect, MAX_DEPTH};
use waport::read::{Notice, NoticeKind, SyntaxError, SyntaxErrorKind};
use waport::tree::{Kind, Node, NodeId, Pointer, Span, Tree};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else { return Corpus::Reject };
    let strict = Read::new(text, Dialect::Strict);
    let lenient = Read::new(text, Dialect::Lenient);
    as_serde_json(&strict);
    as_strict(&strict, &lenient);
    with_layers(text, &strict, &lenient);
    Corpus::Keep
});

/// What one call of [`json::parse`] gave.
struct Read<'t> {
    text: &'t str,
    tree: Tree,
    notices: Vec<Notice>,
    result: Result<(), SyntaxError>,
}

impl<'t> Read<'t> {
    fn new(text: &'t str, dialect: Dialect) -> Self {
        let (mut tree, mut notices) = (Tree::new(), Vec::new());
        let result = json::parse(text, dialect, &mut tree, &mut notices);
        if let Err(error) = result {
            assert!(text.is_char_boundary(error.offset), "a fault inside a character: {error:?}");
        }
        for notice in &notices {
            stands_in(notice.span, text);
        }
        Self { text, tree, notices, result }
    }

    /// The root of what was accepted.
    fn root(&self) -> Option<Node<'_>> {
        self.result.is_ok().then(|| self.tree.root(self.text).expect("an accepted document has a root"))
    }
}

fn reference(text: &str) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    let value = Value::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// How deep brackets are nested outside of strings; of a document, its depth.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn as_serde_json(strict: &Read<'_>) {
    let text = strict.text;
    assert!(strict.notices.is_empty(), "strict reading has nothing to notice");
    if depth(text) > MAX_DEPTH {
        assert!(strict.result.is_err(), "more levels than {MAX_DEPTH}");
        return;
    }
    let value = match (strict.result, reference(text)) {
        (Ok(()), Ok(value)) => value,
        (Err(ours), Err(_)) => {
            assert_ne!(ours.kind, SyntaxErrorKind::TooDeep);
            return;
        }
        (Ok(()), Err(theirs)) => {
            let beyond = |node: Node<'_>| node.as_f64().is_some_and(f64::is_infinite);
            let root = strict.root().expect("accepted");
            assert!(root.descendants().any(beyond), "only serde_json refuses this: {theirs}");
            return;
        }
        (Err(ours), Ok(_)) => panic!("only waport refuses this: {ours} at {}", ours.offset),
    };
    let root = strict.root().expect("accepted");
    same(root, &value);
    outside_of(root, text);
    for node in root.descendants() {
        let alone = reference(node.raw()).unwrap_or_else(|error| panic!("{:?} alone: {error}", node.raw()));
        same(node, &alone);
    }
    if strict.tree.len() <= 64 {
        found_by_pointer(root, root, &value);
    }
}

/// Compares a value with what `serde_json` read, to which the last of equal keys counts.
fn same(node: Node<'_>, value: &Value) {
    match (node.kind(), value) {
        (Kind::Null, Value::Null) | (Kind::True, Value::Bool(true)) | (Kind::False, Value::Bool(false)) => {}
        (Kind::String, Value::String(text)) => {
            assert_eq!(node.text(), text);
            assert_eq!(node.bytes(), text.as_bytes());
        }
        (Kind::Number, Value::Number(number)) => {
            assert_eq!(node.as_f64().map(f64::to_bits), number.as_f64().map(f64::to_bits));
            // To serde_json `-0` is a float.
            assert_eq!(node.as_i64(), number.as_i64().or((node.raw() == "-0").then_some(0)));
        }
        (Kind::Array, Value::Array(items)) => {
            assert_eq!(node.count(), items.len());
            assert_eq!(node.items().count(), items.len());
            for (item, value) in node.items().zip(items) {
                same(item, value);
            }
        }
        (Kind::Object, Value::Object(members)) => {
            assert_eq!(node.count(), node.members().count());
            let last: BTreeMap<&str, Node<'_>> = node.members().map(|(key, value)| (key.text(), value)).collect();
            assert_eq!(last.len(), members.len());
            for (name, member) in last {
                same(member, &members[name]);
            }
        }
        (kind, value) => panic!("{kind:?} is not {value}"),
    }
}

/// Around the root, and between the children of a node, stands nothing but blanks and punctuation.
fn outside_of(root: Node<'_>, text: &str) {
    let blank = |text: &str| text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
    let span = root.own_span().range();
    assert!(blank(&text[..span.start]) && blank(&text[span.end..]));
    for node in root.descendants().filter(|node| matches!(node.kind(), Kind::Array | Kind::Object)) {
        let mut rest = String::new();
        let mut at = node.own_span().range().start;
        for child in children(node) {
            let span = child.own_span().range();
            rest.push_str(&text[at..span.start]);
            at = span.end;
        }
        rest.push_str(&text[at..node.own_span().range().end]);
        rest.retain(|c| !blank(c.encode_utf8(&mut [0; 4])));
        let between = if node.kind() == Kind::Object { ":," } else { "," };
        let (open, close) = if node.kind() == Kind::Object { ('{', '}') } else { ('[', ']') };
        let inner = between.repeat(node.count());
        let inner = inner.strip_suffix(',').unwrap_or(&inner);
        assert_eq!(rest, format!("{open}{inner}{close}"));
    }
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.members().flat_map(|(key, value)| [key, value]).chain(node.items()).collect()
}

fn found_by_pointer(root: Node<'_>, node: Node<'_>, value: &Value) {
    let pointer = Pointer::new(root, node.id()).to_string();
    assert_eq!(value.pointer(&pointer).map(|found| same(node, found)), Some(()), "{pointer}");
    for item in node.items() {
        found_by_pointer(root, item, value);
    }
    for (index, (key, member)) in node.members().enumerate() {
        // Of equal keys, serde_json knows the last, whatever stands below the others.
        if node.members().skip(index + 1).all(|(later, _)| later.text() != key.text()) {
            found_by_pointer(root, member, value);
        }
    }
}

fn as_strict(strict: &Read<'_>, lenient: &Read<'_>) {
    if let Some(root) = lenient.root() {
        nested(root, lenient.text);
        assert_eq!(lenient.tree.len(), root.descendants().count());
    }
    if strict.result.is_ok() {
        assert!(lenient.result.is_ok(), "only strict reading accepts this: {:?}", lenient.result);
        assert!(lenient.notices.is_empty(), "nothing to notice: {:?}", lenient.notices);
        equal(strict, lenient);
    } else if lenient.result.is_ok() {
        assert!(!lenient.notices.is_empty(), "a deviation that is not noticed: {:?}", strict.result);
        as_repaired(lenient);
    }
}

/// What has only comments, commas and a byte order mark too many is the strict document without them.
fn as_repaired(lenient: &Read<'_>) {
    let mut bytes = lenient.text.as_bytes().to_vec();
    for notice in &lenient.notices {
        let removable = [NoticeKind::Comment, NoticeKind::TrailingComma, NoticeKind::ByteOrderMark];
        if !removable.contains(&notice.kind) {
            return;
        }
        bytes[notice.span.range()].fill(b' ');
    }
    let text = String::from_utf8(bytes).expect("notices stand on character boundaries");
    let strict = Read::new(&text, Dialect::Strict);
    assert!(strict.result.is_ok(), "without what is noticed, it is no JSON: {:?}", strict.result);
    equal(&strict, lenient);
}

fn equal(one: &Read<'_>, other: &Read<'_>) {
    let (one, other) = (one.root().expect("accepted"), other.root().expect("accepted"));
    assert!(one.descendants().map(facets).eq(other.descendants().map(facets)));
}

/// All that a node without layers says of itself, its text aside where it is just its bytes.
fn facets(node: Node<'_>) -> (NodeId, Kind, Span, usize, bool, &str) {
    let text = node.as_str().unwrap_or_default();
    (node.id(), node.kind(), node.own_span(), node.count(), node.is_open(), text)
}

/// Children stand inside their parents, in order, on character boundaries.
fn nested(root: Node<'_>, text: &str) {
    for node in root.descendants() {
        stands_in(node.own_span(), text);
        let mut at = node.own_span().start;
        for child in children(node) {
            assert!(at <= child.own_span().start);
            at = child.own_span().end;
        }
        assert!(at <= node.own_span().end);
    }
}

fn stands_in(span: Span, text: &str) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no place in a text of {} bytes", text.len());
}

/// [`json::read`]: either dialect, and the documents inside strings.
fn with_layers(text: &str, strict: &Read<'_>, lenient: &Read<'_>) {
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    let result = json::read(text, &mut tree, &mut notices);
    assert_eq!(result.is_ok(), strict.result.is_ok() || lenient.result.is_ok());
    if let Err(error) = result {
        assert!(text.is_char_boundary(error.offset));
        assert!(tree.is_empty() && notices.is_empty());
        return;
    }
    let used = if strict.result.is_ok() { strict } else { lenient };
    // What a string holds is looked into here alone.
    notices.retain(|notice| notice.kind != NoticeKind::BrokenDocument);
    assert_eq!(notices, used.notices);
    let root = tree.root(text).expect("root");
    assert!(root.descendants().map(facets).eq(used.root().expect("accepted").descendants().map(facets)));
    for layer in tree.layers() {
        let (string, inner) = (tree.node(text, layer.string), tree.node(text, layer.root));
        assert_eq!(string.inner().map(|inner| inner.id()), Some(layer.root));
        assert_eq!(inner.layer_text(), string.text());
        nested(inner, inner.layer_text());
        let outer = string.span();
        for node in inner.descendants() {
            let span = node.span();
            stands_in(span, text);
            assert!(outer.start < span.start && span.end < outer.end, "{span:?} is not inside {outer:?}");
            spells(&text[span.range()], levels(&tree, node.id()), node.raw());
        }
        let pointer = Pointer::new(root, layer.root).to_string();
        assert!(pointer.ends_with('#'), "{pointer}");
    }
}

/// In how many strings, one in the other, a node stands.
fn levels(tree: &Tree, mut id: NodeId) -> usize {
    let mut levels = 0;
    while let Some(layer) = tree.layers().iter().rev().find(|layer| layer.root <= id) {
        levels += 1;
        id = layer.string;
    }
    levels
}

/// The bytes that a node was mapped back to, decoded once for each level, are the node's own.
fn spells(source: &str, levels: usize, raw: &str) {
    let mut piece = source.to_owned();
    for _ in 0..levels {
        match serde_json::from_str(&format!("\"{piece}\"")) {
            Ok(decoded) => piece = decoded,
            // The lenient dialect reads more in strings than serde_json does.
            Err(error) => {
                let more = piece.contains(char::is_control) || piece.to_ascii_lowercase().contains("\\ud");
                assert!(more, "{piece:?}: {error}");
                return;
            }
        }
    }
    assert_eq!(piece, raw, "spelt as {source:?}");
}
