//! The errors that Graph API and On-Premises clients answer with.

use serde_json::{Value, json};

use super::answer::Answer;
use super::world::World;

/// An error of Graph API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GraphError {
    http: u16,
    code: u32,
    subcode: Option<u32>,
    message: String,
    details: Option<String>,
    is_transient: bool,
}

impl GraphError {
    /// One with its code before the message.
    pub fn new(http: u16, code: u32, message: &str) -> Self {
        Self::plain(http, code, &format!("(#{code}) {message}"))
    }

    /// One whose message is as it is.
    pub fn plain(http: u16, code: u32, message: &str) -> Self {
        Self { http, code, subcode: None, message: message.to_owned(), details: None, is_transient: false }
    }

    /// A parameter that is missing or wrong.
    pub fn parameter(message: &str) -> Self {
        Self::new(400, 100, message)
    }

    /// No token, an unknown one, or one that has expired.
    pub fn token(message: &str) -> Self {
        Self::plain(401, 190, message)
    }

    /// An object that the token does not see, or a call that it does not have.
    pub fn unsupported(method: &str, id: &str) -> Self {
        let method = method.to_ascii_lowercase();
        let message = format!(
            "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
             permissions, or does not support this operation. Read the Graph API documentation"
        );
        Self::plain(400, 100, &message).subcode(33)
    }

    /// A path that leads nowhere.
    pub fn unknown_path(rest: &str) -> Self {
        Self::plain(400, 2500, &format!("Unknown path components: {rest}"))
    }

    pub fn subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    pub fn details(mut self, details: &str) -> Self {
        self.details = Some(details.to_owned());
        self
    }

    pub fn transient(mut self) -> Self {
        self.is_transient = true;
        self
    }

    pub fn answer(&self, world: &World) -> Answer {
        let mut error = json!({ "message": self.message, "type": "OAuthException", "code": self.code });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if let Some(details) = &self.details {
            error["error_data"] = json!({ "messaging_product": "whatsapp", "details": details });
        }
        if self.is_transient {
            error["is_transient"] = json!(true);
        }
        error["fbtrace_id"] = json!(world.trace());
        Answer::json(self.http, &json!({ "error": error }))
    }
}

/// An error of an On-Premises client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OnpremError {
    http: u16,
    code: u32,
    title: &'static str,
    details: String,
}

impl OnpremError {
    pub fn new(http: u16, code: u32, title: &'static str, details: &str) -> Self {
        Self { http, code, title, details: details.to_owned() }
    }

    /// The answer, with the `meta` that every answer has.
    pub fn answer(&self, meta: &Value) -> Answer {
        let error = json!({ "code": self.code, "title": self.title, "details": self.details });
        Answer::json(self.http, &json!({ "errors": [error], "meta": meta }))
    }
}
