//! Each fault can be had by a call, by the control address, and by a schedule, and does the same each time.

mod support;

use std::time::Duration;

use http::Response;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Desk, SEED, accounts, link, request, schema};
use tokio::time::{Instant, timeout};
use ucwa_schema::{Method, Operation, Resource};
use ucwa_simulator::{ConnectionError, Effect, Fault, Memory, Schedule, Simulator};

/// How a fault is brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Call,
    Control,
    Schedule,
}

const WAYS: [Way; 3] = [Way::Call, Way::Control, Way::Schedule];

async fn control(simulator: &Simulator, path: &str, body: &Value) {
    let request = request("POST", &format!("http://localhost/simulator/{path}"), &[], body.to_string().as_bytes());
    let response = simulator.handle(request).await.expect("an answer");
    assert_eq!(response.status(), 200, "{response:?}");
}

/// Makes a fault happen to the next request for a resource.
async fn bring_about(simulator: &Simulator, way: Way, effect: &Effect, resource: &str) {
    let fault = Fault::new(effect.clone()).on(resource);
    match way {
        Way::Call => simulator.inject(fault),
        Way::Control => control(simulator, "faults", &json!(fault)).await,
        Way::Schedule => {
            let mut schedule = Schedule::new(3, 1000, []);
            schedule.faults.push(fault);
            simulator.schedule_faults(Some(schedule));
        }
    }
}

/// What came of a request that met a fault.
#[derive(Debug)]
struct Seen {
    /// `None` where nothing came in a thousand seconds.
    result: Option<Result<Response<bytes::Bytes>, ConnectionError>>,
    elapsed: Duration,
}

impl Seen {
    fn response(&self) -> &Response<bytes::Bytes> {
        self.result.as_ref().and_then(|result| result.as_ref().ok()).unwrap_or_else(|| panic!("no response: {self:?}"))
    }

    fn status(&self) -> u16 {
        self.response().status().as_u16()
    }

    fn header(&self, name: &str) -> &str {
        self.response().headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn body(&self) -> &[u8] {
        self.response().body()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(self.body()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The events of a response of the event channel.
    fn events(&self) -> Vec<Value> {
        let body = self.json();
        let senders = body["sender"].as_array().into_iter().flatten();
        senders.flat_map(|sender| sender["events"].as_array().cloned().unwrap_or_default()).collect()
    }

    fn is_cut(&self) -> bool {
        matches!(self.result, Some(Err(ConnectionError::Cut)))
    }
}

async fn get(desk: &Desk, href: &str) -> Seen {
    let authorization = format!("Bearer {}", desk.token);
    let request = request("GET", &desk.url(href), &[("authorization", &authorization)], b"");
    let begin = Instant::now();
    let result = timeout(Duration::from_secs(1000), desk.simulator.handle(request)).await.ok();
    Seen { result, elapsed: begin.elapsed() }
}

/// The resource on which an effect shows.
fn resource(effect: &Effect) -> &'static str {
    match effect {
        Effect::LostState
        | Effect::RepeatedEvents
        | Effect::LostAcknowledgement
        | Effect::UnknownEvents
        | Effect::StartedMessages
        | Effect::SkippedEvents
        | Effect::LinkedEvents
        | Effect::EmbeddedEvents => "events",
        Effect::UnknownValues => "presence",
        _ => "me",
    }
}

/// A user whose last events are not acknowledged, and the address at which an effect shows.
async fn begin(effect: &Effect) -> (Desk, String) {
    let mut desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    desk.until_quiet().await;
    desk.simulator.send_message("ben@contoso.com", "ada@contoso.com", "hello").expect("both are users");
    if matches!(effect, Effect::StartedMessages | Effect::LinkedEvents | Effect::EmbeddedEvents) {
        // A message of a conversation that there is already waits, or what tells how that begins.
        let invitation = desk.until("started messagingInvitation").await;
        desk.press(&link(invitation.resource(), "accept")).await.expect(204);
        if *effect == Effect::StartedMessages {
            desk.until_quiet().await;
            desk.simulator.send_message("ben@contoso.com", "ada@contoso.com", "again").expect("both are users");
        }
    } else if *effect == Effect::SkippedEvents {
        let communication = desk.get(&desk.below("communication")).await.expect(200).json;
        let input = json!({ "operationId": "first", "to": "sip:nobody@contoso.com" });
        desk.post(&link(&communication, "startMessaging"), &input).await.expect(201);
    } else {
        assert!(!desk.poll().await.is_empty());
    }
    let href = match resource(effect) {
        "events" => desk.next.clone(),
        "presence" => desk.below("me/presence"),
        other => desk.below(other),
    };
    (desk, href)
}

/// Fails unless what was seen is what an effect does. `whole` is what the same request gets without a fault.
fn check(effect: &Effect, whole: &Seen, seen: &Seen) {
    let holds = match effect {
        Effect::Latency { milliseconds } => {
            seen.status() == 200 && seen.elapsed == Duration::from_millis(*milliseconds)
        }
        Effect::CutBefore | Effect::CutAfter | Effect::Restart { .. } => seen.is_cut(),
        Effect::HalfOpen => seen.result.is_none(),
        Effect::Error { status, code, subcode } => {
            seen.status() == *status && seen.json()["code"] == *code && seen.json()["subcode"] == json!(subcode)
        }
        Effect::DocumentedError => is_documented(seen),
        Effect::RetryAfter { status, value } => seen.status() == *status && seen.header("retry-after") == value,
        Effect::Unauthorized => seen.status() == 401 && !seen.header("www-authenticate").is_empty(),
        Effect::InvalidToken => seen.status() == 403 && seen.header("x-ms-diagnostics").starts_with("28055;"),
        Effect::LostApplication => seen.status() == 404 && seen.json()["subcode"] == "ApplicationNotFound",
        Effect::LostState => seen.json()["_links"]["resume"].is_object(),
        Effect::LostAcknowledgement => seen.json()["_links"]["resync"].is_object(),
        Effect::RepeatedEvents => seen.json().to_string().contains("messagingInvitation"),
        Effect::Proxy { status } => seen.status() == *status && seen.header("content-type") == "text/html",
        Effect::Redirect { status, location } => seen.status() == *status && seen.header("location") == location,
        Effect::Truncated { bytes } => {
            seen.body() == &whole.body()[..*bytes] && seen.header("content-length") == whole.body().len().to_string()
        }
        Effect::SlowDrip { bytes, milliseconds } => {
            let pauses = u32::try_from(whole.body().len().div_ceil(*bytes) - 1).expect("few");
            seen.body() == whole.body() && seen.elapsed == Duration::from_millis(*milliseconds) * pauses
        }
        Effect::Garbage => std::str::from_utf8(seen.body()).is_err(),
        Effect::MediaType { value } => seen.header("content-type") == value && seen.body() == whole.body(),
        Effect::ByteOrderMark => seen.body().strip_prefix(b"\xef\xbb\xbf") == Some(whole.body()),
        Effect::Gzip => seen.header("content-encoding") == "gzip" && seen.body().starts_with(b"\x1f\x8b"),
        Effect::Chunked => seen.header("content-length").is_empty() && seen.body() == whole.body(),
        Effect::HostileLinks { origin } => {
            seen.json()["_links"]["self"]["href"].as_str().is_some_and(|href| href.starts_with(origin.as_str()))
        }
        Effect::WrongTypes => seen.json()["name"].is_number(),
        Effect::UnknownValues => seen.json()["availability"] == "Simulated",
        Effect::UnknownProperties => seen.json()["simulatedNumber"].is_number(),
        Effect::UnknownRelations => seen.json()["_links"]["simulatedLink"].is_object(),
        Effect::UnknownEvents => seen.json()["sender"][0]["events"][0]["type"] == "simulated",
        Effect::SkippedEvents => {
            let of_own = |seen: &Seen| {
                let events = seen.events().into_iter();
                let own = events.filter(|event| event["_embedded"]["messagingInvitation"]["direction"] == "Outgoing");
                own.map(|event| event["type"].clone()).collect::<Vec<_>>()
            };
            of_own(whole) == ["started", "completed"] && of_own(seen) == ["completed"]
        }
        Effect::LinkedEvents => brings(whole).contains(&true) && !brings(seen).contains(&true),
        Effect::EmbeddedEvents => {
            brings(whole).contains(&false)
                && !brings(seen).contains(&false)
                && brings(seen).len() == brings(whole).len()
        }
        Effect::StartedMessages => {
            let message = |seen: &Seen| seen.events().into_iter().find(|event| event["link"]["rel"] == "message");
            let (before, message) = (message(whole).expect("it waits"), message(seen).expect("it is told"));
            before["type"] == "completed"
                && before["status"] == "Success"
                && message["type"] == "started"
                && message["status"].is_null()
        }
        Effect::NoProperties => seen.json()["name"].is_null() && seen.json()["_links"]["note"].is_object(),
        Effect::NoLinks => seen.json()["name"].is_string() && seen.json()["_links"]["note"].is_null(),
        other => panic!("nothing says what {other:?} does"),
    };
    assert!(holds, "{effect:?}: {seen:?}");
}

/// Whether each of the events brings along what it is about.
fn brings(seen: &Seen) -> Vec<bool> {
    let brings = |event: &Value| {
        let rel = event["link"]["rel"].as_str().unwrap_or_default();
        event["_embedded"][rel]["_links"]["self"]["href"] == event["link"]["href"]
    };
    seen.events().iter().map(brings).collect()
}

fn is_documented(seen: &Seen) -> bool {
    let operations = &schema().resources["me"].operations;
    let get = operations.iter().find(|operation| operation.method == Method::Get).expect("there is a GET");
    let (status, body) = (seen.status(), seen.json());
    get.errors
        .iter()
        .any(|row| status == row.status && body["code"] == row.code && body["subcode"] == json!(row.subcode))
}

#[tokio::test(start_paused = true)]
async fn each_effect_can_be_had_in_each_way() {
    for effect in Effect::samples() {
        let (desk, href) = begin(&effect).await;
        let whole = get(&desk, &href).await;
        for way in WAYS {
            let (desk, href) = begin(&effect).await;
            bring_about(&desk.simulator, way, &effect, resource(&effect)).await;
            // What else is asked for goes well.
            assert_eq!(get(&desk, &desk.below("people")).await.status(), 200, "{way:?} {effect:?}");
            check(&effect, &whole, &get(&desk, &href).await);
            assert!(desk.simulator.faults().is_empty(), "{way:?} {effect:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn documented_errors_come_in_all_their_kinds_and_repeat_exactly() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (desk, href) = begin(&Effect::DocumentedError).await;
        desk.simulator.inject(Fault::new(Effect::DocumentedError).on("me").times(100));
        let mut seen = Vec::new();
        for _ in 0..100 {
            let answer = get(&desk, &href).await;
            seen.push(format!("{} {} {}", answer.status(), answer.json()["code"], answer.json()["subcode"]));
        }
        runs.push(seen);
    }
    assert_eq!(runs[0], runs[1]);
    let kinds: std::collections::BTreeSet<_> = runs[0].iter().collect();
    assert!(kinds.len() > 3, "{kinds:?}");
}

/// The operations of the schema, each with the address of the instance that the catalogue has of its resource.
fn operations(desk: &Desk) -> impl Iterator<Item = (String, &'static Resource, &'static Operation)> {
    // Before an application is there, it has no catalogue.
    let is_below = |resource: &&Resource| {
        !matches!(resource.name.as_str(), "root" | "user" | "xframe" | "applications" | "anonApplications")
    };
    let resources = schema().resources.values().filter(is_below);
    resources.flat_map(|resource| {
        let href = desk.below(&resource.name);
        resource.operations.iter().map(move |operation| (href.clone(), resource, operation))
    })
}

#[tokio::test(start_paused = true)]
async fn every_documented_error_of_every_operation_can_be_had_in_both_formats() {
    let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    let mut count = 0;
    for (href, resource, operation) in operations(&desk) {
        let revision = resource.revision.to_string();
        for row in &operation.errors {
            let effect = Effect::Error { status: row.status, code: row.code.clone(), subcode: row.subcode.clone() };
            for accept in ["application/json", "application/xml"] {
                desk.simulator.inject(Fault::new(effect.clone()).on(&resource.name));
                let headers = [("accept", accept), ("x-ms-requiresminresourceversion", revision.as_str())];
                // `ucwa` reads each of them with nothing unknown.
                let answer = desk.send(operation.method.name(), &href, &headers, b"").await.expect(row.status);
                let text = answer.text();
                let subcode = row.subcode.as_deref().unwrap_or(&row.code);
                assert!(text.contains(&row.code) && text.contains(subcode), "{} {text}", resource.name);
                count += 1;
            }
        }
    }
    assert!(count > 2000, "{count}");
}

#[tokio::test(start_paused = true)]
async fn the_address_of_what_was_made_can_lead_elsewhere_too() {
    let (desk, _) = begin(&Effect::CutBefore).await;
    let effect = Effect::HostileLinks { origin: "https://evil.example".into() };
    desk.simulator.inject(Fault::new(effect).on("startMessaging"));
    let input = json!({ "to": "sip:ben@contoso.com", "operationId": "1" });
    let started = desk.post(&desk.below("communication/startMessaging"), &input).await.expect(201);
    assert!(started.header("location").starts_with("https://evil.example/ucwa/"), "{started:?}");
}

#[tokio::test(start_paused = true)]
async fn a_restart_can_keep_everything_or_lose_it() {
    for (memory, status) in [(Memory::Kept, 200), (Memory::Lost, 401)] {
        let (desk, href) = begin(&Effect::CutBefore).await;
        bring_about(&desk.simulator, Way::Control, &Effect::Restart { memory }, "me").await;
        assert!(get(&desk, &href).await.is_cut());
        assert_eq!(get(&desk, &href).await.status(), status, "{memory:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_schedule_can_be_had_over_http() {
    let (desk, href) = begin(&Effect::CutBefore).await;
    let schedule = json!({ "seed": 1, "perThousand": 1000, "faults": [{ "effect": "cutBefore" }] });
    control(&desk.simulator, "schedule", &schedule).await;
    assert!(get(&desk, &href).await.is_cut() && get(&desk, &href).await.is_cut());
    desk.simulator.clear_faults();
    assert_eq!(get(&desk, &href).await.status(), 200);
    // Without faults of its own, a schedule has all there are.
    control(&desk.simulator, "schedule", &json!({ "perThousand": 5 })).await;
    assert_eq!(desk.simulator.fault_schedule(), Some(Schedule::chaos(0, 5)));
}

/// An effect with other parameters than its sample has, as JSON.
fn with_parameters(effect: &Effect, number: u64, text: &str) -> Value {
    let mut effect = json!(effect);
    for parameters in effect.as_object_mut().into_iter().flat_map(|effect| effect.values_mut()) {
        for (_, value) in parameters.as_object_mut().into_iter().flatten() {
            *value = if value.is_number() { json!(number) } else { json!(text) };
        }
    }
    effect
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_parameters_of_a_fault_bring_the_server_down(
        effect in proptest::sample::select(Effect::samples()),
        number in prop_oneof![200_u64..600, any::<u64>()],
        text in any::<String>(),
        resource in proptest::sample::select(vec!["me", "note", "events", "token"]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
        runtime.block_on(async {
            let desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
            let fault = json!({ "effect": with_parameters(&effect, number, &text), "resource": resource });
            let inject = request("POST", "http://localhost/simulator/faults", &[], fault.to_string().as_bytes());
            let status = desk.simulator.handle(inject).await.expect("an answer").status();
            prop_assert!(status == 200 || status == 400, "{status}");
            let href = if resource == "note" { "me/note" } else { resource };
            let href = if resource == "token" { "/WebTicket/oauthtoken".into() } else { desk.below(href) };
            get(&desk, &href).await;
            // One that met no fault is answered as ever, unless the fault took the application or the token away.
            let seen = get(&desk, &desk.below("people")).await.status();
            prop_assert!(matches!(seen, 200 | 401 | 404), "{seen}");
            Ok(())
        })?;
    }
}

/// All places that a document says.
fn places(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("href").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| places(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| places(value, found)),
        _ => {}
    }
}

#[tokio::test(start_paused = true)]
async fn hostile_links_leave_no_address_of_an_event_as_it_was() {
    let effect = Effect::HostileLinks { origin: "https://evil.example".into() };
    let mut desk = Desk::available(&Simulator::new(SEED), &accounts()[0]).await;
    desk.until_quiet().await;
    let input = json!({ "uris": ["sip:ben@contoso.com"], "duration": 30 });
    desk.post(&desk.below("people/presenceSubscriptions"), &input).await.expect(201);
    desk.simulator.inject(Fault::new(effect).on("events"));
    let seen = get(&desk, &desk.next).await;
    let events = seen.events();
    assert!(events.iter().any(|event| event["in"]["href"].is_string()), "{events:?}");
    let mut found = Vec::new();
    places(&seen.json()["sender"], &mut found);
    assert!(found.iter().all(|href| href.starts_with("https://evil.example/")), "{found:?}");
}
