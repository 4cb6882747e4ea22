//! `onprem-host`: a host that served On-Premises form.

use super::{Applies, CodeVisit, Rule};
use crate::facts::facts;
use crate::facts::tables::Api;
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::project::names_whatsapp;
use crate::read::code::uses::Line;
use crate::tree::Span;
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "onprem-host",
    severity: Severity::Warning,
    confidence: Confidence::High,
    applies: Applies::CodeAndSettings,
    fix: &[Level::Manual],
    source: "360dialog's and Turn.io's documentation; Meta's setup scripts of the old client",
    page: include_str!("onprem_host.md"),
    visit: None,
    code: Some(look),
    say: |finding, _, text| {
        let Args::Host(host) = finding.args else { return };
        if finding.severity == Severity::Note {
            let _ = write!(text.message, "`{}` serves On-Premises form to this day", host.host);
            text.help.push_str("nothing needs to change until you leave this provider");
            return;
        }
        let _ = write!(text.message, "`{}` is a host of On-Premises form", host.host);
        text.help.push_str("call `graph.facebook.com`, or your provider's host for Cloud API");
        if let Some(note) = &host.note {
            let _ = write!(text.help, " ({note})");
        }
    },
};

pub(super) fn look(visit: &mut CodeVisit<'_>) {
    let (tables, source) = (&facts().tables, visit.look.source);
    let mut found = Vec::new();
    for text in visit.uses.texts.iter().filter(|text| !text.part && text.text.len() <= 400) {
        for (at, name) in hosts_in(&text.text) {
            let Some(host) = tables.endpoints().host(name).filter(|host| host.form == Api::OnPrem) else { continue };
            let at = text.place(at);
            // Constants of other files are told there, and images in settings by their own rule.
            let image = visit.uses.language.is_none() && tables.deployment().image(name).is_some();
            if image || !source[at.range()].contains(name) {
                continue;
            }
            // A port of one's own machine, and a name in one's own network, may be anything.
            let own = host.host.starts_with("localhost") || host.host == "whatsapp.local";
            if !own || visit.speaks() && !is_of_prometheus(visit, at) {
                found.push((at, host));
            }
        }
    }
    for (at, host) in found {
        let on_purpose = host.provider.as_deref() == Some("Turn.io")
            || visit.config.hosts.iter().any(|known| known.on_purpose && known.host.eq_ignore_ascii_case(&host.host));
        let severity = if on_purpose { Severity::Note } else { RULE.severity };
        visit.report_as(&RULE, at, Args::Host(host), "call Cloud API's host", (severity, host.confidence));
    }
}

/// Whether a setting may be about Prometheus, which has the same port.
fn is_of_prometheus(visit: &CodeVisit<'_>, at: Span) -> bool {
    let named = |text: &str| text.to_ascii_lowercase().contains("prometheus");
    let here = |setting: &&Line| setting.span.start <= at.start && at.end <= setting.span.end;
    let setting = visit.uses.lines.iter().find(here);
    named(visit.look.source) && setting.is_some_and(|setting| !names_whatsapp(&setting.path))
}

/// Names of hosts in a text, with the offset at which each begins.
pub(super) fn hosts_in(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    text.split(move |c: char| !part(c)).filter(|name| name.contains(['.', ':'])).map(|name| {
        let at = name.as_ptr() as usize - text.as_ptr() as usize;
        (at, name.trim_matches([':', '.']))
    })
}

/// Whether a host serves On-Premises form.
pub(super) fn is_onprem(name: &str) -> bool {
    facts().tables.endpoints().host(name).is_some_and(|host| host.form == Api::OnPrem)
}
