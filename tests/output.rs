//! What `check` prints: for people, for programs, on all cores.

mod program;

use std::collections::BTreeSet;

use program::{CLEAN, FORMATS, OLD, Project, finish};
use serde_json::Value;

/// A body with a warning: it lacks `type`.
const DOUBTFUL: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","text":{"body":"Hello"}}"#;

const FINDING_FIELDS: [&str; 16] = [
    "rule",
    "severity",
    "confidence",
    "message",
    "help",
    "file",
    "line",
    "column",
    "end_line",
    "end_column",
    "span",
    "document",
    "pointer",
    "form",
    "fingerprint",
    "fix",
];
const SUMMARY_FIELDS: [&str; 7] = ["files", "documents", "errors", "warnings", "notes", "fixable", "unreadable"];

/// An archive of several blocks: clean lines, old ones, broken ones, empty ones, a long one.
fn archive() -> String {
    let mut text = String::new();
    for number in 0..16_000 {
        let line = match number % 16 {
            0 => OLD.replace("Hello", &format!("Order {number}")),
            5 if number % 160 == 5 => CLEAN[..40].to_owned(),
            6 if number == 8006 => CLEAN.replace("Hello", &"long ".repeat(300_000)),
            7 => String::new(),
            9 => DOUBTFUL.to_owned(),
            _ => CLEAN.replace("Hello", &format!("Your order {number} is on its way")),
        };
        text.push_str(&line);
        text.push('\n');
    }
    assert!(text.len() > 3 * 512 * 1024, "several blocks");
    text
}

#[test]
fn output_is_the_same_whatever_the_number_of_threads() {
    let project = Project::with(&[("b/many.ndjson", &archive()), ("c.json", OLD), ("a/one.json", OLD)]);
    for number in 0..70 {
        project.write(&format!("a/small/{number}.json"), if number % 3 == 0 { OLD } else { CLEAN });
    }
    for format in FORMATS {
        let with = |threads| project.run(&["check", ".", "--output-format", format, "-j", threads]);
        let one = with("1");
        assert_eq!(one.code, 1);
        for threads in ["2", "7"] {
            let more = with(threads);
            assert!(more.out == one.out, "{format} with {threads} threads prints something else");
            assert_eq!((more.code, &more.err), (one.code, &one.err));
        }
    }
}

#[test]
fn findings_are_sorted_by_path_place_and_rule() {
    let project =
        Project::with(&[("b.json", OLD), ("a/z.json", OLD), ("a.json", OLD), ("c.ndjson", &format!("{OLD}\n{OLD}"))]);
    let run = project.run(&["check", ".", "--output-format", "concise"]);
    let places: Vec<&str> = run.text().lines().map(|line| line.split(": ").next().unwrap_or("")).collect();
    let expected = ["a/z.json:1:1", "a/z.json:1:35", "a.json:1:1", "a.json:1:35", "b.json:1:1", "b.json:1:35"];
    let lines = ["c.ndjson:1:1", "c.ndjson:1:35", "c.ndjson:2:1", "c.ndjson:2:35"];
    assert_eq!(places.len(), expected.len() + lines.len());
    // Where a folder and a file share a name, either may come first, always the same.
    let (mut sorted, mut all) = (places.clone(), [&expected[..], &lines[..]].concat());
    sorted.sort_unstable();
    all.sort_unstable();
    assert_eq!(sorted, all);
    assert_eq!(&places[6..], &lines);
}

#[test]
fn every_line_of_an_archive_is_looked_at() {
    let project = Project::with(&[("many.ndjson", &archive())]);
    let run = project.check(&["many.ndjson", "-j", "3"]);
    let json = run.json();
    let count = |rule: &str| run.rules().iter().filter(|known| *known == rule).count();
    assert_eq!((count("preview-url"), count("missing-type"), count("invalid-json")), (1000, 1000, 100));
    assert_eq!(json["summary"]["documents"]["onprem/message"], 1000);
    assert_eq!(json["summary"]["documents"]["cloud/message"], 13_900);
    let last = json["findings"].as_array().expect("findings").last().expect("one").clone();
    assert_eq!(last["line"], 15_994);
}

#[test]
fn json_is_one_object_with_the_documented_fields() {
    let project = Project::with(&[("old.json", OLD), ("broken.json", &CLEAN[..30])]);
    let run = project.check(&["."]);
    let json = run.json();
    assert_eq!(json["version"], 1);
    assert_eq!(run.rules(), ["invalid-json", "missing-messaging-product", "preview-url"]);
    for finding in json["findings"].as_array().expect("findings") {
        for field in FINDING_FIELDS {
            assert!(finding.get(field).is_some(), "{field} in {finding}");
        }
    }
    for field in SUMMARY_FIELDS {
        assert!(json["summary"].get(field).is_some(), "{field}");
    }
    let moved = &json["findings"][2];
    assert_eq!((&moved["line"], &moved["column"], &moved["pointer"]), (&1.into(), &35.into(), &"/preview_url".into()));
    assert_eq!((&moved["form"], &moved["document"]), (&"onprem/message".into(), &"".into()));
    assert_eq!(moved["fix"]["level"], "safe");
    let bytes = |place: usize| usize::try_from(moved["span"][place].as_u64().expect("an offset")).expect("small");
    assert_eq!(&OLD[bytes(0)..bytes(1)], "\"preview_url\"");
    let broken = &json["findings"][0];
    assert!(broken["pointer"].is_null() && broken["document"].is_null() && broken["fix"].is_null(), "{broken}");
    assert_eq!((&json["summary"]["errors"], &json["summary"]["fixable"]), (&3.into(), &2.into()));
}

#[test]
fn json_lines_has_the_findings_of_json_one_a_line() {
    let project = Project::with(&[("a.json", OLD), ("b.ndjson", &format!("{DOUBTFUL}\n{OLD}\n"))]);
    let lines = project.run(&["check", ".", "--output-format", "json-lines"]);
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(&lines, project.check(&["."]).json()["findings"].as_array().expect("findings"));
}

#[test]
fn places_inside_strings_are_those_of_the_file() {
    let inner = serde_json::to_string(OLD).expect("a string");
    let text = format!("{{\n  \"note\": \"gr\u{fc}n\",\n  \"raw\": {inner}\n}}\n");
    let project = Project::with(&[("item.json", &text)]);
    let json = project.check(&["item.json", "--only", "preview-url"]).json();
    let finding = &json["findings"][0];
    assert_eq!((&finding["document"], &finding["pointer"]), (&"/raw#".into(), &"/preview_url".into()));
    let bytes = |place: usize| usize::try_from(finding["span"][place].as_u64().expect("an offset")).expect("small");
    assert_eq!(&text[bytes(0)..bytes(1)], "\\\"preview_url\\\"");
    let line = text.lines().nth(2).expect("a third line");
    let column = 1 + line.find("\\\"preview_url").expect("the key");
    assert_eq!((&finding["line"], &finding["column"]), (&3.into(), &column.into()));
}

#[test]
fn columns_count_characters_and_spans_count_bytes() {
    let text = CLEAN.replace("\"text\":{", "\"caf\u{e9}\":\"\u{1f4a1}\u{e9}\",\"note\":1,\"text\":{");
    let project = Project::with(&[("wide.json", &text)]);
    let json = project.check(&["wide.json"]).json();
    let last = json["findings"].as_array().expect("findings").last().expect("one").clone();
    let at = text.find("\"note\"").expect("the key");
    assert_eq!(last["pointer"], "/note");
    assert_eq!((&last["span"][0], &last["column"]), (&at.into(), &(1 + text[..at].chars().count()).into()));
}

#[test]
fn a_fingerprint_stays_when_other_lines_come_and_go() {
    let project = Project::with(&[("log.ndjson", &format!("{OLD}\n"))]);
    let fingerprints = || -> BTreeSet<String> {
        let json = project.check(&["log.ndjson"]).json();
        let all = json["findings"].as_array().expect("findings").iter();
        all.map(|finding| finding["fingerprint"].as_str().expect("a fingerprint").to_owned()).collect()
    };
    let before = fingerprints();
    assert!(before.len() == 2 && before.iter().all(|one| one.len() == 32), "{before:?}");
    project.write("log.ndjson", format!("{CLEAN}\n\n{}\n", OLD.replace(':', ": ")));
    assert_eq!(fingerprints(), before);
}

#[test]
fn concise_is_a_line_a_finding() {
    let project = Project::with(&[("old.json", OLD)]);
    let run = project.run(&["check", "old.json", "--output-format", "concise"]);
    let piped = project.pipe(&["check", "-", "--stdin-filename", "old.json", "--output-format", "concise"], OLD);
    assert_eq!(run.text(), piped.text());
    let lines: Vec<&str> = run.text().lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("old.json:1:1: error[missing-messaging-product] the body has no"), "{}", lines[0]);
    assert!(lines[1].starts_with("old.json:1:35: error[preview-url] "), "{}", lines[1]);
}

#[test]
fn many_findings_of_a_rule_are_grouped_for_people_and_listed_for_programs() {
    let project = Project::with(&[("log.ndjson", &format!("{DOUBTFUL}\n").repeat(1208)), ("one.json", DOUBTFUL)]);
    for format in ["full", "concise"] {
        let run = project.run(&["check", ".", "--output-format", format]);
        assert_eq!(run.text().matches("warning[missing-type]").count(), 6, "{}", run.text());
        assert!(run.text().contains("and 1,203 more like it, the first at line 6\n"), "{}", run.text());
        let run = project.run(&["check", ".", "--output-format", format, "--max-findings", "1207"]);
        assert!(run.text().contains("and 1 more like it, at line 1208\n"), "{}", run.text());
        let run = project.run(&["check", ".", "--output-format", format, "--max-findings", "0"]);
        assert_eq!(run.text().matches("warning[missing-type]").count(), 1209);
        assert!(!run.text().contains("more like it"));
    }
    for all in [&["."][..], &[".", "--max-findings", "1"]] {
        let run = project.check(all);
        assert_eq!((run.rules().len(), &run.json()["summary"]["warnings"]), (1209, &1209.into()));
    }
    let run = project.run(&["check", ".", "--max-findings", "1", "--fail-on", "warning"]);
    assert!(run.code == 1 && run.err.contains("Found 1,209 warnings"), "what is not shown counts: {}", run.err);
}

#[test]
fn statistics_count_by_rule() {
    let project = Project::with(&[("a.json", OLD), ("b.json", OLD), ("c.json", DOUBTFUL)]);
    let run = project.run(&["check", ".", "--statistics"]);
    assert_eq!(run.text(), "2  missing-messaging-product\n2  preview-url\n1  missing-type\n");
    assert_eq!(run.code, 1);
    let run = project.check(&[".", "--statistics"]);
    assert_eq!(run.json()["statistics"][2], serde_json::json!({ "rule": "missing-type", "count": 1 }));
}

#[test]
fn the_last_lines_say_how_much_was_looked_at() {
    let project = Project::with(&[("a.json", OLD), ("b.json", CLEAN), ("c.json", DOUBTFUL), ("d.json", "{\"x\":1}")]);
    let run = project.run(&["check", "."]);
    assert!(run.err.contains("Looked at 4 files with 3 payloads: 2 cloud/message, 1 onprem/message."), "{}", run.err);
    assert!(run.err.contains("Found 2 errors, 1 warning; 3 have a safe fix."), "{}", run.err);
    assert!(!run.text().contains("Looked at"), "findings go to standard output, the rest does not");
    assert!(project.run(&["check", ".", "--quiet"]).err.is_empty());
}

#[test]
fn a_run_that_saw_no_payload_says_so() {
    let project = Project::with(&[("package.json", "{\"name\":\"lamp-shop\"}")]);
    for args in [&["check", "."][..], &["check", "package.json"], &["check", ".", "--output-format", "json"]] {
        let run = project.run(args);
        assert_eq!(run.code, 0);
        assert!(run.err.contains("no WhatsApp payload was found"), "{args:?}: {}", run.err);
    }
    let empty = Project::new().run(&["check"]);
    assert_eq!(empty.code, 0);
    assert!(empty.err.contains("no WhatsApp payload was found"), "{}", empty.err);
}

#[test]
fn verbose_says_what_is_not_judged_yet() {
    let body =
        r#"{"messaging_product":"whatsapp","to":"15550100123","action":"connect","session":{"sdp_type":"offer"}}"#;
    let project = Project::with(&[("call.json", body), ("notes.json", "{]")]);
    let run = project.run(&["check", "."]);
    assert!(run.err.contains("in what is judged yet") && run.err.contains("1 value is not judged yet"), "{}", run.err);
    let run = project.run(&["check", ".", "-v"]);
    assert!(run.err.contains("not judged yet: the content of a request, once"), "{}", run.err);
    assert!(run.err.contains("notes.json: does not parse at 1:2"), "{}", run.err);
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let project = Project::with(&[("old.json", OLD)]);
    let coloured = |command: &mut std::process::Command| finish(command, b"").out.contains(&0x1b);
    for format in ["full", "concise"] {
        let args = ["check", ".", "--output-format", format];
        assert!(!coloured(&mut project.command(&args)), "{format}");
        assert!(coloured(&mut project.command(&[&args[..], &["--color", "always"]].concat())), "{format}");
        assert!(coloured(project.command(&args).env("CLICOLOR_FORCE", "1")), "{format}");
        assert!(!coloured(project.command(&args).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")), "{format}");
    }
    assert!(!coloured(&mut project.command(&["check", ".", "--output-format", "json", "--color", "always"])));
}

/// A client in which somebody wrote a password.
const CLIENT: &str = "def log_in(whatsapp):\n    return requests.post(whatsapp + \"/v1/users/login\", auth=(\"admin\", \"lantern-4711\"))\n";

#[test]
fn lines_of_code_are_shown_to_people_only() {
    let project = Project::with(&[("client.py", CLIENT)]);
    for format in FORMATS {
        let run = project.run(&["check", "--output-format", format]);
        assert_eq!(run.code, 1, "{format}");
        assert!(run.text().contains("onprem-auth"), "{format}");
        assert_eq!(run.text().contains("lantern-4711"), format == "full", "{format}");
    }
}

#[test]
fn findings_about_what_code_does_have_no_document_and_no_pointer() {
    let sent = "requests.post(url, json={\"to\": \"15550100123\", \"preview_url\": True, \"type\": \"text\", \"text\": {\"body\": \"Hello\"}})\n";
    let project = Project::with(&[("client.py", &format!("{CLIENT}{sent}"))]);
    let json = project.check(&[]).json();
    let findings = json["findings"].as_array().expect("findings");
    let of = |rule: &str| findings.iter().find(|finding| finding["rule"] == rule).expect(rule);
    let (login, preview) = (of("onprem-auth"), of("preview-url"));
    assert!(["document", "pointer", "form"].iter().all(|key| login[key].is_null()), "{login}");
    assert_eq!((&preview["document"], &preview["pointer"]), (&Value::Null, &"/preview_url".into()));
    for finding in findings {
        assert_eq!((&finding["fix"]["level"], &finding["fix"]["edits"]), (&"manual".into(), &Value::Array(Vec::new())));
    }
    assert_eq!((&json["summary"]["code"], &json["summary"]["files"]), (&1.into(), &1.into()));
}

#[test]
fn code_on_standard_input_is_told_by_the_name_it_is_given() {
    let project = Project::new();
    let run = project.pipe(&["check", "-", "--stdin-filename", "x.py", "--output-format", "concise"], CLIENT);
    assert_eq!(run.code, 1);
    assert!(run.text().starts_with("x.py:2:"), "{}", run.text());
    assert!(run.err.contains("\n1 file of code has to do with WhatsApp.\n"), "{}", run.err);
    let forms = project.pipe(&["forms", "-", "--stdin-filename", "x.py"], CLIENT);
    assert_eq!(
        (forms.code, forms.err.as_str()),
        (0, "no WhatsApp payload in 1 file, but code that has to do with WhatsApp\n")
    );
    assert_eq!(
        project.pipe(&["check", "-", "--stdin-filename", "x.rs"], CLIENT).code,
        0,
        "a language that is not read"
    );
}
