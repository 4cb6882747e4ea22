//! The media map: which Cloud media ID or link took the place of an On-Premises media ID.

use std::collections::BTreeMap;

use serde::Deserialize;

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
}

impl MediaMap {
    /// The map in a JSON text.
    ///
    /// # Errors
    /// When the text is no such map; the error names line and column.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// What took the place of an ID.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.get(id)
    }
}
