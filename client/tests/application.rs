//! Applications: created, available, active, created again, removed.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use futures_util::future::join_all;
use support::{
    ADA, FORMATS, Fault, Faulty, SEED, pass, password_of, proxy_page, respond, runtime, seen, settings, sign_in,
    simulator,
};
use tokio::time::timeout;
use ucwa::Format;
use ucwa::enumerations::{PreferredAvailability, PrivacyRelationshipLevel};
use ucwa::general::Communication;
use ucwa::me::MakeMeAvailableInput;
use ucwa::online_meeting::MyOnlineMeetingsInput;
use ucwa_client::{Application, ApplicationSettings, Client, Error, Fetch as _, RefusedError};
use ucwa_simulator::{Effect, Fault as ServerFault, Options, Simulator};

async fn online(format: Format) -> (Simulator, Faulty, Application) {
    let simulator = simulator();
    let faulty = Faulty::new(&simulator);
    let client = sign_in(&faulty, format).await.expect("the password is right");
    let application =
        client.create_application(ApplicationSettings::new("presence-board")).await.expect("an application");
    (simulator, faulty, application)
}

fn available() -> MakeMeAvailableInput {
    let mut input = MakeMeAvailableInput::new();
    input.sign_in_as = Some(PreferredAvailability::Online);
    input
}

#[tokio::test(start_paused = true)]
async fn what_is_embedded_and_what_is_linked_is_read_by_the_same_call() {
    for format in FORMATS {
        let (simulator, _, application) = online(format).await;
        simulator.clear_requests();
        let people = application.people().await.expect("it is embedded");
        assert_eq!(application.me().await.expect("it is embedded").name.as_deref(), Some("Ada Vale"));
        application.communication().await.expect("it is embedded");
        application.online_meetings().await.expect("it is embedded");
        assert_eq!(seen(&simulator).len(), 0);
        let contacts = people.my_contacts().fetch(application.client()).await.expect("it is linked");
        assert_eq!(contacts.contact().len(), 2);
        assert_eq!(seen(&simulator).len(), 1);
        let error = application.me().await.expect("me").presence().fetch(application.client()).await;
        let error = error.expect_err("the user is not available");
        assert!(matches!(error, Error::Refused(RefusedError::NotLinked(_))), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_has_one_application_however_often_it_is_created() {
    let (simulator, faulty, application) = online(Format::Json).await;
    let settings = || ApplicationSettings::new("other").with_endpoint_id(application.endpoint_id());
    let same = application.client().create_application(settings()).await.expect("an application");
    assert_eq!(same.resource().link(), application.resource().link());
    let mut cut = false;
    faulty.plan(move |_| (!std::mem::replace(&mut cut, true)).then_some(Fault::CutAfter));
    let settings = ApplicationSettings::new("third").with_endpoint_id("3").with_culture("de-DE").with_instance_id("i");
    let third =
        application.client().create_application(settings).await.expect("the second attempt finds the first one's");
    assert_eq!(third.resource().culture.as_deref(), Some("de-DE"));
    assert_eq!(simulator.applications().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_response_without_links_does_not_make_a_user_available() {
    let simulator = simulator();
    let client = sign_in(&Faulty::new(&simulator), Format::Json).await.expect("the password is right");
    simulator.inject(ServerFault::new(Effect::NoLinks).on("applications"));
    let application = client.create_application(ApplicationSettings::new("board")).await.expect("an application");
    let error = application.make_me_available(available()).await.expect_err("no link leads there");
    assert!(error.to_string().contains("makeMeAvailable"), "{error}");
    assert!(!simulator.applications()[0].is_available);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_proxy_does_not_make_a_user_available() {
    for format in FORMATS {
        let (simulator, _, application) = online(format).await;
        simulator.inject(ServerFault::new(Effect::Proxy { status: 200 }).on("makeMeAvailable"));
        application.make_me_available(available()).await.expect("the second attempt reaches the server");
        assert!(simulator.applications()[0].is_available);
        let me = application.me().await.expect("me");
        assert!(me.presence().exists(), "the application was read again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_whose_being_made_available_was_not_confirmed_is_available() {
    for format in FORMATS {
        let (simulator, faulty, application) = online(format).await;
        let mut is_cut = false;
        faulty.plan(move |request| {
            let is_first = request.uri().path().ends_with("/makeMeAvailable") && !std::mem::replace(&mut is_cut, true);
            is_first.then_some(Fault::CutAfter)
        });
        // Repeated, it is refused, as the user is available already.
        application.make_me_available(available()).await.expect("the user may");
        let refused = simulator.requests().iter().filter(|exchange| exchange.status() == Some(409)).count();
        assert_eq!(refused, 1);
        assert!(application.me().await.expect("me").presence().exists());
        // Another call sends nothing.
        application.make_me_available(available()).await.expect("the user is available");
        assert!(simulator.applications()[0].is_available);
    }
}

#[tokio::test(start_paused = true)]
async fn an_available_user_stays_active() {
    for format in FORMATS {
        let (simulator, _, application) = online(format).await;
        let state = || simulator.users().into_iter().find(|user| user.address == ADA).expect("a user").availability;
        application.make_me_available(available()).await.expect("the user may");
        let presence = application.me().await.expect("me");
        assert!(presence.presence().exists(), "the application was read again");
        assert_eq!(state(), "Online");
        application.keep_active();
        application.keep_active();
        for _ in 0..10 {
            pass(Duration::from_secs(299)).await;
            assert_eq!(state(), "Online");
        }
        let reports = seen(&simulator).iter().filter(|line| line.contains("/reportMyActivity")).count();
        assert_eq!(reports, 2990 / 180, "one every three minutes, however often it was called");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_application_is_created_again_as_it_was() {
    for format in FORMATS {
        let (simulator, _, application) = online(format).await;
        application.make_me_available(available()).await.expect("the user may");
        let before = application.resource().link();
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        let error = application.refresh().await.expect_err("it is lost");
        assert!(error.is_application_not_found(), "{error}");
        application.recreate().await.expect("the server creates another");
        let state = &simulator.applications()[0];
        assert!(state.is_available && state.user_agent == "presence-board", "{state:?}");
        assert_ne!(application.resource().link(), before);
        assert!(application.me().await.expect("me").presence().exists());
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_close() {
    let (simulator, faulty, application) = online(Format::Json).await;
    application.make_me_available(available()).await.expect("the user may");
    application.keep_active();
    pass(Duration::from_secs(200)).await;
    application.close().await.expect("the server removes it");
    assert!(application.is_closed() && simulator.applications().is_empty());
    let before = faulty.count();
    application.close().await.expect("it is closed already");
    let me = application.me().await.expect("it was embedded").link().expect("a link");
    let error = application.send(me.get()).await.expect_err("closed");
    assert!(matches!(error, Error::Refused(RefusedError::Closed)), "{error}");
    application.refresh().await.expect_err("closed");
    application.recreate().await.expect_err("closed");
    application.make_me_available(available()).await.expect_err("closed");
    pass(Duration::from_secs(3600)).await;
    assert_eq!(faulty.count(), before);
}

#[tokio::test(start_paused = true)]
async fn an_application_whose_removal_failed_or_was_given_up_can_be_removed_still() {
    for is_refused in [true, false] {
        let (simulator, faulty, application) = online(Format::Json).await;
        faulty.plan(move |request| {
            let fault = || if is_refused { respond(403, &[], "") } else { Fault::Silence };
            (request.method() == "DELETE").then(fault)
        });
        let closed = timeout(Duration::from_secs(1), application.close()).await;
        assert_eq!((closed.is_ok_and(|closed| closed.is_err()), application.is_closed()), (is_refused, true));
        assert_eq!(simulator.applications().len(), 1);
        faulty.plan(|_| None);
        let (first, second) = tokio::join!(application.close(), application.close());
        first.expect("the server removes it");
        second.expect("the server removes it");
        assert!(simulator.applications().is_empty());
        let removals = seen(&simulator).iter().filter(|line| line.starts_with("DELETE")).count();
        assert_eq!(removals, 1, "for both who wait");
        // After the end nothing is sent that nobody asks for.
        let before = faulty.count();
        drop(application);
        pass(Duration::from_secs(1)).await;
        assert_eq!(faulty.count(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_lost_can_be_closed() {
    let (simulator, faulty, application) = online(Format::Json).await;
    simulator.lose_application(simulator.applications()[0].id).expect("it is there");
    application.close().await.expect("it is gone already");
    let (_, other, application) = online(Format::Json).await;
    other.plan(|_| Some(respond(403, &[], "")));
    assert!(application.close().await.expect_err("the server refuses").is_forbidden());
    assert!(application.is_closed());
    drop(faulty);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_on_its_way_when_the_application_is_closed_is_not_said_to_be_unsent() {
    let (_, faulty, application) = online(Format::Json).await;
    application.make_me_available(available()).await.expect("the user may");
    let own = application.own_presence();
    faulty.plan(|request| request.uri().path().ends_with("/note").then_some(Fault::LateResponse));
    let close = async {
        pass(Duration::from_millis(500)).await;
        application.close().await.expect("the server removes it");
    };
    let (noted, ()) = tokio::join!(own.set_note("Away"), close);
    let error = noted.expect_err("it was closed");
    assert!(error.is_closed() && error.is_transport() && !error.is_refused() && !error.is_retryable(), "{error}");
    assert_eq!(error.operation(), Some("POST note"));
    let error = own.set_note("Back").await.expect_err("it is closed");
    assert!(error.is_closed() && error.is_refused(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_application_that_the_server_has_ended_can_be_closed() {
    let (simulator, faulty, application) = online(Format::Json).await;
    application.make_me_available(available()).await.expect("the user may");
    // A program that hears nothing for as long is taken for gone.
    pass(Duration::from_secs(24 * 3600)).await;
    assert!(simulator.applications().is_empty());
    application.close().await.expect("it is gone already");
    let (_, other, application) = online(Format::Json).await;
    other.plan(|_| Some(proxy_page(410)));
    assert!(application.close().await.expect_err("that was not the server").is_gone());
    let (_, other, application) = online(Format::Json).await;
    other.plan(|_| Some(respond(404, &[], "no such site")));
    assert!(application.close().await.expect_err("that was not the server either").is_not_found());
    drop(faulty);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_application_is_removed_by_one_attempt() {
    let (simulator, faulty, application) = online(Format::Json).await;
    application.make_me_available(available()).await.expect("the user may");
    application.keep_active();
    let clone = application.clone();
    drop(application);
    pass(Duration::from_secs(1)).await;
    assert_eq!(simulator.applications().len(), 1, "a clone is left");
    drop(clone);
    pass(Duration::from_secs(1)).await;
    assert!(simulator.applications().is_empty());
    let before = faulty.count();
    pass(Duration::from_secs(3600)).await;
    assert_eq!(faulty.count(), before, "no task is left");
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_change_is_repeated_where_somebody_else_was_faster() {
    for format in FORMATS {
        let (simulator, faulty, application) = online(format).await;
        application.make_me_available(available()).await.expect("the user may");
        let link = application.communication().await.expect("it is embedded").link().expect("it has a link");
        let mut changes = 0;
        let mut is_stale = true;
        faulty.plan(move |request| {
            let is_meant = request.method() == "PUT" && std::mem::replace(&mut is_stale, false);
            is_meant.then(|| respond(412, &[], ""))
        });
        simulator.clear_requests();
        let change = |communication: &mut Communication| {
            changes += 1;
            communication.phone_number = Some(format!("tel:+1425555010{changes}"));
        };
        application.client().update(&link, change).await.expect("the second attempt succeeds");
        let now = application.client().send(link.get()).await.expect("it is there");
        assert_eq!(now.phone_number.as_deref(), Some("tel:+14255550102"));
        faulty.plan(|request| (request.method() == "PUT").then(|| respond(412, &[], "")));
        let before = faulty.count();
        let error = application.client().update(&link, |_| {}).await.expect_err("somebody else is always faster");
        assert!(error.is_precondition_failed(), "{error}");
        assert_eq!(faulty.count() - before, 20, "ten times read and written");
    }
}

#[tokio::test(start_paused = true)]
async fn all_who_change_a_resource_at_the_same_time_succeed_although_no_request_is_repeated() {
    const WRITERS: usize = 12;
    for format in FORMATS {
        let simulator = Simulator::with_options(Options { latency: Duration::from_millis(100), ..Options::new(SEED) });
        let faulty = Faulty::new(&simulator);
        let mut unrepeated = settings(format);
        (unrepeated.retry.attempts, unrepeated.retry.budget) = (1, 0);
        let client =
            Client::sign_in_with(faulty.transport(), unrepeated, ADA, password_of(ADA)).await.expect("she may");
        let application =
            client.create_application(ApplicationSettings::new("scheduler")).await.expect("an application");
        let meetings = application.meetings();
        let mut input = MyOnlineMeetingsInput::new();
        input.description = Some(String::new());
        let meeting = meetings.schedule(input).await.expect("she may").link().expect("a link");
        let add = |writer| {
            let word = format!("[{writer}]");
            meetings.change(&meeting, move |meeting| meeting.description.get_or_insert_default().push_str(&word))
        };
        let results = join_all((0..WRITERS).map(add)).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        let description =
            client.send(meeting.get()).await.expect("it is there").description.clone().expect("it has one");
        assert!((0..WRITERS).all(|writer| description.contains(&format!("[{writer}]"))), "{description}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_said_it_is_elsewhere_is_removed_where_it_was() {
    for format in FORMATS {
        let (simulator, _, application) = online(format).await;
        application.make_me_available(available()).await.expect("the user may");
        for origin in ["https://evil.example", "//evil.example", "http://pool1.contoso.com"] {
            simulator.inject(ServerFault::new(Effect::HostileLinks { origin: origin.into() }).on("application"));
            application.refresh().await.expect("it is there");
            let own = application.resource().link().expect("it says where it is").url().expect("a URL").to_string();
            assert!(!own.starts_with("https://pool1."), "{own}");
        }
        simulator.clear_requests();
        application.close().await.expect("the server removes it");
        assert!(simulator.applications().is_empty());
        let lines = seen(&simulator);
        let is_removal = lines[0].starts_with("DELETE pool1.contoso.com/") && lines.len() == 1;
        assert!(is_removal, "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_said_it_is_elsewhere_is_read_where_it_was() {
    let (simulator, _, application) = online(Format::Json).await;
    let hostile = Effect::HostileLinks { origin: "https://evil.example".into() };
    simulator.inject(ServerFault::new(hostile).on("application"));
    application.refresh().await.expect("it is there");
    application.make_me_available(available()).await.expect_err("its links lead to a foreign host");
    application.refresh().await.expect("it is where it was");
    application.make_me_available(available()).await.expect("its links are good again");
    drop(application);
    pass(Duration::from_secs(1)).await;
    assert!(simulator.applications().is_empty(), "it is removed there, too, when it is dropped");
}

#[tokio::test(start_paused = true)]
async fn a_user_with_too_many_applications_is_told_so() {
    for format in FORMATS {
        let (simulator, _, application) = online(format).await;
        let client = application.client();
        let mut all = Vec::new();
        let error = loop {
            match client.create_application(ApplicationSettings::new("another")).await {
                Ok(another) => all.push(another),
                Err(error) => break error,
            }
        };
        assert!(error.is_gone() && error.subcode() == Some("TooManyApplications"), "{error}");
        assert_eq!(simulator.applications().len(), all.len() + 1);
        all.pop().expect("there is one").close().await.expect("it is removed");
        client.create_application(ApplicationSettings::new("another")).await.expect("there is room again");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_read_late_does_not_bring_back_an_application_that_is_lost() {
    for format in FORMATS {
        let (simulator, faulty, application) = online(format).await;
        let path = application.resource().link().expect("a link").url().expect("a URL").path().to_owned();
        faulty.plan(move |request| {
            (request.method() == "GET" && request.uri().path() == path).then_some(Fault::SlowResponse)
        });
        let lose = async {
            pass(Duration::from_secs(1)).await;
            simulator.lose_application(simulator.applications()[0].id).expect("it is there");
            application.recreate().await.expect("the server creates another");
            application.resource().link()
        };
        let (_, link) = tokio::join!(application.refresh(), lose);
        assert_eq!(application.resource().link(), link);
        application.close().await.expect("the server removes it");
        assert!(simulator.applications().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_was_left_while_it_was_created_again_is_there_for_another_process() {
    let (simulator, faulty, application) = online(Format::Json).await;
    simulator.lose_application(simulator.applications()[0].id).expect("it is there");
    faulty.plan(|request| request.uri().path().ends_with("/applications").then_some(Fault::SlowResponse));
    let leave = async {
        pass(Duration::from_secs(1)).await;
        application.leave();
    };
    let (recreated, ()) = tokio::join!(application.recreate(), leave);
    assert!(matches!(recreated, Err(Error::Refused(RefusedError::Closed))), "{recreated:?}");
    assert_eq!(simulator.applications().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_available_already_stays_so_where_the_application_is_lost_meanwhile() {
    let (simulator, faulty, application) = online(Format::Json).await;
    application.make_me_available(available()).await.expect("the user may");
    // Another process goes on with the application.
    let settings = ApplicationSettings::new("other").with_endpoint_id(application.endpoint_id());
    let other = application.client().create_application(settings).await.expect("an application");
    faulty.plan(|request| (request.method() == "GET").then_some(Fault::LateResponse));
    let lose = async {
        pass(Duration::from_millis(500)).await;
        simulator.lose_application(simulator.applications()[0].id).expect("it is there");
        faulty.plan(|_| None);
        other.recreate().await.expect("the server creates another");
    };
    tokio::join!(other.make_me_available(available()), lose).0.expect("the user may");
    assert!(simulator.applications()[0].is_available);
    simulator.lose_application(simulator.applications()[0].id).expect("it is there");
    other.recreate().await.expect("the server creates another");
    assert!(simulator.applications()[0].is_available);
}

#[tokio::test(start_paused = true)]
async fn what_the_layers_change_is_not_changed_after_close() {
    let (_, faulty, application) = online(Format::Json).await;
    application.make_me_available(available()).await.expect("the user may");
    let (meetings, list) = (application.meetings(), application.contact_list());
    let meeting = meetings.schedule(MyOnlineMeetingsInput::new()).await.expect("the user may").link().expect("a link");
    list.create_group("Friends").await.expect("the user may");
    let group = list.group_named("Friends").await.expect("the groups").expect("it is there");
    let contact = list.contacts().await.expect("contacts").remove(0);
    application.close().await.expect("the server removes it");
    let before = faulty.count();
    let errors = [
        meetings.change(&meeting, |_| {}).await.expect_err("closed"),
        list.rename_group(&group, "Others").await.expect_err("closed"),
        list.set_privacy(&contact, PrivacyRelationshipLevel::Colleagues).await.expect_err("closed"),
    ];
    for error in errors {
        assert!(matches!(error, Error::Refused(RefusedError::Closed)), "{error}");
    }
    assert_eq!(faulty.count(), before);
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_closed_while_it_is_restored_sends_no_more() {
    let (simulator, faulty, application) = online(Format::Json).await;
    application.make_me_available(available()).await.expect("the user may");
    simulator.lose_application(simulator.applications()[0].id).expect("it is there");
    faulty.plan(|request| request.uri().path().ends_with("/makeMeAvailable").then_some(Fault::LateResponse));
    let close = async {
        pass(Duration::from_millis(500)).await;
        application.close().await.expect("the server removes it");
        faulty.count()
    };
    let (recreated, before) = tokio::join!(application.recreate(), close);
    assert!(matches!(recreated.expect_err("closed"), Error::Refused(RefusedError::Closed)));
    assert_eq!(faulty.count(), before);
    assert!(simulator.applications().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_closed_while_it_is_created_again_sends_no_more() {
    let (simulator, faulty, application) = online(Format::Json).await;
    simulator.lose_application(simulator.applications()[0].id).expect("it is there");
    let mut is_silent = false;
    faulty.plan(move |request| {
        let creates = request.uri().path().ends_with("/applications");
        (creates && !std::mem::replace(&mut is_silent, true)).then_some(Fault::Silence)
    });
    let close = async {
        pass(Duration::from_millis(500)).await;
        application.close().await.expect("the server has lost it");
        faulty.count()
    };
    let (recreated, before) = tokio::join!(application.recreate(), close);
    assert!(matches!(recreated.expect_err("closed"), Error::Refused(RefusedError::Closed)));
    assert_eq!(faulty.count(), before);
}

#[test]
fn who_cannot_be_kept_active_outside_of_a_runtime_is_within_it() {
    let runtime = runtime();
    let (simulator, _, application) = runtime.block_on(online(Format::Json));
    catch_unwind(AssertUnwindSafe(|| application.keep_active())).expect_err("there is no runtime");
    runtime.block_on(async {
        application.make_me_available(available()).await.expect("the user may");
        application.keep_active();
        pass(Duration::from_secs(200)).await;
    });
    assert!(seen(&simulator).iter().any(|line| line.contains("/reportMyActivity")));
}

#[test]
fn who_was_kept_active_by_a_runtime_that_was_shut_down_can_be_kept_active_again() {
    let first = runtime();
    let (simulator, _, application) = first.block_on(online(Format::Json));
    first.block_on(application.make_me_available(available())).expect("the user may");
    first.block_on(async { application.keep_active() });
    drop(first);
    runtime().block_on(async {
        application.keep_active();
        pass(Duration::from_secs(200)).await;
    });
    assert_eq!(seen(&simulator).iter().filter(|line| line.contains("/reportMyActivity")).count(), 1);
}

/// Looks at the application as soon as something has happened.
struct Curious(Application);

impl Wake for Curious {
    fn wake(self: Arc<Self>) {
        self.0.resource();
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_woken_by_the_end_may_look_at_the_application_at_once() {
    let (_, faulty, application) = online(Format::Json).await;
    faulty.plan(|_| Some(Fault::Silence));
    let mut refreshing = Box::pin(application.refresh());
    let waker = Waker::from(Arc::new(Curious(application.clone())));
    assert!(refreshing.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    application.leave();
    let error = refreshing.await.expect_err("it was closed meanwhile");
    assert!(error.is_closed() && !error.is_refused(), "{error}");
}
