//! `waport check`.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use super::CheckArgs;
use super::environment::{self, Trouble, say};
use super::ledger::{Account, Ledger};
use super::pages::{Page, Printers};
use super::progress::Watch;
use super::recipients::{self, Differences, InPlace, refuse_twice};
use super::rewriting::Rewriter;
use super::targets::{self, Destination, Target};
use crate::check::Checked;
use crate::config::unknown_rule;
use crate::diagnose::{Diagnostic, Origin};
use crate::finding::Severity;
use crate::fix::Level;
use crate::report::{Format, Hunks, Summary, Unreadable, harmless, summary_for_people};
use crate::rules::{self, Look, Text};
use crate::scan::{self, Job, Output, Part, Recipient, Scan, Stream, Tally, Worker};
use crate::translate::Policy;
use crate::tree::{Kind, NodeId, Span};
use crate::walk::{self, Walk};

pub(super) fn run(args: &CheckArgs) -> Result<ExitCode, Trouble> {
    for name in args.only.iter().chain(&args.skip) {
        if rules::rule(name).is_none() {
            return Err(Trouble::Said(harmless(&unknown_rule(name)).into_owned()));
        }
    }
    let mut loaded = args.inputs.load()?;
    loaded.config.media.forget_expired(args.today.unwrap_or_else(environment::today));
    let today = Some(args.today.unwrap_or_else(environment::today));
    let mut scan = Scan { range: args.inputs.range(args.range)?, today, ..args.inputs.scan(&loaded)? };
    targets::check(&args.output_format, args.statistics)?;
    let targets = targets(args)?;
    let pages: Vec<Page> = targets.iter().map(|target| Page::new(args, target)).collect();
    let ledger = Ledger::open(args, &loaded)?;
    let walk = args.inputs.walk(&loaded)?;
    scan.survey = environment::survey(&walk, &loaded, scan.threads);
    refuse(args, &walk)?;
    targets::refuse_named(&targets, &walk.paths)?;
    let inputs = targets::without_reports(walk.inputs(), &targets);
    let inputs = inputs.filter(|input| !ledger.is_baseline(input.path.as_ref()));
    let hunks = args.diff.then(|| args.inputs.hunks());
    let job = Check { args, scan: &scan, ledger: &ledger, pages: &pages, hunks };
    let destinations = targets.iter().map(Destination::open).collect::<Result<Vec<_>, _>>()?;
    let watch = Watch::new(&args.inputs);
    let writers = destinations.iter().map(|destination| destination.writer(&watch));
    let mut streams: Vec<Stream<'_>> = writers.zip(&pages).map(|(writer, page)| Stream::new(writer, *page)).collect();
    if !args.statistics {
        each(&mut streams, &pages, |page, out| page.renderer().begin(out))?;
    }
    let mut recipient: Option<Box<dyn Recipient + '_>> = match (args.diff, args.fix) {
        (true, _) => Some(Box::new(Differences::new(watch.output()))),
        (false, true) => Some(Box::<InPlace>::default()),
        (false, false) => None,
    };
    let mut result = watch.during(&scan.progress, || {
        scan::run(&scan, inputs, &job, &mut streams, recipient.as_mut().map(|recipient| &mut **recipient as _))
    });
    // Files on the way to their places get there even when something else failed.
    if let Some(recipient) = &mut recipient {
        recipient.flush(result.as_mut().unwrap_or(&mut Tally::default()))?;
    }
    drop(recipient);
    let tally = result?;
    let summary = summary(args, &tally, &ledger);
    each(&mut streams, &pages, |page, out| {
        if args.statistics {
            statistics(&tally, page.format, out);
        } else {
            page.renderer().end(&summary, out);
        }
    })?;
    for stream in &mut streams {
        stream.flush()?;
    }
    if !args.diff && !args.fix && !streams.iter().any(Stream::is_read) {
        return Err(Trouble::BrokenPipe);
    }
    drop(streams);
    for destination in destinations {
        destination.commit()?;
    }
    tell(args, &tally, &summary);
    let written = ledger.close(tally.unreadable.is_empty() && tally.unwritten.is_empty())?;
    say(&written.filter(|_| !args.inputs.quiet).unwrap_or_default());
    Ok(exit_code(&tally, args))
}

/// Writes to each stream what its page says.
fn each(streams: &mut [Stream<'_>], pages: &[Page], say: impl Fn(&Page, &mut Vec<u8>)) -> Result<(), Trouble> {
    let mut bytes = Vec::new();
    for (stream, page) in streams.iter_mut().zip(pages) {
        bytes.clear();
        say(page, &mut bytes);
        stream.write(&bytes)?;
    }
    Ok(())
}

/// Where the findings go. The difference takes standard output for itself.
fn targets(args: &CheckArgs) -> Result<Vec<Target>, Trouble> {
    let piped = args.output_format.iter().find(|target| target.file.is_none() && !target.format.is_for_people());
    match piped {
        Some(target) if args.diff => {
            let message = format!("--diff goes to standard output; give {} a file of its own", target.format);
            Err(Trouble::Said(message))
        }
        _ => Ok(args.output_format.iter().filter(|target| !args.diff || target.file.is_some()).cloned().collect()),
    }
}

/// Refuses what cannot be fixed in place.
fn refuse(args: &CheckArgs, walk: &Walk) -> Result<(), Trouble> {
    if !args.fix || args.diff {
        return Ok(());
    }
    if walk.paths.iter().any(|path| path.as_os_str() == "-") {
        let message = "--fix changes files in place, and standard input is none; --diff shows what it would do";
        return Err(Trouble::Said(message.to_owned()));
    }
    refuse_twice(walk)
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
    text.push_str(&recipients::faults(tally));
    if !args.inputs.quiet {
        text.push_str(&summary_for_people(summary, args.inputs.style(&io::stderr())));
    }
    say(&text);
}

fn exit_code(tally: &Tally, args: &CheckArgs) -> ExitCode {
    if tally.failed() {
        return ExitCode::from(2);
    }
    let fail_on = args.fail_on;
    let counted = [Severity::Note, Severity::Warning, Severity::Error].into_iter().zip(tally.severities);
    let fails = counted.filter(|(severity, _)| *severity >= fail_on).any(|(_, count)| count > 0);
    ExitCode::from(u8::from(fails || (args.diff && tally.rewritten > 0)))
}

fn summary(args: &CheckArgs, tally: &Tally, ledger: &Ledger<'_>) -> Summary {
    let noted = ledger.notes();
    let mut summary = Summary {
        files: tally.files,
        code: tally.code,
        errors: tally.severities[2],
        warnings: tally.severities[1],
        notes: tally.severities[0],
        fixable: tally.fixable,
        suppressed: noted.suppressed,
        in_baseline: noted.in_baseline,
        not_parsed: tally.not_parsed,
        ignored: tally.ignored,
        unjudged: tally.unjudged.values().sum(),
        rules: tally.rules.clone(),
        fixed: tally.fixed.all(),
        rewritten: tally.rewritten,
        unwritten: tally.unwritten.len() as u64,
        would_fix: args.diff,
        failed: tally.failed(),
        narrowed: !args.only.is_empty() || !args.skip.is_empty(),
        ..Summary::default()
    };
    for (form, count) in &tally.documents {
        *summary.documents.entry(form.as_str()).or_default() += count;
    }
    let said = |file: &str, reason: &str| Unreadable { file: file.to_owned(), reason: reason.to_owned() };
    summary.unreadable = tally.unreadable.iter().map(|(file, reason, _)| said(file, reason)).collect();
    summary.not_payloads = tally.named_faults.iter().map(|(file, fault)| said(file, fault)).collect();
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
    scan: &'a Scan<'a>,
    ledger: &'a Ledger<'a>,
    pages: &'a [Page],
    /// How differences are rendered, when they are asked for.
    hunks: Option<Hunks>,
}

impl Job for Check<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        let level = if self.args.unsafe_fixes { Level::Unsafe } else { Level::Safe };
        let policy = Policy { level, onprem_only: false };
        let rewriter = (self.args.fix || self.args.diff).then(|| Rewriter::new(self.scan, policy, self.hunks));
        Box::new(Checking { job: self, account: self.ledger.account(), printer: self.printer(), rewriter })
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
    fn printer(&self) -> Printer {
        Printer { printers: Printers::new(if self.args.statistics { &[] } else { self.pages }) }
    }
}

/// Counts findings and renders those that are shown.
struct Printer {
    printers: Printers,
}

impl Printer {
    fn print(&mut self, file: &str, source: &str, label: Span, diagnostic: &Diagnostic, output: &mut Output) {
        let tally = &mut output.tally;
        tally.severities[diagnostic.severity as usize] += 1;
        tally.fixable += u64::from(diagnostic.fix.as_ref().is_some_and(|cure| cure.level == Level::Safe));
        *tally.rules.entry(diagnostic.rule).or_default() += 1;
        self.printers.finding(file, source, label, diagnostic, output);
    }
}

struct Checking<'j> {
    job: &'j Check<'j>,
    account: Account<'j>,
    printer: Printer,
    /// Applies fixes, when they are asked for.
    rewriter: Option<Rewriter<'j>>,
}

impl Worker for Checking<'_> {
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        let Self { job, account, printer, rewriter } = self;
        match rewriter {
            None => print(job, account, printer, checked, origin, output),
            Some(rewriter) => {
                let checked = rewriter.document(checked, origin, &mut account.sieve, &mut (), output).checked;
                print(job, account, printer, &checked, origin, output);
            }
        }
    }

    fn rewrites(&self) -> bool {
        self.rewriter.is_some()
    }

    fn between(&mut self, bytes: &[u8], output: &mut Output) {
        if let Some(rewriter) = &mut self.rewriter {
            rewriter.between(bytes, output);
        }
    }

    fn inexact(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        let Self { job, account, printer, .. } = self;
        print(job, account, printer, checked, origin, output);
    }

    fn unreadable(&mut self, name: &str, reason: &str, output: &mut Output) {
        let rule = &rules::unreadable::RULE;
        let identity = walk::relative(Path::new(name), self.job.scan.base);
        let identity = identity.to_string_lossy();
        let Some(severity) = self.account.sieve.severity(&identity, rule, rule.severity) else { return };
        let mut text = Text::default();
        rules::unreadable::say_why(reason, &mut text);
        let diagnostic = Diagnostic::of_file(rule, severity, name, text);
        if self.account.shows(&identity, &diagnostic) {
            self.printer.print(name, "", Span::default(), &diagnostic, output);
        }
    }
}

/// Counts a checked document and prints what was found in it.
fn print(
    job: &Check<'_>,
    account: &mut Account<'_>,
    printer: &mut Printer,
    checked: &Checked<'_>,
    origin: Origin<'_>,
    output: &mut Output,
) {
    for payload in checked.payloads {
        *output.tally.documents.entry(payload.form).or_default() += 1;
    }
    for node in checked.unjudged {
        let name = if job.args.inputs.verbose { what(checked.look, *node) } else { String::new() };
        *output.tally.unjudged.entry(name).or_default() += 1;
    }
    account.each(checked, origin, |diagnostic, label, suppression| match suppression {
        None => printer.print(origin.file, checked.look.source, label, diagnostic, output),
        Some(suppression) => printer.printers.suppressed(origin.file, diagnostic, suppression, output),
    });
}

/// What an unjudged value is, for people: its key.
fn what(look: Look<'_>, id: NodeId) -> String {
    let key = id.0.checked_sub(1).map(|key| look.node(NodeId(key)));
    match key.filter(|key| key.kind() == Kind::String) {
        Some(key) => format!("`{}`", harmless(&key.text().chars().take(64).collect::<String>())),
        None => "a request".to_owned(),
    }
}
