//! `media-file-path`: the path of received media on the disk of the old client.

use super::{Applies, Rule, Visit};
use crate::finding::{Confidence, Severity};
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
    say: |_, _, text| {
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
