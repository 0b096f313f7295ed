//! What the client costs beside the network and the server: a typed GET against reqwest and `serde_json` by hand, events from the
//! channel against reading their documents alone, and the sign-in of many users.

#[path = "../messages/derived.rs"]
#[allow(dead_code, reason = "messages are for other benchmarks")]
mod derived;
#[path = "../messages/documents.rs"]
#[allow(dead_code, reason = "samples are for other benchmarks")]
mod documents;
mod transport;

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use tokio::runtime::Runtime;
use ucwa::people::ContactPresence;
use ucwa::url::Url;
use ucwa::{Format, Link};
use ucwa_client::{ApplicationSettings, ChannelItem, Client, Password, Settings};
use ucwa_simulator::{Account, Options, Simulator};

use self::derived::lean;
use self::transport::{FixedServer, Loopback, serve_simulator};

/// The presence that is read, as a server writes it.
const PRESENCE: &str = r#"{"rel":"contactPresence","activity":"in-a-meeting","availability":"Busy","deviceType":"Desktop","lastActive":"\/Date(1474932023993)\/","_links":{"self":{"href":"/ucwa/oauth/v1/applications/102150809602/people/282/presence"}}}"#;

/// How many users sign in.
const USERS: usize = 1000;

/// How many sign in at the same time.
const AT_ONCE: usize = 50;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A user of a simulator in the same process, some of whose requests go elsewhere.
async fn signed_in(loopback: Loopback) -> Client {
    let account = Options::new(1).accounts.remove(0);
    let signed_in = Client::sign_in_with(
        loopback.transport(),
        Settings::default(),
        &account.address,
        Password::new(account.password),
    );
    signed_in.await.expect("the password is right")
}

/// Runs something as often as criterion wants, on one runtime.
async fn times<F: Future>(count: u64, mut run: impl FnMut() -> F) -> Duration {
    let begin = Instant::now();
    for _ in 0..count {
        black_box(run().await);
    }
    begin.elapsed()
}

/// A GET over a socket: the client's, with its token, checks and types, and the same with reqwest and `serde_json`.
fn get(criterion: &mut Criterion) {
    let runtime = runtime();
    let server = FixedServer::start(PRESENCE);
    let client = runtime.block_on(signed_in(Loopback::new(Simulator::new(1), transport::network(), server.port)));
    // A path behind a known host, as servers write links.
    let base = Url::parse("https://pool1.contoso.com/ucwa/oauth/v1/applications").expect("a URL");
    let link = Link::<ContactPresence>::new("/elsewhere").based_on(base);
    let by_hand = transport::network();
    let url = format!("http://127.0.0.1:{}/elsewhere", server.port);
    let mut group = criterion.benchmark_group("typed get");
    group.sample_size(50).measurement_time(Duration::from_secs(10));
    group.bench_function("client", |bencher| {
        bencher.iter_custom(|count| {
            runtime.block_on(times(count, async || client.send(link.get()).await.expect("a presence")))
        });
    });
    group.bench_function("reqwest and serde_json", |bencher| {
        bencher.iter_custom(|count| {
            runtime.block_on(times(count, async || {
                let request = by_hand.get(&url).header("accept", "application/json").bearer_auth("cwt=AAEB");
                let body = request.send().await.expect("a response").bytes().await.expect("a body");
                serde_json::from_slice::<lean::ContactPresence>(&body).expect("a presence")
            }))
        });
    });
    group.finish();
}

/// Events of a busy channel: as items of the stream, and read as documents alone.
fn events(criterion: &mut Criterion) {
    let runtime = runtime();
    let document: Bytes = documents::events().0.into();
    let count = {
        let read = ucwa::decode_events(Format::Json, &document);
        read.expect("it can be read").senders.iter().map(|sender| sender.events.len()).sum::<usize>()
    };
    let loopback = Loopback::with_events(Simulator::new(1), document.clone());
    let client = runtime.block_on(signed_in(loopback));
    let application = runtime.block_on(client.create_application(ApplicationSettings::new("bench")));
    let application = application.expect("an application");
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(count as u64)).sample_size(30);
    group.bench_function("stream", |bencher| {
        let mut events = application.events().expect("it has a channel");
        bencher.iter_custom(|documents| {
            runtime.block_on(async {
                let begin = Instant::now();
                for _ in 0..documents * count as u64 {
                    let item = events.next().await.expect("it goes on");
                    assert!(matches!(black_box(item), ChannelItem::Event(_)));
                }
                begin.elapsed()
            })
        });
    });
    group.bench_function("documents alone", |bencher| {
        // What was read is dropped within the time here as well, as the program drops the events of the stream.
        bencher.iter(|| ucwa::decode_events(Format::Json, black_box(&document)).map(drop));
    });
    group.finish();
    runtime.block_on(application.close()).expect("it is removed");
}

/// Users who sign in over sockets, some at the same time.
fn sign_in(criterion: &mut Criterion) {
    let mut options = Options::new(1);
    let account = |number| Account::new(format!("user{number}@contoso.com"), "A User", "secret");
    options.accounts = (0..USERS).map(account).collect();
    let port = serve_simulator(Simulator::with_options(options));
    let runtime = runtime();
    let loopback = Loopback::to_port(transport::network(), port);
    let mut group = criterion.benchmark_group("sign-in");
    group.throughput(Throughput::Elements(USERS as u64)).sample_size(10);
    group.bench_function("1,000 users", |bencher| {
        bencher.iter_custom(|count| {
            runtime.block_on(times(count, async || {
                for first in (0..USERS).step_by(AT_ONCE) {
                    join_all((first..first + AT_ONCE).map(|number| {
                        let (transport, address) = (loopback.clone().transport(), format!("user{number}@contoso.com"));
                        async move {
                            let password = Password::new("secret");
                            let client = Client::sign_in_with(transport, Settings::default(), &address, password).await;
                            client.expect("the password is right")
                        }
                    }))
                    .await;
                }
            }))
        });
    });
    group.finish();
}

criterion_group!(benches, get, events, sign_in);
criterion_main!(benches);
