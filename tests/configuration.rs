//! `waport config`, and its schema against what the parser takes.

mod program;

use program::{CLEAN, OLD, Project, finish};
use serde_json::Value;
use waport::config::Config;

fn schema() -> Value {
    let run = Project::new().run(&["config", "schema"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

/// A configuration as the schema sees it: a date of TOML as its text.
fn as_json(text: &str) -> Value {
    plain(&toml::Value::Table(text.parse().expect("TOML")))
}

fn plain(value: &toml::Value) -> Value {
    match value {
        toml::Value::Table(table) => table.iter().map(|(key, inner)| (key.clone(), plain(inner))).collect(),
        toml::Value::Array(items) => items.iter().map(plain).collect(),
        toml::Value::Datetime(day) => day.to_string().into(),
        other => serde_json::to_value(other).expect("a scalar"),
    }
}

/// The template with its examples in effect.
fn filled_in(template: &str) -> String {
    let is_code =
        |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    let lines = template.lines().map(|line| line.strip_prefix("# ").filter(|rest| is_code(rest)).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn schema_and_parser_agree_on_what_is_right() {
    let schema = schema();
    jsonschema::meta::validate(&schema).expect("a schema of JSON Schema 2020-12");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let readme = include_str!("../README.md");
    let begin = readme.find("include = [").expect("a configuration in README.md");
    let shown = readme[begin..].split("```").next().expect("its end");
    let template = waport::config::TEMPLATE;
    let all = filled_in(template);
    assert!(all.contains("\n[[suppress]]\n") && all.contains("\nuntil = "), "{all}");
    for text in ["", include_str!("../fixtures/tour/waport.toml"), template, &all, shown] {
        Config::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let errors: Vec<String> = validator.iter_errors(&as_json(text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
    }
}

#[test]
fn schema_and_parser_agree_on_what_is_wrong() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for text in [
        "exlude = []",
        "include = \"**\"",
        "exclude = [1]",
        "graph-version = \"26\"",
        "graph-version = 26.0",
        "[webhook]\nwaba = \"1\"",
        "[webhook]\nwaba-id = 1",
        "[webhook]\nnumber-field = \"channel\"",
        "[webhook]\nnumber-field = \"\"",
        "[webhook]\nnumber-field = \"/a~2\"",
        "[[webhook.number]]\nphone-number-id = \"1\"",
        "[[webhook.number]]\nvalue = \"a\"",
        "[[webhook.number]]\npath = \"a\"\nnumber = \"1\"",
        "[rules]\nmedia-lnk = \"off\"",
        "[rules]\nmedia-link = \"loud\"",
        "[[override]]\npath = \"a\"",
        "[[override]]\npath = \"a\"\nrules = { media-link = \"loud\" }",
        "[[override]]\npath = \"a\"\nrules = { media-lnk = \"off\" }",
        "[[override]]\npath = \"a\"\nrules = {}\nrule = \"x\"",
        "[[form]]\npath = \"a\"",
        "[[form]]\npath = \"a\"\nform = \"cloud/massage\"",
        "[[host]]\nhost = \"a.example.com\"",
        "[[host]]\nhost = \"https://a.example.com\"\nform = \"cloud\"",
        "[[host]]\nhost = \"a.example.com\"\nform = \"ambiguous\"",
        "[media]\nmaps = \"a\"",
        "[[suppress]]\nrule = \"error-code\"\npath = \"a\"",
        "[[suppress]]\nrule = \"error-code\"\nreason = \"a\"",
        "[[suppress]]\nrule = \"eror-code\"\npath = \"a\"\nreason = \"a\"",
        "[[suppress]]\nrule = \"stale-baseline\"\npath = \"a\"\nreason = \"a\"",
        "[[suppress]]\nrule = \"error-code\"\npath = \"a\"\nreason = \" \"",
        "[[suppress]]\nrule = \"error-code\"\npath = \"a\"\nreason = \"a\"\npointer = \"a\"",
        "[[suppress]]\nrule = \"error-code\"\npath = \"a\"\nreason = \"a\"\nuntil = \"soon\"",
        "[[suppress]]\nrule = \"error-code\"\npath = \"a\"\nreason = \"a\"\nuntil = 2027-01-31T10:00:00Z",
        "[suppress]\nrule = \"error-code\"\npath = \"a\"\nreason = \"a\"",
        "[[media.tested]]\nhost = \"a.example.com\"\nby = \"a\"",
        "[[media.tested]]\nhost = \"a.example.com/b\"\ndate = 2026-11-02\nby = \"a\"",
        "[migrate]\nwindow = \"at night\"",
        "[migrate]\nnothing-to-check = \" \"",
        "[migrate]\npin = \"123456\"",
        "[migrate]\napp-id = \"my app\"",
        "[[migrate.excluded]]\npath = \"a\"\nreason = \"b\"",
        "[[migrate.excluded]]\npath = \"a\"\nreason = \" \"\nuntil = 2027-01-31",
        "[[migrate.excluded]]\npath = \"a\"\nreason = \"b\"\nuntil = \"soon\"",
        "[[migrate.number]]\nname = \"a b\"\nonprem-url = \"https://a.example.com\"",
        "[[migrate.number]]\nname = \"a\"",
    ] {
        let error = Config::parse(text).map(|_| ()).expect_err(text);
        assert!(error.line.is_some(), "{error} has no line: {text}");
        assert!(!validator.is_valid(&as_json(text)), "the schema takes what is refused: {error}\n{text}");
    }
}

#[test]
fn init_writes_a_configuration_and_keeps_one_that_is_there() {
    let project = Project::with(&[("clean.json", CLEAN)]);
    let run = project.run(&["config", "init"]);
    assert_eq!((run.code, run.text()), (0, "waport.toml\n"), "{}", run.err);
    let read = || std::fs::read_to_string(project.path("waport.toml")).expect("waport.toml");
    assert_eq!(read(), waport::config::TEMPLATE);
    assert_eq!(project.run(&["check"]).code, 0);
    project.write("waport.toml", "exclude = []\n");
    let run = project.run(&["config", "init"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("waport.toml is there already") && run.err.contains("--force"), "{}", run.err);
    assert_eq!(read(), "exclude = []\n");
    assert_eq!(project.run(&["config", "init", "--force"]).code, 0);
    assert_eq!(read(), waport::config::TEMPLATE);
    // Nothing is left beside it.
    assert_eq!(std::fs::read_dir(project.path("")).expect("a folder").count(), 2);
}

#[test]
fn show_prints_the_configuration_in_effect_and_its_file() {
    let project = Project::with(&[
        ("waport.toml", "# ours\nexclude = [\"old\"]\n[rules]\npreview-url = \"off\"\n"),
        ("other.toml", "graph-version = \"v25.0\"\n"),
        ("below/a.json", OLD),
    ]);
    let run = project.run(&["config", "show"]);
    assert_eq!(
        (run.code, run.text()),
        (0, "# waport.toml\ninclude = []\nexclude = [\"old\"]\n\n[rules]\npreview-url = \"off\"\n")
    );
    Config::parse(run.text()).expect("what is printed is a configuration");
    let mut below = project.command(&["config", "show"]);
    let run = finish(below.current_dir(project.path("below")), b"");
    assert!(run.text().lines().next().is_some_and(|line| line.ends_with("waport.toml")), "{}", run.text());
    assert!(run.text().contains("exclude = [\"old\"]"), "{}", run.text());
    let run = project.run(&["config", "show", "--config", "other.toml"]);
    assert_eq!(run.text(), "# other.toml\ninclude = []\nexclude = []\ngraph-version = \"v25.0\"\n");
    let run = project.run(&["config", "show", "--isolated"]);
    assert_eq!(run.text(), "# no waport.toml; these are the defaults\ninclude = []\nexclude = []\n");
    project.write("waport.toml", "exclud = []\n");
    let run = project.run(&["config", "show"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("waport.toml: line 1: unknown key `exclud`"), "{}", run.err);
}
