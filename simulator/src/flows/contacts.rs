//! Contacts and how close they are, and the subscription to changes of both.

use ucwa_schema::{EventType, Method};

use super::change::Change;
use super::subscriptions::{FOLLOWED, extended, minutes};
use super::tell::{Content, News};
use crate::address::{Item, Place};
use crate::protocol::{Failure, Reply};
use crate::state::{ApplicationId, Timer, World, address};

/// Answers requests about contacts; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let reply = match (change.item.name(), &change.item.place, change.operation.method) {
        ("contactPrivacyRelationship" | "contactPrivacyRelationship2", Place::Person(address), Method::Put) => {
            let level = change.inputs.text("relationshipLevel").unwrap_or("Colleagues").to_owned();
            set_privacy(world, change, address, Some(level)).and_then(|()| change.replaced(world))
        }
        ("resetContactPrivacyRelationship", Place::Person(address), _) => {
            set_privacy(world, change, address, None).map(|()| Reply::done())
        }
        ("startOrRefreshSubscriptionToContactsAndGroups", Place::Application, _) => subscribe(world, change),
        ("stopSubscriptionToContactsAndGroups", Place::Application, _) => {
            world.end_contacts_subscription(change.id);
            Ok(Reply::done())
        }
        _ => return None,
    };
    Some(reply)
}

fn set_privacy(world: &mut World, change: &Change<'_>, other: &str, level: Option<String>) -> Result<(), Failure> {
    let user = change.user(world)?;
    let own = user.address.clone();
    match level {
        Some(level) => user.privacy.insert(address(other), level),
        None => user.privacy.remove(other),
    };
    for id in world.applications_of.get(&own).cloned().unwrap_or_default() {
        let is_followed = world.followers.get(other).is_some_and(|followers| followers.contains(&id));
        if is_followed {
            world.tell_contact(id, other, "contactPrivacyRelationship");
        }
    }
    // The other side may see more now, or less.
    for id in world.applications_of.get(other).cloned().unwrap_or_default() {
        let follows = world.followers.get(&own).is_some_and(|followers| followers.contains(&id));
        for name in FOLLOWED.into_iter().filter(|_| follows) {
            world.tell_contact(id, &own, name);
        }
    }
    Ok(())
}

fn subscribe(world: &mut World, change: &Change<'_>) -> Result<Reply, Failure> {
    change.user(world)?;
    let (now, minutes) = (world.now, minutes(change));
    let application = world.applications.get_mut(&change.id).ok_or_else(Failure::application_not_found)?;
    let expires = match application.contacts_subscription {
        Some(expires) => extended(expires, minutes, now),
        None => now + minutes,
    };
    application.contacts_subscription = Some(expires);
    world.schedule_at(expires, Timer::ContactsSubscription(change.id));
    tell(world, change.id);
    change.made(world, subscription())
}

fn subscription() -> Option<Item> {
    Item::new("myContactsAndGroupsSubscription", Place::Application, "people/myContactsAndGroupsSubscription")
}

fn tell(world: &mut World, id: ApplicationId) {
    if let Some(target) = subscription() {
        world.tell(id, News::new("people", EventType::Updated, target, Content::Linked));
    }
}

impl World {
    /// Ends the subscription to contacts and groups, if there is one.
    pub(crate) fn end_contacts_subscription(&mut self, id: ApplicationId) {
        let application = self.applications.get_mut(&id);
        if application.is_some_and(|application| application.contacts_subscription.take().is_some()) {
            tell(self, id);
        }
    }
}
