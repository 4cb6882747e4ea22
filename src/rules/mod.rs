//! The rules: one file each, listed once, below. A rule is a fact about the two APIs.
//!
//! A rule's page is the Markdown file beside it; `waport explain` prints it and a test runs its examples.

pub(crate) mod carousel_cards;
mod code;
pub(crate) mod contact_field;
pub(crate) mod contacts_check;
pub(crate) mod duplicate_id;
pub(crate) mod duplicate_key;
pub(crate) mod duplicate_title;
pub(crate) mod error_code;
pub(crate) mod error_shape;
pub(crate) mod exclusive_properties;
pub(crate) mod expired_suppression;
pub(crate) mod footer_not_allowed;
pub(crate) mod graph_version;
pub(crate) mod group_message;
pub(crate) mod header_not_allowed;
pub(crate) mod hsm_message;
pub(crate) mod identity_change;
pub(crate) mod insecure_tls;
pub(crate) mod invalid_json;
pub(crate) mod invalid_value;
pub(crate) mod item_count;
pub(crate) mod language_policy;
pub(crate) mod mark_as_read;
pub(crate) mod media_download;
pub(crate) mod media_file_path;
pub(crate) mod media_hash;
pub(crate) mod media_link;
pub(crate) mod media_provider;
pub(crate) mod media_upload;
pub(crate) mod message_ttl;
pub(crate) mod missing_button_index;
pub(crate) mod missing_messaging_product;
pub(crate) mod missing_property;
pub(crate) mod missing_type;
pub(crate) mod old_context;
pub(crate) mod old_media;
pub(crate) mod onprem_auth;
pub(crate) mod onprem_deployment;
pub(crate) mod onprem_endpoint;
pub(crate) mod onprem_group;
pub(crate) mod onprem_host;
pub(crate) mod onprem_media_id;
pub(crate) mod onprem_message_id;
pub(crate) mod order_total;
pub(crate) mod outbound_voice;
pub(crate) mod parameter_name;
pub(crate) mod phone_number;
pub(crate) mod preview_url;
pub(crate) mod referral_media;
pub(crate) mod repeated_component;
pub(crate) mod response_meta;
pub(crate) mod single_change;
pub(crate) mod stale_baseline;
pub(crate) mod status_recipient;
pub(crate) mod status_type;
pub(crate) mod status_value;
pub(crate) mod sticker_pack;
pub(crate) mod suppression_without_reason;
pub(crate) mod system_message;
pub(crate) mod template_language;
pub(crate) mod template_namespace;
pub(crate) mod template_text;
pub(crate) mod text_length;
pub(crate) mod unknown_message;
pub(crate) mod unknown_property;
pub(crate) mod unknown_rule;
pub(crate) mod unknown_value;
pub(crate) mod unreadable;
pub(crate) mod unused_suppression;
mod visit;
pub(crate) mod voice_message;
pub(crate) mod webhook_envelope;
pub(crate) mod webhook_field;
pub(crate) mod webhook_signature;
pub(crate) mod webhook_verification;
pub(crate) mod whitespace_text;
pub(crate) mod wrong_type;

pub use code::CodeVisit;
pub(crate) use code::{Address, Inbound};
pub(crate) use visit::{Anatomy, Claim, Media};
pub use visit::{Look, Text, Visit};

use crate::finding::{Confidence, Finding, Severity};
use crate::fix::Level;

/// Where a rule looks. Those that look at payloads may look at what code does as well, see [`Rule::looks_at`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Bodies of requests that send.
    Payloads,
    /// Webhook samples and answers to requests.
    Webhooks,
    /// Both.
    Both,
    /// What code does, rather than payloads.
    Code,
    /// What deploys and configures programs.
    Settings,
    /// Both of these.
    CodeAndSettings,
    /// Files and lines, before anything is known of what they hold.
    Files,
    /// What decides which findings are shown: suppressions and the baseline. Nothing suppresses these findings.
    Run,
}

/// Looks at one payload.
pub(crate) type VisitFn = fn(&mut Visit<'_>);

/// Looks at one file of code.
pub(crate) type CodeFn = fn(&mut CodeVisit<'_>);

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
    pub(crate) visit: Option<VisitFn>,
    /// Looks at what a file of code does.
    pub(crate) code: Option<CodeFn>,
    /// Says what, why and what to do.
    pub(crate) say: fn(&Finding, &Look<'_>, &mut Text),
}

impl Rule {
    /// Where it looks, in words, for lists.
    #[must_use]
    pub fn looks_at(&self) -> &'static str {
        match (self.applies, self.code.is_some()) {
            (Applies::Payloads, false) => "payloads",
            (Applies::Payloads, true) => "payloads, code",
            (Applies::Webhooks, false) => "webhooks",
            (Applies::Webhooks, true) => "webhooks, code",
            (Applies::Both, false) => "payloads, webhooks",
            (Applies::Both, true) => "payloads, webhooks, code",
            (Applies::Code, _) => "code",
            (Applies::Files, _) => "files",
            (Applies::Settings, _) => "settings",
            (Applies::CodeAndSettings, _) => "code, settings",
            (Applies::Run, _) => "suppressions, baseline",
        }
    }

    /// What it finds, in one sentence: the first of its page.
    #[must_use]
    pub fn summary(&self) -> String {
        let body = self.page.split_once("\n\n").map_or("", |(_, rest)| rest);
        body.split("\n\n").next().unwrap_or("").replace('\n', " ")
    }
}

/// All rules, in the order of their names.
pub static RULES: &[&Rule] = &[
    &carousel_cards::RULE,
    &contact_field::RULE,
    &contacts_check::RULE,
    &duplicate_id::RULE,
    &duplicate_key::RULE,
    &duplicate_title::RULE,
    &error_code::RULE,
    &error_shape::RULE,
    &exclusive_properties::RULE,
    &expired_suppression::RULE,
    &footer_not_allowed::RULE,
    &graph_version::RULE,
    &group_message::RULE,
    &header_not_allowed::RULE,
    &hsm_message::RULE,
    &identity_change::RULE,
    &insecure_tls::RULE,
    &invalid_json::RULE,
    &invalid_value::RULE,
    &item_count::RULE,
    &language_policy::RULE,
    &mark_as_read::RULE,
    &media_download::RULE,
    &media_file_path::RULE,
    &media_hash::RULE,
    &media_link::RULE,
    &media_provider::RULE,
    &media_upload::RULE,
    &message_ttl::RULE,
    &missing_button_index::RULE,
    &missing_messaging_product::RULE,
    &missing_property::RULE,
    &missing_type::RULE,
    &old_context::RULE,
    &old_media::RULE,
    &onprem_auth::RULE,
    &onprem_deployment::RULE,
    &onprem_endpoint::RULE,
    &onprem_group::RULE,
    &onprem_host::RULE,
    &onprem_media_id::RULE,
    &onprem_message_id::RULE,
    &order_total::RULE,
    &outbound_voice::RULE,
    &parameter_name::RULE,
    &phone_number::RULE,
    &preview_url::RULE,
    &referral_media::RULE,
    &repeated_component::RULE,
    &response_meta::RULE,
    &single_change::RULE,
    &stale_baseline::RULE,
    &status_recipient::RULE,
    &status_type::RULE,
    &status_value::RULE,
    &sticker_pack::RULE,
    &suppression_without_reason::RULE,
    &system_message::RULE,
    &template_language::RULE,
    &template_namespace::RULE,
    &template_text::RULE,
    &text_length::RULE,
    &unknown_message::RULE,
    &unknown_property::RULE,
    &unknown_rule::RULE,
    &unknown_value::RULE,
    &unreadable::RULE,
    &unused_suppression::RULE,
    &voice_message::RULE,
    &webhook_envelope::RULE,
    &webhook_field::RULE,
    &webhook_signature::RULE,
    &webhook_verification::RULE,
    &whitespace_text::RULE,
    &wrong_type::RULE,
];

/// What looks at files that deploy and configure programs.
pub(crate) static OF_SETTINGS: [CodeFn; 4] =
    [onprem_deployment::look, onprem_host::look, onprem_endpoint::look_at_settings, graph_version::look];

/// The rules that look at parts of a message wherever these stand, without the rest of it.
pub(crate) static OF_PARTS: &[&Rule] = &[
    &hsm_message::RULE,
    &language_policy::RULE,
    &media_link::RULE,
    &media_provider::RULE,
    &missing_button_index::RULE,
    &onprem_media_id::RULE,
    &template_namespace::RULE,
    &whitespace_text::RULE,
];

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
            .filter(|stem| stem != "mod" && stem != "visit" && stem != "code")
            .collect();
        files.sort();
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(files, names);
        for rule in RULES {
            assert!(rule.page.starts_with(&format!("# {}\n", rule.name)), "{}", rule.name);
        }
    }
}
