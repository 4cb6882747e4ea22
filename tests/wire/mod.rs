//! A client of HTTP/1.1 that sees everything: resets, answers that break off, certificates.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// An answer, or as much of it as came.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// Whether the body has the length that the head promised.
    pub is_whole: bool,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of an error of Graph API.
    pub fn code(&self) -> i64 {
        self.json()["error"]["code"].as_i64().unwrap_or_else(|| panic!("no code: {}", self.json()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

pub trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

/// A connection.
pub struct Line {
    stream: Box<dyn Wire>,
    socket: TcpStream,
    rest: Vec<u8>,
}

impl Line {
    /// Connects to a URL such as `http://127.0.0.1:1`, with TLS for `https`.
    pub fn to(url: &str, trust: &Arc<ClientConfig>) -> io::Result<Self> {
        let (scheme, address) = url.split_once("://").expect("a URL");
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        let known = socket.try_clone()?;
        known.set_read_timeout(Some(Duration::from_secs(20)))?;
        let stream: Box<dyn Wire> = if scheme == "https" {
            let name = ServerName::try_from("127.0.0.1").expect("a name");
            let connection = ClientConnection::new(Arc::clone(trust), name).map_err(io::Error::other)?;
            let mut stream = StreamOwned::new(connection, socket);
            while stream.conn.is_handshaking() {
                stream.conn.complete_io(&mut stream.sock)?;
            }
            Box::new(stream)
        } else {
            Box::new(socket)
        };
        Ok(Self { stream, socket: known, rest: Vec::new() })
    }

    pub fn patience(&self, duration: Duration) {
        self.socket.set_read_timeout(Some(duration)).expect("a time-out");
    }

    pub fn hang_up(&self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// The next answer. An error when the connection ends before its head did.
    pub fn reply(&mut self) -> io::Result<Reply> {
        let end = loop {
            if let Some(end) = self.rest.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            if self.more()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let head = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest.drain(..end + 4);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut reply = Reply { status, head, body: Vec::new(), is_whole: false };
        let length = reply.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        while self.rest.len() < length {
            if !matches!(self.more(), Ok(more) if more > 0) {
                reply.body = std::mem::take(&mut self.rest);
                return Ok(reply);
            }
        }
        reply.body = self.rest.drain(..length).collect();
        reply.is_whole = true;
        Ok(reply)
    }

    fn more(&mut self) -> io::Result<usize> {
        let mut buffer = [0; 8192];
        let length = self.stream.read(&mut buffer)?;
        self.rest.extend_from_slice(&buffer[..length]);
        Ok(length)
    }
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Takes any certificate and keeps its SHA-256.
#[derive(Debug)]
pub struct Any {
    pub seen: Mutex<Option<[u8; 32]>>,
    provider: Arc<CryptoProvider>,
}

impl Any {
    /// One, and the configuration that uses it.
    pub fn trust() -> (Arc<Self>, Arc<ClientConfig>) {
        let provider = Arc::new(ring::default_provider());
        let any = Arc::new(Self { seen: Mutex::new(None), provider: Arc::clone(&provider) });
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let verifier: Arc<dyn ServerCertVerifier> = Arc::<Self>::clone(&any);
        let builder = builder.expect("versions").dangerous().with_custom_certificate_verifier(verifier);
        (any, Arc::new(builder.with_no_client_auth()))
    }
}

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.seen.lock().expect("a lock") = Some(Sha256::digest(end_entity).into());
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
