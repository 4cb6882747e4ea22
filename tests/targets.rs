//! Several reports of one run: to standard output and to files that appear whole or not at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::fs;
use std::process::Stdio;

use program::{CLEAN, FORMATS, OLD, Project, Run};
use serde_json::Value;

fn project() -> Project {
    Project::with(&[("a/old.json", OLD), ("a/clean.json", CLEAN), ("a/log.ndjson", &format!("{OLD}\n").repeat(40))])
}

/// The names of all files in a folder that begin otherwise than those that a project was made with.
fn left_over(project: &Project) -> Vec<String> {
    let entries = fs::read_dir(project.path("")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "a").collect()
}

#[test]
fn a_report_in_a_file_is_what_standard_output_would_have_got() {
    let project = project();
    for format in FORMATS {
        let standard = project.run(&["check", "a", "--output-format", format]);
        let dashed = project.run(&["check", "a", "--output-format", &format!("{format}:-")]);
        assert!(!standard.out.is_empty() && dashed.out == standard.out, "{format}");
        let run = project.run(&["check", "a", "--output-format", &format!("{format}:report")]);
        assert!(run.out.is_empty(), "{format}: {}", run.text());
        assert_eq!((run.code, run.err), (standard.code, standard.err), "{format}");
        assert_eq!(fs::read(project.path("report")).unwrap(), standard.out, "{format}");
    }
    assert_eq!(left_over(&project), ["report"], "nothing is left of the writing");
}

#[test]
fn one_run_writes_every_format_in_order() {
    let project = project();
    let mut args = vec!["check".to_owned(), "a".to_owned(), "--max-findings=3".to_owned()];
    for format in FORMATS {
        args.push("--output-format".to_owned());
        args.push(if format == "concise" { format.to_owned() } else { format!("{format}:{format}.out") });
    }
    for threads in ["-j1", "-j5"] {
        let all: Vec<&str> = args.iter().map(String::as_str).chain([threads]).collect();
        let run = project.run(&all);
        assert_eq!(run.code, 1, "{}", run.err);
        for format in FORMATS {
            let alone = project.run(&["check", "a", "--output-format", format, "--max-findings=3"]).out;
            let written = if format == "concise" { run.out.clone() } else { read(&project, &format!("{format}.out")) };
            assert!(written == alone, "{format} with {threads}");
        }
    }
}

fn read(project: &Project, name: &str) -> Vec<u8> {
    fs::read(project.path(name)).unwrap()
}

#[test]
fn wrong_targets_are_wrong_usage() {
    let project = project();
    fs::create_dir(project.path("folder")).unwrap();
    for (formats, said) in [
        (&["json", "sarif"][..], "json and sarif cannot both go to standard output"),
        (&["json", "github:-"], "json and github cannot both go to standard output"),
        (&["json:x", "sarif:x"], "json and sarif cannot both go to x"),
        (&["sarif:"], "`sarif:` names no file"),
        (&["xml:x"], "`xml` is no output format"),
        (&["sarif:gone/x.sarif"], "there is no folder gone"),
        (&["sarif:folder"], "folder: a folder is there"),
    ] {
        let options = formats.iter().flat_map(|format| ["--output-format", format]);
        let run = project.run(&["check", "a"].into_iter().chain(options).collect::<Vec<_>>());
        assert_eq!(run.code, 2, "{formats:?}: {}", run.err);
        assert!(run.err.contains(said) && run.out.is_empty(), "{formats:?}: {}", run.err);
    }
    let run = project.run(&["check", "a", "--statistics", "--output-format", "junit"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("not as junit"), "{}", run.err);
    assert_eq!(left_over(&project), ["folder"]);
}

#[test]
fn a_run_that_fails_leaves_no_report_and_the_old_one_as_it_was() {
    let project = project();
    project.write("old.sarif", "of before");
    let both = ["--output-format", "sarif:old.sarif", "--output-format", "json:gone/x.json"];
    assert_eq!(project.run(&[&["check", "a"][..], &both].concat()).code, 2);
    // Standard output that is full.
    #[cfg(target_os = "linux")]
    {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = project.command(&["check", "a", "--output-format=json", "--output-format=sarif:old.sarif"]);
        let output = command.stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
    }
    assert_eq!(left_over(&project), ["old.sarif"]);
    assert_eq!(read(&project, "old.sarif"), b"of before");
}

#[test]
fn a_report_of_a_run_with_an_unreadable_path_is_whole() {
    let project = project();
    let run = project.run(&["check", "a/old.json", "gone.json", "--output-format", "sarif:x.sarif"]);
    assert_eq!(run.code, 2);
    let sarif: Value = serde_json::from_slice(&read(&project, "x.sarif")).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let place = &invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "gone.json");
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 3);
}

#[test]
fn a_report_is_no_input_of_the_next_run() {
    let project = project();
    project.write("a/hook.json", r#"{"contacts":[{"wa_id":"15550100123"}],"statuses":[],"messages":[]}"#);
    let run = || project.run(&["check", ".", "--output-format=json:a/x.json", "--output-format=json-lines:./y.ndjson"]);
    let (first, again) = (run(), run());
    assert_eq!((first.code, first.err), (again.code, again.err));
    assert_eq!(project.run(&["check", "a/x.json", "--output-format=full:y"]).err.matches("1 file").count(), 1);
}

#[test]
fn statistics_go_to_files_too() {
    let project = project();
    let run = project.run(&["check", "a", "--statistics", "--output-format=full", "--output-format=json:x.json"]);
    assert!(run.text().contains("41  preview-url"), "{}", run.text());
    let json: Value = serde_json::from_slice(&read(&project, "x.json")).unwrap();
    assert_eq!(json["statistics"][0]["count"], 41);
}

#[test]
fn a_reader_of_standard_output_that_goes_away_does_not_stop_the_other_reports() {
    let project = Project::new();
    project.write("many.ndjson", format!("{OLD}\n").repeat(5000));
    let mut child = project
        .command(&["check", "many.ndjson", "--output-format=json-lines", "--output-format=gitlab:x.json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(1));
    let issues: Value = serde_json::from_slice(&read(&project, "x.json")).unwrap();
    assert_eq!(issues.as_array().unwrap().len(), 10_000);
}

#[test]
fn colours_stay_out_of_files() {
    let project = project();
    let args = ["check", "a/old.json", "--output-format", "full:x.txt"];
    program::finish(project.command(&args).env("CLICOLOR_FORCE", "1"), b"");
    assert!(!read(&project, "x.txt").contains(&0x1b));
    project.run(&[&args[..], &["--color", "always"]].concat());
    assert!(read(&project, "x.txt").contains(&0x1b), "unless they are asked for");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_a_device_a_device() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};

    let project = project();
    project.write("real.json", "");
    symlink("real.json", project.path("link.json")).unwrap();
    let run = project.run(&["check", "a", "--output-format=json:link.json", "--output-format=junit:/dev/null"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(fs::symlink_metadata(project.path("link.json")).unwrap().is_symlink());
    assert!(serde_json::from_slice::<Value>(&read(&project, "real.json")).unwrap()["findings"].is_array());
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let mode = fs::metadata(project.path("real.json")).unwrap().permissions().mode();
    assert_ne!(mode & 0o400, 0);
}

/// The suites of a report: name, tests, failures.
fn suites(run: &Run) -> Vec<(String, usize, usize)> {
    let value = |line: &str, name: &str| {
        line.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let heads = run.text().lines().filter(|line| line.starts_with("<testsuite "));
    let number = |line: &str, name: &str| value(line, name).parse().unwrap();
    heads.map(|line| (value(line, "name"), number(line, "tests"), number(line, "failures"))).collect()
}

#[test]
fn junit_has_a_suite_per_file_whatever_the_size_of_the_file() {
    let project = project();
    // More than is held in memory, over many blocks.
    project.write("a/large.ndjson", format!("{OLD}\n").repeat(12_000));
    let run = project.run(&["check", "a", "--output-format", "junit", "-j3"]);
    assert!(run.out.len() > 6 << 20, "{}", run.out.len());
    let expected =
        [("a/large.ndjson", 24_000), ("a/log.ndjson", 80), ("a/old.json", 2)].map(|(name, n)| (name.to_owned(), n, n));
    assert_eq!(suites(&run), expected);
    assert_eq!(run.text().matches("<failure ").count(), 24_082);
    let run = project.run(&["check", "a/clean.json", "--output-format", "junit"]);
    assert_eq!((run.code, suites(&run)), (0, vec![("waport".to_owned(), 1, 0)]));
}
