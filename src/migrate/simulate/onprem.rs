//! The On-Premises client of one number: login, health, backup, two-step verification, media. When its number has gone
//! it answers that it is not registered.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use rustls::ServerConfig;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::answer::{Answer, Manner};
use super::fault::Fault;
use super::media::Mishap;
use super::number::is_pin;
use super::refusal::OnpremError;
use super::request::{Head, Request};
use super::seen::Api;
use super::server::{Client, Site};
use super::setup::{ONPREM_PASSWORD, ONPREM_TOKEN, ONPREM_USER, hexadecimal};
use super::world::{Whereabouts, World};

/// The site that plays the client of one number.
pub(super) struct OnpremSite {
    pub world: Arc<World>,
    pub number: usize,
}

type Result = std::result::Result<Answer, OnpremError>;

/// How long a session lasts.
const SESSION: Duration = Duration::from_secs(7 * 24 * 3600);

impl Site for OnpremSite {
    fn body_limit(&self, _: &Head) -> usize {
        1 << 20
    }

    fn answer(&self, request: &Request, client: &Client) -> Answer {
        let is_backup = request.head.parts() == ["v1", "settings", "backup"];
        self.world.attend(Api::OnPremises, request, client, || {
            let answer = self.respond(request).unwrap_or_else(|error| error.answer(&self.meta()));
            if is_backup && answer.status == 200 {
                self.world.play_refused();
            }
            answer
        })
    }

    fn refuse(&self, status: u16, why: &str) -> Answer {
        OnpremError::new(status, 1025, "Invalid request", why).answer(&self.meta())
    }

    fn tls(&self) -> Option<Arc<ServerConfig>> {
        let world = &self.world;
        let is_wrong = world.state().has(Fault::WrongCertificate);
        Some(Arc::clone(if is_wrong { &world.other_certificate.config } else { &world.certificate.config }))
    }
}

impl OnpremSite {
    /// What every answer says of the client.
    fn meta(&self) -> Value {
        let number = &self.world.setup.numbers[self.number];
        json!({ "api_status": number.api_status, "version": number.client_version })
    }

    fn ok(&self, mut body: Value) -> Answer {
        body["meta"] = self.meta();
        Answer::json(200, &body)
    }

    fn respond(&self, request: &Request) -> Result {
        let method = &*request.head.method;
        let parts = request.head.parts();
        if let ("POST", ["v1", "users", "login"]) = (method, &parts[..]) {
            return self.login(request);
        }
        self.is_logged_in(request)?;
        match (method, &parts[..]) {
            ("POST", ["v1", "users", "logout"]) => Ok(self.logout(request)),
            ("GET", ["v1", "health"]) => Ok(self.ok(json!({ "health": self.health() }))),
            ("POST", ["v1", "settings", "backup"]) => self.backup(request),
            ("POST", ["v1", "settings", "account", "two-step"]) => self.set_pin(request),
            ("DELETE", ["v1", "settings", "account", "two-step"]) => self.delete_pin(),
            ("GET", ["v1", "media", id]) => self.media(id),
            (
                _,
                ["v1", "users", "login" | "logout"]
                | ["v1", "health"]
                | ["v1", "settings", "backup"]
                | ["v1", "settings", "account", "two-step"]
                | ["v1", "media", _],
            ) => Err(OnpremError::new(405, 1025, "Invalid request", "this method is not taken here")),
            _ => Err(OnpremError::new(404, 1006, "Resource not found", "there is no such path")),
        }
    }

    fn login(&self, request: &Request) -> Result {
        let given = request.head.authorization("basic");
        let given = given.and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
        if given.as_deref() != Some(format!("{ONPREM_USER}:{ONPREM_PASSWORD}").as_bytes()) {
            return Err(OnpremError::new(401, 1005, "Access denied", "Invalid credentials."));
        }
        let mut state = self.world.state();
        let (now, count) = (self.world.now(&state), state.next());
        let digest = hexadecimal(&Sha256::digest(format!("session {count}")));
        let token = format!("eyJzaW11bGF0ZWQiOnRydWV9.{digest}");
        state.numbers[self.number].sessions.insert(token.clone(), now + SESSION);
        state.seen.logins += 1;
        // The clock that was put forward is the world's, not this machine's.
        let ends = jiff::Timestamp::now() + SESSION;
        let ends = ends.strftime("%Y-%m-%d %H:%M:%S+00:00").to_string();
        Ok(self.ok(json!({ "users": [{ "token": token, "expires_after": ends }] })))
    }

    fn logout(&self, request: &Request) -> Answer {
        let token = request.head.authorization("bearer").unwrap_or_default();
        self.world.state().numbers[self.number].sessions.remove(token);
        self.ok(json!({}))
    }

    /// Whether the request has a session. The web application answers this also when its number has gone.
    fn is_logged_in(&self, request: &Request) -> std::result::Result<(), OnpremError> {
        let state = self.world.state();
        let now = self.world.now(&state);
        let is_session = |token| {
            let ends = state.numbers[self.number].sessions.get(token);
            token == ONPREM_TOKEN || ends.is_some_and(|ends| *ends > now)
        };
        match request.head.authorization("bearer") {
            Some(token) if is_session(token) => Ok(()),
            _ => Err(OnpremError::new(401, 1005, "Access denied", "Missing or invalid token.")),
        }
    }

    fn whereabouts(&self) -> Whereabouts {
        self.world.state().numbers[self.number].whereabouts
    }

    /// The doubt: what a client whose number has gone, or that a wrong PIN took down, says of itself. Of the documented
    /// words these are the nearest.
    fn health(&self) -> Value {
        let status = match self.whereabouts() {
            Whereabouts::OnPremises => "connected",
            Whereabouts::Down => "disconnected",
            Whereabouts::Cloud | Whereabouts::Nowhere => "unregistered",
        };
        let shards = self.world.setup.numbers[self.number].shards;
        if shards < 2 {
            return json!({ "gateway_status": status });
        }
        // Multi-connect: each container by its name.
        let role = |node: u32| if node == 0 { "primary_master" } else { "coreapp" };
        (0..=shards)
            .map(|node| {
                let health = json!({ "gateway_status": status, "role": role(node) });
                (format!("wacore-{node}.example.org:container"), health)
            })
            .collect()
    }

    /// Whether the client still has its number. The doubt: which error it is when not, and whether media that lie on its
    /// own disk are still given out then; here they are not.
    fn has_number(&self) -> std::result::Result<(), OnpremError> {
        match self.whereabouts() {
            Whereabouts::OnPremises => Ok(()),
            Whereabouts::Down => Err(OnpremError::new(503, 1011, "Service not ready", "The client is disconnected.")),
            Whereabouts::Cloud | Whereabouts::Nowhere => {
                Err(OnpremError::new(503, 1011, "Service not ready", "The client is not registered."))
            }
        }
    }

    /// Makes a backup that only the password opens. Any text is one, the guide says, so also none at all.
    fn backup(&self, request: &Request) -> Result {
        self.has_number()?;
        let password = text_in(request, "password")?;
        let nonce = {
            let mut state = self.world.state();
            state.seen.backups += 1;
            state.next()
        };
        Ok(self.ok(json!({ "settings": { "data": self.world.backup(self.number, &password, nonce) } })))
    }

    fn set_pin(&self, request: &Request) -> Result {
        self.has_number()?;
        let pin = text_in(request, "pin")?;
        if !is_pin(&pin) {
            return Err(OnpremError::new(400, 1009, "Parameter value is not valid", "pin has to have 6 digits"));
        }
        let mut state = self.world.state();
        state.numbers[self.number].pin = Some(pin);
        state.seen.pins_set += 1;
        Ok(self.ok(json!({})))
    }

    fn delete_pin(&self) -> Result {
        self.has_number()?;
        let mut state = self.world.state();
        state.numbers[self.number].pin = None;
        state.seen.two_step_deletes += 1;
        Ok(self.ok(json!({})))
    }

    /// A file as it is, with its type. The first number's client has them.
    fn media(&self, id: &str) -> Result {
        self.has_number()?;
        *self.world.state().seen.downloads.entry(id.to_owned()).or_default() += 1;
        let file = self.world.media(id).filter(|_| self.number == 0);
        let file = file.ok_or_else(|| OnpremError::new(404, 1006, "Resource not found", "Unknown media."))?;
        let answer = Answer::new(200, &file.content_type, &*file.bytes);
        match self.world.mishap(id.as_bytes()) {
            None if file.is_truncated => Ok(answer.in_manner(Manner::Truncated)),
            None => Ok(answer),
            Some(Mishap::Drop) => Ok(Answer::reset()),
            Some(Mishap::ServerError) => Err(OnpremError::new(500, 1014, "Internal error", "Try again.")),
            Some(Mishap::TooManyRequests) => Err(OnpremError::new(429, 1015, "Too many requests", "Slow down.")),
            Some(Mishap::Other) => Ok(answer.in_manner(Manner::Truncated)),
        }
    }
}

/// A text in a body of JSON.
fn text_in(request: &Request, name: &str) -> std::result::Result<String, OnpremError> {
    let Ok(Value::Object(body)) = serde_json::from_slice(&request.body) else {
        return Err(OnpremError::new(400, 1025, "Invalid request", "the body is no JSON object"));
    };
    match body.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(OnpremError::new(400, 1009, "Parameter value is not valid", name)),
        None => Err(OnpremError::new(400, 1008, "Required parameter is missing", name)),
    }
}
