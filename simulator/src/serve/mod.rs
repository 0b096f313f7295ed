//! The simulator on a port.

mod body;
mod casing;
#[cfg(feature = "tls")]
mod tls;

use std::future::Future;
use std::io::{self, ErrorKind, Write as _};
#[cfg(feature = "ntlm")]
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

#[cfg(feature = "ntlm")]
use crate::protocol::ConnectionId;
use crate::simulator::{ConnectionError, Simulator};
use body::Sent;
use casing::Casing;
#[cfg(feature = "tls")]
pub use tls::{CertificateError, ServerCertificate, serve_tls};

/// Before it is tried again to accept connections.
const NEXT_TRY: Duration = Duration::from_millis(500);

/// How long a body may be that is read at all; the protocol allows less.
const MAXIMUM_BODY: usize = 4 << 20;

/// Serves a simulator on a listener until a future is done; then connections are closed. Clients speak HTTP/1.1, or HTTP/2 if they
/// know that the server does.
///
/// The simulator's [topology](crate::Topology::local) has to name the port of the listener, as the links in its responses do.
///
/// ```
/// use tokio::net::TcpListener;
/// use ucwa_simulator::{Options, Simulator, Topology, serve};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let port = listener.local_addr()?.port();
/// let options = Options { topology: Topology::local("contoso.com", "http", port), ..Options::new(1) };
/// // A program would wait for a signal.
/// serve(Simulator::with_options(options), listener, async {}).await;
/// # Ok(())
/// # }
/// ```
pub async fn serve(simulator: Simulator, listener: TcpListener, until: impl Future<Output = ()>) {
    accept_until(listener, until, |stream| connection(simulator.clone(), stream)).await;
}

/// Accepts connections until a future is done; then those that are open are closed.
async fn accept_until<F>(listener: TcpListener, until: impl Future<Output = ()>, connect: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    // Whether it was said that none is accepted.
    let mut is_told = false;
    tokio::pin!(until);
    loop {
        tokio::select! {
            biased;
            () = &mut until => break,
            stream = accept(&listener, &mut is_told) => {
                connections.spawn(connect(stream));
            }
            // What has ended is taken out, so that the set does not grow for ever.
            Some(_) = connections.join_next() => {}
        }
    }
    connections.shutdown().await;
}

/// The next connection. One that fails before it begins is not worth ending the server for.
async fn accept(listener: &TcpListener, is_told: &mut bool) -> TcpStream {
    // Nobody is left to be told that standard error cannot be written to.
    let tell = |error| {
        drop(writeln!(io::stderr(), "error: no connection is accepted: {error}; it is tried again until one is"));
    };
    loop {
        let (stream, _) = accepted(|| listener.accept(), is_told, tell).await;
        // Without this, small responses wait for acknowledgements of earlier ones.
        if stream.set_nodelay(true).is_ok() {
            return stream;
        }
    }
}

/// Accepts until that succeeds. What is wrong with the machine and not with a connection, such as too many open files, takes time to
/// pass, and is told once until it has.
async fn accepted<T, F: Future<Output = io::Result<T>>>(
    accept: impl Fn() -> F,
    is_told: &mut bool,
    tell: impl Fn(io::Error),
) -> T {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match accept().await {
            Ok(accepted) => {
                *is_told = false;
                return accepted;
            }
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {}
            Err(error) => {
                if !std::mem::replace(is_told, true) {
                    tell(error);
                }
                sleep(NEXT_TRY).await;
            }
        }
    }
}

/// Answers the requests of a connection.
async fn connection(simulator: Simulator, stream: impl AsyncRead + AsyncWrite + Unpin + 'static) {
    #[cfg(feature = "ntlm")]
    let id = next_connection();
    let service = service_fn(move |request| {
        #[cfg(feature = "ntlm")]
        let request = with_connection(request, id);
        let simulator = simulator.clone();
        async move { respond(&simulator, request).await }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new()).title_case_headers(true);
    builder.http1().timer(TokioTimer::new());
    // A connection that breaks has nobody left who could be told.
    drop(builder.serve_connection(TokioIo::new(Casing::new(stream)), service).await);
}

/// An id that no other connection has.
#[cfg(feature = "ntlm")]
fn next_connection() -> ConnectionId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    ConnectionId(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Says on which connection a request came.
#[cfg(feature = "ntlm")]
fn with_connection(mut request: Request<Incoming>, id: ConnectionId) -> Request<Incoming> {
    request.extensions_mut().insert(id);
    request
}

/// Answers a request. An error closes the connection without a response, or the stream of HTTP/2.
async fn respond(simulator: &Simulator, request: Request<Incoming>) -> Result<Response<Sent>, ConnectionError> {
    let (mut parts, body) = request.into_parts();
    // HTTP/2 has the host in the address alone.
    let host = parts.uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = host {
        parts.headers.entry(HOST).or_insert(host);
    }
    let Ok(body) = Limited::new(body, MAXIMUM_BODY).collect().await else {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(Sent::of(response));
    };
    let response = simulator.respond(Request::from_parts(parts, body.to_bytes())).await?;
    Ok(Sent::of(response))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_the_machine_lacks_is_waited_for_and_a_broken_connection_is_not() {
        let (begin, tries) = (Instant::now(), Cell::new(0));
        let accept = || {
            tries.set(tries.get() + 1);
            std::future::ready(match tries.get() {
                // Too many open files.
                1..=3 => Err(io::Error::from_raw_os_error(24)),
                4..=9 => Err(ErrorKind::ConnectionAborted.into()),
                number => Ok(number),
            })
        };
        let (mut is_told, tellings) = (false, Cell::new(0));
        let tell = |_| tellings.set(tellings.get() + 1);
        // Who waits is begun anew whenever a connection ends.
        let given_up = tokio::time::timeout(NEXT_TRY / 2, accepted(accept, &mut is_told, tell)).await;
        assert!(given_up.is_err());
        assert_eq!(accepted(accept, &mut is_told, tell).await, 10);
        assert_eq!((begin.elapsed(), tellings.get()), (NEXT_TRY / 2 + 2 * NEXT_TRY, 1));
        assert!(!is_told, "it is over");
    }
}
