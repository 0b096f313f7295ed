//! Who is in which group.

use std::collections::BTreeSet;

use ucwa::Link;
use ucwa::people::{
    Contact, MyGroupMembership2, MyGroupMemberships2, MyGroupMemberships2Input, MyGroupMemberships2Query,
    RemoveContactFromAllGroups2, RemoveContactFromAllGroups2Input,
};
use ucwa::{Fetched, Object as _, Resource as _};

use super::{ContactGroup, ContactList, GroupKind, needs_revision};
use crate::address::ContactAddress;
use crate::error::{Capability, Error, Needed as _, Offered as _};
use crate::request::Safety;

/// The relation by which a server that has it removes a contact at once.
const REMOVE_FROM_ALL: &str = "removeContactFromAllGroups";

impl ContactList {
    /// Adds somebody to a group, and so to the list; without a group, to the one for contacts that were not put anywhere. Who is there
    /// already stays there.
    ///
    /// # Errors
    ///
    /// Fails with the subcode `LimitExceeded` if the list is full, with `OperationNotSupported` if the group takes nobody, if the server did
    /// not say the group's id, and as [`Application::send`](crate::Application::send) does.
    pub async fn add(&self, who: impl Into<ContactAddress>, group: Option<&ContactGroup>) -> Result<(), Error> {
        let link = self.memberships_link().await?;
        let mut input = MyGroupMemberships2Input::new(who.into().to_uri());
        input.group_id = group.map(id).transpose()?.map(str::to_owned);
        match self.application.send(link.post_with(input)).await.map_err(Error::into_general) {
            Err(error) if error.subcode() == Some("AlreadyExists") => Ok(()),
            result => result.map(drop).map_err(needs_revision(Capability::ChangeContacts, "myGroupMemberships")),
        }
    }

    /// Moves somebody from one group to another. If it fails in between, they are in both. Who is moved to the group that they are in stays
    /// there.
    ///
    /// # Errors
    ///
    /// Fails as [`add`](Self::add) and [`remove_from_group`](Self::remove_from_group) do.
    pub async fn move_to(
        &self,
        who: impl Into<ContactAddress>,
        from: &ContactGroup,
        to: &ContactGroup,
    ) -> Result<(), Error> {
        let who = who.into();
        self.add(&who, Some(to)).await?;
        if id(from)? == id(to)? {
            // They are where they were.
            return Ok(());
        }
        self.remove_from_group(&who, from).await
    }

    /// Takes somebody out of a group. Who is in no other group leaves the list. Who is not in it is no error.
    ///
    /// # Errors
    ///
    /// Fails if it is not for the user to say who is in the group, as in one of the directory, if the server did not say the group's id, and
    /// as [`Application::send`](crate::Application::send) does.
    pub async fn remove_from_group(&self, who: impl Into<ContactAddress>, group: &ContactGroup) -> Result<(), Error> {
        // Without an id, all groups would be meant.
        let id = id(group)?;
        let places = match self.members(group).await {
            // The group is gone, and with it whoever was in it.
            Err(error) if error.is_deleted_already() => return Ok(()),
            members => places_of(&who.into(), &members?),
        };
        if places.is_empty() {
            return Ok(());
        }
        let mut query = MyGroupMemberships2Query::new();
        query.group_id = Some(id.to_owned());
        let memberships = self.memberships(query).await?;
        let count = self.remove_memberships(&places, &memberships, Some(id)).await?;
        // Where there is no membership of a group that has them, somebody else has just removed it.
        let has_memberships =
            matches!(group.kind, GroupKind::Own | GroupKind::Default | GroupKind::Pinned | GroupKind::Delegates);
        if count == 0 && !has_memberships {
            return Err(Capability::ChangeContacts.missing("myGroupMembership"));
        }
        Ok(())
    }

    /// Takes somebody off the list. Who is not on it is no error.
    ///
    /// # Errors
    ///
    /// Fails as [`Application::send`](crate::Application::send) does.
    pub async fn remove(&self, who: impl Into<ContactAddress>) -> Result<(), Error> {
        let who = who.into();
        let memberships = self.memberships(MyGroupMemberships2Query::new()).await?;
        // The reference does not say where this link is. Where the server sends it, it takes one request.
        let at_once = memberships.envelope().one::<RemoveContactFromAllGroups2>(REMOVE_FROM_ALL).link();
        let Some(link) = at_once else {
            let places = places_of(&who, &self.contacts().await?);
            return self.remove_memberships(&places, &memberships, None).await.map(drop);
        };
        let post = link.post_with(RemoveContactFromAllGroups2Input::new(who.to_uri()));
        self.application.send_safely(post, Safety::Idempotent).await.map_err(Error::into_general)
    }

    async fn memberships_link(&self) -> Result<Link<MyGroupMemberships2>, Error> {
        let people = self.application.people().await.needed_for(Capability::ChangeContacts)?;
        Ok(people.my_group_memberships().offered(Capability::ChangeContacts)?.cast())
    }

    async fn memberships(&self, query: MyGroupMemberships2Query) -> Result<Fetched<MyGroupMemberships2>, Error> {
        let link = self.memberships_link().await?;
        let result = self.application.send(link.get_with(query)).await.map_err(Error::into_general);
        result.map_err(needs_revision(Capability::ChangeContacts, "myGroupMemberships"))
    }

    /// Deletes those of the memberships that are somebody's, who is found at these places, in one group or in all. Returns how many there
    /// were.
    async fn remove_memberships(
        &self,
        places: &BTreeSet<String>,
        memberships: &MyGroupMemberships2,
        group: Option<&str>,
    ) -> Result<usize, Error> {
        let mut count = 0;
        let groups = match group {
            Some(id) => Some(self.places_of_group(id).await?),
            None => None,
        };
        for membership in self.read_all(memberships.my_group_membership()).await? {
            let is_theirs = place(membership.contact().link()).is_some_and(|place| places.contains(&place));
            // Some servers give all memberships, whichever group they are asked for.
            let is_in_group = groups.as_ref().is_none_or(|places| is_of(&membership, places));
            let own = membership.self_link().filter(|_| is_theirs && is_in_group);
            if let Some(own) = own {
                count += 1;
                self.application.send_unless_gone(own.delete()).await?;
                #[cfg(ucwa_planted)]
                if crate::planted::Planted::KeptMember.is_made() {
                    return Ok(count);
                }
            }
        }
        Ok(count)
    }

    /// The addresses of a group's links.
    async fn places_of_group(&self, id: &str) -> Result<BTreeSet<String>, Error> {
        let people = self.application.people().await.needed_for(Capability::ReadContacts)?;
        let link = people.my_groups().offered(Capability::ReadContacts)?.latest();
        let groups = self.application.send(link.get()).await.map_err(Error::into_general)?;
        let mut places = BTreeSet::new();
        for group in self.read_all(groups.group()).await? {
            if group.id.as_deref() == Some(id) {
                places.extend(place(group.self_link()));
            }
        }
        /// Those of which there is one at most.
        macro_rules! fixed {
            ($($relation:ident)+) => {$(
                let link = groups.$relation().link();
                if let Some(link) = link {
                    let group = self.application.send_unless_gone(link.get()).await?;
                    if group.is_some_and(|group| group.id.as_deref() == Some(id)) {
                        places.extend(place(Some(link)));
                    }
                }
            )+};
        }
        fixed! { default_group pinned_group delegates_group }
        Ok(places)
    }
}

/// What the server calls a group in requests.
fn id(group: &ContactGroup) -> Result<&str, Error> {
    group.id.as_deref().ok_or_else(|| Capability::ChangeContacts.missing("id"))
}

/// The addresses of the links to somebody, as contacts have them.
fn places_of(who: &ContactAddress, contacts: &[Contact]) -> BTreeSet<String> {
    let theirs = contacts.iter().filter(|contact| ContactAddress::of(contact).as_ref() == Some(who));
    theirs.filter_map(|contact| place(contact.self_link())).collect()
}

/// Where a link leads, for comparison.
fn place<T>(link: Option<Link<T>>) -> Option<String> {
    link?.address().ok()
}

/// Whether a membership is one of a group that has one of the addresses.
fn is_of(membership: &MyGroupMembership2, places: &BTreeSet<String>) -> bool {
    let links = [
        place(membership.group().link()),
        place(membership.default_group().link()),
        place(membership.pinned_group().link()),
        place(membership.delegates_group().link()),
    ];
    links.into_iter().flatten().any(|place| places.contains(&place))
}
