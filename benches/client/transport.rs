//! Where the requests of the benchmarks go. The client sends https; here it is plain http on a port of this machine, so that
//! encryption, which costs all the same, is not measured.

use std::future::ready;
use std::io::{Read as _, Write as _};
use std::mem;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryFutureExt as _;
use futures_util::future::{BoxFuture, Either, ErrInto};
use http::header::{CONTENT_TYPE, HOST};
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Request, Response, Uri};
use tower::{Service, service_fn};
use ucwa_client::{BoxError, Network, Transport, reqwest, rustls};
use ucwa_simulator::{Simulator, serve};

/// After how long connections are closed that nobody needs.
const IDLE: Duration = Duration::from_secs(10);

/// Lets reqwest be built without TLS settings of its own.
fn install_provider() {
    // One that is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A server that has one response for everything.
pub(crate) struct FixedServer {
    pub(crate) port: u16,
}

impl FixedServer {
    /// Starts a server in a thread of its own, which ends with the program.
    pub(crate) fn start(body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        let response = head + body;
        std::thread::spawn(move || {
            for mut connection in listener.incoming().flatten() {
                let response = response.clone();
                std::thread::spawn(move || {
                    let _ = connection.set_nodelay(true);
                    let mut request = [0; 8192];
                    // A request fits into one piece.
                    while connection.read(&mut request).is_ok_and(|length| length > 0) {
                        if connection.write_all(response.as_bytes()).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { port }
    }
}

/// A client for the network as it is, without a proxy.
pub(crate) fn network() -> reqwest::Client {
    install_provider();
    reqwest::Client::builder().no_proxy().pool_idle_timeout(IDLE).build().expect("a client")
}

/// Serves a simulator on a port, in a thread of its own, which ends with the program.
pub(crate) fn serve_simulator(simulator: Simulator) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    listener.set_nonblocking(true).expect("the system can");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            serve(simulator, listener, std::future::pending()).await;
        });
    });
    port
}

/// Where the requests of a client of the benchmarks go.
#[derive(Clone)]
pub(crate) struct Loopback(Arc<Way>);

struct Way {
    /// Serves in the same process what goes nowhere else.
    simulator: Option<Simulator>,
    network: Option<(Network, Authority)>,
    /// What every poll of the event channel brings.
    events: Option<Bytes>,
}

impl Loopback {
    /// `/elsewhere` goes to a port, all else to a simulator in the same process.
    pub(crate) fn new(simulator: Simulator, network: reqwest::Client, port: u16) -> Self {
        let network = Some((Network::from_client(network), authority(port)));
        Self(Arc::new(Way { simulator: Some(simulator), network, events: None }))
    }

    /// All goes to a port.
    pub(crate) fn to_port(network: reqwest::Client, port: u16) -> Self {
        let network = Some((Network::from_client(network), authority(port)));
        Self(Arc::new(Way { simulator: None, network, events: None }))
    }

    /// Polls have a response at once, and all else goes to a simulator in the same process.
    pub(crate) fn with_events(simulator: Simulator, events: Bytes) -> Self {
        Self(Arc::new(Way { simulator: Some(simulator), network: None, events: Some(events) }))
    }

    /// What a client sends its requests by.
    pub(crate) fn transport(self) -> Transport {
        Transport::new(service_fn(move |request| self.0.send(request)))
    }
}

/// What a request becomes. The future of the network is handed on as it is, so that nothing is measured that a program does not have.
type Sent = Either<ErrInto<<Network as Service<Request<Bytes>>>::Future, BoxError>, BoxFuture<'static, Received>>;

/// What comes of it.
type Received = Result<Response<Bytes>, BoxError>;

/// What is known at once.
fn at_once(received: Received) -> Sent {
    Either::Right(Box::pin(ready(received)))
}

impl Way {
    fn send(&self, request: Request<Bytes>) -> Sent {
        let path = request.uri().path();
        if let Some(events) = self.events.as_ref().filter(|_| path.ends_with("/events")) {
            let mut response = Response::new(Bytes::from(events.to_vec()));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            return at_once(Ok(response));
        }
        match (&self.simulator, &self.network) {
            (Some(simulator), _) if path != "/elsewhere" => {
                let simulator = simulator.clone();
                Either::Right(Box::pin(async move { Ok(simulator.handle(request).await?) }))
            }
            (simulator, Some((network, port))) => {
                // A simulator behind the port writes links with the host that was meant. What has one response for everything
                // receives the headers that it receives by hand.
                let host = if simulator.is_none() { Host::Meant } else { Host::Port };
                match to_port(request, port, host) {
                    Ok(request) => Either::Left(network.clone().call(request).err_into()),
                    Err(error) => at_once(Err(error)),
                }
            }
            _ => at_once(Err("nobody serves this".into())),
        }
    }
}

/// A port of this machine.
fn authority(port: u16) -> Authority {
    format!("127.0.0.1:{port}").parse().expect("an authority")
}

/// Which host a request names.
enum Host {
    /// The one that the request was made for.
    Meant,
    /// The one that it is sent to.
    Port,
}

/// The same request, as plain http to a port of this machine.
fn to_port(mut request: Request<Bytes>, port: &Authority, host: Host) -> Result<Request<Bytes>, BoxError> {
    let mut uri = mem::take(request.uri_mut()).into_parts();
    let meant = uri.authority.replace(port.clone());
    uri.scheme = Some(Scheme::HTTP);
    *request.uri_mut() = Uri::from_parts(uri)?;
    if let (Host::Meant, Some(meant)) = (host, meant) {
        request.headers_mut().insert(HOST, meant.as_str().parse()?);
    }
    Ok(request)
}
