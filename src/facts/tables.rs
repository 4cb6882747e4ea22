//! The tables beside the error codes: endpoints and hosts, Graph versions, media types. Each is parsed when it is
//! first asked for; a check does not need them.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

use super::Date;
use crate::severity::Confidence;

/// The tables. What is in one is parsed at the first call that needs it.
#[derive(Debug, Default)]
pub struct Tables {
    endpoints: OnceLock<Endpoints>,
    graph_versions: OnceLock<GraphVersions>,
    media_types: OnceLock<MediaTypes>,
}

impl Tables {
    /// The endpoints of On-Premises API and the hosts of both APIs.
    ///
    /// # Panics
    /// Never in a released build, like its neighbours: a test parses every table.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        self.endpoints.get_or_init(|| table(include_str!("../../schemas/tables/endpoints.json")))
    }

    /// The versions of Graph API.
    #[must_use]
    pub fn graph_versions(&self) -> &GraphVersions {
        self.graph_versions.get_or_init(|| table(include_str!("../../schemas/tables/graph-versions.json")))
    }

    /// The media types that Cloud API takes.
    #[must_use]
    pub fn media_types(&self) -> &MediaTypes {
        self.media_types.get_or_init(|| table(include_str!("../../schemas/tables/media-types.json")))
    }
}

fn table<T: for<'de> Deserialize<'de>>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("a built-in table is faulty: {error}"))
}

pub(super) fn word<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
    D: Deserializer<'de>,
{
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// An endpoint of On-Premises API, or one that a provider added to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The path, with `{…}` where a request has a name or an ID.
    pub path: String,
    /// The HTTP methods.
    pub methods: Vec<String>,
    /// What it was for.
    pub purpose: String,
    /// What Cloud API has in its place, as method and path, if anything.
    pub cloud: Option<String>,
    /// The provider that added it.
    #[serde(default)]
    pub provider: Option<String>,
    /// How sure the row is.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is documented.
    pub source: String,
}

/// A host that serves one of the two APIs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its name, in part with a port; `*.` stands for any name below.
    pub host: String,
    /// `onprem` or `cloud`.
    pub form: Api,
    /// Whose it is, when it is not Meta's or the business's own.
    pub provider: Option<String>,
    /// How sure the row is.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is documented.
    pub source: String,
}

/// One of the two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Api {
    /// On-Premises API.
    OnPrem,
    /// Cloud API.
    Cloud,
}

/// The endpoints and hosts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoints {
    endpoints: Vec<Endpoint>,
    hosts: Vec<Host>,
}

impl Endpoints {
    /// The endpoint with the path of a request: no host, no query, no slash at its end. A name or an ID may stand as
    /// itself or as any placeholder.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Endpoint> {
        let fits = |endpoint: &&Endpoint| same_path(&endpoint.path, path, |_| true);
        // `/v1/stickerpacks/{pack-id}/stickers` is nearer than one with a placeholder in the place of a word.
        self.endpoints.iter().filter(fits).min_by_key(|endpoint| endpoint.path.matches('{').count())
    }

    /// The endpoints that have their counterpart at a path of Cloud API, which begins after the version.
    #[must_use]
    pub fn with_counterpart(&self, path: &str) -> Vec<&Endpoint> {
        let stands_in = |part: &str| is_id(part) || is_hole(part);
        let leads_there = |endpoint: &&Endpoint| {
            let counterpart = endpoint.cloud.as_deref().and_then(|cloud| cloud.rsplit_once(' '));
            let pattern = counterpart.and_then(|(_, pattern)| pattern.split('?').next());
            pattern.is_some_and(|pattern| same_path(pattern, path, stands_in))
        };
        self.endpoints.iter().filter(leads_there).collect()
    }

    /// The host with a name, which may have a port.
    #[must_use]
    pub fn host(&self, name: &str) -> Option<&Host> {
        let bare = name.split_once(':').map_or(name, |(bare, _)| bare);
        let fits = |host: &&Host| match host.host.strip_prefix("*.") {
            Some(parent) => bare.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
            None => host.host.eq_ignore_ascii_case(name) || host.host.eq_ignore_ascii_case(bare),
        };
        self.hosts.iter().find(fits)
    }

    /// The endpoint whose path looks most like `path`.
    #[must_use]
    pub fn nearest(&self, path: &str) -> Option<&Endpoint> {
        let distance = |endpoint: &&Endpoint| strsim::damerau_levenshtein(&endpoint.path, path);
        let endpoint = self.endpoints.iter().min_by_key(distance)?;
        (distance(&endpoint) <= 4).then_some(endpoint)
    }
}

/// Whether a path is one that `pattern` means; `stands_in` says what may stand where the pattern has a placeholder.
fn same_path(pattern: &str, path: &str, stands_in: impl Fn(&str) -> bool) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if is_hole(part) && !given.is_empty() && stands_in(given) => {}
            (Some(part), Some(given)) if part == given => {}
            _ => return false,
        }
    }
}

/// Whether a part of a path is an ID of Graph API.
fn is_id(part: &str) -> bool {
    part.len() >= 5 && part.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a part of a path is a placeholder: `{id}`, `{{id}}`, `${id}`, `<id>`, `:id`, `%s`.
fn is_hole(part: &str) -> bool {
    let between = |open: char, close: char| part.contains(open) && part.ends_with(close);
    between('{', '}') || between('<', '>') || part.starts_with([':', '$', '%'])
}

/// A version of Graph API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphVersion {
    /// Its name, such as `v20.0`.
    #[serde(deserialize_with = "word")]
    pub version: Version,
    /// The day it came out, when known.
    #[serde(default, deserialize_with = "day")]
    pub released: Option<Date>,
    /// The day from which it is served no more, when announced.
    #[serde(default, deserialize_with = "day")]
    pub expires: Option<Date>,
    /// How sure the row is.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is documented.
    pub source: String,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let day = Option::<String>::deserialize(deserializer)?;
    day.map(|day| day.parse().map_err(serde::de::Error::custom)).transpose()
}

impl GraphVersion {
    /// Whether it is served no more on `today`.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|expires| expires <= today)
    }
}

/// The name of a version: major and minor number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u16, pub u16);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "v{}.{}", self.0, self.1)
    }
}

/// A text that names no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no version of Graph API; they are written like v20.0")]
pub struct UnknownVersion(pub String);

impl std::str::FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten();
        let parts = || {
            let (major, minor) = text.strip_prefix(['v', 'V'])?.split_once('.')?;
            Some(Self(number(major)?, number(minor)?))
        };
        parts().ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

/// The versions, newest first.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphVersions {
    versions: Vec<GraphVersion>,
    #[serde(deserialize_with = "word")]
    oldest_listed: Version,
    /// What holds for those that are not in the table.
    pub note: String,
    /// What a call to an expired one gets.
    pub expired: String,
    /// Where this is documented.
    pub source: String,
}

impl GraphVersions {
    /// The row of a version.
    #[must_use]
    pub fn find(&self, version: Version) -> Option<&GraphVersion> {
        self.versions.iter().find(|row| row.version == version)
    }

    /// The newest version in the table.
    #[must_use]
    pub fn newest(&self) -> Version {
        self.versions.first().map_or(self.oldest_listed, |row| row.version)
    }

    /// The oldest version in the table; those before it expired earlier than it did.
    #[must_use]
    pub fn oldest(&self) -> Version {
        self.oldest_listed
    }

    /// The oldest version that is still served on `today`: what a call to an expired one gets.
    #[must_use]
    pub fn oldest_served(&self, today: Date) -> Option<&GraphVersion> {
        self.versions.iter().rev().find(|row| !row.is_expired(today))
    }
}

/// A kind of media and what Cloud API takes as such.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaKind {
    /// `audio`, `document`, `image`, `sticker` or `video`.
    pub kind: String,
    /// The types.
    pub types: Vec<MediaType>,
    /// The largest size, in bytes.
    pub max_bytes: u64,
    /// The largest size of one that does not move, in bytes, when that differs.
    #[serde(default)]
    pub max_bytes_static: Option<u64>,
    /// How sure the row is.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is documented.
    pub source: String,
}

/// A media type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaType {
    /// Its name, such as `image/jpeg`.
    pub mime: String,
    /// The endings of file names that go with it.
    pub extensions: Vec<String>,
    /// How sure it is taken, when less sure than its kind.
    #[serde(default, deserialize_with = "doubt")]
    pub confidence: Option<Confidence>,
    /// A doubt.
    #[serde(default)]
    pub note: Option<String>,
}

fn doubt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Confidence>, D::Error> {
    word(deserializer).map(Some)
}

/// A media type that Cloud API refuses for a kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedType {
    /// Its name, such as `image/gif`.
    pub mime: String,
    /// The endings of file names that go with it.
    pub extensions: Vec<String>,
    /// The kind that it is refused for.
    pub kind: String,
    /// How sure the row is.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// What to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is documented.
    pub source: String,
}

/// The media types that Cloud API takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaTypes {
    kinds: Vec<MediaKind>,
    refused: Vec<RefusedType>,
    /// A doubt that holds for all sizes.
    pub note: String,
}

impl MediaTypes {
    /// What is taken as `kind`.
    #[must_use]
    pub fn kind(&self, kind: &str) -> Option<&MediaKind> {
        self.kinds.iter().find(|row| row.kind == kind)
    }

    /// Whether a media type is taken as `kind`: the type's row, whatever its parameters and the case of its letters.
    #[must_use]
    pub fn taken(&self, kind: &str, mime: &str) -> Option<&MediaType> {
        let bare = bare(mime);
        self.kind(kind)?.types.iter().find(|row| row.mime.eq_ignore_ascii_case(bare))
    }

    /// The row of a media type that is known to be refused as `kind`.
    #[must_use]
    pub fn refused(&self, kind: &str, mime: &str) -> Option<&RefusedType> {
        let bare = bare(mime);
        self.refused.iter().find(|row| row.kind == kind && row.mime.eq_ignore_ascii_case(bare))
    }
}

/// A media type without its parameters: `audio/ogg` of `audio/ogg; codecs=opus`.
fn bare(mime: &str) -> &str {
    mime.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::facts;

    fn day(text: &str) -> Date {
        text.parse().expect(text)
    }

    #[test]
    fn every_row_parses_and_names_its_source() {
        let tables = Tables::default();
        let (endpoints, media) = (tables.endpoints(), tables.media_types());
        assert!(endpoints.endpoints.len() > 40 && endpoints.hosts.len() > 5);
        assert!(media.kinds.len() == 5 && !media.refused.is_empty() && !media.note.is_empty());
        let versions = tables.graph_versions();
        let sources = endpoints.endpoints.iter().map(|row| &row.source);
        let sources = sources.chain(endpoints.hosts.iter().map(|row| &row.source));
        let sources = sources.chain(versions.versions.iter().map(|row| &row.source)).chain([&versions.source]);
        let sources = sources.chain(media.kinds.iter().map(|row| &row.source));
        for source in sources.chain(media.refused.iter().map(|row| &row.source)) {
            assert!(source.len() > 8, "{source}");
        }
    }

    #[test]
    fn a_doubtful_row_says_what_is_doubtful_or_what_it_rests_on() {
        for row in &Tables::default().endpoints().endpoints {
            assert!(row.confidence > Confidence::Low || row.note.is_some(), "{}", row.path);
        }
    }

    #[test]
    fn endpoints_are_named_once_and_have_methods() {
        let tables = Tables::default();
        let rows = &tables.endpoints().endpoints;
        for (index, row) in rows.iter().enumerate() {
            assert!(row.path.starts_with('/') && !row.path.ends_with('/') && !row.methods.is_empty(), "{}", row.path);
            assert!(rows[..index].iter().all(|other| other.path != row.path), "{} stands twice", row.path);
            assert!(row.methods.iter().all(|method| method.bytes().all(|b| b.is_ascii_uppercase())), "{}", row.path);
            assert_eq!(tables.endpoints().find(&row.path).expect("itself").path, row.path);
        }
    }

    #[test]
    fn endpoints_are_found_with_ids_and_placeholders_in_their_paths() {
        let tables = Tables::default();
        let path = |path: &str| tables.endpoints().find(path).map(|row| row.path.as_str());
        assert_eq!(path("/v1/contacts"), Some("/v1/contacts"));
        for id in ["gBEGFVUBABIwAglUqyPPGFuConA", "{id}", "{{id}}", "${id}", ":id", "<id>"] {
            assert_eq!(path(&format!("/v1/messages/{id}")), Some("/v1/messages/{message-id}"));
        }
        assert_eq!(path("/v1/contacts/15550100123/identity"), Some("/v1/contacts/{wa-id}/identity"));
        for unknown in ["/v1", "/v1/messages/", "/v1/message", "/v2/messages", "v1/messages", ""] {
            assert_eq!(path(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn counterparts_lead_back() {
        let tables = Tables::default();
        let paths = |path: &str| -> Vec<String> {
            tables.endpoints().with_counterpart(path).iter().map(|row| row.path.clone()).collect()
        };
        assert_eq!(paths("/307050901020406/messages"), ["/v1/messages", "/v1/messages/{message-id}"]);
        assert_eq!(paths("/{phone-number-id}/media"), ["/v1/media"]);
        assert!(paths("/me/messages").is_empty() && paths("/lamps").is_empty());
    }

    #[test]
    fn hosts_are_found_with_and_without_port() {
        let tables = Tables::default();
        let form = |name: &str| tables.endpoints().host(name).map(|host| host.form);
        assert_eq!(form("waba.360dialog.io"), Some(Api::OnPrem));
        assert_eq!(form("Graph.Facebook.com:443"), Some(Api::Cloud));
        assert_eq!(form("a1.messagepipe.io"), Some(Api::OnPrem));
        assert_eq!(form("localhost:9090"), Some(Api::OnPrem));
        assert!(
            ["localhost", "localhost:80", "messagepipe.io", "xmessagepipe.io", ""].iter().all(|it| form(it).is_none())
        );
    }

    #[test]
    fn versions_are_in_order_and_so_are_their_days() {
        let tables = Tables::default();
        let table = tables.graph_versions();
        assert_eq!(table.versions.last().map(|row| row.version), Some(table.oldest()));
        for pair in table.versions.windows(2) {
            assert!(pair[0].version > pair[1].version);
            if let (Some(newer), Some(older)) = (pair[0].released, pair[1].released) {
                assert!(newer > older, "{}", pair[0].version);
            }
            let ends = pair[1].expires.expect("only the newest may have no end");
            assert!(pair[0].expires.is_none_or(|later| later > ends), "{}", pair[0].version);
        }
        for row in &table.versions {
            assert!(row.released.zip(row.expires).is_none_or(|(from, to)| from < to), "{}", row.version);
        }
    }

    #[test]
    fn an_expired_version_is_served_by_the_oldest_that_is_not() {
        let tables = Tables::default();
        let table = tables.graph_versions();
        let row = table.find(Version(20, 0)).expect("v20.0");
        assert!(!row.is_expired(day("2026-09-23")) && row.is_expired(day("2026-09-24")));
        assert_eq!(table.oldest_served(day("2026-09-24")).map(|row| row.version), Some(Version(21, 0)));
        assert_eq!(table.find(Version(11, 0)).map(|row| row.version), None);
        assert_eq!("v20.0".parse(), Ok(Version(20, 0)));
        for wrong in ["20.0", "v20", "v.0", "v20.", "v+1.0", "v20.0.1"] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn media_types_are_found_whatever_their_parameters() {
        let tables = Tables::default();
        let table = tables.media_types();
        assert!(
            table.taken("audio", "audio/ogg; codecs=opus").is_some() && table.taken("image", "IMAGE/JPEG").is_some()
        );
        assert!(table.taken("image", "image/webp").is_none() && table.refused("image", "image/webp").is_some());
        for row in &table.kinds {
            for media in &row.types {
                assert!(table.refused(&row.kind, &media.mime).is_none(), "{} is taken and refused", media.mime);
            }
        }
    }

    #[test]
    fn every_counterpart_is_a_code_of_cloud_api() {
        let codes = &facts().error_codes;
        assert!(codes.rows().count() > 60);
        for row in codes.rows() {
            assert!(row.source.is_some(), "{}", row.code);
            for cloud in &row.cloud {
                let known = codes.cloud_row(*cloud).unwrap_or_else(|| panic!("{}: no Cloud code {cloud}", row.code));
                assert!(!known.title.is_empty() && known.source.len() > 8);
            }
        }
    }
}
