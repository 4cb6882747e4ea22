//! `unknown-message`: a message that the old client could not show.

use super::{Applies, Rule, Visit};
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};

pub static RULE: Rule = Rule {
    name: "unknown-message",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    applies: Applies::Webhooks,
    fix: &[Level::Unsafe, Level::Manual],
    source: "On-Premises webhook reference; Meta's webhook reference",
    page: include_str!("unknown_message.md"),
    visit: Some(visit),
    code: None,
    say: |finding, _, text| {
        if let Args::Case("ephemeral") = finding.args {
            text.set(
                "type `ephemeral` is On-Premises form; Cloud API sends disappearing messages under their own type",
                "give the sample the type and content of an ordinary message",
            );
        } else {
            text.set(
                "type `unknown` is On-Premises form; Cloud API now says `unsupported`, with error 131051",
                "write `unsupported`",
            );
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    // Older webhooks of Cloud API say `unknown`, too.
    if !visit.is_of_onprem() {
        return;
    }
    for message in visit.each(|anatomy| &anatomy.inbound) {
        let Some(kind) = message.get("type") else { continue };
        let (case, fix) = match kind.as_str() {
            Some("unknown") => {
                let change = Change::Set { node: kind.id(), value: Value::Text("unsupported".into()) };
                ("unknown", Fix::one(Level::Unsafe, "write `unsupported`", change))
            }
            Some("ephemeral") => ("ephemeral", Fix::manual("give it an ordinary type")),
            _ => continue,
        };
        visit.report(&RULE, Place::value(kind), Args::Case(case), Some(fix));
    }
}
