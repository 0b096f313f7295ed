//! What happens by itself.

use crate::state::{Moment, Timer, World, milliseconds};

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
        if let Timer::Application(id) = timer {
            let lifetime = milliseconds(self.options.limits.application_lifetime);
            let Some(application) = self.applications.get(id) else { return };
            let due = application.last_request.max(application.channel.last_poll) + lifetime;
            if application.channel.is_open() {
                self.schedule(self.options.limits.application_lifetime, timer.clone());
            } else if due > self.now {
                self.schedule_at(due, timer.clone());
            } else {
                self.end_application(*id);
            }
        }
    }
}
