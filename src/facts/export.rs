//! The schemas as plain JSON Schema 2020-12, for editors and other validators.
//!
//! Discriminators become `if`/`then`, annotations of our own go. What is no more than a note to waport, such as what
//! Meta may add to a webhook, is not demanded of anyone. Soft limits are left out.

use serde_json::{Map, Value, json};

use super::FILES;
use super::compile::merge;

/// The schema of `reference` (`file` or `file#/pointer` in `schemas/`) as one document that needs no other.
///
/// `None` when there is no such place.
#[must_use]
pub fn export(reference: &str) -> Option<Value> {
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let document: Value = serde_json::from_str(FILES.iter().find(|(name, _)| *name == file)?.1).ok()?;
    let mut lowered = lower(document.pointer(pointer)?);
    let root = lowered.as_object_mut()?;
    root.remove("$id");
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    let definitions = document.get("$defs").and_then(Value::as_object);
    let lowered_definitions: Map<String, Value> =
        definitions.into_iter().flatten().map(|(name, value)| (name.clone(), lower(value))).collect();
    if !lowered_definitions.is_empty() {
        root.insert("$defs".to_owned(), Value::Object(lowered_definitions));
    }
    Some(lowered)
}

/// A schema without what is ours.
fn lower(schema: &Value) -> Value {
    let Some(map) = schema.as_object() else { return schema.clone() };
    if map.get("x-unjudged") == Some(&Value::Bool(true)) && !map.contains_key("type") {
        return json!({});
    }
    let Some(discriminator) = map.get("x-discriminator").and_then(Value::as_object) else {
        return Value::Object(plain(map));
    };
    let mut base = map.clone();
    base.remove("x-discriminator");
    Value::Object(discriminated(&base, discriminator))
}

/// The keywords of one schema, lowered; no discriminator among them.
fn plain(map: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (keyword, value) in map {
        if keyword == "$defs" || keyword.starts_with("x-") || is_note(map, keyword) {
            continue;
        }
        let value = match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                Value::Object(properties.iter().map(|(name, value)| (name.clone(), lower(value))).collect())
            }
            ("items", value) => lower(value),
            (_, value) => value.clone(),
        };
        out.insert(keyword.clone(), value);
    }
    out
}

/// Whether failing `keyword` is only a note.
fn is_note(map: &Map<String, Value>, keyword: &str) -> bool {
    let annotated = ["type", "const", "enum", "pattern", "required", "additionalProperties", "minimum", "maximum"];
    let limits = ["minLength", "maxLength", "minItems", "maxItems"];
    let severity = match map.get("x-severity") {
        Some(Value::Object(by_keyword)) => by_keyword.get(keyword),
        other => other,
    };
    severity == Some(&json!("note")) && annotated.iter().chain(&limits).any(|known| *known == keyword)
}

fn discriminated(base: &Map<String, Value>, discriminator: &Map<String, Value>) -> Map<String, Value> {
    let property = discriminator.get("property").and_then(Value::as_str).unwrap_or_default();
    let fold = discriminator.get("fold-case") == Some(&Value::Bool(true));
    let empty = Map::new();
    let variants = discriminator.get("variants").and_then(Value::as_object).unwrap_or(&empty);
    let is = |name: &str| if fold { json!({ "type": "string", "pattern": any_case(name) }) } else { json!({ "const": name }) };
    let mut branches = Vec::new();
    for (name, variant) in variants {
        let Some(variant) = variant.as_object() else { continue };
        let condition = json!({ "properties": { property: is(name) }, "required": [property] });
        let unjudged = variant.get("x-unjudged") == Some(&Value::Bool(true));
        if !unjudged {
            branches.push(json!({ "if": condition, "then": lower(&Value::Object(merge(base, variant))) }));
        }
    }
    let absent = discriminator.get("default").and_then(Value::as_str).and_then(|name| variants.get(name)?.as_object());
    let without = absent.map_or_else(|| base.clone(), |variant| merge(base, variant));
    branches.push(json!({ "if": { "not": { "required": [property] } }, "then": lower(&Value::Object(without)) }));
    if discriminator.get("open") != Some(&Value::Bool(true)) {
        let known: Vec<Value> = variants.keys().map(|name| is(name)).collect();
        branches.push(json!({ "properties": { property: { "anyOf": known } } }));
    }
    let mut out = plain(base);
    // What depends on the variant is said in the branches.
    for keyword in ["properties", "required", "additionalProperties"] {
        out.remove(keyword);
    }
    // A condition on an object must not judge anything else.
    let guarded = json!({ "if": { "type": "object" }, "then": { "allOf": branches } });
    out.insert("allOf".to_owned(), json!([guarded]));
    out
}

/// A pattern that matches a word whatever the case of its letters.
fn any_case(word: &str) -> String {
    let letter = |c: char| match c {
        c if c.is_ascii_alphabetic() => format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()),
        c => c.to_string(),
    };
    format!("^{}$", word.chars().map(letter).collect::<String>())
}
