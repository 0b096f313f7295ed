//! What happens by itself, when its time has come.

use std::time::Duration;

use ucwa_schema::Method;

use crate::catalogue::Catalogue;
use crate::faults::{Effect, Memory, Subject};
use crate::state::{ApplicationId, Moment, Timer, World, milliseconds};

impl World {
    /// Brings the world to a moment: all that should have happened until then happens, in order.
    pub(crate) fn advance(&mut self, now: Moment) {
        while let Some((moment, timer)) = self.take_timer(now) {
            self.now = self.now.max(moment);
            self.expire(&timer);
        }
        self.now = self.now.max(now);
    }

    fn expire(&mut self, timer: &Timer) {
        match timer {
            Timer::Application(id) => self.expire_application(*id),
            Timer::Channel(id) => self.expire_channel(*id),
            Timer::Idle(id) => self.idle(*id),
            Timer::Invitation(id) => self.time_out(id),
            Timer::SubscriptionEnds(application, id) => self.warn_of_end(*application, id),
            Timer::Subscription(application, id) => {
                let now = self.now;
                let application_of = self.applications.get(application);
                let subscription = application_of.and_then(|found| found.subscriptions.get(id));
                if subscription.is_some_and(|found| found.expires <= now) {
                    self.end_subscription(*application, id);
                }
            }
            Timer::ContactsSubscription(id) => {
                let expires = self.applications.get(id).and_then(|found| found.contacts_subscription);
                if expires.is_some_and(|expires| expires <= self.now) {
                    self.end_contacts_subscription(*id);
                }
            }
            Timer::Meeting(id) => self.forget_meeting(id),
            Timer::Renegotiation(id, number) => self.time_out_renegotiation(id, *number),
            Timer::Typing(id, address) => self.end_typing(id, address),
        }
    }

    /// Ends an application that was silent for too long.
    fn expire_application(&mut self, id: ApplicationId) {
        let lifetime = milliseconds(self.options.limits.application_lifetime);
        let Some(application) = self.applications.get(&id) else { return };
        let due = application.last_request.max(application.channel.last_poll).saturating_add(lifetime);
        if application.channel.is_open() {
            self.schedule(again(self.options.limits.application_lifetime), Timer::Application(id));
        } else if due > self.now {
            self.schedule_at(due, Timer::Application(id));
        } else {
            let identity = application.identity.clone();
            self.end_application(id);
            self.remember_expired(id, identity);
        }
    }

    /// Drops conversations and subscriptions of an application that has not polled for too long.
    fn expire_channel(&mut self, id: ApplicationId) {
        let lifetime = milliseconds(self.options.limits.channel_lifetime);
        let Some(application) = self.applications.get(&id) else { return };
        let due = application.channel.last_poll.saturating_add(lifetime);
        if application.channel.is_open() {
            self.schedule(again(self.options.limits.channel_lifetime), Timer::Channel(id));
        } else if due > self.now {
            self.schedule_at(due, Timer::Channel(id));
        } else {
            self.lose_state(id);
            self.schedule(again(self.options.limits.channel_lifetime), Timer::Channel(id));
        }
    }

    /// Drops conversations and subscriptions of an application, whose event channel says `resume` next.
    pub(crate) fn lose_state(&mut self, id: ApplicationId) {
        self.end_transient(id);
        if let Some(application) = self.applications.get_mut(&id) {
            application.channel.reset();
        }
    }

    /// Restarts the server, which cuts all connections.
    pub(crate) fn restart(&mut self, memory: Memory) {
        self.restarts += 1;
        // They belong to connections.
        #[cfg(feature = "ntlm")]
        self.handshakes.clear();
        let ids: Vec<_> = self.applications.keys().copied().collect();
        match memory {
            Memory::Kept => {
                for id in ids {
                    if let Some(application) = self.applications.get_mut(&id) {
                        application.channel.close();
                    }
                }
            }
            Memory::Lost => {
                for id in ids {
                    self.end_application(id);
                }
                self.expired.clear();
                self.tokens.clear();
                self.browser_sessions.clear();
            }
        }
    }

    /// An error that the reference documents for the operation that a request is for, drawn by chance.
    pub(crate) fn draw_documented_error(&mut self, subject: &Subject) -> Option<Effect> {
        let catalogue = Catalogue::get();
        let method = Method::ALL.into_iter().find(|method| method.name() == subject.method)?;
        let errors = &catalogue.operation(catalogue.resource(&subject.resource)?, method)?.errors;
        let row = errors.get(self.random.below(errors.len())?)?;
        Some(Effect::Error { status: row.status, code: row.code.clone(), subcode: row.subcode.clone() })
    }

    /// Makes the event channel of an application tell its last events again.
    pub(crate) fn repeat_events(&mut self, id: ApplicationId) {
        let now = self.now;
        if let Some(application) = self.applications.get_mut(&id) {
            application.channel.repeat(now);
        }
    }

    /// Makes the event channel of an application take the next poll for one out of order.
    pub(crate) fn lose_acknowledgement(&mut self, id: ApplicationId) {
        if let Some(application) = self.applications.get_mut(&id) {
            application.channel.lose_acknowledgement();
        }
    }

    /// Ends what does not outlive an application or its event channel.
    pub(super) fn end_transient(&mut self, id: ApplicationId) {
        let conversations: Vec<_> = self
            .conversations
            .values()
            .filter(|conversation| conversation.legs.contains_key(&id))
            .map(|conversation| conversation.id.clone())
            .collect();
        for conversation in conversations {
            self.leave(&conversation, id, None);
        }
        let subscriptions: Vec<_> =
            self.applications.get(&id).map(|found| found.subscriptions.keys().cloned().collect()).unwrap_or_default();
        for subscription in subscriptions {
            self.end_subscription(id, &subscription);
        }
        self.end_contacts_subscription(id);
    }
}

/// After how long something of a lifetime is looked at again. No lifetime at all must not mean to look at it for ever.
fn again(lifetime: Duration) -> Duration {
    lifetime.max(Duration::from_millis(1))
}
