//! The journal: what was done to which number, a JSON object a line, only ever added to.
//!
//! An entry is on the disk before the next step begins. The file is for its owner alone, holds no secret, and is locked
//! while a run writes it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use crate::config::Migrate;
use crate::config::migrate::Number;
use crate::net::ApiError;
use crate::net::graph::PhoneNumber;

/// The version of the entries. Readers of a version read those before it.
const VERSION: u32 = 1;

/// A step of a migration; steps that change something have their number in Meta's guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Looking whether all is ready.
    Preflight,
    /// Two-step verification: a PIN that is known, or turning it off (step 1 of the guide).
    TwoStep,
    /// Metadata of the number (step 2).
    Backup,
    /// Registering it for use with Cloud API (step 3): the point of no return.
    Register,
    /// Subscribing the app to the account's webhooks.
    Subscribe,
    /// Comparing with the snapshot.
    Verify,
}

impl Step {
    /// The word for it in the journal.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::TwoStep => "two-step",
            Self::Backup => "backup",
            Self::Register => "register",
            Self::Subscribe => "subscribe",
            Self::Verify => "verify",
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run began, by this version of waport.
    Run {
        /// The version.
        waport: String,
    },
    /// A step begins.
    Begin {
        /// Which.
        step: Step,
    },
    /// A step is done.
    Done {
        /// Which.
        step: Step,
        /// What to know of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A step did not work.
    Failed {
        /// Which.
        step: Step,
        /// Why.
        #[serde(flatten)]
        failure: Failure,
    },
    /// How the number was before anything was changed.
    Snapshot {
        /// What Graph API said of it.
        phone_number: PhoneNumber,
        /// The version of its On-Premises client.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        onprem_version: Option<String>,
    },
    /// The PIN of two-step verification is known, and stays.
    PinKnown,
    /// Two-step verification was turned off; until it is registered the number has none.
    TwoStepOff,
    /// Messages to the number are dropped from here on.
    DowntimeBegan,
    /// The number answers on Cloud API.
    DowntimeEnded,
    /// The comparison with the snapshot found this.
    Compared {
        /// What is not as it should be; nothing when all is well.
        differences: Vec<String>,
    },
    /// The backup's metadata was removed.
    BackupRemoved,
    /// The pilot's checklist was tried, and all is well.
    Accepted {
        /// Who says so.
        by: String,
    },
    /// The last entry was not written whole, by a crash, and was cut off. The step after it had not begun.
    Torn {
        /// How long it was.
        bytes: u64,
    },
}

/// Why a step did not work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened.
    pub what: String,
    /// The server's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What Meta's support asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fbtrace_id: Option<String>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Whether it is proven that nothing was carried out.
    pub refused: bool,
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        Self {
            what: error.to_string(),
            code: error.code,
            fbtrace_id: error.fbtrace_id.clone(),
            remedy: error.remedy.clone(),
            refused: error.proves_refusal,
        }
    }
}

/// Which number an entry is about. A journal may have several, and what was rehearsed against a simulator says nothing
/// of the number that Graph API itself has under the same ID.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The name of the number in the configuration, for people.
    pub number: String,
    /// The ID of the business phone number.
    pub phone_number_id: String,
    /// The host of Graph API, with its port where that is not the usual one.
    pub graph: String,
}

impl Subject {
    /// A number of a configuration.
    #[must_use]
    pub fn of(migrate: &Migrate, number: &Number) -> Self {
        let host = migrate.graph_url.host_str().unwrap_or_default();
        let graph = migrate.graph_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Self { number: number.name.clone(), phone_number_id: number.phone_number_id.clone(), graph }
    }

    /// Whether both are about the same number, whatever it is called.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.phone_number_id == other.phone_number_id && self.graph == other.graph
    }
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    version: u32,
    /// When it was written.
    pub at: Timestamp,
    /// What it is about; nothing in it for what concerns the journal itself.
    #[serde(flatten)]
    pub subject: Subject,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Why the journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another run has it.
    #[error("journal {path}: another run has it open; wait for its end", path = .0.display())]
    Locked(PathBuf),
    /// The system says no.
    #[error("journal {path}: {1}", path = .0.display())]
    Io(PathBuf, #[source] io::Error),
    /// The system says no, to its lock.
    #[error("the journal's lock {path}: {1}", path = .0.display())]
    Lock(PathBuf, #[source] io::Error),
    /// A line is no entry that this version knows.
    #[error("journal {path}: line {1} is no entry that waport {version} knows: {2}; somebody changed it, as a crash leaves the last line torn only: restore it, or move the journal away, then a run reads both APIs first", path = .0.display(), version = env!("CARGO_PKG_VERSION"))]
    Unknown(PathBuf, usize, serde_json::Error),
}

/// A journal that is open for writing, by this process alone.
#[derive(Debug)]
pub struct Journal {
    file: File,
    _lock: File,
    path: PathBuf,
    length: u64,
    entries: Vec<Entry>,
    room: Option<u32>,
}

impl Journal {
    /// Opens the journal, or begins one. A last entry that a crash left in part is cut off, and that is noted.
    ///
    /// # Errors
    /// When another run has it open, it cannot be read or written, or holds what is no entry.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self, JournalError> {
        let fail = |error| JournalError::Io(path.to_path_buf(), error);
        let lock = lock(path)?;
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        for_owner(&mut options);
        let mut file = options.open(path).map_err(fail)?;
        if is_new {
            super::keep::sync_folder(path).map_err(fail)?;
        } else {
            super::keep::only_owner(path).map_err(fail)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail)?;
        let (entries, whole) = parse(&bytes, path)?;
        let torn = (bytes.len() - whole) as u64;
        if torn > 0 {
            file.set_len(whole as u64).map_err(fail)?;
        }
        file.seek(SeekFrom::End(0)).map_err(fail)?;
        let length = whole as u64;
        let mut journal = Self { file, _lock: lock, path: path.to_path_buf(), length, entries, room: None };
        if torn > 0 {
            journal.append(&Subject::default(), Event::Torn { bytes: torn }, now)?;
        }
        Ok(journal)
    }

    /// The entries of a journal, without opening it for writing; none when there is no journal. An entry that is being
    /// written is not among them.
    ///
    /// # Errors
    /// When it cannot be read, or holds what is no entry.
    pub fn read(path: &Path) -> Result<Vec<Entry>, JournalError> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(parse(&bytes, path)?.0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(JournalError::Io(path.to_path_buf(), error)),
        }
    }

    /// What was written so far.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds an entry, which is on the disk when this returns.
    ///
    /// # Errors
    /// When it could not be written; then the journal is as it was before.
    pub fn append(&mut self, subject: &Subject, event: Event, now: Timestamp) -> Result<(), JournalError> {
        let entry = Entry { version: VERSION, at: now, subject: subject.clone(), event };
        let mut line = serde_json::to_vec(&entry).map_err(|error| self.fault(error.into()))?;
        line.push(b'\n');
        let written = self.take_room().and_then(|()| self.file.write_all(&line)).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What is written in part goes; when that fails, too, the next run cuts it off.
            let _ = self.file.set_len(self.length).and_then(|()| self.file.seek(SeekFrom::End(0)));
            return Err(self.fault(error));
        }
        self.length += line.len() as u64;
        self.entries.push(entry);
        Ok(())
    }

    /// Lets the disk be full after so many more entries, for rehearsals.
    pub fn fill_after(&mut self, entries: u32) {
        self.room = Some(entries);
    }

    fn take_room(&mut self) -> io::Result<()> {
        match &mut self.room {
            Some(0) => Err(io::ErrorKind::StorageFull.into()),
            Some(room) => {
                *room -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn fault(&self, error: io::Error) -> JournalError {
        JournalError::Io(self.path.clone(), error)
    }
}

/// Lets a new file be for its owner alone.
fn for_owner(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let _ = options;
}

/// Locks the journal, by a file beside it: others may read the journal meanwhile, whatever the system. A process that is
/// just being started by the one before may hold its lock for a moment.
fn lock(path: &Path) -> Result<File, JournalError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let fail = |error| JournalError::Lock(name.clone(), error);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    for_owner(&mut options);
    let file = options.open(&name).map_err(fail)?;
    match super::keep::lock(&file) {
        Ok(true) => Ok(file),
        Ok(false) => Err(JournalError::Locked(path.to_path_buf())),
        Err(error) => Err(fail(error)),
    }
}

/// The entries in the bytes of a journal, and how many bytes they are; what is behind is an entry without its end.
fn parse(bytes: &[u8], path: &Path) -> Result<(Vec<Entry>, usize), JournalError> {
    let whole = memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
    let lines = bytes[..whole].split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let entry = |(index, line): (usize, &[u8])| {
        let unknown = |error| JournalError::Unknown(path.to_path_buf(), index + 1, error);
        let entry: Entry = serde_json::from_slice(line).map_err(unknown)?;
        if entry.version > VERSION {
            return Err(unknown(serde_json::Error::custom("a newer version of waport wrote it")));
        }
        Ok(entry)
    };
    Ok((lines.map(entry).collect::<Result<_, _>>()?, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-02T03:00:00Z".parse().expect("a time")
    }

    fn berlin() -> Subject {
        Subject {
            number: "berlin".to_owned(),
            phone_number_id: "509170334801264".to_owned(),
            graph: "graph.example.com".to_owned(),
        }
    }

    #[test]
    fn entries_come_back_and_only_one_run_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.jsonl");
        assert!(Journal::read(&path).expect("none").is_empty());
        let mut journal = Journal::open(&path, now()).expect("new");
        journal.append(&berlin(), Event::Begin { step: Step::Register }, now()).expect("written");
        let failure = Failure { what: "no".to_owned(), code: Some(133_005), refused: true, ..Failure::default() };
        journal.append(&berlin(), Event::Failed { step: Step::Register, failure }, now()).expect("written");
        assert!(matches!(Journal::open(&path, now()), Err(JournalError::Locked(_))));
        assert_eq!(Journal::read(&path).expect("readable"), journal.entries());
        drop(journal);
        assert_eq!(Journal::open(&path, now()).expect("free").entries().len(), 2);
        let text = std::fs::read_to_string(&path).expect("text");
        assert!(text.starts_with(concat!(
            r#"{"version":1,"at":"2026-11-02T03:00:00Z","number":"berlin","phone_number_id":"509170334801264","#,
            r#""graph":"graph.example.com","event":"begin","step":"register"}"#
        )));
        std::fs::write(&path, text.replace("\"version\":1", "\"version\":2")).expect("a newer one");
        assert!(matches!(Journal::read(&path), Err(JournalError::Unknown(_, 1, _))));
    }

    #[test]
    fn a_torn_entry_is_cut_off_and_noted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.jsonl");
        let mut journal = Journal::open(&path, now()).expect("new");
        journal.append(&berlin(), Event::TwoStepOff, now()).expect("written");
        drop(journal);
        let mut bytes = std::fs::read(&path).expect("bytes");
        bytes.extend_from_slice(b"{\"version\":1,\"at\":\"2026-");
        std::fs::write(&path, &bytes).expect("torn");
        assert_eq!(Journal::read(&path).expect("readable").len(), 1);
        let journal = Journal::open(&path, now()).expect("mended");
        assert_eq!(journal.entries()[1].event, Event::Torn { bytes: 24 });
        drop(journal);
        std::fs::write(&path, b"{\"version\":1}\n").expect("rubbish");
        assert!(matches!(Journal::open(&path, now()), Err(JournalError::Unknown(_, 1, _))));
    }

    #[test]
    fn a_full_disk_leaves_the_journal_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.jsonl");
        let mut journal = Journal::open(&path, now()).expect("new");
        journal.fill_after(1);
        journal.append(&berlin(), Event::DowntimeBegan, now()).expect("room");
        assert!(journal.append(&berlin(), Event::DowntimeEnded, now()).is_err());
        assert_eq!(Journal::read(&path).expect("readable").len(), 1);
    }
}
