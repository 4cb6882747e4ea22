//! Code with pieces cut out, doubled and swapped: it is read without a panic, in bounded time, and twice to the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fs;
use std::ops::Range;
use std::path::Path;

use program::Project;
use waport::check::Checker;
use waport::config::Config;
use waport::project::{FileFacts, Project as Known};
use waport::read::Notation;

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    /// A piece of a text, up to so many bytes long.
    fn piece(&mut self, text: &str, most: usize) -> Range<usize> {
        let before = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let start = before(self.below(text.len()));
        start..before(start + self.below(most))
    }
}

fn languages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/languages");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()))
        .filter(|(name, _)| matches!(Notation::of_name(name), Some(Notation::Code(_))))
        .collect();
    files.sort();
    assert!(files.len() > 10);
    files
}

/// A text with a piece cut out, doubled, or put in the place of another.
fn broken(text: &str, chance: &mut Chance) -> String {
    let one = chance.piece(text, 200);
    let mut out = text.to_owned();
    match chance.below(4) {
        0 => out.replace_range(one, ""),
        1 => out.insert_str(one.start, &text[one]),
        2 => {
            let other = chance.piece(text, 200);
            out.replace_range(one, &text[other]);
        }
        _ => out.truncate(one.start),
    }
    out
}

/// All that is found in a text, written down.
fn found(name: &str, text: &str) -> String {
    let config = Config::default();
    let Some(notation @ Notation::Code(language)) = Notation::of_name(name) else { panic!("{name} is no code") };
    let mut project = Known::default();
    project.add(&FileFacts::read(text, language, true));
    let mut checker = Checker::new(&config).within(&project, None);
    let result = checker.check(text, notation, true, None);
    for finding in result.findings {
        assert!(text.get(result.look.span(finding.at).range()).is_some(), "{name}: a finding outside of the text");
    }
    format!("{:?}", result.findings)
}

#[test]
fn broken_code_is_read_to_the_same_each_time() {
    for (name, text) in languages() {
        let mut chance = Chance(text.len() as u64);
        for _ in 0..25 {
            let mut text = broken(&text, &mut chance);
            for _ in 0..chance.below(3) {
                text = broken(&text, &mut chance);
            }
            assert_eq!(found(&name, &text), found(&name, &text), "{name}");
        }
    }
}

#[test]
fn broken_files_have_the_same_findings_whatever_the_threads() {
    let project = Project::new();
    let mut chance = Chance(3);
    for (name, text) in languages() {
        for number in 0..6 {
            project.write(&format!("whatsapp/{number}/{name}"), broken(&text, &mut chance));
        }
    }
    let run = |threads| project.run(&["check", "--isolated", "-j", threads, "--output-format", "json", "."]);
    let (one, two) = (run("1"), run("2"));
    assert!(one.code == two.code && one.out == two.out);
    assert!(!one.rules().is_empty());
}

/// Many times the same, as only programs write it.
fn heaps(name: &str) -> Vec<String> {
    let wrapped = |text: String| match name.rsplit_once('.').unwrap().1 {
        "php" => format!("<?php\n{text}"),
        "java" | "cs" => format!("class A {{ void m() {{\n{text}\n}} }}"),
        "go" => format!("package a\nfunc m() {{\n{text}\n}}"),
        "kt" => format!("fun m() {{\n{text}\n}}"),
        _ => text,
    };
    let many = |count: usize, part: &str| part.repeat(count);
    let numbered = |part: &dyn Fn(usize) -> String| (0..1_000).map(part).collect::<String>();
    let heaps = [
        many(4_000, "("),
        many(4_000, "["),
        many(4_000, "{"),
        format!("x = {}1{}", many(2_000, "("), many(2_000, ")")),
        format!("x = \"a\"{}", many(4_000, " + \"a\"")),
        format!("x = \"a\"{}", many(4_000, " . \"a\"")),
        format!("x = 1{}", many(4_000, " | 1")),
        format!("x = [{}]", many(4_000, "1, ")),
        format!("x = {{{}}}", numbered(&|number| format!("\"k{number}\": {number}, "))),
        format!("x = [{}]", numbered(&|number| format!("\"k{number}\" => {number}, "))),
        numbered(&|number| format!("f(n{number});\n")),
        numbered(&|number| format!("x = a.b{number};\n")),
        format!("x = a{}", many(2_000, ".b(\"x\")")),
        many(2_000, "x = x + x;\n"),
        many(5_000, "\""),
        many(5_000, "/*"),
        many(20_000, "x"),
    ];
    heaps.into_iter().map(wrapped).collect()
}

#[test]
fn heaps_of_the_same_are_read_in_bounded_time() {
    let project = Project::new();
    for (name, text) in languages() {
        project.write(&format!("whatsapp/words/{name}"), text);
        for (number, heap) in heaps(&name).into_iter().enumerate() {
            project.write(&format!("whatsapp/{number}/{name}"), heap);
        }
    }
    // The program has a minute.
    let run = project.run(&["check", "--isolated", "--quiet", "."]);
    assert_eq!(run.code, 1, "{}", run.err);
}

#[test]
fn code_that_is_too_long_is_told() {
    let long = |word: &str| format!("x = 1\n{word}\n{}", "y = 2\n".repeat(400_000));
    let project = Project::with(&[("ours.py", &long("messaging_product = 1")), ("short.py", "whatsapp = 1\n")]);
    let run = project.check(&["--isolated", "."]);
    assert_eq!(run.rules(), ["unreadable"], "{}", run.err);
    assert_eq!(run.json()["findings"][0]["severity"], "warning");
    // The name of a product alone is not enough for a finding.
    project.write("ours.py", long("whatsapp = 1"));
    let run = project.check(&["--isolated", "-v", "."]);
    assert!(run.rules().is_empty() && run.err.contains("ours.py: "), "{}", run.err);
    assert_eq!(run.json()["summary"]["not_parsed"], 1);
}
