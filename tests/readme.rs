//! What README.md and the pages in docs show is what the program prints.

use std::process::Command;
#[cfg(unix)]
use std::{fs, path::Path};

/// The fenced block of README.md that begins with `start`.
fn block(start: &str) -> String {
    let readme = include_str!("../README.md");
    let begin = readme.find(start).expect("the block is in README.md");
    readme[begin..].split("```").next().expect("the block ends").to_owned()
}

#[test]
fn the_tour_shows_what_readme_says() {
    let output = Command::new(env!("CARGO_BIN_EXE_waport"))
        .args(["check", "fixtures/tour"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("NO_COLOR", "1")
        .output()
        .expect("waport runs");
    assert_eq!(output.status.code(), Some(1));
    let findings = String::from_utf8(output.stdout).expect("UTF-8");
    let summary = String::from_utf8(output.stderr).expect("UTF-8");
    let shown = block("error[webhook-envelope]");
    let (shown, last) = shown.rsplit_once("\n\n").expect("findings and the summary");
    for finding in shown.split("\n\n") {
        assert!(findings.contains(finding), "not printed:\n{finding}\nbut:\n{findings}");
    }
    assert_eq!(last, summary);
}

#[test]
fn the_tour_touches_every_rule_that_the_guide_names_and_the_old_client() {
    let output = Command::new(env!("CARGO_BIN_EXE_waport"))
        .args(["check", "fixtures/tour", "--statistics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("waport runs");
    let statistics = String::from_utf8(output.stdout).expect("UTF-8");
    for rule in [
        "unknown-property",
        "missing-button-index",
        "whitespace-text",
        "voice-message",
        "sticker-pack",
        "onprem-media-id",
        "media-link",
        "webhook-envelope",
        "error-code",
        "error-shape",
        "onprem-endpoint",
        "onprem-auth",
        "contacts-check",
        "onprem-deployment",
    ] {
        assert!(statistics.contains(&format!("  {rule}\n")), "{rule} is not among:\n{statistics}");
    }
}

#[test]
fn the_configuration_in_readme_is_one() {
    let text = block("include = [");
    waport::config::Config::parse(&text).expect("the configuration that README.md shows");
}

/// A command as a page shows it, with what it prints; a line `…` stands for any lines.
#[cfg(unix)]
struct Shown<'p> {
    command: &'p str,
    output: Vec<&'p str>,
}

/// The commands in the `console` blocks of a page.
#[cfg(unix)]
fn shown(page: &str) -> Vec<Shown<'_>> {
    let mut all: Vec<Shown<'_>> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        for line in block.split("\n```").next().unwrap_or_default().lines() {
            match (line.strip_prefix("$ "), all.last_mut()) {
                (Some(command), _) => all.push(Shown { command, output: Vec::new() }),
                (None, Some(last)) => last.output.push(line),
                (None, None) => panic!("nothing prints: {line}"),
            }
        }
    }
    all
}

/// Whether a command printed what a page shows.
#[cfg(unix)]
fn is_shown(shown: &[&str], printed: &str) -> bool {
    let text = shown.join("\n");
    let mut parts = text.split("…\n");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.trim_end_matches('\n').is_empty()
}

/// Runs the commands of a page, `least` of them or more, in order, in a folder that has the tour.
#[cfg(unix)]
fn run_page(page: &str, least: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tour = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tour");
    fs::create_dir(folder.path().join("fixtures")).expect("a folder");
    let copied = Command::new("cp").arg("-r").arg(tour).arg(folder.path().join("fixtures/tour")).status();
    assert!(copied.is_ok_and(|status| status.success()), "the tour is copied");
    let programs = Path::new(env!("CARGO_BIN_EXE_waport")).parent().expect("a folder");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let commands = shown(page);
    assert!(commands.iter().filter(|shown| shown.command.contains("waport ")).count() >= least);
    for Shown { command, output } in commands {
        let run = Command::new("sh")
            .arg("-c")
            .arg(format!("exec 2>&1\n{command}"))
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("NO_COLOR", "1")
            .output()
            .expect("a shell");
        let printed = String::from_utf8(run.stdout).expect("UTF-8");
        assert!(is_shown(&output, &printed), "{command}\nprints\n{printed}\nand not\n{}", output.join("\n"));
    }
}

/// A section of README.md.
#[cfg(unix)]
fn section(heading: &str) -> &'static str {
    let (_, section) = include_str!("../README.md").split_once(heading).expect("README.md has the section");
    section.split("\n## ").next().expect("a section")
}

#[cfg(unix)]
#[test]
fn the_tour_is_translated_as_readme_shows() {
    run_page(section("\n## Translation\n"), 3);
}

#[cfg(unix)]
#[test]
fn code_of_the_tour_is_fixed_as_readme_shows() {
    run_page(section("\n## Source code\n"), 1);
}

#[cfg(unix)]
#[test]
fn the_page_on_translation_shows_what_is_printed() {
    run_page(include_str!("../docs/translate.md"), 3);
}

#[test]
fn the_configurations_on_the_page_on_translation_are_some() {
    let page = include_str!("../docs/translate.md");
    let texts: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert_eq!(texts.len(), 2);
    for text in texts {
        waport::config::Config::parse(text).expect("a configuration that docs/translate.md shows");
    }
    let (_, map) = page.split_once("```json\n").expect("a media map");
    assert_eq!(map.split("```").next(), Some(include_str!("../fixtures/tour/media-map.json")));
}

/// What README.md names as left after a translation, and nothing else, is what `check` finds then.
#[cfg(unix)]
#[test]
fn what_readme_names_is_left_of_the_tour() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cloud = folder.path().join("cloud");
    let waport = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waport"));
        command.args(args).arg("-q").current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("waport runs")
    };
    let out = cloud.to_str().expect("UTF-8");
    let map = "fixtures/tour/media-map.json";
    assert!(waport(&["translate", "fixtures/tour", "--out", out, "--media-map", map]).status.success());
    let run = waport(&["check", out, "--fix", "--statistics"]);
    let expected = "7  onprem-media-id\n2  media-link\n1  invalid-json\n1  missing-button-index\n1  onprem-deployment\n1  unknown-property\n1  whitespace-text\n";
    assert_eq!(String::from_utf8(run.stdout).expect("UTF-8"), expected);
    let run = waport(&["check", out, "--output-format", "json-lines"]);
    for line in String::from_utf8(run.stdout).expect("UTF-8").lines() {
        let finding: serde_json::Value = serde_json::from_str(line).expect("a finding");
        assert_ne!(finding["fix"]["level"], "safe", "{line}");
    }
}
