//! Suppressions as users write them: in waport.toml and in comments, what they hide, and what is said of them.

mod program;

use std::fmt::Write as _;

use program::{CLEAN, OLD, Project, Run, finish};

/// A body over several lines, whose `preview_url` is on line 4.
const LINES: &str = "{\n  \"messaging_product\": \"whatsapp\",\n  \"to\": \"15550100123\", \"type\": \"text\",\n  \"preview_url\": true,COMMENT\n  \"text\": { \"body\": \"Hello\" }\n}\n";

fn body(comment: &str) -> String {
    LINES.replace("COMMENT", comment)
}

fn suppress(rule: &str, path: &str, rest: &str) -> String {
    format!("[[suppress]]\nrule = \"{rule}\"\npath = \"{path}\"\nreason = \"known\"\n{rest}\n")
}

fn suppressed(run: &Run) -> u64 {
    run.json()["summary"]["suppressed"].as_u64().expect("a count")
}

#[test]
fn an_entry_hides_the_findings_of_its_rule_in_its_files() {
    let config = suppress("preview-url", "sent/**", "") + &suppress("missing-messaging-product", "sent/a.json", "");
    let project =
        Project::with(&[("waport.toml", &config), ("sent/a.json", OLD), ("sent/b.json", OLD), ("c.json", OLD)]);
    let run = project.check(&[]);
    assert_eq!(run.rules(), ["missing-messaging-product", "preview-url", "missing-messaging-product"]);
    assert_eq!((run.code, suppressed(&run)), (1, 3));
    assert!(run.err.contains("\n3 suppressed.\n"), "{}", run.err);
    // In a folder below and for a file that is named, paths mean the same.
    let mut below = project.command(&["check", "--output-format", "json", "a.json"]);
    let run = finish(below.current_dir(project.path("sent")), b"");
    assert_eq!((run.code, suppressed(&run)), (0, 2), "{}", run.err);
    assert!(run.err.contains("Found nothing to report.\n2 suppressed.\n"), "{}", run.err);
}

#[test]
fn what_is_suppressed_counts_neither_for_the_exit_status_nor_in_statistics() {
    let project = Project::with(&[("waport.toml", &suppress("preview-url", "**", "")), ("a.json", &body(""))]);
    for format in ["full", "concise", "json", "json-lines"] {
        let run = project.run(&["check", "--output-format", format]);
        assert_eq!(run.code, 0, "{format}");
        assert!(!run.text().contains("preview-url"), "{format}");
    }
    assert_eq!(project.run(&["check", "--statistics"]).text(), "");
    let shown = project.check(&["--no-suppressions"]);
    assert_eq!((shown.code, suppressed(&shown), shown.rules()), (1, 0, vec!["preview-url".to_owned()]));
}

#[test]
fn an_entry_with_a_pointer_holds_for_that_place_and_all_below() {
    let at = |pointer: &str| suppress("preview-url", "**", &format!("pointer = \"{pointer}\""));
    let project = Project::with(&[("a.json", &body(""))]);
    for (pointer, code) in [("/preview_url", 0), ("", 0), ("/preview", 1), ("/text", 1)] {
        project.write("waport.toml", at(pointer));
        assert_eq!(project.check(&[]).code, code, "{pointer}");
    }
}

#[test]
fn a_comment_hides_the_findings_of_its_rule_on_its_line() {
    let project = Project::with(&[("a.jsonc", &body(" // waport-suppress: preview-url the gateway moves it"))]);
    let run = project.check(&[]);
    assert_eq!((run.code, run.rules().len(), suppressed(&run)), (0, 0, 1));
    let run = project.check(&["--no-suppressions"]);
    assert_eq!((run.code, run.rules()), (1, vec!["preview-url".to_owned()]));
    // In plain JSON the comment suppresses too, and is no less wrong there.
    project.write("a.json", body(" /* waport-suppress: preview-url the gateway moves it */"));
    let run = project.check(&["a.json"]);
    assert_eq!((run.code, run.rules(), suppressed(&run)), (0, vec!["invalid-json".to_owned()], 1));
    project.write("a.json", body(" // waport-suppress: preview-url, invalid-json read by our own parser"));
    assert_eq!(project.check(&["a.json"]).rules().len(), 0);
}

#[test]
fn a_comment_in_a_line_of_an_archive_holds_for_that_line() {
    let text =
        format!("{OLD}\n{OLD} // waport-suppress: preview-url, missing-messaging-product, invalid-json old\n{OLD}\n");
    let project = Project::with(&[("log.ndjson", &text)]);
    let run = project.check(&["."]);
    assert_eq!((run.rules().len(), suppressed(&run)), (4, 3));
}

#[test]
fn findings_about_comments_stand_in_their_place_among_the_others() {
    let text = body(" // waport-suppress: wrong-type known").replace("\"body\"", "\"bodi\"");
    let project = Project::with(&[("a.jsonc", &text)]);
    let run = project.run(&["check", "--output-format", "concise"]);
    let places: Vec<&str> = run.text().lines().map(|line| line.split(']').next().expect("a rule")).collect();
    assert_eq!(
        places[..2],
        ["a.jsonc:4:3: error[preview-url", "a.jsonc:4:44: warning[unused-suppression"],
        "{}",
        run.text()
    );
    assert!(places.len() > 2 && places[2].starts_with("a.jsonc:5:"), "{places:?}");
}

#[test]
fn unused_entries_are_reported_at_their_place_in_the_configuration() {
    let config = format!("exclude = []\n{}", suppress("preview-url", "sent/**", ""));
    let project = Project::with(&[("waport.toml", &config), ("sent/a.json", CLEAN)]);
    let run = project.check(&[]);
    assert_eq!((run.code, run.rules()), (0, vec!["unused-suppression".to_owned()]));
    let finding = &run.json()["findings"][0];
    assert_eq!((&finding["file"], &finding["line"], &finding["column"]), (&"waport.toml".into(), &3.into(), &8.into()));
    assert!(finding["pointer"].is_null() && finding["message"].as_str().expect("text").contains("`preview-url`"));
    assert_eq!(run.json()["summary"]["warnings"], 1);
    assert_eq!(project.check(&["--fail-on", "warning"]).code, 1);
    let full = project.run(&["check"]);
    assert!(
        full.text().contains("[waport.toml:3:8]") && full.text().contains("rule = \"preview-url\""),
        "{}",
        full.text()
    );
}

#[test]
fn a_partial_run_says_nothing_of_suppressions_that_it_could_not_check() {
    let config = suppress("preview-url", "sent/**", "");
    let unused = body("").replace("preview_url", "unknown_key").replace("COMMENT", "");
    let commented = unused.replace("true,", "true, // waport-suppress: preview-url, unknown-property known");
    let project = Project::with(&[("waport.toml", &config), ("sent/a.jsonc", &commented), ("b.json", CLEAN)]);
    let unused =
        |args: &[&str]| project.check(args).rules().iter().filter(|rule| *rule == "unused-suppression").count();
    assert_eq!(unused(&[]), 2, "the entry and one rule of the comment");
    assert_eq!(unused(&["."]), 2, "the folder of the configuration is everything");
    assert_eq!(unused(&["sent"]), 1, "other files may need the entry");
    assert_eq!(unused(&["b.json"]), 0);
    assert_eq!(unused(&["--only", "unused-suppression"]), 0);
    assert_eq!(unused(&["--only", "unused-suppression,unknown-property"]), 0);
    assert_eq!(unused(&["--skip", "preview-url"]), 0);
    assert_eq!(unused(&["--no-suppressions"]), 0);
    let list = project.pipe(&["check", "--files-from", "-", "--output-format", "json"], "b.json\n");
    assert_eq!(list.rules().len(), 0);
    project.write("waport.toml", format!("[rules]\npreview-url = \"off\"\n{config}"));
    assert_eq!(unused(&[]), 0);
    project
        .write("waport.toml", format!("[[override]]\npath = \"sent\"\nrules = {{ preview-url = \"off\" }}\n{config}"));
    assert_eq!(unused(&[]), 0);
    project.write("waport.toml", format!("[rules]\nunused-suppression = \"off\"\n{config}"));
    assert_eq!(unused(&[]), 0);
}

#[test]
fn a_file_that_does_not_parse_leaves_open_whether_an_entry_is_used() {
    let project = Project::with(&[("waport.toml", &suppress("preview-url", "*.json", "")), ("a.json", &OLD[..60])]);
    assert_eq!(project.check(&[]).rules(), ["invalid-json"]);
    project.write("a.json", CLEAN);
    assert_eq!(project.check(&[]).rules(), ["unused-suppression"]);
}

#[test]
fn a_finding_that_is_too_unsure_to_be_shown_keeps_its_suppression_in_use() {
    let unsure = CLEAN.replace("\"15550100123\"", "15550100123");
    let project = Project::with(&[("waport.toml", &suppress("wrong-type", "**", "")), ("a.json", &unsure)]);
    let run = project.check(&[]);
    assert_eq!((run.rules().len(), suppressed(&run)), (0, 0));
    let run = project.check(&["--min-confidence", "low"]);
    assert_eq!((run.rules().len(), suppressed(&run)), (0, 1));
}

#[cfg(unix)]
#[test]
fn an_entry_holds_for_files_that_cannot_be_read() {
    let project = Project::with(&[("waport.toml", &suppress("unreadable", "old/**", "")), ("a.json", CLEAN)]);
    std::fs::create_dir(project.path("old")).expect("a folder");
    std::os::unix::fs::symlink("gone", project.path("old/link.json")).expect("a link");
    let run = project.check(&[]);
    assert_eq!((run.code, run.rules().len(), suppressed(&run)), (0, 0, 1));
    assert!(run.err.contains("1 file could not be read"), "the last lines name it all the same: {}", run.err);
    assert_eq!(project.check(&["old/link.json"]).code, 2);
}

#[test]
fn an_entry_holds_up_to_its_last_day() {
    let config = suppress("preview-url", "a.json", "until = 2027-01-31");
    let project = Project::with(&[("waport.toml", &config), ("a.json", &body("")), ("b.json", CLEAN)]);
    let on = |day: &str, paths: &[&str]| project.check(&[&["--today", day], paths].concat());
    assert_eq!(on("2027-01-31", &[]).rules().len(), 0);
    let run = on("2027-02-01", &[]);
    assert_eq!((run.code, run.rules()), (1, vec!["preview-url".to_owned(), "expired-suppression".to_owned()]));
    let message = run.json()["findings"][1]["message"].as_str().expect("text").to_owned();
    assert!(message.contains("2027-01-31") && message.contains("`preview-url`"), "{message}");
    assert_eq!(run.json()["findings"][1]["line"], 2);
    assert_eq!(on("2027-02-01", &["a.json"]).rules(), ["preview-url", "expired-suppression"]);
    assert_eq!(on("2027-02-01", &["b.json"]).rules().len(), 0, "it would have hidden nothing here");
    // Expired and without any finding it is one fault, not two.
    project.write("a.json", CLEAN);
    assert_eq!(on("2027-02-01", &[]).rules(), ["expired-suppression"]);
    assert_eq!(project.check(&["--today", "2027-02-30"]).code, 2);
}

#[test]
fn findings_about_suppressions_cannot_be_suppressed_by_comments() {
    let comment = " // waport-suppress: preview-url, unused-suppression, unknown-rule, no-such-rule known";
    let project = Project::with(&[("a.jsonc", &body(comment))]);
    assert_eq!(project.check(&[]).rules(), ["unused-suppression", "unused-suppression", "unknown-rule"]);
}

#[test]
fn files_that_are_declared_to_be_ignored_have_no_suppressions() {
    let project = Project::with(&[
        ("waport.toml", "[[form]]\npath = \"*.jsonc\"\nform = \"ignore\"\n"),
        ("a.jsonc", &body(" // waport-suppress: wrong-type")),
    ]);
    assert_eq!(project.check(&[]).rules().len(), 0);
}

#[test]
fn output_with_suppressions_is_the_same_whatever_the_number_of_threads() {
    let mut lines = String::new();
    for number in 0..9_000 {
        let comment = if number % 7 == 0 { " // waport-suppress: preview-url, wrong-type known" } else { "" };
        let _ = writeln!(lines, "{}{comment}", OLD.replace("Hello", &format!("Order {number} is on its way")));
    }
    let config = suppress("missing-messaging-product", "a/**", "") + &suppress("error-code", "**", "");
    let project = Project::with(&[("waport.toml", &config), ("b.ndjson", &lines)]);
    for number in 0..40 {
        project.write(&format!("a/{number}.json"), OLD);
        project.write(&format!("a/{number}.jsonc"), body(" // waport-suppress: wrong-type"));
    }
    for format in ["full", "json"] {
        let with = |threads| project.run(&["check", "--output-format", format, "-j", threads]);
        let one = with("1");
        for threads in ["2", "5"] {
            let more = with(threads);
            assert!(more.out == one.out && more.err == one.err, "{format} with {threads} threads");
        }
    }
}

#[test]
fn overrides_hold_for_their_part_of_the_tree() {
    let project = Project::with(&[
        (
            "waport.toml",
            "[rules]\npreview-url = \"warning\"\n[[override]]\npath = \"tests/**\"\n\
             rules = { preview-url = \"off\", missing-messaging-product = \"note\" }\n",
        ),
        ("a.json", OLD),
        ("tests/a.json", OLD),
    ]);
    let run = project.check(&[]);
    let found: Vec<(String, String)> = run.json()["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| {
            (one["file"].as_str().expect("a file").to_owned(), one["severity"].as_str().expect("one").to_owned())
        })
        .collect();
    let expected = [("a.json", "error"), ("a.json", "warning"), ("tests/a.json", "note")];
    assert_eq!(found, expected.map(|(file, severity)| (file.to_owned(), severity.to_owned())));
}

#[test]
fn the_library_suppresses_too() {
    let config =
        waport::config::Config::parse(&suppress("preview-url", "a.json", "until = 2027-01-31")).expect("config");
    let mut options = waport::Options { name: "a.json".to_owned(), config, ..waport::Options::default() };
    let report = waport::check(&body(""), &options);
    assert_eq!((report.findings.len(), report.suppressed), (0, 1));
    options.today = "2027-02-01".parse().ok();
    let report = waport::check(&body(""), &options);
    assert_eq!((report.findings.len(), report.suppressed), (1, 0));
}

#[test]
fn many_comments_take_no_time_that_grows_with_their_square() {
    let comment = "/* waport-suppress: preview-url, wrong-type known */";
    let lines = format!("{comment}\n").repeat(3_000);
    let one = format!("{comment} ").repeat(3_000);
    let body = |before: &str| format!("{before}[{}{OLD}]", format!("{OLD},{before}").repeat(20));
    let begun = std::time::Instant::now();
    for comments in [lines, one] {
        let project = Project::with(&[("a.jsonc", &body(&comments))]);
        let run = project.check(&["--max-findings", "1", "--only", "preview-url,missing-messaging-product"]);
        assert_eq!((run.rules(), suppressed(&run)), (vec!["missing-messaging-product".to_owned(); 21], 21));
    }
    assert!(begun.elapsed().as_secs() < 40, "{:?}", begun.elapsed());
}

#[test]
fn a_comment_in_yaml_holds_for_its_line_or_the_next() {
    let yaml = |comment: &str| {
        format!(
            "examples:\n  - messaging_product: whatsapp\n    to: \"15550100123\"\n    type: text\n    text: {{body: Ready}}\n{comment}    preview_url: true\n"
        )
    };
    let project = Project::with(&[("a.yml", &yaml(""))]);
    assert_eq!(project.check(&["."]).rules(), ["preview-url"]);
    project.write("a.yml", yaml("    # waport-suppress: preview-url the gateway moves it\n"));
    let run = project.check(&["."]);
    assert_eq!((run.code, run.rules().len(), suppressed(&run)), (0, 0, 1));
    project.write("a.yml", yaml("    # waport-suppress: message-ttl old\n"));
    assert_eq!(project.check(&["."]).rules(), ["unused-suppression", "preview-url"]);
}

#[test]
fn sarif_has_what_is_suppressed_with_the_reason() {
    let project = Project::with(&[
        ("a.jsonc", &body(" // waport-suppress: preview-url the gateway moves it")),
        ("b.json", &body("")),
        ("waport.toml", &suppress("preview-url", "b.json", "")),
    ]);
    let run = project.run(&["check", "--output-format", "sarif"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let report: serde_json::Value = serde_json::from_str(run.text()).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    let suppressions: Vec<_> = results.iter().map(|result| &result["suppressions"][0]).collect();
    assert_eq!(suppressions.len(), 2, "{report}");
    assert_eq!(
        (&suppressions[0]["kind"], &suppressions[0]["justification"]),
        (&"inSource".into(), &serde_json::Value::Null)
    );
    assert_eq!(suppressions[1]["kind"], "external");
    assert!(suppressions[1]["justification"].as_str().is_some_and(|reason| !reason.is_empty()));
    assert!(project.run(&["check", "--output-format", "json-lines"]).text().is_empty());
}

/// A file of each language: MARK is where a comment stands behind a call of the old client, TEXT a text that is none.
const CODE: [(&str, &str, &str); 11] = [
    (
        "client.cs",
        "//",
        "class Client { Task Send(HttpClient whatsapp) { var note = \"TEXT\";\nreturn whatsapp.PostAsync(url + \"/v1/messages\", body); MARK\n} }\n",
    ),
    (
        "client.ex",
        "#",
        "defmodule WhatsApp do\n  @note \"TEXT\"\n  def send(body) do\nHTTPoison.post(@url <> \"/v1/messages\", body) MARK\n  end\nend\n",
    ),
    (
        "client.go",
        "//",
        "package whatsapp\nvar note = `TEXT`\nfunc send() {\nhttp.Post(base+\"/v1/messages\", \"application/json\", body) MARK\n}\n",
    ),
    (
        "Client.java",
        "//",
        "class WhatsApp { String note = \"TEXT\"; void send() {\nhttp.post(base + \"/v1/messages\", body); MARK\n} }\n",
    ),
    (
        "client.js",
        "//",
        "const note = `TEXT`;\nfunction whatsapp() {\n  axios.post(`${base}/v1/messages`, body); MARK\n}\n",
    ),
    (
        "Client.kt",
        "//",
        "class WhatsApp { val note = \"TEXT\"\n fun send() {\nhttp.post(base + \"/v1/messages\", body) MARK\n} }\n",
    ),
    (
        "client.php",
        "//",
        "<?php\n$note = 'TEXT';\nfunction whatsapp() {\n  $this->http->post($base . '/v1/messages', $body); MARK\n}\n",
    ),
    (
        "client.py",
        "#",
        "NOTE = \"\"\"\nTEXT\n\"\"\"\ndef whatsapp(body):\n    requests.post(BASE + \"/v1/messages\", json=body) MARK\n",
    ),
    (
        "client.rb",
        "#",
        "NOTE = <<~NOTE\n  TEXT\nNOTE\ndef whatsapp(body)\n  HTTP.post(BASE + '/v1/messages', json: body) MARK\nend\n",
    ),
    (
        "client.ts",
        "//",
        "const note: string = 'TEXT';\nexport async function whatsapp(): Promise<void> {\n  await axios.post(`${base}/v1/messages`, body); MARK\n}\n",
    ),
    (
        "client.tsx",
        "//",
        "const note = 'TEXT';\nexport const Send = () => <button onClick={() => {\n  axios.post('https://wa.example.com/v1/messages', body); MARK\n}}>WhatsApp</button>;\n",
    ),
];

/// Where the files of [`CODE`] have their findings: rule and line.
fn in_code(project: &Project) -> Vec<(String, u64)> {
    let run = project.check(&[]);
    let findings = run.json()["findings"].as_array().expect("findings").clone();
    let place = |finding: &serde_json::Value| {
        (finding["rule"].as_str().expect("a rule").to_owned(), finding["line"].as_u64().expect("a line"))
    };
    findings.iter().map(place).collect()
}

#[test]
fn a_comment_in_code_holds_for_its_line_or_the_next_in_every_language() {
    for (name, mark, code) in CODE {
        let project = Project::new();
        let text = "waport-suppress: onprem-endpoint, no-such-rule";
        let write = |comment: &str| project.write(name, code.replace("TEXT", text).replace(" MARK", comment));
        let (before, _) = code.split_once(" MARK").expect("a place for a comment");
        let line = 1 + before.matches('\n').count() as u64;
        write("");
        assert_eq!(in_code(&project), [("onprem-endpoint".to_owned(), line)], "{name}: no comment in a text");
        let block = if mark == "#" { Vec::new() } else { vec![" /* waport-suppress: onprem-endpoint kept */"] };
        let hash = if name.contains(".php") { vec![" # waport-suppress: onprem-endpoint kept"] } else { Vec::new() };
        let behind = format!(" {mark} waport-suppress: onprem-endpoint kept for the archive");
        for comment in [behind.as_str()].into_iter().chain(block).chain(hash) {
            write(comment);
            let run = project.check(&[]);
            assert_eq!((run.code, run.rules().len(), suppressed(&run)), (0, 0, 1), "{name}: {comment}");
        }
        // Alone on the line before, with another comment between.
        let (above, call) = before.rsplit_once('\n').expect("a line before");
        let alone = format!("{above}\n {mark} waport-suppress: onprem-endpoint kept\n\n {mark} so\n{call}");
        project.write(name, code.replace(before, &alone).replace(" MARK", "").replace("TEXT", ""));
        let run = project.check(&[]);
        assert_eq!((run.code, run.rules().len(), suppressed(&run)), (0, 0, 1), "{name}: {}", run.err);
    }
}

#[test]
fn faults_of_comments_in_code_are_reported_in_every_language() {
    for (name, mark, code) in CODE {
        let found = |comment: &str| {
            let comment = format!(" {mark} waport-suppress:{comment}");
            let project = Project::with(&[(name, &code.replace("TEXT", "").replace(" MARK", &comment))]);
            project.check(&[]).rules()
        };
        assert_eq!(found(" onprem-endpoint"), ["suppression-without-reason"], "{name}");
        assert_eq!(found(" preview-url the gateway"), ["onprem-endpoint", "unused-suppression"], "{name}");
        assert_eq!(found(" no-such-rule known"), ["onprem-endpoint", "unknown-rule"], "{name}");
        assert_eq!(found(""), ["onprem-endpoint", "unknown-rule"], "{name}");
    }
}

#[test]
fn comments_between_the_parts_of_a_payload_in_code_suppress() {
    let project = Project::with(&[
        (
            "send.py",
            "body = {\n    \"messaging_product\": \"whatsapp\",\n    \"to\": \"15550100123\",\n    \"type\": \"text\",\n    # waport-suppress: preview-url the gateway moves it\n    \"preview_url\": True,\n    \"text\": {\"body\": \"Hello\"},\n}\n",
        ),
        (
            "send.php",
            "<?php\n$body = [\n  'messaging_product' => 'whatsapp', 'to' => '15550100123', 'type' => 'text',\n  'preview_url' => true, # waport-suppress: preview-url the gateway moves it\n  'text' => ['body' => 'Hello'],\n];\n",
        ),
    ]);
    let run = project.check(&[]);
    assert_eq!((run.code, run.rules().len(), suppressed(&run)), (0, 0, 2), "{}", run.err);
    assert_eq!(project.check(&["--no-suppressions"]).rules(), ["preview-url", "preview-url"]);
}

#[test]
fn a_comment_in_code_that_has_no_word_of_whatsapp_any_more_is_unused() {
    let project = Project::with(&[("lamps.rb", "light # waport-suppress: onprem-endpoint kept\n")]);
    assert_eq!(in_code(&project), [("unused-suppression".to_owned(), 1)]);
}

#[test]
fn code_that_is_commented_out_has_no_findings() {
    for (name, mark, code) in CODE {
        let (before, _) = code.split_once(" MARK").expect("a place for a comment");
        let (above, call) = before.rsplit_once('\n').expect("a line before");
        let out = code.replace(before, &format!("{above}\n{mark} {call}")).replace(" MARK", "").replace("TEXT", "");
        let project = Project::with(&[(name, &out)]);
        assert_eq!(in_code(&project), [], "{name}");
    }
}
