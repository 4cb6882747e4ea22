//! `error-code`: an error code of On-Premises API, which Cloud API never sends.

use std::fmt::Write as _;

use super::{Applies, Rule, Visit};
use crate::facts::facts;
use crate::finding::{Args, Confidence, Place, Severity};
use crate::fix::{Change, Fix, Level, Value};

pub static RULE: Rule = Rule {
    name: "error-code",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Webhooks,
    fix: &[Level::Safe, Level::Unsafe, Level::Manual],
    source: "Meta's migration guide, Error Codes",
    page: include_str!("error_code.md"),
    visit: Some(visit),
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
