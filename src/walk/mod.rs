//! Which files are looked at, in which order. Opening them is the scan's business.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use globset::GlobSet;

use crate::read::Notation;

/// A file, or what stands for one.
#[derive(Clone, Debug)]
pub struct Input {
    /// Where it is; `None` is standard input.
    pub path: Option<PathBuf>,
    /// Its name in reports: as it was reached from what was named, with `/` between parts.
    pub name: String,
    /// Whether it was named on the command line.
    pub named: bool,
    /// Why it cannot be read, when that is known already.
    pub fault: Option<String>,
}

/// Which files with patterns in them, below the folders, say what is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreFiles {
    /// All: `.gitignore`, Git's other lists, and `.ignore`.
    All,
    /// Those that Git heeds.
    OfGit,
    /// None.
    None,
}

/// What to look at.
#[derive(Clone, Debug)]
pub struct Walk {
    /// Files and folders, as named. `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// The name under which standard input is reported.
    pub stdin_name: String,
    /// Which ignore files count.
    pub ignore_files: IgnoreFiles,
    /// Whether what `exclude` matches is passed over when it is named, too.
    pub force_exclude: bool,
    /// Files below folders are looked at when one of these matches; all when it is empty.
    pub include: GlobSet,
    /// Files and folders below folders are passed over when one of these matches.
    pub exclude: GlobSet,
    /// The folder that the patterns and the reported names are relative to.
    pub base: PathBuf,
}

impl Walk {
    /// The inputs, sorted below each named path.
    pub fn inputs(self) -> impl Iterator<Item = Input> + Send {
        let mut seen = std::collections::HashSet::new();
        let mut paths = self.paths.clone();
        paths.retain(|path| seen.insert(plain(path)));
        paths.into_iter().flat_map(move |path| self.below(path))
    }

    fn below(&self, path: PathBuf) -> Box<dyn Iterator<Item = Input> + Send> {
        if path.as_os_str() == "-" {
            let name = self.stdin_name.clone();
            return Box::new(std::iter::once(Input { path: None, name, named: true, fault: None }));
        }
        if self.force_exclude && self.exclude.is_match(relative(&path, &self.base)) {
            return Box::new(std::iter::empty());
        }
        let named = |path: PathBuf, fault: Option<String>| {
            let name = shown(&path);
            Box::new(std::iter::once(Input { path: Some(path), name, named: true, fault }))
        };
        match path.metadata() {
            Err(error) => named(path, Some(error.to_string())),
            Ok(metadata) if metadata.is_dir() => self.tree(&path),
            Ok(metadata) => {
                let fault = special(&metadata).filter(|_| !is_descriptor(&path));
                named(path, fault.map(str::to_owned))
            }
        }
    }

    /// Links to folders that lie outside of the named ones. They are not followed, so what is in there is not looked at.
    #[must_use]
    pub fn links_outside(&self) -> Vec<String> {
        let folders: Vec<PathBuf> = self.paths.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let leads_outside = |path: &Path| {
            let target = path.canonicalize().ok().filter(|target| target.is_dir());
            target.is_some_and(|target| !folders.iter().any(|folder| target.starts_with(folder)))
        };
        let entries = self.paths.iter().flat_map(|path| self.builder(path).build().filter_map(Result::ok));
        let links = entries.filter(|entry| entry.path_is_symlink() && entry.depth() > 0);
        links.filter(|entry| leads_outside(entry.path())).map(|entry| shown(entry.path())).collect()
    }

    fn builder(&self, root: &Path) -> ignore::WalkBuilder {
        let (filter, filter_base) = (self.exclude.clone(), self.base.clone());
        let mut builder = ignore::WalkBuilder::new(root);
        builder
            .standard_filters(self.ignore_files != IgnoreFiles::None)
            .ignore(self.ignore_files == IgnoreFiles::All)
            .hidden(false)
            .require_git(false)
            .sort_by_file_name(std::cmp::Ord::cmp)
            .filter_entry(move |entry| {
                entry.file_name() != ".git"
                    && (entry.depth() == 0
                        || filter.is_empty()
                        || !filter.is_match(relative(entry.path(), &filter_base)))
            });
        builder
    }

    fn tree(&self, root: &Path) -> Box<dyn Iterator<Item = Input> + Send> {
        let (include, base) = (self.include.clone(), self.base.clone());
        Box::new(self.builder(root).build().filter_map(move |entry| match entry {
            Ok(entry) => {
                let kind = entry.file_type()?;
                if kind.is_dir() || Notation::of_file(&entry.file_name().to_string_lossy()).is_none() {
                    return None;
                }
                if !include.is_empty() && !include.is_match(relative(entry.path(), &base)) {
                    return None;
                }
                let fault = if kind.is_file() { None } else { fault_of(entry.path())? };
                let name = shown(entry.path());
                Some(Input { path: Some(entry.into_path()), name, named: false, fault })
            }
            Err(error) => {
                let (path, reason) = explain(&error);
                let name = path.map_or_else(|| "(a folder)".to_owned(), shown);
                let named = depth(&error) == Some(0);
                Some(Input { path: path.map(Path::to_path_buf), name, named, fault: Some(reason) })
            }
        }))
    }
}

/// What a link or special file leads to: `None` a folder, which is not followed; `Some(None)` a file to read.
#[expect(clippy::option_option, reason = "a folder, a file, or a fault")]
fn fault_of(path: &Path) -> Option<Option<String>> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => None,
        Ok(metadata) => Some(special(&metadata).map(str::to_owned)),
        Err(error) => Some(Some(format!("a link that leads nowhere: {error}"))),
    }
}

/// What is no ordinary file, in words. Reading a pipe could wait for ever.
fn special(metadata: &std::fs::Metadata) -> Option<&'static str> {
    if metadata.is_file() {
        return None;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return Some("a named pipe, which is not read; pipe into standard input instead");
        }
        if kind.is_socket() {
            return Some("a socket, not a file");
        }
    }
    Some("a device, not a file")
}

/// Whether a path is one of the process's own descriptors, as a shell names them for `<(…)`.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd") || path == Path::new("/dev/stdin") || path.starts_with("/proc/self/fd")
}

fn explain(error: &ignore::Error) -> (Option<&Path>, String) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), explain(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => explain(err),
        ignore::Error::Loop { child, .. } => (Some(child), "a link that leads back to a folder above it".to_owned()),
        ignore::Error::Io(error) => {
            // What wraps an error of the system names the path once more.
            let cause = error.get_ref().and_then(|wrapping| wrapping.source());
            (None, cause.map_or_else(|| error.to_string(), ToString::to_string))
        }
        other => (None, other.to_string()),
    }
}

/// How far below what was named an error is.
fn depth(error: &ignore::Error) -> Option<usize> {
    match error {
        ignore::Error::WithDepth { depth, .. } => Some(*depth),
        ignore::Error::WithPath { err, .. } | ignore::Error::WithLineNumber { err, .. } => self::depth(err),
        _ => None,
    }
}

/// A path as reports show it: without a leading `./`, with `/` between parts.
fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path);
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// A path relative to the folder `base`, for patterns; as it is when it is not below it.
pub(crate) fn relative(path: &Path, base: &Path) -> PathBuf {
    let (whole, base) = (plain(path), plain(base));
    whole.strip_prefix(base).map_or_else(|_| path.to_path_buf(), Path::to_path_buf)
}

/// The current folder.
static HERE: LazyLock<PathBuf> = LazyLock::new(|| std::env::current_dir().unwrap_or_default());

/// A path from the root of its file system, without `.` and `..`, links left as they are.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let whole = HERE.join(path);
    let mut out = PathBuf::with_capacity(whole.as_os_str().len());
    for part in whole.components() {
        if part == std::path::Component::ParentDir {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}
