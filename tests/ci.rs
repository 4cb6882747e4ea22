//! What other systems are told to run exists: the hook for pre-commit, the action, the snippets in docs/ci.md.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::collections::BTreeSet;

use program::Project;

const HOOKS: &str = include_str!("../.pre-commit-hooks.yaml");
const ACTION: &str = include_str!("../action.yml");
const PAGE: &str = include_str!("../docs/ci.md");

/// The value of a key in a YAML file of single lines.
fn value<'a>(yaml: &'a str, key: &str) -> &'a str {
    let mut lines = yaml.lines().map(|line| line.trim_start_matches(['-', ' ']));
    lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).unwrap_or_else(|| panic!("no {key}"))
}

/// The long options that a text names, without those of other programs.
fn options(text: &str) -> BTreeSet<&str> {
    let lines = text.lines().filter(|line| !line.contains("cargo install"));
    let words = lines.flat_map(|line| line.split(|c: char| !c.is_ascii_lowercase() && c != '-'));
    words.filter(|word| word.strip_prefix("--").is_some_and(|name| name.starts_with(|c: char| c != '-'))).collect()
}

#[test]
fn every_option_that_is_named_is_one_of_check() {
    let help = Project::new().run(&["check", "--help"]).text().to_owned();
    let known = options(&help);
    for (file, text) in [("action.yml", ACTION), ("docs/ci.md", PAGE), (".pre-commit-hooks.yaml", HOOKS)] {
        let unknown: Vec<_> = options(text).difference(&known).copied().collect();
        assert!(unknown.is_empty(), "{file} names {unknown:?}");
    }
    assert!(options(ACTION).contains("--fail-on") && options(PAGE).contains("--range"));
}

#[test]
fn every_format_that_is_named_is_one() {
    for (file, text) in [("action.yml", ACTION), ("docs/ci.md", PAGE)] {
        let named = text.split("--output-format ").skip(1).map(|rest| {
            let name = rest.trim_start_matches('"').split([':', ' ', '\n', '`']).next().unwrap();
            name.parse::<waport::report::Format>().unwrap_or_else(|error| panic!("{file}: {error}"))
        });
        assert!(named.count() >= 2, "{file}");
    }
}

#[test]
fn what_is_written_in_yaml_is_yaml() {
    let snippets = PAGE.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for text in snippets.chain([ACTION, HOOKS]) {
        let (mut tree, mut notices) = (waport::tree::Tree::new(), Vec::new());
        waport::read::yaml::read(text, &mut tree, &mut notices).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
}

#[test]
fn the_hook_runs_on_the_files_that_are_read() {
    assert_eq!((value(HOOKS, "id"), value(HOOKS, "language")), ("waport", "rust"));
    assert_eq!((value(HOOKS, "pass_filenames"), value(HOOKS, "types")), ("true", "[file]"));
    let entry: Vec<&str> = value(HOOKS, "entry").split(' ').collect();
    assert_eq!(entry, ["waport", "check", "--force-exclude"], "it checks and changes nothing");
    let project = Project::with(&[("a.json", program::OLD), ("b.ndjson", program::CLEAN)]);
    let run = project.run(&[&entry[1..], &["--fail-on", "warning", "a.json", "b.ndjson"]].concat());
    assert_eq!((run.code, run.err.starts_with("Looked at 2 files")), (1, true), "{}", run.err);
    assert_eq!(project.run(&[&entry[1..], &["b.ndjson"]].concat()).code, 0);
    // Below a folder the same files are looked at.
    let pattern = regex_lite::Regex::new(value(HOOKS, "files")).unwrap();
    let known = "json har ipynb postman_collection jsonc json5 ndjson jsonl ldjson jsonlines JSON yaml yml md markdown mdx \
        rst adoc asciidoc textile txt text log http rest bru hurl csv tsv sql sh bash zsh ps1 bat cmd html htm xhtml xml \
        j2 jinja jinja2 erb hbs handlebars mustache liquid ejs njk ftl tmpl tpl snap curl eml env properties ini toml tf tfvars dockerfile";
    for stem in known.split_whitespace().chain(["jsonx", "js", "py", "png", "lock", "gz"]) {
        for ending in ["", ".gz", ".zst", ".zip"] {
            let name = format!("a.{stem}{ending}");
            let known = waport::read::Notation::of_name(&name).is_some();
            assert_eq!(pattern.is_match(&name), known, "{name}");
        }
    }
}

#[test]
fn the_fixing_hook_fixes_and_says_what_is_left() {
    let (_, fixing) = HOOKS.split_once("\n- id: waport-fix\n").unwrap();
    let entry: Vec<&str> = value(fixing, "entry").split(' ').collect();
    assert_eq!(entry, ["waport", "check", "--force-exclude", "--fix"]);
    // It runs on what the other runs on, but for compressed files, which are not rewritten.
    let files = value(HOOKS, "files").replace(r"(\.(gz|zst))?", "");
    assert_eq!(value(fixing, "files"), files);
    let image = r#"{"to":"15550100123","type":"image","image":{"id":"f043afd0-f0ae-4b9c-ab3d-696fb4c8cd68"}}"#;
    let project = Project::with(&[("a.json", program::OLD), ("b.json", image)]);
    let run = project.run(&[&entry[1..], &["a.json", "b.json"]].concat());
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("Fixed 3 findings in 2 files.\nFound 1 error"), "{}", run.err);
    assert_eq!(project.run(&[&entry[1..], &["a.json"]].concat()).code, 0);
}

#[test]
fn the_inputs_of_the_action_are_those_of_its_page() {
    let (inputs, _) = ACTION.split_once("\nruns:\n").unwrap();
    let (_, inputs) = inputs.split_once("\ninputs:\n").unwrap();
    let names = inputs.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> = names.map(|line| line.trim().trim_end_matches(':')).collect();
    assert_eq!(names, ["paths", "fail-on", "sarif-file", "upload-sarif"]);
    for name in names {
        assert!(PAGE.contains(&format!("| `{name}` |")), "docs/ci.md explains {name}");
        assert!(ACTION.contains(&format!("inputs.{name} ")), "action.yml uses {name}");
    }
}

/// The script of the action's step that checks.
#[cfg(unix)]
fn script() -> String {
    let (_, step) = ACTION.split_once("- name: Check\n").unwrap();
    let (_, script) = step.split_once("      run: |\n").unwrap();
    let lines = script.lines().take_while(|line| line.starts_with("        "));
    lines.fold(String::new(), |script, line| script + &line[8..] + "\n")
}

#[cfg(unix)]
#[test]
fn the_action_gives_the_program_its_inputs() {
    use std::os::unix::fs::PermissionsExt as _;

    // What stands in for the program prints its arguments and finds something.
    let project = Project::new();
    project.write("waport/bin/waport", "#!/bin/sh\nprintf '%s|' \"$@\"\nexit 1\n");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.path("waport/bin/waport"), executable).unwrap();
    let given = |paths: &str, sarif: &str| {
        let mut bash = std::process::Command::new("bash");
        // As a runner starts it.
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script()]).current_dir(project.path(""));
        bash.env("RUNNER_TEMP", project.path("")).env("WAPORT_PATHS", paths);
        bash.env("WAPORT_FAIL_ON", "warning").env("WAPORT_SARIF", sarif);
        let run = program::finish(&mut bash, b"");
        assert_eq!((run.code, run.err.as_str()), (1, ""));
        run.text().to_owned()
    };
    assert_eq!(given("", ""), "check|--output-format|github|--fail-on|warning|--|");
    assert_eq!(
        given("a b\n\n-c.json\n$(id)\n", "out dir/x.sarif"),
        "check|--output-format|github|--fail-on|warning|--output-format|sarif:out dir/x.sarif|--|a b|-c.json|$(id)|"
    );
}

#[cfg(unix)]
#[test]
fn the_action_reports_what_is_found() {
    let project = Project::with(&[("a.json", program::OLD), ("b c/d.json", program::OLD)]);
    std::fs::create_dir_all(project.path("temp/waport/bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_waport"), project.path("temp/waport/bin/waport")).unwrap();
    let mut bash = std::process::Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script()]).current_dir(project.path(""));
    bash.env("RUNNER_TEMP", project.path("temp")).env("WAPORT_PATHS", "b c\n");
    bash.env("WAPORT_FAIL_ON", "error").env("WAPORT_SARIF", "out.sarif");
    let run = program::finish(&mut bash, b"");
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.text().contains("::error ") && run.text().contains("b c/d.json"), "{}", run.text());
    assert!(!run.text().contains("a.json"), "only what the input names");
    let sarif: serde_json::Value = serde_json::from_slice(&std::fs::read(project.path("out.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
}
