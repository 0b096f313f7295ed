//! Logs of past conversations.

use super::people::uri;
use super::{Shape, Target};
use crate::address::Item;
use crate::document::Value;
use crate::protocol::Failure;
use crate::state::{Application, Log, LogStatus, World};

/// How many messages a page of transcripts has.
pub(crate) const PAGE: usize = 20;

fn find<'a>(world: &'a World, application: &Application, id: u64) -> Result<&'a Log, Failure> {
    let user = world.users.get(application.identity.address()).ok_or_else(Failure::not_found)?;
    user.logs.get(&id).ok_or_else(Failure::not_found)
}

/// The latest logs of the user, at most so many, the latest first.
pub(crate) fn latest(world: &World, application: &Application, limit: usize) -> Shape {
    let logs = world.users.get(application.identity.address()).map(|user| user.logs.keys());
    Shape::new().links("conversationLog", logs.into_iter().flatten().rev().take(limit).map(|id| Item::log(*id)))
}

/// A log, or what can be done with it.
pub(super) fn log(world: &World, application: &Application, item: &Item, id: u64) -> Result<Shape, Failure> {
    let log = find(world, application, id)?;
    Ok(match item.name() {
        "conversationLog" => card(log),
        "conversationLogTranscripts" | "nextConversationLogTranscripts" => {
            // Each step along `nextConversationLogTranscripts` is a page.
            let page = item.path.matches("/nextConversationLogTranscripts").count();
            let positions = (0..log.messages.len()).skip(page * PAGE).take(PAGE);
            let shape = Shape::new()
                .embed_all("conversationLogTranscript", positions.map(|position| Item::log_transcript(id, position)));
            shape.only_if(log.messages.len() > (page + 1) * PAGE, &["nextConversationLogTranscripts"])
        }
        _ => Shape::new(),
    })
}

fn card(log: &Log) -> Shape {
    let kind = match (log.meeting.is_some(), log.modalities.first()) {
        (true, _) => "ConferenceLog",
        (_, Some(&"Audio")) => "AudioLog",
        (_, Some(&"Messaging")) => "MessageLog",
        _ => "UnknownLog",
    };
    let preview = log.messages.first().map_or("", |message| &message.content);
    Shape::new()
        .set("creationTime", Value::Time(log.created))
        .set("direction", log.direction)
        .set("importance", log.importance.clone())
        .set("modalities", Value::texts(log.modalities.iter().copied()))
        .set("previewMessage", crate::document::plain_text(preview))
        .set("status", if log.status == LogStatus::Missed { "Missed" } else { "Archived" })
        .set("subject", log.subject.clone())
        .set("threadId", log.thread_id.clone())
        .set("totalRecipientsCount", Value::Number(i64::try_from(log.recipients.len()).unwrap_or(0)))
        .set("type", kind)
        .set_some("onlineMeetingUri", log.meeting.as_deref().unwrap_or_default())
        .embed_all(
            "conversationLogRecipient",
            log.recipients.iter().map(|address| Item::log_recipient(log.id, address)),
        )
}

/// Somebody in a log.
pub(super) fn recipient(world: &World, application: &Application, id: u64, address: &str) -> Result<Shape, Failure> {
    let log = find(world, application, id)?;
    log.recipients.iter().find(|known| *known == address).ok_or_else(Failure::not_found)?;
    let below =
        |rel: &str| Item::person(address).map_or(Target::Nowhere, |item| Target::Path(format!("{}/{rel}", item.path)));
    let shape = Shape::new().set("displayName", world.name_of(address)).set("sipUri", uri(address));
    let shape = shape.link("contactPhoto", Item::photo(address, "contactPhoto"));
    let shape = shape.to("contactPresence", below("contactPresence"));
    Ok(shape.link("contact", Item::person(address)))
}

/// A message in a log.
pub(super) fn transcript(
    world: &World,
    application: &Application,
    item: &Item,
    id: u64,
    position: usize,
) -> Result<Shape, Failure> {
    let log = find(world, application, id)?;
    let message = log.messages.get(position).ok_or_else(Failure::not_found)?;
    if item.name() == "messageTranscript" {
        let name = if message.content.starts_with("data:text/html") { "htmlMessage" } else { "plainMessage" };
        let other = if name == "htmlMessage" { "plainMessage" } else { "htmlMessage" };
        return Ok(Shape::new().set(name, message.content.clone()).without(&[other]));
    }
    let is_own = application.identity.address() == message.from;
    let text = Item::new("messageTranscript", item.place.clone(), format!("{}/messageTranscript", item.path));
    Ok(Shape::new()
        .set("timeStamp", Value::Time(message.sent))
        .link("contact", Item::person(&message.from))
        .to("me", Target::Path("me".into()))
        .only_if(!is_own, &["contact"])
        .only_if(is_own, &["me"])
        .embed("messageTranscript", text)
        .without(&["audioTranscript", "errorTranscript"]))
}
