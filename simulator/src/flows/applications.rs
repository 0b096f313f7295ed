//! Applications: how they come and go.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::address::Item;
use crate::channel::Channel;
use crate::protocol::{Failure, Inputs, Reply};
use crate::state::{Application, ApplicationId, Identity, Timer, World};
use crate::views::render;

/// Creates an application, or gives the one that the endpoint has already.
pub(crate) fn create_application(world: &mut World, identity: &Identity, inputs: &Inputs) -> Result<Reply, Failure> {
    let endpoint = inputs.string("endpointId");
    let of_user = world.applications_of.get(identity.address()).cloned().unwrap_or_default();
    let is_same = |id: &&ApplicationId| {
        !endpoint.is_empty() && world.applications.get(id).is_some_and(|found| found.endpoint_id == endpoint)
    };
    let (status, id) = match of_user.iter().find(is_same) {
        Some(id) => (200, *id),
        None if of_user.len() >= world.options.limits.applications_per_user => {
            let failure = Failure::new(410, "Gone", Some("TooManyApplications"));
            return Err(failure.saying("The user has too many applications."));
        }
        None => (201, add(world, identity, inputs)),
    };
    let now = world.now;
    if let Some(found) = world.applications.get_mut(&id) {
        found.last_request = now;
    }
    let application = world.applications.get(&id).ok_or_else(Failure::application_not_found)?;
    let resource = render(world, application, &Item::application().ok_or_else(Failure::not_found)?)?;
    let location = Some(application.href());
    Ok(Reply::Resource { status, resource: Box::new(resource), location })
}

fn add(world: &mut World, identity: &Identity, inputs: &Inputs) -> ApplicationId {
    let mut id = world.random.number();
    while world.applications.contains_key(&id) {
        id = world.random.number();
    }
    let application = Application {
        id,
        identity: identity.clone(),
        user_agent: inputs.string("userAgent"),
        culture: inputs.string("culture"),
        endpoint_id: inputs.string("endpointId"),
        instance_id: inputs.string("instanceId"),
        kind: inputs.text("type").unwrap_or("Browser").to_owned(),
        guest_name: None,
        last_request: world.now,
        last_activity: world.now,
        available: None,
        channel: Channel::new(world.now),
        subscriptions: BTreeMap::new(),
        contacts_subscription: None,
    };
    world.applications.insert(id, application);
    world.applications_of.entry(identity.address().to_owned()).or_default().insert(id);
    if let Identity::User(address) = identity {
        world.assign_meeting(address);
    }
    world.schedule(world.options.limits.application_lifetime, Timer::Application(id));
    world.schedule(world.options.limits.channel_lifetime, Timer::Channel(id));
    id
}

impl World {
    /// Ends an application and all that lives with it.
    pub(crate) fn end_application(&mut self, id: ApplicationId) {
        self.end_transient(id);
        let Some(mut application) = self.applications.remove(&id) else { return };
        application.channel.close();
        let address = application.identity.address();
        if let Entry::Occupied(mut ids) = self.applications_of.entry(address.to_owned()) {
            ids.get_mut().remove(&id);
            if ids.get().is_empty() {
                ids.remove();
            }
        }
        self.refresh_presence(address);
        self.written.retain(|(owner, _), _| *owner != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn nothing_is_left_of_a_guest_who_has_gone() {
        let mut world = World::new(Options::new(1));
        let address = "guest@anonymous.contoso.com".to_owned();
        let guest = Identity::Anonymous { address, conference: "X7".into() };
        create_application(&mut world, &guest, &Inputs::default()).expect("an application");
        let id = *world.applications.keys().next().expect("an application");
        world.end_application(id);
        assert!(world.applications_of.is_empty());
    }
}
