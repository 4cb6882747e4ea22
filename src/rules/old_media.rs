//! `old-media`: what the old client said of its own copy of received media.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::form::Document;

pub static RULE: Rule = Rule {
    name: "old-media",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Webhooks,
    fix: &[Level::Unsafe],
    source: "On-Premises webhook reference; Meta's webhook reference",
    page: include_str!("old_media.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        if let Args::Case("link") = finding.args {
            text.set(
                "`link` in received media is the address that the old client gave; Cloud API sends none",
                "delete it from the sample; fetch media by `id`: ask for its `url`, then fetch that within five minutes",
            );
        } else {
            text.set(
                "`status` in received media says whether the old client had fetched the file; Cloud API stores media itself and sends none",
                "delete it from the sample, and do without it",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Webhook) {
        return;
    }
    for (_, media) in &visit.anatomy.media {
        let media = visit.node(*media);
        for (name, title) in [("link", "delete `link`"), ("status", "delete `status`")] {
            if let Some(finding) = visit.report_unwanted(&RULE, media, name, Level::Unsafe, title) {
                finding.args = Args::Case(name);
            }
        }
    }
}
