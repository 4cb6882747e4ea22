//! Copying media: each file is fetched from the On-Premises client, checked, uploaded to Cloud API and noted in the
//! media map, several at a time.
//!
//! The same bytes are uploaded once, however many IDs they have. Cloud API cannot be asked what it has, so one case is
//! left in which they are uploaded again: when the answer to the first upload was lost, by a connection that broke or
//! by the end of this program. The map's journal knows of it, and the report names it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::fit::{Misfit, fit, matches_type, most_bytes, moves};
use super::map_file::{Content, MapFile, MapFileError, Upload};
use super::pace::Pace;
use crate::facts::Date;
use crate::net::graph::Graph;
use crate::net::onprem::OnPrem;
use crate::net::{Api, ApiError, Served};

/// How often a call is tried until it counts as failed: of On-Premises API, which nobody else calls, and of Graph API.
const TRIES: [u32; 2] = [5, 8];
/// How often the map is written.
const FOLD_EVERY: Duration = Duration::from_secs(2);

/// Where files are fetched from.
pub trait Source: Sync {
    /// The file with an On-Premises media ID, of at most `most` bytes.
    ///
    /// # Errors
    /// When it does not come whole.
    fn fetch(&self, id: &str, most: u64) -> Result<Served, Box<ApiError>>;
}

/// Where files are uploaded to.
pub trait Target: Sync {
    /// Uploads a file and gives its ID.
    ///
    /// # Errors
    /// When no ID came back; it may have been uploaded all the same.
    fn upload(&self, media_type: &str, bytes: &[u8]) -> Result<String, Box<ApiError>>;
}

impl Source for OnPrem {
    fn fetch(&self, id: &str, most: u64) -> Result<Served, Box<ApiError>> {
        self.media(id, most)
    }
}

/// The media of a number on Cloud API.
#[derive(Clone, Debug)]
pub struct CloudNumber<'a> {
    /// Graph API.
    pub graph: Graph,
    /// The ID of the business phone number.
    pub phone_number_id: &'a str,
}

impl Target for CloudNumber<'_> {
    fn upload(&self, media_type: &str, bytes: &[u8]) -> Result<String, Box<ApiError>> {
        self.graph.upload(self.phone_number_id, media_type, bytes)
    }
}

/// A file that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its On-Premises media ID.
    pub id: String,
    /// What it is used as, such as `image`; nothing when that is not known.
    pub kinds: Vec<&'static str>,
}

/// How files are copied.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// The name of the number, for the map.
    pub number: &'a str,
    /// The day from which Cloud API no longer has what is uploaded now.
    pub expires: Date,
    /// What expires on this day or before is copied again.
    pub renew: Date,
    /// How many files are worked on at a time.
    pub connections: NonZeroUsize,
    /// By how much pauses between tries are shorter than they are with real servers: 1 is not at all.
    pub quicker: u32,
    /// Set from elsewhere to begin nothing more.
    pub stop: &'a AtomicBool,
}

/// How far a copy is.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files that are done with, whatever came of them.
    pub files: AtomicU64,
    /// Bytes that were uploaded.
    pub bytes: AtomicU64,
    /// Files there are to copy.
    pub all: AtomicU64,
}

/// What came of a copy.
#[derive(Debug, Default)]
pub struct Report {
    /// How many IDs the map had already.
    pub had: u64,
    /// How many files were uploaded.
    pub uploaded: u64,
    /// How many bytes these have.
    pub bytes: u64,
    /// How many IDs got the ID of an upload with the same bytes.
    pub shared: u64,
    /// IDs that the On-Premises client does not have.
    pub gone: Vec<String>,
    /// Files that Cloud API does not take.
    pub refused: Vec<(String, Misfit)>,
    /// Files that could not be copied, and why.
    pub failed: Vec<(String, Box<ApiError>)>,
    /// IDs whose file was uploaded again, as the answer to the first upload was lost.
    pub repeated: Vec<String>,
    /// IDs of uploads that could not be noted, each after the ID it takes the place of.
    pub unnoted: Vec<(String, String)>,
    /// How many files were not begun or not ended, because the copy stopped.
    pub left: u64,
    /// Why it stopped before the end.
    pub stopped: Option<Stop>,
}

/// Why a copy stopped before its end.
#[derive(Debug)]
pub enum Stop {
    /// What was refused would be refused for every file.
    Refused(Box<ApiError>),
    /// So many files in a row could not be copied for the same API's sake that the next ones would not be either.
    Failing(Api),
    /// What was copied cannot be noted.
    Map(MapFileError),
    /// Somebody asked for it.
    Asked,
}

/// What becomes of the bytes of a file.
#[derive(Clone, Debug)]
enum Fate {
    /// Somebody is uploading them.
    InWork,
    /// Cloud API has them.
    Has(Upload),
}

/// What came of one file.
enum Done {
    Uploaded(u64),
    Shared,
    Gone,
    Refused(Misfit),
    Failed(Box<ApiError>),
    Stopped,
}

/// A copy that is going on.
struct Copy<'a> {
    source: &'a dyn Source,
    target: &'a dyn Target,
    map: &'a MapFile,
    terms: &'a Terms<'a>,
    progress: &'a Progress,
    pace: Pace<'a>,
    fates: Mutex<BTreeMap<Content, Fate>>,
    settled: Condvar,
    report: Mutex<Report>,
    next: AtomicUsize,
    /// Failures in a row, of On-Premises API and of Graph API.
    failures: [AtomicUsize; 2],
}

/// Copies what is wanted and the map does not have.
///
/// # Errors
/// When the map is no media map. Whatever happens later is in the report.
pub fn copy(
    wanted: &[Wanted],
    (source, target): (&dyn Source, &dyn Target),
    map: &MapFile,
    terms: &Terms<'_>,
    progress: &Progress,
) -> Result<Report, MapFileError> {
    let known = map.entries()?;
    let lives =
        |expires: Option<&String>| expires.is_none_or(|day| day.parse::<Date>().is_ok_and(|day| day > terms.renew));
    let mut fates = BTreeMap::new();
    for (_, entry) in known.iter() {
        if let (Some(id), Some(hash), Some(expires)) = (&entry.id, &entry.sha256, &entry.expires)
            && entry.number.as_deref() == Some(terms.number)
            && lives(Some(expires))
        {
            let sha256 = Content::noted(hash);
            let (id, number, expires) = (id.clone(), terms.number.to_owned(), expires.clone());
            fates.insert(sha256.clone(), Fate::Has(Upload { id, number, expires, sha256 }));
        }
    }
    let has = |wanted: &&Wanted| {
        let entry = known.get(&wanted.id);
        entry.is_some_and(|entry| entry.link.is_some() || (entry.id.is_some() && lives(entry.expires.as_ref())))
    };
    let mut seen = BTreeSet::new();
    let (had, work): (Vec<&Wanted>, Vec<&Wanted>) =
        wanted.iter().filter(|wanted| seen.insert(&wanted.id)).partition(has);
    progress.all.store(work.len() as u64, Ordering::Relaxed);
    let copy = Copy {
        source,
        target,
        map,
        terms,
        progress,
        pace: Pace::new(terms.quicker.max(1), terms.stop),
        fates: Mutex::new(fates),
        settled: Condvar::new(),
        report: Mutex::new(Report { had: had.len() as u64, ..Report::default() }),
        next: AtomicUsize::new(0),
        failures: [AtomicUsize::new(0), AtomicUsize::new(0)],
    };
    Ok(copy.run(&work))
}

impl Copy<'_> {
    fn run(self, work: &[&Wanted]) -> Report {
        let threads = self.terms.connections.get().min(work.len()).max(1);
        let working = AtomicUsize::new(threads);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let _end = Leaving(&working);
                    self.work(work);
                });
            }
            self.write_map(&working);
        });
        let mut report = self.report.into_inner().unwrap_or_else(PoisonError::into_inner);
        let done = report.uploaded + report.shared;
        let named = report.gone.len() + report.refused.len() + report.failed.len();
        report.left = work.len() as u64 - done - named as u64;
        if report.left > 0 && report.stopped.is_none() {
            report.stopped = Some(Stop::Asked);
        }
        report.gone.sort();
        report.repeated.sort();
        report.refused.sort_by(|a, b| a.0.cmp(&b.0));
        report.failed.sort_by(|a, b| a.0.cmp(&b.0));
        report
    }

    /// Writes the map from time to time, as long as somebody works. The larger it is, the less often.
    fn write_map(&self, working: &AtomicUsize) {
        let mut due = Instant::now() + FOLD_EVERY;
        while working.load(Ordering::Acquire) > 0 {
            std::thread::sleep(Duration::from_millis(20));
            if Instant::now() >= due {
                let begun = Instant::now();
                if let Err(error) = self.map.fold() {
                    self.stop(Stop::Map(error));
                }
                due = Instant::now() + FOLD_EVERY.max(begun.elapsed() * 20);
            }
        }
    }

    fn work(&self, work: &[&Wanted]) {
        while !self.terms.stop.load(Ordering::SeqCst) {
            let Some(wanted) = work.get(self.next.fetch_add(1, Ordering::SeqCst)) else { return };
            let done = self.one(wanted);
            if !matches!(done, Done::Stopped) {
                self.progress.files.fetch_add(1, Ordering::Relaxed);
            }
            let mut report = self.report();
            let id = wanted.id.clone();
            match done {
                Done::Uploaded(bytes) => {
                    report.uploaded += 1;
                    report.bytes += bytes;
                }
                Done::Shared => report.shared += 1,
                Done::Gone => report.gone.push(id),
                Done::Refused(misfit) => report.refused.push((id, misfit)),
                Done::Failed(error) => report.failed.push((id, error)),
                Done::Stopped => {}
            }
        }
    }

    fn one(&self, wanted: &Wanted) -> Done {
        let served = self.call(Api::OnPrem, || self.source.fetch(&wanted.id, most_bytes(&wanted.kinds)));
        let served = match served {
            Ok(served) => served,
            Err(Some(error)) if error.is_not_found() => {
                self.failures[0].store(0, Ordering::SeqCst);
                return Done::Gone;
            }
            Err(Some(error)) => return self.failed(error, wanted),
            Err(None) => return Done::Stopped,
        };
        let size = served.bytes.len() as u64;
        let fits = fit(&served.media_type, size, moves(&served.bytes), &wanted.kinds);
        if let Err(misfit) = fits.and_then(|()| matches_type(&served.media_type, &served.bytes)) {
            return Done::Refused(misfit);
        }
        let content = Content::of(&served.bytes);
        let turn = match self.turn(&content) {
            Some(Turn::Mine(turn)) => turn,
            Some(Turn::Has(upload)) => return self.note(&wanted.id, &upload, Done::Shared),
            None => return Done::Stopped,
        };
        match self.upload(wanted, &served, content) {
            Ok(upload) => {
                let done = self.note(&wanted.id, &upload, Done::Uploaded(size));
                turn.end(upload);
                self.progress.bytes.fetch_add(size, Ordering::Relaxed);
                done
            }
            Err(done) => done,
        }
    }

    fn upload(&self, wanted: &Wanted, served: &Served, content: Content) -> Result<Upload, Done> {
        let number = self.terms.number;
        let lost = std::cell::Cell::new(self.map.may_be_uploaded(number, &content));
        if let Err(error) = self.map.begin(number, &content) {
            self.stop(Stop::Map(error));
            return Err(Done::Stopped);
        }
        let mut repeated = false;
        let id = self.call(Api::Graph, || {
            repeated |= lost.get();
            let id = self.target.upload(&served.media_type, &served.bytes);
            lost.set(id.as_ref().is_err_and(|error| !error.proves_refusal));
            id
        });
        if repeated {
            self.report().repeated.push(wanted.id.clone());
        }
        match id {
            Ok(id) => {
                let (number, expires) = (number.to_owned(), self.terms.expires.to_string());
                Ok(Upload { id, number, expires, sha256: content })
            }
            Err(error) => {
                if error.as_ref().is_none_or(|error| error.proves_refusal) && !repeated && !lost.get() {
                    self.map.refused(number, &content);
                }
                Err(error.map_or(Done::Stopped, |error| self.failed(error, wanted)))
            }
        }
    }

    /// Writes down what took the place of an ID.
    fn note(&self, old: &str, upload: &Upload, done: Done) -> Done {
        match self.map.add(old, upload) {
            Ok(()) => done,
            Err(error) => {
                self.report().unnoted.push((old.to_owned(), upload.id.clone()));
                self.stop(Stop::Map(error));
                Done::Stopped
            }
        }
    }

    /// Calls until it works, or it is known that it does not. A stop in a pause ends it with what went wrong last, or
    /// with nothing when no call was made yet.
    fn call<T>(
        &self,
        api: Api,
        mut call: impl FnMut() -> Result<T, Box<ApiError>>,
    ) -> Result<T, Option<Box<ApiError>>> {
        let mut tries = 0;
        let mut last = None;
        loop {
            if !self.pace.wait() || (last.is_some() && self.terms.stop.load(Ordering::SeqCst)) {
                return Err(last);
            }
            let result = call();
            tries += 1;
            let error = match result {
                Ok(value) => {
                    self.failures[usize::from(api == Api::Graph)].store(0, Ordering::SeqCst);
                    return Ok(value);
                }
                Err(error) => error,
            };
            // An answer of success that lacks what was asked for was spoilt on the way.
            let spoilt = api == Api::Graph && error.status.is_some_and(|status| (200..300).contains(&status));
            if !(error.passes || spoilt)
                || tries >= TRIES[usize::from(api == Api::Graph)]
                || self.terms.stop.load(Ordering::SeqCst)
            {
                return Err(Some(error));
            }
            self.pace.pause(tries, &error);
            last = Some(error);
        }
    }

    /// What comes of a file that could not be copied, for the others too.
    fn failed(&self, error: Box<ApiError>, wanted: &Wanted) -> Done {
        if error.concerns_access() {
            self.stop(Stop::Refused(error));
            return Done::Stopped;
        }
        if error.passes && self.terms.stop.load(Ordering::SeqCst) {
            return Done::Stopped;
        }
        let api = error.api;
        let failures = &self.failures[usize::from(api == Api::Graph)];
        if let Some(misfit) = refusal(&error, wanted) {
            failures.store(0, Ordering::SeqCst);
            return Done::Refused(misfit);
        }
        let most = if error.passes { MOST_FAILURES.max(self.terms.connections.get()) } else { MOST_STRANGE };
        if failures.fetch_add(1, Ordering::SeqCst) + 1 >= most {
            self.stop(Stop::Failing(api));
        }
        Done::Failed(error)
    }

    /// Waits until nobody else uploads the same bytes; `None` when everything stops.
    fn turn<'c>(&'c self, content: &Content) -> Option<Turn<'c>> {
        let mut fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match fates.get(content) {
                None => {
                    fates.insert(content.clone(), Fate::InWork);
                    let turn = Mine { fates: &self.fates, settled: &self.settled, content: content.clone() };
                    return Some(Turn::Mine(turn));
                }
                Some(Fate::Has(upload)) => return Some(Turn::Has(upload.clone())),
                Some(Fate::InWork) if self.terms.stop.load(Ordering::SeqCst) => return None,
                Some(Fate::InWork) => {
                    let waited = self.settled.wait_timeout(fates, Duration::from_millis(200));
                    fates = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    fn stop(&self, why: Stop) {
        self.report().stopped.get_or_insert(why);
        self.terms.stop.store(true, Ordering::SeqCst);
    }

    fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many files in a row, or as many as there are connections, fail for a server that is down.
const MOST_FAILURES: usize = 5;
/// So many answers in a row that are not the API's own come from something that stands in its place.
const MOST_STRANGE: usize = 50;

/// Why a file is refused that will be refused the next time, too; nothing when it is not for the file's sake. As the API
/// itself answers so, it works, and the next file may be taken, however many were refused before.
fn refusal(error: &ApiError, wanted: &Wanted) -> Option<Misfit> {
    if error.passes {
        return None;
    }
    // What the On-Premises client answers with success and does not pass is too long.
    if error.api == Api::OnPrem && error.status.is_some_and(|status| (200..300).contains(&status)) {
        return Some(Misfit::too_large(&wanted.kinds));
    }
    // A server in between may take less than Cloud API does.
    let is_too_large = error.status == Some(413);
    if error.code.is_none() && !is_too_large {
        return None;
    }
    let advice = error.remedy.clone();
    let advice =
        advice.unwrap_or_else(|| "look at the file, upload it by hand and write its ID into the media map".into());
    Some(Misfit { why: error.to_string(), advice })
}

/// Whose it is to upload some bytes.
enum Turn<'c> {
    Mine(Mine<'c>),
    Has(Upload),
}

/// The upload of some bytes, which is nobody else's until this is dropped.
struct Mine<'c> {
    fates: &'c Mutex<BTreeMap<Content, Fate>>,
    settled: &'c Condvar,
    content: Content,
}

impl Mine<'_> {
    fn end(self, upload: Upload) {
        let mut fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        fates.insert(self.content.clone(), Fate::Has(upload));
    }
}

impl Drop for Mine<'_> {
    fn drop(&mut self) {
        let mut fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(fates.get(&self.content), Some(Fate::InWork)) {
            fates.remove(&self.content);
        }
        self.settled.notify_all();
    }
}

/// Counts a thread as gone, whatever ends it.
struct Leaving<'a>(&'a AtomicUsize);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests;
