//! What a user communicates by: the settings, and the collections of what goes on.

use super::{Shape, Target};
use crate::address::Item;
use crate::document::Value;
use crate::protocol::Failure;
use crate::state::{Application, GroupKind, LogStatus, World};

/// What the state says of communication; `None` for what is elsewhere.
pub(super) fn describe(world: &World, application: &Application, item: &Item) -> Option<Result<Shape, Failure>> {
    let shape = match item.name() {
        "communication" => communication(world, application),
        "conversations" => {
            let ids = world.conversations.values().filter(|found| found.legs.contains_key(&application.id));
            Shape::new().links("conversation", ids.map(|found| Item::conversation(&found.id)))
        }
        "conversationLogs" => super::logs::latest(world, application, usize::MAX),
        "missedItems" => missed_items(world, application),
        "invitations" => Shape::new(),
        _ => return None,
    };
    Some(Ok(shape))
}

fn communication(world: &World, application: &Application) -> Shape {
    let available = application.available.clone().unwrap_or_default();
    let is_anonymous = application.identity.is_anonymous();
    let audio = if available.audio_preference.is_empty() { "VoipAudio" } else { &available.audio_preference };
    let shape = Shape::new()
        .set("audioPreference", audio.to_owned())
        .set("conversationHistory", "Enabled")
        .set("publishEndpointLocation", true)
        .set("videoBasedScreenSharing", "Disabled")
        .set("simultaneousRingNumberMatch", "Disabled")
        .set("supportedMessageFormats", Value::texts(available.formats))
        .set("supportedModalities", Value::texts(available.modalities))
        .set_some("phoneNumber", &available.phone_number)
        .to("conversations", Target::Path("communication/conversations?filter=active".into()))
        .only_if(!is_anonymous, &["conversationLogs", "missedItems", "replayMessage", "startMessaging", "startAudio"])
        .only_if(!is_anonymous, &["startAudioVideo", "startVideo", "startPhoneAudio", "startOnlineMeeting"])
        .only_if(!is_anonymous, &["startEmergencyCall"]);
    let delegates = ["startAudioOnBehalfOfDelegator", "startAudioVideoOnBehalfOfDelegator"];
    let user = world.users.get(application.identity.address());
    let may_act = user.is_some_and(|user| user.members(GroupKind::Delegators).next().is_some());
    shape.only_if(may_act, &delegates).only_if(may_act, &["startPhoneAudioOnBehalfOfDelegator"])
}

fn missed_items(world: &World, application: &Application) -> Shape {
    let user = world.users.get(application.identity.address());
    let logs = || user.into_iter().flat_map(|user| user.logs.values());
    let missed = || logs().filter(|log| log.status == LogStatus::Missed);
    let number = |count: usize| Value::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let voice_mails = user.map_or(0, |user| user.voice_mails);
    Shape::new()
        .set("conversationLogsCount", number(logs().count()))
        .set("conversationLogsNotifications", "Enabled")
        .set("missedConversationsCount", number(missed().count()))
        .set("unreadMissedConversationsCount", number(missed().filter(|log| !log.is_read).count()))
        .set("unreadVoicemailsCount", Value::Number(voice_mails.into()))
        .set("voiceMailsCount", Value::Number(voice_mails.into()))
}
