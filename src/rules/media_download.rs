//! `media-download`: a download of media as On-Premises API gave them.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Confidence, Severity};
use crate::fix::Level;

pub static RULE: Rule = Rule {
    name: "media-download",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "On-Premises API reference; Meta's media reference",
    page: include_str!("media_download.md"),
    visit: None,
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "media are fetched here by their ID, which On-Premises API answered with the bytes; Cloud API answers with a `url` that is valid for five minutes",
            "GET `/<media ID>` of Graph API, then GET the `url` of the answer with the same access token",
        );
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Download, "fetch the `url` of the answer");
}
