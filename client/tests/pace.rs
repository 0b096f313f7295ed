//! Many users who share a pace do not run over a server.

mod support;

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use support::{Faulty, is_token_request, pass, settings};
use tokio::time::{Instant, timeout};
use ucwa::Format;
use ucwa::http::{Method, Request};
use ucwa_client::{Application, ApplicationSettings, ChannelItem, Client, Loss, Pace, Password, Settings};
use ucwa_simulator::{Account, Memory, Options, Simulator};

const USERS: usize = 40;

/// How many turns there are each second.
const TURNS: u32 = 10;

fn address(number: usize) -> String {
    format!("user{number}@contoso.com")
}

/// A simulator with many users, and the moments at which it is asked for tokens and applications.
fn busy_server() -> (Simulator, Faulty, Arc<Mutex<Vec<Instant>>>) {
    let accounts = (0..USERS).map(|number| Account::new(address(number), "A User", "secret")).collect();
    let simulator = Simulator::with_options(Options { accounts, ..Options::new(support::SEED) });
    let faulty = Faulty::new(&simulator);
    let moments = Arc::<Mutex<Vec<Instant>>>::default();
    let noted = Arc::clone(&moments);
    faulty.plan(move |request| {
        if is_token_request(request) || is_creation(request) {
            noted.lock().expect("nobody panics with it").push(Instant::now());
        }
        None
    });
    (simulator, faulty, moments)
}

fn is_creation(request: &Request<Bytes>) -> bool {
    request.method() == Method::POST && request.uri().path().ends_with("/applications")
}

fn paced() -> Settings {
    let mut settings = settings(Format::Json);
    settings.pace = NonZeroU32::new(TURNS).map(Pace::per_second);
    settings
}

/// Signs all users in at the same moment.
async fn sign_in(faulty: &Faulty, settings: &Settings) -> Vec<Application> {
    join_all((0..USERS).map(|number| {
        let (transport, settings) = (faulty.transport(), settings.clone());
        async move {
            let client = Client::sign_in_with(transport, settings, &address(number), Password::new("secret")).await;
            let client = client.expect("the password is right");
            client.create_application(ApplicationSettings::new("test")).await.expect("it is made")
        }
    }))
    .await
}

/// How many there were in the busiest second.
fn busiest(moments: &Mutex<Vec<Instant>>) -> usize {
    let moments = moments.lock().expect("nobody panics with it");
    let within = |begin: &Instant| {
        let end = *begin + Duration::from_secs(1);
        moments.iter().filter(|moment| (*begin..end).contains(moment)).count()
    };
    moments.iter().map(within).max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn users_sign_in_one_after_another_although_all_begin_at_once() {
    let (_, faulty, moments) = busy_server();
    let begin = Instant::now();
    sign_in(&faulty, &settings(Format::Json)).await;
    assert_eq!((busiest(&moments), begin.elapsed()), (2 * USERS, Duration::ZERO), "without a pace, all come at once");
    moments.lock().expect("nobody panics with it").clear();
    sign_in(&faulty, &paced()).await;
    assert!((1..=TURNS as usize).contains(&busiest(&moments)), "{}", busiest(&moments));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_turn_is_not_given_up() {
    let (_, faulty, moments) = busy_server();
    let mut slow = settings(Format::Json);
    // Longer than any request may take.
    slow.pace = NonZeroU32::new(1).map(Pace::per_second);
    sign_in(&faulty, &slow).await;
    assert_eq!(moments.lock().expect("nobody panics with it").len(), 2 * USERS);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_restarts_is_not_run_over_by_those_who_come_back() {
    let (simulator, faulty, moments) = busy_server();
    let applications = sign_in(&faulty, &paced()).await;
    let mut streams: Vec<_> = applications.iter().map(|application| application.events().expect("a channel")).collect();
    let recreated = join_all(streams.iter_mut().map(|events| async {
        while let Some(item) = events.next().await {
            if matches!(item, ChannelItem::Lost(Loss::Recreated)) {
                return true;
            }
        }
        false
    }));
    let restart = async {
        pass(Duration::from_secs(60)).await;
        moments.lock().expect("nobody panics with it").clear();
        // Tokens are gone, too.
        simulator.restart(Memory::Lost);
    };
    let (recreated, ()) = tokio::join!(recreated, restart);
    assert!(recreated.iter().all(|is_recreated| *is_recreated));
    assert!((1..=TURNS as usize).contains(&busiest(&moments)), "{}", busiest(&moments));
    assert_eq!(simulator.applications().len(), USERS);
}

#[tokio::test(start_paused = true)]
async fn those_who_are_not_polled_do_not_hold_up_the_others() {
    let (simulator, faulty, moments) = busy_server();
    let pace = paced().pace;
    let sign_in = |number| {
        let (transport, mut settings) = (faulty.transport(), paced());
        settings.pace.clone_from(&pace);
        async move { Client::sign_in_with(transport, settings, &address(number), Password::new("secret")).await }
    };
    // While one of them creates an application, nobody looks at the others, who wait for their turns or have one.
    let mut signed_in = stream::iter((0..USERS).map(sign_in)).buffer_unordered(USERS);
    let all = async {
        let mut applications = Vec::new();
        while let Some(client) = signed_in.next().await {
            let client = client.expect("the password is right");
            let application = client.create_application(ApplicationSettings::new("test")).await;
            applications.push(application.expect("it is made"));
        }
        applications
    };
    let applications = timeout(Duration::from_secs(600), all).await.expect("nobody waits for ever");
    assert_eq!((applications.len(), simulator.applications().len()), (USERS, USERS));
    assert!((1..=TURNS as usize).contains(&busiest(&moments)), "{}", busiest(&moments));
}
