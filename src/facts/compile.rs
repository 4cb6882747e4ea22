//! From the JSON of `schemas/` to compiled schemas. What is not in the keyword set is refused.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::pattern::Pattern;
use super::schema::{
    ArrayRules, Discriminator, Keyword, Marks, NumberRules, ObjectRules, Properties, Scalar, Schema, SchemaId, Schemas,
    TextRules, Types, Variant,
};
use crate::severity::{Confidence, Severity};
use crate::tree::signature;

/// Why a schema does not compile.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("{file}: {error}")]
    Json { file: String, error: serde_json::Error },
    #[error("{place}: {problem}")]
    Schema { place: String, problem: String },
}

type Compiled<T> = Result<T, Fault>;

/// Keywords that say nothing about a value.
const SILENT: [&str; 8] = ["$schema", "$id", "$defs", "title", "description", "x-note", "x-source", "x-unjudged"];

pub(super) struct Compiler {
    files: HashMap<&'static str, Value>,
    /// Compiled schemas by file and pointer; a schema is listed before it is done, so that cycles end.
    done: HashMap<String, SchemaId>,
    schemas: Schemas,
}

impl Compiler {
    pub fn new(files: &[(&'static str, &str)]) -> Compiled<Self> {
        let parse = |(name, text): &(&'static str, &str)| {
            serde_json::from_str(text)
                .map(|value| (*name, value))
                .map_err(|error| Fault::Json { file: (*name).to_owned(), error })
        };
        let files = files.iter().map(parse).collect::<Compiled<_>>()?;
        Ok(Self { files, done: HashMap::new(), schemas: Schemas::default() })
    }

    pub fn finish(self) -> Schemas {
        // Taking the documents apart would cost as much as reading them did, and the facts live as long as the program.
        std::mem::forget(self.files);
        self.schemas
    }

    /// The schema that `file` or `file#/pointer` names.
    pub fn reference(&mut self, reference: &str) -> Compiled<SchemaId> {
        if let Some(id) = self.done.get(reference) {
            return Ok(*id);
        }
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let fault = |problem: &str| Fault::Schema { place: reference.to_owned(), problem: problem.to_owned() };
        let (file, document) = self.files.get_key_value(file).ok_or_else(|| fault("no such file"))?;
        let (file, value) = (*file, document.pointer(pointer).ok_or_else(|| fault("no such place"))?.clone());
        let id = self.reserve();
        self.done.insert(reference.to_owned(), id);
        let schema = self.compile(At { file, place: reference, source: None }, &value)?;
        self.schemas.list[id.0 as usize] = schema;
        Ok(id)
    }

    fn reserve(&mut self) -> SchemaId {
        let id = SchemaId(crate::tree::offset(self.schemas.list.len()));
        self.schemas.list.push(Schema::default());
        id
    }

    /// The schema `value` that stands at `at`: a reference without any keyword beside it is followed, all else
    /// gets a schema of its own.
    fn sub(&mut self, at: At<'_>, value: &Value) -> Compiled<SchemaId> {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let speaks =
                value.as_object().is_some_and(|map| map.keys().any(|k| k != "$ref" && !SILENT.contains(&&**k)));
            if !speaks {
                return self.reference(&at.resolve(reference));
            }
        }
        let id = self.reserve();
        let schema = self.compile(at, value)?;
        self.schemas.list[id.0 as usize] = schema;
        Ok(id)
    }

    fn compile(&mut self, at: At<'_>, value: &Value) -> Compiled<Schema> {
        let map = value.as_object().ok_or_else(|| at.fault("a schema must be an object"))?;
        if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
            // What stands beside a reference is added to what it names.
            let target = at.resolve(reference);
            let (file, pointer) = target.split_once('#').unwrap_or((&target, ""));
            let (file, document) = self.files.get_key_value(file).ok_or_else(|| at.fault("$ref to no file"))?;
            let (file, found) = (*file, document.pointer(pointer).and_then(Value::as_object));
            let mut merged = found.ok_or_else(|| at.fault("$ref to nothing"))?.clone();
            merged.extend(map.iter().filter(|(k, _)| *k != "$ref").map(|(k, v)| (k.clone(), v.clone())));
            return self.compile(At { file, ..at }, &Value::Object(merged));
        }
        let inherited = map.get("x-source").and_then(Value::as_str).or(at.source);
        let at = At { source: inherited, ..at };
        let mut schema = Schema { unjudged: map.get("x-unjudged") == Some(&Value::Bool(true)), ..Schema::default() };
        let (mut text, mut array, mut number) = (TextRules::default(), ArrayRules::default(), NumberRules::default());
        let (mut has_text, mut has_array, mut has_number, mut has_object) = (false, false, false, false);
        for (keyword, value) in map {
            let whole = || value.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(|| at.fault(keyword));
            let float = || value.as_f64().ok_or_else(|| at.fault(keyword));
            match keyword.as_str() {
                "type" => schema.types = types(value).ok_or_else(|| at.fault("type"))?,
                "const" => {
                    schema.allowed = Some((Keyword::Const, vec![scalar(value).ok_or_else(|| at.fault("const"))?]));
                }
                "enum" => {
                    let values = value.as_array().and_then(|list| list.iter().map(scalar).collect());
                    schema.allowed = Some((Keyword::Enum, values.ok_or_else(|| at.fault("enum"))?));
                }
                "x-known" => {
                    let texts =
                        value.as_array().and_then(|list| list.iter().map(|text| Some(text.as_str()?.into())).collect());
                    schema.known = texts.ok_or_else(|| at.fault("x-known"))?;
                }
                "pattern" => {
                    let pattern = value.as_str().and_then(Pattern::new);
                    (text.pattern, has_text) = (Some(pattern.ok_or_else(|| at.fault("pattern"))?), true);
                }
                "minLength" => (text.min, has_text) = (Some(whole()?), true),
                "maxLength" => (text.max, has_text) = (Some(whole()?), true),
                "x-soft-maxLength" => (text.soft_max, has_text) = (Some(whole()?), true),
                "minItems" => (array.min, has_array) = (Some(whole()?), true),
                "maxItems" => (array.max, has_array) = (Some(whole()?), true),
                "x-soft-maxItems" => (array.soft_max, has_array) = (Some(whole()?), true),
                "items" => (array.items, has_array) = (Some(self.sub(at, value)?), true),
                "minimum" => (number.min, has_number) = (Some(float()?), true),
                "maximum" => (number.max, has_number) = (Some(float()?), true),
                "properties" | "required" | "additionalProperties" | "minProperties" | "x-discriminator" => {
                    has_object = true;
                }
                "x-severity" | "x-confidence" => {}
                silent if SILENT.contains(&silent) => {}
                other => return Err(at.fault(&format!("`{other}` is not in the keyword set"))),
            }
        }
        schema.text = has_text.then(|| Box::new(text));
        schema.array = has_array.then(|| Box::new(array));
        schema.number = has_number.then(|| Box::new(number));
        schema.marks = Box::new(marks(at, map)?);
        if has_object {
            schema.object = Some(Box::new(self.object(at, map)?));
        }
        schema.note_kinds();
        Ok(schema)
    }

    fn object(&mut self, at: At<'_>, map: &Map<String, Value>) -> Compiled<ObjectRules> {
        let empty = Map::new();
        let named = map.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let mut list = Vec::with_capacity(named.len());
        for (name, value) in named {
            list.push((name.as_str().into(), Some(self.sub(at, value)?)));
        }
        let required = map.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for name in required.iter().filter_map(Value::as_str) {
            if !named.contains_key(name) {
                list.push((name.into(), None));
            }
        }
        if list.len() > 64 {
            return Err(at.fault("an object may have 64 known properties"));
        }
        let properties = Properties::new(list);
        let bits = required.iter().filter_map(Value::as_str).filter_map(|name| properties.find(name.as_bytes()));
        Ok(ObjectRules {
            required: bits.fold(0, |bits, (bit, _)| bits | 1 << bit),
            min: map.get("minProperties").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()),
            closed: map.get("additionalProperties") == Some(&Value::Bool(false)),
            discriminator: map.get("x-discriminator").map(|value| self.discriminator(at, map, value)).transpose()?,
            properties,
        })
    }

    fn discriminator(&mut self, at: At<'_>, base: &Map<String, Value>, value: &Value) -> Compiled<Discriminator> {
        let flag = |name: &str| value.get(name) == Some(&Value::Bool(true));
        let property =
            value.get("property").and_then(Value::as_str).ok_or_else(|| at.fault("x-discriminator.property"))?;
        let named =
            value.get("variants").and_then(Value::as_object).ok_or_else(|| at.fault("x-discriminator.variants"))?;
        let mut variants = Vec::with_capacity(named.len());
        for (name, variant) in named {
            let variant = variant.as_object().ok_or_else(|| at.fault("a variant must be an object"))?;
            let merged = Value::Object(merge(base, variant));
            let id = self.reserve();
            let schema = self.compile(at, &merged)?;
            self.schemas.list[id.0 as usize] = schema;
            variants.push(Variant::new(name, id));
        }
        let default = match value.get("default").and_then(Value::as_str) {
            Some(name) => {
                let found = variants.iter().find(|variant: &&Variant| &*variant.name == name);
                Some(found.ok_or_else(|| at.fault("x-discriminator.default"))?.schema)
            }
            None => None,
        };
        Ok(Discriminator {
            property: property.into(),
            signature: signature(property.as_bytes()),
            default,
            fold_case: flag("fold-case"),
            open: flag("open"),
            variants,
        })
    }
}

/// Base and variant as one object schema.
pub(super) fn merge(base: &Map<String, Value>, variant: &Map<String, Value>) -> Map<String, Value> {
    let own = |(keyword, _): &(&String, &Value)| !matches!(keyword.as_str(), "x-discriminator" | "$defs");
    let mut merged: Map<String, Value> =
        base.iter().filter(own).map(|(keyword, value)| (keyword.clone(), value.clone())).collect();
    for (keyword, value) in variant {
        match (keyword.as_str(), merged.get_mut(keyword), value) {
            ("properties", Some(Value::Object(old)), Value::Object(new)) => {
                old.extend(new.iter().map(|(k, v)| (k.clone(), v.clone())));
            }
            ("required", Some(Value::Array(old)), Value::Array(new)) => old.extend(new.iter().cloned()),
            _ => {
                merged.insert(keyword.clone(), value.clone());
            }
        }
    }
    merged
}

fn types(value: &Value) -> Option<Types> {
    match value {
        Value::String(word) => Types::of(word),
        Value::Array(words) => {
            words.iter().try_fold(Types::default(), |types, word| Some(types.with(Types::of(word.as_str()?)?)))
        }
        _ => None,
    }
}

fn scalar(value: &Value) -> Option<Scalar> {
    Some(match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Number(number) => Scalar::Number(number.as_f64()?),
        Value::String(text) => Scalar::Text(text.as_str().into()),
        _ => return None,
    })
}

fn marks(at: At<'_>, map: &Map<String, Value>) -> Compiled<Marks> {
    let mut marks = Marks::default();
    let present = |keyword: &Keyword| map.contains_key(keyword.as_str());
    for keyword in Keyword::ALL.into_iter().filter(present) {
        let word = |annotation: &str| match map.get(annotation)? {
            Value::Object(by_keyword) => by_keyword.get(keyword.as_str())?.as_str(),
            value => value.as_str(),
        };
        if let Some(severity) = word("x-severity") {
            let severity: Severity = severity.parse().map_err(|_| at.fault("x-severity"))?;
            marks.severity.push((keyword, severity));
        }
        if let Some(confidence) = word("x-confidence") {
            let confidence: Confidence = confidence.parse().map_err(|_| at.fault("x-confidence"))?;
            marks.confidence.push((keyword, confidence));
        }
        if let Some(source) = word("x-source").or(at.source) {
            marks.source.push((keyword, source.into()));
        }
    }
    Ok(marks)
}

/// Where in `schemas/` something stands, and the source that holds there.
#[derive(Clone, Copy)]
struct At<'a> {
    file: &'static str,
    place: &'a str,
    source: Option<&'a str>,
}

impl At<'_> {
    fn fault(&self, problem: &str) -> Fault {
        Fault::Schema { place: self.place.to_owned(), problem: problem.to_owned() }
    }

    /// A `$ref` as file and pointer: `#/x` is in this file, `other.json#/x` beside it.
    fn resolve(&self, reference: &str) -> String {
        if let Some(pointer) = reference.strip_prefix('#') {
            return format!("{}#{pointer}", self.file);
        }
        let folder = self.file.rfind('/').map_or("", |slash| &self.file[..=slash]);
        format!("{folder}{reference}")
    }
}
