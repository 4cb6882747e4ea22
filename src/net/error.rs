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
    /// Whether it shows that the request was not carried out. An answer that was lost shows nothing, nor does one of
    /// Graph API with an error that may come up when something was done already.
    pub proves_refusal: bool,
    /// Whether it is the API's own answer: an error object, other JSON, or nothing. A page is that of a server in between.
    pub is_own: bool,
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
            Body::Empty => {
                let error = Self::garbled(api, client, answer, "without a body");
                return Box::new(Self { is_own: true, ..*error });
            }
            Body::Other(media_type) => {
                return Self::garbled(api, client, answer, &format!("a body of type `{}`", clean(media_type)));
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
            let error = Self::garbled(api, client, answer, what);
            return Box::new(Self { is_own: true, ..*error });
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
        // What broke inside a server may be half done.
        let proves_refusal = match api {
            Api::Graph => (400..500).contains(&answer.status) && refuses(said.main_code),
            Api::OnPrem => answer.status < 500,
        };
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
            proves_refusal,
            is_own: true,
            passes: passes || answer.status >= 500 || answer.status == 429,
            retry_after: answer.retry_after,
            ..Self::empty(api)
        })
    }

    /// Graph API answered that what was asked for was no success, without an error that says why.
    pub(super) fn no_success(mut self: Box<Self>, client: &Client, answer: &Answer) -> Box<Self> {
        if self.code.is_none() {
            self.what = format!("{} answered {} with `success` false", client.server(), answer.status);
            self.remedy = Some("run it again; if it stays, open a support ticket".to_owned());
        }
        self.proves_refusal = false;
        self.passes = false;
        self
    }

    /// Whether the server asks to be called less often.
    #[must_use]
    pub fn is_rate_limit(&self) -> bool {
        const CODES: [i64; 6] = [4, 613, 1015, 1016, 80_007, 130_429];
        self.status == Some(429) || self.code.is_some_and(|code| CODES.contains(&code))
    }

    /// Whether the API says that it does not have what was asked for.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        let code = match self.api {
            Api::OnPrem => Some(1006),
            Api::Graph => None,
        };
        (code.is_some() && self.code == code) || (self.status == Some(404) && self.is_own && !self.concerns_access())
    }

    /// Whether it is about the token, the number or the server, so that any other call would meet it as well.
    #[must_use]
    pub fn concerns_access(&self) -> bool {
        let code = self.code.unwrap_or(0);
        let about_access = match self.api {
            Api::Graph => [3, 10, 102, 190, 368, 131_005, 131_031].contains(&code) || (200..300).contains(&code),
            Api::OnPrem => [1005, 1024].contains(&code),
        };
        // Without an answer, what does not pass is a certificate that is not to be trusted.
        let is_untrusted = self.status.is_none() && !self.passes;
        about_access || is_untrusted || self.status.is_some_and(|status| matches!(status, 300..=399 | 401 | 403))
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
            is_own: false,
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

/// Whether Graph API gives an error, by its code and never its subcode, only before it does anything: to a request that
/// it does not understand, that is not allowed, too frequent, or whose PIN or number is not right. Codes that are not
/// listed prove nothing; among them are those of a fault inside (1, 2, 131000), of something that is incomplete or in
/// work (133000, 133004, 131016, 2494100), and all that are not known.
fn refuses(code: i64) -> bool {
    const CODES: [i64; 25] = [
        4, 10, 33, 100, 190, 368, 613, 80_007, 130_429, 131_005, 131_008, 131_009, 131_031, 131_045, 133_001, 133_002,
        133_003, 133_005, 133_006, 133_007, 133_008, 133_009, 133_010, 133_015, 133_016,
    ];
    CODES.contains(&code) || (200..=299).contains(&code)
}

/// What an error object says.
struct Said {
    /// The code that tells the most.
    code: i64,
    /// The code that tells the kind of the error.
    main_code: i64,
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
        let main_code = error.get("code")?.as_i64()?;
        let subcode = error.get("error_subcode").and_then(Value::as_i64);
        let known = |code: &i64| facts().error_codes.cloud_row(*code).is_some_and(|row| row.remedy.is_some());
        Some(Self { code: subcode.filter(known).unwrap_or(main_code), main_code, text: said, fbtrace_id })
    }

    fn of_onprem(json: &Value) -> Option<Self> {
        let error = json.get("errors")?.get(0)?;
        let text = |key: &str| error.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let said = [text("title"), text("details")].into_iter().flatten().collect::<Vec<_>>().join(": ");
        let code = error.get("code")?.as_i64()?;
        Some(Self { code, main_code: code, text: said, fbtrace_id: None })
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;
    use url::Url;

    use super::*;
    use crate::config::migrate::Trust;
    use crate::net::{Patience, Redactor};

    fn refused(api: Api, status: u16, json: Value) -> Box<ApiError> {
        let url = Url::parse("http://127.0.0.1:9").expect("a URL");
        let client = Client::new(&url, &Trust::Public, Path::new(""), Patience::default(), Redactor::default());
        let answer = Answer { status, body: Body::Json(json), retry_after: None };
        ApiError::refused(api, &client.expect("a client"), &answer)
    }

    fn graph(status: u16, code: i64) -> Box<ApiError> {
        refused(Api::Graph, status, json!({ "error": { "message": "no", "code": code } }))
    }

    #[test]
    fn only_an_error_that_comes_before_anything_is_done_proves_a_refusal() {
        for code in [
            4, 10, 33, 100, 190, 200, 230, 299, 368, 613, 80007, 130_429, 131_005, 131_008, 131_009, 131_031, 131_045,
            133_001, 133_002, 133_003, 133_005, 133_006, 133_007, 133_008, 133_009, 133_010, 133_015, 133_016,
        ] {
            assert!(graph(400, code).proves_refusal && graph(499, code).proves_refusal, "{code}");
            for status in [200, 302, 399, 500, 503] {
                assert!(!graph(status, code).proves_refusal, "{status} {code}");
            }
        }
        for code in [
            0, 1, 2, 3, 17, 199, 300, 131_000, 131_016, 131_026, 133_000, 133_004, 133_011, 133_014, 133_017, 136_025,
            2_494_100, 999_999, -1,
        ] {
            assert!(!graph(400, code).proves_refusal, "{code}");
        }
    }

    #[test]
    fn a_subcode_tells_what_to_do_but_proves_nothing() {
        let error = |code: i64, subcode: i64| {
            refused(Api::Graph, 400, json!({ "error": { "code": code, "error_subcode": subcode } }))
        };
        let unclear = error(1, 133_005);
        assert_eq!((unclear.code, unclear.proves_refusal), (Some(133_005), false));
        assert!(unclear.meaning.is_some() && unclear.remedy.is_some());
        assert!(error(100, 2_494_100).proves_refusal && error(100, 133_000).proves_refusal);
    }

    #[test]
    fn an_answer_without_an_error_proves_nothing() {
        for json in [json!({}), json!({ "error": "no" }), json!({ "error": { "code": "190" } })] {
            assert!(!refused(Api::Graph, 400, json.clone()).proves_refusal, "{json}");
        }
    }

    #[test]
    fn an_error_of_the_old_client_proves_a_refusal_unless_it_broke() {
        let error = |status| refused(Api::OnPrem, status, json!({ "errors": [{ "code": 1005, "title": "no" }] }));
        assert!(error(403).proves_refusal && !error(500).proves_refusal);
    }

    #[test]
    fn a_connection_that_was_never_made_proves_that_nothing_was_done() {
        let proves = |failure| ApiError::no_answer(Api::Graph, &failure).proves_refusal;
        assert!(proves(Failure::NotSent(String::new())) && proves(Failure::Untrusted(String::new())));
        assert!(!proves(Failure::Unknown(String::new())));
    }
}
