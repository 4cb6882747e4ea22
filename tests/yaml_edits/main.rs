//! Changes on YAML come down to edits that do what they say and leave the rest as it is.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod random;

use std::fmt::Write;
use std::sync::Arc;

use waport::config::{Config, WebhookIdentity};
use waport::finding::Confidence;
use waport::fix::{Change, Fix, Level, Position, Value};
use waport::read::yaml;
use waport::rules::Look;
use waport::tree::{Kind, Node, Span, Tree};
use waport::write::{Edit, apply, edits};
use waport::{Options, check};

/// A change by the pointers of its nodes.
#[derive(Clone, Debug)]
enum Op {
    Set(String, New),
    Rename(String, &'static str),
    Remove(String),
    Insert(String, &'static str, New, At),
    Move(String, String, &'static str),
    Wrap(String),
}

#[derive(Clone, Debug)]
enum At {
    First,
    Last,
    After(String),
}

/// A value that comes in.
#[derive(Clone, Debug)]
enum New {
    Text(&'static str),
    Integer(i64),
    Bool(bool),
    Copy(String),
    Object(Vec<(&'static str, New)>),
    Array(Vec<New>),
}

fn set(at: &str, new: New) -> Op {
    Op::Set(at.to_owned(), new)
}

fn text(text: &'static str) -> New {
    New::Text(text)
}

fn rename(at: &str, name: &'static str) -> Op {
    Op::Rename(at.to_owned(), name)
}

fn remove(at: &str) -> Op {
    Op::Remove(at.to_owned())
}

fn first(at: &str, name: &'static str, new: New) -> Op {
    Op::Insert(at.to_owned(), name, new, At::First)
}

fn last(at: &str, name: &'static str, new: New) -> Op {
    Op::Insert(at.to_owned(), name, new, At::Last)
}

fn after(at: &str, before: &str, name: &'static str, new: New) -> Op {
    Op::Insert(at.to_owned(), name, new, At::After(before.to_owned()))
}

fn shift(from: &str, to: &str, name: &'static str) -> Op {
    Op::Move(from.to_owned(), to.to_owned(), name)
}

fn wrap(at: &str) -> Op {
    Op::Wrap(at.to_owned())
}

fn identity() -> Arc<WebhookIdentity> {
    Arc::new(WebhookIdentity {
        waba_id: Some("102290129340398".to_owned()),
        phone_number_id: Some("106540352242922".to_owned()),
        ..WebhookIdentity::default()
    })
}

/// The parent, the key if there is one, and the node that a pointer leads to.
fn find<'a>(root: Node<'a>, pointer: &str) -> (Option<Node<'a>>, Option<Node<'a>>, Node<'a>) {
    let (mut parent, mut key, mut node) = (None, None, root);
    for step in pointer.split('/').skip(1) {
        parent = Some(node);
        if node.is_object() {
            let member = node.member(step).unwrap_or_else(|| panic!("no {pointer}"));
            (key, node) = (Some(member.0), member.1);
        } else {
            (key, node) = (None, node.items().nth(step.parse().unwrap()).unwrap());
        }
    }
    (parent, key, node)
}

fn value(root: Node<'_>, new: &New) -> Value {
    match new {
        New::Text(text) => Value::Text((*text).into()),
        New::Integer(number) => Value::Integer(*number),
        New::Bool(value) => Value::Bool(*value),
        New::Copy(at) => Value::Copy(find(root, at).2.id()),
        New::Object(members) => Value::Object(members.iter().map(|(name, new)| (*name, value(root, new))).collect()),
        New::Array(items) => Value::Array(items.iter().map(|new| value(root, new)).collect()),
    }
}

fn change(root: Node<'_>, op: &Op) -> Change {
    match op {
        Op::Set(at, new) => Change::Set { node: find(root, at).2.id(), value: value(root, new) },
        Op::Rename(at, to) => Change::Rename { key: find(root, at).1.unwrap().id(), to: (*to).into() },
        Op::Remove(at) => {
            let (parent, key, _) = find(root, at);
            Change::Remove { object: parent.unwrap().id(), key: key.unwrap().id() }
        }
        Op::Insert(at, name, new, position) => Change::Insert {
            object: find(root, at).2.id(),
            name,
            value: value(root, new),
            position: match position {
                At::First => Position::First,
                At::Last => Position::Last,
                At::After(before) => Position::After(find(root, before).2.id()),
            },
        },
        Op::Move(at, to, name) => {
            let (parent, key, _) = find(root, at);
            Change::Move { from: parent.unwrap().id(), key: key.unwrap().id(), to: find(root, to).2.id(), name }
        }
        Op::Wrap(at) => Change::WrapInEnvelope { node: find(root, at).2.id(), identity: identity() },
    }
}

/// The edits that changes come down to; `None` where they are left to a person.
fn lowered(source: &str, ops: &[Op]) -> Option<Vec<Edit>> {
    let mut tree = Tree::new();
    yaml::read(source, &mut tree, &mut Vec::new()).unwrap_or_else(|error| panic!("{error:?} in\n{source}"));
    let root = tree.root(source).unwrap();
    let changes = ops.iter().map(|op| change(root, op)).collect();
    let fix = Fix { title: "".into(), level: Level::Safe, changes };
    edits(Look { source, tree: &tree }, &fix)
}

/// What a text becomes by changes.
fn changed(source: &str, ops: &[Op]) -> Option<String> {
    lowered(source, ops).map(|edits| apply(source, &edits))
}

/// Holds each case, a text with one change and what it becomes, as text and as a tree.
fn hold(cases: &[(&str, Op, Option<&str>)]) {
    let mut faults = Vec::new();
    for (before, op, expected) in cases {
        let got = changed(before, std::slice::from_ref(op));
        if got.as_deref() != *expected {
            faults.push(format!("{op:?} on\n{before}\ngives\n{got:?}\nnot\n{expected:?}"));
            continue;
        }
        if let Some(after) = got {
            let mut model = model(before);
            act(&mut model, op);
            let read = self::model(&after);
            if read != model {
                faults.push(format!("{op:?} on\n{before}\ngives\n{after}\nwhich reads\n{read:?}\nnot\n{model:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// A tree without places.
#[derive(Clone, Debug, PartialEq)]
enum Model {
    Text(String),
    Other(String),
    List(Vec<Model>),
    Map(Vec<(String, Model)>),
}

fn model(source: &str) -> Model {
    let mut tree = Tree::new();
    yaml::read(source, &mut tree, &mut Vec::new()).unwrap_or_else(|error| panic!("{error:?} in\n{source}"));
    of_node(tree.root(source).unwrap())
}

fn of_node(node: Node<'_>) -> Model {
    match node.kind() {
        Kind::Object => {
            Model::Map(node.members().map(|(key, value)| (key.text().to_owned(), of_node(value))).collect())
        }
        Kind::Array => Model::List(node.items().map(of_node).collect()),
        Kind::String => Model::Text(node.text().to_owned()),
        Kind::Null => Model::Other("null".to_owned()),
        _ => Model::Other(node.raw().to_owned()),
    }
}

impl Model {
    fn at(&mut self, pointer: &str) -> &mut Self {
        pointer.split('/').skip(1).fold(self, |model, step| match model {
            Self::Map(members) => &mut members.iter_mut().find(|(name, _)| name == step).unwrap().1,
            Self::List(items) => &mut items[step.parse::<usize>().unwrap()],
            _ => panic!("no {pointer}"),
        })
    }

    fn members(&mut self) -> &mut Vec<(String, Self)> {
        match self {
            Self::Map(members) => members,
            _ => panic!("no mapping"),
        }
    }
}

fn of_new(root: &mut Model, new: &New) -> Model {
    match new {
        New::Text(text) => Model::Text((*text).to_owned()),
        New::Integer(number) => Model::Other(number.to_string()),
        New::Bool(value) => Model::Other(value.to_string()),
        New::Copy(at) => root.at(at).clone(),
        New::Object(members) => {
            Model::Map(members.iter().map(|(name, new)| ((*name).to_owned(), of_new(root, new))).collect())
        }
        New::Array(items) => Model::List(items.iter().map(|new| of_new(root, new)).collect()),
    }
}

/// Makes the change on a model.
fn act(root: &mut Model, op: &Op) {
    let split = |at: &str| {
        let (parent, name) = at.rsplit_once('/').unwrap();
        (parent.to_owned(), name.to_owned())
    };
    match op {
        Op::Set(at, new) => *root.at(at) = of_new(root, new),
        Op::Rename(at, to) => {
            let (parent, name) = split(at);
            root.at(&parent).members().iter_mut().find(|(key, _)| *key == name).unwrap().0 = String::from(*to);
        }
        Op::Remove(at) => {
            let (parent, name) = split(at);
            let members = root.at(&parent).members();
            let index = members.iter().position(|(key, _)| *key == name).unwrap();
            members.remove(index);
        }
        Op::Insert(at, name, new, position) => {
            let new = of_new(root, new);
            let members = root.at(at).members();
            let index = match position {
                At::First => 0,
                At::Last => members.len(),
                At::After(before) => 1 + members.iter().position(|(key, _)| *key == split(before).1).unwrap(),
            };
            members.insert(index, ((*name).to_owned(), new));
        }
        Op::Move(at, to, name) => {
            let moved = root.at(at).clone();
            root.at(to).members().push(((*name).to_owned(), moved));
            act(root, &Op::Remove(at.clone()));
        }
        Op::Wrap(at) => {
            let text = |text: &str| Model::Text(text.to_owned());
            let map = |members: Vec<(&str, Model)>| {
                Model::Map(members.into_iter().map(|(name, model)| (name.to_owned(), model)).collect())
            };
            let metadata = map(vec![
                ("display_phone_number", text("<DISPLAY_PHONE_NUMBER>")),
                ("phone_number_id", text("106540352242922")),
            ]);
            let mut content = root.at(at).clone();
            content.members().insert(0, ("messaging_product".to_owned(), text("whatsapp")));
            content.members().insert(1, ("metadata".to_owned(), metadata));
            let change = map(vec![("value", content), ("field", text("messages"))]);
            let entry = map(vec![("id", text("102290129340398")), ("changes", Model::List(vec![change]))]);
            *root.at(at) =
                map(vec![("object", text("whatsapp_business_account")), ("entry", Model::List(vec![entry]))]);
        }
    }
}

#[test]
fn values_are_set_in_the_style_of_what_they_replace() {
    let object = || New::Object(vec![("details", New::Copy("/a".into())), ("m", New::Integer(1))]);
    hold(&[
        ("a: x\n", set("/a", text("z")), Some("a: z\n")),
        ("a: 'x' # c\n", set("/a", text("z")), Some("a: 'z' # c\n")),
        ("a: 'x'\n", set("/a", text("it's")), Some("a: 'it''s'\n")),
        ("a: \"x\"\n", set("/a", text("y \"z\"\n\u{85}")), Some("a: \"y \\\"z\\\"\\n\\u0085\"\n")),
        ("a: 'x'\n", set("/a", text("two\nlines")), Some("a: \"two\\nlines\"\n")),
        ("a: x\nb: 'y'\n", set("/a", text("12")), Some("a: '12'\nb: 'y'\n")),
        ("a: 1\nb: c\n", set("/a", text("x")), Some("a: x\nb: c\n")),
        ("a: 1\n", set("/a", New::Bool(true)), Some("a: true\n")),
        ("a:\t1\n", set("/a", New::Integer(-2)), Some("a:\t-2\n")),
        ("a:\n  x\nb: y\n", set("/a", text("z")), Some("a: z\nb: y\n")),
        ("a: # c\n  x\n", set("/a", text("z")), Some("a: # c\n  z\n")),
        ("a:\nb: c\n", set("/a", text("z")), Some("a: z\nb: c\n")),
        ("a: # c\n", set("/a", text("z")), Some("a: z # c\n")),
        ("- a\n- b\n", set("/1", text("c")), Some("- a\n- c\n")),
        ("- a\n- x: 1\n", set("/0", New::Object(vec![("k", text("v"))])), Some("- k: v\n- x: 1\n")),
        ("- a: 1\n  b: 2\n- c\n", set("/0", text("x")), Some("- x\n- c\n")),
        ("a:\n  b: 1\nc: 2\n", set("/a", text("x")), Some("a: x\nc: 2\n")),
        ("a:\n- b\n- d\nc: 2\n", set("/a", text("x")), Some("a: x\nc: 2\n")),
        ("a: x # c\n", set("/a", object()), Some("a:\n  details: x\n  m: 1 # c\n")),
        ("x:\n    a: x\n", set("/x/a", New::Object(vec![("k", text("v"))])), Some("x:\n    a:\n        k: v\n")),
        ("a: {b: x}\n", set("/a", object()), Some("a: {details: {b: x}, m: 1}\n")),
        ("[{a: x, \"b\":\"c\"}]\n", set("/0/b", text("d")), Some("[{a: x, \"b\":\"d\"}]\n")),
        ("{a: x}\n", set("/a", text("y, z")), Some("{a: \"y, z\"}\n")),
        ("{a: x}\n", set("/a", object()), Some("{a: {details: x, m: 1}}\n")),
        ("a: >- # c\n  x\n", set("/a", text("z")), Some("a: z # c\n")),
        ("a: | # c\n  x\n", set("/a", object()), None),
        ("a:\n  # c\n  b: 1\n", set("/a", text("z")), Some("a:\n  # c\n  z\n")),
        ("a:\n  b: 1 # c\n  d: 2\n", set("/a", text("z")), None),
        // A scalar of lines keeps its header, or goes with it.
        ("a: |\n  x\n  y\nb: 1\n", set("/a", text("x\ny")), Some("a: |-\n  x\n  y\nb: 1\n")),
        ("a: >+ # c\n  x\n\nb: 1\n", set("/a", text("x")), Some("a: >- # c\n  x\n\nb: 1\n")),
        ("a: |2\n   x\nb: 1\n", set("/a", text(" x")), Some("a: |2-\n   x\nb: 1\n")),
        ("a: |\n  x\n  y\nb: 1\n", set("/a", text("p\n\nq")), Some("a: |-\n  p\n\n  q\nb: 1\n")),
        ("a: |\n  x\nb: 1\n", set("/a", text("z")), Some("a: z\nb: 1\n")),
        ("a: |\n  x\n  y\n", set("/a", object()), Some("a:\n  details: |\n    x\n    y\n  m: 1\n")),
        ("- |\n  x\n- y\n", set("/0", text("z")), Some("- z\n- y\n")),
    ]);
}

#[test]
fn new_texts_are_quoted_exactly_when_they_would_read_as_something_else() {
    let bare =
        ["whatsapp", "a b", "it's", "https://x.example/a?b=1", "a:b", "<WABA_ID>", "\u{1f600}", "2 items", "a#b"];
    for plain in bare {
        let after = changed("a: b\n", &[Op::Insert(String::new(), "k", New::Text(plain), At::Last)]).unwrap();
        assert_eq!(after, format!("a: b\nk: {plain}\n"));
    }
    for special in [
        "0",
        "15550100123",
        "1e3",
        "0x1f",
        "0o7",
        "-1",
        "+1",
        ".5",
        "1_000",
        "12:30:00",
        "2024-01-01",
        "true",
        "False",
        "null",
        "~",
        "",
        "yes",
        "Off",
        "y",
        " a",
        "a ",
        "a: b",
        "a:",
        "a #b",
        "# a",
        "- a",
        "-",
        "? a",
        "{{name}}",
        "[a]",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "<<",
        "=",
        ".inf",
        "...",
        "---",
    ] {
        for (before, quote) in [("a: b\n", '"'), ("a: b\nc: '1'\n", '\''), ("{a: 'b c', d: e}\n", '\'')] {
            let after = changed(before, &[last("", "k", text(special))]).unwrap();
            assert!(after.contains(&format!("k: {quote}{special}{quote}")), "{special:?}: {after}");
            let mut expected = model(before);
            act(&mut expected, &last("", "k", text(special)));
            assert_eq!(model(&after), expected, "{after}");
        }
    }
    // Within brackets more has a meaning, and where all is quoted, all is.
    hold(&[
        ("a: b\n", last("", "k", text("c, d")), Some("a: b\nk: c, d\n")),
        ("{a: b}\n", last("", "k", text("c, d")), Some("{a: b, k: \"c, d\"}\n")),
        ("{a: b}\n", last("", "k", text("c]")), Some("{a: b, k: \"c]\"}\n")),
        ("a: 'b'\n", last("", "k", text("c")), Some("a: 'b'\nk: 'c'\n")),
        ("a: '1'\n", last("", "k", text("c")), Some("a: '1'\nk: c\n")),
        ("\"a\": 1\n", last("", "k", text("c")), Some("\"a\": 1\n\"k\": \"c\"\n")),
        ("{\"a\":\"1\"}\n", last("", "k", text("c")), Some("{\"a\":\"1\",\"k\":\"c\"}\n")),
    ]);
}

#[test]
fn members_are_inserted_in_the_style_of_their_neighbours() {
    let nested =
        || New::Object(vec![("p", text("q")), ("l", New::Array(vec![New::Object(vec![("x", New::Integer(1))])]))]);
    hold(&[
        ("a: 1\nb: 2\n", first("", "k", text("v")), Some("k: v\na: 1\nb: 2\n")),
        ("a: 1\nb: 2", last("", "k", text("v")), Some("a: 1\nb: 2\nk: v")),
        ("a: 1 # c\n# d\nb: 2\n", after("", "/a", "k", text("v")), Some("a: 1 # c\nk: v\n# d\nb: 2\n")),
        ("# c\na: 1\n", first("", "k", text("v")), Some("# c\nk: v\na: 1\n")),
        ("- a: 1\n  b: 2\n- c\n", first("/0", "k", text("v")), Some("- k: v\n  a: 1\n  b: 2\n- c\n")),
        ("- a: 1\n  b: 2\n- c\n", last("/0", "k", text("v")), Some("- a: 1\n  b: 2\n  k: v\n- c\n")),
        ("-\n  a: 1\n- c\n", last("/0", "k", text("v")), Some("-\n  a: 1\n  k: v\n- c\n")),
        ("- - a: 1\n", last("/0/0", "k", text("v")), Some("- - a: 1\n    k: v\n")),
        (
            "x:\n    a:\n        b: 1\n",
            last("/x", "k", nested()),
            Some("x:\n    a:\n        b: 1\n    k:\n        p: q\n        l:\n            - x: 1\n"),
        ),
        ("x:\n- a: 1\n", last("", "k", nested()), Some("x:\n- a: 1\nk:\n  p: q\n  l:\n  - x: 1\n")),
        ("a: 1\r\nb:\r\n  c: 2\r\n", last("/b", "k", text("v")), Some("a: 1\r\nb:\r\n  c: 2\r\n  k: v\r\n")),
        ("a:\r\n  - b\r\n", last("", "k", nested()), Some("a:\r\n  - b\r\nk:\r\n  p: q\r\n  l:\r\n    - x: 1\r\n")),
        ("\u{feff}a: 1\n", last("", "k", text("v")), Some("\u{feff}a: 1\nk: v\n")),
        ("a: |\n  x\n\n# c\n", last("", "k", text("v")), Some("a: |\n  x\nk: v\n\n# c\n")),
        ("a: \u{1f600}\n", last("", "k", text("v")), Some("a: \u{1f600}\nk: v\n")),
        ("a:\n  b:\n# c\n", last("/a", "k", text("v")), Some("a:\n  b:\n  k: v\n# c\n")),
        ("---\na: 1\n---\nb: 2\n...\n", last("/0", "k", text("v")), Some("---\na: 1\nk: v\n---\nb: 2\n...\n")),
        ("---\na: 1\n---\nb: 2\n...\n", last("/1", "k", text("v")), Some("---\na: 1\n---\nb: 2\nk: v\n...\n")),
        ("a: {}\n", last("/a", "k", text("v")), Some("a: {k: v}\n")),
        ("a: {b: 1, c: 2}\n", first("/a", "k", nested()), Some("a: {k: {p: q, l: [{x: 1}]}, b: 1, c: 2}\n")),
        ("a: {b: 1, c: 2}\n", after("/a", "/a/b", "k", New::Bool(false)), Some("a: {b: 1, k: false, c: 2}\n")),
        ("{\"a\":1,\"b\":[2]}\n", last("", "k", text("v")), Some("{\"a\":1,\"b\":[2],\"k\":\"v\"}\n")),
        ("{\n  a: 1,\n  b: 2, # c\n}\n", last("", "k", text("v")), Some("{\n  a: 1,\n  b: 2,\n  k: v, # c\n}\n")),
        ("{\n  a: 1\n}\n", last("", "k", text("v")), Some("{\n  a: 1,\n  k: v\n}\n")),
        ("[a: 1]\n", last("/0", "k", text("v")), None),
        // What ends a scalar of lines is part of it.
        ("a: |+\n  x\n\n", last("", "k", text("v")), None),
        ("a: |\n  x", last("", "k", text("v")), None),
    ]);
}

#[test]
fn members_leave_with_their_lines_and_comments_stay() {
    hold(&[
        ("a: 1\nb: 2\n", remove("/a"), Some("b: 2\n")),
        ("a: 1\nb: 2\n", remove("/b"), Some("a: 1\n")),
        ("a: 1\nb: 2", remove("/b"), Some("a: 1")),
        ("# a\na: 1 # b\n# c\nb: 2\n", remove("/a"), Some("# a\n# c\nb: 2\n")),
        ("a: 1\n# b\nb: 2 # c\n# d\n", remove("/b"), Some("a: 1\n# b\n# d\n")),
        ("- a: 1\n  b: 2\n- c\n", remove("/0/a"), Some("- b: 2\n- c\n")),
        ("- a: 1\n  # b\n  b: 2\n- c\n", remove("/0/a"), Some("- # b\n  b: 2\n- c\n")),
        ("- a: 1\n  b: 2\n- c\n", remove("/0/b"), Some("- a: 1\n- c\n")),
        ("x:\n  a: 1 # b\ny: 2\n", remove("/x/a"), Some("x:\n  {} # b\ny: 2\n")),
        ("- a: 1\n- b\n", remove("/0/a"), Some("- {}\n- b\n")),
        ("a:\n- 1\n- 2\nb: 3\n", remove("/a"), Some("b: 3\n")),
        ("b: 3\na:\n  c:\n    - 1\n    - d: |\n        x\n", remove("/a"), Some("b: 3\n")),
        ("a: 1\r\nb: 2\r\nc: 3\r\n", remove("/b"), Some("a: 1\r\nc: 3\r\n")),
        ("a: 1\n\n\nb: 2\n\nc: 3\n", remove("/b"), Some("a: 1\n\n\n\nc: 3\n")),
        ("a: x\n  y\nb: 2\n", remove("/a"), Some("b: 2\n")),
        ("a:\nb: 2\n", remove("/a"), Some("b: 2\n")),
        ("{a: 1, b: 2, c: 3}\n", remove("/a"), Some("{b: 2, c: 3}\n")),
        ("{a: 1, b: 2, c: 3}\n", remove("/c"), Some("{a: 1, b: 2}\n")),
        ("{a: 1}\n", remove("/a"), Some("{}\n")),
        ("{a, b: 2}\n", remove("/a"), Some("{b: 2}\n")),
        ("{a: , b: 2}\n", remove("/b"), None),
        ("{a: 1, # c\n b: 2}\n", remove("/a"), None),
        // What follows would become part of the scalar before.
        ("a: |\n  x\nb: 2\n  # c\nc: 3\n", remove("/b"), None),
        ("a: |+\n  x\nb: 2\n\nc: 3\n", remove("/b"), None),
        ("a: |+\n  x\n\nb: 2", remove("/b"), None),
    ]);
}

#[test]
fn members_are_renamed_in_their_quotes() {
    hold(&[
        ("a: 1\n", rename("/a", "b"), Some("b: 1\n")),
        ("a: 1\nb: '2'\n", rename("/a", "0"), Some("'0': 1\nb: '2'\n")),
        ("'a' : 1\n", rename("/a", "it's"), Some("'it''s' : 1\n")),
        ("- \"a\": 1\n", rename("/0/a", "b"), Some("- \"b\": 1\n")),
        ("{\"a\":1, b: 2}\n", rename("/a", "c"), Some("{\"c\":1, b: 2}\n")),
        ("{\"a\":1, b: 2}\n", rename("/b", "c"), Some("{\"a\":1, c: 2}\n")),
        ("[a: 1]\n", rename("/0/a", "b"), Some("[b: 1]\n")),
    ]);
}

#[test]
fn members_move_with_their_content() {
    hold(&[
        ("p: true\nt:\n  b: x\n", shift("/p", "/t", "p"), Some("t:\n  b: x\n  p: true\n")),
        ("t:\n  b: x\np: true # c\n", shift("/p", "/t", "q"), Some("t:\n  b: x\n  q: true\n")),
        ("t: {b: x}\np: true\n", shift("/p", "/t", "p"), Some("t: {b: x, p: true}\n")),
        ("t: {b: x}\np: a, b\n", shift("/p", "/t", "p"), Some("t: {b: x, p: \"a, b\"}\n")),
        ("t: {b: x}\np: |\n  a\n", shift("/p", "/t", "p"), Some("t: {b: x, p: \"a\\n\"}\n")),
        ("{t: {b: x}, p: [1, 2]}\n", shift("/p", "/t", "p"), Some("{t: {b: x, p: [1, 2]}}\n")),
        (
            "t:\n    b: x\np:\n  - a\n  - |\n    b\n      c\n\n    d\n",
            shift("/p", "/t", "p"),
            Some("t:\n    b: x\n    p:\n      - a\n      - |\n        b\n          c\n\n        d\n"),
        ),
        (
            "x:\n    t:\n        b: x\n    p:\n        l: >-\n            m\n        # c\n        n: o\ny: z\n",
            shift("/x/p", "", "p"),
            Some("x:\n    t:\n        b: x\ny: z\np:\n    l: >-\n        m\n    # c\n    n: o\n"),
        ),
        ("t:\n  b: x\np: |2\n    a\n", shift("/p", "/t", "p"), Some("t:\n  b: x\n  p: \"  a\\n\"\n")),
        ("t:\n  b: x\np:\n- a\n- c: 1\n", shift("/p", "/t", "p"), Some("t:\n  b: x\n  p:\n  - a\n  - c: 1\n")),
        ("t: {b: x}\np:\n  - a\n", shift("/p", "/t", "p"), None),
    ]);
}

const ENVELOPE: &str = "object: whatsapp_business_account
entry:
  - id: \"102290129340398\"
    changes:
      - value:
          messaging_product: whatsapp
          metadata:
            display_phone_number: <DISPLAY_PHONE_NUMBER>
            phone_number_id: \"106540352242922\"
";

#[test]
fn webhooks_are_wrapped_and_their_lines_moved() {
    let indented = |by: usize, text: &str| {
        text.lines().fold(String::new(), |mut out, line| {
            let by = if line.is_empty() { 0 } else { by };
            writeln!(out, "{:by$}{line}", "").unwrap();
            out
        })
    };
    let content = "messages:\n  - id: a # b\n    text:\n      body: |\n        two\n\n          lines\n  # c\n  - {x: [\n    1\n    ]}\n";
    let before = format!("# sample\n{content}# end\n");
    let expected = format!("# sample\n{ENVELOPE}{}        field: messages\n# end\n", indented(10, content));
    hold(&[(&before, wrap(""), Some(&expected))]);

    // In a list, after the dash, in the style of a document whose lists are not indented.
    let before = "cases:\n- messages:\n  - id: a\n- b\n";
    let expected = "cases:\n- object: whatsapp_business_account\n  entry:\n  - id: \"102290129340398\"\n    changes:\n    - value:\n        messaging_product: whatsapp\n        metadata:\n          display_phone_number: <DISPLAY_PHONE_NUMBER>\n          phone_number_id: \"106540352242922\"\n        messages:\n        - id: a\n      field: messages\n- b\n";
    hold(&[
        (before, wrap("/cases/0"), Some(expected)),
        (&before.replace('\n', "\r\n"), wrap("/cases/0"), Some(&expected.replace('\n', "\r\n"))),
        (
            "x: {messages: [{id: a}]}\n",
            wrap("/x"),
            Some(
                "x: {object: whatsapp_business_account, entry: [{id: \"102290129340398\", changes: [{value: {messaging_product: whatsapp, metadata: {display_phone_number: <DISPLAY_PHONE_NUMBER>, phone_number_id: \"106540352242922\"}, messages: [{id: a}]}, field: messages}]}]}\n",
            ),
        ),
        (
            "{\"messages\":[{\"id\":\"a\"}]}\n",
            wrap(""),
            Some(
                "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"102290129340398\",\"changes\":[{\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":\"<DISPLAY_PHONE_NUMBER>\",\"phone_number_id\":\"106540352242922\"},\"messages\":[{\"id\":\"a\"}]},\"field\":\"messages\"}]}]}\n",
            ),
        ),
        // A scalar that says how far it is indented, and one whose last lines are part of it.
        ("messages:\n  - |2\n     a\n  - b\n", wrap(""), None),
        ("messages:\n  - |+\n    a\n\n", wrap(""), None),
        ("messages: \"a\nb\"\n", wrap(""), None),
    ]);
}

#[test]
fn what_other_places_repeat_is_left_alone() {
    let anchored = "a: &a\n  t: x\n  u: y\nb: *a\nc:\n  <<: *a\n  u: w\n  v: z\nd: &d 1\ne: {f: *d, g: &g 2}\n";
    for op in [
        last("/a", "k", text("v")),
        set("/a/t", text("v")),
        rename("/a/t", "v"),
        remove("/a/t"),
        remove("/a"),
        remove("/d"),
        wrap("/a"),
        last("/b", "k", text("v")),
        set("/b/t", text("v")),
        set("/c/t", text("v")),
        // The member of the other mapping would come to light.
        remove("/c/u"),
        rename("/c/u", "w"),
        set("/d", New::Integer(2)),
        set("/e/f", New::Integer(2)),
    ] {
        assert_eq!(changed(anchored, std::slice::from_ref(&op)), None, "{op:?}");
    }
    let gives = |op: Op, from: &str, to: &str| {
        assert_eq!(changed(anchored, std::slice::from_ref(&op)), Some(anchored.replacen(from, to, 1)), "{op:?}");
    };
    gives(last("/c", "k", text("w")), "  v: z\n", "  v: z\n  k: w\n");
    gives(remove("/c/v"), "  v: z\n", "");
    gives(rename("/c/v", "w"), "  v: z\n", "  w: z\n");
    gives(set("/c/v", text("w")), "  v: z\n", "  v: w\n");
    gives(remove("/b"), "b: *a\n", "");
    gives(rename("/a", "r"), "a: &a", "r: &a");
    gives(set("/e/g", New::Integer(3)), "&g 2", "&g 3");
    gives(last("", "k", text("v")), "&g 2}\n", "&g 2}\nk: v\n");
    gives(last("/e", "k", text("v")), "&g 2}", "&g 2, k: v}");
    // A document in a text that is repeated is one, too.
    let layered = "a: &a '{\"to\": \"15550100123\", \"type\": \"text\", \"text\": {\"body\": \"x\"}}'\nb: *a\n";
    assert!(found("a.yml", layered).iter().all(|one| one.fix.as_ref().is_none_or(|cure| cure.edits.is_empty())));
}

#[test]
fn tags_and_explicit_keys_are_left_alone() {
    for (before, op) in [
        ("a: !!str 1\n", set("/a", New::Integer(2))),
        ("a: !t {b: 1}\nc: {}\n", shift("/a", "/c", "a")),
        ("!t\nmessages: []\n", wrap("")),
        ("? a\n: b\n? c\n: d\n", remove("/a")),
        ("? a\n: b\n? c\n: d\n", remove("/c")),
        ("? a\n: b\n", last("", "k", text("v"))),
        ("? a\n: b: 1\n", last("/a", "k", text("v"))),
        ("&x a: 1\nb: 2\n", remove("/a")),
        ("a: !!str 1\nb: 2\n", set("/a", New::Object(vec![("k", text("v"))]))),
    ] {
        assert_eq!(changed(before, std::slice::from_ref(&op)), None, "{op:?} on {before}");
    }
    hold(&[
        ("a: !!str 1\nb: 2\n", remove("/a"), Some("b: 2\n")),
        ("? a\n: b: 1\n", set("/a/b", New::Integer(2)), Some("? a\n: b: 2\n")),
    ]);
}

/// Applies safe and unsafe fixes, one after the other, until none is left.
fn cured(name: &str, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..100 {
        let findings = found(name, &text);
        let Some(cure) = findings.iter().filter_map(|one| one.fix.as_ref()).find(|cure| !cure.edits.is_empty()) else {
            return text;
        };
        let offset = |offset: u64| u32::try_from(offset).unwrap();
        let edits = cure.edits.iter().map(|(start, end, text)| Edit {
            span: Span { start: offset(*start), end: offset(*end) },
            text: text.clone(),
        });
        text = apply(&text, &edits.collect::<Vec<_>>());
    }
    panic!("no end of fixes in\n{text}");
}

#[test]
fn payloads_of_on_premises_form_become_cloud_form() {
    let messages = "\
# Sent when an order is ready.
order_ready:
  to: \"15550100123\"
  type: hsm # the old kind
  hsm:
    namespace: abcd_1234
    element_name: order_ready
    language:
      policy: fallback
      code: en
    localizable_params:
      - default: Alex
      - default: \"42\"
  ttl: 86400

plain: # in one piece
    to: '15550100123'
    type: text
    preview_url: true
    text:
        body: |
          Your order is ready:
          https://example.com/orders/42
inline: {to: \"15550100123\", type: text, preview_url: true, text: {body: Ready}}
";
    let expected = "\
# Sent when an order is ready.
order_ready:
  messaging_product: whatsapp
  to: \"15550100123\"
  type: template # the old kind
  template:
    name: order_ready
    language:
      policy: deterministic
      code: en
    components:
      - type: body
        parameters:
          - type: text
            text: Alex
          - type: text
            text: \"42\"

plain: # in one piece
    messaging_product: whatsapp
    to: '15550100123'
    type: text
    text:
        body: |
          Your order is ready:
          https://example.com/orders/42
        preview_url: true
inline: {messaging_product: whatsapp, to: \"15550100123\", type: text, text: {body: Ready, preview_url: true}}
";
    assert_eq!(cured("messages.yml", messages), expected);

    let webhooks = "\
cases:
- name: a text
  sample:
    contacts:
    - profile:
        name: Alex
      wa_id: \"15550100123\"
    messages:
    - from: \"15550100123\"
      id: ABGGFlA5FpafAgo6tHcNmNjXmuSf
      timestamp: \"1518694235\"
      type: text
      text:
        body: Hello # there
# the end
";
    let expected = "\
cases:
- name: a text
  sample:
    object: whatsapp_business_account
    entry:
    - id: <WABA_ID>
      changes:
      - value:
          messaging_product: whatsapp
          metadata:
            display_phone_number: <DISPLAY_PHONE_NUMBER>
            phone_number_id: <PHONE_NUMBER_ID>
          contacts:
          - profile:
              name: Alex
            wa_id: \"15550100123\"
          messages:
          - from: \"15550100123\"
            id: ABGGFlA5FpafAgo6tHcNmNjXmuSf
            timestamp: \"1518694235\"
            type: text
            text:
              body: Hello # there
        field: messages
# the end
";
    assert_eq!(cured("webhooks.yaml", webhooks), expected);
}

fn found(name: &str, text: &str) -> Vec<waport::diagnose::Diagnostic> {
    let options = Options {
        name: name.to_owned(),
        config: Config::default(),
        min_confidence: Confidence::Low,
        ..Options::default()
    };
    check(text, &options).findings
}
