//! `voice-message`: a voice note as a message type of its own.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Position, Value};
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "voice-message",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Manual],
    source: "Meta's migration guide, Push-To-Talk Messages",
    page: include_str!("voice_message.md"),
    visit: Some(visit),
    say: |_, _, text| {
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
