//! What people and programs get to see.

#![cfg(feature = "cli")]

mod services;

use super::*;
use crate::diagnose::Cure;
use crate::finding::{Confidence, Severity};
use crate::fix::Level;
use crate::form::{Document, Form};
use crate::rules::Text;

const ORDER: &str = r#"{
  "to": "15550100123",
  "type": "template",
  "template": {
    "name": "parcel_sent",
    "components": [
      { "type": "button", "sub_type": "url" }
    ]
  }
}
"#;

fn diagnostic() -> Diagnostic {
    Diagnostic {
        rule: "missing-button-index",
        severity: Severity::Error,
        confidence: Confidence::High,
        text: Text {
            message: "A button component has no `index`; Cloud API refuses the message.".into(),
            help: "Write the position of the button among all buttons of the template, counted from 0.".into(),
        },
        source: "Meta's migration guide, Property Validation".into(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 2,
        span: (0, 1),
        document: Some(String::new()),
        pointer: Some("/template/components/0".into()),
        form: Some(Form::OnPrem(Document::Message)),
        fingerprint: 0x0123_4567_89ab_cdef_0011_2233_4455_6677,
        fix: Some(Cure {
            level: Level::Safe,
            title: "insert `\"index\": \"0\"`".into(),
            edits: vec![(5, 5, "\"index\": \"0\", ".into())],
        }),
        guarded: false,
    }
}

/// A label from the first `from` to before the next `to`, and the diagnostic that stands there.
fn at(source: &str, from: &str, to: &str) -> (Span, Diagnostic) {
    let start = source.find(from).unwrap();
    let end = start + source[start..].find(to).unwrap();
    let before = source[..start].rsplit('\n').next().unwrap();
    let mut diagnostic = diagnostic();
    diagnostic.line = source[..start].matches('\n').count() as u64 + 1;
    diagnostic.column = before.chars().count() as u64 + 1;
    diagnostic.end_line = diagnostic.line + source[start..end].matches('\n').count() as u64;
    diagnostic.end_column = diagnostic.column + source[start..end].chars().count() as u64;
    diagnostic.span = (start as u64, end as u64);
    (Span { start: u32::try_from(start).unwrap(), end: u32::try_from(end).unwrap() }, diagnostic)
}

fn show(format: Format, style: Style, file: &str, source: &str, label: Span, diagnostic: &Diagnostic) -> String {
    let mut out = Vec::new();
    Renderer::new(format, style).finding(file, source, label, diagnostic, &mut out);
    String::from_utf8(out).unwrap()
}

fn full(file: &str, source: &str, label: Span, diagnostic: &Diagnostic) -> String {
    show(Format::Full, Style::default(), file, source, label, diagnostic)
}

/// A message on one line of a megabyte, with `inside` in the middle.
fn long_line(inside: &str) -> String {
    let other = r#"{"to":"15550100123","type":"text","text":{"body":"hello"}},"#;
    let half = other.repeat(500_000 / other.len());
    format!("[{half}{inside},{half}{{}}]")
}

#[test]
fn a_finding_in_a_pretty_file_is_shown_between_its_neighbours() {
    let (label, diagnostic) = at(ORDER, "{ \"type\"", "\n");
    insta::assert_snapshot!(full("templates/order.json", ORDER, label, &diagnostic), @r#"
    error[missing-button-index] at /template/components/0
      × A button component has no `index`; Cloud API refuses the message.
       ╭─[templates/order.json:7:7]
     6 │     "components": [
     7 │       { "type": "button", "sub_type": "url" }
       ·       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
     8 │     ]
       ╰────
      help: Write the position of the button among all buttons of the template, counted from 0.
      fix (safe): insert `"index": "0"`
      source: Meta's migration guide, Property Validation
    "#);
}

#[test]
fn an_object_over_many_lines_is_labelled_at_its_first() {
    let (label, diagnostic) = at(ORDER, "{\n    \"name\"", "}\n}");
    insta::assert_snapshot!(full("templates/order.json", ORDER, label, &diagnostic), @r#"
    error[missing-button-index] at /template/components/0
      × A button component has no `index`; Cloud API refuses the message.
       ╭─[templates/order.json:4:15]
     3 │   "type": "template",
     4 │   "template": {
       ·               ^
     5 │     "name": "parcel_sent",
       ╰────
      help: Write the position of the button among all buttons of the template, counted from 0.
      fix (safe): insert `"index": "0"`
      source: Meta's migration guide, Property Validation
    "#);
}

#[test]
fn of_a_long_line_the_part_near_the_label_is_shown() {
    let source = long_line(r#"{"to":"15550100124","type":"text","text":{"body":"hi"},"extra":1}"#);
    let (label, mut diagnostic) = at(&source, "\"extra\"", ":");
    diagnostic.document = Some("/8474".into());
    diagnostic.pointer = Some("/extra".into());
    diagnostic.confidence = Confidence::Medium;
    diagnostic.severity = Severity::Warning;
    diagnostic.fix = None;
    let shown = full("capture.json", &source, label, &diagnostic);
    insta::assert_snapshot!(shown, @r#"
    warning[missing-button-index] at /extra in /8474 (medium confidence)
      ⚠ A button component has no `index`; Cloud API refuses the message.
       ╭─[capture.json:1:500023]
     1 │ …100124","type":"text","text":{"body":"hi"},"extra":1},{"to":"15550100123","type":"text","text…
       ·                                             ^^^^^^^
       ╰────
      help: Write the position of the button among all buttons of the template, counted from 0.
      source: Meta's migration guide, Property Validation
    "#);
    assert!(shown.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn a_long_label_leaves_room_for_what_is_around_it() {
    let body = "x".repeat(5_000);
    let source = long_line(&format!(r#"{{"to":"15550100124","type":"text","text":{{"body":"{body}"}}}}"#));
    let (label, diagnostic) = at(&source, "\"xxx", "}");
    insta::assert_snapshot!(full("capture.json", &source, label, &diagnostic), @r#"
    error[missing-button-index] at /template/components/0
      × A button component has no `index`; Cloud API refuses the message.
       ╭─[capture.json:1:500017]
     1 │ …"text":{"body":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
       ·                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       ╰────
      help: Write the position of the button among all buttons of the template, counted from 0.
      fix (safe): insert `"index": "0"`
      source: Meta's migration guide, Property Validation
    "#);
}

#[test]
fn columns_count_characters_and_tabs_stay_aligned() {
    let source = "{\r\n\t\"größe\":\t\"你好\", \"vöice\": true\r\n}";
    let (label, diagnostic) = at(source, "\"vöice\"", ":");
    assert_eq!(diagnostic.column, 17);
    insta::assert_snapshot!(full("grüße.json", source, label, &diagnostic), @r#"
    error[missing-button-index] at /template/components/0
      × A button component has no `index`; Cloud API refuses the message.
       ╭─[grüße.json:2:17]
     1 │ {
     2 │     "größe":    "你好", "vöice": true
       ·                         ^^^^^^^
     3 │ }
       ╰────
      help: Write the position of the button among all buttons of the template, counted from 0.
      fix (safe): insert `"index": "0"`
      source: Meta's migration guide, Property Validation
    "#);
}

#[test]
fn nothing_from_a_file_reaches_the_terminal_raw() {
    let source = "{ \"\x1b[31mred\u{202e}\x07\": \"::error::x ##[group]\u{2028}\", \"\u{9b}2J\": 1 }";
    let (label, mut diagnostic) = at(source, "\"\x1b", ":");
    diagnostic.text.message = "`\x1b[31mred\u{202e}\x07` is no property of a message.".into();
    diagnostic.text.help = "Delete `\x1b[31mred\u{202e}\x07`.\n::error::x".into();
    diagnostic.pointer = Some("/\x1b[31mred\u{202e}\x07".into());
    insta::assert_snapshot!(full("a\x1b]0;x\x07\n::b.json", source, label, &diagnostic), @r#"
    error[missing-button-index] at /␛[31mred\u{202e}␇
      × `␛[31mred\u{202e}␇` is no property of a message.
       ╭─[a␛]0;x␇␊::b.json:1:3]
     1 │ { "␛[31mred\u{202e}␇": "::error::x #\u{23}[group]\u{2028}", "\u{9b}2J": 1 }
       ·   ^^^^^^^^^^^^^^^^^^^
       ╰────
      help: Delete `␛[31mred\u{202e}␇`.␊::error::x
      fix (safe): insert `"index": "0"`
      source: Meta's migration guide, Property Validation
    "#);
}

#[test]
fn every_format_is_harmless() {
    let nasty: String =
        ('\0'..='\u{ffff}').filter(|c| harmless::acts(*c)).chain("##[x] ::y\u{e0041}".chars()).collect();
    let source = format!("{{\"{nasty}\": 1}}");
    let mut diagnostic = diagnostic();
    for text in [&mut diagnostic.text.message, &mut diagnostic.text.help, &mut diagnostic.source] {
        text.clone_from(&nasty);
    }
    diagnostic.pointer = Some(nasty.clone());
    diagnostic.document = Some(nasty.clone());
    diagnostic.fix = Some(Cure { level: Level::Manual, title: nasty.clone().into(), edits: Vec::new() });
    for format in Format::ALL {
        for start in 0..nasty.len() {
            let label = Span { start: u32::try_from(start).unwrap(), end: u32::try_from(source.len()).unwrap() };
            let shown = show(*format, Style::default(), &nasty, &source, label, &diagnostic);
            // A command of GitHub is one on purpose, at the beginning of the only line.
            let shown = if *format == Format::Github { shown.strip_prefix("::").unwrap() } else { &shown };
            assert!(shown.chars().all(|c| c == '\n' || !harmless::acts(c)), "{format}");
            assert!(
                !shown.contains("##") && !shown.lines().any(|line| line.trim_start().starts_with("::")),
                "{format}"
            );
        }
    }
}

#[test]
fn of_a_file_that_could_not_be_read_the_name_is_shown() {
    let mut diagnostic = diagnostic();
    diagnostic.text.message = "The file cannot be read: permission denied.".into();
    (diagnostic.text.help, diagnostic.source) = (String::new(), String::new());
    (diagnostic.document, diagnostic.pointer, diagnostic.fix) = (None, None, None);
    insta::assert_snapshot!(full("private\x07.json", "", Span::default(), &diagnostic), @"
    error[missing-button-index]
      × The file cannot be read: permission denied.
      file: private␇.json
    ");
}

#[test]
fn any_label_can_be_drawn() {
    for source in ["", "\n", "\r", "\r\n", "ä", "{\r\n\t\"ä\": 1\r\n}\r\n", "{}\n\n", "你\u{202e}好", &"ä".repeat(90)]
    {
        for start in 0..source.len() + 3 {
            for end in (start.saturating_sub(2)..start + 3).chain([source.len(), u32::MAX as usize]) {
                let label = Span { start: u32::try_from(start).unwrap(), end: u32::try_from(end).unwrap() };
                for (line, column) in [(1, 1), (2, 7), (0, 0), (u64::MAX, u64::MAX)] {
                    let diagnostic = Diagnostic { line, column, ..diagnostic() };
                    for width in [0, usize::MAX] {
                        let style = Style { colour: false, width };
                        let shown = show(Format::Full, style, "a.json", source, label, &diagnostic);
                        assert!(
                            shown.contains('^') != source.is_empty() && shown.contains("source:"),
                            "{source:?} {label:?}\n{shown}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_key_of_a_megabyte_does_not_flood_the_screen() {
    let key = "k".repeat(1_000_000);
    let source = format!("{{\"{key}\": 1}}");
    let mut diagnostic = diagnostic();
    diagnostic.pointer = Some(format!("/{key}"));
    diagnostic.text.message = format!("`{key}` is no property of a message.");
    let label = Span { start: 1, end: 1_000_003 };
    for format in [Format::Full, Format::Concise] {
        assert!(show(format, Style::default(), "a.json", &source, label, &diagnostic).len() < 2_000);
    }
}

#[test]
fn colours_follow_the_severity_and_only_when_wanted() {
    let (label, mut diagnostic) = at(ORDER, "{ \"type\"", "\n");
    for format in [Format::Full, Format::Concise] {
        for (severity, red_yellow_cyan) in
            [(Severity::Error, "\x1b[31m"), (Severity::Warning, "\x1b[33m"), (Severity::Note, "\x1b[36m")]
        {
            diagnostic.severity = severity;
            let plain = show(format, Style::default(), "a.json", ORDER, label, &diagnostic);
            assert!(!plain.contains('\x1b'));
            let style = Style { colour: true, ..Style::default() };
            let coloured = show(format, style, "a.json", ORDER, label, &diagnostic);
            assert!(coloured.contains(red_yellow_cyan));
            assert_eq!(without_colours(&coloured), plain);
        }
    }
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').unwrap().1)
}

#[test]
fn in_colour_the_label_is_as_loud_as_the_severity() {
    let (label, diagnostic) = at(ORDER, "{ \"type\"", "\n");
    let style = Style { colour: true, ..Style::default() };
    let shown = show(Format::Full, style, "templates/order.json", ORDER, label, &diagnostic);
    insta::assert_snapshot!(shown.replace('\x1b', "ESC"), @r#"
    ESC[1mESC[31merror[missing-button-index]ESC[0m at /template/components/0
      ESC[31m×ESC[0m A button component has no `index`; Cloud API refuses the message.
       ╭─[ESC[36;1;4mtemplates/order.json:7:7ESC[0m]
     ESC[2m6ESC[0m │     "components": [
     ESC[2m7ESC[0m │       { "type": "button", "sub_type": "url" }
       · ESC[31;1m      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ESC[0m
     ESC[2m8ESC[0m │     ]
       ╰────
      ESC[36mhelp:ESC[0m Write the position of the button among all buttons of the template, counted from 0.
      ESC[32mfix (safe):ESC[0m insert `"index": "0"`
      ESC[2msource:ESC[0m Meta's migration guide, Property Validation
    "#);
}

#[test]
fn concise_is_one_line_with_place_rule_message_and_pointer() {
    let (label, mut diagnostic) = at(ORDER, "{ \"type\"", "\n");
    let shown = show(Format::Concise, Style::default(), "templates/order.json", ORDER, label, &diagnostic);
    insta::assert_snapshot!(shown, @"
    templates/order.json:7:7: error[missing-button-index] A button component has no `index`; Cloud API refuses the message. (/template/components/0)
    ");
    diagnostic.pointer = None;
    diagnostic.text.message = "Two\nlines".into();
    let shown = show(Format::Concise, Style::default(), "a\nb.json", ORDER, label, &diagnostic);
    insta::assert_snapshot!(shown, @"
    a␊b.json:7:7: error[missing-button-index] Two␊lines
    ");
}

#[test]
fn json_has_every_field_of_a_finding() {
    let (label, diagnostic) = at(ORDER, "{ \"type\"", "\n");
    let shown = show(Format::JsonLines, Style::default(), "templates/order.json", ORDER, label, &diagnostic);
    insta::assert_snapshot!(shown, @r#"
    {"rule":"missing-button-index","severity":"error","confidence":"high","message":"A button component has no `index`; Cloud API refuses the message.","help":"Write the position of the button among all buttons of the template, counted from 0.","file":"templates/order.json","line":7,"column":7,"end_line":7,"end_column":46,"span":[116,155],"document":"","pointer":"/template/components/0","form":"onprem/message","fingerprint":"0123456789abcdef0011223344556677","source":"Meta's migration guide, Property Validation","fix":{"level":"safe","title":"insert `\"index\": \"0\"`","edits":[{"span":[5,5],"text":"\"index\": \"0\", "}]}}
    "#);
}

#[test]
fn json_gives_back_the_text_it_was_given() {
    let text: String = ('\0'..='\u{ffff}').chain("## \u{1f600}\u{e0041}".chars()).collect();
    let mut diagnostic = diagnostic();
    diagnostic.text.message.clone_from(&text);
    (diagnostic.pointer, diagnostic.document, diagnostic.form, diagnostic.fix) = (None, None, None, None);
    diagnostic.span = (0, u64::MAX);
    let shown = show(Format::JsonLines, Style::default(), &text, "", Span::default(), &diagnostic);
    let value: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(value["message"], text);
    assert_eq!(value["file"], text);
    assert_eq!(value["span"], serde_json::json!([0, u64::MAX]));
    for name in ["pointer", "document", "form", "fix"] {
        assert!(value[name].is_null());
    }
}

fn summary() -> Summary {
    Summary {
        files: 1_212,
        code: 1_204,
        documents: [("onprem/message", 3), ("cloud/webhook", 118_000)].into(),
        errors: 4,
        warnings: 1,
        notes: 0,
        fixable: 3,
        unreadable: vec![Unreadable { file: "a\x1b.json".into(), reason: "permission denied".into() }],
        not_parsed: 2,
        unjudged: 0,
        rules: [("missing-button-index", 4), ("media-link", 1)].into(),
        not_payloads: Vec::new(),
        failed: false,
        narrowed: false,
        ignored: 0,
        suppressed: 5,
        in_baseline: 0,
        fixed: 0,
        rewritten: 0,
        unwritten: 0,
        would_fix: false,
    }
}

#[test]
fn json_is_one_object() {
    for findings in 0..3 {
        let mut renderer = Renderer::new(Format::Json, Style::default());
        let mut out = Vec::new();
        renderer.begin(&mut out);
        for number in 0..findings {
            if number > 0 {
                out.extend_from_slice(Format::Json.separator());
            }
            renderer.finding("a.json", "", Span::default(), &diagnostic(), &mut out);
            Format::Json.more("a.json", "missing-button-index", 7, 1, &mut out);
        }
        renderer.end(&summary(), &mut out);
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["version"], 1);
        assert_eq!(value["findings"].as_array().unwrap().len(), findings);
        assert_eq!(
            value["summary"],
            serde_json::json!({
                "files": 1212, "documents": { "cloud/webhook": 118_000, "onprem/message": 3 },
                "errors": 4, "warnings": 1, "notes": 0, "fixable": 3,
                "unreadable": [{ "file": "a\x1b.json", "reason": "permission denied" }],
                "not_parsed": 2, "code": 1204, "unjudged": 0, "ignored": 0, "suppressed": 5, "in_baseline": 0, "fixed": 0
            })
        );
    }
}

#[test]
fn formats_of_lines_have_nothing_around_their_findings() {
    for format in [Format::Full, Format::Concise, Format::JsonLines, Format::Github] {
        let mut renderer = Renderer::new(format, Style::default());
        let mut out = Vec::new();
        renderer.begin(&mut out);
        renderer.end(&summary(), &mut out);
        out.extend_from_slice(format.separator());
        format.begin_file("a.json", 3, &mut out);
        format.end_file(&mut out);
        assert!(out.is_empty() && !format.counts_by_file());
    }
}

#[test]
fn what_is_not_shown_is_counted() {
    let more = |format: Format, count| {
        let mut out = Vec::new();
        format.more("a.json", "media-link", count, 1414, &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(
        more(Format::Full, 118_000),
        "a.json: media-link: … and 118,000 more like it, the first at line 1414\n\n"
    );
    assert_eq!(more(Format::Concise, 1), "a.json: media-link: … and 1 more like it, at line 1414\n");
    assert_eq!(more(Format::Concise, 0), "");
    for format in Format::ALL.iter().filter(|format| !format.is_for_people()) {
        assert_eq!(more(*format, 3), "");
    }
}

#[test]
fn the_last_lines_say_what_was_looked_at_and_found() {
    insta::assert_snapshot!(summary_for_people(&summary(), Style::default()), @"
    Looked at 1,212 files with 118,003 payloads: 118,000 cloud/webhook, 3 onprem/message.
    1,204 files of code have to do with WhatsApp.
    Found 4 errors, 1 warning; 3 have a safe fix.
    5 suppressed.
    1 file could not be read:
      a␛.json: permission denied
    2 files or lines do not parse.
    ");
}

#[test]
fn the_last_lines_know_one_from_many() {
    let one = Summary {
        files: 1,
        code: 1,
        documents: [("cloud/message", 1)].into(),
        errors: 1,
        warnings: 1,
        notes: 1,
        not_parsed: 1,
        ignored: 1,
        ..Summary::default()
    };
    insta::assert_snapshot!(summary_for_people(&one, Style::default()), @"
    Looked at 1 file with 1 payload: 1 cloud/message.
    1 file of code has to do with WhatsApp.
    Found 1 error, 1 warning, 1 note; none has a safe fix.
    1 file or line does not parse.
    1 file was left out, as the configuration says.
    ");
}

#[test]
fn a_run_that_saw_no_payload_says_so() {
    let none = Summary { files: 1, ..Summary::default() };
    insta::assert_snapshot!(summary_for_people(&none, Style::default()), @"
    Looked at 1 file: no WhatsApp payload was found.
    ");
    let code = Summary { code: 1, ..none.clone() };
    insta::assert_snapshot!(summary_for_people(&code, Style::default()), @"
    Looked at 1 file: no WhatsApp payload was found.
    1 file of code has to do with WhatsApp.
    Found nothing that Cloud API would mind.
    ");
    let clean = Summary { documents: [("cloud/message", 2)].into(), ..none };
    insta::assert_snapshot!(summary_for_people(&clean, Style::default()), @"
    Looked at 1 file with 2 payloads: 2 cloud/message.
    Found nothing that Cloud API would mind.
    ");
}

#[test]
fn what_could_not_be_written_is_not_called_fixed() {
    let documents = [("cloud/message", 1)].into();
    let locked = Summary { files: 1, documents, unwritten: 1, ..Summary::default() };
    insta::assert_snapshot!(summary_for_people(&locked, Style::default()), @"
    Looked at 1 file with 1 payload: 1 cloud/message.
    Found nothing else.
    1 file could not be written: what its fixes are for is still there, and not counted.
    ");
}

#[test]
fn of_many_unreadable_files_twenty_are_named() {
    let unreadable = |number| Unreadable { file: format!("{number}.json"), reason: "no such file".into() };
    let many = Summary { unreadable: (0..1_030).map(unreadable).collect(), ..Summary::default() };
    let lines = summary_for_people(&many, Style::default());
    assert!(lines.contains("1,030 files could not be read:\n  0.json: no such file\n"));
    assert!(lines.contains("  19.json: no such file\n  and 1,010 more\n"));
}

#[test]
fn formats_go_by_their_names() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(*format));
    }
    let error = "xml\x1b".parse::<Format>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`xml␛` is no output format; formats are `full`, `concise`, `json`, `json-lines`, `sarif`, `github`, `gitlab`, `junit`"
    );
}
