//! By what the files that run the old client are known: its images, the variables that it is set up with, the services
//! of its templates.

use serde::Deserialize;

use super::word;
use crate::severity::Confidence;

/// A name that belongs to the old client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The name; `*` at its end stands for anything.
    pub name: String,
    /// What it names.
    pub purpose: String,
    /// How sure it is when it stands alone.
    #[serde(deserialize_with = "word")]
    pub confidence: Confidence,
    /// Whether it says something only beside others.
    #[serde(default)]
    pub beside: bool,
    /// What a value of it begins with, a `v` left out, where others use the name, too.
    #[serde(default)]
    pub value: Option<String>,
    /// A doubt, or what to know.
    #[serde(default)]
    pub note: Option<String>,
    /// Where this is documented.
    pub source: String,
}

/// The names that belong to the old client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Images, the more exact ones first.
    pub images: Vec<Sign>,
    /// Variables.
    pub variables: Vec<Sign>,
    /// Services of compose files.
    pub services: Vec<Sign>,
}

impl Deployment {
    /// The image that a text names, and where.
    #[must_use]
    pub fn image(&self, text: &str) -> Option<(usize, &Sign)> {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        self.images.iter().find_map(|sign| {
            let at = text.find(&sign.name)?;
            ends(&text[at + sign.name.len()..]).then_some((at, sign))
        })
    }

    /// The variable with a name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Sign> {
        self.variables.iter().find(|sign| match sign.name.strip_suffix('*') {
            Some(start) => name.len() > start.len() && name.starts_with(start),
            None => sign.name == name,
        })
    }

    /// The service with a name.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&Sign> {
        self.services.iter().find(|sign| sign.name == name)
    }

    /// All rows.
    pub fn signs(&self) -> impl Iterator<Item = &Sign> {
        self.images.iter().chain(&self.variables).chain(&self.services)
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::tables::Tables;
    use crate::severity::Confidence;

    #[test]
    fn a_doubtful_row_says_what_is_doubtful() {
        let tables = Tables::default();
        for row in tables.deployment().signs() {
            assert!(row.confidence == Confidence::High || row.note.is_some(), "{}", row.name);
            assert!(!row.purpose.is_empty() && (row.value.is_none() || row.note.is_some()), "{}", row.name);
        }
    }

    #[test]
    fn images_and_variables_are_found_by_their_whole_names() {
        let tables = Tables::default();
        let deployment = tables.deployment();
        let image = |text: &str| deployment.image(text).map(|(at, sign)| (at, sign.name.as_str()));
        assert_eq!(image("image: docker.whatsapp.biz/web:v2.53.4"), Some((7, "docker.whatsapp.biz/web")));
        assert_eq!(image("FROM docker.whatsapp.biz/website"), Some((5, "docker.whatsapp.biz")));
        assert_eq!(image("docker.whatsapp.bizarre.example.com"), None);
        let variable = |name: &str| deployment.variable(name).map(|sign| sign.name.as_str());
        assert_eq!(variable("WA_DB_SSL_CA"), Some("WA_DB_SSL_*"));
        assert_eq!(variable("WA_DB_ENGINE"), Some("WA_DB_ENGINE"));
        for unknown in ["WA_DB_SSL_", "WA_DB", "WA_DB_ENGINES", "XWA_DB_ENGINE", ""] {
            assert_eq!(variable(unknown), None, "{unknown}");
        }
    }
}
