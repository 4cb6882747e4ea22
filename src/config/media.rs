//! The media map: which Cloud media ID or link took the place of an On-Premises media ID.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::fix::{Change, Fix, Level, Value};
use crate::tree::Node;

/// On-Premises media IDs with what took their place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct MediaMap {
    entries: BTreeMap<String, Entry>,
}

/// What took the place of one media ID.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Option<String>,
    link: Option<String>,
    /// The number that uploaded it.
    #[serde(rename = "number")]
    _number: Option<String>,
    /// The day from which Cloud API no longer has it.
    #[serde(rename = "expires")]
    _expires: Option<String>,
}

impl MediaMap {
    /// The map in a JSON text.
    ///
    /// # Errors
    /// When the text is no such map; the error names line and column.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The fix for the `id` of the object `media`, when the map has the ID.
    pub(crate) fn replacement(&self, id: Node<'_>, media: Node<'_>) -> Option<Fix> {
        let entry = self.entries.get(id.as_str()?)?;
        if let Some(new) = &entry.id {
            let change = Change::Set { node: id.id(), value: Value::Text(new.clone().into()) };
            return Some(Fix::one(Level::Safe, "use the ID that the media map has for it", change));
        }
        let (link, (key, _)) = (entry.link.as_ref()?, media.member("id")?);
        let changes = vec![
            Change::Rename { key: key.id(), to: "link".into() },
            Change::Set { node: id.id(), value: Value::Text(link.clone().into()) },
        ];
        Some(Fix { title: "use the link that the media map has for it".into(), level: Level::Safe, changes })
    }
}
