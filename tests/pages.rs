//! Every rule's page: its headings, and its examples run through the checker.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod found;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use found::{Found, check, listed};
use waport::config::{Config, MediaMap};
use waport::finding::{Confidence, Severity};
use waport::fix::Level;
use waport::read::Notation;
use waport::rules::{RULES, Rule};

/// Examples that the program does not judge as their page says yet: rule, and number of the block in the page. Those
/// that it does must go.
const PENDING: &[(&str, usize)] = &[];

/// A fenced block of a page.
struct Block<'p> {
    /// Its number among the fenced blocks, from 1.
    number: usize,
    /// The language behind the opening fence; JSON with comments is JSON.
    language: &'p str,
    /// What stands behind the language: `flagged=…`, `passes`, `fixed`, or nothing.
    shows: &'p str,
    /// What a file with this text would be called.
    name: &'static str,
    text: &'p str,
}

impl Block<'_> {
    fn is_json(&self) -> bool {
        self.language == "json"
    }

    /// What the example says where its rule finds something: pointers in JSON, lines elsewhere.
    fn flagged(&self) -> Option<Vec<String>> {
        let places = self.shows.strip_prefix("flagged=")?;
        Some(places.split(',').map(str::to_owned).collect())
    }
}

/// Languages of examples, and what a file of each is called.
const LANGUAGES: &[(&str, &str)] = &[
    ("json", "example.json"),
    ("jsonc", "example.jsonc"),
    ("yaml", "example.yaml"),
    ("env", "example.env"),
    ("dockerfile", "Dockerfile"),
    ("python", "example.py"),
    ("javascript", "example.js"),
    ("typescript", "example.ts"),
    ("tsx", "example.tsx"),
    ("ruby", "example.rb"),
    ("php", "example.php"),
    ("go", "example.go"),
    ("java", "Example.java"),
    ("csharp", "Example.cs"),
    ("kotlin", "Example.kt"),
    ("elixir", "example.ex"),
];

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, fence)) = rest.split_once("\n```") {
        let (info, body) = fence.split_once('\n').unwrap();
        let (text, after) = body.split_once("\n```\n").expect("every fence is closed");
        let (language, shows) = info.split_once(' ').unwrap_or((info, ""));
        let name = LANGUAGES.iter().find(|(name, _)| *name == language).map_or("example.txt", |(_, name)| name);
        let language = if language == "jsonc" { "json" } else { language };
        blocks.push(Block { number: blocks.len() + 1, language, shows, name, text });
        // The line end stays, so that a fence right behind this one is seen.
        rest = &body[body.len() - after.len() - 1..];
    }
    blocks
}

/// A page's examples with the configuration that holds for each: that of the last `toml` block above it.
fn examples(rule: &Rule) -> Vec<(Block<'_>, Config)> {
    let mut config = Config::default();
    let mut examples = Vec::new();
    for block in blocks(rule.page) {
        if block.language == "toml" {
            config = Config::parse(block.text).unwrap_or_else(|error| panic!("{}: {error}", rule.name));
        } else if !block.shows.is_empty() {
            examples.push((block, config.clone()));
        }
    }
    examples
}

fn is_pending(rule: &Rule, block: &Block<'_>) -> bool {
    PENDING.contains(&(rule.name, block.number))
}

/// Faults of all rules, told at once.
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Where the rule finds something in an example, in the terms in which the page says so.
fn places_of(rule: &Rule, block: &Block<'_>, found: &[Found]) -> Vec<String> {
    let place = |one: &Found| if block.is_json() { one.pointer.clone() } else { one.line.to_string() };
    found.iter().filter(|one| one.rule == rule.name).map(place).collect()
}

#[test]
fn flagged_examples_are_found_by_their_rule_at_the_places_they_name() {
    let mut faults = Vec::new();
    for rule in RULES {
        for (block, config) in examples(rule) {
            let Some(mut expected) = block.flagged() else { continue };
            let found = check(block.name, block.text, &config);
            let mut places = places_of(rule, &block, &found);
            places.sort();
            expected.sort();
            if !block.is_json() {
                // Several findings may stand in a line.
                places.dedup();
            }
            if (places == expected) == is_pending(rule, &block) {
                let (number, found) = (block.number, listed(&found));
                faults.push(format!("{} block {number}: at {places:?}, not {expected:?}\n{found}", rule.name));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn passing_examples_have_no_error_or_warning_of_any_rule() {
    let mut faults = Vec::new();
    for rule in RULES {
        for (block, config) in examples(rule).into_iter().filter(|(block, _)| block.shows == "passes") {
            let mut found = check(block.name, block.text, &config);
            found.retain(|one| one.severity >= Severity::Warning && one.confidence >= Confidence::Medium);
            if !found.is_empty() && !is_pending(rule, &block) {
                faults.push(format!("{} block {}:\n{}", rule.name, block.number, listed(&found)));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn fixed_examples_are_json_without_a_finding_of_their_rule() {
    let mut faults = Vec::new();
    for rule in RULES {
        for (block, config) in examples(rule).into_iter().filter(|(block, _)| block.shows == "fixed") {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(block.text) {
                faults.push(format!("{} block {}: {error}", rule.name, block.number));
            }
            let found = check(block.name, block.text, &config);
            if !places_of(rule, &block, &found).is_empty() && !is_pending(rule, &block) {
                faults.push(format!("{} block {}:\n{}", rule.name, block.number, listed(&found)));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn a_fixed_example_follows_the_flagged_one_that_it_cures() {
    for rule in RULES {
        let mut before = "";
        for block in blocks(rule.page) {
            if block.shows == "fixed" {
                assert!(block.is_json() && before.starts_with("flagged="), "{} block {}", rule.name, block.number);
            }
            before = block.shows;
        }
    }
}

#[test]
fn every_example_says_what_it_shows() {
    for rule in RULES {
        let mut shown = BTreeSet::new();
        for block in blocks(rule.page) {
            let kind = block.shows.split('=').next().unwrap();
            let known = match kind {
                "" => ["toml", "text", "sh"].contains(&block.language),
                "fixed" => block.is_json(),
                "flagged" | "passes" => LANGUAGES.iter().any(|(name, _)| *name == block.language),
                _ => false,
            };
            assert!(known, "{} block {}: `{} {}`", rule.name, block.number, block.language, block.shows);
            let of = if block.is_json() { "payload" } else { "code" };
            shown.insert((of, kind));
        }
        // A file that cannot be read or is no JSON cannot be shown as JSON, nor can waport.toml and the baseline.
        if ["unreadable", "invalid-json", "expired-suppression", "stale-baseline"].contains(&rule.name) {
            continue;
        }
        for kind in kinds(rule) {
            assert!(shown.contains(&(kind, "flagged")) && shown.contains(&(kind, "passes")), "{}: {kind}", rule.name);
        }
    }
}

/// What a rule's page has examples of: payloads, or what is no JSON.
fn kinds(rule: &Rule) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    let looks_at = rule.looks_at();
    let of_code = looks_at.contains("code") || looks_at == "settings";
    if !of_code || looks_at.ends_with(", code") {
        kinds.push("payload");
    }
    if of_code {
        kinds.push("code");
    }
    kinds
}

#[test]
fn pages_have_their_headings_in_the_fixed_order() {
    let order = ["Why it matters", "What to do", "Examples", "Notes", "Sources"];
    for rule in RULES {
        let mut lines = rule.page.lines();
        assert_eq!(lines.next().unwrap(), format!("# {}", rule.name));
        let mut fenced = false;
        let headings = lines.filter(|line| {
            fenced ^= line.starts_with("```");
            !fenced && line.starts_with('#')
        });
        let headings: Vec<&str> = headings.map(|line| line.strip_prefix("## ").expect("second level only")).collect();
        let optional = order.iter().copied().filter(|name| *name != "Notes" || headings.contains(name));
        assert_eq!(headings, optional.collect::<Vec<_>>(), "{}", rule.name);
        assert!(rule.summary().ends_with('.'), "{}: the first paragraph is one sentence", rule.name);
    }
}

#[test]
fn rules_offer_the_fix_levels_they_list_and_no_others() {
    let mut faults = Vec::new();
    for rule in RULES {
        let mut offered = Vec::new();
        // In code every fix is unsafe, whatever the rule says.
        let in_code = |name: &str| matches!(Notation::of_name(name), Some(Notation::Code(_)));
        let mut offer = |name: &str, text: &str, config: &Config| {
            let found = check(name, text, config).into_iter();
            offered.extend(found.filter(|one| one.fix != Some(Level::Unsafe) || !in_code(name)));
        };
        for (block, config) in examples(rule) {
            offer(block.name, block.text, &config);
        }
        for file in fixtures(rule) {
            let text = fs::read_to_string(&file).unwrap();
            for config in [Config::default(), with_media_map()] {
                offer(&file.to_string_lossy(), &text, &config);
            }
        }
        offered.retain(|one| one.rule == rule.name);
        for level in [Level::Safe, Level::Unsafe] {
            let listed = rule.fix.contains(&level);
            let seen = offered.iter().any(|one| one.fix == Some(level));
            if listed != seen {
                let (name, level) = (rule.name, level.as_str());
                let problem = if listed { "listed, but in no example or fixture" } else { "offered, but not listed" };
                faults.push(format!("{name}: a fix of level {level} is {problem}"));
            }
        }
        if rule.fix.is_empty() && offered.iter().any(|one| one.fix.is_some()) {
            faults.push(format!("{}: lists no fix and offers one", rule.name));
        }
    }
    assert_none(&faults);
}

/// A configuration with counterparts for the picture of `onprem-media-id/flagged/onprem-image.json` and the link of
/// `media-link/flagged/private-address-in-an-onprem-body.json`.
fn with_media_map() -> Config {
    let mut config = Config::default();
    let map = r#"{
        "bd849cd4-2a22-4964-8d9e-666246ca4ee6": { "id": "9131233515985345" },
        "http://192.168.14.20/invoices/4711.pdf": { "link": "https://cdn.example.com/invoices/4711.pdf" }
    }"#;
    config.media = MediaMap::parse(map).unwrap();
    config
}

fn fixtures(rule: &Rule) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(rule.name).join("flagged");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
