//! `webhook-signature`: a webhook endpoint that does not check who sends.

use std::collections::BTreeSet;

use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::read::code::uses::Call;

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

/// What makes a text of a value again.
const SERIALISED: [&str; 7] =
    ["JSON.stringify(", "json_encode(", ".to_json", "json.dumps(", "Jason.encode", "SerializeObject(", "Serialize("];

fn code(visit: &mut CodeVisit<'_>) {
    // Whether the bytes are the same as those that were sent is a matter of luck.
    let source = visit.look.source;
    let keyed = |call: &Call| call.name.to_ascii_lowercase().contains("hmac");
    // A hash without a key signs nothing.
    let signing: BTreeSet<_> = visit.uses.calls.iter().filter(|call| keyed(call)).map(|call| call.within).collect();
    let hashes = visit.uses.calls.iter().filter(|call| {
        let name = call.name.to_ascii_lowercase();
        let hashes = ["hexdigest", "update", "digest"].iter().any(|word| name.contains(word));
        keyed(call) || hashes && signing.contains(&call.within)
    });
    let again = hashes.flat_map(|call| &call.arguments).filter(|argument| {
        let text = source.get(argument.span.range()).unwrap_or_default();
        text.len() < 200 && SERIALISED.iter().any(|word| text.contains(word))
    });
    if visit.own.traits.signature
        && visit.speaks()
        && let Some(at) = again.map(|argument| argument.span).next()
    {
        visit.report(&RULE, at, Args::Use("again"), "hash the raw body");
    }
    if let Some(at) = visit.endpoint()
        && !visit.project.checks_signature()
        && !visit.own.traits.signature
    {
        visit.report(&RULE, at, Args::Use("signature"), "check the signature");
    }
}
