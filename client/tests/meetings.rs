//! Online meetings: scheduled, changed, joined, led and left.

mod desk;
mod support;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use desk::{ADA, BEN, CHO, Desk, soon, unknown_outcome, within};
use support::{FORMATS, Fault, Faulty, edit, pass, proxy_page, respond, settings, simulator};
use tokio::sync::Notify;
use ucwa::Format;
use ucwa::communication::AddAudioInput;
use ucwa::enumerations::{AccessLevel, AutomaticLeaderAssignment, Role};
use ucwa::http::{Method, Request};
use ucwa::online_meeting::MyOnlineMeetingsInput;
use ucwa_client::meetings::{ConferenceUri, JoinUrl, Meeting, Meetings};
use ucwa_client::messaging::{ConversationEnd, ConversationItem, Topic};
use ucwa_client::{
    AnonymousMeeting, Application, ApplicationSettings, Capability, Client, Error, Loss, UnknownOutcome,
};
use ucwa_simulator::Simulator;

fn input(subject: &str, access: AccessLevel) -> MyOnlineMeetingsInput {
    let mut input = MyOnlineMeetingsInput::new();
    (input.subject, input.access_level) = (Some(subject.into()), Some(access));
    input
}

async fn schedule(meetings: &Meetings, access: AccessLevel) -> String {
    let scheduled = meetings.schedule(input("Review", access)).await.expect("she may");
    scheduled.online_meeting_uri.as_ref().expect("an address").to_string()
}

async fn join(application: &Application, uri: &str) -> Meeting {
    let joining = soon(application.meetings().join(uri)).await.expect("there is one");
    soon(joining.joined()).await.expect("the user is let in")
}

/// Waits for an item, and gives it in short.
async fn until(meeting: &Meeting, wanted: &str) {
    loop {
        let item = soon(meeting.next()).await.expect("it goes on");
        let found = match &item {
            ConversationItem::WaitsInLobby(who) => format!("{who} waits"),
            ConversationItem::LeftLobby(who) => format!("{who} waits no longer"),
            ConversationItem::Joined(who) => format!("{who} joined"),
            ConversationItem::Left(who) => format!("{who} left"),
            ConversationItem::Message(message) => format!("{}: {}", message.from, message.text()),
            ConversationItem::Ended(ConversationEnd::Ended(reason)) => {
                format!("ended {}", reason.subcode.as_deref().unwrap_or_default())
            }
            other => format!("{other:?}"),
        };
        if found == wanted {
            return;
        }
    }
}

/// A server that does not tell of those who wait.
fn tells_nothing_of_lobbies(request: &Request<Bytes>) -> Option<Fault> {
    let is_poll = request.uri().path().ends_with("/events");
    is_poll
        .then(|| edit(|text| if text.contains("/lobby") { text.replace("participant", "particular!") } else { text }))
}

async fn two(format: Format) -> (Simulator, Desk, Desk) {
    let simulator = simulator();
    let ada = Desk::of(&simulator, ADA, format).await;
    let ben = Desk::of(&simulator, BEN, format).await;
    (simulator, ada, ben)
}

/// An open meeting of Ada's that both are in, with its address.
async fn meet(ada: &Desk, ben: &Desk) -> (String, Meeting, Meeting) {
    let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
    let (of_ada, of_ben) = (join(&ada.application, &uri).await, join(&ben.application, &uri).await);
    (uri, of_ada, of_ben)
}

#[tokio::test(start_paused = true)]
async fn a_meeting_is_scheduled_listed_changed_and_deleted() {
    for format in FORMATS {
        let (_simulator, ada, _ben) = two(format).await;
        let meetings = ada.application.meetings();
        assert_eq!(meetings.defaults().await.expect("she may").access_level, Some(AccessLevel::SameEnterprise));
        assert!(meetings.choices().await.expect("she may").access_levels.contains(&AccessLevel::Locked));
        assert!(meetings.policies().await.expect("she may").meeting_size.is_some());
        assert!(meetings.invitation_customization().await.expect("she may").invitation_footer_text.is_some());
        assert!(meetings.dial_in_information().await.expect("she may").expect("there are some").toll_number.is_some());
        let made = meetings.schedule(input("Review", AccessLevel::Everyone)).await.expect("she may");
        let link = made.link().expect("a link");
        let mut is_stale = true;
        ada.faulty.plan(move |request| {
            let is_meant = request.method() == "PUT" && std::mem::replace(&mut is_stale, false);
            is_meant.then(|| respond(412, &[], ""))
        });
        meetings.change(&link, |meeting| meeting.subject = Some("Second review".into())).await.expect("she may");
        let listed = meetings.scheduled().await.expect("she may");
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].subject.as_deref(), Some("Second review"));
        assert_eq!(listed[0].access_level, Some(AccessLevel::Everyone), "what was not changed stays");
        let page: JoinUrl = listed[0].join_url.as_ref().expect("a page").as_str().parse().expect("of a meeting");
        let uri: ConferenceUri =
            listed[0].online_meeting_uri.as_ref().expect("an address").as_str().parse().expect("one");
        assert_eq!(page.conference_uri(), Ok(uri));
        meetings.delete(&link).await.expect("she may");
        meetings.delete(&link).await.expect("it is gone");
        assert!(meetings.scheduled().await.expect("she may").is_empty());
        assert!(meetings.change(&link, |_| {}).await.expect_err("it is gone").is_not_found());
    }
}

#[tokio::test(start_paused = true)]
async fn a_meeting_is_not_said_to_be_deleted_where_the_application_was_lost() {
    for format in FORMATS {
        let (simulator, mut ada, _ben) = two(format).await;
        let meetings = ada.application.meetings();
        let made = meetings.schedule(input("Review", AccessLevel::Everyone)).await.expect("she may");
        ada.stop_reading();
        let application = simulator.applications().into_iter().find(|found| found.user == ADA).expect("an application");
        simulator.lose_application(application.id).expect("it is there");
        let error = meetings.delete(&made.link().expect("a link")).await.expect_err("it is there still");
        assert!(error.is_application_not_found(), "{error}");
        ada.read_again();
        pass(Duration::from_secs(60)).await;
        assert_eq!(meetings.scheduled().await.expect("she may").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_meeting_is_joined_while_an_application_is_restored() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
        let application = simulator.applications().into_iter().find(|found| found.user == ADA).expect("an application");
        ada.faulty.plan(|request| request.uri().path().ends_with("/makeMeAvailable").then_some(Fault::SlowResponse));
        simulator.lose_application(application.id).expect("it is there");
        pass(Duration::from_secs(1)).await;
        let joining = ada.application.meetings().join(&uri).await.expect("there is one");
        let meeting = soon(joining.joined()).await.expect("she is let in");
        pass(Duration::from_secs(60)).await;
        assert_eq!(meeting.details().await.expect("she is in").subject.as_deref(), Some("Review"));
        assert_eq!(meeting.conversation().end(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn those_in_the_lobby_are_admitted_or_rejected() {
    for format in FORMATS {
        let (_simulator, ada, ben) = two(format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Locked).await;
        let of_ada = join(&ada.application, &uri).await;
        let waiting = ben.application.meetings().join(&uri).await.expect("there is one");
        assert!(waiting.is_in_lobby().await.expect("it can be read"));
        until(&of_ada, "Ben Ortiz waits").await;
        let lobby = of_ada.lobby();
        assert_eq!(lobby.len(), 1);
        of_ada.reject(&lobby[0]).await.expect("she leads");
        assert!(soon(waiting.joined()).await.is_err(), "he is turned away");
        until(&of_ada, "Ben Ortiz waits no longer").await;
        assert!(of_ada.lobby().is_empty());

        let waiting = ben.application.meetings().join(&uri).await.expect("there is one");
        until(&of_ada, "Ben Ortiz waits").await;
        of_ada.admit(&of_ada.lobby()[0]).await.expect("she leads");
        let of_ben = soon(waiting.joined()).await.expect("he is let in");
        until(&of_ada, "Ben Ortiz joined").await;
        assert!(of_ada.lobby().is_empty());
        assert_eq!(of_ben.details().await.expect("he is in").subject.as_deref(), Some("Review"));

        of_ben.leave().await.expect("he may");
        until(&of_ada, "Ben Ortiz left").await;
        let waiting = ben.application.meetings().join(&uri).await.expect("there is one");
        until(&of_ada, "Ben Ortiz waits").await;
        waiting.give_up().await.expect("he may");
        until(&of_ada, "Ben Ortiz waits no longer").await;
        assert!(of_ada.lobby().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_already_is_told_to_who_comes_later() {
    for format in FORMATS {
        let (simulator, ada, ben) = two(format).await;
        let cho = Desk::of(&simulator, CHO, format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Locked).await;
        let of_ben = ben.application.meetings().join(&uri).await.expect("there is one");
        let of_cho = cho.application.meetings().join(&uri).await.expect("there is one");
        pass(Duration::from_secs(60)).await;
        let of_ada = join(&ada.application, &uri).await;
        let waiting: Vec<_> = of_ada.lobby().iter().map(ToString::to_string).collect();
        assert_eq!(waiting, ["Ben Ortiz", "Cho Lindqvist"], "she need not wait for items");
        of_cho.give_up().await.expect("she may");
        pass(Duration::from_secs(60)).await;
        let mut told = Vec::new();
        while let Some(Some(item)) = within(Duration::from_secs(60), of_ada.next()).await {
            match item {
                ConversationItem::WaitsInLobby(who) => told.push(format!("{who} waits")),
                ConversationItem::LeftLobby(who) => told.push(format!("{who} waits no longer")),
                _ => {}
            }
        }
        assert_eq!(told, ["Ben Ortiz waits", "Cho Lindqvist waits", "Cho Lindqvist waits no longer"], "each once");
        of_ada.admit(&of_ada.lobby()[0]).await.expect("she leads");
        soon(of_ben.joined()).await.expect("he is let in");
        until(&of_ada, "Ben Ortiz joined").await;
        assert!(of_ada.lobby().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_already_is_told_to_who_becomes_a_leader() {
    for format in FORMATS {
        let (simulator, ada, ben) = two(format).await;
        let cho = Desk::of(&simulator, CHO, format).await;
        let mut input = input("Review", AccessLevel::Locked);
        input.automatic_leader_assignment = Some(AutomaticLeaderAssignment::Disabled);
        let scheduled = ada.application.meetings().schedule(input).await.expect("she may");
        let uri = scheduled.online_meeting_uri.as_ref().expect("an address").to_string();
        let of_ada = join(&ada.application, &uri).await;
        let of_ben = ben.application.meetings().join(&uri).await.expect("there is one");
        until(&of_ada, "Ben Ortiz waits").await;
        of_ada.admit(&of_ada.lobby()[0]).await.expect("she leads");
        let of_ben = soon(of_ben.joined()).await.expect("he is let in");
        until(&of_ada, "Ben Ortiz joined").await;
        until(&of_ben, "Ada Vale joined").await;
        pass(Duration::from_secs(200)).await;
        ben.faulty.plan(tells_nothing_of_lobbies);
        pass(Duration::from_secs(200)).await;
        let _waiting = cho.application.meetings().join(&uri).await.expect("there is one");
        until(&of_ada, "Cho Lindqvist waits").await;
        pass(Duration::from_secs(200)).await;
        assert!(of_ben.lobby().is_empty(), "leaders alone are told");
        let present = of_ada.participants().await.expect("she may");
        of_ada.promote(&present[0]).await.expect("she leads");
        until(&of_ben, "Cho Lindqvist waits").await;
        of_ben.reject(&of_ben.lobby()[0]).await.expect("he leads");
        until(&of_ada, "Cho Lindqvist waits no longer").await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_in_the_lobby_of_a_meeting_that_the_server_drops_is_not_turned_away() {
    for is_closed in [true, false] {
        let (simulator, ada, ben) = two(Format::Json).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Locked).await;
        let of_ada = join(&ada.application, &uri).await;
        let waiting = ben.application.meetings().join(&uri).await.expect("there is one");
        until(&of_ada, "Ben Ortiz waits").await;
        let end = async {
            pass(Duration::from_secs(5)).await;
            if is_closed {
                ben.application.close().await.expect("he may");
            } else {
                let of_ben =
                    simulator.applications().into_iter().find(|found| found.user == BEN).expect("there is one");
                simulator.lose_state(of_ben.id).expect("it is there");
            }
        };
        let error = soon(async { tokio::join!(waiting.joined(), end).0 }).await.expect_err("nobody knows");
        let expected = |cause: &UnknownOutcome| match cause {
            UnknownOutcome::Closed => is_closed,
            UnknownOutcome::Lost(loss) => !is_closed && *loss == Loss::Resumed,
            _ => false,
        };
        assert!(unknown_outcome(&error).is_some_and(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_leaves_the_lobby_while_it_is_read_waits_no_longer() {
    let (_simulator, ada, ben) = two(Format::Json).await;
    let uri = schedule(&ada.application.meetings(), AccessLevel::Locked).await;
    let of_ben = ben.application.meetings().join(&uri).await.expect("there is one");
    pass(Duration::from_secs(5)).await;
    // He gives up after the server has read who waits, and before the response comes.
    let is_read = Arc::new(Notify::new());
    let read = Arc::clone(&is_read);
    ada.faulty.plan(move |request| {
        let is_meant = request.uri().path().ends_with("/lobby");
        is_meant.then(|| {
            read.notify_one();
            Fault::LateResponse
        })
    });
    let (of_ada, ()) = tokio::join!(join(&ada.application, &uri), async {
        is_read.notified().await;
        pass(Duration::from_millis(500)).await;
        of_ben.give_up().await.expect("he may");
    });
    assert!(of_ada.lobby().is_empty(), "{:?}", of_ada.lobby());
    while let Some(Some(item)) = within(Duration::from_secs(60), of_ada.next()).await {
        assert!(!matches!(item, ConversationItem::WaitsInLobby(_)), "{item:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lobby_that_cannot_be_read_for_now_is_read_once_it_can() {
    // A page of a proxy with 404 says nothing of the lobby.
    for status in [503, 404] {
        let (_simulator, ada, ben) = two(Format::Json).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Locked).await;
        let _waiting = ben.application.meetings().join(&uri).await.expect("there is one");
        pass(Duration::from_secs(5)).await;
        ada.faulty.plan(move |request| {
            let is_lobby = request.uri().path().ends_with("/lobby");
            is_lobby.then(|| proxy_page(status))
        });
        let of_ada = join(&ada.application, &uri).await;
        while within(Duration::from_secs(60), of_ada.next()).await.is_some() {}
        assert!(of_ada.lobby().is_empty(), "{status}");
        ada.faulty.plan(|_| None);
        until(&of_ada, "Ben Ortiz waits").await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_came_to_the_lobby_while_events_were_lost_is_told_of() {
    for format in FORMATS {
        let (simulator, ada, ben) = two(format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Locked).await;
        let of_ada = join(&ada.application, &uri).await;
        // What tells of it does not come through.
        ada.faulty.plan(tells_nothing_of_lobbies);
        pass(Duration::from_secs(200)).await;
        let _waiting = ben.application.meetings().join(&uri).await.expect("there is one");
        pass(Duration::from_secs(200)).await;
        assert!(of_ada.lobby().is_empty());
        let lost = ucwa_simulator::Fault::new(ucwa_simulator::Effect::LostAcknowledgement);
        simulator.inject(lost.on("events").of_user(ADA));
        pass(Duration::from_secs(200)).await;
        until(&of_ada, "Ben Ortiz waits").await;
        assert_eq!(of_ada.lobby().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn leaders_lead_and_others_are_told_what_they_lack() {
    for format in FORMATS {
        let (_simulator, ada, ben) = two(format).await;
        let (_, of_ada, of_ben) = meet(&ada, &ben).await;
        until(&of_ada, "Ben Ortiz joined").await;
        let ben_there = of_ada.participants().await.expect("she is in").remove(0);
        assert_eq!(
            (ben_there.address.as_ref().map(|address| *address == BEN), ben_there.role.as_ref()),
            (Some(true), Some(&Role::Attendee))
        );
        until(&of_ben, "Ada Vale joined").await;
        let ada_there = of_ben.participants().await.expect("he is in").remove(0);
        let error = of_ben.eject(&ada_there).await.expect_err("he does not lead");
        assert_eq!(error.missing_capability(), Some(Capability::EjectParticipants));
        assert!(error.to_string().contains("role of a leader"), "{error}");
        let error = of_ada.mute(&ben_there).await.expect_err("he uses no audio");
        assert_eq!(error.missing_capability(), Some(Capability::MuteParticipants));
        of_ada.promote(&ben_there).await.expect("she leads");
        assert_eq!(of_ada.participants().await.expect("she is in")[0].role, Some(Role::Leader), "before any event");
        pass(Duration::from_secs(30)).await;
        while within(Duration::from_secs(1), of_ada.next()).await.is_some() {}
        assert_eq!(of_ada.participants().await.expect("she is in")[0].role, Some(Role::Leader));
        of_ada.demote(&ben_there).await.expect("she leads");
        let sent = of_ben.conversation().send("hello").await.expect("he may");
        let _ = soon(sent.delivery()).await;
        until(&of_ada, "Ben Ortiz: hello").await;
        of_ada.eject(&ben_there).await.expect("she leads");
        until(&of_ben, "ended Ejected").await;
        assert!(of_ben.next().await.is_none());
        until(&of_ada, "Ben Ortiz left").await;
        assert!(of_ada.participants().await.expect("she is in").is_empty(), "nobody is left");
        of_ada.leave().await.expect("she may");
    }
}

/// Adds audio to a meeting.
async fn speak(desk: &Desk, meeting: &Meeting) {
    meeting.conversation().refresh().await.expect("the user is in");
    let audio = meeting.conversation().resource().and_then(|resource| resource.audio_video().link());
    let audio = desk.application.send(audio.expect("the user may speak").get()).await.expect("it can be read");
    let add = audio.add_audio().required().expect("the user may").post_with(AddAudioInput::new("sip:ada@contoso.com"));
    soon(desk.application.start(add).await.expect("the user may").outcome()).await.expect("the user speaks");
}

#[tokio::test(start_paused = true)]
async fn what_comes_of_a_meeting_after_its_end_does_not_begin_it_again() {
    for format in FORMATS {
        let (_simulator, ada, mut ben) = two(format).await;
        let (_, of_ada, of_ben) = meet(&ada, &ben).await;
        pass(Duration::from_secs(60)).await;
        let messaging = ben.application.messaging();
        ben.stop_reading();
        speak(&ada, &of_ada).await;
        of_ben.leave().await.expect("he may");
        // The response has all events of one sender together: that she speaks comes after that he left.
        ben.read_again();
        pass(Duration::from_secs(60)).await;
        assert!(messaging.conversations().is_empty(), "{messaging:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_back_before_the_response_to_leaving_comes_is_in_the_meeting() {
    for format in FORMATS {
        let (_simulator, ada, ben) = two(format).await;
        let (uri, of_ada, before) = meet(&ada, &ben).await;
        ben.faulty.plan(|request| (request.method() == Method::DELETE).then_some(Fault::SlowResponse));
        let (left, after) = tokio::join!(before.leave(), async {
            while soon(before.next()).await.is_some() {}
            join(&ben.application, &uri).await
        });
        left.expect("he may");
        assert_eq!(before.conversation().end(), Some(ConversationEnd::Left));
        assert_eq!((after.conversation().end(), ben.application.messaging().conversations().len()), (None, 1));
        let sent = of_ada.conversation().send("hello").await.expect("she may");
        let _ = soon(sent.delivery()).await;
        until(&after, "Ada Vale: hello").await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_speaks_is_muted_and_heard_again() {
    for format in FORMATS {
        let (_simulator, ada, ben) = two(format).await;
        let (_, of_ada, of_ben) = meet(&ada, &ben).await;
        until(&of_ada, "Ben Ortiz joined").await;
        speak(&ben, &of_ben).await;
        let there = of_ada.participants().await.expect("she is in").remove(0);
        let is_muted = async || {
            let ben = ada.application.send(there.link.get()).await.expect("he is in");
            let audio = ben.participant_audio().required().expect("he speaks");
            ada.application.send(audio.get()).await.expect("it can be read").audio_muted
        };
        assert_eq!(is_muted().await, Some(false));
        of_ada.mute(&there).await.expect("she leads");
        assert_eq!(is_muted().await, Some(true));
        let error = of_ada.mute(&there).await.expect_err("he is muted");
        assert_eq!(error.missing_capability(), Some(Capability::MuteParticipants));
        of_ada.unmute(&there).await.expect("she leads");
        assert_eq!(is_muted().await, Some(false));
    }
}

#[tokio::test(start_paused = true)]
async fn a_guest_joins_by_the_page_of_the_meeting() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let made = ada.application.meetings().schedule(input("Open", AccessLevel::Everyone)).await.expect("she may");
        let page: JoinUrl = made.join_url.as_ref().expect("a page").as_str().parse().expect("of a meeting");
        let uri = page.conference_uri().expect("it tells the organizer");
        let of_ada = join(&ada.application, &uri.to_string()).await;
        let faulty = Faulty::new(&simulator);
        let credentials = AnonymousMeeting::of(&uri);
        let guest = Client::sign_in_with(faulty.transport(), settings(format), uri.organizer(), credentials).await;
        let guest = guest.expect("the id is right");
        let guest = guest.create_application(ApplicationSettings::new("guest")).await.expect("an application");
        tokio::spawn(guest.events().expect("it has a channel").run());
        let error = guest.presence().expect_err("guests follow nobody");
        assert_eq!(error.missing_capability(), Some(Capability::FollowPresence));
        let meetings = guest.meetings();
        let error = soon(meetings.join_as(&uri.to_string(), &"x".repeat(251))).await.expect_err("it is too long");
        assert!(error.to_string().contains("250"), "{error}");
        let of_guest = soon(meetings.join_as(&uri.to_string(), "Cathy Arnold")).await.expect("there is one");
        let of_guest = soon(of_guest.joined()).await.expect("guests are let in");
        let joined = loop {
            if let ConversationItem::Joined(who) = soon(of_ada.next()).await.expect("it goes on") {
                break who;
            }
        };
        assert_eq!((joined.is_guest, joined.to_string().as_str()), (true, "Cathy Arnold"));
        let sent = of_guest.conversation().send("Hello").await.expect("guests may");
        let _ = soon(sent.delivery()).await;
        until(&of_ada, "Cathy Arnold: Hello").await;
        of_guest.leave().await.expect("guests may");
        until(&of_ada, "Cathy Arnold left").await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_put_out_is_out_although_the_response_is_lost() {
    for format in FORMATS {
        let (_simulator, ada, ben) = two(format).await;
        let cut_once = |deed: &'static str| {
            let mut is_cut = false;
            ada.faulty.plan(move |request| {
                let is_first = request.uri().path().ends_with(deed) && !std::mem::replace(&mut is_cut, true);
                is_first.then_some(Fault::CutAfter)
            });
        };
        let uri = schedule(&ada.application.meetings(), AccessLevel::None).await;
        let of_ada = join(&ada.application, &uri).await;
        let joining = soon(ben.application.meetings().join(&uri)).await.expect("there is one");
        until(&of_ada, "Ben Ortiz waits").await;
        cut_once("/reject");
        of_ada.reject(&of_ada.lobby().remove(0)).await.expect("she leads");
        soon(joining.joined()).await.expect_err("he is turned away");
        let joining = soon(ben.application.meetings().join(&uri)).await.expect("there is one");
        until(&of_ada, "Ben Ortiz waits").await;
        of_ada.admit(&of_ada.lobby().remove(0)).await.expect("she leads");
        soon(joining.joined()).await.expect("he is let in");
        until(&of_ada, "Ben Ortiz joined").await;
        cut_once("/eject");
        let there = of_ada.participants().await.expect("she is in").remove(0);
        of_ada.eject(&there).await.expect("she leads");
        until(&of_ada, "Ben Ortiz left").await;
        of_ada.eject(&there).await.expect_err("there is nobody to put out");
    }
}

#[tokio::test(start_paused = true)]
async fn guests_are_told_what_they_lack() {
    for format in FORMATS {
        let (simulator, ada, _ben) = two(format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
        let uri: ConferenceUri = uri.parse().expect("an address");
        let faulty = Faulty::new(&simulator);
        let credentials = AnonymousMeeting::of(&uri);
        let guest = Client::sign_in_with(faulty.transport(), settings(format), uri.organizer(), credentials).await;
        let guest = guest.expect("the id is right");
        let guest = guest.create_application(ApplicationSettings::new("guest")).await.expect("an application");
        // The application of a guest has neither `people` nor `onlineMeetings`.
        let (list, meetings, own) = (guest.contact_list(), guest.meetings(), guest.own_presence());
        let lacks = |error: Option<Error>, capability| {
            let error = error.expect("guests may not");
            assert_eq!(error.missing_capability(), Some(capability), "{error}");
        };
        lacks(guest.presence().err(), Capability::FollowPresence);
        lacks(own.set_note("x").await.err(), Capability::PublishPresence);
        lacks(list.contacts().await.err(), Capability::ReadContacts);
        lacks(list.groups().await.err(), Capability::ReadContacts);
        lacks(list.follow().await.err(), Capability::ReadContacts);
        lacks(list.add(BEN, None).await.err(), Capability::ChangeContacts);
        lacks(list.create_group("Team").await.err(), Capability::ChangeContacts);
        lacks(list.search("Ben", 3).await.err(), Capability::Search);
        lacks(list.find(BEN).await.err(), Capability::Search);
        lacks(list.privacy_levels().await.err(), Capability::PrivacyRelationships);
        lacks(guest.messaging().start(BEN).await.err(), Capability::StartMessaging);
        lacks(guest.messaging().start_meeting(Topic::new()).await.err(), Capability::StartMeeting);
        lacks(meetings.schedule(MyOnlineMeetingsInput::new()).await.err(), Capability::ScheduleMeetings);
        lacks(meetings.scheduled().await.err(), Capability::ScheduleMeetings);
        lacks(meetings.defaults().await.err(), Capability::ScheduleMeetings);
        lacks(meetings.assigned().await.err(), Capability::ScheduleMeetings);
        lacks(guest.history().missed_items().await.err(), Capability::ReadHistory);
        lacks(guest.history().conversations().all().await.err(), Capability::ReadHistory);
    }
}

#[tokio::test(start_paused = true)]
async fn a_meeting_that_is_not_there_and_one_that_is_lost() {
    let (simulator, ada, ben) = two(Format::Json).await;
    let nothing = "sip:ada@contoso.com;gruu;opaque=app:conf:focus:id:NOTHING";
    let error = soon(ada.application.meetings().join(nothing)).await.expect_err("there is none");
    assert_eq!((error.is_not_found(), error.subcode()), (true, Some("DestinationNotFound")));
    let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
    let of_ada = join(&ada.application, &uri).await;
    let of_ben = join(&ben.application, &uri).await;
    let application = simulator.applications().into_iter().find(|found| found.user == ADA).expect("an application");
    simulator.lose_application(application.id).expect("it is there");
    while soon(of_ada.next()).await.is_some() {}
    assert_eq!(of_ada.conversation().end(), Some(ConversationEnd::Lost(Loss::Recreated)));
    until(&of_ben, "Ada Vale left").await;
    let of_ada = join(&ada.application, &uri).await;
    until(&of_ben, "Ada Vale joined").await;
    of_ada.leave().await.expect("she may");
}

#[tokio::test(start_paused = true)]
async fn who_leaves_by_what_they_had_before_leaves_what_they_came_back_to() {
    let (_simulator, ada, ben) = two(Format::Json).await;
    let (uri, _of_ada, before) = meet(&ada, &ben).await;
    before.leave().await.expect("he may");
    pass(Duration::from_secs(5)).await;
    let after = join(&ben.application, &uri).await;
    assert!(after.conversation().end().is_none());
    // The server has one address for both.
    before.leave().await.expect("he may");
    let end = after.conversation().end();
    assert!(matches!(end, Some(ConversationEnd::Left)), "{end:?}");
    assert!(ben.application.messaging().conversations().is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_sees_who_is_there_although_nothing_was_kept_of_the_time_before() {
    for format in FORMATS {
        let (_simulator, ada, ben) = two(format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
        let _of_ada = join(&ada.application, &uri).await;
        for _ in 0..3 {
            let of_ben = join(&ben.application, &uri).await;
            let there = of_ben.participants().await.expect("he may know");
            assert_eq!(there.iter().map(ToString::to_string).collect::<Vec<_>>(), ["Ada Vale"]);
            assert_eq!(of_ben.conversation().end(), None);
            of_ben.leave().await.expect("he may");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_before_any_event_of_the_first_time_is_read_stays() {
    for format in FORMATS {
        let (_simulator, ada, mut ben) = two(format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Locked).await;
        let of_ada = join(&ada.application, &uri).await;
        ben.stop_reading();
        let meetings = ben.application.meetings();
        let first = meetings.join(&uri).await.expect("there is one");
        first.give_up().await.expect("he may");
        let second = meetings.join(&uri).await.expect("there is one");
        assert!(second.is_in_lobby().await.expect("he may know"));
        // That the first has begun and ended is told now, and it has the address of the second.
        ben.read_again();
        pass(Duration::from_secs(5)).await;
        let waiting = of_ada.lobby();
        assert_eq!(waiting.len(), 1);
        of_ada.admit(&waiting[0]).await.expect("she leads");
        let of_ben = soon(second.joined()).await.expect("he was let in");
        pass(Duration::from_secs(5)).await;
        assert_eq!(of_ben.conversation().end(), None);
        let _ = of_ben.conversation().send("Hello").await.expect("he may");
        until(&of_ada, "Ben Ortiz: Hello").await;
    }
}

#[tokio::test(start_paused = true)]
async fn joining_goes_on_where_the_response_is_lost() {
    let (_simulator, ada, _ben) = two(Format::Json).await;
    let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
    let mut is_first = true;
    ada.faulty.plan(move |request| {
        let is_meant = request.uri().path().ends_with("/joinOnlineMeeting") && std::mem::replace(&mut is_first, false);
        is_meant.then_some(Fault::CutAfter)
    });
    let meeting = join(&ada.application, &uri).await;
    assert!(meeting.conversation().is_meeting());
}

#[tokio::test(start_paused = true)]
async fn who_is_in_before_the_response_comes_is_in_although_the_invitation_is_gone() {
    for format in FORMATS {
        let (_simulator, ada, _ben) = two(format).await;
        let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
        ada.faulty.plan(|request| match request.uri().path() {
            path if path.ends_with("/joinOnlineMeeting") => Some(Fault::SlowResponse),
            path => path.contains("/invitations/").then(|| respond(404, &[], "")),
        });
        join(&ada.application, &uri).await;
    }
}

/// Has a poll tell no event that an operation started: servers may skip it.
fn skip_started(request: &Request<Bytes>) -> Option<Fault> {
    let skip = |text: String| {
        let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        for sender in document["sender"].as_array_mut().into_iter().flatten() {
            let events = sender["events"].as_array_mut().expect("a list");
            events.retain(|event| event["type"] != "started");
        }
        document.to_string()
    };
    request.uri().path().ends_with("/events").then(|| edit(skip))
}

#[tokio::test(start_paused = true)]
async fn the_last_event_may_be_the_only_one_that_tells_which_conversation_a_meeting_is() {
    let (_simulator, ada, _ben) = two(Format::Json).await;
    let uri = schedule(&ada.application.meetings(), AccessLevel::Everyone).await;
    for is_late in [true, false] {
        ada.faulty.plan(move |request| match request.uri().path() {
            path if path.ends_with("/joinOnlineMeeting") => is_late.then_some(Fault::SlowResponse),
            path if path.contains("/invitations/") => Some(respond(404, &[], "")),
            _ => skip_started(request),
        });
        // The poll that was on its way is not changed yet.
        ada.application.own_presence().set_note(if is_late { "late" } else { "soon" }).await.expect("she may");
        pass(Duration::from_secs(10)).await;
        join(&ada.application, &uri).await.leave().await.expect("she may");
        let started = soon(ada.application.messaging().start_meeting(Topic::new())).await.expect("she may");
        assert!(started.is_meeting());
        started.leave().await.expect("she may");
    }
}
