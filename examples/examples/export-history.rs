//! Writes the history of conversations as JSON Lines: one object for each message.

use ucwa::serde_json::json;
use ucwa_examples::{AnyError, Scene, Start, println};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let application = Start::parse().connect(Scene::History).await?.online().await?;
    // Nothing is read before it is needed, and nothing is kept: a history of years takes no memory.
    let mut conversations = application.history().conversations();
    while let Some(past) = conversations.next().await {
        let past = past?;
        let mut entries = past.entries();
        while let Some(entry) = entries.next().await {
            let entry = entry?;
            let line = json!({
                "thread": past.log.thread_id,
                "subject": past.log.subject,
                "time": entry.time.map(|time| time.to_string()),
                "is_own": entry.is_own,
                "text": entry.text(),
            });
            println!("{line}");
        }
    }
    Ok(application.end().await?)
}
