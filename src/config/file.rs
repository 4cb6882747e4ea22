//! `waport.toml` as it is written: its keys, their types, and where in the text each stands.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, value::Datetime};

use super::{ConfigError, WebhookIdentity};

/// A word and where it stands.
pub(super) type Word = Spanned<String>;

/// Severities by rule.
pub(super) type Rules = BTreeMap<Word, Word>;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct File {
    pub include: Vec<Word>,
    pub exclude: Vec<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph_version: Option<Word>,
    #[serde(skip_serializing_if = "Webhook::is_empty")]
    pub webhook: Webhook,
    #[serde(skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub r#override: Vec<Override>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<Form>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub host: Vec<Host>,
    #[serde(skip_serializing_if = "Media::is_empty")]
    pub media: Media,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppress: Vec<Suppress>,
    #[serde(skip_serializing_if = "Migrate::is_empty")]
    pub migrate: Migrate,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Webhook {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waba_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_field: Option<Word>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub number: Vec<Spanned<BusinessPhone>>,
}

impl Webhook {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn identity(&self) -> WebhookIdentity {
        WebhookIdentity {
            waba_id: self.waba_id.clone(),
            phone_number_id: self.phone_number_id.clone(),
            display_phone_number: self.display_phone_number.clone(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct BusinessPhone {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waba_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
}

impl BusinessPhone {
    pub fn identity(&self) -> WebhookIdentity {
        WebhookIdentity {
            waba_id: self.waba_id.clone(),
            phone_number_id: self.phone_number_id.clone(),
            display_phone_number: self.display_phone_number.clone(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Override {
    pub path: Word,
    pub rules: Rules,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Form {
    pub path: Word,
    pub form: Word,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Host {
    pub host: Word,
    pub form: Word,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Media {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tested: Vec<Tested>,
}

impl Media {
    fn is_empty(&self) -> bool {
        self.map.is_none() && self.tested.is_empty()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Tested {
    pub host: Word,
    pub date: Spanned<Datetime>,
    pub by: Word,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Migrate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph_url: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing_to_check: Option<Word>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Excluded>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub number: Vec<Spanned<MigrateNumber>>,
}

impl Migrate {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Excluded {
    pub path: Word,
    pub reason: Word,
    pub until: Spanned<Datetime>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct MigrateNumber {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waba_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onprem_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onprem_ca: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onprem_cert_sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_messages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shards: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pilot: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Suppress {
    pub rule: Word,
    pub path: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<Word>,
    pub reason: Word,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Spanned<Datetime>>,
}

/// The known keys, by the table they stand in.
pub(super) const KEYS: [(&str, &[&str]); 12] = [
    (
        "",
        &[
            "include",
            "exclude",
            "graph-version",
            "webhook",
            "rules",
            "override",
            "form",
            "host",
            "media",
            "suppress",
            "migrate",
        ],
    ),
    ("webhook", &["waba-id", "phone-number-id", "display-phone-number", "number-field", "number"]),
    ("webhook.number", &["value", "path", "waba-id", "phone-number-id", "display-phone-number"]),
    ("override", &["path", "rules"]),
    ("form", &["path", "form"]),
    ("host", &["host", "form"]),
    ("media", &["map", "tested"]),
    ("media.tested", &["host", "date", "by"]),
    ("suppress", &["rule", "path", "pointer", "reason", "until"]),
    ("migrate", &["graph-url", "app-id", "webhook-url", "window", "nothing-to-check", "excluded", "number"]),
    ("migrate.excluded", &["path", "reason", "until"]),
    (
        "migrate.number",
        &[
            "name",
            "display-phone-number",
            "phone-number-id",
            "waba-id",
            "onprem-url",
            "onprem-ca",
            "onprem-cert-sha256",
            "daily-messages",
            "shards",
            "pilot",
        ],
    ),
];

impl File {
    /// Parses a configuration and refuses keys that are not known.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let table = DeTable::parse(text).map_err(|error| fault(text, None, &error))?;
        let table = table.get_ref();
        check_keys(text, "", "", table)?;
        toml::from_str(text).map_err(|error| fault(text, Some(table), &error))
    }
}

/// Refuses keys that are not known, in the table called `section` and in those below it.
fn check_keys(text: &str, section: &str, place: &str, table: &DeTable<'_>) -> Result<(), ConfigError> {
    let Some((_, known)) = KEYS.iter().find(|(name, _)| *name == section) else { return Ok(()) };
    if let Some(key) = table.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
        let name = key.get_ref();
        let nearest = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name)).unwrap_or(&"");
        let problem = format!("unknown key `{name}`{place}; the nearest known key is `{nearest}`");
        return Err(ConfigError::at(text, &key.span(), problem));
    }
    for (name, value) in table {
        let name =
            if section.is_empty() { name.get_ref().to_string() } else { format!("{section}.{}", name.get_ref()) };
        match value.get_ref() {
            DeValue::Table(inner) => check_keys(text, &name, &format!(" in [{name}]"), inner)?,
            DeValue::Array(list) => {
                for inner in list.iter().filter_map(|item| item.get_ref().as_table()) {
                    check_keys(text, &name, &format!(" in [[{name}]]"), inner)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// What the parser says, with the key it speaks of and its line.
fn fault(text: &str, table: Option<&DeTable<'_>>, error: &toml::de::Error) -> ConfigError {
    let Some(span) = error.span() else { return ConfigError { line: None, problem: error.message().to_owned() } };
    let path = table.and_then(|table| key_path(table, &span)).map(|path| path + ": ").unwrap_or_default();
    ConfigError::at(text, &span, format!("{path}{}", error.message()))
}

/// The keys that lead to what stands at `span`, with dots between.
fn key_path(table: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
        let key = key.get_ref();
        let below = match value.get_ref() {
            DeValue::Table(inner) => key_path(inner, span),
            DeValue::Array(list) => list.iter().find_map(|item| key_path(item.get_ref().as_table()?, span)),
            _ => None,
        };
        let here = || match value.get_ref() {
            DeValue::Array(list) => holds(value.span()) || list.iter().any(|item| holds(item.span())),
            _ => holds(value.span()),
        };
        below.map(|below| format!("{key}.{below}")).or_else(|| here().then(|| key.to_string()))
    })
}
