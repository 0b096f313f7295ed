//! Changing a resource that others may change at the same time.

use ucwa::{Conditions, Fetched, GenericError, Get, Link, Optional, Put, Resource, Updated};

use crate::error::Error;
use crate::session::Client;

impl Client {
    /// Reads a resource, changes it, and writes it back. Where somebody else has changed it meanwhile (412), this is repeated, as often
    /// as the [`RetryPolicy`](crate::RetryPolicy) has attempts; `change` is called with each version that was read.
    ///
    /// Where the response to the PUT was lost, that may be one with the change in it: a change that adds something has to look whether
    /// it is there.
    ///
    /// # Errors
    ///
    /// Fails if the resource cannot be read or replaced, and with 412 where somebody else was faster each time.
    pub async fn update<T>(&self, link: &Link<T>, mut change: impl FnMut(&mut T) + Send) -> Result<Updated<T>, Error>
    where
        T: Get<Response = Fetched<T>> + Put + Resource<Representation = T>,
        T::Query: Optional,
        <T as Get>::Error: Conditions<Generic = GenericError>,
        <T as Put>::Error: Conditions<Generic = GenericError>,
    {
        let mut attempts = 1;
        loop {
            let mut resource = self.send(link.get()).await.map_err(Error::into_general)?;
            #[cfg(ucwa_planted)]
            if attempts > 1 && crate::planted::Planted::ForgottenChange.is_made() {
                return self.send(resource.put()?).await.map_err(Error::into_general);
            }
            change(&mut resource);
            match self.send(resource.put()?).await {
                Err(error) if error.is_precondition_failed() && attempts < self.settings().retry.attempts => {
                    attempts += 1;
                }
                result => return result.map_err(Error::into_general),
            }
        }
    }
}
