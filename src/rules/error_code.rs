//! `error-code`: an error code of On-Premises API, which Cloud API never sends.

use std::fmt::Write as _;

use super::{Applies, CodeVisit, Rule, Visit};
use crate::facts::facts;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};
use crate::read::code::uses::{Constant, StepKey};

pub static RULE: Rule = Rule {
    name: "error-code",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Error Codes",
    page: include_str!("error_code.md"),
    visit: Some(visit),
    code: Some(code),
    say: |finding, _, text| {
        let Args::Code(row) = finding.args else { return };
        let _ = write!(
            text.message,
            "{} is an error code of On-Premises API ({}); Cloud API's codes are different",
            row.code, row.title
        );
        match (row.cloud.split_first(), row.confidence) {
            (Some((code, [])), Confidence::High) => {
                let _ = write!(text.help, "Cloud API says {code}");
            }
            (Some((code, others)), confidence) => {
                let sure = if confidence == Confidence::Low { "perhaps" } else { "likely" };
                let _ = write!(text.help, "Cloud API {sure} says {code}");
                for code in others {
                    let _ = write!(text.help, " or {code}");
                }
                text.help.push_str("; no official table was found");
            }
            (None, _) => text.help.push_str("Cloud API has no counterpart"),
        }
        if let Some(note) = &row.note {
            let _ = write!(text.help, " ({note})");
        }
    },
};

fn visit(visit: &mut Visit<'_>) {
    let codes = &facts().error_codes;
    for error in visit.each(|anatomy| &anatomy.errors) {
        let Some(code) = error.get("code") else { continue };
        let Some(number) = code.as_i64() else { continue };
        let Some(row) = codes.onprem(number) else { continue };
        if codes.cloud(number).is_some() {
            continue;
        }
        let fix = match (row.cloud.first(), row.confidence) {
            (Some(cloud), Confidence::High) => set(code, Level::Safe, *cloud),
            (Some(cloud), Confidence::Medium) => set(code, Level::Unsafe, *cloud),
            _ => Fix::manual("decide which code of Cloud API is meant"),
        };
        // In Cloud form the number may be the mistake of a provider between.
        let confidence = if visit.is_of_onprem() { visit.sure_of_form(&RULE) } else { Confidence::Medium };
        visit.report(&RULE, Place::value(code), Args::Code(row), Some(fix)).confidence = confidence;
    }
}

fn set(code: crate::tree::Node<'_>, level: Level, cloud: i64) -> Fix {
    Fix::one(level, format!("write {cloud}"), Change::Set { node: code.id(), value: Value::Integer(cloud) })
}

fn code(visit: &mut CodeVisit<'_>) {
    // The same numbers mean something else at providers.
    let foreign = visit.own.traits.other_product && !visit.inbound.handles && visit.addresses.is_empty();
    if !visit.speaks() || foreign {
        return;
    }
    let websocket = visit.look.source.to_ascii_lowercase().contains("websocket");
    let mut found = Vec::new();
    for comparison in &visit.uses.comparisons {
        let number = match &comparison.with {
            Constant::Number(text) => text,
            Constant::Text(text) if text.len() <= 4 => text,
            Constant::Text(_) => continue,
        };
        let Some(row) = number.parse().ok().and_then(|code| facts().error_codes.onprem(code)) else { continue };
        let name = comparison.name.to_ascii_lowercase();
        let of_errors = comparison.of.is_some_and(|step| {
            visit
                .uses
                .path(step)
                .iter()
                .any(|key| matches!(key, StepKey::Key(key) if key == "errors" || key == "error"))
        });
        // Those that HTTP has, too, only where it is plainly an error of a webhook or an answer.
        let http =
            (400..600).contains(&row.code) && !(430..=499).contains(&row.code) || matches!(row.code, 429 | 430 | 480);
        // Those that close a WebSocket have the same numbers.
        let closes = (1000..=1015).contains(&row.code) && websocket;
        let http = http || closes;
        let named = (name.contains("code") || name.contains("err")) && !name.contains("status");
        if named && (of_errors || !http) {
            found.push((comparison.span, row, of_errors));
        }
    }
    for table in &visit.uses.tables {
        let rows: Vec<_> = table
            .iter()
            .filter_map(|name| Some((name.span, facts().error_codes.onprem(name.text.parse().ok()?)?)))
            .collect();
        let own = rows.iter().filter(|(_, row)| row.code >= 1000 || (470..=472).contains(&row.code)).count();
        // A table of HTTP's codes, or of all numbers there are.
        let others = table.iter().filter(|name| name.text.parse::<u32>().is_ok()).count();
        if (own > 1 || own == 1 && rows.len() == table.len()) && 2 * own >= others {
            found.extend(rows.into_iter().map(|(at, row)| (at, row, false)));
        }
    }
    for (name, number) in &visit.uses.numbers {
        let Some(row) = number.parse().ok().and_then(|code| facts().error_codes.onprem(code)) else { continue };
        let own = row.code >= 1000 || (470..=472).contains(&row.code);
        let lower = name.text.to_ascii_lowercase();
        let named = ["err", "code"].iter().any(|word| lower.contains(word));
        if own && (named || found.iter().any(|(_, other, _)| other.code == row.code)) {
            found.push((name.span, row, false));
        }
    }
    for (at, row, sure) in found {
        let confidence = if sure || visit.own.traits.speaks { Confidence::High } else { Confidence::Medium };
        visit.report(&RULE, at, Args::Code(row), "wait for Cloud API's code").confidence = confidence;
    }
}
