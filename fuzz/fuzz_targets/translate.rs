//! Translating a text, in every notation.
//!
//! Whatever the text: no panic, no fix that breaks a document or does not cure what it is for, a result that can be read
//! when the text could be, and the same again from translating it again. What has no payload of On-Premises form stays as
//! it is.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use waport::check::Checker;
use waport::config::{Config, MediaMap};
use waport::diagnose::{Diagnostic, Origin};
use waport::finding::Confidence;
use waport::fix::Level;
use waport::read::Notation;
use waport::suppress::{Selection, Sieve};
use waport::translate::{Policy, Translator};
use waport::{Options, check, translate};

const NOTATIONS: [Notation; 6] = [
    Notation::Json,
    Notation::JsonWithComments,
    Notation::JsonLines,
    Notation::Yaml,
    Notation::Prose,
    Notation::ByContent,
];

/// A configuration that knows what fixes need to know.
static KNOWING: LazyLock<Config> = LazyLock::new(|| {
    let text = "[webhook]\nwaba-id = \"100000000000001\"\nphone-number-id = \"100000000000002\"\n\
                display-phone-number = \"15550100123\"\n";
    let map = r#"{
        "00000000-0000-4000-8000-000000000000": {"id": "100000000000003"},
        "00000000-0000-4000-8000-000000000001": {"link": "https://cdn.example.com/a.png"}
    }"#;
    let mut config = Config::parse(text).expect("configuration");
    config.media = MediaMap::parse(map).expect("media map");
    config
});

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else { return Corpus::Reject };
    for notation in NOTATIONS {
        let options = Options {
            notation: Some(notation),
            config: KNOWING.clone(),
            min_confidence: Confidence::Low,
            ..Options::default()
        };
        translates(text, &options);
        if notation != Notation::JsonLines {
            cures(text, notation);
        }
    }
    Corpus::Keep
});

fn translates(text: &str, options: &Options) {
    let once = translate(text, options);
    assert_eq!(once.refused, [], "in {text:?}");
    for left in &once.manual {
        assert!(once.text.get(range(left)).is_some(), "{:?} is no place in {:?}", left.span, once.text);
    }
    for doubtful in &once.doubtful {
        assert!(text.get(range(doubtful)).is_some(), "{:?} is no place in {text:?}", doubtful.span);
    }
    let before = check(text, options);
    if !before.documents.iter().any(|seen| seen.form.is_onprem()) {
        assert_eq!(once.text, text);
    }
    if once.text != text {
        assert_eq!(before.faults.len(), check(&once.text, options).faults.len(), "{text:?} became {:?}", once.text);
        let twice = translate(&once.text, options);
        assert_eq!(twice.text, once.text, "translated twice: {text:?}");
    }
}

fn range(diagnostic: &Diagnostic) -> std::ops::Range<usize> {
    let index = |offset: u64| usize::try_from(offset).expect("an offset in the text");
    index(diagnostic.span.0)..index(diagnostic.span.1)
}

/// All safe fixes, of Cloud form, too.
fn cures(text: &str, notation: Notation) {
    let selection = Selection::default();
    let mut sieve = Sieve::new(&KNOWING, &selection);
    let mut checker = Checker::new(&KNOWING);
    let mut translator = Translator::new(&KNOWING, Policy { level: Level::Safe, onprem_only: false });
    let origin = Origin { file: "a", identity: "a", offset: 0, line: 1 };
    let before = checker.check(text, notation, false, None);
    let after = translator.translate(&before, origin, &mut sieve, &mut ());
    assert_eq!(after.fault, None, "in {text:?}");
    assert!(after.changed == (after.safe > 0) && after.doubtful == 0);
    assert!(before.error.is_some() || after.checked.error.is_none());
}
