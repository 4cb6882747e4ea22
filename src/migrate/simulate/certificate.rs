//! The certificate that the simulated On-Premises client shows, made anew at every start.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};

/// By whom a certificate is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateKind {
    /// By itself, with `CA:TRUE`, as plain `openssl req -x509` makes it.
    #[default]
    SelfSigned,
    /// By an authority of its own; it is none itself, `CA:FALSE`.
    Issued,
}

impl CertificateKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::SelfSigned, Self::Issued];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SelfSigned => "self-signed",
            Self::Issued => "issued",
        }
    }
}

impl fmt::Display for CertificateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no kind of certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of certificate; there are self-signed and issued")]
pub struct UnknownKind(pub String);

impl FromStr for CertificateKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

/// A certificate with its key, ready to serve, and what a client needs to know it.
pub(super) struct Certificate {
    pub config: Arc<ServerConfig>,
    /// The certificate that it leads to, as PEM.
    pub authority_pem: String,
    /// SHA-256 of the certificate itself, in DER form.
    pub sha256: [u8; 32],
}

impl Certificate {
    /// Makes one for this machine's own names.
    pub fn make(kind: CertificateKind) -> io::Result<Self> {
        Self::signed(kind).map_err(io::Error::other)
    }

    fn signed(kind: CertificateKind) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let key = KeyPair::generate()?;
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        let (certificate, authority_pem) = match kind {
            CertificateKind::SelfSigned => {
                params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
                let certificate = params.self_signed(&key)?;
                let pem = certificate.pem();
                (certificate, pem)
            }
            CertificateKind::Issued => {
                params.is_ca = IsCa::ExplicitNoCa;
                params.use_authority_key_identifier_extension = true;
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
                let (authority, pem) = authority()?;
                (params.signed_by(&key, &authority)?, pem)
            }
        };
        let der: CertificateDer<'static> = certificate.der().clone();
        let sha256 = Sha256::digest(&der).into();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![der], key)?;
        Ok(Self { config: Arc::new(config), authority_pem, sha256 })
    }
}

/// An authority, and its certificate as PEM.
fn authority() -> Result<(Issuer<'static, KeyPair>, String), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, "An authority for rehearsals");
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}
