//! From discovery to the event channel, by raw requests.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use ucwa_simulator::{Options, Simulator};

async fn send(simulator: &Simulator, method: &str, url: &str, token: &str, body: &str) -> Response<Bytes> {
    let request = Request::builder().method(method).uri(url);
    let request = request.header("authorization", format!("Bearer {token}")).header("content-type", "application/json");
    let request = request.body(Bytes::copy_from_slice(body.as_bytes())).expect("a request");
    simulator.handle(request).await.expect("a response")
}

#[tokio::test(start_paused = true)]
async fn a_user_signs_in_and_polls() {
    let simulator = Simulator::new(1);
    let account = Options::new(1).accounts[0].clone();
    let response = send(&simulator, "GET", "https://lyncdiscover.contoso.com/", "", "").await;
    let json: Value = serde_json::from_slice(response.body()).unwrap();
    println!("{json:#}");
    let root = json["_links"]["redirect"]["href"].as_str().unwrap();
    let json: Value = serde_json::from_slice(send(&simulator, "GET", root, "", "").await.body()).unwrap();
    let user = json["_links"]["user"]["href"].as_str().unwrap();
    let response = send(&simulator, "GET", user, "", "").await;
    println!("{response:?}");
    assert_eq!(response.status(), 401);
    let form = format!("grant_type=password&username={}&password={}", account.address, account.password);
    let response = send(&simulator, "POST", "https://lyncweb.contoso.com/WebTicket/oauthtoken", "", &form).await;
    let json: Value = serde_json::from_slice(response.body()).unwrap();
    let token = json["access_token"].as_str().unwrap().to_owned();
    let json: Value = serde_json::from_slice(send(&simulator, "GET", user, &token, "").await.body()).unwrap();
    let applications = json["_links"]["applications"]["href"].as_str().unwrap();
    let input = json!({"userAgent": "test", "endpointId": "1", "culture": "en-US"}).to_string();
    let response = send(&simulator, "POST", applications, &token, &input).await;
    println!("{response:?}");
    assert_eq!(response.status(), 201);
    let json: Value = serde_json::from_slice(response.body()).unwrap();
    println!("{json:#}");
    let events = json["_links"]["events"]["href"].as_str().unwrap();
    let events = format!("https://pool1.contoso.com{events}");
    let before = tokio::time::Instant::now();
    let response = send(&simulator, "GET", &events, &token, "").await;
    println!("{response:?} {:?}", before.elapsed());
}
