//! `waport forms`.

use std::process::ExitCode;

use super::FormsArgs;
use super::environment::{Trouble, say};
use super::progress::Watch;
use crate::check::Checked;
use crate::diagnose::{Documents, Origin, Positions};
use crate::report::harmless;
use crate::scan::{self, Job, Output, Stream, Worker};

pub(super) fn run(args: &FormsArgs) -> Result<ExitCode, Trouble> {
    let loaded = args.inputs.load()?;
    let scan = args.inputs.scan(&loaded)?;
    let job = Forms { machine: args.output_format != "full" };
    let inputs = args.inputs.walk(&loaded)?.inputs();
    let watch = Watch::new(&args.inputs);
    let mut streams = [Stream::new(Box::new(watch.output()), ())];
    let tally = watch.during(&scan.progress, || scan::run(&scan, inputs, &job, &mut streams, None))?;
    let [mut stream] = streams;
    stream.flush()?;
    drop(stream);
    for (file, reason, _) in &tally.unreadable {
        say(&format!("waport: {}: {}\n", harmless(file), harmless(reason)));
    }
    for (file, fault) in &tally.named_faults {
        say(&format!("waport: {}: {}\n", harmless(file), harmless(fault)));
    }
    if !args.inputs.quiet && tally.documents.is_empty() {
        let files = if tally.files == 1 { "1 file".to_owned() } else { format!("{} files", tally.files) };
        let code = if tally.code > 0 { ", but code that has to do with WhatsApp" } else { "" };
        say(&format!("no WhatsApp payload in {files}{code}\n"));
    }
    Ok(ExitCode::from(if tally.failed() { 2 } else { 0 }))
}

struct Forms {
    machine: bool,
}

impl Job for Forms {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Telling { machine: self.machine })
    }
}

struct Telling {
    machine: bool,
}

impl Worker for Telling {
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        let mut documents = Documents::new(checked);
        let mut positions = Positions::new(checked.look.source, origin);
        for payload in checked.payloads {
            *output.tally.documents.entry(payload.form).or_default() += 1;
            let root = checked.look.node(payload.root);
            let span = root.span();
            let (line, column) = positions.of(span.start as usize);
            let document = documents.pointer(payload.root);
            let evidence: Vec<&str> = payload.evidence.iter().map(crate::form::Evidence::describe).collect();
            if self.machine {
                let object = serde_json::json!({
                    "file": origin.file,
                    "line": line,
                    "span": [origin.offset + u64::from(span.start), origin.offset + u64::from(span.end)],
                    "document": document,
                    "form": payload.form.as_str(),
                    "confidence": payload.confidence.as_str(),
                    "evidence": evidence,
                });
                output.bytes.extend_from_slice(object.to_string().as_bytes());
            } else {
                let place = document
                    .filter(|document| !document.is_empty())
                    .map_or(String::new(), |document| format!(" at {}", harmless(&document)));
                let sure = match payload.confidence {
                    crate::finding::Confidence::High => "",
                    _ => " (not sure)",
                };
                let (file, form, evidence) = (harmless(origin.file), payload.form, evidence.join("; "));
                output
                    .bytes
                    .extend_from_slice(format!("{file}:{line}:{column}: {form}{place}{sure}: {evidence}").as_bytes());
            }
            output.bytes.push(b'\n');
        }
    }

    fn unreadable(&mut self, _: &str, _: &str, _: &mut Output) {}
}
