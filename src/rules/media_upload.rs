//! `media-upload`: an upload of media as On-Premises API took it.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;

pub static RULE: Rule = Rule {
    name: "media-upload",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "On-Premises API reference; Meta's media reference",
    page: include_str!("media_upload.md"),
    visit: None,
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "media are uploaded here as On-Premises API took them, the bytes as the body and the answer in `media[0].id`; Cloud API takes a form and answers `id`",
            "POST a form with `messaging_product`, `type` and `file` to `/<phone number ID>/media`, and read `id` of the answer",
        );
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Upload, "upload a form");
    if visit.speaks() {
        for at in visit.reads("id", &["media"]) {
            // An item of a list, as only the old client answered; `media` alone may be anything.
            if visit.is_of_list(at) {
                visit.report(&RULE, at, Args::Use("id"), "read `id` of the answer");
            }
        }
    }
}
