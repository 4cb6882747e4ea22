//! The baseline: findings that are known and wait for their cure, as a file of one entry a line.
//!
//! The first line says the version; the entries are sorted, so that a merge of two branches is a merge of lines.
//! Reading and writing the file is not done here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

/// The version of the file that is read and written.
const VERSION: u32 = 1;

/// One finding, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry<'a> {
    /// The file, relative to the folder of the configuration.
    #[serde(borrow)]
    pub file: Cow<'a, str>,
    /// The rule.
    #[serde(borrow)]
    pub rule: Cow<'a, str>,
    /// Where in the payload it is; `None` for faults of a file.
    #[serde(borrow)]
    pub pointer: Option<Cow<'a, str>>,
    /// The finding's fingerprint, 32 hexadecimal digits.
    #[serde(borrow)]
    pub fingerprint: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    #[serde(rename = "waport-baseline")]
    version: u32,
}

/// Why a baseline cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct BaselineError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// A baseline that was read. It notes which of its entries occur.
#[derive(Debug)]
pub struct Baseline {
    text: String,
    /// Where each entry stands in the text, with the number of its line.
    lines: Vec<(Range<usize>, usize)>,
    by_fingerprint: HashMap<u128, usize>,
    seen: Vec<AtomicBool>,
}

impl Baseline {
    /// Reads the text of a baseline. Empty lines, entries in any order and entries that stand there twice are fine: a
    /// merge may leave them.
    ///
    /// # Errors
    /// When the first line is none of a baseline, its version is another one, or a line is no entry.
    pub fn parse(text: String) -> Result<Self, BaselineError> {
        let fault = |line: usize, problem: String| BaselineError { line, problem };
        let mut rows = crate::read::lines::ranges(text.as_bytes())
            .map(|(start, end)| start..start + text[start..end].trim_end().len())
            .zip(1..)
            .filter(|(range, _)| !range.is_empty());
        let first = rows.next().map_or("", |(range, _)| &text[range]);
        match serde_json::from_str::<Head>(first) {
            Ok(Head { version: VERSION }) => {}
            Ok(Head { version }) => {
                return Err(fault(1, format!("this is version {version} of a baseline, known is version {VERSION}")));
            }
            Err(_) => return Err(fault(1, format!("a baseline begins with {}", head()))),
        }
        let (mut lines, mut by_fingerprint) = (Vec::new(), HashMap::new());
        for (range, line) in rows {
            let entry = entry(&text[range.clone()]).map_err(|problem| fault(line, problem))?;
            let key = u128::from_str_radix(&entry.fingerprint, 16)
                .map_err(|_| fault(line, "a fingerprint is 32 hexadecimal digits".to_owned()))?;
            by_fingerprint.entry(key).or_insert_with(|| {
                lines.push((range, line));
                lines.len() - 1
            });
        }
        let seen = lines.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Self { text, lines, by_fingerprint, seen })
    }

    /// Whether the finding of this fingerprint is in the baseline; if so, it is noted that it occurs.
    #[must_use]
    pub fn has(&self, fingerprint: u128) -> bool {
        let Some(number) = self.by_fingerprint.get(&fingerprint) else { return false };
        self.seen[*number].store(true, Ordering::Relaxed);
        true
    }

    /// The entries, each with its place in the text, the number of its line, and whether it was noted to occur.
    pub fn entries(&self) -> impl Iterator<Item = (Entry<'_>, Range<usize>, usize, bool)> {
        self.lines.iter().zip(&self.seen).filter_map(|((range, line), seen)| {
            let entry = entry(&self.text[range.clone()]).ok()?;
            Some((entry, range.clone(), *line, seen.load(Ordering::Relaxed)))
        })
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn entry(line: &str) -> Result<Entry<'_>, String> {
    serde_json::from_str(line).map_err(|error| {
        let merge = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
        if merge { "a merge was not resolved here".to_owned() } else { format!("this is no entry: {error}") }
    })
}

fn head() -> String {
    format!("{{\"waport-baseline\":{VERSION}}}")
}

/// The text of a baseline with these entries: sorted, each once, the same bytes for the same entries in any order.
///
/// # Panics
/// Never: entries are text.
#[must_use]
pub fn write(mut entries: Vec<Entry<'_>>) -> String {
    entries.sort_unstable();
    entries.dedup();
    let mut text = head();
    text.push('\n');
    for entry in entries {
        text.push_str(&serde_json::to_string(&entry).expect("an entry is text"));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(file: &'static str, fingerprint: u128) -> Entry<'static> {
        Entry {
            file: file.into(),
            rule: "preview-url".into(),
            pointer: Some("/preview_url".into()),
            fingerprint: format!("{fingerprint:032x}").into(),
        }
    }

    #[test]
    fn what_is_written_is_read_and_sorted_whatever_the_order() {
        let text = write(vec![known("b.json", 1), known("a \"1\".json", 2), known("b.json", 1)]);
        assert_eq!(text, write(vec![known("a \"1\".json", 2), known("b.json", 1)]));
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                r#"{"waport-baseline":1}"#,
                r#"{"file":"a \"1\".json","rule":"preview-url","pointer":"/preview_url","fingerprint":"00000000000000000000000000000002"}"#,
                r#"{"file":"b.json","rule":"preview-url","pointer":"/preview_url","fingerprint":"00000000000000000000000000000001"}"#,
            ]
        );
        let baseline = Baseline::parse(text.clone()).expect("a baseline");
        assert!(baseline.has(1) && !baseline.has(3));
        let seen: Vec<_> = baseline.entries().map(|(entry, _, line, seen)| (entry.file, line, seen)).collect();
        assert_eq!(seen, [("a \"1\".json".into(), 2, false), ("b.json".into(), 3, true)]);
        assert_eq!(write(baseline.entries().map(|(entry, ..)| entry).collect()), text);
    }

    #[test]
    fn what_a_merge_may_leave_is_read() {
        let text = write(vec![known("a.json", 1), known("b.json", 2)]);
        let (head, rest) = text.split_once('\n').expect("a first line");
        let lines: Vec<&str> = rest.lines().rev().collect();
        let merged = format!("{head}\r\n{}\r\n\n{}\n{}", lines[0], lines[1], lines[0]);
        assert_eq!(Baseline::parse(merged).expect("a baseline").entries().count(), 2);
    }

    #[test]
    fn what_is_no_baseline_is_refused_with_its_line() {
        let good = write(vec![known("a.json", 1)]);
        for (text, said) in [
            (String::new(), "line 1: a baseline begins with {\"waport-baseline\":1}"),
            ("{}\n".to_owned(), "line 1: a baseline begins"),
            ("{\"waport-baseline\":2}\n".to_owned(), "line 1: this is version 2"),
            (format!("{good}<<<<<<< HEAD\n"), "line 3: a merge was not resolved"),
            (format!("{good}{{\"file\":\"a\"}}\n"), "line 3: this is no entry"),
            (good.replace("0001", "000x"), "line 2: a fingerprint is"),
        ] {
            let error = Baseline::parse(text).map(|_| ()).expect_err(said).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
