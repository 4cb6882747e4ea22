//! `waport schema export`: standard JSON Schema that other programs take.

mod program;

use std::fs;

use program::{CLEAN, OLD, Project};
use serde_json::Value;

const FORMS: [&str; 13] = [
    "cloud/error",
    "cloud/message",
    "cloud/read-receipt",
    "cloud/send-response",
    "cloud/webhook",
    "onprem/contacts-check",
    "onprem/error",
    "onprem/media-upload",
    "onprem/message",
    "onprem/read-receipt",
    "onprem/send-response",
    "onprem/sticker-pack",
    "onprem/webhook",
];

/// Every keyword in a schema, and the targets of its references.
fn words(schema: &Value, keywords: &mut Vec<String>, targets: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            for (keyword, value) in map {
                keywords.push(keyword.clone());
                if keyword == "$ref" {
                    targets.push(value.as_str().expect("a reference").to_owned());
                }
                words(value, keywords, targets);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| words(value, keywords, targets)),
        _ => {}
    }
}

#[test]
fn every_form_is_written_to_a_file_of_its_own() {
    let project = Project::new();
    let run = project.run(&["schema", "export", "--out", "made/schemas"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let listed: Vec<&str> = run.text().lines().collect();
    assert_eq!(listed.len(), FORMS.len());
    for (form, listed) in FORMS.iter().zip(listed) {
        let name = format!("{}.json", form.replace('/', "-"));
        assert!(listed.ends_with(&name), "{listed}");
        let text = fs::read_to_string(project.path(&format!("made/schemas/{name}"))).expect("a file");
        let run = project.run(&["schema", "export", "--form", form]);
        assert_eq!((run.code, run.text()), (0, text.as_str()), "{form}: both ways give the same");
    }
    assert_eq!(fs::read_dir(project.path("made/schemas")).expect("a folder").count(), FORMS.len());
}

#[test]
fn every_schema_is_standard_and_stands_alone() {
    let project = Project::new();
    for form in FORMS {
        let schema = project.run(&["schema", "export", "--form", form]).json();
        assert!(jsonschema::meta::is_valid(&schema), "{form}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["title"].is_string() && schema.get("$id").is_none(), "{form}");
        let (mut keywords, mut targets) = (Vec::new(), Vec::new());
        words(&schema, &mut keywords, &mut targets);
        assert!(keywords.iter().all(|keyword| !keyword.starts_with("x-") && keyword != "$id"), "{form}");
        for target in targets {
            let place = target.strip_prefix('#').expect("a reference within the schema");
            assert!(schema.pointer(place).is_some(), "{form}: {target} leads nowhere");
        }
    }
}

#[test]
fn a_validator_tells_a_good_message_from_a_bad_one() {
    let schema = Project::new().run(&["schema", "export", "--form", "cloud/message"]).json();
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let value = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    assert!(validator.is_valid(&value(CLEAN)) && !validator.is_valid(&value(OLD)));
}

#[test]
fn one_form_can_be_written_to_a_folder() {
    let project = Project::new();
    let run = project.run(&["schema", "export", "--form", "cloud/message", "--out", "."]);
    assert_eq!((run.code, run.text().lines().count()), (0, 1));
    assert!(project.path("cloud-message.json").is_file());
}

#[test]
fn what_cannot_be_exported_is_refused_with_the_forms() {
    let project = Project::new();
    for args in [&["schema", "export"][..], &["schema", "export", "--form", "cloud/massage"]] {
        let run = project.run(args);
        assert_eq!((run.code, run.text()), (2, ""));
        assert!(FORMS.iter().all(|form| run.err.contains(form)), "{}", run.err);
    }
    project.write("taken", "");
    let run = project.run(&["schema", "export", "--out", "taken"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("taken"), "{}", run.err);
}
