//! The media map as a copy writes it.
//!
//! Beside the map stands a journal, `media-map.json.partial`, to which each upload is appended and synced before the
//! next begins. From time to time and at the end the map itself is written anew with what the journal has, whole or not
//! at all, so that at any moment the map is a valid one and no upload is lost: what a stopped copy left in the journal
//! goes into the map when the next one begins. The journal is also what keeps two copies off the same map.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use atomic_write_file::AtomicWriteFile;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::config::MediaMap;
use crate::facts::Date;
use crate::report::harmless;

/// SHA-256 of a file, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Content(String);

impl Content {
    /// That of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(crate::net::hexadecimal(&Sha256::digest(bytes)))
    }

    /// That which a map has noted, in digits of either case.
    #[must_use]
    pub fn noted(digits: &str) -> Self {
        Self(digits.to_ascii_lowercase())
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file that Cloud API has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The ID that Cloud API gave it.
    pub id: String,
    /// The name of the number that it was uploaded for.
    pub number: String,
    /// The day from which Cloud API no longer has it, `YYYY-MM-DD`.
    pub expires: String,
    /// What was uploaded.
    pub sha256: Content,
}

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// An upload took the place of an On-Premises media ID.
    Mapped {
        old: String,
        #[serde(flatten)]
        upload: Upload,
    },
    /// An upload begins. When nothing follows, nobody knows whether it was carried out.
    Begun { begun: Content, number: String },
}

/// Why the map cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MapFileError {
    /// Another copy has it.
    #[error("another copy is writing {0}; wait until it has ended, two at once would upload the same files twice")]
    Taken(String),
    /// A file is not as it must be, or cannot be used.
    #[error("{file}: {problem}")]
    Unusable {
        /// Which.
        file: String,
        /// Why.
        problem: String,
    },
    /// An ID would be replaced by another and take the place of a third.
    #[error("`{0}` is an ID of Cloud API already, so that the media map cannot replace it; take one of both away")]
    Circular(String),
}

/// A media map that this process alone writes, until it is dropped.
#[derive(Debug)]
pub struct MapFile {
    path: PathBuf,
    journal_path: PathBuf,
    journal: File,
    /// Whether the journal is no longer this one's.
    is_closed: bool,
    state: Mutex<State>,
}

impl Drop for MapFile {
    /// A journal in which nothing was noted is of use to nobody.
    fn drop(&mut self) {
        if !self.is_closed && self.journal.metadata().is_ok_and(|journal| journal.len() == 0) {
            // Locked still, as when it is closed.
            let _ = std::fs::remove_file(&self.journal_path);
        }
    }
}

#[derive(Debug, Default)]
struct State {
    /// The map as it was when it was last read or written.
    map: Map<String, Value>,
    /// What the journal has and the map does not.
    fresh: BTreeMap<String, Upload>,
    /// The IDs and links that took the place of others.
    given: BTreeSet<String>,
    /// Uploads that were begun and of which nothing more is known, by number.
    open: BTreeSet<(String, Content)>,
}

impl MapFile {
    /// Takes the map at `path`, which need not be there yet, and puts into it what a stopped copy left.
    ///
    /// # Errors
    /// When another copy has it, when it is no media map, or when the folder or a file cannot be read or written.
    pub fn open(path: &Path) -> Result<Self, MapFileError> {
        let path = real(path).map_err(|error| unusable(path, &error))?;
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(".partial");
        let journal_path = path.with_file_name(name);
        let journal = lock(&journal_path, &path)?;
        let mut file = Self { path, journal_path, journal, is_closed: false, state: Mutex::default() };
        let mut state = State { map: read_map(&file.path)?, ..State::default() };
        let given = |entry: &Value| ["id", "link"].map(|key| Some(entry.get(key)?.as_str()?.to_owned()));
        state.given = state.map.values().flat_map(given).flatten().collect();
        let mut text = Vec::new();
        let read = file.journal.read_to_end(&mut text);
        read.map_err(|error| unusable(&file.journal_path, &error))?;
        state.replay(&text);
        file.state = Mutex::new(state);
        file.settle()?;
        Ok(file)
    }

    /// The map as it is now, with what was added.
    ///
    /// # Errors
    /// When it is no media map.
    pub fn entries(&self) -> Result<MediaMap, MapFileError> {
        let state = self.lock();
        self.parsed(&state.with_fresh())
    }

    /// Whether an upload of `content` was begun by a stopped copy, and may have been carried out.
    pub fn may_be_uploaded(&self, number: &str, content: &Content) -> bool {
        self.lock().open.contains(&(number.to_owned(), content.clone()))
    }

    /// Notes that an upload begins.
    ///
    /// # Errors
    /// When the journal cannot be written: nothing may be uploaded then, as it could not be noted either.
    pub fn begin(&self, number: &str, content: &Content) -> Result<(), MapFileError> {
        let mut state = self.lock();
        self.append(&Line::Begun { begun: content.clone(), number: number.to_owned() })?;
        state.open.insert((number.to_owned(), content.clone()));
        Ok(())
    }

    /// Notes that Cloud API refused an upload that was begun.
    pub fn refused(&self, number: &str, content: &Content) {
        self.lock().open.remove(&(number.to_owned(), content.clone()));
    }

    /// Adds what took the place of an On-Premises media ID. When this returns, a crash does not lose it.
    ///
    /// # Errors
    /// When the journal cannot be written, or the new ID is one that the map replaces.
    pub fn add(&self, old: &str, upload: &Upload) -> Result<(), MapFileError> {
        {
            let mut state = self.lock();
            if old == upload.id || state.map.contains_key(&upload.id) || state.fresh.contains_key(&upload.id) {
                return Err(MapFileError::Circular(upload.id.clone()));
            }
            if state.given.contains(old) {
                return Err(MapFileError::Circular(old.to_owned()));
            }
            self.append(&Line::Mapped { old: old.to_owned(), upload: upload.clone() })?;
            state.open.remove(&(upload.number.clone(), upload.sha256.clone()));
            state.given.insert(upload.id.clone());
            state.fresh.insert(old.to_owned(), upload.clone());
        }
        // Out of the lock, so that several syncs become one.
        self.journal.sync_data().map_err(|error| unusable(&self.journal_path, &error))
    }

    /// Writes the map with all that was added, whole or not at all. What others changed in it meanwhile stays.
    ///
    /// # Errors
    /// When it is no longer a media map, or cannot be written. The journal keeps what it has.
    pub fn fold(&self) -> Result<(), MapFileError> {
        self.write(&mut self.lock())
    }

    fn write(&self, state: &mut State) -> Result<(), MapFileError> {
        if state.fresh.is_empty() {
            return Ok(());
        }
        state.map = read_map(&self.path)?;
        let map = state.with_fresh();
        self.parsed(&map)?;
        let mut text = serde_json::to_string_pretty(&map).unwrap_or_default();
        text.push('\n');
        let written = AtomicWriteFile::open(&self.path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            file.commit()
        });
        written.map_err(|error| unusable(&self.path, &error))?;
        state.map = map;
        state.fresh.clear();
        Ok(())
    }

    /// Writes the map, then takes out of the journal what the map has.
    fn settle(&self) -> Result<(), MapFileError> {
        let mut state = self.lock();
        self.write(&mut state)?;
        let emptied = self.journal.set_len(0).and_then(|()| (&self.journal).seek(SeekFrom::Start(0)));
        emptied.map_err(|error| unusable(&self.journal_path, &error))?;
        for (number, begun) in &state.open {
            self.append(&Line::Begun { begun: begun.clone(), number: number.clone() })?;
        }
        Ok(())
    }

    /// Writes the map and takes the journal away, unless it knows of uploads of which nobody knows what became of them.
    ///
    /// # Errors
    /// As for [`MapFile::fold`].
    pub fn close(mut self) -> Result<(), MapFileError> {
        self.settle()?;
        self.is_closed = true;
        if self.lock().open.is_empty() {
            // Locked still: who waits for it sees that it is another file by then.
            std::fs::remove_file(&self.journal_path).map_err(|error| unusable(&self.journal_path, &error))?;
        }
        Ok(())
    }

    fn append(&self, line: &Line) -> Result<(), MapFileError> {
        let mut text = serde_json::to_vec(line).unwrap_or_default();
        text.push(b'\n');
        // One write, so that a kill leaves a line whole or not at all.
        (&self.journal).write_all(&text).map_err(|error| unusable(&self.journal_path, &error))
    }

    fn parsed(&self, map: &Map<String, Value>) -> Result<MediaMap, MapFileError> {
        let text = serde_json::to_string(map).unwrap_or_default();
        MediaMap::parse(&text).map_err(|error| unusable(&self.path, &error))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes what a journal says. A line that is not whole was being written when the program or the machine stopped.
    fn replay(&mut self, journal: &[u8]) {
        for line in journal.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
            match serde_json::from_slice(line) {
                Ok(Line::Begun { begun, number }) => {
                    self.open.insert((number, begun));
                }
                Ok(Line::Mapped { old, upload }) => {
                    self.open.remove(&(upload.number.clone(), upload.sha256.clone()));
                    self.given.insert(upload.id.clone());
                    self.fresh.insert(old, upload);
                }
                Err(_) => {}
            }
        }
    }

    fn with_fresh(&self) -> Map<String, Value> {
        let mut map = self.map.clone();
        let value = |upload: &Upload| serde_json::to_value(upload).unwrap_or_default();
        map.extend(self.fresh.iter().map(|(old, upload)| (old.clone(), value(upload))));
        map
    }
}

/// The day so many days after another; the last one there is, when there are no more.
///
/// # Panics
/// Never: a [`Date`] is a day of the calendar.
#[must_use]
pub fn after(day: Date, days: i64) -> Date {
    let day: jiff::civil::Date = day.to_string().parse().expect("a day");
    day.saturating_add(jiff::Span::new().days(days)).to_string().parse().expect("a day")
}

/// Where a file is, or would be, when links on the way are followed.
fn real(path: &Path) -> io::Result<PathBuf> {
    if let Ok(real) = std::fs::canonicalize(path) {
        return Ok(real);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
    Ok(std::fs::canonicalize(folder)?.join(name))
}

/// The journal, which nobody else has.
fn lock(journal: &Path, map: &Path) -> Result<File, MapFileError> {
    let fail = |error: io::Error| unusable(journal, &error);
    // One that ends takes its journal away: then the file at hand is not the one at that path.
    for _ in 0..100 {
        let file = File::options().read(true).append(true).create(true).open(journal).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(MapFileError::Taken(shown(map))),
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
        let same = file.try_clone().and_then(same_file::Handle::from_file);
        let there = same_file::Handle::from_path(journal);
        if same.ok().is_some_and(|same| there.is_ok_and(|there| there == same)) {
            return Ok(file);
        }
    }
    Err(MapFileError::Taken(shown(map)))
}

/// The map in a file; an empty one when there is none.
fn read_map(path: &Path) -> Result<Map<String, Value>, MapFileError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Map::new()),
        Err(error) => return Err(unusable(path, &error)),
    };
    MediaMap::parse(&text).map_err(|error| unusable(path, &error))?;
    serde_json::from_str(&text).map_err(|error| unusable(path, &error))
}

fn unusable(file: &Path, problem: &impl fmt::Display) -> MapFileError {
    MapFileError::Unusable { file: shown(file), problem: problem.to_string() }
}

fn shown(file: &Path) -> String {
    harmless(&file.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests;
