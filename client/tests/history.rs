//! The history of conversations: logs, pages of transcripts, missed items.

mod desk;
mod support;

use std::time::Duration;

use desk::{ADA, BEN, CHO, Desk, soon};
use support::{FORMATS, edit, pass, respond, simulator};
use ucwa::Format;
use ucwa_client::messaging::{Conversation, ConversationItem, Delivery, Draft};
use ucwa_simulator::Simulator;

/// A conversation of Ada with Ben, with so many messages, that is over.
async fn talked(format: Format, count: usize) -> (Simulator, Desk, Desk) {
    let simulator = simulator();
    let ada = Desk::of(&simulator, ADA, format).await;
    let ben = Desk::of(&simulator, BEN, format).await;
    let (messaging, mut of_ben) = (ada.application.messaging(), ben.application.messaging().invitations());
    let accept = async { soon(of_ben.next()).await.expect("it comes").accept().await.expect("he may") };
    let (started, accepted) = soon(async { tokio::join!(messaging.start(BEN), accept) }).await;
    let started = started.expect("he accepts");
    for number in 0..count {
        let from = if number % 2 == 0 { &started } else { &accepted };
        let sent = from.send(Draft::text(number.to_string())).await.expect("it is accepted");
        let _ = soon(sent.delivery()).await;
    }
    started.leave().await.expect("she may");
    pass(Duration::from_secs(30)).await;
    (simulator, ada, ben)
}

#[tokio::test(start_paused = true)]
async fn a_transcript_is_read_page_after_page() {
    for format in FORMATS {
        let (_simulator, ada, _ben) = talked(format, 45).await;
        let mut past = ada.application.history().conversations();
        let conversation = soon(past.next()).await.expect("there is one").expect("it can be read");
        assert!(past.next().await.is_none());
        let before = ada.faulty.count();
        let mut entries = conversation.entries();
        let first = entries.next().await.expect("there are some").expect("it can be read");
        assert_eq!((first.text(), first.is_own), ("0", true));
        assert_eq!(ada.faulty.count() - before, 1, "no page is read before it is needed");
        let rest = entries.all().await.expect("they can be read");
        let texts: Vec<_> = rest.iter().map(|entry| entry.text().to_owned()).collect();
        assert_eq!(texts, (1..45).map(|number| number.to_string()).collect::<Vec<_>>());
        assert!(rest.iter().enumerate().all(|(number, entry)| entry.is_own == (number % 2 == 1)));
        assert!(rest[0].from.is_some() && rest[0].time.is_some());
        conversation.remove().await.expect("she may");
        conversation.remove().await.expect("it is gone");
        assert!(ada.application.history().conversations().next().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_missed_is_found_and_marked_as_read() {
    for format in FORMATS {
        let (simulator, ada, ben) = talked(format, 1).await;
        simulator.send_message(CHO, BEN, "call me").expect("both are users");
        pass(Duration::from_secs(60)).await;
        let history = ben.application.history();
        let counts = history.missed_items().await.expect("he may");
        assert_eq!(counts.unread_missed_conversations_count, Some(1));
        let missed = history.missed().all().await.expect("they can be read");
        assert_eq!(missed.len(), 1);
        assert_eq!(missed[0].log.preview_message.as_deref(), Some("call me"));
        missed[0].mark_as_read().await.expect("he may");
        let counts = history.missed_items().await.expect("he may");
        assert_eq!(counts.unread_missed_conversations_count, Some(0));
        assert_eq!(history.conversations().all().await.expect("they can be read").len(), 2);
        drop(ada);
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_than_were_asked_for_are_given_whatever_the_server_sends() {
    let (_simulator, ada, _ben) = talked(Format::Json, 1).await;
    ada.faulty.plan(|request| {
        let log = |subject| format!(r#"{{"rel":"conversationLog","subject":"{subject}"}}"#);
        let logs = format!(r#"{{"_embedded":{{"conversationLog":[{},{}]}}}}"#, log("new"), log("old"));
        request.uri().path().ends_with("/conversationLogs").then(|| edit(|_| logs))
    });
    let subjects = async |limit| {
        let latest = ada.application.history().latest(limit).all().await.expect("they can be read");
        latest.into_iter().filter_map(|past| past.log.subject.clone()).collect::<Vec<_>>()
    };
    assert_eq!(subjects(1).await, ["new"]);
    assert_eq!(subjects(100).await, ["new", "old"]);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_is_removed_meanwhile_is_left_out_and_an_error_ends_the_stream() {
    let (_simulator, ada, _ben) = talked(Format::Json, 1).await;
    let is_log = |path: &str| path.contains("conversationLogs/") || path.contains("/conversationLog/");
    ada.faulty.plan(move |request| is_log(request.uri().path()).then(|| respond(404, &[], "")));
    assert!(ada.application.history().conversations().all().await.expect("none").is_empty());
    ada.faulty.plan(move |request| is_log(request.uri().path()).then(|| respond(403, &[], "")));
    let mut past = ada.application.history().conversations();
    assert!(past.next().await.expect("an error").expect_err("it is refused").is_forbidden());
    assert!(past.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_past_conversation_is_resumed() {
    let (_simulator, ada, ben) = talked(Format::Json, 1).await;
    let past = ada.application.history().latest(1).next().await.expect("there is one").expect("it can be read");
    let mut of_ben = ben.application.messaging().invitations();
    let accept = async { soon(of_ben.next()).await.expect("it comes").accept().await };
    let (resumed, accepted) = soon(async { tokio::join!(past.resume(), accept) }).await;
    let (resumed, accepted) = (resumed.expect("he accepts"), accepted.expect("he may"));
    let thread = |conversation: &Conversation| conversation.resource().and_then(|resource| resource.thread_id.clone());
    assert_eq!(thread(&resumed), past.log.thread_id);
    let sent = resumed.send("as I said").await.expect("she may");
    assert!(matches!(soon(sent.delivery()).await, Delivery::Delivered));
    loop {
        if let ConversationItem::Message(message) = soon(accepted.next()).await.expect("it goes on") {
            assert_eq!(message.text(), "as I said");
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_a_page_only_links_to_are_read() {
    let (_simulator, ada, _ben) = talked(Format::Json, 1).await;
    let past = ada.application.history().latest(1).next().await.expect("there is one").expect("it can be read");
    ada.faulty.plan(|request| {
        let page = r#"{"_embedded":{"conversationLogTranscript":[{"_links":{"messageTranscript":{"href":"/m"}}},
            {"_embedded":{"contact":{}},"_links":{"messageTranscript":{"href":"/gone"}}}]}}"#;
        let message = r#"{"_links":{"plainMessage":{"href":"data:text/plain,hello"}}}"#;
        match request.uri().path() {
            path if path.ends_with("/conversationLogTranscripts") => Some(edit(move |_| page.to_owned())),
            "/m" => Some(respond(200, &[("content-type", "application/json")], message)),
            path => (path == "/gone").then(|| respond(404, &[], "")),
        }
    });
    let entries = past.entries().all().await.expect("they can be read");
    let told: Vec<_> = entries.iter().map(|entry| (entry.text(), entry.is_own)).collect();
    assert_eq!(told, [("hello", true), ("", false)]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_leads_back_to_itself_is_read_once() {
    for format in FORMATS {
        let (_simulator, ada, _ben) = talked(format, 45).await;
        let past = ada.application.history().conversations().next().await.expect("there is one").expect("it is read");
        ada.faulty.plan(|request| {
            let path = request.uri().path().to_owned();
            let is_second = path.matches("/nextConversationLogTranscripts").count() == 1;
            is_second.then(|| edit(move |text| text.replace(&format!("{path}/nextConversationLogTranscripts"), &path)))
        });
        let entries = soon(past.entries().all()).await.expect("they can be read");
        assert_eq!(entries.len(), 40, "two pages");
    }
}

#[tokio::test(start_paused = true)]
async fn a_history_that_cannot_be_read_as_the_application_is_lost_is_not_an_empty_one() {
    let (_simulator, ada, _ben) = talked(Format::Json, 1).await;
    let is_log = |path: &str| path.contains("conversationLogs/") || path.contains("/conversationLog/");
    ada.faulty.plan(move |request| {
        let body = r#"{"code":"NotFound","subcode":"ApplicationNotFound"}"#;
        is_log(request.uri().path()).then(|| respond(404, &[("content-type", "application/json")], body))
    });
    let error = ada.application.history().conversations().all().await.expect_err("nobody knows");
    assert!(error.is_application_not_found(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_ends_the_stream_although_there_are_more() {
    let (simulator, _ada, ben) = talked(Format::Json, 1).await;
    simulator.send_message(CHO, BEN, "call me").expect("both are users");
    pass(Duration::from_secs(60)).await;
    assert_eq!(ben.application.history().conversations().all().await.expect("they can be read").len(), 2);
    let is_log = |path: &str| path.contains("conversationLogs/") || path.contains("/conversationLog/");
    ben.faulty.plan(move |request| is_log(request.uri().path()).then(|| respond(403, &[], "")));
    let mut past = ben.application.history().conversations();
    assert!(past.next().await.expect("an error").expect_err("it is refused").is_forbidden());
    ben.faulty.plan(|_| None);
    assert!(past.next().await.is_none());
}
