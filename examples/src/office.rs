//! A simulated office: a server in this process, and colleagues who do something there. It is the same each time, as all
//! random values come from seeds.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use tokio::time::sleep;
use ucwa::online_meeting::MyOnlineMeetingsInput;
use ucwa_client::meetings::{JoinUrl, Meeting};
use ucwa_client::messaging::{ConversationItem, Draft};
use ucwa_client::{Application, Client, Error, Password, Settings, Transport};
use ucwa_simulator::{Account, ControlError, Options, Simulator};

use crate::AnyError;
use crate::start::available;

/// Whom the programs sign in.
pub(crate) const USER: &str = PEOPLE[0].0;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "simulated-secret";

/// Who works there. The last one is on holiday.
const PEOPLE: [(&str, &str); 8] = [
    ("ada@contoso.com", "Ada Vale"),
    ("ben@contoso.com", "Ben Ortiz"),
    ("cho@contoso.com", "Cho Lindqvist"),
    ("dee@contoso.com", "Dee Okafor"),
    ("eli@contoso.com", "Eli Novak"),
    ("fay@contoso.com", "Fay Moreau"),
    ("gus@contoso.com", "Gus Tanaka"),
    ("hal@contoso.com", "Hal Brandt"),
];

/// Who writes to the user.
const BEN: &str = PEOPLE[1].0;

/// Who holds a meeting.
const CHO: &str = PEOPLE[2].0;

const AVAILABILITIES: [&str; 6] = ["Online", "Busy", "Online", "Away", "DoNotDisturb", "BeRightBack"];
const NOTES: [&str; 7] = [
    "Reviewing the release",
    "In Oslo until Friday",
    "",
    "Ask me about invoices",
    "Lunch at noon, join me",
    "Working from home",
    "Writing; please no calls",
];
const QUESTIONS: [&str; 4] = ["help", "who", "echo two words", "Do you dance?"];

/// What the colleagues do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Nothing. Nobody else is signed in.
    Quiet,
    /// Every second or two, one of them changes their presence or their note.
    Presence,
    /// One of them writes to the user every two seconds.
    Messages,
    /// One of them has talked to the user, and has left.
    History,
}

/// Opens the office, and has the colleagues play a scene for as long as the runtime lives.
pub(crate) async fn open(scene: Scene) -> Result<Simulator, AnyError> {
    let simulator = simulator();
    match scene {
        Scene::Quiet => {}
        Scene::Presence => {
            let mut colleagues = Vec::new();
            for (number, (address, _)) in PEOPLE[1..PEOPLE.len() - 1].iter().enumerate() {
                simulator.set_presence(address, AVAILABILITIES[number % AVAILABILITIES.len()])?;
                simulator.set_note(address, NOTES[number % NOTES.len()])?;
                colleagues.push(sign_in(&simulator, address).await?);
            }
            tokio::spawn(change_presence(simulator.clone(), colleagues));
        }
        Scene::Messages => drop(tokio::spawn(ask(simulator.clone(), sign_in(&simulator, CHO).await?))),
        Scene::History => talk(&sign_in(&simulator, USER).await?, &sign_in(&simulator, BEN).await?).await?,
    }
    Ok(simulator)
}

/// Has somebody hold a meeting in an office, let in whoever waits, and greet them. Returns the server, and the web page of
/// the meeting.
///
/// # Errors
///
/// Fails if the meeting cannot be scheduled.
pub async fn hold_meeting() -> Result<(Transport, JoinUrl), AnyError> {
    let simulator = simulator();
    let host = sign_in(&simulator, CHO).await?;
    let mut input = MyOnlineMeetingsInput::new();
    (input.subject, input.access_level) = (Some("Review".into()), Some(ucwa::enumerations::AccessLevel::Locked));
    let scheduled = host.meetings().schedule(input).await?;
    let page: JoinUrl = scheduled.join_url.as_ref().ok_or("the meeting has no page")?.as_str().parse()?;
    let meeting = host.meetings().join(&page.conference_uri()?.to_string()).await?.joined().await?;
    tokio::spawn(lead(host, meeting));
    Ok((Transport::new(simulator), page))
}

/// The settings of every client there.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.seed = Some(1);
    settings.time_of_day = Some(SystemTime::UNIX_EPOCH + epoch());
    settings
}

/// When the simulated world begins.
fn epoch() -> Duration {
    Duration::from_millis(Options::new(1).epoch.unsigned_abs())
}

fn simulator() -> Simulator {
    let account = |(own, name)| {
        let others = PEOPLE.iter().map(|(address, _)| *address).filter(move |address| *address != own);
        Account::new(own, name, PASSWORD).with_contacts(others)
    };
    Simulator::with_options(Options { accounts: PEOPLE.map(account).into(), ..Options::new(1) })
}

/// Signs a colleague in, with a task that reads the events.
async fn sign_in(simulator: &Simulator, address: &str) -> Result<Application, AnyError> {
    let (transport, password) = (Transport::new(simulator.clone()), Password::new(PASSWORD));
    let application = available(&Client::sign_in_with(transport, settings(), address, password).await?).await?;
    tokio::spawn(application.events()?.run());
    Ok(application)
}

/// Changes the presence or the note of one colleague after the other.
async fn change_presence(simulator: Simulator, colleagues: Vec<Application>) -> Result<Infallible, ControlError> {
    let mut random = Rng::with_seed(1);
    loop {
        sleep(Duration::from_millis(random.u64(1000..2000))).await;
        let (address, _) = PEOPLE[random.usize(1..=colleagues.len())];
        if random.u8(..3) == 0 {
            simulator.set_note(address, NOTES[random.usize(..NOTES.len())])?;
        } else {
            simulator.set_presence(address, AVAILABILITIES[random.usize(..AVAILABILITIES.len())])?;
        }
    }
}

/// Writes to the user, while somebody else is online.
async fn ask(simulator: Simulator, other: Application) -> Result<(), ControlError> {
    for question in QUESTIONS.iter().cycle().take_while(|_| !other.is_closed()) {
        sleep(Duration::from_secs(2)).await;
        simulator.send_message(BEN, USER, question)?;
    }
    Ok(())
}

/// Has the user and a colleague talk, and leave.
async fn talk(user: &Application, colleague: &Application) -> Result<(), AnyError> {
    let mut invitations = colleague.messaging().invitations();
    let messaging = user.messaging();
    let accept = async { invitations.next().await.ok_or("nobody invites")?.accept().await.map_err(AnyError::from) };
    let (own, other) = tokio::join!(messaging.start(BEN), accept);
    let (own, other) = (own?, other?);
    own.send(Draft::text("Lunch?")).await?.delivery().await;
    other.send(Draft::text("Gladly, at noon")).await?.delivery().await;
    own.leave().await?;
    user.close().await?;
    Ok(colleague.close().await?)
}

/// Leads a meeting: lets everybody in, greets them, and ends it when they leave.
async fn lead(host: Application, meeting: Meeting) -> Result<(), Error> {
    while let Some(item) = meeting.next().await {
        match item {
            ConversationItem::WaitsInLobby(who) => meeting.admit(&who).await?,
            ConversationItem::Joined(_) => {
                meeting.conversation().send(Draft::text("Welcome to the review")).await?.delivery().await;
            }
            ConversationItem::Message(message) => {
                let reply = format!("You said: {}", message.text());
                meeting.conversation().send(Draft::text(reply)).await?.delivery().await;
            }
            ConversationItem::Left(_) => break,
            _ => {}
        }
    }
    host.close().await
}
