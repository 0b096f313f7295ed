//! The user's contacts and groups, search, and privacy relationships.
//!
//! ```no_run
//! use ucwa_client::{Application, Error};
//!
//! # async fn program(application: Application) -> Result<(), Error> {
//! let list = application.contact_list();
//! list.create_group("Friends").await?;
//! let friends = list.group_named("Friends").await?.expect("it was just created");
//! list.add("ben@contoso.com", Some(&friends)).await?;
//! for contact in list.contacts().await? {
//!     println!("{:?}", contact.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`ContactList::follow`] tells when the list has changed, here or elsewhere.

mod following;
mod groups;
mod membership;
mod privacy;

use ucwa::people::{Contact, DistributionGroup, SearchQuery};
use ucwa::{Conditions, Fetched, GenericError, Get, Optional, RelatedList, Representation};

pub use self::following::ContactListChanges;
pub use self::groups::{ContactGroup, GroupKind};

use crate::address::ContactAddress;
use crate::application::Application;
use crate::error::{Capability, Error, Needed as _, Offered as _};

/// The user's contacts and groups.
#[derive(Debug, Clone)]
pub struct ContactList {
    application: Application,
}

/// What a search found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found {
    /// People.
    pub contacts: Vec<Contact>,
    /// Distribution groups.
    pub groups: Vec<DistributionGroup>,
    /// Whether there are more than were asked for.
    pub has_more: bool,
}

impl Application {
    /// The user's contacts and groups.
    pub fn contact_list(&self) -> ContactList {
        ContactList { application: self.clone() }
    }
}

impl ContactList {
    /// The contacts on the list.
    ///
    /// # Errors
    ///
    /// Fails if the user has no contact list, and as [`Application::send`] does.
    pub async fn contacts(&self) -> Result<Vec<Contact>, Error> {
        let people = self.application.people().await.needed_for(Capability::ReadContacts)?;
        let link = people.my_contacts().offered(Capability::ReadContacts)?;
        let contacts = self.application.send(link.get()).await.map_err(Error::into_general)?;
        self.read_all(contacts.contact()).await
    }

    /// Searches contacts and directory by a name or a part of it, an email address, a URI or a phone number, of at most 256
    /// characters. `limit` is how many to return at most, from 1 to 100.
    ///
    /// # Errors
    ///
    /// Fails if the user may not search, if a parameter exceeds its limit, and as [`Application::send`] does.
    pub async fn search(&self, query: &str, limit: i32) -> Result<Found, Error> {
        let people = self.application.people().await.needed_for(Capability::Search)?;
        let link = people.search().offered(Capability::Search)?;
        let mut parameters = SearchQuery::new(query);
        parameters.limit = Some(limit);
        let found = self.application.send(link.get_with(parameters)).await.map_err(Error::into_general)?;
        Ok(Found {
            contacts: self.read_all(found.contact()).await?,
            groups: self.read_all(found.distribution_group()).await?,
            has_more: found.more_results_available.unwrap_or_default(),
        })
    }

    /// Finds a person by their address, on the list or in the directory; `None` if there is nobody.
    ///
    /// # Errors
    ///
    /// Fails as [`search`](Self::search) does.
    pub async fn find(&self, address: impl Into<ContactAddress>) -> Result<Option<Contact>, Error> {
        let address = address.into();
        let is_meant = |contact: &Contact| ContactAddress::of(contact).as_ref() == Some(&address);
        let listed = match self.contacts().await {
            // Somebody without a contact list may search all the same.
            Err(error) if error.missing_capability() == Some(Capability::ReadContacts) => None,
            contacts => contacts?.into_iter().find(is_meant),
        };
        if listed.is_some() {
            return Ok(listed);
        }
        Ok(self.search(address.as_str(), 10).await?.contacts.into_iter().find(is_meant))
    }

    /// What a relation leads to.
    async fn read_all<T>(&self, list: RelatedList<'_, T>) -> Result<Vec<T>, Error>
    where
        T: Get<Response = Fetched<T>> + Representation<Representation = T> + Clone,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        let all = self.application.read_all(list).await?;
        Ok(all.into_iter().map(Fetched::into_inner).collect())
    }
}

/// Says what is missing where the server is too old for a revision.
fn needs_revision(capability: Capability, rel: &'static str) -> impl Fn(Error) -> Error {
    move |error| {
        let is_too_old = error.subcode() == Some("APIVersionNotSupported");
        if is_too_old { capability.missing(rel) } else { error }
    }
}
