//! The bodies of `fixtures/valid/`, which Cloud API takes or sends: nothing is found in them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bodies;
mod found;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bodies::{Schemas, WARNED, bodies};
use found::{check, listed};
use serde_json::Value;
use waport::config::Config;
use waport::finding::Severity;
use waport::form::{Document, Form};

/// Variants of the schema of messages that no valid body can have, and why.
const NO_BODY: &[(&str, &str)] = &[(
    "/$defs/interactive/x-discriminator/variants/contact_request",
    "the name of `request_contact_info` until 2026-05-28, warned of",
)];

#[test]
fn nothing_is_found_but_what_is_listed() {
    let mut faults = String::new();
    for body in bodies() {
        let found = check(&format!("{}.json", body.name), &body.text, &Config::default());
        let mut expected: Vec<_> = WARNED.iter().filter(|(name, ..)| *name == body.name).collect();
        let mut others = found.clone();
        others.retain(|one| {
            let listed = expected.iter().position(|(_, rule, pointer, _)| {
                *rule == one.rule && *pointer == one.pointer && one.severity <= Severity::Warning
            });
            listed.map(|at| expected.remove(at)).is_none()
        });
        if !others.is_empty() || !expected.is_empty() {
            let _ = writeln!(faults, "{}: {}\n{}", body.name, expected.len(), listed(&others));
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn each_is_recognised_as_what_it_is() {
    for body in bodies() {
        let options = waport::Options { name: format!("{}.json", body.name), ..waport::Options::default() };
        let report = waport::check(&body.text, &options);
        let forms: Vec<Form> = report.documents.iter().map(|document| document.form).collect();
        let document = if body.is_webhook() { Document::Webhook } else { Document::Message };
        assert_eq!(forms, [Form::Cloud(document)], "{}", body.name);
    }
}

#[test]
fn there_are_ten_of_each_message_type_and_five_of_each_webhook_type() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for body in bodies() {
        *counts.entry(body.folder().to_owned()).or_default() += 1;
    }
    let schemas = Schemas::read();
    let types = schemas.message["x-discriminator"]["variants"].as_object().unwrap().keys().cloned();
    let inbound = schemas.webhook["$defs"]["message"]["x-discriminator"]["variants"].as_object().unwrap().keys();
    // `voice`, `unknown` and `ephemeral` are of On-Premises API.
    let inbound = inbound.filter(|name| !["voice", "unknown", "ephemeral"].contains(&name.as_str()));
    let inbound = inbound.map(|name| format!("inbound-{}", name.replace('_', "-")));
    let statuses = ["sent", "delivered", "read", "played", "failed"].map(|name| format!("status-{name}"));
    for folder in types.chain(inbound).chain(statuses) {
        let least = if folder.contains('-') { 5 } else { 10 };
        let count = counts.get(&folder).copied().unwrap_or_default();
        assert!(count >= least, "{folder}: {count}");
    }
}

#[test]
fn every_variant_of_the_schema_of_messages_is_in_some_body() {
    let schemas = Schemas::read();
    let mut variants = BTreeSet::new();
    variants_in(&schemas.message, "", &mut variants);
    for body in bodies().iter().filter(|body| !body.is_webhook()) {
        for seat in schemas.walk(body) {
            for variant in seat.variants() {
                variants.remove(variant);
            }
        }
    }
    for (variant, _) in NO_BODY {
        assert!(variants.remove(*variant), "{variant}");
    }
    assert!(variants.is_empty(), "{variants:#?}");
}

fn variants_in(schema: &Value, place: &str, variants: &mut BTreeSet<String>) {
    let Some(map) = schema.as_object() else { return };
    for (name, below) in map {
        let place = format!("{place}/{}", bodies::escaped(name));
        if place.ends_with("/x-discriminator/variants") {
            variants.extend(below.as_object().unwrap().keys().map(|name| format!("{place}/{}", bodies::escaped(name))));
        }
        variants_in(below, &place, variants);
    }
}

#[test]
fn the_list_of_warnings_names_files_that_exist_and_says_why() {
    let names: BTreeSet<String> = bodies().into_iter().map(|body| body.name).collect();
    for (name, _, _, why) in WARNED {
        assert!(names.contains(*name) && !why.is_empty(), "{name}");
    }
}
