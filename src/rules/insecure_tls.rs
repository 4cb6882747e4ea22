//! `insecure-tls`: certificate checks that are switched off for the old client.

use super::{Applies, CodeVisit, Rule};
use crate::finding::{Args, Confidence, Severity};
use crate::fix::Level;
use crate::read::code::uses::{Call, Constant};

pub static RULE: Rule = Rule {
    name: "insecure-tls",
    severity: Severity::Note,
    confidence: Confidence::Medium,
    applies: Applies::Code,
    fix: &[Level::Manual],
    source: "Meta's Cloud API reference",
    page: include_str!("insecure_tls.md"),
    visit: None,
    code: Some(code),
    say: |_, _, text| {
        text.set(
            "certificates are not checked here, as the old client with its own certificate needed; Cloud API's are in order, and the access token goes out to whoever answers",
            "check certificates again",
        );
    },
};

fn code(visit: &mut CodeVisit<'_>) {
    if visit.addresses.is_empty() && !(visit.speaks() && visit.inbound.handles) {
        return;
    }
    let mut places = Vec::new();
    let off = |name: &str, truth: Option<bool>| match name.to_ascii_lowercase().replace('_', "").as_str() {
        "verify"
        | "rejectunauthorized"
        | "strictssl"
        | "sslverify"
        | "verifyssl"
        | "curloptsslverifypeer"
        | "validatecert"
        | "checkhostname"
        | "validatecerts"
        | "verifymode"
        | "nodetlsrejectunauthorized"
        | "curloptsslverifyhost" => truth == Some(false),
        "insecureskipverify" | "insecure" | "servercertificatecustomvalidationcallback" => truth == Some(true),
        _ => false,
    };
    for call in &visit.uses.calls {
        for argument in &call.arguments {
            if argument.name.as_deref().is_some_and(|name| off(name, argument.truth)) {
                places.push(argument.span);
            }
            places.extend(argument.keys.iter().filter(|(key, truth)| off(&key.text, *truth)).map(|(key, _)| key.span));
        }
        places.extend(by_call(call).then_some(call.span));
    }
    let set = visit.uses.settings.iter().filter(|(name, truth)| off(&name.text, Some(*truth)));
    places.extend(set.map(|(name, _)| name.span));
    for at in places {
        visit.report(&RULE, at, Args::Use("tls"), "check certificates");
    }
}

/// Whether a call switches the check off: `curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false)`, a verifier that takes all.
fn by_call(call: &Call) -> bool {
    let name = call.name.to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    let trusts_all = [
        "_create_unverified_context",
        "withoutverifying",
        "hostnameverifier",
        "setdefaulthostnameverifier",
        "trustallcerts",
        "sethostnameverifier",
    ];
    let zero = |constant: &Option<Constant>| *constant == Some(Constant::Number("0".to_owned()));
    trusts_all.contains(&last)
        || last == "curl_setopt"
            && call.arguments.iter().any(|argument| argument.truth == Some(false) || zero(&argument.constant))
            && call.arguments.len() == 3
}
