//! `waport check`.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use super::CheckArgs;
use super::environment::{Trouble, output, say};
use super::ledger::{Ledger, Page};
use crate::check::Checked;
use crate::config::unknown_rule;
use crate::diagnose::{Diagnostic, Origin};
use crate::finding::Severity;
use crate::fix::Level;
use crate::report::{Format, Renderer, Style, Summary, Unreadable, harmless, summary_for_people};
use crate::rules::{self, Look, Text};
use crate::scan::{self, Job, Output, Part, Tally, Worker};
use crate::tree::{Kind, NodeId, Span};
use crate::walk;

/// How many findings of a rule people are shown per file.
const SHOWN: u64 = 5;

pub(super) fn run(args: &CheckArgs) -> Result<ExitCode, Trouble> {
    for name in args.only.iter().chain(&args.skip) {
        if rules::rule(name).is_none() {
            return Err(Trouble::Said(harmless(&unknown_rule(name)).into_owned()));
        }
    }
    let loaded = args.inputs.load()?;
    let scan = args.inputs.scan(&loaded)?;
    let style = args.inputs.style(&io::stdout());
    let limit = match args.max_findings.unwrap_or(SHOWN) {
        0 => None,
        limit => Some(limit).filter(|_| args.output_format.is_for_people()),
    };
    let ledger = Ledger::open(args, &loaded)?;
    let inputs = args.inputs.walk(&loaded)?.inputs().filter(|input| !ledger.is_baseline(input.path.as_ref()));
    let job = Check { args, base: &loaded.base, ledger: &ledger, style, limit };
    let mut frame = Renderer::new(args.output_format, style);
    let mut bytes = Vec::new();
    if !args.statistics {
        frame.begin(&mut bytes);
    }
    let mut out = output();
    out.write_all(&bytes)?;
    let tally = scan::run(&scan, inputs, &job, &mut out)?;
    let summary = summary(args, &tally, &ledger);
    bytes.clear();
    if args.statistics {
        statistics(&tally, args.output_format, &mut bytes);
    } else {
        frame.end(&summary, &mut bytes);
    }
    out.write_all(&bytes)?;
    out.flush()?;
    drop(out);
    tell(args, &tally, &summary);
    let written = ledger.close(tally.unreadable.is_empty())?;
    say(&written.filter(|_| !args.inputs.quiet).unwrap_or_default());
    Ok(exit_code(args, &tally))
}

/// What goes to standard error behind the findings.
fn tell(args: &CheckArgs, tally: &Tally, summary: &Summary) {
    let mut text = String::new();
    if args.inputs.verbose {
        for (what, count) in &tally.unjudged {
            let _ = writeln!(
                text,
                "not judged yet: the content of {what}, {}",
                if *count == 1 { "once".to_owned() } else { format!("{count} times") }
            );
        }
    }
    if args.inputs.verbose {
        for (file, fault) in &tally.not_json {
            let _ = writeln!(text, "{}: {}", harmless(file), harmless(fault));
        }
    }
    for (file, fault) in &tally.named_faults {
        let _ = writeln!(text, "waport: {}: {}", harmless(file), harmless(fault));
    }
    if !args.inputs.quiet {
        text.push_str(&summary_for_people(summary, args.inputs.style(&io::stderr())));
    }
    say(&text);
}

fn exit_code(args: &CheckArgs, tally: &Tally) -> ExitCode {
    if tally.unreadable.iter().any(|(.., named)| *named) || !tally.named_faults.is_empty() {
        return ExitCode::from(2);
    }
    let counted = [Severity::Note, Severity::Warning, Severity::Error].into_iter().zip(tally.severities);
    let fails = counted.filter(|(severity, _)| *severity >= args.fail_on).any(|(_, count)| count > 0);
    ExitCode::from(u8::from(fails))
}

fn summary(args: &CheckArgs, tally: &Tally, ledger: &Ledger<'_>) -> Summary {
    let notes = ledger.notes();
    let mut summary = Summary {
        files: tally.files,
        errors: tally.severities[2],
        warnings: tally.severities[1],
        notes: tally.severities[0],
        fixable: tally.fixable,
        suppressed: notes.suppressed,
        in_baseline: notes.in_baseline,
        not_parsed: tally.not_parsed,
        ignored: tally.ignored,
        unjudged: tally.unjudged.values().sum(),
        narrowed: !args.only.is_empty() || !args.skip.is_empty(),
        ..Summary::default()
    };
    for (form, count) in &tally.documents {
        *summary.documents.entry(form.as_str()).or_default() += count;
    }
    let unreadable = tally.unreadable.iter();
    summary.unreadable =
        unreadable.map(|(file, reason, _)| Unreadable { file: file.clone(), reason: reason.clone() }).collect();
    summary
}

fn statistics(tally: &Tally, format: Format, out: &mut Vec<u8>) {
    let mut rows: Vec<(&str, u64)> = tally.rules.iter().map(|(rule, count)| (*rule, *count)).collect();
    rows.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    if format.is_for_people() {
        let width = rows.first().map_or(0, |(_, count)| count.to_string().len());
        for (rule, count) in rows {
            out.extend_from_slice(format!("{count:>width$}  {rule}\n").as_bytes());
        }
        return;
    }
    let rows: Vec<_> = rows.iter().map(|(rule, count)| serde_json::json!({ "rule": rule, "count": count })).collect();
    out.extend_from_slice(serde_json::json!({ "version": 1, "statistics": rows }).to_string().as_bytes());
    out.push(b'\n');
}

/// The job of `check`: filter, render, count.
struct Check<'a> {
    args: &'a CheckArgs,
    /// The folder that names in the configuration are relative to.
    base: &'a Path,
    ledger: &'a Ledger<'a>,
    style: Style,
    limit: Option<u64>,
}

impl Job for Check<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Checking { page: self.ledger.page(), printer: self.printer() })
    }

    fn separator(&self) -> &'static [u8] {
        self.args.output_format.separator()
    }

    fn limit(&self) -> Option<u64> {
        self.limit.filter(|_| !self.args.statistics)
    }

    fn more(&self, file: &str, rule: &'static str, count: u64, line: u64, out: &mut Vec<u8>) {
        self.args.output_format.more(file, rule, count, line, out);
    }

    fn end(&self, tally: &Tally, output: &mut Output) {
        let mut printer = self.printer();
        let mut before = String::new();
        self.ledger.faults(tally.unreadable.is_empty(), |file, source, label, diagnostic| {
            if before != file {
                output.parts.push(Part::new(file, true));
                file.clone_into(&mut before);
            }
            printer.print(file, source, label, &diagnostic, output);
        });
    }
}

impl Check<'_> {
    fn printer(&self) -> Printer<'_> {
        Printer { job: self, renderer: Renderer::new(self.args.output_format, self.style) }
    }
}

/// Counts findings and renders those that are shown.
struct Printer<'j> {
    job: &'j Check<'j>,
    renderer: Renderer,
}

impl Printer<'_> {
    fn print(&mut self, file: &str, source: &str, label: Span, diagnostic: &Diagnostic, output: &mut Output) {
        let tally = &mut output.tally;
        tally.severities[diagnostic.severity as usize] += 1;
        tally.fixable += u64::from(diagnostic.fix.as_ref().is_some_and(|cure| cure.level == Level::Safe));
        *tally.rules.entry(diagnostic.rule).or_default() += 1;
        if !self.job.args.statistics && output.admits(diagnostic.rule, diagnostic.line, self.job.limit) {
            let from = output.bytes.len();
            self.renderer.finding(file, source, label, diagnostic, &mut output.bytes);
            output.entry(diagnostic.rule, diagnostic.line, from);
        }
    }
}

struct Checking<'j> {
    page: Page<'j>,
    printer: Printer<'j>,
}

impl Worker for Checking<'_> {
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        for payload in checked.payloads {
            *output.tally.documents.entry(payload.form).or_default() += 1;
        }
        for node in checked.unjudged {
            let name = if self.printer.job.args.inputs.verbose { what(checked.look, *node) } else { String::new() };
            *output.tally.unjudged.entry(name).or_default() += 1;
        }
        let Self { page, printer } = self;
        page.each(checked, origin, |diagnostic, label| {
            printer.print(origin.file, checked.look.source, label, diagnostic, output);
        });
    }

    fn unreadable(&mut self, name: &str, reason: &str, output: &mut Output) {
        let rule = &rules::unreadable::RULE;
        let identity = walk::relative(Path::new(name), self.printer.job.base);
        let identity = identity.to_string_lossy();
        let Some(severity) = self.page.sieve.severity(&identity, rule, rule.severity) else { return };
        let mut text = Text::default();
        rules::unreadable::say_why(reason, &mut text);
        let diagnostic = Diagnostic::of_file(rule, severity, name, text);
        if self.page.shows(&identity, &diagnostic) {
            self.printer.print(name, "", Span::default(), &diagnostic, output);
        }
    }
}

/// What an unjudged value is, for people: its key.
fn what(look: Look<'_>, id: NodeId) -> String {
    let key = id.0.checked_sub(1).map(|key| look.node(NodeId(key)));
    match key.filter(|key| key.kind() == Kind::String) {
        Some(key) => format!("`{}`", harmless(&key.text().chars().take(64).collect::<String>())),
        None => "a request".to_owned(),
    }
}
