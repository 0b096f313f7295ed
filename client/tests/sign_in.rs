//! Sign-in: discovery, grants, and which hosts see what.

mod support;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use support::{ADA, FORMATS, Fault, Faulty, SEED, password_of, respond, seen, settings, sign_in, simulator};
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
    assert_eq!(endpoint, "https://lyncweb.contoso.com/WebTicket/oauthtoken");
    assert!(!reason.is_retryable() && !format!("{error} {error:?}").contains("hunter2"));
    assert_eq!(support::token_requests(&simulator), 1);
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

#[tokio::test(start_paused = true)]
async fn a_guest_of_a_meeting_stays_the_same_when_the_token_is_renewed() {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let ada = sign_in(&faulty, Format::Json).await.expect("the password is right");
    let application = create(&ada).await;
    let meetings = application.online_meetings().embedded().expect("it is embedded").my_online_meetings();
    let input = ucwa::online_meeting::MyOnlineMeetingsInput::new();
    let meeting = ada.send(meetings.required().expect("a link").post_with(input)).await.expect("a meeting");
    let (uri, id) = (meeting.online_meeting_uri.clone().expect("a URI"), meeting.conference_id.clone().expect("an id"));
    let guest = AnonymousMeeting::new(uri.to_string(), id);
    let guest =
        Client::sign_in_with(faulty.transport(), settings(Format::Json), ADA, guest).await.expect("it is right");
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
