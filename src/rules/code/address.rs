//! Addresses of On-Premises API that code puts together.

use crate::config::{Config, HostForm};
use crate::facts::facts;
use crate::facts::tables::{Api, Endpoint};
use crate::read::code::Uses;
use crate::read::code::uses::{Argument, Of, Text};
use crate::severity::Confidence;
use crate::tree::Span;

/// A call to an On-Premises endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    /// Where the end of its path stands.
    pub at: Span,
    /// The endpoint.
    pub endpoint: &'static Endpoint,
    /// What it is called for.
    pub goal: Goal,
    /// Whether its host serves On-Premises form on purpose.
    pub on_purpose: bool,
    pub confidence: Confidence,
}

/// What an endpoint is called for, by the rule that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Login,
    Contacts,
    MarkAsRead,
    Upload,
    Download,
    Stickers,
    Groups,
    Other,
}

/// What is known of the file around an address.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Around {
    speaks: bool,
    /// It is about a language model.
    model: bool,
    /// It is about another product that sends messages.
    foreign: bool,
    /// It checks or sends, too.
    calls_more: bool,
    /// It calls 360dialog's host for Cloud API.
    new_dialog: bool,
}

/// Signs of services whose messages are other than WhatsApp's, at the same path.
const MODELS: [&str; 5] = ["anthropic", "openai", "claude", "max_tokens", "litellm"];

impl Address {
    /// The addresses in a file.
    pub fn all(uses: &Uses, source: &str, speaks: bool, foreign: bool, config: &Config) -> Vec<Self> {
        let lower = source.to_ascii_lowercase();
        let has = |word: &str| memchr::memmem::find(lower.as_bytes(), word.as_bytes()).is_some();
        let model = MODELS.iter().any(|word| has(word));
        let texts = uses.texts.iter().filter(|text| !text.part);
        let based = uses.texts.iter().any(|text| {
            let base = text.text.trim_end_matches('/');
            base.ends_with("/v1") && (base.contains("://") || base.starts_with("${"))
        });
        let sends =
            based && texts.clone().any(|text| text.method.is_some() && text.text.trim_matches('/') == "messages");
        let calls_more = sends || ["blocking", "force_check", "wa_id", "/v1/messages"].iter().any(|word| has(word));
        let known = Around { speaks, model, foreign, calls_more, new_dialog: has("waba-v2") };
        let mut found: Vec<Self> = texts.clone().filter_map(|text| Self::of(text, uses, known, config)).collect();
        // What is called below a base that ends with the version.
        if based && found.is_empty() {
            let relative = texts.filter(|text| text.method.is_some() && !text.text.contains("://"));
            found.extend(relative.filter_map(|text| {
                let mut whole = text.clone();
                whole.text = format!("/v1/{}", text.text.trim_start_matches('/'));
                let longer = whole.text.len() - text.text.len();
                whole.parts.iter_mut().skip(1).for_each(|(at, _)| *at += longer);
                Self::of(&whole, uses, known, config)
            }));
        }
        found.sort_by_key(|address| (address.at.start, address.at.end, address.goal == Goal::Other));
        found.dedup_by_key(|address| address.at);
        found
    }

    fn of(text: &Text, uses: &Uses, around: Around, config: &Config) -> Option<Self> {
        let Around { speaks, model, foreign, calls_more, new_dialog } = around;
        let written = text.text.as_str();
        if written.len() > 400 || written.contains(['\n', '<', '"']) {
            return None;
        }
        let (path, endpoint) = facts().tables.endpoints().called_in(written)?;
        let before = &written[..path.start];
        let common = endpoint.path == "/v1/contacts" && !calls_more;
        // 360dialog has these at its host for Cloud API, too.
        if common || endpoint.provider.is_some() && new_dialog {
            return None;
        }
        // A route that the code serves, not one that it calls.
        if is_route(text, uses) {
            return None;
        }
        let (host, rooted) = host_of(before);
        let known = host.and_then(|host| facts().tables.endpoints().host(host));
        let given = host.and_then(|host| config.hosts.iter().find(|known| known.host.eq_ignore_ascii_case(host)));
        let serves = |form, api| match given {
            Some(given) => given.form == form,
            None => known.is_some_and(|host| host.form == api),
        };
        if serves(HostForm::Cloud, Api::Cloud) && (endpoint.provider.is_some() || given.is_some()) {
            return None;
        }
        let onprem = serves(HostForm::OnPrem, Api::OnPrem);
        // Elsewhere than at the root of a host the path is another product's.
        if !onprem && (!rooted || !speaks || model) {
            return None;
        }
        // A request that the endpoint does not take.
        if text.method.is_some_and(|method| !endpoint.methods.iter().any(|known| known == method)) && !onprem {
            return None;
        }
        let on_purpose = given.is_some_and(|given| given.on_purpose)
            || known.is_some_and(|host| host.provider.as_deref() == Some("Turn.io"));
        let generic = matches!(
            endpoint.path.as_str(),
            "/v1/messages"
                | "/v1/media"
                | "/v1/contacts"
                | "/v1/groups"
                | "/v1/health"
                | "/v1/support"
                | "/v1/metrics"
                | "/v1/users"
                | "/v1/account"
        );
        let other_host = host.is_some_and(|host| !onprem && host.contains('.') && !host.contains("${"));
        let ours = host.is_some_and(names_client);
        if foreign && !onprem && !ours && (generic || endpoint.path.starts_with("/v1/messages/")) {
            return None;
        }
        let confidence = match (onprem, generic, other_host) {
            (true, ..) | (false, _, false) | (false, false, true) => Confidence::High,
            (false, true, true) if ours => Confidence::High,
            (false, true, true) => Confidence::Medium,
        };
        Some(Self {
            at: text.place(path.end - 1),
            endpoint,
            goal: Goal::of(endpoint, text.method),
            on_purpose,
            confidence,
        })
    }
}

impl Goal {
    fn of(endpoint: &Endpoint, method: Option<&str>) -> Self {
        match (endpoint.path.as_str(), method) {
            ("/v1/users/login" | "/v1/users/logout", _) => Self::Login,
            ("/v1/contacts", _) => Self::Contacts,
            ("/v1/messages/{message-id}", None | Some("PUT")) => Self::MarkAsRead,
            ("/v1/media", None | Some("POST")) => Self::Upload,
            ("/v1/media/{media-id}", None | Some("GET")) => Self::Download,
            (path, _) if path.starts_with("/v1/stickerpacks") => Self::Stickers,
            (path, _) if path.starts_with("/v1/groups") => Self::Groups,
            _ => Self::Other,
        }
    }
}

/// Whether a host is called like the client of On-Premises API: `whatsapp-api.example.com`, `wa1.example.com`.
fn names_client(host: &str) -> bool {
    let mut labels = host.split(['.', '-', ':']).map(|label| label.trim_end_matches(|c: char| c.is_ascii_digit()));
    labels.any(|label| matches!(label, "wa" | "waba" | "onprem" | "localhost") || label.contains("whatsapp"))
}

/// The host that stands before a path, and whether the path begins right behind it, as far as can be told.
fn host_of(before: &str) -> (Option<&str>, bool) {
    let Some((_, behind)) = before.split_once("://") else {
        // A base that only the run knows, or none.
        let rooted = before.is_empty() || before.ends_with('}') || before.ends_with(']') || !before.contains('/');
        return (before.contains('.').then_some(before).filter(|_| rooted), rooted);
    };
    let host = behind.split('/').next().unwrap_or_default();
    let path = &behind[host.len()..];
    let host = host.rsplit('@').next().unwrap_or(host);
    (Some(host), path.is_empty() || path == "/" || path.ends_with('}'))
}

/// What a server, or what stands in for one in a test, is called where routes are given to it.
const ROUTERS: [&str; 16] = [
    "app",
    "router",
    "server",
    "route",
    "blueprint",
    "mux",
    "api",
    "mock",
    "nock",
    "stub",
    "r",
    "e",
    "wiremock",
    "responses",
    "requests_mock",
    "httpx_mock",
];

/// Those of them that no client is called.
const SERVERS: [&str; 5] = ["app", "router", "server", "blueprint", "mux"];

/// Whether a text is the path of a route that the code serves: given to a router together with what handles it.
fn is_route(text: &Text, uses: &Uses) -> bool {
    if !text.text.starts_with("/v1") && !text.text.starts_with("v1/") {
        return false;
    }
    let Some(call) = text.call.and_then(|call| uses.calls.get(call as usize)) else { return false };
    let called = call.name.to_ascii_lowercase();
    let (receiver, name) = called.rsplit_once('.').unwrap_or(("", &called));
    let is_one_of = |known: &[&str]| known.contains(&receiver.rsplit('.').next().unwrap_or(receiver));
    let handled = call.arguments.iter().any(|argument| argument.function || is_own_function(argument, uses));
    // `app.post("/v1/messages", handle)`: what a server is given beside a path is no body.
    let named = || {
        let [path, handlers @ ..] = call.arguments.as_slice() else { return false };
        path.constant.is_some() && !handlers.is_empty() && handlers.iter().all(|handler| handler.of.is_some())
    };
    let verb = ["get", "post", "put", "patch", "delete", "head"].contains(&name);
    // What a client is told with this annotation says it itself.
    let client = || uses.calls.iter().any(|call| call.name.eq_ignore_ascii_case("RegisterRestClient"));
    is_one_of(&ROUTERS) && (handled || call.arguments.len() == 1 || called.ends_with("route"))
        || is_one_of(&SERVERS) && (verb || name == "handle") && named()
        // `get("/v1/health") { … }`, as Ktor, Sinatra and Plug have it.
        || receiver.is_empty() && verb && matches!(call.arguments.as_slice(), [_, body] if body.function)
        || ["path", "re_path"].contains(&called.as_str()) && !client()
        || called.ends_with("mapping")
        || called.ends_with("handlefunc")
        || called.starts_with("map")
}

/// Whether an argument is the name of a function of the file.
fn is_own_function(argument: &Argument, uses: &Uses) -> bool {
    let Some(Of::Base(base)) = argument.of else { return false };
    let name = uses.bases.get(base as usize).map_or("", |base| base.name.as_str());
    !name.is_empty() && uses.functions.iter().any(|function| function.name == name)
}
