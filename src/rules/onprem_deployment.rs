//! `onprem-deployment`: files that run the old client.

use super::{Applies, CodeVisit, Rule};
use crate::facts::facts;
use crate::facts::tables::{Deployment, Sign};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::read::code::uses::Line;
use crate::tree::{Span, offset};
use std::fmt::Write as _;

pub static RULE: Rule = Rule {
    name: "onprem-deployment",
    severity: Severity::Note,
    confidence: Confidence::High,
    applies: Applies::Settings,
    fix: &[Level::Manual],
    source: "Meta's setup scripts of the old client",
    page: include_str!("onprem_deployment.md"),
    visit: None,
    code: None,
    say: |finding, _, text| {
        let Args::Sign(sign) = finding.args else { return };
        let _ = write!(
            text.message,
            "`{}` ({}) belongs to On-Premises API, whose last client expired on 2025-10-23",
            sign.name, sign.purpose
        );
        text.help.push_str("Cloud API has no client to run: take this out once nothing calls the old one");
    },
};

/// A name of the client on a line.
struct Seen {
    /// The line, by its number among the settings.
    line: usize,
    at: Span,
    sign: &'static Sign,
    /// Whether it says something only beside others.
    beside: bool,
}

pub(super) fn look(visit: &mut CodeVisit<'_>) {
    let (source, lines) = (visit.look.source, &visit.uses.lines);
    let deployment = facts().tables.deployment();
    let seen = lines.iter().enumerate().filter_map(|(line, setting)| seen(deployment, line, setting, source));
    let mut seen: Vec<Seen> = seen.collect();
    let alone = seen.iter().filter(|seen| !seen.beside).count();
    if alone == 0 {
        return;
    }
    services(deployment, lines, source, &mut seen);
    for Seen { at, sign, beside, .. } in seen {
        let sure = !beside && (alone > 1 || sign.confidence == Confidence::High);
        let confidence = if sure { Confidence::High } else { Confidence::Medium };
        visit.report_as(&RULE, at, Args::Sign(sign), "retire the client", (RULE.severity, confidence));
    }
}

/// The image that a line names, else the variable that it sets.
fn seen(deployment: &'static Deployment, line: usize, setting: &Line, source: &str) -> Option<Seen> {
    let text = &source[setting.span.range()];
    let span = |at: usize, len: usize| {
        let start = setting.span.start + offset(at);
        Span { start, end: start + offset(len) }
    };
    if let Some((at, sign)) = deployment.image(text) {
        return Some(Seen { line, at: span(at, sign.name.len()), sign, beside: false });
    }
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c| !word(c)).find_map(|name| {
        let sign = deployment.variable(name)?;
        let at = name.as_ptr() as usize - text.as_ptr() as usize;
        let value = given(&text[..at], &text[at + name.len()..])?;
        let ours = sign.value.as_ref().is_none_or(|start| value.trim_start_matches(['v', 'V']).starts_with(start));
        Some(Seen { line, at: span(at, name.len()), sign, beside: sign.beside || !ours })
    })
}

/// What a line gives the variable between `before` and `after`; `None` when it only refers to it.
fn given<'t>(before: &str, after: &'t str) -> Option<&'t str> {
    let refers = ["${", "$(", "$", ".", "%", "#{", "env(", "env:"].iter().any(|mark| before.ends_with(mark));
    let quotes = ['"', '\'', ' ', '\t'];
    let (before, after) = (before.trim_end_matches(quotes), after.trim_start_matches(quotes));
    if refers || before.ends_with("secrets") {
        return None;
    }
    if let Some(value) = after.strip_prefix(['=', ':']) {
        return Some(value.trim_start_matches(quotes));
    }
    // `ARG NAME`, `ENV NAME value`, `- NAME` and `- name: NAME`.
    let last = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    match last {
        "ENV" => Some(after),
        "ARG" | "export" | "-e" | "--env" | "-" | "" | "name:" | "key:" | "=" => after.is_empty().then_some(""),
        _ => None,
    }
}

/// Adds the services of compose files that stand for the client, unless what is in them tells already.
fn services(deployment: &'static Deployment, lines: &[Line], source: &str, seen: &mut Vec<Seen>) {
    for (line, setting) in lines.iter().enumerate() {
        let Some(sign) = setting.path.strip_prefix("services.").and_then(|name| deployment.service(name)) else {
            continue;
        };
        let inside = lines[line + 1..].iter().take_while(|below| below.indent > setting.indent).count();
        if !seen.iter().any(|seen| (line..=line + inside).contains(&seen.line)) {
            let name = source[setting.span.range()].find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(0);
            let start = setting.span.start + offset(name);
            let at = Span { start, end: start + offset(sign.name.len()) };
            seen.push(Seen { line, at, sign, beside: true });
        }
    }
}
