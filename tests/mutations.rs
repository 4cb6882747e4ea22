//! One thing broken at a time in the bodies of `fixtures/valid/`: it is found at its place, by its rule, and nothing
//! else is. What is expected is said by the mutation, from the schemas and from the references, not by the program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "what is not found as it should be is listed, below the hundredth too")]

mod bodies;

use std::fmt::Write as _;

use bodies::{Body, Schemas, Seat, add_up, bodies, escaped, grown};
use serde_json::{Value, json};

/// A broken copy of a body, and what has to be found in it.
struct Broken {
    what: String,
    body: Value,
    rule: &'static str,
    pointer: String,
    /// Somebody has to say that it is a message: it lacks what tells.
    declared: bool,
}

/// A body about to be broken.
struct Bench<'b> {
    body: &'b Body,
    seats: Vec<Seat<'b>>,
    broken: Vec<Broken>,
}

impl<'b> Bench<'b> {
    fn root(&self) -> &'b Value {
        &self.body.value
    }

    /// Breaks a copy of the body.
    fn add(&mut self, what: &str, (rule, pointer): (&'static str, &str), change: impl FnOnce(&mut Value)) {
        let mut body = self.body.value.clone();
        change(&mut body);
        self.broken.push(Broken { what: what.to_owned(), body, rule, pointer: pointer.to_owned(), declared: false });
    }

    /// Breaks the value at a pointer, which is also where it has to be found.
    fn set(&mut self, what: &str, rule: &'static str, pointer: &str, value: Value) {
        self.add(what, (rule, pointer), |body| *body.pointer_mut(pointer).unwrap() = value);
    }
}

/// What the program does not find as it should yet: the start of what is broken, the end of where, and why.
const PENDING: &[(&str, &str, &str)] = &[("without `to`", "", "a pin without recipient is not recognised")];

/// Breaks every body in the way of `breaks` and holds what is found against what is expected. At least `least` copies
/// are made, and of 100 broken messages, as of 100 broken webhooks, 99 have exactly the finding they should.
fn hold(kind: &str, least: usize, breaks: fn(&mut Bench<'_>, usize)) {
    let schemas = Schemas::read();
    let [mut messages, mut webhooks] = [(0, Vec::new()), (0, Vec::new())];
    for body in bodies() {
        let mut bench = Bench { body: &body, seats: schemas.walk(&body), broken: Vec::new() };
        for seat in 0..bench.seats.len() {
            breaks(&mut bench, seat);
        }
        let (count, faults) = if body.is_webhook() { &mut webhooks } else { &mut messages };
        *count += bench.broken.len();
        faults.extend(bench.broken.iter().filter_map(|broken| fault(&body, broken)));
    }
    assert!(messages.0 + webhooks.0 >= least, "{kind}: only {} mutations", messages.0 + webhooks.0);
    for (bodies, (count, faults)) in [("messages", messages), ("webhooks", webhooks)] {
        println!("{kind}, {bodies}: {} of {count}", count - faults.len());
        for (pending, fault) in &faults {
            println!("  {}{fault}", if *pending { "(pending) " } else { "" });
        }
        let faulty = faults.iter().filter(|(pending, _)| !pending).count();
        assert!(faulty * 100 <= count, "{kind}, {bodies}: {faulty} of {count} are not found as they should be");
    }
}

fn is_pending(broken: &Broken) -> bool {
    PENDING.iter().any(|(what, at, _)| broken.what.starts_with(what) && broken.pointer.ends_with(at))
}

/// What is wrong about what is found in a broken copy, and whether that is known.
fn fault(body: &Body, broken: &Broken) -> Option<(bool, String)> {
    let Broken { what, rule, pointer, .. } = broken;
    let found = body.news(&broken.body, broken.declared, (rule, pointer));
    if matches!(&found[..], [one] if one.rule == *rule && one.pointer == *pointer) {
        return None;
    }
    let mut fault = format!("{}: {what}: not `{rule} {pointer}` but", body.name);
    for one in found {
        let _ = write!(fault, " `{} {}`", one.rule, one.pointer);
    }
    Some((is_pending(broken), fault))
}

fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", escaped(name))
}

#[test]
fn an_unknown_key_at_every_object() {
    hold("unknown key", 2000, |bench, seat| {
        let seat = &bench.seats[seat];
        let closed = seat.keyword("additionalProperties").is_some_and(|(known, _)| known == &Value::Bool(false));
        let pointer = seat.pointer.clone();
        if closed && bench.root().pointer(&pointer).unwrap().is_object() {
            let stray = below(&pointer, "stray_key");
            bench.add("a stray key", ("unknown-property", &stray), |body| {
                body.pointer_mut(&pointer).unwrap()["stray_key"] = json!("x");
            });
        }
    });
}

#[test]
fn each_required_key_removed() {
    hold("required key", 2500, |bench, seat| {
        let (pointer, required) = (bench.seats[seat].pointer.clone(), bench.seats[seat].required());
        let Some(object) = bench.root().pointer(&pointer).unwrap().as_object() else { return };
        let sends = pointer.is_empty() && !bench.body.is_webhook();
        let mut names: Vec<(&str, &str)> = required.into_iter().map(|name| (name, "missing-property")).collect();
        if sends {
            names.push(("type", "missing-type"));
            // One of them must be there.
            let addressed: Vec<&str> =
                ["to", "recipient"].into_iter().filter(|name| object.contains_key(*name)).collect();
            // Without type and recipient nothing tells a message from an answer about media.
            let told = addressed.len() == 1 && object.contains_key("type");
            names.extend(told.then(|| (addressed[0], "missing-property")));
        }
        let there: Vec<_> = names.into_iter().filter(|(name, _)| object.contains_key(*name)).collect();
        for (name, rule) in there {
            // Without entries nothing of WhatsApp is left in a webhook.
            if name == "entry" {
                continue;
            }
            let rule = if sends && name == "messaging_product" { "missing-messaging-product" } else { rule };
            bench.add(&format!("without `{name}`"), (rule, &pointer), |body| {
                body.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(name);
            });
            // A body without it may be the arguments of a call that adds it.
            bench.broken.last_mut().unwrap().declared = rule == "missing-messaging-product";
        }
    });
}

#[test]
fn each_limit_exceeded_by_one() {
    hold("limit", 900, |bench, seat| {
        let seat = &bench.seats[seat];
        let (pointer, form) = (seat.pointer.clone(), seat.has("pattern"));
        let (soft, most, least) = (seat.limit("x-soft-maxLength"), seat.limit("maxLength"), seat.limit("minLength"));
        let (items_most, items_least) = (seat.limit("maxItems"), seat.limit("minItems"));
        let number = |keyword| seat.keyword(keyword).map(|(limit, _)| limit.as_i64().unwrap());
        let numbers = [number("minimum").map(|limit| limit - 1), number("maximum").map(|limit| limit + 1)];
        match bench.root().pointer(&pointer).unwrap().clone() {
            Value::String(_) if numbers[0].is_some() => {
                for number in numbers.into_iter().flatten() {
                    bench.set(&format!("text {number}"), "invalid-value", &pointer, json!(number.to_string()));
                }
            }
            Value::String(_) => {
                for limit in soft.into_iter().chain(most) {
                    let text = "a".repeat(limit + 1);
                    bench.set(&format!("{} characters", limit + 1), "text-length", &pointer, json!(text));
                }
                // An empty text that must have a form too lacks both.
                if let Some(least) = least.filter(|least| *least > 0 && !form) {
                    bench.set("too short", "text-length", &pointer, json!("a".repeat(least - 1)));
                }
            }
            Value::Number(_) => {
                for number in numbers.into_iter().flatten() {
                    bench.add(&format!("number {number}"), ("invalid-value", &pointer), |body| {
                        *body.pointer_mut(&pointer).unwrap() = json!(number);
                        add_up(body);
                    });
                }
            }
            Value::Array(items) if !items.is_empty() => {
                if let Some(most) = items_most {
                    bench.set(&format!("{} items", most + 1), "item-count", &pointer, grown(&items, most + 1));
                }
                if let Some(least) = items_least {
                    bench.set("too few items", "item-count", &pointer, grown(&items, least - 1));
                }
            }
            _ => {}
        }
    });
}

#[test]
fn too_many_rows_or_products_over_all_sections() {
    hold("total", 8, |bench, seat| {
        let pointer = bench.seats[seat].pointer.clone();
        let Some(sections) = bench.root().pointer(&pointer).unwrap().as_array() else { return };
        if !pointer.ends_with("/sections") {
            return;
        }
        for (list, most) in [("rows", 10), ("product_items", 30)] {
            let Some(first) = sections[0].get(list).and_then(Value::as_array) else { continue };
            let all: usize = sections.iter().map(|section| section[list].as_array().unwrap().len()).sum();
            let more = grown(first, first.len() + most + 1 - all);
            bench.add(&format!("{} {list}", most + 1), ("item-count", &pointer), |body| {
                body.pointer_mut(&pointer).unwrap()[0][list] = more;
            });
        }
    });
}

/// The texts of actions that are shown, and the IDs, links and tokens in them.
const ACTION_TEXTS: [&str; 13] = [
    "button",
    "title",
    "description",
    "id",
    "display_text",
    "flow_cta",
    "url",
    "flow_id",
    "flow_name",
    "flow_token",
    "catalog_id",
    "product_retailer_id",
    "thumbnail_product_retailer_id",
];

/// What belongs to the user or to the order, not to the action.
const DATA: [&str; 6] = ["/data", "/values", "/saved_addresses", "/validation_errors", "/order", "/beneficiaries"];

#[test]
fn each_action_and_button_text_padded() {
    hold("padding", 450, |bench, seat| {
        let pointer = bench.seats[seat].pointer.clone();
        let name = pointer.rsplit('/').next().unwrap();
        let action = pointer.strip_prefix("/interactive/action").filter(|rest| !rest.contains("/header/"));
        let Some(text) = bench.root().pointer(&pointer).unwrap().as_str().filter(|text| !text.is_empty()) else {
            return;
        };
        if action.is_some_and(|rest| !DATA.iter().any(|data| rest.contains(data))) && ACTION_TEXTS.contains(&name) {
            for text in [format!(" {text}"), format!("{text} "), format!("  {text}   "), " ".to_owned()] {
                bench.set(&format!("{text:?}"), "whitespace-text", &pointer, json!(text));
            }
        }
    });
}

/// Whether a pointer leads to a button component that needs an index.
fn is_indexed_button(value: &Value, pointer: &str) -> bool {
    let is = |key: &str, word: &str| value[key].as_str().is_some_and(|it| it.eq_ignore_ascii_case(word));
    pointer.starts_with("/template/") && is("type", "button") && !is("sub_type", "voice_call")
}

#[test]
fn each_index_removed_unusable_or_repeated() {
    hold("index", 250, |bench, seat| {
        let pointer = bench.seats[seat].pointer.clone();
        if is_indexed_button(bench.root().pointer(&pointer).unwrap(), &pointer) {
            let at = ("missing-button-index", pointer.as_str());
            bench.add("no index", at, |body| {
                body.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove("index");
            });
            for index in [json!(null), json!(""), json!("first"), json!(10), json!("-1"), json!(true), json!({})] {
                bench.add(&format!("index {index}"), at, |body| {
                    body.pointer_mut(&pointer).unwrap()["index"] = index;
                });
            }
        }
        let Some(components) = bench.root().pointer(&pointer).unwrap().as_array() else { return };
        let place = |number| format!("{pointer}/{number}");
        let buttons: Vec<usize> = (0..components.len())
            .filter(|number| {
                components[*number].is_object() && is_indexed_button(&components[*number], &place(*number))
            })
            .collect();
        let indexes: Vec<Value> = buttons.iter().map(|number| components[*number]["index"].clone()).collect();
        for (second, number) in buttons.iter().enumerate().skip(1) {
            for first in &indexes[..second] {
                bench.add("index twice", ("missing-button-index", &place(*number)), |body| {
                    body.pointer_mut(&place(*number)).unwrap()["index"] = first.clone();
                });
            }
        }
    });
}

#[test]
fn each_text_of_a_template_empty_or_broken_by_spaces() {
    hold("template text", 120, |bench, seat| {
        let pointer = bench.seats[seat].pointer.clone();
        let Some(parameter) = pointer.strip_suffix("/text").filter(|_| pointer.starts_with("/template/")) else {
            return;
        };
        let component = parameter.rsplit_once("/parameters/").unwrap().0;
        let kind = &bench.root().pointer(component).unwrap()["type"];
        // What fills the address of a button is held to the length only.
        if kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("button")) {
            return;
        }
        for text in ["", "two\nlines", "two\r\nlines", "a\ttab", "five     spaces"] {
            bench.set(&format!("{text:?}"), "template-text", &pointer, json!(text));
        }
    });
}

#[test]
fn each_id_repeated() {
    hold("repeated ID", 50, |bench, seat| {
        if bench.seats[seat].pointer != "/interactive/action" {
            return;
        }
        let ids = |seats: &[Seat<'_>]| -> Vec<String> {
            let pointers = seats.iter().map(|seat| seat.pointer.clone());
            pointers.filter(|it| it.ends_with("/reply/id") || (it.ends_with("/id") && it.contains("/rows/"))).collect()
        };
        let ids = ids(&bench.seats);
        for (second, pointer) in ids.iter().enumerate() {
            for first in &ids[..second] {
                let same = bench.root().pointer(first).unwrap().clone();
                bench.set("an ID twice", "duplicate-id", pointer, same);
            }
        }
    });
}

#[test]
fn each_enum_misspelt() {
    hold("enum", 1400, |bench, seat| {
        let seat = &bench.seats[seat];
        let pointer = seat.pointer.clone();
        let chosen: Vec<(String, bool)> =
            seat.discriminators().iter().map(|(name, open)| (below(&pointer, name), *open)).collect();
        let allowed = seat.has("const") || seat.has("enum");
        let listed = seat.has("x-known") && !chosen.iter().any(|(chosen, _)| *chosen == pointer);
        let formed = seat.has("pattern");
        for (pointer, open) in chosen {
            if let Some(word) = bench.root().pointer(&pointer).and_then(Value::as_str) {
                let rule = if open { "unknown-value" } else { "invalid-value" };
                bench.set("misspelt", rule, &pointer, json!(misspelt(word)));
            }
        }
        let is_policy = pointer == "/template/language/policy";
        match bench.root().pointer(&pointer).unwrap().clone() {
            Value::String(word) if allowed => bench.set("misspelt", "invalid-value", &pointer, json!(misspelt(&word))),
            Value::String(word) if is_policy => {
                bench.set("misspelt", "language-policy", &pointer, json!(misspelt(&word)));
            }
            Value::String(word) if formed => {
                bench.set("out of form", "invalid-value", &pointer, json!(format!("!\n\n\n{word}")));
            }
            Value::Number(number) if allowed => {
                bench.set("another number", "invalid-value", &pointer, json!(number.as_i64().unwrap() + 1));
            }
            // A discriminating property of a webhook may list its values as well.
            Value::String(word) if listed && !bench.broken.iter().any(|it| it.pointer == pointer) => {
                bench.set("misspelt", "unknown-value", &pointer, json!(misspelt(&word)));
            }
            _ => {}
        }
    });
}

fn misspelt(word: &str) -> String {
    let last = word.chars().last().unwrap();
    format!("{word}{last}")
}

#[test]
fn each_value_of_a_wrong_type() {
    hold("type", 30_000, |bench, seat| {
        let seat = &bench.seats[seat];
        let (pointer, types) = (seat.pointer.clone(), seat.types());
        // Without a root or entries nothing of WhatsApp is left.
        if types.is_empty() || pointer.is_empty() || (pointer == "/entry" && bench.body.is_webhook()) {
            return;
        }
        let is = |word: &str| types.contains(&word);
        let others = [
            (is("string"), json!("x")),
            (is("integer") || is("number"), json!(7)),
            (is("number"), json!(1.5)),
            (is("boolean"), json!(true)),
            (is("null"), Value::Null),
            (is("array"), json!([])),
            (is("object"), json!({})),
        ];
        for (_, other) in others.into_iter().filter(|(fits, _)| !fits) {
            bench.set(&format!("{other}"), "wrong-type", &pointer, other);
        }
    });
}

#[test]
fn both_or_neither_of_each_exclusive_pair() {
    hold("exclusive pair", 150, |bench, seat| {
        if bench.body.is_webhook() {
            return;
        }
        let seat = &bench.seats[seat];
        let pointer = seat.pointer.clone();
        let pairs = [
            ("id", json!("1900412233445566"), "link", json!("https://media.example.com/file")),
            ("flow_id", json!("1234509876"), "flow_name", json!("table_booking")),
        ];
        for (one, first, other, second) in pairs {
            if seat.property(one).is_none() || seat.property(other).is_none() {
                continue;
            }
            let at = ("exclusive-properties", pointer.as_str());
            bench.add(&format!("`{one}` and `{other}`"), at, |body| {
                let object = body.pointer_mut(&pointer).unwrap();
                object[one] = first;
                object[other] = second;
            });
            bench.add(&format!("neither `{one}` nor `{other}`"), at, |body| {
                let object = body.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
                object.remove(one);
                object.remove(other);
            });
            return;
        }
    });
}

#[test]
fn a_header_where_none_or_only_text_is_allowed() {
    hold("header", 70, |bench, seat| {
        if bench.seats[seat].pointer != "/interactive" {
            return;
        }
        let kind = bench.root()["interactive"]["type"].as_str().unwrap().to_owned();
        let none = [
            "product",
            "catalog_message",
            "location_request_message",
            "carousel",
            "order_status",
            "voice_call",
            "call_permission_request",
            "request_contact_info",
        ];
        let text = none.contains(&kind.as_str());
        let media = text || ["list", "product_list"].contains(&kind.as_str());
        let headers = [
            (text, json!({ "type": "text", "text": "Header" })),
            (media, json!({ "type": "image", "image": { "id": "1900412233445566" } })),
            (media, json!({ "type": "video", "video": { "link": "https://media.example.com/a.mp4" } })),
            (media, json!({ "type": "document", "document": { "id": "1900412233445566", "filename": "a.pdf" } })),
        ];
        for (_, header) in headers.into_iter().filter(|(forbidden, _)| *forbidden) {
            bench.add(&format!("{kind} with {header}"), ("header-not-allowed", "/interactive/header"), |body| {
                body["interactive"]["header"] = header;
            });
        }
    });
}
