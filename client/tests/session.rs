//! Sending requests: renewal, repetition, and where tokens go.

mod support;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::poll_immediate;
use support::{ADA, FORMATS, Fault, Faulty, is_token_request, late, pass, respond, sign_in, simulator, token_requests};
use tokio::time::Instant;
use ucwa::general::{
    Application, ApplicationGetError, Applications2, ApplicationsInput, ApplicationsInputRequired, People,
};
use ucwa::http::Request;
use ucwa::people::MyGroups2;
use ucwa::{Fetched, Format, GenericError, Link};
use ucwa_client::{ApplicationSettings, Client, Error, FetchLatest as _, RefusedError, TransportError};
use ucwa_simulator::Simulator;

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

async fn online(format: Format) -> (Simulator, Faulty, Client, Link<Application>) {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let client = sign_in(&faulty, format).await.expect("the password is right");
    let input = ApplicationsInput::new(ApplicationsInputRequired {
        culture: "en-US",
        endpoint_id: "endpoint-1",
        user_agent: "test",
    });
    let application = client.send(client.applications().post_with(input)).await.expect("an application");
    let link = application.link().expect("it has a link");
    simulator.clear_requests();
    (simulator, faulty, client, link)
}

/// A fault for the first requests of a kind.
fn first(
    mut times: usize,
    is_meant: impl Fn(&Request<Bytes>) -> bool + Send + 'static,
    fault: impl Fn() -> Fault + Send + 'static,
) -> impl FnMut(&Request<Bytes>) -> Option<Fault> + Send + 'static {
    move |request| {
        let is_next = times > 0 && is_meant(request);
        times -= usize::from(is_next);
        is_next.then(&fault)
    }
}

#[tokio::test(start_paused = true)]
async fn a_revoked_token_is_renewed_once_for_all_who_wait() {
    for format in FORMATS {
        let (simulator, faulty, client, link) = online(format).await;
        simulator.revoke_tokens(ADA).expect("a user");
        faulty.plan(|request| is_token_request(request).then_some(Fault::Late));
        let requests = (0..10).map(|_| client.send(link.get()));
        let results = futures_util::future::join_all(requests).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(token_requests(&simulator), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_ends() {
    let (simulator, _, client, link) = online(Format::Json).await;
    for _ in 0..47 {
        pass(Duration::from_secs(10 * 60)).await;
        client.send(link.get()).await.expect("the token is good");
    }
    assert_eq!(token_requests(&simulator), 0, "seven hours and fifty minutes have passed");
    pass(Duration::from_secs(6 * 60)).await;
    client.send(link.get()).await.expect("the token is good");
    assert_eq!(token_requests(&simulator), 1);
    let refused = simulator.requests().iter().filter(|exchange| exchange.status() == Some(401)).count();
    assert_eq!(refused, 0, "no request met an old token");
}

#[tokio::test(start_paused = true)]
async fn a_good_token_is_used_while_it_cannot_be_renewed() {
    let (_, faulty, client, link) = online(Format::Json).await;
    for _ in 0..47 {
        pass(Duration::from_secs(10 * 60)).await;
        client.send(link.get()).await.expect("the token is good");
    }
    pass(Duration::from_secs(6 * 60)).await;
    faulty.plan(|request| is_token_request(request).then_some(Fault::NotConnected));
    let before = faulty.count();
    for _ in 0..3 {
        client.send(link.get()).await.expect("the token is good for four minutes more");
    }
    assert_eq!(faulty.count() - before, 4, "one renewal a minute is tried");
}

#[tokio::test(start_paused = true)]
async fn a_good_token_is_used_while_somebody_else_waits_for_the_next_one() {
    let (_, faulty, client, link) = online(Format::Json).await;
    for _ in 0..47 {
        pass(Duration::from_secs(10 * 60)).await;
        client.send(link.get()).await.expect("the token is good");
    }
    pass(Duration::from_secs(6 * 60)).await;
    faulty.plan(|request| is_token_request(request).then_some(Fault::Silence));
    let begin = Instant::now();
    let mut first = Box::pin(client.send(link.get()));
    assert!(poll_immediate(&mut first).await.is_none(), "it asks for the next token");
    client.send(link.get()).await.expect("the token is good");
    assert_eq!(begin.elapsed(), Duration::ZERO);
    first.await.expect("the token is good");
    assert_eq!(begin.elapsed(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_no_longer_right_does_not_lock_the_account() {
    const REFUSALS: [(u16, &str); 9] = [
        (400, "\u{feff}{\"error\":\"invalid_grant\"}"),
        (400, r#"{"error":"invalid_grant","error_description":["no"]}"#),
        (400, r#"{"error":"invalid_grant","error_description":{"no":1},"ms_rtc_passiveauthuri":7}"#),
        (400, r#"{"error":"invalid_grant","ms_rtc_passiveauthuri":null}"#),
        (400, r#"{"error":"invalid_grant","ms_rtc_passiveauthuri":"https://lyncweb.contoso.com/PassiveAuth"}"#),
        (400, r#"{"error":"invalid_grant"}"#),
        (401, ""),
        (401, r#"{"error":"invalid_client"}"#),
        (401, r#"{"error":"invalid_grant"}"#),
    ];
    for (status, body) in REFUSALS {
        let (simulator, faulty, client, link) = online(Format::Json).await;
        simulator.revoke_tokens(ADA).expect("a user");
        let tokens = Arc::new(Mutex::new(0));
        let count = Arc::clone(&tokens);
        faulty.plan(move |request| {
            is_token_request(request).then(|| {
                *count.lock().expect("no test panics while it holds the lock") += 1;
                respond(status, &JSON, body)
            })
        });
        let sent = || *tokens.lock().expect("no test panics while it holds the lock");
        for _ in 0..9 {
            let error = client.send(link.get()).await.expect_err("the password has changed");
            assert!(error.is_sign_in() && !error.is_retryable(), "{error}");
            pass(Duration::from_secs(60)).await;
        }
        assert_eq!(sent(), 1, "nine minutes have passed");
        pass(Duration::from_secs(60)).await;
        client.send(link.get()).await.expect_err("the password has changed");
        assert_eq!(sent(), 2);
        pass(Duration::from_secs(600)).await;
        faulty.plan(|_| None);
        client.send(client.applications().clone().cast::<Applications2>().get()).await.expect("it was changed back");
    }
}

#[tokio::test(start_paused = true)]
async fn a_403_that_means_an_invalid_token_renews_it() {
    let (simulator, faulty, client, link) = online(Format::Json).await;
    let refusal = || respond(403, &[("x-ms-diagnostics", "28055;source=\"fe1\";reason=\"invalid token\"")], "");
    simulator.revoke_tokens(ADA).expect("a user");
    faulty.plan(first(1, |request| request.uri().path().contains("/applications/"), refusal));
    client.send(link.get()).await.expect("it was renewed");
    assert_eq!(token_requests(&simulator), 1);
    faulty.plan(first(1, |_| true, || respond(403, &[], "")));
    let error = client.send(link.get()).await.expect_err("the right is missing");
    assert!(error.is_forbidden(), "{error}");
    assert_eq!(token_requests(&simulator), 1, "another 403 says nothing of the token");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_again_is_an_error() {
    let (simulator, faulty, client, link) = online(Format::Json).await;
    faulty.plan(|request| (!is_token_request(request)).then(|| respond(401, &[], "")));
    let error = client.send(link.get()).await.expect_err("it is refused");
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(token_requests(&simulator), 1);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_refuses_each_new_token_has_one_renewed_once_a_minute() {
    let (simulator, faulty, client, link) = online(Format::Json).await;
    faulty.plan(|request| (!is_token_request(request)).then(|| respond(401, &[], "")));
    for _ in 0..10 {
        let error = client.send(link.get()).await.expect_err("it is refused");
        assert!(error.is_unauthorized(), "{error}");
    }
    assert_eq!(token_requests(&simulator), 1);
    pass(Duration::from_secs(60)).await;
    client.send(link.get()).await.expect_err("it is refused");
    assert_eq!(token_requests(&simulator), 2);
    faulty.plan(|_| None);
    client.send(link.get()).await.expect("it is good now");
    // Once a host has accepted a token, it is renewed as soon as it is good no more.
    for expected in 3..6 {
        simulator.revoke_tokens(ADA).expect("a user");
        client.send(link.get()).await.expect("the token is renewed");
        assert_eq!(token_requests(&simulator), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn hosts_that_share_tokens_and_refuse_each_new_one_have_one_renewed_once_a_minute() {
    let (simulator, faulty, client, link) = online(Format::Json).await;
    let other = Link::<Application>::new("https://lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root");
    faulty.plan(|request| (!is_token_request(request)).then(|| respond(401, &[], "")));
    for _ in 0..10 {
        for link in [&link, &other] {
            let error = client.send(link.get()).await.expect_err("it is refused");
            assert!(error.is_unauthorized(), "{error}");
        }
        pass(Duration::from_secs(1)).await;
    }
    assert_eq!(token_requests(&simulator), 2, "one for each host");
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_was_dropped_at_any_moment_is_in_nobodys_way() {
    for last in 0..10 {
        let (simulator, faulty, client, link) = online(Format::Json).await;
        simulator.revoke_tokens(ADA).expect("a user");
        faulty.plan(|_| Some(Fault::LateResponse));
        let given_up = tokio::time::timeout(Duration::from_millis(500 * last), client.send(link.get())).await;
        assert_eq!(given_up.is_ok(), last >= 6, "{last}");
        let begin = Instant::now();
        client.send(link.get()).await.expect("the token is renewed");
        assert!(begin.elapsed() <= Duration::from_secs(3), "{last}: {:?}", begin.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_is_an_error_for_all_who_wait() {
    let (simulator, faulty, client, link) = online(Format::Json).await;
    simulator.revoke_tokens(ADA).expect("a user");
    let denied = || respond(400, &[("content-type", "application/json")], r#"{"error":"invalid_grant"}"#);
    faulty.plan(move |request| is_token_request(request).then(denied).map(late));
    let before = faulty.count();
    let results = futures_util::future::join_all((0..10).map(|_| client.send(link.get()))).await;
    for result in results {
        let error = result.expect_err("the password has changed");
        assert!(matches!(error, Error::SignIn(_)), "{error}");
    }
    assert_eq!(faulty.count() - before, 2, "one learns that the token is refused, and nobody sends it again");
}

#[tokio::test(start_paused = true)]
async fn requests_to_other_hosts_are_not_sent() {
    let (_, faulty, client, link) = online(Format::Json).await;
    let before = faulty.count();
    let base = link.url().expect("a URL");
    for href in
        ["//evil.example/a", "https://evil.example/", "https://pool1.contoso.com@evil.example/", "/\\evil.example/"]
    {
        let error = client.send(Link::<Application>::new(href).based_on(base.clone()).get()).await.expect_err(href);
        let is_refused =
            matches!(error, Error::Refused(RefusedError::ForeignHost { .. } | RefusedError::Credentials { .. }));
        assert!(is_refused, "{error}");
    }
    let error = client.send(Link::<Application>::new("http://pool1.contoso.com/").get()).await.expect_err("not https");
    assert!(matches!(error, Error::Refused(RefusedError::Insecure { .. })), "{error}");
    assert_eq!(faulty.count(), before);
}

#[tokio::test(start_paused = true)]
async fn redirects_are_followed_with_the_token_to_known_hosts_alone() {
    let (simulator, faulty, client, link) = online(Format::Json).await;
    let moved = |place: &'static str| first(1, |_| true, move || respond(307, &[("location", place)], ""));
    faulty.plan(moved("https://evil.example/"));
    let before = faulty.count();
    let error = client.send(link.get()).await.expect_err("it leads to a stranger");
    assert!(matches!(error, Error::Refused(RefusedError::ForeignHost { .. })), "{error}");
    assert_eq!(faulty.count() - before, 1);
    let place = link.url().expect("a URL").to_string().replace("pool1", "POOL1").leak();
    faulty.plan(moved(place));
    let application = client.send(link.get()).await.expect("it is there");
    assert!(application.me().exists());
    assert_eq!(support::seen(&simulator).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_can_be_repeated_is() {
    for format in FORMATS {
        let (_, faulty, client, link) = online(format).await;
        let before = faulty.count();
        faulty.plan(first(3, |_| true, || Fault::CutAfter));
        client.send(link.get()).await.expect("the fourth attempt succeeds");
        assert_eq!(faulty.count() - before, 4);
        faulty.plan(first(4, |_| true, || Fault::CutAfter));
        let error = client.send(link.get()).await.expect_err("there is no fifth");
        assert!(matches!(&error, Error::Transport(failure) if failure.attempts == 4), "{error}");
        faulty.plan(first(1, |_| true, || Fault::Silence));
        let begin = Instant::now();
        client.send(link.get()).await.expect("the second attempt succeeds");
        let (least, most) = (Duration::from_secs(30), Duration::from_millis(30_500));
        assert!((least..=most).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_post_that_may_have_been_executed_is_not_repeated() {
    let (_, faulty, client, _) = online(Format::Json).await;
    let post = || {
        let input = ApplicationsInput::new(ApplicationsInputRequired {
            culture: "en-US",
            endpoint_id: "endpoint-2",
            user_agent: "test",
        });
        client.send(client.applications().post_with(input))
    };
    let before = faulty.count();
    faulty.plan(first(1, |_| true, || Fault::CutAfter));
    post().await.expect_err("nobody knows what became of it");
    faulty.plan(first(1, |_| true, || respond(503, &[], "")));
    assert!(post().await.expect_err("it may have run").is_unavailable());
    assert_eq!(faulty.count() - before, 2);
    faulty.plan(first(1, |_| true, || Fault::NotConnected));
    post().await.expect("it was not sent the first time");
    faulty.plan(first(1, |_| true, || respond(429, &[], "")));
    post().await.expect("it was not executed the first time");
    assert_eq!(faulty.count() - before, 6);
}

#[tokio::test(start_paused = true)]
async fn the_server_says_how_long_to_wait_within_a_limit() {
    let (_, faulty, client, link) = online(Format::Json).await;
    faulty.plan(first(1, |_| true, || respond(503, &[("retry-after", "20")], "")));
    let begin = Instant::now();
    client.send(link.get()).await.expect("the second attempt succeeds");
    let (least, most) = (Duration::from_secs(20), Duration::from_millis(20_500));
    assert!((least..=most).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    faulty.plan(first(1, |_| true, || respond(503, &[("retry-after", "61")], "")));
    let error = client.send(link.get()).await.expect_err("that is too long");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(61)));
}

#[tokio::test(start_paused = true)]
async fn an_error_says_what_is_known() {
    for format in FORMATS {
        let (_, _, client, link) = online(format).await;
        let gone = Link::<Application>::new(link.href().to_owned() + "9").based_on(link.url().expect("a URL"));
        let error = client.send(gone.get()).await.expect_err("there is no such application");
        assert!(error.is_not_found() && error.is_application_not_found() && !error.is_conflict(), "{error}");
        assert_eq!((error.operation(), error.subcode()), (Some("GET application"), Some("ApplicationNotFound")));
        assert!(error.url().is_some_and(|url| url.starts_with("https://pool1.contoso.com/")), "{error}");
        assert!(error.request_id().is_some() && error.excerpt().is_some_and(|text| text.contains("NotFound")));
        assert_eq!(error.generic(), Some(GenericError::ApplicationNotFound));
        assert_eq!(error.into_general().generic(), Some(GenericError::ApplicationNotFound));
        let list = client.send(client.applications().clone().cast::<Applications2>().get()).await.expect("a list");
        assert_eq!(list.application().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_documented_error_keeps_its_code_when_the_operation_no_longer_matters() {
    let (_, faulty, client, link) = online(Format::Json).await;
    let body = r#"{"code":"Conflict","subcode":"AlreadyExists"}"#;
    faulty.plan(move |_| Some(respond(409, &[("content-type", "application/json")], body)));
    let error = client.send(link.get()).await.expect_err("the server says so");
    assert!(error.is(ApplicationGetError::AlreadyExists) && error.is_conflict(), "{error}");
    let text = error.to_string();
    let general: Error = error.into_general();
    assert_eq!((general.documented(), general.subcode()), (None, Some("AlreadyExists")));
    assert!(general.is_conflict() && general.to_string() == text, "{general}");
}

#[tokio::test(start_paused = true)]
async fn tokens_are_not_shown() {
    let (simulator, _, client, link) = online(Format::Json).await;
    client.send(link.get()).await.expect("it is there");
    let token = simulator.requests()[0].headers["authorization"].to_str().expect("text").to_owned();
    let shown = format!("{client:?} {:?}", client.settings());
    assert!(!shown.contains(token.trim_start_matches("Bearer ")), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_date_to_retry_after_counts_from_the_servers_clock_or_else_from_the_clients() {
    const LATER: &str = "Mon, 05 Jan 2026 09:00:30 GMT";
    let (simulator, _, client, link) = online(Format::Json).await;
    let waits = |faulty: &Faulty, headers: &'static [(&'static str, &'static str)]| {
        faulty.plan(first(1, |_| true, move || respond(503, headers, "")));
    };
    drop(client);
    let mut settings = support::settings(Format::Json);
    settings.time_of_day = Some(std::time::UNIX_EPOCH + Duration::from_secs(1_767_603_600));
    let faulty = Faulty::new(&simulator);
    let client = Client::sign_in_with(faulty.transport(), settings, ADA, support::password_of(ADA)).await;
    let client = client.expect("the password is right");
    let elapsed = async || {
        let begin = Instant::now();
        client.send(link.get()).await.expect("the second attempt succeeds");
        begin.elapsed().as_secs()
    };
    waits(&faulty, &[("retry-after", LATER), ("date", "Mon, 05 Jan 2026 09:00:10 GMT")]);
    assert_eq!(elapsed().await, 20);
    waits(&faulty, &[("retry-after", LATER)]);
    let rest = elapsed().await;
    assert!((9..=10).contains(&rest), "the client's clock has run for 20 seconds: {rest}");
}

#[tokio::test(start_paused = true)]
async fn content_has_a_limit_of_its_own() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let mut settings = support::settings(Format::Json);
    settings.limits.content = 1000;
    let client = Client::sign_in_with(faulty.transport(), settings, ADA, support::password_of(ADA)).await;
    let client = client.expect("the password is right");
    let application = client.create_application(ApplicationSettings::new("test")).await;
    let photo = application.expect("an application").me().await.expect("me").photo().required().expect("a photo");
    let image = |length: usize| move || respond(200, &[("content-type", "image/jpeg")], &"x".repeat(length));
    faulty.plan(first(1, |_| true, image(1000)));
    assert_eq!(client.send(photo.get()).await.expect("it is small").bytes.len(), 1000);
    faulty.plan(first(1, |_| true, image(1001)));
    let error = client.send(photo.get()).await.expect_err("it is too large");
    let Error::Transport(failure) = &error else { panic!("{error}") };
    assert!(matches!(failure.source, TransportError::BodyTooLarge { limit: 1000 }), "{failure}");
}

/// A resource whose link to the groups announces a revision.
fn groups(revision: u32) -> Fault {
    let link = format!(r#"{{"href":"/groups","revision":"{revision}"}}"#);
    respond(200, &JSON, &format!(r#"{{"rel":"people","_links":{{"myGroups":{link}}}}}"#))
}

#[tokio::test(start_paused = true)]
async fn the_latest_revision_is_read_where_the_server_has_it() {
    const NOT_SUPPORTED: &str = r#"{"code":"NotFound","subcode":"APIVersionNotSupported"}"#;
    for (announced, served, asked) in [(2, 2, &[Some("2")][..]), (1, 1, &[None]), (2, 1, &[Some("2"), None])] {
        let (_, faulty, client, link) = online(Format::Json).await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        faulty.plan(move |request| {
            if request.uri().path() != "/groups" {
                return Some(groups(announced));
            }
            let wanted = request.headers().get("x-ms-requiresminresourceversion").cloned();
            log.lock().expect("no test panics while it holds the lock").push(wanted.clone());
            let is_served = wanted.is_none() || served == 2;
            let found = respond(200, &[JSON[0], ("x-ms-ucwaversion", "1")], r#"{"rel":"myGroups"}"#);
            Some(if is_served { found } else { respond(404, &JSON, NOT_SUPPORTED) })
        });
        let people = client.send(link.cast::<People>().get()).await.expect("it is there");
        let found: Fetched<MyGroups2> = people.my_groups().fetch_latest(&client).await.expect("it is there");
        assert_eq!(found.revision(), 1, "it says which one it is");
        let seen = seen.lock().expect("no test panics while it holds the lock");
        let seen: Vec<_> = seen.iter().map(|wanted| wanted.as_ref().and_then(|wanted| wanted.to_str().ok())).collect();
        assert_eq!(seen, asked, "{announced}, {served}");
    }
}

#[tokio::test(start_paused = true)]
async fn layers_see_what_is_sent() {
    let (_, faulty, _, _) = online(Format::Json).await;
    let count = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&count);
    let layer = tower::layer::layer_fn(move |service: ucwa_client::Transport| {
        let counter = Arc::clone(&counter);
        tower::ServiceExt::<Request<Bytes>>::map_request(service, move |request| {
            *counter.lock().expect("no test panics while it holds the lock") += 1;
            request
        })
    });
    let before = faulty.count();
    let transport = faulty.transport().layer(layer);
    let client = Client::sign_in_with(transport, support::settings(Format::Json), ADA, support::password_of(ADA)).await;
    client.expect("the password is right");
    assert_eq!(faulty.count() - before, *count.lock().expect("no test panics while it holds the lock"));
}

/// What spans were opened, with their fields.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<String>>>);

impl Spans {
    fn add(&self, text: String) -> u64 {
        let mut spans = self.0.lock().expect("no test panics while it holds the lock");
        spans.push(text);
        spans.len() as u64
    }
}

/// Writes the fields of a span.
struct Fields(String);

impl tracing::field::Visit for Fields {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl tracing::Subscriber for Spans {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("ucwa_client")
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let mut fields = Fields(span.metadata().name().to_owned());
        span.record(&mut fields);
        tracing::span::Id::from_u64(self.add(fields.0))
    }

    fn record(&self, span: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        let index = usize::try_from(span.into_u64()).expect("there are few") - 1;
        self.0.lock().expect("no test panics while it holds the lock")[index] += &fields.0;
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {}

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_traced() {
    let (_, faulty, client, link) = online(Format::Json).await;
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    faulty.plan(first(1, |_| true, || respond(503, &[], "")));
    client.send(link.get()).await.expect("the second attempt succeeds");
    let spans = spans.0.lock().expect("no test panics while it holds the lock").clone();
    let wanted = [(1, 503), (2, 200)]
        .map(|(attempt, status)| format!("request rel=\"application\" method=GET attempt={attempt} status={status}"));
    assert_eq!(spans, wanted);
}

#[tokio::test(start_paused = true)]
async fn a_response_that_was_damaged_is_read_again_as_often_as_the_policy_says() {
    for (damaged, is_repeated) in [(r#"{"rel":"applic"#, true), ("[]", false)] {
        let (_, faulty, client, link) = online(Format::Json).await;
        faulty.plan(first(3, |_| true, move || respond(200, &JSON, damaged)));
        let before = faulty.count();
        let result = client.send(link.get()).await;
        assert_eq!((result.is_ok(), faulty.count() - before), (is_repeated, if is_repeated { 4 } else { 1 }));
        faulty.plan(move |_| Some(respond(200, &JSON, damaged)));
        let before = faulty.count();
        let error = client.send(link.get()).await.expect_err("it stays damaged");
        assert!(error.is_unreadable(), "{error}");
        assert_eq!(faulty.count() - before, if is_repeated { 4 } else { 1 });
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_says_which_layer_failed() {
    let layers = |error: &Error| {
        [error.is_refused(), error.is_sign_in(), error.is_transport(), error.is_server(), error.is_unreadable()]
    };
    let (simulator, faulty, client, link) = online(Format::Json).await;
    let fail = async |fault: fn() -> Fault| {
        faulty.plan(move |_| Some(fault()));
        layers(&client.send(link.get()).await.expect_err("it fails").into_general())
    };
    assert_eq!(fail(|| respond(200, &JSON, "[]")).await, [false, false, false, false, true]);
    assert_eq!(fail(|| respond(403, &[], "")).await, [false, false, false, true, false]);
    assert_eq!(fail(|| Fault::NotConnected).await, [false, false, true, false, false]);
    simulator.revoke_tokens(ADA).expect("a user");
    assert_eq!(fail(|| respond(401, &[], "")).await, [false, true, false, false, false]);
    let refused = client.send(Link::<Application>::new("http://pool1.contoso.com/").get()).await;
    assert_eq!(layers(&refused.expect_err("not https").into_general()), [true, false, false, false, false]);
}

#[tokio::test(start_paused = true)]
async fn a_server_may_ask_for_any_time() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let mut patient = support::settings(Format::Json);
    patient.retry.longest_retry_after = Duration::MAX;
    (patient.retry.delay, patient.retry.longest_delay) = (Duration::from_secs(3600), Duration::MAX);
    let client = Client::sign_in_with(faulty.transport(), patient, ADA, support::password_of(ADA)).await;
    let client = client.expect("the password is right");
    faulty.plan(|_| Some(respond(503, &[("retry-after", &u64::MAX.to_string())], "")));
    let link = Link::<Application>::new(client.applications().href());
    let waiting = tokio::time::timeout(Duration::from_secs(3600), client.send(link.get())).await;
    assert!(waiting.is_err(), "it waits");
}
