//! The projects of `fixtures/code/`: what a careful reader finds in them, held against what the program finds.
//!
//! Each is a small project with an `expected.txt`, one finding a line: `PATH:LINE RULE`, with `note` behind a finding
//! that is a note, and `optional` behind one that nobody would insist on. `cargo test --test ground_truth -- --nocapture`
//! prints what is missed and what is found beyond.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "what is missed is to be read")]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A file, a line, and a rule.
type Line = (String, u64, String);

#[derive(Default)]
struct Score {
    expected: usize,
    missed: Vec<String>,
    found: usize,
    beyond: Vec<String>,
}

fn projects(set: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/code").join(set);
    let mut projects: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    projects.sort();
    projects
}

/// What is expected of a project: lines that must be found, and those that may be.
fn expected(project: &Path) -> (BTreeSet<Line>, BTreeSet<Line>) {
    let text = fs::read_to_string(project.join("expected.txt")).unwrap();
    let (mut must, mut may) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split(' ');
        let (file, number) = words.next().unwrap().rsplit_once(':').unwrap();
        let found = (file.to_owned(), number.parse().unwrap(), words.next().unwrap().to_owned());
        if words.any(|word| word == "optional") {
            may.insert(found)
        } else {
            must.insert(found)
        };
    }
    (must, may)
}

fn found(project: &Path) -> BTreeSet<Line> {
    let arguments = ["check", "--isolated", "--output-format", "json-lines", "--today", "2026-11-01", "."];
    let mut command = Command::new(env!("CARGO_BIN_EXE_waport"));
    let run = program::finish(command.current_dir(project).args(arguments), b"");
    let lines = run.text().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let findings = lines.filter(|line| line.get("rule").is_some());
    let line = |finding: Value| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        (text("file"), finding["line"].as_u64().unwrap(), text("rule"))
    };
    findings.map(line).collect()
}

fn score(set: &str) -> Score {
    let mut score = Score::default();
    let mut rules: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for project in projects(set) {
        let name = project.file_name().unwrap().to_string_lossy().into_owned();
        let (must, may) = expected(&project);
        let found = found(&project);
        score.expected += must.len();
        score.found += found.len();
        for line in &must {
            rules.entry(line.2.clone()).or_default()[0] += 1;
            if !found.contains(line) {
                rules.entry(line.2.clone()).or_default()[1] += 1;
                score.missed.push(format!("{name}/{}:{} {}", line.0, line.1, line.2));
            }
        }
        for line in found.difference(&must).filter(|line| !may.contains(*line)) {
            rules.entry(line.2.clone()).or_default()[2] += 1;
            score.beyond.push(format!("{name}/{}:{} {}", line.0, line.1, line.2));
        }
    }
    println!("{set}: {:<28} expected missed beyond", "rule");
    for (rule, [expected, missed, beyond]) in rules {
        println!("{set}: {rule:<28} {expected:8} {missed:6} {beyond:6}");
    }
    for line in &score.missed {
        println!("{set}: missed {line}");
    }
    for line in &score.beyond {
        println!("{set}: beyond {line}");
    }
    println!(
        "{set}: {} of {} expected lines found, {} of {} findings beyond",
        score.expected - score.missed.len(),
        score.expected,
        score.beyond.len(),
        score.found
    );
    score
}

fn hold(set: &str) {
    let score = score(set);
    assert!(score.missed.len() * 20 <= score.expected, "more than one in twenty expected lines is missed");
    assert!(score.beyond.len() * 20 <= score.found, "more than one in twenty findings is beyond what is expected");
}

#[test]
fn nineteen_of_twenty_expected_lines_are_found_and_as_few_findings_are_beyond() {
    hold("known");
    hold("heldout");
}
