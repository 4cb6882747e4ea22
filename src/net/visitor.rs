//! Looking at what a public link leads to: the head of one answer at a time, without credentials, and by default never
//! at an address that is not public, whatever a name resolves to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ureq::http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LOCATION, RANGE};
use ureq::http::{HeaderName, Method, Request, Response, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Connector as _, NextTimeout, TcpConnector};
use ureq::{Agent, Timeout};
use url::Url;

use super::client::{Patience, inner_tls};
use super::tls::{self, Secure, TrustError};
use crate::config::migrate::Trust;

/// Somebody who looks at links.
#[derive(Clone, Debug)]
pub struct Visitor {
    agent: Agent,
}

/// What a server says of what it has at an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// Its type, without parameters, in lower case; `None` when the server does not say.
    pub media_type: Option<String>,
    /// How many bytes it has; `None` when the server does not say.
    pub length: Option<u64>,
    /// Where else it is, of a redirect.
    pub location: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Absence {
    /// The host is at an address that is not public, and was not asked.
    #[error("it is at {0}, which is not a public address")]
    Private(IpAddr),
    /// The host's certificate cannot be trusted.
    #[error("{0}")]
    Certificate(String),
    /// Its name could not be looked up. Systems do not tell apart in one way that there is no such name and that nobody
    /// could be asked.
    #[error("its name could not be looked up, which does not prove that there is no such host: {0}")]
    NotFound(String),
    /// It did not answer in time.
    #[error("it did not answer within {} seconds", .0.as_secs())]
    TimeOut(Duration),
    /// The connection failed.
    #[error("{0}")]
    Failed(String),
}

impl Visitor {
    /// How long one answer may take.
    pub const PATIENCE: Patience = Patience { connect: Duration::from_secs(10), call: Duration::from_secs(20) };

    /// One that looks at public addresses, or at all.
    ///
    /// # Errors
    /// Never, as public authorities are built in.
    pub fn new(allow_private: bool) -> Result<Self, TrustError> {
        let config = tls::configuration(&Trust::Public, std::path::Path::new(""))?;
        let secure = Secure { config, reached: Arc::new(AtomicBool::new(false)), by_proxy: false };
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A proxy would resolve names by itself.
            .proxy(None)
            .timeout_connect(Some(Self::PATIENCE.connect))
            .timeout_global(Some(Self::PATIENCE.call))
            .user_agent(concat!("waport/", env!("CARGO_PKG_VERSION")))
            .build();
        let resolver = PublicOnly { inner: DefaultResolver::default(), allow_private };
        Ok(Self { agent: Agent::with_parts(agent, ().chain(TcpConnector::default()).chain(secure), resolver) })
    }

    /// The head of what is at an address; redirects are not followed. A server that does not answer `HEAD` with success
    /// is asked for the first byte.
    ///
    /// # Errors
    /// When there is no answer, or the address is not public.
    pub fn head(&self, url: &Url) -> Result<Head, Absence> {
        let head = self.ask(&Method::HEAD, url)?;
        if head.status < 400 { Ok(head) } else { self.ask(&Method::GET, url) }
    }

    fn ask(&self, method: &Method, url: &Url) -> Result<Head, Absence> {
        let mut url = url.clone();
        // What stands before `@` would go out as credentials.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        let mut request = Request::builder().method(method.clone()).uri(url.as_str());
        if *method == Method::GET {
            request = request.header(RANGE, "bytes=0-0");
        }
        let request = request.body(()).map_err(|error| Absence::Failed(error.to_string()))?;
        // The body of the answer is never read.
        self.agent.run(request).map(|response| head(&response)).map_err(|error| absence(&error))
    }
}

fn head(response: &Response<ureq::Body>) -> Head {
    let text = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok());
    let plain = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let whole = text(CONTENT_RANGE).and_then(|range| range.rsplit_once('/')?.1.trim().parse().ok());
    let length = || text(CONTENT_LENGTH).and_then(|length| length.trim().parse().ok());
    let status = response.status().as_u16();
    // A part is 206, and its length not that of the whole.
    let status_of_whole = if status == 206 { 200 } else { status };
    Head {
        status: status_of_whole,
        media_type: text(CONTENT_TYPE).map(plain).filter(|kind| !kind.is_empty()),
        length: if status == 206 { whole } else { length() },
        location: text(LOCATION).map(str::to_owned),
    }
}

fn absence(error: &ureq::Error) -> Absence {
    if let Some(error) = inner_tls(error) {
        let refused = tls::refusal(error, &Trust::Public);
        return refused.map_or_else(|| Absence::Failed(format!("TLS: {error}")), Absence::Certificate);
    }
    match error {
        ureq::Error::Other(inner) => match inner.downcast_ref() {
            Some(Unresolved::NotPublic(address)) => Absence::Private(*address),
            Some(Unresolved::Lookup(why)) => Absence::NotFound(why.clone()),
            None => Absence::Failed(error.to_string()),
        },
        ureq::Error::Timeout(Timeout::Connect) => Absence::TimeOut(Visitor::PATIENCE.connect),
        ureq::Error::Timeout(_) => Absence::TimeOut(Visitor::PATIENCE.call),
        ureq::Error::Io(error) => Absence::Failed(error.to_string()),
        ureq::Error::BadUri(_) => Absence::Failed("the address cannot be called".to_owned()),
        error => Absence::Failed(error.to_string()),
    }
}

/// Gives the addresses of a name when all of them are public: the ones that are connected to then.
#[derive(Debug)]
struct PublicOnly {
    inner: DefaultResolver,
    allow_private: bool,
}

/// Why a name has no addresses that may be asked.
#[derive(Debug, thiserror::Error)]
enum Unresolved {
    #[error("{0} is not a public address")]
    NotPublic(IpAddr),
    #[error("{0}")]
    Lookup(String),
}

impl Unresolved {
    /// A lookup that failed, as its error may be told from one of a connection only where names are resolved. One that
    /// took too long stays what it is.
    fn lookup(error: ureq::Error) -> ureq::Error {
        match error {
            ureq::Error::Io(error) => Self::Lookup(error.to_string()).into(),
            ureq::Error::HostNotFound => Self::Lookup("it has no address".to_owned()).into(),
            error => error,
        }
    }
}

impl From<Unresolved> for ureq::Error {
    fn from(unresolved: Unresolved) -> Self {
        Self::Other(Box::new(unresolved))
    }
}

impl Resolver for PublicOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let addresses = self.inner.resolve(uri, config, timeout).map_err(Unresolved::lookup)?;
        let private = addresses.iter().map(std::net::SocketAddr::ip).find(|address| !is_public(*address));
        match private.filter(|_| !self.allow_private) {
            Some(address) => Err(Unresolved::NotPublic(address).into()),
            None => Ok(addresses),
        }
    }
}

/// Whether an address is one that anybody in the Internet can reach, by the registries of special addresses of IANA.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [a, ..] if a == 0 || a >= 240 => true,
        [192, 0, 0, _] => true,
        [100, b, ..] => (64..128).contains(&b),
        [198, b, ..] => b == 18 || b == 19,
        _ => false,
    };
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let inner = |at: usize| Ipv4Addr::from(u32::from(segments[at]) << 16 | u32::from(segments[at + 1]));
    // Addresses of IPv4 in those of IPv6: mapped, compatible, NAT64, 6to4.
    match segments {
        [0, 0, 0, 0, 0, 0xffff | 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => return is_public_v4(inner(6)),
        [0x2002, ..] => return is_public_v4(inner(1)),
        _ => {}
    }
    // All that was ever given out to the public begins with 001; 2001:db8 and 3fff are for documentation, and 2001:0
    // to 2001:1ff for protocols.
    let [first, second, ..] = segments;
    (0x2000..0x3fff).contains(&first) && !(first == 0x2001 && (second == 0xdb8 || second < 0x200))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_that_fails_is_told_from_a_connection_that_does_whatever_the_system_says() {
        let refused = || ureq::Error::Io(std::io::Error::other("Temporary failure"));
        assert_eq!(absence(&Unresolved::lookup(refused())), Absence::NotFound("Temporary failure".to_owned()));
        assert!(matches!(absence(&Unresolved::lookup(ureq::Error::HostNotFound)), Absence::NotFound(_)));
        let late = Unresolved::lookup(ureq::Error::Timeout(Timeout::Resolve));
        assert!(matches!(absence(&late), Absence::TimeOut(_)));
        assert_eq!(absence(&refused()), Absence::Failed("Temporary failure".to_owned()));
    }

    #[test]
    fn only_what_anybody_can_reach_is_public() {
        for text in ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
    }
}
