//! What is read from `waport.toml`, and what is refused.

use super::*;
use crate::form::{Document, Form};

fn problem(text: &str) -> String {
    Config::parse(text).expect_err(text).to_string()
}

#[test]
fn a_whole_configuration_is_read() {
    let config = Config::parse(
        "include = [\"**\"]\nexclude = [\"vendor/**\", \"old\"]\ngraph-version = \"v26.0\"\n\
         [webhook]\nwaba-id = \"1\"\nphone-number-id = \"2\"\ndisplay-phone-number = \"3\"\n\
         [rules]\nmedia-link = \"note\"\nwrong-type = \"off\"\n\
         [[form]]\npath = \"tests/bad/**\"\nform = \"ignore\"\n[[form]]\npath = \"x.json\"\nform = \"cloud/message\"\n\
         [media]\nmap = \"media-map.json\"\n",
    )
    .expect("config");
    assert!(config.webhook.identity().is_complete());
    assert!(config.exclude.is_match("vendor/a/b.json") && config.exclude.is_match("old/a.json"));
    assert_eq!(config.severity(&crate::rules::media_link::RULE, Severity::Error), Some(Severity::Note));
    assert_eq!(config.severity(&crate::rules::wrong_type::RULE, Severity::Error), None);
    assert_eq!(config.declared(Path::new("tests/bad/a.json")), Some(Declared::Ignored));
    assert_eq!(config.declared(Path::new("x.json")), Some(Declared::As(Form::Cloud(Document::Message))));
    assert_eq!(config.media_map.as_deref(), Some("media-map.json"));
}

#[test]
fn what_is_wrong_is_named_with_its_line_its_key_and_the_nearest_known_word() {
    for (text, said) in [
        ("exlude = []", "line 1: unknown key `exlude`; the nearest known key is `exclude`"),
        ("\n[webhok]\nwaba-id = \"1\"", "line 2: unknown key `webhok`; the nearest known key is `webhook`"),
        ("[webhook]\nwaba = \"1\"", "line 2: unknown key `waba` in [webhook]; the nearest known key is `waba-id`"),
        (
            "[[override]]\nrules = {}\npaht = \"a\"",
            "line 3: unknown key `paht` in [[override]]; the nearest known key is `path`",
        ),
        (
            "[[webhook.number]]\npath = \"a\"\nphone-number = \"1\"",
            "line 3: unknown key `phone-number` in [[webhook.number]]; the nearest known key is `phone-number-id`",
        ),
        (
            "[webhook]\nnumber = [{ pth = \"a\" }]",
            "line 2: unknown key `pth` in [[webhook.number]]; the nearest known key is `path`",
        ),
        ("[[webhook.number]]\npath = 1", "line 2: webhook.number.path: invalid type: integer"),
        ("[[webhook.number]]\npath = \"a[\"", "line 2: [[webhook.number]] path: the pattern `a[` is no glob"),
        (
            "\n[[webhook.number]]\nwaba-id = \"1\"",
            "line 2: [[webhook.number]] says neither `value` nor `path`, by which its webhooks are known",
        ),
        (
            "[[webhook.number]]\npath = \"a\"\nvalue = \"b\"",
            "line 3: [[webhook.number]] value: `number-field` in [webhook] has to name the field that says it",
        ),
        ("[webhook]\nnumber-field = \"channel\"", "line 2: [webhook] number-field: `channel` is no JSON Pointer"),
        ("[webhook]\nnumber-field = \"\"", "line 2: [webhook] number-field: `` is no JSON Pointer to a field"),
        ("[webhook]\nnumber-field = \"/a~2\"", "line 2: [webhook] number-field: `/a~2` is no JSON Pointer"),
        ("[[host]]\nhots = \"a\"", "line 2: unknown key `hots` in [[host]]; the nearest known key is `host`"),
        (
            "[[suppress]]\nresaon = \"a\"",
            "line 2: unknown key `resaon` in [[suppress]]; the nearest known key is `reason`",
        ),
        (
            "\n[rules]\nmedia-lnk = \"note\"",
            "line 3: [rules]: there is no rule `media-lnk`; the nearest is `media-link`",
        ),
        (
            "[rules]\nmedia-link = \"loud\"",
            "line 2: [rules] media-link: `loud` is no severity; write error, warning, note or off",
        ),
        (
            "[[override]]\npath = \"a\"\nrules = { media-lnk = \"off\" }",
            "line 3: [[override]] rules: there is no rule `media-lnk`; the nearest is `media-link`",
        ),
        ("[[form]]\npath = \"a\"\nform = \"cloud/massage\"", "line 3: [[form]] form: `cloud/massage` is no form"),
        ("[[host]]\nhost = \"https://a\"\nform = \"cloud\"", "line 2: [[host]] host: `https://a` is no name of a host"),
        ("[[host]]\nhost = \"a\"\nform = \"both\"", "line 3: [[host]] form: `both` is neither `onprem` nor `cloud`"),
        ("include = \"**\"", "line 1: include: invalid type: string"),
        ("[webhook]\nwaba-id = 1", "line 2: webhook.waba-id: invalid type: integer"),
        ("exclude = [\n\"a\",\n\"a[\"]", "line 3: exclude: the pattern `a[` is no glob"),
        ("graph-version = \"26\"", "line 1: graph-version = \"26\": a version is written like `v26.0`"),
        ("a = = b", "line 1: "),
    ] {
        let problem = problem(text);
        assert!(problem.starts_with(said), "{text}\n{problem}");
    }
}

#[test]
fn a_suppression_needs_a_rule_a_path_and_a_reason() {
    let with = |rule: &str, rest: &str| format!("[[suppress]]\npath = \"a\"\nrule = \"{rule}\"\n{rest}");
    for (text, said) in [
        (with("error-code", ""), "missing field `reason`"),
        (with("error-code", "reason = \" \""), "line 4: [[suppress]] reason: say in a few words why"),
        (
            with("eror-code", "reason = \"x\""),
            "line 3: [[suppress]] rule: there is no rule `eror-code`; the nearest is `error-code`",
        ),
        (
            with("unused-suppression", "reason = \"x\""),
            "line 3: [[suppress]] rule: `unused-suppression` is about suppressions",
        ),
        (
            with("error-code", "reason = \"x\"\npointer = \"messages\""),
            "line 5: [[suppress]] pointer: a JSON Pointer begins with `/`",
        ),
        (with("error-code", "reason = \"x\"\nuntil = \"2027-01-31\""), "line 5: suppress.until: invalid type"),
        (with("error-code", "reason = \"x\"\nuntil = 2027-02-30"), "line 5: "),
        (
            with("error-code", "reason = \"x\"\nuntil = 2027-01-31T10:00:00"),
            "line 5: [[suppress]] until: `2027-01-31T10:00:00` is no day",
        ),
    ] {
        let problem = problem(&text);
        assert!(problem.contains(said), "{text}\n{problem}");
    }
}

#[test]
fn a_suppression_holds_for_its_rule_its_place_and_all_below_up_to_its_last_day() {
    let text = "[[suppress]]\nrule = \"error-code\"\npath = \"old/**\"\npointer = \"/errors/0\"\nreason = \"x\"\nuntil = 2027-01-31\n";
    let config = Config::parse(text).expect("config");
    assert_eq!(config.at(Path::new("new/a.json")).suppressions.len(), 0);
    let (_, one) = config.at(Path::new("old/b/a.json")).suppressions[0];
    assert!(one.covers("error-code", Some("/errors/0")) && one.covers("error-code", Some("/errors/0/code")));
    assert!(!one.covers("error-code", Some("/errors/01")) && !one.covers("error-code", Some("/errors")));
    assert!(!one.covers("error-code", None) && !one.covers("error-shape", Some("/errors/0")));
    let day = |text: &str| text.parse().ok();
    assert!(!one.is_expired(day("2027-01-31")) && one.is_expired(day("2027-02-01")) && !one.is_expired(None));
}

#[test]
fn the_last_override_that_matches_wins_over_rules() {
    let config = Config::parse(
        "[rules]\nwrong-type = \"note\"\nmedia-link = \"off\"\n\
         [[override]]\npath = \"tests/**\"\nrules = { wrong-type = \"off\", media-link = \"error\" }\n\
         [[override]]\npath = \"tests/good\"\nrules = { wrong-type = \"warning\" }\n",
    )
    .expect("config");
    let at = |path: &str, rule| config.at(Path::new(path)).severity(rule, Severity::Error);
    let (wrong_type, media_link) = (&rules::wrong_type::RULE, &rules::media_link::RULE);
    assert_eq!(at("a.json", wrong_type), Some(Severity::Note));
    assert_eq!(at("a.json", media_link), None);
    assert_eq!(at("tests/a.json", wrong_type), None);
    assert_eq!(at("tests/a.json", media_link), Some(Severity::Error));
    assert_eq!(at("tests/good/a.json", wrong_type), Some(Severity::Warning));
    assert_eq!(at("tests/good/a.json", media_link), Some(Severity::Error));
    assert_eq!(at("tests/good/a.json", &rules::preview_url::RULE), Some(Severity::Error));
    assert!(config.is_off_somewhere(wrong_type) && !config.is_off_somewhere(&rules::preview_url::RULE));
}

#[test]
fn hosts_are_kept_in_lower_case() {
    let config = Config::parse(
        "[[host]]\nhost = \"WA.example.com\"\nform = \"onprem\"\n[[host]]\nhost = \"b.example.com\"\nform = \"cloud\"",
    )
    .expect("config");
    let onprem = Host { host: "wa.example.com".into(), form: HostForm::OnPrem, on_purpose: true };
    let cloud = Host { host: "b.example.com".into(), form: HostForm::Cloud, on_purpose: true };
    assert_eq!(config.hosts, [onprem, cloud]);
}

#[test]
fn the_schema_knows_the_keys_that_the_parser_knows() {
    let schema = schema();
    for (section, keys) in file::KEYS {
        let mut table = &schema;
        for name in section.split('.').filter(|name| !name.is_empty()) {
            table = &table["properties"][name];
            table = table.get("items").unwrap_or(table);
        }
        let mut known: Vec<&str> = table["properties"].as_object().expect(section).keys().map(String::as_str).collect();
        let mut keys = keys.to_vec();
        known.sort_unstable();
        keys.sort_unstable();
        assert_eq!(known, keys, "[{section}]");
        assert_eq!(table["additionalProperties"], false, "[{section}]");
    }
}

#[test]
fn what_is_printed_as_toml_says_the_same() {
    let text = "include = [\"a\"]\ngraph-version = \"v26.0\"\n[webhook]\nwaba-id = \"1\"\nnumber-field = \"/n\"\n\
                [[webhook.number]]\nvalue = \"h\"\npath = \"i\"\nphone-number-id = \"2\"\n[rules]\nwrong-type = \"off\"\n\
                [[override]]\npath = \"b\"\nrules = { wrong-type = \"note\" }\n[[form]]\npath = \"c\"\nform = \"ignore\"\n\
                [[host]]\nhost = \"d\"\nform = \"cloud\"\n[media]\nmap = \"e\"\n\
                [[suppress]]\nrule = \"error-code\"\npath = \"f\"\npointer = \"\"\nreason = \"g\"\nuntil = 2027-01-31\n";
    let shown = Config::parse(text).expect("config").to_toml().expect("TOML");
    let [read, again]: [toml::Table; 2] = [text, &shown].map(|text| text.parse().expect("TOML"));
    for (key, value) in &read {
        assert_eq!(again.get(key), Some(value), "{key}:\n{shown}");
    }
    assert_eq!(Config::default().to_toml().expect("TOML"), "include = []\nexclude = []\n");
}
