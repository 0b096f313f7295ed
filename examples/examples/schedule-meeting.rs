//! Schedules a meeting, and prints what to invite people with and which meetings there are.

use clap::Args;
use ucwa::enumerations::AccessLevel;
use ucwa::online_meeting::{MyOnlineMeeting, MyOnlineMeetingsInput};
use ucwa_client::ContactAddress;
use ucwa_examples::{AnyError, Scene, Start, println};

#[derive(Args)]
struct Arguments {
    /// What the meeting is about
    subject: String,
    /// Somebody of the organization to invite; can be repeated
    #[arg(long, value_name = "ADDRESS")]
    invite: Vec<ContactAddress>,
    /// Somebody of the organization who may lead the meeting, too; can be repeated
    #[arg(long, value_name = "ADDRESS")]
    leader: Vec<ContactAddress>,
    /// Have everybody wait in the lobby until a leader lets them in
    #[arg(long)]
    lobby: bool,
}

/// A meeting as a line of the list.
fn line(meeting: &MyOnlineMeeting) -> String {
    let page = meeting.join_url.as_ref().map_or("no page", |page| page.as_str());
    let subject = meeting.subject.as_deref().unwrap_or("no subject");
    let expires = meeting.expiration_time.map_or_else(String::new, |time| format!(", expires {time}"));
    format!("{subject}: {page}{expires}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let (start, arguments) = Start::parse_with::<Arguments>();
    let application = start.connect(Scene::Quiet).await?.online().await?;
    let meetings = application.meetings();
    let mut input = MyOnlineMeetingsInput::new();
    input.subject = Some(arguments.subject);
    input.attendees = arguments.invite.iter().map(ContactAddress::to_uri).collect();
    input.leaders = arguments.leader.iter().map(ContactAddress::to_uri).collect();
    // What is left out is as the server's administrator chose it.
    input.access_level = arguments.lobby.then_some(AccessLevel::Locked);
    let scheduled = meetings.schedule(input).await?;
    println!("Scheduled {}", line(&scheduled));
    for meeting in meetings.scheduled().await? {
        println!("- {}", line(&meeting));
    }
    Ok(application.end().await?)
}
