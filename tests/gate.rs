//! `waport migrate gate`: open on a project that is ready, and shut for each single thing that is not.
#![cfg(feature = "net")]

mod program;

use program::{CLEAN, OLD, Project, Run};
use serde_json::Value;

const WEBHOOK: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"318842706651090","changes":[{"field":"messages","value":{
"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100900","phone_number_id":"509170334801264"},
"contacts":[{"profile":{"name":"Somebody"},"wa_id":"15550100123"}],
"messages":[{"from":"15550100123","id":"wamid.HBgLMTU1NTAxMDAxMjMVAgASGBQzQUE2","timestamp":"1760000000","type":"text","text":{"body":"Hi"}}]}}]}]}"#;

/// An image by an ID of On-Premises API.
const OLD_IMAGE: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"image",
"image":{"id":"62b06ba0-9ba8-4125-847f-e88f27cf0686"}}"#;
const NEW_IMAGE: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"image",
"image":{"id":"7310562248917745"}}"#;
const LINKED: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"image",
"image":{"link":"https://media.example.com/lamp.jpg"}}"#;
/// Code that calls On-Premises API.
const CLIENT: &str = "import requests\n\ndef send(to, text):\n    body = {'to': to, 'type': 'text', 'text': {'body': text}, 'recipient_type': 'individual'}\n    requests.post('https://wa.internal.example.com/v1/messages', json=body)  # whatsapp\n";

/// A project that is ready.
fn ready(configuration: &str) -> Project {
    Project::with(&[("waport.toml", configuration), ("outbound/hello.json", CLEAN), ("webhooks/text.json", WEBHOOK)])
}

fn gate(project: &Project) -> (Run, Value) {
    let run = project.run(&["migrate", "gate", "--output-format", "json"]);
    assert!(run.code < 2, "{}", run.err);
    let json = run.json();
    assert_eq!(json["open"], run.code == 0, "{json:#}");
    (run, json)
}

/// The kinds of what is in the way, each with its rule.
fn in_the_way(project: &Project) -> Vec<String> {
    let (run, json) = gate(project);
    let all = json["in_the_way"].as_array().expect("a list").clone();
    assert_eq!(run.code == 0, all.is_empty());
    let text = project.run(&["migrate", "gate"]);
    assert_eq!(text.code, run.code);
    for obstacle in &all {
        let what = obstacle["what"].as_str().expect("what it is");
        assert!(text.text().contains(what), "{what} is not in\n{}", text.text());
        shows(project, obstacle);
    }
    let name = |obstacle: &Value| match obstacle["rule"].as_str() {
        Some(rule) => format!("{} {rule}", obstacle["kind"].as_str().expect("a kind")),
        None => obstacle["kind"].as_str().expect("a kind").to_owned(),
    };
    all.iter().map(name).collect()
}

/// The command that shows what is in the way works, and shows the rule it is about.
fn shows(project: &Project, obstacle: &Value) {
    let command = obstacle["command"].as_str().expect("a command");
    let words: Vec<&str> = command.split(' ').collect();
    assert_eq!(words[0], "waport");
    if words[1] == "media" {
        return;
    }
    let run = project.run(&words[1..]);
    if let Some(rule) = obstacle["rule"].as_str() {
        assert!(run.text().contains(&format!("[{rule}]")), "{command}: {}{}", run.text(), run.err);
    }
}

fn shut(project: &Project, expected: &[&str]) {
    let found = in_the_way(project);
    assert_eq!(found, expected, "{:#}", gate(project).1);
}

fn open(project: &Project) -> Value {
    shut(project, &[]);
    gate(project).1
}

fn notes(json: &Value, kind: &str) -> Vec<String> {
    let notes = json["noted"].as_array().expect("a list").iter().filter(|note| note["kind"] == kind);
    notes.map(|note| format!("{}: {}", note["count"], note["what"].as_str().expect("a text"))).collect()
}

#[test]
fn it_is_open_when_all_is_ready() {
    let project = ready("");
    let json = open(&project);
    assert_eq!((&json["seen"]["messages"], &json["seen"]["webhooks"]), (&1.into(), &1.into()));
    let text = project.run(&["migrate", "gate"]);
    assert!(text.text().starts_with("The gate is open.\n"), "{}", text.text());
}

#[test]
fn a_handler_in_code_stands_for_a_webhook() {
    let project = Project::with(&[("waport.toml", ""), ("hello.json", CLEAN)]);
    shut(&project, &["nothing-seen"]);
    project.write(
        "app.py",
        "from flask import Flask, request\napp = Flask(__name__)\n\n@app.post('/hook')\ndef hook():\n    body = request.get_json()\n    \
         for entry in body['entry']:\n        for change in entry['changes']:\n            if change['field'] == 'messages':\n                \
         whatsapp(change['value']['messages'])\n",
    );
    let (_, json) = gate(&project);
    assert_eq!(json["seen"]["handlers"], 1, "{json:#}");
    assert!(!in_the_way(&project).contains(&"nothing-seen".to_owned()));
}

#[test]
fn without_a_configuration_there_is_no_gate() {
    let project = Project::with(&[("hello.json", CLEAN), ("hook.json", WEBHOOK)]);
    let run = project.run(&["migrate", "gate"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no waport.toml") && run.err.contains("config init"), "{}", run.err);
    assert_eq!(project.run(&["migrate", "gate", "--isolated"]).code, 2, "it is no option here");
}

#[test]
fn a_finding_keeps_it_shut() {
    let project = ready("");
    project.write("outbound/old.json", OLD);
    shut(&project, &["finding missing-messaging-product", "finding preview-url"]);
}

#[test]
fn a_warning_keeps_it_shut_and_a_note_does_not() {
    let project = ready("");
    project.write(
        "outbound/lamp.json",
        NEW_IMAGE.replace(r#""id":"7310562248917745""#, r#""link":"http://10.0.0.1/a.jpg""#),
    );
    assert_eq!(in_the_way(&project), ["finding media-link", "untested-host"]);
    let project = ready("");
    project.write("webhooks/new.json", WEBHOOK.replace(r#""type":"text","text""#, r#""type":"warped","warped""#));
    let checked = project.check(&[]).json();
    assert!(checked["summary"]["notes"].as_u64() > Some(0), "{checked:#}");
    open(&project);
}

#[test]
fn severities_of_the_configuration_do_not_open_it() {
    for (severity, shown) in [("off", "lowered"), ("note", "lowered")] {
        let rules = format!("preview-url = '{severity}'\nmissing-messaging-product = '{severity}'\n");
        let expected = [&*format!("{shown} missing-messaging-product"), &*format!("{shown} preview-url")];
        let project = ready(&format!("[rules]\n{rules}"));
        project.write("outbound/old.json", OLD);
        assert_eq!(project.run(&["check"]).code, 0);
        shut(&project, &expected);
        let project = ready(&format!("[[override]]\npath = 'outbound/**'\n[override.rules]\n{rules}"));
        project.write("outbound/old.json", OLD);
        assert_eq!(project.run(&["check"]).code, 0);
        shut(&project, &expected);
    }
}

#[test]
fn what_is_excluded_is_looked_at_all_the_same() {
    for configuration in ["exclude = ['old']", "exclude = ['old/**']", "include = ['outbound/**', 'webhooks/**']"] {
        let project = ready(configuration);
        project.write("old/a.json", OLD);
        assert_eq!(project.run(&["check"]).code, 0);
        shut(&project, &["passed-over missing-messaging-product", "passed-over preview-url"]);
        // What holds nothing is only listed.
        project.write("old/a.json", CLEAN);
        let json = open(&project);
        let kind = if configuration.starts_with("ex") { "exclude" } else { "include" };
        assert_eq!(notes(&json, kind).len(), 1, "{json:#}");
        assert!(notes(&json, kind)[0].starts_with("1: "), "{json:#}");
    }
}

#[test]
fn what_is_excluded_is_accepted_with_a_reason_and_a_day() {
    let accepted = |until: &str| {
        format!(
            "exclude = ['old']\n[[migrate.excluded]]\npath = 'old/**'\nreason = 'not called any more'\nuntil = {until}\n"
        )
    };
    let project = ready(&accepted("2099-01-31"));
    project.write("old/a.json", OLD);
    let json = open(&project);
    assert_eq!(notes(&json, "excluded"), ["2: excluded until 2099-01-31: old/**: not called any more"]);
    let project = ready(&accepted("2026-01-31"));
    project.write("old/a.json", OLD);
    shut(&project, &["passed-over missing-messaging-product", "passed-over preview-url"]);
    // It is no way to leave out what is checked.
    let project = ready("[[migrate.excluded]]\npath = '**'\nreason = 'all is well'\nuntil = 2099-01-31\n");
    project.write("old/a.json", OLD);
    shut(&project, &["finding missing-messaging-product", "finding preview-url"]);
}

#[test]
fn what_is_excluded_is_not_what_was_seen() {
    for configuration in ["exclude = ['**']", "include = ['nothing/**']"] {
        let project = ready(configuration);
        shut(&project, &["nothing-seen"]);
    }
}

#[test]
fn an_ignore_file_does_not_open_it_and_what_git_ignores_is_listed() {
    let project = ready("");
    project.write("old/a.json", OLD);
    project.write(".ignore", "old/\n");
    assert_eq!(project.run(&["check"]).code, 0);
    shut(&project, &["passed-over missing-messaging-product", "passed-over preview-url"]);
    let project = ready("");
    project.write("old/a.json", OLD);
    project.write(".gitignore", "old/\n");
    let json = open(&project);
    assert_eq!(notes(&json, "git-ignored").len(), 1);
    assert!(notes(&json, "git-ignored-findings")[0].starts_with("2: "), "{json:#}");
}

#[test]
fn a_baseline_does_not_open_it() {
    for name in ["waport-baseline.jsonl", "known.jsonl"] {
        let project = ready("");
        project.write("outbound/old.json", OLD);
        assert_eq!(project.run(&["check", "--baseline", name, "--write-baseline"]).code, 0);
        assert_eq!(project.run(&["check", "--baseline", name]).code, 0);
        shut(&project, &["finding missing-messaging-product", "finding preview-url"]);
        assert_eq!(project.run(&["migrate", "gate", "--baseline", name]).code, 2, "it is no option here");
    }
}

fn suppressing(rest: &str) -> String {
    let entry = |rule: &str| {
        format!("[[suppress]]\nrule = '{rule}'\npath = 'outbound/**'\nreason = 'the gateway adds it'\n{rest}\n")
    };
    entry("missing-messaging-product") + &entry("preview-url")
}

#[test]
fn a_suppression_counts_with_a_day_to_come() {
    let project = ready(&suppressing("until = 2099-01-31"));
    project.write("outbound/old.json", OLD);
    let json = open(&project);
    assert_eq!(
        notes(&json, "suppression"),
        [
            "1: suppressed until 2099-01-31: missing-messaging-product in outbound/**: the gateway adds it",
            "1: suppressed until 2099-01-31: preview-url in outbound/**: the gateway adds it",
        ]
    );
    let run = project.run(&["migrate", "gate", "--today", "2099-01-31"]);
    assert_eq!(run.code, 1, "that day is not to come any more: {}", run.text());
}

#[test]
fn a_suppression_without_a_day_does_not_open_it() {
    let project = ready(&suppressing(""));
    project.write("outbound/old.json", OLD);
    assert_eq!(project.run(&["check"]).code, 0);
    shut(&project, &["suppressed missing-messaging-product", "suppressed preview-url"]);
}

#[test]
fn a_suppression_that_has_ended_does_not_open_it() {
    let project = ready(&suppressing("until = 2026-01-31"));
    project.write("outbound/old.json", OLD);
    shut(&project, &["finding expired-suppression", "suppressed missing-messaging-product", "suppressed preview-url"]);
}

#[test]
fn a_suppression_that_hides_nothing_is_a_warning_here_as_in_check() {
    let project = ready(&suppressing("until = 2099-01-31"));
    shut(&project, &["finding unused-suppression"]);
}

#[test]
fn a_comment_does_not_open_it() {
    let project = ready("");
    let body = "{\n// waport-suppress: missing-messaging-product the gateway adds it\n\"to\":\"15550100123\",\"type\":\"text\",\n\"text\":{\"body\":\"Hello\"}}";
    project.write(
        "outbound/old.jsonc",
        format!("// waport-suppress: missing-messaging-product the gateway adds it\n{body}"),
    );
    let found = in_the_way(&project);
    assert!(found.contains(&"suppressed missing-messaging-product".to_owned()), "{found:?}");
}

#[test]
fn a_form_in_the_configuration_does_not_open_it() {
    for form in ["ignore", "onprem/media-upload"] {
        let project = ready(&format!("[[form]]\npath = 'outbound/old.json'\nform = '{form}'\n"));
        project.write("outbound/old.json", OLD);
        assert_eq!(project.run(&["check"]).code, 0, "{form}");
        let found = in_the_way(&project);
        assert!(found.contains(&"declared preview-url".to_owned()), "{form}: {found:?}");
        let accepted =
            "[[migrate.excluded]]\npath = 'outbound/old.json'\nreason = 'wrong on purpose'\nuntil = 2099-01-31\n";
        let project = ready(&format!("[[form]]\npath = 'outbound/old.json'\nform = '{form}'\n{accepted}"));
        project.write("outbound/old.json", OLD);
        open(&project);
    }
}

#[test]
fn a_form_that_shows_more_counts() {
    let project = ready("[[form]]\npath = 'outbound/bare.json'\nform = 'onprem/message'\n");
    project.write("outbound/bare.json", r#"{"to":"15550100123","body":"x"}"#);
    let found = in_the_way(&project);
    assert!(!found.is_empty() && found.iter().all(|name| name.starts_with("finding ")), "{found:?}");
}

#[test]
fn a_host_in_the_configuration_does_not_open_it() {
    let plain = ready("");
    plain.write("app/client.py", CLIENT);
    let found = in_the_way(&plain);
    assert!(found.contains(&"finding onprem-endpoint".to_owned()), "{found:?}");
    for form in ["onprem", "cloud"] {
        let project = ready(&format!("[[host]]\nhost = 'wa.internal.example.com'\nform = '{form}'\n"));
        project.write("app/client.py", CLIENT);
        assert!(in_the_way(&project).contains(&"finding onprem-endpoint".to_owned()), "{form}");
    }
}

#[test]
fn what_cannot_be_read_keeps_it_shut() {
    let project = ready("");
    project.write("archive/sent.json.gz", [0x1f, 0x8b, 8, 0, 1, 2, 3]);
    shut(&project, &["unreadable"]);
    let project = ready("exclude = ['archive']");
    project.write("archive/sent.json.gz", [0x1f, 0x8b, 8, 0, 1, 2, 3]);
    shut(&project, &["unreadable"]);
    let project =
        ready("exclude = ['archive']\n[[migrate.excluded]]\npath = 'archive'\nreason = 'lost'\nuntil = 2099-01-31\n");
    project.write("archive/sent.json.gz", [0x1f, 0x8b, 8, 0, 1, 2, 3]);
    open(&project);
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere_keeps_it_shut_and_a_folder_elsewhere_is_listed() {
    let project = ready("");
    std::os::unix::fs::symlink("gone.json", project.path("outbound/link.json")).expect("a link");
    shut(&project, &["unreadable"]);
    let (project, elsewhere) = (ready(""), Project::with(&[("old.json", OLD)]));
    std::os::unix::fs::symlink(elsewhere.path(""), project.path("outbound/more")).expect("a link");
    assert_eq!(notes(&open(&project), "link").len(), 1);
}

#[test]
fn what_does_not_parse_and_speaks_of_whatsapp_keeps_it_shut() {
    let project = ready("");
    project.write("outbound/broken.json", r#"{"messaging_product":"whatsapp","to":"#);
    shut(&project, &["finding invalid-json"]);
    let project = ready("");
    project.write("outbound/latin.json", b"{\"messaging_product\":\"whatsapp\",\"to\":\"\xe9\"}".as_slice());
    shut(&project, &["finding invalid-json"]);
}

#[test]
fn a_media_id_has_to_be_in_the_map() {
    let suppress =
        "[[suppress]]\nrule = 'onprem-media-id'\npath = '**'\nreason = 'the sender maps it'\nuntil = 2099-01-31\n";
    let project = ready(suppress);
    project.write("outbound/image.json", OLD_IMAGE);
    shut(&project, &["unmapped-media"]);
    let project = ready(&format!("{suppress}[media]\nmap = 'media-map.json'\n"));
    project.write("outbound/image.json", OLD_IMAGE);
    project.write(
        "media-map.json",
        r#"{"62b06ba0-9ba8-4125-847f-e88f27cf0686":{"id":"7310562248917745","expires":"2098-01-01"}}"#,
    );
    open(&project);
    let run = project.run(&["migrate", "gate", "--today", "2098-01-01", "--output-format", "json"]);
    assert_eq!(run.json()["in_the_way"][0]["kind"], "expired-media", "{}", run.text());
}

#[test]
fn an_upload_that_has_expired_keeps_it_shut() {
    let map = |day: &str| {
        format!(r#"{{"62b06ba0-9ba8-4125-847f-e88f27cf0686":{{"id":"7310562248917745","expires":"{day}"}}}}"#)
    };
    let project = ready("[media]\nmap = 'media-map.json'\n");
    project.write("outbound/image.json", NEW_IMAGE);
    project.write("media-map.json", map("2098-01-01"));
    open(&project);
    project.write("media-map.json", map("2026-01-01"));
    shut(&project, &["expired-media"]);
    // Of an ID that the map does not have, nothing is known.
    project.write("media-map.json", "{}");
    assert_eq!(notes(&open(&project), "media").len(), 1);
}

#[test]
fn a_host_of_links_has_to_be_tried() {
    let project = ready("");
    project.write("outbound/image.json", LINKED);
    shut(&project, &["untested-host"]);
    let tested =
        |host: &str, date: &str| format!("[[media.tested]]\nhost = '{host}'\ndate = {date}\nby = 'operations'\n");
    for (configuration, is_open) in [
        (tested("media.example.com", "2026-11-02"), true),
        (tested("MEDIA.example.com", "2026-11-02"), true),
        (tested("example.com", "2026-11-02"), false),
        (tested("media.example.com", "2099-11-02"), false),
        (format!("exclude = ['outbound/image.json']\n{}", tested("example.com", "2026-11-02")), false),
        ("[[form]]\npath = 'outbound/image.json'\nform = 'ignore'\n".to_owned(), false),
    ] {
        let project = ready(&configuration);
        project.write("outbound/image.json", LINKED);
        let expected: &[&str] = if is_open { &[] } else { &["untested-host"] };
        shut(&project, expected);
    }
    // What the map has in place of an ID is sent, too.
    let project = ready(
        "[media]\nmap = 'media-map.json'\n[[suppress]]\nrule = 'onprem-media-id'\npath = '**'\nreason = 'r'\nuntil = 2099-01-01\n",
    );
    project.write("outbound/image.json", OLD_IMAGE);
    project.write(
        "media-map.json",
        r#"{"62b06ba0-9ba8-4125-847f-e88f27cf0686":{"link":"https://cdn.example.org/a.jpg"}}"#,
    );
    shut(&project, &["untested-host"]);
}

#[test]
fn nothing_to_check_has_to_be_said() {
    let project = Project::with(&[("waport.toml", "")]);
    shut(&project, &["nothing-seen"]);
    let project = Project::with(&[("waport.toml", "[migrate]\nnothing-to-check = 'the flows are at a provider'\n")]);
    assert_eq!(notes(&open(&project), "nothing-to-check").len(), 1);
    project.write("outbound/old.json", OLD);
    shut(&project, &["finding missing-messaging-product", "finding preview-url"]);
}

#[test]
fn no_flag_opens_it() {
    let project = ready(&suppressing("until = 2026-01-31"));
    project.write("outbound/old.json", OLD);
    let run = project.run(&["migrate", "gate", "--today", "2026-01-01"]);
    assert_eq!(run.code, 2, "a day that is over would bring back what has ended");
    assert!(run.err.contains("is over"), "{}", run.err);
    for flag in ["--skip", "--only", "--min-confidence", "--fail-on", "--no-suppressions", "--force", "--yes"] {
        assert_eq!(project.run(&["migrate", "gate", flag, "preview-url"]).code, 2, "{flag}");
    }
}

#[test]
fn it_is_the_same_from_a_folder_below_and_with_any_number_of_threads() {
    let project = ready("exclude = ['old']\n");
    project.write("old/a.json", OLD);
    project.write("outbound/old.json", OLD);
    let (_, here) = gate(&project);
    let mut below = project.command(&["migrate", "gate", "--output-format", "json", "-j", "3"]);
    let run = program::finish(below.current_dir(project.path("outbound")), b"");
    let kinds = |json: &Value| {
        json["in_the_way"].as_array().expect("a list").iter().map(|one| one["what"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((run.code, kinds(&run.json())), (1, kinds(&here)));
    let named = project.run(&["migrate", "gate", "--config", "waport.toml", "--output-format", "json"]);
    assert_eq!(kinds(&named.json()), kinds(&here));
    let command = named.json()["in_the_way"][0]["command"].as_str().expect("a command").to_owned();
    assert!(command.ends_with("--config waport.toml"), "{command}");
}

#[test]
fn what_it_says_can_be_read() {
    let project = ready(
        "exclude = ['vendor']\n[rules]\npreview-url = 'note'\n[[migrate.excluded]]\npath = 'vendor'\nreason = 'the old client, not called'\nuntil = 2099-01-31\n",
    );
    project.write("vendor/client.py", CLIENT);
    project.write("outbound/old.json", OLD);
    project.write("outbound/image.json", LINKED);
    let run = project.run(&["migrate", "gate", "--today", "2098-06-01"]);
    insta::assert_snapshot!(run.text());
}

#[test]
fn it_counts_what_check_counts() {
    let project = Project::new();
    let tour = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tour");
    let run = |args: &[&str]| program::finish(project.command(args).current_dir(tour), b"").json();
    let gate = run(&["migrate", "gate", "--output-format", "json"]);
    let checked = run(&["check", "--output-format", "json"])["summary"].clone();
    let found = gate["in_the_way"].as_array().expect("a list").iter().filter(|one| one["kind"] == "finding");
    let found: u64 = found.filter_map(|one| one["count"].as_u64()).sum();
    let expected: u64 = [&checked["errors"], &checked["warnings"]].into_iter().filter_map(Value::as_u64).sum();
    assert_eq!(found, expected, "{gate:#}");
}
