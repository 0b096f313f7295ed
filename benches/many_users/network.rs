//! The way from the program to the server: plain http on a port of this machine, by either version of HTTP. The client sends https;
//! encryption costs the same for all.

use std::mem;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Uri};
use tower::ServiceExt as _;
use ucwa_client::{Network, Transport};
use ucwa_simulator::{Simulator, serve};

/// After how long connections are closed that nobody needs.
const IDLE: Duration = Duration::from_secs(10);

/// The versions of HTTP that are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Http {
    /// Each open poll has a connection.
    One,
    /// Polls share connections.
    Two,
}

impl Http {
    pub(crate) const ALL: [Self; 2] = [Self::Two, Self::One];

    /// By the number on the command line.
    pub(crate) fn numbered(number: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|http| http.number() == number)
    }

    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::One => "HTTP/1.1",
            Self::Two => "HTTP/2",
        }
    }

    /// Connections with the default settings, to the server on this machine and without a proxy.
    pub(crate) fn transport(self) -> Transport {
        let network = Network::with([], move |builder| {
            let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let builder = builder.no_proxy().resolve("localhost", here).pool_idle_timeout(IDLE);
            match self {
                Self::One => builder.http1_only(),
                Self::Two => builder.http2_prior_knowledge(),
            }
        });
        Transport::new(network.expect("there is a trust store").map_request(plain))
    }
}

/// The same request, without encryption.
fn plain(mut request: Request<Bytes>) -> Request<Bytes> {
    let mut uri = mem::take(request.uri_mut()).into_parts();
    uri.scheme = Some(Scheme::HTTP);
    *request.uri_mut() = Uri::from_parts(uri).expect("it had a scheme before");
    request
}

/// A port of this machine for a server.
pub(crate) fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    listener.set_nonblocking(true).expect("the system can");
    (listener, port)
}

/// Serves a simulator in a thread of its own, which ends with the program.
pub(crate) fn serve_in_thread(simulator: Simulator, listener: TcpListener) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            serve(simulator, listener, std::future::pending()).await;
        });
    });
}
