//! Graph API as far as a migration asks it: tokens, numbers, subscriptions, and the webhook endpoint of the invented app,
//! which is served at the same port.

use std::sync::Arc;

use rustls::ServerConfig;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::answer::Answer;
use super::cloud_media;
use super::fault::Fault;
use super::number;
use super::refusal::GraphError;
use super::register;
use super::request::{Head, Request};
use super::seen::Api;
use super::server::{Client, Site};
use super::setup::{APP_ID, APP_SECRET, AppSubscription, VERIFY_TOKEN};
use super::world::{State, World};
use crate::facts::facts;
use crate::facts::tables::Version;

/// The site that plays Graph API.
pub(super) struct GraphSite(pub Arc<World>);

pub(super) type Result = std::result::Result<Answer, GraphError>;

/// A request for an object, by somebody who may ask.
pub(super) struct Asked<'a> {
    pub world: &'a World,
    pub request: &'a Request,
    pub parameters: Parameters,
}

impl Site for GraphSite {
    fn body_limit(&self, head: &Head) -> usize {
        // Documents are the largest files that Cloud API takes, 100 MiB, and a form has something around them.
        if head.segments.last().is_some_and(|last| last == "media") { 101 << 20 } else { 3 << 20 }
    }

    fn answer(&self, request: &Request, client: &Client) -> Answer {
        self.0.attend(Api::Graph, request, client, || {
            if request.head.parts() == ["webhook"] {
                return webhook(request);
            }
            respond(&self.0, request).unwrap_or_else(|error| error.answer(&self.0))
        })
    }

    fn refuse(&self, status: u16, why: &str) -> Answer {
        GraphError::plain(status, 1, why).answer(&self.0)
    }

    fn tls(&self) -> Option<Arc<ServerConfig>> {
        None
    }
}

/// The endpoint that Cloud API's webhooks go to. It proves that it is the app's by repeating the challenge.
fn webhook(request: &Request) -> Answer {
    let head = &request.head;
    match &*head.method {
        "POST" => Answer::new(200, "text/plain", ""),
        "GET"
            if head.parameter("hub.mode") == Some("subscribe")
                && head.parameter("hub.verify_token") == Some(VERIFY_TOKEN) =>
        {
            Answer::new(200, "text/plain", head.parameter("hub.challenge").unwrap_or_default())
        }
        "GET" => Answer::new(403, "text/plain", "Forbidden"),
        _ => Answer::new(405, "text/plain", "Method Not Allowed"),
    }
}

/// Who asks.
enum Asker {
    /// Somebody with the access token.
    Token,
    /// The app itself, with its ID and its secret.
    App,
}

fn respond(world: &World, request: &Request) -> Result {
    let all = request.head.parts();
    let parts = match all.split_first() {
        Some((version, rest)) if is_version(version) => rest,
        _ => &all[..],
    };
    let method = &*request.head.method;
    let parameters = Parameters::of(request)?;
    let who = asker(world, request, &parameters)?;
    if let ("GET", ["debug_token"]) = (method, parts) {
        return debug_token(world, &parameters);
    }
    if let Asker::App = who {
        return match (method, parts) {
            ("GET", [APP_ID, "subscriptions"]) => Ok(subscriptions(world)),
            // The doubt: which error an app's token gets for what only a person's or a system's token may see.
            (_, [id, ..]) => Err(GraphError::unsupported(method, id)),
            (_, []) => Err(GraphError::unknown_path("/")),
        };
    }
    let asked = Asked { world, request, parameters };
    match (method, parts) {
        (_, [APP_ID, "subscriptions"]) => {
            Err(GraphError::new(400, 15, "This method must be called with an app access token."))
        }
        ("GET", [APP_ID]) => Ok(Answer::json(200, &json!({ "id": APP_ID, "name": APP_NAME }))),
        (_, [id, rest @ ..]) => match (world.number(id), rest) {
            (Some(number), []) => number::node(&asked, number),
            (Some(number), ["register"]) if method == "POST" => register::register(&asked, number),
            (Some(number), ["deregister"]) if method == "POST" => register::deregister(&asked, number),
            (Some(_), ["media"]) if method == "POST" => cloud_media::upload(&asked),
            (Some(_), ["register" | "deregister" | "media"]) => Err(GraphError::unsupported(method, id)),
            (None, []) if world.state().uploaded.contains_key(*id) => cloud_media::node(&asked, id),
            (None, _) if world.setup.numbers.iter().any(|number| number.waba_id == *id) => account(&asked, id, rest),
            (_, [_, ..]) if !id.bytes().all(|b| b.is_ascii_digit()) => {
                Err(GraphError::unknown_path(&format!("/{}", rest.join("/"))))
            }
            (Some(_), _) => Err(GraphError::unknown_path(&format!("/{}", rest.join("/")))),
            (None, _) => Err(GraphError::unsupported(method, id)),
        },
        (_, []) => Err(GraphError::unsupported(method, "")),
    }
}

const APP_NAME: &str = "Example Shop Messaging";

/// Whether this is the name of a version. Old ones are served like the oldest that still is; those to come are unknown.
fn is_version(name: &str) -> bool {
    name.parse::<Version>().is_ok_and(|version| version <= facts().tables.graph_versions().newest())
}

/// Who asks, when it is somebody who may ask.
fn asker(world: &World, request: &Request, parameters: &Parameters) -> std::result::Result<Asker, GraphError> {
    let given = request.head.authorization("bearer").map(str::to_owned).or_else(|| parameters.text("access_token"));
    let Some(token) = given else {
        return Err(GraphError::token("An access token is required to request this resource."));
    };
    if token == format!("{APP_ID}|{APP_SECRET}") {
        return Ok(Asker::App);
    }
    if token.starts_with(&format!("{APP_ID}|")) {
        return Err(GraphError::token("Invalid OAuth access token signature."));
    }
    if !World::is_graph_token(&token) {
        return Err(GraphError::token("Invalid OAuth access token - Cannot parse access token"));
    }
    if world.is_token_expired(&world.state()) {
        return Err(GraphError::token(EXPIRED).subcode(463));
    }
    Ok(Asker::Token)
}

const EXPIRED: &str = "Error validating access token: Session has expired on Sunday, 01-Nov-26 00:00:00 PST. The current \
                       time is Sunday, 22-Nov-26 00:00:00 PST.";

/// What is to be known of a token.
fn debug_token(world: &World, parameters: &Parameters) -> Result {
    let Some(token) = parameters.text("input_token") else {
        return Err(GraphError::parameter("The parameter input_token is required."));
    };
    let is_app = token == format!("{APP_ID}|{APP_SECRET}");
    if !is_app && !World::is_graph_token(&token) {
        let error = json!({ "code": 190, "message": "Invalid OAuth access token." });
        return Ok(Answer::json(200, &json!({ "data": { "error": error, "is_valid": false, "scopes": [] } })));
    }
    let data = if is_app {
        json!({ "app_id": APP_ID, "type": "APP", "application": APP_NAME, "is_valid": true, "scopes": [] })
    } else {
        known_token(world, &world.state())
    };
    Ok(Answer::json(200, &json!({ "data": data })))
}

/// What is to be known of the access token.
fn known_token(world: &World, state: &State) -> Value {
    let (scopes, granular) = scopes(world, world.lacks_permission(state));
    let mut data = json!({
        "app_id": APP_ID, "type": "SYSTEM_USER", "application": APP_NAME, "is_valid": true,
        // 0 is never.
        "expires_at": 0, "data_access_expires_at": 0, "issued_at": 1_790_841_600, "user_id": "122102290129340398",
        "scopes": scopes, "granular_scopes": granular,
    });
    if world.is_token_expired(state) {
        // 2026-11-01T08:00:00Z
        data["expires_at"] = json!(1_793_520_000);
        data["is_valid"] = json!(false);
        data["error"] = json!({ "code": 190, "message": EXPIRED, "subcode": 463 });
    }
    data
}

fn scopes(world: &World, lacks_permission: bool) -> (Value, Value) {
    if lacks_permission {
        return (json!(["business_management", "public_profile"]), json!([{ "scope": "business_management" }]));
    }
    let names = ["whatsapp_business_management", "whatsapp_business_messaging"];
    let mut accounts: Vec<&str> = world.setup.numbers.iter().map(|number| &*number.waba_id).collect();
    accounts.dedup();
    let granular: Vec<Value> = names.iter().map(|name| json!({ "scope": name, "target_ids": accounts })).collect();
    (json!(["business_management", names[0], names[1], "public_profile"]), json!(granular))
}

/// What the app's own webhooks are subscribed to.
fn subscriptions(world: &World) -> Answer {
    let fields: &[&str] = match world.setup.subscription {
        AppSubscription::Messages => &["account_update", "messages", "phone_number_quality_update"],
        AppSubscription::WithoutMessages => &["account_update", "phone_number_quality_update"],
        AppSubscription::Nothing => return Answer::json(200, &json!({ "data": [] })),
    };
    let fields: Vec<Value> = fields.iter().map(|name| json!({ "name": name, "version": "v26.0" })).collect();
    let url = world.graph_url.get().map(|url| format!("{url}/webhook"));
    let entry = json!({
        "object": "whatsapp_business_account", "callback_url": url, "active": true, "fields": fields,
    });
    Answer::json(200, &json!({ "data": [entry] }))
}

/// A WhatsApp Business Account and what belongs to it.
fn account(asked: &Asked, id: &str, rest: &[&str]) -> Result {
    let world = asked.world;
    let method = &*asked.request.head.method;
    if world.lacks_permission(&world.state()) {
        return Err(GraphError::new(403, 200, "Permissions error"));
    }
    match (method, rest) {
        ("GET", []) => Ok(Answer::json(200, &json!({ "id": id, "name": "Example Shop", "currency": "EUR" }))),
        ("GET", ["phone_numbers"]) => number::of_account(asked, id),
        ("GET", ["subscribed_apps"]) => Ok(subscribed_apps(world, id)),
        ("POST", ["subscribed_apps"]) => {
            let mut state = world.state();
            state.seen.subscribe_calls += 1;
            if state.take(Fault::SubscribeFalse) {
                return Ok(Answer::json(200, &json!({ "success": false })));
            }
            state.seen.subscribe_effects += 1;
            state.subscribed.insert(id.to_owned());
            Ok(success(world))
        }
        ("DELETE", ["subscribed_apps"]) => {
            world.state().subscribed.remove(id);
            Ok(success(world))
        }
        (_, [] | ["phone_numbers" | "subscribed_apps"]) => Err(GraphError::unsupported(method, id)),
        _ => Err(GraphError::unknown_path(&format!("/{}", rest.join("/")))),
    }
}

fn subscribed_apps(world: &World, account: &str) -> Answer {
    let is_subscribed = world.state().subscribed.contains(account);
    let app = json!({ "whatsapp_business_api_data": {
        "id": APP_ID, "name": APP_NAME, "link": "https://shop.example.com/",
    } });
    Answer::json(200, &json!({ "data": if is_subscribed { vec![app] } else { Vec::new() } }))
}

/// What tells success. Documentation has printed both a boolean and a text.
pub(super) fn success(world: &World) -> Answer {
    let success = if world.setup.success_as_text { json!("true") } else { json!(true) };
    Answer::json(200, &json!({ "success": success }))
}

/// What a call says in its query and its body, which is JSON or a form.
pub(super) struct Parameters(Map<String, Value>);

impl Parameters {
    fn of(request: &Request) -> std::result::Result<Self, GraphError> {
        let head = &request.head;
        let pairs = |pairs: Vec<(String, String)>| pairs.into_iter().map(|(name, value)| (name, Value::String(value)));
        let mut all: Map<String, Value> = pairs(head.query.clone()).collect();
        let content_type = head.header("content-type").unwrap_or_default().to_ascii_lowercase();
        if content_type.starts_with("application/json") && !request.body.is_empty() {
            match serde_json::from_slice(&request.body) {
                Ok(Value::Object(body)) => all.extend(body),
                _ => return Err(GraphError::parameter("The request body is no JSON object.")),
            }
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            all.extend(pairs(form_urlencoded::parse(&request.body).into_owned().collect()));
        }
        Ok(Self(all))
    }

    /// A parameter as it was given. A form gives objects as JSON in a text.
    pub fn get(&self, name: &str) -> Option<Value> {
        match self.0.get(name)? {
            Value::String(text) if text.starts_with('{') => {
                Some(serde_json::from_str(text).unwrap_or_else(|_| json!(text)))
            }
            value => Some(value.clone()),
        }
    }

    /// A parameter that is a text; Graph API takes numbers for texts.
    pub fn text(&self, name: &str) -> Option<String> {
        text(self.0.get(name)?)
    }
}

pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
