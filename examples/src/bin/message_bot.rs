//! A bot that accepts conversations and answers commands, and somebody who talks to it.

use ucwa_client::Error;
use ucwa_client::messaging::{Conversation, ConversationItem, Draft, Invitations};
use ucwa_examples::{AnyError, online};
use ucwa_simulator::Simulator;

/// What the bot says to a message.
fn answer(text: &str) -> String {
    match text.trim().split_once(' ').unwrap_or((text.trim(), "")) {
        ("help", _) => "Send help or echo TEXT.".into(),
        ("echo", rest) => rest.to_owned(),
        _ => "What?".into(),
    }
}

/// Accepts each invitation, and answers each message until the other side leaves.
async fn serve(mut invitations: Invitations) -> Result<(), Error> {
    while let Some(invitation) = invitations.next().await {
        let conversation = invitation.accept().await?;
        while let Some(item) = conversation.next().await {
            if let ConversationItem::Message(message) = item {
                let _ = conversation.send(Draft::text(answer(message.text()))).await?;
            }
        }
    }
    Ok(())
}

/// The next message of the conversation.
async fn next_message(conversation: &Conversation) -> Option<String> {
    loop {
        if let ConversationItem::Message(message) = conversation.next().await? {
            return Some(format!("{}: {}", message.from, message.text()));
        }
    }
}

// The clock is paused: it jumps ahead whenever the program waits, so that the example takes no time.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let bot = online(&simulator, "ben@contoso.com").await?;
    tokio::spawn(serve(bot.messaging().invitations()));

    let ada = online(&simulator, "ada@contoso.com").await?;
    let conversation = ada.messaging().start("ben@contoso.com").await?;
    for text in ["help", "echo two words", "dance"] {
        let sent = conversation.send(Draft::text(text)).await?;
        sent.delivery().await;
        println!("{}", next_message(&conversation).await.ok_or("the conversation is over")?);
    }
    conversation.leave().await?;
    Ok(())
}
