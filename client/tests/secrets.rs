//! No secret in what is traced, shown or reported, by whatever credentials a user signs in.

#![cfg(all(feature = "ntlm", feature = "reqwest"))]

mod certificate;
mod support;

use std::convert::Infallible;
use std::fmt::{self, Write as _};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use certificate::tls;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use support::{ADA, SEED, password_of, settings};
use tokio::net::TcpListener;
use ucwa::Format;
use ucwa::general::Application;
use ucwa::http::{Request, Response, StatusCode};
use ucwa::online_meeting::MyOnlineMeetingsInput;
use ucwa::url::Url;
use ucwa::{Fetched, Link};
use ucwa_client::{
    AnonymousMeeting, ApplicationSettings, BoxError, BrowserSignIn, Client, Credentials, Error, Network, Ntlm,
    Password, Settings, SuppliedToken, TokenRequest, TokenSource, Transport, reqwest,
};
use ucwa_simulator::{ConnectionId, Options, Simulator, Topology};

/// All that is traced, by whichever crate and at whichever level.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Everything {
    fn add(&self, record: impl FnOnce(&mut Fields<'_>)) {
        let mut text = self.0.lock().expect("no test panics while it holds the lock");
        record(&mut Fields(&mut text));
        text.push('\n');
    }
}

struct Fields<'a>(&'a mut String);

impl tracing::field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl tracing::Subscriber for Everything {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        self.add(|fields| {
            fields.0.push_str(span.metadata().name());
            span.record(fields);
        });
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        self.add(|fields| values.record(fields));
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        self.add(|fields| {
            fields.0.push_str(event.metadata().target());
            event.record(fields);
        });
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// A server on a port of this machine.
struct Served {
    simulator: Simulator,
    settings: Settings,
    transport: Transport,
}

async fn serve(protocol: &'static str) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let options = Options { topology: Topology::local("contoso.com", "https", port), ..Options::new(SEED) };
    let simulator = Simulator::with_options(options);
    let (acceptor, authority) = tls(protocol);
    let served = simulator.clone();
    tokio::spawn(async move {
        for id in 1.. {
            let (stream, _) = listener.accept().await.expect("it listens");
            let (acceptor, simulator) = (acceptor.clone(), served.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = service_fn(move |request| respond(simulator.clone(), ConnectionId(id), request));
                // It ends when the client is dropped.
                if protocol == "h2" {
                    let served = http2::Builder::new(TokioExecutor::new());
                    drop(served.serve_connection(TokioIo::new(stream), service).await);
                } else {
                    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
                }
            });
        }
    });
    let mut settings = settings(Format::Json);
    settings.discovery = Some(Url::parse(&format!("https://localhost:{port}/")).expect("a URL"));
    settings.retry.attempts = 2;
    let network = Network::with([authority], reqwest::ClientBuilder::no_proxy).expect("a client");
    Served { simulator, settings, transport: Transport::new(network) }
}

async fn respond(
    simulator: Simulator,
    id: ConnectionId,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (mut parts, body) = request.into_parts();
    if let Some(authority) = parts.uri.authority() {
        parts.headers.insert("host", authority.as_str().parse().expect("a host"));
    }
    parts.extensions.insert(id);
    let body = body.collect().await.expect("the client sends all of it").to_bytes();
    let response = simulator.handle(Request::from_parts(parts, body)).await.expect("no fault is planned");
    Ok(response.map(Full::new))
}

/// Tokens from a directory.
struct Directory(Simulator);

impl TokenSource for Directory {
    fn token(&self, _: TokenRequest) -> Pin<Box<dyn Future<Output = Result<SuppliedToken, BoxError>> + Send + '_>> {
        Box::pin(async { Ok(SuppliedToken::new(self.0.issue_token(ADA)?)) })
    }
}

/// What a program does that signs in, with all that it can show.
async fn run(served: &Served, credentials: Credentials, shown: &mut String) -> Result<(), Error> {
    let _ = write!(shown, "{credentials:?}");
    let client = Client::sign_in_with(served.transport.clone(), served.settings.clone(), ADA, credentials).await?;
    let application = client.create_application(ApplicationSettings::new("test")).await?;
    let _ = write!(shown, "{client:?} {:?} {application:?}", client.settings());
    served.simulator.revoke_tokens(ADA).expect("a user");
    // This one renews the token.
    let _ = application.refresh().await;
    let nowhere = Link::<Application>::new("https://evil.example/").get();
    let refused: Result<Fetched<Application>, _> = client.send(nowhere).await;
    refused.map(drop).map_err(Error::into_general)
}

/// The cookie of a browser that has signed in.
async fn cookie(served: &Served) -> String {
    let form = format!("username={ADA}&password={}", Options::new(SEED).accounts[0].password);
    let page = format!("{}PassiveAuth/PassiveAuth.aspx", served.settings.discovery.as_ref().expect("a URL"));
    let request = Request::post(page).header("content-type", "application/x-www-form-urlencoded");
    let response = served.simulator.handle(request.body(form.into()).expect("a request")).await.expect("a response");
    assert_eq!(response.status(), StatusCode::OK);
    response.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned()
}

/// The address and the id of a meeting.
async fn meeting(served: &Served) -> (String, String) {
    let ada = Client::sign_in_with(served.transport.clone(), served.settings.clone(), ADA, password_of(ADA)).await;
    let application = ada.expect("it is right").create_application(ApplicationSettings::new("test")).await;
    let meeting = application.expect("she may").meetings().schedule(MyOnlineMeetingsInput::new()).await;
    let meeting = meeting.expect("she may");
    (
        meeting.online_meeting_uri.as_ref().expect("an address").to_string(),
        meeting.conference_id.clone().expect("an id"),
    )
}

#[tokio::test]
async fn no_secret_is_traced_or_shown() {
    for protocol in ["http/1.1", "h2"] {
        let served = serve(protocol).await;
        let (cookie, (uri, id)) = (cookie(&served).await, meeting(&served).await);
        let password = Options::new(SEED).accounts[0].password.clone();
        let mut secrets = vec![
            password.clone(),
            id.clone(),
            "hunter2".to_owned(),
            cookie.split_once('=').expect("it has a value").1.to_owned(),
        ];
        let mut all = vec![
            Credentials::from(password_of(ADA)),
            Password::new("hunter2").into(),
            AnonymousMeeting::new(uri.as_str(), id).into(),
            AnonymousMeeting::new(uri, "hunter2").into(),
            BrowserSignIn::new().with_cookie(cookie).into(),
            BrowserSignIn::new().into(),
            Directory(served.simulator.clone()).into(),
        ];
        // Windows accounts sign in over HTTP/1.1 in any case.
        if protocol == "http/1.1" {
            all.push(Ntlm::new("CONTOSO\\ada", password).into());
            all.push(Ntlm::new("CONTOSO\\ada", "hunter2").into());
        }
        let (everything, mut shown) = (Everything::default(), String::new());
        for credentials in all {
            let guard = tracing::subscriber::set_default(everything.clone());
            let error = run(&served, credentials, &mut shown).await.expect_err("it ends with an error");
            drop(guard);
            let _ = write!(shown, "{error} {error:?}");
        }
        for exchange in served.simulator.requests() {
            let headers = exchange.headers.get_all("authorization").iter();
            let tokens = headers.filter_map(|value| value.to_str().ok()?.split_once(' '));
            secrets.extend(tokens.map(|(_, token)| token.to_owned()));
        }
        let is_ntlm = |secret: &String| STANDARD.decode(secret).is_ok_and(|token| token.starts_with(b"NTLM"));
        assert_eq!(secrets.iter().any(is_ntlm), protocol == "http/1.1");
        let everything = everything.0.lock().expect("no test panics while it holds the lock").clone();
        assert!(everything.contains("sign_in") && everything.contains("hyper"), "{everything}");
        for secret in secrets {
            for text in [&everything, &shown] {
                let line = text.lines().find(|line| line.contains(&secret));
                assert_eq!(line, None, "{protocol}: {secret}");
            }
        }
    }
}
