//! Checking a document and printing all that is found, in every notation and format.
//!
//! Whatever the text: no panic, places that are places in it, the same again from a checker that is used again, JSON
//! from the formats for programs, and from those for people nothing that drives a terminal.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;
use waport::check::{Checked, Checker};
use waport::config::{Config, MediaMap};
use waport::diagnose::{self, Diagnostic, Origin, Resolver};
use waport::finding::Finding;
use waport::fix::{self, Change, Position};
use waport::form::{Declared, Form};
use waport::read::Notation;
use waport::read::json::{self, Dialect};
use waport::report::{Format, Renderer, Style, Summary, Unreadable, harmless, summary_for_people};
use waport::rules::Look;
use waport::tree::{NodeId, Span, Tree};
use waport::write;

/// A name that a file may have, and that must not reach a terminal like this.
const FILE: &str = "in/\u{1b}[31m\u{202e}::a\n##[b].json";

const NOTATIONS: [Notation; 6] = [
    Notation::Json,
    Notation::JsonWithComments,
    Notation::JsonLines,
    Notation::Yaml,
    Notation::Prose,
    Notation::ByContent,
];

const FORMS: [&str; 17] = [
    "onprem/message",
    "onprem/webhook",
    "onprem/send-response",
    "onprem/error",
    "onprem/read-receipt",
    "onprem/contacts-check",
    "onprem/sticker-pack",
    "onprem/media-upload",
    "cloud/message",
    "cloud/webhook",
    "cloud/send-response",
    "cloud/error",
    "cloud/read-receipt",
    "cloud/contacts-check",
    "cloud/sticker-pack",
    "cloud/media-upload",
    "ambiguous",
];

static PLAIN: LazyLock<Config> = LazyLock::new(Config::default);

/// A configuration that knows what fixes need to know.
static KNOWING: LazyLock<Config> = LazyLock::new(|| {
    let text = "graph-version = \"v23.0\"\n[webhook]\nwaba-id = \"100000000000001\"\n\
                phone-number-id = \"100000000000002\"\ndisplay-phone-number = \"15550100123\"\n";
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
    let mut printers = printers();
    let mut checker = Checker::new(&PLAIN);
    let mut first = None;
    for notation in NOTATIONS {
        let printed = print(checker.check(text, notation, true, None), &mut printers);
        first.get_or_insert(printed);
    }
    let again = print(checker.check(text, NOTATIONS[0], true, None), &mut printers);
    assert_eq!(first, Some(again), "what was used before gives something else");

    let mut knowing = Checker::new(&KNOWING);
    for notation in NOTATIONS {
        let checked = knowing.check(text, notation, true, None);
        cures(checked, notation);
        print(checked, &mut printers);
    }
    // Any form, for documents that were not recognised as one: the text decides, so that a crash comes back.
    let sum: usize = bytes.iter().copied().map(usize::from).sum();
    let form: Form = FORMS[sum % FORMS.len()].parse().expect("form");
    print(knowing.check(text, Notation::Json, true, Some(Declared::As(form))), &mut printers);
    let ignored = knowing.check(text, Notation::Json, true, Some(Declared::Ignored));
    assert!(ignored.findings.is_empty() && ignored.payloads.is_empty());

    names(text);
    Corpus::Keep
});

/// A format, what writes it, and what was written.
type Printer = (Format, Renderer, Vec<u8>);

/// Every format, and the one that folds lines at a second width.
fn printers() -> Vec<Printer> {
    let printer = |format, width| (format, Renderer::new(format, Style { colour: false, width }), Vec::new());
    let all = Format::ALL.iter().map(|format| printer(*format, 100));
    all.chain([printer(Format::Full, 40)]).collect()
}

/// Prints all findings in all formats; what was printed.
fn print(checked: Checked<'_>, printers: &mut [Printer]) -> Vec<u8> {
    let (look, text) = (checked.look, checked.look.source);
    // A text without any document is no fault in YAML.
    assert!(checked.error.is_none() || look.tree.is_empty());
    if let Some(error) = checked.error {
        assert!(text.is_char_boundary(error.offset));
    }
    for payload in checked.payloads {
        stands_in(look.node(payload.root).span(), text);
        assert_eq!(payload.form.as_str().parse::<Form>().map(Form::as_str), Ok(payload.form.as_str()));
    }
    for node in checked.unjudged {
        stands_in(look.node(*node).span(), text);
    }
    if checked.findings.is_empty() {
        return Vec::new();
    }
    for (_, renderer, out) in &mut *printers {
        out.clear();
        renderer.begin(out);
    }
    let mut summary = Summary { files: 1, ..Summary::default() };
    let origin = Origin { file: FILE, identity: FILE, offset: 7, line: 3 };
    let wanted = |finding: &Finding| Some(finding.severity);
    Resolver::default().each(&checked, origin, wanted, |finding, diagnostic| {
        places(finding, diagnostic, look, origin);
        let label = diagnose::label(look, finding);
        stands_in(label, text);
        for (format, renderer, out) in &mut *printers {
            if summary.errors > 0 {
                out.extend_from_slice(format.separator());
            }
            renderer.finding(FILE, text, label, diagnostic, out);
        }
        summary.errors += 1;
    });
    assert_eq!(summary.errors, checked.findings.len() as u64);
    let mut printed = Vec::new();
    for (format, renderer, out) in printers {
        format.more("a.json", "invalid-json", summary.errors, 1, out);
        renderer.end(&summary, out);
        let out = std::str::from_utf8(out).expect("reports are UTF-8");
        match format {
            Format::Json | Format::Sarif | Format::Gitlab => {
                drop(serde_json::from_str::<Value>(out).expect("one JSON document"));
            }
            Format::Github => {
                assert_eq!(out.lines().filter(|line| line.starts_with("::")).count(), out.lines().count())
            }
            Format::Junit => assert_eq!(out.matches("<testcase ").count(), checked.findings.len()),
            Format::JsonLines => {
                let lines = out.lines().map(|line| serde_json::from_str(line).expect("a JSON document a line"));
                assert_eq!(lines.filter(Value::is_object).count(), checked.findings.len());
            }
            Format::Full | Format::Concise => is_harmless(out),
        }
        printed.extend_from_slice(out.as_bytes());
    }
    printed
}

fn stands_in(span: Span, text: &str) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no place in a text of {} bytes", text.len());
}

fn places(finding: &Finding, diagnostic: &Diagnostic, look: Look<'_>, origin: Origin<'_>) {
    let text = look.source;
    let span = look.span(finding.at);
    stands_in(span, text);
    for place in &finding.related {
        stands_in(look.span(*place), text);
    }
    for change in finding.fix.iter().flat_map(|fix| &fix.changes) {
        for node in nodes(change) {
            stands_in(look.node(node).span(), text);
        }
    }
    assert_eq!(diagnostic.rule, finding.rule.name);
    assert!(!diagnostic.text.message.is_empty());
    assert!(!diagnostic.source.is_empty());
    assert_eq!(diagnostic.span, (origin.offset + u64::from(span.start), origin.offset + u64::from(span.end)));
    assert_eq!((diagnostic.line, diagnostic.column), position(text, span.start as usize, origin.line));
    assert_eq!((diagnostic.end_line, diagnostic.end_column), position(text, span.end as usize, origin.line));
    assert_eq!(diagnose::Positions::new(text, origin).of(span.start as usize), (diagnostic.line, diagnostic.column));
    for pointer in [&diagnostic.document, &diagnostic.pointer].into_iter().flatten() {
        assert!(pointer.is_empty() || pointer.starts_with(['/', '#']), "{pointer}");
    }
}

/// Fixes are edits inside the text, and what they leave can be read as before.
fn cures(checked: Checked<'_>, notation: Notation) {
    let (look, text) = (checked.look, checked.look.source);
    let mut second = Checker::new(&PLAIN);
    for fix in checked.findings.iter().filter_map(|finding| finding.fix.as_ref()).take(8) {
        let Some(edits) = write::edits(look, fix) else { continue };
        let mut at = 0;
        for edit in &edits {
            stands_in(edit.span, text);
            assert!(at <= edit.span.start, "edits overlap: {edits:?}");
            at = edit.span.end;
        }
        let after = write::apply(text, &edits);
        let strict = |text| json::parse(text, Dialect::Strict, &mut Tree::new(), &mut Vec::new()).is_ok();
        assert!(!strict(text) || strict(&after), "no JSON any more: {after:?}, after {fix:?}");
        let error = second.check(&after, notation, true, None).error;
        assert!(error.is_none(), "{error:?} in {after:?}, after {fix:?}");
    }
}

/// Line and column, counted the slow way.
fn position(text: &str, at: usize, first: u64) -> (u64, u64) {
    let before = &text[..at];
    let line = before.rsplit('\n').next().unwrap_or(before);
    (first + before.matches('\n').count() as u64, 1 + line.chars().count() as u64)
}

/// The nodes that a change speaks of.
fn nodes(change: &Change) -> Vec<NodeId> {
    match change {
        Change::Set { node, value } => [*node].into_iter().chain(copied(value)).collect(),
        Change::Rename { key, .. } => vec![*key],
        Change::Remove { object, key } => vec![*object, *key],
        Change::Insert { object, value, position, .. } => {
            let after = if let Position::After(key) = position { Some(*key) } else { None };
            [*object].into_iter().chain(after).chain(copied(value)).collect()
        }
        Change::Move { from, key, to, .. } => vec![*from, *key, *to],
        Change::WrapInEnvelope { node, .. } => vec![*node],
    }
}

fn copied(value: &fix::Value) -> Vec<NodeId> {
    match value {
        fix::Value::Copy(node) => vec![*node],
        fix::Value::Object(members) => members.iter().flat_map(|(_, value)| copied(value)).collect(),
        fix::Value::Array(items) => items.iter().flat_map(copied).collect(),
        fix::Value::Bool(_) | fix::Value::Integer(_) | fix::Value::Text(_) => Vec::new(),
    }
}

/// Names of files and reasons come from the system; here they are the text.
fn names(text: &str) {
    is_harmless(&harmless(text));
    let unreadable = vec![Unreadable { file: text.to_owned(), reason: text.to_owned() }];
    let summary = Summary { files: 1, unreadable, ..Summary::default() };
    is_harmless(&summary_for_people(&summary, Style::default()));
}

/// Nothing drives a terminal, and nothing turns the text around it.
fn is_harmless(out: &str) {
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if let Some(c) = out.chars().find(|c| acts(*c)) {
        panic!("U+{:04X} in {out:?}", u32::from(c));
    }
}
