//! `hsm-message`: the legacy template object, which Cloud API never had.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Fix, Level};
use crate::form::Document;
use crate::tree::Node;

pub static RULE: Rule = Rule {
    name: "hsm-message",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Payloads,
    fix: &[Level::Manual],
    source: "Meta's messages reference; On-Premises change log, v2.39",
    page: include_str!("hsm_message.md"),
    visit: Some(visit),
    say: |_, _, text| {
        text.set(
            "`hsm` is the legacy template object of On-Premises API; Cloud API has no such message type",
            "send it as `template`: `element_name` becomes `name`, each of `localizable_params` a parameter of the body",
        );
    },
};

/// Whether a message is one with the legacy template object, and nothing else.
pub(crate) fn is_hsm(root: Node<'_>) -> bool {
    let typed = root.get("type").is_none_or(|kind| kind.is_hole() || kind.as_str() == Some("hsm"));
    typed && root.get("hsm").is_some()
}

fn visit(visit: &mut Visit<'_>) {
    if !visit.is(Document::Message) {
        return;
    }
    let Some(member) = visit.root.member("hsm") else { return };
    let fix = Fix { title: "rewrite `hsm` as `template`".into(), level: Level::Manual, changes: Vec::new() };
    visit.report(&RULE, Place::member(member), Args::None, Some(fix));
}
