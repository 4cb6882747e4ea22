//! The endpoints of On-Premises API, with what takes their place, and the hosts of both APIs.

use std::ops::Range;

use serde::Deserialize;

use super::word;
use crate::severity::Confidence;

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
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) hosts: Vec<Host>,
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

    /// The endpoint that a text calls, an address or its end, and where in the text its path stands, without a slash at
    /// its end.
    #[must_use]
    pub fn called_in(&self, text: &str) -> Option<(Range<usize>, &Endpoint)> {
        let start = text.find("/v1/").or_else(|| text.starts_with("v1/").then_some(0))?;
        let rest = &text[start..];
        let ends = |c: char| matches!(c, '?' | '#' | ' ' | '\n' | '"' | '\'' | ',' | ')');
        let path = rest[..rest.find(ends).unwrap_or(rest.len())].trim_end_matches('/');
        let endpoint = if path.starts_with('/') { self.find(path)? } else { self.find(&format!("/{path}"))? };
        Some((start..start + path.len(), endpoint))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::tables::Tables;

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
    fn paths_are_found_in_addresses() {
        let tables = Tables::default();
        let called = |text: &'static str| {
            tables.endpoints().called_in(text).map(|(at, endpoint)| (&text[at], endpoint.path.as_str()))
        };
        assert_eq!(called("https://wa.example/v1/messages/?x=1"), Some(("/v1/messages", "/v1/messages")));
        assert_eq!(called("v1/contacts"), Some(("v1/contacts", "/v1/contacts")));
        assert_eq!(called("${base}/v1/media/${id}"), Some(("/v1/media/${id}", "/v1/media/{media-id}")));
        assert_eq!(called("curl -d @body 'https://wa.example/v1/media'"), Some(("/v1/media", "/v1/media")));
        assert!(["/v1/lamps", "/v1", "rev1/messages", ""].iter().all(|text| called(text).is_none()));
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
}
