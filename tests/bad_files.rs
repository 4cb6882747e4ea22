//! What a folder can hold beside readable files: closed files, links, loops, pipes, names that are none.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use program::{CLEAN, FORMATS, OLD, Project, Run, finish};

/// The files that a run says it could not read, with the reason for each.
fn unreadable(run: &Run) -> Vec<(String, String)> {
    let json = run.json();
    let files = json["summary"]["unreadable"].as_array().unwrap().iter();
    let text = |one: &serde_json::Value, field: &str| one[field].as_str().unwrap().to_owned();
    files.map(|one| (text(one, "file"), text(one, "reason"))).collect()
}

/// Checks that one file is reported as unreadable for a reason, that the run went on, and that it makes the run a
/// failure only when it was named.
fn assert_unreadable(project: &Project, name: &str, reason: &str) {
    project.write("z.json", OLD);
    let run = project.check(&["."]);
    let found = unreadable(&run);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == name && found[0].1.contains(reason), "{found:?}");
    assert_eq!((run.code, run.rules().iter().filter(|rule| *rule == "unreadable").count()), (1, 1));
    assert!(run.rules().contains(&"preview-url".to_owned()), "the rest is checked");
    assert!(run.err.contains("1 file could not be read") && run.err.contains(reason), "{}", run.err);
    let run = project.check(&["z.json", name]);
    assert_eq!((run.code, unreadable(&run).len()), (2, 1), "{}", run.err);
    assert!(run.rules().contains(&"preview-url".to_owned()));
}

/// Whether this user may read everything, so that permissions cannot be tested.
fn may_read_all(project: &Project) -> bool {
    File::open(project.path("closed.json")).is_ok()
}

#[test]
fn a_file_without_permission_is_reported() {
    let project = Project::with(&[("closed.json", CLEAN)]);
    fs::set_permissions(project.path("closed.json"), Permissions::from_mode(0o000)).unwrap();
    if !may_read_all(&project) {
        assert_unreadable(&project, "closed.json", "ermission denied");
    }
}

#[test]
fn a_folder_without_permission_is_reported() {
    let project = Project::with(&[("closed/in.json", OLD), ("closed.json", CLEAN)]);
    fs::set_permissions(project.path("closed.json"), Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(project.path("closed"), Permissions::from_mode(0o000)).unwrap();
    let skip = may_read_all(&project);
    fs::remove_file(project.path("closed.json")).unwrap();
    if !skip {
        assert_unreadable(&project, "closed", "ermission denied");
        assert!(!project.check(&["."]).text().contains("IO error"));
    }
    fs::set_permissions(project.path("closed"), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_link_that_leads_nowhere_is_reported() {
    let project = Project::new();
    symlink("gone.json", project.path("link.json")).unwrap();
    assert_unreadable(&project, "link.json", "No such file");
}

#[test]
fn links_that_lead_to_each_other_are_reported() {
    let project = Project::new();
    symlink("loop.json", project.path("loop.json")).unwrap();
    assert_unreadable(&project, "loop.json", "symbolic links");
}

#[test]
fn a_link_back_to_a_folder_above_is_not_followed() {
    let project = Project::with(&[("a/b/old.json", OLD)]);
    symlink("../..", project.path("a/b/up")).unwrap();
    symlink(".", project.path("a/self.json")).unwrap();
    let run = project.check(&["."]);
    assert_eq!((run.code, run.rules().len(), unreadable(&run).len()), (1, 2, 0), "{}", run.err);
    // Named, a folder is looked into even behind a link.
    symlink("a", project.path("named")).unwrap();
    assert_eq!(project.check(&["named"]).rules().len(), 2);
}

#[test]
fn a_link_to_a_file_is_read() {
    let project = Project::with(&[("real.rs", OLD)]);
    symlink("real.rs", project.path("link.json")).unwrap();
    assert_eq!(project.check(&["."]).rules().len(), 2);
}

#[test]
fn a_named_pipe_is_reported_and_not_waited_for() {
    let project = Project::new();
    assert!(Command::new("mkfifo").arg(project.path("pipe.json")).status().unwrap().success());
    assert_unreadable(&project, "pipe.json", "named pipe");
    // A pipe of lines and one without a known ending, named.
    for name in ["pipe.ndjson", "pipe"] {
        let project = Project::new();
        assert!(Command::new("mkfifo").arg(project.path(name)).status().unwrap().success());
        let run = project.check(&[name]);
        assert_eq!((run.code, unreadable(&run).len()), (2, 1), "{name}");
        assert_eq!(project.run(&["forms", name]).code, 2);
    }
}

#[test]
fn a_socket_and_a_device_are_reported() {
    let project = Project::new();
    let _socket = std::os::unix::net::UnixListener::bind(project.path("socket.json")).unwrap();
    assert_unreadable(&project, "socket.json", "socket");
    let run = project.check(&["/dev/zero"]);
    assert_eq!((run.code, unreadable(&run).len()), (2, 1));
}

#[test]
fn a_pipe_of_the_shell_is_read() {
    let project = Project::with(&[("old.json", OLD)]);
    let mut command = Command::new("bash");
    let script = format!("'{}' check --output-format json <(cat old.json)", env!("CARGO_BIN_EXE_waport"));
    let run = finish(command.args(["-c", &script]).current_dir(project.path("")), b"");
    assert_eq!((run.code, run.rules().len()), (1, 2), "{}", run.err);
}

#[test]
fn standard_input_is_read_by_the_name_of_its_device() {
    let project = Project::new();
    let run = project.pipe(&["check", "--output-format", "json", "/dev/stdin"], OLD);
    assert_eq!((run.code, run.rules().len()), (1, 2), "{}", run.err);
}

#[test]
fn names_of_files_are_made_harmless() {
    let names = [
        "new\nline.json",
        "]]><b&c>.json",
        "a\u{1b}[31mred.json",
        "::error::x.json",
        "right\u{202e}left.json",
        "tab\tand\u{9b}.json",
    ];
    for name in names {
        let project = Project::with(&[(name, OLD)]);
        symlink("gone", project.path(&format!("link{name}"))).unwrap();
        for format in FORMATS {
            for named in [".", name] {
                let run = project.run(&["check", "--output-format", format, "--", named]);
                assert!(run.code > 0);
                assert_eq!(run.harm(format), None, "{format}");
                assert!(!run.text().lines().any(|line| line.starts_with("line.json")), "{format}: {}", run.text());
                if format == "json" {
                    let json = run.json();
                    let files = json["findings"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap());
                    assert!(files.clone().any(|file| file == name), "{:?}", files.collect::<Vec<_>>());
                }
            }
        }
    }
}

#[test]
fn a_name_that_is_no_utf8_is_read() {
    let project = Project::new();
    let path = project.path("").join(OsStr::from_bytes(b"sent-\xff.json"));
    // Some file systems refuse such a name.
    if fs::write(path, OLD).is_ok() {
        let run = project.check(&["."]);
        assert_eq!((run.code, run.rules().len()), (1, 2), "{}", run.err);
    }
}

#[test]
fn half_a_character_in_a_name_stays_out_of_every_format() {
    let project = Project::new();
    // A lone surrogate, as systems that spell names in UTF-16 leave it behind.
    let path = project.path("").join(OsStr::from_bytes(b"sent-\xed\xa0\x80.json"));
    if fs::write(path, OLD).is_err() {
        return;
    }
    for format in FORMATS {
        let run = project.run(&["check", ".", "--output-format", format]);
        assert_eq!(run.code, 1, "{format}: {}", run.err);
        let name = if format == "sarif" { "sent-%EF%BF%BD%EF%BF%BD%EF%BF%BD.json" } else { "sent-\u{fffd}" };
        assert!(run.text().contains(name), "{format}: {}", run.text());
        assert_eq!(run.harm(format), None, "{format}");
    }
}

#[test]
fn many_unreadable_files_are_counted_and_a_few_named() {
    let project = Project::with(&[("z.json", OLD)]);
    for number in 0..30 {
        symlink("gone", project.path(&format!("{number:02}.json"))).unwrap();
    }
    let run = project.run(&["check", "."]);
    assert!(run.err.contains("30 files could not be read") && run.err.contains("and 10 more"), "{}", run.err);
    assert_eq!(unreadable(&project.check(&["."])).len(), 30);
}
