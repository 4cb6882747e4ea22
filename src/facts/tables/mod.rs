//! The tables beside the error codes, one file each. Each is parsed when it is first asked for; a check does not need
//! them.

mod deployment;
mod endpoints;
mod graph_versions;
mod media_types;

pub use deployment::{Deployment, Sign};
pub use endpoints::{Api, Endpoint, Endpoints, Host};
pub use graph_versions::{GraphVersion, GraphVersions, UnknownVersion, Version};
pub use media_types::{MediaKind, MediaType, MediaTypes, RefusedType};

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

/// The tables. What is in one is parsed at the first call that needs it.
#[derive(Debug, Default)]
pub struct Tables {
    deployment: OnceLock<Deployment>,
    endpoints: OnceLock<Endpoints>,
    graph_versions: OnceLock<GraphVersions>,
    media_types: OnceLock<MediaTypes>,
}

impl Tables {
    /// By what the files that run the old client are known.
    ///
    /// # Panics
    /// Never in a released build, like its neighbours: a test parses every table.
    #[must_use]
    pub fn deployment(&self) -> &Deployment {
        self.deployment.get_or_init(|| table(include_str!("../../../schemas/tables/deployment.json")))
    }

    /// The endpoints of On-Premises API and the hosts of both APIs.
    ///
    /// # Panics
    /// Never in a released build, like its neighbours: a test parses every table.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        self.endpoints.get_or_init(|| table(include_str!("../../../schemas/tables/endpoints.json")))
    }

    /// The versions of Graph API.
    #[must_use]
    pub fn graph_versions(&self) -> &GraphVersions {
        self.graph_versions.get_or_init(|| table(include_str!("../../../schemas/tables/graph-versions.json")))
    }

    /// The media types that Cloud API takes.
    #[must_use]
    pub fn media_types(&self) -> &MediaTypes {
        self.media_types.get_or_init(|| table(include_str!("../../../schemas/tables/media-types.json")))
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let sources = sources.chain(tables.deployment().signs().map(|row| &row.source));
        for source in sources.chain(media.refused.iter().map(|row| &row.source)) {
            assert!(source.len() > 8, "{source}");
        }
    }
}
