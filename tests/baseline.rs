//! The baseline: what it hides, how it is written and pruned, and what keeps its entries.

mod program;

use std::fmt::Write as _;

use program::{CLEAN, OLD, Project, Run};

const BASELINE: &str = "waport-baseline.jsonl";

/// The members of [`OLD`] in another order.
const REORDERED: &str = r#"{"text":{"body":"Hello"},"preview_url":true,"type":"text","to":"15550100123"}"#;

fn with(project: &Project, args: &[&str]) -> Run {
    project.check(&[&["--baseline", BASELINE], args].concat())
}

fn text(project: &Project) -> String {
    std::fs::read_to_string(project.path(BASELINE)).expect("a baseline")
}

fn hidden(run: &Run) -> u64 {
    run.json()["summary"]["in_baseline"].as_u64().expect("a count")
}

/// A project with two old bodies in a file, one in another, and their baseline.
fn known() -> Project {
    let project = Project::with(&[("a.json", &format!("[{OLD}, {CLEAN}]")), ("b/c.json", OLD)]);
    let run = with(&project, &["--write-baseline"]);
    assert_eq!((run.code, run.rules().len(), hidden(&run)), (0, 0, 4), "{}", run.err);
    assert!(run.err.contains("waport-baseline.jsonl: 4 entries written.\n"), "{}", run.err);
    project
}

#[test]
fn what_was_written_is_hidden_and_what_is_new_is_shown() {
    let project = known();
    let run = with(&project, &[]);
    assert_eq!((run.code, run.rules().len(), hidden(&run)), (0, 0, 4));
    assert!(run.err.contains("Found nothing to report.\n4 in the baseline.\n"), "{}", run.err);
    project.write("d.json", OLD);
    let run = with(&project, &["--only", "preview-url"]);
    assert_eq!((run.code, run.rules(), hidden(&run)), (1, vec!["preview-url".to_owned()], 2));
    assert_eq!(run.json()["findings"][0]["file"], "d.json");
}

#[test]
fn the_file_is_a_line_a_finding_sorted_and_the_same_when_written_again() {
    let project = known();
    let first = text(&project);
    let lines: Vec<&str> = first.lines().collect();
    assert_eq!(lines[0], r#"{"waport-baseline":1}"#);
    let heads: Vec<&str> = lines[1..].iter().map(|line| line.split(",\"fingerprint\"").next().expect("one")).collect();
    assert_eq!(
        heads,
        [
            r#"{"file":"a.json","rule":"missing-messaging-product","pointer":"""#,
            r#"{"file":"a.json","rule":"preview-url","pointer":"/preview_url""#,
            r#"{"file":"b/c.json","rule":"missing-messaging-product","pointer":"""#,
            r#"{"file":"b/c.json","rule":"preview-url","pointer":"/preview_url""#,
        ]
    );
    assert!(first.ends_with('\n'));
    with(&project, &["--write-baseline", "-j", "3"]);
    assert_eq!(text(&project), first);
    with(&project, &["--prune-baseline"]);
    assert_eq!(text(&project), first);
}

#[test]
fn edits_around_a_payload_do_not_matter() {
    let project = known();
    let pretty = OLD.replace(':', " :\n\t").replace(',', ",\r\n");
    for (file, changed) in [
        ("a.json", format!("\n\n[{CLEAN},\n{CLEAN}, {OLD}]")),
        ("a.json", format!("[ {pretty} ]")),
        ("a.json", format!("[{OLD}, {{\"other\": [1, 2]}}]")),
        ("a.json", format!("[{REORDERED}, {CLEAN}]")),
        ("b/c.json", pretty),
    ] {
        project.write(file, &changed);
        let run = with(&project, &[]);
        assert_eq!((run.code, run.rules().len(), hidden(&run)), (0, 0, 4), "{changed}\n{}", run.text());
    }
}

#[test]
fn another_payload_is_another_finding() {
    let project = known();
    project.write("b/c.json", OLD.replace("Hello", "Good morning"));
    let run = with(&project, &[]);
    assert_eq!(hidden(&run), 2);
    assert_eq!(run.rules().iter().filter(|rule| *rule == "stale-baseline").count(), 2);
    assert_eq!(run.rules().len(), 4);
}

#[test]
fn an_entry_without_its_finding_is_stale_until_it_is_pruned() {
    let project = known();
    project.write("b/c.json", CLEAN);
    let run = with(&project, &[]);
    assert_eq!((run.code, run.rules()), (0, vec!["stale-baseline".to_owned(); 2]));
    let finding = &run.json()["findings"][0];
    assert_eq!((&finding["file"], &finding["line"]), (&BASELINE.into(), &4.into()));
    assert!(finding["message"].as_str().expect("text").contains("b/c.json"), "{finding}");
    assert_eq!(with(&project, &["--fail-on", "warning"]).code, 1);
    let run = with(&project, &["--prune-baseline"]);
    assert_eq!((run.code, run.rules().len()), (0, 0));
    assert!(run.err.contains("2 entries left, 2 taken out.\n"), "{}", run.err);
    assert_eq!(text(&project).lines().count(), 3);
    assert_eq!(with(&project, &[]).rules().len(), 0);
    // A file that is gone has no findings either.
    std::fs::remove_file(project.path("a.json")).expect("removed");
    assert_eq!(with(&project, &[]).rules().len(), 2);
}

#[test]
fn pruning_adds_nothing() {
    let project = known();
    project.write("d.json", OLD);
    let before = text(&project);
    let run = with(&project, &["--prune-baseline"]);
    assert_eq!((run.code, run.rules().len()), (1, 2));
    assert_eq!(text(&project), before);
}

#[test]
fn a_partial_run_reports_and_drops_nothing_that_it_did_not_check() {
    let project = known();
    let before = text(&project);
    project.write("b/c.json", CLEAN);
    for args in [&["a.json"][..], &["--only", "wrong-type"], &["--skip", "missing-messaging-product,preview-url"]] {
        assert_eq!(with(&project, args).rules().len(), 0, "{args:?}");
        for write in ["--prune-baseline", "--write-baseline"] {
            assert_eq!(with(&project, &[args, &[write]].concat()).code, 0, "{args:?} {write}");
            assert_eq!(text(&project), before, "{args:?} {write}");
        }
    }
    assert_eq!(with(&project, &["--skip", "preview-url"]).rules(), ["stale-baseline"]);
    assert_eq!(with(&project, &["b"]).rules(), ["stale-baseline"; 2]);
    project.write("waport.toml", "[rules]\npreview-url = \"off\"\n");
    assert_eq!(with(&project, &[]).rules(), ["stale-baseline"]);
    with(&project, &["--write-baseline"]);
    assert_eq!(text(&project).lines().count(), 1 + 3, "what is off was not checked");
}

#[test]
fn a_file_that_does_not_parse_keeps_its_entries() {
    let project = known();
    project.write("b/c.json", &OLD[..OLD.len() - 1]);
    assert_eq!(with(&project, &[]).rules(), ["invalid-json"]);
    with(&project, &["--prune-baseline"]);
    assert_eq!(text(&project).lines().count(), 5);
}

#[test]
fn with_a_file_that_cannot_be_read_nothing_is_written() {
    let project = known();
    let before = text(&project);
    project.write("d.json", OLD);
    for args in [&["--write-baseline", ".", "gone.json"][..], &["--prune-baseline", ".", "gone.json"]] {
        let run = with(&project, args);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("waport-baseline.jsonl: not written, since files could not be read"), "{}", run.err);
        assert_eq!(text(&project), before);
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_that_leads_nowhere_keeps_the_baseline_from_being_written() {
    let project = known();
    let before = text(&project);
    std::os::unix::fs::symlink("gone", project.path("b/link.json")).expect("a link");
    std::fs::remove_file(project.path("a.json")).expect("removed");
    assert_eq!(with(&project, &["--write-baseline"]).code, 2);
    let run = with(&project, &[]);
    assert!(!run.rules().contains(&"stale-baseline".to_owned()), "{}", run.text());
    assert_eq!(text(&project), before);
}

#[cfg(unix)]
#[test]
fn a_baseline_behind_a_link_stays_behind_it() {
    let project = known();
    std::fs::rename(project.path(BASELINE), project.path("real.jsonl")).expect("moved");
    std::os::unix::fs::symlink("real.jsonl", project.path(BASELINE)).expect("a link");
    project.write("b/c.json", CLEAN);
    with(&project, &["--prune-baseline"]);
    assert!(project.path(BASELINE).symlink_metadata().expect("a link").is_symlink());
    assert_eq!(text(&project).lines().count(), 3);
}

#[test]
fn suppressed_findings_are_not_written_and_unsure_ones_stay() {
    let project = Project::with(&[
        ("waport.toml", "[[suppress]]\nrule = \"preview-url\"\npath = \"**\"\nreason = \"known\"\n"),
        ("a.json", OLD),
        ("b.json", &CLEAN.replace("\"15550100123\"", "15550100123")),
    ]);
    with(&project, &["--write-baseline", "--min-confidence", "low"]);
    let written = text(&project);
    assert!(written.contains("missing-messaging-product") && written.contains("wrong-type"), "{written}");
    assert!(!written.contains("preview-url"), "{written}");
    // At another confidence the unsure one still occurs.
    let run = with(&project, &[]);
    assert_eq!((run.rules().len(), hidden(&run)), (0, 1));
    with(&project, &["--write-baseline"]);
    assert_eq!(text(&project), written);
}

#[test]
fn a_baseline_is_the_same_from_wherever_it_is_used() {
    let project = Project::with(&[("waport.toml", ""), ("b/c.json", OLD)]);
    with(&project, &["--write-baseline"]);
    let mut below =
        project.command(&["check", "--output-format", "json", "--baseline", "../waport-baseline.jsonl", "c.json"]);
    let run = program::finish(below.current_dir(project.path("b")), b"");
    assert_eq!((run.code, hidden(&run)), (0, 2), "{}", run.err);
}

#[test]
fn the_baseline_itself_is_no_input() {
    let project = known();
    assert_eq!(with(&project, &["."]).json()["summary"]["files"], 2);
}

#[test]
fn wrong_usage_of_the_baseline_ends_with_2() {
    let project = Project::with(&[("a.json", OLD), ("bad.jsonl", "{\"waport-baseline\":1}\nnothing\n")]);
    for (args, said) in [
        (&["--baseline", "gone.jsonl"][..], "`--write-baseline` makes it"),
        (&["--baseline", "gone.jsonl", "--prune-baseline"], "`--write-baseline` makes it"),
        (&["--baseline", "bad.jsonl"], "bad.jsonl: line 2: this is no entry"),
        (&["--baseline", "bad.jsonl", "--write-baseline"], "bad.jsonl: line 2: this is no entry"),
        (&["--baseline", "a.json"], "a.json: line 1: a baseline begins with"),
        (&["--baseline", "no/such/folder.jsonl", "--write-baseline"], "could not be written"),
        (&["--write-baseline"], "--baseline"),
        (&["--prune-baseline"], "--baseline"),
        (&["--baseline", "x", "--write-baseline", "--prune-baseline"], "cannot be used with"),
    ] {
        let run = project.run(&[&["check"], args].concat());
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.err.contains(said), "{args:?}: {}", run.err);
    }
    assert!(!project.path("gone.jsonl").exists());
}

#[test]
fn a_large_baseline_is_read_in_a_moment() {
    let mut text = "{\"waport-baseline\":1}\n".to_owned();
    for number in 0..200_000_u32 {
        let _ = writeln!(
            text,
            "{{\"file\":\"archive/{}.json\",\"rule\":\"preview-url\",\"pointer\":\"/preview_url\",\"fingerprint\":\"{number:032x}\"}}",
            number / 100
        );
    }
    let project = Project::with(&[(BASELINE, &text), ("a.json", OLD)]);
    let begun = std::time::Instant::now();
    let run = with(&project, &["a.json"]);
    assert_eq!(run.rules().len(), 2);
    // A build without optimisation takes a tenth of this.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn equal_lines_of_code_have_entries_of_their_own() {
    let line = "requests.post(BASE + \"/v1/messages\", json=whatsapp)\n";
    let project = Project::with(&[("a.py", line)]);
    assert_eq!(hidden(&with(&project, &["--write-baseline"])), 1);
    project.write("a.py", format!("\n{line}print()\n{line}"));
    let run = with(&project, &[]);
    assert_eq!((run.rules(), hidden(&run)), (vec!["onprem-endpoint".to_owned()], 1));
    assert_eq!(run.json()["findings"][0]["line"], 4);
}
