//! The versions of Graph API and their dates.

use serde::{Deserialize, Deserializer};

use super::word;
use crate::facts::Date;
use crate::severity::Confidence;

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
    pub(super) versions: Vec<GraphVersion>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::tables::Tables;

    fn day(text: &str) -> Date {
        text.parse().expect(text)
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
}
