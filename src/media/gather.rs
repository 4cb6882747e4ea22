//! One look over payloads for the media links that they send, each with what it is used for.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use super::probe::Use;
use super::{Named, each_use};
use crate::check::Checked;
use crate::diagnose::{Origin, Positions};
use crate::scan::{self, Job, Output, Scan, Spot, Stream, Tally, Worker};
use crate::walk::Input;

/// Links with what they are used for.
pub type Gathered = BTreeMap<String, Use>;

/// Gathers the links that payloads send.
///
/// # Errors
/// Those of the scan. What of the inputs cannot be read is in the tally.
pub fn gather(scan: &Scan<'_>, inputs: impl Iterator<Item = Input> + Send) -> io::Result<(Gathered, Tally)> {
    let sum = Mutex::new(Gathered::new());
    let mut streams = [Stream::new(Box::new(io::sink()), ())];
    let tally = scan::run(scan, inputs, &Gathering { sum: &sum }, &mut streams, None)?;
    Ok((sum.into_inner().unwrap_or_else(PoisonError::into_inner), tally))
}

struct Gathering<'a> {
    sum: &'a Mutex<Gathered>,
}

impl Job for Gathering<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Gatherer { job: self, links: Gathered::new() })
    }
}

struct Gatherer<'j> {
    job: &'j Gathering<'j>,
    links: Gathered,
}

impl Worker for Gatherer<'_> {
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        for payload in checked.payloads {
            *output.tally.documents.entry(payload.form).or_default() += 1;
        }
        if checked.payloads.is_empty() {
            return;
        }
        let mut positions = Positions::new(checked.look.source, origin);
        let links = &mut self.links;
        let mut counted = BTreeSet::new();
        each_use(checked, |found| {
            let Named::Link(text) = found.named else { return };
            let at = found.at.span().start;
            let known = links.entry(text.to_owned()).or_default();
            known.kinds.extend(found.kind.map(crate::rules::Media::as_str));
            // What stands in code once may be a part of several payloads.
            if counted.insert(at) {
                let (line, column) = positions.of(at as usize);
                known.spots.add(Spot { file: origin.file.to_owned(), line, column });
            }
        });
    }

    fn unreadable(&mut self, _: &str, _: &str, _: &mut Output) {}
}

impl Drop for Gatherer<'_> {
    fn drop(&mut self) {
        let mut sum = self.job.sum.lock().unwrap_or_else(PoisonError::into_inner);
        for (link, theirs) in std::mem::take(&mut self.links) {
            let mine = sum.entry(link).or_default();
            mine.kinds.extend(theirs.kinds);
            mine.spots.merge(theirs.spots);
        }
    }
}
