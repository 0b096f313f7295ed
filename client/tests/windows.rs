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
