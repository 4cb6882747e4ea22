//! The On-Premises client, as far as a migration calls it.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use ureq::http::Method;

use super::client::{Answer, Body, Client, Failure, Served};
use super::error::{Api, ApiError};

/// A client of On-Premises API that one is logged in to.
#[derive(Clone, Debug)]
pub struct OnPrem {
    client: Client,
}

/// How to log in.
#[derive(Clone, Copy, Debug)]
pub enum Login<'a> {
    /// With a session token.
    Token(&'a SecretString),
    /// With a user's name and password, for which the client gives a token.
    Password(&'a SecretString, &'a SecretString),
}

/// What the client says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The status of the connection to WhatsApp of each node, such as `connected`; of a single node one.
    pub gateway_status: Vec<String>,
    /// `meta.api_status`: `stable`, `deprecated` and others.
    pub api_status: Option<String>,
    /// `meta.version`.
    pub version: Option<String>,
}

impl Health {
    /// Whether some node is connected.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.gateway_status.iter().any(|status| status == "connected")
    }
}

impl OnPrem {
    /// Logs in.
    ///
    /// # Errors
    /// When the client cannot be reached or refuses.
    pub fn log_in(client: Client, login: Login<'_>) -> Result<Self, Box<ApiError>> {
        let (user, password) = match login {
            Login::Token(token) => return Ok(Self { client: client.with_bearer(token) }),
            Login::Password(user, password) => (user, password),
        };
        let client = client.with_basic(user, password);
        let answer = checked(&client, client.call(&Method::POST, "v1/users/login", &[], Some(&json!({}))))?;
        let token = answer.json().and_then(|json| json.pointer("/users/0/token")?.as_str());
        let token = token.ok_or_else(|| ApiError::refused(Api::OnPrem, &client, &answer))?;
        Ok(Self { client: client.with_bearer(&SecretString::from(token)) })
    }

    /// How the client is.
    ///
    /// # Errors
    /// When the call fails.
    pub fn health(&self) -> Result<Health, Box<ApiError>> {
        let answer = checked(&self.client, self.client.call(&Method::GET, "v1/health", &[], None))?;
        let json = answer.json().ok_or_else(|| ApiError::refused(Api::OnPrem, &self.client, &answer))?;
        let mut statuses = Vec::new();
        gateway_statuses(json.get("health").unwrap_or(&Value::Null), &mut statuses, 0);
        let meta = |key: &str| json.get("meta")?.get(key)?.as_str().map(str::to_owned);
        Ok(Health { gateway_status: statuses, api_status: meta("api_status"), version: meta("version") })
    }

    /// Makes metadata of the number and its settings, encoded with a password that can be any text.
    ///
    /// # Errors
    /// When the call fails.
    pub fn backup(&self, password: &SecretString) -> Result<SecretString, Box<ApiError>> {
        let body = json!({ "password": password.expose_secret() });
        let answer = checked(&self.client, self.client.call(&Method::POST, "v1/settings/backup", &[], Some(&body)))?;
        let data = answer.json().and_then(|json| json.pointer("/settings/data")?.as_str());
        let data = data.filter(|data| !data.is_empty());
        data.map(SecretString::from).ok_or_else(|| ApiError::refused(Api::OnPrem, &self.client, &answer))
    }

    /// Turns two-step verification off.
    ///
    /// # Errors
    /// When the call fails.
    pub fn disable_two_step(&self) -> Result<(), Box<ApiError>> {
        let path = "v1/settings/account/two-step";
        let answer = self.client.call(&Method::DELETE, path, &[], None);
        let answer = answer.map_err(|failure| ApiError::no_answer(Api::OnPrem, &failure))?;
        let errors = answer.json().is_some_and(|json| json.get("errors").is_some());
        if answer.is_success() && !errors { Ok(()) } else { Err(ApiError::refused(Api::OnPrem, &self.client, &answer)) }
    }

    /// A media file of at most `most` bytes.
    ///
    /// # Errors
    /// When it does not come whole. That of a file that ends early may pass, that of one with more bytes does not.
    pub fn media(&self, id: &str, most: u64) -> Result<Served, Box<ApiError>> {
        let path =
            format!("v1/media/{}", percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC));
        let served = self.client.download(&path, most);
        let served = served.map_err(|failure| ApiError::no_answer(Api::OnPrem, &failure))?;
        served.map_err(|answer| {
            let mut error = ApiError::refused(Api::OnPrem, &self.client, &answer);
            error.passes |= matches!(answer.body, Body::Broken(_));
            error
        })
    }
}

/// An answer without errors, in JSON.
fn checked(client: &Client, answer: Result<Answer, Failure>) -> Result<Answer, Box<ApiError>> {
    let answer = answer.map_err(|failure| ApiError::no_answer(Api::OnPrem, &failure))?;
    if answer.is_success() && answer.json().is_some_and(|json| json.get("errors").is_none()) {
        Ok(answer)
    } else {
        Err(ApiError::refused(Api::OnPrem, client, &answer))
    }
}

/// All that is called `gateway_status`: one node's answer has it at the top, that of several below each node's name.
fn gateway_statuses(json: &Value, statuses: &mut Vec<String>, depth: u8) {
    let Some(object) = json.as_object().filter(|_| depth < 4) else { return };
    if let Some(status) = object.get("gateway_status").and_then(Value::as_str) {
        statuses.push(status.to_owned());
    }
    for inner in object.values() {
        gateway_statuses(inner, statuses, depth + 1);
    }
}
