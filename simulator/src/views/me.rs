//! The application, its user, and what the user says of themselves.

use super::{Shape, Target};
use crate::address::{Item, Place};
use crate::document::Value;
use crate::protocol::Failure;
use crate::state::{Application, User, World};

/// What the state says of the application and of what belongs to its user; `None` for what is elsewhere.
pub(super) fn describe(world: &World, application: &Application, item: &Item) -> Option<Result<Shape, Failure>> {
    let user = world.users.get(application.identity.address());
    let shape = match item.name() {
        "application" => Ok(self::application(application)),
        "me" => Ok(me(world, application, user)),
        "presence" | "note" | "location" | "reportMyActivity" => published(application, user, item.name()),
        "phones" => {
            own(user).map(|user| Shape::new().embed_all("phone", user.phones.keys().map(|kind| Item::phone(kind))))
        }
        "photo" => Ok(Shape::new()),
        "callForwardingSettings" => own(user).map(call_forwarding),
        "immediateForwardSettings" => own(user).map(|user| {
            let contact = forward_contact(user, "immediateForwardSettings");
            Shape::new().set("target", user.forwarding.immediate_target.clone()).link("contact", contact)
        }),
        "simultaneousRingSettings" => own(user).map(|user| {
            let contact = forward_contact(user, "simultaneousRingSettings");
            let shape = Shape::new().set("ringDelay", Value::Number(user.forwarding.simultaneous_delay));
            shape.set("target", user.forwarding.simultaneous_target.clone()).link("contact", contact)
        }),
        "unansweredCallSettings" => own(user).map(|user| {
            let contact = forward_contact(user, "unansweredCallSettings");
            let shape = Shape::new().set("ringDelay", Value::Number(user.forwarding.unanswered_delay));
            shape.set("target", user.forwarding.unanswered_target.clone()).link("contact", contact)
        }),
        _ => return None,
    };
    Some(shape)
}

/// The user, where there is one: those who joined a meeting anonymously have nothing of their own.
fn own(user: Option<&User>) -> Result<&User, Failure> {
    user.ok_or_else(|| Failure::forbidden(Some("AnonymousNotAllowed")))
}

fn application(application: &Application) -> Shape {
    let is_anonymous = application.identity.is_anonymous();
    let shape = Shape::new()
        .set("userAgent", application.user_agent.clone())
        .set("culture", application.culture.clone())
        .set_some("endpointId", &application.endpoint_id)
        .set_some("instanceId", &application.instance_id)
        .set("id", application.id.to_string())
        .set("type", application.kind.clone())
        .to("events", Target::Path(format!("events?ack={}", application.channel.number())))
        .only_if(!is_anonymous, &["reportMyNetwork", "onlineMeetings", "people"]);
    let embedded: &[&'static str] =
        if is_anonymous { &["me", "communication"] } else { &["me", "people", "onlineMeetings", "communication"] };
    embedded.iter().fold(shape, |shape, name| shape.embed(name, Item::new(name, Place::Application, *name)))
}

fn me(world: &World, application: &Application, user: Option<&User>) -> Shape {
    let address = application.identity.address();
    let shape = Shape::new()
        .set("name", world.name_of(address))
        .set("uri", format!("sip:{address}"))
        .set("endpointUri", format!("sip:{address};opaque=user:epid:{:x};gruu", application.id));
    let Some(user) = user else {
        return shape
            .without(&["callForwardingSettings", "location", "makeMeAvailable", "note", "phones", "photo"])
            .without(&["presence", "reportMyActivity"]);
    };
    let shape = user.phones.iter().fold(shape, |shape, (kind, phone)| match kind.as_str() {
        "work" => shape.set_some("workPhoneNumber", &phone.number),
        "mobile" => shape.set_some("mobilePhoneNumber", &phone.number),
        "home" => shape.set_some("homePhoneNumber", &phone.number),
        _ => shape.set_some("otherPhoneNumber", &phone.number),
    });
    shape
        .link("photo", Item::photo(address, "photo"))
        .set("emailAddresses", Value::texts([user.address.clone()]))
        .set("company", "Contoso")
        .set("department", "Research")
        .set("title", "Engineer")
        .set("officeLocation", "Building 7")
        .only_if(application.available.is_some(), &["presence", "note", "location", "reportMyActivity"])
}

/// What a user publishes, which needs them to be available.
fn published(application: &Application, user: Option<&User>, name: &str) -> Result<Shape, Failure> {
    let user = own(user)?;
    if application.available.is_none() {
        return Err(Failure::make_me_available_required());
    }
    Ok(match name {
        "presence" => Shape::new()
            .set("availability", user.availability)
            .set_some("activity", user.activity.as_deref().unwrap_or("")),
        "note" => Shape::new().set("message", user.note.clone()).set("type", "Personal"),
        "location" => Shape::new().set("location", user.location.clone()),
        _ => Shape::new(),
    })
}

/// A telephone number of the user, and what can be done with it.
pub(super) fn phone(world: &World, application: &Application, item: &Item, kind: &str) -> Result<Shape, Failure> {
    let user = own(world.users.get(application.identity.address()))?;
    let phone = user.phones.get(kind).ok_or_else(Failure::not_found)?;
    if item.name() != "phone" {
        return Ok(Shape::new());
    }
    let shape = Shape::new().set("type", kind.to_owned()).set("includeInContactCard", phone.is_listed);
    Ok(shape.set_some("number", &phone.number).only_if(kind == "home" || kind == "other", &["changeNumber"]))
}

fn call_forwarding(user: &User) -> Shape {
    let forwarding = &user.forwarding;
    let settings = ["immediateForwardSettings", "simultaneousRingSettings", "unansweredCallSettings"];
    let shape = Shape::new()
        .set("activePeriod", forwarding.active_period.clone())
        .set("activeSetting", forwarding.active_setting.clone())
        .set("unansweredCallHandling", if forwarding.handles_unanswered() { "Enabled" } else { "Disabled" });
    settings.into_iter().fold(shape, |shape, name| {
        let path = format!("me/callForwardingSettings/{name}");
        shape.embed(name, Item::new(name, Place::Application, path))
    })
}

fn forward_contact(user: &User, setting: &'static str) -> Option<Item> {
    Item::person(user.forwarding.contacts.get(setting)?)
}
