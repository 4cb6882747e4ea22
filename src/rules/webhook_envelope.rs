//! `webhook-envelope`: a webhook sample without the envelope that Cloud API puts around it.

use std::fmt::Write as _;
use std::sync::Arc;

use super::code::{ROOT, snippet};
use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level};
use crate::form::{Document, Form, Part};

pub static RULE: Rule = Rule {
    name: "webhook-envelope",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Webhooks",
    page: include_str!("webhook_envelope.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, look, text| {
        if let Args::Use(_) = finding.args {
            let written = look.source.get(look.span(finding.at).range()).unwrap_or_default();
            let name = ROOT.into_iter().find(|name| written.to_ascii_lowercase().contains(name)).unwrap_or("messages");
            let value = snippet::property(look.tree.language(), "change", &["value", name]);
            let _ = write!(
                text.message,
                "`{name}` is taken for a property of the webhook's root, as On-Premises API sent it; Cloud API sends it in `entry[].changes[].value`"
            );
            let _ = write!(
                text.help,
                "go through `entry` and the `changes` of each, and read {value}; receive Cloud webhooks at an endpoint of their own"
            );
            return;
        }
        text.set(
            "the webhook has its content at the root, as On-Premises API sent it; Cloud API sends it in `entry[].changes[].value`",
            "put the sample into Cloud API's envelope, and receive Cloud webhooks at an endpoint of their own",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    // A declared form may be that of a sample which has its envelope, or a part of it.
    if visit.payload.form != Form::OnPrem(Document::Webhook) || visit.payload.part != Part::Value {
        return;
    }
    let identity = visit.numbers.identity_of(visit.root, visit.look.source);
    let wrap = Change::WrapInEnvelope { node: visit.root.id(), identity: Arc::clone(identity) };
    let told = ["messaging_product", "metadata"].iter().any(|name| visit.root.get(name).is_some());
    let fix = if told {
        Fix::manual("put it into `entry[].changes[].value`")
    } else if identity.is_complete() {
        Fix::one(Level::Safe, "wrap it in the envelope of the configured number", wrap)
    } else {
        Fix::one(Level::Unsafe, "wrap it in an envelope; `[webhook]` in waport.toml says whose", wrap)
    };
    let confidence = visit.sure_of_form(&RULE);
    visit.report(&RULE, Place::Lacks(visit.root.id()), Args::None, Some(fix)).confidence = confidence;
}

fn code(visit: &mut CodeVisit<'_>) {
    // What is handed on from the envelope is right as it is.
    if visit.is_cloud() {
        return;
    }
    let inbound = visit.inbound;
    for root in &inbound.roots {
        if !visit.in_payload(root.at) {
            visit.report(&RULE, root.at, Args::Use("root"), "read it from `entry[].changes[].value`").confidence =
                root.confidence;
        }
    }
}
