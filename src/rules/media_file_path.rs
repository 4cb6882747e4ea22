//! `media-file-path`: the path of received media on the disk of the old client.

use super::{Applies, CodeVisit, Rule, Visit};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "media-file-path",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Unsafe],
    source: "On-Premises webhook reference",
    page: include_str!("media_file_path.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        if let Args::Use(_) = finding.args {
            text.set(
                "the code reads `file`, a path on the disk of the old client; Cloud API stores media itself and never sends one",
                "ask for the media's `url` by its `id`, then fetch that within five minutes",
            );
            return;
        }
        text.set(
            "`file` is a path on the disk of the old client; Cloud API stores media itself and never sends one",
            "delete it from the sample; fetch media by `id`: ask for its `url`, then fetch that within five minutes",
        );
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Webhook) {
        return;
    }
    for (_, media) in &visit.anatomy.media {
        visit.report_unwanted(&RULE, visit.node(*media), "file", Level::Unsafe, "delete `file`");
    }
}

fn code(visit: &mut CodeVisit<'_>) {
    if !visit.speaks() {
        return;
    }
    let mut places = visit.reads(
        "file",
        &["image", "video", "audio", "voice", "document", "sticker", "media", "messages", "message", "msg"],
    );
    for declared in &visit.uses.types {
        let media = ["mime_type", "sha256"].iter().any(|name| declared.fields.iter().any(|field| field.wire == *name));
        let named = declared.name.to_ascii_lowercase().contains("media");
        let named = named && declared.fields.iter().any(|field| field.wire == "id");
        if media || named {
            places.extend(declared.fields.iter().filter(|field| field.wire == "file").map(|field| field.span));
        }
    }
    // Schemas list what media have.
    for table in &visit.uses.tables {
        let has = |name: &str| table.iter().find(|key| key.text == name);
        if has("mime_type").is_some() && has("sha256").is_some() {
            places.extend(has("file").map(|key| key.span).filter(|at| !visit.in_payload(*at)));
        }
    }
    for at in places {
        visit.report(&RULE, at, Args::Use("file"), "fetch media by its ID");
    }
}
