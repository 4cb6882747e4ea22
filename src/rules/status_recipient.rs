//! `status-recipient`: the recipient of a status one level too deep.

use super::code::same_name;
use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::read::code::Uses;
use crate::read::code::uses::{Of, Step, StepKey};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "status-recipient",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Manual],
    source: "On-Premises change log, v2.39.1 and v2.45; Meta's webhook reference",
    page: include_str!("status_recipient.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Use(_) = finding.args {
            text.set(
                "the code reads the recipient of a status from `message.recipient_id`, where On-Premises API had it; Cloud API has `recipient_id` in the status itself, without a leading `+`",
                "read `recipient_id` of the status",
            );
            return;
        }
        text.set(
            "the status has its recipient in `message.recipient_id`, as On-Premises API sent it; Cloud API has `recipient_id` in the status itself, without a leading `+`",
            "move it to `recipient_id`",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for status in visit.each(|anatomy| &anatomy.statuses) {
        let Some(member) = status.member("message") else { continue };
        let Some(recipient) = member.1.get("recipient_id") else { continue };
        let fix = fix(status, member, recipient).unwrap_or_else(|| Fix::manual("decide which recipient is right"));
        visit.report(&RULE, Place::member(member), Args::None, Some(fix));
    }
}

fn fix(status: Node<'_>, (key, message): (Node<'_>, Node<'_>), recipient: Node<'_>) -> Option<Fix> {
    // What else stands in `message` would be lost.
    if message.count() != 1 {
        return None;
    }
    let bare = recipient.as_str()?.trim_start_matches('+').to_owned();
    match status.get("recipient_id") {
        Some(other) if other.as_str() == Some(&bare) => {
            let change = Change::Remove { object: status.id(), key: key.id() };
            Some(Fix::one(Level::Safe, "delete `message`, whose recipient stands beside it", change))
        }
        Some(_) => None,
        None => {
            let changes = vec![
                Change::Rename { key: key.id(), to: "recipient_id".into() },
                Change::Set { node: message.id(), value: Value::Text(bare.into()) },
            ];
            Some(Fix { title: "move it to `recipient_id`".into(), level: Level::Safe, changes })
        }
    }
}

fn code(visit: &mut CodeVisit<'_>) {
    if visit.speaks() || visit.inbound.handles {
        let declared = visit.uses.types.iter().flat_map(|declared| &declared.fields);
        let nested = declared.filter(|field| field.wire == "message" && field.of_type.contains("recipient_id"));
        let nested = nested.map(|field| field.span);
        // A type that has nothing else is what statuses have as `message`.
        let alone = visit.uses.types.iter().filter(|declared| declared.fields.len() == 1);
        let alone = alone.flat_map(|declared| &declared.fields).filter(|field| field.wire == "recipient_id");
        let alone: Vec<_> = alone.map(|field| field.span).collect();
        let mut places: Vec<_> = if alone.is_empty() { nested.collect() } else { alone };
        let read = visit.uses.steps.iter().filter(|step| {
            !step.follows && is(step, "recipient_id") && (visit.inbound.handles || is_of_status(visit.uses, step))
        });
        places.extend(read.filter(|step| visit.uses.holder(step.of) == Some("message")).map(|step| step.span));
        for at in places {
            visit.report(&RULE, at, Args::Use("recipient"), "read `recipient_id` of the status");
        }
    }
}

fn is(step: &Step, name: &str) -> bool {
    matches!(&step.key, StepKey::Key(key) if same_name(key, name))
}

/// Whether what a property of a message is read from is a status: it is called so, or has a status itself. In chats of
/// others messages have recipients, too.
fn is_of_status(uses: &Uses, step: &Step) -> bool {
    let Of::Step(message) = step.of else { return false };
    let Some(message) = uses.steps.get(message as usize) else { return false };
    let named = uses.holder(message.of).is_some_and(|name| name.to_ascii_lowercase().contains("stat"));
    named || uses.steps.iter().any(|other| other.of == message.of && is(other, "status"))
}
