use super::*;
use crate::config::MediaMap;
use crate::finding::{Args, Confidence, Place};
use crate::fix::{Change, Fix, Value};
use crate::read::Notation;
use crate::rules;
use crate::suppress::Selection;

const BOTH: Policy = Policy { level: Level::Unsafe, onprem_only: true };
const ORIGIN: Origin<'_> = Origin { file: "a.json", identity: "a.json", offset: 0, line: 1 };

/// What becomes of the first finding of a message when its fix is another.
fn with_fix(fix: impl Fn(&Checked<'_>) -> Fix) -> (String, Option<Fault>) {
    let config = Config::default();
    let text = r#"{"to":"15550100123","type":"text","ttl":"P1D","text":{"body":"Hello"}}"#;
    let mut checker = Checker::new(&config);
    let found = checker.check(text, Notation::Json, false, None);
    let finding = Finding {
        rule: &rules::message_ttl::RULE,
        severity: Severity::Error,
        confidence: Confidence::High,
        at: Place::Value(found.payloads[0].root),
        args: Args::None,
        fix: Some(fix(&found)),
        related: Vec::new(),
        payload: Some(0),
    };
    let findings = [finding];
    let selection = Selection::default();
    let mut translator = Translator::new(&config, BOTH);
    let found = Checked { findings: &findings, ..found };
    let translated = translator.translate(&found, ORIGIN, &mut Sieve::new(&config, &selection), &mut ());
    assert_eq!((translated.safe, translated.doubtful), (0, 0));
    (translated.checked.look.source.to_owned(), translated.fault)
}

#[test]
fn a_fix_that_would_break_the_document_is_refused_and_named() {
    let (text, fault) = with_fix(|checked| {
        let key = checked.look.node(checked.payloads[0].root).member("ttl").expect("a member").0.id();
        Fix::one(Level::Unsafe, "spell a key as no key is", Change::Set { node: key, value: Value::Bool(true) })
    });
    assert!(text.contains(r#""ttl":"P1D""#), "{text}");
    assert_eq!(fault, Some(Fault { kind: FaultKind::Unreadable, rules: vec!["message-ttl"] }));
}

#[test]
fn fixes_that_undo_each_other_end_and_are_refused() {
    // A map that is read may not lead round.
    let [one, other] = ["0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11", "1c9f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c22"];
    let map = format!(r#"{{"{one}":{{"id":"{other}"}},"{other}":{{"id":"{one}"}}}}"#);
    let media: MediaMap = serde_json::from_str(&map).expect("a map");
    let mut config = Config::default();
    config.media = media;
    let text = format!(r#"{{"to":"15550100123","type":"image","image":{{"id":"{one}"}}}}"#);
    let mut checker = Checker::new(&config);
    let found = checker.check(&text, Notation::Json, false, None);
    let selection = Selection::default();
    let mut translator = Translator::new(&config, BOTH);
    let translated = translator.translate(&found, ORIGIN, &mut Sieve::new(&config, &selection), &mut ());
    assert_eq!(translated.checked.look.source, text);
    assert_eq!(translated.fault, Some(Fault { kind: FaultKind::NoCure, rules: vec!["onprem-media-id"] }));
}
