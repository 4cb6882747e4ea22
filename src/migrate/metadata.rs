//! The backup's metadata, kept beside the journal until all is verified: after a wrong PIN the old client is down, and
//! no second backup can be had.

use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::pbkdf2;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::journal::Subject;
use super::keep;

/// How often the password is digested: a guess is to be slow, one look is not.
const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");

/// The metadata of a number.
pub struct Metadata {
    /// When the old client made it.
    pub made: Timestamp,
    /// What the client answered.
    pub data: SecretString,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

/// How it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    made: Timestamp,
    salt: String,
    digest: String,
    data: String,
}

/// Where the metadata of a number is kept: beside the journal.
#[must_use]
pub fn file(journal: &Path, subject: &Subject) -> PathBuf {
    let mut name = journal.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.backup", subject.phone_number_id));
    journal.with_file_name(name)
}

impl Metadata {
    /// Metadata that a client made just now, encoded with a password. Only a slow digest of that is kept, to tell a
    /// wrong one before it is sent.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new(data: SecretString, password: &SecretString, made: Timestamp) -> io::Result<Self> {
        let mut salt = vec![0; 16];
        getrandom::fill(&mut salt).map_err(|error| io::Error::other(error.to_string()))?;
        let mut digest = vec![0; 32];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.expose_secret().as_bytes(), &mut digest);
        Ok(Self { made, data, salt, digest })
    }

    /// Whether it was encoded with this password.
    #[must_use]
    pub fn opens_with(&self, password: &SecretString) -> bool {
        let password = password.expose_secret().as_bytes();
        pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &self.salt, password, &self.digest).is_ok()
    }

    /// Keeps it in a file. The one that is there is put aside, never written over, once the new one is whole.
    ///
    /// # Errors
    /// When it cannot be written; then what was there is still there.
    pub fn keep(&self, path: &Path) -> io::Result<()> {
        let written = Written {
            version: 1,
            made: self.made,
            salt: STANDARD.encode(&self.salt),
            digest: STANDARD.encode(&self.digest),
            data: self.data.expose_secret().to_owned(),
        };
        let new = keep::beside(path);
        keep::replace(&new, &SecretString::from(serde_json::to_string(&written)?))?;
        let mut number = 1;
        while numbered(path, number).exists() {
            number += 1;
        }
        let aside = numbered(path, number);
        let was_there = path.exists();
        if was_there {
            std::fs::rename(path, &aside)?;
        }
        if let Err(error) = std::fs::rename(&new, path) {
            if was_there {
                std::fs::rename(&aside, path)?;
            }
            return Err(error);
        }
        keep::sync_folder(path)
    }

    /// What is kept in a file; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, others can read it, or it is no such file.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let text = match keep::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let fault = || io::Error::new(io::ErrorKind::InvalidData, "it is no backup that this version of waport made");
        let written: Written = serde_json::from_str(text.expose_secret()).map_err(|_| fault())?;
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| fault());
        if written.version != 1 || written.data.is_empty() {
            return Err(fault());
        }
        let (salt, digest) = (bytes(&written.salt)?, bytes(&written.digest)?);
        Ok(Some(Self { made: written.made, data: SecretString::from(written.data), salt, digest }))
    }
}

/// Removes what was kept, and what was put aside. Gives whether there was any.
///
/// # Errors
/// When one of them cannot be removed.
pub fn remove(path: &Path) -> io::Result<bool> {
    // From the last that was put aside to the first, so that a stop in between leaves none that is not found again.
    let mut last = 0;
    while numbered(path, last + 1).exists() {
        last += 1;
    }
    let mut names: Vec<PathBuf> = (1..=last).rev().map(|number| numbered(path, number)).collect();
    names.extend([keep::beside(&keep::beside(path)), keep::beside(path), path.to_path_buf()]);
    let mut found = false;
    for name in names {
        match std::fs::remove_file(&name) {
            Ok(()) => found = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    keep::sync_folder(path)?;
    Ok(found)
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> Timestamp {
        "2026-11-02T03:00:00Z".parse().expect("a time")
    }

    #[test]
    fn metadata_is_never_written_over_and_knows_its_password() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal.jsonl.1.backup");
        let make = |data: &str, password: &str| {
            Metadata::new(SecretString::from(data), &SecretString::from(password), made()).expect("metadata")
        };
        assert!(Metadata::read(&path).expect("none").is_none());
        make("one", "first").keep(&path).expect("kept");
        make("two", "second").keep(&path).expect("kept");
        let two = Metadata::read(&path).expect("readable").expect("there");
        assert_eq!(two.data.expose_secret(), "two");
        assert!(two.opens_with(&SecretString::from("second")) && !two.opens_with(&SecretString::from("first")));
        let one = Metadata::read(&numbered(&path, 1)).expect("readable").expect("put aside");
        assert_eq!(one.data.expose_secret(), "one");
        let text = std::fs::read_to_string(&path).expect("text");
        assert!(!text.contains("second"), "{text}");
        assert!(remove(&path).expect("removed") && !remove(&path).expect("none"));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
        std::fs::write(&path, "rubbish").expect("a file");
        keep_mode(&path);
        assert!(Metadata::read(&path).is_err());
    }

    fn keep_mode(path: &Path) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("a mode");
        }
        let _ = path;
    }
}
