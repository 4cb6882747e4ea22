//! The valid bodies of `fixtures/valid/`, and a walk over a body beside the schema that judges it. The walk reads
//! `schemas/` itself, so that what tests expect does not come from the program.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use waport::check::Checker;
use waport::config::Config;
use waport::diagnose::{self, Origin};
use waport::finding::Severity;
use waport::form::{Declared, Document, Form};
use waport::read::Notation;

/// Valid bodies that have a finding all the same: the file, the rule, the place and why.
pub const WARNED: &[(&str, &str, &str, &str)] = &[
    ("audio/without-type", "missing-type", "", NO_TYPE),
    ("contacts/without-type", "missing-type", "", NO_TYPE),
    ("document/without-type", "missing-type", "", NO_TYPE),
    ("image/without-type", "missing-type", "", NO_TYPE),
    ("interactive/without-type", "missing-type", "", NO_TYPE),
    ("location/without-type", "missing-type", "", NO_TYPE),
    ("pin/without-type", "missing-type", "", NO_TYPE),
    ("reaction/without-type", "missing-type", "", NO_TYPE),
    ("sticker/without-type", "missing-type", "", NO_TYPE),
    ("template/without-type", "missing-type", "", NO_TYPE),
    ("text/without-type", "missing-type", "", NO_TYPE),
    ("video/without-type", "missing-type", "", NO_TYPE),
    (
        "interactive/list-with-a-long-body",
        "text-length",
        "/interactive/body/text",
        "one page allows 4096 characters in the body of a list, the others 1024",
    ),
    (
        "interactive/flow-label-of-21-characters",
        "text-length",
        "/interactive/action/parameters/flow_cta",
        "older pages advise 20 characters, newer ones 30",
    ),
    (
        "template/coupon-of-16-characters",
        "text-length",
        "/template/components/0/parameters/0/coupon_code",
        "SDKs disagree between 15 and 20 characters",
    ),
];

const NO_TYPE: &str = "two of Meta's own examples lack the type, which is no proof that it may be left out";

/// A valid body.
pub struct Body {
    /// The folder and the name of the file, without its ending.
    pub name: String,
    pub text: String,
    pub value: Value,
}

impl Body {
    pub fn folder(&self) -> &str {
        self.name.split_once('/').map_or("", |(folder, _)| folder)
    }

    pub fn is_webhook(&self) -> bool {
        self.folder().starts_with("inbound-") || self.folder().starts_with("status-")
    }

    /// What is found in a changed copy of the body without what the body itself is warned of, but for `kept`.
    /// `declared`: somebody says that it is a message.
    pub fn news(&self, changed: &Value, declared: bool, kept: (&str, &str)) -> Vec<Found> {
        let (text, config) = (serde_json::to_string(changed).unwrap(), Config::default());
        let declared = declared.then_some(Declared::As(Form::Cloud(Document::Message)));
        let mut checker = Checker::new(&config);
        let result = checker.check(&text, Notation::Json, false, declared);
        let warned = |one: &Found| {
            let mut known = WARNED.iter().filter(|(name, ..)| *name == self.name);
            known.any(|(_, rule, pointer, _)| *rule == one.rule && unnumbered(pointer) == unnumbered(&one.pointer))
        };
        let mut news = Vec::new();
        diagnose::Resolver::default().each(
            &result,
            Origin { file: "body.json", identity: "body.json", offset: 0, line: 1 },
            |finding| Some(finding.severity),
            |_, diagnostic| {
                let (rule, severity) = (diagnostic.rule, diagnostic.severity);
                let one = Found { rule, severity, pointer: diagnostic.pointer.clone().unwrap_or_default() };
                // Whatever changes on one card of a carousel, it differs from the others then.
                let differs = one.rule == "carousel-cards" && kept.0 != one.rule && kept.1.contains("/cards");
                if (one.rule, one.pointer.as_str()) == kept || !warned(&one) && !differs {
                    news.push(one);
                }
            },
        );
        news
    }
}

/// A pointer without the numbers in it: copies of an item are warned of as the item is.
fn unnumbered(pointer: &str) -> String {
    pointer.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// A finding.
#[derive(Debug, PartialEq)]
pub struct Found {
    pub rule: &'static str,
    pub severity: Severity,
    pub pointer: String,
}

/// All valid bodies, by name.
pub fn bodies() -> Vec<Body> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/valid");
    let mut bodies = Vec::new();
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let stem = path.file_stem().unwrap().to_string_lossy();
            bodies.push(Body { name: format!("{}/{stem}", folder.file_name().to_string_lossy()), text, value });
        }
    }
    bodies.sort_by(|a, b| a.name.cmp(&b.name));
    bodies
}

/// The schemas of messages and of webhooks.
pub struct Schemas {
    pub message: Value,
    pub webhook: Value,
}

/// A value of a body and the schema that judges it: references followed, and after the base of an object the variants
/// that its discriminators choose.
pub struct Seat<'s> {
    pub pointer: String,
    layers: Vec<(&'s Map<String, Value>, String)>,
}

impl Schemas {
    pub fn read() -> Self {
        let read = |name: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/cloud").join(name);
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
        };
        Self { message: read("message.json"), webhook: read("webhook.json") }
    }

    /// Every value in a body with its schema, the body itself first.
    pub fn walk<'s>(&'s self, body: &Body) -> Vec<Seat<'s>> {
        let file = if body.is_webhook() { &self.webhook } else { &self.message };
        let mut seats = Vec::new();
        seat(file, &body.value, file, String::new(), String::new(), &mut seats);
        seats
    }
}

fn seat<'s>(
    file: &'s Value,
    value: &Value,
    mut schema: &'s Value,
    mut place: String,
    pointer: String,
    seats: &mut Vec<Seat<'s>>,
) {
    while let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').expect("a reference inside the file");
        schema = file.pointer(target).expect("a reference to something");
        target.clone_into(&mut place);
    }
    let mut layers = vec![(schema.as_object().unwrap(), place)];
    while let Some(variant) = variant(layers.last().unwrap(), value) {
        layers.push(variant);
    }
    let seat = Seat { pointer, layers };
    let mut children = Vec::new();
    match value {
        Value::Object(members) => {
            for (name, child) in members {
                if let Some((schema, place)) = seat.property(name) {
                    children.push((child, schema, place, format!("{}/{}", seat.pointer, escaped(name))));
                }
            }
        }
        Value::Array(items) => {
            if let Some((schema, place)) = seat.keyword("items") {
                let below = |(index, item)| (item, schema, place.clone(), format!("{}/{index}", seat.pointer));
                children.extend(items.iter().enumerate().map(below));
            }
        }
        _ => {}
    }
    seats.push(seat);
    for (child, schema, place, pointer) in children {
        self::seat(file, child, schema, place, pointer, seats);
    }
}

/// The variant that the discriminator of a layer chooses. Where the property is absent, it is the one whose content is
/// there, else the default.
fn variant<'s>(
    (layer, place): &(&'s Map<String, Value>, String),
    value: &Value,
) -> Option<(&'s Map<String, Value>, String)> {
    let discriminator = layer.get("x-discriminator")?;
    let variants = discriminator["variants"].as_object().unwrap();
    let fold = discriminator.get("fold-case") == Some(&Value::Bool(true));
    let chosen = if let Some(word) = value.get(discriminator["property"].as_str().unwrap()) {
        let word = word.as_str()?;
        variants.keys().find(|name| if fold { name.eq_ignore_ascii_case(word) } else { *name == word })
    } else {
        let default = discriminator.get("default").and_then(Value::as_str)?;
        let there = variants.keys().find(|name| value.get(name).is_some());
        there.or_else(|| variants.keys().find(|name| *name == default))
    }?;
    Some((variants[chosen].as_object().unwrap(), format!("{place}/x-discriminator/variants/{}", escaped(chosen))))
}

pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl<'s> Seat<'s> {
    /// A keyword with its place in the schema file.
    pub fn keyword(&self, name: &str) -> Option<(&'s Value, String)> {
        let (layer, place) = self.layers.iter().rev().find(|(layer, _)| layer.contains_key(name))?;
        Some((&layer[name], format!("{place}/{name}")))
    }

    pub fn has(&self, keyword: &str) -> bool {
        self.keyword(keyword).is_some()
    }

    pub fn limit(&self, keyword: &str) -> Option<usize> {
        self.keyword(keyword).map(|(limit, _)| usize::try_from(limit.as_u64().unwrap()).unwrap())
    }

    /// The schema of a property.
    pub fn property(&self, name: &str) -> Option<(&'s Value, String)> {
        self.layers.iter().rev().find_map(|(layer, place)| {
            Some((layer.get("properties")?.get(name)?, format!("{place}/properties/{}", escaped(name))))
        })
    }

    /// The names of the properties that must be there.
    pub fn required(&self) -> Vec<&'s str> {
        let lists = self.layers.iter().filter_map(|(layer, _)| layer.get("required"));
        lists.flat_map(|list| list.as_array().unwrap()).map(|name| name.as_str().unwrap()).collect()
    }

    /// The properties whose values choose a variant, and whether other values may come.
    pub fn discriminators(&self) -> Vec<(&'s str, bool)> {
        let all = self.layers.iter().filter_map(|(layer, _)| layer.get("x-discriminator"));
        all.map(|it| (it["property"].as_str().unwrap(), it.get("open") == Some(&Value::Bool(true)))).collect()
    }

    /// The variants that were chosen, by their places in the schema file.
    pub fn variants(&self) -> impl Iterator<Item = &str> {
        self.layers.iter().skip(1).map(|(_, place)| place.as_str())
    }

    /// What the schema says of a keyword in `x-severity`.
    pub fn severity(&self, keyword: &str) -> Option<&'s str> {
        match self.keyword("x-severity")?.0 {
            Value::Object(by_keyword) => by_keyword.get(keyword)?.as_str(),
            word => word.as_str(),
        }
    }

    /// The JSON types that are allowed; empty for all.
    pub fn types(&self) -> Vec<&'s str> {
        match self.keyword("type") {
            None => Vec::new(),
            Some((Value::Array(words), _)) => words.iter().map(|word| word.as_str().unwrap()).collect(),
            Some((word, _)) => vec![word.as_str().unwrap()],
        }
    }
}

/// An array of `count` copies of the first item of `items`, with IDs of their own and one row in each section.
pub fn grown(items: &[Value], count: usize) -> Value {
    let copy = |number: usize| {
        let mut item = items[0].clone();
        own(&mut item, number);
        item
    };
    (0..count).map(copy).collect()
}

fn own(value: &mut Value, number: usize) {
    match value {
        Value::Object(members) => {
            for list in ["rows", "product_items"] {
                if let Some(Value::Array(items)) = members.get_mut(list) {
                    items.truncate(1);
                    // Sections beside others have titles.
                    members.insert("title".to_owned(), Value::from(format!("Section {number}")));
                }
            }
            if members.contains_key("title") && members.contains_key("id") {
                members.insert("id".to_owned(), Value::from(format!("id-{number}")));
                members.insert("title".to_owned(), Value::from(format!("Title {number}")));
            }
            if members.contains_key("card_index") {
                members.insert("card_index".to_owned(), Value::from(number.min(9)));
            }
            members.values_mut().for_each(|member| own(member, number));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| own(item, number)),
        _ => {}
    }
}

/// Makes the amounts of every order in a value add up, where they can.
pub fn add_up(value: &mut Value) {
    if value.get("total_amount").is_some() && value.get("order").is_some() {
        add_up_one(value);
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(add_up),
        Value::Array(items) => items.iter_mut().for_each(add_up),
        _ => {}
    }
}

fn add_up_one(details: &mut Value) {
    let amount = |value: &Value| value["value"].as_i64();
    let price = |item: &Value| {
        let each = amount(item.get("sale_amount").unwrap_or(&item["amount"]))?;
        Some(each * item["quantity"].as_i64()?)
    };
    let order = &details["order"];
    let Some(items) = order["items"].as_array().filter(|items| !items.is_empty()) else { return };
    let Some(subtotal) = items.iter().map(price).sum::<Option<i64>>() else { return };
    let of = |name: &str| order.get(name).and_then(amount).unwrap_or(0);
    let total = subtotal + of("tax") + of("shipping") - of("discount");
    details["order"]["subtotal"]["value"] = subtotal.into();
    details["total_amount"]["value"] = total.into();
}
