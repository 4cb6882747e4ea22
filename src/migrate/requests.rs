//! The requests of a migration, described: for a plan, which nobody sends. What is secret is a placeholder.
//!
//! They are those that [`crate::net`] makes, and a test holds them to that.

use serde::Serialize;
use serde_json::{Value, json};
use url::Url;

use crate::config::Migrate;
use crate::config::migrate::Number;
use crate::net::SecretName;
use crate::net::graph::PhoneNumber;

/// What stands for the metadata that the On-Premises client answers.
pub const METADATA: &str = "<METADATA>";

/// A request as it would be sent, with placeholders such as `<PIN>` in the place of secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// What it is for.
    pub what: &'static str,
    /// The method of HTTP.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// The headers that matter.
    pub headers: Vec<String>,
    /// The body.
    pub body: Option<Value>,
}

/// The placeholder of a secret, such as `<GRAPH_TOKEN>`.
#[must_use]
pub fn placeholder(name: SecretName) -> String {
    let variable = name.variable();
    format!("<{}>", variable.strip_prefix("WAPORT_").unwrap_or(variable))
}

/// Makes the requests of one number.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'a> {
    /// What the configuration says of the migration.
    pub migrate: &'a Migrate,
    /// The number.
    pub number: &'a Number,
    /// The version of Graph API, such as `v26.0`.
    pub version: &'a str,
}

impl Requests<'_> {
    /// Looks at the access token.
    #[must_use]
    pub fn debug_token(&self) -> Request {
        let path = format!("debug_token?input_token={}", placeholder(SecretName::GraphToken));
        self.graph("Looks at the access token: whether it is valid, and its permissions", "GET", &path, None)
    }

    /// The numbers of the account.
    #[must_use]
    pub fn phone_numbers(&self) -> Request {
        let path = format!("{}/phone_numbers?fields=id&limit=100", self.number.waba_id);
        self.graph("Lists the account's numbers", "GET", &path, None)
    }

    /// The number.
    #[must_use]
    pub fn phone_number(&self) -> Request {
        let path = format!("{}?fields={}", self.number.phone_number_id, PhoneNumber::FIELDS);
        self.graph("Reads the number", "GET", &path, None)
    }

    /// The number's fields that not every version has.
    #[must_use]
    pub fn doubtful_fields(&self) -> Request {
        let path = format!("{}?fields={}", self.number.phone_number_id, PhoneNumber::doubtful_fields(self.version));
        self.graph("Reads more of the number, where the version has it", "GET", &path, None)
    }

    /// The app's own webhook subscriptions, when the app is known.
    #[must_use]
    pub fn app_subscriptions(&self) -> Option<Request> {
        let app = self.migrate.app_id.as_ref()?;
        let path = format!("{app}/subscriptions");
        let request = self.graph("Reads where the app's webhooks go", "GET", &path, None);
        let token = format!("Authorization: Bearer {app}|{}", placeholder(SecretName::AppSecret));
        Some(Request { headers: vec![token], ..request })
    }

    /// Asks the webhook endpoint for the challenge, when it is known.
    #[must_use]
    pub fn challenge(&self) -> Option<Request> {
        let url = self.migrate.webhook_url.as_ref()?;
        let sign = if url.query().is_some() { '&' } else { '?' };
        let token = placeholder(SecretName::VerifyToken);
        Some(Request {
            what: "Asks the webhook endpoint for the challenge",
            method: "GET",
            url: format!("{url}{sign}hub.mode=subscribe&hub.verify_token={token}&hub.challenge=<DIGITS>"),
            headers: Vec::new(),
            body: None,
        })
    }

    /// Registers the number with the backup: the point of no return.
    #[must_use]
    pub fn register(&self) -> Request {
        let body = json!({
            "messaging_product": "whatsapp",
            "pin": placeholder(SecretName::Pin),
            "backup": { "password": placeholder(SecretName::BackupPassword), "data": METADATA },
        });
        let path = format!("{}/register", self.number.phone_number_id);
        self.graph("Registers the number for use with Cloud API", "POST", &path, Some(body))
    }

    /// Registers the number anew, without a backup.
    #[must_use]
    pub fn register_anew(&self) -> Request {
        let body = json!({ "messaging_product": "whatsapp", "pin": placeholder(SecretName::Pin) });
        let path = format!("{}/register", self.number.phone_number_id);
        self.graph("Registers the number for use with Cloud API", "POST", &path, Some(body))
    }

    /// Has a code sent to the number.
    #[must_use]
    pub fn request_code(&self) -> Request {
        let body = json!({ "code_method": "SMS", "language": "en_US" });
        let path = format!("{}/request_code", self.number.phone_number_id);
        self.graph("Has a code sent to the number by SMS, or with `VOICE` in a call", "POST", &path, Some(body))
    }

    /// Proves that the code came.
    #[must_use]
    pub fn verify_code(&self) -> Request {
        let path = format!("{}/verify_code", self.number.phone_number_id);
        self.graph("Proves that the code came", "POST", &path, Some(json!({ "code": "<CODE>" })))
    }

    /// The apps that are subscribed to the account's webhooks.
    #[must_use]
    pub fn subscribed_apps(&self) -> Request {
        let path = format!("{}/subscribed_apps", self.number.waba_id);
        self.graph("Lists the apps that are subscribed to the account's webhooks", "GET", &path, None)
    }

    /// Subscribes the app to the account's webhooks.
    #[must_use]
    pub fn subscribe(&self) -> Request {
        let path = format!("{}/subscribed_apps", self.number.waba_id);
        self.graph("Subscribes the app, when it is not yet", "POST", &path, None)
    }

    /// Logs in to the On-Premises client.
    #[must_use]
    pub fn login(&self) -> Request {
        let (user, password) = (placeholder(SecretName::OnpremUser), placeholder(SecretName::OnpremPassword));
        let what = "Logs in to the old client, when no session token is given";
        let request = self.onprem(what, "POST", "v1/users/login", Some(json!({})));
        let basic = format!("Authorization: Basic base64({user}:{password})");
        Request { headers: vec![basic, JSON.to_owned()], ..request }
    }

    /// How the On-Premises client is.
    #[must_use]
    pub fn health(&self) -> Request {
        self.onprem("Asks how the old client is, and its version", "GET", "v1/health", None)
    }

    /// Turns two-step verification off.
    #[must_use]
    pub fn disable_two_step(&self) -> Request {
        self.onprem("Turns two-step verification off", "DELETE", "v1/settings/account/two-step", None)
    }

    /// Turns two-step verification on again.
    #[must_use]
    pub fn enable_two_step(&self) -> Request {
        let body = json!({ "pin": placeholder(SecretName::Pin) });
        let what = "Turns two-step verification on again, by hand";
        self.onprem(what, "POST", "v1/settings/account/two-step", Some(body))
    }

    /// Makes the backup.
    #[must_use]
    pub fn backup(&self) -> Request {
        let body = json!({ "password": placeholder(SecretName::BackupPassword) });
        self.onprem("Makes the metadata, encoded with the password", "POST", "v1/settings/backup", Some(body))
    }

    fn graph(&self, what: &'static str, method: &'static str, path: &str, body: Option<Value>) -> Request {
        let url = format!("{}/{}/{path}", base(&self.migrate.graph_url), self.version);
        request(what, method, url, SecretName::GraphToken, body)
    }

    fn onprem(&self, what: &'static str, method: &'static str, path: &str, body: Option<Value>) -> Request {
        request(what, method, format!("{}/{path}", base(&self.number.onprem_url)), SecretName::OnpremToken, body)
    }
}

const JSON: &str = "Content-Type: application/json";

fn base(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

fn request(what: &'static str, method: &'static str, url: String, token: SecretName, body: Option<Value>) -> Request {
    let token = format!("Authorization: Bearer {}", placeholder(token));
    let headers = [token].into_iter().chain(body.as_ref().map(|_| JSON.to_owned())).collect();
    Request { what, method, url, headers, body }
}
