//! `webhook-verification`: a webhook endpoint that does not answer the verification request.

use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;

pub static RULE: Rule = Rule {
    name: "webhook-verification",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "Meta's webhooks reference, Verification Requests",
    page: include_str!("webhook_verification.md"),
    visit: None,
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "nothing in the project answers `hub.challenge`; Cloud API calls no webhook endpoint that has not given its challenge back",
            "answer the GET request with the value of `hub.challenge` when `hub.verify_token` is yours",
        );
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    if let Some(at) = visit.endpoint()
        && !visit.project.answers_challenge()
        && !visit.own.traits.challenge
    {
        visit.report(&RULE, at, Args::Use("challenge"), "answer `hub.challenge`");
    }
}
