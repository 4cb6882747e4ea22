//! TLS towards the two APIs. Certificates are always checked, in one of three ways.
//!
//! Old boxes often show a certificate of their own making that calls itself an authority, as plain `openssl req -x509`
//! writes it. rustls takes no such certificate for a server's, not even when it is the trusted root, so a pin has a
//! verifier of its own.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, ConfigBuilder, DigitallySignedStruct, Error, RootCertStore,
    SignatureScheme, StreamOwned, WantsVerifier,
};
use sha2::{Digest as _, Sha256};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use crate::config::migrate::Trust;

/// Why it is not known which certificates to trust.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TrustError(String);

/// How connections to a server are secured. `base` is what the path of an authority's file is relative to.
pub(super) fn configuration(trust: &Trust, base: &Path) -> Result<Arc<ClientConfig>, TrustError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TrustError(error.to_string()))?;
    let config = match trust {
        Trust::Public => {
            let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        Trust::Authority(file) => verified(builder, Known::authority(&base.join(file), &provider)?, provider),
        Trust::Pin(pin) => verified(builder, Known::Pin(*pin), provider),
    };
    Ok(Arc::new(config))
}

fn verified(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    known: Known,
    provider: Arc<CryptoProvider>,
) -> ClientConfig {
    let verifier = Arc::new(Verifier { known, provider });
    builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
}

/// Which certificates pass, apart from those that lead to a public authority.
#[derive(Debug)]
enum Known {
    /// What leads to an authority in a file. What is said of certificates that rustls never takes goes by what is in it.
    Authority { inner: Arc<WebPkiServerVerifier>, certificates: Vec<CertificateDer<'static>> },
    /// One certificate, whatever it says of itself, by the SHA-256 of its DER form.
    Pin([u8; 32]),
}

impl Known {
    fn authority(file: &Path, provider: &Arc<CryptoProvider>) -> Result<Self, TrustError> {
        let fail = |problem: String| TrustError(format!("onprem-ca {}: {problem}", file.display()));
        let text = std::fs::read(file).map_err(|error| fail(error.to_string()))?;
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
            .collect::<Result<_, _>>()
            .map_err(|error| fail(format!("it is no PEM file: {error}")))?;
        let mut roots = RootCertStore::empty();
        if roots.add_parsable_certificates(certificates.iter().cloned()).0 == 0 {
            return Err(fail("it holds no certificate".to_owned()));
        }
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(|error| fail(error.to_string()))?;
        Ok(Self::Authority { inner, certificates })
    }
}

/// Checks certificates that do not lead to a public authority. That a server holds the key of its certificate is checked
/// as ever.
#[derive(Debug)]
struct Verifier {
    known: Known,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match &self.known {
            Known::Pin(pin) if Sha256::digest(end_entity).as_slice() == pin => Ok(ServerCertVerified::assertion()),
            Known::Pin(_) => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
            Known::Authority { inner, certificates } => {
                let result = inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
                // The user gave this very certificate: its pin can be told. Of any other nothing may be told.
                let is_given = certificates.iter().any(|known| known.as_ref() == end_entity.as_ref());
                result.map_err(|error| if is_given { advise(&error, end_entity) } else { error })
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What to do about a certificate that stands in onprem-ca and does not pass as a server's.
fn advise(error: &Error, certificate: &CertificateDer<'_>) -> Error {
    let problem = match error {
        Error::InvalidCertificate(problem) => problem_of(problem),
        other => other.to_string(),
    };
    let pin = hexadecimal(&Sha256::digest(certificate));
    Error::General(format!(
        "the server shows the certificate of onprem-ca itself, which does not pass as a server's: {problem}; if it is the \
         client's, write `onprem-cert-sha256 = \"{pin}\"` in place of onprem-ca"
    ))
}

/// What is wrong with a certificate. rustls has no word of its own for one that calls itself an authority.
fn problem_of(problem: &CertificateError) -> String {
    match problem {
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "it calls itself an authority".to_owned()
        }
        CertificateError::UnknownIssuer => "nobody knows who issued it".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        other => other.to_string(),
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a refused certificate means for the user; `None` when the fault is another.
pub(super) fn refusal(error: &Error, trust: &Trust) -> Option<String> {
    Some(match (error, trust) {
        (Error::General(advice), Trust::Authority(_)) => advice.clone(),
        (Error::InvalidCertificate(_), Trust::Pin(_)) => {
            "its certificate is another than the one that onprem-cert-sha256 names".to_owned()
        }
        (Error::InvalidCertificate(problem), Trust::Authority(_)) => {
            format!("its certificate does not lead to the authority in onprem-ca: {}", problem_of(problem))
        }
        (Error::InvalidCertificate(problem), Trust::Public) => {
            format!("its certificate does not lead to a public authority: {}", problem_of(problem))
        }
        _ => return None,
    })
}

/// Puts TLS around connections that need it, and notes that a connection was made: from then on a request may arrive.
#[derive(Debug)]
pub(super) struct Secure {
    pub config: Arc<ClientConfig>,
    pub reached: Arc<AtomicBool>,
    /// Whether connections lead through a proxy.
    pub by_proxy: bool,
}

impl<In: Transport> Connector<In> for Secure {
    type Out = Either<In, Secured>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(transport) = chained else { return Ok(None) };
        // The connection to the proxy itself is made without one; the server is behind it.
        let is_server = !self.by_proxy || details.config.proxy().is_some();
        if !details.needs_tls() || transport.is_tls() {
            self.reached.fetch_or(is_server, Ordering::SeqCst);
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ureq::Error::Tls("the host's name is none"))?;
        let mut connection = ClientConnection::new(Arc::clone(&self.config), name)?;
        let mut socket = TransportAdapter::new(transport.boxed(), Arc::clone(&details.current_time));
        socket.set_timeout(details.timeout);
        connection.complete_io(&mut socket)?;
        self.reached.fetch_or(is_server, Ordering::SeqCst);
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(Secured { buffers, stream: StreamOwned::new(connection, socket) })))
    }
}

/// A connection with TLS around it.
pub(super) struct Secured {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secured")
    }
}
