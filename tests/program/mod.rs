//! The built program, run in a folder of its own.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A body that Cloud API takes.
pub const CLEAN: &str = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"text","text":{"body":"Hello"}}"#;
/// A body with two errors: it lacks `messaging_product` and has `preview_url` at its root.
pub const OLD: &str = r#"{"to":"15550100123","type":"text","preview_url":true,"text":{"body":"Hello"}}"#;

/// Everything that `check` writes findings as.
pub const FORMATS: [&str; 8] = ["full", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit"];

/// A folder with files to check.
pub struct Project {
    folder: TempDir,
    state: TempDir,
}

/// How a run ended and what it said.
pub struct Run {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Run {
    /// Standard output, which is UTF-8 whatever the input was.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).expect("output is UTF-8")
    }

    /// What is wrong with the output for terminals and CI systems: something drives them, hides or turns text around.
    /// Commands are orders on purpose, in the one `format` that is made of them.
    pub fn harm(&self, format: &str) -> Option<String> {
        let acts = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
        };
        let command =
            |line: &str| ["::error file=", "::warning file=", "::notice file="].iter().any(|c| line.starts_with(c));
        for text in [self.text(), &self.err] {
            for line in text.lines() {
                let ordered = line.trim_start().starts_with("::") && !(format == "github" && command(line));
                if ordered || line.contains("##[") || line.contains(acts) {
                    return Some(line.escape_debug().to_string());
                }
            }
        }
        None
    }

    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The rules of the findings, for `json` output.
    pub fn rules(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().expect("findings").iter();
        findings.map(|finding| finding["rule"].as_str().expect("rule").to_owned()).collect()
    }
}

impl Project {
    /// An empty one.
    pub fn new() -> Self {
        let folder = || tempfile::tempdir().expect("a temporary folder");
        Self { folder: folder(), state: folder() }
    }

    /// One with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let project = Self::new();
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    /// The program with arguments, in this folder, without what the surrounding terminal says.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waport"));
        command.args(args).current_dir(self.folder.path());
        command.env("WAPORT_TEST_STATE", self.state.path());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the program with nothing on standard input.
    pub fn run(&self, args: &[&str]) -> Run {
        finish(&mut self.command(args), b"")
    }

    /// Runs the program with `input` on standard input.
    pub fn pipe(&self, args: &[&str], input: impl AsRef<[u8]>) -> Run {
        finish(&mut self.command(args), input.as_ref())
    }

    /// Runs `check` and gives what `json` says.
    pub fn check(&self, args: &[&str]) -> Run {
        self.run(&[&["check", "--output-format", "json"], args].concat())
    }
}

/// Runs a command to its end, which must come within a minute. Its streams are files, so that nobody waits for anybody.
pub fn finish(command: &mut Command, input: &[u8]) -> Run {
    const PATIENCE: Duration = Duration::from_secs(60);
    let streams = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| streams.path().join(name);
    fs::write(at("in"), input).expect("standard input");
    let create = |path: &Path| File::create(path).expect("a stream");
    let mut child = command
        .stdin(File::open(at("in")).expect("standard input"))
        .stdout(Stdio::from(create(&at("out"))))
        .stderr(Stdio::from(create(&at("err"))))
        .spawn()
        .expect("the program starts");
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().expect("the program can be stopped");
            panic!("{command:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let out = fs::read(at("out")).expect("standard output");
    let err = String::from_utf8(fs::read(at("err")).expect("standard error")).expect("messages are UTF-8");
    assert!(!err.contains("panicked"), "{command:?}: {err}");
    let code = status.code().unwrap_or_else(|| panic!("{command:?} was ended by a signal: {err}"));
    // Only what changes something elsewhere can stop on the way.
    let most =
        if command.get_args().next().is_some_and(|first| first == "migrate" || first == "media") { 3 } else { 2 };
    assert!((0..=most).contains(&code), "{command:?} ended with {code}: {err}");
    Run { code, out, err }
}
