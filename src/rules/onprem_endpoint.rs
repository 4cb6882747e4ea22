//! `onprem-endpoint`: a call to an endpoint that only On-Premises API has.

use super::code::Goal;
use super::onprem_host::{hosts_in, is_onprem};
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::project::{names_other_product, names_whatsapp};
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "onprem-endpoint",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::CodeAndSettings,
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
                let of = if cloud.contains("://") { "" } else { " of Graph API" };
                let _ = write!(text.help, "call `{cloud}`{of} instead");
            }
            (None, _) => {
                text.message.push_str("; Cloud API has nothing in its place");
                text.help.push_str("take the call out");
                if let Some(note) = &endpoint.note {
                    let _ = write!(text.help, " ({note})");
                }
            }
        }
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Other, "call Cloud API's endpoint");
}

/// In settings the address of any endpoint, where its name says that it is WhatsApp's and its host is not told.
pub(super) fn look_at_settings(visit: &mut CodeVisit<'_>) {
    let uses = visit.uses;
    for address in visit.addresses {
        let setting = uses
            .lines
            .iter()
            .find(|setting| setting.span.start <= address.at.start && address.at.end <= setting.span.end);
        let Some(setting) = setting else { continue };
        let line = &visit.look.source[setting.span.range()];
        let ours = names_whatsapp(&setting.path) && !names_other_product(line);
        if ours && hosts_in(line).all(|(_, name)| !is_onprem(name)) {
            let sure = (if address.on_purpose { Severity::Note } else { Severity::Warning }, Confidence::Medium);
            visit.report_as(&RULE, address.at, Args::Endpoint(address.endpoint), "call Cloud API's endpoint", sure);
        }
    }
}
