//! `referral-media`: the media of a referral as objects.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};

pub static RULE: Rule = Rule {
    name: "referral-media",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Manual],
    source: "On-Premises webhook reference; Meta's change log, 2022-04-05",
    page: include_str!("referral_media.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "the referral has its media as an object, which the old client had fetched; Cloud API sends `media_type` and `image_url` or `video_url` instead",
            "write the flat fields of Cloud API; the media ID has no counterpart there",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for message in visit.each(|anatomy| &anatomy.inbound) {
        let Some(referral) = message.get("referral") else { continue };
        for name in ["image", "video"] {
            if let Some(member) = referral.member(name).filter(|(_, value)| value.is_object()) {
                visit.report(&RULE, Place::member(member), Args::None, Some(Fix::manual("write Cloud API's fields")));
            }
        }
    }
}
