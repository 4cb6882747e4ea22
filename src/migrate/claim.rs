//! One run a number on this machine, whatever journal it writes; and a registration that was sent and whose end is not
//! known, remembered apart from the journal, which can be moved, copied or lost.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::journal::Subject;
use super::keep;

/// A number that this process alone migrates, on this machine.
#[derive(Debug)]
pub struct Claim {
    _lock: File,
    file: PathBuf,
    journal: PathBuf,
    open: Option<Attempt>,
}

/// A registration that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// The journal that it is in.
    pub journal: PathBuf,
}

/// Why a number cannot be claimed.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another process has it.
    #[error("another run migrates the number {0}; wait for its end")]
    Taken(String),
    /// A registration is in another journal.
    #[error(
        "a registration of this number was sent at {at}, and its end is in another journal: go on with `--journal {path}`",
        at = .0.at,
        path = .0.journal.display()
    )]
    Elsewhere(Attempt),
    /// The system says no.
    #[error("{path}: {1}", path = .0.display())]
    Io(PathBuf, #[source] io::Error),
}

impl Claim {
    /// Claims a number, with what is kept in `folder`, for a run that writes `journal`.
    ///
    /// # Errors
    /// When another process has it, a registration is open in another journal that is still there, or the folder cannot
    /// be written.
    pub fn take(folder: &Path, subject: &Subject, journal: &Path) -> Result<Self, ClaimError> {
        let fail = |path: &Path| {
            let path = path.to_path_buf();
            move |error| ClaimError::Io(path, error)
        };
        std::fs::create_dir_all(folder).map_err(fail(folder))?;
        let plain: String = subject.graph.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let file = folder.join(format!("{plain}.{}.json", subject.phone_number_id));
        let lock = file.with_extension("lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let lock_file = options.open(&lock).map_err(fail(&lock))?;
        if !keep::lock(&lock_file).map_err(fail(&lock))? {
            return Err(ClaimError::Taken(subject.number.clone()));
        }
        let journal = std::path::absolute(journal).map_err(fail(journal))?;
        let open = match std::fs::read(&file) {
            Ok(bytes) => {
                serde_json::from_slice::<Attempt>(&bytes).map(Some).map_err(|error| fail(&file)(error.into()))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(fail(&file)(error)),
        };
        if let Some(attempt) = open.as_ref().filter(|open| open.journal != journal && open.journal.exists()) {
            return Err(ClaimError::Elsewhere(attempt.clone()));
        }
        Ok(Self { _lock: lock_file, file, journal, open })
    }

    /// A registration that was sent, and whose end was not noted here.
    #[must_use]
    pub fn open(&self) -> Option<&Attempt> {
        self.open.as_ref()
    }

    /// Notes that a registration is about to be sent; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(&mut self, at: Timestamp) -> io::Result<()> {
        let attempt = Attempt { at, journal: self.journal.clone() };
        keep::replace(&self.file, &SecretString::from(serde_json::to_string(&attempt)?))?;
        self.open = Some(attempt);
        Ok(())
    }

    /// Notes that the end of the registration is known, and in the journal.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&mut self) -> io::Result<()> {
        self.open = None;
        match std::fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => keep::sync_folder(&self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_claimed_once_and_an_open_registration_is_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let subject = Subject {
            number: "berlin".to_owned(),
            phone_number_id: "1".to_owned(),
            graph: "graph.example.com:1".to_owned(),
        };
        let (one, other) = (folder.path().join("one.jsonl"), folder.path().join("other.jsonl"));
        std::fs::write(&one, "").expect("a journal");
        let state = folder.path().join("state");
        let mut claim = Claim::take(&state, &subject, &one).expect("free");
        assert!(matches!(Claim::take(&state, &subject, &other), Err(ClaimError::Taken(_))));
        let elsewhere = Subject { graph: "graph.example.com".to_owned(), ..subject.clone() };
        assert!(Claim::take(&state, &elsewhere, &other).is_ok());
        claim.begin("2026-11-02T03:00:00Z".parse().expect("a time")).expect("noted");
        drop(claim);
        assert!(matches!(Claim::take(&state, &subject, &other), Err(ClaimError::Elsewhere(_))));
        std::fs::remove_file(&one).expect("the journal is lost");
        let mut claim = Claim::take(&state, &subject, &other).expect("free");
        assert!(claim.open().is_some());
        claim.end().expect("noted");
        drop(claim);
        assert!(Claim::take(&state, &subject, &other).expect("free").open().is_none());
    }
}
