//! Following the presence of others.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::time::Duration;

use ucwa_schema::{EventType, Method};

use super::change::Change;
use super::tell::{Content, News};
use crate::address::{Item, Place, segment};
use crate::document::{Name, OneOrMany, Resource};
use crate::protocol::{Failure, Reply};
use crate::state::{ApplicationId, Moment, Subscription, Timer, World, address, milliseconds};
use crate::views::render;

/// What about a contact is told to those who follow them.
pub(super) const FOLLOWED: [&str; 4] =
    ["contactPresence", "contactNote", "contactLocation", "contactSupportedModalities"];

/// How long before its end an application is told that a subscription is about to end.
const WARNING: Duration = Duration::from_secs(120);

/// How long after it was extended a subscription ends at the latest.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// When a subscription ends that would have ended at a moment, and to which some time was added.
pub(super) fn extended(expires: Moment, added: Moment, now: Moment) -> Moment {
    expires.saturating_add(added).min(now.saturating_add(milliseconds(LONGEST)))
}

/// When an application is told that a subscription is about to end.
fn warning(expires: Moment) -> Moment {
    expires.saturating_sub(milliseconds(WARNING))
}

/// Answers requests about subscriptions; `None` for others.
pub(super) fn act(world: &mut World, change: &Change<'_>) -> Option<Result<Reply, Failure>> {
    let reply = match (change.item.name(), &change.item.place, change.operation.method) {
        ("presenceSubscriptions", Place::Application, Method::Post) => {
            named_contacts(change, "uris").and_then(|contacts| subscribe(world, change, contacts))
        }
        ("subscribeToGroupPresence", Place::Group(group), _) => {
            let group =
                change.user(world).and_then(|user| user.groups.get(group).cloned().ok_or_else(Failure::not_found));
            let members = group.map(|group| world.members_of(&group));
            members.and_then(|members| subscribe(world, change, members))
        }
        ("presenceSubscription", Place::Subscription(id), Method::Post) => extend(world, change, id),
        ("presenceSubscription", Place::Subscription(id), Method::Delete) => {
            let ended = world.end_subscription(change.id, id);
            ended.then(Reply::done).ok_or_else(Failure::not_found)
        }
        ("presenceSubscriptionMembership", Place::SubscriptionMembership(id, address), Method::Delete) => {
            unfollow(world, change, id, address)
        }
        ("presenceSubscriptionMemberships", Place::Application, Method::Post) => {
            // Without a subscription of its own, a membership belongs to the latest one.
            let latest = change.application(world).map(|application| {
                let latest = application.subscriptions.values().max_by_key(|subscription| subscription.number);
                latest.map(|subscription| subscription.id.clone())
            });
            latest
                .and_then(|id| id.ok_or_else(|| Failure::conflict("There is no presence subscription.")))
                .and_then(|id| add(world, change, &id))
        }
        ("addToPresenceSubscription" | "memberships", Place::Subscription(id), Method::Post) => add(world, change, id),
        _ => return None,
    };
    Some(reply)
}

/// Addresses without `sip:` and in lower case.
pub(super) fn addresses(uris: &[String]) -> BTreeSet<String> {
    uris.iter().map(|uri| address(uri)).collect()
}

/// The contacts that a parameter names, of whom each has an address.
fn named_contacts(change: &Change<'_>, parameter: &str) -> Result<BTreeSet<String>, Failure> {
    let contacts = addresses(&change.inputs.texts(parameter));
    let is_nobody = contacts.contains("");
    if is_nobody { Err(Failure::parameter(parameter, "An address is empty.")) } else { Ok(contacts) }
}

/// How long the client wants a subscription to be, or by how much it wants it to be longer.
pub(super) fn minutes(change: &Change<'_>) -> Moment {
    change.inputs.number("duration").unwrap_or(10) * 60_000
}

fn subscribe(world: &mut World, change: &Change<'_>, contacts: BTreeSet<String>) -> Result<Reply, Failure> {
    change.user(world)?;
    check_limit(world, contacts.len())?;
    let id = world.random.guid();
    let expires = world.now + minutes(change);
    let subscription = Subscription { id: id.clone(), number: world.next_number(), expires, contacts: BTreeSet::new() };
    let application = world.applications.get_mut(&change.id).ok_or_else(Failure::application_not_found)?;
    application.subscriptions.insert(id.clone(), subscription);
    world.schedule_end(change.id, &id, expires);
    tell_subscription(world, change.id, &id, EventType::Added);
    follow(world, change.id, &id, contacts);
    change.made(world, Item::subscription(&id))
}

fn check_limit(world: &World, count: usize) -> Result<(), Failure> {
    let is_within = count <= world.options.limits.contacts_per_subscription;
    is_within.then_some(()).ok_or_else(|| Failure::forbidden(Some("LimitExceeded")))
}

/// Makes a subscription follow more contacts, of whom the application is told how they are.
fn follow(world: &mut World, id: ApplicationId, subscription: &str, contacts: BTreeSet<String>) {
    for address in contacts {
        let Some(application) = world.applications.get_mut(&id) else { return };
        let was_followed = application.subscriptions.values().any(|found| found.contacts.contains(&address));
        if let Some(found) = application.subscriptions.get_mut(subscription) {
            found.contacts.insert(address.clone());
        }
        world.followers.entry(address.clone()).or_default().insert(id);
        if !was_followed {
            tell_followed(world, id, &address, EventType::Added);
            for name in FOLLOWED {
                world.tell_contact(id, &address, name);
            }
        }
    }
}

fn tell_followed(world: &mut World, id: ApplicationId, address: &str, kind: EventType) {
    let title = world.name_of(address);
    if let Some(target) = Item::person(address) {
        let news = News::new("people", kind, target, Content::Linked).titled(title);
        world.tell(id, news.within("subscribedContacts", "people/subscribedContacts"));
    }
}

fn tell_subscription(world: &mut World, id: ApplicationId, subscription: &str, kind: EventType) {
    if let Some(target) = Item::subscription(subscription) {
        world.tell(id, News::new("people", kind, target, Content::Linked));
    }
}

/// Follows contacts no more that no other subscription of the application follows.
fn release(world: &mut World, id: ApplicationId, contacts: BTreeSet<String>) {
    for address in contacts {
        let application = world.applications.get(&id);
        let is_followed = application.is_some_and(|application| {
            application.subscriptions.values().any(|found| found.contacts.contains(&address))
        });
        if !is_followed {
            if let Entry::Occupied(mut followers) = world.followers.entry(address.clone()) {
                followers.get_mut().remove(&id);
                if followers.get().is_empty() {
                    followers.remove();
                }
            }
            tell_followed(world, id, &address, EventType::Deleted);
        }
    }
}

fn extend(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let application = world.applications.get_mut(&change.id).ok_or_else(Failure::application_not_found)?;
    let subscription = application.subscriptions.get_mut(id).ok_or_else(Failure::not_found)?;
    let expires = extended(subscription.expires, minutes(change), world.now);
    subscription.expires = expires;
    world.schedule_end(change.id, id, expires);
    tell_subscription(world, change.id, id, EventType::Updated);
    change.made(world, Item::subscription(id))
}

fn unfollow(world: &mut World, change: &Change<'_>, id: &str, address: &str) -> Result<Reply, Failure> {
    let application = world.applications.get_mut(&change.id).ok_or_else(Failure::application_not_found)?;
    let subscription = application.subscriptions.get_mut(id).ok_or_else(Failure::not_found)?;
    if !subscription.contacts.remove(address) {
        return Err(Failure::not_found());
    }
    release(world, change.id, BTreeSet::from([address.to_owned()]));
    Ok(Reply::done())
}

/// Adds contacts to a subscription; the answer lists those that were added.
fn add(world: &mut World, change: &Change<'_>, id: &str) -> Result<Reply, Failure> {
    let contacts = named_contacts(change, "contactUris")?;
    let subscription = change.application(world)?.subscriptions.get(id).ok_or_else(Failure::not_found)?;
    check_limit(world, subscription.contacts.union(&contacts).count())?;
    follow(world, change.id, id, contacts.clone());
    let application = change.application(world)?;
    let items = contacts.iter().filter_map(|address| Item::subscription_membership(id, address));
    let rendered = items.map(|item| {
        let mut resource = render(world, application, &item)?;
        resource.shows_etag = true;
        Ok(resource)
    });
    let memberships = OneOrMany::Many(rendered.collect::<Result<_, Failure>>()?);
    let path = format!("people/presenceSubscriptions/{}/memberships", segment(id));
    let mut resource = Resource::new("presenceSubscriptionMemberships", format!("{}/{path}", application.href()));
    resource.embedded.push((Name::Borrowed("presenceSubscriptionMembership"), memberships));
    Ok(Reply::Resource { status: 201, resource: Box::new(resource), location: None })
}

impl World {
    /// Has a subscription end, of which the application is warned.
    fn schedule_end(&mut self, id: ApplicationId, subscription: &str, expires: Moment) {
        self.schedule_at(warning(expires), Timer::SubscriptionEnds(id, subscription.to_owned()));
        self.schedule_at(expires, Timer::Subscription(id, subscription.to_owned()));
    }

    /// Tells an application that a subscription is about to end, unless it was extended or has ended.
    pub(super) fn warn_of_end(&mut self, id: ApplicationId, subscription: &str) {
        let found = self.applications.get(&id).and_then(|found| found.subscriptions.get(subscription));
        if found.is_some_and(|found| warning(found.expires) <= self.now) {
            tell_subscription(self, id, subscription, EventType::Updated);
        }
    }

    /// Ends a subscription, if there is one.
    pub(crate) fn end_subscription(&mut self, id: ApplicationId, subscription: &str) -> bool {
        let application = self.applications.get_mut(&id);
        let Some(ended) = application.and_then(|application| application.subscriptions.remove(subscription)) else {
            return false;
        };
        release(self, id, ended.contacts);
        tell_subscription(self, id, subscription, EventType::Deleted);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::create_application;
    use crate::options::Options;
    use crate::protocol::Inputs;
    use crate::state::Identity;

    #[test]
    fn nobody_is_left_among_the_followers_of_an_address_that_is_followed_no_more() {
        let mut world = World::new(Options::new(1));
        let ada = Identity::User("ada@contoso.com".into());
        create_application(&mut world, &ada, &Inputs::default()).expect("an application");
        let application = world.applications.values_mut().next().expect("an application");
        let id = application.id;
        let subscription = Subscription { id: "1".into(), number: 1, expires: 0, contacts: BTreeSet::new() };
        application.subscriptions.insert("1".into(), subscription);
        follow(&mut world, id, "1", BTreeSet::from(["zoe@fabrikam.com".into()]));
        assert!(world.followers.contains_key("zoe@fabrikam.com"));
        world.end_subscription(id, "1");
        assert!(world.followers.is_empty());
    }
}
