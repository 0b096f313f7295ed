//! Requests over the network, by reqwest.

use std::fmt;
use std::future::{Future, ready};
use std::mem;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::Either;
use http::{HeaderMap, HeaderValue, Request, Response, Version};
use reqwest::ClientBuilder;
use reqwest::redirect::Policy;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, DEFAULT_VERSIONS};
use rustls_platform_verifier::Verifier;
use tower::Service;
use ucwa::ResponseUrl;
use ucwa::url::Url;

use super::one_connection::{OneConnection, needing_a_connection};
use super::request_urls::RequestUrls;
use super::spread::{Lease, MakeClient, Spread};
use super::{BodyLimit, ConnectionNumber, SameConnection, TransportError};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// After how long without data the other side is checked. A poll of the event channel is silent for minutes.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How many requests are open on a connection of HTTP/2, unless the caller says otherwise. RFC 9113 recommends that servers allow no
/// fewer (section 6.5.2).
const REQUESTS_PER_CONNECTION: NonZeroUsize = NonZeroUsize::new(100).expect("it is not zero");

/// Sends requests over the network: HTTP/1.1 and HTTP/2, gzip, the system's proxy settings, TLS by rustls with the platform's trust
/// store.
///
/// Over HTTP/2, many requests share a connection, so that the open poll of a user takes little memory and no port of its own. Servers limit
/// how many requests are open on one, and a further connection is made before that:
/// [`with_requests_per_connection`](Self::with_requests_per_connection).
#[derive(Clone)]
pub struct Network {
    clients: Clients,
    requests_per_connection: NonZeroUsize,
    urls: Arc<RequestUrls>,
}

/// What requests are sent with.
#[derive(Clone)]
enum Clients {
    /// The client that the caller made.
    One(reqwest::Client),
    /// As many as are needed.
    Several {
        spread: Arc<Spread<reqwest::Client>>,
        /// Makes a client of the same settings with one connection of HTTP/1.1.
        single: Arc<MakeClient<SingleClient>>,
    },
}

/// A client with one connection.
#[derive(Clone)]
struct SingleClient {
    client: reqwest::Client,
    connection: OneConnection,
}

/// A client for one request.
enum RequestClient {
    Own(reqwest::Client),
    Single(SingleClient),
    Leased(Lease<reqwest::Client>),
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
    /// `change` is called now, again for each further connection of HTTP/2, and for each Windows sign-in, which has a connection of
    /// its own.
    ///
    /// # Errors
    ///
    /// Fails if the platform's trust store cannot be used, if one of the roots is no certificate, or if reqwest does not take the
    /// settings.
    pub fn with(
        roots: impl IntoIterator<Item = CertificateDer<'static>>,
        change: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Result<Self, TransportError> {
        let tls = tls(roots)?;
        let change = Arc::new(change);
        let make = {
            let (tls, change) = (tls.clone(), Arc::clone(&change));
            move || change(builder(tls.clone(), &[HTTP_2, HTTP_1])).build().map_err(not_connected)
        };
        let single = move || {
            // HTTP/2 has no authenticated connections. This is not for the caller to change.
            let builder = change(builder(tls.clone(), &[HTTP_1])).http1_only().pool_max_idle_per_host(1);
            let connection = OneConnection::default();
            let client = builder.connector_layer(connection.clone()).build().map_err(not_connected)?;
            Ok(SingleClient { client, connection })
        };
        let spread = Arc::new(Spread::new(make()?, Box::new(make)));
        Ok(Self::of(Clients::Several { spread, single: Arc::new(single) }))
    }

    /// The default settings, for [`from_client`](Self::from_client). Certificates signed by `roots` are trusted beside those that the
    /// platform trusts.
    ///
    /// # Errors
    ///
    /// Fails if the platform's trust store cannot be used, or one of the roots is no certificate.
    pub fn builder(roots: impl IntoIterator<Item = CertificateDer<'static>>) -> Result<ClientBuilder, TransportError> {
        Ok(builder(tls(roots)?, &[HTTP_2, HTTP_1]))
    }

    /// Connections of a client that the caller made. It should follow no redirects, so that the client of this crate can
    /// decide which hosts receive a token, and its time-out, if it has one, must exceed that of the event channel.
    ///
    /// A client that signs in by a Windows account has to keep to one connection, and must not be shared: the server takes what comes over an
    /// authenticated connection as that user's, a request for the token of another user among it. Many users share a client only
    /// over HTTP/1.1. [`with`](Self::with) takes care of all of this.
    pub fn from_client(client: reqwest::Client) -> Self {
        Self::of(Clients::One(client))
    }

    fn of(clients: Clients) -> Self {
        Self { clients, requests_per_connection: REQUESTS_PER_CONNECTION, urls: Arc::default() }
    }

    /// Sets how many requests are open at the same time on a connection of HTTP/2 (default 100). A server that allows fewer lets
    /// the others wait until an open poll of the event channel ends; set no more than it allows. More need fewer connections, and
    /// all on a connection fail if it breaks.
    ///
    /// This has no effect on a client that the [caller made](Self::from_client).
    #[must_use]
    pub fn with_requests_per_connection(self, requests: NonZeroUsize) -> Self {
        Self { requests_per_connection: requests, ..self }
    }

    /// What a request is sent with.
    fn sender(&self, request: &Request<Bytes>) -> Result<RequestClient, TransportError> {
        match (&self.clients, request.extensions().get::<SameConnection>()) {
            (Clients::One(client), _) => Ok(RequestClient::Own(client.clone())),
            (Clients::Several { single, .. }, Some(connection)) => {
                connection.get_or_make(|| single()).map(RequestClient::Single)
            }
            (Clients::Several { spread, .. }, None) => {
                spread.lease(request.uri(), self.requests_per_connection).map(RequestClient::Leased)
            }
        }
    }

    /// Sends a request. Reading its response is boxed, so that a request that waits for minutes has no room for it.
    fn execute(&self, request: Request<Bytes>) -> Result<<Self as Service<Request<Bytes>>>::Future, TransportError> {
        let limit = request.extensions().get().map_or(usize::MAX, |BodyLimit(limit)| *limit);
        let sender = self.sender(&request)?;
        let asked = self.urls.url(request.uri()).map_err(|error| TransportError::NotConnected(error.into()))?;
        let sent = sender.client().execute(for_reqwest(request, asked.clone()));
        let pending = match &sender {
            RequestClient::Single(_) => Either::Left(needing_a_connection(sent)),
            RequestClient::Own(_) | RequestClient::Leased(_) => Either::Right(sent),
        };
        Ok(Box::pin(async move {
            let received = pending.await.map_err(failed)?;
            sender.note(received.version());
            let number = sender.connection_number();
            let mut response = Box::pin(whole(received, &asked, limit)).await?;
            number.map(|number| response.extensions_mut().insert(number));
            Ok(response)
        }))
    }
}

/// The same request. Its extensions are for services before this one.
fn for_reqwest(request: Request<Bytes>, url: Url) -> reqwest::Request {
    let (head, body) = request.into_parts();
    let mut request = reqwest::Request::new(head.method, url);
    *request.headers_mut() = head.headers;
    *request.version_mut() = head.version;
    *request.body_mut() = Some(body.into());
    request
}

/// Receives a response, with a body up to a limit.
async fn whole(mut received: reqwest::Response, asked: &Url, limit: usize) -> Result<Response<Bytes>, TransportError> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = received.status();
    *response.headers_mut() = copied(mem::take(received.headers_mut()));
    if received.url() != asked {
        response.extensions_mut().insert(ResponseUrl(received.url().clone()));
    }
    *response.body_mut() = body(&mut received, limit).await?;
    Ok(response)
}

impl RequestClient {
    fn client(&self) -> &reqwest::Client {
        match self {
            Self::Own(client) => client,
            Self::Single(single) => &single.client,
            Self::Leased(lease) => lease.client(),
        }
    }

    /// The connection that the response came over, where it is one of its own.
    fn connection_number(&self) -> Option<ConnectionNumber> {
        match self {
            Self::Single(single) => Some(ConnectionNumber(single.connection.number())),
            Self::Own(_) | Self::Leased(_) => None,
        }
    }

    /// Takes note of the version of HTTP of a response.
    fn note(&self, version: Version) {
        if let Self::Leased(lease) = self {
            lease.note(version);
        }
    }
}

/// The names of the protocols, as TLS has them.
const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// The settings of TLS. Clones share the trust store and the sessions that can be resumed.
fn tls(roots: impl IntoIterator<Item = CertificateDer<'static>>) -> Result<ClientConfig, TransportError> {
    let failed = |error: rustls::Error| TransportError::NotConnected(error.into());
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(failed)?;
    let tls = ClientConfig::builder_with_provider(provider).with_protocol_versions(DEFAULT_VERSIONS).map_err(failed)?;
    Ok(tls.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// The default settings, for connections with one of the protocols.
fn builder(mut tls: ClientConfig, protocols: &[&[u8]]) -> ClientBuilder {
    tls.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let builder = ClientBuilder::new().tls_backend_preconfigured(tls).redirect(Policy::none());
    let builder = builder.connect_timeout(CONNECT_TIMEOUT).tcp_keepalive(KEEP_ALIVE);
    builder.http2_keep_alive_interval(KEEP_ALIVE).http2_keep_alive_timeout(CONNECT_TIMEOUT)
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
        let mut debug = f.debug_struct("Network");
        debug.field("requests_per_connection", &self.requests_per_connection).finish_non_exhaustive()
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
        self.execute(request).unwrap_or_else(|error| Box::pin(ready(Err(error))))
    }
}
