//! The page for a person at a browser, and how it is kept current.

mod support;

use std::time::Duration;

use http::Response;
use serde_json::{Value, json};
use support::{Desk, SEED, accounts, request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use ucwa_simulator::{Options, Simulator, Topology, serve};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

async fn get(simulator: &Simulator, path: &str, headers: &[(&str, &str)]) -> Response<bytes::Bytes> {
    let url = format!("https://lyncdiscover.contoso.com{path}");
    simulator.handle(request("GET", &url, headers, b"")).await.expect("an answer")
}

/// What whoever watches gets who has a version of the snapshot.
async fn watch(simulator: &Simulator, version: &str) -> Value {
    let response = get(simulator, &format!("/simulator/watch?version={version}"), &[]).await;
    serde_json::from_slice(response.body()).expect("JSON")
}

fn version(snapshot: &Value) -> &str {
    snapshot["version"].as_str().expect("a version")
}

#[tokio::test(start_paused = true)]
async fn a_browser_gets_a_page_and_a_program_discovery() {
    let simulator = Simulator::new(SEED);
    let page = get(&simulator, "/", &[("accept", BROWSER)]).await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let policy = page.headers()["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    let text = std::str::from_utf8(page.body()).expect("text");
    for part in ["/simulator/page.css", "/simulator/page.js"] {
        assert!(text.contains(part));
        assert_eq!(get(&simulator, part, &[]).await.status(), 200);
    }
    assert!(!text.contains("http:") && !text.contains("https:"), "nothing is loaded from elsewhere");
    for accept in ["", "*/*", "application/json", "application/xml", "application/json, text/html"] {
        let headers = [("accept", accept)];
        let headers: &[(&str, &str)] = if accept.is_empty() { &[] } else { &headers };
        let document = get(&simulator, "/", headers).await;
        assert!(String::from_utf8_lossy(document.body()).contains("redirect"), "{accept}: {document:?}");
    }
    assert!(simulator.requests().iter().all(|seen| seen.headers.get("accept").is_none_or(|accept| accept != BROWSER)));
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_hears_of_a_change_when_it_happens() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let first = watch(&simulator, "").await;
    let begin = Instant::now();
    assert_eq!(version(&watch(&simulator, version(&first)).await), version(&first));
    assert_eq!(begin.elapsed(), Duration::from_secs(30), "without a change, the answer comes after the longest wait");

    let begin = Instant::now();
    let (second, ()) = tokio::join!(watch(&simulator, version(&first)), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        simulator.set_presence("ada@contoso.com", "Busy").expect("ada is a user");
    });
    assert!(begin.elapsed() < Duration::from_secs(4));
    let user = &second["users"][0];
    assert_eq!((&user["availability"], &user["chosen"]), (&json!("Busy"), &json!("Busy")));

    let (third, _) = tokio::join!(watch(&simulator, version(&second)), async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        ada.get(&ada.below("me")).await.expect(200)
    });
    let seen = &third["requests"][0];
    let expected = json!([ada.below("me"), "GET", 200, "ada@contoso.com", 0]);
    assert_eq!(json!([seen["path"], seen["method"], seen["status"], seen["user"], seen["duration"]]), expected);
}

#[tokio::test(start_paused = true)]
async fn whoever_watches_hears_of_what_happens_by_itself() {
    let simulator = Simulator::new(SEED);
    let _ada = Desk::available(&simulator, &accounts()[0]).await;
    simulator.send_message("ben@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    tokio::time::advance(Duration::from_secs(10)).await;
    let ringing = watch(&simulator, "").await;
    let invitation = &ringing["invitations"][0];
    assert_eq!(
        json!([invitation["from"], invitation["to"], invitation["state"]]),
        json!(["ben@contoso.com", "ada@contoso.com", "Connecting"])
    );
    let begin = Instant::now();
    let ended = watch(&simulator, version(&ringing)).await;
    assert_eq!(begin.elapsed(), Duration::from_secs(20), "invitations wait for 30 seconds");
    assert_ne!(ended["invitations"][0]["state"], "Connecting");
}

#[tokio::test(start_paused = true)]
async fn channels_are_shown_as_they_are() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    let shown = || {
        let of = simulator.applications().remove(0);
        (of.is_polling, of.acknowledged, of.waiting_events > 0)
    };
    assert_eq!(shown(), (false, 0, true));
    ada.poll().await;
    assert_eq!(shown(), (false, 0, false), "an answer is not acknowledged before the client follows it");
    let (_, ()) = tokio::join!(ada.poll(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(shown(), (true, 1, false));
    });
}

#[tokio::test(start_paused = true)]
async fn pages_of_other_origins_move_nothing() {
    let simulator = Simulator::new(SEED);
    let body = json!({ "user": "ada@contoso.com", "availability": "Busy" }).to_string();
    let url = "http://127.0.0.1:8080/simulator/presence";
    for (origin, status) in [("https://evil.example", 403), ("null", 403), ("http://127.0.0.1:8080", 200)] {
        let post = request("POST", url, &[("origin", origin)], body.as_bytes());
        assert_eq!(simulator.handle(post).await.expect("an answer").status(), status, "{origin}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_leads_to_the_simulator_and_is_none_of_its_own_shows_and_moves_nothing() {
    let options = || Options { topology: Topology::local("contoso.com", "http", 8080), ..Options::new(SEED) };
    let mut named = options();
    named.topology.pool = "http://ucwa.test:8080".into();
    for (options, host, status) in [
        (options(), "evil.example:8080", 403),
        (options(), "localhost.evil.example", 403),
        (options(), "127.0.0.1.evil.example", 403),
        (options(), "ucwa.test:8080", 403),
        (named, "UCWA.test:9000", 200),
        (options(), "evilcontoso.com", 403),
        (options(), "lyncdiscover.contoso.com", 200),
        (options(), "LocalHost:8080", 200),
        (options(), "simulator.localhost:9000", 200),
        (options(), "127.0.0.1:8080", 200),
        (options(), "[::1]:8080", 200),
        (options(), "192.0.2.7", 200),
    ] {
        let simulator = Simulator::with_options(options);
        for path in ["state", "watch", "faults", "effects"] {
            let get = request("GET", &format!("http://{host}/simulator/{path}"), &[], b"");
            assert_eq!(simulator.handle(get).await.expect("an answer").status(), status, "{host}: {path}");
        }
    }
}

#[tokio::test]
async fn a_server_ends_while_somebody_watches() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let options = Options { topology: Topology::local("contoso.com", "http", address.port()), ..Options::new(SEED) };
    let simulator = Simulator::with_options(options);
    let known = version(&watch(&simulator, "").await).to_owned();
    let (end, until) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(simulator, listener, async { drop(until.await) }));
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    let head = format!("GET /simulator/watch?version={known} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    // Of two requests in a row, the second waits for the first: what comes back for the first shows that both were read.
    let both = format!("GET /simulator/faults HTTP/1.1\r\nHost: {address}\r\n\r\n{head}");
    stream.write_all(both.as_bytes()).await.expect("it reads");
    let mut bytes = [0; 4096];
    assert!(stream.read(&mut bytes).await.expect("it answers") > 0);
    end.send(()).expect("it waits");
    server.await.expect("it ends");
    let mut rest = Vec::new();
    // A connection that is closed may end with an error.
    drop(stream.read_to_end(&mut rest).await);
    assert!(!String::from_utf8_lossy(&rest).contains("version"), "the watch is not answered");
}
