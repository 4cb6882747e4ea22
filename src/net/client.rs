//! A client of one server: requests out, answers in, and of what went wrong whether the request can have arrived.

use std::fmt;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use ureq::http::{HeaderValue, Method, Request, Response};
use ureq::unversioned::multipart::{Form, Part};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{ConnectProxyConnector, Connector as _, TcpConnector};
use ureq::{Agent, AsSendBody, Proxy, ProxyProtocol, Timeout};
use url::Url;

use super::secret::Redactor;
use super::tls::{self, Secure, TrustError};
use crate::config::migrate::{Trust, is_this_machine};

/// The most bytes that an answer of JSON may have; backups of large clients are the longest.
const LONGEST_ANSWER: u64 = 64 << 20;

/// The most connections that a client keeps open for the next calls.
const MOST_CONNECTIONS: usize = 32;

/// How long a client waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For the whole of a call.
    pub call: Duration,
}

impl Default for Patience {
    /// 10 s for a connection, 30 s for a call.
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), call: Duration::from_secs(30) }
    }
}

/// A server that can be called.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: Url,
    authorization: Option<SecretString>,
    redactor: Redactor,
    reached: Arc<AtomicBool>,
    trust: Trust,
}

/// Why there is no answer. The text names the host and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection was made: the request did not reach the server.
    #[error("{0}")]
    NotSent(String),
    /// The server's certificate is not to be trusted, so nothing was sent.
    #[error("{0}")]
    Untrusted(String),
    /// The request may have reached the server, and may have been carried out.
    #[error("{0}")]
    Unknown(String),
}

/// What a server answered.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Body,
    /// After how many seconds the server asks to be called again.
    pub retry_after: Option<u64>,
}

/// The body of an answer.
#[derive(Clone)]
pub enum Body {
    /// It is JSON.
    Json(Value),
    /// There is none.
    Empty,
    /// It is something else, such as a proxy's page: its media type.
    Other(String),
    /// It ended early: why.
    Broken(String),
    /// It is longer than so many bytes, the most that it may have.
    TooLong(u64),
}

/// A file that a server serves.
#[derive(Clone)]
pub struct Served {
    /// What the server says it is, without parameters, in lower case; empty when it does not say.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

// What was answered can hold tokens, metadata and the media of users: of it only kind and length are shown.

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("body", &self.body).finish_non_exhaustive()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(json) => write!(f, "Json({} bytes)", json.to_string().len()),
            Self::Empty => f.write_str("Empty"),
            Self::Other(_) => f.write_str("Other"),
            Self::Broken(_) => f.write_str("Broken"),
            Self::TooLong(most) => write!(f, "TooLong({most})"),
        }
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Served({} bytes)", self.bytes.len())
    }
}

impl Answer {
    /// Whether the status is one of success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, when it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(value) => Some(value),
            _ => None,
        }
    }
}

impl Client {
    /// A client of the server at `base`. `folder` is what the path of an authority's file is relative to; `redactor`
    /// knows the secrets that go out. A proxy that the environment names is used for TLS to other machines only, and
    /// one of SOCKS not at all.
    ///
    /// # Errors
    /// When the file with the authority cannot be used.
    pub fn new(
        base: &Url,
        trust: &Trust,
        folder: &Path,
        patience: Patience,
        redactor: Redactor,
    ) -> Result<Self, TrustError> {
        Self::by_proxy(base, trust, folder, patience, redactor, Proxy::try_from_env())
    }

    /// A client that uses a proxy where it may.
    fn by_proxy(
        base: &Url,
        trust: &Trust,
        folder: &Path,
        patience: Patience,
        redactor: Redactor,
        proxy: Option<Proxy>,
    ) -> Result<Self, TrustError> {
        let proxy = proxy.filter(|proxy| is_for(proxy, base));
        let reached = Arc::new(AtomicBool::new(false));
        let by_proxy = proxy.is_some();
        let secure = Secure { config: tls::configuration(trust, folder)?, reached: Arc::clone(&reached), by_proxy };
        let chain = ().chain(ConnectProxyConnector::default()).chain(TcpConnector::default()).chain(secure);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(proxy)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(patience.connect))
            .timeout_global(Some(patience.call))
            .max_idle_connections(MOST_CONNECTIONS)
            .max_idle_connections_per_host(MOST_CONNECTIONS)
            .user_agent(concat!("waport/", env!("CARGO_PKG_VERSION")))
            .build();
        let agent = Agent::with_parts(config, chain, DefaultResolver::default());
        Ok(Self { agent, base: base.clone(), authorization: None, redactor, reached, trust: trust.clone() })
    }

    /// Sends `Authorization: Bearer` with each request from now on.
    #[must_use]
    pub fn with_bearer(mut self, token: &SecretString) -> Self {
        self.redactor = self.redactor.and(token);
        self.authorization = Some(SecretString::from(format!("Bearer {}", token.expose_secret())));
        self
    }

    /// Sends `Authorization: Basic` with each request from now on.
    #[must_use]
    pub fn with_basic(mut self, user: &SecretString, password: &SecretString) -> Self {
        use base64::Engine as _;
        let pair = format!("{}:{}", user.expose_secret(), password.expose_secret());
        let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
        let unpadded = encoded.trim_end_matches('=');
        for secret in [user, password, &SecretString::from(&*encoded), &SecretString::from(unpadded)] {
            self.redactor = self.redactor.and(secret);
        }
        self.authorization = Some(SecretString::from(format!("Basic {encoded}")));
        self
    }

    /// Takes the secrets of this client out of a text.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        self.redactor.clean(text)
    }

    /// The server, for messages: host and port.
    #[must_use]
    pub fn server(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The proxy that stands in between, for messages: host and port. TLS goes through it to the server.
    #[must_use]
    pub fn proxy(&self) -> Option<String> {
        self.agent.config().proxy().map(|proxy| format!("{}:{}", proxy.host(), proxy.port()))
    }

    /// Calls a path, which stands behind that of the base (an empty one is the base itself), with JSON or nothing.
    ///
    /// # Errors
    /// When no answer came, not even its head.
    pub fn call(
        &self,
        method: &Method,
        path: &str,
        query: &[(&str, &str)],
        json: Option<&Value>,
    ) -> Result<Answer, Failure> {
        let request = self.request(method, path, query)?;
        let response = match json {
            Some(json) => {
                let request = request.header(CONTENT_TYPE, "application/json");
                self.run(request.body(json.to_string()).map_err(|error| self.unsendable(&error))?)
            }
            // A call without a body says that it has none.
            None if *method == Method::POST => self.run(request.body("").map_err(|error| self.unsendable(&error))?),
            None => self.run(request.body(()).map_err(|error| self.unsendable(&error))?),
        }?;
        Ok(self.answer(response))
    }

    /// Uploads a file as a form of several parts, with texts before it.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub fn upload(
        &self,
        path: &str,
        texts: &[(&str, &str)],
        name: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<Answer, Failure> {
        let part = Part::bytes(bytes).file_name(name).mime_str(media_type).map_err(|error| self.failure(&error))?;
        let mut form = Form::new();
        for (key, text) in texts {
            form = form.text(key, text);
        }
        let form = form.part("file", part);
        // A request that is put together by hand has no type from its body.
        let boundary = format!("multipart/form-data; boundary={}", form.boundary());
        let request = self.request(&Method::POST, path, &[])?.header(CONTENT_TYPE, boundary);
        let response = self.run(request.body(form).map_err(|error| self.unsendable(&error))?)?;
        Ok(self.answer(response))
    }

    /// Downloads a file of at most `most` bytes.
    ///
    /// # Errors
    /// When no answer came. What the server answered in place of a file, or a file that is longer or ends early, is
    /// the inner error.
    pub fn download(&self, path: &str, most: u64) -> Result<Result<Served, Answer>, Failure> {
        let request = self.request(&Method::GET, path, &[])?;
        let mut response = self.run(request.body(()).map_err(|error| self.unsendable(&error))?)?;
        if !response.status().is_success() {
            return Ok(Err(self.answer(response)));
        }
        let media_type = media_type(&response);
        let status = response.status().as_u16();
        let not_whole = |body: Body| Ok(Err(Answer { status, body, retry_after: None }));
        let promised = response.body().content_length();
        if promised.is_some_and(|promised| promised > most) {
            return not_whole(Body::TooLong(most));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(promised.unwrap_or(0)).unwrap_or(0));
        let read = response.body_mut().as_reader().take(most + 1).read_to_end(&mut bytes);
        match read {
            Err(error) => not_whole(Body::Broken(self.failure(&ureq::Error::Io(error)).to_string())),
            Ok(_) if bytes.len() as u64 > most => not_whole(Body::TooLong(most)),
            Ok(_) => Ok(Ok(Served { media_type, bytes })),
        }
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<ureq::http::request::Builder, Failure> {
        let mut url = self.base.clone();
        if !path.is_empty() {
            let base = url.path().trim_end_matches('/').to_owned();
            url.set_path(&format!("{base}/{}", path.trim_start_matches('/')));
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = Request::builder().method(method.clone()).uri(url.as_str()).header(ACCEPT, "*/*");
        if let Some(authorization) = &self.authorization {
            let value = HeaderValue::from_str(authorization.expose_secret());
            let mut value = value
                .map_err(|_| Failure::NotSent("the token or password has signs that no header can hold".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        Ok(request)
    }

    fn run(&self, request: Request<impl AsSendBody>) -> Result<Response<ureq::Body>, Failure> {
        self.agent.run(request).map_err(|error| self.failure(&error))
    }

    fn answer(&self, mut response: Response<ureq::Body>) -> Answer {
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let mut bytes = Vec::new();
        let read = response.body_mut().as_reader().take(LONGEST_ANSWER + 1).read_to_end(&mut bytes);
        let body = match read {
            Err(error) => Body::Broken(self.failure(&ureq::Error::Io(error)).to_string()),
            Ok(_) if bytes.len() as u64 > LONGEST_ANSWER => Body::TooLong(LONGEST_ANSWER),
            Ok(_) if bytes.is_empty() => Body::Empty,
            Ok(_) => serde_json::from_slice(&bytes).map_or_else(|_| Body::Other(media_type(&response)), Body::Json),
        };
        Answer { status: response.status().as_u16(), body, retry_after }
    }

    fn unsendable(&self, error: &ureq::http::Error) -> Failure {
        Failure::NotSent(format!("{}: the request cannot be written: {error}", self.server()))
    }

    /// What a fault of the network says, and whether the request can have arrived.
    fn failure(&self, error: &ureq::Error) -> Failure {
        let server = match self.proxy() {
            Some(proxy) => format!("{} by the proxy {proxy}", self.server()),
            None => self.server(),
        };
        let tls = inner_tls(error).and_then(|error| tls::refusal(error, &self.trust));
        if let Some(refused) = tls {
            return Failure::Untrusted(format!("{server}: {refused}"));
        }
        // Once a connection was made, what fails may have been sent, unless it can only fail before.
        let reached = self.reached.load(Ordering::SeqCst) && !is_before_sending(error);
        let text = match error {
            ureq::Error::HostNotFound => "there is no host of this name".to_owned(),
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => "no connection in time".to_owned(),
            ureq::Error::Timeout(_) => "no answer in time".to_owned(),
            ureq::Error::Io(error) => error.to_string(),
            // Other faults may repeat the address, whose query can hold a token.
            ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => "the address cannot be called".to_owned(),
            error => error.to_string(),
        };
        let text = self.redactor.clean(&format!("{server}: {text}"));
        if reached { Failure::Unknown(text) } else { Failure::NotSent(text) }
    }
}

/// Whether a proxy is used for a server. What goes in clear would be read by it, and another machine's loopback is not
/// this one's. SOCKS is not built in.
fn is_for(proxy: &Proxy, base: &Url) -> bool {
    let tunnels = matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
    let is_left_out = base.as_str().parse().is_ok_and(|uri| proxy.is_no_proxy(&uri));
    base.scheme() == "https" && !is_this_machine(base) && tunnels && !is_left_out
}

/// Whether a fault can only come before anything was sent.
fn is_before_sending(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound | ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => true,
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        _ => false,
    }
}

/// The fault of TLS in a fault of the network.
pub(super) fn inner_tls(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// The media type of an answer, without parameters.
fn media_type(response: &Response<ureq::Body>) -> String {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
