//! `referral-media`: the media of a referral as objects.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::tree::{Kind, Node};

pub static RULE: Rule = Rule {
    name: "referral-media",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Unsafe, Level::Manual],
    source: "On-Premises webhook reference; Meta's change log, 2022-04-05",
    page: include_str!("referral_media.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "the referral has its media as an object, which the old client had fetched; Cloud API sends `media_type` and `image_url` or `video_url` instead",
            "write the flat fields of Cloud API with the address of the file; a media ID has no counterpart there",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for message in visit.each(|anatomy| &anatomy.inbound) {
        let Some(referral) = message.get("referral") else { continue };
        for (kind, address) in [("image", "image_url"), ("video", "video_url")] {
            if let Some(member) = referral.member(kind).filter(|(_, value)| value.is_object()) {
                let fix = flat(referral, kind, member, address);
                let fix = fix.unwrap_or_else(|| Fix::manual("write Cloud API's fields"));
                visit.report(&RULE, Place::member(member), Args::None, Some(fix));
            }
        }
    }
}

/// Cloud API's fields for a media object that tells its address and is the only one. What else it tells goes.
fn flat(
    referral: Node<'_>,
    kind: &'static str,
    (key, media): (Node<'_>, Node<'_>),
    address: &'static str,
) -> Option<Fix> {
    let known = ["image_url", "video_url", "thumbnail_url"].iter().any(|name| referral.get(name).is_some());
    let other = if kind == "image" { "video" } else { "image" };
    let ((Some(link), None) | (None, Some(link))) = (media.get("link"), media.get("url")) else { return None };
    if known || referral.get(other).is_some_and(|other| other.is_object()) || link.kind() != Kind::String {
        return None;
    }
    let mut changes = vec![
        Change::Rename { key: key.id(), to: address.into() },
        Change::Set { node: media.id(), value: Value::Copy(link.id()) },
    ];
    if referral.get("media_type").is_none() {
        let (object, value) = (referral.id(), Value::Text(kind.into()));
        changes.push(Change::Insert { object, name: "media_type", value, position: Position::Last });
    }
    Some(Fix {
        title: format!("write `media_type` and `{address}`, without the rest of it").into(),
        level: Level::Unsafe,
        changes,
    })
}
