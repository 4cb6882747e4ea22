//! `onprem-host`: a host that served On-Premises form.

use super::{Applies, CodeVisit, Rule};
use crate::facts::facts;
use crate::facts::tables::Api;
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "onprem-host",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "360dialog's and Turn.io's documentation; Meta's setup scripts of the old client",
    page: include_str!("onprem_host.md"),
    visit: None,
    code: Some(code),
    say: |finding, _, text| {
        let Args::Host(host) = finding.args else { return };
        let _ = write!(text.message, "`{}` serves On-Premises form", host.host);
        if finding.severity == Severity::Note {
            text.message.push_str(", which it does to this day");
            text.help.push_str("nothing needs to change until you leave this provider");
            return;
        }
        text.help.push_str("call `graph.facebook.com`, or your provider's host for Cloud API");
        if let Some(note) = &host.note {
            let _ = write!(text.help, " ({note})");
        }
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    let hosts = facts().tables.endpoints();
    let mut found = Vec::new();
    for text in visit.uses.texts.iter().filter(|text| !text.part && text.text.len() <= 400) {
        for (at, name) in hosts_in(&text.text) {
            let Some(host) = hosts.host(name).filter(|host| host.form == Api::OnPrem) else { continue };
            // A port of one's own machine, and a name in one's own network, may be anything.
            let own = host.host.starts_with("localhost") || host.provider.is_none() && host.host.ends_with(".local");
            if !own || visit.speaks() {
                found.push((text.place(at), host));
            }
        }
    }
    for (at, host) in found {
        let on_purpose = host.provider.as_deref() == Some("Turn.io")
            || visit.config.hosts.iter().any(|known| known.host.eq_ignore_ascii_case(&host.host));
        let severity = if on_purpose { Severity::Note } else { RULE.severity };
        visit.report_as(&RULE, at, Args::Host(host), "call Cloud API's host", (severity, host.confidence));
    }
}

/// Names of hosts in a text, with the offset at which each begins.
fn hosts_in(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    text.split(move |c: char| !part(c)).filter(|name| name.contains(['.', ':'])).map(|name| {
        let at = name.as_ptr() as usize - text.as_ptr() as usize;
        (at, name.trim_matches([':', '.']))
    })
}
