//! Messaging in a conversation, which is connected where it is not.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use ucwa::communication::{AddMessagingInput, Messaging};
use ucwa::enumerations::CallState;

use super::conversation::Conversation;
use crate::capability::Capability;
use crate::error::Error;
use crate::offered::Offered as _;

/// How long messaging may take to connect.
const PATIENCE: Duration = Duration::from_secs(30);

impl Conversation {
    /// The messaging of the conversation, connected.
    pub(super) async fn connect_messaging(&self) -> Result<Arc<Messaging>, Error> {
        let deadline = Instant::now() + PATIENCE;
        let mut changes = self.record().watch();
        let mut is_added = false;
        loop {
            changes.look();
            let messaging = self.messaging().await?;
            if messaging.send_message().exists() {
                return Ok(messaging);
            }
            if messaging.state == Some(CallState::Connecting) {
                let is_late = timeout_at(deadline, changes.changed()).await.is_err();
                if is_late {
                    return Err(Capability::SendMessages.missing("sendMessage"));
                }
                continue;
            }
            let add = messaging.add_messaging().link().filter(|_| !is_added);
            let add = add.ok_or_else(|| Capability::SendMessages.missing("sendMessage"))?;
            let operation = self.application().start(add.post_with(AddMessagingInput::new())).await;
            operation.map_err(|error| self.refused(error.into_general()))?.await?;
            is_added = true;
            self.record().change(|known| known.messaging = None);
        }
    }

    /// The messaging of the conversation, as the server described it last.
    pub(super) async fn messaging(&self) -> Result<Arc<Messaging>, Error> {
        let before = {
            let known = self.record().known();
            if let Some(messaging) = &known.messaging {
                return Ok(Arc::clone(messaging));
            }
            known.changes()
        };
        let resource = self.send_get(&self.record().link).await?;
        let link = resource.messaging().offered(Capability::SendMessages)?;
        let messaging = Arc::new(self.send_get::<Messaging>(&link).await?.into_inner());
        let mut known = self.record().known();
        if known.changes() == before {
            known.learn(Arc::new(resource.into_inner()));
            known.messaging = Some(Arc::clone(&messaging));
        }
        // What was heard meanwhile may be later than what was read.
        Ok(known.messaging.clone().unwrap_or(messaging))
    }

    /// Notes that the server refused what can be done by what is known: that has changed without an event.
    pub(super) fn refused(&self, error: Error) -> Error {
        self.record().change(|known| known.messaging = None);
        error
    }
}
