//! From the actions of a schedule to the calls of the layers.

use std::time::Duration;

use ucwa::enumerations::PreferredAvailability;
use ucwa_client::Error;

use super::action::{LayerAction, Published};
use super::follow::Extent;
use super::program::{Online, Program};

const AVAILABILITIES: [PreferredAvailability; 4] = [
    PreferredAvailability::Online,
    PreferredAvailability::Busy,
    PreferredAvailability::Away,
    PreferredAvailability::BeRightBack,
];

/// As many bits of a choice of users are about users at most.
const NAMED: u32 = 5;

impl Program {
    /// Does what a step says. What takes time goes on beside what comes after.
    pub(super) async fn act(&mut self, action: LayerAction, step: usize) {
        let Some(online) = self.online() else { return };
        let seat = online.seat.clone();
        match action {
            LayerAction::Start { to, answer, opening } => self.spawn_revocable(seat.start(to, answer, opening, step)),
            LayerAction::StartWithAll { answer } => self.spawn_revocable(seat.start_with_all(answer, step)),
            LayerAction::Join { choice } => {
                if let Some(uri) = seat.any_meeting(choice) {
                    self.spawn_revocable(seat.join(uri));
                }
            }
            LayerAction::Guest { choice, stay } => {
                if let Some(uri) = seat.any_meeting(choice) {
                    self.guests.spawn(Box::pin(seat.receive_guest(uri, stay, step)));
                }
            }
            LayerAction::Schedule { access } => self.spawn(seat.schedule(access, step)),
            LayerAction::Change { choice } => {
                if let Some(uri) = seat.own_meeting(choice) {
                    seat.change(uri, step).await;
                }
            }
            LayerAction::Delete { choice } => {
                if let Some(uri) = seat.own_meeting(choice) {
                    seat.delete(uri).await;
                }
            }
            LayerAction::Rework { choice } => {
                if let Some(uri) = seat.own_meeting(choice) {
                    seat.rework(uri, step).await;
                }
            }
            LayerAction::Device { answer, stay } => {
                self.guests.spawn(Box::pin(seat.use_device(answer, stay, step)));
            }
            LayerAction::Trust { whom, choice } => seat.trust(whom, choice).await,
            LayerAction::Group { deed, choice } => seat.change_group(deed, choice).await,
            LayerAction::Read { .. } => self.spawn(async move {
                let read = seat.read_history().await;
                seat.done("read the history", read);
            }),
            LayerAction::Publish { what, choice } => {
                let published = self.publish(&online, what, choice, step).await;
                seat.done("publish", published);
            }
            LayerAction::Reopen { pause } => self.come_back(pause).await,
            LayerAction::HandOver { pause } => self.hand_over(pause).await,
            LayerAction::TakeOver => self.read_events(&seat, Duration::ZERO),
            LayerAction::Deafen { pause } => {
                self.stop_reading();
                self.read_events(&seat, pause);
            }
            LayerAction::GiveUp { choice } => self.give_up(choice),
            LayerAction::Resume { choice, answer } => self.spawn_revocable(seat.resume(choice, answer)),
            LayerAction::Browse { choice } => self.spawn_revocable(async move {
                let browsed = seat.browse(choice).await;
                seat.done("browse", browsed);
            }),
            LayerAction::Recreate => self.spawn(async move {
                let recreated = seat.application.recreate().await;
                seat.done("create the application again", recreated);
            }),
            LayerAction::Say { .. }
            | LayerAction::Type { .. }
            | LayerAction::Invite { .. }
            | LayerAction::Leave { .. }
            | LayerAction::Speak { .. }
            | LayerAction::Lead { .. } => {
                self.act_within(&online, action, step);
            }
            LayerAction::Follow { .. }
            | LayerAction::FollowAlso { .. }
            | LayerAction::Unfollow { .. }
            | LayerAction::DropSet { .. }
            | LayerAction::Look { .. } => self.follow(&online, action).await,
        }
    }

    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        // Boxed, as some of them are large.
        self.tasks.spawn(Box::pin(task));
    }

    /// Does something that may be given up.
    fn spawn_revocable(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.revocable.retain(|task| !task.is_finished());
        self.revocable.push(self.tasks.spawn(Box::pin(task)));
    }

    /// Drops something that goes on, wherever it waits.
    fn give_up(&mut self, choice: usize) {
        self.revocable.retain(|task| !task.is_finished());
        if let Some(at) = choice.checked_rem(self.revocable.len()) {
            self.stage.note(self.index, format_args!("gives up what began as number {at} of what goes on"));
            self.revocable.swap_remove(at).abort();
        }
    }

    /// Does something in one of the user's conversations, if there is one.
    fn act_within(&mut self, online: &Online, action: LayerAction, step: usize) {
        let (LayerAction::Say { choice, .. }
        | LayerAction::Type { choice }
        | LayerAction::Invite { choice, .. }
        | LayerAction::Leave { choice }
        | LayerAction::Speak { choice }
        | LayerAction::Lead { choice, .. }) = action
        else {
            return;
        };
        let seat = online.seat.clone();
        let Some(conversation) = seat.conversation(choice) else { return };
        match action {
            LayerAction::Say { markup, .. } => {
                let text = format!("message {step}");
                self.spawn_revocable(async move {
                    // The model has what became of it.
                    let _ = seat.say(conversation, text, markup).await;
                });
            }
            LayerAction::Type { .. } => self.spawn_revocable(seat.show_typing(conversation)),
            LayerAction::Invite { to, answer, .. } => self.spawn_revocable(seat.invite(conversation, to, answer)),
            LayerAction::Leave { .. } => self.spawn_revocable(seat.leave(conversation)),
            LayerAction::Speak { .. } => self.spawn(seat.speak(conversation)),
            LayerAction::Lead { whom, deed, .. } => self.spawn(seat.lead(conversation, whom, deed)),
            _ => {}
        }
    }

    /// Follows somebody, or does so no longer.
    async fn follow(&mut self, online: &Online, action: LayerAction) {
        let Ok(presence) = online.seat.application().presence() else {
            return self.stage.violate(self.index, "may follow nobody".into());
        };
        match action {
            LayerAction::Follow { whom } => {
                let extent = if whom >> NAMED & 1 == 1 { Extent::All } else { Extent::Presence };
                self.sets.add(presence, extent, self.those(whom));
            }
            LayerAction::FollowAlso { choice, whom } => {
                let those = self.those(whom);
                if let Some(set) = self.sets.get(choice) {
                    set.follow(those);
                }
            }
            LayerAction::Unfollow { choice, whom } => {
                let those = self.those(whom);
                if let Some(set) = self.sets.get(choice) {
                    set.unfollow(&those);
                }
            }
            LayerAction::DropSet { choice } => self.sets.remove(choice),
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
            Published::Reset => {
                let result = own.reset_availability().await;
                self.stage.model().users[self.index].publication.chosen.set(None, &result);
                result
            }
            Published::Note => {
                let note = if choice.is_multiple_of(5) { String::new() } else { format!("note {step}") };
                let result = own.set_note(note.as_str()).await;
                self.stage.model().users[self.index].publication.note.set(note, &result);
                result
            }
            Published::Location => {
                let location = if choice.is_multiple_of(5) { String::new() } else { format!("place {step}") };
                let result = own.set_location(location.as_str()).await;
                self.stage.model().users[self.index].publication.location.set(location, &result);
                result
            }
        }
    }
}
