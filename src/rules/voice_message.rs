//! `voice-message`: a voice note as a message type of its own.

use std::fmt::Write as _;

use super::code::snippet;
use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::read::code::uses::{Constant, StepKey};
use crate::tree::{Node, Span};

pub static RULE: Rule = Rule {
    name: "voice-message",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Manual],
    source: "Meta's migration guide, Push-To-Talk Messages",
    page: include_str!("voice_message.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, look, text| {
        if let Args::Use(_) = finding.args {
            let voice = snippet::property(look.tree.language(), "message", &["audio", "voice"]);
            text.message.push_str(
                "the code waits for voice notes as `voice`, as On-Premises API sent them; Cloud API sends type `audio` with `audio.voice` set to true",
            );
            let _ = write!(
                text.help,
                "wait for type `audio`, and look at {voice} where a voice note is another thing than a sound file"
            );
            return;
        }
        text.set(
            "the voice note has type `voice`, as On-Premises API sent it; Cloud API sends type `audio` with `audio.voice` set to true",
            "write `\"type\": \"audio\"` and put `\"voice\": true` into `audio`",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    for message in visit.each(|anatomy| &anatomy.inbound) {
        let kind = message.get("type");
        let typed = kind.filter(|kind| kind.is_text("voice"));
        let content = message.member("voice");
        let at = match (typed, content) {
            (Some(kind), _) => Place::value(kind),
            (None, Some(member)) if kind.is_none() => Place::member(member),
            _ => continue,
        };
        let fix = as_audio(message, typed, content);
        if let Some((_, voice)) = content {
            visit.claims.push((voice.id(), ""));
        }
        visit.report(&RULE, at, Args::None, Some(fix));
    }
}

/// The change of a message of type `voice`, or with that content and no type, into one of type `audio`.
pub(crate) fn as_audio(message: Node<'_>, typed: Option<Node<'_>>, content: Option<(Node<'_>, Node<'_>)>) -> Fix {
    let (Some((key, voice)), None) = (content, message.get("audio")) else {
        return Fix::manual("write it as `audio`");
    };
    let audio = Value::Text("audio".into());
    let typed = match typed {
        Some(kind) => Change::Set { node: kind.id(), value: audio },
        None => Change::Insert { object: message.id(), name: "type", value: audio, position: Position::First },
    };
    let mut changes = vec![typed, Change::Rename { key: key.id(), to: "audio".into() }];
    if voice.is_object() && voice.get("voice").is_none() {
        let (object, position) = (voice.id(), Position::Last);
        changes.push(Change::Insert { object, name: "voice", value: Value::Bool(true), position });
    }
    Fix { title: "write it as `audio` with `\"voice\": true`".into(), level: Level::Safe, changes }
}

/// Types of messages that stand beside `voice` where it is one of them.
const TYPES: [&str; 11] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "location",
    "contacts",
    "sticker",
    "button",
    "interactive",
    "system",
];

/// What code calls a message that was received, or what is in one.
const MESSAGES: [&str; 10] =
    ["messages", "message", "msg", "m", "inbound", "incoming", "item", "in_message", "wa_message", "data"];

fn code(visit: &mut CodeVisit<'_>) {
    let traits = visit.own.traits;
    let foreign = traits.other_product && !visit.inbound.handles;
    if !visit.speaks() || traits.audio_voice || visit.is_cloud() || foreign || visit.project.knows_audio_voice() {
        return;
    }
    let is_voice = |name: &str| name == "voice";
    let mut places = Vec::new();
    // One type alone may be anything's.
    let siblings = visit.uses.comparisons.iter().any(|comparison| {
        let name = comparison.name.to_ascii_lowercase();
        let typed = name.contains("type") || name.contains("kind") || name.is_empty();
        typed && matches!(&comparison.with, Constant::Text(text) if TYPES.contains(&text.as_str()))
    });
    for comparison in &visit.uses.comparisons {
        let Constant::Text(text) = &comparison.with else { continue };
        let name = comparison.name.to_ascii_lowercase();
        let typed = name.contains("type") || name.contains("kind") || comparison.name.is_empty();
        if typed && is_voice(text) {
            places.push((comparison.span, siblings && !comparison.name.is_empty()));
        }
    }
    for step in visit.uses.steps.iter().filter(|step| !step.follows) {
        let StepKey::Key(key) = &step.key else { continue };
        let below = visit.uses.holder(step.of).is_some_and(|holder| {
            let holder = holder.to_ascii_lowercase();
            MESSAGES.contains(&holder.as_str()) || holder.ends_with("message") || holder.ends_with("msg")
        });
        if is_voice(key) && below {
            places.push((step.span, true));
        }
    }
    for table in &visit.uses.tables {
        let others = table.iter().filter(|name| TYPES.contains(&name.text.as_str())).count();
        if others > 0 {
            places.extend(table.iter().filter(|name| is_voice(&name.text)).map(|name| (name.span, others > 1)));
        }
    }
    for declared in &visit.uses.types {
        let others = declared.fields.iter().filter(|field| {
            TYPES.contains(&field.wire.as_str()) || matches!(field.wire.as_str(), "from" | "timestamp" | "type")
        });
        if others.count() > 1 {
            places.extend(declared.fields.iter().filter(|field| is_voice(&field.wire)).map(|field| (field.span, true)));
        }
    }
    places.extend(handlers(visit));
    let sure = visit.inbound.handles || traits.speaks;
    for (at, alone) in places {
        if visit.in_payload(at) || !(visit.inbound.handles || alone) {
            continue;
        }
        let confidence = if sure && alone { Confidence::High } else { Confidence::Medium };
        visit.report(&RULE, at, Args::Use("voice"), "wait for `audio`").confidence = confidence;
    }
}

/// Functions that are called for a type by their name: `handle_voice` beside `handle_text`.
fn handlers(visit: &CodeVisit<'_>) -> Vec<(Span, bool)> {
    let names: Vec<(String, Span)> =
        visit.uses.functions.iter().map(|function| (words(&function.name), function.span)).collect();
    let mut places = Vec::new();
    for (name, at) in &names {
        let parts: Vec<&str> = name.split('_').collect();
        let Some(place) = parts.iter().position(|part| *part == "voice") else { continue };
        let beside = names.iter().any(|(other, _)| {
            let others: Vec<&str> = other.split('_').collect();
            others.len() == parts.len()
                && others
                    .iter()
                    .zip(&parts)
                    .enumerate()
                    .all(|(index, (one, other))| if index == place { TYPES.contains(one) } else { one == other })
        });
        let verbs = ["handle", "handler", "on", "process", "receive", "parse", "dispatch", "do", "store", "save"];
        if beside && parts.iter().any(|part| verbs.contains(part)) {
            places.push((*at, true));
        }
    }
    places
}

/// A name in lower case with `_` between its words.
fn words(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
