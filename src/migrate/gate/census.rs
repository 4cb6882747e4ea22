//! One look over some files: what is found in them, what is sent and received there, what cannot be read.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::{Gate, unwatched, weighs};
use crate::check::Checked;
use crate::config::{AtFile, Config};
use crate::diagnose::{Diagnostic, Origin, Positions};
use crate::finding::Severity;
use crate::form::Document;
use crate::media::Catalogue;
use crate::migrate::MessageKinds;
use crate::rules;
use crate::scan::{self, Job, Output, Scan, Spot, Spots, Stream, Survey, Worker};
use crate::suppress::{By, Fate, Selection, Sieve};
use crate::walk::{Input, relative};

/// Why files are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Region {
    /// `waport check` looks at them.
    #[default]
    Checked,
    /// The configuration or an `.ignore` file keeps them from that.
    PassedOver,
    /// `[[form]]` says what they are, and here they are taken for what they look like.
    Declared,
    /// Git ignores them.
    Ignored,
}

/// Findings of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    pub severity: Severity,
    pub rule: &'static str,
    pub hidden: Hidden,
}

/// What would hide findings, or make them less bad, and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hidden {
    /// Nothing: `waport check` shows them.
    Not,
    /// `[rules]` or `[[override]]` lowers them.
    Lowered,
    /// `[rules]` or `[[override]]` switches their rule off.
    Off,
    /// A comment suppresses them.
    Comment,
    /// An entry of `[[suppress]]` that does not say until when, or not a day to come.
    Entry,
    /// Their file is passed over.
    PassedOver,
    /// `[[form]]` takes their file for something else.
    Declared,
}

/// What a look saw.
#[derive(Debug, Default)]
pub(super) struct Census {
    pub region: Region,
    pub files: u64,
    pub code: u64,
    pub messages: u64,
    pub webhooks: u64,
    /// What is in the way.
    pub groups: BTreeMap<Group, Spots>,
    /// What entries of `[[suppress]]` hide and may.
    pub suppressed: BTreeMap<usize, Spots>,
    /// What entries of `[[migrate.excluded]]` accept.
    pub accepted: BTreeMap<usize, Spots>,
    /// Entries of `[[suppress]]` that match a finding, whether they count or not.
    pub matched: BTreeSet<usize>,
    /// Files that do not parse.
    pub broken: BTreeSet<String>,
    /// What cannot be read, by the reason.
    pub unreadable: BTreeMap<String, Spots>,
    /// Findings in files of which `[[form]]` says what they are.
    pub known: BTreeSet<u128>,
    pub unjudged: Spots,
    pub catalogue: Catalogue,
    pub kinds: MessageKinds,
}

impl Census {
    fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        self.webhooks += other.webhooks;
        merge(&mut self.groups, other.groups);
        merge(&mut self.suppressed, other.suppressed);
        merge(&mut self.accepted, other.accepted);
        merge(&mut self.unreadable, other.unreadable);
        self.matched.extend(other.matched);
        self.broken.extend(other.broken);
        self.known.extend(other.known);
        self.unjudged.merge(other.unjudged);
        self.catalogue.merge(other.catalogue);
        self.kinds.merge(other.kinds);
    }
}

fn merge<K: Ord>(mine: &mut BTreeMap<K, Spots>, theirs: BTreeMap<K, Spots>) {
    for (key, spots) in theirs {
        mine.entry(key).or_default().merge(spots);
    }
}

/// A way to look.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub gate: &'a Gate<'a>,
    /// The configuration as it counts.
    pub strict: &'a Config,
    /// The numbers, in the configuration as it is written, of the suppressions in `strict`.
    pub left: &'a [usize],
}

impl Look<'_> {
    /// Looks at files. What is `known` is not told again.
    pub fn at(&self, region: Region, inputs: Vec<Input>, survey: Survey, known: &BTreeSet<u128>) -> io::Result<Census> {
        let sum = Mutex::new(Census { region, ..Census::default() });
        if inputs.is_empty() {
            return Ok(sum.into_inner().unwrap_or_else(PoisonError::into_inner));
        }
        let scan = Scan {
            config: self.strict,
            base: self.gate.base,
            threads: self.gate.threads,
            range: None,
            survey,
            today: Some(self.gate.today),
            progress: unwatched(),
        };
        let selection = Selection { today: Some(self.gate.today), ..Selection::default() };
        let job = Taking { look: *self, region, known, selection, sum: &sum };
        let mut streams = [Stream::new(Box::new(io::sink()), ())];
        let tally = scan::run(&scan, inputs.into_iter(), &job, &mut streams, None)?;
        let mut census = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
        (census.files, census.code) = (tally.files, tally.code);
        Ok(census)
    }
}

struct Taking<'a> {
    look: Look<'a>,
    region: Region,
    known: &'a BTreeSet<u128>,
    selection: Selection,
    sum: &'a Mutex<Census>,
}

impl Job for Taking<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Taker {
            job: self,
            sieve: Sieve::new(self.look.strict, &self.selection).telling_all(),
            census: Census::default(),
            file: None,
        })
    }
}

struct Taker<'j> {
    job: &'j Taking<'j>,
    sieve: Sieve<'j>,
    census: Census,
    file: Option<AboutFile<'j>>,
}

/// What the configuration as it is written says of a file.
struct AboutFile<'c> {
    identity: String,
    at: AtFile<'c>,
    /// The entry of `[[migrate.excluded]]` that holds for it.
    accepted: Option<usize>,
    is_declared: bool,
}

impl<'j> AboutFile<'j> {
    fn of(look: &Look<'j>, identity: &str) -> Self {
        let (path, config) = (Path::new(identity), look.gate.config);
        let holds =
            |entry: &crate::config::migrate::Excluded| look.gate.today < entry.until && entry.path.is_match(path);
        Self {
            identity: identity.to_owned(),
            at: config.at(path),
            accepted: config.migrate.excluded.iter().position(holds),
            is_declared: config.declares() && config.declared(path).is_some(),
        }
    }
}

impl Worker for Taker<'_> {
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, _: &mut Output) {
        let region = self.job.region;
        let file = about(&mut self.file, &self.job.look, origin.identity);
        let accepted = file.accepted.filter(|_| matches!(region, Region::PassedOver | Region::Declared));
        let census = &mut self.census;
        self.sieve.each(checked, origin, |diagnostic, _, fate| {
            census.finding(self.job, file, accepted, diagnostic, fate, origin.file);
        });
        if accepted.is_some() || region == Region::Ignored {
            return;
        }
        if checked.error.is_some() && !checked.findings.is_empty() {
            census.broken.insert(origin.identity.to_owned());
        }
        census.catalogue.add(checked, origin);
        if region == Region::Checked {
            census.look_around(checked, origin);
        }
    }

    fn unreadable(&mut self, name: &str, reason: &str, _: &mut Output) {
        let identity = relative(Path::new(name), self.job.look.gate.base).to_string_lossy().into_owned();
        let file = about(&mut self.file, &self.job.look, &identity);
        let spot = Spot::of_file(name);
        match (self.job.region, file.accepted) {
            (Region::PassedOver, Some(entry)) => self.census.accepted.entry(entry).or_default().add(spot),
            (Region::PassedOver | Region::Checked, _) => {
                self.census.unreadable.entry(reason.to_owned()).or_default().add(spot);
            }
            _ => {}
        }
        let rule = rules::unreadable::RULE.name;
        let entries = file.at.suppressions.iter().filter(|(_, entry)| entry.covers(rule, None));
        self.census.matched.extend(entries.map(|(number, _)| *number));
    }
}

impl Drop for Taker<'_> {
    fn drop(&mut self) {
        let census = std::mem::take(&mut self.census);
        self.job.sum.lock().unwrap_or_else(PoisonError::into_inner).merge(census);
    }
}

fn about<'f, 'j>(room: &'f mut Option<AboutFile<'j>>, look: &Look<'j>, identity: &str) -> &'f AboutFile<'j> {
    if room.as_ref().is_none_or(|known| known.identity != identity) {
        *room = None;
    }
    room.get_or_insert_with(|| AboutFile::of(look, identity))
}

impl Census {
    /// Takes a finding.
    fn finding(
        &mut self,
        job: &Taking<'_>,
        file: &AboutFile<'_>,
        accepted: Option<usize>,
        diagnostic: &Diagnostic,
        fate: Fate,
        name: &str,
    ) {
        let covering = file
            .at
            .suppressions
            .iter()
            .filter(|(_, entry)| entry.covers(diagnostic.rule, diagnostic.pointer.as_deref()));
        let covering: Vec<usize> = covering.map(|(number, _)| *number).collect();
        self.matched.extend(&covering);
        if fate == Fate::Unsure || !weighs(diagnostic.severity) || job.known.contains(&diagnostic.fingerprint) {
            return;
        }
        if file.is_declared && job.region == Region::Checked {
            self.known.insert(diagnostic.fingerprint);
        }
        let spot = Spot { file: name.to_owned(), line: diagnostic.line, column: diagnostic.column };
        if let Some(entry) = accepted {
            return self.accepted.entry(entry).or_default().add(spot);
        }
        let hidden = match (fate, job.region) {
            (Fate::Suppressed(By::Entry(number)), _) => {
                let number = job.look.left.get(number).copied().unwrap_or(number);
                return self.suppressed.entry(number).or_default().add(spot);
            }
            (_, Region::PassedOver) => Hidden::PassedOver,
            (_, Region::Declared) => Hidden::Declared,
            (Fate::Suppressed(By::Comment), _) => Hidden::Comment,
            _ if !covering.is_empty() => Hidden::Entry,
            _ => hidden_by_severity(file, diagnostic),
        };
        let group = Group { severity: diagnostic.severity, rule: diagnostic.rule, hidden };
        self.groups.entry(group).or_default().add(spot);
    }

    /// Takes what a document is.
    fn look_around(&mut self, checked: &Checked<'_>, origin: Origin<'_>) {
        for payload in checked.payloads {
            match payload.form.document() {
                Document::Message => self.messages += 1,
                Document::Webhook => self.webhooks += 1,
                _ => {}
            }
        }
        self.kinds.add(checked, origin);
        let mut positions = Positions::new(checked.look.source, origin);
        for node in checked.unjudged {
            let (line, column) = positions.of(checked.look.node(*node).span().start as usize);
            self.unjudged.add(Spot { file: origin.file.to_owned(), line, column });
        }
    }
}

/// What `[rules]` and `[[override]]` make of a finding.
fn hidden_by_severity(file: &AboutFile<'_>, diagnostic: &Diagnostic) -> Hidden {
    let Some(rule) = rules::rule(diagnostic.rule) else { return Hidden::Not };
    match file.at.severity(rule, diagnostic.severity) {
        None => Hidden::Off,
        Some(severity) if severity < diagnostic.severity => Hidden::Lowered,
        Some(_) => Hidden::Not,
    }
}
