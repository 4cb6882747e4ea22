//! Where the documents of the tests come from, and what is planted in them.

use std::fs;
use std::path::Path;

use super::model::{Dice, Model};
use waport::read::Notation;

/// The bodies in the fixtures and in the tests of conversions, in both forms.
pub fn sources() -> Vec<Model> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for folder in ["fixtures/rules", "fixtures/valid", "fixtures/tour"] {
        read_all(&root.join(folder), &mut texts);
    }
    let conversions = fs::read_to_string(root.join("tests/conversions.rs")).unwrap();
    texts.extend(conversions.split("r#\"").skip(1).filter_map(|rest| Some(rest.split_once("\"#")?.0.to_owned())));
    let models = texts.iter().filter_map(|text| Model::read(text, Notation::Json));
    let models: Vec<Model> =
        models.filter(|model| matches!(model, Model::Object(members) if !members.is_empty())).collect();
    assert!(models.len() > 900, "{}", models.len());
    models
}

fn read_all(folder: &Path, texts: &mut Vec<String>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_all(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            texts.extend(fs::read_to_string(&path));
        }
    }
}

/// Members that On-Premises form has, that Cloud API refuses, or that nobody knows.
fn strays(dice: &mut Dice) -> (&'static str, Model) {
    let other = |raw: &str| Model::Other(raw.to_owned());
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    match dice.below(30) {
        0 => ("preview_url", other("true")),
        1 => ("ttl", Model::text("P1D")),
        2 => ("namespace", Model::text("lamps_of_dana")),
        3 => ("provider", Model::object([("name", Model::text("shop"))])),
        4 => ("id", Model::text("0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11")),
        5 => ("queue_number", other("12345678901234567890")),
        6 => ("lamp", other("-0")),
        7 => ("price", other("1e3")),
        8 => ("note", Model::text("\u{1f4a1} caf\u{e9} / \u{10348} it's \"q\" <b>& $x `y` \\")),
        9 => ("render_mentions", other("false")),
        10 => ("file", Model::text("/usr/local/wamedia/lamp.jpg")),
        11 => ("sha256", Model::text(hash)),
        12 => ("message", Model::object([("recipient_id", Model::text("+15550100123"))])),
        13 => ("type", Model::text("voice")),
        14 => ("type", Model::text("message")),
        15 => ("voice", Model::object([("link", Model::text("https://cdn.example.com/hello.ogg"))])),
        16 => ("index", other("0")),
        17 => (
            "errors",
            Model::Array(vec![Model::object([
                ("code", other("470")),
                ("title", Model::text("Failed")),
                ("details", Model::text("too old")),
            ])]),
        ),
        18 => (
            "error",
            Model::object([
                ("code", other("1006")),
                ("title", Model::text("File not found")),
                ("details", Model::text("no such file")),
            ]),
        ),
        19 => (
            "metadata",
            Model::object([("sticker-pack-id", Model::text("lamps")), ("sticker-pack-name", Model::text("Lamps"))]),
        ),
        20 => (
            "hsm",
            Model::object([
                ("namespace", Model::text("lamps")),
                ("element_name", Model::text("ready")),
                ("language", Model::object([("policy", Model::text("fallback")), ("code", Model::text("en"))])),
                ("localizable_params", Model::Array(vec![Model::object([("default", Model::text("Dana"))])])),
            ]),
        ),
        21 => ("meta", Model::object([("api_status", Model::text("stable")), ("version", Model::text("2.35.4"))])),
        22 => ("ims", Model::Array(vec![Model::object([("service", Model::text("AIM"))])])),
        23 => ("Body", Model::text("Hello")),
        24 => ("recipient_type", Model::text("group")),
        25 => ("policy", Model::text("fallback")),
        26 => ("text", Model::object([("body", Model::text("Hello")), ("preview_url", other("true"))])),
        27 => ("group_id", Model::text("15550100123-1530825318")),
        28 => ("identity", Model::object([("hash", Model::text("x")), ("acknowledged", other("true"))])),
        _ => ("empty", Model::Object(Vec::new())),
    }
}

/// A document that may be in On-Premises form now, with faults at places by chance.
pub fn planted(model: &Model, dice: &mut Dice) -> Model {
    let mut model = model.clone();
    if dice.one_in(2) {
        model = in_old_form(model);
    }
    let count = dice.pick(&[0, 1, 2, 3, 5]);
    for _ in 0..count {
        let mut places = 0;
        model.each_mut(&mut |_| places += 1);
        let (chosen, mut at) = (dice.below(places), 0);
        model.each_mut(&mut |value| {
            if at == chosen {
                break_one(value, dice);
            }
            at += 1;
        });
    }
    model
}

fn break_one(value: &mut Model, dice: &mut Dice) {
    match value {
        Model::Object(members) => {
            let last = members.len();
            match dice.below(6) {
                0 if last > 1 => drop(members.remove(dice.below(last))),
                1 if last > 1 => {
                    let (one, other) = (dice.below(last), dice.below(last));
                    members.swap(one, other);
                }
                2 if last > 0 => {
                    // The same key again.
                    let copy = members[dice.below(last)].clone();
                    members.insert(dice.below(last + 1), copy);
                }
                3 if last > 0 => {
                    let key = &mut members[dice.below(last)].0;
                    *key = if dice.one_in(2) { key.replace('_', "-") } else { key.to_uppercase() };
                }
                _ => {
                    let (key, value) = strays(dice);
                    members.insert(dice.below(last + 1), (key.to_owned(), value));
                }
            }
        }
        Model::Array(items) if !items.is_empty() && dice.one_in(2) => {
            let copy = items[dice.below(items.len())].clone();
            items.push(copy);
        }
        Model::Array(items) if dice.one_in(2) => drop(items.pop()),
        Model::Array(items) => items.push(strays(dice).1),
        Model::Text(text) => match dice.below(6) {
            0 => *text = format!(" {text}"),
            1 => *text = format!("{text}  \t"),
            2 => *text = text.to_uppercase(),
            3 if text.starts_with(|c: char| c.is_ascii_digit() && c != '0') && text.parse::<u64>().is_ok() => {
                *value = Model::Other(text.clone());
            }
            4 => {
                dice.pick(&["", " ", "deterministic", "fallback", "voice", "button", "{{1}}", "\u{a0}x\u{2003}"])
                    .clone_into(text);
            }
            _ => *value = strays(dice).1,
        },
        Model::Other(raw) => match dice.below(3) {
            0 => *value = Model::Text(raw.clone()),
            1 => {
                dice.pick(&["1e3", "-0", "12345678901234567890", "null", "true", "0", "470", "1.50"]).clone_into(raw);
            }
            _ => *value = strays(dice).1,
        },
    }
}

/// The On-Premises form of a body, or nearly.
fn in_old_form(model: Model) -> Model {
    let value = model
        .get("entry")
        .and_then(|entry| entry.first()?.get("changes")?.first()?.get("value"))
        .cloned()
        .unwrap_or(model);
    match value {
        Model::Object(members) => {
            let old = |(key, _): &(String, Model)| key != "messaging_product" && key != "metadata";
            Model::Object(members.into_iter().filter(old).collect())
        }
        other => other,
    }
}
