//! A bot that accepts conversations and answers commands: `help`, `who` and `echo`.

use ucwa::enumerations::Availability;
use ucwa_client::messaging::{Conversation, ConversationItem, Draft, IncomingInvitation};
use ucwa_client::{Application, Error, Fetch as _};
use ucwa_examples::{AnyError, Scene, Start, println};

/// What the bot says to a message.
async fn answer(application: &Application, text: &str) -> Result<String, Error> {
    Ok(match text.trim().split_once(' ').unwrap_or((text.trim(), "")) {
        ("help", _) => "Send help, who, or echo TEXT.".into(),
        ("who", _) => who(application).await?,
        ("echo", rest) => rest.to_owned(),
        _ => "I do not know that. Send help.".into(),
    })
}

/// Who of the contacts is online.
async fn who(application: &Application) -> Result<String, Error> {
    let mut names = Vec::new();
    for contact in application.contact_list().contacts().await? {
        let presence = contact.contact_presence().fetch(application.client()).await.map_err(Error::into_general)?;
        if presence.availability == Some(Availability::Online) {
            names.extend(contact.name);
        }
    }
    Ok(if names.is_empty() { "Nobody is online.".into() } else { format!("Online: {}.", names.join(", ")) })
}

/// Answers each message until the other side leaves.
async fn talk(application: &Application, conversation: Conversation) -> Result<(), Error> {
    while let Some(item) = conversation.next().await {
        if let ConversationItem::Message(message) = item {
            let answer = answer(application, message.text()).await.unwrap_or_else(|error| {
                eprintln!("a command failed: {error}");
                "That does not work now. Try again later.".into()
            });
            println!("{}: {}\n  {answer}", message.from, message.text());
            conversation.send(Draft::text(answer)).await?.delivery().await;
        }
    }
    Ok(())
}

async fn serve(application: Application, invitation: IncomingInvitation) {
    let result = async { talk(&application, invitation.accept().await?).await }.await;
    result.unwrap_or_else(|error| eprintln!("a conversation ended: {error}"));
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let bot = Start::parse().connect(Scene::Messages).await?.online().await?;
    let mut invitations = bot.messaging().invitations();
    while let Some(invitation) = invitations.next().await {
        // Each conversation has a task of its own, so that nobody waits for somebody else.
        tokio::spawn(serve((*bot).clone(), invitation));
    }
    Ok(bot.end().await?)
}
