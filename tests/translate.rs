//! `waport translate`: what goes in, what comes out, and where to.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fs;
use std::io::Write as _;

use program::{CLEAN, OLD, Project, Run};

/// [`OLD`] in Cloud form.
const NEW: &str =
    r#"{"messaging_product":"whatsapp","to":"15550100123","type":"text","text":{"body":"Hello","preview_url":true}}"#;
/// A webhook of On-Premises form, all of whose differences are safe to fix when its number is known.
const WEBHOOK: &str = r#"{"statuses":[{"id":"gBEGkYiEB1VXAglK1ZEqA1YKPrU","message":{"recipient_id":"+15550100123"},"status":"sent","timestamp":"1518694700","type":"message"}]}"#;
/// [`WEBHOOK`] in Cloud form, with the identity of [`IDENTITY`].
const WRAPPED: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"1029","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100199","phone_number_id":"1065"},"statuses":[{"id":"gBEGkYiEB1VXAglK1ZEqA1YKPrU","recipient_id":"15550100123","status":"sent","timestamp":"1518694700"}]},"field":"messages"}]}]}"#;
const IDENTITY: [&str; 6] = ["--waba-id", "1029", "--phone-number-id", "1065", "--display-phone-number", "15550100199"];
/// A body whose lifetime is lost, and whose image has to be uploaded anew.
const DOUBTFUL: &str =
    r#"{"to":"15550100123","type":"image","ttl":"P1D","image":{"id":"f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68"}}"#;

fn translate(project: &Project, args: &[&str]) -> Run {
    project.run(&[&["translate"], args].concat())
}

fn read(project: &Project, name: &str) -> String {
    fs::read_to_string(project.path(name)).unwrap()
}

#[test]
fn one_file_goes_to_standard_output() {
    let project = Project::with(&[("a.json", OLD), ("b.json", &format!("{CLEAN}\n"))]);
    let run = translate(&project, &["a.json"]);
    assert_eq!((run.code, run.text()), (0, NEW));
    assert!(run.err.contains("Applied 2 fixes in 1 of 1 file"), "{}", run.err);
    assert_eq!(read(&project, "a.json"), OLD);
    let run = translate(&project, &["b.json"]);
    assert_eq!((run.code, run.text()), (0, &*format!("{CLEAN}\n")));
    assert!(run.err.contains("Looked at 1 file: none of 1 payload has On-Premises form"), "{}", run.err);
}

#[test]
fn a_pipe_has_one_line_out_for_each_line_in() {
    let input = format!("\n{OLD}\r\n  \nnot JSON\n{{\"lamp\": 1e3}}\n{{\"broken\": \n{CLEAN}\n {OLD} \n\n{WEBHOOK}");
    let expected = format!("\n{NEW}\r\n  \nnot JSON\n{{\"lamp\": 1e3}}\n{{\"broken\": \n{CLEAN}\n {NEW} \n\n{WRAPPED}");
    let run = Project::new().pipe(&[&["translate", "-"], &IDENTITY[..]].concat(), &input);
    assert_eq!((run.code, run.text()), (0, &*expected), "{}", run.err);
    assert!(run.err.contains("2 files or lines do not parse and are as they were.\n"), "{}", run.err);
    let run = Project::new().pipe(&["translate", "-"], "");
    assert_eq!((run.code, run.text()), (0, ""));
}

#[test]
fn bytes_that_are_no_text_pass() {
    let mut input = format!("{OLD}\n").into_bytes();
    input.extend_from_slice(b"\xff\xfe\x00wa_id\n");
    input.extend_from_slice(format!("{OLD}\n").as_bytes());
    let run = Project::new().pipe(&["translate", "-"], &input);
    let mut expected = format!("{NEW}\n").into_bytes();
    expected.extend_from_slice(b"\xff\xfe\x00wa_id\n");
    expected.extend_from_slice(format!("{NEW}\n").as_bytes());
    assert!(run.code == 0 && run.out == expected, "{}", run.err);
}

/// Lines of all sorts, in several blocks.
fn archive(lines: usize) -> String {
    let sorts = [OLD, CLEAN, WEBHOOK, "", DOUBTFUL, "a line of a log"];
    let line = |number: usize| sorts[number % sorts.len()].replace("Hello", &format!("Order {number}")) + "\n";
    (0..lines).map(line).collect()
}

#[test]
fn an_archive_is_the_same_whatever_the_number_of_threads() {
    let project = Project::with(&[("a.ndjson", &archive(12_000))]);
    let runs = ["1", "2", "5"].map(|threads| {
        let report = format!("report-{threads}.json");
        let args = [&["a.ndjson", "-j", threads, "--report", &report], &IDENTITY[..]].concat();
        let run = translate(&project, &args);
        assert_eq!(run.code, 0, "{}", run.err);
        (run.out, run.err, read(&project, &report))
    });
    assert!(runs[0] == runs[1] && runs[1] == runs[2]);
    let lines: Vec<&str> = std::str::from_utf8(&runs[0].0).unwrap().split('\n').collect();
    assert_eq!(lines.len(), 12_001);
    assert_eq!((lines[0], lines[2], lines[5]), (&*NEW.replace("Hello", "Order 0"), WRAPPED, "a line of a log"));
    assert!(runs[0].1.contains("onprem-media-id (2,000)") && runs[0].1.contains("and 1,995 more"), "{}", runs[0].1);
}

#[test]
fn ranges_that_tile_an_archive_give_together_what_the_whole_gives() {
    let text = archive(3_000);
    let project = Project::with(&[("a.ndjson", &text)]);
    let whole = translate(&project, &["a.ndjson"]);
    let cuts = [0, 1, text.len() / 3, text.len() / 2 + 7, text.len()];
    let parts = cuts.windows(2).map(|cut| {
        let range = format!("{}:{}", cut[0], cut[1]);
        translate(&project, &["a.ndjson", "--range", &range]).out
    });
    assert!(parts.collect::<Vec<_>>().concat() == whole.out);
}

#[test]
fn cloud_form_is_left_as_it_is() {
    let faulty = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"interactive","interactive":{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":" padded "}}]}}}"#;
    let text = format!("{CLEAN}\n{faulty}\n{WRAPPED}\n");
    let run = Project::new().pipe(&["translate", "-", "--strict"], &text);
    assert_eq!((run.code, run.text()), (0, &*text), "{}", run.err);
}

#[test]
fn a_difference_shows_the_lines_of_the_findings() {
    let pretty = "{\n  \"to\": \"15550100123\",\n  \"type\": \"template\",\n  \"template\": {\n    \"namespace\": \"x\",\n    \"name\": \"a\",\n    \"language\": {\n      \"code\": \"en\"\n    }\n  },\n  \"messaging_product\": \"whatsapp\"\n}\n";
    let project = Project::with(&[("a.json", pretty), ("b.ndjson", &format!("{CLEAN}\n{OLD}\n")), ("c.json", OLD)]);
    let run = project.run(&["check", "--diff", "a.json"]);
    let expected = "--- a.json\n+++ a.json\n@@ -2,7 +2,6 @@\n   \"to\": \"15550100123\",\n   \"type\": \"template\",\n   \"template\": {\n-    \"namespace\": \"x\",\n     \"name\": \"a\",\n     \"language\": {\n       \"code\": \"en\"\n";
    assert_eq!((run.code, run.text()), (1, expected), "{}", run.err);
    let run = translate(&project, &["--diff", "b.ndjson", "c.json"]);
    let lines = format!("--- b.ndjson\n+++ b.ndjson\n@@ -2 +2 @@\n-{OLD}\n+{NEW}\n");
    let hint = "\\ No newline at end of file\n";
    let whole = format!("--- c.json\n+++ c.json\n@@ -1 +1 @@\n-{OLD}\n{hint}+{NEW}\n{hint}");
    assert_eq!((run.code, run.text()), (1, &*(lines + &whole)));
    assert!(run.err.contains("Would apply 4 fixes in 2 of 2 files"), "{}", run.err);
    assert_eq!(read(&project, "c.json"), OLD);
    project.write("c.json", NEW);
    assert_eq!(translate(&project, &["--diff", "c.json"]).code, 0);
}

#[test]
fn files_are_changed_in_place() {
    let project = Project::with(&[("in/a.json", OLD), ("in/deep/b.ndjson", &archive(9_000)), ("in/c.json", CLEAN)]);
    let expected = translate(&project, &["in/deep/b.ndjson"]).out;
    let untouched = fs::metadata(project.path("in/c.json")).unwrap().modified().unwrap();
    let run = translate(&project, &["in", "--write"]);
    assert_eq!((run.code, run.text()), (0, ""), "{}", run.err);
    assert_eq!(read(&project, "in/a.json"), NEW);
    assert!(fs::read(project.path("in/deep/b.ndjson")).unwrap() == expected);
    assert_eq!(fs::metadata(project.path("in/c.json")).unwrap().modified().unwrap(), untouched);
    let again = translate(&project, &["in", "--write"]);
    assert!(again.err.contains("Looked at 3 files: none of 6,002 payloads has On-Premises form"), "{}", again.err);
    let left: Vec<_> = fs::read_dir(project.path("in")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[cfg(unix)]
#[test]
fn mode_and_links_are_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::with(&[("real/a.json", OLD), ("links/other.txt", "")]);
    fs::set_permissions(project.path("real/a.json"), fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("../real/a.json", project.path("links/a.json")).unwrap();
    let run = translate(&project, &["links", "--write"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(fs::symlink_metadata(project.path("links/a.json")).unwrap().is_symlink());
    assert_eq!(read(&project, "real/a.json"), NEW);
    assert_eq!(fs::metadata(project.path("real/a.json")).unwrap().permissions().mode() & 0o777, 0o640);
    // A file that a link leads to again is written once.
    project.write("real/a.json", OLD);
    std::os::unix::fs::symlink("a.json", project.path("real/b.json")).unwrap();
    let run = translate(&project, &["real", "--write"]);
    assert_eq!((run.code, &*read(&project, "real/a.json")), (0, NEW), "{}", run.err);
}

#[test]
fn a_tree_of_its_own_has_each_file_that_was_looked_at() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(format!("{OLD}\n{CLEAN}\n").as_bytes()).unwrap();
    let project = Project::with(&[("in/a.json", OLD), ("in/deep/b.json", CLEAN), ("c.json", OLD), ("in/d.png", "x")]);
    project.write("in/e.ndjson.gz", packed.finish().unwrap());
    let run = translate(&project, &["in", "c.json", "--out", "out/new"]);
    assert_eq!((run.code, run.text()), (0, ""), "{}", run.err);
    let at = |name: &str| read(&project, &format!("out/new/{name}"));
    assert_eq!([at("a.json"), at("deep/b.json"), at("c.json")], [NEW, CLEAN, NEW]);
    assert_eq!(at("e.ndjson"), format!("{NEW}\n{CLEAN}\n"));
    assert!(!project.path("out/new/d.png").exists() && read(&project, "in/a.json") == OLD);
    // The same again writes over it.
    assert_eq!(translate(&project, &["in", "c.json", "--out", "out/new"]).code, 0);
}

#[test]
fn what_people_have_to_look_at_is_listed_and_reported() {
    let project = Project::with(&[("a.json", &format!("[\n{DOUBTFUL},\n{DOUBTFUL}\n]\n"))]);
    let run = translate(&project, &["a.json", "--report", "report.json"]);
    let expected = "\
Unsafe fixes, to be looked at, with their places in what was read:
  message-ttl (2): delete `ttl`; the message then lives as long as Cloud API decides
    a.json:2:36
    a.json:3:36
Left to do by hand, with its places in the result:
  onprem-media-id (2): upload the file to Cloud API
    a.json:2:81
    a.json:3:81
Applied 4 fixes in 1 of 1 file; 2 of 2 payloads had On-Premises form.
";
    assert_eq!(run.err, expected);
    let report: serde_json::Value = serde_json::from_str(&read(&project, "report.json")).unwrap();
    let items: Vec<_> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["item"].as_str().unwrap(),
                item["rule"].as_str().unwrap(),
                item["line"].as_u64().unwrap(),
                item["pointer"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        items,
        [
            ("unsafe-fix", "message-ttl", 2, "/ttl"),
            ("unsafe-fix", "message-ttl", 3, "/ttl"),
            ("manual", "onprem-media-id", 2, "/image/id"),
            ("manual", "onprem-media-id", 3, "/image/id"),
        ]
    );
    let summary = serde_json::json!({"files": 1, "rewritten": 1, "safe_fixes": 2, "unsafe_fixes": 2, "manual": 2});
    assert_eq!(report["summary"], summary);
    assert_eq!(translate(&project, &["a.json", "--strict"]).code, 1);
    let safe = translate(&project, &["a.json", "--safe-only"]);
    assert!(safe.code == 0 && safe.text().contains(r#""ttl":"P1D""#) && safe.text().contains("messaging_product"));
    assert!(safe.err.contains("message-ttl (2)"), "{}", safe.err);
}

#[test]
fn a_webhook_of_nobody_gets_placeholders_and_a_note() {
    let project = Project::with(&[("a.ndjson", &format!("{WEBHOOK}\n{WEBHOOK}\n"))]);
    let run = translate(&project, &["a.ndjson", "--waba-id", "1029"]);
    assert!(run.text().contains(r#""id":"1029""#) && run.text().contains(r#""phone_number_id":"<PHONE_NUMBER_ID>""#));
    assert_eq!(run.err.matches("2 webhooks have placeholders").count(), 1, "{}", run.err);
    assert!(!run.err.contains("webhook-envelope"), "{}", run.err);
    let known = translate(&project, &[&["a.ndjson"], &IDENTITY[..]].concat());
    assert!(known.text() == format!("{WRAPPED}\n{WRAPPED}\n") && !known.err.contains("placeholders"), "{}", known.err);
    project.write(
        "waport.toml",
        "[webhook]\nwaba-id = \"1029\"\nphone-number-id = \"1\"\ndisplay-phone-number = \"15550100199\"\n",
    );
    let configured = translate(&project, &["a.ndjson", "--phone-number-id", "1065"]);
    assert_eq!(configured.text(), known.text());
}

#[test]
fn media_that_the_map_knows_are_replaced() {
    let map = r#"{"f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68":{"id":"1234567890123456"}}"#;
    let project = Project::with(&[("a.json", DOUBTFUL), ("map.json", map)]);
    let run = translate(&project, &["a.json", "--media-map", "map.json", "--strict"]);
    assert!(run.code == 0 && run.text().contains(r#""image":{"id":"1234567890123456"}"#), "{}", run.err);
    let missing = translate(&project, &["a.json", "--media-map", "none.json"]);
    assert!(missing.code == 2 && missing.err.contains("media map none.json"), "{}", missing.err);
}

#[test]
fn what_the_configuration_keeps_is_kept() {
    let config = "[rules]\npreview-url = \"off\"\n\n[[suppress]]\nrule = \"message-ttl\"\npath = \"**\"\nreason = \"a test of the old client\"\n";
    let project = Project::with(&[("a.json", OLD), ("b.json", DOUBTFUL), ("waport.toml", config)]);
    assert_eq!(translate(&project, &["a.json"]).text(), OLD.replacen('{', r#"{"messaging_product":"whatsapp","#, 1));
    let kept = translate(&project, &["b.json"]);
    assert!(kept.text().contains(r#""ttl":"P1D""#) && !kept.err.contains("message-ttl"), "{}{}", kept.text(), kept.err);
}

#[test]
fn lines_that_come_in_are_indented_for_the_envelope() {
    let failed = serde_json::json!({"statuses": [{
        "errors": [{"code": 470, "details": "more than 24 hours", "title": "Message failed to send"}],
        "id": "gBEGkYiEB1VXAglK1ZEqA1YKPrU", "recipient_id": "15550100123", "status": "failed", "timestamp": "1518694700",
    }]});
    let text = serde_json::to_string_pretty(&failed).unwrap();
    let run = Project::new().pipe(&[&["translate", "-", "--stdin-filename", "a.json"], &IDENTITY[..]].concat(), &text);
    let indents = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default();
        line.len() - line.trim_start().len()
    };
    let (title, message) = (indents(run.text(), "\"title\""), indents(run.text(), "\"message\""));
    assert!(title > 12 && title == message && indents(run.text(), "\"error_data\"") == title, "{}", run.text());
}

#[test]
fn a_declared_form_holds_until_the_envelope_is_there() {
    let config = "[[form]]\npath = \"w.json\"\nform = \"onprem/webhook\"\n";
    let bare = r#"{"messages":[{"from":"15550100123","id":"1","timestamp":"1518694700","type":"text","text":{"body":"Hello"}}]}"#;
    let project = Project::with(&[("w.json", bare), ("waport.toml", config)]);
    let run = translate(&project, &[&["w.json", "--write"], &IDENTITY[..]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let once = read(&project, "w.json");
    assert!(once.starts_with(r#"{"object":"#) && once.matches("entry").count() == 1, "{once}");
    translate(&project, &[&["w.json", "--write"], &IDENTITY[..]].concat());
    assert_eq!(read(&project, "w.json"), once);
}

#[test]
fn what_could_not_end_well_is_refused() {
    let project = Project::with(&[("in/a.json", OLD), ("in/b.json", OLD), ("c.json", OLD)]);
    let refused = |args: &[&str], why: &str| {
        let run = translate(&project, args);
        assert!(run.code == 2 && run.err.contains(why) && run.out.is_empty(), "{args:?}: {} {}", run.code, run.err);
    };
    refused(&["in"], "--write or --out DIR");
    refused(&["in/a.json", "c.json"], "--write or --out DIR");
    refused(&[], "--write or --out DIR");
    refused(&["-", "--write"], "standard input cannot be written to");
    refused(&["-", "--out", "out"], "standard input cannot be written to");
    refused(&["in", "--out", "in/out"], "is inside in");
    refused(&["in", "--out", "in"], "is inside in");
    refused(&[".", "--out", "in/../out"], "is inside .");
    refused(&["in/a.json", "in/../in/a.json", "--write"], "name it once");
    refused(&["in", "in/a.json", "--write"], "overlap; name it once");
    refused(&["none.json"], "No such file");
    refused(&["in/a.json", "--out", "in"], "it would be written over");
    assert_eq!([read(&project, "in/a.json"), read(&project, "in/b.json")], [OLD, OLD]);
    assert!(!project.path("out").exists());
}

#[test]
fn two_files_do_not_share_a_place_in_a_tree() {
    let project = Project::with(&[("x/a.json", OLD), ("y/a.json", CLEAN)]);
    let run = translate(&project, &["x", "y", "--out", "out"]);
    assert!(
        run.code == 2 && run.err.contains("y/a.json: not written: another file was written to out/a.json"),
        "{}",
        run.err
    );
    assert_eq!(read(&project, "out/a.json"), NEW);
}

#[test]
fn compressed_and_read_only_files_are_left_alone() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(format!("{OLD}\n").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let project = Project::with(&[("locked.json", OLD)]);
    project.write("a.ndjson.gz", &packed);
    let mut permissions = fs::metadata(project.path("locked.json")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(project.path("locked.json"), permissions).unwrap();
    let run = translate(&project, &["a.ndjson.gz", "locked.json", "--write"]);
    assert_eq!(run.code, 2);
    let expected = "\
waport: a.ndjson.gz: not written: it is compressed and not rewritten in place; unpack it, or use `waport translate --out`
waport: locked.json: not written: it is read-only
Applied no fix in 2 files; 2 of 2 payloads had On-Premises form.
";
    assert_eq!(run.err, expected);
    assert!(fs::read(project.path("a.ndjson.gz")).unwrap() == packed && read(&project, "locked.json") == OLD);
    assert_eq!(translate(&project, &["a.ndjson.gz"]).text(), format!("{NEW}\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_original() {
    let text = archive(300);
    let project = Project::with(&[("a.ndjson", &text)]);
    let program = env!("CARGO_BIN_EXE_waport");
    let script = format!("trap '' XFSZ; ulimit -f 8; exec {program} translate a.ndjson --write");
    let mut limited = std::process::Command::new("sh");
    let run = program::finish(limited.arg("-c").arg(script).current_dir(project.path(".")), b"");
    assert!(run.code == 2 && run.err.contains("a.ndjson: not written: File too large"), "{} {}", run.code, run.err);
    assert_eq!(read(&project, "a.ndjson"), text);
    assert_eq!(fs::read_dir(project.path(".")).unwrap().count(), 1);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let status = project.command(&["translate", "a.ndjson"]).stdout(full).stderr(std::process::Stdio::null()).status();
    assert_eq!(status.unwrap().code(), Some(2));
}

#[test]
fn what_comes_into_a_webhook_is_indented_with_it() {
    let old = r#"{
  "errors": [
    {
      "code": 400,
      "title": "Media download error",
      "details": "Three tries",
      "href": "https://developers.facebook.com/docs/whatsapp/api/errors/"
    }
  ]
}
"#;
    let new = r#"{
  "object": "whatsapp_business_account",
  "entry": [
    {
      "id": "1029",
      "changes": [
        {
          "value": {
            "messaging_product": "whatsapp",
            "metadata": {
              "display_phone_number": "15550100199",
              "phone_number_id": "1065"
            },
            "errors": [
              {
                "code": 131052,
                "title": "Media download error",
                "message": "Media download error",
                "error_data": {
                  "details": "Three tries"
                },
                "href": "https://developers.facebook.com/docs/whatsapp/api/errors/"
              }
            ]
          },
          "field": "messages"
        }
      ]
    }
  ]
}
"#;
    let escaped = |text: &str| format!("{}\n", serde_json::json!({ "body": text.trim_end() }));
    let project = Project::with(&[("a.json", old), ("b.json", &escaped(old))]);
    let run = |file| translate(&project, &[&[file], &IDENTITY[..]].concat());
    assert_eq!(run("a.json").text(), new);
    assert_eq!(run("b.json").text(), escaped(new));
}

#[test]
fn a_report_never_takes_the_place_of_what_is_read() {
    let project = Project::with(&[("in/a.json", OLD)]);
    for args in [
        ["translate", "in/a.json", "--write", "--report", "in/../in/a.json"],
        ["check", "in/a.json", "--fix", "--output-format", "json:in/a.json"],
    ] {
        let run = project.run(&args);
        assert!(run.code == 2 && run.err.contains("would take the place of in/a.json"), "{}", run.err);
        assert_eq!(read(&project, "in/a.json"), OLD);
    }
}

#[test]
fn a_report_goes_to_standard_output_when_nothing_else_does() {
    let project = Project::with(&[("a.json", DOUBTFUL)]);
    for args in [["a.json", "--report", "-"].as_slice(), &["a.json", "--diff", "--report", "-"]] {
        let run = translate(&project, args);
        assert!(run.code == 2 && run.err.contains("give --report a file of its own"), "{}", run.err);
    }
    let run = translate(&project, &["a.json", "--write", "--report", "-"]);
    assert_eq!((run.code, &run.json()["summary"]["manual"]), (0, &1.into()), "{}", run.err);
    assert!(!project.path("-").exists());
}

#[test]
fn a_folder_for_output_is_a_folder() {
    let project = Project::with(&[("a.json", OLD), ("b.json", "kept")]);
    for out in ["b.json", "b.json/deep/er"] {
        let run = translate(&project, &["a.json", "--out", out]);
        assert!(run.code == 2 && run.err.contains("b.json is a file, not a folder"), "{}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
    assert_eq!(read(&project, "b.json"), "kept");
    fs::create_dir_all(project.path("out/a.json")).unwrap();
    let run = translate(&project, &["a.json", "--out", "out"]);
    assert_eq!(run.code, 2);
    assert!(run.err.starts_with("waport: a.json: not written: out/a.json: a folder is there\n"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_to_a_tree_names_its_place() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::with(&[("a.json", OLD), ("out/b.json", "")]);
    fs::set_permissions(project.path("out"), fs::Permissions::from_mode(0o500)).unwrap();
    let may_write_all = fs::write(project.path("out/c.json"), "").is_ok();
    let run = translate(&project, &["a.json", "--out", "out"]);
    fs::set_permissions(project.path("out"), fs::Permissions::from_mode(0o700)).unwrap();
    if !may_write_all {
        assert_eq!(run.code, 2);
        assert!(run.err.starts_with("waport: a.json: not written: out/a.json: Permission denied"), "{}", run.err);
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_stopped_leaves_the_original() {
    let text = archive(60_000);
    let project = Project::with(&[("in/a.ndjson", &text)]);
    let mut run = project.command(&["translate", "in", "--write", "-q"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    run.kill().unwrap();
    let ended = run.wait().unwrap().success();
    assert!(ended || read(&project, "in/a.ndjson") == text);
    assert_eq!(translate(&project, &["in", "--write"]).code, 0);
    assert!(read(&project, "in/a.ndjson").starts_with(NEW.split("Hello").next().unwrap()));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let project = Project::with(&[("in/a.json", OLD)]);
    let made = std::process::Command::new("mkfifo").arg(project.path("in/pipe.json")).status();
    assert!(made.unwrap().success());
    let run = translate(&project, &["in", "--out", "out"]);
    assert_eq!(run.code, 2, "{}", run.err);
    let problem = "waport: in/pipe.json: not written: it could not be read: a named pipe, which is not read";
    assert!(run.err.starts_with(problem) && run.err.matches("pipe.json").count() == 1, "{}", run.err);
    assert_eq!(read(&project, "out/a.json"), NEW);
}

#[test]
fn the_last_line_says_when_there_was_nothing_to_translate() {
    let project = Project::with(&[("a.json", CLEAN), ("in/b.json", "{}"), ("code/c.rs", "fn main() {}")]);
    let last = |args: &[&str]| translate(&project, args).err;
    let cloud = "Looked at 1 file: none of 1 payload has On-Premises form, so there is nothing to change.\n";
    assert_eq!(last(&["a.json"]), cloud);
    assert_eq!(last(&["in", "--diff"]), "Looked at 1 file: no WhatsApp payload was found.\n");
    let advice = "JSON, YAML, text that may hold JSON, source code in ten languages and settings are looked at.\n";
    let gone = last(&["gone.json"]);
    assert!(gone.ends_with("Looked at 0 files: no WhatsApp payload was found.\n"), "{gone}");
    assert_eq!(last(&["code", "--write"]), format!("Looked at 0 files: no WhatsApp payload was found.\n{advice}"));
}

#[test]
fn verbose_names_what_does_not_parse() {
    let project = Project::with(&[("in/a.json", OLD), ("in/b.json", "{ lamp")]);
    let run = translate(&project, &["in", "--write", "-v"]);
    assert!(run.code == 0 && run.err.starts_with("in/b.json: does not parse at 1:"), "{}", run.err);
    assert!(run.err.contains("\n1 file or line does not parse and is as it was.\n"), "{}", run.err);
    assert!(!translate(&project, &["in", "--write"]).err.contains("b.json"));
}

#[test]
fn a_fault_in_a_media_map_says_what_an_entry_is() {
    let project = Project::with(&[("a.json", OLD), ("map.json", r#"{"f043afd0": "7310562248917745"}"#)]);
    let run = translate(&project, &["a.json", "--media-map", "map.json"]);
    let entry =
        r#"waport: media map map.json: invalid type: string "7310562248917745", expected an entry such as { "id": "#;
    assert!(run.code == 2 && run.err.starts_with(entry), "{}", run.err);
}

#[test]
fn what_may_have_either_form_is_left_and_said() {
    let answer = r#"{"messages":[{"id":"wamid.HBgL"}],"contacts":[{"input":"15550100123","wa_id":"15550100123"}]}"#;
    let run = Project::new().pipe(&["translate", "-"], answer);
    assert_eq!((run.code, run.text()), (0, answer));
    assert!(run.err.contains("1 payload may have either form and is as it was"), "{}", run.err);
}

#[test]
fn what_does_not_parse_is_left_to_do() {
    let broken = &OLD[..OLD.len() - 1];
    let mut input = format!("{broken}\n{OLD}\n").into_bytes();
    input.extend_from_slice(b"{\"wa_id\":\"\xff\"}\n");
    let project = Project::new();
    project.write("a.ndjson", &input);
    let run = translate(&project, &["a.ndjson", "--strict", "--report", "r.json"]);
    assert!(run.code == 1 && run.err.contains("invalid-json (2)"), "{} {}", run.code, run.err);
    let report: serde_json::Value = serde_json::from_str(&read(&project, "r.json")).unwrap();
    let lines: Vec<_> = report["items"].as_array().unwrap().iter().map(|item| item["line"].as_u64()).collect();
    assert_eq!((lines, &report["summary"]["manual"]), (vec![Some(1), Some(3)], &serde_json::json!(2)));
}

#[test]
fn a_line_that_is_no_text_does_not_end_the_file_in_a_difference() {
    let mut input = format!("{OLD}\n").into_bytes();
    input.extend_from_slice(b"\xff\n");
    input.extend_from_slice(format!("{OLD}\n").as_bytes());
    let run = Project::new().pipe(&["translate", "-", "--diff"], &input);
    let hunk = |line: u32| format!("@@ -{line} +{line} @@\n-{OLD}\n+{NEW}\n");
    assert_eq!(run.text(), format!("--- <stdin>\n+++ <stdin>\n{}{}", hunk(1), hunk(3)));
}

#[test]
fn a_member_that_stands_twice_is_left_to_a_person() {
    let twice = OLD.replace("\"preview_url\":true", "\"preview_url\":true,\"preview_url\":false");
    let run = Project::new().pipe(&["translate", "-", "--strict"], &twice);
    assert_eq!((run.code, run.text()), (1, &*twice.replacen('{', "{\"messaging_product\":\"whatsapp\",", 1)));
    assert!(run.err.contains("preview-url") && run.err.contains("duplicate-key"), "{}", run.err);
}

#[test]
fn an_entry_of_the_media_map_that_has_expired_replaces_nothing() {
    let map = r#"{"f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68":{"id":"1234567890123456","expires":"2026-12-20"}}"#;
    let project = Project::with(&[("a.json", DOUBTFUL), ("map.json", map)]);
    let on = |day: &str| translate(&project, &["a.json", "--media-map", "map.json", "--today", day]);
    assert!(on("2026-12-19").text().contains("1234567890123456"));
    let expired = on("2026-12-20");
    assert!(expired.text().contains("f043afd0") && expired.err.contains("onprem-media-id"), "{}", expired.err);
    project.write("map.json", r#"{"f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68":{"id":"1"},"1":{"id":"2"}}"#);
    let chain = on("2026-12-20");
    assert!(chain.code == 2 && chain.err.contains("`1` is replaced by the map itself"), "{}", chain.err);
}

#[test]
fn counts_are_of_what_was_written() {
    let project = Project::with(&[("locked.json", DOUBTFUL), ("open.json", OLD)]);
    let mut permissions = fs::metadata(project.path("locked.json")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(project.path("locked.json"), permissions).unwrap();
    let run = translate(&project, &["locked.json", "open.json", "--write", "--report", "r.json"]);
    assert_eq!(run.code, 2);
    let report: serde_json::Value = serde_json::from_str(&read(&project, "r.json")).unwrap();
    assert_eq!([&report["summary"]["safe_fixes"], &report["summary"]["unsafe_fixes"]], [2, 0]);
}

#[cfg(unix)]
#[test]
fn a_tree_of_its_own_keeps_who_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::with(&[("in/a.json", OLD)]);
    fs::set_permissions(project.path("in/a.json"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(translate(&project, &["in", "--out", "out"]).code, 0);
    assert_eq!(fs::metadata(project.path("out/a.json")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn many_payloads_in_one_document_take_time_in_proportion() {
    let many = format!("[{}]", vec![WEBHOOK; 20_000].join(",\n"));
    let project = Project::with(&[("a.json", &many)]);
    let run = translate(&project, &[&["a.json", "-q"], &IDENTITY[..]].concat());
    assert_eq!(run.text(), format!("[{}]", vec![WRAPPED; 20_000].join(",\n")));
}
