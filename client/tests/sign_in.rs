//! Sign-in: discovery, grants, and which hosts see what.

mod support;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::{ADA, FORMATS, Fault, Faulty, SEED, password_of, respond, seen, settings, sign_in, simulator};
use tokio::time::Instant;
use ucwa::Format;
use ucwa::general::Application;
use ucwa::general::{ApplicationsInput, ApplicationsInputRequired};
use ucwa::http::Request;
use ucwa::url::Url;
use ucwa_client::{
    AnonymousMeeting, BoxError, BrowserSignIn, Client, DiscoveryProblem, Error, Password, PlainHttp, SignInError,
    SuppliedToken, TokenRequest, TokenSource,
};
use ucwa_simulator::{Options, Simulator, TokenScope};

async fn create(client: &Client) -> ucwa::Fetched<Application> {
    let input = ApplicationsInput::new(ApplicationsInputRequired {
        culture: "en-US",
        endpoint_id: "endpoint-1",
        user_agent: "test",
    });
    client.send(client.applications().post_with(input)).await.expect("an application")
}

#[tokio::test(start_paused = true)]
async fn a_password_leads_to_the_applications() {
    for format in FORMATS {
        let simulator = simulator();
        let client = sign_in(&Faulty::new(&simulator), format).await.expect("the password is right");
        assert_eq!(client.applications().href(), "https://pool1.contoso.com/ucwa/oauth/v1/applications");
        assert_eq!(
            seen(&simulator),
            [
                "GET lyncdiscoverinternal.contoso.com/",
                "GET lyncdiscover.contoso.com/",
                "GET lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root",
                "GET lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user",
                "POST lyncweb.contoso.com/WebTicket/oauthtoken",
                "GET lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user with token",
            ]
        );
        create(&client).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_an_error_that_says_so_and_does_not_repeat_it() {
    let simulator = simulator();
    let result = Client::sign_in_with(
        Faulty::new(&simulator).transport(),
        settings(Format::Json),
        ADA,
        Password::new("hunter2"),
    );
    let error = result.await.expect_err("the password is wrong");
    let Error::SignIn(reason) = &error else { panic!("{error}") };
    let SignInError::Denied { endpoint, code, .. } = &**reason else { panic!("{error}") };
    assert_eq!(code.as_deref(), Some("invalid_grant"));
    assert!(error.to_string().ends_with("invalid_grant: the credentials are wrong or expired"), "{error}");
    assert_eq!(endpoint, "https://lyncweb.contoso.com/WebTicket/oauthtoken");
    assert!(!reason.is_retryable() && !format!("{error} {error:?}").contains("hunter2"));
    assert_eq!(support::token_requests(&simulator), 1);
}

#[tokio::test(start_paused = true)]
async fn a_page_in_place_of_a_token_says_nothing_of_the_password() {
    for (headers, is_page) in [(vec![], true), (vec![("www-authenticate", "NTLM")], false)] {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let mut headers = headers;
        headers.push(("content-type", "text/html"));
        let mut is_first = true;
        faulty.plan(move |request| {
            let is_meant = support::is_token_request(request) && std::mem::take(&mut is_first);
            is_meant.then(|| respond(401, &headers, "<p>Sign in to the network</p>"))
        });
        let client = sign_in(&faulty, Format::Json).await;
        assert_eq!(client.is_ok(), is_page, "{client:?}");
        if let Err(error) = client {
            let Error::SignIn(reason) = &error else { panic!("{error}") };
            assert!(matches!(**reason, SignInError::Denied { .. }) && !error.is_retryable(), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_token_endpoint_explains_commands_no_terminal() {
    let refused = r#"{"error":"odd\u001b[31m","error_description":"not\r\n\u001b[2J you"}"#;
    let browser = r#"{"error":"invalid_grant","ms_rtc_passiveauthuri":"https://sts.contoso.com/\u001b[31m?a=b"}"#;
    for (body, expected) in [
        (refused, ": odd\u{fffd}[31m: not \u{fffd}[2J you"),
        (browser, "with a browser at `https://sts.contoso.com/%1B[31m?a=b` first"),
    ] {
        let faulty = Faulty::new(&simulator());
        faulty.plan(move |request| {
            let is_token = request.uri().path().ends_with("oauthtoken");
            is_token.then(|| respond(400, &[("content-type", "application/json")], body))
        });
        let error = sign_in(&faulty, Format::Json).await.expect_err("there is no token").to_string();
        assert!(error.contains(expected) && !error.contains(char::is_control), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn discovery_that_fails_says_where_it_looked_and_what_it_found() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    faulty.plan(|request| match request.uri().host() {
        Some("lyncdiscoverinternal.contoso.com") => Some(Fault::NotConnected),
        _ => Some(respond(502, &[("content-type", "text/html")], "<html><title>Bad gateway</title></html>")),
    });
    let error = sign_in(&faulty, Format::Json).await.expect_err("nobody is there");
    let Error::SignIn(reason) = &error else { panic!("{error}") };
    let SignInError::Discovery(discovery) = &**reason else { panic!("{error}") };
    let starts: Vec<_> = discovery.attempts.iter().map(|attempt| attempt.start.as_str()).collect();
    assert_eq!(starts, ["https://lyncdiscoverinternal.contoso.com/", "https://lyncdiscover.contoso.com/"]);
    assert!(matches!(discovery.attempts[0].problem, DiscoveryProblem::Transport(_)), "{discovery}");
    assert!(matches!(&discovery.attempts[1].problem, DiscoveryProblem::Server(error) if error.status() == 502));
    assert!(error.is_retryable() && error.to_string().contains("Bad gateway"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn plain_http_is_for_the_first_hop_and_only_on_request() {
    const ROOT: &str = r#"{"_links":{"user":{"href":"http://lyncweb.contoso.com/user"}}}"#;
    for (plain_http, attempts) in [(PlainHttp::Refused, 2), (PlainHttp::FirstHop, 4)] {
        let faulty = Faulty::new(&simulator());
        faulty.plan(|request| match request.uri().scheme_str() {
            Some("http") => Some(respond(200, &[("content-type", "application/json")], ROOT)),
            _ => Some(Fault::NotConnected),
        });
        let mut settings = settings(Format::Json);
        settings.plain_http = plain_http;
        settings.retry.attempts = 1;
        let result = Client::sign_in_with(faulty.transport(), settings, ADA, password_of(ADA)).await;
        let error = result.expect_err("where it leads is plain http, too").to_string();
        assert_eq!(faulty.count(), attempts, "{error}");
        assert_eq!(error.contains("`http://lyncweb.contoso.com/user` is not https"), attempts == 4, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn redirects_in_circles_end() {
    let faulty = Faulty::new(&simulator());
    faulty.plan(|_| {
        let body = r#"{"_links":{"redirect":{"href":"https://lyncweb.contoso.com/"}}}"#;
        Some(respond(200, &[("content-type", "application/json")], body))
    });
    let error = sign_in(&faulty, Format::Json).await.expect_err("it leads nowhere");
    assert!(error.to_string().contains("too many redirects"), "{error}");
    assert_eq!(faulty.count(), 22, "each attempt makes the first request and follows ten redirects");
}

#[tokio::test(start_paused = true)]
async fn each_host_gets_the_token_that_it_wants() {
    for format in FORMATS {
        let mut options = Options::new(SEED);
        options.topology.token_scope = TokenScope::Host;
        let simulator = Simulator::with_options(options);
        let client = sign_in(&Faulty::new(&simulator), format).await.expect("the password is right");
        create(&client).await;
        create(&client).await;
        let issuers: Vec<_> = seen(&simulator).into_iter().filter(|line| line.contains("oauthtoken")).collect();
        assert_eq!(
            issuers,
            ["POST lyncweb.contoso.com/WebTicket/oauthtoken", "POST pool1.contoso.com/WebTicket/oauthtoken"]
        );
    }
}

/// Signs in as a guest of a meeting of Ada's.
async fn guest(faulty: &Faulty) -> Client {
    let ada = sign_in(faulty, Format::Json).await.expect("the password is right");
    let application = create(&ada).await;
    let meetings = application.online_meetings().embedded().expect("it is embedded").my_online_meetings();
    let input = ucwa::online_meeting::MyOnlineMeetingsInput::new();
    let meeting = ada.send(meetings.required().expect("a link").post_with(input)).await.expect("a meeting");
    let (uri, id) = (meeting.online_meeting_uri.clone().expect("a URI"), meeting.conference_id.clone().expect("an id"));
    let credentials = AnonymousMeeting::new(uri.to_string(), id);
    let guest = Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, credentials).await;
    guest.expect("it is right")
}

#[tokio::test(start_paused = true)]
async fn a_guest_of_a_meeting_stays_the_same_when_the_token_is_renewed() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let guest = guest(&faulty).await;
    let link = create(&guest).await.link().expect("it has a link");
    support::pass(Duration::from_secs(20 * 60)).await;
    guest.send(link.get()).await.expect("the application is there");
    support::pass(Duration::from_secs(25 * 60)).await;
    guest.send(link.get()).await.expect("the application is there");
    support::pass(Duration::from_secs(20 * 60)).await;
    guest.send(link.get()).await.expect("the application is that of the same guest");
    assert_eq!(support::token_requests(&simulator), 3, "one for ada, one for the guest, one renewal");
}

#[tokio::test(start_paused = true)]
async fn a_browser_signs_in_where_the_server_says() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let result = Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, BrowserSignIn::new()).await;
    let error = result.expect_err("nobody has signed in");
    let Error::SignIn(reason) = &error else { panic!("{error}") };
    let SignInError::BrowserSignInRequired { address } = &**reason else { panic!("{error}") };
    let account = &Options::new(SEED).accounts[0];
    let form = format!("username={ADA}&password={}", account.password);
    let request = Request::post(address.as_str()).header("content-type", "application/x-www-form-urlencoded");
    let response = simulator.handle(request.body(form.into()).expect("a request")).await.expect("a response");
    let cookie =
        response.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
    let credentials = BrowserSignIn::new().with_cookie(cookie);
    let client = Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, credentials).await;
    create(&client.expect("the browser has signed in")).await;
}

/// Tokens from a directory.
struct Directory(Simulator);

impl TokenSource for Directory {
    fn token(
        &self,
        request: TokenRequest,
    ) -> Pin<Box<dyn Future<Output = Result<SuppliedToken, BoxError>> + Send + '_>> {
        Box::pin(async move {
            assert!(request.origin.as_str().ends_with(".contoso.com"), "{request:?}");
            Ok(SuppliedToken::new(self.0.issue_token(ADA)?).with_lifetime(Duration::from_secs(3600)))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_can_come_from_elsewhere() {
    let simulator = simulator();
    let transport = Faulty::new(&simulator).transport();
    let client = Client::sign_in_with(transport, settings(Format::Json), ADA, Directory(simulator.clone())).await;
    create(&client.expect("the token is good")).await;
    assert_eq!(support::token_requests(&simulator), 0);
}

#[tokio::test(start_paused = true)]
async fn discovery_can_begin_elsewhere() {
    let simulator = simulator();
    let mut settings = settings(Format::Json);
    settings.discovery =
        Some(Url::parse("https://LyncWeb.contoso.com/Autodiscover/AutodiscoverService.svc/root").expect("a URL"));
    let client = Client::sign_in_with(Faulty::new(&simulator).transport(), settings, ADA, password_of(ADA)).await;
    create(&client.expect("the password is right")).await;
    assert!(seen(&simulator).iter().all(|line| !line.contains("lyncdiscover")));
}

/// What fails once, and what it fails by.
type Passing = (&'static str, fn() -> Fault);

/// All that passes in a step of the sign-in.
const PASSING: [Passing; 6] = [
    ("refused connection", || Fault::NotConnected),
    ("cut before the server acts", || Fault::CutBefore),
    ("cut after the server acts", || Fault::CutAfter),
    ("busy", || respond(503, &[("retry-after", "20")], "")),
    ("too many", || respond(429, &[("retry-after", "20")], "")),
    ("bad gateway", || respond(504, &[("content-type", "text/html")], "<p>Busy</p>")),
];

#[tokio::test(start_paused = true)]
async fn what_passes_is_repeated_in_each_step_of_the_sign_in() {
    const STEPS: [&str; 4] = ["/", "/Autodiscover/AutodiscoverService.svc/root", "oauth/user", "/WebTicket/oauthtoken"];
    for format in FORMATS {
        for ((name, fault), step) in PASSING.into_iter().flat_map(|passing| STEPS.map(|step| (passing, step))) {
            let faulty = Faulty::new(&simulator());
            let mut failed = false;
            faulty.plan(move |request| {
                let is_there = request.uri().host() != Some("lyncdiscoverinternal.contoso.com");
                let is_meant = is_there && request.uri().path().ends_with(step) && !failed;
                failed |= is_meant;
                is_meant.then(fault)
            });
            let begin = Instant::now();
            let client = sign_in(&faulty, format).await.unwrap_or_else(|error| panic!("{name} at {step}: {error}"));
            create(&client).await;
            let waits = name == "busy" || name == "too many";
            assert!(!waits || begin.elapsed() >= Duration::from_secs(20), "{name} at {step}: {:?}", begin.elapsed());
            assert!(begin.elapsed() < Duration::from_secs(30), "{name} at {step}: {:?}", begin.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_ends_the_sign_in_after_as_many_tries_as_the_policy_says() {
    for attempts in [1, 4] {
        let faulty = Faulty::new(&simulator());
        faulty.plan(|request| support::is_token_request(request).then(|| respond(503, &[], "")));
        let mut settings = settings(Format::Json);
        settings.retry.attempts = attempts;
        let error = Client::sign_in_with(faulty.transport(), settings, ADA, password_of(ADA)).await;
        assert!(error.expect_err("the server is busy").is_retryable());
        // Four requests lead there.
        assert_eq!(faulty.count(), 4 + attempts as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_too_long_a_wait_is_not_waited_for() {
    let faulty = Faulty::new(&simulator());
    faulty.plan(|request| support::is_token_request(request).then(|| respond(503, &[("retry-after", "3600")], "")));
    let begin = Instant::now();
    let error = sign_in(&faulty, Format::Json).await.expect_err("the server is busy");
    assert_eq!((error.retry_after(), begin.elapsed()), (Some(Duration::from_secs(3600)), Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn whatever_lifetime_a_token_has_it_can_be_used() {
    const LIFETIMES: [(&str, bool); 12] = [
        (r#","expires_in":0"#, false),
        (r#","expires_in":1"#, true),
        (r#","expires_in":"1""#, true),
        (r#","expires_in":18446744073709551615"#, false),
        (r#","expires_in":"18446744073709551615""#, false),
        (r#","expires_in":99999999999999999999999"#, false),
        (r#","expires_in":1e300"#, false),
        (r#","expires_in":-1"#, false),
        (r#","expires_in":"-1""#, false),
        (r#","expires_in":"soon""#, false),
        (r#","expires_in":null"#, false),
        ("", false),
    ];
    for (lifetime, ends) in LIFETIMES {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let server = simulator.clone();
        faulty.plan(move |request| {
            support::is_token_request(request).then(|| {
                let token = server.issue_token(ADA).expect("a user");
                let body = format!(r#"{{"access_token":"{token}"{lifetime}}}"#);
                respond(200, &[("content-type", "application/json")], &body)
            })
        });
        let client = sign_in(&faulty, Format::Json).await.unwrap_or_else(|error| panic!("{lifetime}: {error}"));
        let link = create(&client).await.link().expect("it has a link");
        for _ in 0..3 {
            support::pass(Duration::from_secs(60)).await;
            client.send(link.get()).await.unwrap_or_else(|error| panic!("{lifetime}: {error}"));
        }
        let before = faulty.count();
        client.send(link.get()).await.expect("it is there");
        support::pass(Duration::from_secs(2)).await;
        client.send(link.get()).await.expect("it is there");
        let renewals = faulty.count() - before - 2;
        assert_eq!(renewals, usize::from(ends), "{lifetime}: a token that does not end is not renewed");
    }
}

/// A source that has a token of ten minutes for each of two hosts, and is silent after that.
struct TwoTokens(Simulator, AtomicUsize);

impl TokenSource for TwoTokens {
    fn token(&self, _: TokenRequest) -> Pin<Box<dyn Future<Output = Result<SuppliedToken, BoxError>> + Send + '_>> {
        Box::pin(async {
            if self.1.fetch_add(1, Ordering::SeqCst) >= 2 {
                std::future::pending::<()>().await;
            }
            Ok(SuppliedToken::new(self.0.issue_token(ADA)?).with_lifetime(Duration::from_secs(600)))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_good_token_is_used_while_the_source_of_the_next_one_is_silent() {
    let simulator = simulator();
    let transport = Faulty::new(&simulator).transport();
    let source = TwoTokens(simulator.clone(), AtomicUsize::new(0));
    let client = Client::sign_in_with(transport, settings(Format::Json), ADA, source).await.expect("there is one");
    let link = create(&client).await.link().expect("it has a link");
    support::pass(Duration::from_secs(550)).await;
    let begin = Instant::now();
    for _ in 0..2 {
        let found = tokio::time::timeout(Duration::from_secs(40), client.send(link.get())).await;
        found.expect("it does not wait for ever").expect("the token is good");
    }
    assert_eq!(begin.elapsed(), Duration::from_secs(30));
}

/// A source whose tokens live for as long as there are clocks.
struct Eternal(Simulator);

impl TokenSource for Eternal {
    fn token(&self, _: TokenRequest) -> Pin<Box<dyn Future<Output = Result<SuppliedToken, BoxError>> + Send + '_>> {
        Box::pin(async { Ok(SuppliedToken::new(self.0.issue_token(ADA)?).with_lifetime(Duration::MAX)) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_may_live_for_ever() {
    let simulator = simulator();
    let transport = Faulty::new(&simulator).transport();
    let client = Client::sign_in_with(transport, settings(Format::Json), ADA, Eternal(simulator.clone())).await;
    create(&client.expect("the token is good")).await;
}

#[tokio::test(start_paused = true)]
async fn discovery_wants_json_whatever_the_format() {
    for format in FORMATS {
        let simulator = simulator();
        sign_in(&Faulty::new(&simulator), format).await.expect("the password is right");
        let all = simulator.requests();
        let discovery = all.iter().filter(|exchange| !exchange.headers.contains_key("authorization"));
        let accepted: Vec<_> = discovery.map(|exchange| exchange.headers["accept"].clone()).collect();
        assert_eq!(accepted.len(), 5, "two hosts, two documents and a token: {accepted:?}");
        assert!(accepted.iter().all(|accept| accept == "application/json"), "{accepted:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_is_taken_in_whatever_case_it_is_written() {
    let simulator = simulator();
    for address in ["SIP:ada@contoso.com", " Sip:Ada@Contoso.COM "] {
        let client = Client::sign_in_with(
            Faulty::new(&simulator).transport(),
            settings(Format::Json),
            address,
            password_of(ADA),
        );
        client.await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_domain_leads_nowhere() {
    for address in [
        "ada@evil.example/.contoso.com",
        "ada@evil.example\\.contoso.com",
        "ada@evil.example?.contoso.com",
        "ada@evil.example#.contoso.com",
        "ada@evil.example:443/.contoso.com",
        "ada@evil.example:443",
        "sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:ABC",
        "ada@",
        "",
    ] {
        let faulty = Faulty::new(&simulator());
        let result = Client::sign_in_with(faulty.transport(), settings(Format::Json), address, password_of(ADA));
        let error = result.await.expect_err("it is no address");
        assert!(error.is_sign_in() && faulty.count() == 0, "{address}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_error_shows_what_is_secret_in_an_address() {
    for (body, path) in [
        (r#"{"_links":{"redirect":{"href":"https://ada:hunter2@lyncweb.contoso.com/user"}}}"#, "oauth/user"),
        (r#"{"rel":"user"}"#, "oauth/user"),
    ] {
        let faulty = Faulty::new(&simulator());
        faulty.plan(move |request| {
            let json = [("content-type", "application/json")];
            if request.uri().path() == "/Autodiscover/AutodiscoverService.svc/root" {
                let root = r#"{"_links":{"user":{"href":"root/oauth/user?access_token=hunter2"}}}"#;
                return Some(respond(200, &json, root));
            }
            let is_meant = request.uri().path().ends_with(path) && request.headers().contains_key("authorization");
            is_meant.then(|| respond(200, &json, body))
        });
        let error = sign_in(&faulty, Format::Json).await.expect_err("it leads nowhere");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn users_that_redirect_in_circles_end() {
    const HOSTS: [&str; 2] = ["lyncweb.contoso.com", "pool1.contoso.com"];
    for circle in [&HOSTS[..], &HOSTS[..1]] {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        faulty.plan(move |request| {
            if !request.uri().path().ends_with("/oauth/user") || !request.headers().contains_key("authorization") {
                // The other host has the same resource.
                let is_user = request.uri().path().ends_with("/oauth/user");
                let oauth =
                    "MsRtcOAuth href=\"https://lyncweb.contoso.com/WebTicket/oauthtoken\",grant_type=\"password\"";
                return is_user.then(|| respond(401, &[("www-authenticate", oauth)], ""));
            }
            let at = HOSTS.iter().position(|host| request.uri().host() == Some(host)).expect("it is a known host");
            let next = circle[(at + 1) % circle.len()];
            let path = "Autodiscover/AutodiscoverService.svc/root/oauth/user";
            let body = format!(r#"{{"rel":"user","_links":{{"redirect":{{"href":"https://{next}/{path}"}}}}}}"#);
            Some(respond(200, &[("content-type", "application/json")], &body))
        });
        let error = sign_in(&faulty, Format::Json).await.expect_err("it leads nowhere");
        assert!(error.to_string().contains("too many redirects"), "{error}");
        assert!(!error.is_retryable() && faulty.count() < 60, "{}", faulty.count());
        assert_eq!(support::token_requests(&simulator), 1, "both take the same token");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_resource_may_want_a_token_by_a_403() {
    for step in ["without a token", "with one"] {
        let faulty = Faulty::new(&simulator());
        faulty.plan(move |request| {
            let is_user = request.uri().path().ends_with("/oauth/user");
            let is_meant = request.headers().contains_key("authorization") == (step == "with one");
            let headers = [
                ("x-ms-diagnostics", "28055;source=\"fe1\";reason=\"invalid token\""),
                ("www-authenticate", "Bearer trusted_issuers=\"a@contoso.com\", client_id=\"b\""),
                ("www-authenticate", "MsRtcOAuth href=/WebTicket/oauthtoken,grant_type=\"password\""),
            ];
            (is_user && is_meant).then(|| respond(403, &headers, ""))
        });
        let result = sign_in(&faulty, Format::Json).await;
        if step == "without a token" {
            result.expect("the challenge says where to get one");
        } else {
            let error = result.expect_err("it is refused");
            let Error::SignIn(reason) = &error else { panic!("{error}") };
            assert!(matches!(&**reason, SignInError::TokenRefused { .. }), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_byte_order_mark_before_a_token_is_forgiven() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    faulty.plan(|request| support::is_token_request(request).then(|| support::edit(|text| format!("\u{feff}{text}"))));
    create(&sign_in(&faulty, Format::Json).await.expect("the password is right")).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_is_said_to_be_none() {
    for body in [
        r#"{"access_token":""}"#,
        r#"{"access_token":" "}"#,
        r#"{"access_token":null}"#,
        r#"{"access_token":7}"#,
        r#"{"access_token":"hunter2\n"}"#,
        r#"{"error":"server_error"}"#,
        "[]",
    ] {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        faulty.plan(|request| {
            support::is_token_request(request).then(|| respond(200, &[("content-type", "application/json")], body))
        });
        let error = sign_in(&faulty, Format::Json).await.expect_err("there is no token");
        let Error::SignIn(reason) = &error else { panic!("{error}") };
        assert!(matches!(&**reason, SignInError::UnreadableToken { .. }), "{body}: {error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        assert_eq!(faulty.count(), 5, "{body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_in_place_of_a_token_says_nothing_of_the_credentials() {
    for (status, media_type, body, found) in [
        (200, "text/html", "<p>Sign in to the network</p>", "text/html"),
        (404, "text/html; charset=utf-8", "<p>Not here</p>", "text/html; charset=utf-8"),
        (403, "text/plain", "Blocked", "text/plain"),
        (302, "text/html", "", "no body"),
        (502, "text/html", "<p>Bad gateway</p>", "text/html"),
        (200, "application/json", r#"{"access_token":"hunt"#, "a body that is no JSON"),
        (200, "application/json", "", "no body"),
    ] {
        for times in [3, usize::MAX] {
            let faulty = Faulty::new(&simulator());
            let mut count = 0;
            faulty.plan(move |request| {
                count += usize::from(support::is_token_request(request));
                let is_meant = support::is_token_request(request) && count <= times;
                is_meant.then(|| respond(status, &[("content-type", media_type)], body))
            });
            let result = sign_in(&faulty, Format::Json).await;
            if times == 3 {
                create(&result.expect("the fourth time it is a token")).await;
                continue;
            }
            let error = result.expect_err("there is no token");
            assert!(
                error.is_retryable() && error.to_string().contains(&format!(" and {found}, not with a token")),
                "{error}"
            );
            assert!(!format!("{error} {error:?}").contains("hunt"), "{error}");
        }
    }
}

/// Everything that a sign-in waits for is a moment in which it can be dropped.
#[tokio::test(start_paused = true)]
async fn a_sign_in_that_was_dropped_at_any_moment_is_in_nobodys_way() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let mut settings = settings(Format::Json);
    settings.pace = std::num::NonZeroU32::new(1).map(ucwa_client::Pace::per_second);
    for last in 0.. {
        // Each request takes a second.
        faulty.plan(|_| Some(Fault::LateResponse));
        let sign_in = || Client::sign_in_with(faulty.transport(), settings.clone(), ADA, password_of(ADA));
        let given_up = tokio::time::timeout(Duration::from_millis(500 * last), sign_in()).await;
        faulty.plan(|_| None);
        let begin = Instant::now();
        let client = sign_in().await.expect("the password is right");
        assert!(begin.elapsed() <= Duration::from_secs(2), "{last}: {:?}", begin.elapsed());
        create(&client).await;
        if given_up.is_ok() {
            assert!(last > 10, "{last} moments");
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_of_the_sign_in_without_a_response_is_given_up() {
    for step in ["/", "/Autodiscover/AutodiscoverService.svc/root", "/WebTicket/oauthtoken", "oauth/user"] {
        for is_for_good in [true, false] {
            let faulty = Faulty::new(&simulator());
            let mut count = 0;
            faulty.plan(move |request| {
                let is_there = request.uri().host() != Some("lyncdiscoverinternal.contoso.com");
                let is_meant = is_there && request.uri().path().ends_with(step) && (is_for_good || count == 0);
                count += usize::from(is_meant);
                is_meant.then_some(Fault::Silence)
            });
            let begin = Instant::now();
            let result = sign_in(&faulty, Format::Json).await;
            assert_eq!(result.is_err(), is_for_good, "{step}: {result:?}");
            let attempts = if is_for_good { 4 } else { 1 };
            let elapsed = begin.elapsed().as_secs();
            assert!((30 * attempts..30 * attempts + 4).contains(&elapsed), "{step}: {elapsed} seconds");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_sleeps_for_a_year_renews_the_token() {
    let simulator = simulator();
    for credentials in [ucwa_client::Credentials::from(password_of(ADA)), Directory(simulator.clone()).into()] {
        let faulty = Faulty::new(&simulator);
        let transport = faulty.transport();
        let client = Client::sign_in_with(transport, settings(Format::Json), ADA, credentials).await;
        let client = client.expect("the credentials are right");
        for days in [1, 365] {
            tokio::time::advance(Duration::from_secs(days * 24 * 3600)).await;
            let before = faulty.count();
            create(&client).await;
            assert!(faulty.count() - before <= 2, "a token and an application");
        }
    }
}

/// What a server writes into addresses, in a challenge and in links.
#[tokio::test(start_paused = true)]
async fn no_address_of_a_server_commands_a_terminal() {
    const ADDRESSES: [&str; 5] = [
        "https://[\u{9b}31m",
        "https://a\u{9b}31m:x/",
        "http://\u{9b}31m/",
        "\u{9b}31m://x",
        "https://x/\u{9b}31m?token=hunter2",
    ];
    const CONTROLS: [&str; 3] = ["https://[\\u001b[31m", "http://x/\\u001b[31m", "\\u001b[31m://x"];
    let sign_in = async |step: &'static str, fault: Box<dyn Fn() -> Fault + Send>| {
        let faulty = Faulty::new(&simulator());
        faulty.plan(move |request| {
            let has_token = request.headers().contains_key("authorization");
            let path = if has_token { "with a token" } else { request.uri().path() };
            path.ends_with(step).then(&fault)
        });
        // Some are relative, and lead somewhere on the host.
        let Err(error) = sign_in(&faulty, Format::Json).await else { return };
        let shown = error.to_string();
        assert!(!shown.contains(char::is_control) && !format!("{shown} {error:?}").contains("hunter2"), "{shown:?}");
    };
    for address in ADDRESSES {
        let header = format!("MsRtcOAuth href=\"{address}\",grant_type=\"password\"");
        sign_in("oauth/user", Box::new(move || respond(401, &[("www-authenticate", &header)], ""))).await;
        for status in [301, 307] {
            sign_in("oauth/user", Box::new(move || respond(status, &[("location", address)], ""))).await;
            sign_in("with a token", Box::new(move || respond(status, &[("location", address)], ""))).await;
        }
    }
    for address in ADDRESSES.into_iter().chain(CONTROLS) {
        for rel in ["user", "redirect", "applications"] {
            let body = format!(r#"{{"rel":"user","_links":{{"{rel}":{{"href":"{address}"}}}}}}"#);
            let json = move || respond(200, &[("content-type", "application/json")], &body);
            let again = json.clone();
            sign_in("/root", Box::new(json)).await;
            sign_in("with a token", Box::new(again)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_guest_whose_old_token_nobody_knows_any_more_becomes_another_one() {
    for has_ended in [false, true] {
        let simulator = simulator();
        let faulty = Faulty::new(&simulator);
        let guest = guest(&faulty).await;
        let refused = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&refused);
        faulty.plan(move |request| {
            let is_renewal = request.body().windows(12).any(|text| text == b"ms_rtc_renew");
            let is_refused = support::is_token_request(request) && (is_renewal || has_ended);
            count.fetch_add(usize::from(is_refused), Ordering::SeqCst);
            let json = [("content-type", "application/json")];
            is_refused.then(|| respond(400, &json, r#"{"error":"invalid_grant"}"#))
        });
        let input = || {
            ApplicationsInput::new(ApplicationsInputRequired {
                culture: "en-US",
                endpoint_id: "endpoint-2",
                user_agent: "test",
            })
        };
        // As long as the token is good, nobody gives the identity up.
        support::pass(Duration::from_secs(56 * 60)).await;
        guest.send(guest.applications().post_with(input())).await.expect("the token is good");
        assert_eq!(refused.load(Ordering::SeqCst), 1);
        support::pass(Duration::from_secs(5 * 60)).await;
        for _ in 0..2 {
            let created = guest.send(guest.applications().post_with(input())).await;
            assert_eq!(created.is_err(), has_ended, "{created:?}");
        }
        assert_eq!(refused.load(Ordering::SeqCst), if has_ended { 3 } else { 2 });
    }
}
