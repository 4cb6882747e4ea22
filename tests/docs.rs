//! Rules and commands that the documentation names exist.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::process::Command;

use waport::rules::{RULES, rule};

const GUIDE: &str = include_str!("../docs/migration-guide.md");
const CI: &str = include_str!("../docs/ci.md");
const README: &str = include_str!("../README.md");
const GATE: &str = include_str!("../docs/gate.md");
const MEDIA: &str = include_str!("../docs/media.md");
const MIGRATE: &str = include_str!("../docs/migrate.md");
const TRANSLATE: &str = include_str!("../docs/translate.md");

/// What stands in backticks outside of fenced blocks.
fn code(page: &str) -> impl Iterator<Item = &str> {
    let prose = page.split("\n```").step_by(2);
    prose.flat_map(|text| text.split('`').skip(1).step_by(2))
}

/// Names in kebab case, which rules have and nothing else on these pages.
fn rules_named(page: &str) -> BTreeSet<&str> {
    let kebab = |name: &&str| {
        let parts = || name.split('-');
        parts().count() > 1 && parts().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()))
    };
    code(page).filter(kebab).collect()
}

/// The section of README.md that lists rules.
fn readme_on_rules() -> &'static str {
    let (_, section) = README.split_once("\n## What it finds\n").expect("README.md says what waport finds");
    section.split("\n## ").next().unwrap()
}

/// The first words of what stands as `waport …` in backticks.
fn commands_named(page: &str) -> BTreeSet<&str> {
    code(page).filter_map(|code| code.strip_prefix("waport ")?.split_whitespace().next()).collect()
}

/// The subcommands that the program's own help lists.
fn commands() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_waport")).arg("--help").output().expect("waport runs");
    let help = String::from_utf8(output.stdout).expect("UTF-8");
    let (_, list) = help.split_once("\nCommands:\n").expect("a list of commands");
    let (list, _) = list.split_once("\n\n").expect("the list ends");
    list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn every_rule_that_a_page_names_exists() {
    for (page, text) in [("docs/migration-guide.md", GUIDE), ("README.md", readme_on_rules())] {
        let named = rules_named(text);
        assert!(named.len() >= 10, "{page} names only {named:?}");
        let unknown: Vec<_> = named.iter().filter(|name| rule(name).is_none()).collect();
        assert!(unknown.is_empty(), "{page} names {unknown:?}, which are no rules");
    }
}

#[test]
fn every_command_that_a_page_names_exists() {
    let commands = commands();
    for (page, text) in [
        ("docs/migration-guide.md", GUIDE),
        ("README.md", README),
        ("docs/ci.md", CI),
        ("docs/gate.md", GATE),
        ("docs/migrate.md", MIGRATE),
        ("docs/translate.md", TRANSLATE),
    ] {
        let named = commands_named(text);
        assert!(!named.is_empty(), "{page} names no command");
        let unknown: Vec<_> = named.iter().filter(|name| !commands.contains(**name)).collect();
        assert!(unknown.is_empty(), "{page} names {unknown:?}, which are no commands; there are {commands:?}");
    }
}

#[test]
#[cfg(feature = "net")]
fn every_key_that_the_pages_on_the_migration_show_is_one() {
    for (page, text) in [("docs/gate.md", GATE), ("docs/media.md", MEDIA)] {
        let blocks: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert!(!blocks.is_empty(), "{page} shows no configuration");
        for block in blocks {
            waport::config::Config::parse(block).unwrap_or_else(|error| panic!("{page}: {error}\n{block}"));
        }
    }
}

#[test]
fn the_page_on_the_guide_names_every_rule_that_rests_on_it() {
    let named = rules_named(GUIDE);
    let resting = RULES.iter().filter(|rule| rule.source.starts_with("Meta's migration guide"));
    let missing: Vec<_> = resting.map(|rule| rule.name).filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "docs/migration-guide.md does not name {missing:?}");
}

#[test]
fn the_page_on_the_guide_has_its_sections_in_order() {
    let sections: Vec<&str> = GUIDE.lines().filter(|line| line.starts_with("##")).collect();
    let expected = [
        "## How It Works",
        "## Requirements",
        "### Meta App",
        "### App Review",
        "## Best Practices",
        "## API Differences",
        "### Webhooks",
        "### Media",
        "### Error Codes",
        "### Property Validation",
        "### Push-To-Talk Messages",
        "### Stickerpacks",
        "## Downtime",
        "## Throughput",
        "## Migration Support",
        "## Step 1: Disable Two-Step Verification",
        "## Step 2: Generate Phone Number Metadata",
        "## Step 3: Register the Number",
    ];
    assert_eq!(sections, expected);
}
