//! The media of a project: every ID with what is known of it, every host of links with what it is used for.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use super::{Named, Use, each_use};
use crate::check::Checked;
use crate::diagnose::{Origin, Positions};
use crate::rules::media_link::{LinkHost, host_of};
use crate::scan::{self, Job, Output, Scan, Spot, Spots, Stream, Tally, Worker};
use crate::tree::hole;
use crate::walk::Input;

/// The names of kinds of media, such as `image`.
pub type Kinds = BTreeSet<&'static str>;

/// The media that payloads name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// By their IDs.
    pub ids: BTreeMap<String, IdUse>,
    /// Places where a message has an ID that is filled in when it is made.
    pub open_ids: Spots,
    /// Links of messages by the host that they lead to.
    pub hosts: BTreeMap<String, Link>,
    /// Links whose host is filled in when the message is made.
    pub open_links: Link,
    /// Links that lead to no host, such as relative ones.
    pub hostless: Link,
}

/// Where a media ID is used.
#[derive(Clone, Debug, Default)]
pub struct IdUse {
    /// The kinds of media that it stands for.
    pub kinds: Kinds,
    /// Where it is sent.
    pub sent: Spots,
    /// Where it was received, or answered to an upload.
    pub received: Spots,
}

/// Where links to one host are used.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// In messages of free form.
    pub free_form: LinkUse,
    /// In templates.
    pub template: LinkUse,
}

/// Links in messages of one sort.
#[derive(Clone, Debug, Default)]
pub struct LinkUse {
    /// Where.
    pub spots: Spots,
    /// The link at the first of these places.
    pub example: Option<(Spot, String)>,
}

impl Catalogue {
    /// Adds what the payloads of a document name.
    pub fn add(&mut self, checked: &Checked<'_>, origin: Origin<'_>) {
        if checked.payloads.is_empty() {
            return;
        }
        let mut positions = Positions::new(checked.look.source, origin);
        let mut known = BTreeSet::new();
        each_use(checked, |found| {
            let at = found.at.span().start;
            // What stands in code once may be a part of several payloads.
            if known.insert((at, matches!(found.named, Named::Id(_)))) {
                let (line, column) = positions.of(at as usize);
                self.note(&found, Spot { file: origin.file.to_owned(), line, column });
            }
        });
    }

    fn note(&mut self, found: &Use<'_>, spot: Spot) {
        match found.named {
            Named::Id(id) if found.at.is_hole() || hole::any(id) => {
                if found.is_sent {
                    self.open_ids.add(spot);
                }
            }
            Named::Id(id) => {
                let entry = self.ids.entry(id.to_owned()).or_default();
                entry.kinds.extend(found.kind.map(crate::rules::Media::as_str));
                if found.is_sent { &mut entry.sent } else { &mut entry.received }.add(spot);
            }
            Named::Link(link) => {
                let entry = match host_of(link) {
                    LinkHost::Named(host) => self.hosts.entry(host).or_default(),
                    LinkHost::Open => &mut self.open_links,
                    LinkHost::None => &mut self.hostless,
                };
                if found.in_template { &mut entry.template } else { &mut entry.free_form }.add(spot, link);
            }
        }
    }

    /// Adds what another catalogue has.
    pub fn merge(&mut self, other: Self) {
        for (id, theirs) in other.ids {
            let mine = self.ids.entry(id).or_default();
            mine.kinds.extend(theirs.kinds);
            mine.sent.merge(theirs.sent);
            mine.received.merge(theirs.received);
        }
        self.open_ids.merge(other.open_ids);
        for (host, theirs) in other.hosts {
            self.hosts.entry(host).or_default().merge(theirs);
        }
        self.open_links.merge(other.open_links);
        self.hostless.merge(other.hostless);
    }
}

impl Link {
    /// How many links there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.free_form.spots.count + self.template.spots.count
    }

    /// Where they are.
    #[must_use]
    pub fn spots(&self) -> Spots {
        let mut spots = self.free_form.spots.clone();
        spots.merge(self.template.spots.clone());
        spots
    }

    fn merge(&mut self, other: Self) {
        self.free_form.merge(other.free_form);
        self.template.merge(other.template);
    }
}

impl LinkUse {
    fn add(&mut self, spot: Spot, link: &str) {
        self.spots.add(spot.clone());
        self.show((spot, link.to_owned()));
    }

    fn merge(&mut self, other: Self) {
        self.spots.merge(other.spots);
        if let Some(example) = other.example {
            self.show(example);
        }
    }

    fn show(&mut self, example: (Spot, String)) {
        if self.example.as_ref().is_none_or(|known| example < *known) {
            self.example = Some(example);
        }
    }
}

/// Looks through inputs for media. What cannot be read is in the tally.
///
/// # Errors
/// When a thread failed.
pub fn look(scan: &Scan<'_>, inputs: impl Iterator<Item = Input> + Send) -> io::Result<(Catalogue, Tally)> {
    let sum = Mutex::default();
    let mut streams = [Stream::new(Box::new(io::sink()), ())];
    let tally = scan::run(scan, inputs, &Looking { sum: &sum }, &mut streams, None)?;
    Ok((sum.into_inner().unwrap_or_else(PoisonError::into_inner), tally))
}

struct Looking<'a> {
    sum: &'a Mutex<Catalogue>,
}

impl Job for Looking<'_> {
    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Looker { sum: self.sum, own: Catalogue::default() })
    }
}

struct Looker<'a> {
    sum: &'a Mutex<Catalogue>,
    own: Catalogue,
}

impl Worker for Looker<'_> {
    fn document(&mut self, checked: &Checked<'_>, origin: Origin<'_>, output: &mut Output) {
        for payload in checked.payloads {
            *output.tally.documents.entry(payload.form).or_default() += 1;
        }
        self.own.add(checked, origin);
    }

    fn unreadable(&mut self, _: &str, _: &str, _: &mut Output) {}
}

impl Drop for Looker<'_> {
    fn drop(&mut self) {
        self.sum.lock().unwrap_or_else(PoisonError::into_inner).merge(std::mem::take(&mut self.own));
    }
}
