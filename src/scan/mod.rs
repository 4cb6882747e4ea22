//! The run: every input is read, checked and handed to a job, on all cores, and what the jobs print comes out in
//! the order of the inputs.
//!
//! A worker takes a unit (some files, or a block of lines of one archive), works it up alone, and puts what it
//! printed into the sink, which writes in order, to one stream per format. Workers wait when they are too far ahead, so memory stays bounded.

mod output;
mod progress;
mod range;
mod sink;
mod source;
mod spots;
mod stream;
mod survey;
mod tally;
mod unpack;
mod work;

pub use output::{Output, Part, Rewriting};
pub use progress::Progress;
pub use range::{ByteRange, NoRange, no_ranges_of};
pub use spots::{Spot, Spots};
pub use stream::{Frame, Stream};
pub use survey::Survey;
pub use tally::{Fixes, Item, Items, Tally};
pub use unpack::{is_compressed, unpacked_name};

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::check::Checked;
use crate::config::Config;
use crate::diagnose::Origin;
use crate::facts::Date;
use crate::form::Declared;
use crate::walk::Input;

/// How a scan is run.
#[derive(Debug)]
pub struct Scan<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The folder that patterns of the configuration are relative to.
    pub base: &'a Path,
    /// How many units are worked on at a time, 1 at least.
    pub threads: usize,
    /// Only the lines that begin here are looked at; of files that are no NDJSON all is.
    pub range: Option<ByteRange>,
    /// What is known of the code of the project.
    pub survey: Survey,
    /// The day on which versions of Graph API are served or not.
    pub today: Option<Date>,
    /// How far the run is.
    pub progress: Progress,
}

/// What is done with each document. One worker is made per thread.
pub trait Job: Sync {
    /// A worker with buffers of its own.
    fn worker(&self) -> Box<dyn Worker + '_>;
    /// Adds what only the end of the run can tell, when all workers are gone; `tally` is that of all inputs.
    fn end(&self, _tally: &Tally, _output: &mut Output) {}
}

/// A job's work on one thread.
pub trait Worker {
    /// Takes a checked document.
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output);
    /// Takes a file that could not be read at all.
    fn unreadable(&mut self, name: &str, reason: &str, output: &mut Output);
    /// Whether it writes into [`Output::text`] what becomes of each file's text.
    fn rewrites(&self) -> bool {
        false
    }
    /// Takes bytes that are no document, or belong to one that cannot be written: what stands between lines, blank
    /// lines, what is no UTF-8. Asked of those that rewrite.
    fn between(&mut self, bytes: &[u8], output: &mut Output) {
        output.text.extend_from_slice(bytes);
    }
    /// Takes a checked document whose text is not that of the file, which is no UTF-8.
    fn inexact(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        self.document(checked, origin, output);
    }
}

/// Takes what becomes of the texts of files, in the order of the inputs.
pub trait Recipient: Send {
    /// Takes the text of a file called `name`, or of the next block of it; `ends` says whether it is the last. What
    /// keeps a single file from being written goes into the tally.
    ///
    /// # Errors
    /// When nothing more can be written at all.
    fn take(&mut self, name: &str, part: &Rewriting, ends: bool, text: &[u8], tally: &mut Tally) -> io::Result<()>;

    /// Writes what is not written yet, when nothing more comes.
    ///
    /// # Errors
    /// As for [`Recipient::take`].
    fn flush(&mut self, tally: &mut Tally) -> io::Result<()>;
}

/// Runs `job` over `inputs` and writes what it prints to `streams`, and what becomes of texts to the `recipient`.
///
/// # Errors
/// When a stream or the recipient cannot be written, or nobody reads any of the streams. Faults of inputs are in the tally and reach the job.
pub fn run(
    scan: &Scan<'_>,
    inputs: impl Iterator<Item = Input> + Send,
    job: &dyn Job,
    streams: &mut [Stream<'_>],
    recipient: Option<&mut dyn Recipient>,
) -> io::Result<Tally> {
    let source = Mutex::new(source::Source::new(inputs, scan));
    let sink = sink::Sink::new(streams, recipient, 2 * scan.threads as u64 + 2);
    std::thread::scope(|scope| {
        for _ in 1..scan.threads {
            scope.spawn(|| work::work(scan, &source, &sink, job));
        }
        work::work(scan, &source, &sink, job);
    });
    sink.finish(job)
}

/// What the configuration says about the documents of a file.
fn declared(scan: &Scan<'_>, input: &Input) -> Option<Declared> {
    if scan.config.declares() { scan.config.declared(&path_of(input, scan.base)) } else { None }
}

/// Where an input is, relative to the configuration's folder.
fn path_of(input: &Input, base: &Path) -> PathBuf {
    crate::walk::relative(input.path.as_deref().unwrap_or_else(|| Path::new(&input.name)), base)
}
