//! What code does with webhooks: which properties of the root it reads, and how sure it is that it is a webhook's.

use std::collections::{BTreeSet, HashMap};

use crate::read::code::Uses;
use crate::read::code::uses::{Of, StepKey};
use crate::severity::Confidence;
use crate::tree::{Span, offset};

/// The properties at the root of an On-Premises webhook.
pub(crate) const ROOT: [&str; 4] = ["messages", "statuses", "contacts", "errors"];

/// What is read from an item of each, when it is a webhook's.
const OF_MESSAGE: [&str; 22] = [
    "from",
    "type",
    "text",
    "timestamp",
    "voice",
    "image",
    "audio",
    "video",
    "document",
    "interactive",
    "button",
    "context",
    "location",
    "sticker",
    "id",
    "caption",
    "body",
    "system",
    "referral",
    "order",
    "reaction",
    "group_id",
];
const OF_STATUS: [&str; 9] =
    ["status", "recipient_id", "errors", "timestamp", "message", "id", "conversation", "pricing", "type"];
const OF_CONTACT: [&str; 2] = ["wa_id", "profile"];

/// What a Cloud webhook has the content in, or code calls what it took out of there.
const WRAPPERS: [&str; 12] = [
    "value",
    "values",
    "change",
    "changes",
    "entry",
    "entries",
    "val",
    "changevalue",
    "change_value",
    "webhookvalue",
    "webhook_value",
    "metadata",
];

/// What code calls the root of what it received.
const BODIES: [&str; 22] = [
    "body",
    "data",
    "payload",
    "json",
    "request",
    "req",
    "params",
    "event",
    "webhook",
    "notification",
    "input",
    "get_json",
    "getjson",
    "update",
    "content",
    "message_data",
    "incoming",
    "wh",
    "parsed",
    "root",
    "callback",
    "hook",
];

/// A property of a webhook's root that the code reads or declares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RootRead {
    pub at: Span,
    pub confidence: Confidence,
}

/// What code does with webhooks.
#[derive(Debug, Default)]
pub(crate) struct Inbound {
    /// Properties of the root of a webhook without envelope.
    pub roots: Vec<RootRead>,
    /// Whether any of the code takes messages for what a webhook has.
    pub handles: bool,
}

impl Inbound {
    /// What the uses of a file tell.
    pub fn of(uses: &Uses, speaks: bool, foreign: bool) -> Self {
        let ways = ways(uses);
        let mut below: HashMap<u32, BTreeSet<&str>> = HashMap::new();
        let mut together: HashMap<u32, BTreeSet<&str>> = HashMap::new();
        for (step, way) in uses.steps.iter().zip(&ways) {
            let StepKey::Key(key) = &step.key else { continue };
            below.entry(way.before).or_default().insert(key);
            if ROOT.contains(&key.as_str()) {
                together.entry(way.before).or_default().insert(key);
            }
        }
        let shaped = is_shaped(uses, foreign);
        let mut inbound = Self::default();
        for (step, way) in uses.steps.iter().zip(&ways) {
            let StepKey::Key(key) = &step.key else { continue };
            if step.follows || !ROOT.contains(&key.as_str()) || !at_root(uses, step.of) {
                continue;
            }
            let beside = together.get(&way.before).map_or(1, BTreeSet::len);
            let children = below.get(&way.whole);
            let known = |names: &[&str]| {
                children.map_or(0, |children| children.iter().filter(|child| names.contains(child)).count())
            };
            let told = match key.as_str() {
                "messages" => known(&OF_MESSAGE),
                "statuses" => known(&OF_STATUS),
                "contacts" => 2 * known(&OF_CONTACT),
                _ => 0,
            };
            // The answer to a contact check.
            let checked = key == "contacts"
                && children.is_some_and(|children| children.contains("status") && !children.contains("profile"));
            if checked {
                continue;
            }
            // Errors and contacts are many things; alone they tell nothing.
            let alone = beside < 2 && (key == "errors" || (key == "contacts" && told == 0));
            let of_body = named_as_body(uses, step.of);
            let score = told.min(3) + usize::from(of_body) + 2 * usize::from(beside > 1) + usize::from(speaks);
            if alone || !shaped || score < 3 || (!speaks && (told == 0 || score < 5)) {
                continue;
            }
            let confidence = if speaks && score >= 3 { Confidence::High } else { Confidence::Medium };
            inbound.roots.push(RootRead { at: step.span, confidence });
        }
        if shaped {
            inbound.declared(uses, speaks);
        }
        inbound.handles = !inbound.roots.is_empty();
        inbound
    }

    /// Types, schemas and lists that declare the root of a webhook.
    fn declared(&mut self, uses: &Uses, speaks: bool) {
        for declared in &uses.types {
            let fields: Vec<_> = declared.fields.iter().filter(|field| ROOT.contains(&field.wire.as_str())).collect();
            let wrapped = declared.fields.iter().any(|field| {
                matches!(field.wire.as_str(), "metadata" | "messaging_product" | "object" | "entry" | "meta")
            });
            let name = declared.name.to_ascii_lowercase();
            let named = ["webhook", "inbound", "incoming", "notification", "callback", "event"]
                .iter()
                .any(|word| name.contains(word));
            let strong = fields.iter().any(|field| matches!(field.wire.as_str(), "messages" | "statuses"));
            let answer = ["response", "result", "reply", "answer"].iter().any(|word| name.contains(word));
            let few = fields.len() < 2 && !(named && speaks);
            if wrapped || !strong || answer || few || WRAPPERS.contains(&name.as_str()) {
                continue;
            }
            let confidence = if fields.len() > 1 && speaks { Confidence::High } else { Confidence::Medium };
            self.roots.extend(fields.iter().map(|field| RootRead { at: field.span, confidence }));
        }
        for table in &uses.tables {
            let has = |name: &str| table.iter().any(|key| key.text == name);
            let names: Vec<_> = table.iter().filter(|name| ROOT.contains(&name.text.as_str())).collect();
            let wrapped = has("metadata") || has("messaging_product") || has("entry") || has("object") || has("to");
            if names.len() >= 2 && (has("messages") || has("statuses")) && !wrapped {
                self.roots.extend(names.iter().map(|name| RootRead { at: name.span, confidence: Confidence::Medium }));
            }
        }
    }
}

/// Whether properties are read or declared that messages, statuses and contacts of WhatsApp have.
fn is_shaped(uses: &Uses, foreign: bool) -> bool {
    let fields = uses.types.iter().flat_map(|declared| declared.fields.iter().map(|field| field.wire.as_str()));
    let read = uses.steps.iter().filter_map(|step| match &step.key {
        StepKey::Key(name) => Some(name.as_str()),
        _ => None,
    });
    let tables = uses.tables.iter().flatten().map(|name| name.text.as_str());
    let names: BTreeSet<&str> = fields.chain(read).chain(tables).collect();
    let has = |name: &str| names.contains(name);
    let nested = uses
        .types
        .iter()
        .flat_map(|declared| &declared.fields)
        .any(|field| field.of_type.contains("wa_id") || field.of_type.contains("recipient_id"));
    if nested || ["wa_id", "recipient_id", "new_wa_id"].iter().any(|name| has(name)) {
        return true;
    }
    // What is left other products have as well.
    !foreign
        && ((has("from") && ["type", "text", "id", "timestamp", "body"].iter().any(|name| has(name)))
            || uses.steps.iter().any(|step| {
                matches!(&step.key, StepKey::Key(key) if key == "id") && uses.holder(step.of) == Some("voice")
            })
            || (has("text") && has("body") && has("messages"))
            || (has("statuses") && has("status")))
}

/// The way to a step, by a number that is the same where the same names lead to it, items of lists left out.
#[derive(Clone, Copy)]
struct Way {
    /// The way to what the step is read from.
    before: u32,
    whole: u32,
}

/// The ways to all steps.
fn ways(uses: &Uses) -> Vec<Way> {
    let mut known: HashMap<(Option<u32>, &str), u32> = HashMap::new();
    let mut number = |before, name| {
        let next = offset(known.len());
        *known.entry((before, name)).or_insert(next)
    };
    let bases: Vec<u32> = uses.bases.iter().map(|base| number(None, base.name.as_str())).collect();
    let nowhere = number(None, "");
    let mut ways: Vec<Way> = Vec::with_capacity(uses.steps.len());
    for step in &uses.steps {
        let before = match step.of {
            Of::Base(base) => bases.get(base as usize).copied(),
            Of::Step(step) => ways.get(step as usize).map(|way| way.whole),
        };
        let before = before.unwrap_or(nowhere);
        let whole = match &step.key {
            StepKey::Key(name) => number(Some(before), name),
            StepKey::Index(_) | StepKey::Each | StepKey::Call(_) => before,
        };
        ways.push(Way { before, whole });
    }
    ways
}

/// Whether what a property is read from may be the root of a webhook: no part of an envelope, no answer to a request,
/// nothing inside a message.
fn at_root(uses: &Uses, mut of: Of) -> bool {
    let mut first = true;
    loop {
        match of {
            Of::Base(base) => {
                let Some(base) = uses.bases.get(base as usize) else { return false };
                let name = base.name.to_ascii_lowercase();
                let answer = base.answer
                    || ["resp", "result", "res.", "reply", "answer", "client", "completion", "chat", "self"]
                        .iter()
                        .any(|word| name.starts_with(word) && name != "request");
                let inside = first
                    && matches!(
                        name.as_str(),
                        "message"
                            | "msg"
                            | "status"
                            | "contact"
                            | "error"
                            | "errors"
                            | "state"
                            | "props"
                            | "form"
                            | "serializer"
                            | "session"
                            | "conversation"
                            | "thread"
                            | "user"
                            | "store"
                            | "db"
                    );
                return !answer && !inside && !WRAPPERS.contains(&name.as_str());
            }
            Of::Step(step) => {
                let Some(step) = uses.steps.get(step as usize) else { return false };
                if let StepKey::Key(name) = &step.key {
                    let lower = name.to_ascii_lowercase();
                    if WRAPPERS.contains(&lower.as_str()) || ROOT.contains(&lower.as_str()) {
                        return false;
                    }
                    if first
                        && matches!(
                            lower.as_str(),
                            "message"
                                | "state"
                                | "props"
                                | "user"
                                | "choices"
                                | "client"
                                | "conversation"
                                | "session"
                                | "form"
                                | "error"
                        )
                    {
                        return false;
                    }
                    first = false;
                }
                of = step.of;
            }
        }
    }
}

/// Whether the code calls what a property is read from like the body of a request.
fn named_as_body(uses: &Uses, mut of: Of) -> bool {
    loop {
        let name = match of {
            Of::Base(base) => return uses.bases.get(base as usize).is_some_and(|base| is_body(&base.name)),
            Of::Step(step) => {
                let Some(step) = uses.steps.get(step as usize) else { return false };
                of = step.of;
                &step.key
            }
        };
        match name {
            StepKey::Key(name) | StepKey::Call(name) if is_body(name) => return true,
            _ => {}
        }
    }
}

fn is_body(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    BODIES.contains(&name.as_str())
        || ["payload", "body", "webhook", "request", "event"].iter().any(|word| name.contains(word))
}
