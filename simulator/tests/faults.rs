//! What can be made to go wrong does.

mod support;

use std::io::{Read, Write};
use std::time::Duration;

use http::Response;
use serde_json::{Value, json};
use support::{Desk, SEED, accounts, request};
use tokio::time::Instant;
use ucwa_simulator::{ConnectionError, Effect, Fault, Options, Schedule, Simulator, Topology, serve};

async fn desk() -> Desk {
    Desk::available(&Simulator::new(SEED), &accounts()[0]).await
}

/// What a GET of the user's own resource gives, which `ucwa` need not know.
async fn me(desk: &Desk) -> Result<Response<bytes::Bytes>, ConnectionError> {
    let authorization = format!("Bearer {}", desk.token);
    let headers = [("authorization", authorization.as_str()), ("accept", desk.accept.as_str())];
    desk.simulator.handle(request("GET", &desk.url(&desk.below("me")), &headers, b"")).await
}

async fn me_with(desk: &Desk, effect: Effect) -> Response<bytes::Bytes> {
    desk.simulator.inject(Fault::new(effect).on("me"));
    me(desk).await.expect("an answer")
}

fn parsed(response: &Response<bytes::Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("JSON")
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_cut_before_or_after_the_server_acted() {
    let desk = desk().await;
    let note = desk.below("me/note");
    let authorization = format!("Bearer {}", desk.token);
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    for (effect, expected) in [(Effect::CutBefore, ""), (Effect::CutAfter, "kept")] {
        desk.simulator.inject(Fault::new(effect).on("note").with_method("POST"));
        let post = request("POST", &desk.url(&note), &headers, br#"{"message":"kept"}"#);
        assert_eq!(desk.simulator.handle(post).await.err(), Some(ConnectionError::Cut));
        assert_eq!(desk.get(&note).await.json["message"], expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_can_wait_for_ever_or_for_a_while() {
    let desk = desk().await;
    desk.simulator.inject(Fault::new(Effect::HalfOpen).on("me"));
    assert!(tokio::time::timeout(Duration::from_secs(1000), me(&desk)).await.is_err());
    let begin = Instant::now();
    assert_eq!(me_with(&desk, Effect::Latency { milliseconds: 1500 }).await.status(), 200);
    assert_eq!(begin.elapsed(), Duration::from_millis(1500));
    assert!(desk.simulator.faults().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_server_can_fail_in_its_own_words_and_a_proxy_in_others() {
    let desk = desk().await;
    let effect =
        Effect::Error { status: 500, code: "ServiceFailure".into(), subcode: Some("CallbackChannelError".into()) };
    let response = me_with(&desk, effect).await;
    assert_eq!((response.status().as_u16(), &parsed(&response)["subcode"]), (500, &json!("CallbackChannelError")));
    for value in ["7", "Mon, 05 Jan 2026 09:30:00 GMT", "99999999999999999999"] {
        let response = me_with(&desk, Effect::RetryAfter { status: 503, value: value.into() }).await;
        assert_eq!(
            (response.status().as_u16(), &response.headers()["retry-after"]),
            (503, &value.parse().expect("a value"))
        );
    }
    let response = me_with(&desk, Effect::Proxy { status: 502 }).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (502, &"text/html".parse().expect("a value"))
    );
    let response = me_with(&desk, Effect::Unauthorized).await;
    assert_eq!((response.status().as_u16(), response.headers().get_all("www-authenticate").iter().count()), (401, 2));
    let response = me_with(&desk, Effect::InvalidToken).await;
    assert!(response.headers()["x-ms-diagnostics"].to_str().expect("text").starts_with("28055;"));
}

#[tokio::test(start_paused = true)]
async fn bodies_are_spoiled_on_their_way() {
    let desk = desk().await;
    let whole = me(&desk).await.expect("an answer").into_body();
    let response = me_with(&desk, Effect::Truncated { bytes: 20 }).await;
    assert_eq!(response.body()[..], whole[..20]);
    assert_eq!(response.headers()["content-length"], whole.len().to_string());
    assert!(std::str::from_utf8(me_with(&desk, Effect::Garbage).await.body()).is_err());
    assert!(me_with(&desk, Effect::ByteOrderMark).await.body().starts_with(b"\xef\xbb\xbf{"));
    let response = me_with(&desk, Effect::MediaType { value: "text/plain".into() }).await;
    assert_eq!(response.headers()["content-type"], "text/plain");
    assert!(me_with(&desk, Effect::Chunked).await.headers().get("content-length").is_none());
    let response = me_with(&desk, Effect::Gzip).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(response.headers()["etag"].as_bytes().starts_with(b"W/\""), "it is not the same to the byte");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&response.body()[..]).read_to_end(&mut text).expect("it was compressed");
    assert_eq!(text, whole);
}

#[tokio::test(start_paused = true)]
async fn documents_say_what_no_page_has_in_both_formats() {
    let mut desk = desk().await;
    for accept in ["application/json", "application/xml"] {
        desk.accept = accept.into();
        let cases = [
            (Effect::HostileLinks { origin: "https://evil.example".into() }, "https://evil.example/ucwa/"),
            (Effect::UnknownProperties, "simulatedNumber"),
            (Effect::UnknownRelations, "simulatedLink"),
            (Effect::WrongTypes, "7"),
        ];
        for (effect, expected) in cases {
            let text = String::from_utf8(me_with(&desk, effect.clone()).await.body().to_vec()).expect("text");
            assert!(text.contains(expected), "{effect:?}: {text}");
        }
        let text = String::from_utf8(me_with(&desk, Effect::NoProperties).await.body().to_vec()).expect("text");
        assert!(!text.contains("Ada Vale") && text.contains("makeMeAvailable"), "{text}");
        let text = String::from_utf8(me_with(&desk, Effect::NoLinks).await.body().to_vec()).expect("text");
        assert!(text.contains("Ada Vale") && !text.contains("makeMeAvailable"), "{text}");
    }
    desk.accept = "application/json".into();
    desk.simulator.inject(Fault::new(Effect::UnknownValues).on("presence"));
    let presence = desk.get(&desk.below("me/presence")).await.json;
    assert_eq!(presence["availability"], "Simulated");
}

#[tokio::test(start_paused = true)]
async fn applications_and_state_are_lost() {
    let mut desk = desk().await;
    desk.simulator.inject(Fault::new(Effect::LostState).on("events"));
    let answer = desk.get(&desk.next).await.expect(200);
    desk.next = answer.link("resume");
    desk.simulator.inject(Fault::new(Effect::LostApplication).on("events"));
    assert_eq!(desk.get(&desk.next).await.expect(404).json["subcode"], "ApplicationNotFound");
}

#[tokio::test(start_paused = true)]
async fn events_come_twice_or_have_to_be_asked_for_again() {
    let mut desk = desk().await;
    desk.until_quiet().await;
    desk.simulator.send_message("ben@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    let first = desk.poll().await;
    desk.simulator.inject(Fault::new(Effect::RepeatedEvents).on("events"));
    let again = desk.poll().await;
    assert_eq!(
        first.iter().map(|told| &told.event).collect::<Vec<_>>(),
        again.iter().map(|told| &told.event).collect::<Vec<_>>()
    );
    desk.simulator.inject(Fault::new(Effect::LostAcknowledgement).on("events"));
    let answer = desk.get(&desk.next).await.expect(200);
    let again = desk.get(&answer.link("resync")).await.expect(200);
    assert_eq!(again.events().len(), first.len());
    desk.next = again.link("next");
    desk.simulator.inject(Fault::new(Effect::UnknownEvents).on("events"));
    let authorization = format!("Bearer {}", desk.token);
    let poll =
        request("GET", &format!("{}&timeout=180", desk.url(&desk.next)), &[("authorization", &authorization)], b"");
    let response = desk.simulator.handle(poll).await.expect("an answer");
    assert_eq!(parsed(&response)["sender"][0]["events"][0]["type"], "simulated");
}

#[tokio::test(start_paused = true)]
async fn a_fault_is_for_whom_it_was_meant() {
    let ada = desk().await;
    let ben = Desk::new(&ada.simulator, &accounts()[1]).await;
    let error = || Effect::Error { status: 503, code: "ServiceUnavailable".into(), subcode: None };
    ada.simulator.inject(Fault::new(error()).of_user("ben@contoso.com").times(2));
    ada.get(&ada.below("me")).await.expect(200);
    ben.get(&ben.below("me")).await.expect(503);
    ben.get(&ben.below("people")).await.expect(503);
    ben.get(&ben.below("me")).await.expect(200);
    ada.simulator.inject(Fault::new(error()).on("contactPresence"));
    ada.get(&ada.below("me")).await.expect(200);
    ada.get(&ada.below("people/ben@contoso.com/contactPresence")).await.expect(503);
    let endpoint = "https://lyncweb.contoso.com/WebTicket/oauthtoken";
    ada.simulator.inject(Fault::new(error()).on("token"));
    assert_eq!(ada.send("POST", endpoint, &[], b"").await.status(), 503);
    ada.simulator.inject(Fault::new(error()).on("me").times(100));
    ada.simulator.clear_faults();
    ada.get(&ada.below("me")).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_repeats_exactly() {
    let mut runs = Vec::new();
    for seed in [5, 5, 6] {
        let desk = desk().await;
        let effects = [Effect::CutBefore, Effect::Proxy { status: 504 }, Effect::Garbage];
        desk.simulator.schedule_faults(Some(Schedule::new(seed, 300, effects)));
        let mut outcomes = Vec::new();
        for _ in 0..50 {
            outcomes.push(me(&desk).await.map(|response| (response.status(), response.into_body())));
        }
        desk.simulator.schedule_faults(None);
        me(&desk).await.expect("an answer");
        runs.push(outcomes);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

/// What a server on a port sends for a GET of discovery that meets a fault, until the connection is closed.
fn over_a_port(effect: Effect) -> String {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let options = Options { topology: Topology::local("contoso.com", "http", address.port()), ..Options::new(SEED) };
    let simulator = {
        let _inside = runtime.enter();
        Simulator::with_options(options)
    };
    simulator.inject(Fault::new(effect));
    runtime.spawn(serve(simulator, listener, std::future::pending()));
    let mut stream = std::net::TcpStream::connect(address).expect("it listens");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers");
    text
}

#[test]
fn on_a_port_bodies_are_cut_short_and_come_in_chunks() {
    assert_eq!(over_a_port(Effect::CutBefore), "");
    let text = over_a_port(Effect::Truncated { bytes: 7 });
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    assert_eq!(body, "{\"rel\":");
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).expect("a length");
    assert!(length.parse::<usize>().expect("a number") > 7);
    let text = over_a_port(Effect::Chunked);
    assert!(text.contains("\r\nTransfer-Encoding: chunked\r\n"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_happens_no_times_does_not_happen() {
    let simulator = Simulator::new(SEED);
    let desk = Desk::new(&simulator, &accounts()[0]).await;
    simulator.inject(Fault::new(Effect::Unauthorized).times(0));
    desk.get(&desk.below("me")).await.expect(200);
}
