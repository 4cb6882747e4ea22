//! `onprem-media-id`: a media ID that the old client gave out.

use super::{Applies, Rule, Visit};
use crate::config::media::Entry;
use crate::facts::ids;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::form::Document;
use crate::tree::Node;

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
        let fix = visit
            .config
            .media
            .get(text)
            .filter(|_| case == "sent")
            .and_then(|entry| replace(entry, id, visit.node(*media)));
        let title =
            if case == "received" { "use an ID of Cloud API in the sample" } else { "upload the file to Cloud API" };
        let fix = fix.unwrap_or_else(|| Fix::manual(title));
        visit.report(&RULE, Place::value(id), Args::Case(case), Some(fix)).confidence = confidence;
    }
}

/// The fix for the `id` of the object `media`, when the media map has something for it.
fn replace(entry: &Entry, id: Node<'_>, media: Node<'_>) -> Option<Fix> {
    if let Some(new) = &entry.id {
        let change = Change::Set { node: id.id(), value: Value::Text(new.clone().into()) };
        return Some(Fix::one(Level::Safe, "use the ID that the media map has for it", change));
    }
    let link = entry.link.as_ref().filter(|_| media.get("link").is_none())?;
    let (key, _) = media.member("id")?;
    let changes = vec![
        Change::Rename { key: key.id(), to: "link".into() },
        Change::Set { node: id.id(), value: Value::Text(link.clone().into()) },
    ];
    Some(Fix { title: "use the link that the media map has for it".into(), level: Level::Safe, changes })
}
