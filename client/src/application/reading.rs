//! Reading what a response holds, or only links to.

use ucwa::{Conditions, Fetched, GenericError, Get, Link, Optional, RelatedList, Representation};

use super::Application;
use crate::error::Error;
use crate::session::Client;

impl Application {
    /// What a relation leads to, read where the server only linked it. What is gone by then is left out.
    pub(crate) async fn read_all<T>(&self, list: RelatedList<'_, T>) -> Result<Vec<Fetched<T>>, Error>
    where
        T: Get<Response = Fetched<T>> + Representation<Representation = T> + Clone,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        let mut all = Vec::with_capacity(list.len());
        for target in list.targets() {
            all.extend(self.read_one(target.embedded.cloned(), target.link).await?);
        }
        Ok(all)
    }

    /// One of these; `None` if it is gone, or neither embedded nor linked.
    pub(crate) async fn read_one<T>(
        &self,
        embedded: Option<T>,
        link: Option<Link<T>>,
    ) -> Result<Option<Fetched<T>>, Error>
    where
        T: Get<Response = Fetched<T>> + Representation<Representation = T>,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        match (embedded, link) {
            (Some(resource), _) => Ok(Some(Fetched::from_embedded(resource))),
            (None, Some(link)) => self.send_unless_gone(link.get()).await,
            (None, None) => Ok(None),
        }
    }
}

impl Client {
    /// What was created, read where the response did not bring it whole.
    pub(crate) async fn read_created<T>(&self, created: Fetched<T>) -> Result<Fetched<T>, Error>
    where
        T: Get<Response = Fetched<T>> + Representation<Representation = T>,
        T::Query: Optional,
        T::Error: Conditions<Generic = GenericError>,
    {
        match (created.unread(), created.link()) {
            (Some(_), Some(link)) => self.send(link.get()).await.map_err(Error::into_general),
            _ => Ok(created),
        }
    }
}
