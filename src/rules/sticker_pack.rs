//! `sticker-pack`: sticker packs and what On-Premises API said of them.

use super::code::Goal;
use super::{Applies, CodeVisit, Media, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level};
use crate::form::{Document, Form};

pub static RULE: Rule = Rule {
    name: "sticker-pack",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Both,
    fix: &[Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Stickerpacks",
    page: include_str!("sticker_pack.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Endpoint(_) = finding.args {
            text.set(
                "`/v1/stickerpacks` manages sticker packs; Cloud API does not support sticker packs",
                "send stickers one by one, by the ID of an upload or a link",
            );
            return;
        }
        if let Args::Case("pack") = finding.args {
            text.set(
                "this is a sticker pack of On-Premises API; Cloud API does not support sticker packs",
                "send stickers one by one, by the ID of an upload or a link",
            );
        } else {
            text.set(
                "the sticker has pack metadata; Cloud API does not support sticker packs and sends none",
                "delete `metadata`, and do without it where it was read",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    if visit.payload.form == Form::OnPrem(Document::StickerPack) {
        let confidence = visit.sure_of_form(&RULE);
        let fix = Fix::manual("send the stickers one by one");
        visit.report(&RULE, Place::Lacks(visit.root.id()), Args::Case("pack"), Some(fix)).confidence = confidence;
        return;
    }
    for (kind, media) in &visit.anatomy.media {
        if *kind != Media::Sticker {
            continue;
        }
        let sticker = visit.node(*media);
        if let Some(member) = sticker.member("metadata") {
            let change = Change::Remove { object: sticker.id(), key: member.0.id() };
            visit.report(
                &RULE,
                Place::member(member),
                Args::Case("metadata"),
                Some(Fix::one(Level::Unsafe, "delete `metadata`", change)),
            );
        }
    }
}

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Stickers, "send the stickers one by one");
    if visit.speaks() {
        for at in visit.reads("metadata", &["sticker"]) {
            visit.report(&RULE, at, Args::Case("metadata"), "do without it");
        }
    }
}
