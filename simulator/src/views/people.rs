//! People: contacts, groups, privacy, presence subscriptions.

use std::collections::BTreeSet;

use super::{Shape, Target};
use crate::address::{Item, segment};
use crate::document::Value;
use crate::protocol::Failure;
use crate::state::{Application, Group, GroupKind, Identity, User, World};

/// What the state says of the people whom the user knows; `None` for what is elsewhere.
pub(super) fn describe(world: &World, application: &Application, item: &Item) -> Option<Result<Shape, Failure>> {
    const OWN: [&str; 10] = [
        "people",
        "myContacts",
        "myGroups",
        "myGroups2",
        "myGroupMemberships",
        "myGroupMemberships2",
        "groupMemberships",
        "myPrivacyRelationships",
        "subscribedContacts",
        "presenceSubscriptions",
    ];
    const OTHERS: [&str; 5] =
        ["presenceSubscriptionMemberships", "myContactsAndGroupsSubscription", "search", "search2", "memberships"];
    if !OWN.contains(&item.name()) && !OTHERS.contains(&item.name()) {
        return None;
    }
    let Some(user) = world.users.get(application.identity.address()) else {
        return Some(Err(Failure::forbidden(Some("AnonymousNotAllowed"))));
    };
    Some(Ok(collection(application, user, item.name())))
}

fn collection(application: &Application, user: &User, name: &str) -> Shape {
    let shape = Shape::new();
    match name {
        "myContacts" => shape.embed_all("contact", user.contacts().into_iter().map(Item::person)),
        "myGroups" | "myGroups2" => groups(user),
        "myGroupMemberships" | "myGroupMemberships2" | "groupMemberships" => memberships(name, user.groups.values()),
        "myPrivacyRelationships" => {
            let levels: BTreeSet<_> = user.privacy.values().collect();
            shape.embed_all("myPrivacyRelationship", levels.into_iter().map(|level| Item::privacy(level)))
        }
        "subscribedContacts" => {
            let followed: BTreeSet<_> = application.subscriptions.values().flat_map(|found| &found.contacts).collect();
            shape.links("contact", followed.into_iter().map(|address| Item::person(address)))
        }
        "presenceSubscriptions" => {
            let ids = application.subscriptions.keys();
            shape.embed_all("presenceSubscription", ids.map(|id| Item::subscription(id)))
        }
        "presenceSubscriptionMemberships" | "memberships" => {
            let pairs = application.subscriptions.values().flat_map(|found| {
                found.contacts.iter().map(|address| Item::subscription_membership(&found.id, address))
            });
            shape.embed_all("presenceSubscriptionMembership", pairs)
        }
        "myContactsAndGroupsSubscription" => {
            let is_on = application.contacts_subscription.is_some();
            shape.set("state", if is_on { "Connected" } else { "Disconnected" })
        }
        _ => shape,
    }
}

/// Who is in those of the groups whose members the user chooses.
fn memberships<'g>(name: &str, groups: impl Iterator<Item = &'g Group>) -> Shape {
    // The first revision knows nothing of delegates.
    let is_second = name == "myGroupMemberships2";
    let groups =
        groups.filter(|group| if is_second { group.kind.has_memberships() } else { group.kind.holds_contacts() });
    let element = if is_second { "myGroupMembership2" } else { "myGroupMembership" };
    let pairs = groups
        .flat_map(|group| group.members.iter().map(|address| Item::membership(&group.id, address)?.seen_as(element)));
    Shape::new().embed_all("myGroupMembership", pairs)
}

/// Who is in a group. That of the delegators and the organization cannot be read so.
pub(crate) fn memberships_in(name: &str, user: &User, id: &str) -> Result<Shape, Failure> {
    let group = user.groups.get(id);
    if group.is_some_and(|group| matches!(group.kind, GroupKind::Delegators | GroupKind::Organization)) {
        return Err(Failure::forbidden(Some("OperationNotSupported")));
    }
    Ok(memberships(name, group.into_iter()))
}

fn groups(user: &User) -> Shape {
    let of = |kind: GroupKind| user.groups.values().filter(move |group| group.kind == kind);
    let one = |kind: GroupKind| of(kind).next().and_then(|group| Item::group(&group.id, kind.resource()));
    let all = |kind: GroupKind| of(kind).map(move |group| Item::group(&group.id, kind.resource()));
    Shape::new()
        .link("defaultGroup", one(GroupKind::Default))
        .link("pinnedGroup", one(GroupKind::Pinned))
        .link("delegatesGroup", one(GroupKind::Delegates))
        .link("delegatorsGroup", one(GroupKind::Delegators))
        .link("myOrganizationGroup", one(GroupKind::Organization))
        .embed_all("group", all(GroupKind::Own))
        .embed_all("distributionGroup", all(GroupKind::Distribution))
}

/// The contacts and distribution groups that a search finds, at most so many of each.
pub(crate) fn search(world: &World, user: &User, query: &str, limit: usize) -> Shape {
    let query = query.to_lowercase();
    let matches = |text: &str| text.to_lowercase().contains(&query);
    let people = world.users.values().filter(|other| matches(&other.address) || matches(&other.account.name));
    let people: Vec<_> = people.map(|other| Item::person(&other.address)).take(limit + 1).collect();
    let groups = user.groups.values().filter(|group| group.kind == GroupKind::Distribution && matches(&group.name));
    let groups = groups.map(|group| Item::group(&group.id, "distributionGroup")).take(limit);
    Shape::new()
        .set("moreResultsAvailable", people.len() > limit)
        .embed_all("contact", people.into_iter().take(limit))
        .embed_all("distributionGroup", groups)
}

/// What a contact card leads to. Those who joined a meeting anonymously see who is there, and no more of people.
const MORE: [&str; 5] =
    ["contactLocation", "contactNote", "contactPresence", "contactPrivacyRelationship", "contactSupportedModalities"];

/// A person, and what they let others see.
pub(super) fn person(world: &World, application: &Application, item: &Item, address: &str) -> Result<Shape, Failure> {
    if application.identity.is_anonymous() && item.name() != "contact" {
        return Err(Failure::forbidden(Some("AnonymousNotAllowed")));
    }
    check_there(world, application, address)?;
    let other = world.users.get(address);
    let owner = world.users.get(application.identity.address());
    let level = owner.map_or("Colleagues", |user| user.level_of(address));
    // What the other side lets this user see.
    let granted = other.map_or("External", |other| other.level_of(application.identity.address()));
    Ok(match item.name() {
        "contactPresence" if granted == "Blocked" => Shape::new().set("availability", "Offline"),
        "contactPresence" => presence(other),
        "contactNote" => match other.filter(|_| granted != "Blocked") {
            Some(user) => Shape::new().set("message", user.note.clone()).set("type", "Personal"),
            None => Shape::new(),
        },
        "contactLocation" if matches!(granted, "Blocked" | "External") => Shape::new(),
        "contactLocation" => Shape::new().set_some("location", other.map_or("", |user| &user.location)),
        "contactPrivacyRelationship" | "contactPrivacyRelationship2" => {
            Shape::new().set("relationshipLevel", level.to_owned())
        }
        "contactSupportedModalities" if granted == "Blocked" => {
            Shape::new().set("modalities", Value::texts(Vec::<String>::new()))
        }
        "contactSupportedModalities" => Shape::new().set("modalities", Value::texts(modalities(world, address))),
        "contactPhoto" | "resetContactPrivacyRelationship" => Shape::new(),
        _ => contact(world, application, address),
    })
}

/// Whether a user has blocked the one whose application it is.
pub(super) fn is_blocked(world: &World, application: &Application, by: &str) -> bool {
    world.users.get(by).is_some_and(|user| user.level_of(application.identity.address()) == "Blocked")
}

/// Fails where a guest is to see somebody who has nothing to do with the meeting that they came for.
fn check_there(world: &World, application: &Application, address: &str) -> Result<(), Failure> {
    let Identity::Anonymous { address: own, conference } = &application.identity else { return Ok(()) };
    let meeting = world.meetings.get(conference);
    let conversation = meeting.and_then(|meeting| world.conversations.get(meeting.conversation.as_ref()?));
    let is_there = conversation.is_some_and(|conversation| {
        let leg = conversation.legs.get(&application.id).filter(|leg| !leg.waits_in_lobby());
        let written = leg.into_iter().flat_map(|leg| &leg.messages);
        let mut written = written.filter_map(|id| conversation.messages.get(id));
        let is_present = conversation.present().any(|participant| participant.address == address);
        // Who wrote is known although they have left.
        leg.is_some() && (is_present || written.any(|message| message.from == address))
    });
    let is_organizer = meeting.is_some_and(|meeting| meeting.organizer == address);
    (own == address || is_organizer || is_there).then_some(()).ok_or_else(|| Failure::forbidden(None))
}

/// Fails where somebody is not to see a photo: who was blocked by whom it shows, and guests who are not in a meeting with them.
pub(crate) fn check_photo(world: &World, application: &Application, address: &str) -> Result<(), Failure> {
    check_there(world, application, address)?;
    if is_blocked(world, application, address) { Err(Failure::forbidden(None)) } else { Ok(()) }
}

/// A person's contact card.
pub(super) fn contact(world: &World, application: &Application, address: &str) -> Shape {
    let (user, is_anonymous) = (world.users.get(address), application.identity.is_anonymous());
    let is_blocked = is_blocked(world, application, address);
    let shape = Shape::new().called("contact").set("uri", uri(address)).set("name", world.name_of(address));
    let shape = shape.link("contactPhoto", Item::photo(address, "contactPhoto").filter(|_| !is_blocked));
    let shape = shape.only_if(!is_anonymous, &MORE);
    let Some(user) = user else {
        let (kind, network) = if address.contains('@') { ("User", "Federated") } else { ("Phone", "Everyone") };
        return shape.set("type", kind).set("sourceNetwork", network);
    };
    let shape = shape
        .set("type", "User")
        .set("sourceNetwork", "SameEnterprise")
        .set("emailAddresses", Value::texts([user.address.clone()]));
    if is_anonymous || is_blocked {
        return shape;
    }
    let listed = |kind: &str| {
        user.phones.get(kind).filter(|phone| phone.is_listed).map_or("", |phone| phone.number.as_str()).to_owned()
    };
    shape
        .set("company", "Contoso")
        .set("department", "Research")
        .set("title", "Engineer")
        .set("office", "Building 7")
        .set_some("workPhoneNumber", &listed("work"))
        .set_some("mobilePhoneNumber", &listed("mobile"))
        .set_some("homePhoneNumber", &listed("home"))
        .set_some("otherPhoneNumber", &listed("other"))
}

/// The URI of an address.
pub(crate) fn uri(address: &str) -> String {
    if address.starts_with("tel:") { address.to_owned() } else { format!("sip:{address}") }
}

fn presence(user: Option<&User>) -> Shape {
    let Some(user) = user else { return Shape::new() };
    let shape = Shape::new().set("availability", user.availability);
    let shape = shape.set_some("activity", user.activity.as_deref().unwrap_or_default());
    if user.availability == "Offline" {
        return shape;
    }
    shape.set("deviceType", "PC").set("lastActive", Value::Time(user.last_active))
}

/// The modalities in which a person can be reached at the moment.
fn modalities(world: &World, address: &str) -> BTreeSet<String> {
    let ids = world.applications_of.get(address).into_iter().flatten();
    let available = ids.filter_map(|id| world.applications.get(id)?.available.as_ref());
    available.flat_map(|available| available.modalities.iter().cloned()).collect()
}

/// A group of the user's, and what can be done with it.
pub(super) fn group(world: &World, application: &Application, item: &Item, id: &str) -> Result<Shape, Failure> {
    let user = world.users.get(application.identity.address()).ok_or_else(Failure::not_found)?;
    let group = user.groups.get(id).ok_or_else(Failure::not_found)?;
    let members = || world.members_of(group).into_iter().map(|address| Item::person(&address));
    Ok(match item.name() {
        "groupContacts" | "expandDistributionGroup" => Shape::new().embed_all("contact", members()),
        "subscribeToGroupPresence" | "addToContactList" | "removeFromContactList" => Shape::new(),
        "distributionGroup" if item.path.ends_with("expandDistributionGroup") => {
            card(group, application).embed_all("contact", members())
        }
        _ => card(group, application),
    })
}

fn card(group: &Group, application: &Application) -> Shape {
    let shape = Shape::new().set("id", group.id.clone()).set("name", group.name.clone());
    let id = segment(&group.id);
    let shape = if application.identity.is_anonymous() {
        shape.without(&["subscribeToGroupPresence"])
    } else {
        shape.to(
            "subscribeToGroupPresence",
            Target::Path(format!("people/groups/{id}/subscribeToGroupPresence?groupId={id}")),
        )
    };
    if group.kind != GroupKind::Distribution {
        return shape;
    }
    shape.set("uri", uri(&group.id))
}

/// A contact in a group.
pub(super) fn membership(
    world: &World,
    application: &Application,
    group: &str,
    address: &str,
) -> Result<Shape, Failure> {
    let user = world.users.get(application.identity.address()).ok_or_else(Failure::not_found)?;
    let group =
        user.groups.get(group).filter(|group| group.members.contains(address)).ok_or_else(Failure::not_found)?;
    let shape = Shape::new()
        .without(&["defaultGroup", "delegatesGroup", "group", "pinnedGroup"])
        .link("contact", Item::person(address));
    Ok(shape.link(group.kind.resource(), Item::group(&group.id, group.kind.resource())))
}

/// The people of a privacy level.
pub(super) fn privacy(world: &World, application: &Application, level: &str) -> Result<Shape, Failure> {
    let user = world.users.get(application.identity.address()).ok_or_else(Failure::not_found)?;
    let people = user.privacy.iter().filter(|(_, known)| *known == level).map(|(address, _)| Item::person(address));
    Ok(Shape::new().set("relationshipLevel", level.to_owned()).links("contact", people))
}

/// A presence subscription.
pub(super) fn subscription(application: &Application, item: &Item, id: &str) -> Result<Shape, Failure> {
    let found = application.subscriptions.get(id).ok_or_else(Failure::not_found)?;
    Ok(match item.name() {
        "memberships" => {
            let pairs = found.contacts.iter().map(|address| Item::subscription_membership(id, address));
            Shape::new().embed_all("presenceSubscriptionMembership", pairs)
        }
        _ => Shape::new().set("id", id.to_owned()),
    })
}

/// A contact in a presence subscription.
pub(super) fn subscription_membership(application: &Application, id: &str, address: &str) -> Result<Shape, Failure> {
    let found = application.subscriptions.get(id).filter(|found| found.contacts.contains(address));
    found.ok_or_else(Failure::not_found)?;
    Ok(Shape::new().link("contact", Item::person(address)).link("presenceSubscription", Item::subscription(id)))
}
