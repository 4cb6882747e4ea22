//! What commands need of the world around them: configuration files, terminals, streams.

use std::io::{self, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use atomic_write_file::AtomicWriteFile;

use super::Inputs;
use crate::config::{Config, MediaMap};
use crate::facts::Date;
use crate::report::{Hunks, Style, harmless};
use crate::scan::{ByteRange, Progress, Scan, Survey, no_ranges_of};
use crate::walk::{IgnoreFiles, Walk};

/// Why a command could not do its work.
pub(super) enum Trouble {
    /// The reader of standard output went away, which is no error.
    BrokenPipe,
    /// What to tell the user.
    Said(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        Self::Said(format!("the output could not be written: {error}"))
    }
}

/// Writes to standard error; when nobody reads there, nothing is lost.
pub(super) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Standard output, buffered.
pub(super) fn output() -> impl Write + Send {
    io::BufWriter::with_capacity(1 << 16, io::stdout())
}

/// The current day, in UTC. Nothing below the command line asks for it.
pub(super) fn today() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Date::after_1970(u32::try_from(since.as_secs() / 86_400).unwrap_or(0))
}

/// Puts a file in the place of `path`, whole or not at all. Of a link, the file that it leads to is replaced.
pub(super) fn write_file(path: &Path, content: &str) -> Result<(), Trouble> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let written = AtomicWriteFile::open(&real).and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        file.commit()
    });
    written
        .map_err(|error| Trouble::Said(format!("{} could not be written: {error}", harmless(&path.to_string_lossy()))))
}

/// Reads a media map; a fault names the file.
pub(super) fn read_media_map(file: &Path) -> Result<MediaMap, String> {
    let read = std::fs::read_to_string(file).map_err(|error| error.to_string());
    let parsed = read.and_then(|text| MediaMap::parse(&text).map_err(|error| error.to_string()));
    parsed.map_err(|error| format!("media map {}: {error}", harmless(&file.to_string_lossy())))
}

/// A configuration and the folder its patterns are relative to.
#[derive(Default)]
pub(super) struct Loaded {
    pub config: Config,
    pub base: PathBuf,
    /// The file it came from.
    pub file: Option<PathBuf>,
    /// What stands in the file.
    pub text: String,
}

impl Loaded {
    /// The configuration in `file`, else in the nearest file above the current folder, else in that above `first`.
    pub fn find(file: Option<&Path>, isolated: bool, first: Option<&Path>) -> Result<Self, Trouble> {
        Self::find_without_map(file, isolated, first)?.with_map()
    }

    /// The same without the media map, which need not be there.
    pub fn find_without_map(file: Option<&Path>, isolated: bool, first: Option<&Path>) -> Result<Self, Trouble> {
        let here = std::env::current_dir().map_err(|error| Trouble::Said(format!("the current folder: {error}")))?;
        let file = match (file, isolated) {
            (Some(file), _) => Some(file.to_path_buf()),
            (None, true) => None,
            (None, false) => upwards(&here).or_else(|| upwards(&std::path::absolute(first?).ok()?)),
        };
        let Some(file) = file else { return Ok(Self { base: here, ..Self::default() }) };
        let fault =
            |problem: String| Trouble::Said(format!("{}: {}", harmless(&file.to_string_lossy()), lines(&problem)));
        let text = std::fs::read_to_string(&file).map_err(|error| fault(error.to_string()))?;
        let config = Config::parse(&text).map_err(|error| fault(error.to_string()))?;
        let base = std::path::absolute(file.parent().unwrap_or(Path::new("."))).unwrap_or(here);
        Ok(Self { config, base, file: Some(file), text })
    }

    fn with_map(mut self) -> Result<Self, Trouble> {
        let (Some(file), Some(map)) = (&self.file, &self.config.media_map) else { return Ok(self) };
        let name = harmless(&file.to_string_lossy()).into_owned();
        let read = read_media_map(&self.base.join(map));
        self.config.media = read.map_err(|problem| Trouble::Said(format!("{name}: {}", lines(&problem))))?;
        Ok(self)
    }

    /// The name of its file for people: as seen from the current folder when it is in there.
    pub fn name(&self) -> String {
        let file = self.file.as_deref().unwrap_or(Path::new(""));
        let here = std::env::current_dir().unwrap_or_default();
        let seen = file.strip_prefix(here).unwrap_or(file);
        seen.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
    }
}

impl Inputs {
    /// The configuration that these inputs are checked under.
    pub fn load(&self) -> Result<Loaded, Trouble> {
        let first = self.paths.first().filter(|path| path.as_os_str() != "-");
        Loaded::find(self.config.as_deref(), self.isolated, first.map(PathBuf::as_path))
    }

    /// Whether all files of the project are looked at: no path was named, or the folder of the configuration.
    pub fn are_all(&self, loaded: &Loaded) -> bool {
        let base = std::fs::canonicalize(&loaded.base).unwrap_or_default();
        let holds_base = |path: &PathBuf| std::fs::canonicalize(path).is_ok_and(|path| base.starts_with(path));
        self.files_from.is_none() && (self.paths.is_empty() || self.paths.iter().any(holds_base))
    }

    /// How the scan over these inputs is run.
    pub fn scan<'l>(&self, loaded: &'l Loaded) -> Result<Scan<'l>, Trouble> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = match self.threads {
            Some(0) => return Err(Trouble::Said("-j 0: at least one thread must work".to_owned())),
            Some(threads) => threads.min(256),
            None => cores(),
        };
        let progress = Progress::default();
        Ok(Scan {
            config: &loaded.config,
            base: &loaded.base,
            threads,
            range: None,
            survey: Survey::default(),
            today: None,
            progress,
        })
    }

    /// The range of lines that is looked at; it must be of one file that ranges can be taken of.
    pub fn range(&self, range: Option<ByteRange>) -> Result<Option<ByteRange>, Trouble> {
        let Some(range) = range else { return Ok(None) };
        let refused = |why: &str| Err(Trouble::Said(format!("--range {range} is of one plain NDJSON file: {why}")));
        match &self.paths[..] {
            [path] if path.as_os_str() == "-" => refused("standard input is none"),
            [path] => {
                let name = path.to_string_lossy();
                match no_ranges_of(path) {
                    Ok(None) => Ok(Some(range)),
                    Ok(Some(why)) => refused(&format!("{}: {why}", harmless(&name))),
                    Err(error) => Err(Trouble::Said(format!("{}: {error}", harmless(&name)))),
                }
            }
            [] => refused("name it"),
            _ => refused("several paths are given"),
        }
    }

    /// What is looked at.
    pub fn walk(&self, loaded: &Loaded) -> Result<Walk, Trouble> {
        let mut paths = self.paths.clone();
        if let Some(list) = &self.files_from {
            let text = if list.as_os_str() == "-" {
                let mut text = String::new();
                io::stdin().lock().read_to_string(&mut text).map(|_| text)
            } else {
                std::fs::read_to_string(list)
            };
            let name = list.to_string_lossy();
            let text = text.map_err(|error| Trouble::Said(format!("--files-from {}: {error}", harmless(&name))))?;
            paths.extend(text.lines().filter(|line| !line.is_empty()).map(PathBuf::from));
        } else if paths.is_empty() {
            paths.push(if loaded.file.is_some() { relative_to_here(&loaded.base) } else { PathBuf::from(".") });
        }
        Ok(Walk {
            paths,
            stdin_name: self.stdin_filename.clone(),
            ignore_files: if self.no_gitignore { IgnoreFiles::None } else { IgnoreFiles::All },
            force_exclude: self.force_exclude,
            include: loaded.config.include.clone(),
            exclude: loaded.config.exclude.clone(),
            base: loaded.base.clone(),
        })
    }

    /// How differences on standard output look.
    pub fn hunks(&self) -> Hunks {
        Hunks { colour: self.style(&io::stdout()).colour, harmless: io::stdout().is_terminal() }
    }

    /// How output for people looks on a stream.
    pub fn style(&self, stream: &impl anstream::stream::RawStream) -> Style {
        let colour = match self.color.as_str() {
            "always" => true,
            "never" => false,
            _ => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        };
        let terminal = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal());
        let width = terminal.map_or(100, |(width, _)| usize::from(width.0).clamp(50, 120));
        Style { colour, width }
    }
}

/// A look at the code of the project: all that the configuration has in it, else what is named.
pub(super) fn survey(walk: &Walk, loaded: &Loaded, threads: usize) -> Survey {
    let mut walk = walk.clone();
    if loaded.file.is_some() {
        walk.paths = vec![relative_to_here(&loaded.base)];
    }
    Survey::of(walk.inputs(), threads)
}

/// The nearest `waport.toml` in `from` or a folder above it.
fn upwards(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join("waport.toml")).find(|file| file.is_file())
}

/// A folder as seen from the current one, when it is the current one or above it.
pub(super) fn relative_to_here(folder: &Path) -> PathBuf {
    match std::env::current_dir() {
        Ok(here) if here == folder => PathBuf::from("."),
        _ => folder.to_path_buf(),
    }
}

/// A message of several lines, each made harmless.
fn lines(text: &str) -> String {
    text.lines().map(|line| harmless(line).into_owned()).collect::<Vec<_>>().join("\n")
}
