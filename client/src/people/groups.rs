//! Groups of contacts.

use serde::{Deserialize, Serialize};
use ucwa::people::{Contact, ExpandDistributionGroup, Group2, GroupContacts, MyGroups2, MyGroups2Input};
use ucwa::{Conditions, Fetched, GenericError, Get, Link, Optional, PutRequest, Related, Representation, Resource};

use super::{ContactList, needs_revision};
use crate::error::{Capability, Error, Needed as _, Offered as _};

/// A group of the user's contacts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ContactGroup {
    /// What kind of group it is.
    pub kind: GroupKind,
    /// What the server calls it in requests; opaque.
    pub id: Option<String>,
    /// The name that is shown.
    pub name: Option<String>,
    /// The link to those who are in it. Distribution groups have none here; [`ContactList::members`] reads those of all groups.
    pub members: Option<Link<GroupContacts>>,
    /// The link to the group, if the user made it.
    pub link: Option<Link<Group2>>,
    /// The link to those who are in a distribution group.
    expansion: Option<Link<ExpandDistributionGroup>>,
}

/// What kind of group it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum GroupKind {
    /// The user made it, and may rename and delete it.
    Own,
    /// Contacts that were not put anywhere else.
    Default,
    /// Contacts that the user pinned.
    Pinned,
    /// Those who may make and take calls for the user.
    Delegates,
    /// Those for whom the user may make and take calls.
    Delegators,
    /// The user's manager, peers and reports.
    Organization,
    /// A distribution group of the directory.
    Distribution,
}

impl ContactList {
    /// All groups, with their names.
    ///
    /// # Errors
    ///
    /// Fails if the user has no contact list, and as [`Application::send`](crate::Application::send) does.
    pub async fn groups(&self) -> Result<Vec<ContactGroup>, Error> {
        let people = self.application.people().await.needed_for(Capability::ReadContacts)?;
        let link = people.my_groups().offered(Capability::ReadContacts)?.latest();
        let groups = self.application.send(link.get()).await.map_err(Error::into_general)?;
        let mut all = Vec::new();
        for group in self.read_all(groups.group()).await? {
            let (members, link) = (group.group_contacts().link(), group.self_link());
            let (id, name) = (group.id, group.name);
            all.push(ContactGroup { kind: GroupKind::Own, id, name, members, link, expansion: None });
        }
        for group in self.read_all(groups.distribution_group()).await? {
            let expansion = group.expand_distribution_group().link();
            let (id, name) = (group.id, group.name);
            all.push(ContactGroup { kind: GroupKind::Distribution, id, name, members: None, link: None, expansion });
        }
        all.extend(self.fixed(&groups).await?);
        Ok(all)
    }

    /// The groups of which there is one at most.
    async fn fixed(&self, groups: &MyGroups2) -> Result<Vec<ContactGroup>, Error> {
        let mut all = Vec::new();
        /// Takes over what all of them have.
        macro_rules! fixed {
            ($($relation:ident, $kind:ident;)+) => {$(
                if let Some(group) = self.read(groups.$relation()).await? {
                    let members = group.group_contacts().link();
                    let (id, name) = (group.id, group.name);
                    all.push(ContactGroup { kind: GroupKind::$kind, id, name, members, link: None, expansion: None });
                }
            )+};
        }
        fixed! {
            default_group, Default;
            pinned_group, Pinned;
            delegates_group, Delegates;
            delegators_group, Delegators;
            my_organization_group, Organization;
        }
        Ok(all)
    }

    /// What a relation leads to, if to anything.
    async fn read<T>(&self, related: Related<'_, T>) -> Result<Option<T>, Error>
    where
        T: Get<Response = Fetched<T>> + Representation<Representation = T> + Clone,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        let resource = self.application.read_one(related.embedded().cloned(), related.link()).await?;
        Ok(resource.map(Fetched::into_inner))
    }

    /// The group of a name, whatever the case of its letters; `None` if there is none.
    ///
    /// # Errors
    ///
    /// Fails as [`groups`](Self::groups) does.
    pub async fn group_named(&self, name: &str) -> Result<Option<ContactGroup>, Error> {
        let is_meant =
            |group: &ContactGroup| group.name.as_ref().is_some_and(|found| found.to_lowercase() == name.to_lowercase());
        Ok(self.groups().await?.into_iter().find(is_meant))
    }

    /// Those who are in a group. Groups within a distribution group are left out, with those who are in them alone.
    ///
    /// # Errors
    ///
    /// Fails with the subcode `TooManyContacts` if a distribution group is too large to be listed, and as
    /// [`Application::send`](crate::Application::send) does.
    pub async fn members(&self, group: &ContactGroup) -> Result<Vec<Contact>, Error> {
        if let Some(link) = &group.expansion {
            let expanded = self.application.send(link.get()).await.map_err(Error::into_general)?;
            return self.read_all(expanded.contact()).await;
        }
        let rel = if group.kind == GroupKind::Distribution { "expandDistributionGroup" } else { "groupContacts" };
        let link = group.members.as_ref().ok_or_else(|| Capability::ReadContacts.missing(rel))?;
        let members = self.application.send(link.get()).await.map_err(Error::into_general)?;
        self.read_all(members.contact()).await
    }

    /// Creates a group with a name of at most 256 characters. It is among the [`groups`](Self::groups) from then on.
    ///
    /// # Errors
    ///
    /// Fails with the subcode `AlreadyExists` if there is a group of that name, with `TooManyGroups` if there are as many as the server allows,
    /// and as [`Application::send`](crate::Application::send) does.
    pub async fn create_group(&self, name: &str) -> Result<(), Error> {
        let people = self.application.people().await.needed_for(Capability::ChangeContacts)?;
        let link = people.my_groups().offered(Capability::ChangeContacts)?.cast::<MyGroups2>();
        let result = self.application.send(link.post_with(MyGroups2Input::new(name))).await;
        result.map_err(Error::into_general).map_err(needs_revision(Capability::ChangeContacts, "myGroups"))
    }

    /// Renames a group that the user made. Where it is changed elsewhere at the same time, this is repeated.
    ///
    /// # Errors
    ///
    /// Fails if it is no group of the user's own, and as [`Client::update`](crate::Client::update) does.
    pub async fn rename_group(&self, group: &ContactGroup, name: &str) -> Result<(), Error> {
        let link = own(group)?;
        let update = self.application.client().update(link, |group| group.name = Some(name.to_owned()));
        let result = self.application.while_open::<PutRequest<Group2>, _, _>(update).await;
        result.map(drop).map_err(needs_revision(Capability::ChangeContacts, "group"))
    }

    /// Deletes a group that the user made. One that is gone is no error.
    ///
    /// # Errors
    ///
    /// Fails if it is no group of the user's own, and as [`Application::send`](crate::Application::send) does.
    pub async fn delete_group(&self, group: &ContactGroup) -> Result<(), Error> {
        let result = self.application.send(own(group)?.delete()).await.map_err(Error::into_general);
        match result.map_err(needs_revision(Capability::ChangeContacts, "group")) {
            Err(error) if error.is_deleted_already() => Ok(()),
            result => result,
        }
    }
}

fn own(group: &ContactGroup) -> Result<&Link<Group2>, Error> {
    group.link.as_ref().ok_or_else(|| Capability::ChangeContacts.missing("group"))
}
