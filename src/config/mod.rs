//! The configuration, parsed. Finding and reading the file is not its job.

mod file;
mod gate;
pub mod media;
pub mod migrate;
mod schema;
mod suppression;
mod webhook;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::form::Declared;
use crate::rules::{self, Rule};
use crate::severity::Severity;
use file::{File, Rules, Word};
pub use media::MediaMap;
pub use migrate::{Migrate, TestedHost};
pub use schema::schema;
pub use suppression::Suppression;
pub(crate) use webhook::Numbers;
pub use webhook::{Webhook, WebhookIdentity};

/// The commented configuration that a project begins with.
pub const TEMPLATE: &str = include_str!("template.toml");

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
    pub webhook: Webhook,
    /// What took the place of On-Premises media IDs; the file that `media.map` names, when it was read.
    pub media: MediaMap,
    /// The path of the media map, as written.
    pub media_map: Option<String>,
    /// Hosts of media links that were tried with Cloud API.
    pub tested_hosts: Vec<TestedHost>,
    /// What the migration needs to know.
    pub migrate: Migrate,
    /// Providers that serve one of the two forms at an address of their own.
    pub hosts: Vec<Host>,
    /// What is not to be reported, in the order of the file.
    pub suppressions: Vec<Suppression>,
    severities: Severities,
    overrides: Vec<(GlobSet, Severities)>,
    forms: Vec<(GlobSet, Declared)>,
    written: Arc<File>,
}

/// Severities that were set by hand, `None` for rules that are off.
type Severities = Vec<(&'static Rule, Option<Severity>)>;

/// A provider's address and the form that it serves there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The host's name, in lower case, without scheme, port or path.
    pub host: String,
    /// What it serves.
    pub form: HostForm,
    /// Whether calls of it are meant to stay, so that they are no more than notes.
    pub on_purpose: bool,
}

/// The API whose form a host serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostForm {
    /// That of On-Premises API.
    OnPrem,
    /// That of Cloud API.
    Cloud,
}

/// Why a configuration does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", self.line.map_or_else(String::new, |line| format!("line {line}: ")))]
pub struct ConfigError {
    /// The line it stands on, counted from 1, where that is known.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl ConfigError {
    /// A fault at `span` of the configuration `text`.
    fn at(text: &str, span: &Range<usize>, problem: String) -> Self {
        let before = &text.as_bytes()[..span.start.min(text.len())];
        Self { line: Some(1 + memchr::memchr_iter(b'\n', before).count()), problem }
    }
}

impl Config {
    /// Parses the text of a `waport.toml`.
    ///
    /// # Errors
    /// When it is no TOML, has a key that is unknown (the nearest known one is named), or a value that is none. The
    /// error names the line, and the key that it is about.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let file = File::parse(text)?;
        let fail = |word: &Word, problem: String| ConfigError::at(text, &word.span(), problem);
        let all_globs = |key: &str, words: &[Word]| {
            let mut set = GlobSetBuilder::new();
            for word in words {
                add_glob(word.get_ref(), &mut set).map_err(|problem| fail(word, format!("{key}: {problem}")))?;
            }
            set.build().map_err(|error| ConfigError { line: None, problem: format!("{key}: {error}") })
        };
        let one_glob = |key: &str, word: &Word| all_globs(key, std::slice::from_ref(word));
        let severities = |place: &str, rules: &Rules| {
            let each = rules.iter().map(|(name, word)| {
                let rule = rules::rule(name.get_ref())
                    .ok_or_else(|| fail(name, format!("{place}: {}", unknown_rule(name.get_ref()))))?;
                Ok((
                    rule,
                    severity(word.get_ref())
                        .map_err(|problem| fail(word, format!("{place} {}: {problem}", rule.name)))?,
                ))
            });
            each.collect::<Result<Severities, ConfigError>>()
        };
        let mut overrides = Vec::new();
        for entry in &file.r#override {
            overrides
                .push((one_glob("[[override]] path", &entry.path)?, severities("[[override]] rules", &entry.rules)?));
        }
        let mut forms = Vec::new();
        for entry in &file.form {
            let declared = declared(entry.form.get_ref()).map_err(|problem| fail(&entry.form, problem))?;
            forms.push((one_glob("[[form]] path", &entry.path)?, declared));
        }
        let mut hosts = Vec::new();
        for entry in &file.host {
            let form = host_form(entry.form.get_ref()).map_err(|problem| fail(&entry.form, problem))?;
            let host = host_name(entry.host.get_ref(), "[[host]]").map_err(|problem| fail(&entry.host, problem))?;
            hosts.push(Host { host, form, on_purpose: true });
        }
        let mut suppressions = Vec::new();
        for entry in &file.suppress {
            suppressions.push(Suppression::of(entry, text, one_glob("[[suppress]] path", &entry.path)?)?);
        }
        if let Some(version) = file.graph_version.as_ref().filter(|version| !is_version(version.get_ref())) {
            let problem = format!("graph-version = \"{}\": a version is written like `v26.0`", version.get_ref());
            return Err(fail(version, problem));
        }
        Ok(Self {
            include: all_globs("include", &file.include)?,
            exclude: all_globs("exclude", &file.exclude)?,
            graph_version: file.graph_version.as_ref().map(|version| version.get_ref().clone()),
            webhook: Webhook::of(&file.webhook, text, |path| one_glob("[[webhook.number]] path", path))?,
            media: MediaMap::default(),
            media_map: file.media.map.clone(),
            tested_hosts: file
                .media
                .tested
                .iter()
                .map(|entry| TestedHost::of(entry, text))
                .collect::<Result<_, _>>()?,
            migrate: Migrate::of(&file.migrate, &file.webhook.identity(), text, |path| {
                one_glob("[[migrate.excluded]] path", path)
            })?,
            hosts,
            suppressions,
            severities: severities("[rules]", &file.rules)?,
            overrides,
            forms,
            written: Arc::new(file),
        })
    }

    /// Lets what `given` says win over `[webhook]`, and say what entries of `[[webhook.number]]` do not.
    pub fn override_identity(&mut self, given: &WebhookIdentity) {
        self.webhook.override_identity(given);
    }

    /// The severity that `[rules]` gives a finding of `rule`; `None` when the rule is off. What `[[override]]` says of
    /// single files is for [`Config::at`].
    #[must_use]
    pub fn severity(&self, rule: &Rule, own: Severity) -> Option<Severity> {
        set(&self.severities, rule).unwrap_or(Some(own))
    }

    /// Whether `rule` is off, for all files or for some.
    #[must_use]
    pub fn is_off_somewhere(&self, rule: &Rule) -> bool {
        let mut all = self.overrides.iter().map(|(_, severities)| severities).chain([&self.severities]);
        all.any(|severities| set(severities, rule) == Some(None))
    }

    /// What holds for the file at `path`, which is relative to the configuration's folder.
    #[must_use]
    pub fn at(&self, path: &Path) -> AtFile<'_> {
        let overrides = self.overrides.iter().rev().filter(|(glob, _)| glob.is_match(path));
        let suppressions = self.suppressions.iter().enumerate().filter(|(_, one)| one.path.is_match(path));
        AtFile {
            config: self,
            overrides: overrides.map(|(_, severities)| severities).collect(),
            suppressions: suppressions.collect(),
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

    /// The configuration in effect, as TOML.
    ///
    /// # Errors
    /// When a value has no spelling in TOML, which none that was read from TOML lacks.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(&*self.written)
    }
}

/// What the configuration says of one file.
#[derive(Clone, Debug)]
pub struct AtFile<'c> {
    config: &'c Config,
    /// The last first, since it wins.
    overrides: Vec<&'c Severities>,
    /// Those whose path matches, with their number in [`Config::suppressions`].
    pub suppressions: Vec<(usize, &'c Suppression)>,
}

impl AtFile<'_> {
    /// The severity that a finding of `rule` has in this file; `None` when the rule is off here.
    #[must_use]
    pub fn severity(&self, rule: &Rule, own: Severity) -> Option<Severity> {
        let mut overrides = self.overrides.iter();
        overrides.find_map(|severities| set(severities, rule)).unwrap_or_else(|| self.config.severity(rule, own))
    }
}

#[expect(clippy::option_option, reason = "a rule may be off, or nothing may be said of it")]
fn set(severities: &Severities, rule: &Rule) -> Option<Option<Severity>> {
    severities.iter().find(|(known, _)| known.name == rule.name).map(|(_, severity)| *severity)
}

fn severity(word: &str) -> Result<Option<Severity>, String> {
    match word {
        "off" => Ok(None),
        word => {
            word.parse().map(Some).map_err(|_| format!("`{word}` is no severity; write error, warning, note or off"))
        }
    }
}

fn declared(word: &str) -> Result<Declared, String> {
    match word {
        "ignore" => Ok(Declared::Ignored),
        name => name.parse().map(Declared::As).map_err(|error| format!("[[form]] form: {error}, and `ignore`")),
    }
}

fn host_form(word: &str) -> Result<HostForm, String> {
    match word {
        "onprem" => Ok(HostForm::OnPrem),
        "cloud" => Ok(HostForm::Cloud),
        other => Err(format!("[[host]] form: `{other}` is neither `onprem` nor `cloud`")),
    }
}

fn host_name(word: &str, place: &str) -> Result<String, String> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    if word.is_empty() || !word.bytes().all(allowed) {
        return Err(format!("{place} host: `{word}` is no name of a host; leave out scheme, port and path"));
    }
    Ok(word.to_ascii_lowercase())
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

fn add_glob(pattern: &str, set: &mut GlobSetBuilder) -> Result<(), String> {
    set.add(glob(pattern)?);
    // `vendor` means the folder and what is in it.
    set.add(glob(&format!("{}/**", pattern.trim_end_matches('/')))?);
    Ok(())
}

#[cfg(test)]
mod tests;
