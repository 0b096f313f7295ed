//! Where a call rings, by what the called user set: forwarding, simultaneous ringing, and what becomes of calls that nobody takes.

use ucwa_schema::EventType;

use crate::document::Reason;
use crate::state::{ApplicationId, GroupKind, Invitation, InvitationKind, InvitationProgress, Moment, User, World};

/// Where a call rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// At the called user, and at these people as well.
    With(Vec<String>),
    /// At these people, not at the called user.
    Instead(Vec<String>),
    /// Nowhere: the caller may leave a message.
    Voicemail,
}

impl Route {
    /// The way of an invitation to a user. What is no call rings at the user alone.
    pub(super) fn of(kind: InvitationKind, user: &User) -> Self {
        let forwarding = &user.forwarding;
        match forwarding.active_setting.as_str() {
            _ if kind != InvitationKind::AudioVideo => Self::With(Vec::new()),
            "ImmediateForward" if forwarding.immediate_target == "Voicemail" => Self::Voicemail,
            "ImmediateForward" => Self::Instead(people(user, &forwarding.immediate_target, "immediateForwardSettings")),
            "SimultaneousRing" => Self::With(people(user, &forwarding.simultaneous_target, "simultaneousRingSettings")),
            _ => Self::With(Vec::new()),
        }
    }
}

/// The people whom a target of call forwarding means.
fn people(user: &User, target: &str, setting: &str) -> Vec<String> {
    match target {
        "Contact" => user.forwarding.contacts.get(setting).into_iter().cloned().collect(),
        "Delegates" => user.members(GroupKind::Delegates).cloned().collect(),
        "Team" => user.members(GroupKind::Organization).cloned().collect(),
        _ => Vec::new(),
    }
}

impl World {
    /// When an invitation is taken for unanswered.
    pub(super) fn unanswered_at(&self, invitation: &Invitation) -> Moment {
        let is_call = invitation.kind == InvitationKind::AudioVideo && invitation.forwarded_by.is_none();
        let user = self.users.get(&invitation.to).filter(|_| is_call);
        let forwarding = user.map(|user| &user.forwarding).filter(|found| found.handles_unanswered());
        let forwarding = forwarding.filter(|found| found.unanswered_target == "Contact");
        let moment = forwarding.map(|found| self.now.saturating_add(found.unanswered_delay.saturating_mul(1000)));
        moment.map_or(invitation.expires, |moment| moment.min(invitation.expires))
    }

    /// Forwards a call that nobody took to the contact whom the called user named, if that is what they want. Says where it rings
    /// now; nowhere if it does not.
    pub(super) fn forward_unanswered(&mut self, invitation: &Invitation) -> Vec<ApplicationId> {
        let is_call = invitation.kind == InvitationKind::AudioVideo && invitation.forwarded_by.is_none();
        let Some(user) = self.users.get_mut(&invitation.to).filter(|_| is_call) else { return Vec::new() };
        match user.forwarding.unanswered_target.as_str() {
            _ if !user.forwarding.handles_unanswered() => Vec::new(),
            "Voicemail" => {
                user.voice_mails += 1;
                Vec::new()
            }
            target => {
                let others = people(user, target, "unansweredCallSettings");
                others.iter().flat_map(|other| self.available(other)).collect()
            }
        }
    }

    /// Ends a call that goes to voicemail: the called user finds a message.
    pub(super) fn leave_voicemail(&mut self, id: &str) {
        let to = self.invitations.get(id).map(|found| found.to.clone()).unwrap_or_default();
        if let Some(user) = self.users.get_mut(&to) {
            user.voice_mails += 1;
        }
        let reasons = (Reason::new("RemoteFailure", "TemporarilyUnavailable"), Reason::new("Informational", "Missed"));
        self.fail(id, InvitationProgress::Failed, &reasons);
    }

    /// Takes an invitation away from the applications in which it rings, as it rings elsewhere from now on.
    pub(super) fn silence(&mut self, id: &str, reason: &Reason) {
        let Some(invitation) = self.invitations.get_mut(id) else { return };
        let (targets, conversation) = (std::mem::take(&mut invitation.targets), invitation.conversation.clone());
        for target in targets {
            if let Some(invitation) = self.invitations.get_mut(id) {
                // Who is told of it sees it a last time.
                invitation.targets = vec![target];
            }
            self.tell_invitation(target, id, EventType::Completed, Some("Failure"), Some(reason.clone()));
            if let Some(invitation) = self.invitations.get_mut(id) {
                invitation.targets.clear();
            }
            self.drop_leg(&conversation, target, reason);
        }
    }
}
