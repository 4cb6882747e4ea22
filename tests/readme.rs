//! What README.md shows is what the program prints.

use std::process::Command;

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
    let shown = block("error[whitespace-text]");
    let (finding, last) = shown.split_once("\n\n").expect("a finding and the summary");
    assert!(findings.contains(finding), "not printed:\n{finding}\nbut:\n{findings}");
    assert_eq!(last, summary);
}

#[test]
fn the_tour_touches_every_rule_that_the_guide_names() {
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
    ] {
        assert!(statistics.contains(&format!("  {rule}\n")), "{rule} is not among:\n{statistics}");
    }
}

#[test]
fn the_configuration_in_readme_is_one() {
    let text = block("include = [");
    waport::config::Config::parse(&text).expect("the configuration that README.md shows");
}
