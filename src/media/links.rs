//! Every host that media links lead to, as a list of what to try with Cloud API: `waport media links`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::link::without_secrets;
use super::{Catalogue, Link, LinkUse};
use crate::config::{Config, TestedHost};
use crate::report::{harmless, thousands};
use crate::rules::media_link::{LinkHost, host_of};

/// The hosts of media links, in order.
#[derive(Debug)]
pub struct Hosts<'a> {
    /// One for each host.
    pub hosts: BTreeMap<String, Host<'a>>,
    /// Links whose host is filled in when the message is made.
    pub open: &'a Link,
    /// Links that lead to no host.
    pub hostless: &'a Link,
}

/// What is known of a host.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host<'a> {
    /// The links in messages.
    pub used: Option<&'a Link>,
    /// Links that the media map has in the place of IDs that are sent: how many, and one of them.
    pub mapped: Option<(u64, &'a str)>,
    /// When it was last tried with Cloud API.
    pub tested: Option<&'a TestedHost>,
}

impl<'a> Hosts<'a> {
    /// The hosts of a catalogue and of the media map, with what the configuration says of them.
    #[must_use]
    pub fn of(catalogue: &'a Catalogue, config: &'a Config) -> Self {
        let used =
            catalogue.hosts.iter().map(|(host, link)| (host.clone(), Host { used: Some(link), ..Host::default() }));
        let mut hosts: BTreeMap<String, Host<'_>> = used.collect();
        let sent = catalogue.ids.iter().filter(|(_, used)| used.sent.count > 0);
        for entry in sent.filter_map(|(id, _)| config.media.get(id)) {
            let Some(link) = entry.link.as_deref().filter(|_| entry.id.is_none()) else { continue };
            if let LinkHost::Named(host) = host_of(link) {
                hosts.entry(host).or_default().mapped.get_or_insert((0, link)).0 += 1;
            }
        }
        for (name, host) in &mut hosts {
            let tested = config.tested_hosts.iter().filter(|tested| tested.host == *name);
            host.tested = tested.max_by_key(|tested| tested.date);
        }
        Self { hosts, open: &catalogue.open_links, hostless: &catalogue.hostless }
    }

    /// How many there are, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let all = self.hosts.len();
        let untested = self.hosts.values().filter(|host| host.tested.is_none()).count();
        let mut out = match all {
            0 => "No media link to a host was found.\n".to_owned(),
            1 => format!("1 host, {}.\n", if untested == 1 { "not tried" } else { "tried" }),
            many => format!("{many} hosts, {untested} of them not tried.\n"),
        };
        if untested > 0 {
            out.push_str(
                "Cloud API refuses some hosts that On-Premises API took. Send each link shown through Cloud API, in a message of \
                 that sort, then write [[media.tested]] with `host`, `date` and `by`.\n",
            );
        }
        out
    }

    /// A few lines for each host, for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (name, host) in &self.hosts {
            let tested = match host.tested {
                Some(TestedHost { date, by, .. }) => format!("tried on {date} by {}", harmless(by)),
                None => "not tried".to_owned(),
            };
            let _ = writeln!(out, "{}: {tested}", harmless(name));
            if let Some(link) = host.used {
                write_link(link, &mut out);
            }
            if let Some((number, example)) = host.mapped {
                let _ = writeln!(out, "    in the media map, for {}: {}", ids(number), harmless(example));
            }
        }
        for (what, link) in [
            ("a host that is filled in when the message is made", self.open),
            ("no host; Cloud API cannot fetch these", self.hostless),
        ] {
            if link.count() > 0 {
                let _ = writeln!(out, "({what})");
                write_link(link, &mut out);
            }
        }
        out
    }

    /// The hosts as an object of JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let one = |(name, host): (&String, &Host<'_>)| {
            let tested = |tested: &TestedHost| json!({ "date": tested.date.to_string(), "by": tested.by });
            json!({
                "host": name,
                "tested": host.tested.map(tested),
                "free_form": host.used.and_then(|link| use_as_json(&link.free_form)),
                "template": host.used.and_then(|link| use_as_json(&link.template)),
                "media_map": host.mapped.map(|(number, link)| json!({ "count": number, "link": link })),
            })
        };
        let bare =
            |link: &Link| json!({ "free_form": use_as_json(&link.free_form), "template": use_as_json(&link.template) });
        json!({
            "version": 1,
            "hosts": self.hosts.iter().map(one).collect::<Vec<_>>(),
            "open": bare(self.open),
            "hostless": bare(self.hostless),
        })
    }
}

fn ids(number: u64) -> String {
    if number == 1 { "1 media ID".to_owned() } else { format!("{} media IDs", thousands(number)) }
}

fn write_link(link: &Link, out: &mut String) {
    for (sort, used) in [("free-form messages", &link.free_form), ("templates", &link.template)] {
        if let Some((spot, example)) = &used.example {
            let links = if used.spots.count == 1 {
                "1 link".to_owned()
            } else {
                format!("{} links", thousands(used.spots.count))
            };
            let _ = writeln!(out, "    {links} in {sort}, such as {} at {spot}", harmless(&without_secrets(example)));
        }
    }
}

fn use_as_json(used: &LinkUse) -> Option<Value> {
    let (spot, link) = used.example.as_ref()?;
    Some(json!({ "count": used.spots.count, "example": { "link": without_secrets(link), "place": spot.to_json() } }))
}
