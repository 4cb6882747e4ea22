//! `waport migrate plan`: what would be done, in three forms of the same.
#![cfg(feature = "net")]

mod program;

use program::{CLEAN, OLD, Project};
use serde_json::Value;
use waport::migrate::simulate::{Setup, Simulators};

const CONFIGURATION: &str = r#"graph-version = "v26.0"
[webhook]
waba-id = "318842706651090"

[migrate]
app-id = "733105928846017"
webhook-url = "https://shop.example.com/cloud-webhook"
window = "02:00-04:00 Europe/Berlin"

[[migrate.number]]
name = "paris"
display-phone-number = "15550100901"
phone-number-id = "509170334801265"
onprem-url = "https://wa.example.com:9091"
daily-messages = 12000
shards = 4

[[migrate.number]]
name = "berlin"
display-phone-number = "15550100900"
phone-number-id = "509170334801264"
onprem-url = "https://wa.example.com:9090/"
daily-messages = 200
shards = 1
pilot = true
"#;

const WEBHOOK: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"318842706651090","changes":[{"field":"messages","value":{
"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100900","phone_number_id":"509170334801264"},
"contacts":[{"profile":{"name":"Somebody"},"wa_id":"15550100123"}],
"messages":[{"from":"15550100123","id":"wamid.HBgLMTU1NTAxMDAxMjMVAgASGBQzQUE2","timestamp":"1760000000","type":"audio",
"audio":{"mime_type":"audio/ogg; codecs=opus","sha256":"ZG9n","id":"7310562248917745","voice":true}}]}}]}]}"#;

const TEMPLATE: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"template","template":{"name":"lamp","language":{"code":"en"},
"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"7310562248917745"}}]},
{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"a"}]}]}}"#;

fn project() -> Project {
    Project::with(&[
        ("waport.toml", CONFIGURATION),
        ("outbound/hello.json", CLEAN),
        ("outbound/template.json", TEMPLATE),
        ("webhooks/voice.json", WEBHOOK),
    ])
}

/// A plan of a day that stays the same.
fn plan(project: &Project, args: &[&str]) -> program::Run {
    project.run(&[&["migrate", "plan", "--today", "2098-06-01"], args].concat())
}

#[test]
fn it_is_a_page_for_people() {
    let run = plan(&project(), &["--number", "berlin"]);
    assert_eq!((run.code, &*run.err), (0, ""));
    insta::assert_snapshot!(run.text());
}

#[test]
fn it_is_a_change_ticket_in_markdown() {
    let run = plan(&project(), &["--output-format", "markdown"]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.text());
}

#[test]
fn all_three_forms_say_the_same() {
    let project = project();
    let json = plan(&project, &["--output-format", "json"]).json();
    let (text, markdown) = (plan(&project, &[]), plan(&project, &["--output-format", "markdown"]));
    let mut said = Vec::new();
    texts(&json, &mut said);
    assert!(said.len() > 100, "{}", said.len());
    for run in [text.text(), markdown.text()] {
        let plain = |text: &str| text.to_lowercase().replace(['\\', '`', '*', '\n'], "");
        let page = plain(run);
        let missing: Vec<_> = said.iter().filter(|text| !page.contains(&plain(text))).collect();
        assert!(missing.is_empty(), "{missing:?}\n{run}");
    }
}

fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Value::Object(members) => members.values().for_each(|value| texts(value, out)),
        _ => {}
    }
}

#[test]
fn the_pilot_comes_first_then_the_least_traffic() {
    let names = |project: &Project| {
        let json = plan(project, &["--output-format", "json"]).json();
        let numbers = json["numbers"].as_array().expect("numbers").iter();
        numbers.map(|number| number["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&project()), ["berlin", "paris"]);
    let project = project();
    project.write("waport.toml", CONFIGURATION.replace("12000", "12").replace("pilot = true", ""));
    assert_eq!(names(&project), ["paris", "berlin"]);
    assert!(plan(&project, &[]).text().contains("No number has `pilot = true`"));
}

#[test]
fn a_closed_gate_is_said_and_the_plan_all_the_same() {
    let project = project();
    project.write("outbound/old.json", OLD);
    let run = plan(&project, &[]);
    assert_eq!(run.code, 1);
    assert!(run.text().contains("The gate is closed"), "{}", run.text());
    assert!(run.text().contains("1 error of preview-url. Show: `waport check --only preview-url`"), "{}", run.text());
    assert!(run.text().contains("/509170334801264/register"));
}

#[test]
fn what_is_missing_is_named() {
    let project = project();
    let run = plan(&project, &["--number", "rome"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`rome`") && run.err.contains("paris, berlin"), "{}", run.err);
    let run = plan(&Project::with(&[("waport.toml", "")]), &[]);
    assert!(run.code == 2 && run.err.contains("[[migrate.number]]"), "{}", run.err);
    assert_eq!(plan(&Project::new(), &[]).code, 2);
}

#[test]
fn no_secret_is_in_it_whatever_the_environment_has() {
    let project = project();
    for format in ["full", "json", "markdown"] {
        let mut command = project.command(&["migrate", "plan", "--output-format", format]);
        for name in [
            "GRAPH_TOKEN",
            "APP_SECRET",
            "VERIFY_TOKEN",
            "ONPREM_TOKEN",
            "ONPREM_USER",
            "ONPREM_PASSWORD",
            "PIN",
            "BACKUP_PASSWORD",
        ] {
            command.env(format!("WAPORT_{name}"), "SeCrEt123456");
        }
        let run = program::finish(&mut command, b"");
        assert!(!run.text().contains("SeCrEt") && !run.err.contains("SeCrEt"), "{format}");
    }
}

#[test]
fn every_command_in_it_is_one_that_the_program_knows() {
    let project = project();
    let text = plan(&project, &[]);
    let commands: Vec<&str> = text.text().split('`').filter(|code| code.starts_with("waport ")).collect();
    assert!(commands.len() > 5, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        let mut args: Vec<&str> = words.clone();
        args.push("--help");
        let run = project.run(&args);
        assert_eq!(run.code, 0, "{command}: {}", run.err);
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(run.text().contains(option), "{command}: {option} is no option");
        }
    }
}

#[test]
fn it_has_the_requests_that_a_run_sends() {
    let world = Simulators::start(Setup::default()).expect("a world");
    let project = Project::with(&[("outbound.json", CLEAN), ("webhook.json", WEBHOOK)]);
    world.write(&project.path("")).expect("a configuration");
    let json = project.run(&["migrate", "plan", "--output-format", "json"]).json();
    let mut planned: Vec<String> = Vec::new();
    for step in json["numbers"][0]["steps"].as_array().expect("steps") {
        for request in step["requests"].as_array().expect("requests") {
            let url = request["url"].as_str().expect("a URL");
            let path = url.splitn(4, '/').nth(3).expect("a path").split('?').next().expect("a path");
            planned.push(format!("{} /{path}", request["method"].as_str().expect("a method")));
        }
    }
    let args = [
        "run",
        "--number",
        "berlin",
        "--execute",
        "--confirm",
        "15550100900",
        "--disable-two-step",
        "--confirm-two-step",
        "unprotected",
    ];
    let mut command = project.command(&[&["migrate"], &args[..]].concat());
    let run = program::finish(command.envs(world.secrets()).env("WAPORT_TEST_QUICKER", "60"), b"");
    assert_eq!(run.code, 0, "{}{}", run.text(), run.err);
    let mut sent: Vec<String> =
        world.seen().calls.iter().map(|call| format!("{} {}", call.method, call.path)).collect();
    for list in [&mut planned, &mut sent] {
        list.sort();
        list.dedup();
    }
    assert_eq!(planned, sent);
}
