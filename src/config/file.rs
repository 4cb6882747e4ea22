//! `waport.toml` as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::WebhookIdentity;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct File {
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub graph_version: Option<String>,
    pub webhook: WebhookIdentity,
    pub rules: BTreeMap<String, String>,
    pub form: Vec<Form>,
    pub media: Media,
}

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    pub path: String,
    pub form: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Media {
    pub map: Option<String>,
}

/// The known keys, by the table they stand in.
const KEYS: [(&str, &[&str]); 4] = [
    ("", &["include", "exclude", "graph-version", "webhook", "rules", "form", "media"]),
    ("webhook", &["waba-id", "phone-number-id", "display-phone-number"]),
    ("form", &["path", "form"]),
    ("media", &["map"]),
];

impl File {
    /// Parses a configuration and refuses keys that are not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        check_keys("", &table)?;
        for (name, value) in &table {
            match value {
                toml::Value::Table(inner) if name != "rules" => check_keys(name, inner)?,
                toml::Value::Array(list) => {
                    for inner in list.iter().filter_map(toml::Value::as_table) {
                        check_keys(name, inner)?;
                    }
                }
                _ => {}
            }
        }
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

fn check_keys(section: &str, table: &toml::Table) -> Result<(), String> {
    let Some((_, known)) = KEYS.iter().find(|(name, _)| *name == section) else { return Ok(()) };
    if let Some(key) = table.keys().find(|key| !known.contains(&key.as_str())) {
        let nearest = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, key)).unwrap_or(&"");
        let place = if section.is_empty() { String::new() } else { format!(" in [{section}]") };
        return Err(format!("unknown key `{key}`{place}; the nearest known key is `{nearest}`"));
    }
    Ok(())
}
