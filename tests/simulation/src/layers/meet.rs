//! What programs do about meetings.

use std::time::Duration;

use tokio::time::timeout;
use ucwa::Link;
use ucwa::enumerations::AccessLevel;
use ucwa::online_meeting::{MyOnlineMeeting, MyOnlineMeetingsInput};
use ucwa_client::meetings::Meeting;
use ucwa_client::messaging::{Conversation, Participant};

use super::action::{Access, Deed};
use super::model::{Existence, Possible, ScheduledMeeting};
use super::stage::Seat;

/// How long a program waits in a lobby.
const LOBBY: Duration = Duration::from_secs(600);

/// Whether a meeting is the one that has an address.
pub(super) fn is_of(meeting: &MyOnlineMeeting, uri: &str) -> bool {
    meeting.online_meeting_uri.as_ref().is_some_and(|found| *found == *uri)
}

impl Seat {
    pub(super) async fn schedule(self, access: Access, step: usize) {
        let subject = format!("meeting {step}");
        let mut input = MyOnlineMeetingsInput::new();
        input.subject = Some(subject.clone());
        input.access_level = Some(match access {
            Access::Everyone => AccessLevel::Everyone,
            Access::Organizer => AccessLevel::Locked,
        });
        let scheduled = self.application.meetings().schedule(input).await;
        let Some(scheduled) = self.done("schedule a meeting", scheduled) else { return };
        let Some(uri) = scheduled.online_meeting_uri.as_ref().map(ToString::to_string) else {
            return self.stage.violate(self.index, "a meeting was scheduled that has no address".into());
        };
        let (organizer, existence) = (self.index, Existence::Present);
        let (subjects, descriptions) = (Possible::new(subject), Possible::new(String::new()));
        self.stage.model().meetings.push(ScheduledMeeting { organizer, uri, existence, subjects, descriptions });
    }

    /// One of the meetings that the user scheduled.
    pub(super) fn own_meeting(&self, choice: usize) -> Option<String> {
        let model = self.stage.model();
        let own: Vec<_> = model.meetings.iter().filter(|meeting| meeting.organizer == self.index).collect();
        Some(own.get(choice.checked_rem(own.len())?)?.uri.clone())
    }

    /// One of the meetings that anybody scheduled.
    pub(super) fn any_meeting(&self, choice: usize) -> Option<String> {
        let model = self.stage.model();
        let at = choice.checked_rem(model.meetings.len())?;
        model.meetings.get(at).map(|meeting| meeting.uri.clone())
    }

    /// Notes something about a meeting.
    fn note_meeting(&self, uri: &str, note: impl FnOnce(&mut ScheduledMeeting)) {
        let mut model = self.stage.model();
        model.meetings.iter_mut().find(|meeting| meeting.uri == uri).map(note);
    }

    pub(super) async fn change(self, uri: String, step: usize) {
        let Some(link) = self.find(&uri).await else { return };
        let subject = format!("changed {step}");
        let meetings = self.application.meetings();
        let changed = meetings.change(&link, |meeting| meeting.subject = Some(subject.clone())).await;
        self.note_meeting(&uri, |meeting| meeting.subjects.set(subject, &changed));
        self.done("change a meeting", changed);
    }

    /// Changes the subject and the description of a meeting at the same time, as two parts of a program may.
    pub(super) async fn rework(self, uri: String, step: usize) {
        let Some(link) = self.find(&uri).await else { return };
        let (subject, description) = (format!("reworked {step}"), format!("about {step}"));
        let meetings = self.application.meetings();
        let (renamed, described) = tokio::join!(
            meetings.change(&link, |meeting| meeting.subject = Some(subject.clone())),
            meetings.change(&link, |meeting| meeting.description = Some(description.clone())),
        );
        self.note_meeting(&uri, |meeting| {
            meeting.subjects.set(subject, &renamed);
            meeting.descriptions.set(description, &described);
        });
        self.done("change the subject of a meeting", renamed);
        self.done("change the description of a meeting", described);
    }

    pub(super) async fn delete(self, uri: String) {
        let Some(link) = self.find(&uri).await else { return };
        let deleted = self.application.meetings().delete(&link).await;
        let existence = if deleted.is_ok() { Existence::Absent } else { Existence::Unknown };
        self.note_meeting(&uri, |meeting| {
            if meeting.existence != Existence::Absent {
                meeting.existence = existence;
            }
        });
        self.done("delete a meeting", deleted);
    }

    async fn find(&self, uri: &str) -> Option<Link<MyOnlineMeeting>> {
        let scheduled = self.done("list the meetings", self.application.meetings().scheduled().await)?;
        scheduled.iter().find(|meeting| is_of(meeting, uri)).and_then(ucwa::Fetched::link)
    }

    /// Joins a meeting, and gives up in its lobby after some time.
    pub(super) async fn join(self, uri: String) {
        let joining = self.application.meetings().join(&uri).await;
        let Some(joining) = self.done("join a meeting", joining) else { return };
        let link = joining.link();
        if let Ok(joined) = timeout(LOBBY, joining.joined()).await {
            if let Some(meeting) = self.done("enter a meeting", joined) {
                self.keep(meeting.conversation());
            }
            return;
        }
        self.stage.note(self.index, format_args!("waits no longer in the lobby"));
        let conversations = self.application.messaging().conversations();
        if let Some(waiting) = conversations.into_iter().find(|found| found.link() == link) {
            self.keep(&waiting);
            self.leave(waiting).await;
        }
    }

    /// Does something with somebody in a meeting, where the user may.
    pub(super) async fn lead(self, conversation: Conversation, whom: usize, deed: Deed) {
        if !conversation.is_meeting() {
            return;
        }
        let meeting = Meeting::from(conversation);
        let one = |people: Vec<Participant>| people.get(whom.checked_rem(people.len())?).cloned();
        let who = match deed {
            Deed::Admit | Deed::Reject => one(meeting.lobby()),
            Deed::Mute | Deed::Unmute => one(self.speakers(&meeting, deed).await),
            _ => self.done("see who is there", meeting.participants().await).and_then(one),
        };
        let Some(who) = who else { return };
        let result = match deed {
            Deed::Admit => meeting.admit(&who).await,
            Deed::Reject => meeting.reject(&who).await,
            Deed::Promote => meeting.promote(&who).await,
            Deed::Demote => meeting.demote(&who).await,
            Deed::Eject => meeting.eject(&who).await,
            Deed::Mute | Deed::Unmute => self.mute(&meeting, &who, deed).await,
        };
        self.done(&format!("{deed:?} {who}"), result);
    }
}
