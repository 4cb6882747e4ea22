//! Speed of a check of a project of code, beside reading its files and beside parsing all of them, in the same run.
//!
//! Absolute figures say as much about the machine as about waport; the ratios at the end are what to compare.

mod sources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use waport::check::Checker;
use waport::config::Config;
use waport::project::{FileFacts, Project};
use waport::read::Notation;

/// How many files the project has.
const FILES: usize = 5_000;
/// How often each is measured; the fastest counts.
const RUNS: usize = 20;

#[expect(clippy::print_stdout, reason = "the figures are what the benchmark is for")]
fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (files, runs) = if measured { (FILES, RUNS) } else { (125, 1) };
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = sources::write(folder.path(), files);
    let one = folder.path().join("one.json");
    let text = r#"{"messaging_product":"whatsapp","to":"15550100123","type":"text","text":{"body":"Hello"}}"#;
    let waport = |path: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waport"));
        command.args(["check", "--isolated", "--quiet", "--output-format", "concise"]).arg(path);
        run(&mut command)
    };
    let cat = || {
        let mut command = Command::new("sh");
        command.args(["-c", "find \"$1\" -type f -print0 | xargs -0 cat > /dev/null", "sh"]).arg(folder.path());
        run(&mut command)
    };
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..runs {
        fastest[0] = fastest[0].min(waport(folder.path()));
        fastest[1] = fastest[1].min(cat());
    }
    let begun = Instant::now();
    let findings = parse_all(folder.path());
    let parsing = begun.elapsed();
    fs::write(&one, text).expect("a file");
    let start = (0..5 * runs).map(|_| waport(&one)).min().unwrap_or_default();
    println!("{files} files of {bytes} bytes, {findings} findings");
    println!("  waport check          {:>8.1} ms", millis(fastest[0]));
    println!(
        "  find and cat          {:>8.1} ms, {:.2} times as long",
        millis(fastest[1]),
        times(fastest[1], fastest[0])
    );
    println!("  parsing all           {:>8.1} ms, {:.1} times as long", millis(parsing), times(parsing, fastest[0]));
    println!("  one small JSON file   {:>8.1} ms", millis(start));
}

fn millis(taken: Duration) -> f64 {
    taken.as_secs_f64() * 1000.0
}

fn times(taken: Duration, other: Duration) -> f64 {
    taken.as_secs_f64() / other.as_secs_f64()
}

fn run(command: &mut Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    command.status().expect("a program");
    begun.elapsed()
}

/// Surveys and checks all files on all cores, whatever they say; how many findings there are.
fn parse_all(folder: &Path) -> usize {
    let mut files = Vec::new();
    list(folder, &mut files);
    let config = Config::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let each = |visit: &mut dyn FnMut(&str, Notation)| {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let text = fs::read_to_string(path).expect("a text");
            visit(&text, Notation::of_name(&path.to_string_lossy()).expect("a notation"));
        }
    };
    let mut project = Project::default();
    std::thread::scope(|scope| {
        let survey = || {
            let mut own = Project::default();
            each(&mut |text, notation| {
                if let Notation::Code(language) = notation {
                    own.add(&FileFacts::read(text, language, false));
                }
            });
            own
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(survey)).collect();
        for worker in workers {
            project.merge(worker.join().expect("a worker"));
        }
    });
    next.store(0, Ordering::Relaxed);
    std::thread::scope(|scope| {
        let check = || {
            let mut checker = Checker::new(&config).within(&project, None);
            let mut findings = 0;
            each(&mut |text, notation| findings += checker.check(text, notation, false, None).findings.len());
            findings
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(check)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).sum()
    })
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}
