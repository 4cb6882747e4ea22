//! The shape check against the `jsonschema` crate: the schemas, exported as plain JSON Schema, give the same verdict
//! on every payload of the fixtures and on systematic mutations of the valid ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use waport::facts::{Keyword, SchemaId, Shape, export, facts};
use waport::finding::Severity;
use waport::form::{self, Document, Form, Part, Payload};
use waport::read::json as reader;
use waport::tree::{Kind, Node, Tree};

/// Verdicts known to differ: the start of the name of the case, and why.
const PENDING: &[(&str, &str)] = &[];

/// A schema in both its forms.
struct Pair {
    ours: SchemaId,
    oracle: Validator,
}

/// One pair per kind of document.
struct Pairs {
    message: Pair,
    read_receipt: Pair,
    envelope: Pair,
    entry: Pair,
    change: Pair,
    value: Pair,
    send_response: Pair,
    error: Pair,
}

impl Pairs {
    fn new() -> Self {
        let facts = facts();
        let pair = |ours, file: &str, place: &str| Pair { ours, oracle: oracle(file, place) };
        Self {
            message: pair(facts.message, "message", ""),
            read_receipt: pair(facts.read_receipt, "read-receipt", ""),
            envelope: pair(facts.envelope, "webhook", "#/$defs/envelope"),
            entry: pair(facts.entry, "webhook", "#/$defs/entry"),
            change: pair(facts.change, "webhook", "#/$defs/change"),
            value: pair(facts.value, "webhook", "#/$defs/value"),
            send_response: pair(facts.send_response, "send-response", ""),
            error: pair(facts.error, "error", ""),
        }
    }

    fn all(&self) -> [&Pair; 8] {
        let Self { message, read_receipt, envelope, entry, change, value, send_response, error } = self;
        [message, read_receipt, envelope, entry, change, value, send_response, error]
    }

    /// The pair that judges a payload of this form.
    fn of(&self, form: Form, part: Part) -> Option<&Pair> {
        Some(match (form.document(), part) {
            (Document::Message, _) => &self.message,
            (Document::ReadReceipt, _) => &self.read_receipt,
            (Document::SendResponse, _) => &self.send_response,
            (Document::Error, _) if form.is_cloud() => &self.error,
            (Document::Webhook, Part::Whole) if form.is_cloud() => &self.envelope,
            (Document::Webhook, Part::Entry) => &self.entry,
            (Document::Webhook, Part::Change) => &self.change,
            (Document::Webhook, _) => &self.value,
            _ => return None,
        })
    }
}

/// What `waport schema export` makes of `schemas/cloud/<file>.json` at a place in it.
fn oracle(file: &str, place: &str) -> Validator {
    let plain = export(&format!("cloud/{file}.json{place}")).unwrap();
    jsonschema::draft202012::options().build(&plain).unwrap()
}

/// Whether our shape check finds nothing that a standard keyword forbids and that is more than a note.
fn is_valid(schema: SchemaId, node: Node<'_>) -> bool {
    let mut shape = Shape::default();
    shape.judge(facts(), schema, node);
    let soft = [Keyword::SoftMaxLength, Keyword::SoftMaxItems, Keyword::Known];
    shape.errors.iter().all(|error| {
        soft.contains(&error.keyword) || facts().schema(error.schema).severity(error.keyword) == Severity::Note
    })
}

/// Calls `with` with the payloads of every fixture that is strict JSON, without holes and duplicate keys.
fn each_payload(mut with: impl FnMut(&str, &Payload, &Value)) {
    let mut files = Vec::new();
    for folder in ["fixtures/rules", "fixtures/tour"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    assert!(files.len() > 200, "the fixtures are there");
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    for file in files {
        // What is compressed holds nothing that is not here, too.
        if file.extension().is_some_and(|kind| kind == "gz") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        // Files of lines are looked at line by line, others hold one document.
        let documents =
            if file.extension().is_some_and(|kind| kind == "ndjson") { text.lines().collect() } else { vec![&*text] };
        for document in documents {
            if reader::read(document, &mut tree, &mut notices).is_err() || !notices.is_empty() {
                continue;
            }
            let Some(root) = tree.root(document) else { continue };
            let mut payloads = Vec::new();
            form::find(root, &mut payloads);
            for payload in payloads {
                if let Some(value) = plain(tree.node(document, payload.root)) {
                    with(&file.file_name().unwrap().to_string_lossy(), &payload, &value);
                }
            }
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() { collect(&entry, files) } else { files.push(entry) }
    }
}

/// The value of a node; `None` when it has holes or an object with the same key twice.
fn plain(node: Node<'_>) -> Option<Value> {
    if node.is_hole() || node.has_hole() || node.is_open() {
        return None;
    }
    Some(match node.kind() {
        Kind::Hole => return None,
        Kind::Object => {
            let mut map = Map::new();
            for (key, value) in node.members() {
                if key.has_hole() || map.insert(key.text().to_owned(), plain(value)?).is_some() {
                    return None;
                }
            }
            Value::Object(map)
        }
        Kind::Array => Value::Array(node.items().map(plain).collect::<Option<_>>()?),
        Kind::String => Value::String(node.text().to_owned()),
        _ => serde_json::from_str(node.raw()).unwrap(),
    })
}

/// Judges values by both and collects where the verdicts differ.
#[derive(Default)]
struct Court {
    tree: Tree,
    cases: usize,
    valid: usize,
    differences: Vec<String>,
}

impl Court {
    fn judge(&mut self, case: &str, pair: &Pair, value: &Value) -> bool {
        let text = value.to_string();
        reader::read(&text, &mut self.tree, &mut Vec::new()).unwrap();
        let ours = is_valid(pair.ours, self.tree.root(&text).unwrap());
        let theirs = pair.oracle.is_valid(value);
        self.cases += 1;
        self.valid += usize::from(ours);
        if ours != theirs && !PENDING.iter().any(|(known, _)| case.starts_with(known)) {
            let errors: Vec<String> =
                pair.oracle.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
            let shown: String = text.chars().take(1500).collect();
            self.differences.push(format!("{case}: ours {ours}, oracle {theirs} {errors:?}\n  {shown}"));
        }
        ours
    }

    fn close(self) {
        let Self { differences, .. } = self;
        assert!(
            differences.is_empty(),
            "{} differ\n{}",
            differences.len(),
            differences[..differences.len().min(8)].join("\n")
        );
    }
}

#[test]
fn every_fixture_is_judged_by_every_schema_as_the_oracle_judges_it() {
    let (pairs, mut court) = (Pairs::new(), Court::default());
    each_payload(|file, _, value| {
        for (number, pair) in pairs.all().into_iter().enumerate() {
            court.judge(&format!("{file} by schema {number}"), pair, value);
        }
    });
    assert!(court.cases > 1000 && court.valid > 100, "{} cases, {} valid", court.cases, court.valid);
    court.close();
}

#[test]
fn mutations_of_valid_payloads_are_judged_as_the_oracle_judges_them() {
    let (pairs, mut court) = (Pairs::new(), Court::default());
    each_payload(|file, payload, value| {
        let Some(pair) = pairs.of(payload.form, payload.part) else { return };
        let mut places = Vec::new();
        if court.judge(file, pair, value) {
            pointers(value, "", &mut places);
        }
        for place in places {
            for (what, mutant) in mutants(value, &place) {
                court.judge(&format!("{file} with {what} at {place}"), pair, &mutant);
            }
        }
    });
    assert!(court.cases > 5000 && court.valid > 1000, "{} cases, {} valid", court.cases, court.valid);
    court.close();
}

/// The pointers of a value and all below it.
fn pointers(value: &Value, at: &str, places: &mut Vec<String>) {
    places.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                pointers(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), places);
            }
        }
        _ => {}
    }
}

/// A value changed at one place in every way that is tried there.
fn mutants(whole: &Value, place: &str) -> Vec<(&'static str, Value)> {
    let with = |new: Value| {
        let mut mutant = whole.clone();
        *mutant.pointer_mut(place).unwrap() = new;
        mutant
    };
    let mut mutants = vec![("null", with(Value::Null))];
    match whole.pointer(place).unwrap() {
        Value::Object(map) => {
            mutants.push(("an array", with(json!([]))));
            let mut more = map.clone();
            more.insert("x_unknown".to_owned(), json!(1));
            mutants.push(("an unknown key", with(Value::Object(more))));
            for key in map.keys() {
                let mut less = map.clone();
                less.remove(key);
                mutants.push(("a key removed", with(Value::Object(less))));
            }
        }
        Value::Array(items) => {
            mutants.push(("an object", with(json!({}))));
            mutants.push(("no items", with(json!([]))));
            mutants.push(("forty times the items", with(vec![items.clone(); 40].concat().into())));
        }
        Value::String(text) => {
            mutants.push(("a number", with(json!(7))));
            mutants.push(("no text", with(json!(""))));
            mutants.push(("capitals", with(json!(text.to_uppercase()))));
            mutants.push(("another word", with(json!("Zzz é"))));
            mutants.push(("5000 characters", with(json!("é".repeat(5000)))));
        }
        Value::Number(_) => {
            mutants.push(("a text", with(json!("7"))));
            mutants.push(("a fraction", with(json!(0.5))));
            mutants.push(("a large number", with(json!(1e300))));
            mutants.push(("a negative number", with(json!(-1))));
        }
        Value::Bool(_) => mutants.push(("a text", with(json!("true")))),
        Value::Null => mutants.push(("a number", with(json!(0)))),
    }
    mutants
}
