//! Requests over the network, by reqwest.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Response};
use reqwest::ClientBuilder;
use reqwest::redirect::Policy;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, DEFAULT_VERSIONS};
use rustls_platform_verifier::Verifier;
use tower::Service;
use ucwa::ResponseUrl;

use super::{BodyLimit, SameConnection, TransportError};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// After how long without data the other side is checked. A poll of the event channel is silent for minutes.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Sends requests over the network: HTTP/1.1 and HTTP/2, gzip, the system's proxy settings, TLS by rustls with the platform's trust
/// store.
#[derive(Clone)]
pub struct Network {
    client: reqwest::Client,
    /// Makes a client of the same settings with a connection of its own.
    other: Option<Arc<dyn Fn() -> Result<reqwest::Client, TransportError> + Send + Sync>>,
}

impl Network {
    /// Connections with the default settings.
    ///
    /// # Errors
    ///
    /// Fails if the platform's trust store cannot be used.
    pub fn new() -> Result<Self, TransportError> {
        Self::with([], |builder| builder)
    }

    /// Connections with the default settings as `change` changes them, for example by a proxy. Certificates signed by `roots`
    /// are trusted beside those that the platform trusts; reqwest's own methods for certificates have no effect.
    ///
    /// `change` is called now, and again for each Windows sign-in, which has a connection of its own.
    ///
    /// # Errors
    ///
    /// Fails if the platform's trust store cannot be used, if one of the roots is no certificate, or if reqwest does not take the
    /// settings.
    pub fn with(
        roots: impl IntoIterator<Item = CertificateDer<'static>>,
        change: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, TransportError> {
        let roots: Vec<_> = roots.into_iter().collect();
        let client = change(builder(roots.clone(), &[HTTP_2, HTTP_1])?).build().map_err(not_connected)?;
        let other = move || {
            // HTTP/2 has no authenticated connections.
            let builder = builder(roots.clone(), &[HTTP_1])?.http1_only().pool_max_idle_per_host(1);
            change(builder).build().map_err(not_connected)
        };
        Ok(Self { client, other: Some(Arc::new(other)) })
    }

    /// The default settings, for [`from_client`](Self::from_client). Certificates signed by `roots` are trusted beside those that the
    /// platform trusts.
    ///
    /// # Errors
    ///
    /// Fails if the platform's trust store cannot be used, or one of the roots is no certificate.
    pub fn builder(roots: impl IntoIterator<Item = CertificateDer<'static>>) -> Result<ClientBuilder, TransportError> {
        builder(roots, &[HTTP_2, HTTP_1])
    }

    /// Connections of a client that the caller made. It should follow no redirects, so that the client of this crate can
    /// decide which hosts receive a token, and its time-out, if it has one, must exceed that of the event channel.
    ///
    /// Windows sign-in works if the client keeps to one connection; [`with`](Self::with) takes care of that.
    pub fn from_client(client: reqwest::Client) -> Self {
        Self { client, other: None }
    }

    /// The client that a request is sent with.
    fn client_for(&self, request: &Request<Bytes>) -> Result<reqwest::Client, TransportError> {
        match (request.extensions().get::<SameConnection>(), &self.other) {
            (Some(connection), Some(make)) => connection.get_or_make(|| make()),
            _ => Ok(self.client.clone()),
        }
    }

    async fn execute(self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let limit = request.extensions().get().map_or(usize::MAX, |BodyLimit(limit)| *limit);
        let client = self.client_for(&request)?;
        let request = reqwest::Request::try_from(request).map_err(not_connected)?;
        let asked = request.url().clone();
        let mut received = client.execute(request).await.map_err(failed)?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = received.status();
        *response.headers_mut() = copied(mem::take(received.headers_mut()));
        if *received.url() != asked {
            response.extensions_mut().insert(ResponseUrl(received.url().clone()));
        }
        *response.body_mut() = body(&mut received, limit).await?;
        Ok(response)
    }
}

/// The names of the protocols, as TLS has them.
const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// The default settings, for connections with one of the protocols.
fn builder(
    roots: impl IntoIterator<Item = CertificateDer<'static>>,
    protocols: &[&[u8]],
) -> Result<ClientBuilder, TransportError> {
    let failed = |error: rustls::Error| TransportError::NotConnected(error.into());
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(failed)?;
    let tls = ClientConfig::builder_with_provider(provider).with_protocol_versions(DEFAULT_VERSIONS).map_err(failed)?;
    let mut tls = tls.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    tls.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let builder = ClientBuilder::new().tls_backend_preconfigured(tls).redirect(Policy::none());
    let builder = builder.connect_timeout(CONNECT_TIMEOUT).tcp_keepalive(KEEP_ALIVE);
    Ok(builder.http2_keep_alive_interval(KEEP_ALIVE).http2_keep_alive_timeout(CONNECT_TIMEOUT))
}

/// Headers in memory of their own. Those of hyper are parts of the buffer that they were received with, which would be kept for as long as
/// any of them.
fn copied(mut headers: HeaderMap) -> HeaderMap {
    for value in headers.values_mut() {
        // What was valid is valid again.
        if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
            *value = copy;
        }
    }
    headers
}

/// Receives a body, until it exceeds the limit.
async fn body(response: &mut reqwest::Response, limit: usize) -> Result<Bytes, TransportError> {
    let mut whole = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(failed)? {
        if piece.len() > limit.saturating_sub(whole.len()) {
            return Err(TransportError::BodyTooLarge { limit });
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

/// URLs can hold secrets; whoever sent the request knows where it went.
fn not_connected(error: reqwest::Error) -> TransportError {
    TransportError::NotConnected(error.without_url().into())
}

fn failed(error: reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        return not_connected(error);
    }
    TransportError::Broken(error.without_url().into())
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Service<Request<Bytes>> for Network {
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        Box::pin(self.clone().execute(request))
    }
}
