//! Windows sign-in over sockets: all of a handshake goes over one connection, however much time the server takes.

#![cfg(all(feature = "ntlm", feature = "reqwest"))]

mod certificate;
mod support;

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use certificate::tls;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use support::{ADA, SEED, settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use ucwa::Format;
use ucwa::http::{HeaderValue, Request, Response};
use ucwa::url::Url;
use ucwa_client::rustls::pki_types::CertificateDer;
use ucwa_client::{Client, Network, Ntlm, Transport, reqwest};
use ucwa_simulator::{ConnectionId, Options, Simulator, Topology};

/// For how long the server waits for another connection, which must not come.
const PATIENCE: Duration = Duration::from_millis(50);

/// How many times the user signs in.
const TIMES: usize = 12;

/// A server on a port of this machine, which takes its time over each token.
struct Served {
    port: u16,
    authority: CertificateDer<'static>,
    password: String,
}

/// Whether the server closes the connection over which it sends its first challenge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    Never,
    First,
}

async fn serve(closing: Closing) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let options = Options { topology: Topology::local("contoso.com", "https", port), ..Options::new(SEED) };
    let password = options.accounts[0].password.clone();
    let simulator = Simulator::with_options(options);
    let (acceptor, authority) = tls("http/1.1");
    let latest = Arc::new(watch::Sender::new(0));
    let close = Arc::new(Mutex::new(closing));
    tokio::spawn(async move {
        for id in 1.. {
            let (stream, _) = listener.accept().await.expect("it listens");
            let served =
                connection(acceptor.clone(), stream, id, Arc::clone(&latest), simulator.clone(), close.clone());
            tokio::spawn(served);
        }
    });
    Served { port, authority, password }
}

async fn connection(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    id: u64,
    latest: Arc<watch::Sender<u64>>,
    simulator: Simulator,
    close: Arc<Mutex<Closing>>,
) {
    let stream = acceptor.accept(stream).await.expect("the client speaks TLS");
    latest.send_replace(id);
    let service = service_fn(async |request| {
        let mut response = respond(request, id, latest.subscribe(), simulator.clone()).await?;
        let mut challenges = response.headers().get_all("www-authenticate").iter();
        if challenges.any(|value| value.as_bytes().starts_with(b"NTLM ")) {
            let mut close = close.lock().expect("no test panics while it holds the lock");
            if std::mem::replace(&mut *close, Closing::Never) == Closing::First {
                response.headers_mut().insert("connection", HeaderValue::from_static("close"));
            }
        }
        Ok::<_, Infallible>(response)
    });
    // It ends when the client is dropped.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn respond(
    request: Request<Incoming>,
    id: u64,
    mut latest: watch::Receiver<u64>,
    simulator: Simulator,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(ConnectionId(id));
    let body = body.collect().await.expect("the client sends all of it").to_bytes();
    if parts.uri.path().ends_with("/oauthtoken") {
        // If the client makes another connection beside this one, it is there before the response.
        drop(timeout(PATIENCE, latest.wait_for(|latest| *latest > id)).await);
    }
    let response = simulator.handle(Request::from_parts(parts, body)).await.expect("no fault is planned");
    Ok(response.map(Full::new))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_a_handshake_goes_over_one_connection() {
    let served = serve(Closing::Never).await;
    let network = Network::with([served.authority], reqwest::ClientBuilder::no_proxy).expect("a client");
    let transport = Transport::new(network);
    let account = Ntlm::new("CONTOSO\\ada", served.password);
    let mut settings = settings(Format::Json);
    settings.discovery = Some(Url::parse(&format!("https://localhost:{}/", served.port)).expect("a URL"));
    // Whether a connection is back in time depends on the threads.
    for _ in 0..TIMES {
        let client = Client::sign_in_with(transport.clone(), settings.clone(), ADA, account.clone()).await;
        client.expect("the password is right");
    }
}

/// A proxy that takes requests to wherever they go on this machine, and counts them.
async fn proxy() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.expect("it listens");
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let length = client.read(&mut request).await.expect("a request");
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let place = request.strip_prefix("CONNECT localhost:").expect("it asks for the server");
                let port = place.split_once(' ').and_then(|(port, _)| port.parse().ok()).expect("a port");
                let mut server = TcpStream::connect(("127.0.0.1", port)).await.expect("the server listens");
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("it is written");
                // It ends when one of the two is dropped.
                drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
            });
        }
    });
    (address, count)
}

// On one thread, as several could have the connection of a request back only after the next one has begun another.
#[tokio::test]
async fn a_handshake_goes_through_a_proxy() {
    let served = serve(Closing::Never).await;
    let (address, count) = proxy().await;
    let proxy = reqwest::Proxy::all(address).expect("a proxy");
    let network = Network::with([served.authority], move |builder| builder.proxy(proxy.clone())).expect("a client");
    let mut settings = settings(Format::Json);
    settings.discovery = Some(Url::parse(&format!("https://localhost:{}/", served.port)).expect("a URL"));
    let account = Ntlm::new("CONTOSO\\ada", served.password);
    let client = Client::sign_in_with(Transport::new(network), settings, ADA, account).await;
    client.expect("the password is right");
    assert_eq!(count.load(Ordering::SeqCst), 2, "one connection for the handshake, and one for the rest");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_whose_connection_is_closed_is_no_wrong_password() {
    let served = serve(Closing::First).await;
    let network = Network::with([served.authority], reqwest::ClientBuilder::no_proxy).expect("a client");
    let account = Ntlm::new("CONTOSO\\ada", served.password);
    let mut settings = settings(Format::Json);
    settings.discovery = Some(Url::parse(&format!("https://localhost:{}/", served.port)).expect("a URL"));
    settings.retry.attempts = 1;
    let sign_in = || Client::sign_in_with(Transport::new(network.clone()), settings.clone(), ADA, account.clone());
    let error = sign_in().await.expect_err("the proof went over another connection");
    assert!(error.is_retryable() && error.to_string().contains("closed the connection"), "{error}");
    sign_in().await.expect("the password is right");
}
