//! The edits that findings carry do what their fixes say.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::PathBuf;

use waport::config::Config;
use waport::diagnose::Diagnostic;
use waport::finding::Confidence;
use waport::rules::RULES;
use waport::tree::Span;
use waport::write::{Edit, apply};
use waport::{Options, check};

fn found(name: &str, text: &str, config: &Config) -> Vec<Diagnostic> {
    let options = Options {
        name: name.to_owned(),
        config: config.clone(),
        min_confidence: Confidence::Low,
        ..Options::default()
    };
    check(text, &options).findings
}

fn edits(diagnostic: &Diagnostic) -> Vec<Edit> {
    let offset = |offset: u64| u32::try_from(offset).unwrap();
    let cure = diagnostic.fix.iter().flat_map(|cure| &cure.edits);
    cure.map(|(start, end, text)| Edit { span: Span { start: offset(*start), end: offset(*end) }, text: text.clone() })
        .collect()
}

#[test]
fn a_page_shows_as_fixed_what_the_edits_of_its_rule_make_of_the_flagged_example() {
    let mut faults = Vec::new();
    for rule in RULES {
        let (mut config, mut flagged) = (Config::default(), "");
        let mut rest = rule.page;
        while let Some((_, fence)) = rest.split_once("\n```") {
            let (info, body) = fence.split_once('\n').unwrap();
            let (text, after) = body.split_once("\n```\n").unwrap();
            rest = &body[body.len() - after.len() - 1..];
            match info {
                "toml" => config = Config::parse(text).unwrap(),
                "json fixed" => {
                    let mut all: Vec<Edit> = found("example.json", flagged, &config)
                        .iter()
                        .filter(|diagnostic| diagnostic.rule == rule.name)
                        .flat_map(edits)
                        .collect();
                    all.sort_by_key(|edit| (edit.span.start, edit.span.end));
                    let fixed = apply(flagged, &all);
                    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text);
                    if value(&fixed).ok() != value(text).ok() {
                        faults.push(format!("{}:\n{fixed}\nis not\n{text}", rule.name));
                    }
                }
                _ => {}
            }
            if info.starts_with("json flagged") {
                flagged = text;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

fn flagged_fixtures() -> Vec<PathBuf> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/rules");
    let mut files = Vec::new();
    for rule in fs::read_dir(root).unwrap() {
        let folder = rule.unwrap().path().join("flagged");
        // Of two equal keys each has a finding of its own, one after the other.
        if folder.is_dir() && !folder.starts_with(format!("{root}/duplicate-key")) {
            files.extend(fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
        }
    }
    files.sort();
    files
}

#[test]
fn after_its_edits_a_finding_is_gone_and_the_document_parses() {
    let (mut faults, mut applied) = (Vec::new(), 0);
    let config = Config::default();
    for file in flagged_fixtures() {
        let name = file.to_string_lossy().into_owned();
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let before = found(&name, &text, &config);
        for diagnostic in &before {
            let edits = edits(diagnostic);
            if edits.is_empty() {
                continue;
            }
            applied += 1;
            let fixed = apply(&text, &edits);
            let after = found(&name, &fixed, &config);
            let same = |other: &&Diagnostic| other.rule == diagnostic.rule;
            let place = (diagnostic.rule, &diagnostic.document, &diagnostic.pointer);
            if after.iter().filter(same).count() >= before.iter().filter(same).count() {
                faults.push(format!("{name}: {place:?} is still there:\n{fixed}"));
            }
            if after.iter().any(|other| other.rule == "invalid-json")
                && !before.iter().any(|other| other.rule == "invalid-json")
            {
                faults.push(format!("{name}: {place:?} left no JSON:\n{fixed}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(applied > 100, "only {applied} findings had edits");
}

#[test]
fn edits_reach_through_strings_and_follow_the_spacing_they_find() {
    let payload = "{\n  \"to\": \"15550100123\",\n  \"type\": \"text\",\n  \"preview_url\": true,\n  \"text\": {\"body\": \"Caf\u{e9}\"}\n}";
    let text = serde_json::json!({ "raw": payload }).to_string();
    let mut all: Vec<Edit> = found("a.json", &text, &Config::default()).iter().flat_map(edits).collect();
    all.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let fixed: serde_json::Value = serde_json::from_str(&apply(&text, &all)).unwrap();
    let expected = "{\n  \"messaging_product\": \"whatsapp\",\n  \"to\": \"15550100123\",\n  \"type\": \"text\",\n  \"text\": {\"body\": \"Caf\u{e9}\", \"preview_url\": true}\n}";
    assert_eq!(fixed["raw"], expected);
}

#[test]
fn a_webhook_in_a_string_is_wrapped_as_if_a_formatter_had_printed_it_there() {
    let config = "[webhook]\nwaba-id = \"1\"\nphone-number-id = \"2\"\ndisplay-phone-number = \"15550100900\"\n";
    let config = Config::parse(config).unwrap();
    let status = serde_json::json!({ "id": "gBEGkYiEB1VXAglK1ZEqA1YKPrU", "recipient_id": "15550100123", "status": "sent", "timestamp": "1518694708" });
    let printed = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap().replace('\n', "\r\n");
    // The names of members are in the order in which the printer has them.
    let webhook = serde_json::json!({ "statuses": [status] });
    let text = serde_json::to_string_pretty(&serde_json::json!({ "raw": printed(&webhook) })).unwrap();
    let all = found("a.json", &text, &config);
    let wrap = all.iter().find(|diagnostic| diagnostic.rule == "webhook-envelope").unwrap();
    let fixed: serde_json::Value = serde_json::from_str(&apply(&text, &edits(wrap))).unwrap();
    let fixed = fixed["raw"].as_str().unwrap();
    let begin =
        "{\r\n  \"object\": \"whatsapp_business_account\",\r\n  \"entry\": [\r\n    {\r\n      \"id\": \"1\",\r\n";
    assert!(fixed.starts_with(begin), "{fixed}");
    let metadata = "\"metadata\": {\r\n              \"display_phone_number\": \"15550100900\",\r\n              \"phone_number_id\": \"2\"\r\n            },\r\n            \"statuses\": [\r\n              {\r\n                \"id\"";
    assert!(fixed.contains(metadata), "{fixed}");
    assert!(
        fixed.ends_with(
            "          },\r\n          \"field\": \"messages\"\r\n        }\r\n      ]\r\n    }\r\n  ]\r\n}"
        ),
        "{fixed}"
    );
}
