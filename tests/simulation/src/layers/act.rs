//! From the actions of a schedule to the calls of the layers.

use ucwa::enumerations::PreferredAvailability;
use ucwa_client::Error;

use super::action::{Action, Published};
use super::program::{Online, Program};

const AVAILABILITIES: [PreferredAvailability; 4] = [
    PreferredAvailability::Online,
    PreferredAvailability::Busy,
    PreferredAvailability::Away,
    PreferredAvailability::BeRightBack,
];

impl Program {
    /// Does what a step says. What takes time goes on beside what comes after.
    pub(super) async fn act(&mut self, action: Action, step: usize) {
        let Some(online) = self.online() else { return };
        let seat = online.seat.clone();
        match action {
            Action::Start { to, answer, opening } => self.spawn(seat.start(to, answer, opening, step)),
            Action::StartWithAll { answer } => self.spawn(seat.start_with_all(answer, step)),
            Action::Join { choice } => {
                if let Some(uri) = seat.any_meeting(choice) {
                    self.spawn(seat.join(uri));
                }
            }
            Action::Guest { choice, stay } => {
                if let Some(uri) = seat.any_meeting(choice) {
                    self.guests.spawn(Box::pin(seat.receive_guest(uri, stay, step)));
                }
            }
            Action::Schedule { access } => self.spawn(seat.schedule(access, step)),
            Action::Change { choice } => {
                if let Some(uri) = seat.own_meeting(choice) {
                    seat.change(uri, step).await;
                }
            }
            Action::Delete { choice } => {
                if let Some(uri) = seat.own_meeting(choice) {
                    seat.delete(uri).await;
                }
            }
            Action::Group { deed, choice } => seat.change_group(deed, choice).await,
            Action::Read { .. } => self.spawn(async move {
                let read = seat.read_history().await;
                seat.done("read the history", read);
            }),
            Action::Publish { what, choice } => {
                let published = self.publish(&online, what, choice, step).await;
                seat.done("publish", published);
            }
            Action::Reopen { pause } => self.come_back(pause).await,
            Action::Say { .. }
            | Action::Type { .. }
            | Action::Invite { .. }
            | Action::Leave { .. }
            | Action::Speak { .. }
            | Action::Lead { .. } => {
                self.act_within(&online, action, step);
            }
            Action::Follow { .. }
            | Action::FollowAlso { .. }
            | Action::Unfollow { .. }
            | Action::DropSet { .. }
            | Action::Look { .. } => self.follow(&online, action).await,
        }
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        // Boxed, as some of them are large.
        self.tasks.spawn(Box::pin(task));
    }

    /// Does something in one of the user's conversations, if there is one.
    fn act_within(&mut self, online: &Online, action: Action, step: usize) {
        let (Action::Say { choice, .. }
        | Action::Type { choice }
        | Action::Invite { choice, .. }
        | Action::Leave { choice }
        | Action::Speak { choice }
        | Action::Lead { choice, .. }) = action
        else {
            return;
        };
        let seat = online.seat.clone();
        let Some(conversation) = seat.conversation(choice) else { return };
        match action {
            Action::Say { markup, .. } => {
                let text = format!("message {step}");
                self.spawn(async move {
                    // The model has what became of it.
                    let _ = seat.say(conversation, text, markup).await;
                });
            }
            Action::Type { .. } => self.spawn(seat.show_typing(conversation)),
            Action::Invite { to, answer, .. } => self.spawn(seat.invite(conversation, to, answer)),
            Action::Leave { .. } => self.spawn(seat.leave(conversation)),
            Action::Speak { .. } => self.spawn(seat.speak(conversation)),
            Action::Lead { whom, deed, .. } => self.spawn(seat.lead(conversation, whom, deed)),
            _ => {}
        }
    }

    /// Follows somebody, or does so no longer.
    async fn follow(&mut self, online: &Online, action: Action) {
        let Ok(presence) = online.seat.application().presence() else {
            return self.stage.violate(self.index, "may follow nobody".into());
        };
        match action {
            Action::Follow { whom } => self.sets.add(&presence, self.those(whom)),
            Action::FollowAlso { choice, whom } => {
                let those = self.those(whom);
                if let Some(set) = self.sets.get(choice) {
                    set.follow(those);
                }
            }
            Action::Unfollow { choice, whom } => {
                let those = self.those(whom);
                if let Some(set) = self.sets.get(choice) {
                    set.unfollow(&those);
                }
            }
            Action::DropSet { choice } => self.sets.remove(choice),
            _ => self.look().await,
        }
    }

    /// Takes all changes of all sets.
    pub(super) async fn look(&mut self) {
        let mut all = 0;
        for set in self.sets.iter_mut() {
            match set.take_all().await {
                Ok(count) => all += count,
                Err(wrong) => self.stage.violate(self.index, wrong),
            }
        }
        self.stage.world.record.count(|counts| counts.changes += all);
    }

    /// The addresses of some users.
    fn those(&self, whom: u8) -> Vec<String> {
        let all = self.stage.world.accounts.iter().enumerate();
        all.filter(|(user, _)| whom >> user & 1 == 1).map(|(_, account)| account.address.clone()).collect()
    }

    /// Publishes something.
    pub(super) async fn publish(
        &self,
        online: &Online,
        what: Published,
        choice: usize,
        step: usize,
    ) -> Result<(), Error> {
        let own = &online.own;
        match what {
            Published::Availability => {
                let availability = &AVAILABILITIES[choice % AVAILABILITIES.len()];
                let result = own.set_availability(availability.clone()).await;
                let mut model = self.stage.model();
                model.users[self.index].publication.chosen.set(Some(availability.to_string()), &result);
                result
            }
            Published::Note => {
                let note = format!("note {step}");
                let result = own.set_note(note.as_str()).await;
                self.stage.model().users[self.index].publication.note.set(note, &result);
                result
            }
            Published::Location => {
                let location = format!("place {step}");
                let result = own.set_location(location.as_str()).await;
                self.stage.model().users[self.index].publication.location.set(location, &result);
                result
            }
        }
    }
}
