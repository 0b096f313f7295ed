//! Batches: many requests in one, each with its typed response.

mod support;

use bytes::Bytes;
use support::{ADA, FORMATS, Fault, Faulty, SEED, password_of, respond, seen, settings, sign_in, simulator};
use tokio::time::Instant;
use ucwa::general::{Batch as BatchResource, BatchInput, People};
use ucwa::http::{Request, Response};
use ucwa::me::{MakeMeAvailableInput, Me, NoteInput};
use ucwa::{Body, Fetched, Format, GetRequest, Link};
use ucwa_client::{Application, ApplicationSettings, Client, Error, Fetch as _, RefusedError, TransportError};
use ucwa_simulator::{Options, Simulator};

async fn online_at(simulator: &Simulator, format: Format) -> (Faulty, Application) {
    let faulty = Faulty::new(simulator);
    let client = sign_in(&faulty, format).await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
    simulator.clear_requests();
    (faulty, application)
}

async fn online(format: Format) -> (Simulator, Faulty, Application) {
    let simulator = simulator();
    let (faulty, application) = online_at(&simulator, format).await;
    (simulator, faulty, application)
}

async fn me(application: &Application) -> Link<Me> {
    application.me().await.expect("it is embedded").link().expect("it has a link")
}

async fn people(application: &Application) -> Link<People> {
    application.people().await.expect("it is embedded").link().expect("it has a link")
}

fn gone<T>(link: &Link<T>) -> Link<T> {
    Link::new(format!("{}9", link.href())).based_on(link.url().expect("a URL"))
}

/// How many batches, and how many other requests, were sent.
fn sent(simulator: &Simulator) -> (usize, usize) {
    let lines = seen(simulator);
    let batches = lines.iter().filter(|line| line.contains("/batch")).count();
    (batches, lines.len() - batches)
}

fn is_batch(request: &Request<Bytes>) -> bool {
    request.uri().path().ends_with("/batch")
}

/// Changes the first response to a batch.
fn change(faulty: &Faulty, change: fn(Vec<String>) -> Vec<String>) {
    let mut is_first = true;
    faulty.plan(move |request| {
        let is_meant = is_batch(request) && std::mem::replace(&mut is_first, false);
        is_meant.then(|| Fault::Change(Box::new(move |response| with_parts(response, change))))
    });
}

/// A response to a batch with other parts.
fn with_parts(response: Response<Bytes>, change: fn(Vec<String>) -> Vec<String>) -> Response<Bytes> {
    let (head, body) = response.into_parts();
    let media_type = head.headers["content-type"].to_str().expect("text");
    let boundary = format!("--{}", media_type.rsplit_once("boundary=").expect("it has one").1.trim_matches('"'));
    let text = String::from_utf8(body.into()).expect("text");
    let parts = text.split(&boundary).skip(1).filter(|part| !part.starts_with("--")).map(str::to_owned).collect();
    let text: String = change(parts).iter().flat_map(|part| [boundary.clone(), part.clone()]).collect();
    let mut response = Response::from_parts(head, Bytes::from(text + &boundary + "--\r\n"));
    response.headers_mut().remove("content-length");
    response
}

#[tokio::test(start_paused = true)]
async fn requests_of_different_types_get_their_own_responses() {
    for format in FORMATS {
        let (simulator, _, application) = online(format).await;
        let (me, people) = (me(&application).await, people(&application).await);
        let note = application.me().await.expect("me").note().required().expect("the user is available");
        let mut input = NoteInput::new();
        input.message = Some("at lunch".into());
        let mut batch = application.batch();
        let first = batch.add(me.get());
        let second = batch.add(note.post_with(input));
        let third = batch.add(people.get());
        let fourth = batch.add(gone(&me).get());
        assert_eq!((batch.len(), batch.is_empty()), (4, false));
        batch.send().await;
        assert_eq!(sent(&simulator), (1, 0));
        assert_eq!(first.await.expect("it is there").name.as_deref(), Some("Ada Vale"));
        second.await.expect("the note is set");
        assert!(third.await.expect("it is there").my_contacts().exists());
        let error = fourth.await.expect_err("there is no such resource");
        assert!(error.is_not_found() && error.operation() == Some("GET me"), "{error}");
        assert!(error.url().is_some_and(|url| url.ends_with("/me9")), "{error}");
        assert_eq!(simulator.users()[0].note, "at lunch");
    }
}

#[tokio::test(start_paused = true)]
async fn more_than_a_hundred_are_sent_in_order_in_several() {
    let (simulator, _, application) = online(Format::Json).await;
    let me = me(&application).await;
    let wrong = gone(&me);
    let responses = application.send_all((0..250).map(|n| if n % 50 == 0 { wrong.get() } else { me.get() })).await;
    assert_eq!(sent(&simulator), (3, 0));
    for (number, response) in responses.iter().enumerate() {
        assert_eq!(response.is_err(), number % 50 == 0, "{number}: {response:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_too_large_for_the_server_is_halved_after_a_delay() {
    for format in FORMATS {
        let mut options = Options::new(SEED);
        options.limits.requests_per_batch = 30;
        let simulator = Simulator::with_options(options);
        let (_, application) = online_at(&simulator, format).await;
        let me = me(&application).await;
        let begin = Instant::now();
        let responses = application.send_all((0..100).map(|_| me.get())).await;
        assert!(responses.iter().all(Result::is_ok), "{responses:?}");
        assert_eq!(sent(&simulator), (7, 0), "100, twice 50, and four times 25");
        assert!(begin.elapsed().as_secs() >= 3, "the server asked for a second each time: {:?}", begin.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_response_is_too_large_smaller_batches_ask_again_for_what_can_be_repeated() {
    for format in FORMATS {
        let simulator = simulator();
        let mut limited = settings(format);
        limited.limits.body = 30_000;
        let faulty = Faulty::new(&simulator);
        let client = Client::sign_in_with(faulty.transport(), limited, ADA, password_of(ADA)).await;
        let client = client.expect("the password is right");
        let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
        application.make_me_available(MakeMeAvailableInput::new()).await.expect("the user may");
        let (me, own) = (me(&application).await, application.me().await.expect("me"));
        simulator.clear_requests();
        let mut input = NoteInput::new();
        input.message = Some("at lunch".into());
        let mut batch = application.batch();
        let reads: Vec<_> = (0..99).map(|_| batch.add(me.get())).collect();
        let note = batch.add(own.note().required().expect("the user is available").post_with(input));
        batch.send().await;
        for read in reads {
            read.await.expect("it can be repeated");
        }
        let error = note.await.expect_err("it may have been executed");
        let Error::Transport(failure) = &error else { panic!("{error}") };
        assert!(matches!(failure.source, TransportError::BodyTooLarge { limit: 30_000 }), "{error}");
        let (batches, others) = sent(&simulator);
        assert!((3..=15).contains(&batches) && others == 0, "{batches} {others}");
        assert_eq!(simulator.users()[0].note, "at lunch");
    }
}

#[tokio::test(start_paused = true)]
async fn one_response_that_is_too_large_spoils_no_other() {
    let simulator = simulator();
    let mut limited = settings(Format::Json);
    limited.limits.body = 30_000;
    let faulty = Faulty::new(&simulator);
    let client = Client::sign_in_with(faulty.transport(), limited, ADA, password_of(ADA)).await.expect("it is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    let me = me(&application).await;
    faulty.plan(|request| {
        let has_large = String::from_utf8_lossy(request.body()).contains("large=1");
        (is_batch(request) && has_large).then(|| respond(200, &[], &" ".repeat(30_001)))
    });
    let large = Link::<Me>::new(format!("{}?large=1", me.href())).based_on(me.url().expect("a URL"));
    let responses = application.send_all((0..20).map(|n| if n == 7 { large.get() } else { me.get() })).await;
    for (number, response) in responses.iter().enumerate() {
        assert_eq!(response.is_err(), number == 7, "{number}: {response:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_be_repeated_is_repeated_by_itself() {
    for format in FORMATS {
        let (simulator, faulty, application) = online(format).await;
        let me = me(&application).await;
        let note = application.me().await.expect("me").note().required().expect("the user is available");
        change(&faulty, |mut parts| {
            let busy =
                |status: &str| format!("\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {status}\r\n\r\n\r\n");
            for (part, status) in parts.iter_mut().zip(["401 Unauthorized", "503 Busy", "503 Busy", "429 Too Many"]) {
                *part = busy(status);
            }
            parts
        });
        let mut batch = application.batch();
        let (refused, busy) = (batch.add(me.get()), batch.add(me.get()));
        let (unknown, too_many) = (batch.add(note.post()), batch.add(note.post()));
        batch.send().await;
        refused.await.expect("the token was looked at again");
        busy.await.expect("a GET can be repeated");
        assert!(unknown.await.expect_err("a POST cannot").is_unavailable());
        too_many.await.expect("it was not executed");
        assert_eq!(sent(&simulator), (1, 3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_with_too_few_parts_harms_nobody() {
    for format in FORMATS {
        let (simulator, faulty, application) = online(format).await;
        let (me, people) = (me(&application).await, people(&application).await);
        let note = application.me().await.expect("me").note().required().expect("the user is available");
        change(&faulty, |mut parts| {
            parts.remove(0);
            parts
        });
        let mut batch = application.batch();
        let (first, second, third) = (batch.add(me.get()), batch.add(note.post()), batch.add(people.get()));
        batch.send().await;
        assert_eq!(first.await.expect("it was read again").name.as_deref(), Some("Ada Vale"));
        let error = second.await.expect_err("nobody knows what became of it");
        let Error::Transport(failure) = &error else { panic!("{error}") };
        assert!(matches!(failure.source, TransportError::Broken(_)) && failure.to_string().contains("2 parts for 3"));
        assert!(third.await.expect("its part says what it is").my_contacts().exists());
        assert_eq!(sent(&simulator), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn parts_out_of_order_are_found() {
    for format in FORMATS {
        let (simulator, faulty, application) = online(format).await;
        let (me, people) = (me(&application).await, people(&application).await);
        change(&faulty, |mut parts| {
            parts.reverse();
            parts
        });
        let mut batch = application.batch();
        let (first, second) = (batch.add(me.get()), batch.add(people.get()));
        batch.send().await;
        assert_eq!(first.await.expect("its part is found").name.as_deref(), Some("Ada Vale"));
        assert!(second.await.expect("its part is found").my_contacts().exists());
        assert_eq!(sent(&simulator), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_no_batch_is_no_response() {
    let (simulator, faulty, application) = online(Format::Json).await;
    let me = me(&application).await;
    let note = application.me().await.expect("me").note().required().expect("the user is available");
    faulty.plan(|request| is_batch(request).then(|| respond(200, &[("content-type", "text/html")], "<p>Sign in</p>")));
    let mut batch = application.batch();
    let (first, second) = (batch.add(me.get()), batch.add(note.post()));
    batch.send().await;
    first.await.expect("it was read again");
    assert!(second.await.expect_err("nobody knows what became of it").is_transport());
    assert_eq!(sent(&simulator), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_repeated_if_all_of_it_can_be() {
    let (simulator, faulty, application) = online(Format::Json).await;
    let me = me(&application).await;
    let note = application.me().await.expect("me").note().required().expect("the user is available");
    let cut = || {
        let mut is_first = true;
        move |request: &Request<Bytes>| {
            (is_batch(request) && std::mem::replace(&mut is_first, false)).then_some(Fault::CutAfter)
        }
    };
    faulty.plan(cut());
    let responses = application.send_all([me.get(), me.get()]).await;
    assert!(responses.iter().all(Result::is_ok), "{responses:?}");
    assert_eq!(sent(&simulator), (2, 0));
    faulty.plan(cut());
    let mut batch = application.batch();
    let (first, second) = (batch.add(me.get()), batch.add(note.post()));
    batch.send().await;
    let error = first.await.expect_err("the batch may have been executed");
    assert!(error.is_transport() && error.operation() == Some("GET me"), "{error}");
    assert_eq!(second.await.expect_err("as all of it").operation(), Some("POST note"));
    faulty.plan(|request| is_batch(request).then(|| respond(403, &[], "")));
    let responses = application.send_all([me.get(), me.get()]).await;
    assert!(responses.iter().all(|response| response.as_ref().is_err_and(Error::is_forbidden)), "{responses:?}");
}

#[tokio::test(start_paused = true)]
async fn what_no_batch_takes_is_sent_by_itself_or_refused() {
    let (simulator, _, application) = online(Format::Json).await;
    let me = me(&application).await;
    let photo = application.me().await.expect("me").photo().required().expect("the user has one");
    let events = application.resource().events().required().expect("it has a channel");
    let inner = application.resource().batch().required().expect("it has a link");
    let inner = Link::<BatchResource>::new(inner.url().expect("a URL").as_str());
    let foreign = Link::<Me>::new("https://evil.example/me");
    let mut batch = application.batch();
    let (first, second, third) = (batch.add(me.get()), batch.add(me.get()), batch.add(photo.get()));
    let (fourth, fifth) = (batch.add(events.get()), batch.add(foreign.get()));
    let sixth = batch.add(inner.post_with(BatchInput::new(Body::new("multipart/batching; boundary=x", "--x--"))));
    batch.send().await;
    first.await.expect("it is there");
    second.await.expect("it is there");
    assert_eq!(third.await.expect("it is there").media_type, "image/jpeg");
    let fourth = fourth.await.expect_err("it would hold up the others");
    assert!(matches!(fourth, Error::Refused(RefusedError::NotInBatch { .. })), "{fourth}");
    let fifth = fifth.await.expect_err("it is another host");
    assert!(matches!(fifth, Error::Refused(RefusedError::ForeignHost { .. })), "{fifth}");
    let sixth = sixth.await.expect_err("it is a batch");
    assert!(matches!(sixth, Error::Refused(RefusedError::NotInBatch { .. })), "{sixth}");
    assert_eq!(sent(&simulator), (1, 1));
    let response = application.batch().add(me.get());
    let error = response.await.expect_err("the batch was dropped");
    assert!(matches!(error, Error::Refused(RefusedError::BatchNotSent)), "{error}");
    application.close().await.expect("it is removed");
    let responses: Vec<Result<Fetched<Me>, _>> = application.send_all([me.get(), me.get()]).await;
    let is_closed = |response: &Result<_, Error<_>>| matches!(response, Err(Error::Refused(RefusedError::Closed)));
    assert!(responses.iter().all(is_closed), "{responses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_user_who_may_not_send_batches_sends_them_one_by_one() {
    let (simulator, faulty, application) = online(Format::Json).await;
    let me = me(&application).await;
    faulty.plan(|request| {
        let is_meant = request.method() == "GET" && request.uri().path().contains("/applications/");
        is_meant.then(|| {
            Fault::Change(Box::new(|response| {
                response.map(|body| String::from_utf8_lossy(&body).replace("\"batch\"", "\"none\"").into())
            }))
        })
    });
    application.refresh().await.expect("it is there");
    assert!(!application.resource().batch().exists());
    simulator.clear_requests();
    let requests: [GetRequest<Me>; 3] = std::array::from_fn(|_| me.get());
    let responses = application.send_all(requests).await;
    assert!(responses.iter().all(Result::is_ok), "{responses:?}");
    assert_eq!(sent(&simulator), (0, 3));
    application.me().await.expect("it is embedded").fetch_note(&application).await;
}

/// What a resource embeds or links is read as usual beside batches.
trait FetchNote {
    async fn fetch_note(&self, application: &Application);
}

impl FetchNote for Fetched<Me> {
    async fn fetch_note(&self, application: &Application) {
        self.note().fetch(application.client()).await.expect("it is linked");
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_says_how_long_to_wait_within_a_limit() {
    for format in FORMATS {
        let (_, faulty, application) = online(format).await;
        let me = me(&application).await;
        change(&faulty, |mut parts| {
            for (part, seconds) in parts.iter_mut().zip([20, 61]) {
                let head = "\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: ";
                *part = format!("{head}{seconds}\r\n\r\n\r\n");
            }
            parts
        });
        let begin = Instant::now();
        let mut batch = application.batch();
        let (soon, late, other) = (batch.add(me.get()), batch.add(me.get()), batch.add(me.get()));
        batch.send().await;
        soon.await.expect("the second attempt succeeds");
        assert!(late.await.expect_err("that is too long").is_unavailable());
        other.await.expect("it was executed");
        assert!((20..=21).contains(&begin.elapsed().as_secs()), "{:?}", begin.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_that_says_until_when_to_wait_is_read_by_the_servers_clock_or_else_by_the_clients() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let mut early = settings(Format::Json);
    // 2026-01-05 09:00:00, by the client's clock.
    early.time_of_day = Some(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_767_603_600));
    let client = Client::sign_in_with(faulty.transport(), early, ADA, password_of(ADA)).await;
    let client = client.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    let me = me(&application).await;
    let busy = |mut parts: Vec<String>| {
        let head = "\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: ";
        parts[0] = format!("{head}Mon, 05 Jan 2026 09:00:50 GMT\r\n\r\n\r\n");
        parts
    };
    for (date, expected) in [(None, 50..=51), (Some("Mon, 05 Jan 2026 09:00:30 GMT"), 20..=21)] {
        let mut is_first = true;
        faulty.plan(move |request| {
            let is_meant = is_batch(request) && std::mem::replace(&mut is_first, false);
            is_meant.then(|| {
                Fault::Change(Box::new(move |response| {
                    let mut response = with_parts(response, busy);
                    response.headers_mut().remove("date");
                    let date = date.map(|date| date.parse().expect("a header"));
                    date.map(|date| response.headers_mut().insert("date", date));
                    response
                }))
            })
        });
        let begin = Instant::now();
        let responses = application.send_all([me.get(), me.get()]).await;
        assert!(responses.iter().all(Result::is_ok), "{responses:?}");
        let waited = begin.elapsed().as_secs();
        assert!(expected.contains(&waited), "{waited} seconds, where the server's clock says {date:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_says_that_a_request_was_not_sent_which_may_have_been() {
    let (simulator, faulty, application) = online(Format::Json).await;
    let note = application.me().await.expect("me").note().required().expect("the user is available");
    faulty.plan(|request| is_batch(request).then_some(Fault::SlowResponse));
    let mut input = NoteInput::new();
    input.message = Some("at lunch".into());
    let mut batch = application.batch();
    let responses: Vec<_> = (0..101).map(|_| batch.add(note.post_with(input.clone()))).collect();
    let given_up = tokio::time::timeout(std::time::Duration::from_secs(1), batch.send()).await;
    assert!(given_up.is_err() && simulator.users()[0].note == "at lunch");
    for (number, response) in responses.into_iter().enumerate() {
        match response.await.expect_err("nobody waited") {
            Error::Transport(failure) => assert!(number < 100 && failure.source.may_have_been_sent(), "{failure}"),
            error => assert!(number == 100 && matches!(error, Error::Refused(RefusedError::BatchNotSent)), "{error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn batches_that_succeed_pay_for_repetitions() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let mut sparing = settings(Format::Json);
    sparing.retry.budget = 1;
    let client = Client::sign_in_with(faulty.transport(), sparing, ADA, password_of(ADA));
    let client = client.await.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    let me = me(&application).await;
    let read = async || application.send_all([me.get(), me.get()]).await.iter().all(Result::is_ok);
    let mut is_busy = [true, false, true, true].into_iter();
    faulty.plan(move |request| (is_batch(request) && is_busy.next() == Some(true)).then(|| respond(503, &[], "")));
    assert!(read().await, "the second attempt succeeds");
    assert!(!read().await, "that was all");
    for _ in 0..11 {
        faulty.plan(|_| None);
        assert!(read().await);
    }
    let mut is_busy = true;
    faulty.plan(move |request| (is_batch(request) && std::mem::take(&mut is_busy)).then(|| respond(503, &[], "")));
    assert!(read().await, "ten that succeeded pay for it");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_long_does_not_hold_up_the_others() {
    let (_, faulty, application) = online(Format::Json).await;
    let me = me(&application).await;
    let photo = application.me().await.expect("me").photo().required().expect("the user has one");
    let mut has_hung = false;
    faulty.plan(move |request| {
        if is_batch(request) {
            return Some(Fault::Change(Box::new(|response| {
                with_parts(response, |mut parts| {
                    let heads = ["503 Busy\r\nRetry-After: 50", "401 Unauthorized"];
                    for (part, head) in parts.iter_mut().zip(heads) {
                        *part = format!("\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {head}\r\n\r\n\r\n");
                    }
                    parts
                })
            })));
        }
        let is_first_photo = request.uri().path().contains("/photos/") && !std::mem::replace(&mut has_hung, true);
        is_first_photo.then_some(Fault::Silence)
    });
    let begin = Instant::now();
    let mut batch = application.batch();
    let (busy, refused) = (batch.add(me.get()), batch.add(me.get()));
    let (slow, quick) = (batch.add(photo.get()), batch.add(photo.get()));
    let at_once = async {
        refused.await.expect("the token was looked at again");
        quick.await.expect("it is there");
        assert_eq!(begin.elapsed().as_secs(), 0);
        slow.await.expect("the second attempt succeeds");
        assert_eq!(begin.elapsed().as_secs(), 30);
        busy.await.expect("the second attempt succeeds");
        assert_eq!(begin.elapsed().as_secs(), 50);
    };
    tokio::join!(batch.send(), at_once);
}
