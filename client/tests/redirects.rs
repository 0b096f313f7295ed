//! Where redirects lead, and what they take along: properties over all forms of addresses.

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use support::{Fault, Faulty, respond, sign_in, simulator};
use ucwa::Format;
use ucwa::general::{Application, Applications2};
use ucwa::http::uri::Authority;
use ucwa::http::{HeaderValue, Request, Response};
use ucwa_client::{ApplicationSettings, Client, Error, RefusedError};

/// The hosts that the user's sign-in led to.
const TRUSTED: [&str; 2] = ["lyncweb.contoso.com", "pool1.contoso.com"];

/// A host with what is around it: names of users, ports, mixed case, addresses.
fn place() -> impl Strategy<Value = String> {
    let scheme = select(&["https://", "HTTPS://", "http://", "//", "/\\", "\\\\", "ftp://", ""][..]);
    let user = select(&["", "", "pool1.contoso.com@", "a:b@"][..]);
    let host = [
        "pool1.contoso.com",
        "POOL1.Contoso.COM",
        "lyncweb.contoso.com",
        "evil.example",
        "pool1.contoso.com.evil.example",
        "pool1.contoso.com.",
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ];
    let (host, port) = (select(host.to_vec()), select(&["", "", ":443", ":80", ":8443"][..]));
    (scheme, user, host, port).prop_map(|(scheme, user, host, port)| format!("{scheme}{user}{host}{port}/moved"))
}

async fn online() -> (Faulty, Client) {
    let faulty = Faulty::new(&simulator());
    let client = sign_in(&faulty, Format::Json).await.expect("the password is right");
    (faulty, client)
}

/// The requests with a token, by host and scheme.
type Tokens = Arc<Mutex<Vec<(String, String)>>>;

fn note(tokens: &Tokens, request: &Request<bytes::Bytes>) {
    if request.headers().contains_key("authorization") {
        let part = |part: Option<&str>| part.unwrap_or_default().to_ascii_lowercase();
        let place = (part(request.uri().scheme_str()), part(request.uri().authority().map(Authority::as_str)));
        tokens.lock().expect("no test panics while it holds the lock").push(place);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_redirect_takes_the_token_to_the_users_hosts_alone(location in place(), status in select(&[301, 302, 303, 307, 308][..])) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let (faulty, client) = online().await;
            let tokens = Tokens::default();
            let log = Arc::clone(&tokens);
            let target = location.clone();
            faulty.plan(move |request| {
                note(&log, request);
                let is_moved = request.uri().path().ends_with("/moved");
                let json = [("content-type", "application/json")];
                Some(if is_moved { respond(200, &json, "{}") } else { respond(status, &[("location", &target)], "") })
            });
            let list = client.applications().clone().cast::<Applications2>();
            let result = client.send(list.get()).await;
            if let Err(error) = &result {
                let is_refused = matches!(
                    error,
                    Error::Refused(
                        RefusedError::ForeignHost { .. } | RefusedError::Insecure { .. } | RefusedError::Credentials { .. }
                    ) | Error::Server(_)
                );
                assert!(is_refused, "{location}: {error}");
            }
            for (scheme, authority) in tokens.lock().expect("no test panics while it holds the lock").iter() {
                let host = authority.strip_suffix(":443").unwrap_or(authority);
                assert!(scheme == "https" && TRUSTED.contains(&host), "{location}: a token went to {scheme}://{authority}");
            }
        });
    }

    #[test]
    fn a_link_of_an_application_takes_the_token_to_the_users_hosts_alone(href in place()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let (faulty, client) = online().await;
            let tokens = Tokens::default();
            let log = Arc::clone(&tokens);
            faulty.plan(move |request| {
                note(&log, request);
                Some(respond(200, &[("content-type", "application/json")], "{}"))
            });
            let base = client.applications().url().expect("a URL");
            let link = ucwa::Link::<Application>::new(href.as_str()).based_on(base);
            let result = client.send(link.get()).await;
            let places = tokens.lock().expect("no test panics while it holds the lock").clone();
            assert_eq!(result.is_ok(), places.len() == 1, "{href}: {result:?}");
            for (scheme, authority) in &places {
                let host = authority.strip_suffix(":443").unwrap_or(authority);
                assert!(scheme == "https" && TRUSTED.contains(&host), "{href}: a token went to {scheme}://{authority}");
            }
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_may_be_written_in_more_than_ascii() {
    let (faulty, client) = online().await;
    let application = client.create_application(ApplicationSettings::new("test")).await.expect("an application");
    let link = application.resource().link().expect("it has a link");
    let address = link.url().expect("it leads somewhere");
    faulty.plan(move |request| {
        if request.uri().query() == Some("who=%C3%A9") {
            return None;
        }
        let location = HeaderValue::from_bytes(format!("{}?who=\u{e9}", address.path()).as_bytes()).expect("one");
        let response = Response::builder().status(302).header("location", location);
        Some(Fault::Respond(response.body(bytes::Bytes::new()).expect("a response"), Duration::ZERO))
    });
    client.send(link.get()).await.expect("it is followed");
}
