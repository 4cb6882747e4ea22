//! Where rewritten texts go: standard output, the files that they came from, a tree of their own. A file appears whole
//! or not at all, and one that was changed since it was read is left alone.

use std::collections::{HashSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use atomic_write_file::AtomicWriteFile;
use xxhash_rust::xxh3::xxh3_128;

use super::environment::Trouble;
use crate::report::harmless;
use crate::scan::{Fixes, Recipient, Rewriting, Tally, is_compressed, unpacked_name};
use crate::walk::{Walk, plain};

/// Texts one after the other.
pub(super) struct Standard<'w> {
    out: Box<dyn Write + Send + 'w>,
    /// Whether something in the file that is being written is another than before.
    changed: bool,
}

impl<'w> Standard<'w> {
    pub fn new(out: impl Write + Send + 'w) -> Self {
        Self { out: Box::new(out), changed: false }
    }
}

impl Recipient for Standard<'_> {
    fn take(&mut self, _: &str, part: &Rewriting, _: bool, text: &[u8], tally: &mut Tally) -> io::Result<()> {
        self.changed &= !part.begins;
        tally.fixed += part.fixes;
        tally.rewritten += u64::from(part.changed && !self.changed);
        self.changed |= part.changed;
        self.out.write_all(text)
    }

    fn flush(&mut self, _: &mut Tally) -> io::Result<()> {
        self.out.flush()
    }
}

/// Differences, below a head that names the file.
pub(super) struct Differences<'w> {
    out: Box<dyn Write + Send + 'w>,
    /// Whether the head of the file that is being written was.
    headed: bool,
}

impl<'w> Differences<'w> {
    pub fn new(out: impl Write + Send + 'w) -> Self {
        Self { out: Box::new(out), headed: false }
    }
}

impl Recipient for Differences<'_> {
    fn take(&mut self, name: &str, part: &Rewriting, _: bool, text: &[u8], tally: &mut Tally) -> io::Result<()> {
        self.headed &= !part.begins;
        tally.fixed += part.fixes;
        if text.is_empty() {
            return Ok(());
        }
        if !self.headed {
            self.headed = true;
            tally.rewritten += 1;
            let name = harmless(name);
            write!(self.out, "--- {name}\n+++ {name}\n")?;
        }
        self.out.write_all(text)
    }

    fn flush(&mut self, _: &mut Tally) -> io::Result<()> {
        self.out.flush()
    }
}

/// How many files are put in their places at a time. The disk is waited for, and takes several together.
const AT_A_TIME: usize = 16;

/// Files that are being put in their places.
#[derive(Default)]
struct Commits {
    /// In the order of the inputs; a thread ends with why the file could not be put there.
    running: VecDeque<(Written, JoinHandle<Result<(), String>>)>,
}

/// A file that is being put in its place.
struct Written {
    name: String,
    fixes: Fixes,
    /// Whether it is another than before.
    changed: bool,
}

impl Written {
    fn ended(self, result: Result<(), String>, tally: &mut Tally) {
        match result {
            Ok(()) => {
                tally.fixed += self.fixes;
                tally.rewritten += u64::from(self.changed);
            }
            Err(reason) => tally.unwritten.push((self.name, reason)),
        }
    }
}

/// Does what is to be done once.
fn run(commit: &Mutex<Option<impl FnOnce() -> io::Result<()>>>) -> Result<(), String> {
    let commit = commit.lock().unwrap_or_else(PoisonError::into_inner).take();
    commit.map_or(Ok(()), |commit| commit().map_err(|error| error.to_string()))
}

impl Commits {
    /// Begins to put a file in its place.
    fn begin(
        &mut self,
        (name, fixes, changed): (&str, Fixes, bool),
        commit: impl FnOnce() -> io::Result<()> + Send + 'static,
        tally: &mut Tally,
    ) {
        let file = Written { name: name.to_owned(), fixes, changed };
        let commit = Arc::new(Mutex::new(Some(commit)));
        let theirs = Arc::clone(&commit);
        if let Ok(thread) = std::thread::Builder::new().spawn(move || run(&theirs)) {
            self.running.push_back((file, thread));
        } else {
            // There may be no more threads than there are.
            self.end_all(tally);
            file.ended(run(&commit), tally);
        }
        if self.running.len() > AT_A_TIME {
            self.end_first(tally);
        }
    }

    /// Waits for the file that was begun first; says whether there was one.
    fn end_first(&mut self, tally: &mut Tally) -> bool {
        let Some((file, thread)) = self.running.pop_front() else { return false };
        file.ended(thread.join().unwrap_or_else(|_| Err("waport failed to write it".to_owned())), tally);
        true
    }

    fn end_all(&mut self, tally: &mut Tally) {
        while self.end_first(tally) {}
    }
}

/// Each file in the place of the one that it came from.
#[derive(Default)]
pub(super) struct InPlace {
    file: Option<Replacement>,
    commits: Commits,
    /// The real paths of files that are written: a link may lead to one again.
    written: HashSet<PathBuf>,
}

impl Recipient for InPlace {
    fn take(&mut self, name: &str, part: &Rewriting, ends: bool, text: &[u8], tally: &mut Tally) -> io::Result<()> {
        if part.begins {
            self.file = Some(Replacement::default());
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        if file.fault.is_none()
            && let Err(error) = file.add(part, text)
        {
            file.fault = Some(error.to_string());
            file.out = None;
        }
        if ends && let Some(file) = self.file.take() {
            match file {
                Replacement { fault: Some(fault), fixes, .. } if fixes.all() > 0 => {
                    self.commits.end_all(tally);
                    tally.unwritten.push((name.to_owned(), fault));
                }
                Replacement { out: Some(out), real, originals, fixes, .. } if self.written.insert(real.clone()) => {
                    self.commits.begin((name, fixes, true), move || put_in_place(out, &real, &originals), tally);
                }
                Replacement { .. } => {}
            }
        }
        Ok(())
    }

    fn flush(&mut self, tally: &mut Tally) -> io::Result<()> {
        self.commits.end_all(tally);
        Ok(())
    }
}

/// Puts a whole file in the place of the one that it was made of, unless that is another by now.
fn put_in_place(out: BufWriter<AtomicWriteFile>, real: &Path, originals: &[(u64, u128)]) -> io::Result<()> {
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    is_unchanged(real, originals)?;
    file.commit()
}

/// A file that takes the place of another when it is whole.
#[derive(Default)]
struct Replacement {
    /// The file, with links followed.
    real: PathBuf,
    /// Begun with the first part that is another than before.
    out: Option<BufWriter<AtomicWriteFile>>,
    /// Length and hash of each part as it was read.
    originals: Vec<(u64, u128)>,
    /// How many bytes were read.
    offset: u64,
    fixes: Fixes,
    fault: Option<String>,
}

impl Replacement {
    fn add(&mut self, part: &Rewriting, text: &[u8]) -> io::Result<()> {
        self.fixes += part.fixes;
        if part.changed && self.out.is_none() {
            let path = part.path.as_deref().unwrap_or(Path::new(""));
            self.real = fs::canonicalize(path)?;
            if is_compressed(&self.real)? {
                let advice = "it is compressed and not rewritten in place; unpack it, or use `waport translate --out`";
                return Err(io::Error::other(advice));
            }
            if fs::metadata(&self.real)?.permissions().readonly() {
                return Err(io::Error::other("it is read-only"));
            }
            let mut out = BufWriter::with_capacity(1 << 16, AtomicWriteFile::open(&self.real)?);
            // What was read before this part is as it was.
            let copied = io::copy(&mut File::open(&self.real)?.take(self.offset), &mut out)?;
            if copied < self.offset {
                return Err(changed_meanwhile());
            }
            self.out = Some(out);
        }
        is_read_in_full(part)?;
        if let Some(out) = &mut self.out {
            out.write_all(text)?;
        }
        self.originals.push((part.length, part.hash));
        self.offset += part.length;
        Ok(())
    }
}

/// An error unless a file still holds what was read of it.
fn is_unchanged(path: &Path, parts: &[(u64, u128)]) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    for (length, hash) in parts {
        bytes.clear();
        (&mut file).take(*length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != *length || xxh3_128(&bytes) != *hash {
            return Err(changed_meanwhile());
        }
    }
    if file.read(&mut [0])? > 0 { Err(changed_meanwhile()) } else { Ok(()) }
}

/// An error unless a file was read to its end.
fn is_read_in_full(part: &Rewriting) -> io::Result<()> {
    let Some(fault) = &part.fault else { return Ok(()) };
    let problem = if part.length == 0 { "it could not be read" } else { "it was not read in full" };
    Err(io::Error::other(format!("{problem}: {fault}")))
}

fn changed_meanwhile() -> io::Error {
    io::Error::other("it was changed by somebody else meanwhile")
}

/// Each file in a folder, at the place that it has below what was named.
pub(super) struct Tree {
    folder: PathBuf,
    /// What was named.
    named: Vec<PathBuf>,
    file: Option<Copy>,
    commits: Commits,
    written: HashSet<PathBuf>,
}

/// A file of a [`Tree`] that is being written.
struct Copy {
    out: io::Result<BufWriter<AtomicWriteFile>>,
    changed: bool,
    fixes: Fixes,
}

impl Tree {
    pub fn new(folder: &Path, paths: &[PathBuf]) -> Self {
        Self {
            folder: folder.to_path_buf(),
            named: paths.iter().map(|path| plain(path)).collect(),
            file: None,
            commits: Commits::default(),
            written: HashSet::new(),
        }
    }

    /// Where the file at `path` goes.
    fn target(&self, path: &Path) -> io::Result<PathBuf> {
        let whole = plain(path);
        let below = self.named.iter().find_map(|named| whole.strip_prefix(named).ok()).unwrap_or(path);
        let target = match below.file_name().or(whole.file_name()) {
            None => return Err(io::Error::other("it has no name")),
            Some(name) if is_compressed(path)? => {
                self.folder.join(below).with_file_name(unpacked_name(&name.to_string_lossy()))
            }
            Some(name) if below.as_os_str().is_empty() => self.folder.join(name),
            Some(_) => self.folder.join(below),
        };
        Ok(target)
    }

    fn open(&mut self, part: &Rewriting) -> io::Result<BufWriter<AtomicWriteFile>> {
        let path = part.path.as_deref().ok_or_else(|| io::Error::other("standard input has no place in a folder"))?;
        let target = self.target(path)?;
        if !self.written.insert(target.clone()) {
            let target = target.to_string_lossy().into_owned();
            return Err(io::Error::other(format!("another file was written to {target} before")));
        }
        if let Ok(there) = fs::canonicalize(&target)
            && there == fs::canonicalize(path)?
        {
            return Err(io::Error::other("it would be written over; --write is for that"));
        }
        let fault = |error| io::Error::other(format!("{}: {error}", target.to_string_lossy()));
        if target.is_dir() {
            return Err(fault(io::Error::other("a folder is there")));
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(fault)?;
        }
        let file = AtomicWriteFile::open(&target).map_err(fault)?;
        // Who may read the one may read the other.
        #[cfg(unix)]
        file.as_file().set_permissions(fs::metadata(path)?.permissions()).map_err(fault)?;
        Ok(BufWriter::with_capacity(1 << 16, file))
    }
}

impl Recipient for Tree {
    fn take(&mut self, name: &str, part: &Rewriting, ends: bool, text: &[u8], tally: &mut Tally) -> io::Result<()> {
        if part.begins {
            // What cannot be read, such as a pipe, is not touched.
            let out = is_read_in_full(part).and_then(|()| self.open(part));
            self.file = Some(Copy { out, changed: false, fixes: Fixes::default() });
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.changed |= part.changed;
        file.fixes += part.fixes;
        if let Ok(out) = &mut file.out {
            let written = is_read_in_full(part).and_then(|()| out.write_all(text));
            if let Err(error) = written {
                file.out = Err(error);
            }
        }
        if ends && let Some(Copy { out, changed, fixes }) = self.file.take() {
            match out {
                Ok(out) => {
                    let commit = move || out.into_inner().map_err(io::IntoInnerError::into_error)?.commit();
                    self.commits.begin((name, fixes, changed), commit, tally);
                }
                Err(error) => {
                    self.commits.end_all(tally);
                    tally.unwritten.push((name.to_owned(), error.to_string()));
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self, tally: &mut Tally) -> io::Result<()> {
        self.commits.end_all(tally);
        Ok(())
    }
}

/// What kept fixes from being written, a line each.
pub(super) fn faults(tally: &Tally) -> String {
    let files = tally.unwritten.iter().map(|(file, reason)| (harmless(file), harmless(reason)));
    let files = files.map(|(file, reason)| format!("waport: {file}: not written: {reason}\n"));
    files.chain(tally.faults.iter().map(|fault| format!("waport: {fault}\n"))).collect()
}

/// Refuses named paths of which one would be written twice.
pub(super) fn refuse_twice(walk: &Walk) -> Result<(), Trouble> {
    let real = |path: &PathBuf| Some((fs::canonicalize(path).ok()?, path.clone()));
    let mut paths: Vec<(PathBuf, PathBuf)> = walk.paths.iter().filter_map(real).collect();
    paths.sort();
    let mut outer: Option<&(PathBuf, PathBuf)> = None;
    for path in &paths {
        match outer {
            Some((folder, named)) if path.0.starts_with(folder) => {
                let (one, other) = (named.to_string_lossy(), path.1.to_string_lossy());
                let relation = if path.0 == *folder { "are the same" } else { "overlap" };
                let message = format!("{} and {} {relation}; name it once", harmless(&one), harmless(&other));
                return Err(Trouble::Said(message));
            }
            _ => outer = Some(path),
        }
    }
    Ok(())
}

/// Refuses a folder for output that is a file, or below one, or below one of the inputs, or is one.
pub(super) fn refuse_folder(folder: &Path, walk: &Walk) -> Result<(), Trouble> {
    let real = real_of(folder);
    if let Some(file) = real.ancestors().find(|above| above.exists()).filter(|above| !above.is_dir()) {
        let (folder, file) = (folder.to_string_lossy(), file.to_string_lossy());
        let problem = format!("--out {}: {} is a file, not a folder", harmless(&folder), harmless(&file));
        return Err(Trouble::Said(problem));
    }
    for path in &walk.paths {
        let Ok(input) = fs::canonicalize(path) else { continue };
        if input.is_dir() && real.starts_with(&input) {
            let (folder, path) = (folder.to_string_lossy(), path.to_string_lossy());
            let (folder, path) = (harmless(&folder), harmless(&path));
            let problem = "what is written there would be read again";
            return Err(Trouble::Said(format!("--out {folder} is inside {path}: {problem}")));
        }
    }
    Ok(())
}

/// A path with the links of what is there of it followed.
fn real_of(path: &Path) -> PathBuf {
    let whole = plain(path);
    let there = whole.ancestors().find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    there.map_or(whole.clone(), |(above, real)| plain(&real.join(whole.strip_prefix(above).unwrap_or(Path::new("")))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What became of a file of two parts, of which the second is rewritten, when `meanwhile` happens before it ends.
    fn outcome(meanwhile: impl Fn(&Path)) -> (Option<String>, Tally) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.ndjson");
        fs::write(&path, "one\ntwo\n").expect("a file");
        let part = |text: &str, begins: bool| Rewriting {
            path: Some(path.clone()),
            begins,
            changed: !begins,
            fixes: Fixes { safe: u64::from(!begins), doubtful: 0 },
            length: text.len() as u64,
            hash: xxh3_128(text.as_bytes()),
            ..Rewriting::default()
        };
        let (mut recipient, mut tally) = (InPlace::default(), Tally::default());
        recipient.take("a.ndjson", &part("one\n", true), false, b"one\n", &mut tally).expect("a part");
        recipient.take("a.ndjson", &part("two\n", false), false, b"2\n", &mut tally).expect("a part");
        meanwhile(&path);
        recipient.take("a.ndjson", &part("", false), true, b"", &mut tally).expect("a part");
        recipient.flush(&mut tally).expect("a file");
        let left = fs::read_dir(folder.path()).expect("a folder").count();
        assert!(left <= 1, "something was left behind");
        (fs::read_to_string(&path).ok(), tally)
    }

    fn fault(tally: &Tally) -> Option<&str> {
        tally.unwritten.first().map(|(_, reason)| reason.as_str())
    }

    #[test]
    fn a_file_is_replaced_from_its_first_change_on() {
        let (text, tally) = outcome(|_| {});
        assert_eq!(
            (text.as_deref(), tally.rewritten, tally.fixed.all(), fault(&tally)),
            (Some("one\n2\n"), 1, 2, None)
        );
    }

    #[test]
    fn a_file_that_somebody_changes_meanwhile_is_left_alone() {
        for other in ["one\ntwO\n", "one\ntwo\nthree\n", "one\n", "oNe\ntwo\n"] {
            let (text, tally) = outcome(|path| fs::write(path, other).expect("a file"));
            let expected = (Some(other), 0, 0, Some("it was changed by somebody else meanwhile"));
            assert_eq!((text.as_deref(), tally.rewritten, tally.fixed.all(), fault(&tally)), expected);
        }
    }

    #[test]
    fn a_file_that_is_deleted_meanwhile_does_not_come_back() {
        let (text, tally) = outcome(|path| fs::remove_file(path).expect("a file"));
        assert!(text.is_none() && tally.rewritten == 0);
        assert!(fault(&tally).is_some_and(|fault| fault.contains("No such file")), "{:?}", tally.unwritten);
    }
}
