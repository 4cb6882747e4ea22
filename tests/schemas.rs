//! Every file in `schemas/`: only the keywords that are understood, references that lead somewhere, facts with a
//! source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// Keywords that constrain a value; each rests on a source.
const FACTS: &[&str] = &[
    "const",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "minProperties",
    "maxItems",
    "required",
    "additionalProperties",
    "x-discriminator",
    "x-soft-maxLength",
    "x-soft-maxItems",
];

const OTHERS: &[&str] = &[
    "$schema",
    "$id",
    "$defs",
    "$ref",
    "title",
    "description",
    "type",
    "items",
    "properties",
    "x-severity",
    "x-confidence",
    "x-source",
    "x-note",
    "x-known",
    "x-role",
    "x-unjudged",
];

/// A schema and what is known from above it.
struct At<'a> {
    place: String,
    file: &'a Value,
    sourced: bool,
}

fn schemas() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut files = Vec::new();
    for folder in ["cloud", "onprem"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        files.extend(
            entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|it| it == "json")),
        );
    }
    files.sort();
    files
}

fn look(at: &At<'_>, schema: &Value, faults: &mut Vec<String>) {
    let Some(map) = schema.as_object() else { return faults.push(format!("{}: a schema is an object", at.place)) };
    for keyword in
        map.keys().filter(|keyword| !FACTS.contains(&keyword.as_str()) && !OTHERS.contains(&keyword.as_str()))
    {
        faults.push(format!("{}: `{keyword}` is not in the keyword set", at.place));
    }
    words(at, map, faults);
    let sourced = at.sourced || map.contains_key("x-source");
    if let Some(fact) = map.keys().find(|keyword| FACTS.contains(&keyword.as_str())).filter(|_| !sourced) {
        faults.push(format!("{}: `{fact}` has no source", at.place));
    }
    if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
        let here = reference.strip_prefix('#').and_then(|pointer| at.file.pointer(pointer));
        if here.is_none() && !reference.contains(".json#/$defs/") {
            faults.push(format!("{}: `{reference}` leads nowhere", at.place));
        }
    }
    let below = |name: &str| At { place: format!("{}/{name}", at.place), file: at.file, sourced };
    for holder in ["properties", "$defs"] {
        for (name, one) in map.get(holder).and_then(Value::as_object).into_iter().flatten() {
            look(&below(name), one, faults);
        }
    }
    if let Some(items) = map.get("items") {
        look(&below("items"), items, faults);
    }
    if let Some(discriminator) = map.get("x-discriminator").and_then(Value::as_object) {
        for key in discriminator.keys() {
            if !["property", "default", "fold-case", "open", "variants"].contains(&key.as_str()) {
                faults.push(format!("{}: x-discriminator knows no `{key}`", at.place));
            }
        }
        for (name, one) in discriminator["variants"].as_object().unwrap() {
            look(&below(name), one, faults);
        }
    }
}

/// Severities and confidences are known words, for keywords that are there.
fn words(at: &At<'_>, map: &Map<String, Value>, faults: &mut Vec<String>) {
    for (annotation, known) in
        [("x-severity", ["error", "warning", "note"]), ("x-confidence", ["high", "medium", "low"])]
    {
        match map.get(annotation) {
            None => {}
            Some(Value::Object(by_keyword)) => {
                for (keyword, word) in by_keyword {
                    if !map.contains_key(keyword) && !map.contains_key("$ref") {
                        faults.push(format!("{}: {annotation} of `{keyword}`, which is not there", at.place));
                    }
                    if word.as_str().is_none_or(|word| !known.contains(&word)) {
                        faults.push(format!("{}: {annotation} {word}", at.place));
                    }
                }
            }
            Some(word) if word.as_str().is_some_and(|word| known.contains(&word)) => {}
            Some(word) => faults.push(format!("{}: {annotation} {word}", at.place)),
        }
    }
}

#[test]
fn schemas_hold_to_the_keyword_set_and_name_their_sources() {
    let mut faults = Vec::new();
    assert!(schemas().len() >= 5);
    for path in schemas() {
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let place = path.file_name().unwrap().to_string_lossy().into_owned();
        look(&At { place, file: &file, sourced: false }, &file, &mut faults);
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_keyword_that_is_not_understood_is_noticed() {
    let wrong: Value =
        serde_json::from_str(r#"{"type":"string","format":"uri","maxLength":9,"x-severity":"loud"}"#).unwrap();
    let mut faults = Vec::new();
    look(&At { place: "x".to_owned(), file: &wrong, sourced: false }, &wrong, &mut faults);
    assert_eq!(
        faults,
        ["x: `format` is not in the keyword set", "x: x-severity \"loud\"", "x: `maxLength` has no source"]
    );
}
