//! The error codes of both APIs and how they correspond.

use serde::Deserialize;

use super::compile::Fault;
use crate::finding::Confidence;

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
    #[serde(deserialize_with = "confidence")]
    pub confidence: Confidence,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is documented.
    #[serde(default)]
    pub source: Option<String>,
}

/// An error code of Cloud API, or a range of them.
#[derive(Debug, Deserialize)]
struct CloudCode {
    code: Codes,
    title: String,
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

fn confidence<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Confidence, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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

    /// What a code means on Cloud API, `None` when Cloud API has no such code.
    #[must_use]
    pub fn cloud(&self, code: i64) -> Option<&str> {
        let covers = |row: &&CloudCode| match row.code {
            Codes::One(one) => one == code,
            Codes::Range { from, to } => (from..=to).contains(&code),
        };
        self.cloud.iter().find(covers).map(|row| row.title.as_str())
    }
}
