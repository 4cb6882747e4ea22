//! Input that is broken, hostile or no file at all: a message with its place, the rest checked, nothing raw printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use program::{CLEAN, FORMATS, OLD, Project, Run};

/// The one finding of `invalid-json`: its line, column and message.
fn fault(run: &Run) -> (u64, u64, String) {
    let json = run.json();
    let found: Vec<_> =
        json["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == "invalid-json").collect();
    assert_eq!(found.len(), 1, "{}", run.text());
    let number = |field: &str| found[0][field].as_u64().unwrap();
    (number("line"), number("column"), found[0]["message"].as_str().unwrap().to_owned())
}

/// Checks that a file is reported by `invalid-json` at a place and with these words, that another one beside it is
/// checked all the same, and that every format ends with the same exit code.
fn assert_fault(content: impl AsRef<[u8]>, line: u64, column: u64, words: &str) {
    let project = Project::with(&[("z.json", OLD)]);
    project.write("broken.json", content.as_ref());
    let run = project.check(&["."]);
    let (at_line, at_column, message) = fault(&run);
    assert_eq!((at_line, at_column), (line, column), "{message}");
    assert!(message.contains(words), "{message}");
    assert!(run.rules().contains(&"preview-url".to_owned()), "the other file is checked");
    for format in FORMATS {
        let run = project.run(&["check", ".", "--output-format", format]);
        assert_eq!(run.code, 1, "{format}: {}", run.err);
        assert_harmless(&run, format);
    }
}

/// Nothing in the output drives a terminal, turns text around or gives a CI system orders.
fn assert_harmless(run: &Run, format: &str) {
    assert_eq!(run.harm(format), None, "{format}");
}

#[test]
fn a_missing_path_is_a_failure_and_the_rest_is_checked() {
    let project = Project::with(&[("old.json", OLD)]);
    let run = project.check(&["gone.json", "old.json", "gone-too"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.json()["summary"]["unreadable"].as_array().unwrap().len(), 2);
    assert_eq!(run.rules(), ["unreadable", "missing-messaging-product", "preview-url", "unreadable"]);
    let run = project.run(&["check", "gone.json"]);
    assert!(run.text().contains("unreadable") && run.err.contains("1 file could not be read"), "{}", run.err);
}

#[test]
fn bytes_that_are_no_utf8_are_a_finding_only_where_whatsapp_is_spoken_of() {
    let mut body = CLEAN.replace("Hello", "Hell?").into_bytes();
    let at = body.iter().position(|byte| *byte == b'?').unwrap();
    body[at] = 0xf6;
    assert_fault(&body, 1, at as u64 + 1, "not UTF-8");
    let project = Project::new();
    project.write("latin.json", b"{\"name\":\"Stra\xdfe\"}");
    let run = project.run(&["check", "."]);
    assert_eq!(run.code, 0);
    assert!(run.text().is_empty() && run.err.contains("does not parse"), "{}", run.err);
    let run = project.run(&["check", "latin.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("latin.json: does not parse at 1:14: these bytes are not UTF-8"), "{}", run.err);
}

#[test]
fn a_byte_order_mark_is_read_over_and_said() {
    let project = Project::new();
    project.write("bom.json", format!("\u{feff}{OLD}"));
    let run = project.check(&["bom.json"]);
    assert_eq!(run.rules(), ["invalid-json", "missing-messaging-product", "preview-url"]);
    assert_eq!(run.json()["findings"][2]["span"][0], 3 + OLD.find("\"preview_url").unwrap());
    project.write("bom.ndjson", format!("\u{feff}{OLD}\n{OLD}\n"));
    let run = project.check(&["bom.ndjson"]);
    assert_eq!(run.rules().iter().filter(|rule| *rule == "preview-url").count(), 2);
    for format in FORMATS {
        assert_harmless(&project.run(&["check", ".", "--output-format", format]), format);
    }
}

#[test]
fn utf16_is_named_as_such() {
    let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(CLEAN.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(CLEAN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_fault(big, 1, 1, "UTF-16");
    assert_fault(little, 1, 1, "UTF-16");
}

#[test]
fn an_empty_file_is_counted_and_named_when_it_was_asked_for() {
    let project =
        Project::with(&[("empty.json", ""), ("blank.json", " \n\n"), ("lines.ndjson", ""), ("z.json", CLEAN)]);
    let run = project.run(&["check", "."]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("Looked at 4 files") && run.err.contains("do not parse"), "{}", run.err);
    let run = project.run(&["check", "empty.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("empty.json: does not parse at 1:1: there is nothing here"), "{}", run.err);
    assert_eq!(project.run(&["check", "lines.ndjson"]).code, 0, "no lines are no fault");
    assert_eq!(project.pipe(&["check", "--quiet", "-"], "").code, 2);
}

#[test]
fn a_hundred_thousand_levels_are_refused_with_their_place() {
    for (open, close) in [("[", "]"), ("{\"wa_id\":", "}"), ("[{\"wa_id\":[", "]}]")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let project = Project::with(&[("z.json", OLD)]);
        project.write("deep.json", &deep);
        let run = project.check(&["."]);
        assert_eq!(run.code, 1);
        if open.contains("wa_id") {
            assert!(fault(&run).2.contains("512 levels"), "{}", run.text());
        }
        assert!(run.rules().contains(&"preview-url".to_owned()));
        // Unclosed, in a string, and as a line.
        project.write("deep.json", open.repeat(100_000));
        assert_eq!(project.check(&["."]).code, 1);
        project.write("deep.json", format!("{{\"wa_id\":{}}}", serde_json::to_string(&deep).unwrap()));
        assert_eq!(project.check(&["."]).code, 1);
        project.write("deep.ndjson", format!("{deep}\n{OLD}\n"));
        assert_eq!(project.check(&["deep.ndjson"]).rules().last().unwrap(), "preview-url");
    }
}

#[test]
fn strings_in_strings_in_strings_end() {
    let mut text = OLD.to_owned();
    for _ in 0..12 {
        text = format!("{{\"raw\":{}}}", serde_json::to_string(&text).unwrap());
    }
    let project = Project::with(&[("nested.json", &text)]);
    let run = project.run(&["check", "nested.json", "--output-format", "json"]);
    assert!(run.code < 2, "{}", run.err);
}

/// A line of about `megabytes`: an object with a long text beside a payload.
fn long_line(megabytes: usize) -> String {
    let padding = "lamps and more lamps ".repeat(megabytes * 1024 * 1024 / 21);
    format!("{{\"log\":\"{padding}\",\"request\":{OLD}}}")
}

#[test]
fn a_line_of_20_megabytes_is_read_and_excerpts_stay_small() {
    let project = Project::new();
    project.write("long.json", long_line(20));
    for format in FORMATS {
        let run = project.run(&["check", "long.json", "--output-format", format]);
        assert_eq!(run.code, 1);
        assert!(run.text().contains("preview-url") && run.out.len() < 50_000, "{format}: {} bytes", run.out.len());
    }
}

#[test]
#[ignore = "200 MB; run it by hand with the released program"]
fn a_line_of_200_megabytes_is_read() {
    let project = Project::new();
    project.write("long.json", long_line(200));
    let run = project.check(&["long.json"]);
    assert_eq!((run.code, run.rules().len()), (1, 2));
}

#[test]
fn the_second_of_two_equal_keys_is_pointed_at() {
    let text = CLEAN.replace("\"to\":", "\"to\":\"15550100124\",\"to\":");
    let project = Project::with(&[("twice.json", &text)]);
    let run = project.check(&["twice.json"]);
    assert_eq!(run.rules(), ["duplicate-key"]);
    assert_eq!(run.json()["findings"][0]["column"], text.rfind("\"to\"").unwrap() + 1);
}

#[test]
fn half_a_surrogate_pair_is_said_and_never_printed() {
    for half in ["\\ud83d", "\\udca1", "\\ud83d\\ud83d", "\\udca1\\ud83d"] {
        let project = Project::with(&[("half.json", &CLEAN.replace("Hello", half)), ("z.json", OLD)]);
        let run = project.check(&["."]);
        assert!(run.rules().contains(&"invalid-json".to_owned()), "{half}: {}", run.text());
        assert!(run.rules().contains(&"preview-url".to_owned()));
        // As a key, too.
        project.write("half.json", CLEAN.replace("body", half));
        assert!(project.check(&["half.json"]).code == 1);
    }
}

#[test]
fn what_json_does_not_know_is_a_fault_at_its_place() {
    let column = |text: &str, what: &str| text.find(what).unwrap() as u64 + 1;
    let nan = CLEAN.replace("\"Hello\"", "NaN");
    assert_fault(&nan, 1, column(&nan, "NaN"), "not valid JSON");
    let infinity = CLEAN.replace("\"Hello\"", "-Infinity");
    let (line, at) = (1, column(&infinity, "-Infinity"));
    let project = Project::with(&[("broken.json", &infinity)]);
    let found = fault(&project.check(&["."]));
    assert!(found.0 == line && (at..=at + 1).contains(&found.1), "{found:?}");
    let zeros = CLEAN.replace("\"Hello\"", "007");
    let project = Project::with(&[("broken.json", &zeros)]);
    assert_eq!(fault(&project.check(&["."])).0, 1);
    assert_fault(format!("{CLEAN}\n]"), 2, 1, "follows the end");
    assert_fault(format!("{CLEAN} {CLEAN}"), 1, CLEAN.len() as u64 + 2, "follows the end");
    assert_fault(&CLEAN[..CLEAN.len() - 1], 1, CLEAN.len() as u64, "ends before");
    assert_fault(CLEAN.replace('"', "'"), 1, 2, "not valid JSON");
    assert_fault(CLEAN.replacen(':', "", 1), 1, 21, "`:`");
}

#[test]
fn a_broken_line_is_reported_and_the_others_are_checked() {
    let project = Project::new();
    for end in ["\n", "\r\n"] {
        // Without an end at the last line.
        let text = [OLD, "", &CLEAN[..50], "{\"lamp\":1}", CLEAN, OLD].join(end);
        project.write("log.ndjson", &text);
        let run = project.check(&["log.ndjson"]);
        let json = run.json();
        let places: Vec<(String, u64)> = json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["rule"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap()))
            .filter(|(rule, _)| rule != "missing-messaging-product")
            .collect();
        let expected = [("preview-url", 1), ("invalid-json", 3), ("preview-url", 6)];
        assert_eq!(places, expected.map(|(rule, line)| (rule.to_owned(), line)), "{end:?}");
        for finding in json["findings"].as_array().unwrap() {
            let span = |place: usize| usize::try_from(finding["span"][place].as_u64().unwrap()).unwrap();
            if finding["rule"] == "preview-url" {
                assert_eq!(&text[span(0)..span(1)], "\"preview_url\"");
            }
        }
        assert_eq!(run.code, 1);
    }
}

#[test]
fn a_line_of_rubbish_bytes_is_reported_and_the_others_are_checked() {
    let project = Project::new();
    let mut bytes = format!("{OLD}\n").into_bytes();
    bytes.extend_from_slice(b"{\"messaging_product\":\"\xff\xfe\"}\n");
    bytes.extend_from_slice(OLD.as_bytes());
    project.write("log.ndjson", &bytes);
    let run = project.check(&["log.ndjson"]);
    assert_eq!(fault(&run), (2, 23, fault(&run).2));
    assert_eq!(run.rules().iter().filter(|rule| *rule == "preview-url").count(), 2);
}

#[test]
fn a_line_of_3_megabytes_in_an_archive_keeps_its_place() {
    let project = Project::new();
    project.write("log.ndjson", format!("{CLEAN}\n{}\n{OLD}", long_line(3)));
    let run = project.check(&["log.ndjson"]);
    let lines: Vec<u64> =
        run.json()["findings"].as_array().unwrap().iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [2, 2, 3, 3]);
}

#[test]
fn line_ends_of_any_kind_leave_lines_and_columns_right() {
    let text = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(OLD).unwrap()).unwrap();
    let project = Project::with(&[("unix.json", &text), ("windows.json", &text.replace('\n', "\r\n"))]);
    let places = |name: &str| -> Vec<_> {
        let json = project.check(&[name]).json();
        json["findings"].as_array().unwrap().iter().map(|one| (one["line"].clone(), one["column"].clone())).collect()
    };
    assert_eq!(places("unix.json"), places("windows.json"));
}

#[test]
fn what_drives_terminals_is_never_printed_raw() {
    let evil = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}txt\u{2066}\u{200f}\u{9b}31m\u{8}\u{7f}\u{2028}";
    let escaped = |text: &str| text.encode_utf16().flat_map(|unit| format!("\\u{unit:04x}").into_bytes()).collect();
    for (case, evil) in [
        ("escaped", String::from_utf8(escaped(evil)).unwrap()),
        ("raw", evil.to_owned()),
        ("orders", "\\n::error::owned ##[error]".to_owned()),
    ] {
        // As a key nobody knows, as a value that is refused, beside one, in a string, in the name of standard input.
        let key = CLEAN.replace("\"text\":{", &format!("\"{evil}\":1,\"text\":{{"));
        let value = CLEAN.replace("\"text\",", &format!("\"{evil}\","));
        let beside = OLD.replace("Hello", &evil);
        let project = Project::with(&[("key.json", &key), ("value.json", &value), ("beside.json", &beside)]);
        project.write("string.json", format!("{{\"raw\":{}}}", serde_json::to_string(&key).unwrap()));
        project.write("cut.json", &key[..key.len() - 3]);
        for format in FORMATS {
            let run = project.run(&["check", ".", "--output-format", format, "--min-confidence", "low", "-v"]);
            assert_eq!(run.code, 1, "{}", run.err);
            assert_harmless(&run, format);
            let name = "a\u{1b}[31m\n::error::\u{202e}b.json";
            let run = project.pipe(&["check", "-", "--stdin-filename", name, "--output-format", format], OLD);
            assert_harmless(&run, format);
        }
        for command in [&["forms", "."][..], &["forms", ".", "--output-format", "json-lines"]] {
            assert_harmless(&project.run(command), case);
        }
        let run = project.run(&["check", "--only", "\u{1b}[2Jpreview"]);
        assert_harmless(&run, "a rule's name");
    }
}
