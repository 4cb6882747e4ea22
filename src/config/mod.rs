//! The configuration, parsed. Finding and reading the file is not its job.

mod file;
pub mod media;

use std::path::Path;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::form::Declared;
use crate::rules::{self, Rule};
use crate::severity::Severity;
use file::File;
pub use media::MediaMap;

/// What `waport.toml` says.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Files that are looked at; all when empty.
    pub include: GlobSet,
    /// Files and folders that are passed over.
    pub exclude: GlobSet,
    /// The Graph version that is in use, such as `v26.0`.
    pub graph_version: Option<String>,
    /// What an On-Premises webhook does not say about itself.
    pub webhook: Arc<WebhookIdentity>,
    /// What took the place of On-Premises media IDs; the file that `media.map` names, when it was read.
    pub media: MediaMap,
    /// The path of the media map, as written.
    pub media_map: Option<String>,
    severities: Vec<(&'static Rule, Option<Severity>)>,
    forms: Vec<(GlobSet, Declared)>,
}

/// The business account and number that webhooks arrive for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WebhookIdentity {
    /// ID of the WhatsApp Business Account.
    pub waba_id: Option<String>,
    /// ID of the business phone number.
    pub phone_number_id: Option<String>,
    /// The number as users see it, digits only.
    pub display_phone_number: Option<String>,
}

impl WebhookIdentity {
    /// Whether all three are known.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.waba_id.is_some() && self.phone_number_id.is_some() && self.display_phone_number.is_some()
    }
}

/// Why a configuration does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct ConfigError {
    /// What is wrong and what would be right.
    pub problem: String,
}

impl Config {
    /// Parses the text of a `waport.toml`.
    ///
    /// # Errors
    /// When it is no TOML, has a key that is unknown (the nearest known one is named), or a value that is none.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let fail = |problem: String| ConfigError { problem };
        let file = File::parse(text).map_err(fail)?;
        let mut severities = Vec::new();
        for (name, word) in &file.rules {
            let rule = rules::rule(name).ok_or_else(|| fail(unknown_rule(name)))?;
            let severity = match word.as_str() {
                "off" => None,
                word => Some(word.parse().map_err(|_| {
                    fail(format!("[rules] {name} = \"{word}\": a severity is error, warning, note or off"))
                })?),
            };
            severities.push((rule, severity));
        }
        let mut forms = Vec::new();
        for entry in &file.form {
            let declared = match entry.form.as_str() {
                "ignore" => Declared::Ignored,
                name => {
                    Declared::As(name.parse().map_err(|error| fail(format!("[[form]] form: {error}, and `ignore`")))?)
                }
            };
            forms.push((globs(std::slice::from_ref(&entry.path)).map_err(fail)?, declared));
        }
        if let Some(version) = file.graph_version.as_deref().filter(|version| !is_version(version)) {
            return Err(fail(format!("graph-version = \"{version}\": a version is written like `v26.0`")));
        }
        Ok(Self {
            include: globs(&file.include).map_err(fail)?,
            exclude: globs(&file.exclude).map_err(fail)?,
            graph_version: file.graph_version,
            webhook: Arc::new(file.webhook),
            media: MediaMap::default(),
            media_map: file.media.map,
            severities,
            forms,
        })
    }

    /// The severity that `[rules]` gives a finding of `rule`; `None` when the rule is off.
    #[must_use]
    pub fn severity(&self, rule: &Rule, own: Severity) -> Option<Severity> {
        match self.severities.iter().find(|(known, _)| known.name == rule.name) {
            Some((_, severity)) => *severity,
            None => Some(own),
        }
    }

    /// Whether `[[form]]` says anything.
    #[must_use]
    pub fn declares(&self) -> bool {
        !self.forms.is_empty()
    }

    /// What `[[form]]` says of the documents in the file at `path`, which is relative to the configuration's folder.
    /// The last entry that matches holds.
    #[must_use]
    pub fn declared(&self, path: &Path) -> Option<Declared> {
        self.forms.iter().rev().find(|(glob, _)| glob.is_match(path)).map(|(_, declared)| *declared)
    }
}

fn is_version(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix('v')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(major, minor)| digits(major) && digits(minor))
}

/// The message for a rule that is not known.
#[must_use]
pub fn unknown_rule(name: &str) -> String {
    match rules::nearest(name) {
        Some(near) => format!("there is no rule `{name}`; the nearest is `{}`", near.name),
        None => format!("there is no rule `{name}`; `waport rules` lists them"),
    }
}

fn glob(pattern: &str) -> Result<globset::Glob, String> {
    // A folder stands for everything below it.
    let whole = pattern.strip_suffix('/').map_or_else(|| pattern.to_owned(), |folder| format!("{folder}/**"));
    GlobBuilder::new(&whole)
        .literal_separator(true)
        .build()
        .map_err(|error| format!("the pattern `{pattern}` is no glob: {error}"))
}

fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(glob(pattern)?);
        // `vendor` means the folder and what is in it.
        set.add(glob(&format!("{}/**", pattern.trim_end_matches('/')))?);
    }
    set.build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Document, Form};

    fn problem(text: &str) -> String {
        Config::parse(text).expect_err(text).problem
    }

    #[test]
    fn a_whole_configuration_is_read() {
        let config = Config::parse(
            "include = [\"**\"]\nexclude = [\"vendor/**\", \"old\"]\ngraph-version = \"v26.0\"\n\
             [webhook]\nwaba-id = \"1\"\nphone-number-id = \"2\"\ndisplay-phone-number = \"3\"\n\
             [rules]\nmedia-link = \"note\"\nwrong-type = \"off\"\n\
             [[form]]\npath = \"tests/bad/**\"\nform = \"ignore\"\n[[form]]\npath = \"x.json\"\nform = \"cloud/message\"\n\
             [media]\nmap = \"media-map.json\"\n",
        )
        .expect("config");
        assert!(config.webhook.is_complete());
        assert!(config.exclude.is_match("vendor/a/b.json") && config.exclude.is_match("old/a.json"));
        assert_eq!(config.severity(&crate::rules::media_link::RULE, Severity::Error), Some(Severity::Note));
        assert_eq!(config.severity(&crate::rules::wrong_type::RULE, Severity::Error), None);
        assert_eq!(config.declared(Path::new("tests/bad/a.json")), Some(Declared::Ignored));
        assert_eq!(config.declared(Path::new("x.json")), Some(Declared::As(Form::Cloud(Document::Message))));
        assert_eq!(config.media_map.as_deref(), Some("media-map.json"));
    }

    #[test]
    fn what_is_unknown_is_named_with_the_nearest() {
        assert!(problem("exlude = []").contains("`exclude`"));
        assert!(problem("[webhok]\nwaba-id = \"1\"").contains("`webhook`"));
        assert!(problem("[webhook]\nwaba = \"1\"").contains("waba-id"));
        assert!(problem("[rules]\nmedia-lnk = \"note\"").contains("`media-link`"));
        assert!(problem("[rules]\nmedia-link = \"loud\"").contains("error, warning, note or off"));
        assert!(problem("[[form]]\npath = \"a\"\nform = \"cloud/massage\"").contains("no form"));
        assert!(problem("include = \"**\"").contains("include"));
        assert!(problem("a = = b").contains("line 1"));
    }
}
