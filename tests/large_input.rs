//! Documents of unusual size: the time they take grows with their size, not with its square. At these sizes a
//! square is minutes, and a run that takes a minute counts as one that hangs.

mod program;

use program::{CLEAN, OLD, Project};

/// Cases that take too long yet.
const MANY: usize = 30_000;

fn list(item: &str) -> String {
    format!("[{}]", vec![item; MANY].join(","))
}

/// A case's name, its document, and how many findings it has.
fn cases() -> Vec<(&'static str, String, usize)> {
    let keys: String =
        (0..MANY).map(|number| number.to_string()).fold(String::new(), |all, key| all + "\"k" + &key + "\":1,");
    let button = r#"{"type":"button","sub_type":"quick_reply","parameters":[{"type":"payload","payload":"x"}]}"#;
    let template = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"template","template":{"name":"lamp","language":{"code":"en"},"components":"#;
    let action = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"interactive","interactive":{"type":"list","body":{"text":"x"},"action":{"button":"Lamps","sections":[{"rows":"#;
    let voice = r#"{"from":"15550100123","id":"ABGG","timestamp":"1757938521","type":"voice","voice":{"id":"9131233515985345"}}"#;
    let status = r#"{"id":"gBEG","status":"failed","timestamp":"1757938521","recipient_id":"15550100123","errors":[{"code":470,"title":"x"}]}"#;
    let openers = ["{{", "${", "<", "{%", "%("].map(|opener| opener.repeat(MANY)).concat();
    vec![
        ("bodies in an array", list(OLD), 2 * MANY),
        ("strings in an array", list(&serde_json::to_string(OLD).expect("a string")), 2 * MANY),
        ("unknown keys", CLEAN.replacen('{', &format!("{{{keys}"), 1), MANY),
        ("buttons", format!("{template}{}}}}}", list(button)), MANY),
        ("rows", format!("{action}{}}}]}}}}}}", list(r#"{"id":"x ","title":"x "}"#)), 2 * MANY + 1),
        ("voice messages", format!("{{\"messages\":{}}}", list(voice)), MANY + 1),
        ("statuses", format!("{{\"statuses\":{}}}", list(status)), MANY + 1),
        ("the same key", CLEAN.replace("\"body\"", &format!("{}\"body\"", "\"body\":\"x\",".repeat(MANY))), MANY),
        ("openers of placeholders", CLEAN.replace("Hello", &openers), 0),
        ("wrappers", format!("{{\"data\":{}}}", list(r#"{"to":"x","type":"text","a":{"b":[1]}}"#)), 0),
    ]
}

#[test]
fn time_grows_with_the_size_of_a_document() {
    for (name, document, count) in cases() {
        let project = Project::with(&[("large.json", &document)]);
        let json = project.check(&["large.json", "--statistics"]).json();
        let statistics = json["statistics"].as_array().expect("statistics").iter();
        let found: u64 = statistics.map(|row| row["count"].as_u64().expect("a count")).sum();
        assert!(found >= count as u64, "{name}: {found} findings, not {count}");
    }
}

#[test]
fn an_excerpt_of_a_document_of_many_findings_stays_small() {
    let project = Project::new();
    project.write("large.ndjson", format!("{OLD}\n").repeat(20_000));
    let run = project.run(&["check", "large.ndjson"]);
    assert!(run.code == 1 && run.out.len() < 20_000, "{} bytes", run.out.len());
    assert!(run.err.contains("Found 40,000 errors; 40,000 have a safe fix."), "{}", run.err);
    assert_eq!(project.check(&["large.ndjson"]).rules().len(), 40_000, "programs get them all");
    let run = project.pipe(&["check", "-", "--statistics"], format!("{OLD}\n").repeat(1000));
    assert_eq!(run.text(), "1000  missing-messaging-product\n1000  preview-url\n");
}

#[test]
fn deep_documents_in_strings_in_deep_documents_do_not_exhaust_the_stack() {
    let mut text = OLD.to_owned();
    for _ in 0..20 {
        let inner = serde_json::to_string(&text).expect("a string");
        text = format!("{}{inner}{}", "[".repeat(510), "]".repeat(510));
    }
    // Two lines of their own blocks: one of them meets the smaller stack of a thread that is not the first.
    let project = Project::with(&[("deep.ndjson", &format!("{text}\n{text}\n{OLD}\n"))]);
    let run = project.check(&["deep.ndjson", "-j", "4"]);
    assert!(run.code == 1 && run.rules().contains(&"preview-url".to_owned()));
}
