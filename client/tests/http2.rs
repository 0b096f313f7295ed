//! The client over HTTP/2: many requests on one connection.

#![cfg(feature = "reqwest")]

mod certificate;
mod support;

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use certificate::tls;
use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{FORMATS, SEED, settings};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use ucwa::http::{Request, Response, Version};
use ucwa::me::{MakeMeAvailableInput, Note, NoteInput};
use ucwa::url::Url;
use ucwa::{Format, Link};
use ucwa_client::rustls::pki_types::CertificateDer;
use ucwa_client::{
    Application, ApplicationSettings, ChannelItem, Client, Events, Network, Password, Transport, reqwest,
};
use ucwa_simulator::{Account, Options, Simulator, Topology};

/// A server of HTTP/2 alone on a port of this machine.
struct Served {
    port: u16,
    authority: CertificateDer<'static>,
    connections: Arc<AtomicUsize>,
    /// How many polls of event channels are open.
    polls: watch::Receiver<usize>,
    /// Has each connection that is open take no further requests.
    going_away: watch::Sender<()>,
}

impl Served {
    /// Signs a user in, over a transport that many may share.
    async fn sign_in(&self, transport: Transport, user: &str, format: Format) -> Client {
        let mut settings = settings(format);
        settings.discovery = Some(Url::parse(&format!("https://localhost:{}/", self.port)).expect("a URL"));
        let client = Client::sign_in_with(transport, settings, user, Password::new(PASSWORD)).await;
        client.expect("the server is trusted")
    }

    /// A user who is available, over connections of their own, and where their note is set.
    async fn online(&self, format: Format) -> (Application, Link<Note>) {
        let network = Network::with([self.authority.clone()], reqwest::ClientBuilder::no_proxy).expect("a client");
        let client = self.sign_in(Transport::new(network), &user(0), format).await;
        let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
        application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
        let note = application.me().await.expect("me").note().required().expect("the user is available");
        (application, note)
    }
}

/// That of all users.
const PASSWORD: &str = "secret";

/// A user of the server.
fn user(number: usize) -> String {
    format!("user{number}@contoso.com")
}

/// How many users there are.
const USERS: usize = 9;

/// For how long a test waits for what never comes if the client is wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// More than any server would take.
const MANY: u32 = 1000;

/// Serves the simulator. A connection takes so many requests at the same time, and others wait.
async fn serve(streams: u32) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let accounts = (0..USERS).map(|number| Account::new(user(number), "A User", PASSWORD)).collect();
    let topology = Topology::local("contoso.com", "https", port);
    let simulator = Simulator::with_options(Options { accounts, topology, ..Options::new(SEED) });
    let (acceptor, authority) = tls("h2");
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let (open, polls) = watch::channel(0);
    let open = Arc::new(open);
    let (going_away, told_to_go) = watch::channel(());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let (acceptor, simulator, open) = (acceptor.clone(), simulator.clone(), Arc::clone(&open));
            let mut told_to_go = told_to_go.clone();
            told_to_go.mark_unchanged();
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.expect("the client speaks TLS");
                let service = service_fn(move |request| respond(simulator.clone(), Arc::clone(&open), request));
                let mut connection = http2::Builder::new(TokioExecutor::new());
                connection.max_concurrent_streams(streams);
                let mut connection = pin!(connection.serve_connection(TokioIo::new(stream), service));
                // It ends when the client is dropped, or with the last of its requests.
                if let Either::Right((Ok(()), _)) = select(connection.as_mut(), pin!(told_to_go.changed())).await {
                    connection.as_mut().graceful_shutdown();
                    drop(connection.await);
                }
            });
        }
    });
    Served { port, authority, connections, polls, going_away }
}

/// A poll that is open until this is dropped.
struct OpenPoll(Arc<watch::Sender<usize>>);

impl OpenPoll {
    fn new(open: Arc<watch::Sender<usize>>) -> Self {
        open.send_modify(|count| *count += 1);
        Self(open)
    }
}

impl Drop for OpenPoll {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

async fn respond(
    simulator: Simulator,
    open: Arc<watch::Sender<usize>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    assert_eq!(request.version(), Version::HTTP_2);
    let (mut parts, body) = request.into_parts();
    if let Some(authority) = parts.uri.authority() {
        parts.headers.insert("host", authority.as_str().parse().expect("a host"));
    }
    let body = body.collect().await.expect("the client sends all of it").to_bytes();
    let _poll = parts.uri.path().ends_with("/events").then(|| OpenPoll::new(open));
    let response = simulator.handle(Request::from_parts(parts, body)).await.expect("no fault is planned");
    Ok(response.map(Full::new))
}

/// Reads events until the user's note has changed.
async fn until_note(events: &mut Events) {
    loop {
        match events.next().await.expect("the channel goes on") {
            ChannelItem::Event(event) if event.rel() == "note" => return,
            ChannelItem::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn many_requests_share_a_connection_of_http_2_with_a_poll_that_is_open() {
    for format in FORMATS {
        let served = serve(MANY).await;
        let (application, note) = served.online(format).await;
        let mut input = NoteInput::new();
        input.message = Some("over HTTP/2".into());
        application.send(note.post_with(input.clone())).await.expect("it is set");
        let mut events = application.events().expect("it has a channel");
        until_note(&mut events).await;
        // The poll is open now, as there is nothing more to tell.
        while timeout(Duration::from_millis(300), events.next()).await.is_ok() {}
        let me = application.me().await.expect("me").link().expect("it has a link");
        let requests = (0..50).map(|_| application.send(me.get()));
        let responses = futures_util::future::join_all(requests).await;
        assert!(responses.iter().all(Result::is_ok), "{responses:?}");
        input.message = Some("again".into());
        let (sent, ()) = tokio::join!(application.send(note.post_with(input)), until_note(&mut events));
        sent.expect("it is set");
        assert_eq!(served.connections.load(Ordering::SeqCst), 1);
        application.close().await.expect("it is removed");
    }
}

#[tokio::test]
async fn a_server_that_lets_its_connections_end_costs_no_request_and_no_event() {
    for format in FORMATS {
        let mut served = serve(MANY).await;
        let (application, note) = served.online(format).await;
        let mut input = NoteInput::new();
        let mut events = application.events().expect("it has a channel");
        let (tell, mut told) = mpsc::unbounded_channel();
        let listening = tokio::spawn(async move {
            loop {
                until_note(&mut events).await;
                tell.send(()).expect("the test goes on");
            }
        });
        let mut connections = 0;
        for round in 1..3 {
            let is_moved = |polls: &usize| *polls == 1 && served.connections.load(Ordering::SeqCst) > connections;
            timeout(PATIENCE, served.polls.wait_for(is_moved)).await.expect("soon").expect("it runs");
            connections = served.connections.load(Ordering::SeqCst);
            // The poll that is open is answered over the connection that ends, and the next one goes over another.
            served.going_away.send(()).expect("there are connections");
            input.message = Some(format!("in round {round}"));
            application.send(note.post_with(input.clone())).await.expect("it is set");
            timeout(PATIENCE, told.recv()).await.expect("soon").expect("nothing else is told");
        }
        listening.abort();
        application.close().await.expect("it is removed");
    }
}

#[tokio::test]
async fn polls_of_many_users_do_not_use_up_what_a_server_allows_on_a_connection() {
    const STREAMS: u32 = 4;
    let mut served = serve(STREAMS).await;
    let network = Network::with([served.authority.clone()], reqwest::ClientBuilder::no_proxy).expect("a client");
    let network = network.with_requests_per_connection(NonZeroUsize::new(STREAMS as usize).expect("it is not zero"));
    let transport = Transport::new(network);
    let mut applications = Vec::new();
    for number in 0..USERS {
        let client = served.sign_in(transport.clone(), &user(number), Format::Json).await;
        let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
        tokio::spawn(application.events().expect("it has a channel").run());
        applications.push(application);
    }
    // If polls were in each other's way, some would never reach the server, nor would what comes after them.
    let all_are_open = timeout(PATIENCE, served.polls.wait_for(|count| *count == USERS)).await;
    all_are_open.expect("no poll waits for another").expect("the server runs");
    for application in &applications {
        let refreshed = timeout(PATIENCE, application.refresh()).await;
        refreshed.expect("it waits for no poll").expect("the application is there");
    }
    for application in applications {
        let closed = timeout(PATIENCE, application.close()).await;
        closed.expect("it waits for no poll").expect("it is removed");
    }
}
