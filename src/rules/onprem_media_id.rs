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
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Media",
    page: include_str!("onprem_media_id.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        let Args::Case(case) = finding.args else { return };
        if case == UPLOADED {
            text.set(
                "the answer to the upload gives its media ID in `media`; Cloud API answers with `id` alone, and its IDs are of digits",
                "write `id` with an ID of Cloud API in the sample",
            );
        } else if case == RECEIVED {
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

const SENT: &str = "sent";
const RECEIVED: &str = "received";
const UPLOADED: &str = "uploaded";

fn visit(visit: &mut Visit<'_>) {
    if visit.is(Document::MediaUpload) {
        return upload(visit);
    }
    let case = if visit.is(Document::Webhook) { RECEIVED } else { SENT };
    for (_, media) in &visit.anatomy.media {
        let media = visit.node(*media);
        let Some((key, id)) = media.member("id") else { continue };
        let Some(text) = id.as_str() else { continue };
        let entry = visit.config.media.get(text).filter(|entry| entry.id.as_deref() != Some(text));
        let confidence = if ids::is_uuid(text) || entry.is_some() {
            Confidence::High
        } else if ids::is_uuid_like(text) {
            Confidence::Medium
        } else {
            continue;
        };
        let fix = match (case, entry) {
            (SENT, _) if media.get("link").is_some() => Fix::one(
                Level::Unsafe,
                "delete the ID; the link stands beside it",
                Change::Remove { object: media.id(), key: key.id() },
            ),
            (SENT, Some(entry)) => replaced(entry, media, (key, id)).unwrap_or_else(|| Fix::manual(UPLOAD)),
            (SENT, None) => Fix::manual(UPLOAD),
            (_, entry) => entry.and_then(|entry| with_id(entry, id)).unwrap_or_else(|| Fix::manual(SAMPLE)),
        };
        visit.report(&RULE, Place::value(id), Args::Case(case), Some(fix)).confidence = confidence;
    }
}

const UPLOAD: &str = "upload the file to Cloud API";
const SAMPLE: &str = "use an ID of Cloud API in the sample";

/// The answer to an upload: Cloud API answers with `id` alone.
fn upload(visit: &mut Visit<'_>) {
    let Some((key, media)) = visit.root.member("media").filter(|_| visit.payload.form.is_onprem()) else { return };
    for id in media.items().filter_map(|item| item.get("id")) {
        let entry = id.as_str().and_then(|text| visit.config.media.get(text));
        let new = entry.and_then(|entry| entry.id.clone());
        let whole = media.count() == 1 && media.items().all(|item| item.count() == 1);
        let fix = match new.filter(|_| whole && visit.root.get("id").is_none()) {
            Some(new) => alone(visit.root, (key, media), new),
            None => Fix::manual("write `id` alone, with an ID of Cloud API"),
        };
        let confidence = visit.sure_of_form(&RULE);
        visit.report(&RULE, Place::value(id), Args::Case(UPLOADED), Some(fix)).confidence = confidence;
    }
}

/// The answer with the ID `new` alone. Without `media` nothing would tell whose `meta` is beside it, so that goes too.
fn alone(root: Node<'_>, (key, media): (Node<'_>, Node<'_>), new: String) -> Fix {
    let mut changes = vec![
        Change::Rename { key: key.id(), to: "id".into() },
        Change::Set { node: media.id(), value: Value::Text(new.into()) },
    ];
    let meta = root.member("meta").filter(|(_, meta)| super::response_meta::is_old(*meta));
    changes.extend(meta.map(|(key, _)| Change::Remove { object: root.id(), key: key.id() }));
    Fix { title: "write `id` alone, with the ID that the media map has for it".into(), level: Level::Safe, changes }
}

fn with_id(entry: &Entry, id: Node<'_>) -> Option<Fix> {
    let change = Change::Set { node: id.id(), value: Value::Text(entry.id.clone()?.into()) };
    Some(Fix::one(Level::Safe, "use the ID that the media map has for it", change))
}

/// The fix for a sent `id` or `link` of the object `media`: what the media map has for it. What it is by now comes
/// first, so that an ID stays an ID where it can.
pub(crate) fn replaced(entry: &Entry, media: Node<'_>, (key, old): (Node<'_>, Node<'_>)) -> Option<Fix> {
    let all = [
        ("id", &entry.id, "use the ID that the media map has for it"),
        ("link", &entry.link, "use the link that the media map has for it"),
    ];
    let is_same = |name: &str| name == key.text();
    let known = all.into_iter().filter_map(|(name, new, title)| Some((name, new.as_ref()?, title)));
    let (name, new, title) = known.min_by_key(|(name, ..)| !is_same(name))?;
    let mut changes = vec![Change::Set { node: old.id(), value: Value::Text(new.clone().into()) }];
    if !is_same(name) {
        if media.get(name).is_some() {
            return None;
        }
        changes.push(Change::Rename { key: key.id(), to: name.into() });
    }
    Some(Fix { title: title.into(), level: Level::Safe, changes })
}
