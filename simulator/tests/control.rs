//! What tests do by calls, other programs do at the control address.

mod support;

use serde_json::{Value, json};
use support::{Desk, SEED, accounts, request};
use ucwa_simulator::Simulator;

async fn control(simulator: &Simulator, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = request(method, &format!("http://127.0.0.1/simulator/{path}"), &[], body.to_string().as_bytes());
    let response = simulator.handle(request).await.expect("an answer");
    (response.status().as_u16(), serde_json::from_slice(response.body()).expect("JSON"))
}

#[tokio::test(start_paused = true)]
async fn users_are_seen_and_moved() {
    let simulator = Simulator::new(SEED);
    let mut ada = Desk::available(&simulator, &accounts()[0]).await;
    assert_eq!(
        control(&simulator, "POST", "presence", &json!({ "user": "ada@contoso.com", "availability": "Busy" })).await.0,
        200
    );
    assert_eq!(control(&simulator, "POST", "note", &json!({ "user": "ada@contoso.com", "note": "here" })).await.0, 200);
    let (_, state) = control(&simulator, "GET", "state", &Value::Null).await;
    let user = &state["users"][0];
    assert_eq!((&user["availability"], &user["note"]), (&json!("Busy"), &json!("here")));
    assert_eq!(state["applications"][0]["user"], "ada@contoso.com");
    assert_eq!(state["requests"][0]["status"], 204);
    assert!(!state.to_string().contains(&ada.token), "no token is shown");

    let message = json!({ "from": "ben@contoso.com", "to": "ada@contoso.com", "text": "hello" });
    assert!(control(&simulator, "POST", "message", &message).await.1["conversation"].is_string());
    ada.until("started messagingInvitation").await;
    assert_eq!(control(&simulator, "POST", "revoke", &json!({ "user": "ada@contoso.com" })).await.0, 200);
    ada.get(&ada.below("me")).await.expect(401);
}

#[tokio::test(start_paused = true)]
async fn faults_are_injected_listed_and_ended() {
    let simulator = Simulator::new(SEED);
    let ada = Desk::available(&simulator, &accounts()[0]).await;
    let fault = json!({ "effect": { "retryAfter": { "status": 429, "value": "3" } }, "resource": "me", "times": 2 });
    let (status, listed) = control(&simulator, "POST", "faults", &fault).await;
    assert_eq!((status, &listed[0]["effect"]["retryAfter"]["value"]), (200, &json!("3")));
    assert_eq!(ada.get(&ada.below("me")).await.expect(429).header("retry-after"), "3");
    assert_eq!(control(&simulator, "DELETE", "faults", &Value::Null).await.1, json!([]));
    ada.get(&ada.below("me")).await.expect(200);
    assert_eq!(control(&simulator, "POST", "faults", &json!({ "effect": "cutBefore", "colour": "red" })).await.0, 400);
    for (number, status) in [(1000, 200), (1001, 400)] {
        let schedule = json!({ "perThousand": number, "faults": [] });
        assert_eq!(control(&simulator, "POST", "schedule", &schedule).await.0, status, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_said_so() {
    let simulator = Simulator::new(SEED);
    assert_eq!(control(&simulator, "GET", "nowhere", &Value::Null).await.0, 404);
    let (status, answer) =
        control(&simulator, "POST", "presence", &json!({ "user": "nobody@contoso.com", "availability": "Busy" })).await;
    assert_eq!((status, answer["error"].as_str().map(|error| error.starts_with("no user named"))), (400, Some(true)));
}
