//! The simulator on a port over TLS, with a certificate that is made on the spot.

use std::future::Future;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use super::{accept_until, connection};
use crate::options::Topology;
use crate::simulator::Simulator;

/// How long a certificate is valid; it begins a day early, as the clocks of clients may be slow.
const VALIDITY: Duration = Duration::days(365);

/// A certificate for the hosts of a topology, and the authority that issued it.
///
/// Both are new each time, and are the only things about a simulator that do not come from its seed. The key of the authority is
/// dropped at once: whoever trusts it trusts this one certificate.
pub struct ServerCertificate {
    authority: String,
    acceptor: TlsAcceptor,
}

/// A certificate could not be made.
#[derive(Debug, thiserror::Error)]
#[error("no certificate could be made for the hosts {hosts:?}")]
pub struct CertificateError {
    hosts: Vec<String>,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl ServerCertificate {
    /// A certificate for the hosts of a topology, for `lyncdiscover` and `lyncdiscoverinternal` of its domain, and for
    /// `localhost`, `127.0.0.1` and `::1`.
    ///
    /// # Errors
    ///
    /// Fails if the topology has a host that no certificate can name.
    pub fn new(topology: &Topology) -> Result<Self, CertificateError> {
        let hosts = hosts(topology);
        let made = make(&hosts);
        made.map_err(|source| CertificateError { hosts, source })
    }

    /// The certificate of the authority as PEM: what a client has to trust.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ServerCertificate").field("authority", &self.authority).finish_non_exhaustive()
    }
}

/// The hosts that a certificate names, each once.
fn hosts(topology: &Topology) -> Vec<String> {
    let Topology { domain, discovery, web, pool, .. } = topology;
    let host = |origin: &String| {
        let url = Url::parse(origin).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or(origin);
        host.trim_matches(['[', ']']).to_owned()
    };
    let well_known = [format!("lyncdiscover.{domain}"), format!("lyncdiscoverinternal.{domain}")];
    let local = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut hosts: Vec<_> = [discovery, web, pool].map(host).into_iter().chain(well_known).chain(local).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

fn make(hosts: &[String]) -> Result<ServerCertificate, Box<dyn std::error::Error + Send + Sync>> {
    let now = OffsetDateTime::now_utc();
    let params = |hosts: &[String], name: &str| {
        let mut params = CertificateParams::new(hosts)?;
        (params.not_before, params.not_after) = (now - Duration::DAY, now + VALIDITY);
        params.distinguished_name.push(DnType::CommonName, name);
        Ok::<_, rcgen::Error>(params)
    };
    let mut authority = params(&[], "UCWA simulator authority")?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate()?;
    let trusted = authority.self_signed(&key)?.pem();
    let issuer = Issuer::new(authority, key);

    let mut server = params(hosts, "UCWA simulator")?;
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(ServerCertificate { authority: trusted, acceptor: TlsAcceptor::from(Arc::new(config)) })
}

/// As [`serve`](super::serve), over TLS.
///
/// ```
/// use tokio::net::TcpListener;
/// use ucwa_simulator::{Options, ServerCertificate, Simulator, Topology, serve_tls};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let port = listener.local_addr()?.port();
/// let options = Options { topology: Topology::local("contoso.com", "https", port), ..Options::new(1) };
/// let certificate = ServerCertificate::new(&options.topology)?;
/// // A client under test has to trust this, such as by `reqwest::Certificate::from_pem`.
/// assert!(certificate.authority().starts_with("-----BEGIN CERTIFICATE-----"));
/// // A program would wait for a signal.
/// serve_tls(Simulator::with_options(options), listener, &certificate, async {}).await;
/// # Ok(())
/// # }
/// ```
pub async fn serve_tls(
    simulator: Simulator,
    listener: TcpListener,
    certificate: &ServerCertificate,
    until: impl Future<Output = ()>,
) {
    let connect = |stream| {
        let (simulator, accepting) = (simulator.clone(), certificate.acceptor.accept(stream));
        async move {
            // Whoever does not trust the certificate goes away, and knows why.
            if let Ok(stream) = accepting.await {
                connection(simulator, stream).await;
            }
        }
    };
    accept_until(listener, until, connect).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_names_the_hosts_of_discovery_and_of_this_machine() {
        let expected = [
            "127.0.0.1",
            "::1",
            "localhost",
            "lyncdiscover.contoso.com",
            "lyncdiscoverinternal.contoso.com",
            "lyncweb.contoso.com",
            "pool1.contoso.com",
        ];
        assert_eq!(hosts(&Topology::of_domain("contoso.com")), expected);
        let local = hosts(&Topology::local("contoso.com", "https", 443));
        assert_eq!(
            local,
            expected
                .into_iter()
                .filter(|host| !host.starts_with(['p', 'L']) && !host.contains("web"))
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_host_that_no_certificate_can_name_is_an_error_that_says_so() {
        let error = ServerCertificate::new(&Topology::of_domain("münchen.example")).expect_err("it is not ASCII");
        assert!(error.to_string().contains("münchen.example"), "{error}");
    }
}
