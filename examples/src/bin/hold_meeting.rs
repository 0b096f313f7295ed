//! Schedules a meeting, and lets a guest in who knows nothing but its web page.

use ucwa::enumerations::AccessLevel;
use ucwa::online_meeting::MyOnlineMeetingsInput;
use ucwa_client::meetings::JoinUrl;
use ucwa_client::messaging::{ConversationItem, Draft};
use ucwa_client::{AnonymousMeeting, ApplicationSettings, Client, Settings, Transport};
use ucwa_examples::{AnyError, online};
use ucwa_simulator::Simulator;

// The clock is paused: it jumps ahead whenever the program waits, so that the example takes no time.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let ada = online(&simulator, "ada@contoso.com").await?;
    let mut input = MyOnlineMeetingsInput::new();
    (input.subject, input.access_level) = (Some("Review".into()), Some(AccessLevel::Locked));
    let scheduled = ada.meetings().schedule(input).await?;
    let page = scheduled.join_url.as_ref().ok_or("the meeting has no page")?.as_str();
    println!("{page}");
    let uri = page.parse::<JoinUrl>()?.conference_uri()?;
    let meeting = ada.meetings().join(&uri.to_string()).await?.joined().await?;

    // Somebody without an account.
    let (transport, credentials) =
        (Transport::new(simulator.clone()), AnonymousMeeting::new(uri.to_string(), uri.id()));
    let guest = Client::sign_in_with(transport, Settings::default(), uri.organizer(), credentials).await?;
    let guest = guest.create_application(ApplicationSettings::new("Example/1.0")).await?;
    tokio::spawn(guest.events()?.run());
    let joining = guest.meetings().join(&uri.to_string()).await?;
    tokio::spawn(async move {
        if let Ok(meeting) = joining.joined().await {
            let _ = meeting.conversation().send(Draft::text("Good morning")).await;
        }
    });

    while let Some(item) = meeting.next().await {
        match item {
            ConversationItem::WaitsInLobby(who) => {
                println!("{who} waits in the lobby");
                meeting.admit(&who).await?;
            }
            ConversationItem::Joined(who) => println!("{who} joined"),
            ConversationItem::Message(message) => {
                println!("{}: {}", message.from, message.text());
                break;
            }
            _ => {}
        }
    }
    Ok(())
}
