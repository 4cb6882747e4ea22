//! The line that says how far a run is: at a terminal only, for long work only, and gone before anything else.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::process::{Command, Stdio};

use program::{OLD, Project};

type Environment = &'static [(&'static str, &'static str)];

/// What a terminal gets to see of a pipeline in the shell, and what stands in the file `out` then; `None` where there is
/// no `script` to make a terminal.
fn seen(environment: Environment, tail: &str, seconds: f32) -> Option<(String, String)> {
    let project = Project::with(&[("old.ndjson", &format!("{OLD}\n")), ("out", "")]);
    let program = env!("CARGO_BIN_EXE_waport");
    let pipeline = format!("(cat old.ndjson; sleep {seconds}; cat old.ndjson) | '{program}' check - {tail}");
    let mut command = Command::new("script");
    command.args(["-qec", &pipeline, "/dev/null"]).current_dir(project.path("")).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(variable);
    }
    let output = command.env("TERM", "xterm").envs(environment.iter().copied()).output().ok()?;
    let out = std::fs::read_to_string(project.path("out")).unwrap();
    Some((String::from_utf8(output.stdout).unwrap(), out))
}

const LONG: f32 = 2.6;

/// The line and its blanking.
const LINE: &str = r"looked at [01] files?, 0 MB, 0 MB a second\r +\r";

#[test]
fn a_long_run_at_a_terminal_says_how_far_it_is() {
    let cases: [(Environment, &str, f32, bool); 8] = [
        (&[], "", LONG, true),
        (&[], "> out", LONG, true),
        (&[("NO_COLOR", "1")], "--output-format concise", LONG, true),
        (&[], "", 0.2, false),
        (&[], "-q", LONG, false),
        (&[("CI", "1")], "", LONG, false),
        (&[("TERM", "dumb")], "", LONG, false),
        (&[], "2> out", LONG, false),
    ];
    let line = regex_lite::Regex::new(LINE).unwrap();
    let runs = cases.map(|case| (case, std::thread::spawn(move || seen(case.0, case.1, case.2))));
    for ((environment, tail, seconds, expected), run) in runs {
        let case = format!("{environment:?} {tail} {seconds}");
        let Some((terminal, out)) = run.join().unwrap() else { continue };
        assert_eq!(line.is_match(&terminal), expected, "{case}: {terminal:?}");
        // Blanked as often as it was written: the rest stands in lines of its own.
        let rest = line.replace_all(&terminal, "");
        assert!(
            !rest.contains("looked at") && rest.matches('\r').count() == rest.matches("\r\n").count(),
            "{case}: {rest:?}"
        );
        assert!(format!("{rest}{out}").contains("preview-url"), "{case}");
        assert!(!out.contains("looked at") && !out.contains('\r'), "{case}: {out:?}");
        if environment.iter().any(|(name, _)| *name == "NO_COLOR") {
            assert!(!terminal.contains('\u{1b}'), "{case}: no escape sequence");
        }
    }
}

#[test]
fn nothing_is_said_where_nobody_looks() {
    let project = Project::with(&[("old.ndjson", &format!("{OLD}\n"))]);
    let program = env!("CARGO_BIN_EXE_waport");
    let pipeline = format!("(sleep {LONG}; cat old.ndjson) | '{program}' check -");
    let output = Command::new("bash").args(["-c", &pipeline]).current_dir(project.path("")).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("Looked at 1 file") && !text.contains('\r'), "{text}");
}
