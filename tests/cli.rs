//! The command line as its users know it: exit codes, what is looked at, what is chosen, configuration.

mod program;

use std::process::Stdio;

use program::{CLEAN, FORMATS, OLD, Project, finish};

/// A body with a warning: it lacks `type`.
const DOUBTFUL: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","text":{"body":"Hello"}}"#;

fn project() -> Project {
    Project::with(&[("clean.json", CLEAN), ("old.json", OLD), ("doubtful.json", DOUBTFUL)])
}

#[test]
fn the_exit_code_says_whether_something_was_found() {
    let project = project();
    assert_eq!(project.run(&["check", "clean.json"]).code, 0);
    assert_eq!(project.run(&["check", "old.json"]).code, 1);
    assert_eq!(project.run(&["check", "doubtful.json"]).code, 0, "a warning is below the default of --fail-on");
    assert_eq!(project.run(&["check", "."]).code, 1);
    for format in FORMATS {
        assert_eq!(project.run(&["check", "gone.json", "--output-format", format]).code, 2, "{format}");
        assert_eq!(project.run(&["check", "old.json", "--output-format", format]).code, 1, "{format}");
        assert_eq!(project.run(&["check", "clean.json", "--output-format", format]).code, 0, "{format}");
    }
}

#[test]
fn fail_on_sets_the_least_severity_that_counts() {
    let project = project();
    assert_eq!(project.run(&["check", "doubtful.json", "--fail-on", "warning"]).code, 1);
    assert_eq!(project.run(&["check", "doubtful.json", "--fail-on", "note"]).code, 1);
    assert_eq!(project.run(&["check", "clean.json", "--fail-on", "note"]).code, 0);
    let noted = CLEAN_WEBHOOK.replacen('{', r#"{"x_seen_at":1,"#, 1);
    project.write("noted.json", noted);
    assert_eq!(project.run(&["check", "noted.json"]).code, 0);
    assert_eq!(project.run(&["check", "noted.json", "--fail-on", "warning"]).code, 0);
    assert_eq!(project.run(&["check", "noted.json", "--fail-on", "note"]).code, 1);
    let run = project.run(&["check", "noted.json", "--fail-on", "fatal"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`error`, `warning`, `note`"), "{}", run.err);
}

const CLEAN_WEBHOOK: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"204060801030507","changes":[{"field":"messages",
"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100999","phone_number_id":"307050901020406"},
"statuses":[{"id":"wamid.HBgLMTU1NTAxMDAxMjMVAgARGBJDQTIzNzNGNDc1ODYzM0RCQUQA","status":"sent","timestamp":"1757938530",
"recipient_id":"15550100123"}]}}]}]}"#;

#[test]
fn a_named_path_that_cannot_be_read_wins_over_findings() {
    let project = project();
    let run = project.run(&["check", "old.json", "gone.json"]);
    assert_eq!(run.code, 2);
    assert!(run.text().contains("error[preview-url]"), "the other file is checked all the same: {}", run.text());
    assert!(run.err.contains("gone.json"), "{}", run.err);
    // The same path in a format for programs.
    let run = project.check(&["old.json", "gone.json"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.json()["summary"]["unreadable"][0]["file"], "gone.json");
}

#[test]
fn a_named_file_that_is_no_json_is_a_failure_and_in_a_folder_only_counted() {
    let project = Project::with(&[("notes.json", "dear diary"), ("clean.json", CLEAN)]);
    let run = project.run(&["check", "notes.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("notes.json: does not parse at 1:1"), "{}", run.err);
    let run = project.run(&["check", "."]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("1 file or line does not parse."), "{}", run.err);
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    let project = project();
    for (args, said) in [
        (&["check", "--output-format", "xml"][..], "`concise`"),
        (&["check", "--min-confidence", "sure"], "`medium`"),
        (&["check", "-j", "0", "."], "at least one thread"),
        (&["check", "--max-findings", "many"], "--max-findings"),
        (&["check", "--no-such-option"], "--no-such-option"),
        (&["chekc"], "check"),
        (&["check", "--config", "gone.toml", "."], "gone.toml"),
        (&["check", "--isolated", "--config", "a.toml", "."], "--config"),
        (&["check", "--files-from", "gone.txt"], "gone.txt"),
        (&["explain", "preview-ulr"], "`preview-url`"),
        (&["explain", "nothing-like-it"], "waport rules"),
        (&[], "Usage"),
    ] {
        let run = project.run(args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains(said), "{args:?}: {}", run.err);
        assert!(run.out.is_empty(), "{args:?} prints {}", run.text());
    }
}

#[test]
fn an_unknown_rule_is_refused_with_the_nearest_name() {
    let project = project();
    for option in ["--only", "--skip"] {
        let run = project.run(&["check", ".", option, "preview-link"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("no rule `preview-link`") && run.err.contains("`preview-url`"), "{}", run.err);
    }
}

#[test]
fn only_and_skip_choose_rules() {
    let project = project();
    assert_eq!(project.check(&["old.json"]).rules(), ["missing-messaging-product", "preview-url"]);
    assert_eq!(project.check(&["old.json", "--only", "preview-url"]).rules(), ["preview-url"]);
    assert_eq!(project.check(&["old.json", "--skip", "preview-url"]).rules(), ["missing-messaging-product"]);
    let both = "preview-url,missing-messaging-product";
    assert_eq!(project.check(&["old.json", "--only", both]).rules().len(), 2);
    let run = project.check(&["old.json", "--skip", both]);
    assert_eq!((run.code, run.rules().len()), (0, 0), "what is not shown does not count");
}

#[test]
fn min_confidence_hides_what_is_less_sure() {
    let padded = "{\"messaging_product\":\"whatsapp\",\"to\":\"15550100123\",\"type\":\"interactive\",\"interactive\":{\
        \"type\":\"button\",\"body\":{\"text\":\"Friday?\"},\"action\":{\"buttons\":[\
        {\"type\":\"reply\",\"reply\":{\"id\":\"y\",\"title\":\"Yes\\t\"}}]}}}";
    let project = Project::with(&[("tab.json", padded)]);
    assert_eq!(project.check(&["tab.json"]).rules(), ["whitespace-text"]);
    let run = project.check(&["tab.json", "--min-confidence", "high"]);
    assert_eq!((run.code, run.rules().len()), (0, 0));
    // A number as recipient is a doubt that only `low` shows.
    project.write("number.json", CLEAN.replace("\"15550100123\"", "15550100123"));
    assert_eq!(project.check(&["number.json"]).rules().len(), 0);
    assert_eq!(project.check(&["number.json", "--min-confidence", "low"]).rules(), ["wrong-type"]);
}

#[test]
fn standard_input_is_read_under_the_name_it_is_given() {
    let project = Project::new();
    let run = project.pipe(&["check", "-", "--output-format", "concise"], OLD);
    assert_eq!(run.code, 1);
    assert!(run.text().starts_with("<stdin>:1:1: "), "{}", run.text());
    let run = project.pipe(&["check", "-", "--stdin-filename", "sent/one.json", "--output-format", "concise"], OLD);
    assert!(run.text().starts_with("sent/one.json:1:1: "), "{}", run.text());
    // The name's ending tells the notation: one document would not be two.
    let lines = format!("{CLEAN}\n{OLD}\n");
    let run = project.pipe(&["check", "-", "--stdin-filename", "log.ndjson", "--output-format", "concise"], &lines);
    assert!(run.text().starts_with("log.ndjson:2:1: "), "{}", run.text());
    // Without a name the content tells.
    let run = project.pipe(&["check", "-", "--output-format", "concise"], &lines);
    assert!(run.text().starts_with("<stdin>:2:1: "), "{}", run.text());
}

#[test]
fn paths_are_read_from_a_list() {
    let project = project();
    project.write("list.txt", "clean.json\n\nold.json\n");
    let run = project.check(&["--files-from", "list.txt"]);
    assert_eq!((run.code, run.json()["summary"]["files"].as_u64()), (1, Some(2)));
    let run =
        project.pipe(&["check", "--files-from", "-", "--output-format", "json"], "clean.json\r\ndoubtful.json\r\n");
    assert_eq!((run.code, run.json()["summary"]["files"].as_u64()), (0, Some(2)), "{}", run.err);
    let run = project.pipe(&["check", "--files-from", "-"], "clean.json\ngone.json\n");
    assert_eq!(run.code, 2);
    // An empty list is nothing to do, not everything.
    let run = project.pipe(&["check", "--files-from", "-", "--output-format", "json"], "");
    assert_eq!((run.code, run.json()["summary"]["files"].as_u64()), (0, Some(0)));
}

#[test]
fn ignore_files_count_below_folders_but_not_for_named_files() {
    let project = Project::with(&[(".gitignore", "dist/\n"), ("dist/old.json", OLD), ("clean.json", CLEAN)]);
    assert_eq!(project.run(&["check", "."]).code, 0);
    assert_eq!(project.run(&["check", "--no-gitignore", "."]).code, 1);
    assert_eq!(project.run(&["check", "dist/old.json"]).code, 1);
}

#[test]
fn the_configuration_is_found_upwards_and_isolated_does_without() {
    let project = Project::with(&[
        (
            "waport.toml",
            "exclude = [\"old/**\"]\n[rules]\npreview-url = \"off\"\nmissing-messaging-product = \"note\"\n",
        ),
        ("sent/one.json", OLD),
        ("old/two.json", OLD),
    ]);
    let run = project.check(&[]);
    assert_eq!((run.code, run.rules().len()), (0, 1), "{}", run.text());
    assert_eq!(run.json()["findings"][0]["severity"], "note");
    let mut below = project.command(&["check", "--output-format", "json"]);
    let run = finish(below.current_dir(project.path("sent")), b"");
    assert_eq!((run.code, run.rules().len()), (0, 1), "{}", run.err);
    assert_eq!(project.check(&["--isolated"]).rules().len(), 4);
    assert_eq!(project.check(&["old/two.json"]).rules().len(), 1, "a named file is checked though it is excluded");
    project.write("other.toml", "");
    assert_eq!(project.check(&["--config", "other.toml", "."]).rules().len(), 4);
}

#[test]
fn a_form_can_be_declared_for_files() {
    let project = Project::with(&[
        (
            "waport.toml",
            "[[form]]\npath = \"bad/**\"\nform = \"ignore\"\n[[form]]\npath = \"cloud.json\"\nform = \"cloud/message\"\n",
        ),
        ("bad/old.json", OLD),
        ("cloud.json", OLD),
    ]);
    let run = project.check(&["--only", "preview-url"]);
    assert_eq!(run.rules(), ["preview-url"], "the other file is ignored");
    assert_eq!(run.json()["findings"][0]["form"], "cloud/message");
}

#[test]
fn a_declared_cloud_body_needs_its_messaging_product() {
    let project = Project::with(&[
        ("waport.toml", "[[form]]\npath = \"*.json\"\nform = \"cloud/message\"\n"),
        ("cloud.json", OLD),
    ]);
    assert_eq!(project.check(&[]).rules(), ["missing-messaging-product", "preview-url"]);
}

#[test]
fn a_faulty_configuration_is_a_failure_that_names_file_and_nearest_key() {
    for (text, said) in [
        ("exlude = []", "`exclude`"),
        ("[rules]\nmedia-lnk = \"off\"", "`media-link`"),
        ("[rules]\nmedia-link = \"loud\"", "error, warning, note or off"),
        ("[[form]]\npath = \"a\"\nform = \"cloud/massage\"", "no form"),
        ("[media]\nmap = \"gone.json\"", "gone.json"),
        ("include = [\"a[\"]", "glob"),
        ("not toml", "line 1"),
    ] {
        let project = Project::with(&[("waport.toml", text), ("clean.json", CLEAN)]);
        let run = project.run(&["check"]);
        assert_eq!(run.code, 2, "{text}");
        assert!(run.err.contains("waport.toml: ") && run.err.contains(said), "{text}: {}", run.err);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::new();
    project.write("many.ndjson", format!("{OLD}\n").repeat(5000));
    let mut child = project
        .command(&["check", "many.ndjson", "--output-format", "json-lines"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(!err.contains("panicked") && !err.contains("could not be written"), "{err}");
}

#[test]
fn rules_are_listed_and_explained() {
    let project = Project::new();
    let run = project.run(&["rules", "--output-format", "json"]);
    let names: Vec<String> = run
        .json()
        .as_array()
        .expect("a list")
        .iter()
        .map(|rule| rule["rule"].as_str().expect("a name").to_owned())
        .collect();
    assert!(names.len() > 20);
    let table = project.run(&["rules"]);
    for name in names {
        assert!(table.text().contains(&name));
        let page = project.run(&["explain", &name]);
        assert_eq!(page.code, 0);
        assert!(page.text().starts_with(&format!("# {name}\n")) && page.text().contains("## What to do"), "{name}");
    }
}

#[test]
fn forms_tells_what_each_document_was_taken_for() {
    let project = Project::with(&[("old.json", OLD), ("clean.json", CLEAN), ("other.json", "{\"name\":\"lamp\"}")]);
    let run = project.run(&["forms", "."]);
    assert_eq!(run.code, 0);
    assert!(run.text().contains("clean.json:1:1: cloud/message: "), "{}", run.text());
    assert!(run.text().contains("old.json:1:1: onprem/message: ") && !run.text().contains("other.json"));
    let run = project.run(&["forms", "old.json", "--output-format", "json-lines"]);
    let line: serde_json::Value = run.json();
    for field in ["file", "line", "span", "document", "form", "evidence"] {
        assert!(line.get(field).is_some(), "{field}");
    }
    assert_eq!(project.run(&["forms", "gone.json"]).code, 2);
    let run = project.run(&["forms", "other.json"]);
    assert!(run.err.contains("no WhatsApp payload"), "{}", run.err);
}

#[test]
fn excluded_files_are_passed_over_when_they_are_named_only_if_that_is_asked_for() {
    let project = Project::with(&[
        ("waport.toml", "exclude = [\"vendor/**\", \"old.json\"]\n"),
        ("old.json", OLD),
        ("vendor/a/b.json", OLD),
        ("new.json", OLD),
    ]);
    let named = ["old.json", "vendor/a/b.json", "vendor", "new.json"];
    let files = |run: &program::Run| -> Vec<String> {
        let run = run.json();
        let findings = run["findings"].as_array().unwrap().iter();
        let mut files: Vec<String> = findings.map(|one| one["file"].as_str().unwrap().to_owned()).collect();
        files.dedup();
        files
    };
    assert_eq!(files(&project.check(&named)), ["old.json", "vendor/a/b.json", "new.json"]);
    assert_eq!(files(&project.check(&[&named[..], &["--force-exclude"]].concat())), ["new.json"]);
}

#[test]
fn a_named_template_of_yaml_is_no_failure() {
    let project = Project::with(&[("values.yaml", "{{- if .Values.on }}\nname: {{ .Values.name }}\n{{- end }}\n")]);
    let run = project.run(&["check", "values.yaml"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("1 file or line does not parse."), "{}", run.err);
}
