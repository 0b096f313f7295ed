//! Invitations: how they begin, who hears of them, and how they end.

use ucwa_schema::EventType;

use super::change::Change;
use super::endings::Extent;
use super::routing::Route;
use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::document::Reason;
use crate::protocol::{Failure, Reply};
use crate::state::{
    ApplicationId, Invitation, InvitationKind, InvitationProgress, Modality, Role, Timer, World, milliseconds,
};

/// How many invitations a conversation remembers, unless more of them wait for their answer.
const INVITATIONS: usize = 100;

/// Answers requests about an invitation; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let Place::Invitation(id) = &change.item.place else { return None };
    let answer: fn(&mut World, &Change<'_>, &str) = match change.item.name() {
        "accept" => |world, change, id| world.accept(id, change.id),
        "acceptWithAnswer" => |world, change, id| {
            world.answer_media(id, change);
            world.accept(id, change.id);
        },
        "acceptWithPhoneAudio" => |world, change, id| {
            if let Some(invitation) = world.invitations.get_mut(id) {
                invitation.answering = Some(Modality::PhoneAudio);
            }
            world.accept(id, change.id);
        },
        "decline" => |world, change, id| {
            let is_local = change.inputs.text("reason") == Some("Local");
            world.decline(id, change.id, if is_local { Extent::Endpoint } else { Extent::User });
        },
        "cancel" => |world, _, id| {
            let reasons = (Reason::new("LocalFailure", "Canceled"), Reason::new("Informational", "Canceled"));
            world.fail(id, InvitationProgress::Cancelled, &reasons);
        },
        "sendProvisionalAnswer" => |world, change, id| world.answer_media(id, change),
        _ => return None,
    };
    let checked = check(world, change, id);
    Some(checked.map(|()| {
        answer(world, change, id);
        Reply::done()
    }))
}

/// An invitation has to wait for its answer still, and to be the client's to answer or to take back.
fn check(world: &World, change: &Change<'_>, id: &str) -> Result<(), Failure> {
    let invitation = world.invitations.get(id).ok_or_else(Failure::not_found)?;
    let is_own = if change.item.name() == "cancel" {
        invitation.origin == change.id
    } else {
        invitation.targets.contains(&change.id)
    };
    if !is_own {
        return Err(Failure::not_found());
    }
    invitation.is_pending().then_some(()).ok_or_else(|| Failure::conflict("The invitation has been answered."))
}

/// What an invitation is made of.
pub(super) struct Invite {
    pub(super) kind: InvitationKind,
    conversation: String,
    from: String,
    pub(super) to: String,
    pub(super) origin: ApplicationId,
    operation_id: String,
    subject: String,
    importance: String,
    thread_id: String,
    message: Option<String>,
    custom_content: Option<String>,
    media_offer: Option<String>,
    session_context: String,
    phone_number: String,
    /// The user for whom the inviting one acts.
    pub(super) on_behalf_of: Option<String>,
    /// The invitation of a participant that this one carries out.
    pub(super) carries_out: Option<String>,
}

impl Invite {
    /// An invitation as the inputs of a request have it.
    pub(super) fn new(kind: InvitationKind, conversation: String, from: &str, change: &Change<'_>) -> Self {
        let inputs = change.inputs;
        let content = |name: &str| inputs.text(name).map(str::to_owned);
        Self {
            kind,
            conversation,
            from: from.into(),
            to: String::new(),
            origin: change.id,
            operation_id: inputs.string("operationId"),
            subject: inputs.string("subject"),
            importance: inputs.text("importance").unwrap_or("Normal").to_owned(),
            thread_id: inputs.string("threadId"),
            message: content("message"),
            custom_content: content("customContent"),
            media_offer: content("mediaOffer"),
            session_context: inputs.string("sessionContext"),
            phone_number: inputs.string("phoneNumber"),
            on_behalf_of: None,
            carries_out: None,
        }
    }

    /// An invitation to messages that no request asked for.
    pub(super) fn plain(conversation: String, from: &str, to: &str) -> Self {
        Self {
            kind: InvitationKind::Messaging,
            conversation,
            from: from.into(),
            to: to.into(),
            origin: 0,
            operation_id: String::new(),
            subject: String::new(),
            importance: "Normal".into(),
            thread_id: String::new(),
            message: None,
            custom_content: None,
            media_offer: None,
            session_context: String::new(),
            phone_number: String::new(),
            on_behalf_of: None,
            carries_out: None,
        }
    }

    pub(super) fn with_message(mut self, message: String) -> Self {
        self.message = Some(message);
        self
    }
}

impl World {
    /// Makes an invitation that nobody has heard of yet.
    pub(super) fn prepare(&mut self, invite: Invite) -> String {
        let id = self.random.hex();
        let expires = self.now.saturating_add(milliseconds(self.options.limits.invitation_lifetime));
        let conversation = self.conversations.get(&invite.conversation);
        let thread_id = conversation.map_or(invite.thread_id, |found| found.thread_id.clone());
        let subject = match conversation {
            Some(found) if invite.subject.is_empty() => found.subject.clone(),
            _ => invite.subject,
        };
        let invitation = Invitation {
            id: id.clone(),
            kind: invite.kind,
            state: InvitationProgress::Connecting,
            conversation: invite.conversation,
            from: invite.from,
            origin: invite.origin,
            to: invite.to,
            targets: Vec::new(),
            operation_id: invite.operation_id,
            incoming_operation_id: self.random.hex(),
            subject,
            importance: invite.importance,
            thread_id,
            message: invite.message,
            custom_content: invite.custom_content,
            media_offer: invite.media_offer,
            media_answer: None,
            provisional_answer: None,
            answering: None,
            on_behalf_of: invite.on_behalf_of,
            forwarded_by: None,
            session_context: invite.session_context,
            phone_number: invite.phone_number,
            created: self.now,
            expires,
            accepted_by: None,
            carries_out: invite.carries_out,
        };
        self.remember(invitation);
        id
    }

    /// Adds an invitation to those to a conversation, which forgets the oldest that was answered where there are too many.
    fn remember(&mut self, invitation: Invitation) {
        let conversation = self.conversations.get_mut(&invitation.conversation);
        let id = invitation.id.clone();
        self.invitations.insert(id.clone(), invitation);
        let Some(conversation) = conversation else { return };
        conversation.invitations.push_back(id);
        if conversation.invitations.len() > INVITATIONS {
            let is_over = |id: &String| self.invitations.get(id).is_none_or(|found| !found.is_pending());
            let oldest = conversation.invitations.iter().position(is_over);
            if let Some(oldest) = oldest.and_then(|oldest| conversation.invitations.remove(oldest)) {
                self.invitations.remove(&oldest);
            }
        }
    }

    /// Tells an application that an invitation has begun.
    pub(super) fn tell_started(&mut self, id: &str, application: ApplicationId) {
        self.tell_invitation(application, id, EventType::Started, None, None);
    }

    pub(super) fn tell_invitation(
        &mut self,
        application: ApplicationId,
        id: &str,
        kind: EventType,
        status: Option<&'static str>,
        reason: Option<Reason>,
    ) {
        let Some(invitation) = self.invitations.get(id) else { return };
        let Some(target) = Item::invitation(id, invitation.kind.resource()) else { return };
        let news = News::new("communication", kind, target, Content::Embedded).because(reason);
        self.tell(
            application,
            match status {
                Some(status) => news.with_status(status),
                None => news,
            },
        );
    }

    /// Lets an invitation ring at the invited user, or fails it if that cannot be.
    pub(super) fn ring(&mut self, id: &str) {
        let Some(invitation) = self.invitations.get(id).cloned() else { return };
        if invitation.to.starts_with("tel:") || invitation.kind == InvitationKind::PhoneAudio {
            // The telephone network answers at once.
            return self.connect_both(id, None);
        }
        let failed = |code: &'static str, subcode: &'static str| {
            (Reason::new(code, subcode), Reason::new("Informational", "Missed"))
        };
        let Some(user) = self.users.get(&invitation.to) else {
            return self.fail(id, InvitationProgress::Failed, &failed("NotFound", "DestinationNotFound"));
        };
        let level = user.level_of(&invitation.from);
        if level == "Blocked" {
            return self.fail(id, InvitationProgress::Failed, &failed("RemoteFailure", "NotAllowed"));
        }
        let (route, is_disturbed) = (Route::of(invitation.kind, user), user.availability == "DoNotDisturb");
        // Those who work with the user may interrupt.
        let (people, forwarded_by) = match route {
            Route::Voicemail => return self.leave_voicemail(id),
            Route::Instead(people) => (people, Some(invitation.to.clone())),
            Route::With(_) if is_disturbed && level != "Workgroup" => {
                return self.fail(id, InvitationProgress::Failed, &failed("RemoteFailure", "DoNotDisturb"));
            }
            Route::With(people) => ([vec![invitation.to.clone()], people].concat(), None),
        };
        let is_in = |id: &ApplicationId| {
            let conversation = self.conversations.get(&invitation.conversation);
            conversation.and_then(|found| found.legs.get(id)).is_some_and(|leg| leg.state != "Incoming")
        };
        // Where one endpoint is in the conversation, it alone hears of what is added to it.
        let inside: Vec<_> = self.available(&invitation.to).into_iter().filter(is_in).collect();
        if !inside.is_empty() {
            return self.ring_at(id, inside);
        }
        // Who calls is not called, unless they call themselves.
        let people = people.iter().filter(|person| **person != invitation.from || **person == invitation.to);
        let targets: Vec<_> = people.flat_map(|person| self.available(person)).collect();
        if targets.is_empty() {
            return self.fail(id, InvitationProgress::Failed, &failed("RemoteFailure", "TemporarilyUnavailable"));
        }
        if let Some(found) = self.invitations.get_mut(id) {
            found.forwarded_by = forwarded_by;
        }
        self.ring_at(id, targets);
    }

    /// Lets an invitation ring at those to whom its recipient forwards calls.
    pub(super) fn ring_forwarded(&mut self, id: &str, targets: Vec<ApplicationId>) {
        let lifetime = milliseconds(self.options.limits.invitation_lifetime);
        let expires = self.now.saturating_add(lifetime);
        if let Some(found) = self.invitations.get_mut(id) {
            (found.forwarded_by, found.expires) = (Some(found.to.clone()), expires);
        }
        self.ring_at(id, targets);
    }

    /// Lets an invitation ring in some applications.
    fn ring_at(&mut self, id: &str, targets: Vec<ApplicationId>) {
        let Some(invitation) = self.invitations.get_mut(id) else { return };
        invitation.targets.clone_from(&targets);
        let invitation = invitation.clone();
        for target in targets {
            let conversation = self.conversations.get(&invitation.conversation);
            let is_in = conversation.is_some_and(|found| found.legs.contains_key(&target));
            if !is_in {
                self.add_leg(&invitation.conversation, target, "Incoming");
            }
            self.tell_started(id, target);
            if !is_in {
                self.tell_conversation(target, &invitation.conversation, EventType::Added, None);
            }
        }
        self.schedule_at(self.unanswered_at(&invitation), Timer::Invitation(id.to_owned()));
    }

    /// The applications in which a user is available.
    pub(super) fn available(&self, address: &str) -> Vec<ApplicationId> {
        let ids = self.applications_of.get(address).into_iter().flatten().copied();
        ids.filter(|id| self.applications.get(id).is_some_and(|application| application.available.is_some())).collect()
    }

    /// Accepts an invitation in one of the applications where it rings.
    pub(crate) fn accept(&mut self, id: &str, application: ApplicationId) {
        let Some(invitation) = self.invitations.get(id).cloned() else { return };
        let elsewhere: Vec<_> = invitation.targets.iter().copied().filter(|target| *target != application).collect();
        for target in elsewhere {
            let reason = Reason::new("Informational", "ConnectedElsewhere");
            self.tell_invitation(target, id, EventType::Completed, Some("Failure"), Some(reason.clone()));
            self.drop_leg(&invitation.conversation, target, &reason);
        }
        if let Some(found) = self.invitations.get_mut(id) {
            found.targets = vec![application];
        }
        self.connect_both(id, Some(application));
    }

    /// Connects the two sides of an invitation; without an application on the other side, as with the telephone network.
    fn connect_both(&mut self, id: &str, accepting: Option<ApplicationId>) {
        let Some(invitation) = self.invitations.get(id).cloned() else { return };
        let conversation = invitation.conversation.as_str();
        let modality = invitation.kind.modality();
        let accepted = accepting.and_then(|application| Some(self.applications.get(&application)?.identity.address()));
        let accepted = accepted.unwrap_or(&invitation.to).to_owned();
        match accepting {
            // Whom somebody invites need not wait any more.
            Some(_) if self.waits_in_lobby(conversation, &accepted) => self.admit(conversation, &accepted),
            Some(application) => self.connect(conversation, application, self.role_in(conversation, &accepted)),
            None => self.add_participant(conversation, &accepted, Role::Attendee),
        }
        if invitation.origin != 0 && !self.is_connected(conversation, invitation.origin) {
            self.connect(conversation, invitation.origin, Role::Leader);
        }
        if let Some(leg) =
            self.conversations.get_mut(conversation).and_then(|found| found.legs.get_mut(&invitation.origin))
        {
            leg.session_context.clone_from(&invitation.session_context);
        }
        let sides = [(accepting, invitation.answering.unwrap_or(modality)), (Some(invitation.origin), modality)];
        for (application, modality) in sides {
            if let Some(application) = application {
                self.set_modality(conversation, application, modality, "Connected", None);
            }
        }
        self.add_invited_message(&invitation, accepting);
        self.complete(id, Ok(accepted));
        self.tell_all(conversation, |world, application| {
            world.tell_conversation(application, conversation, EventType::Updated, None);
        });
    }

    pub(super) fn is_connected(&self, conversation: &str, application: ApplicationId) -> bool {
        self.conversations.get(conversation).is_some_and(|found| found.connected().contains(&application))
    }
}

impl InvitationKind {
    /// The modality that is connected when the invitation is accepted.
    pub(crate) const fn modality(self) -> Modality {
        match self {
            Self::AudioVideo => Modality::AudioVideo,
            Self::PhoneAudio => Modality::PhoneAudio,
            Self::Messaging | Self::OnlineMeeting | Self::Participant => Modality::Messaging,
        }
    }
}
