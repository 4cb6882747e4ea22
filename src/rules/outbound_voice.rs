//! `outbound-voice`: a message that is sent with type `voice`.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "outbound-voice",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Unsafe],
    source: "Meta's messages reference, audio",
    page: include_str!("outbound_voice.md"),
    visit: Some(visit),
    code: None,
    say: |_, _, text| {
        text.set(
            "there is no message type `voice` to send; Cloud API sends voice notes as `audio`",
            "write `\"type\": \"audio\"` and put `\"voice\": true` into `audio`; the file must be OGG with Opus",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let content = visit.root.member("voice");
    let (kind, at) = match (visit.root.get("type"), content) {
        (Some(kind), _) if kind.is_text("voice") => (Some(kind), Place::value(kind)),
        (None, Some(member)) if !visit.root.is_open() => (None, Place::member(member)),
        _ => return,
    };
    visit.claim_missing(visit.root, "type");
    if let Some((_, voice)) = content {
        visit.claims.push((voice.id(), ""));
    }
    let fix = super::voice_message::as_audio(visit.root, kind, content);
    let level = fix.level.max(Level::Unsafe);
    visit.report(&RULE, at, Args::None, Some(Fix { level, ..fix }));
}
