//! Windows sign-in, by NTLM and by whatever the caller has.

#![cfg(feature = "ntlm")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use support::{ADA, FORMATS, Faulty, SEED, pass, respond, settings, simulator};
use ucwa::Format;
use ucwa::http::Request;
use ucwa_client::{
    ApplicationSettings, BoxError, Client, Error, Ntlm, SameConnection, SignInError, WindowsHandshake, WindowsRequest,
    WindowsScheme, WindowsSecurity, WindowsSignIn, WindowsToken,
};
use ucwa_simulator::{ConnectionId, Options, Simulator};

fn password() -> String {
    Options::new(SEED).accounts[0].password.clone()
}

/// How many requests the token endpoint received.
fn requests(simulator: &Simulator) -> usize {
    support::seen(simulator).iter().filter(|line| line.contains("/WebTicket/oauthtoken")).count()
}

/// Tells the simulator which requests came over the same connection, as a port does.
fn by_connection(faulty: &Faulty) -> ucwa_client::Transport {
    let connections = Arc::new(Mutex::new(0_u64));
    let count = tower::layer::layer_fn(move |service: ucwa_client::Transport| {
        let connections = Arc::clone(&connections);
        tower::ServiceExt::<Request<Bytes>>::map_request(service, move |mut request: Request<Bytes>| {
            let next = || {
                let mut connections = connections.lock().expect("no test panics while it holds the lock");
                *connections += 1;
                Ok::<_, ()>(*connections)
            };
            let same = request.extensions().get::<SameConnection>().map(|same| same.get_or_make(next));
            let id = same.unwrap_or_else(next).expect("a number");
            request.extensions_mut().insert(ConnectionId(id));
            request
        })
    });
    faulty.transport().layer(count)
}

#[tokio::test(start_paused = true)]
async fn a_windows_account_signs_in_over_one_connection() {
    for format in FORMATS {
        for name in ["CONTOSO\\ada", "ada@contoso.com"] {
            let simulator = simulator();
            let transport = by_connection(&Faulty::new(&simulator));
            let client = Client::sign_in_with(transport, settings(format), ADA, Ntlm::new(name, password())).await;
            let client = client.expect("the password is right");
            let application = client.create_application(ApplicationSettings::new("test")).await.expect("ada's");
            assert_eq!(simulator.applications()[0].user, ADA);
            assert_eq!(requests(&simulator), 3, "what it takes, the challenge, the proof");
            pass(Duration::from_secs(8 * 3600 - 60)).await;
            application.refresh().await.expect_err("the application has expired, and the token was renewed");
            assert_eq!(requests(&simulator), 6);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_said_to_be_one() {
    let simulator = simulator();
    let transport = by_connection(&Faulty::new(&simulator));
    let result = Client::sign_in_with(transport, settings(Format::Json), ADA, Ntlm::new("CONTOSO\\ada", "hunter2"));
    let error = result.await.expect_err("the password is wrong");
    let Error::SignIn(reason) = &error else { panic!("{error}") };
    assert!(matches!(&**reason, SignInError::Denied { status, .. } if status.as_u16() == 401), "{error}");
    assert!(!error.is_retryable() && !format!("{error:?}").contains("hunter2"));
    assert_eq!(requests(&simulator), 3, "it is not tried again");
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_proxy_within_the_handshake_says_nothing_of_the_password() {
    for leg in 1..=3 {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let mut count = 0;
        faulty.plan(move |request| {
            count += usize::from(support::is_token_request(request));
            let is_meant = support::is_token_request(request) && count == leg;
            is_meant.then(|| respond(401, &[("content-type", "text/html")], "<p>Sign in to the network</p>"))
        });
        let credentials = Ntlm::new("CONTOSO\\ada", password());
        let client = Client::sign_in_with(by_connection(&faulty), settings(Format::Json), ADA, credentials).await;
        assert!(client.is_ok(), "{leg}: {client:?}");
    }
}

/// Proofs of the caller's own: each round is a letter.
struct Letters(&'static [&'static str]);

struct Round(std::slice::Iter<'static, &'static str>);

impl WindowsSecurity for Letters {
    fn begin(&self, request: WindowsRequest) -> Result<Box<dyn WindowsHandshake>, BoxError> {
        assert_eq!(request.origin.as_str(), "https://lyncweb.contoso.com");
        assert_eq!(request.schemes, [WindowsScheme::Negotiate, WindowsScheme::Ntlm]);
        Ok(Box::new(Round(self.0.iter())))
    }
}

impl WindowsHandshake for Round {
    fn scheme(&self) -> WindowsScheme {
        WindowsScheme::Negotiate
    }

    fn next<'a>(&'a mut self, received: Option<&'a [u8]>) -> WindowsToken<'a> {
        let next = self.0.next().map(|letter| [letter.as_bytes(), received.unwrap_or_default()].concat());
        Box::pin(std::future::ready(next.ok_or_else(|| "no ticket".into())))
    }
}

/// A token endpoint that repeats each token, until it sees the one that is wanted.
fn endpoint(wanted: &'static str) -> impl FnMut(&Request<Bytes>) -> Option<support::Fault> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    move |request| {
        if !support::is_token_request(request) {
            return None;
        }
        let Some(header) = request.headers().get("authorization") else {
            return Some(respond(401, &[("www-authenticate", "Negotiate, NTLM"), ("www-authenticate", "NTLM")], ""));
        };
        let token = header.to_str().expect("text").strip_prefix("Negotiate ").expect("the scheme");
        if STANDARD.decode(token).expect("base64") == wanted.as_bytes() {
            let body = r#"{"access_token":"cwt=AAEB","expires_in":3600}"#;
            return Some(respond(200, &[("content-type", "application/json")], body));
        }
        Some(respond(401, &[("www-authenticate", &format!("Negotiate {token}"))], ""))
    }
}

#[tokio::test(start_paused = true)]
async fn proofs_can_come_from_elsewhere() {
    for (letters, wanted, is_granted) in
        [(&["a"][..], "a", true), (&["a", "b", "c"], "cba", true), (&["a", "b"], "cba", false), (&["a"; 9], "", false)]
    {
        let faulty = Faulty::new(&simulator());
        faulty.plan(endpoint(wanted));
        let credentials = WindowsSignIn::new(Letters(letters));
        let result = Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, credentials).await;
        let Err(Error::SignIn(error)) = result else { panic!("the simulator does not know the token: {result:?}") };
        let is_refused_later = matches!(&*error, SignInError::TokenRefused { .. });
        assert_eq!(is_refused_later, is_granted, "{letters:?}: {error}");
        match &*error {
            SignInError::Windows { source, .. } => {
                assert_eq!((letters.len(), source.to_string().as_str()), (2, "no ticket"));
            }
            SignInError::Denied { .. } => assert_eq!(letters.len(), 9, "it does not go on for ever"),
            other => assert!(is_granted, "{other}"),
        }
    }
}

/// Proofs where the host has to prove who it is, too.
struct Mutual;

impl WindowsSecurity for Mutual {
    fn begin(&self, _: WindowsRequest) -> Result<Box<dyn WindowsHandshake>, BoxError> {
        Ok(Box::new(Self))
    }
}

impl WindowsHandshake for Mutual {
    fn scheme(&self) -> WindowsScheme {
        WindowsScheme::Negotiate
    }

    fn next<'a>(&'a mut self, _: Option<&'a [u8]>) -> WindowsToken<'a> {
        Box::pin(std::future::ready(Ok(b"ticket".to_vec())))
    }

    fn finish(&mut self, received: Option<&[u8]>) -> Result<(), BoxError> {
        match received {
            Some(b"proof") => Ok(()),
            Some(_) => Err("the host is another one".into()),
            None => Err("the host does not say who it is".into()),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_used_once_the_host_has_proved_who_it_is() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let negotiate = |token: &str| Some(format!("Negotiate {}", STANDARD.encode(token)));
    for (status, last, expected) in [
        (200, negotiate("proof"), "refuses a token that was issued for it"),
        (200, negotiate("proof of another"), "the host is another one"),
        (200, Some("Negotiate ???".to_owned()), "the host does not say who it is"),
        (200, Some("Negotiate".to_owned()), "the host does not say who it is"),
        (200, Some(format!("NTLM {}", STANDARD.encode("proof"))), "the host does not say who it is"),
        (200, None, "the host does not say who it is"),
        (400, None, "responded with 400 Bad Request"),
        (401, None, "responded with 401 Unauthorized"),
    ] {
        let faulty = Faulty::new(&simulator());
        let token = Arc::new(Mutex::new(0));
        let seen = Arc::clone(&token);
        faulty.plan(move |request| {
            if !support::is_token_request(request) {
                let is_shown = request.headers().get("authorization").is_some_and(|shown| shown == "Bearer cwt=AAEB");
                *seen.lock().expect("no test panics while it holds the lock") += usize::from(is_shown);
                return None;
            }
            if !request.headers().contains_key("authorization") {
                return Some(respond(401, &[("www-authenticate", "Negotiate")], ""));
            }
            let mut headers = vec![("content-type", "application/json")];
            headers.extend(last.as_deref().map(|last| ("www-authenticate", last)));
            let body = if status == 200 { r#"{"access_token":"cwt=AAEB","expires_in":3600}"# } else { "{}" };
            Some(respond(status, &headers, body))
        });
        let credentials = WindowsSignIn::new(Mutual);
        let result = Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, credentials).await;
        let error = result.expect_err("the simulator does not know the token").to_string();
        assert!(error.contains(expected), "{error}");
        let shown = *token.lock().expect("no test panics while it holds the lock");
        assert_eq!(shown, usize::from(expected.contains("refuses")), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_wants_no_windows_account_is_said_to_want_none() {
    for challenge in ["Basic realm=\"contoso\"", ""] {
        let faulty = Faulty::new(&simulator());
        faulty.plan(move |request| {
            let challenges: &[_] = if challenge.is_empty() { &[] } else { &[("www-authenticate", challenge)] };
            support::is_token_request(request).then(|| respond(401, challenges, ""))
        });
        for credentials in [Ntlm::new("CONTOSO\\ada", "hunter2").into(), WindowsSignIn::new(Mutual)] {
            let before = faulty.count();
            let result = Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, credentials).await;
            let error = result.expect_err("there is no way to sign in");
            let Error::SignIn(reason) = &error else { panic!("{error}") };
            let SignInError::NoGrant { offered, wanted, .. } = &**reason else { panic!("{error}") };
            assert_eq!((offered.len(), *wanted), (usize::from(!challenge.is_empty()), "urn:microsoft.rtc:windows"));
            assert!(!error.is_retryable() && faulty.count() - before == 5, "it is not tried again");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_was_dropped_at_any_moment_is_in_nobodys_way() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let transport = by_connection(&faulty);
    let sign_in = || {
        let account = Ntlm::new("CONTOSO\\ada", password());
        Client::sign_in_with(transport.clone(), settings(Format::Json), ADA, account)
    };
    for last in 0.. {
        // Each request takes a second.
        faulty.plan(|_| Some(support::Fault::LateResponse));
        let given_up = tokio::time::timeout(Duration::from_millis(500 * last), sign_in()).await;
        faulty.plan(|_| None);
        sign_in().await.expect("the password is right");
        if given_up.is_ok() {
            assert!(last >= 14, "{last} moments");
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn many_requests_wait_for_one_handshake() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let account = Ntlm::new("CONTOSO\\ada", password());
    let client = Client::sign_in_with(by_connection(&faulty), settings(Format::Json), ADA, account).await;
    let client = client.expect("the password is right");
    let application = Arc::new(client.create_application(ApplicationSettings::new("test")).await.expect("ada's"));
    for dropped in 0..10 {
        simulator.revoke_tokens(ADA).expect("a user");
        let before = requests(&simulator);
        faulty.plan(|request| support::is_token_request(request).then_some(support::Fault::LateResponse));
        let refresh = || {
            let application = Arc::clone(&application);
            tokio::spawn(async move { application.refresh().await })
        };
        let waiting: Vec<_> = (0..10).map(|_| refresh()).collect();
        pass(Duration::from_millis(1500)).await;
        // Whoever drives the handshake, the others go on with it.
        waiting[dropped].abort();
        for (number, waiting) in waiting.into_iter().enumerate() {
            let result = waiting.await;
            assert_eq!(matches!(result, Ok(Ok(()))), number != dropped, "{number}: {result:?}");
        }
        assert_eq!(requests(&simulator) - before, 3);
    }
}
