//! Which files are checked, and which are kept from that, by what.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Gate, Note, NoteKind, paths};
use crate::report::thousands;
use crate::scan::{Spot, Spots};
use crate::walk::{IgnoreFiles, Input, Walk, relative};

/// The files of a project by whether they are checked.
pub(super) struct Away {
    /// Those that `waport check` looks at.
    pub checked: Vec<Input>,
    /// Those that `exclude`, `include` or an `.ignore` file keeps from that.
    pub passed_over: Vec<Input>,
    /// Those that Git ignores, too.
    pub ignored: Vec<Input>,
    by_exclude: Left,
    by_include: Left,
    by_ignore: Left,
    by_git: Left,
    links: Vec<String>,
}

/// Files that are left out, by one cause.
#[derive(Default)]
struct Left {
    spots: Spots,
    /// How many there are below each folder in the configuration's.
    folders: BTreeMap<String, u64>,
}

impl Left {
    /// How many folders are named.
    const NAMED: usize = 10;

    fn add(&mut self, input: &Input, base: &Path) {
        self.spots.add(Spot::of_file(&input.name));
        let path = input.path.as_deref().map(|path| relative(path, base)).unwrap_or_default();
        let mut parts = path.components();
        let first = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
        let folder = if parts.next().is_some() { first + "/" } else { first };
        *self.folders.entry(folder).or_default() += 1;
    }

    /// The folders, those with the most files first.
    fn by_folder(&self) -> String {
        let mut folders: Vec<(&String, u64)> = self.folders.iter().map(|(name, count)| (name, *count)).collect();
        folders.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
        let named = folders.iter().take(Self::NAMED).map(|(name, count)| match count {
            1 => (*name).clone(),
            count => format!("{name} {}", thousands(*count)),
        });
        let mut text = named.collect::<Vec<_>>().join(", ");
        if folders.len() > Self::NAMED {
            let _ = write!(text, " and {} more", thousands((folders.len() - Self::NAMED) as u64));
        }
        text
    }
}

impl Away {
    pub fn of(gate: &Gate<'_>) -> Self {
        let (include, exclude) = (gate.config.include.clone(), gate.config.exclude.clone());
        let as_checked = Walk { include, exclude, ..gate.walk(IgnoreFiles::All) };
        let links = as_checked.links_outside();
        let checked = inputs(gate, as_checked, &HashSet::new());
        let mut seen: HashSet<PathBuf> = paths(&checked).cloned().collect();
        let passed_over = inputs(gate, gate.walk(IgnoreFiles::OfGit), &seen);
        seen.extend(paths(&passed_over).cloned());
        let ignored = inputs(gate, gate.walk(IgnoreFiles::None), &seen);
        let mut away = Self {
            checked,
            passed_over: Vec::new(),
            ignored,
            by_exclude: Left::default(),
            by_include: Left::default(),
            by_ignore: Left::default(),
            by_git: Left::default(),
            links,
        };
        away.ignored.iter().for_each(|input| away.by_git.add(input, gate.base));
        for input in &passed_over {
            let path = input.path.as_deref().map(|path| relative(path, gate.base)).unwrap_or_default();
            let left = if gate.config.exclude.is_match(&path) {
                &mut away.by_exclude
            } else if !gate.config.include.is_empty() && !gate.config.include.is_match(&path) {
                &mut away.by_include
            } else {
                &mut away.by_ignore
            };
            left.add(input, gate.base);
        }
        away.passed_over = passed_over;
        away
    }

    /// Says what is kept from being checked.
    pub fn notes(&self, gate: &Gate<'_>, notes: &mut Vec<Note>) {
        let listed = |patterns: &mut dyn Iterator<Item = &str>| {
            patterns.map(|pattern| format!("`{pattern}`")).collect::<Vec<_>>().join(", ")
        };
        let mut note = |kind, text: String, left: &Left| {
            let text = if left.spots.count > 0 { format!("{text}: {}", left.by_folder()) } else { text };
            notes.push(Note { kind, text, spots: left.spots.clone() });
        };
        let exclude = listed(&mut gate.config.exclude_patterns());
        if !exclude.is_empty() {
            note(NoteKind::Exclude, format!("passed over by `exclude` with {exclude}"), &self.by_exclude);
        }
        let include = listed(&mut gate.config.include_patterns());
        if !include.is_empty() && (include != "`**`" || self.by_include.spots.count > 0) {
            note(NoteKind::Include, format!("left out by `include` with {include}"), &self.by_include);
        }
        if self.by_ignore.spots.count > 0 {
            note(NoteKind::Ignore, "passed over by an .ignore file".to_owned(), &self.by_ignore);
        }
        if self.by_git.spots.count > 0 {
            let text = "ignored by Git, so neither checked nor in the way".to_owned();
            note(NoteKind::Git, text, &self.by_git);
        }
        if !self.links.is_empty() {
            let mut spots = Spots::default();
            self.links.iter().for_each(|link| spots.add(Spot::of_file(link)));
            let text = "leads to a folder elsewhere, which is not followed".to_owned();
            notes.push(Note { kind: NoteKind::Link, text, spots });
        }
    }
}

/// The inputs of a walk but those whose paths are `seen`, and the configuration itself, which is no part of the project.
fn inputs(gate: &Gate<'_>, walk: Walk, seen: &HashSet<PathBuf>) -> Vec<Input> {
    let own = gate.file.canonicalize().ok();
    let is_own = |input: &Input| {
        own.is_some()
            && input
                .path
                .as_ref()
                .is_some_and(|path| path.file_name() == gate.file.file_name() && path.canonicalize().ok() == own)
    };
    let new = |input: &Input| input.path.as_ref().is_none_or(|path| !seen.contains(path));
    walk.inputs().filter(|input| new(input) && !is_own(input)).collect()
}
