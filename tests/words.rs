//! Files of code without a word of WhatsApp are not read. Here all are, and what is found must be the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use waport::check::Checker;
use waport::config::Config;
use waport::finding::{Confidence, Severity};
use waport::project::{FileFacts, Project};
use waport::read::Notation;
use waport::read::code::words::{concern_whatsapp, path_says_whatsapp};

/// A file of code or settings: its name as its project has it, and its text.
type File = (String, String);

/// What is found: in which file, from where to where, and by which rule.
type Found = (String, u32, u32, &'static str, Severity, Confidence);

fn files_below(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            files_below(root, &path, files);
        } else if let Some(Notation::Code(_) | Notation::Settings) = Notation::of_name(&name) {
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn files_of(folder: &Path) -> Vec<File> {
    let mut files = Vec::new();
    files_below(folder, folder, &mut files);
    files
}

/// All that is found in a project when the files that `reads` says are read.
fn found(files: &[File], reads: impl Fn(&File) -> bool) -> Vec<Found> {
    let mut project = Project::default();
    for file in files.iter().filter(|file| reads(file)) {
        match Notation::of_name(&file.0) {
            Some(Notation::Code(language)) => {
                project.add(&FileFacts::read(&file.1, language, path_says_whatsapp(&file.0)));
            }
            _ => project.add(&FileFacts::given(&file.1)),
        }
    }
    let config = Config::default();
    let mut checker = Checker::new(&config).within(&project, None);
    let mut all = Vec::new();
    for file in files.iter().filter(|file| reads(file)) {
        let notation @ Notation::Code(_) = Notation::of_name(&file.0).unwrap() else { continue };
        checker.in_settings(&file.0);
        let seen = checker.check(&file.1, notation, path_says_whatsapp(&file.0), None);
        all.extend(seen.findings.iter().map(|finding| {
            let span = seen.look.span(finding.at);
            (file.0.clone(), span.start, span.end, finding.rule.name, finding.severity, finding.confidence)
        }));
    }
    all
}

#[test]
fn what_is_not_read_has_no_finding_and_changes_none() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut projects = vec![files_of(&fixtures.join("tour")), files_of(&fixtures.join("languages"))];
    for set in ["code/known", "code/heldout"] {
        projects.extend(fs::read_dir(fixtures.join(set)).unwrap().map(|entry| files_of(&entry.unwrap().path())));
    }
    // Files of rules have nothing to do with each other.
    projects.extend(files_of(&fixtures.join("rules")).into_iter().map(|file| vec![file]));
    let (mut read, mut differences) = (0, Vec::new());
    for files in projects {
        let concerns = |(name, text): &File| {
            let code = matches!(Notation::of_name(name), Some(Notation::Code(_)));
            !code || path_says_whatsapp(name) || concern_whatsapp(text.as_bytes())
        };
        read += files.len();
        let (all, ours) = (found(&files, |_| true), found(&files, concerns));
        differences.extend(all.iter().filter(|one| !ours.contains(one)).map(|one| format!("lost {one:?}")));
        differences.extend(ours.iter().filter(|one| !all.contains(one)).map(|one| format!("more {one:?}")));
    }
    assert!(read > 500, "only {read} files");
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
