//! Files that only their owner can read: the backup's metadata until the end, and a password that was made here.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

/// Writes a file that was not there, for its owner alone; it is on the disk, whole, when this returns.
///
/// # Errors
/// When there is a file already, or it cannot be written; then there is none.
pub fn create(path: &Path, secret: &SecretString) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    let written = file.write_all(secret.expose_secret().as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written.and_then(|()| sync_folder(path))
}

/// Makes sure that what was put into a folder, or taken out, is so after a crash.
///
/// # Errors
/// When the system cannot.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Locks a file for this process; `false` when another has it. A process that is just being started by the one before
/// may hold its lock for a moment.
///
/// # Errors
/// When the system cannot.
pub fn lock(file: &File) -> io::Result<bool> {
    for left in (0..10).rev() {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) if left > 0 => std::thread::sleep(Duration::from_millis(50)),
            Err(TryLockError::WouldBlock) => break,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

/// Puts a file for its owner alone in the place of what was there, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn replace(path: &Path, secret: &SecretString) -> io::Result<()> {
    let beside = beside(path);
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create(&beside, secret)?;
    fs::rename(&beside, path)?;
    sync_folder(path)
}

/// What is in a file that only its owner can read.
///
/// # Errors
/// When it cannot be read, others can read it, or nothing is in it.
pub fn read(path: &Path) -> io::Result<SecretString> {
    fs::metadata(path)?;
    only_owner(path)?;
    let secret = SecretString::from(fs::read_to_string(path)?);
    if secret.expose_secret().trim().is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "nothing is in it; remove it"));
    }
    Ok(secret)
}

/// Refuses what others can read.
///
/// # Errors
/// When they can, or the file cannot be looked at.
pub fn only_owner(path: &Path) -> io::Result<()> {
    crate::net::secret::only_for_its_owner(path)
        .map_err(|problem| io::Error::new(io::ErrorKind::PermissionDenied, problem))
}

/// What passwords are made of here.
const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Whether a text is a password that was made here.
#[must_use]
pub fn is_password(text: &SecretString) -> bool {
    let text = text.expose_secret();
    text.len() == 32 && text.bytes().all(|b| SIGNS.contains(&b))
}

/// A password of 32 signs, chosen at random.
///
/// # Errors
/// When the system gives no random numbers.
pub fn password() -> io::Result<SecretString> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let text: String = bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte & 63)])).collect();
    Ok(SecretString::from(text))
}

/// Where a file is written before it takes the place of another.
#[must_use]
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_for_its_owner_and_never_written_over_unasked() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("password");
        create(&path, &SecretString::from("one")).expect("new");
        assert!(create(&path, &SecretString::from("two")).is_err());
        assert_eq!(read(&path).expect("kept").expose_secret(), "one");
        replace(&path, &SecretString::from("two")).expect("replaced");
        assert_eq!(read(&path).expect("kept").expose_secret(), "two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
            assert!(read(&path).is_err());
        }
    }

    #[test]
    fn passwords_are_long_and_differ() {
        let (one, two) = (password().expect("one"), password().expect("two"));
        assert!(is_password(&one) && !is_password(&SecretString::from("WAPORT_PIN=123456")));
        assert_ne!(one.expose_secret(), two.expose_secret());
    }
}
