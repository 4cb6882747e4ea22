//! `check --fix`, `--unsafe-fixes` and `--diff`: what is found is cured in the files, and what remains is reported.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fs;

use program::{CLEAN, OLD, Project};

/// [`OLD`] without what it was wrong with.
const NEW: &str =
    r#"{"messaging_product":"whatsapp","to":"15550100123","type":"text","text":{"body":"Hello","preview_url":true}}"#;
/// A Cloud body with a safe, an unsafe and a manual cure.
const FAULTY: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"interactive","interactive":{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"a ","title":" Yes"}},{"type":"reply","reply":{"id":"b","title":"  "}}]}}}"#;

fn read(project: &Project, name: &str) -> String {
    fs::read_to_string(project.path(name)).unwrap()
}

#[test]
fn safe_fixes_are_applied_and_the_rest_is_reported() {
    let project = Project::with(&[("a.json", OLD), ("b.json", FAULTY), ("c.json", CLEAN)]);
    let run = project.check(&["--fix"]);
    assert_eq!((run.code, run.rules()), (1, vec!["whitespace-text".to_owned(); 2]), "{}", run.err);
    assert_eq!(run.json()["summary"]["fixed"], 3);
    assert!(run.err.contains("Fixed 3 findings in 2 files.\nFound 2 errors"), "{}", run.err);
    let safe = FAULTY.replace("\" Yes\"", "\"Yes\"");
    assert_eq!([read(&project, "a.json"), read(&project, "b.json"), read(&project, "c.json")], [NEW, &safe, CLEAN]);
    let again = project.check(&["--fix"]);
    assert!(again.text() == run.text().replace("\"fixed\":3", "\"fixed\":0"), "{}", again.text());
    let run = project.check(&["--fix", "--unsafe-fixes"]);
    assert_eq!((run.code, run.rules()), (1, vec!["whitespace-text".to_owned()]));
    assert_eq!(read(&project, "b.json"), safe.replace("\"a \"", "\"a\""));
}

#[test]
fn a_clean_end_is_status_0() {
    let project = Project::with(&[("a.json", OLD)]);
    let run = project.run(&["check", "--fix"]);
    assert_eq!((run.code, run.text()), (0, ""));
    assert!(run.err.contains("Fixed 2 findings in 1 file.\nFound nothing else.\n"), "{}", run.err);
}

#[test]
fn a_difference_takes_standard_output_and_status_1() {
    let project = Project::with(&[("a.json", OLD), ("b.json", CLEAN)]);
    let run = project.run(&["check", "--diff", "--output-format", "full", "--output-format", "json:r.json"]);
    let end = "\\ No newline at end of file\n";
    let expected = format!("--- a.json\n+++ a.json\n@@ -1 +1 @@\n-{OLD}\n{end}+{NEW}\n{end}");
    assert_eq!((run.code, run.text()), (1, &*expected));
    assert!(run.err.contains("Would fix 2 findings in 1 file.\n"), "{}", run.err);
    assert_eq!(read(&project, "a.json"), OLD);
    assert!(read(&project, "r.json").contains("\"findings\":[\n\n]"));
    assert_eq!(project.run(&["check", "--diff", "b.json"]).code, 0);
    let run = project.pipe(&["check", "--diff", "-"], OLD);
    assert_eq!((run.code, run.text()), (1, &*expected.replace("a.json", "<stdin>")));
    let both = project.run(&["check", "--diff", "--output-format", "json"]);
    assert!(both.code == 2 && both.err.contains("give json a file of its own"), "{}", both.err);
}

#[test]
fn rules_and_suppressions_decide_what_is_fixed() {
    let config = "[[suppress]]\nrule = \"preview-url\"\npath = \"kept.json\"\npointer = \"/preview_url\"\nreason = \"a test of it\"\n";
    let commented = "{\n  // waport-suppress: preview-url a test of it\n  \"preview_url\": true,\n  \"to\": \"15550100123\", \"type\": \"text\", \"text\": { \"body\": \"Hello\" }\n}\n";
    let project =
        Project::with(&[("kept.json", OLD), ("only.json", OLD), ("c.jsonc", commented), ("waport.toml", config)]);
    project.check(&["--fix", "kept.json", "c.jsonc"]);
    assert_eq!(read(&project, "kept.json"), OLD.replacen('{', "{\"messaging_product\":\"whatsapp\",", 1));
    assert!(read(&project, "c.jsonc").contains("\"preview_url\": true,"), "{}", read(&project, "c.jsonc"));
    project.check(&["--fix", "only.json", "--only", "preview-url"]);
    assert_eq!(read(&project, "only.json"), NEW.replacen("\"messaging_product\":\"whatsapp\",", "", 1));
    project.write("only.json", OLD);
    project.check(&["--fix", "only.json", "--skip", "preview-url"]);
    assert_eq!(read(&project, "only.json"), OLD.replacen('{', "{\"messaging_product\":\"whatsapp\",", 1));
}

/// A text as it stands in a JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

type Wrap<'w> = &'w dyn Fn(&str) -> String;

#[test]
fn json_inside_other_notations_is_fixed_through_its_escapes() {
    let twice = |text: &str| quoted(&format!("{{\"body\":{}}}", quoted(text)));
    let wrap: [(&str, Wrap<'_>); 8] = [
        ("postman.json", &|body| {
            format!("{{\n\t\"item\": [{{ \"request\": {{ \"body\": {{ \"raw\": {} }} }} }}]\n}}\n", quoted(body))
        }),
        ("queue.ndjson", &|body| format!("{{\"message\":{}}}\n{{\"message\":{0}}}\r\n", twice(body))),
        ("cassette.yaml", &|body| {
            format!("interactions:\n- request:\n    body: '{body}'\n    method: post\n- body: {}\n", quoted(body))
        }),
        ("block.yml", &|body| format!("body: |\n  {body}\nnext: 1\n")),
        ("rows.csv", &|body| format!("id,body\r\n1,\"{}\"\r\n", body.replace('"', "\"\""))),
        ("page.md", &|body| format!("# Sending\n\n```json\n{body}\n```\n\n    curl -d '{body}' https://example.org\n")),
        ("page.html", &|body| format!("<pre>{}</pre>\n", body.replace('"', "&quot;"))),
        ("app.log", &|body| format!("2025-01-02 03:04:05 INFO sent {body} in 12 ms\nnothing here\n")),
    ];
    let project = Project::new();
    for (name, text) in &wrap {
        project.write(name, text(OLD));
    }
    let run = project.check(&["--fix"]);
    assert_eq!((run.code, run.rules()), (0, Vec::new()), "{}", run.err);
    for (name, text) in &wrap {
        assert_eq!(read(&project, name), text(NEW), "{name}");
    }
}

#[test]
fn what_cannot_be_fixed_is_refused() {
    let project = Project::with(&[("a.json", OLD), ("b.json", OLD)]);
    let refused = |args: &[&str], why: &str| {
        let run = project.run(&[&["check"], args].concat());
        assert!(run.code == 2 && run.err.contains(why), "{args:?}: {} {}", run.code, run.err);
    };
    refused(&["-", "--fix"], "standard input is none");
    refused(&["a.json", "./a.json", "--fix"], "name it once");
    refused(&["a.json", "--unsafe-fixes"], "--fix");
    refused(&["a.json", "--fix", "--range", "0:1"], "cannot be used with");
    assert_eq!([read(&project, "a.json"), read(&project, "b.json")], [OLD, OLD]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let lines: String = (0..9_000).map(|number| [OLD, FAULTY, CLEAN][number % 3].to_owned() + "\n").collect();
    let all = ["1", "2", "5"].map(|threads| {
        let project = Project::with(&[("a.ndjson", &lines), ("b.json", OLD), ("c.json", FAULTY)]);
        let diff = project.run(&["check", "--diff", "--unsafe-fixes", "-j", threads]);
        let run = project.check(&["--fix", "--unsafe-fixes", "-j", threads]);
        (diff.out, run.out, read(&project, "a.ndjson"), read(&project, "b.json"), read(&project, "c.json"))
    });
    assert!(all[0] == all[1] && all[1] == all[2]);
}

#[test]
fn what_nobody_reads_does_not_keep_files_from_being_fixed() {
    let project = Project::new();
    for number in 0..400 {
        project.write(&format!("{number}.json"), FAULTY);
    }
    let mut child = project.command(&["check", "--fix"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.wait().unwrap();
    let safe = FAULTY.replace("\" Yes\"", "\"Yes\"");
    assert!((0..400).all(|number| read(&project, &format!("{number}.json")) == safe));
    assert_eq!(fs::read_dir(project.path(".")).unwrap().count(), 400);
}

#[test]
fn a_baseline_is_not_written_of_files_that_could_not_be_fixed() {
    let project = Project::with(&[("a.json", OLD)]);
    let mut permissions = fs::metadata(project.path("a.json")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(project.path("a.json"), permissions).unwrap();
    let run = project.run(&["check", "--fix", "--baseline", "b.jsonl", "--write-baseline"]);
    assert!(run.code == 2 && run.err.contains("b.jsonl: not written"), "{}", run.err);
    assert!(!project.path("b.jsonl").exists());
}
