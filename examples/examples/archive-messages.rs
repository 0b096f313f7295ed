//! Archives messages, sent and received, as JSON Lines, and goes on where it stopped: it stores the cursor after what it has written.

use std::collections::BTreeSet;

use ucwa::serde_json::{Value, json};
use ucwa::{Event, communication::Message, events::Documented};
use ucwa_client::{Application, ChannelItem, Error};
use ucwa_examples::{AnyError, Scene, Start, Stored, accept_all, println};

/// The message that an event is about, as a line, unless an earlier event was about the same.
async fn line(application: &Application, known: &mut BTreeSet<String>, event: &Event) -> Result<Option<Value>, Error> {
    let (direction, time, content) = match event.documented() {
        Documented::MessageStarted(found) | Documented::MessageCompleted(found) => {
            let message: Message = match (found.resource(), found.link()) {
                (None, Some(link)) => match application.send(link.get()).await {
                    // It went with its conversation. What fails otherwise comes again in the next run.
                    Err(gone) if gone.is_not_found() => return Ok(Some(json!({ "notice": gone.to_string() }))),
                    message => message.map_err(Error::into_general)?.into_inner(),
                },
                (sent_along, _) => sent_along.cloned().unwrap_or_default(),
            };
            (message.direction, message.time_stamp, message.plain_message.or(message.html_message))
        }
        // The first message comes with the invitation.
        Documented::MessagingInvitationCompleted(found) => found
            .resource()
            .map_or_else(Default::default, |found| (found.direction.clone(), None, found.message.clone())),
        Documented::Unreadable(_) => return Ok(Some(json!({ "notice": format!("{event:?}") }))),
        _ => return Ok(None),
    };
    let link = &event.target.link.href;
    let Some(content) = content.filter(|_| known.insert(link.clone())) else { return Ok(None) };
    let text = content.text().unwrap_or_else(|_| content.href().to_owned());
    Ok(Some(json!({ "link": link, "direction": direction, "time": time, "text": text })))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AnyError> {
    let (start, stored) = Start::parse_with::<Stored>();
    let mut over = std::pin::pin!(start.over());
    let application = start.connect(Scene::Messages).await?.resumed(stored.endpoint_id()?).await?;
    tokio::spawn(accept_all(application.messaging().invitations()));
    let (mut events, mut known) = (stored.events(&application)?, BTreeSet::new());
    loop {
        let item =
            tokio::select! { biased; item = stored.next(&application, &mut events) => item?, () = &mut over => None };
        let line = match item {
            Some(ChannelItem::Event(event)) => line(&application, &mut known, &event).await?,
            // What was lost or cannot be read, interruptions, and why the channel ended.
            Some(notice) => Some(json!({ "notice": format!("{notice:?}") })),
            None => break,
        };
        if let Some(line) = line {
            println!("{line}");
        }
    }
    application.leave();
    Ok(())
}
