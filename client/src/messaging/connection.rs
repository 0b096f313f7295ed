//! Messaging in a conversation, which is connected where it is not.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use ucwa::Link;
use ucwa::communication::{AddMessaging, AddMessagingInput, Messaging};
use ucwa::enumerations::CallState;

use super::conversation::Conversation;
use super::known::KnownConversation;
use crate::error::{Capability, Error, Offered as _};

/// How long messaging may take to connect.
const PATIENCE: Duration = Duration::from_secs(30);

impl Conversation {
    /// The messaging of the conversation, connected.
    pub(super) async fn connect_messaging(&self) -> Result<Arc<Messaging>, Error> {
        let deadline = Instant::now() + PATIENCE;
        let mut changes = self.record().watch();
        // What came of adding messaging, once it was added.
        let mut added = None;
        loop {
            changes.look();
            let messaging = match self.messaging().await {
                Ok(messaging) => messaging,
                Err(error) => return Err(added.and_then(Result::err).unwrap_or(error)),
            };
            if messaging.send_message().exists() {
                return Ok(messaging);
            }
            let missing = || Capability::SendMessages.missing("sendMessage");
            if messaging.state == Some(CallState::Connecting) {
                let is_late = timeout_at(deadline, changes.changed()).await.is_err();
                if is_late {
                    return Err(self.refused(missing()));
                }
                continue;
            }
            let add = messaging.add_messaging().link().filter(|_| added.is_none());
            let Some(add) = add else {
                return Err(added.and_then(Result::err).unwrap_or_else(|| self.refused(missing())));
            };
            // Where that fails, a clone of the conversation may have been faster.
            added = Some(self.add_messaging(&add).await);
            self.record().change(|known| known.messaging = None);
        }
    }

    async fn add_messaging(&self, add: &Link<AddMessaging>) -> Result<(), Error> {
        let operation = self.application().start(add.post_with(AddMessagingInput::new())).await;
        operation.map_err(Error::into_general)?.await?;
        Ok(())
    }

    /// The messaging of the conversation, as the server described it last.
    pub(super) async fn messaging(&self) -> Result<Arc<Messaging>, Error> {
        let read = || async {
            let resource = self.send_get(&self.record().link).await?;
            let link = resource.messaging().offered(Capability::SendMessages)?;
            let messaging = self.send_get::<Messaging>(&link).await?;
            Ok((Arc::new(resource.into_inner()), Arc::new(messaging.into_inner())))
        };
        let learn = |known: &mut KnownConversation, (resource, messaging)| {
            known.learn(resource);
            known.messaging = Some(messaging);
        };
        loop {
            let known = self.record().known().messaging.clone();
            if let Some(messaging) = known {
                return Ok(messaging);
            }
            let changing = self.read_unchanged(KnownConversation::changes, read, learn).await?;
            if let Some((_, messaging)) = changing {
                return Ok(messaging);
            }
        }
    }

    /// Notes that the server refused what can be done by what is known: that has changed without an event.
    pub(super) fn refused(&self, error: Error) -> Error {
        self.record().change(|known| known.messaging = None);
        error
    }
}
