//! Every media ID that is known of, with what the media map has for it: `waport media list`.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Catalogue, IdUse};
use crate::config::MediaMap;
use crate::config::media::Entry;
use crate::facts::{Date, ids};
use crate::report::{harmless, thousands};
use crate::scan::Spots;

/// Media IDs, in order.
#[derive(Debug)]
pub struct Listing<'a> {
    /// One for each ID.
    pub media: BTreeMap<&'a str, Medium<'a>>,
    /// Places where a message has an ID that is filled in when it is made.
    pub open: &'a Spots,
    today: Date,
}

/// What is known of a media ID.
#[derive(Clone, Copy, Debug, Default)]
pub struct Medium<'a> {
    /// Where payloads have it.
    pub used: Option<&'a IdUse>,
    /// Whether a list of IDs has it.
    pub is_listed: bool,
    /// What took its place, also when that has expired.
    pub entry: Option<&'a Entry>,
    /// The ID whose place it took, with what the map says of it.
    pub new_for: Option<(&'a str, &'a Entry)>,
}

/// What became of a media ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The map has something in its place.
    Mapped,
    /// What the map has in its place, or what it is itself, Cloud API no longer has.
    Expired,
    /// The map has it in the place of another.
    New,
    /// It is one of On-Premises API's, and the map does not have it.
    Missing,
    /// It is of digits, as Cloud API's are, and the map does not have it.
    Cloud,
    /// It looks like neither, and the map does not have it.
    Unknown,
}

impl State {
    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mapped => "mapped",
            Self::Expired => "expired",
            Self::New => "new",
            Self::Missing => "missing",
            Self::Cloud => "cloud",
            Self::Unknown => "unknown",
        }
    }
}

impl<'a> Listing<'a> {
    /// The IDs of a catalogue and those of a list, with what the map says of them on a day.
    pub fn of(catalogue: &'a Catalogue, listed: impl Iterator<Item = &'a str>, map: &'a MediaMap, today: Date) -> Self {
        let new: HashMap<&str, (&str, &Entry)> =
            map.iter().filter_map(|(old, entry)| Some((entry.id.as_deref()?, (old, entry)))).collect();
        let about = |id: &str| Medium { entry: map.get(id), new_for: new.get(id).copied(), ..Medium::default() };
        let used = catalogue.ids.iter().map(|(id, used)| (id.as_str(), Medium { used: Some(used), ..about(id) }));
        let mut media: BTreeMap<&str, Medium<'_>> = used.collect();
        for id in listed {
            media.entry(id).or_insert_with(|| about(id)).is_listed = true;
        }
        Self { media, open: &catalogue.open_ids, today }
    }

    /// What became of an ID.
    #[must_use]
    pub fn state(&self, id: &str, medium: &Medium<'_>) -> State {
        match (medium.entry, medium.new_for) {
            (Some(entry), _) if entry.is_expired(self.today) => State::Expired,
            (Some(_), _) => State::Mapped,
            (None, Some((_, entry))) if entry.is_expired(self.today) => State::Expired,
            (None, Some(_)) => State::New,
            _ if ids::is_uuid(id) || ids::is_uuid_like(id) => State::Missing,
            _ if !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) => State::Cloud,
            _ => State::Unknown,
        }
    }

    /// The IDs to fetch from On-Premises API: those that are sent or listed and have nothing in their place that lives.
    /// Of an upload that has expired it is the ID whose place it took.
    pub fn to_copy(&self) -> impl Iterator<Item = &'a str> {
        let wanted = |(_, medium): &(&&'a str, &Medium<'_>)| {
            medium.is_listed || medium.used.is_some_and(|used| used.sent.count > 0)
        };
        self.media.iter().filter(wanted).filter_map(|(id, medium)| match self.state(id, medium) {
            State::Missing => Some(*id),
            State::Expired => Some(medium.new_for.filter(|_| medium.entry.is_none()).map_or(*id, |(old, _)| old)),
            // What somebody lists is looked for, whatever it looks like.
            State::Unknown => Some(*id).filter(|_| medium.is_listed),
            State::Mapped | State::New | State::Cloud => None,
        })
    }

    fn with(&self, state: State) -> usize {
        self.media.iter().filter(|(id, medium)| self.state(id, medium) == state).count()
    }

    /// How many there are, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let all = self.media.len() as u64;
        let mut out = match all {
            0 => "No media ID was found".to_owned(),
            1 => "1 media ID".to_owned(),
            many => format!("{} media IDs", thousands(many)),
        };
        let states = [
            (State::Mapped, "in the media map"),
            (State::New, "given by the media map"),
            (State::Expired, "expired"),
            (State::Missing, "of On-Premises API and not in the media map"),
            (State::Cloud, "like Cloud API's and not known to the media map"),
            (State::Unknown, "like neither API's"),
        ];
        let known =
            states.iter().map(|(state, words)| (self.with(*state) as u64, words)).filter(|(number, _)| *number > 0);
        for (position, (number, words)) in known.enumerate() {
            let _ = write!(out, "{}{} {words}", if position == 0 { ": " } else { ", " }, thousands(number));
        }
        out.push_str(".\n");
        if self.open.count > 0 {
            let places = if self.open.count == 1 {
                "1 place".to_owned()
            } else {
                format!("{} places", thousands(self.open.count))
            };
            let first = self.open.first().next().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(
                out,
                "In {places} an ID is filled in when the message is made, the first at {first}; `--ids-from` adds such IDs."
            );
        }
        out
    }

    /// A few lines for each ID, for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (id, medium) in &self.media {
            let _ = writeln!(out, "{}{}", harmless(id), Self::where_used(medium));
            let _ = writeln!(out, "    {}", self.what_became(self.state(id, medium), medium));
        }
        out
    }

    fn where_used(medium: &Medium<'_>) -> String {
        let mut out = String::new();
        let Some(used) = medium.used else { return ": listed".to_owned() };
        let kinds: Vec<&str> = used.kinds.iter().copied().collect();
        let _ = write!(out, ": {}", if kinds.is_empty() { "media".to_owned() } else { kinds.join(" and ") });
        for (word, spots) in [("sent", &used.sent), ("received", &used.received)] {
            let Some(first) = spots.first().next() else { continue };
            let times = if spots.count == 1 {
                "once at".to_owned()
            } else {
                format!("{} times, first at", thousands(spots.count))
            };
            let _ = write!(out, ", {word} {times} {first}");
        }
        if medium.is_listed {
            out.push_str(", listed");
        }
        out
    }

    fn what_became(&self, state: State, medium: &Medium<'_>) -> String {
        let until = |entry: &Entry| match entry.expiry() {
            Some(day) if entry.is_expired(self.today) => format!(", which expired on {day}"),
            Some(day) => format!(" until {day}"),
            None => String::new(),
        };
        let by = |entry: &Entry| {
            entry.number.as_ref().map_or(String::new(), |number| format!(", uploaded by {}", harmless(number)))
        };
        match (state, medium.entry, medium.new_for) {
            (_, Some(entry), _) => {
                let new = entry.id.as_deref().or(entry.link.as_deref()).unwrap_or("nothing");
                format!("the media map has {}{}{}", harmless(new), until(entry), by(entry))
            }
            (_, None, Some((old, entry))) => {
                format!("the media map has it in the place of {}{}{}", harmless(old), until(entry), by(entry))
            }
            (State::Missing, ..) => "of On-Premises API; the media map does not have it".to_owned(),
            (State::Cloud, ..) => "like Cloud API's; how long it lives is not known".to_owned(),
            _ => "like neither API's; the media map does not have it".to_owned(),
        }
    }

    /// The list as an object of JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let places = |spots: Option<&Spots>| {
            let places: Vec<Value> = spots.into_iter().flat_map(Spots::first).map(crate::scan::Spot::to_json).collect();
            json!({ "count": spots.map_or(0, |spots| spots.count), "places": places })
        };
        let one = |(id, medium): (&&str, &Medium<'_>)| {
            let entry = medium.entry.or(medium.new_for.map(|(_, entry)| entry));
            json!({
                "id": id,
                "state": self.state(id, medium).as_str(),
                "kinds": medium.used.map(|used| used.kinds.iter().collect::<Vec<_>>()).unwrap_or_default(),
                "sent": places(medium.used.map(|used| &used.sent)),
                "received": places(medium.used.map(|used| &used.received)),
                "listed": medium.is_listed,
                "new_id": medium.entry.and_then(|entry| entry.id.as_ref()),
                "new_link": medium.entry.and_then(|entry| entry.link.as_ref()),
                "old_id": medium.new_for.map(|(old, _)| old),
                "number": entry.and_then(|entry| entry.number.as_ref()),
                "expires": entry.and_then(|entry| entry.expires.as_ref()),
            })
        };
        json!({
            "version": 1,
            "today": self.today.to_string(),
            "media": self.media.iter().map(one).collect::<Vec<_>>(),
            "open": places(Some(self.open)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "62b06ba0-9ba8-4125-847f-e88f27cf0686";
    const OTHER: &str = "459204a3-5af0-4370-868a-d3361c43613b";

    #[test]
    fn an_id_is_told_by_the_map_then_by_its_looks() {
        let map = format!(
            r#"{{"{OLD}":{{"id":"71","expires":"2026-12-20"}},"{OTHER}":{{"link":"https://a.example.org/b"}}}}"#
        );
        let (map, empty) = (MediaMap::parse(&map).expect("a map"), Catalogue::default());
        let ids = [OLD, OTHER, "71", "72", "header-image", "da5215f6-5a43-44de-8381-6f8cf9390938"];
        let states = |day: &str| {
            let listing = Listing::of(&empty, ids.into_iter(), &map, day.parse().expect("a day"));
            let states: Vec<State> = ids.iter().map(|id| listing.state(id, &listing.media[id])).collect();
            (states, listing.to_copy().map(str::to_owned).collect::<Vec<_>>())
        };
        let (now, to_copy) = states("2026-12-19");
        assert_eq!(now, [State::Mapped, State::Mapped, State::New, State::Cloud, State::Unknown, State::Missing]);
        assert_eq!(to_copy, ["da5215f6-5a43-44de-8381-6f8cf9390938", "header-image"]);
        let (later, to_copy) = states("2026-12-20");
        assert_eq!(
            later,
            [State::Expired, State::Mapped, State::Expired, State::Cloud, State::Unknown, State::Missing]
        );
        assert!(to_copy.iter().any(|id| id == OLD) && !to_copy.iter().any(|id| id == "71"), "{to_copy:?}");
    }
}
