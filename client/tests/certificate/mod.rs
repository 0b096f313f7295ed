//! A server of this machine that the client trusts.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::TlsAcceptor;
use ucwa_client::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use ucwa_client::rustls::{ServerConfig, crypto::ring};

/// A certificate for `localhost` with its key, for a server that speaks one protocol, and the authority that issued it.
pub(crate) fn tls(protocol: &str) -> (TlsAcceptor, CertificateDer<'static>) {
    let mut authority = CertificateParams::new([]).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let trusted = authority.self_signed(&key).expect("a certificate").der().clone();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().expect("a key");
    let server = CertificateParams::new(["localhost".to_owned()]).expect("parameters");
    let certificate = server.signed_by(&key, &issuer).expect("a certificate").der().clone();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .expect("the key fits");
    config.alpn_protocols = vec![protocol.into()];
    (TlsAcceptor::from(Arc::new(config)), trusted)
}
