//! `waport explain` and `waport rules`.

use std::io::Write as _;
use std::process::ExitCode;

use super::ExplainArgs;
use super::environment::{Trouble, output, today};
use super::topic::{Topic, page};
use crate::config::unknown_rule;
use crate::report::harmless;
use crate::rules::{self, RULES, Rule};

pub(super) fn explain(args: &ExplainArgs) -> Result<ExitCode, Trouble> {
    let words = args.what.join(" ");
    if let Some(rule) = rules::rule(&words) {
        return explain_rule(rule);
    }
    let Some(topic) = Topic::of(&words) else {
        let known = "an error code, an endpoint, a Graph version such as v20.0 or a media type is explained, too";
        return Err(Trouble::Said(format!("{}; {known}", harmless(&unknown_rule(&words)))));
    };
    let page = page(&topic, args.today.unwrap_or_else(today))
        .map_err(|message| Trouble::Said(harmless(&message).into_owned()))?;
    let mut out = output();
    out.write_all(page.as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn explain_rule(rule: &Rule) -> Result<ExitCode, Trouble> {
    let mut out = output();
    let (title, rest) = rule.page.split_once('\n').unwrap_or((rule.page, ""));
    writeln!(out, "{title}\n")?;
    writeln!(
        out,
        "{}, confidence up to {}; found in {}; fix: {}",
        rule.severity,
        rule.confidence,
        rule.looks_at(),
        fixes(rule)
    )?;
    out.write_all(rest.as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn rules(format: &str) -> Result<ExitCode, Trouble> {
    let mut out = output();
    if format == "json" {
        let row = |rule: &&Rule| {
            serde_json::json!({
                "rule": rule.name,
                "severity": rule.severity.as_str(),
                "confidence": rule.confidence.as_str(),
                "applies": rule.looks_at(),
                "fix": rule.fix.iter().map(|level| level.as_str()).collect::<Vec<_>>(),
                "summary": rule.summary(),
                "source": rule.source,
            })
        };
        writeln!(out, "{:#}", serde_json::Value::Array(RULES.iter().map(row).collect()))?;
    } else {
        let wide = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
        for rule in RULES {
            writeln!(out, "{:wide$}  {:7}  {:24}  fix: {}", rule.name, rule.severity, rule.looks_at(), fixes(rule))?;
            writeln!(out, "{:wide$}  {}", "", rule.summary())?;
        }
        writeln!(out, "\n`waport explain RULE` says more of each.")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn fixes(rule: &Rule) -> String {
    if rule.fix.is_empty() {
        return "none".to_owned();
    }
    rule.fix.iter().map(|level| level.as_str()).collect::<Vec<_>>().join(", ")
}
