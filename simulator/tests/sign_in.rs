//! Discovery, tokens and applications.

mod support;

use std::time::Duration;

use serde_json::json;
use support::{Answer, Desk, SEED, accounts, send};
use ucwa_simulator::{ConnectionError, Options, Simulator, TokenScope};

const USER: &str = "https://lyncweb.contoso.com/Autodiscover/AutodiscoverService.svc/root/oauth/user";

async fn token(simulator: &Simulator, url: &str, form: &str) -> Answer {
    send(simulator, "POST", url, &[("content-type", "application/x-www-form-urlencoded")], form.as_bytes())
        .await
        .expect("an answer")
}

async fn get(simulator: &Simulator, url: &str, token: &str) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers: &[(&str, &str)] = if token.is_empty() { &[] } else { &[("authorization", &authorization)] };
    send(simulator, "GET", url, headers, b"").await.expect("an answer")
}

/// The addresses of the token endpoint that a 401 names.
fn issuer(answer: &Answer) -> String {
    assert_eq!(answer.status(), 401, "{}", answer.text());
    let challenges: Vec<_> =
        answer.response.headers().get_all("www-authenticate").iter().filter_map(|value| value.to_str().ok()).collect();
    assert_eq!(challenges.len(), 2);
    assert!(challenges[0].starts_with("Bearer trusted_issuers="));
    let ticket = challenges[1].strip_prefix("MsRtcOAuth href=\"").expect("a ticket");
    ticket.split('"').next().expect("an address").to_owned()
}

#[tokio::test(start_paused = true)]
async fn links_lead_from_the_domain_to_the_applications() {
    let simulator = Simulator::new(SEED);
    let begin = get(&simulator, "https://LyncDiscover.contoso.com/", "").await.expect(200);
    let redirect = begin.link("redirect");
    assert!(redirect.starts_with("https://LyncWeb.contoso.com/"), "{redirect}");
    let root = get(&simulator, &redirect, "").await.expect(200);
    let user = root.link("user");
    let issuer = issuer(&get(&simulator, &user, "").await);
    let account = &accounts()[0];
    let form = format!("grant_type=password&username={}&password={}&other=1", account.address, account.password);
    let granted = token(&simulator, &issuer, &form).await.expect(200);
    assert_eq!(granted.json["token_type"], "Bearer");
    let granted = granted.json["access_token"].as_str().expect("a token").to_owned();
    let applications = get(&simulator, &user, &granted).await.expect(200).link("applications");
    assert!(applications.starts_with("https://pool1.contoso.com/"), "another host than discovery: {applications}");
}

#[tokio::test(start_paused = true)]
async fn hosts_that_nobody_plays_cannot_be_reached() {
    let simulator = Simulator::new(SEED);
    let answer = send(&simulator, "GET", "https://lyncdiscoverinternal.contoso.com/", &[], b"").await;
    let host = "lyncdiscoverinternal.contoso.com".to_owned();
    assert_eq!(answer.err(), Some(ConnectionError::UnknownHost(host)));
    get(&simulator, "https://lyncweb.contoso.com:443/autodiscover/autodiscoverservice.svc/root", "").await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn a_user_is_named_in_several_ways() {
    let simulator = Simulator::new(SEED);
    let password = &accounts()[1].password;
    for name in ["ben@contoso.com", "sip:Ben@Contoso.com", "CONTOSO\\ben", "contoso%5Cben"] {
        let form = format!("grant_type=password&username={name}&password={password}");
        token(&simulator, "https://lyncweb.contoso.com/webticket/oauthtoken", &form).await.expect(200);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_grant_is_said_as_oauth_says_it() {
    let simulator = Simulator::new(SEED);
    let cases = [
        ("grant_type=password&username=ben@contoso.com&password=wrong", "invalid_grant"),
        ("grant_type=password", "invalid_grant"),
        ("grant_type=other", "unsupported_grant_type"),
        ("", "invalid_request"),
        ("grant_type=urn:microsoft.rtc:anonmeeting&password=X&ms_rtc_conferenceuri=sip:y", "invalid_grant"),
    ];
    for (form, error) in cases {
        let answer = token(&simulator, "https://lyncweb.contoso.com/WebTicket/oauthtoken", form).await.expect(400);
        assert_eq!(answer.json, json!({ "error": error }), "{form}");
    }
    let passive =
        token(&simulator, "https://lyncweb.contoso.com/WebTicket/oauthtoken", "grant_type=urn:microsoft.rtc:passive")
            .await
            .expect(400);
    assert!(passive.json["ms_rtc_passiveauthuri"].as_str().is_some_and(|uri| uri.starts_with("https://")));
}

#[tokio::test(start_paused = true)]
async fn a_browser_signs_in_for_a_program() {
    let simulator = Simulator::new(SEED);
    let endpoint = "https://lyncweb.contoso.com/WebTicket/oauthtoken";
    let form = "grant_type=urn:microsoft.rtc:passive";
    let refused = token(&simulator, endpoint, form).await.expect(400);
    let page = refused.json["ms_rtc_passiveauthuri"].as_str().expect("an address").to_owned();
    assert!(get(&simulator, &page, "").await.expect(200).text().contains("<form"));
    let account = &accounts()[0];
    token(&simulator, &page, "username=ada@contoso.com&password=wrong").await.expect(401);
    let signed_in = format!("username={}&password={}", account.address, account.password);
    let cookie = token(&simulator, &page, &signed_in).await.expect(200).header("set-cookie").to_owned();
    let cookie = cookie.split(';').next().expect("a cookie");
    let answer = send(&simulator, "POST", endpoint, &[("cookie", cookie)], form.as_bytes()).await.expect("an answer");
    assert!(answer.expect(200).json["access_token"].is_string());
    // A browser is asked again after a day.
    tokio::time::advance(Duration::from_secs(24 * 3600)).await;
    let answer = send(&simulator, "POST", endpoint, &[("cookie", cookie)], form.as_bytes()).await.expect("an answer");
    assert_eq!(answer.expect(400).json["error"], "invalid_grant");
}

#[tokio::test(start_paused = true)]
async fn requests_are_logged_with_what_became_of_them() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::new(&simulator, &accounts()[0]).await;
    simulator.clear_requests();
    desk.get(&desk.below("me")).await.expect(200);
    desk.get(&desk.below("nowhere")).await.expect(404);
    let seen: Vec<_> = simulator.requests().iter().map(|seen| (seen.uri.path().to_owned(), seen.status())).collect();
    assert_eq!(seen, [(desk.below("me"), Some(200)), (desk.below("nowhere"), Some(404))]);
    assert_eq!(simulator.requests()[0].headers["authorization"], format!("Bearer {}", desk.token));
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_and_can_be_revoked() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::new(&simulator, &accounts()[0]).await;
    tokio::time::advance(Duration::from_secs(8 * 3600 - 1)).await;
    get(&simulator, USER, &desk.token).await.expect(200);
    tokio::time::advance(Duration::from_secs(1)).await;
    issuer(&get(&simulator, USER, &desk.token).await);
    let token = simulator.issue_token("ada@contoso.com").expect("ada is a user");
    get(&simulator, USER, &token).await.expect(200);
    simulator.revoke_tokens("ada@contoso.com").expect("ada is a user");
    issuer(&get(&simulator, USER, &token).await);
}

#[tokio::test(start_paused = true)]
async fn each_host_can_want_a_token_of_its_own() {
    let mut options = Options::new(SEED);
    options.topology.token_scope = TokenScope::Host;
    let simulator = Simulator::with_options(options);
    let account = &accounts()[0];
    let form = format!("grant_type=password&username={}&password={}", account.address, account.password);
    let web = issuer(&get(&simulator, USER, "").await);
    let of_web =
        token(&simulator, &web, &form).await.expect(200).json["access_token"].as_str().expect("a token").to_owned();
    let applications = get(&simulator, USER, &of_web).await.expect(200).link("applications");
    let pool = issuer(&get(&simulator, &applications, &of_web).await);
    assert_ne!(pool, web);
    let of_pool =
        token(&simulator, &pool, &form).await.expect(200).json["access_token"].as_str().expect("a token").to_owned();
    issuer(&get(&simulator, USER, &of_pool).await);
    get(&simulator, &applications, &of_pool).await.expect(405);
}

#[tokio::test(start_paused = true)]
async fn an_anonymous_token_keeps_its_identity_when_it_is_renewed() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::new(&simulator, &accounts()[0]).await;
    let meeting =
        ada.post(&ada.below("onlineMeetings/myOnlineMeetings"), &json!({ "subject": "x" })).await.expect(201).json;
    let form = format!(
        "grant_type=urn:microsoft.rtc:anonmeeting&password={}&ms_rtc_conferenceuri={}",
        meeting["conferenceId"].as_str().expect("an id"),
        meeting["onlineMeetingUri"].as_str().expect("an address"),
    );
    let endpoint = "https://lyncweb.contoso.com/WebTicket/oauthtoken";
    let first =
        token(&simulator, endpoint, &form).await.expect(200).json["access_token"].as_str().expect("a token").to_owned();
    let guest = Desk::with_token(&simulator, first.clone(), "anonApplications", "").await;
    let renewed = token(&simulator, endpoint, &format!("{form}&ms_rtc_renew={first}")).await.expect(200);
    let renewed = renewed.json["access_token"].as_str().expect("a token").to_owned();
    assert_ne!(renewed, first);
    let again = Desk { token: renewed, ..guest.clone() };
    again.get(&again.below("me")).await.expect(200);
    let other =
        token(&simulator, endpoint, &form).await.expect(200).json["access_token"].as_str().expect("a token").to_owned();
    let other = Desk { token: other, ..guest.clone() };
    assert_eq!(other.get(&other.below("me")).await.expect(404).json["subcode"], "ApplicationNotFound");

    // The token of a user, or of who came for another meeting, makes nobody who they are not.
    let elsewhere =
        ada.post(&ada.below("onlineMeetings/myOnlineMeetings"), &json!({ "subject": "y" })).await.expect(201).json;
    let elsewhere = format!(
        "grant_type=urn:microsoft.rtc:anonmeeting&password={}&ms_rtc_conferenceuri={}",
        elsewhere["conferenceId"].as_str().expect("an id"),
        elsewhere["onlineMeetingUri"].as_str().expect("an address"),
    );
    for (form, old, desk) in [(&form, &ada.token, &ada), (&elsewhere, &first, &guest)] {
        let granted = token(&simulator, endpoint, &format!("{form}&ms_rtc_renew={old}")).await.expect(200);
        let stranger = granted.json["access_token"].as_str().expect("a token").to_owned();
        let stranger = Desk { token: stranger, ..desk.clone() };
        stranger.get(&stranger.below("me")).await.expect(404);
    }
    let unknown = format!("grant_type=urn:microsoft.rtc:anonmeeting&ms_rtc_renew={first}");
    token(&simulator, endpoint, &unknown).await.expect(400);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_has_one_application_and_a_user_only_so_many() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::new(&simulator, &accounts()[0]).await;
    let input = |endpoint: usize| json!({ "userAgent": "x", "culture": "en-US", "endpointId": endpoint.to_string() });
    let applications = "/ucwa/oauth/v1/applications";
    desk.post(applications, &input(1)).await.expect(201);
    desk.post(applications, &input(1)).await.expect(200);
    for endpoint in 2..20 {
        desk.post(applications, &input(endpoint)).await.expect(201);
    }
    let answer = desk.post(applications, &input(20)).await.expect(410);
    assert_eq!(answer.json["subcode"], "TooManyApplications");
    // Another user may use the same endpoint id.
    Desk::with_token(&simulator, simulator.issue_token("ben@contoso.com").expect("a user"), "applications", "1").await;
    let listed = desk.send("GET", applications, &[("x-ms-requiresminresourceversion", "2")], b"").await.expect(200);
    assert_eq!(listed.json["_embedded"]["application"].as_array().map(Vec::len), Some(20));
}

#[tokio::test(start_paused = true)]
async fn nobody_sees_the_application_of_somebody_else() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::new(&simulator, &accounts()[0]).await;
    let ben = Desk::new(&simulator, &accounts()[1]).await;
    let answer = ben.get(&ada.below("me")).await.expect(404);
    assert_eq!(answer.json["subcode"], "ApplicationNotFound");
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_and_requests_give_the_same_bytes() {
    let mut runs = Vec::new();
    for seed in [3, 3, 4] {
        let simulator = Simulator::new(seed);
        let account = &Options::new(seed).accounts[0];
        let desk = Desk::new(&simulator, account).await;
        desk.post(&desk.below("me/makeMeAvailable"), &json!({})).await.expect(204);
        let answer = desk.get(&desk.below("me/callForwardingSettings")).await;
        runs.push(format!("{} {:?}", desk.application, answer.response));
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test(start_paused = true)]
async fn the_scheme_of_a_user_name_is_read_in_any_case() {
    let simulator = Simulator::new(SEED);
    let account = &accounts()[0];
    for name in ["sip:ada@contoso.com", "SIP:Ada@contoso.com", "Sip:ada@contoso.com "] {
        let form = form_urlencoded::Serializer::new("grant_type=password".to_owned())
            .append_pair("username", name)
            .append_pair("password", &account.password)
            .finish();
        token(&simulator, "https://lyncweb.contoso.com/WebTicket/oauthtoken", &form).await.expect(200);
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_asked_for_again_goes_on_living() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::new(&simulator, &accounts()[0]).await;
    tokio::time::sleep(Duration::from_secs(29 * 60)).await;
    let again = Desk::with_token(&simulator, desk.token.clone(), "applications", &accounts()[0].address).await;
    assert_eq!(again.below(""), desk.below(""), "the endpoint has one");
    tokio::time::sleep(Duration::from_secs(2 * 60)).await;
    desk.get(&desk.below("me")).await.expect(200);
}
