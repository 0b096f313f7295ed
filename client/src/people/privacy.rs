//! How much of the user a contact may see.

use std::collections::BTreeMap;

use ucwa::enumerations::PrivacyRelationshipLevel;
use ucwa::people::{Contact, ContactPrivacyRelationship2};
use ucwa::{Link, PutRequest};

use super::{ContactList, needs_revision};
use crate::error::{Capability, Error, Needed as _, Offered as _};
use crate::request::Safety;

impl ContactList {
    /// How much of the user a contact may see.
    ///
    /// # Errors
    ///
    /// Fails if the user may not see it, and as [`Application::send`](crate::Application::send) does.
    pub async fn privacy(&self, contact: &Contact) -> Result<Option<PrivacyRelationshipLevel>, Error> {
        let link = contact.contact_privacy_relationship().offered(Capability::PrivacyRelationships)?.latest();
        let relationship = self.application.send(link.get()).await.map_err(Error::into_general)?;
        Ok(relationship.into_inner().relationship_level)
    }

    /// Sets how much of the user a contact may see. Where it is changed elsewhere at the same time, this is repeated.
    ///
    /// # Errors
    ///
    /// Fails if the user may not change it, and as [`Client::update`](crate::Client::update) does.
    pub async fn set_privacy(&self, contact: &Contact, level: PrivacyRelationshipLevel) -> Result<(), Error> {
        let link = relationship(contact)?;
        let set = |relationship: &mut ContactPrivacyRelationship2| {
            relationship.relationship_level = Some(level.clone());
        };
        let update = self.application.client().update(&link, set);
        let result = self.application.while_open::<PutRequest<ContactPrivacyRelationship2>, _, _>(update).await;
        result.map(drop).map_err(needs_revision(Capability::PrivacyRelationships, "contactPrivacyRelationship"))
    }

    /// Leaves it to the server again how much of the user a contact may see.
    ///
    /// # Errors
    ///
    /// Fails if the user may not change it, and as [`Application::send`](crate::Application::send) does.
    pub async fn reset_privacy(&self, contact: &Contact) -> Result<(), Error> {
        let result = self.application.send(relationship(contact)?.get()).await.map_err(Error::into_general);
        let relationship =
            result.map_err(needs_revision(Capability::PrivacyRelationships, "contactPrivacyRelationship"))?;
        let reset = relationship.reset_contact_privacy_relationship().offered(Capability::PrivacyRelationships)?;
        self.application.send_safely(reset.post(), Safety::Idempotent).await.map_err(Error::into_general)
    }

    /// The contacts for whom the user chose a level, by level.
    ///
    /// # Errors
    ///
    /// Fails if the user may not see it, and as [`Application::send`](crate::Application::send) does.
    pub async fn privacy_levels(&self) -> Result<BTreeMap<PrivacyRelationshipLevel, Vec<Link<Contact>>>, Error> {
        let people = self.application.people().await.needed_for(Capability::PrivacyRelationships)?;
        let link = people.my_privacy_relationships().offered(Capability::PrivacyRelationships)?;
        let relationships = self.application.send(link.get()).await.map_err(Error::into_general)?;
        let mut levels: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for relationship in self.read_all(relationships.my_privacy_relationship()).await? {
            let Some(level) = relationship.relationship_level.clone() else { continue };
            levels.entry(level).or_default().extend(relationship.contact().links());
        }
        Ok(levels)
    }
}

fn relationship(contact: &Contact) -> Result<Link<ContactPrivacyRelationship2>, Error> {
    Ok(contact.contact_privacy_relationship().offered(Capability::PrivacyRelationships)?.cast())
}
