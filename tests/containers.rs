//! Payloads wherever projects keep them: each container and notation gives the findings of the plain file, at the
//! characters that spell them there, and what its edits make of it has none of them any more.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use waport::diagnose::Diagnostic;
use waport::fix::Level;
use waport::tree::Span;
use waport::write::{Edit, apply};
use waport::{Options, check};

/// A body of On-Premises form, on one line.
const BODY: &str =
    r#"{"to":"15550100123","type":"text","text":{"body":"It's 5 \"o'clock\" – ready"},"preview_url":true}"#;

/// The same over several lines.
const SPREAD: &str = r#"{
  "to": "15550100123",
  "type": "text",
  "text": { "body": "It's 5 \"o'clock\" – ready" },
  "preview_url": true
}"#;

fn found(name: &str, text: &str) -> Vec<Diagnostic> {
    check(text, &Options { name: name.to_owned(), ..Options::default() }).findings
}

fn edits(one: &Diagnostic) -> Vec<Edit> {
    let offset = |offset: u64| u32::try_from(offset).unwrap();
    let edits = one.fix.iter().flat_map(|cure| &cure.edits);
    edits
        .map(|(start, end, text)| Edit { span: Span { start: offset(*start), end: offset(*end) }, text: text.clone() })
        .collect()
}

/// As the content of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn indented(text: &str, by: usize) -> String {
    text.replace('\n', &format!("\n{}", " ".repeat(by)))
}

/// Both faults of the body are found at their characters, and safe edits cure them.
fn holds(name: &str, text: &str, document: Option<&str>) {
    let findings = found(name, text);
    let told: Vec<(&str, Option<&str>, Option<&str>)> =
        findings.iter().map(|one| (one.rule, one.document.as_deref(), one.pointer.as_deref())).collect();
    let expected = [("missing-messaging-product", document, Some("")), ("preview-url", document, Some("/preview_url"))];
    assert_eq!(told, expected, "{name}\n{text}");
    let at =
        |one: &Diagnostic| text[usize::try_from(one.span.0).unwrap()..usize::try_from(one.span.1).unwrap()].to_owned();
    assert!(at(&findings[0]).starts_with('{') && at(&findings[0]).ends_with('}'), "{name}: {}", at(&findings[0]));
    assert!(at(&findings[1]).contains("preview_url") && at(&findings[1]).len() < 30, "{name}: {}", at(&findings[1]));
    for one in &findings {
        let cure = one.fix.as_ref().unwrap();
        assert_eq!(cure.level, Level::Safe, "{name}: {}", one.rule);
        let cured = apply(text, &edits(one));
        let left: Vec<&str> = found(name, &cured).iter().map(|left| left.rule).collect();
        let other = if one.rule == "preview-url" { "missing-messaging-product" } else { "preview-url" };
        assert_eq!(left, [other], "{name}, {}:\n{cured}", one.rule);
    }
}

#[test]
fn request_collections() {
    let raw = escaped(SPREAD);
    holds(
        "shop.postman_collection.json",
        &format!(
            r#"{{"info":{{"name":"Shop"}},"item":[{{"name":"Send","item":[{{"request":{{"method":"POST","body":{{"mode":"raw","raw":"{raw}"}},"url":{{"raw":"{{{{base}}}}/v1/messages"}}}}}}]}}]}}"#
        ),
        Some("/item/0/item/0/request/body/raw#"),
    );
    holds(
        "insomnia.json",
        &format!(
            r#"{{"_type":"export","resources":[{{"_type":"request","body":{{"mimeType":"application/json","text":"{raw}"}}}}]}}"#
        ),
        Some("/resources/0/body/text#"),
    );
    holds(
        "insomnia.yaml",
        &format!(
            "type: collection.insomnia.rest/5.0\ncollection:\n  - name: Send\n    body:\n      mimeType: application/json\n      text: |-\n        {}\n",
            indented(SPREAD, 8)
        ),
        Some("/collection/0/body/text#"),
    );
    holds(
        "send.bru",
        &format!(
            "post {{\n  url: {{{{base}}}}/v1/messages\n  body: json\n}}\n\nbody:json {{\n  {}\n}}\n",
            indented(SPREAD, 2)
        ),
        None,
    );
    holds(
        "send.http",
        &format!("### Send\nPOST {{{{base}}}}/v1/messages\nContent-Type: application/json\n\n{SPREAD}\n\n###\n"),
        None,
    );
}

#[test]
fn recorded_traffic() {
    let (body, spread) = (escaped(BODY), escaped(SPREAD));
    holds(
        "traffic.har",
        &format!(
            r#"{{"log":{{"entries":[{{"request":{{"postData":{{"mimeType":"application/json","text":"{body}"}}}}}}]}}}}"#
        ),
        Some("/log/entries/0/request/postData/text#"),
    );
    for string in [
        format!("'{}'", BODY.replace('\'', "''")),
        format!("\"{body}\""),
        format!("|-\n          {}", indented(SPREAD, 10)),
        format!(">-\n          {}", indented(SPREAD, 10)),
    ] {
        let text = format!(
            "---\nhttp_interactions:\n- request:\n    method: post\n    uri: https://wa.example.com/v1/messages\n    body:\n      encoding: UTF-8\n      string: {string}\n  response:\n    status: {{code: 201}}\nrecorded_with: VCR 6.2.0\n"
        );
        holds("cassette.yml", &text, Some("/http_interactions/0/request/body/string#"));
    }
    holds(
        "mapping.json",
        &format!(
            r#"{{"request":{{"method":"POST","bodyPatterns":[{{"equalToJson":"{spread}"}}]}},"response":{{"status":201}}}}"#
        ),
        Some("/request/bodyPatterns/0/equalToJson#"),
    );
    holds(
        "mapping.json",
        &format!(r#"{{"request":{{"bodyPatterns":[{{"equalToJson":{BODY}}}]}}}}"#),
        Some("/request/bodyPatterns/0/equalToJson"),
    );
    holds(
        "pact.json",
        &format!(r#"{{"interactions":[{{"description":"sends","request":{{"method":"POST","body":{SPREAD}}}}}]}}"#),
        Some("/interactions/0/request/body"),
    );
}

#[test]
fn queues_workflows_and_exports() {
    let body = escaped(BODY);
    holds("sqs.json", &format!(r#"{{"Records":[{{"messageId":"7","body":"{body}"}}]}}"#), Some("/Records/0/body#"));
    let notice = escaped(&format!(r#"{{"Type":"Notification","Message":"{body}"}}"#));
    holds("sns.json", &format!(r#"{{"Records":[{{"body":"{notice}"}}]}}"#), Some("/Records/0/body#/Message#"));
    holds(
        "workflow.json",
        &format!(
            r#"{{"nodes":[{{"type":"httpRequest","parameters":{{"specifyBody":"json","jsonBody":"={}"}}}}]}}"#,
            escaped(SPREAD)
        ),
        Some("/nodes/0/parameters/jsonBody#"),
    );
    holds("outbox.json", &format!(r#"[{{"id":7,"payload":"{body}","sent_at":null}}]"#), Some("/0/payload#"));
    holds("outbox.csv", &format!("id,payload,sent_at\n6,,\n7,\"{}\",2026-01-01\n", BODY.replace('"', "\"\"")), None);
    holds("outbox.tsv", &format!("id\tpayload\tsent_at\n7\t{BODY}\t2026-01-01\n"), None);
    holds(
        "outbox.sql",
        &format!("INSERT INTO outbox (id, payload) VALUES (7, '{}', NULL);\n", BODY.replace('\'', "''")),
        None,
    );
}

#[test]
fn prose_scripts_and_logs() {
    holds(
        "README.md",
        &format!("# Send\n\n1. Post this:\n\n   ```json\n   {}\n   ```\n\nThat is `{{all}}`.\n", indented(SPREAD, 3)),
        None,
    );
    holds("README.md", &format!("Post `{BODY}` to it.\n"), None);
    holds(
        "send.rst",
        &format!("Send\n====\n\n.. code-block:: json\n\n   {}\n\nThat is all.\n", indented(SPREAD, 3)),
        None,
    );
    let single = BODY.replace('\'', r"'\''");
    holds(
        "send.sh",
        &format!("#!/bin/sh\ncurl -X POST \"$BASE/v1/messages\" \\\n  -H 'Accept: */*' -d '{single}' | jq .\n"),
        None,
    );
    holds("README.md", &format!("```sh\ncurl --data-raw '{single}' https://wa.example.com\n```\n"), None);
    let double: String =
        BODY.chars().map(|c| if "\"\\$`".contains(c) { format!("\\{c}") } else { c.to_string() }).collect();
    holds("send.sh", &format!("curl -d \"{double}\" \"$URL\"\n"), None);
    holds("heredoc.sh", &format!("curl -d @- \"$URL\" <<'EOF'\n{SPREAD}\nEOF\n"), None);
    holds(
        "app.log",
        &format!("2026-01-01T00:00:00Z INFO {{worker-3}} [7] sending {BODY} (3 ms)\n2026-01-01 next\n"),
        None,
    );
    holds("app.ndjson", &format!("2026-01-01T00:00:00Z INFO sending {BODY}\n"), None);
    holds(
        "app.jsonl",
        &format!("{{\"level\":\"info\",\"message\":\"sending {} now\"}}\n", escaped(BODY)),
        Some("/message#"),
    );
    let html = BODY.replace('&', "&amp;").replace('"', "&quot;");
    holds("docs.html", &format!("<h1>Send</h1><pre><code>{html}</code></pre>"), None);
    holds("quoted.md", &format!("> Post {BODY} to it.\n"), None);
}

#[test]
fn what_the_name_does_not_tell_the_content_does() {
    holds("payload", SPREAD, Some(""));
    holds("capture", &format!("INFO sending {BODY}\n"), None);
    holds("cassette", &format!("---\nrequest:\n  body: '{}'\n", BODY.replace('\'', "''")), Some("/request/body#"));
}

#[test]
fn payloads_in_yaml_itself_are_judged_and_cured() {
    let yaml = "\
# Examples of an API description.
base: &base
  to: \"15550100123\"
  type: text
examples:
  plain:
    value:
      <<: *base
      text: {body: Ready}
      preview_url: true
  templated:
    value:
      <<: *base
      text:
        body: {{ text }}
      preview_url: true
";
    let findings = found("openapi.yaml", yaml);
    let told: Vec<_> = findings.iter().map(|one| (one.rule, one.document.as_deref().unwrap(), one.line)).collect();
    let rules = |document, line| [("missing-messaging-product", document, line), ("preview-url", document, line + 2)];
    assert_eq!(
        told,
        [rules("/examples/plain/value", 8), rules("/examples/templated/value", 13)]
            .concat()
            .iter()
            .map(|one| {
                // The text takes two lines in the second.
                if one.2 == 15 { (one.0, one.1, 16) } else { *one }
            })
            .collect::<Vec<_>>()
    );
    assert!(findings.iter().all(|one| one.fix.as_ref().is_some_and(|cure| cure.level == Level::Safe)));
    let mut edits: Vec<Edit> = findings.iter().flat_map(edits).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let expected = yaml
        .replace("      <<: *base\n", "      <<: *base\n      messaging_product: whatsapp\n")
        .replace("{body: Ready}\n      preview_url: true\n", "{body: Ready, preview_url: true}\n")
        .replace("{{ text }}\n      preview_url: true\n", "{{ text }}\n        preview_url: true\n");
    assert_eq!(apply(yaml, &edits), expected);
}

#[test]
fn several_documents_of_a_file_are_told_apart() {
    let yaml = "---\nmessaging_product: whatsapp\nto: \"15550100123\"\ntype: text\ntext: {body: Ready}\n---\nto: \"15550100123\"\ntype: text\ntext: {body: Ready}\n";
    let findings = found("cases.yml", yaml);
    let told: Vec<_> = findings.iter().map(|one| (one.rule, one.document.as_deref().unwrap(), one.line)).collect();
    assert_eq!(told, [("missing-messaging-product", "/1", 7)]);
}

#[test]
fn where_an_edit_is_not_certain_the_cure_is_for_a_person() {
    // What has to be quoted in a plain scalar depends on all of it.
    let plain = format!("log: sending {BODY} now\n");
    // A new line of the body would need the marks of the quotation.
    let quoted = format!("> {}\n", SPREAD.replace('\n', "\n> "));
    for (name, text) in [("plain.yml", plain), ("quoted.md", quoted)] {
        let findings = found(name, &text);
        assert_eq!(findings.len(), 2, "{name}");
        let cure = findings[0].fix.as_ref().unwrap();
        assert!(cure.level == Level::Manual && cure.edits.is_empty(), "{name}");
    }
}

#[test]
fn aliases_are_bounded() {
    let mut yaml = "a0: &a0 [messaging_product, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        yaml.extend(["a".to_owned(), format!("{level}: &a{level} [{items}]\n")]);
    }
    yaml.push_str("self: &self\n  again: *self\n  <<: *self\n");
    assert_eq!(found("bomb.yml", &yaml).len(), 0);
}

#[test]
fn a_long_document_is_read_wherever_a_quotation_mark_in_it_is() {
    let found = |name: &str, text: &str| found(name, text).len();
    for length in 0..8 {
        let body = format!(
            "{{\"to\":\"15550100123\",\"note\":\"{}\",\"type\":\"text\",\"text\":{{\"body\":\"it's\"}},\"tags\":[{}1]}}",
            "x".repeat(length),
            "\"'\",".repeat(1000)
        );
        let expected = found("body.json", &body);
        assert!(expected > 1);
        let doubled = body.replace('"', "\"\"");
        assert_eq!(found("outbox.csv", &format!("id,payload\n7,\"{doubled}\"\n")), expected, "{length}");
        let single = body.replace('\'', r"'\''");
        assert_eq!(found("send.sh", &format!("curl -d '{single}' x\n")), expected, "{length}");
    }
}
