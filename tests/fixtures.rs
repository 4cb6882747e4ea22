//! The files of `fixtures/rules/`: what each rule must find, and the look-alikes it must pass.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod found;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use found::{Found, check, listed};
use waport::config::Config;
use waport::finding::Severity;
use waport::rules::{RULES, rule};

/// Files that another rule rightly flags, and why.
const INNOCENT_OF_THEIR_RULE_ONLY: &[(&str, &str)] =
    &[("unreadable/innocent/byte-order-mark.json", "it is read, and invalid-json warns of the mark")];

/// Files that the program does not judge as their folder says yet. Those that it does must go.
const PENDING: &[&str] = &[
    "onprem-endpoint/innocent/another-product.ts",
    "onprem-endpoint/innocent/mail-beside-whatsapp.py",
    "webhook-envelope/flagged/root-type-alone.ts",
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// What a fixture is called in lists: `rule/flagged/file.json`.
fn name(file: &Path) -> String {
    file.strip_prefix(fixtures()).unwrap().to_string_lossy().replace('\\', "/")
}

fn found_in(file: &Path) -> Vec<Found> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    check(&name(file), &text, &Config::default())
}

#[test]
fn every_folder_is_a_rule_and_every_rule_has_both_kinds() {
    for folder in entries(&fixtures()) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        assert!(rule(name).is_some(), "{name} is no rule");
        for below in entries(&folder) {
            assert!(below.ends_with("flagged") || below.ends_with("innocent"), "{}", below.display());
        }
    }
    for rule in RULES {
        let folder = fixtures().join(rule.name);
        // Nothing that a repository can hold is unreadable, and what stands in waport.toml or a baseline is no payload.
        let elsewhere = ["unreadable", "expired-suppression", "stale-baseline"].contains(&rule.name);
        assert!(elsewhere || !entries(&folder.join("flagged")).is_empty(), "{}", rule.name);
        assert!(!entries(&folder.join("innocent")).is_empty(), "{}", rule.name);
    }
}

#[test]
fn each_flagged_file_has_a_finding_of_its_rule() {
    let mut faults = String::new();
    for rule in RULES {
        for file in entries(&fixtures().join(rule.name).join("flagged")) {
            let found = found_in(&file);
            let name = name(&file);
            let is_found = found.iter().any(|one| one.rule == rule.name);
            if is_found == PENDING.contains(&name.as_str()) {
                let _ = writeln!(faults, "{name}\n{}", listed(&found));
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn innocent_files_have_no_finding_of_their_rule_and_no_error_or_warning() {
    let mut faults = String::new();
    for rule in RULES {
        for file in entries(&fixtures().join(rule.name).join("innocent")) {
            let name = name(&file);
            let mut found = found_in(&file);
            let others_may = INNOCENT_OF_THEIR_RULE_ONLY.iter().any(|(known, _)| *known == name);
            found.retain(|one| one.rule == rule.name || (one.severity >= Severity::Warning && !others_may));
            if found.is_empty() == PENDING.contains(&name.as_str()) {
                let _ = writeln!(faults, "{name}\n{}", listed(&found));
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn the_lists_of_exceptions_name_files_that_exist() {
    let exceptions = INNOCENT_OF_THEIR_RULE_ONLY.iter().map(|(file, _)| file).chain(PENDING);
    for file in exceptions {
        assert!(fixtures().join(file).is_file(), "{file}");
    }
}

/// One snapshot per rule: every flagged file with all that is found in it.
#[test]
fn flagged_files_have_the_findings_that_were_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for rule in RULES {
        let mut text = String::new();
        for file in entries(&fixtures().join(rule.name).join("flagged")) {
            let _ = writeln!(text, "{}", file.file_name().unwrap().to_str().unwrap());
            for one in found_in(&file) {
                let _ = writeln!(text, "  {one}");
            }
        }
        if !text.is_empty() {
            settings.bind(|| insta::assert_snapshot!(rule.name, text));
        }
    }
}
