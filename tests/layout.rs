//! What edits leave is laid out like the document they are made in, in every notation that it stands in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use serde_json::Value as Json;
use waport::config::WebhookIdentity;
use waport::fix::{Change, Fix, Level, Position, Value};
use waport::read::{self, Notation};
use waport::rules::Look;
use waport::tree::{Node, NodeId, Tree};
use waport::write;

/// The nodes of a member or item: the container it is in, its key, its value.
struct Found<'a> {
    container: Node<'a>,
    key: NodeId,
    value: Node<'a>,
}

fn find<'a>(root: Node<'a>, pointer: &str) -> Found<'a> {
    let mut found = Found { container: root, key: root.id(), value: root };
    for token in pointer.split('/').filter(|token| !token.is_empty()) {
        let container = found.value;
        let (key, value) = match token.parse::<usize>() {
            Ok(index) if !container.is_object() => container.items().nth(index).map(|item| (item.id(), item)).unwrap(),
            _ => container.member(token).map(|(key, value)| (key.id(), value)).unwrap(),
        };
        found = Found { container, key, value };
    }
    found
}

fn owned(name: &str) -> &'static str {
    String::from(name).leak()
}

/// A value as tests write it: JSON, or `@` and a pointer to what is copied.
fn value(root: Node<'_>, text: &str) -> Value {
    match text.strip_prefix('@') {
        Some(pointer) => Value::Copy(find(root, pointer).value.id()),
        None => from_json(&serde_json::from_str(text).unwrap()),
    }
}

fn from_json(json: &Json) -> Value {
    match json {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(value) => Value::Integer(value.as_i64().unwrap()),
        Json::String(text) => Value::Text(text.clone().into()),
        Json::Array(items) => Value::Array(items.iter().map(from_json).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (owned(name), from_json(value))).collect())
        }
        Json::Null => unreachable!("no change brings null"),
    }
}

/// A change as tests write it: what it does, the pointer to where, and what else it takes.
fn change(root: Node<'_>, text: &str) -> Change {
    let mut words = text.splitn(4, ' ');
    let mut word = || words.next().unwrap();
    let (verb, found) = (word(), find(root, word()));
    match verb {
        "set" => {
            let rest = text.splitn(3, ' ').nth(2).unwrap();
            Change::Set { node: found.value.id(), value: value(root, rest) }
        }
        "rename" => Change::Rename { key: found.key, to: owned(word()).into() },
        "remove" => Change::Remove { object: found.container.id(), key: found.key },
        "move" => Change::Move {
            from: found.container.id(),
            key: found.key,
            to: find(root, word()).value.id(),
            name: owned(word()),
        },
        "wrap" => {
            let identity = WebhookIdentity {
                waba_id: Some("1".to_owned()),
                phone_number_id: Some("2".to_owned()),
                display_phone_number: Some("3".to_owned()),
            };
            Change::WrapInEnvelope { node: found.value.id(), identity: Arc::new(identity) }
        }
        verb => {
            let (object, position) = match verb {
                "first" => (found.value, Position::First),
                "last" => (found.value, Position::Last),
                "after" => (found.container, Position::After(found.value.id())),
                _ => unreachable!("{verb}"),
            };
            Change::Insert { object: object.id(), name: owned(word()), value: value(root, word()), position }
        }
    }
}

/// A document after a change, `None` where there is no certain edit. In a text that holds a document, of that.
fn changed(text: &str, notation: Notation, what: &str) -> Option<String> {
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    read::read(text, notation, &mut tree, &mut notices).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let root = tree.layers().last().map_or_else(|| tree.root(text).unwrap(), |layer| tree.node(text, layer.root));
    let fix = Fix::one(Level::Safe, "change", change(root, what));
    let edits = write::edits(Look { source: text, tree: &tree }, &fix)?;
    Some(write::apply(text, &edits))
}

/// Changes with a document before and after, in two spaces.
const CASES: &[(&str, &str, &str)] = &[
    ("last / b true", r#"{"a":1}"#, r#"{"a":1,"b":true}"#),
    ("last / b 2", r#"{"a": 1}"#, r#"{"a": 1, "b": 2}"#),
    ("last / b 2", r#"{ "a" : 1 }"#, r#"{ "a" : 1, "b" : 2 }"#),
    ("last / b 2", r#"{ "a" : 1 , "c":0 }"#, r#"{ "a" : 1 , "c":0 , "b" : 2 }"#),
    ("last / b 2", "{}", r#"{"b":2}"#),
    ("last / b 2", "{\n  \"a\" : 1\n}", "{\n  \"a\" : 1,\n  \"b\" : 2\n}"),
    ("last / b 2", "{\n  \"a\":1\n}\n", "{\n  \"a\":1,\n  \"b\":2\n}\n"),
    ("last / b 2", "{\n\"a\": 1\n}", "{\n\"a\": 1,\n\"b\": 2\n}"),
    ("first / b 2", "{\n  \"a\": 1\n}", "{\n  \"b\": 2,\n  \"a\": 1\n}"),
    ("first / b 2", r#"{ "a": 1 }"#, r#"{ "b": 2, "a": 1 }"#),
    ("after /a b 2", "{\n  \"a\": 1,\n  \"c\": 3\n}", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}"),
    ("after /a b 2", "{\n  \"a\": 1,\n\n  \"c\": 3\n}", "{\n  \"a\": 1,\n  \"b\": 2,\n\n  \"c\": 3\n}"),
    ("after /a b 2", r#"{"a": "é \"😀\" \u00e9", "c": 3}"#, r#"{"a": "é \"😀\" \u00e9", "b": 2, "c": 3}"#),
    ("last / b \"😀 \\\"\\n\"", "{\n  \"a\": \"😀\"\n}", "{\n  \"a\": \"😀\",\n  \"b\": \"😀 \\\"\\n\"\n}"),
    // Containers are spread over lines as their like are.
    (
        "last / b {\"c\":[1,{\"d\":{}}],\"e\":[]}",
        "{\n  \"a\": 1\n}",
        "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [\n      1,\n      {\n        \"d\": {}\n      }\n    ],\n    \"e\": []\n  }\n}",
    ),
    (
        "last / b {\"c\":1,\"d\":2}",
        "{\n  \"a\": { \"x\": 1 }\n}",
        "{\n  \"a\": { \"x\": 1 },\n  \"b\": { \"c\": 1, \"d\": 2 }\n}",
    ),
    (
        "last / b {\"c\":1,\"d\":2}",
        "{\n  \"a\" : {\"x\":1,\"y\":2}\n}",
        "{\n  \"a\" : {\"x\":1,\"y\":2},\n  \"b\" : {\"c\":1,\"d\":2}\n}",
    ),
    ("last / b {\"c\":1}", "{\n  \"a\": [{ \"x\": 1 }]\n}", "{\n  \"a\": [{ \"x\": 1 }],\n  \"b\": { \"c\": 1 }\n}"),
    ("last / b [1,2]", "{\n  \"a\": {\"x\":1}\n}", "{\n  \"a\": {\"x\":1},\n  \"b\": [\n    1,\n    2\n  ]\n}"),
    ("last / b [1,2]", "{\n  \"a\": [0]\n}", "{\n  \"a\": [0],\n  \"b\": [1, 2]\n}"),
    ("last /a b 2", "{\n  \"a\": {}\n}", "{\n  \"a\": {\n    \"b\": 2\n  }\n}"),
    ("last /a b 2", "{\n  \"a\": {},\n  \"c\": {\"d\": 1}\n}", "{\n  \"a\": {\"b\": 2},\n  \"c\": {\"d\": 1}\n}"),
    ("last /a b 2", r#"{"a": {}}"#, r#"{"a": {"b": 2}}"#),
    ("last /a b 2", r#"{ "a": { } }"#, r#"{ "a": { "b": 2 } }"#),
    ("last /a b 2", r#"{"a":{}}"#, r#"{"a":{"b":2}}"#),
    ("last /0/a b 2", "[\n  {\n    \"a\": {}\n  }\n]", "[\n  {\n    \"a\": {\n      \"b\": 2\n    }\n  }\n]"),
    ("set /a {\"b\":1}", "{\n  \"a\": 1\n}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"),
    ("set /a {\"b\":1}", r#"{"a":"x"}"#, r#"{"a":{"b":1}}"#),
    ("set /a {\"b\":1,\"c\":2}", r#"{"a": "x"}"#, r#"{"a": {"b": 1, "c": 2}}"#),
    ("set /a {\"b\":1,\"c\":2}", "{\n  \"a\": { \"x\": 0 }\n}", "{\n  \"a\": { \"b\": 1, \"c\": 2 }\n}"),
    ("set /a/0 {\"b\":1}", "{\n  \"a\": [\n    0\n  ]\n}", "{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}"),
    (
        "set /a/0 {\"b\":1}",
        "{\n  \"a\": [\n    0,\n    {\"b\": 0}\n  ]\n}",
        "{\n  \"a\": [\n    {\"b\": 1},\n    {\"b\": 0}\n  ]\n}",
    ),
    (
        "set /a {\"b\":[{\"c\":1},{\"d\":2}]}",
        "{\n  \"a\": 0,\n  \"z\": [{\n    \"y\": 1\n  }]\n}",
        "{\n  \"a\": {\n    \"b\": [{\n      \"c\": 1\n    }, {\n      \"d\": 2\n    }]\n  },\n  \"z\": [{\n    \"y\": 1\n  }]\n}",
    ),
    ("set /a \"x\"", "{\n  \"a\": {\n    \"b\": 1\n  }\n}", "{\n  \"a\": \"x\"\n}"),
    ("rename /a b", "{\n  \"a\" : 1e3\n}", "{\n  \"b\" : 1e3\n}"),
    // What is copied or moved keeps its bytes.
    (
        "last / b @/a/c",
        "{\n  \"a\": {\n    \"c\": {\n      \"d\":  1e3,\n\n      \"e\": [\n        \"\\u0041\"\n      ]\n    }\n  }\n}",
        "{\n  \"a\": {\n    \"c\": {\n      \"d\":  1e3,\n\n      \"e\": [\n        \"\\u0041\"\n      ]\n    }\n  },\n  \"b\": {\n    \"d\":  1e3,\n\n    \"e\": [\n      \"\\u0041\"\n    ]\n  }\n}",
    ),
    (
        "move /a /b a",
        "{\n  \"a\": {\n    \"x\": 1\n  },\n  \"b\": {\n    \"c\": 2\n  }\n}",
        "{\n  \"b\": {\n    \"c\": 2,\n    \"a\": {\n      \"x\": 1\n    }\n  }\n}",
    ),
    (
        "move /b/a / a",
        "{\n  \"b\": {\n    \"c\": 2,\n    \"a\": [\n      1\n    ]\n  }\n}",
        "{\n  \"b\": {\n    \"c\": 2\n  },\n  \"a\": [\n    1\n  ]\n}",
    ),
    ("move /a /b d", r#"{"a": 1.0, "b": {"c": 2}}"#, r#"{"b": {"c": 2, "d": 1.0}}"#),
    ("move /b /a d", "{\n  \"a\": {},\n  \"b\": 1\n}", "{\n  \"a\": {\n    \"d\": 1\n  }\n}"),
    // What goes takes its line with it.
    ("remove /a", r#"{"a":1}"#, "{}"),
    ("remove /a", r#"{ "a": 1 }"#, "{}"),
    ("remove /a", "{\n  \"a\": 1\n}", "{}"),
    ("remove /a", r#"{"a": 1, "b": 2}"#, r#"{"b": 2}"#),
    ("remove /b", r#"{"a": 1, "b": 2}"#, r#"{"a": 1}"#),
    ("remove /b", r#"{"a":1 , "b" :2 , "c":3}"#, r#"{"a":1 , "c":3}"#),
    ("remove /a", "{\n  \"a\": 1,\n  \"b\": 2\n}", "{\n  \"b\": 2\n}"),
    ("remove /b", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "{\n  \"a\": 1\n}\n"),
    ("remove /b", "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 2\n  },\n  \"d\": 3\n}", "{\n  \"a\": 1,\n  \"d\": 3\n}"),
    ("remove /b", "{\n  \"a\": 1, \"b\": 2,\n  \"c\": 3\n}", "{\n  \"a\": 1,\n  \"c\": 3\n}"),
    ("remove /a", "{ \"a\": 1,\n  \"b\": 2 }", "{ \"b\": 2 }"),
    ("remove /b", "{ \"a\": 1,\n  \"b\": 2 }", "{ \"a\": 1 }"),
    ("remove /a", "{\n    \"a\": 1\n  , \"b\": 2\n}", "{\n    \"b\": 2\n}"),
    ("remove /b", "{\n    \"a\": 1\n  , \"b\": 2\n}", "{\n    \"a\": 1\n}"),
    ("remove /x/b", r#"{"x": {"a": 1, "b": 2}, "c": 3}"#, r#"{"x": {"a": 1}, "c": 3}"#),
    // The envelope.
    (
        "wrap /",
        r#"{"messages":[{"id":"a"}]}"#,
        r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"3","phone_number_id":"2"},"messages":[{"id":"a"}]},"field":"messages"}]}]}"#,
    ),
    (
        "wrap /",
        r#"{"contacts": [], "messages": [{"id": "a"}]}"#,
        r#"{"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": {"messaging_product": "whatsapp", "metadata": {"display_phone_number": "3", "phone_number_id": "2"}, "contacts": [], "messages": [{"id": "a"}]}, "field": "messages"}]}]}"#,
    ),
    (
        "wrap /",
        "{\n  \"messages\": [\n    {\n      \"id\": \"a\\n  b\"\n    }\n  ]\n}\n",
        r#"{
  "object": "whatsapp_business_account",
  "entry": [
    {
      "id": "1",
      "changes": [
        {
          "value": {
            "messaging_product": "whatsapp",
            "metadata": {
              "display_phone_number": "3",
              "phone_number_id": "2"
            },
            "messages": [
              {
                "id": "a\n  b"
              }
            ]
          },
          "field": "messages"
        }
      ]
    }
  ]
}
"#,
    ),
    (
        "wrap /body",
        "{\n  \"body\": {\n    \"messages\": [{\n      \"text\": { \"body\": \"x\" }\n    }]\n  }\n}",
        r#"{
  "body": {
    "object": "whatsapp_business_account",
    "entry": [{
      "id": "1",
      "changes": [{
        "value": {
          "messaging_product": "whatsapp",
          "metadata": { "display_phone_number": "3", "phone_number_id": "2" },
          "messages": [{
            "text": { "body": "x" }
          }]
        },
        "field": "messages"
      }]
    }]
  }
}"#,
    ),
    (
        "wrap /1",
        "[\n  0,\n  { \"messages\": [ 1 ] }\n]",
        "[\n  0,\n  { \"object\": \"whatsapp_business_account\", \"entry\": [{ \"id\": \"1\", \"changes\": [{ \"value\": { \"messaging_product\": \"whatsapp\", \"metadata\": { \"display_phone_number\": \"3\", \"phone_number_id\": \"2\" }, \"messages\": [ 1 ] }, \"field\": \"messages\" }] }] }\n]",
    ),
];

/// The same with comments and trailing commas.
const COMMENTED: &[(&str, &str, &str)] = &[
    ("last / b 2", "{\n  \"a\": 1, // one\n}", "{\n  \"a\": 1, // one\n  \"b\": 2,\n}"),
    ("last / b 2", "{\n  \"a\": 1 // one\n}", "{\n  \"a\": 1, // one\n  \"b\": 2\n}"),
    ("last / b 2", "{\n  \"a\": 1,\n}", "{\n  \"a\": 1,\n  \"b\": 2,\n}"),
    ("last / b 2", "{\n  \"a\": 1\n  // end\n}", "{\n  \"a\": 1,\n  \"b\": 2\n  // end\n}"),
    ("after /a b 2", "{\n  \"a\": 1, /* one */\n  \"c\": 3\n}", "{\n  \"a\": 1, /* one */\n  \"b\": 2,\n  \"c\": 3\n}"),
    (
        "after /a b 2",
        "{\n  \"a\": 1, // one\n  // three\n  \"c\": 3\n}",
        "{\n  \"a\": 1, // one\n  \"b\": 2,\n  // three\n  \"c\": 3\n}",
    ),
    ("first / b 2", "{ // body\n  \"a\": 1\n}", "{ // body\n  \"b\": 2,\n  \"a\": 1\n}"),
    ("first / b 2", "{\n  // one\n  \"a\": 1\n}", "{\n  \"b\": 2,\n  // one\n  \"a\": 1\n}"),
    ("last /a b 2", "{\n  \"a\": { /* none */ }\n}", "{\n  \"a\": { /* none */ \"b\": 2 }\n}"),
    ("last /a b 2", "{\n  \"a\": {\n    // none\n  }\n}", "{\n  \"a\": {\n    // none\n    \"b\": 2\n  }\n}"),
    ("remove /a", "{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}", "{\n  \"b\": 2 // two\n}"),
    ("remove /b", "{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}", "{\n  \"a\": 1 // one\n}"),
    ("remove /b", "{\n  \"a\": 1,\n  \"b\": 2, // two\n}", "{\n  \"a\": 1,\n}"),
    ("remove /b", "{\n  \"a\": 1, // one\n  \"b\": 2,\n}", "{\n  \"a\": 1, // one\n}"),
    (
        "remove /b",
        "{\n  \"a\": 1,\n  // of both\n  \"b\": 2,\n  \"c\": 3\n}",
        "{\n  \"a\": 1,\n  // of both\n  \"c\": 3\n}",
    ),
    ("remove /a", "{\n  \"a\": 1, /* of\n  b */\n  \"b\": 2\n}", "{\n  /* of\n  b */\n  \"b\": 2\n}"),
    ("remove /a", "{\n  // only\n  \"a\": 1,\n}", "{\n  // only\n}"),
    ("remove /a", "{ \"a\": 1 /* one */, \"b\": 2 }", "{ /* one */ \"b\": 2 }"),
    ("remove /b", "{ \"a\": 1 /* one */, \"b\": 2 }", "{ \"a\": 1 /* one */ }"),
    ("remove /b", "{\"a\": 1, \"b\": 2,}", "{\"a\": 1,}"),
    (
        "move /a /b a",
        "{\n  \"a\": 1, // one\n  \"b\": {\n    \"c\": 2\n  }\n}",
        "{\n  // one\n  \"b\": {\n    \"c\": 2,\n    \"a\": 1\n  }\n}",
    ),
    (
        "wrap /",
        "{ // old\n  // of two\n  \"messages\": [\n    // none\n  ], /* x\n  y */\n}",
        r#"{
  "object": "whatsapp_business_account",
  "entry": [
    {
      "id": "1",
      "changes": [
        {
          "value": { // old
            "messaging_product": "whatsapp",
            "metadata": {
              "display_phone_number": "3",
              "phone_number_id": "2"
            },
            // of two
            "messages": [
              // none
            ], /* x
  y */
          },
          "field": "messages"
        }
      ]
    }
  ]
}"#,
    ),
];

/// A text in two spaces in another indentation.
fn indented(text: &str, unit: &str) -> String {
    let line = |line: &str| {
        let content = line.trim_start_matches(' ');
        let spaces = line.len() - content.len();
        unit.repeat(spaces / 2) + &" ".repeat(spaces % 2) + content
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_comes_in_is_laid_out_like_what_is_around_it_and_what_goes_leaves_no_trace() {
    let mut faults = Vec::new();
    for (notation, cases) in [(Notation::Json, CASES), (Notation::JsonWithComments, COMMENTED)] {
        for (what, before, after) in cases {
            let mut compare = |style: &str, before: &str, after: &str| {
                let changed = changed(before, notation, what);
                if changed.as_deref() != Some(after) {
                    let changed = changed.unwrap_or_else(|| "nothing".to_owned());
                    faults.push(format!("{what}, {style}:\n{before}\nbecame\n{changed}\nnot\n{after}"));
                }
            };
            compare("two spaces", before, after);
            for (style, unit) in [("four spaces", "    "), ("tabs", "\t"), ("three spaces", "   ")] {
                compare(style, &indented(before, unit), &indented(after, unit));
            }
            compare("CRLF", &before.replace('\n', "\r\n"), &after.replace('\n', "\r\n"));
            // Deep in a larger document.
            let deep = |text: &str| {
                let inner = text.trim_end().replace('\n', "\n    ");
                format!("{{\n  \"deep\": [\n    {inner}\n  ]\n}}")
            };
            let below = |text: &str| {
                text.split(' ')
                    .map(|word| {
                        word.strip_prefix('@').map_or_else(
                            || {
                                if word.starts_with('/') {
                                    format!("/deep/0{}", word.trim_end_matches('/'))
                                } else {
                                    word.to_owned()
                                }
                            },
                            |pointer| format!("@/deep/0{pointer}"),
                        )
                    })
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            if !before.contains("y */") && *before != "{}" {
                let changed = changed(&deep(before), notation, &below(what));
                if changed.as_deref() != Some(&deep(after)) {
                    let changed = changed.unwrap_or_else(|| "nothing".to_owned());
                    faults.push(format!("{what}, deep:\n{}\nbecame\n{changed}\nnot\n{}", deep(before), deep(after)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// A text that holds a document, by how it is spelt there.
type Holder = (&'static str, Notation, fn(&str) -> String);

const HOLDERS: &[Holder] = &[
    ("a JSON string", Notation::Json, |text| format!("{{\"raw\": {}}}", serde_json::to_string(text).unwrap())),
    ("a JSON string in a JSON string", Notation::Json, |text| {
        let inner = format!("{{\"raw\": {}}}", serde_json::to_string(text).unwrap());
        format!("{{\n  \"body\": {}\n}}", serde_json::to_string(&inner).unwrap())
    }),
    ("a YAML block", Notation::Yaml, |text| {
        format!("- body: |\n    {}\n  more: 1\n", text.trim_end().replace('\n', "\n    "))
    }),
    ("a YAML block with CRLF", Notation::Yaml, |text| {
        format!("- body: |-\n    {}\n  more: 1\n", text.trim_end().replace('\n', "\n    ")).replace('\n', "\r\n")
    }),
    ("a YAML string", Notation::Yaml, |text| format!("body: {}\n", serde_json::to_string(text).unwrap())),
    ("CSV", Notation::Prose, |text| format!("id,body\n1,\"{}\"\n", text.replace('"', "\"\""))),
    ("HTML", Notation::Prose, |text| format!("<pre>{}</pre>\n", text.replace('&', "&amp;").replace('"', "&quot;"))),
    ("single quotes of a shell", Notation::Prose, |text| format!("curl -d '{}' x\n", text.replace('\'', r"'\''"))),
    ("double quotes of a shell", Notation::Prose, |text| {
        format!("curl -d \"{}\" x\n", text.replace('\\', r"\\").replace('"', "\\\""))
    }),
    ("Markdown", Notation::Prose, |text| format!("So:\n\n```json\n{text}\n```\n")),
    ("an indented fence", Notation::Prose, |text| {
        format!("1. So:\n\n   ```json\n   {}\n   ```\n", text.trim_end().replace('\n', "\n   "))
    }),
];

#[test]
fn the_same_edits_reach_into_every_notation() {
    let mut faults = Vec::new();
    for (holder, notation, hold) in HOLDERS {
        for (what, before, after) in CASES {
            // What holds no member is not taken for a document in text.
            let empty = before.trim() == "{}";
            // Escapes of its own make the spelling of a shell another one.
            if empty
                || before.contains('[') && !before.contains('{')
                || before.starts_with('[') && *notation == Notation::Prose
            {
                continue;
            }
            let (text, expected) = (hold(before), hold(after));
            let changed = changed(&text, *notation, what);
            if changed.as_deref() != Some(&expected) {
                let changed = changed.unwrap_or_else(|| "nothing".to_owned());
                faults.push(format!("{what} in {holder}:\n{text}\nbecame\n{changed}\nnot\n{expected}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn where_the_spelling_is_not_certain_there_is_no_edit() {
    for (text, notation) in [
        // Line breaks between single quotes of YAML are none.
        ("body: '{\n\n    \"a\": 1\n\n  }'\n", Notation::Yaml),
        // How a new line is marked.
        ("> {\n>   \"a\": 1\n> }\n", Notation::Prose),
    ] {
        assert_eq!(changed(text, notation, "last / b 2"), None, "{text}");
    }
    assert_eq!(
        changed("body: '{\"a\": \"it''s\"}'\n", Notation::Yaml, "last / b 2").as_deref(),
        Some("body: '{\"a\": \"it''s\", \"b\": 2}'\n")
    );
    assert_eq!(changed("{\"a\": 1 {{more}}, \"b\": 2}", Notation::JsonWithComments, "remove /a"), None);
}
