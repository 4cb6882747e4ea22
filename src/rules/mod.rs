//! The rules: one file each, listed once, below. A rule is a fact about the two APIs.
//!
//! A rule's page is the Markdown file beside it; `waport explain` prints it and a test runs its examples.

mod visit;

pub(crate) use visit::{Anatomy, Claim, Media};
pub use visit::{Look, Text, Visit};

use crate::finding::{Confidence, Finding, Severity};
use crate::fix::Level;

/// Where a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Bodies of requests that send.
    Payloads,
    /// Webhook samples and answers to requests.
    Webhooks,
    /// Both.
    Both,
    /// Files and lines, before anything is known of what they hold.
    Files,
}

impl Applies {
    /// In words, for lists.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payloads => "payloads",
            Self::Webhooks => "webhooks",
            Self::Both => "payloads, webhooks",
            Self::Files => "files",
        }
    }
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// How bad a finding is unless something else says otherwise.
    pub severity: Severity,
    /// The most that a finding can be sure.
    pub confidence: Confidence,
    /// Where it looks.
    pub applies: Applies,
    /// The levels its fixes have.
    pub fix: &'static [Level],
    /// Where the fact is documented, short.
    pub source: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// Looks at one payload; generic rules, which stand on the shape check, have none.
    pub(crate) visit: Option<fn(&mut Visit<'_>)>,
    /// Says what, why and what to do.
    pub(crate) say: fn(&Finding, &Look<'_>, &mut Text),
}

impl Rule {
    /// What it finds, in one sentence: the first of its page.
    #[must_use]
    pub fn summary(&self) -> String {
        let body = self.page.split_once("\n\n").map_or("", |(_, rest)| rest);
        body.split("\n\n").next().unwrap_or("").replace('\n', " ")
    }
}

macro_rules! rules {
    ($($module:ident),+ $(,)?) => {
        $(pub(crate) mod $module;)+

        /// All rules, in the order of their names.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),+];
    };
}

rules! {
    contact_field,
    duplicate_id,
    duplicate_key,
    error_code,
    error_shape,
    exclusive_properties,
    header_not_allowed,
    hsm_message,
    identity_change,
    invalid_json,
    invalid_value,
    item_count,
    language_policy,
    media_file_path,
    media_hash,
    media_link,
    media_provider,
    message_ttl,
    missing_button_index,
    missing_messaging_product,
    missing_property,
    missing_type,
    old_context,
    onprem_group,
    onprem_media_id,
    onprem_message_id,
    order_total,
    outbound_voice,
    parameter_name,
    phone_number,
    preview_url,
    referral_media,
    response_meta,
    status_recipient,
    status_type,
    status_value,
    sticker_pack,
    system_message,
    template_language,
    template_namespace,
    template_text,
    text_length,
    unknown_message,
    unknown_property,
    unknown_value,
    unreadable,
    voice_message,
    webhook_envelope,
    whitespace_text,
    wrong_type,
}

/// The rule called `name`.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// The rule whose name is nearest to `name`, when one is near.
#[must_use]
pub fn nearest(name: &str) -> Option<&'static Rule> {
    let distance = |rule: &&&'static Rule| strsim::damerau_levenshtein(rule.name, name);
    let rule = RULES.iter().min_by_key(distance)?;
    (distance(&rule) <= 4).then_some(*rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_file_is_in_the_list_and_has_a_page_of_its_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("src/rules")
            .filter_map(|entry| entry.expect("entry").file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".rs").map(|stem| stem.replace('_', "-")))
            .filter(|stem| stem != "mod" && stem != "visit")
            .collect();
        files.sort();
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(files, names);
        for rule in RULES {
            assert!(rule.page.starts_with(&format!("# {}\n", rule.name)), "{}", rule.name);
        }
    }
}
