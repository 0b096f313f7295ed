//! What a user does about themselves.

use std::time::Duration;

use ucwa_schema::EventType;

use super::change::Change;
use crate::address::Place;
use crate::protocol::{Failure, Reply, seconds};
use crate::state::{Availability, Timer, World, milliseconds};

/// After how long a user is idle who does not say otherwise.
const INACTIVE_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// Answers requests about the user; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let reply = match (change.item.name(), &change.item.place) {
        ("makeMeAvailable" | "makeMeAvailable2", Place::Application) => make_available(world, change),
        ("presence", Place::Application) => publish(world, change, |world, address| {
            let chosen = change.inputs.text("availability").map(str::to_owned);
            if let Some(user) = world.users.get_mut(address) {
                user.preferred = chosen;
            }
            world.refresh_presence(address);
        }),
        ("note", Place::Application) => publish(world, change, |world, address| {
            let note = change.inputs.string("message");
            world.set_note(address, note);
        }),
        ("location", Place::Application) => publish(world, change, |world, address| {
            if let Some(user) = world.users.get_mut(address) {
                user.location = change.inputs.string("location");
            }
            world.tell_own(address, "location", EventType::Updated);
            world.tell_followers(address, "contactLocation");
        }),
        ("reportMyActivity", Place::Application) => publish(world, change, |_, _| {}),
        ("reportMyNetwork", Place::Application) => {
            change.user(world).map(|_| Reply::Done { status: 201, location: None })
        }
        ("communication", Place::Application) => communication(world, change),
        ("changeNumber" | "changeVisibility", Place::Phone(kind)) => phone(world, change, kind),
        _ => return None,
    };
    Some(reply)
}

fn make_available(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let address = change.user(world)?.address.clone();
    if change.application(world)?.available.is_some() {
        return Err(Failure::new(409, "Conflict", Some("AlreadyExists")).saying("The user is available already."));
    }
    let inputs = change.inputs;
    let timeout = inputs.text("inactiveTimeout").and_then(seconds).filter(|seconds| *seconds > 0);
    let or = |texts: Vec<String>, other: &str| if texts.is_empty() { vec![other.to_owned()] } else { texts };
    let available = Availability {
        modalities: or(inputs.texts("supportedModalities"), "Messaging"),
        formats: or(inputs.texts("supportedMessageFormats"), "Plain"),
        phone_number: inputs.string("phoneNumber"),
        audio_preference: inputs.string("audioPreference"),
        inactive_timeout: timeout
            .map_or_else(|| milliseconds(INACTIVE_TIMEOUT), |seconds| seconds.saturating_mul(1000)),
    };
    let due = world.now.saturating_add(available.inactive_timeout);
    let now = world.now;
    if let Some(user) = world.users.get_mut(&address) {
        user.last_active = now;
        if let Some(chosen) = inputs.text("signInAs") {
            user.preferred = Some(chosen.to_owned());
        }
    }
    let application = world.applications.get_mut(&change.id).ok_or_else(Failure::application_not_found)?;
    application.available = Some(available);
    application.last_activity = now;
    world.schedule_at(due, Timer::Idle(change.id));
    for name in ["presence", "note", "location"] {
        world.tell_own(&address, name, EventType::Added);
    }
    world.tell_own(&address, "me", EventType::Updated);
    world.refresh_presence(&address);
    world.tell_followers(&address, "contactSupportedModalities");
    Ok(Reply::Done { status: change.operation.response.status.unwrap_or(204), location: None })
}

/// Publishes something, which the user can once they are available; the user was active with that.
fn publish(world: &mut World, change: &Change<'_>, set: impl FnOnce(&mut World, &str)) -> Result<Reply, Failure> {
    let address = change.user(world)?.address.clone();
    let now = world.now;
    let application = world.applications.get_mut(&change.id).ok_or_else(Failure::application_not_found)?;
    let Some(available) = &application.available else { return Err(Failure::make_me_available_required()) };
    application.last_activity = now;
    let due = now.saturating_add(available.inactive_timeout);
    world.schedule_at(due, Timer::Idle(change.id));
    if let Some(user) = world.users.get_mut(&address) {
        user.last_active = now;
    }
    set(world, &address);
    world.refresh_presence(&address);
    Ok(Reply::done())
}

impl World {
    /// Sets a user's note, and tells those whom it concerns.
    pub(crate) fn set_note(&mut self, address: &str, note: String) {
        if let Some(user) = self.users.get_mut(address) {
            user.note = note;
        }
        self.tell_own(address, "note", EventType::Updated);
        self.tell_followers(address, "contactNote");
    }

    /// Shows a user as idle who was not active for long enough.
    pub(super) fn idle(&mut self, id: crate::state::ApplicationId) {
        let Some(application) = self.applications.get(&id) else { return };
        let address = application.identity.address().to_owned();
        self.refresh_presence(&address);
    }
}

/// Replaces how the user communicates.
fn communication(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let inputs = change.inputs;
    let application = world.applications.get_mut(&change.id).ok_or_else(Failure::application_not_found)?;
    let Some(available) = &mut application.available else { return Err(Failure::make_me_available_required()) };
    available.modalities = inputs.texts("supportedModalities");
    available.formats = inputs.texts("supportedMessageFormats");
    available.phone_number = inputs.string("phoneNumber");
    available.audio_preference = inputs.string("audioPreference");
    let address = application.identity.address().to_owned();
    world.tell_followers(&address, "contactSupportedModalities");
    let news =
        super::tell::News::new("communication", EventType::Updated, change.item.clone(), super::tell::Content::Linked);
    world.tell(change.id, news);
    change.replaced(world)
}

/// Changes a telephone number, or whether others see it.
fn phone(world: &mut World, change: &Change<'_>, kind: &str) -> Result<Reply, Failure> {
    let number = change.inputs.text("number").map(str::to_owned);
    let is_listed =
        change.inputs.get("includeInContactCard").is_some().then(|| change.inputs.is_true("includeInContactCard"));
    if number.as_deref().is_some_and(|number| !number.is_empty() && !number.bytes().any(|byte| byte.is_ascii_digit())) {
        return Err(Failure::new(400, "BadRequest", Some("NormalizationFailed")));
    }
    let phone = change.user(world)?.phones.get_mut(kind).ok_or_else(Failure::not_found)?;
    if change.item.name() == "changeNumber" {
        phone.number = number.unwrap_or_default();
    }
    // What is not said stays as it is. No event tells of it: `me` is updated by `makeMeAvailable` alone.
    phone.is_listed = is_listed.unwrap_or(phone.is_listed);
    Ok(Reply::done())
}
