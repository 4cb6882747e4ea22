//! The error codes of both APIs and how they correspond.

use serde::Deserialize;

use super::compile::Fault;
use super::tables::word;
use crate::severity::Confidence;

/// An error code of On-Premises API.
#[derive(Debug, Deserialize)]
pub struct ErrorCode {
    /// The number.
    pub code: i64,
    /// What it means, short.
    pub title: String,
    /// The codes of Cloud API that took its place, likeliest first; none when there is no counterpart.
    pub cloud: Vec<i64>,
    /// How sure the counterpart is.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// What to do when a migration meets it.
    #[serde(default)]
    pub remedy: Option<String>,
    /// Where this is documented.
    #[serde(default)]
    pub source: Option<String>,
}

/// An error code of Cloud API, or a range of them.
#[derive(Debug, Deserialize)]
pub struct CloudCode {
    code: Codes,
    /// What it means, short.
    pub title: String,
    /// The HTTP status that comes with it, when known.
    #[serde(default)]
    pub http: Option<u16>,
    /// How sure the row is.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// Whether current lists still have it.
    pub status: CodeStatus,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// What to do when a migration meets it.
    #[serde(default)]
    pub remedy: Option<String>,
    /// Where this is documented.
    pub source: String,
}

/// Whether Cloud API still uses a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeStatus {
    /// Current lists have it.
    Current,
    /// Only older lists have it.
    Old,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Codes {
    One(i64),
    Range { from: i64, to: i64 },
}

/// The table.
#[derive(Debug, Deserialize)]
pub struct ErrorCodes {
    onprem: Vec<ErrorCode>,
    cloud: Vec<CloudCode>,
}

impl CloudCode {
    /// The first and the last code of the row; the same where it is no range.
    #[must_use]
    pub fn range(&self) -> (i64, i64) {
        match self.code {
            Codes::One(one) => (one, one),
            Codes::Range { from, to } => (from, to),
        }
    }
}

impl ErrorCodes {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let mut table: Self = serde_json::from_str(text)
            .map_err(|error| Fault::Json { file: "tables/error-codes.json".to_owned(), error })?;
        table.onprem.sort_by_key(|row| row.code);
        Ok(table)
    }

    /// The row of an On-Premises code.
    #[must_use]
    pub fn onprem(&self, code: i64) -> Option<&ErrorCode> {
        self.onprem.binary_search_by_key(&code, |row| row.code).ok().map(|index| &self.onprem[index])
    }

    /// The rows of On-Premises API, by code.
    pub fn rows(&self) -> impl Iterator<Item = &ErrorCode> {
        self.onprem.iter()
    }

    /// What a code means on Cloud API, `None` when Cloud API has no such code.
    #[must_use]
    pub fn cloud(&self, code: i64) -> Option<&str> {
        self.cloud_row(code).map(|row| row.title.as_str())
    }

    /// The row of a Cloud code.
    #[must_use]
    pub fn cloud_row(&self, code: i64) -> Option<&CloudCode> {
        self.cloud.iter().find(|row| {
            let (from, to) = row.range();
            (from..=to).contains(&code)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::facts;

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
