//! Inputs are checked against the schema, and what clients in the field do is put up with.

mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Answer, Desk, SEED, accounts, send};
use ucwa_simulator::Simulator;

async fn desk() -> Desk {
    Desk::available(&Simulator::new(SEED), &accounts()[0]).await
}

fn invalid(answer: &Answer) -> Vec<&str> {
    assert_eq!(
        (answer.status(), &answer.json["subcode"]),
        (400, &json!("ParameterValidationFailure")),
        "{}",
        answer.text()
    );
    let parameters = answer.json["parameters"].as_array().expect("parameters");
    parameters.iter().map(|parameter| parameter["name"].as_str().expect("a name")).collect()
}

#[tokio::test(start_paused = true)]
async fn what_the_schema_does_not_allow_is_refused_by_name() {
    let desk = desk().await;
    let subscriptions = desk.below("people/presenceSubscriptions");
    let cases: [(Value, &[&str]); 6] = [
        (json!({ "duration": 20 }), &["uris"]),
        (json!({ "duration": 9, "uris": ["sip:a@b.c"] }), &["duration"]),
        (json!({ "duration": "20", "uris": ["sip:a@b.c"] }), &["duration"]),
        (json!({ "duration": 20.5, "uris": "sip:a@b.c" }), &["duration", "uris"]),
        (json!({ "duration": 20, "uris": ["sip:a@b.c"], "colour": "red" }), &["colour"]),
        (json!({ "duration": null, "uris": [7] }), &["uris", "duration"]),
    ];
    for (input, expected) in cases {
        let answer = desk.post(&subscriptions, &input).await;
        let mut names = invalid(&answer);
        names.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(names, expected, "{input}");
    }
    let location = desk.post(&desk.below("me/location"), &json!({ "location": "x".repeat(61) })).await;
    assert_eq!(invalid(&location), ["location"]);
    let presence = desk.post(&desk.below("me/presence"), &json!({ "availability": "Sleepy" })).await;
    assert_eq!(invalid(&presence), ["availability"]);
}

#[tokio::test(start_paused = true)]
async fn bodies_come_in_json_and_xml_and_in_nothing_else() {
    let desk = desk().await;
    let note = desk.below("me/note");
    let xml = r#"<?xml version="1.0"?><input xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><property name="Message">a &amp; b &#x263a;</property></input>"#;
    for media_type in ["application/xml; charset=utf-8", "application/vnd.microsoft.com.ucwa+xml"] {
        desk.send("POST", &note, &[("content-type", media_type)], xml.as_bytes()).await.expect(204);
        assert_eq!(desk.get(&note).await.json["message"], "a & b \u{263a}");
    }
    let json = json!({ "MESSAGE": "json" }).to_string();
    desk.send("POST", &note, &[("content-type", "application/vnd.microsoft.com.ucwa+json")], json.as_bytes())
        .await
        .expect(204);
    desk.send("POST", &note, &[("content-type", "text/csv")], b"message").await.expect(415);
    let answer = desk.send("POST", &note, &[("content-type", "application/json")], b"{\"message\":").await.expect(400);
    assert_eq!(answer.json["subcode"], "DeserializationFailure");
    let answer =
        desk.send("POST", &note, &[("content-type", "application/xml")], b"<input><property").await.expect(400);
    assert_eq!(answer.json["subcode"], "DeserializationFailure");
    // Parameters of a POST can stand in the query as well.
    desk.press(&format!("{note}?message=by+query")).await.expect(204);
    assert_eq!(desk.get(&note).await.json["message"], "by query");
    // A list in XML.
    let xml = r#"<input><property name="duration">10</property><propertyList name="uris"><item>sip:ben@contoso.com</item></propertyList></input>"#;
    desk.send(
        "POST",
        &desk.below("people/presenceSubscriptions"),
        &[("content-type", "application/xml")],
        xml.as_bytes(),
    )
    .await
    .expect(201);
}

#[tokio::test(start_paused = true)]
async fn the_response_comes_in_the_format_that_the_client_wants() {
    let mut desk = desk().await;
    desk.accept = String::new();
    let me = desk.below("me");
    let cases = [
        (None, "application/json; charset=utf-8"),
        (Some("*/*"), "application/json; charset=utf-8"),
        (Some("text/html, application/xml;q=0.5, application/json;q=0.4"), "application/xml; charset=utf-8"),
        (Some("application/vnd.microsoft.com.ucwa+xml"), "application/vnd.microsoft.com.ucwa+xml; charset=utf-8"),
        (Some("application/vnd.microsoft.com.ucwa+json"), "application/vnd.microsoft.com.ucwa+json; charset=utf-8"),
    ];
    for (accept, expected) in cases {
        let headers: Vec<_> = accept.iter().map(|accept| ("accept", *accept)).collect();
        let answer = desk.send("GET", &me, &headers, b"").await.expect(200);
        assert_eq!(answer.header("content-type"), expected);
    }
    desk.send("GET", &me, &[("accept", "image/png")], b"").await.expect(406);
    // Failures come in it as well.
    let answer = desk.send("GET", &desk.below("nowhere"), &[("accept", "application/xml")], b"").await.expect(404);
    assert!(answer.text().contains("<code>NotFound</code>"), "{}", answer.text());
}

#[tokio::test(start_paused = true)]
async fn characters_that_xml_cannot_hold_are_replaced_there() {
    let desk = desk().await;
    let note = "a\u{1}b\u{fffe}<\tc\nd";
    desk.post(&desk.below("me/note"), &json!({ "message": note })).await.expect(204);
    assert_eq!(desk.get(&desk.below("me/note")).await.json["message"], note);
    let document = desk.send("GET", &desk.below("me/note"), &[("accept", "application/xml")], b"").await.expect(200);
    assert!(document.text().contains(">a\u{fffd}b\u{fffd}&lt;\tc\nd<"), "{}", document.text());
}

#[tokio::test(start_paused = true)]
async fn the_collection_of_applications_says_its_revision() {
    let (desk, applications) = (desk().await, "/ucwa/oauth/v1/applications");
    let headers = [("x-ms-requiresminresourceversion", "2")];
    let listed = desk.send("GET", applications, &headers, b"").await.expect(200);
    assert_eq!(listed.header("x-ms-ucwaversion"), "2");
    let input = json!({ "userAgent": "other", "culture": "en-US", "endpointId": "other" });
    let made = desk.post(applications, &input).await.expect(201);
    assert_eq!(made.header("x-ms-ucwaversion"), "1");
}

#[tokio::test(start_paused = true)]
async fn methods_that_a_resource_lacks_are_not_allowed() {
    let desk = desk().await;
    let answer = desk.delete(&desk.below("me")).await.expect(405);
    assert_eq!(answer.header("allow"), "GET");
    assert_eq!(answer.json["code"], "MethodNotAllowed");
    desk.send("PATCH", &desk.below("me"), &[], b"").await.expect(405);
}

#[tokio::test(start_paused = true)]
async fn what_clients_in_the_field_do_is_put_up_with() {
    let desk = Desk::new(&Simulator::new(SEED), &accounts()[0]).await;
    let me = desk.below("me");
    // A media type without a body; a body of {} where none is wanted; identifiers that come back; browsers.
    let headers =
        [("content-type", "application/json"), ("client-request-id", "17"), ("origin", "https://app.fabrikam.com")];
    let answer = desk.send("GET", &me, &headers, b"").await.expect(200);
    assert_eq!(answer.header("client-request-id"), "17");
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.fabrikam.com");
    desk.post(&desk.below("communication/makeMeAvailable"), &json!({ "SupportedModalities": ["messaging"] }))
        .await
        .expect(204);
    desk.post(&desk.below("me/reportMyActivity"), &json!({})).await.expect(204);
    let headers = [("origin", "https://app.fabrikam.com"), ("access-control-request-method", "PUT")];
    let answer = send(&desk.simulator, "OPTIONS", &desk.url(&me), &headers, b"").await.expect("an answer").expect(200);
    assert!(answer.header("access-control-allow-methods").contains("PUT"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked, there is an answer.
    #[test]
    fn arbitrary_requests_are_answered(
        method in "(GET|POST|PUT|DELETE|OPTIONS|HEAD|PATCH|X)",
        path in "(/ucwa/oauth/v1/applications)?(/APPLICATION)?(/[a-zA-Z0-9@%,.:;=+-]{0,20}){0,5}(/(me|people|events|batch|search|communication|conversations|makeMeAvailable))?(\\?[a-zA-Z0-9=&%+]{0,30})?",
        media_type in "(application/json|application/xml|multipart/batching; boundary=x|text/plain|[a-z/;=]{0,20})",
        body in prop::collection::vec(any::<u8>(), 0..200),
        text in "(\\{.{0,40}\\}|<input>.{0,40}</input>|--x\r\n.{0,60}--x--)?",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            let desk = desk().await;
            let id = desk.application["id"].as_str().expect("an id");
            let path = path.replace("APPLICATION", id);
            let url = format!("https://pool1.contoso.com{path}");
            prop_assume!(url.parse::<http::Uri>().is_ok());
            let authorization = format!("Bearer {}", desk.token);
            let headers = [("authorization", authorization.as_str()), ("content-type", media_type.as_str())];
            let body = if text.is_empty() { body } else { text.into_bytes() };
            let answer = send(&desk.simulator, &method, &url, &headers, &body).await;
            prop_assert!(answer.is_ok());
            let status = answer.map_or(0, |answer| answer.status());
            prop_assert!((200..500).contains(&status), "{}", status);
            Ok(())
        })?;
    }
}
