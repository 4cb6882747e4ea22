//! `onprem-endpoint`: a call to an endpoint that only On-Premises API has.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "onprem-endpoint",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "On-Premises API reference; Meta's Cloud API reference",
    page: include_str!("onprem_endpoint.md"),
    visit: None,
    code: Some(code),
    say: |finding, _, text| {
        let Args::Endpoint(endpoint) = finding.args else { return };
        let _ = write!(text.message, "`{}` is an endpoint of On-Premises API ({})", endpoint.path, endpoint.purpose);
        match (&endpoint.cloud, finding.severity) {
            (_, Severity::Note) => {
                text.message.push_str(", which this host serves on purpose");
                text.help
                    .push_str("nothing needs to change until you leave this provider; Cloud API's address is another");
            }
            (Some(cloud), _) => {
                text.message.push_str("; Cloud API does not have it");
                let _ = write!(text.help, "call `{cloud}` of Graph API instead");
            }
            (None, _) => {
                text.message.push_str("; Cloud API has nothing in its place");
                text.help.push_str(endpoint.note.as_deref().unwrap_or("do without it"));
            }
        }
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Other, "call Cloud API's endpoint");
}
