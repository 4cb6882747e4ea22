//! All formats on the same findings, and what nothing in a payload can do to those that services read.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::*;
use crate::rules::RULES;

/// Text that would end a string, a tag, a command or a line, in each of the formats.
const NASTY: &str = "a\"b\\ ::error::c,d:e%0A%25 ]]></failure> <![CDATA[ &amp; &#10; {0} [l](m) ##[g]\r\n::x::\u{1b}[31m\
\u{202e}\u{2066}\u{7f}\u{9b}\u{2028}\u{fffe}\u{0}\t\u{feff}\u{e0041}\u{fffd}";

struct Found {
    file: &'static str,
    source: &'static str,
    label: Span,
    diagnostic: Diagnostic,
}

/// Findings of three severities in two files: with a fix, inside a string, over several lines.
fn findings() -> Vec<Found> {
    const SENT: &str = "{ \"to\": \"15550100123\", \"note\": \"grün\",\n  \"type\": \"voice\" }\n";
    let (label, first) = at(ORDER, "{ \"type\"", "\n");
    let index = Found { file: "templates/order.json", source: ORDER, label, diagnostic: first };

    let (label, mut second) = at(SENT, "{ \"to\"", "}\n");
    second.rule = "media-link";
    second.severity = Severity::Warning;
    second.confidence = Confidence::Medium;
    second.text.message = "`link` is `http`: 100% of such links are refused".into();
    second.text.help = "use `https`, on a host that Meta reaches".into();
    second.document = Some("/item/0/request/body/raw#".into());
    second.pointer = Some("/image/link".into());
    second.fingerprint = 7;
    second.fix = Some(Cure { level: Level::Manual, title: "use another link".into(), edits: Vec::new() });
    let link = Found { file: "sent, 50%/größe: a b.json", source: SENT, label, diagnostic: second };

    let (label, mut third) = at(SENT, "\"voice\"", " }");
    third.rule = "unknown-property";
    third.severity = Severity::Note;
    third.text.help = String::new();
    third.pointer = Some("/type".into());
    third.form = None;
    third.fingerprint = u128::MAX;
    let edits = vec![(52, 59, String::new()), (60, 60, "\"audio\"".into())];
    third.fix = Some(Cure { level: Level::Unsafe, title: "rename it".into(), edits });
    vec![index, link, Found { file: "sent, 50%/größe: a b.json", source: SENT, label, diagnostic: third }]
}

/// A whole report, put together as a run does it.
fn report(format: Format, found: &[Found], summary: &Summary) -> String {
    let mut renderer = Renderer::new(format, Style::default());
    let mut out = Vec::new();
    renderer.begin(&mut out);
    for (number, file) in found.chunk_by(|one, other| one.file == other.file).enumerate() {
        format.begin_file(file[0].file, file.len() as u64, &mut out);
        for (position, Found { file, source, label, diagnostic }) in file.iter().enumerate() {
            if number + position > 0 {
                out.extend_from_slice(format.separator());
            }
            renderer.finding(file, source, *label, diagnostic, &mut out);
        }
        format.end_file(&mut out);
    }
    renderer.end(summary, &mut out);
    String::from_utf8(out).unwrap()
}

fn about(found: &[Found]) -> Summary {
    let rules = found.iter().map(|found| (found.diagnostic.rule, 1)).collect();
    Summary { files: 2, errors: 1, warnings: 1, notes: 1, fixable: 1, rules, ..Summary::default() }
}

/// A finding of a rule whose name, message and place are hostile.
fn nasty() -> Found {
    let mut diagnostic = diagnostic();
    for text in [&mut diagnostic.text.message, &mut diagnostic.text.help, &mut diagnostic.source] {
        NASTY.clone_into(text);
    }
    diagnostic.document = Some(NASTY.into());
    diagnostic.pointer = Some(NASTY.into());
    let edits = vec![(3, 9, NASTY.into())];
    diagnostic.fix = Some(Cure { level: Level::Unsafe, title: NASTY.into(), edits });
    Found { file: NASTY, source: "", label: Span::default(), diagnostic }
}

fn parsed(format: Format, found: &[Found], summary: &Summary) -> Value {
    serde_json::from_str(&report(format, found, summary)).unwrap()
}

#[test]
fn every_format_shows_the_same_findings() {
    let found = findings();
    let summary = about(&found);
    for format in Format::ALL.iter().filter(|format| **format != Format::Sarif) {
        insta::assert_snapshot!(format.as_str(), report(*format, &found, &summary));
    }
    let mut sarif = parsed(Format::Sarif, &found, &summary);
    // What changes with every rule and release is held by other tests.
    for result in sarif["runs"][0]["results"].as_array_mut().unwrap() {
        result["ruleIndex"] = "see the next tests".into();
    }
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap();
    rules.retain(|rule| rule["id"] == "missing-button-index" || rule["id"] == "missing-type");
    for text in ["text", "markdown"] {
        let page = rules[0]["help"][text].as_str().unwrap();
        assert!(page.starts_with("# missing-button-index\n") && page.contains("\n## What to do\n"));
        rules[0]["help"][text] = "the page".into();
    }
    sarif["runs"][0]["tool"]["driver"]["version"] = "the version".into();
    sarif["runs"][0]["tool"]["driver"]["semanticVersion"] = "the version".into();
    insta::assert_snapshot!("sarif", format!("{sarif:#}"));
}

#[test]
fn every_format_has_a_run_without_findings() {
    let shown: Vec<String> = [Format::Github, Format::Gitlab, Format::Junit]
        .iter()
        .map(|format| format!("{format}:\n{}", report(*format, &[], &Summary::default())))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    github:

    gitlab:
    [

    ]

    junit:
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="waport">
    <testsuite name="waport" tests="1" failures="0" errors="0">
    <testcase name="nothing was found" classname="waport"/>
    </testsuite>
    </testsuites>
    "#);
    let sarif = parsed(Format::Sarif, &[], &Summary::default());
    assert_eq!(sarif["runs"][0]["results"], json!([]));
    assert_eq!(
        sarif["runs"][0]["invocations"],
        json!([{ "executionSuccessful": true, "toolExecutionNotifications": [] }])
    );
}

#[test]
fn sarif_results_refer_to_their_rules() {
    let found = findings();
    let sarif = parsed(Format::Sarif, &found, &about(&found));
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(rules[index]["help"]["markdown"].is_string(), "what was found is explained");
    }
    let explained = rules.iter().filter(|rule| !rule["help"].is_null());
    assert_eq!(explained.count(), 3, "what was not found is only named");
    for (rule, descriptor) in RULES.iter().zip(rules) {
        assert_eq!(
            (&descriptor["id"], &descriptor["shortDescription"]["text"]),
            (&rule.name.into(), &rule.summary().into())
        );
        assert_eq!(descriptor["defaultConfiguration"]["level"], rule.severity.as_str());
    }
}

#[test]
fn every_rule_says_in_sarif_why_it_matters() {
    let rules = RULES.iter().map(|rule| (rule.name, 1)).collect();
    let sarif = parsed(Format::Sarif, &[], &Summary { rules, ..Summary::default() });
    for rule in sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
        let text = rule["fullDescription"]["text"].as_str().unwrap();
        assert!(text.len() > 40 && !text.contains("##"), "{}: {text}", rule["id"]);
    }
}

#[test]
fn sarif_says_which_files_could_not_be_read() {
    let fault = |file: &str| Unreadable { file: file.into(), reason: "permission\u{1b} denied {0}".into() };
    let summary = Summary {
        unreadable: vec![fault("a b.json")],
        not_payloads: vec![fault("notes.json")],
        failed: true,
        ..Summary::default()
    };
    let sarif = parsed(Format::Sarif, &[], &summary);
    let notification = |uri: &str| {
        json!({
            "level": "error", "message": { "text": "permission␛ denied {{0}}" },
            "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" } } }]
        })
    };
    assert_eq!(
        sarif["runs"][0]["invocations"],
        json!([{
            "executionSuccessful": false,
            "toolExecutionNotifications": [notification("a%20b.json"), notification("notes.json")]
        }])
    );
}

#[test]
fn sarif_places_files_by_uri() {
    let artifact = |file: &'static str| {
        let sarif = parsed(Format::Sarif, &[Found { file, ..nasty() }], &Summary::default());
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].clone()
    };
    let inside = |uri: &str| json!({ "uri": uri, "uriBaseId": "%SRCROOT%" });
    assert_eq!(artifact("a/b.json"), inside("a/b.json"));
    assert_eq!(artifact("c:a/b?c#d%20e.json"), inside("c%3Aa/b%3Fc%23d%2520e.json"));
    assert_eq!(artifact("größe\\\u{202e}\u{fffd}.json"), inside("gr%C3%B6%C3%9Fe%5C%E2%80%AE%EF%BF%BD.json"));
    assert_eq!(artifact("<stdin>"), inside("%3Cstdin%3E"));
    assert_eq!(artifact("../other/a.json"), json!({ "uri": "../other/a.json" }));
    #[cfg(unix)]
    assert_eq!(artifact("/srv/a b.json"), json!({ "uri": "file:///srv/a%20b.json" }));
}

#[test]
fn nothing_breaks_out_of_sarif() {
    let sarif = parsed(Format::Sarif, &[nasty()], &Summary::default());
    let result = &sarif["runs"][0]["results"][0];
    for text in [&result["message"]["text"], &result["fixes"][0]["description"]["text"]] {
        let text = text.as_str().unwrap();
        assert!(text.chars().all(|c| c == '\n' || !harmless::acts(c)), "{text}");
        assert!(text.contains("{{0}}") && !text.contains("]("), "neither a placeholder nor a link: {text}");
    }
    // What programs read is what was there.
    assert_eq!(result["properties"]["pointer"], NASTY);
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], NASTY);
    assert_eq!(change["replacements"][0]["deletedRegion"], json!({ "byteOffset": 3, "byteLength": 6 }));
    let uri = change["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"%/-._~".contains(&b)), "{uri}");
    assert_eq!(percent_encoding::percent_decode_str(uri).decode_utf8().unwrap(), NASTY);
}

/// A workflow command as GitHub's runner reads it: name, properties, message.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let unescape =
        |text: &str, signs: &[(&str, &str)]| signs.iter().fold(text.to_owned(), |text, (a, b)| text.replace(a, b));
    let data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
    let property = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|one| one.split_once('=').unwrap());
    let properties = properties.map(|(name, value)| (name.to_owned(), unescape(value, &property)));
    (name.to_owned(), properties.collect(), unescape(message, &data))
}

#[test]
fn nothing_breaks_out_of_a_github_command() {
    let shown = report(Format::Github, &[nasty()], &Summary::default());
    assert_eq!(shown.matches('\n').count(), 1);
    let (name, properties, message) = command(shown.trim_end_matches('\n'));
    assert_eq!(name, "error");
    let names: Vec<&str> = properties.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["file", "line", "endLine", "col", "endColumn", "title"]);
    assert_eq!(properties[0].1, harmless(NASTY));
    assert_eq!(message, format!("{0}\nhelp: {0}", harmless(NASTY)));
}

#[test]
fn github_commands_give_back_what_they_were_given() {
    let found = findings();
    let shown = report(Format::Github, &found, &about(&found));
    let commands: Vec<_> = shown.lines().map(command).collect();
    assert_eq!(commands[1].1[0], ("file".to_owned(), found[1].file.to_owned()));
    assert!(commands[1].2.starts_with("`link` is `http`: 100% of"), "{}", commands[1].2);
    let names: Vec<&str> = commands.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["error", "warning", "notice"]);
}

#[test]
fn github_columns_are_inclusive_and_only_for_one_line() {
    let columns = |end_line, column, end_column| {
        let diagnostic = Diagnostic { line: 4, end_line, column, end_column, ..diagnostic() };
        let shown = show(Format::Github, Style::default(), "a.json", "", Span::default(), &diagnostic);
        let (_, rest) = shown.split_once("file=a.json,").unwrap();
        rest.split(",title").next().unwrap().to_owned()
    };
    assert_eq!(columns(4, 7, 10), "line=4,endLine=4,col=7,endColumn=9");
    assert_eq!(columns(4, 7, 7), "line=4,endLine=4,col=7,endColumn=7");
    assert_eq!(columns(6, 7, 2), "line=4,endLine=6");
}

#[test]
fn nothing_breaks_out_of_gitlab() {
    let issues = parsed(Format::Gitlab, &[nasty()], &Summary::default());
    assert_eq!(issues[0]["location"]["path"], NASTY);
    let description = issues[0]["description"].as_str().unwrap();
    assert_eq!(description, format!("{0}; help: {0}", harmless(NASTY)));
    assert!(!description.chars().any(harmless::acts));
}

/// The name of an element and its attributes.
type Element = (String, Vec<(String, String)>);

/// The elements of an XML document, and all its text.
fn xml(document: &str) -> (Vec<Element>, String) {
    let mut reader = Reader::from_str(document);
    let (mut elements, mut text) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => {
                let attributes = element.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                elements.push((element.name().as_ref().to_owned(), attributes.collect()));
            }
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(name) => text.push_str(match &*name {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                other => panic!("{other}"),
            }),
            Event::Eof => return (elements, text),
            Event::Decl(_) | Event::End(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_breaks_out_of_junit() {
    let shown = report(Format::Junit, &[nasty()], &Summary { errors: 1, ..Summary::default() });
    // What XML 1.0 allows.
    assert!(shown.chars().all(|c| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)));
    let (elements, text) = xml(&shown);
    let names: Vec<&str> = elements.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["testsuites", "testsuite", "testcase", "failure"]);
    let safe = harmless(NASTY);
    assert_eq!(elements[1].1[0], ("name".to_owned(), safe.clone().into_owned()));
    assert_eq!(elements[2].1[1], ("classname".to_owned(), safe.clone().into_owned()));
    assert_eq!(elements[3].1[1], ("message".to_owned(), safe.clone().into_owned()));
    assert_eq!(text.trim(), format!("{safe}:1:1: error[missing-button-index]\n{safe}\nhelp: {safe}"));
}

#[test]
fn a_fingerprint_is_the_same_in_every_format() {
    let found = findings();
    let summary = about(&found);
    let json = parsed(Format::Json, &found, &summary);
    let sarif = parsed(Format::Sarif, &found, &summary);
    let gitlab = parsed(Format::Gitlab, &found, &summary);
    for number in 0..found.len() {
        let fingerprint = &json["findings"][number]["fingerprint"];
        assert_eq!(&sarif["runs"][0]["results"][number]["partialFingerprints"]["waport/v1"], fingerprint);
        assert_eq!(&gitlab[number]["fingerprint"], fingerprint);
    }
}
