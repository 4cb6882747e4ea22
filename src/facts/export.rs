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
    let definitions = document.get("$defs").and_then(Value::as_object).into_iter().flatten();
    let definitions: Map<String, Value> = definitions.map(|(name, value)| (name.clone(), lower(value))).collect();
    let root = lowered.as_object_mut()?;
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    if !definitions.is_empty() {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Some(lowered)
}

/// The names of the schemas: their paths in `schemas/` without the ending, such as `cloud/message`.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().filter_map(|(file, _)| file.strip_suffix(".json"))
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
        // An identifier inside would change what references are relative to.
        let ours = matches!(keyword.as_str(), "$defs" | "$id" | "$schema") || keyword.starts_with("x-");
        if ours || is_note(map, keyword) {
            continue;
        }
        let value = match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                Value::Object(properties.iter().map(|(name, value)| (name.clone(), lower(value))).collect())
            }
            ("items", value) => lower(value),
            ("required", Value::Array(names)) => {
                // Merged lists may name a property twice, which the meta-schema does not allow.
                let mut once: Vec<Value> = Vec::new();
                for name in names {
                    if !once.contains(name) {
                        once.push(name.clone());
                    }
                }
                Value::Array(once)
            }
            (_, value) => value.clone(),
        };
        out.insert(keyword.clone(), value);
    }
    out
}

/// Whether failing `keyword` is only a note.
fn is_note(map: &Map<String, Value>, keyword: &str) -> bool {
    let annotated = ["type", "const", "enum", "pattern", "required", "additionalProperties", "minimum", "maximum"];
    let limits = ["minLength", "maxLength", "minItems", "maxItems", "minProperties"];
    let severity = match map.get("x-severity") {
        Some(Value::Object(by_keyword)) => by_keyword.get(keyword),
        other => other,
    };
    severity == Some(&json!("note")) && annotated.iter().chain(&limits).any(|known| *known == keyword)
}

fn discriminated(base: &Map<String, Value>, discriminator: &Map<String, Value>) -> Map<String, Value> {
    let property = discriminator.get("property").and_then(Value::as_str).unwrap_or_default();
    let flag = |name: &str| discriminator.get(name) == Some(&Value::Bool(true));
    let when = |is: Value| json!({ "type": "object", "required": [property], "properties": { property: is } });
    let empty = Map::new();
    let variants = discriminator.get("variants").and_then(Value::as_object).unwrap_or(&empty);
    let default = discriminator.get("default").and_then(Value::as_str);
    let (mut cases, mut known) = (Vec::new(), Vec::new());
    let mut absent = lower(&Value::Object(base.clone()));
    for (name, variant) in variants {
        let is = if flag("fold-case") {
            json!({ "type": "string", "pattern": any_case(name) })
        } else {
            json!({ "const": name })
        };
        let judged = match variant.as_object() {
            Some(variant) if variant.get("x-unjudged") != Some(&Value::Bool(true)) => {
                lower(&Value::Object(merge(base, variant)))
            }
            _ => json!({}),
        };
        if default == Some(name) {
            absent = judged.clone();
        }
        known.push(is.clone());
        cases.push(json!({ "if": when(is), "then": judged }));
    }
    cases.push(json!({ "if": { "type": "object", "not": { "required": [property] } }, "then": absent }));
    // A discriminator that is no text is judged as the property it is, and nothing beside it is.
    let own = base.get("properties").and_then(|all| all.get(property)).map_or(json!({}), lower);
    let otherwise = json!({ "properties": { property: own } });
    cases.push(json!({ "if": when(json!({ "not": { "type": "string" } })), "then": otherwise }));
    if !flag("open") {
        let one_of_them = if flag("fold-case") {
            json!({ "anyOf": known })
        } else {
            json!({ "enum": variants.keys().collect::<Vec<_>>() })
        };
        let one_of_them = json!({ "properties": { property: one_of_them } });
        cases.push(json!({ "if": when(json!({ "type": "string" })), "then": one_of_them }));
    }
    // What the object is judged by depends on the variant; what holds of any value does not.
    let mut out = plain(base);
    for keyword in ["properties", "required", "additionalProperties"] {
        out.remove(keyword);
    }
    out.insert("allOf".to_owned(), Value::Array(cases));
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
