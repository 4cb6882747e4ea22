//! The media map: which Cloud media ID or link took the place of an On-Premises media ID.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::Error as _;

use crate::facts::Date;

/// On-Premises media IDs with what took their place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct MediaMap {
    entries: BTreeMap<String, Entry>,
}

/// What took the place of one media ID.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an entry such as { \"id\": \"…\" } or { \"link\": \"https://…\" }")]
pub struct Entry {
    /// The ID that Cloud API gave the upload.
    pub id: Option<String>,
    /// A public link to the file.
    pub link: Option<String>,
    /// The number that uploaded it.
    pub number: Option<String>,
    /// The day from which Cloud API no longer has the upload, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// SHA-256 of the file, in hexadecimal digits: the same file is uploaded once for a number.
    pub sha256: Option<String>,
}

impl Entry {
    /// The day from which Cloud API no longer has the upload.
    #[must_use]
    pub fn expiry(&self) -> Option<Date> {
        self.expires.as_ref().and_then(|day| day.parse().ok())
    }

    /// Whether Cloud API no longer has it on a day.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expiry().is_some_and(|day| day <= today)
    }
}

impl MediaMap {
    /// The map in a JSON text.
    ///
    /// # Errors
    /// When the text is no such map; the error names line and column. When what took the place of an ID is an ID that
    /// the map replaces, or a day is none; the error names the entry.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let map: Self = serde_json::from_str(text)?;
        for (old, entry) in &map.entries {
            let new = entry.id.iter().chain(&entry.link).find(|new| map.entries.contains_key(*new));
            if let Some(new) = new {
                return Err(serde_json::Error::custom(format!("{old}: `{new}` is replaced by the map itself")));
            }
            if let Some(day) = entry.expires.as_ref().filter(|day| day.parse::<Date>().is_err()) {
                return Err(serde_json::Error::custom(format!("{old}: `{day}` is no day like 2026-12-20")));
            }
            if let Some(hash) = entry.sha256.as_ref().filter(|hash| !is_sha256(hash)) {
                return Err(serde_json::Error::custom(format!(
                    "{old}: `{hash}` is no SHA-256 of 64 hexadecimal digits"
                )));
            }
        }
        Ok(map)
    }

    /// Takes out what Cloud API no longer has on a day.
    pub fn forget_expired(&mut self, today: Date) {
        self.entries.retain(|_, entry| !entry.is_expired(today));
    }

    /// All that the map has, in the order of the old IDs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(old, entry)| (old.as_str(), entry))
    }

    /// What took the place of an ID.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.get(id)
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_does_not_lead_on_or_round_and_its_days_are_days() {
        let fault = |text| MediaMap::parse(text).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(fault(r#"{"a":{"id":"1"},"b":{"link":"https://example.org/b"}}"#), Ok(()));
        let chain = fault(r#"{"a":{"id":"b"},"b":{"id":"1"}}"#);
        assert!(chain.as_ref().is_err_and(|fault| fault.contains("a: `b` is replaced by the map itself")), "{chain:?}");
        assert!(fault(r#"{"a":{"id":"a"}}"#).is_err() && fault(r#"{"a":{"id":"1","expires":"soon"}}"#).is_err());
        assert!(fault(r#"{"a":{"id":"1","sha256":"ab"}}"#).is_err());
    }

    #[test]
    fn what_has_expired_is_forgotten() {
        let mut map = MediaMap::parse(r#"{"a":{"id":"1","expires":"2026-12-20"},"b":{"id":"2"}}"#).expect("a map");
        map.forget_expired("2026-12-19".parse().expect("a day"));
        assert!(map.get("a").is_some());
        map.forget_expired("2026-12-20".parse().expect("a day"));
        assert!(map.get("a").is_none() && map.get("b").is_some());
    }
}
