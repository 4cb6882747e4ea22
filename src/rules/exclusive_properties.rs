//! `exclusive-properties`: two properties that exclude each other.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::form::Document;
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "exclusive-properties",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    applies: Applies::Payloads,
    fix: &[],
    source: "SDKs agree; Meta's flow message reference",
    page: include_str!("exclusive_properties.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        let Args::Case(case) = finding.args else { return };
        let (message, help) = match case {
            "media both" => (
                "the media object has both `id` and `link`; Cloud API takes exactly one of them",
                "keep the `id` of an upload, or the `link`",
            ),
            "media none" => (
                "the media object has neither `id` nor `link`; Cloud API needs one of them",
                "add the `id` of an upload, or a `link`",
            ),
            "flow both" => {
                ("the flow has both `flow_id` and `flow_name`; Cloud API takes exactly one of them", "keep one of them")
            }
            "flow payload" => (
                "`flow_action_payload` goes with the action `navigate` only; with `data_exchange` the first screen comes from your endpoint",
                "delete `flow_action_payload`, or write `navigate`",
            ),
            _ => ("the flow has neither `flow_id` nor `flow_name`; Cloud API needs one of them", "add `flow_id`"),
        };
        text.set(message, help);
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    for (_, media) in &visit.anatomy.media {
        exactly_one(visit, visit.node(*media), ["id", "link"], ["media both", "media none"]);
    }
    for action in visit.each(|anatomy| &anatomy.actions) {
        let flow = action.get("name").is_some_and(|name| name.is_text("flow"));
        if let Some(parameters) = action.get("parameters").filter(|node| flow && node.is_object()) {
            exactly_one(visit, parameters, ["flow_id", "flow_name"], ["flow both", "flow none"]);
            let exchanges = parameters.get("flow_action").and_then(|action| action.as_str()) == Some("data_exchange");
            if let Some(member) = parameters.member("flow_action_payload").filter(|_| exchanges) {
                visit.report(&RULE, Place::member(member), Args::Case("flow payload"), None);
            }
        }
    }
}

fn exactly_one(visit: &mut Visit<'_>, object: Node<'_>, names: [&'static str; 2], cases: [&'static str; 2]) {
    match names.map(|name| object.get(name).is_some()) {
        // Code may give it the one or the other.
        [true, true] if object.is_open() && visit.look.tree.language().is_some() => {}
        [true, true] => {
            visit.report(&RULE, Place::value(object), Args::Case(cases[0]), None);
        }
        [false, false] if !object.is_open() && object.members().all(|(key, _)| !key.has_hole()) => {
            visit.report(&RULE, Place::Lacks(object.id()), Args::Case(cases[1]), None);
        }
        _ => {}
    }
}
