//! What holds for any document, whatever is wrong in it and however it is written down.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod found;
mod holders;
mod layout;
mod model;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use holders::HOLDERS;
use layout::{Layout, Yaml};
use model::{Dice, Model};
use waport::check::Checker;
use waport::config::{Config, MediaMap};
use waport::diagnose::{Diagnostic, Origin};
use waport::finding::Confidence;
use waport::fix::Level;
use waport::form::Document;
use waport::read::Notation;
use waport::suppress::{Selection, Sieve};
use waport::translate::{Policy, Translator};
use waport::{Options, Report, Translation, check, translate};

const KNOWING: &str = "[webhook]\nwaba-id = \"204060801030507\"\nphone-number-id = \"307050901020406\"\ndisplay-phone-number = \"15550100999\"\n";

const MAP: &str = r#"{ "0b8f7d0e-6f5c-4d64-9c7b-3f1d2a9e8c11": { "id": "9131233515985345" } }"#;

fn options(name: &str) -> Options {
    let mut config = Config::parse(KNOWING).unwrap();
    config.media = MediaMap::parse(MAP).unwrap();
    Options { name: name.to_owned(), config, ..Options::default() }
}

/// Documents with faults, each from a number of its own.
fn documents(rounds: u64) -> impl Iterator<Item = (Model, Dice)> {
    let sources = faults::sources();
    (0..sources.len() as u64 * rounds).map(move |number| {
        let mut dice = Dice(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let source = &sources[usize::try_from(number).unwrap() % sources.len()];
        (faults::planted(source, &mut dice), dice)
    })
}

/// What went wrong, told a few times and counted.
#[derive(Default)]
struct Faults(BTreeMap<&'static str, Vec<String>>);

impl Faults {
    fn add(&mut self, what: &'static str, fault: impl FnOnce() -> String) {
        self.0.entry(what).or_default().push(fault());
    }

    fn none(self) {
        let mut told = String::new();
        for (what, faults) in &self.0 {
            write!(told, "\n\n{what}: {} times", faults.len()).unwrap();
            let mut shortest: Vec<&String> = faults.iter().collect();
            shortest.sort_by_key(|fault| fault.len());
            for fault in shortest.iter().take(6) {
                write!(told, "\n---\n{fault}").unwrap();
            }
        }
        assert!(self.0.is_empty(), "{told}");
    }
}

/// Translates, and looks at what holds for any text.
fn translated(name: &str, text: &str, faults: &mut Faults) -> Translation {
    let options = options(name);
    let all = Options { min_confidence: Confidence::Low, ..options.clone() };
    let report = check(text, &all);
    let once = translate(text, &options);
    if !once.refused.is_empty() {
        faults.add("refused", || format!("{name} {:?}\n{text}", once.refused));
    }
    let twice = translate(&once.text, &options);
    if twice.text != once.text {
        faults.add("not the same twice", || format!("{name}\n{text}\n=>\n{}\n=>\n{}", once.text, twice.text));
    }
    if once.faults.is_empty() && !twice.faults.is_empty() {
        faults.add("broken", || format!("{name}\n{text}\n=>\n{}", once.text));
    }
    if !report.documents.iter().any(|seen| seen.form.is_onprem()) && once.text != text {
        faults.add("Cloud form changed", || format!("{name}\n{text}\n=>\n{}", once.text));
    }
    // What goes and what comes at one place may leave other white space when it does so at once.
    // A replay does not know of a webhook in its envelope that it had none, so that a person decides on its system message.
    let known = !once.manual.iter().any(|one| one.rule == "system-message");
    let differs = |replayed: &String| known && squeezed(replayed) != squeezed(&once.text);
    if let Some(replayed) = replayed(text, &options).filter(differs) {
        faults.add("what no fix touches", || format!("{name}\n{text}\n=>\n{}\nnot\n{replayed}", once.text));
    }
    once
}

/// A JSON text without the white space outside of its strings.
fn squeezed(text: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let keeps = |c: &char| {
        let kept = inside || !c.is_ascii_whitespace();
        inside ^= *c == '"' && !escaped;
        escaped = inside && *c == '\\' && !escaped;
        kept
    };
    text.chars().filter(keeps).collect()
}

/// What becomes of a text when the edits of its findings are applied one fix after the other, as long as there are any;
/// `None` where there is not just one payload, or not the whole text is it.
fn replayed(text: &str, options: &Options) -> Option<String> {
    let mut options = options.clone();
    let mut text = text.to_owned();
    let mut report = check(&text, &options);
    let [seen] = &report.documents[..] else { return None };
    let mut form = seen.form;
    // What is first in YAML begins where its mapping does, so that the order of fixes is another there.
    let whole = seen.document.as_deref() == Some("") && options.name.contains(".json");
    let judged = matches!(form.document(), Document::Message | Document::Webhook);
    if !whole || !judged || !form.is_onprem() {
        return None;
    }
    for _ in 0..200 {
        let has_edits = |finding: &&Diagnostic| finding.fix.as_ref().is_some_and(|fix| !fix.edits.is_empty());
        let wraps = |finding: &&Diagnostic| finding.rule == "webhook-envelope";
        let first = report.findings.iter().filter(has_edits).find(|one| !wraps(one));
        let Some(finding) = first.or_else(|| report.findings.iter().find(has_edits)) else { return Some(text) };
        if wraps(&finding) {
            form = "cloud/webhook".parse().unwrap();
        }
        for (start, end, new) in finding.fix.as_ref().unwrap().edits.iter().rev() {
            text.replace_range(index(*start)..index(*end), new);
        }
        let declared = format!("{KNOWING}\n[[form]]\npath = \"**\"\nform = \"{form}\"\n");
        let mut config = Config::parse(&declared).unwrap();
        std::mem::swap(&mut config.media, &mut options.config.media);
        options.config = config;
        report = check(&text, &options);
    }
    Some("does not end".to_owned())
}

/// The scalars of a document that are neither in its translation nor where a finding says that something goes, be it of
/// the document or of what fixes have made of it.
fn lost(model: &Model, after: &Model, translation: &Translation) -> Vec<String> {
    // A number may have become a text.
    let word = |scalar: &Model| scalar.compact().trim_matches('"').to_owned();
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for (_, scalar) in after.scalars() {
        *there.entry(word(scalar)).or_default() += 1;
    }
    let text = model.compact();
    let report = check(&text, &Options { min_confidence: Confidence::Low, ..options("plain.json") });
    let place = |finding: &Diagnostic| Some(finding.document.clone()? + finding.pointer.as_ref()?);
    let named: Vec<String> = report.findings.iter().filter_map(place).filter(|place| !place.is_empty()).collect();
    let doubted = |pointer: &str| {
        let mut keys =
            translation.doubtful.iter().map(|one| text[index(one.span.0)..index(one.span.1)].trim_matches('"'));
        keys.any(|name| !name.is_empty() && pointer.split('/').any(|step| step == name))
    };
    let is_named = |pointer: &str| {
        // What stands in a string is looked at elsewhere, and the type is named with the content of that name.
        let inside = format!("{pointer}#");
        named.iter().any(|place| pointer.starts_with(place) || place.starts_with(&inside))
            || pointer.ends_with("/type")
            || doubted(pointer)
    };
    let mut scalars = model.scalars();
    scalars.sort_by_key(|(pointer, _)| is_named(pointer));
    let mut is_lost = |(pointer, scalar): &(String, &Model)| match there.get_mut(&word(scalar)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => !is_named(pointer),
    };
    scalars
        .into_iter()
        .filter(|scalar| is_lost(scalar))
        .map(|(pointer, scalar)| format!("{pointer} {scalar:?}"))
        .collect()
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

#[test]
fn whatever_the_layout_the_translation_is_the_same() {
    let mut faults = Faults::default();
    for (model, mut dice) in documents(3) {
        let comments = dice.one_in(3);
        let plain = translated("plain.json", &model.compact(), &mut faults);
        let expected = Model::read(&plain.text, Notation::Json);
        let lost = lost(&model, expected.as_ref().unwrap(), &plain);
        if !lost.is_empty() {
            faults.add("lost", || format!("{lost:?}\n{}\n=>\n{}", model.compact(), plain.text));
        }
        let layout = Layout::random(&mut dice, comments);
        let text = layout.write(&model, &mut dice);
        let (name, notation) =
            if comments { ("a.jsonc", Notation::JsonWithComments) } else { ("a.json", Notation::Json) };
        let got = translated(name, &text, &mut faults);
        // What has a comment in it is not replaced, but left to a person.
        let left = comments && !got.manual.is_empty();
        if Model::read(&got.text, notation) != expected && !left {
            faults.add("layout", || format!("{text}\n=>\n{}\nnot\n{}", got.text, plain.text));
        }
    }
    faults.none();
}

#[test]
fn yaml_is_translated_like_json() {
    let mut faults = Faults::default();
    let (mut total, mut uncertain) = (0, 0);
    for (model, mut dice) in documents(2) {
        let text = Yaml::write(&model, &mut dice);
        if Model::read(&text, Notation::Yaml).as_ref() != Some(&model) {
            continue;
        }
        let plain = translated("plain.json", &model.compact(), &mut Faults::default());
        let expected = Model::read(&plain.text, Notation::Json);
        let got = translated("a.yaml", &text, &mut faults);
        total += 1;
        let left =
            |of: &Translation| of.manual.iter().map(|one| (one.rule, one.pointer.clone())).collect::<BTreeSet<_>>();
        if left(&got) != left(&plain) {
            uncertain += 1;
            continue;
        }
        let sorted = |model: Option<Model>| {
            let mut model = model.unwrap();
            model.each_mut(&mut |value| {
                if let Model::Object(members) = value {
                    members.sort_by(|one, other| one.0.cmp(&other.0));
                }
            });
            model
        };
        if sorted(Model::read(&got.text, Notation::Yaml)) != sorted(expected) {
            faults.add("yaml", || format!("{text}\n=>\n{}\nnot\n{}", got.text, plain.text));
        }
    }
    faults.none();
    assert!(uncertain * 50 < total, "{uncertain} of {total}");
}

#[test]
fn whatever_it_stands_in_a_payload_is_translated_as_on_its_own() {
    let mut faults = Faults::default();
    let mut waiting: Vec<(String, String)> = Vec::new();
    for (number, (model, mut dice)) in documents(2).enumerate() {
        let holder = &HOLDERS[number % HOLDERS.len()];
        let many_lines = holder.many_lines;
        let layout = if many_lines { Layout::random(&mut dice, false) } else { Layout::on_line(&mut dice) };
        let text = layout.write(&model, &mut dice);
        let text = text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_owned();
        let plain = translate(&text, &options("a.json"));
        waiting.push((text, plain.text));
        let (texts, expected): (Vec<_>, Vec<_>) = waiting.iter().rev().take(1 + dice.below(3)).cloned().unzip();
        if !many_lines && texts.iter().any(|text| text.contains('\n')) {
            continue;
        }
        let wrapped = (holder.wrap)(&texts);
        let got = translated(holder.name, &wrapped, &mut faults);
        if got.text != (holder.wrap)(&expected) {
            faults.add(holder.name, || format!("{wrapped}\n=>\n{}\nnot\n{}", got.text, (holder.wrap)(&expected)));
        }
    }
    faults.none();
}

#[test]
fn after_safe_fixes_no_safe_fix_is_left() {
    let mut faults = Faults::default();
    for (model, mut dice) in documents(2) {
        let text = Layout::random(&mut dice, false).write(&model, &mut dice);
        let options = options("a.json");
        let selection = Selection::default();
        let mut sieve = Sieve::new(&options.config, &selection);
        let mut checker = Checker::new(&options.config);
        let policy = Policy { level: Level::Safe, onprem_only: false };
        let mut translator = Translator::new(&options.config, policy);
        let origin = Origin { file: "a.json", identity: "a.json", offset: 0, line: 1 };
        let before = checker.check(&text, Notation::Json, false, None);
        let after = translator.translate(&before, origin, &mut sieve, &mut ());
        let cured = after.checked.look.source.to_owned();
        if let Some(fault) = after.fault {
            faults.add("refused", || format!("{fault}\n{text}"));
            continue;
        }
        let report: Report = check(&cured, &options);
        let left = report.findings.iter().filter(|one| one.fix.as_ref().is_some_and(|fix| fix.level == Level::Safe));
        let left: Vec<_> = left.map(|one| (one.rule, one.pointer.clone())).collect();
        if !left.is_empty() {
            faults.add("left", || format!("{left:?}\n{text}\n=>\n{cured}"));
        }
    }
    faults.none();
}
