//! Where reports go: `--output-format FORMAT:FILE`, standard output, files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tempfile::NamedTempFile;

use super::environment::Trouble;
use super::progress::Watch;
use crate::report::{Format, UnknownFormat, harmless};
use crate::walk::{Input, plain};

/// A report that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub format: Format,
    /// The file it goes to; `None` is standard output.
    pub file: Option<PathBuf>,
}

/// Why a report cannot be asked for like this.
#[derive(Debug, thiserror::Error)]
pub(super) enum TargetError {
    #[error(transparent)]
    Format(#[from] UnknownFormat),
    #[error("`{0}:` names no file")]
    NoFile(Format),
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((format, file)) = text.split_once(':') else { return Ok(Self { format: text.parse()?, file: None }) };
        let format = format.parse()?;
        match file {
            "" => Err(TargetError::NoFile(format)),
            "-" => Ok(Self { format, file: None }),
            file => Ok(Self { format, file: Some(file.into()) }),
        }
    }
}

/// Refuses reports that would get into each other's way, and statistics in formats that have none.
pub(super) fn check(targets: &[Target], statistics: bool) -> Result<(), Trouble> {
    let counts = |format: Format| format.is_for_people() || matches!(format, Format::Json | Format::JsonLines);
    if let Some(target) = targets.iter().find(|target| statistics && !counts(target.format)) {
        let message =
            format!("--statistics are written as full, concise, json or json-lines, not as {}", target.format);
        return Err(Trouble::Said(message));
    }
    for (index, target) in targets.iter().enumerate() {
        let Some(other) = targets[..index].iter().find(|other| other.file == target.file) else { continue };
        let (one, two) = (other.format, target.format);
        let place = target.file.as_ref().map_or_else(|| "standard output".to_owned(), |file| shown(file));
        let advice = "give one a file of its own, as in --output-format sarif:report.sarif";
        return Err(Trouble::Said(format!("--output-format: {one} and {two} cannot both go to {place}; {advice}")));
    }
    Ok(())
}

/// Refuses a report that would take the place of a file that is named to be read.
pub(super) fn refuse_named(targets: &[Target], paths: &[PathBuf]) -> Result<(), Trouble> {
    for file in targets.iter().filter_map(|target| target.file.as_ref()) {
        let Ok(real) = fs::canonicalize(file) else { continue };
        let ordinary = |path: &&PathBuf| path.is_file() && fs::canonicalize(path).is_ok_and(|path| path == real);
        if let Some(path) = paths.iter().find(ordinary) {
            let message = format!("the report would take the place of {}, which is to be read", shown(path));
            return Err(Trouble::Said(message));
        }
    }
    Ok(())
}

/// The inputs but those that the reports of this run or one before it stand in, unless they are named.
pub(super) fn without_reports(
    inputs: impl Iterator<Item = Input> + Send,
    targets: &[Target],
) -> impl Iterator<Item = Input> + Send {
    let reports: Vec<PathBuf> = targets.iter().filter_map(|target| target.file.as_deref().map(plain)).collect();
    let is_report = move |path: &PathBuf| !reports.is_empty() && reports.contains(&plain(path));
    inputs.filter(move |input| input.named || !input.path.as_ref().is_some_and(&is_report))
}

/// Where a report is written until it is whole.
pub(super) enum Destination {
    Standard,
    /// A file that is no ordinary one, such as a pipe; it is written as it is.
    Special(File),
    /// A file beside the one that it will become.
    Ordinary {
        written: NamedTempFile,
        becomes: PathBuf,
    },
}

impl Destination {
    /// Makes ready where `target` goes.
    pub fn open(target: &Target) -> Result<Self, Trouble> {
        let Some(file) = &target.file else { return Ok(Self::Standard) };
        let fault = |error: &io::Error| fault(file, error);
        match fs::metadata(file) {
            Ok(metadata) if metadata.is_dir() => Err(Trouble::Said(format!("{}: a folder is there", shown(file)))),
            Ok(metadata) if !metadata.is_file() => {
                let special = File::options().write(true).open(file).map_err(|error| fault(&error))?;
                Ok(Self::Special(special))
            }
            there => {
                // What a link leads to is replaced, not the link.
                let becomes = if there.is_ok() { fs::canonicalize(file) } else { Ok(file.clone()) };
                let becomes = becomes.map_err(|error| fault(&error))?;
                let folder = becomes.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                if !folder.is_dir() {
                    let (file, folder) = (shown(file), shown(folder));
                    return Err(Trouble::Said(format!("{file}: there is no folder {folder} to write the report to")));
                }
                let mut builder = tempfile::Builder::new();
                // The name has no ending that a run looks at.
                builder.prefix(".waport-").suffix(".part");
                #[cfg(unix)]
                builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
                let written = builder.tempfile_in(folder).map_err(|error| fault(&error.kind().into()))?;
                Ok(Self::Ordinary { written, becomes })
            }
        }
    }

    /// What is written to until the report is whole, buffered; `watch` knows of standard output.
    pub fn writer<'w>(&'w self, watch: &'w Watch) -> Box<dyn Write + Send + 'w> {
        match self {
            Self::Standard => Box::new(watch.output()),
            Self::Special(file) => Box::new(BufWriter::with_capacity(1 << 16, file)),
            Self::Ordinary { written, .. } => Box::new(BufWriter::with_capacity(1 << 16, written.as_file())),
        }
    }

    /// Lets a whole report appear under its name.
    pub fn commit(self) -> Result<(), Trouble> {
        let Self::Ordinary { written, becomes } = self else { return Ok(()) };
        written.persist(&becomes).map_err(|error| fault(&becomes, &error.error))?;
        Ok(())
    }
}

fn fault(file: &Path, error: &io::Error) -> Trouble {
    Trouble::Said(format!("{}: the report cannot be written: {error}", shown(file)))
}

fn shown(file: &Path) -> String {
    harmless(&file.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<Target, String> {
        text.parse().map_err(|error: TargetError| error.to_string())
    }

    #[test]
    fn a_format_may_have_a_file() {
        let to = |file: Option<&str>| Ok(Target { format: Format::Sarif, file: file.map(PathBuf::from) });
        assert_eq!(target("sarif"), to(None));
        assert_eq!(target("sarif:-"), to(None));
        assert_eq!(target("sarif:out/a.sarif"), to(Some("out/a.sarif")));
        assert_eq!(target("sarif:C:\\a.sarif"), to(Some("C:\\a.sarif")));
        assert_eq!(target("sarif:"), Err("`sarif:` names no file".to_owned()));
        assert!(target("xml:a.xml").is_err_and(|error| error.starts_with("`xml` is no output format")));
    }
}
