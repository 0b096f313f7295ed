//! Groups of contacts, and who is in them.

use std::collections::BTreeSet;

use ucwa_schema::{EventType, Method};

use super::change::Change;
use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::protocol::{Failure, Reply};
use crate::state::{Group, GroupKind, World, address};

/// How many may act for a user at most.
const DELEGATES: usize = 25;

/// Answers requests about groups; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let reply = match (change.item.name(), &change.item.place, change.operation.method) {
        ("myGroups2", Place::Application, Method::Post) => create(world, change),
        ("group2", Place::Group(id), Method::Put) => rename(world, change, id),
        ("myGroupMemberships2", Place::Application, Method::Post) => add_member(world, change),
        ("myGroupMembership2", Place::Membership(group, member), Method::Delete) => {
            remove_member(world, change, group, member)
        }
        ("removeContactFromAllGroups" | "removeContactFromAllGroups2", Place::Application, _) => {
            remove_everywhere(world, change)
        }
        ("addToContactList", Place::Group(id), _) => list(world, change, id),
        ("group2", Place::Group(id), Method::Delete) | ("removeFromContactList", Place::Group(id), _) => {
            remove(world, change, id)
        }
        _ => return None,
    };
    Some(reply)
}

fn create(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let limit = world.options.limits.groups_per_user;
    let id = world.next_number().to_string();
    let name = change.inputs.string("displayName");
    let user = change.user(world)?;
    let own = || user.groups.values().filter(|group| group.kind == GroupKind::Own);
    if own().any(|group| group.name.eq_ignore_ascii_case(&name)) {
        return Err(Failure::new(409, "Conflict", Some("AlreadyExists")));
    }
    if own().count() >= limit {
        return Err(Failure::new(409, "Conflict", Some("TooManyGroups")));
    }
    let group = Group { id: id.clone(), name, kind: GroupKind::Own, members: BTreeSet::new() };
    let owner = user.address.clone();
    user.groups.insert(id.clone(), group);
    tell_group(world, &owner, &id, GroupKind::Own, EventType::Added);
    Ok(Reply::done())
}

/// The user's group, if it is one that users make.
fn own_group<'w>(world: &'w mut World, change: &Change<'_>, id: &str) -> Result<&'w mut Group, Failure> {
    change.user(world)?.groups.get_mut(id).ok_or_else(Failure::not_found)
}

fn rename(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    own_group(world, change, id)?.name = change.inputs.string("name");
    let owner = change.address(world)?;
    tell_group(world, &owner, id, GroupKind::Own, EventType::Updated);
    change.replaced(world)
}

fn remove(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let user = change.user(world)?;
    let owner = user.address.clone();
    let group = user.groups.remove(id).ok_or_else(Failure::not_found)?;
    tell_group(world, &owner, id, group.kind, EventType::Deleted);
    Ok(Reply::done())
}

/// Puts a distribution group on the contact list. The user's own is there already.
fn list(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let name = change.inputs.string("displayName");
    let group = own_group(world, change, id)?;
    group.name = name;
    let kind = group.kind;
    let owner = change.address(world)?;
    tell_group(world, &owner, id, kind, EventType::Added);
    Ok(Reply::done())
}

fn add_member(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let member = address(&change.inputs.string("contactUri"));
    let user = change.user(world)?;
    let wanted = change.inputs.text("groupId");
    let default = user.group_of(GroupKind::Default).map(|group| group.id.clone());
    let id = wanted.map(str::to_owned).or(default).ok_or_else(Failure::not_found)?;
    let owner = user.address.clone();
    let group = user.groups.get_mut(&id).ok_or_else(|| Failure::parameter("groupId", "There is no such group."))?;
    if !group.kind.has_memberships() {
        return Err(Failure::forbidden(Some("OperationNotSupported")));
    }
    if group.members.contains(&member) {
        return Err(Failure::new(409, "Conflict", Some("AlreadyExists")));
    }
    if group.kind == GroupKind::Delegates && group.members.len() >= DELEGATES {
        return Err(Failure::forbidden(Some("LimitExceeded")));
    }
    group.members.insert(member.clone());
    let kind = group.kind;
    tell_member(world, &owner, &id, kind, &member, EventType::Added);
    if kind == GroupKind::Delegates {
        empower(world, &owner, &member, EventType::Added);
    }
    let made = Item::membership(&id, &member).and_then(|made| made.seen_as("myGroupMembership2"));
    change.made(world, made)
}

fn remove_member(world: &mut World, change: &Change<'_>, id: &str, member: &str) -> Result<Reply, Failure> {
    let owner = change.user(world)?.address.clone();
    let group = own_group(world, change, id)?;
    if !group.members.remove(member) {
        return Err(Failure::not_found());
    }
    let kind = group.kind;
    has_left(world, &owner, id, kind, member);
    Ok(Reply::done())
}

/// Tells that somebody is no longer in a group.
fn has_left(world: &mut World, owner: &str, id: &str, kind: GroupKind, member: &str) {
    tell_member(world, owner, id, kind, member, EventType::Deleted);
    if kind == GroupKind::Delegates {
        empower(world, owner, member, EventType::Deleted);
    }
}

/// Lets somebody act for a user, or no longer.
fn empower(world: &mut World, owner: &str, delegate: &str, event: EventType) {
    let Some(delegators) = world.delegators_of(delegate) else { return };
    let id = delegators.id.clone();
    if event == EventType::Added {
        delegators.members.insert(owner.to_owned());
    } else {
        delegators.members.remove(owner);
    }
    tell_member(world, delegate, &id, GroupKind::Delegators, owner, event);
}

fn remove_everywhere(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    let member = address(&change.inputs.string("contactUri"));
    let user = change.user(world)?;
    let owner = user.address.clone();
    let groups = user.groups.values_mut().filter(|group| group.kind.has_memberships());
    let left: Vec<_> =
        groups.filter_map(|group| group.members.remove(&member).then(|| (group.id.clone(), group.kind))).collect();
    for (id, kind) in left {
        has_left(world, &owner, &id, kind, &member);
    }
    Ok(Reply::done())
}

/// Tells those of a user's applications that want to know that a group changed.
fn tell_group(world: &mut World, owner: &str, id: &str, kind: GroupKind, event: EventType) {
    let Some(target) = Item::group(id, kind.resource()) else { return };
    for application in interested(world, owner) {
        world.tell(application, News::new("people", event, target.clone(), Content::Linked));
    }
}

/// Tells those of a user's applications that want to know that somebody joined or left a group.
fn tell_member(world: &mut World, owner: &str, id: &str, kind: GroupKind, member: &str, event: EventType) {
    let (Some(target), Some(group)) = (Item::person(member), Item::group(id, kind.resource())) else { return };
    let title = world.name_of(member);
    for application in interested(world, owner) {
        let news = News::new("people", event, target.clone(), Content::Linked).titled(title.clone());
        world.tell(application, news.within(kind.resource(), group.path.clone()));
    }
}

/// The applications of a user that subscribed to contacts and groups.
fn interested(world: &World, owner: &str) -> Vec<crate::state::ApplicationId> {
    let ids = world.applications_of.get(owner).into_iter().flatten().copied();
    let is_subscribed = |id: &_| world.applications.get(id).is_some_and(|found| found.contacts_subscription.is_some());
    ids.filter(is_subscribed).collect()
}
