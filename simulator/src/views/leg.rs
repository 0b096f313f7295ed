//! What an application has of a conversation.

use crate::protocol::Failure;
use crate::state::{Application, Conversation, Leg, World};

/// A conversation and the application's leg of it.
pub(crate) fn leg<'a>(
    world: &'a World,
    application: &Application,
    id: &str,
) -> Result<(&'a Conversation, &'a Leg), Failure> {
    let missing = || Failure::new(404, "NotFound", Some("ConversationNotFound"));
    let conversation = world.conversations.get(id).ok_or_else(missing)?;
    Ok((conversation, conversation.legs.get(&application.id).ok_or_else(missing)?))
}
