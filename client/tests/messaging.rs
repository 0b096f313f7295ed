//! Conversations: started, accepted, declined, escalated, lost; messages sent once and received in order.

mod desk;
mod support;

use std::time::Duration;

use desk::{ADA, BEN, CHO, Desk, soon, unknown_outcome, within};
use futures_util::StreamExt as _;
use support::{FORMATS, Fault, edit, late, pass, proxy_page, respond, runtime, seen, simulator};
use ucwa::Format;
use ucwa::enumerations::{CallDeclineReason, Role};
use ucwa_client::messaging::{
    Conversation, ConversationEnd, ConversationItem, Delivery, Draft, IncomingInvitation, InvitationKind, Invitations,
    Topic,
};
use ucwa_client::{Capability, Error, Loss, UnknownOutcome};
use ucwa_simulator::{Effect, Simulator};

/// What happened, in short.
fn told(item: &ConversationItem) -> String {
    match item {
        ConversationItem::Message(message) => format!("{}: {}", message.from, message.text()),
        ConversationItem::Joined(who) => format!("{who} joined"),
        ConversationItem::Left(who) => format!("{who} left"),
        ConversationItem::Typing(who) => format!("{who} types"),
        ConversationItem::StoppedTyping(who) => format!("{who} stopped"),
        ConversationItem::BecameMeeting => "meeting".into(),
        ConversationItem::EventsLost => "events lost".into(),
        ConversationItem::Dropped(count) => format!("dropped {count}"),
        ConversationItem::Ended(end) => match end {
            ConversationEnd::Ended(reason) => format!("ended {}", reason.subcode.as_deref().unwrap_or_default()),
            other => format!("ended {other:?}"),
        },
        other => format!("{other:?}"),
    }
}

/// Takes what happens until nothing does for a minute; what changes in the conversation itself is left out.
async fn items(conversation: &Conversation) -> Vec<String> {
    let mut items = Vec::new();
    while let Some(Some(item)) = within(Duration::from_secs(60), conversation.next()).await {
        let is_detail = matches!(item, ConversationItem::Changed | ConversationItem::ParticipantChanged(_));
        items.extend(Some(told(&item)).filter(|_| !is_detail));
    }
    items
}

struct Two {
    simulator: Simulator,
    ada: Desk,
    ben: Desk,
    of_ben: Invitations,
}

async fn two(format: Format) -> Two {
    let simulator = simulator();
    let ada = Desk::of(&simulator, ADA, format).await;
    let ben = Desk::of(&simulator, BEN, format).await;
    let of_ben = ben.application.messaging().invitations();
    Two { simulator, ada, ben, of_ben }
}

/// Accepts the next invitation.
async fn accept(invitations: &mut Invitations) -> Conversation {
    let invitation = soon(invitations.next()).await.expect("it goes on");
    soon(invitation.accept()).await.expect("it can be accepted")
}

impl Two {
    /// A conversation of both, as each of them has it.
    async fn connect(&mut self) -> (Conversation, Conversation) {
        let messaging = self.ada.application.messaging();
        let (started, accepted) = soon(async { tokio::join!(messaging.start(BEN), accept(&mut self.of_ben)) }).await;
        let started = started.expect("he accepts");
        items(&started).await;
        items(&accepted).await;
        (started, accepted)
    }

    /// Brings a third user into a conversation, which makes a meeting of it.
    async fn bring_cho(&self, of_ada: &Conversation, format: Format) -> (Desk, Conversation) {
        let cho = Desk::of(&self.simulator, CHO, format).await;
        let mut invitations = cho.application.messaging().invitations();
        let (invited, of_cho) = soon(async { tokio::join!(of_ada.invite(CHO), accept(&mut invitations)) }).await;
        invited.expect("she joins");
        (cho, of_cho)
    }

    /// Has Ada leave the messaging of a conversation of several, in which she stays.
    async fn stop_messaging(&self, of_ada: &Conversation) {
        let link = of_ada.resource().expect("it is known").messaging().link().expect("it has some");
        let messaging = self.ada.application.send(link.get()).await.expect("it is there");
        let stop = messaging.stop_messaging().link().expect("it is connected");
        self.ada.application.send(stop.post()).await.expect("she may");
        pass(Duration::from_secs(60)).await;
    }

    fn application_of(&self, user: &str) -> u64 {
        self.simulator.applications().iter().find(|found| found.user == user).expect("an application").id
    }
}

async fn delivered(conversation: &Conversation, text: &str) -> Delivery {
    soon(conversation.send(Draft::text(text)).await.expect("it is accepted").delivery()).await
}

#[tokio::test(start_paused = true)]
async fn a_conversation_is_started_accepted_held_and_left() {
    for format in FORMATS {
        let mut two = two(format).await;
        let messaging = two.ada.application.messaging();
        let topic = Topic::new().with_subject("Plans").with_message("Hi Ben");
        let answer = async {
            let invitation = soon(two.of_ben.next()).await.expect("it comes");
            assert_eq!(invitation.kind(), InvitationKind::Messaging);
            assert_eq!(invitation.from().map(ToString::to_string).as_deref(), Some("Ada Vale"));
            assert_eq!((invitation.subject(), invitation.message().as_deref()), (Some("Plans"), Some("Hi Ben")));
            invitation.accept().await.expect("it can be accepted")
        };
        let (of_ada, of_ben) = soon(async { tokio::join!(messaging.start_about(BEN, topic), answer) }).await;
        let of_ada = of_ada.expect("he accepts");
        assert_eq!(items(&of_ben).await, ["Ada Vale: Hi Ben", "Ada Vale joined"]);
        assert_eq!(items(&of_ada).await, ["Ben Ortiz joined"]);
        assert_eq!(of_ada.subject().as_deref(), Some("Plans"));
        let others = of_ada.participants().await.expect("they are there");
        assert_eq!(others.iter().map(|who| who.address.clone().expect("an address")).collect::<Vec<_>>(), [BEN]);
        for text in ["one", "two & a + b", "drei \u{1f600}"] {
            assert!(matches!(delivered(&of_ada, text).await, Delivery::Delivered));
        }
        assert_eq!(items(&of_ben).await, ["Ada Vale: one", "Ada Vale: two & a + b", "Ada Vale: drei \u{1f600}"]);
        of_ben.send("back").await.expect("it is accepted").delivery().await;
        assert_eq!(items(&of_ada).await, ["Ben Ortiz: back"]);
        of_ada.leave().await.expect("she may");
        assert_eq!(items(&of_ada).await, ["ended Left"]);
        assert!(of_ada.next().await.is_none());
        let end = items(&of_ben).await;
        assert_eq!(end, ["Ada Vale left", "ended Left"], "{end:?}");
        assert!(two.ada.application.messaging().conversations().is_empty());
        assert!(two.ben.application.messaging().conversations().is_empty());
        of_ada.leave().await.expect("it is over already");
        assert!(of_ben.send("late").await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn messages_are_sent_in_the_format_that_the_other_side_takes() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    let draft = Draft::html("<b>now</b>", "now");
    soon(of_ada.send(draft.clone()).await.expect("it is accepted").delivery()).await;
    let ConversationItem::Message(message) = soon(of_ben.next()).await.expect("it comes") else { panic!("a message") };
    assert_eq!((message.html.as_deref(), message.plain.as_deref()), (Some("<b>now</b>"), None));
    let same = two.ben.application.send(message.link.expect("it has one").get()).await.expect("it is there");
    assert_eq!(same.html_message.as_ref().and_then(|content| content.text().ok()), message.html);
    // A conversation of those who take plain text alone.
    let mut is_refused = false;
    two.ada.faulty.plan(move |request| {
        if request.uri().path().ends_with("/sendMessage") {
            return (!std::mem::replace(&mut is_refused, true)).then(|| respond(403, &[], ""));
        }
        let is_messaging = request.method() == "GET" && request.uri().path().ends_with("/messaging");
        let send = request.uri().path().to_owned() + "/sendMessage";
        let body = format!(
            r#"{{"rel":"messaging","state":"Connected","negotiatedMessageFormats":["Plain"],
                "_links":{{"self":{{"href":"{}"}},"sendMessage":{{"href":"{send}"}}}}}}"#,
            request.uri().path()
        );
        is_messaging.then(|| respond(200, &[("content-type", "application/json")], &body))
    });
    // The refusal has the client read again what is possible.
    assert!(of_ada.send(draft.clone()).await.expect_err("it is refused").is_forbidden());
    soon(of_ada.send(draft).await.expect("it is accepted").delivery()).await;
    let ConversationItem::Message(message) = soon(of_ben.next()).await.expect("it comes") else { panic!("a message") };
    assert_eq!((message.html.as_deref(), message.plain.as_deref()), (None, Some("now")));
}

#[tokio::test(start_paused = true)]
async fn typing_is_shown_both_ways() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, of_ben) = two.connect().await;
        of_ada.show_typing().await.expect("she may");
        assert_eq!(items(&of_ben).await, ["Ada Vale types", "Ada Vale stopped"]);
        of_ben.show_typing().await.expect("he may");
        of_ben.send("x").await.expect("he may").delivery().await;
        assert_eq!(items(&of_ada).await, ["Ben Ortiz types", "Ben Ortiz stopped", "Ben Ortiz: x"]);
    }
}

#[tokio::test(start_paused = true)]
async fn who_declines_or_does_not_answer_is_an_error_that_says_so() {
    for format in FORMATS {
        let mut two = two(format).await;
        let messaging = two.ada.application.messaging();
        let decline = async {
            let invitation = soon(two.of_ben.next()).await.expect("it comes");
            invitation.decline(CallDeclineReason::Global).await.expect("he may");
        };
        let (result, ()) = soon(async { tokio::join!(messaging.start(BEN), decline) }).await;
        let error = result.expect_err("he declines");
        assert_eq!((error.code(), error.subcode()), (Some("RemoteFailure"), Some("Declined")));
        assert!(matches!(error, Error::Unsuccessful(_)), "{error:?}");
        let error = soon(messaging.start(BEN)).await.expect_err("he does not answer");
        assert_eq!(error.subcode(), Some("Timeout"), "{error}");
        let error = soon(messaging.start("nobody@contoso.com")).await.expect_err("there is nobody");
        assert_eq!(error.subcode(), Some("DestinationNotFound"), "{error}");
        // What he did not answer is not given to him late.
        assert!(within(Duration::from_secs(60), two.of_ben.next()).await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_has_a_time_limit() {
    let mut two = two(Format::Json).await;
    two.simulator.send_message(CHO, BEN, "hello").expect("both are users");
    let invitation: IncomingInvitation = soon(two.of_ben.next()).await.expect("it comes");
    let begin = tokio::time::Instant::now();
    assert!(!invitation.is_over());
    soon(invitation.over()).await;
    assert!(begin.elapsed() <= Duration::from_secs(30) && invitation.is_over());
    let error = invitation.accept().await.expect_err("too late");
    assert!(error.is_not_found() || error.is_conflict() || matches!(error, Error::Unsuccessful(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_acceptance_whose_response_is_lost_is_found_out() {
    for format in FORMATS {
        let mut two = two(format).await;
        let mut is_first = true;
        two.ben.faulty.plan(move |request| {
            let is_meant = request.uri().path().ends_with("/accept") && std::mem::replace(&mut is_first, false);
            is_meant.then_some(Fault::CutAfter)
        });
        let (of_ada, of_ben) = two.connect().await;
        assert!(matches!(delivered(&of_ada, "x").await, Delivery::Delivered));
        assert_eq!(items(&of_ben).await, ["Ada Vale: x"]);
        let accepted = seen(&two.simulator).iter().filter(|line| line.contains("/accept ")).count();
        assert_eq!(accepted, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn that_somebody_declined_is_found_out_where_the_response_is_lost() {
    for format in FORMATS {
        for reason in [CallDeclineReason::Global, CallDeclineReason::Local] {
            let mut two = two(format).await;
            two.ben.faulty.plan(|request| request.uri().path().ends_with("/decline").then_some(Fault::CutAfter));
            let messaging = two.ada.application.messaging();
            let decline = async {
                let invitation = soon(two.of_ben.next()).await.expect("it comes");
                soon(invitation.decline(reason.clone())).await.expect("the event says so");
            };
            let (result, ()) = soon(async { tokio::join!(messaging.start(BEN), decline) }).await;
            assert_eq!(result.expect_err("he declines").subcode(), Some("Declined"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_cannot_decline_is_told_why() {
    for (fault, seconds) in [(None, 30), (Some(403), 0)] {
        let mut two = two(Format::Json).await;
        two.ben.faulty.plan(move |request| {
            let is_meant = request.uri().path().ends_with("/decline");
            is_meant.then(|| fault.map_or(Fault::CutBefore, |status| respond(status, &[], "")))
        });
        two.simulator.send_message(CHO, BEN, "hello").expect("both are users");
        let invitation = soon(two.of_ben.next()).await.expect("it comes");
        let begin = tokio::time::Instant::now();
        let error = soon(invitation.decline(CallDeclineReason::Global)).await.expect_err("it was not declined");
        assert_eq!(error.is_forbidden(), fault.is_some(), "{error:?}");
        assert!(begin.elapsed() <= Duration::from_secs(seconds + 1), "{:?}", begin.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_is_sent_once_whatever_happens_to_the_response() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, of_ben) = two.connect().await;
        two.ada.faulty.plan(|request| request.uri().path().ends_with("/sendMessage").then_some(Fault::CutAfter));
        let sent = of_ada.send("once").await.expect("nobody knows yet");
        assert!(!sent.is_accepted());
        assert!(matches!(soon(sent.delivery()).await, Delivery::Delivered), "its event tells");
        assert_eq!(items(&of_ben).await, ["Ada Vale: once"]);
        two.ada.faulty.plan(|request| request.uri().path().ends_with("/sendMessage").then(|| respond(503, &[], "")));
        let sent = of_ada.send("never").await.expect("nobody knows yet");
        assert!(matches!(soon(sent.delivery()).await, Delivery::Unknown(_)));
        let count = seen(&two.simulator).iter().filter(|line| line.contains("/sendMessage ")).count();
        assert_eq!(count, 1, "the other one did not get there");
        assert_eq!(items(&of_ben).await, [] as [&str; 0]);
        two.ada.faulty.plan(|request| request.uri().path().ends_with("/sendMessage").then(|| respond(403, &[], "")));
        assert!(of_ada.send("refused").await.expect_err("it is refused").is_forbidden());
        two.ada.faulty.plan(|_| None);
        assert!(matches!(delivered(&of_ada, "again").await, Delivery::Delivered));
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_be_done_is_read_again_once_the_server_refuses_to_connect_messaging() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, _of_ben) = two.connect().await;
        let _cho = two.bring_cho(&of_ada, format).await;
        let readings =
            |two: &Two| seen(&two.simulator).iter().filter(|line| line.ends_with("/messaging with token")).count();
        two.stop_messaging(&of_ada).await;
        two.ada.faulty.plan(|request| request.uri().path().ends_with("/addMessaging").then(|| respond(403, &[], "")));
        let error = of_ada.send("refused").await.expect_err("it is refused");
        assert!(error.is_forbidden(), "{error}");
        let before = readings(&two);
        assert!(of_ada.send("refused again").await.expect_err("it is refused").is_forbidden());
        assert_eq!(readings(&two), before + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn two_messages_that_are_sent_at_once_connect_messaging_together() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, of_ben) = two.connect().await;
        let _cho = two.bring_cho(&of_ada, format).await;
        two.stop_messaging(&of_ada).await;
        items(&of_ben).await;
        let clone = of_ada.clone();
        let (one, other) = soon(async { tokio::join!(of_ada.send("one"), clone.send("other")) }).await;
        for sent in [one, other] {
            assert!(matches!(soon(sent.expect("she may").delivery()).await, Delivery::Delivered));
        }
        let mut received = items(&of_ben).await;
        received.sort();
        assert_eq!(received, ["Ada Vale: one", "Ada Vale: other"]);
    }
}

#[tokio::test(start_paused = true)]
async fn whom_a_message_did_not_reach_is_named() {
    let mut two = two(Format::Json).await;
    let (of_ada, _of_ben) = two.connect().await;
    let ben = of_ada.participants().await.expect("he is there").remove(0);
    let (participant, conversation) = (ben.link.href().to_owned(), of_ada.link().href().to_owned());
    let mut failed = None::<String>;
    two.ada.faulty.plan(move |request| {
        let address = request.uri().path_and_query().expect("requests have a path").as_str();
        if request.uri().path().ends_with("/sendMessage") {
            failed = address.split_once("operationId=").map(|(_, id)| id.to_owned());
            return Some(respond(201, &[("location", "/message/1")], ""));
        }
        let id = request.uri().path().ends_with("/events").then(|| failed.take()).flatten()?;
        let body = format!(
            r#"{{"_links":{{"self":{{"href":"{address}"}},"next":{{"href":"{address}"}}}},"sender":[
                {{"rel":"conversation","href":"{conversation}","events":[{{"type":"completed","status":"Failure",
                "reason":{{"code":"RemoteFailure"}},"link":{{"rel":"message","href":"/message/1"}},
                "_embedded":{{"message":{{"rel":"message","direction":"Outgoing","operationId":"{id}","_links":{{
                "self":{{"href":"/message/1"}},"failedDeliveryParticipant":[{{"href":"{participant}"}}]}}}}}}}}]}}]}}"#
        );
        Some(respond(200, &[("content-type", "application/json")], &body))
    });
    let Delivery::NotDelivered { to, reason } = delivered(&of_ada, "x").await else { panic!("it failed") };
    assert_eq!(to.iter().map(|who| who.address.clone().expect("an address")).collect::<Vec<_>>(), [BEN]);
    assert_eq!(reason.expect("the server says why").code, "RemoteFailure");
}

#[tokio::test(start_paused = true)]
async fn items_and_invitations_are_streams() {
    let two = two(Format::Json).await;
    let invitations = std::pin::pin!(two.ben.application.messaging().invitations().into_stream());
    two.simulator.send_message(CHO, BEN, "hello").expect("both are users");
    let (invitation, _) = soon(invitations.into_future()).await;
    drop(two.of_ben);
    let conversation = soon(invitation.expect("it comes").accept()).await.expect("he may");
    let first: Vec<_> = soon(conversation.items().take(1).collect()).await;
    assert_eq!(first.iter().map(told).collect::<Vec<_>>(), ["Cho Lindqvist: hello"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_read_no_more_takes_nothing_from_the_clones() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    let mut waiting = std::pin::pin!(of_ben.items());
    assert!(within(Duration::ZERO, waiting.next()).await.is_none());
    delivered(&of_ada, "one").await;
    assert_eq!(soon(of_ben.next()).await.as_ref().map(told).as_deref(), Some("Ada Vale: one"));
    // Nor does one that has to look something up first.
    let _cho = two.bring_cho(&of_ada, Format::Json).await;
    pass(Duration::from_secs(60)).await;
    two.ben.faulty.plan(|request| request.uri().path().contains("/participants/").then_some(Fault::LateResponse));
    let mut looking = std::pin::pin!(of_ben.items());
    let mut found = Vec::new();
    while let Some(Some(item)) = within(Duration::ZERO, looking.next()).await {
        found.push(told(&item));
    }
    found.extend(items(&of_ben).await);
    found.retain(|item| item != "Changed");
    assert_eq!(found, ["meeting", "Cho Lindqvist joined"]);
    two.ben.faulty.plan(|_| None);
    delivered(&of_ada, "two").await;
    assert_eq!(soon(looking.next()).await.as_ref().map(told).as_deref(), Some("Ada Vale: two"));
}

#[tokio::test(start_paused = true)]
async fn what_has_changed_is_found_out_although_it_cannot_be_read_at_first() {
    let mut two = two(Format::Json).await;
    let (_of_ada, of_ben) = two.connect().await;
    let path = of_ben.link().url().expect("a URL").path().to_owned();
    let (own, mut is_first) = (path.clone(), true);
    two.ben.faulty.plan(move |request| {
        if request.uri().path() == own {
            return Some(respond(503, &[], ""));
        }
        let is_poll = request.uri().path().ends_with("/events") && std::mem::replace(&mut is_first, false);
        let body = format!(
            r#"{{"_links":{{"next":{{"href":"{}"}}}},"sender":[{{"rel":"communication","href":"/c","events":[
                {{"link":{{"rel":"conversation","href":"{own}"}},"type":"updated"}}]}}]}}"#,
            request.uri()
        );
        is_poll.then(|| respond(200, &[("content-type", "application/json")], &body))
    });
    // The poll that is open ends without events.
    pass(Duration::from_secs(200)).await;
    items(&of_ben).await;
    two.ben.faulty.plan(|_| None);
    two.simulator.clear_requests();
    pass(Duration::from_secs(60)).await;
    assert!(seen(&two.simulator).iter().any(|line| line.ends_with(&format!("{path} with token"))));
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_cannot_be_read_does_not_hold_up_those_that_come_later() {
    let mut two = two(Format::Json).await;
    let mut first = None;
    two.ben.faulty.plan(move |request| {
        let path = request.uri().path();
        let is_invitation = request.method() == "GET" && path.contains("/invitations/");
        if is_invitation && first.get_or_insert_with(|| path.to_owned()) == path {
            return Some(Fault::Silence);
        }
        without_embedded(request, "messagingInvitation")
    });
    // The poll that is open ends without events.
    pass(Duration::from_secs(200)).await;
    two.simulator.send_message(CHO, BEN, "one").expect("both are users");
    let later = async {
        pass(Duration::from_secs(25)).await;
        two.simulator.send_message(ADA, BEN, "two").expect("both are users");
    };
    let (invitation, ()) = soon(async { tokio::join!(two.of_ben.next(), later) }).await;
    let invitation = invitation.expect("it comes");
    assert_eq!(invitation.message().as_deref(), Some("two"));
    assert!(!invitation.is_over());
}

#[tokio::test(start_paused = true)]
async fn events_that_come_twice_are_told_once() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    // The poll after the one that brings the message brings it again.
    two.simulator.inject(ucwa_simulator::Fault::new(Effect::RepeatedEvents).on("events").of_user(BEN));
    delivered(&of_ada, "x").await;
    assert_eq!(items(&of_ben).await, ["Ada Vale: x"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_invited_makes_a_meeting_of_it_and_nothing_else_changes() {
    for format in FORMATS {
        let mut two = two(format).await;
        let cho = Desk::of(&two.simulator, CHO, format).await;
        let mut of_cho = cho.application.messaging().invitations();
        let (of_ada, of_ben) = two.connect().await;
        let join = async {
            let invitation = soon(of_cho.next()).await.expect("it comes");
            assert_eq!(invitation.kind(), InvitationKind::Meeting);
            invitation.accept().await.expect("she may")
        };
        let (invited, of_cho) = soon(async { tokio::join!(of_ada.invite(CHO), join) }).await;
        invited.expect("she joins");
        for conversation in [&of_ada, &of_ben] {
            assert_eq!(items(conversation).await, ["meeting", "Cho Lindqvist joined"]);
            assert!(conversation.is_meeting());
        }
        let mut there = items(&of_cho).await;
        there.sort();
        assert_eq!(there, ["Ada Vale joined", "Ben Ortiz joined"], "for her it has always been one");
        delivered(&of_ben, "welcome").await;
        assert_eq!(items(&of_cho).await, ["Ben Ortiz: welcome"]);
        assert_eq!(items(&of_ada).await, ["Ben Ortiz: welcome"]);
        of_ada.leave().await.expect("she may");
        assert_eq!(items(&of_ben).await, ["Ada Vale left"]);
        assert_eq!(of_ben.participants().await.expect("they are there").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn whose_role_changes_while_it_is_read_is_read_again() {
    let mut two = two(Format::Json).await;
    let cho = Desk::of(&two.simulator, CHO, Format::Json).await;
    let mut of_cho = cho.application.messaging().invitations();
    let mut is_first = true;
    two.ada.faulty.plan(move |request| {
        let is_meant = request.method() == "GET" && request.uri().path().ends_with("/participants/ben@contoso.com");
        (is_meant && std::mem::replace(&mut is_first, false)).then_some(Fault::SlowResponse)
    });
    let messaging = two.ada.application.messaging();
    let (started, _of_ben) = soon(async { tokio::join!(messaging.start(BEN), accept(&mut two.of_ben)) }).await;
    let of_ada = started.expect("he accepts");
    let escalate = async {
        pass(Duration::from_secs(1)).await;
        tokio::join!(of_ada.invite(CHO), accept(&mut of_cho)).0.expect("she joins");
    };
    let (read, ()) = soon(async { tokio::join!(of_ada.participants(), escalate) }).await;
    let found: Vec<_> = read.expect("she is in").into_iter().map(|who| (who.to_string(), who.role)).collect();
    assert_eq!(found[0], ("Ben Ortiz".to_owned(), Some(Role::Attendee)), "{found:?}");
}

#[tokio::test(start_paused = true)]
async fn several_are_invited_together() {
    let mut two = two(Format::Json).await;
    let messaging = two.ada.application.messaging();
    let topic = Topic::new().with_subject("Lunch").with_message("Now?");
    let start = messaging.start_with_several([BEN, "nobody@contoso.com"], topic);
    let (started, of_ben) = soon(async { tokio::join!(start, accept(&mut two.of_ben)) }).await;
    let (of_ada, not_there) = started.expect("she may");
    assert_eq!(not_there.len(), 1);
    assert_eq!(not_there[0].address, "nobody@contoso.com");
    assert!(matches!(not_there[0].error, Error::Unsuccessful(_)), "{:?}", not_there[0].error);
    assert!(items(&of_ben).await.contains(&"Ada Vale: Now?".to_owned()));
    assert!(of_ada.is_meeting());
    assert!(!items(&of_ada).await.contains(&"meeting".to_owned()), "it has always been one");
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_the_server_loses_ends_with_that_reason() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, of_ben) = two.connect().await;
        two.simulator.lose_state(two.application_of(ADA)).expect("it is there");
        assert_eq!(items(&of_ada).await, ["ended Lost(Resumed)"]);
        assert_eq!(of_ada.end(), Some(ConversationEnd::Lost(Loss::Resumed)));
        assert!(items(&of_ben).await.last().is_some_and(|last| last.starts_with("ended")));
        let (of_ada, _of_ben) = two.connect().await;
        two.simulator.lose_application(two.application_of(ADA)).expect("it is there");
        assert_eq!(items(&of_ada).await, ["ended Lost(Recreated)"]);
        // All goes on with the new application.
        let (of_ada, of_ben) = two.connect().await;
        assert!(matches!(delivered(&of_ada, "again").await, Delivery::Delivered));
        assert_eq!(items(&of_ben).await, ["Ada Vale: again"]);
        two.ada.application.close().await.expect("it closes");
        assert_eq!(items(&of_ada).await, ["ended Closed"]);
    }
}

#[tokio::test(start_paused = true)]
async fn events_that_are_lost_are_told_and_the_roster_is_read_again() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    two.simulator.inject(ucwa_simulator::Fault::new(Effect::LostAcknowledgement).on("events").of_user(BEN));
    delivered(&of_ada, "one").await;
    delivered(&of_ada, "two").await;
    let items = items(&of_ben).await;
    assert!(items.contains(&"events lost".to_owned()), "{items:?}");
    assert_eq!(of_ben.participants().await.expect("she is there").len(), 1);
    assert!(of_ben.end().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_slow_program_is_told_how_much_it_missed() {
    let mut two = two(Format::Json).await;
    let (_, of_ben) = two.connect().await;
    for number in 0..1010 {
        two.simulator.send_message(ADA, BEN, &number.to_string()).expect("both are users");
        if number % 100 == 0 {
            pass(Duration::from_secs(1)).await;
        }
    }
    pass(Duration::from_secs(60)).await;
    let items = items(&of_ben).await;
    assert_eq!((items[0].as_str(), items.len()), ("dropped 10", 1001));
    assert_eq!((items[1].as_str(), items[1000].as_str()), ("Ada Vale: 10", "Ada Vale: 1009"));
}

#[tokio::test(start_paused = true)]
async fn a_conversation_in_which_nothing_can_be_sent_says_what_is_missing() {
    let mut two = two(Format::Json).await;
    let (of_ada, _of_ben) = two.connect().await;
    two.ada.faulty.plan(|request| match request.uri().path() {
        path if path.ends_with("/sendMessage") => Some(respond(403, &[], "")),
        path => path.ends_with("/messaging").then(|| {
            let body = format!(r#"{{"rel":"messaging","state":"Connected","_links":{{"self":{{"href":"{path}"}}}}}}"#);
            respond(200, &[("content-type", "application/json")], &body)
        }),
    });
    // The refusal has the client read again what is possible.
    assert!(of_ada.send("x").await.expect_err("it is refused").is_forbidden());
    let error = of_ada.send("x").await.expect_err("there is no link");
    assert_eq!(error.missing_capability(), Some(Capability::SendMessages), "{error}");
    two.ada.faulty.plan(|_| None);
    of_ada.leave().await.expect("she may");
    let error = of_ada.send("x").await.expect_err("it is over");
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_is_told_again_after_a_loss_is_the_same() {
    for format in FORMATS {
        let mut two = two(format).await;
        // The poll after the one that brings the invitation loses its place, and the server tells everything again.
        two.simulator.inject(ucwa_simulator::Fault::new(Effect::LostAcknowledgement).on("events").of_user(BEN));
        let messaging = two.ada.application.messaging();
        let answer = async {
            let invitation = soon(two.of_ben.next()).await.expect("it comes");
            pass(Duration::from_secs(5)).await;
            let begin = tokio::time::Instant::now();
            let accepted = invitation.accept().await.expect("it can be accepted");
            assert!(begin.elapsed() < Duration::from_secs(10), "the event that it is connected is not missed");
            accepted
        };
        let (of_ada, of_ben) = soon(async { tokio::join!(messaging.start(BEN), answer) }).await;
        delivered(&of_ada.expect("he accepts"), "x").await;
        assert!(items(&of_ben).await.contains(&"Ada Vale: x".to_owned()));
        assert!(within(Duration::from_secs(60), two.of_ben.next()).await.is_none(), "it is given once");
    }
}

/// Hides from the event channel what events embed of a relation, as servers may.
fn hide_embedded(desk: &Desk, rel: &'static str) {
    desk.faulty.plan(move |request| without_embedded(request, rel));
}

fn without_embedded(request: &http::Request<bytes::Bytes>, rel: &'static str) -> Option<Fault> {
    let hide = move |text: &str| text.replace(&format!("\"_embedded\":{{\"{rel}\""), &format!("\"x\":{{\"{rel}\""));
    let is_poll = request.uri().path().ends_with("/events");
    is_poll.then(|| edit(move |text| hide(&text)))
}

#[tokio::test(start_paused = true)]
async fn what_others_send_is_theirs_where_the_server_does_not_say_so() {
    let mut two = two(Format::Json).await;
    let mut of_ada_herself = two.ada.application.messaging().invitations();
    for desk in [&two.ada, &two.ben] {
        desk.faulty.plan(|_| {
            Some(edit(|text| {
                let text = text.replace("\"direction\":\"Incoming\",", "");
                text.replace("\"direction\":\"Outgoing\",", "")
            }))
        });
    }
    let (of_ada, of_ben) = two.connect().await;
    delivered(&of_ada, "one").await;
    delivered(&of_ben, "two").await;
    let messages = |items: Vec<String>| items.into_iter().filter(|item| item.contains(": ")).collect::<Vec<_>>();
    assert_eq!(messages(items(&of_ben).await), ["Ada Vale: one"]);
    assert_eq!(messages(items(&of_ada).await), ["Ben Ortiz: two"]);
    assert!(within(Duration::from_secs(60), two.of_ben.next()).await.is_none(), "there is one");
    assert!(within(Duration::from_secs(60), of_ada_herself.next()).await.is_none(), "it is her own");
}

/// Has no event that something is completed bring it along.
fn complete_without_resource(text: &str) -> String {
    let mut document: serde_json::Value = serde_json::from_str(text).expect("JSON");
    for sender in document["sender"].as_array_mut().into_iter().flatten() {
        for event in sender["events"].as_array_mut().into_iter().flatten() {
            if event["type"] == "completed" {
                event.as_object_mut().expect("an object").remove("_embedded");
            }
        }
    }
    document.to_string()
}

#[tokio::test(start_paused = true)]
async fn the_first_event_may_be_the_only_one_that_tells_which_conversation_was_accepted() {
    let mut two = two(Format::Json).await;
    two.ada.faulty.plan(|request| match request.uri().path() {
        path if path.ends_with("/events") => Some(edit(|text| complete_without_resource(&text))),
        path => path.contains("/invitations/").then(|| respond(404, &[], "")),
    });
    // The poll that was on its way is not changed yet.
    two.ada.application.own_presence().set_note("here").await.expect("she may");
    pass(Duration::from_secs(10)).await;
    let messaging = two.ada.application.messaging();
    let accept = async { soon(two.of_ben.next()).await.expect("it comes").accept().await };
    let (started, accepted) = soon(async { tokio::join!(messaging.start(BEN), accept) }).await;
    accepted.expect("he may");
    assert_eq!(started.expect("he accepts").end(), None);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_the_server_does_not_send_along_is_read() {
    let mut two = two(Format::Json).await;
    hide_embedded(&two.ben, "messagingInvitation");
    two.simulator.send_message(CHO, BEN, "hello").expect("both are users");
    // What is given up while it is read is not lost.
    assert!(within(Duration::ZERO, two.of_ben.next()).await.is_none());
    let invitation = soon(two.of_ben.next()).await.expect("it comes");
    assert_eq!(invitation.from().map(ToString::to_string).as_deref(), Some("Cho Lindqvist"));
    assert_eq!(invitation.message().as_deref(), Some("hello"));
    let of_ben = soon(invitation.accept()).await.expect("it can be accepted");
    assert!(items(&of_ben).await.contains(&"Cho Lindqvist: hello".to_owned()));
    // His own invitations are not given to him.
    let start = two.ben.application.messaging();
    let _ = soon(start.start("nobody@contoso.com")).await;
    assert!(within(Duration::from_secs(60), two.of_ben.next()).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_cannot_be_read_for_now_is_read_once_it_can() {
    // A page of a proxy with 404 says nothing of the conversation.
    for status in [503, 404] {
        let mut two = two(Format::Json).await;
        two.ben.faulty.plan(move |request| {
            let is_conversation = request.method() == "GET" && request.uri().path().contains("/conversations/");
            let page = is_conversation.then(|| proxy_page(status));
            page.or_else(|| without_embedded(request, "conversation"))
        });
        let (_of_ada, of_ben) = two.connect().await;
        items(&of_ben).await;
        assert!(of_ben.resource().is_none(), "{status}");
        two.ben.faulty.plan(|_| None);
        pass(Duration::from_secs(120)).await;
        assert!(of_ben.resource().is_some(), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_the_server_does_not_send_along_is_read_or_said_to_be_missing() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    hide_embedded(&two.ben, "message");
    delivered(&of_ada, "one").await;
    assert_eq!(items(&of_ben).await, ["Ada Vale: one"]);
    two.simulator.inject(ucwa_simulator::Fault::new(Effect::InvalidToken).on("message").of_user(BEN).times(9));
    delivered(&of_ada, "two").await;
    assert_eq!(items(&of_ben).await, ["events lost"]);
}

#[tokio::test(start_paused = true)]
async fn all_ends_with_the_application_even_where_nobody_reads_the_channel() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (_of_ada, of_ben) = two.connect().await;
        two.ben.stop_reading();
        pass(Duration::from_secs(1)).await;
        let close = async {
            pass(Duration::from_secs(1)).await;
            two.ben.application.close().await.expect("it closes");
        };
        let ended = async { (of_ben.over().await, two.of_ben.next().await.is_none()) };
        let (ended, ()) = soon(async { tokio::join!(ended, close) }).await;
        assert_eq!(ended, (ConversationEnd::Closed, true));
        assert_eq!(items(&of_ben).await, ["ended Closed"]);
        assert!(of_ben.next().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn who_could_not_be_read_is_read_when_somebody_asks() {
    // A page of a proxy with 404 says nothing of the participant.
    for status in [503, 404] {
        let mut two = two(Format::Json).await;
        two.ada.faulty.plan(move |request| {
            let is_participant = request.method() == "GET" && request.uri().path().contains("/participants/");
            is_participant.then(|| proxy_page(status))
        });
        let (of_ada, _of_ben) = two.connect().await;
        assert!(of_ada.participants().await.is_err(), "nobody can be read");
        two.ada.faulty.plan(|_| None);
        let others = of_ada.participants().await.expect("all can be read");
        assert_eq!(others.iter().map(|who| who.address.clone().expect("an address")).collect::<Vec<_>>(), [BEN]);
    }
}

#[tokio::test(start_paused = true)]
async fn roles_are_read_again_once_a_conversation_is_a_meeting() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, of_ben) = two.connect().await;
        let role = async |of: &Conversation| of.participants().await.expect("all can be read").remove(0).role;
        role(&of_ada).await;
        role(&of_ben).await;
        assert!(soon(of_ada.invite("nobody@contoso.com")).await.is_err());
        items(&of_ada).await;
        assert_eq!(role(&of_ada).await, Some(Role::Attendee));
        items(&of_ben).await;
        assert_eq!(role(&of_ben).await, Some(Role::Leader));
    }
}

#[tokio::test(start_paused = true)]
async fn roles_are_read_again_after_events_were_lost() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    let _cho = two.bring_cho(&of_ada, Format::Json).await;
    let cho = async |of: &Conversation| {
        let all = of.participants().await.expect("all can be read");
        all.into_iter().find(|who| who.address.as_ref().is_some_and(|address| *address == CHO)).expect("she is in")
    };
    items(&of_ben).await;
    assert_eq!(cho(&of_ben).await.role, Some(Role::Attendee));
    swallow_events(&two.ben).await;
    let who = cho(&of_ada).await;
    ucwa_client::meetings::Meeting::from(of_ada).promote(&who).await.expect("she leads");
    two.tell_ben_of_the_loss().await;
    let mut roles = Vec::new();
    while let Some(Some(item)) = within(Duration::from_secs(60), of_ben.next()).await {
        if let ConversationItem::ParticipantChanged(who) = item {
            roles.push(who.role);
        }
    }
    assert_eq!(roles, [Some(Role::Leader)]);
    assert_eq!(cho(&of_ben).await.role, Some(Role::Leader));
}

#[tokio::test(start_paused = true)]
async fn nobody_knows_what_became_of_a_message_that_was_on_its_way_when_the_application_was_closed() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, of_ben) = two.connect().await;
        two.ada.faulty.plan(|request| request.uri().path().ends_with("/sendMessage").then_some(Fault::LateResponse));
        // Nor does the event channel tell.
        two.ada.stop_reading();
        let close = async {
            pass(Duration::from_millis(500)).await;
            two.ada.application.close().await.expect("it closes");
        };
        let (sent, ()) = soon(async { tokio::join!(of_ada.send("x"), close) }).await;
        let sent = sent.expect("it may have been accepted");
        assert!(!sent.is_accepted());
        assert!(matches!(soon(sent.delivery()).await, Delivery::Unknown(UnknownOutcome::Closed)));
        assert!(items(&of_ben).await.contains(&"Ada Vale: x".to_owned()));
        assert!(of_ada.send("y").await.is_err(), "this one certainly not");
    }
}

#[tokio::test(start_paused = true)]
async fn who_left_while_events_were_lost_is_told_to_have_left_once() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    // She leaves, and the poll that tells of it has the server tell all again.
    two.simulator.inject(ucwa_simulator::Fault::new(Effect::LostAcknowledgement).on("events").of_user(BEN));
    two.ben.faulty.plan(|request| {
        let is_conversation = request.method() == "GET" && request.uri().path().contains("/conversations/");
        is_conversation.then_some(Fault::Late)
    });
    delivered(&of_ada, "x").await;
    of_ada.leave().await.expect("she may");
    let items = items(&of_ben).await;
    assert_eq!(items.iter().filter(|item| *item == "Ada Vale left").count(), 1, "{items:?}");
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_the_user_left_before_accepting_returned_is_over() {
    let mut two = two(Format::Json).await;
    let messaging = two.ada.application.messaging();
    let of_ben = two.ben.application.messaging();
    // Nothing says that the invitation was accepted, as the events of that do not come.
    let answer = async {
        let invitation = soon(two.of_ben.next()).await.expect("it comes");
        two.ben.stop_reading();
        let leave = async {
            pass(Duration::from_secs(5)).await;
            of_ben.conversations().pop().expect("it rang").leave().await.expect("he may");
        };
        tokio::join!(invitation.accept(), leave).0
    };
    let (_, accepted) = soon(async { tokio::join!(messaging.start(BEN), answer) }).await;
    let over = accepted.map(|conversation| conversation.end());
    assert_eq!(over.expect("he may"), Some(ConversationEnd::Left));
    assert!(of_ben.conversations().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_acceptance_whose_outcome_is_unknown_is_not_said_to_be_refused() {
    for is_closed in [true, false] {
        let mut two = two(Format::Json).await;
        // After the poll that brings the invitation, none comes through that would say that it was accepted.
        pass(Duration::from_secs(1)).await;
        two.simulator.inject(ucwa_simulator::Fault::new(Effect::CutBefore).on("events").of_user(BEN).times(1000));
        two.simulator.send_message(CHO, BEN, "hello").expect("both are users");
        let invitation = soon(two.of_ben.next()).await.expect("it comes");
        let end = async {
            pass(Duration::from_secs(5)).await;
            if is_closed {
                two.ben.application.close().await.expect("he may");
            } else {
                two.simulator.lose_state(two.application_of(BEN)).expect("it is there");
                two.simulator.clear_faults();
            }
        };
        let error = soon(async { tokio::join!(invitation.accept(), end).0 }).await.expect_err("nobody knows");
        let expected = |cause: &UnknownOutcome| match cause {
            UnknownOutcome::Closed => is_closed,
            UnknownOutcome::Lost(loss) => !is_closed && *loss == Loss::Resumed,
            _ => false,
        };
        assert!(unknown_outcome(&error).is_some_and(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_invitation_that_is_over_is_not_offered_again_after_a_loss() {
    let mut two = two(Format::Json).await;
    // After the poll that brings the invitation, none comes through until its time is over.
    pass(Duration::from_secs(1)).await;
    two.simulator.inject(ucwa_simulator::Fault::new(Effect::CutBefore).on("events").of_user(BEN).times(1000));
    two.simulator.send_message(CHO, BEN, "hello").expect("both are users");
    let invitation = soon(two.of_ben.next()).await.expect("it comes");
    soon(invitation.over()).await;
    two.simulator.clear_faults();
    // The server was not told that the invitation arrived, and tells of it once more; a second later, of its end.
    two.ben.faulty.plan(|request| request.uri().path().ends_with("/events").then_some(Fault::LateResponse));
    two.simulator.inject(ucwa_simulator::Fault::new(Effect::LostAcknowledgement).on("events").of_user(BEN));
    assert!(within(Duration::from_secs(600), two.of_ben.next()).await.is_none(), "it is over");
}

#[tokio::test(start_paused = true)]
async fn the_user_is_not_among_the_others_even_while_nobody_can_be_read() {
    for format in FORMATS {
        let mut two = two(format).await;
        for desk in [&two.ada, &two.ben] {
            desk.faulty.plan(|request| {
                let is_participant = request.method() == "GET" && request.uri().path().contains("articipant");
                is_participant.then(|| respond(503, &[], ""))
            });
        }
        let messaging = two.ada.application.messaging();
        let (started, accepted) = soon(async { tokio::join!(messaging.start(BEN), accept(&mut two.of_ben)) }).await;
        assert_eq!(items(&started.expect("he accepts")).await, ["Ben Ortiz joined"]);
        assert_eq!(items(&accepted).await, ["Ada Vale joined"]);
    }
}

/// Has a poll tell no events, as if somebody else took them.
fn swallow(request: &http::Request<bytes::Bytes>) -> Option<Fault> {
    let is_poll = request.uri().path().ends_with("/events");
    is_poll.then(|| {
        edit(|text| {
            let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            document["sender"] = serde_json::json!([]);
            document.to_string()
        })
    })
}

/// A server that has no time.
fn unavailable() -> Fault {
    respond(503, &[], "")
}

/// Keeps from a user what the event channel tells from now on.
async fn swallow_events(desk: &Desk) {
    desk.faulty.plan(swallow);
    // The poll that is open ends without events.
    pass(Duration::from_secs(200)).await;
}

impl Two {
    /// Has Ben told what comes from now on, and that events were lost before.
    async fn tell_ben_of_the_loss(&self) {
        self.tell_ben_of_the_loss_while(|_| None).await;
    }

    /// The same, while requests for some paths fail.
    async fn tell_ben_of_the_loss_while(&self, fails: fn(&str) -> Option<Fault>) {
        // What was swallowed is acknowledged by then.
        pass(Duration::from_secs(60)).await;
        self.ben.faulty.plan(move |request| fails(request.uri().path()));
        self.simulator.inject(ucwa_simulator::Fault::new(Effect::LostAcknowledgement).on("events").of_user(BEN));
        self.simulator.set_note(BEN, "something to tell").expect("he is a user");
        pass(Duration::from_secs(60)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_began_and_ended_while_events_were_lost_is_found_although_nobody_reads_the_items() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    swallow_events(&two.ben).await;
    of_ada.leave().await.expect("she may");
    let messaging = two.ben.application.messaging();
    let start = messaging.start_meeting(Topic::new().with_subject("Alone"));
    assert!(within(Duration::from_secs(60), start).await.is_none(), "nothing says that it has begun");
    assert_eq!(of_ben.end(), None);
    two.tell_ben_of_the_loss().await;
    assert_eq!(of_ben.end(), Some(ConversationEnd::Lost(Loss::Resynchronized)));
    let conversations = messaging.conversations();
    let subjects: Vec<_> = conversations.iter().map(Conversation::subject).collect();
    assert_eq!(subjects, [Some("Alone".to_owned())]);
    assert!(conversations[0].is_meeting());
    conversations[0].leave().await.expect("he may");
    assert!(messaging.conversations().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_up_after_a_loss_is_tried_until_it_can() {
    type Fails = fn(&str) -> Option<Fault>;
    let failures: [Fails; 2] = [
        |path| path.contains("/conversations").then(unavailable),
        // A proxy says nothing of what the server has.
        |path| path.contains("/conversations").then(|| proxy_page(404)),
    ];
    for fails in failures {
        let mut two = two(Format::Json).await;
        let (of_ada, of_ben) = two.connect().await;
        swallow_events(&two.ben).await;
        of_ada.leave().await.expect("she may");
        two.tell_ben_of_the_loss_while(fails).await;
        assert_eq!(items(&of_ben).await, ["events lost"], "the program does not wait for what does not come");
        assert_eq!(of_ben.end(), None);
        two.ben.faulty.plan(|_| None);
        pass(Duration::from_secs(300)).await;
        assert_eq!(items(&of_ben).await, ["ended Lost(Resynchronized)"]);
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_in_a_meeting_is_read_after_a_loss_until_it_can_be_read() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    let (_cho, of_cho) = two.bring_cho(&of_ada, Format::Json).await;
    items(&of_ben).await;
    swallow_events(&two.ben).await;
    of_cho.leave().await.expect("she may");
    two.tell_ben_of_the_loss_while(|path| {
        let is_meant = path.ends_with("/leaders") || path.ends_with("/attendees");
        is_meant.then(unavailable)
    })
    .await;
    assert_eq!(items(&of_ben).await, ["events lost"]);
    two.ben.faulty.plan(|_| None);
    pass(Duration::from_secs(300)).await;
    assert_eq!(items(&of_ben).await, ["Cho Lindqvist left"]);
}

#[tokio::test(start_paused = true)]
async fn who_came_and_went_while_events_were_lost_is_told() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    swallow_events(&two.ben).await;
    let _cho = two.bring_cho(&of_ada, Format::Json).await;
    of_ada.leave().await.expect("she may");
    two.tell_ben_of_the_loss().await;
    let mut items = items(&of_ben).await;
    items.sort();
    assert_eq!(items, ["Ada Vale left", "Cho Lindqvist joined", "events lost", "meeting"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_said_in_a_conversation_that_ended_before_the_program_had_it_is_not_lost() {
    for format in FORMATS {
        let mut two = two(format).await;
        let late = Effect::Latency { milliseconds: 10_000 };
        two.simulator.inject(ucwa_simulator::Fault::new(late).on("startMessaging").of_user(ADA));
        let messaging = two.ada.application.messaging();
        let speak = async {
            let of_ben = accept(&mut two.of_ben).await;
            delivered(&of_ben, "in a hurry").await;
            of_ben.leave().await.expect("he may");
        };
        let (of_ada, ()) = soon(async { tokio::join!(messaging.start(BEN), speak) }).await;
        let items = items(&of_ada.expect("he accepted")).await;
        assert_eq!(items, ["Ben Ortiz joined", "Ben Ortiz: in a hurry", "Ben Ortiz left", "ended Left"]);
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_at_once_stays_although_the_end_of_the_visit_before_is_told_late() {
    for format in FORMATS {
        let two = two(format).await;
        let meetings = two.ada.application.meetings();
        let mut input = ucwa::online_meeting::MyOnlineMeetingsInput::new();
        input.subject = Some("Review".into());
        let uri = meetings.schedule(input).await.expect("she may").online_meeting_uri.clone().expect("an address");
        let uri = uri.to_string();
        let meeting = soon(meetings.join(&uri).await.expect("it is there").joined()).await.expect("it is hers");
        let _of_ben = soon(two.ben.application.meetings().join(&uri).await.expect("it is there").joined()).await;
        two.ada.faulty.plan(|request| request.uri().path().ends_with("/events").then_some(Fault::LateResponse));
        pass(Duration::from_secs(200)).await;
        meeting.conversation().leave().await.expect("she may");
        let again = meetings.join(&uri).await.expect("it goes on");
        let again = soon(again.joined()).await.expect("it is hers");
        assert_eq!(again.conversation().end(), None);
        assert_eq!(two.ada.application.messaging().conversations().len(), 1);
        assert!(matches!(delivered(again.conversation(), "back").await, Delivery::Delivered));
        again.conversation().leave().await.expect("she may");
        assert_eq!(items(again.conversation()).await.last().map(String::as_str), Some("ended Left"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_lost_before_the_program_had_it_does_not_go_on() {
    let two = two(Format::Json).await;
    let application = two.application_of(ADA);
    let messaging = two.ada.application.messaging();
    let meetings = two.ada.application.meetings();
    let mut input = ucwa::online_meeting::MyOnlineMeetingsInput::new();
    input.subject = Some("Review".into());
    let uri = meetings.schedule(input).await.expect("she may").online_meeting_uri.clone().expect("an address");
    let uri = uri.to_string();
    let of_ben = two.ben.application.meetings().join(&uri).await.expect("it is there");
    soon(of_ben.joined()).await.expect("he may");
    two.ada.faulty.plan(|request| {
        let is_invitation = request.method() == "GET" && request.uri().path().contains("/invitations/");
        if is_invitation { Some(Fault::LateResponse) } else { swallow(request) }
    });
    pass(Duration::from_secs(200)).await;
    let lose = async {
        pass(Duration::from_millis(500)).await;
        two.simulator.lose_state(application).expect("it is there");
    };
    let (joining, ()) = soon(async { tokio::join!(meetings.join(&uri), lose) }).await;
    assert!(soon(joining.expect("it was there").joined()).await.is_err());
    assert!(messaging.conversations().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_read_late_does_not_hide_what_was_heard_meanwhile() {
    for format in FORMATS {
        let mut two = two(format).await;
        let of_ben = two.ben.application.messaging();
        two.ben.faulty.plan(|request| {
            let is_messaging = request.method() == "GET" && request.uri().path().ends_with("/messaging");
            is_messaging.then_some(Fault::LateResponse)
        });
        let answer = async {
            let invitation = soon(two.of_ben.next()).await.expect("it comes");
            let ringing = of_ben.conversations().pop().expect("it rings");
            let accept = async {
                pass(Duration::from_millis(500)).await;
                invitation.accept().await.expect("he may")
            };
            tokio::join!(ringing.send("early"), accept).0
        };
        let messaging = two.ada.application.messaging();
        let (of_ada, sent) = soon(async { tokio::join!(messaging.start(BEN), answer) }).await;
        assert!(matches!(soon(sent.expect("he may by then").delivery()).await, Delivery::Delivered));
        assert!(items(&of_ada.expect("he accepts")).await.contains(&"Ben Ortiz: early".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_said_before_the_user_left_does_not_bring_the_conversation_back() {
    for format in FORMATS {
        let mut two = two(format).await;
        let (of_ada, of_ben) = two.connect().await;
        two.ben.faulty.plan(|request| request.uri().path().ends_with("/events").then_some(Fault::LateResponse));
        // The poll that is open ends without events.
        pass(Duration::from_secs(200)).await;
        delivered(&of_ada, "wait").await;
        of_ben.leave().await.expect("he may");
        pass(Duration::from_secs(60)).await;
        assert!(two.ben.application.messaging().conversations().is_empty());
        let (_, of_ben) = two.connect().await;
        assert_eq!(of_ben.end(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn the_page_of_a_proxy_does_not_say_that_anything_is_gone() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    let page = || respond(404, &[("content-type", "text/html")], "<h1>Not found</h1>");
    two.ada.faulty.plan(move |_| Some(page()));
    assert!(of_ada.leave().await.expect_err("she is there still").is_not_found());
    two.ada.faulty.plan(|_| None);
    swallow_events(&two.ben).await;
    pass(Duration::from_secs(60)).await;
    two.simulator.inject(ucwa_simulator::Fault::new(Effect::LostAcknowledgement).on("events").of_user(BEN));
    two.ben.faulty.plan(move |request| request.uri().path().contains("/conversations/").then(page));
    two.simulator.set_note(BEN, "something to tell").expect("he is a user");
    pass(Duration::from_secs(60)).await;
    two.ben.faulty.plan(|_| None);
    assert_eq!(items(&of_ben).await, ["events lost"]);
    assert_eq!((of_ada.end(), of_ben.end()), (None, None));
    delivered(&of_ada, "still here").await;
    assert_eq!(items(&of_ben).await, ["Ada Vale: still here"]);
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_after_the_channel_ended_is_known_once_another_stream_reads_it() {
    let mut two = two(Format::Json).await;
    let (of_ada, of_ben) = two.connect().await;
    two.ben.faulty.plan(|request| {
        let body = r#"{"code":"Conflict","subcode":"PGetReplaced"}"#;
        let is_poll = request.uri().path().ends_with("/events");
        is_poll.then(|| respond(409, &[("content-type", "application/json")], body))
    });
    assert_eq!(soon(of_ben.over()).await, ConversationEnd::Closed);
    two.ben.faulty.plan(|_| None);
    two.ben.read_again();
    delivered(&of_ada, "still there?").await;
    pass(Duration::from_secs(60)).await;
    let conversations = two.ben.application.messaging().conversations();
    let [of_ben] = conversations.as_slice() else { panic!("the one that goes on: {conversations:?}") };
    assert_eq!(items(of_ben).await, ["events lost", "Ada Vale joined", "Ada Vale: still there?"]);
    delivered(of_ben, "yes").await;
    assert!(items(&of_ada).await.contains(&"Ben Ortiz: yes".to_owned()));
}

/// A response of the event channel with one event about an invitation.
fn told_of_invitation(kind: &str) -> Fault {
    let invitation =
        r#"{"rel":"messagingInvitation","direction":"Incoming","_links":{"accept":{"href":"/i/1/accept"}}}"#;
    let body = format!(
        r#"{{"_links":{{"next":{{"href":"?ack=2"}}}},"sender":[{{"rel":"communication","href":"/c","events":[
            {{"link":{{"rel":"messagingInvitation","href":"/i/1"}},"type":"{kind}","status":"Failure",
            "_embedded":{{"messagingInvitation":{invitation}}}}}]}}]}}"#
    );
    respond(200, &[("content-type", "application/json")], &body)
}

#[tokio::test(start_paused = true)]
async fn an_invitation_after_the_application_was_lost_is_another_whatever_its_address() {
    let mut two = two(Format::Json).await;
    let mut polls = 0;
    two.ben.faulty.plan(move |request| {
        let is_poll = request.uri().path().ends_with("/events");
        polls += usize::from(is_poll);
        let gone = r#"{"code":"NotFound","subcode":"ApplicationNotFound"}"#;
        match polls {
            _ if !is_poll => None,
            1 | 4 => Some(told_of_invitation("started")),
            2 => Some(late(told_of_invitation("completed"))),
            3 => Some(respond(404, &[("content-type", "application/json")], gone)),
            _ => None,
        }
    });
    two.simulator.set_note(BEN, "x").expect("a user");
    for number in 1..=2 {
        let invitation = within(Duration::from_secs(20), two.of_ben.next()).await;
        assert!(invitation.is_some_and(|invitation| invitation.is_some()), "the one with the number {number}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_types_does_not_connect_messaging() {
    let mut two = two(Format::Json).await;
    let (of_ada, _of_ben) = two.connect().await;
    let _cho = two.bring_cho(&of_ada, Format::Json).await;
    two.stop_messaging(&of_ada).await;
    let error = of_ada.show_typing().await.expect_err("messaging is not connected");
    assert_eq!(error.missing_capability(), Some(Capability::ShowTyping), "{error}");
    assert!(!seen(&two.simulator).iter().any(|line| line.contains("/addMessaging")));
    of_ada.send("x").await.expect("she may").delivery().await;
    of_ada.show_typing().await.expect("she may");
}

#[test]
fn what_may_have_been_missed_is_looked_up_after_the_runtime_of_an_earlier_attempt_was_shut_down() {
    let first = runtime();
    let (mut two, of_ben) = first.block_on(async {
        let mut two = two(Format::Json).await;
        let (of_ada, of_ben) = two.connect().await;
        swallow_events(&two.ben).await;
        of_ada.leave().await.expect("she may");
        two.tell_ben_of_the_loss_while(|path| path.contains("/conversations").then(unavailable)).await;
        (two, of_ben)
    });
    drop(first);
    runtime().block_on(async {
        two.ben.read_again();
        two.tell_ben_of_the_loss().await;
        pass(Duration::from_secs(300)).await;
    });
    assert_eq!(of_ben.end(), Some(ConversationEnd::Lost(Loss::Resynchronized)));
}
