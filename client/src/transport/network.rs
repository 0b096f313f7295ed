//! Requests over the network, by reqwest.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::redirect::Policy;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, DEFAULT_VERSIONS};
use rustls_platform_verifier::Verifier;
use tower::Service;
use ucwa::ResponseUrl;

use super::{BodyLimit, TransportError};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// After how long without data the other side is checked. A poll of the event channel is silent for minutes.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// Sends requests over the network: HTTP/1.1 and HTTP/2, gzip, the system's proxy settings, TLS by rustls with the platform's trust
/// store.
#[derive(Debug, Clone)]
pub struct Network {
    client: reqwest::Client,
}

impl Network {
    /// Connections with the default settings.
    ///
    /// # Errors
    ///
    /// Fails if the platform's trust store cannot be used.
    pub fn new() -> Result<Self, TransportError> {
        let client = Self::builder([])?.build();
        Ok(Self::from_client(client.map_err(|error| TransportError::NotConnected(error.into()))?))
    }

    /// The default settings, to be changed, for example by a proxy. Certificates signed by `roots` are trusted beside those that
    /// the platform trusts; reqwest's own methods for certificates have no effect.
    ///
    /// # Errors
    ///
    /// Fails if the platform's trust store cannot be used, or one of the roots is no certificate.
    pub fn builder(
        roots: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<reqwest::ClientBuilder, TransportError> {
        let failed = |error: rustls::Error| TransportError::NotConnected(error.into());
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(failed)?;
        let tls =
            ClientConfig::builder_with_provider(provider).with_protocol_versions(DEFAULT_VERSIONS).map_err(failed)?;
        let tls = tls.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
        let builder = reqwest::Client::builder().tls_backend_preconfigured(tls).redirect(Policy::none());
        let builder = builder.connect_timeout(CONNECT_TIMEOUT).tcp_keepalive(KEEP_ALIVE);
        Ok(builder.http2_keep_alive_interval(KEEP_ALIVE).http2_keep_alive_timeout(CONNECT_TIMEOUT))
    }

    /// Connections of a client that the caller made. It should follow no redirects, so that the client of this crate can
    /// decide which hosts receive a token, and its time-out, if it has one, must exceed that of the event channel.
    pub fn from_client(client: reqwest::Client) -> Self {
        Self { client }
    }

    async fn execute(self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let limit = request.extensions().get().map_or(usize::MAX, |BodyLimit(limit)| *limit);
        let request = reqwest::Request::try_from(request).map_err(not_connected)?;
        let asked = request.url().clone();
        let mut received = self.client.execute(request).await.map_err(failed)?;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = received.status();
        *response.headers_mut() = received.headers().clone();
        if *received.url() != asked {
            response.extensions_mut().insert(ResponseUrl(received.url().clone()));
        }
        *response.body_mut() = body(&mut received, limit).await?;
        Ok(response)
    }
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
