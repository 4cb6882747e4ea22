//! `system-message`: a system message as On-Premises API sent it.

use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level};
use crate::read::code::uses::StepKey;

pub static RULE: Rule = Rule {
    name: "system-message",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Manual],
    source: "On-Premises webhook reference; Meta's webhook reference",
    page: include_str!("system_message.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Use(_) = finding.args {
            text.set(
                "the code reads the new number of a user from `new_wa_id`, where On-Premises API had it; Cloud API has it in `wa_id`",
                "read `system.wa_id`",
            );
            return;
        }
        if let Args::Case("group") = finding.args {
            text.set(
                "the system message is about a group of On-Premises API; Cloud API has no such message, its groups have webhook fields of their own",
                "drop the sample; for Cloud API's groups subscribe to the `group_…` fields",
            );
        } else {
            text.set(
                "the new number of the user is in `new_wa_id`, as On-Premises API sent it; Cloud API has it in `wa_id`",
                "rename it to `wa_id`",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    // Cloud API itself sent `new_wa_id` until webhook version 11.
    if !visit.is_of_onprem() {
        return;
    }
    for message in visit.each(|anatomy| &anatomy.inbound) {
        let Some(system) = message.get("system") else { continue };
        if let Some(member) = system.member("new_wa_id") {
            let fix = if system.get("wa_id").is_none() {
                Fix::one(Level::Safe, "rename it to `wa_id`", Change::Rename { key: member.0.id(), to: "wa_id".into() })
            } else {
                Fix::manual("decide which number is right")
            };
            visit.report(&RULE, Place::member(member), Args::Case("number"), Some(fix));
        }
        let Some(kind) = system.get("type") else { continue };
        if kind.as_str().is_some_and(|kind| kind.starts_with("group_") || kind == "broadcast_list_created") {
            visit.report(&RULE, Place::value(kind), Args::Case("group"), Some(Fix::manual("drop the message")));
        }
    }
}

fn code(visit: &mut CodeVisit<'_>) {
    // Cloud API itself sent `new_wa_id` until webhook version 11.
    if visit.is_cloud() || visit.own.traits.product {
        return;
    }
    let read = visit.uses.steps.iter().filter(|step| !step.follows);
    let read = read.filter(|step| matches!(&step.key, StepKey::Key(key) if key == "new_wa_id")).map(|step| step.span);
    let declared = visit.uses.types.iter().flat_map(|declared| &declared.fields);
    let declared = declared.filter(|field| field.wire == "new_wa_id").map(|field| field.span);
    let places: Vec<_> = read.chain(declared).collect();
    for at in places {
        visit.report(&RULE, at, Args::Use("number"), "read `system.wa_id`");
    }
}
