//! What the client costs beside the network and the server: a typed GET against reqwest and `serde_json` by hand, events from the
//! channel against reading their documents alone, and the sign-in of many users.
//!
//! Each comparison ends with medians, for which the contenders take turns, and with their ratios to the last contender.

#[path = "../messages/derived.rs"]
#[allow(dead_code, reason = "messages are for other benchmarks")]
mod derived;
#[path = "../messages/documents.rs"]
#[allow(dead_code, reason = "samples are for other benchmarks")]
mod documents;
mod transport;
#[path = "../turns.rs"]
mod turns;

use std::hint::black_box;
use std::mem;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Response};
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tower::ServiceExt as _;
use ucwa::people::{ContactPresence, MyContacts};
use ucwa::url::Url;
use ucwa::{Format, Get, GetRequest, Link, OperationRequest as _};
use ucwa_client::{ApplicationSettings, ChannelItem, Client, Network, Password, Settings, Transport, reqwest};
use ucwa_simulator::{Account, Options, Simulator};

use self::derived::lean;
use self::transport::{FixedServer, Loopback, serve_simulator};
use self::turns::{Contender, median, take_turns};

/// The presence that is read, as a server writes it.
const PRESENCE: &str = r#"{"rel":"contactPresence","activity":"in-a-meeting","availability":"Busy","deviceType":"Desktop","lastActive":"\/Date(1474932023993)\/","_links":{"self":{"href":"/ucwa/oauth/v1/applications/102150809602/people/282/presence"}}}"#;

/// How many contacts the larger messages have.
const CONTACTS: [usize; 2] = [10, 100];

/// How long a response may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);

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
async fn times<F: Future>(count: u32, mut run: impl FnMut() -> F) -> Duration {
    let begin = Instant::now();
    for _ in 0..count {
        black_box(run().await);
    }
    begin.elapsed()
}

/// A GET over a socket of a small message and of larger ones.
fn get(criterion: &mut Criterion) {
    compare_get::<ContactPresence, lean::ContactPresence>(criterion, "typed get of a presence", PRESENCE, Link::get);
    for count in CONTACTS {
        let (contacts, _) = documents::contact_list(count);
        let name = format!("typed get of {count} contacts, {} bytes", contacts.len());
        compare_get::<MyContacts, lean::MyContacts>(criterion, &name, &contacts, Link::get);
    }
}

/// The client's GET, with its token, checks and types, and the same with reqwest and `serde_json`. Between them is how far a program gets
/// that has the types alone, or the types and a transport whose requests have a time limit.
fn compare_get<T: Get, ByHand: DeserializeOwned>(
    criterion: &mut Criterion,
    name: &str,
    body: &str,
    get: fn(&Link<T>) -> GetRequest<T>,
) {
    let runtime = runtime();
    let server = FixedServer::start(body);
    // Over one connection, so that the other side is the same thread, on whichever processor it runs.
    let by_hand = transport::network();
    let client = runtime.block_on(signed_in(Loopback::new(Simulator::new(1), by_hand.clone(), server.port)));
    // A path behind a known host, as servers write links.
    let based_on = |base: &str| Link::<T>::new("/elsewhere").based_on(Url::parse(base).expect("a URL"));
    let link = based_on("https://pool1.contoso.com/ucwa/oauth/v1/applications");
    let url = format!("http://127.0.0.1:{}/elsewhere", server.port);
    let near = based_on(&url);
    let with_token = || {
        let mut request = get(&near).to_http(Format::Json).expect("a request");
        request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_static("Bearer cwt=AAEB"));
        request.map(Bytes::from)
    };
    let mut typed = |count| runtime.block_on(times(count, async || client.send(get(&link)).await.expect("a resource")));
    let transport = Transport::new(Network::from_client(by_hand.clone()));
    let mut timed = |count| {
        runtime.block_on(times(count, async || {
            let sent = timeout(TIME_LIMIT, transport.clone().oneshot(with_token()));
            let response = sent.await.expect("it is in time").expect("a response");
            get(&near).read(response.map(Vec::from)).expect("a resource")
        }))
    };
    let mut bound = |count| {
        runtime.block_on(times(count, async || {
            let request = reqwest::Request::try_from(with_token()).expect("a request");
            let mut received = by_hand.execute(request).await.expect("a response");
            let mut response = Response::new(Vec::new());
            *response.status_mut() = received.status();
            *response.headers_mut() = mem::take(received.headers_mut());
            *response.body_mut() = received.bytes().await.expect("a body").into();
            get(&near).read(response).expect("a resource")
        }))
    };
    let mut plain = |count| {
        runtime.block_on(times(count, async || {
            let request = by_hand.get(&url).header("accept", "application/json").bearer_auth("cwt=AAEB");
            let body = request.send().await.expect("a response").bytes().await.expect("a body");
            serde_json::from_slice::<ByHand>(&body).expect("a resource")
        }))
    };
    let mut group = criterion.benchmark_group(name);
    group.sample_size(50).measurement_time(Duration::from_secs(10));
    let contenders: &mut [Contender<'_>] = &mut [
        ("client", &mut typed),
        ("transport, time limit and bindings", &mut timed),
        ("reqwest and bindings", &mut bound),
        ("reqwest and serde_json", &mut plain),
    ];
    compare(group, contenders, 1);
}

/// Measures contenders one after the other, and then in turns, against the last of them. Each go is about `elements` things.
fn compare(mut group: BenchmarkGroup<'_, WallTime>, contenders: &mut [Contender<'_>], elements: u32) {
    for (name, run) in &mut *contenders {
        group.bench_function(*name, |bencher| {
            bencher.iter_custom(|count| run(u32::try_from(count).unwrap_or(u32::MAX)));
        });
    }
    group.finish();
    let rounds = take_turns(contenders);
    let rival = contenders.len() - 1;
    println!("in turns:");
    for (index, (name, _)) in contenders.iter().enumerate() {
        let nanoseconds = median(&rounds, |times| times[index]) * 1e9 / f64::from(elements);
        let ratio = median(&rounds, |times| times[index] / times[rival]);
        println!("  {name}: {nanoseconds:.0} ns, {ratio:.3}");
    }
    println!();
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
    let mut events = application.events().expect("it has a channel");
    let mut stream = |documents| {
        runtime.block_on(async {
            let begin = Instant::now();
            for _ in 0..documents as usize * count {
                let item = events.next().await.expect("it goes on");
                assert!(matches!(black_box(item), ChannelItem::Event(_)));
            }
            begin.elapsed()
        })
    };
    // What was read is dropped within the time here as well, as the program drops the events of the stream.
    let mut alone = |documents| {
        let begin = Instant::now();
        (0..documents).for_each(|_| drop(black_box(ucwa::decode_events(Format::Json, black_box(&document)))));
        begin.elapsed()
    };
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(count as u64)).sample_size(30);
    compare(
        group,
        &mut [("stream", &mut stream), ("documents alone", &mut alone)],
        u32::try_from(count).expect("few events"),
    );
    drop(events);
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
            runtime.block_on(times(u32::try_from(count).unwrap_or(u32::MAX), async || {
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
