//! `onprem-auth`: the login of On-Premises API.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;

pub static RULE: Rule = Rule {
    name: "onprem-auth",
    severity: Severity::Error,
    confidence: Confidence::High,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "On-Premises API reference; Meta's Cloud API reference",
    page: include_str!("onprem_auth.md"),
    visit: None,
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "this logs in to the old client; Cloud API has no login and no session tokens",
            "send the access token of a system user as `Authorization: Bearer`",
        );
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    visit.report_goal(&RULE, Goal::Login, "use an access token");
    if visit.speaks() {
        let tokens = visit.reads("token", &["users"]);
        let logs_in = !tokens.is_empty() || visit.addresses.iter().any(|address| address.goal == Goal::Login);
        // Credentials that the login is given.
        let texts = visit.uses.texts.iter().filter(|text| logs_in && !text.part && text.text.starts_with("Basic "));
        let places: Vec<_> = tokens.into_iter().chain(texts.map(|text| text.place(0))).collect();
        for at in places {
            visit.report(&RULE, at, Args::Use("token"), "use an access token");
        }
    }
}
