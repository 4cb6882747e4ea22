//! `onprem-auth`: the login of On-Premises API.

use super::code::Goal;
use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::read::code::Uses;
use crate::read::code::uses::{Argument, Call, Constant, plain};

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
        let mut places: Vec<_> = tokens.into_iter().chain(texts.map(|text| text.place(0))).collect();
        let calls = visit.uses.calls.iter().filter(|_| logs_in);
        places.extend(calls.clone().filter(|call| gives_credentials(call, visit.uses)).map(|call| call.span));
        let given = calls.flat_map(|call| &call.arguments);
        let names = |name: &str| CREDENTIALS.contains(&plain(name).as_str());
        places.extend(given.clone().filter(|one| one.name.as_deref().is_some_and(names)).map(|one| one.span));
        let keys = given.flat_map(|one| &one.keys);
        places.extend(keys.filter(|(key, _)| names(&key.text)).map(|(key, _)| key.span));
        for at in places {
            visit.report(&RULE, at, Args::Use("token"), "use an access token");
        }
    }
}

/// What arguments and options are called that are a user's name and password, as plain names.
const CREDENTIALS: [&str; 3] = ["auth", "basicauth", "curloptuserpwd"];

/// Whether a call gives a user's name and password.
fn gives_credentials(call: &Call, uses: &Uses) -> bool {
    let name = call.name.to_ascii_lowercase().replace('_', "");
    let basic = |argument: &Argument| argument.constant == Some(Constant::Text("Basic".to_owned()));
    let option = |argument: &Argument| argument.of.and_then(|of| uses.holder(of)) == Some("CURLOPT_USERPWD");
    ["basicauth", "credentials.basic", "basicauthentication"].iter().any(|known| name.ends_with(known))
        || name.ends_with("authenticationheadervalue") && call.arguments.iter().any(basic)
        || name == "curlsetopt" && call.arguments.iter().any(option)
}
