//! `waport translate`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use super::TranslateArgs;
use super::environment::{Loaded, Trouble, read_media_map, say, today};
use super::progress::Watch;
use super::recipients::{self, Differences, InPlace, Standard, Tree, refuse_folder, refuse_twice};
use super::rewriting::Rewriter;
use super::targets::{self, Destination, Target};
use crate::check::Checked;
use crate::config::WebhookIdentity;
use crate::diagnose::{Diagnostic, Origin};
use crate::finding::Finding;
use crate::fix::Level;
use crate::read::Notation;
use crate::report::{Format, Hunks, Style, harmless, translation};
use crate::rules::{self, Rule};
use crate::scan::{self, Frame, Item, Job, Output, Recipient, Scan, Stream, Tally, Worker};
use crate::suppress::{Fate, Selection, Sieve};
use crate::translate::{Items, Policy};
use crate::walk::Walk;

pub(super) fn run(args: &TranslateArgs) -> Result<ExitCode, Trouble> {
    let mut loaded = args.inputs.load()?;
    configure(args, &mut loaded)?;
    let walk = args.inputs.walk(&loaded)?;
    check(args, &walk)?;
    let target = report(args)?;
    targets::refuse_named(target.as_slice(), &walk.paths)?;
    let scan = Scan { range: args.inputs.range(args.range)?, ..args.inputs.scan(&loaded)? };
    let job = Translate {
        args,
        scan: &scan,
        selection: Selection { today: Some(args.today.unwrap_or_else(today)), ..Selection::default() },
        hunks: args.diff.then(|| args.inputs.hunks()),
    };
    let report = target.as_ref().map(Destination::open).transpose()?;
    let watch = Watch::new(&args.inputs);
    let mut streams: Vec<Stream<'_>> = report.iter().map(|report| Stream::new(report.writer(&watch), Report)).collect();
    for stream in &mut streams {
        stream.write(translation::BEGIN)?;
    }
    let paths = walk.paths.clone();
    let inputs = targets::without_reports(walk.inputs(), target.as_slice());
    let inputs = inputs.filter(|input| !is_code(&input.name));
    let mut recipient: Box<dyn Recipient + '_> = match &args.out {
        Some(folder) => Box::new(Tree::new(folder, &paths)),
        None if args.diff => Box::new(Differences::new(watch.output())),
        None if args.write => Box::<InPlace>::default(),
        None => Box::new(Standard::new(watch.output())),
    };
    let mut result =
        watch.during(&scan.progress, || scan::run(&scan, inputs, &job, &mut streams, Some(&mut *recipient)));
    // Files on the way to their places get there even when something else failed.
    recipient.flush(result.as_mut().unwrap_or(&mut Tally::default()))?;
    drop(recipient);
    let tally = result?;
    let mut end = Vec::new();
    translation::end(&tally, &mut end);
    for stream in &mut streams {
        stream.write(&end)?;
        stream.flush()?;
    }
    drop(streams);
    if let Some(report) = report {
        report.commit()?;
    }
    tell(args, &tally, args.inputs.style(&io::stderr()));
    Ok(exit_code(args, &tally))
}

/// Puts what the command line says into the configuration.
fn configure(args: &TranslateArgs, loaded: &mut Loaded) -> Result<(), Trouble> {
    if let Some(map) = &args.media_map {
        loaded.config.media = read_media_map(map).map_err(Trouble::Said)?;
    }
    loaded.config.media.forget_expired(args.today.unwrap_or_else(today));
    loaded.config.override_identity(&WebhookIdentity {
        waba_id: args.waba_id.clone(),
        phone_number_id: args.phone_number_id.clone(),
        display_phone_number: args.display_phone_number.clone(),
    });
    Ok(())
}

/// Refuses what could not end well.
fn check(args: &TranslateArgs, walk: &Walk) -> Result<(), Trouble> {
    let writes = args.write || args.out.is_some();
    let piped = walk.paths.iter().any(|path| path.as_os_str() == "-");
    if writes && piped {
        let message =
            "standard input cannot be written to; leave out --write and --out, and the result goes to standard output";
        return Err(Trouble::Said(message.to_owned()));
    }
    if let Some(path) = walk.paths.iter().find(|path| is_code(&path.to_string_lossy()) && !path.is_dir()) {
        let file = path.to_string_lossy();
        let message = format!("{}: translate leaves code as it is; say `check --fix --unsafe-fixes`", harmless(&file));
        return Err(Trouble::Said(message));
    }
    if writes || args.diff {
        refuse_twice(walk)?;
    } else if walk.paths.len() != 1 || walk.paths[0].is_dir() {
        let message = "one file, or `-`, goes to standard output; for more, say --diff, --write or --out DIR";
        return Err(Trouble::Said(message.to_owned()));
    }
    args.out.as_ref().map_or(Ok(()), |folder| refuse_folder(folder, walk))
}

/// Whether a file is source code by its name.
fn is_code(name: &str) -> bool {
    matches!(Notation::of_name(name), Some(Notation::Code(_)))
}

/// Where the report goes; `-` is standard output, when nothing else goes there.
fn report(args: &TranslateArgs) -> Result<Option<Target>, Trouble> {
    let Some(file) = args.report.clone() else { return Ok(None) };
    let piped = file.as_os_str() == "-";
    if piped && !args.write && args.out.is_none() {
        let message = "the result goes to standard output; give --report a file of its own";
        return Err(Trouble::Said(message.to_owned()));
    }
    Ok(Some(Target { format: Format::Json, file: (!piped).then_some(file) }))
}

/// The report, in which items are separated.
struct Report;

impl Frame for Report {
    fn separator(&self) -> &'static [u8] {
        b",\n"
    }
}

/// The job of `translate`.
struct Translate<'a> {
    args: &'a TranslateArgs,
    scan: &'a Scan<'a>,
    selection: Selection,
    hunks: Option<Hunks>,
}

impl Job for Translate<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        let level = if self.args.safe_only { Level::Safe } else { Level::Unsafe };
        let policy = Policy { level, onprem_only: true };
        Box::new(Translating {
            noted: Noted { reports: self.args.report.is_some(), kinds: BTreeMap::new(), told: Vec::new() },
            rewriter: Rewriter::new(self.scan, policy, self.hunks),
            sieve: Sieve::new(self.scan.config, &self.selection),
        })
    }
}

struct Translating<'j> {
    noted: Noted,
    rewriter: Rewriter<'j>,
    sieve: Sieve<'j>,
}

impl Worker for Translating<'_> {
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        for payload in checked.payloads {
            *output.tally.documents.entry(payload.form).or_default() += 1;
        }
        let Self { noted, rewriter, sieve } = self;
        std::mem::swap(&mut noted.kinds, &mut output.tally.items);
        let mut translated = rewriter.document(checked, origin, sieve, noted, output);
        translated.left(origin, sieve, noted);
        std::mem::swap(&mut noted.kinds, &mut output.tally.items);
        noted.print(origin.file, output);
    }

    fn unreadable(&mut self, _: &str, _: &str, _: &mut Output) {}

    fn rewrites(&self) -> bool {
        true
    }

    fn between(&mut self, bytes: &[u8], output: &mut Output) {
        self.rewriter.between(bytes, output);
    }

    fn inexact(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        for payload in checked.payloads {
            *output.tally.documents.entry(payload.form).or_default() += 1;
        }
        if checked.error.is_some() {
            let Self { noted, sieve, .. } = self;
            std::mem::swap(&mut noted.kinds, &mut output.tally.items);
            sieve.each(checked, origin, |diagnostic, _, fate| {
                if fate == Fate::Shown {
                    noted.take(Level::Manual, &rules::invalid_json::RULE, Some(diagnostic));
                }
            });
            std::mem::swap(&mut noted.kinds, &mut output.tally.items);
            return noted.print(origin.file, output);
        }
        let told = output.tally.unwritten.last().is_some_and(|(file, _)| file == origin.file);
        if !told && checked.payloads.iter().any(|payload| payload.form.is_onprem()) {
            let problem = "it is not UTF-8, so what it holds was not translated".to_owned();
            output.tally.unwritten.push((origin.file.to_owned(), problem));
        }
    }
}

/// What is told of one document.
struct Noted {
    /// Whether all of it goes into a report.
    reports: bool,
    /// By level and rule, together with what was told before.
    kinds: BTreeMap<(Level, &'static str), scan::Items>,
    told: Vec<(Level, Diagnostic)>,
}

impl Items for Noted {
    fn wants(&self, level: Level, finding: &Finding) -> bool {
        let known = self.kinds.get(&(level, finding.rule.name));
        self.reports || known.is_none_or(|kind| kind.first.len() < scan::Items::FIRST)
    }

    fn take(&mut self, level: Level, rule: &'static Rule, diagnostic: Option<&Diagnostic>) {
        self.kinds.entry((level, rule.name)).or_default().count += 1;
        self.told.extend(diagnostic.map(|diagnostic| (level, diagnostic.clone())));
    }
}

impl Noted {
    /// Keeps the first of each kind in the tally, and prints all into the report.
    fn print(&mut self, file: &str, output: &mut Output) {
        for (level, diagnostic) in self.told.drain(..) {
            let kind = output.tally.items.entry((level, diagnostic.rule)).or_default();
            if kind.first.len() < scan::Items::FIRST {
                let advice = diagnostic.fix.as_ref().map_or(diagnostic.text.help.as_str(), |fix| &fix.title);
                let (file, advice) = (file.to_owned(), advice.to_owned());
                kind.first.push(Item { file, line: diagnostic.line, column: diagnostic.column, advice });
            }
            if self.reports {
                let from = output.bytes.len();
                translation::item(level, file, &diagnostic, &mut output.bytes);
                output.entry(0, diagnostic.rule, diagnostic.line, from);
            }
        }
    }
}

/// What goes to standard error.
fn tell(args: &TranslateArgs, tally: &Tally, style: Style) {
    let mut text = String::new();
    if args.inputs.verbose {
        for (file, fault) in &tally.not_json {
            let _ = writeln!(text, "{}: {}", harmless(file), harmless(fault));
        }
    }
    let unwritten = |file: &String| tally.unwritten.iter().any(|(other, _)| other == file);
    for (file, reason, _) in tally.unreadable.iter().filter(|(file, ..)| !unwritten(file)) {
        let _ = writeln!(text, "waport: {}: {}", harmless(file), harmless(reason));
    }
    for (file, fault) in &tally.named_faults {
        let _ = writeln!(text, "waport: {}: {}", harmless(file), harmless(fault));
    }
    text.push_str(&recipients::faults(tally));
    if !args.inputs.quiet {
        text.push_str(&translation::for_people(tally, args.diff, style));
    }
    say(&text);
}

fn exit_code(args: &TranslateArgs, tally: &Tally) -> ExitCode {
    if tally.failed() {
        return ExitCode::from(2);
    }
    let left = tally.items.keys().any(|(level, _)| *level == Level::Manual);
    ExitCode::from(u8::from((args.strict && left) || (args.diff && tally.rewritten > 0)))
}
