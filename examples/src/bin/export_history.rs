//! Writes the history of conversations as JSON, one line for each message.

use ucwa::serde_json::json;
use ucwa_client::Application;
use ucwa_client::messaging::Draft;
use ucwa_examples::{AnyError, online};
use ucwa_simulator::Simulator;

/// Prints all messages of all conversations. Nothing is read before it is needed.
async fn export(application: &Application) -> Result<(), AnyError> {
    let mut conversations = application.history().conversations();
    while let Some(past) = conversations.next().await {
        let past = past?;
        let mut entries = past.entries();
        while let Some(entry) = entries.next().await {
            let entry = entry?;
            println!(
                "{}",
                json!({
                    "thread": past.log.thread_id,
                    "time": entry.time.map(|time| time.to_string()),
                    "is_own": entry.is_own,
                    "text": entry.text(),
                })
            );
        }
    }
    Ok(())
}

// The clock is paused: it jumps ahead whenever the program waits, so that the example takes no time.
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), AnyError> {
    let simulator = Simulator::new(1);
    let (ada, ben) = (online(&simulator, "ada@contoso.com").await?, online(&simulator, "ben@contoso.com").await?);
    let mut invitations = ben.messaging().invitations();
    let messaging = ada.messaging();
    let accept = async { invitations.next().await.ok_or("nobody invites")?.accept().await.map_err(AnyError::from) };
    let (of_ada, of_ben) = tokio::join!(messaging.start("ben@contoso.com"), accept);
    let (of_ada, of_ben) = (of_ada?, of_ben?);
    of_ada.send(Draft::text("Lunch?")).await?.delivery().await;
    of_ben.send(Draft::text("Gladly")).await?.delivery().await;
    of_ada.leave().await?;
    export(&ada).await
}
