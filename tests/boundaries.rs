//! Every limit in the schema of messages that a body of `fixtures/valid/` reaches: what stands at the limit is taken,
//! what is one beyond is refused. Texts are counted in Unicode scalar values, not in bytes or UTF-16 units.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use bodies::{Body, Schemas, Seat, add_up, bodies, escaped, grown};
use serde_json::{Value, json};
use waport::finding::Severity;

const LIMITS: [&str; 8] =
    ["minLength", "maxLength", "x-soft-maxLength", "minItems", "maxItems", "x-soft-maxItems", "minimum", "maximum"];

/// Limits that no text can be beyond, and why.
const NEVER_EXCEEDED: &[(&str, &str)] =
    &[("/$defs/interactive_footer/properties/text/minLength", "it is 0: the server's own message names it")];

/// A value at a limit and one beyond.
struct Edge {
    keyword: &'static str,
    rule: &'static str,
    at: Value,
    beyond: Option<Value>,
}

/// A text of this many scalar values, with emoji, their joiners and combining marks in it.
fn text(scalars: usize) -> String {
    "👩\u{200d}🚀e\u{301}ñ漢🏽ß".chars().cycle().take(scalars).collect()
}

/// A text of this many scalar values that has the form its pattern asks for.
fn fitting(seat: &Seat<'_>, scalars: usize) -> String {
    if seat.has("pattern") { "a".repeat(scalars) } else { text(scalars) }
}

fn edges(seat: &Seat<'_>, value: &Value) -> Vec<Edge> {
    let mut edges = Vec::new();
    for keyword in LIMITS.into_iter().filter(|keyword| seat.has(keyword)) {
        let limit = seat.keyword(keyword).unwrap().0.as_i64().unwrap();
        let least = keyword.starts_with("min");
        let beyond = if least { limit - 1 } else { limit + 1 };
        let count = |number: i64| usize::try_from(number).ok();
        let edge = match (keyword, value) {
            ("minLength" | "maxLength" | "x-soft-maxLength", Value::String(_)) => {
                let text = |number| count(number).map(|number| json!(fitting(seat, number)));
                Edge { keyword, rule: "text-length", at: text(limit).unwrap(), beyond: text(beyond) }
            }
            ("minItems" | "maxItems" | "x-soft-maxItems", Value::Array(items)) if !items.is_empty() => {
                let items = |number| count(number).map(|number| grown(items, number));
                Edge { keyword, rule: "item-count", at: items(limit).unwrap(), beyond: items(beyond) }
            }
            ("minimum" | "maximum", Value::Number(_)) => {
                Edge { keyword, rule: "invalid-value", at: json!(limit), beyond: Some(json!(beyond)) }
            }
            ("minimum" | "maximum", Value::String(_)) => {
                let text = |number: i64| json!(number.to_string());
                Edge { keyword, rule: "invalid-value", at: text(limit), beyond: Some(text(beyond)) }
            }
            _ => continue,
        };
        edges.push(edge);
    }
    edges
}

/// Puts a value into a copy of the body and lists what is found in it, but for what the body is warned of anyway.
fn found(body: &Body, seat: &Seat<'_>, edge: &Edge, value: &Value) -> Vec<(&'static str, Severity, String)> {
    let mut changed = body.value.clone();
    *changed.pointer_mut(&seat.pointer).unwrap() = value.clone();
    add_up(&mut changed);
    let news = body.news(&changed, false, (edge.rule, &seat.pointer));
    news.into_iter().map(|one| (one.rule, one.severity, one.pointer)).collect()
}

/// How bad it is to be beyond a limit.
fn severity(seat: &Seat<'_>, keyword: &str) -> Severity {
    let word = seat.severity(keyword).unwrap_or(if keyword.starts_with("x-soft") { "warning" } else { "error" });
    word.parse().unwrap()
}

#[test]
fn what_is_at_a_limit_is_taken_and_what_is_beyond_is_refused() {
    let schemas = Schemas::read();
    let (mut count, mut faults) = (0, String::new());
    for body in bodies().iter().filter(|body| !body.is_webhook()) {
        for seat in schemas.walk(body) {
            for edge in edges(&seat, body.value.pointer(&seat.pointer).unwrap()) {
                count += 1;
                let told = |severity| vec![(edge.rule, severity, seat.pointer.clone())];
                let taken = found(body, &seat, &edge, &edge.at);
                // Between a soft limit and the hard one the sources disagree.
                let softly = edge.keyword.starts_with("max")
                    && ["x-soft-maxLength", "x-soft-maxItems"].iter().any(|soft| seat.has(soft));
                let expected = if softly { told(Severity::Warning) } else { Vec::new() };
                if taken != expected {
                    let _ = writeln!(faults, "{}{} at {}: {taken:?}", body.name, seat.pointer, edge.keyword);
                }
                let Some(beyond) = &edge.beyond else { continue };
                let refused = found(body, &seat, &edge, beyond);
                if refused != told(severity(&seat, edge.keyword)) {
                    let _ = writeln!(faults, "{}{} beyond {}: {refused:?}", body.name, seat.pointer, edge.keyword);
                }
            }
        }
    }
    assert!(count > 900, "only {count} limits");
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_limit_of_the_schema_is_reached() {
    let schemas = Schemas::read();
    let mut limits = BTreeSet::new();
    limits_in(&schemas.message, "", &mut limits);
    for body in bodies().iter().filter(|body| !body.is_webhook()) {
        for seat in schemas.walk(body) {
            for edge in edges(&seat, body.value.pointer(&seat.pointer).unwrap()) {
                let place = seat.keyword(edge.keyword).unwrap().1;
                if edge.beyond.is_some() || NEVER_EXCEEDED.iter().any(|(never, _)| *never == place) {
                    limits.remove(&place);
                }
            }
        }
    }
    assert!(limits.is_empty(), "{limits:#?}");
}

fn limits_in(schema: &Value, place: &str, limits: &mut BTreeSet<String>) {
    let Some(map) = schema.as_object() else { return };
    for (name, below) in map {
        let place = format!("{place}/{}", escaped(name));
        if LIMITS.contains(&name.as_str()) && below.is_number() {
            limits.insert(place);
        } else {
            limits_in(below, &place, limits);
        }
    }
}

/// Ten rows and thirty products over all sections are taken, one more is not.
#[test]
fn totals_over_all_sections_are_taken_at_the_limit_and_refused_beyond() {
    for (name, list, most) in
        [("interactive/list-two-sections", "rows", 10), ("interactive/product-list-two-sections", "product_items", 30)]
    {
        let all = bodies();
        let body = all.iter().find(|body| body.name == name).unwrap();
        let sections = "/interactive/action/sections";
        for total in [most, most + 1] {
            let mut changed = body.value.clone();
            let first = &mut changed.pointer_mut(sections).unwrap()[0][list];
            let elsewhere = body.value.pointer(sections).unwrap()[1][list].as_array().unwrap().len();
            *first = grown(first.as_array().unwrap(), total - elsewhere);
            let news = body.news(&changed, false, ("", ""));
            let found: Vec<_> = news.iter().map(|one| (one.rule, one.severity, one.pointer.as_str())).collect();
            let expected = [("item-count", Severity::Error, sections)];
            assert_eq!(found, if total > most { &expected[..] } else { &[] }, "{total} {list}");
        }
    }
}

/// What other units than scalar values would count differently.
#[test]
fn lengths_are_counted_in_scalar_values() {
    let text = text(20);
    assert_eq!(text.chars().count(), 20);
    assert!(text.len() > 40 && text.encode_utf16().count() > 24);
}
