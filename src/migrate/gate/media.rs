//! What the gate asks of media: IDs that Cloud API has, hosts that it takes.

use std::collections::{BTreeMap, HashMap};

use super::command::Commands;
use super::{Gate, Kind, Note, NoteKind, Obstacle};
use crate::config::media::Entry;
use crate::facts::ids;
use crate::media::Catalogue;
use crate::rules::media_link::{LinkHost, host_of};
use crate::scan::Spots;

/// Adds the IDs and hosts that are not there yet.
pub(super) fn add_new(catalogue: &mut Catalogue, mut other: Catalogue) {
    other.ids.retain(|id, _| catalogue.ids.get(id).is_none_or(|known| known.sent.count == 0));
    other.hosts.retain(|host, _| !catalogue.hosts.contains_key(host));
    catalogue.merge(Catalogue { ids: other.ids, hosts: other.hosts, ..Catalogue::default() });
}

/// Judges what messages name.
pub(super) fn judge(
    gate: &Gate<'_>,
    catalogue: &Catalogue,
    commands: &Commands,
    in_the_way: &mut Vec<Obstacle>,
    noted: &mut Vec<Note>,
) {
    let map = &gate.config.media;
    let new: HashMap<&str, &Entry> = map.iter().filter_map(|(_, entry)| Some((entry.id.as_deref()?, entry))).collect();
    let (mut unmapped, mut expired, mut unknown) = (Ids::default(), Ids::default(), Ids::default());
    let mut hosts: BTreeMap<String, Spots> =
        catalogue.hosts.iter().map(|(host, link)| (host.clone(), link.spots())).collect();
    for (id, used) in catalogue.ids.iter().filter(|(_, used)| used.sent.count > 0) {
        match map.get(id).or_else(|| new.get(id.as_str()).copied()) {
            Some(entry) if entry.is_expired(gate.today) => expired.add(&used.sent),
            Some(entry) => {
                // What is sent in place of the ID then.
                let link = entry.link.as_deref().filter(|_| entry.id.is_none());
                if let Some(LinkHost::Named(host)) = link.map(host_of) {
                    hosts.entry(host).or_default().merge(used.sent.clone());
                }
            }
            None if ids::is_uuid(id) || ids::is_uuid_like(id) => unmapped.add(&used.sent),
            None => unknown.add(&used.sent),
        }
    }
    in_the_way.extend(unmapped.obstacle(commands, Kind::UnmappedMedia));
    in_the_way.extend(expired.obstacle(commands, Kind::ExpiredMedia));
    let is_tested =
        |host: &str| gate.config.tested_hosts.iter().any(|tested| tested.host == host && tested.date <= gate.today);
    for (host, spots) in hosts.iter().filter(|(host, _)| !is_tested(host)) {
        in_the_way.push(commands.untested(host, spots));
    }
    let mut note = |text: String, spots: &Spots| {
        if spots.count > 0 {
            noted.push(Note { kind: NoteKind::Media, text, spots: spots.clone() });
        }
    };
    let text = "a media ID that neither On-Premises API nor the media map gave; an upload to Cloud API lives 30 days";
    note(text.to_owned(), &unknown.spots);
    note(
        "a media ID that is filled in when the message is made, of which nothing is known".to_owned(),
        &catalogue.open_ids,
    );
    let text = "a media link whose host is filled in when the message is made; try each such host with Cloud API";
    note(text.to_owned(), &catalogue.open_links.spots());
}

/// Some IDs.
#[derive(Default)]
struct Ids {
    count: u64,
    spots: Spots,
}

impl Ids {
    fn add(&mut self, spots: &Spots) {
        self.count += 1;
        self.spots.merge(spots.clone());
    }

    fn obstacle(&self, commands: &Commands, kind: Kind) -> Option<Obstacle> {
        (self.count > 0).then(|| commands.media(kind, self.count, &self.spots))
    }
}
