//! Speed on an archive of payloads, beside that of `serde_json::Value` on the same bytes in the same run.
//!
//! Absolute figures say as much about the machine as about waport; the ratios at the end are what to compare.

mod lines;
mod timing;

use std::hint::black_box;
use std::sync::LazyLock;

use divan::Bencher;
use timing::{measure, ratio};
use waport::check::Checker;
use waport::config::Config;
use waport::diagnose::{Origin, Resolver};
use waport::finding::Finding;
use waport::read::{Notation, json};
use waport::report::{Format, Renderer, Style};
use waport::tree::{Span, Tree};

/// How many bytes of lines are made.
const SIZE: usize = 8 << 20;

static ARCHIVE: LazyLock<String> = LazyLock::new(|| lines::archive(SIZE));

static LINES: LazyLock<Vec<&str>> = LazyLock::new(|| ARCHIVE.lines().collect());

fn main() {
    divan::main();
    ratios();
}

#[divan::bench(name = "serde_json::Value", sample_count = 100, sample_size = 1, max_time = 15)]
fn value(bencher: Bencher<'_, '_>) {
    measure(bencher, "serde_json::Value", &LINES, || values(&LINES));
}

#[divan::bench(name = "tree", sample_count = 100, sample_size = 1, max_time = 15)]
fn tree(bencher: Bencher<'_, '_>) {
    measure(bencher, "tree", &LINES, || trees(&LINES));
}

#[divan::bench(name = "check", sample_count = 100, sample_size = 1, max_time = 15)]
fn check(bencher: Bencher<'_, '_>) {
    let config = Config::default();
    measure(bencher, "check", &LINES, || checks(&LINES, &config));
}

#[divan::bench(name = "check and json-lines", sample_count = 100, sample_size = 1, max_time = 15)]
fn report(bencher: Bencher<'_, '_>) {
    let config = Config::default();
    measure(bencher, "check and json-lines", &LINES, || reports(&LINES, &config));
}

/// Prints what was measured as multiples.
#[expect(clippy::print_stdout, reason = "the figures are what the benchmark is for")]
fn ratios() {
    let names = ["tree", "check", "check and json-lines"];
    let ratios: Vec<(&str, f64)> =
        names.into_iter().filter_map(|name| Some((name, ratio(name, "serde_json::Value")?))).collect();
    if ratios.is_empty() {
        return;
    }
    let (wrong, findings) = checks(&LINES, &Config::default());
    println!("\n{} bytes, {} lines, {wrong} of them with findings, {findings} findings", ARCHIVE.len(), LINES.len());
    println!("Throughput as a multiple of that of serde_json::Value, by the fastest pass of each:");
    for (name, ratio) in ratios {
        println!("  {name:<22}{ratio:.2}");
    }
}

fn values(lines: &[&str]) {
    for line in lines {
        black_box(serde_json::from_str::<serde_json::Value>(line).expect("every line is JSON"));
    }
}

fn trees(lines: &[&str]) {
    let (mut tree, mut notices) = (Tree::new(), Vec::new());
    for line in lines {
        json::read(line, &mut tree, &mut notices).expect("every line is JSON");
        black_box(&tree);
    }
}

/// How many lines have findings, and how many those are.
fn checks(lines: &[&str], config: &Config) -> (usize, usize) {
    let mut checker = Checker::new(config);
    lines.iter().fold((0, 0), |(wrong, findings), line| {
        let found = checker.check(line, Notation::JsonLines, true, None).findings.len();
        (wrong + usize::from(found > 0), findings + found)
    })
}

/// How many bytes the report has.
fn reports(lines: &[&str], config: &Config) -> usize {
    let mut checker = Checker::new(config);
    let (mut renderer, mut resolver) = (Renderer::new(Format::JsonLines, Style::default()), Resolver::default());
    let (mut out, mut written, mut offset) = (Vec::new(), 0, 0);
    for (number, line) in (1..).zip(lines) {
        let result = checker.check(line, Notation::JsonLines, true, None);
        let origin = Origin { file: "archive.ndjson", identity: "archive.ndjson", offset, line: number };
        let everything = |finding: &Finding| Some(finding.severity);
        resolver.each(&result, origin, everything, |_, diagnostic| {
            renderer.finding(origin.file, line, Span::default(), diagnostic, &mut out);
        });
        offset += line.len() as u64 + 1;
        written += out.len();
        black_box(&out);
        out.clear();
    }
    written
}
