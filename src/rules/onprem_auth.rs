//! `onprem-auth`: the login of On-Premises API.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::read::code::uses::{Argument, Call, Constant};

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
    say: |finding, _, text| {
        let called = matches!(finding.args, Args::Endpoint(_));
        text.set(
            if called {
                "this logs in to the old client; Cloud API has no login and no session tokens"
            } else {
                "this belongs to the login of the old client; Cloud API has no login and no session tokens"
            },
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
        let calls = visit.uses.calls.iter().filter(|call| logs_in && gives_credentials(call)).map(|call| call.span);
        let mut places: Vec<_> = places;
        places.extend(calls);
        if logs_in {
            let named = visit.uses.calls.iter().flat_map(|call| &call.arguments);
            places.extend(named.clone().filter(|one| one.name.as_deref() == Some("auth")).map(|one| one.span));
            places
                .extend(named.flat_map(|one| &one.keys).filter(|(key, _)| key.text == "auth").map(|(key, _)| key.span));
        }
        for at in places {
            visit.report(&RULE, at, Args::Use("token"), "use an access token");
        }
    }
}

/// Whether a call gives a user's name and password.
fn gives_credentials(call: &Call) -> bool {
    let name = call.name.to_ascii_lowercase().replace('_', "");
    let basic = |argument: &Argument| argument.constant == Some(Constant::Text("Basic".to_owned()));
    ["basicauth", "credentials.basic", "basicauthentication"].iter().any(|known| name.ends_with(known))
        || name.ends_with("authenticationheadervalue") && call.arguments.iter().any(basic)
}
