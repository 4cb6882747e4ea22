//! `webhook-field`: a webhook handler that takes every change for messages.

use super::code::snippet;
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::read::code::uses::StepKey;
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "webhook-field",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "Meta's webhooks reference; Meta's migration guide",
    page: include_str!("webhook_field.md"),
    visit: None,
    code: Some(code),
    say: |_, look, text| {
        text.message.push_str(
            "every change is taken for messages; Business Management webhooks such as `message_template_status_update` arrive at the same endpoint and have another `value`",
        );
        let field = snippet::property(look.tree.language(), "change", &["field"]);
        let _ = write!(text.help, "look at {field} first, and go on only when it is `messages`");
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    let traits = visit.own.traits;
    if !traits.unwraps || !visit.speaks() || traits.field || visit.project.looks_at_field() {
        return;
    }
    let uses = visit.uses;
    let is = |key: &StepKey, name: &str| matches!(key, StepKey::Key(key) if key == name);
    let content = |step: &&crate::read::code::uses::Step| {
        (is(&step.key, "messages") || is(&step.key, "statuses")) && uses.holder(step.of) == Some("value")
    };
    let read: Vec<_> = uses.steps.iter().filter(content).collect();
    // Who asks whether there are messages does as well.
    if read.is_empty() || read.iter().any(|step| step.tested) {
        return;
    }
    let changes = uses.steps.iter().find(|step| !step.follows && is(&step.key, "changes")).map(|step| step.span);
    if let Some(at) = changes {
        visit.report(&RULE, at, Args::Use("field"), "look at `field` first");
    }
}
