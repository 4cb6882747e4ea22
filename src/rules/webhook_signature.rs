//! `webhook-signature`: a webhook endpoint that does not check who sends.

use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;

pub static RULE: Rule = Rule {
    name: "webhook-signature",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "Meta's webhooks reference, Validating Payloads",
    page: include_str!("webhook_signature.md"),
    visit: None,
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "nothing in the project looks at `X-Hub-Signature-256`; anybody who knows the address can send webhooks to it",
            "compare the header with the HMAC-SHA256 of the raw body under the app secret, before parsing it",
        );
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    if let Some(at) = visit.endpoint()
        && !visit.project.checks_signature()
        && !visit.own.traits.signature
    {
        visit.report(&RULE, at, Args::Use("signature"), "check the signature");
    }
}
