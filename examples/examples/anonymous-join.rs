//! Joins a meeting without an account, with nothing but its web page: prints what is said, and says what is typed.

use clap::Parser;
use tokio::sync::mpsc;
use ucwa_client::meetings::JoinUrl;
use ucwa_client::messaging::{ConversationItem, Draft};
use ucwa_client::{AnonymousMeeting, ApplicationSettings, Client, Network, Settings, Transport};
use ucwa_examples::{AnyError, hold_meeting, println};

/// Joins a meeting as a guest, and leaves at the end of the input.
#[derive(Parser)]
struct Arguments {
    /// Join a meeting of a simulated office
    #[arg(long, required_unless_present = "page")]
    simulator: bool,
    /// The web page of the meeting, as the invitation has it
    page: Option<JoinUrl>,
    #[arg(long, default_value = "Guest", help = "The name that the others see")]
    name: String,
}

/// The lines that are typed. The thread is not waited for, as nobody may ever type one.
fn typed() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| sender.blocking_send(line))
    });
    receiver
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let arguments = Arguments::parse();
    let (transport, page) = match arguments.page {
        Some(page) => (Transport::new(Network::new()?), page),
        None => hold_meeting().await?,
    };
    let (uri, settings) = (page.conference_uri()?, Settings::default());
    let client = Client::sign_in_with(transport, settings, uri.organizer(), AnonymousMeeting::of(&uri)).await?;
    let application = client.create_application(ApplicationSettings::new("Example/1.0")).await?;
    tokio::spawn(application.events()?.run());
    println!("Waiting to be let in");
    let meeting = application.meetings().join_as(&uri, &arguments.name).await?.joined().await?;
    let mut typed = typed();
    loop {
        tokio::select! {
            item = meeting.next() => match item {
                Some(ConversationItem::Message(message)) => println!("{}: {}", message.from, message.text()),
                Some(ConversationItem::Left(who)) => println!("{who} left"),
                item => if item.is_none() { break },
            },
            line = typed.recv() => if let Some(line) = line {
                drop(meeting.conversation().send(Draft::text(line)).await?.delivery().await);
            } else { break },
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    Ok(application.close().await?)
}
