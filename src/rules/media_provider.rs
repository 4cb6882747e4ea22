//! `media-provider`: the name of a provider of credentials for a media link.

use super::{Applies, Rule, Visit};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "media-provider",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Unsafe],
    source: "Meta's messages reference; Meta's migration guide, Property Validation",
    page: include_str!("media_provider.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "`provider` names credentials that were stored in the old client; Cloud API does not know it and fetches links without any",
            "delete it, and make sure the link can be fetched without credentials, or upload the file",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    for (_, media) in &visit.anatomy.media {
        let title = "delete `provider`; the link may need credentials";
        visit.report_unwanted(&RULE, visit.node(*media), "provider", Level::Unsafe, title);
    }
}
