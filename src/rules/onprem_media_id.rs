//! `onprem-media-id`: a media ID that the old client gave out.

use super::{Applies, Rule, Visit};
use crate::facts::ids;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "onprem-media-id",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Safe, Level::Manual],
    source: "Meta's migration guide, Media",
    page: include_str!("onprem_media_id.md"),
    visit: Some(visit),
    say: |finding, _, text| {
        if let Args::Case("received") = finding.args {
            text.set(
                "the media ID is one of On-Premises API's; Cloud API gives out IDs of digits, and nothing can be fetched by this one",
                "use a Cloud media ID in the sample",
            );
        } else {
            text.set(
                "the media ID is one of On-Premises API's; it means nothing to Cloud API",
                "upload the file to Cloud API and use the ID it answers, or send a public `link` instead",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    for (_, media) in &visit.anatomy.media {
        let Some(id) = visit.node(*media).get("id") else { continue };
        let Some(text) = id.as_str() else { continue };
        let confidence = if ids::is_uuid(text) {
            Confidence::High
        } else if ids::is_uuid_like(text) {
            Confidence::Medium
        } else {
            continue;
        };
        let case = if visit.is(Document::Webhook) { "received" } else { "sent" };
        let fix = visit.config.media.replacement(id, visit.node(*media));
        let title = if case == "received" { "use an ID of Cloud API in the sample" } else { "upload the file to Cloud API" };
        let fix = fix.unwrap_or_else(|| Fix::manual(title));
        visit.report(&RULE, Place::value(id), Args::Case(case), Some(fix)).confidence = confidence;
    }
}
