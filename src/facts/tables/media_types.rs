//! The media types that Cloud API takes, and some that it is known to refuse.

use serde::{Deserialize, Deserializer};

use super::word;
use crate::severity::Confidence;

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
    pub(super) kinds: Vec<MediaKind>,
    pub(super) refused: Vec<RefusedType>,
    /// A doubt that holds for all sizes.
    pub note: String,
}

impl MediaTypes {
    /// The kinds with the row of a media type in each that takes it, whatever the parameters of the type.
    pub fn takers(&self, mime: &str) -> impl Iterator<Item = (&MediaKind, &MediaType)> {
        self.kinds.iter().filter_map(move |kind| Some((kind, self.taken(&kind.kind, mime)?)))
    }

    /// The rows of a media type that is known to be refused.
    pub fn refusals(&self, mime: &str) -> impl Iterator<Item = &RefusedType> {
        self.refused.iter().filter(move |row| row.mime.eq_ignore_ascii_case(bare(mime)))
    }

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
    use crate::facts::tables::Tables;

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
}
