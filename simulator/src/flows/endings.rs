//! How invitations end: accepted, declined, taken back, or not answered.

use std::collections::BTreeSet;

use ucwa_schema::EventType;

use crate::document::Reason;
use crate::state::{ApplicationId, Invitation, InvitationProgress, Modality, World};

/// Why an invitation failed: as the inviting side is told, and as the invited side is.
type Reasons = (Reason, Reason);

/// For whom an invitation is declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// For one of the user's endpoints.
    Endpoint,
    /// For the user.
    User,
}

impl World {
    /// Ends an invitation that still waits, by who accepted it or by why nobody did, and tells both sides. The invitation of a
    /// participant ends with the one that carries it out.
    pub(super) fn complete(&mut self, id: &str, result: Result<String, (InvitationProgress, &Reasons)>) {
        let Some(invitation) = self.invitations.get_mut(id).filter(|found| found.is_pending()) else { return };
        let (status, reasons) = match &result {
            Ok(accepted) => {
                invitation.state = InvitationProgress::Connected;
                invitation.accepted_by = Some(accepted.clone());
                ("Success", None)
            }
            Err((state, reasons)) => {
                invitation.state = *state;
                ("Failure", Some((*reasons).clone()))
            }
        };
        let (origin, targets, outer) = (invitation.origin, invitation.targets.clone(), invitation.carries_out.clone());
        let (told_outside, told_inside) =
            reasons.map_or((None, None), |(outside, inside)| (Some(outside), Some(inside)));
        self.tell_invitation(origin, id, EventType::Completed, Some(status), told_outside);
        for target in targets {
            self.tell_invitation(target, id, EventType::Completed, Some(status), told_inside.clone());
        }
        if let Some(outer) = outer {
            self.complete(&outer, result);
        }
    }

    /// Declines an invitation: for all of the user's applications, or for one alone.
    pub(crate) fn decline(&mut self, id: &str, application: ApplicationId, extent: Extent) {
        let Some(invitation) = self.invitations.get_mut(id) else { return };
        if extent == Extent::Endpoint && invitation.targets.len() > 1 {
            invitation.targets.retain(|target| *target != application);
            let conversation = invitation.conversation.clone();
            let reason = Reason::new("LocalFailure", "Declined");
            self.tell_invitation(application, id, EventType::Completed, Some("Failure"), Some(reason.clone()));
            return self.drop_leg(&conversation, application, &reason);
        }
        let reasons = (Reason::new("RemoteFailure", "Declined"), Reason::new("LocalFailure", "Declined"));
        self.fail(id, InvitationProgress::Declined, &reasons);
    }

    /// Ends an invitation that nobody answered in time.
    pub(super) fn time_out(&mut self, id: &str) {
        if let Some(invitation) = self.invitations.get(id).filter(|found| found.is_pending()).cloned() {
            let targets = self.forward_unanswered(&invitation);
            if !targets.is_empty() {
                self.silence(id, &Reason::new("Informational", "Missed"));
                return self.ring_forwarded(id, targets);
            }
            let reasons = (Reason::new("RemoteFailure", "Timeout"), Reason::new("Informational", "Missed"));
            self.fail(id, InvitationProgress::Failed, &reasons);
        }
    }

    /// Ends an invitation without success: those who are not in the conversation without it leave it.
    pub(super) fn fail(&mut self, id: &str, state: InvitationProgress, reasons: &Reasons) {
        self.complete(id, Err((state, reasons)));
        let carries_it_out = |found: &&Invitation| found.is_pending() && found.carries_out.as_deref() == Some(id);
        if let Some(inner) = self.invitations.values().find(carries_it_out).map(|found| found.id.clone()) {
            self.fail(&inner, state, reasons);
        }
        let Some(invitation) = self.invitations.get(id).cloned() else { return };
        if reasons.1.subcode.as_deref() == Some("Missed") {
            self.log_missed(&invitation);
        }
        let conversation = invitation.conversation.as_str();
        for target in &invitation.targets {
            if !self.is_connected(conversation, *target) {
                self.drop_leg(conversation, *target, &reasons.1);
            }
        }
        if self.is_connected(conversation, invitation.origin) {
            let modality = invitation.kind.modality();
            // What another invitation has connected meanwhile stays so.
            if !self.has_modality(conversation, invitation.origin, modality) {
                let reason = Some(reasons.0.clone());
                self.set_modality(conversation, invitation.origin, modality, "Disconnected", reason);
            }
        } else {
            self.drop_leg(conversation, invitation.origin, &reasons.0);
        }
        self.forget_if_empty(conversation);
    }

    /// Takes an application out of a conversation in which it never really was.
    pub(super) fn drop_leg(&mut self, conversation: &str, application: ApplicationId, reason: &Reason) {
        let modalities = Modality::ALL;
        for modality in modalities {
            self.set_modality(conversation, application, modality, "Disconnected", Some(reason.clone()));
        }
        self.leave(conversation, application, Some(reason));
    }

    /// Ends the invitations to a conversation that is over, which nobody can answer any more.
    pub(super) fn end_invitations(&mut self, conversation: &str) {
        let pending = self.invitations.values().filter(|found| found.is_pending_in(conversation));
        let pending: Vec<_> = pending.map(|found| found.id.clone()).collect();
        let reasons = (Reason::new("LocalFailure", "Canceled"), Reason::new("Informational", "Canceled"));
        for id in pending {
            self.complete(&id, Err((InvitationProgress::Cancelled, &reasons)));
        }
    }

    /// Ends what an application that leaves a conversation has not answered, or what nobody answered it.
    pub(super) fn drop_invitations(&mut self, conversation: &str, application: ApplicationId) {
        let pending: BTreeSet<_> = self
            .invitations
            .values()
            .filter(|found| found.is_pending_in(conversation))
            .filter(|found| found.origin == application || found.targets.contains(&application))
            .map(|found| found.id.clone())
            .collect();
        for id in pending {
            let is_origin = self.invitations.get(&id).is_some_and(|found| found.origin == application);
            if is_origin {
                let reasons = (Reason::new("LocalFailure", "Canceled"), Reason::new("Informational", "Canceled"));
                self.fail(&id, InvitationProgress::Cancelled, &reasons);
            } else {
                self.decline(&id, application, Extent::Endpoint);
            }
        }
    }
}
