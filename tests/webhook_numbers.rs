//! Whose webhooks they are, where several numbers share an archive or a tree.

mod program;

use program::Project;
use serde_json::{Value, json};
use waport::config::{Config, WebhookIdentity};
use waport::{Options, check};

const CONFIG: &str = r#"
[webhook]
waba-id = "waba"
phone-number-id = "own"
display-phone-number = "15550100900"
number-field = "/channel/name"

[[webhook.number]]
value = "berlin"
path = "old/**"
phone-number-id = "berlin-old"

[[webhook.number]]
value = "berlin"
phone-number-id = "berlin"
display-phone-number = "15550100901"

[[webhook.number]]
path = "vienna/**"
phone-number-id = "vienna"
display-phone-number = "15550100902"
waba-id = "other"

[[webhook.number]]
value = "7"
phone-number-id = "seven"
display-phone-number = "15550100907"
"#;

fn webhook() -> Value {
    json!({ "statuses": [{ "id": "gBEGkYiEB1VXAglK1ZEqA1YKPrU", "recipient_id": "15550100123", "status": "sent", "timestamp": "1518694708" }] })
}

/// The phone number IDs that the envelopes of a text bear, and the levels of their fixes.
fn numbers(config: &Config, name: &str, text: &str) -> Vec<(String, String)> {
    let options = Options { name: name.to_owned(), config: config.clone(), ..Options::default() };
    let report = check(text, &options);
    let envelopes = report.findings.iter().filter(|finding| finding.rule == "webhook-envelope");
    let cures = envelopes.filter_map(|finding| finding.fix.as_ref());
    cures
        .map(|cure| {
            let inserted: String = cure.edits.iter().map(|(_, _, text)| text.replace('\\', "")).collect();
            let said = |key: &str| {
                let at = inserted.find(key).unwrap_or_else(|| panic!("{key} in {inserted}")) + key.len();
                inserted[at..].split('"').nth(2).unwrap_or_default().to_owned()
            };
            (said("phone_number_id"), format!("{} {}", cure.level.as_str(), said("\"id")))
        })
        .collect()
}

fn ids(name: &str, text: &str) -> Vec<String> {
    let config = Config::parse(CONFIG).expect("a configuration");
    numbers(&config, name, text).into_iter().map(|(id, _)| id).collect()
}

#[test]
fn the_innermost_wrapper_that_has_the_field_decides() {
    let of = |name: &str| json!({ "channel": { "name": name } });
    let wrapped = |name: &str, inner: Value| {
        let mut wrapper = of(name);
        wrapper["body"] = inner;
        wrapper
    };
    for (text, expected) in [
        (webhook(), vec!["own"]),
        (wrapped("berlin", webhook()), vec!["berlin"]),
        (wrapped("rome", webhook()), vec!["own"]),
        (
            wrapped("rome", json!({ "data": { "webhook": wrapped("berlin", json!({ "x": webhook() })) } })),
            vec!["berlin"],
        ),
        (wrapped("berlin", wrapped("rome", webhook())), vec!["own"]),
        // A list of wrappers, each with its own.
        (
            json!([wrapped("berlin", webhook()), wrapped("rome", webhook()), { "body": webhook() }]),
            vec!["berlin", "own", "own"],
        ),
        // The field of a wrapper around a list holds for all of it.
        (
            json!({ "channel": { "name": "berlin" }, "batch": [{ "body": webhook() }, webhook()] }),
            vec!["berlin", "berlin"],
        ),
        (json!({ "batch": [{ "body": webhook() }], "channel": { "name": "berlin" } }), vec!["berlin"]),
        // A number is text as it is spelt; anything else says nothing.
        (json!({ "channel": { "name": 7 }, "body": webhook() }), vec!["seven"]),
        (wrapped("berlin", json!({ "channel": { "name": null }, "body": webhook() })), vec!["berlin"]),
        (wrapped("berlin", json!({ "channel": "x", "body": webhook() })), vec!["berlin"]),
        // A sibling is no wrapper.
        (json!({ "a": of("berlin"), "body": webhook() }), vec!["own"]),
    ] {
        assert_eq!(ids("a.json", &text.to_string()), expected, "{text}");
        assert_eq!(ids("a.json", &format!("{text:#}")), expected, "{text}");
    }
}

#[test]
fn the_field_is_found_around_webhooks_in_strings() {
    let queued = json!({ "Records": [
        { "body": webhook().to_string(), "channel": { "name": "berlin" } },
        { "body": json!({ "Message": json!({ "hook": webhook() }).to_string() }).to_string(), "channel": { "name": "berlin" } },
        { "body": json!({ "channel": { "name": 7 }, "Message": webhook().to_string() }).to_string(), "channel": { "name": "berlin" } },
        { "body": webhook().to_string() },
    ] });
    assert_eq!(ids("queue.json", &queued.to_string()), ["berlin", "berlin", "seven", "own"]);
    let lines: Vec<String> = ["rome", "berlin", "7"]
        .map(|name| json!({ "channel": { "name": name }, "raw": webhook().to_string() }).to_string())
        .to_vec();
    assert_eq!(ids("queue.ndjson", &lines.join("\n")), ["own", "berlin", "seven"]);
    assert_eq!(
        ids(
            "queue.yaml",
            "channel:\n  name: berlin\nbody: |\n  {\"statuses\": [{\"id\": \"gBEGkYiEB1VXAglK1ZEqA1YKPrU\", \"recipient_id\": \"15550100123\", \"status\": \"sent\", \"timestamp\": \"1518694708\"}]}\n"
        ),
        ["berlin"]
    );
}

#[test]
fn a_path_and_a_value_have_to_match_where_both_are_given() {
    let config = Config::parse(CONFIG).expect("a configuration");
    let berlin = json!({ "channel": { "name": "berlin" }, "body": webhook() }).to_string();
    let bare = webhook().to_string();
    let one = |name: &str, text: &str| numbers(&config, name, text).remove(0);
    let pair = |id: &str, level: &str| (id.to_owned(), level.to_owned());
    assert_eq!(one("old/a.json", &berlin), pair("berlin-old", "unsafe waba"));
    assert_eq!(one("new/a.json", &berlin), pair("berlin", "safe waba"));
    assert_eq!(one("old/a.json", &bare), pair("own", "safe waba"));
    assert_eq!(one("vienna/a.json", &bare), pair("vienna", "safe other"));
    // The first entry that matches holds.
    assert_eq!(one("vienna/a.json", &berlin), pair("berlin", "safe waba"));
}

#[test]
fn what_the_command_line_gives_wins_over_what_entries_do_not_say() {
    let mut config = Config::parse(CONFIG).expect("a configuration");
    let given = WebhookIdentity {
        waba_id: Some("given".into()),
        display_phone_number: Some("15550100999".into()),
        ..WebhookIdentity::default()
    };
    config.override_identity(&given);
    let one = |name: &str, text: &Value| numbers(&config, name, &text.to_string()).remove(0);
    let pair = |id: &str, level: &str| (id.to_owned(), level.to_owned());
    let berlin = json!({ "channel": { "name": "berlin" }, "body": webhook() });
    assert_eq!(one("a.json", &webhook()), pair("own", "safe given"));
    assert_eq!(one("old/a.json", &berlin), pair("berlin-old", "safe given"));
    assert_eq!(one("a.json", &berlin), pair("berlin", "safe given"));
    assert_eq!(one("vienna/a.json", &webhook()), pair("vienna", "safe other"));
    assert_eq!(config.webhook.identity().display_phone_number.as_deref(), Some("15550100999"));
    let mut bare = Config::default();
    bare.override_identity(&given);
    assert_eq!(bare.webhook.identity(), &given);
}

#[test]
fn a_run_tells_numbers_apart_by_the_path_from_the_configuration() {
    let config = "[webhook]\nwaba-id = \"1\"\n[[webhook.number]]\npath = \"archive/b/**\"\nphone-number-id = \"bee\"\n";
    let hook = webhook().to_string();
    let project = Project::with(&[
        ("waport.toml", config),
        ("archive/a/x.json", &hook),
        ("archive/b/x.json", &hook),
        ("archive/b/x.ndjson", &format!("{hook}\n{hook}\n")),
        ("archive/c/x.ndjson", &hook),
    ]);
    let run = project.run(&["check", "--output-format", "json", "-j", "2"]);
    let report = run.json();
    let findings = report["findings"].as_array().expect("findings");
    let of = |file: &str| {
        let envelopes =
            findings.iter().filter(|finding| finding["rule"] == "webhook-envelope" && finding["file"] == file);
        envelopes.map(|finding| finding["fix"]["edits"].to_string().contains("bee")).collect::<Vec<_>>()
    };
    assert_eq!(of("archive/a/x.json"), [false]);
    assert_eq!(of("archive/b/x.json"), [true]);
    assert_eq!(of("archive/b/x.ndjson"), [true, true]);
    assert_eq!(of("archive/c/x.ndjson"), [false]);
}

#[test]
fn many_webhooks_in_one_document_cost_one_walk() {
    let wrappers: Vec<Value> = (0..20_000).map(|_| json!({ "body": webhook() })).collect();
    let text = json!({ "batch": wrappers, "channel": { "name": "berlin" } }).to_string();
    let found = ids("a.json", &text);
    assert_eq!(found.len(), 20_000);
    assert!(found.iter().all(|id| id == "berlin"));
}
