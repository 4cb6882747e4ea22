//! What a server's refusal means, and what to do about it, from the tables of error codes.

use std::fmt;

use serde_json::Value;

use super::client::{Answer, Body, Client, Failure};
use crate::facts::facts;
use crate::report::harmless;

/// One of the two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// Graph API, by which Cloud API and Business Management API are called.
    Graph,
    /// The client of On-Premises API.
    OnPrem,
}

/// A call that did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ApiError {
    /// Whose error it is.
    pub api: Api,
    /// What happened.
    pub what: String,
    /// The error code, when the server gave one.
    pub code: Option<i64>,
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// What the code means.
    pub meaning: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// What Meta's support asks for.
    pub fbtrace_id: Option<String>,
    /// Whether it shows that the request was not carried out. An answer that was lost shows nothing.
    pub proves_refusal: bool,
    /// Whether the same call may work later, without anybody doing anything.
    pub passes: bool,
    /// After how many seconds the server asks to be called again.
    pub retry_after: Option<u64>,
}

impl ApiError {
    /// No answer came.
    #[must_use]
    pub fn no_answer(api: Api, failure: &Failure) -> Box<Self> {
        let remedy = match (failure, api) {
            (Failure::Untrusted(_), Api::Graph) => {
                "See whether somebody stands in between who opens TLS; waport goes on with the true certificate only."
            }
            (Failure::Untrusted(_), Api::OnPrem) => {
                "Look at the certificate on the machine itself, and write what is right into `onprem-ca` or \
                 `onprem-cert-sha256`: `openssl x509 -noout -fingerprint -sha256 -in FILE`."
            }
            (_, Api::Graph) => "Look at the connection to Graph API, and run it again.",
            (_, Api::OnPrem) => "Look whether the client runs and `onprem-url` is right, and run it again.",
        };
        Box::new(Self {
            what: harmless(&failure.to_string()).into_owned(),
            remedy: Some(remedy.to_owned()),
            proves_refusal: !matches!(failure, Failure::Unknown(_)),
            passes: !matches!(failure, Failure::Untrusted(_)),
            ..Self::empty(api)
        })
    }

    /// An answer that is no success, or not the one that was expected.
    #[must_use]
    pub fn refused(api: Api, client: &Client, answer: &Answer) -> Box<Self> {
        let clean = |text: &str| harmless(&client.clean(text)).into_owned();
        let json = match &answer.body {
            Body::Json(json) => json,
            Body::Other(media_type) => {
                return Self::garbled(api, client, answer, &format!("a body of type `{}`", harmless(media_type)));
            }
            Body::Broken(why) => return Self::garbled(api, client, answer, &clean(why)),
            Body::TooLong(most) => {
                return Self::garbled(api, client, answer, &format!("a body of more than {most} bytes"));
            }
        };
        let said = match api {
            Api::Graph => Said::of_graph(json),
            Api::OnPrem => Said::of_onprem(json),
        };
        let Some(said) = said else {
            let what = if answer.is_success() { "without what was asked for" } else { "without an error object" };
            return Self::garbled(api, client, answer, what);
        };
        let codes = &facts().error_codes;
        let (meaning, remedy) = match api {
            Api::Graph => codes.cloud_row(said.code).map(|row| (row.title.clone(), row.remedy.clone())),
            Api::OnPrem => codes.onprem(said.code).map(|row| (row.title.clone(), row.remedy.clone())),
        }
        .unzip();
        let passes = match api {
            Api::Graph => [1, 2, 4, 613, 80007, 130_429, 131_000, 131_016, 133_004].contains(&said.code),
            Api::OnPrem => [1011, 1015, 1016].contains(&said.code),
        };
        // A refusal is one when the server says why. What broke inside it may be half done.
        let broke = answer.status >= 500 || (api == Api::Graph && [1, 2, 131_000].contains(&said.code));
        Box::new(Self {
            what: format!(
                "{} answered {} with error {}: {}",
                client.server(),
                answer.status,
                said.code,
                clean(&said.text)
            ),
            code: Some(said.code),
            status: Some(answer.status),
            meaning,
            remedy: remedy.flatten().or_else(|| by_status(api, answer.status)),
            fbtrace_id: said.fbtrace_id.map(|id| clean(&id)),
            proves_refusal: !broke,
            passes: passes || answer.status >= 500 || answer.status == 429,
            retry_after: answer.retry_after,
            ..Self::empty(api)
        })
    }

    /// An answer that a server of this API would not give.
    fn garbled(api: Api, client: &Client, answer: &Answer, what: &str) -> Box<Self> {
        Box::new(Self {
            what: format!("{} answered {} {what}", client.server(), answer.status),
            status: Some(answer.status),
            remedy: by_status(api, answer.status)
                .or_else(|| Some("See whether a proxy stands in between, and run it again.".to_owned())),
            passes: answer.status >= 500 || answer.status == 429,
            retry_after: answer.retry_after,
            ..Self::empty(api)
        })
    }

    fn empty(api: Api) -> Self {
        Self {
            api,
            what: String::new(),
            code: None,
            status: None,
            meaning: None,
            remedy: None,
            fbtrace_id: None,
            proves_refusal: false,
            passes: false,
            retry_after: None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(meaning) = &self.meaning {
            write!(f, " ({meaning})")?;
        }
        if let Some(id) = &self.fbtrace_id {
            write!(f, "; fbtrace_id {id}")?;
        }
        Ok(())
    }
}

/// What an error object says.
struct Said {
    code: i64,
    text: String,
    fbtrace_id: Option<String>,
}

impl Said {
    fn of_graph(json: &Value) -> Option<Self> {
        let error = json.get("error")?;
        let text = |key: &str| error.get(key).and_then(Value::as_str);
        let details = error.pointer("/error_data/details").and_then(Value::as_str);
        let mut said = text("message").unwrap_or_default().to_owned();
        if let Some(details) = details.filter(|details| !said.contains(details)) {
            said = format!("{said} ({details})");
        }
        let fbtrace_id = text("fbtrace_id").map(str::to_owned);
        // A subcode tells more where it has a row of its own.
        let code = error.get("code")?.as_i64()?;
        let subcode = error.get("error_subcode").and_then(Value::as_i64);
        let known = |code: &i64| facts().error_codes.cloud_row(*code).is_some_and(|row| row.remedy.is_some());
        Some(Self { code: subcode.filter(known).unwrap_or(code), text: said, fbtrace_id })
    }

    fn of_onprem(json: &Value) -> Option<Self> {
        let error = json.get("errors")?.get(0)?;
        let text = |key: &str| error.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let said = [text("title"), text("details")].into_iter().flatten().collect::<Vec<_>>().join(": ");
        Some(Self { code: error.get("code")?.as_i64()?, text: said, fbtrace_id: None })
    }
}

/// What to do when only the status says something.
fn by_status(api: Api, status: u16) -> Option<String> {
    let remedy = match (api, status) {
        (Api::Graph, 401) => "Make a new access token and set WAPORT_GRAPH_TOKEN.",
        (Api::Graph, 403) => "Ask for advanced access to both permissions, then make a new token that has them.",
        (Api::OnPrem, 401 | 403) => {
            "Set WAPORT_ONPREM_USER and WAPORT_ONPREM_PASSWORD, or a new WAPORT_ONPREM_TOKEN; settings take ROLE_ADMIN."
        }
        (_, 300..=399) => "The server sends elsewhere, and secrets do not follow: write the address that it names.",
        (_, 404) => "Compare the address and the IDs in waport.toml with what the server has.",
        (_, 429) => "Wait a minute, and run it again.",
        (_, 500..) => "Wait some minutes, and run it again.",
        _ => return None,
    };
    Some(remedy.to_owned())
}
