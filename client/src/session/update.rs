//! Changing a resource that others may change at the same time.

use tokio::time::sleep;
use ucwa::{Conditions, Fetched, GenericError, Get, Link, Optional, Put, Resource, Updated};

use crate::error::Error;
use crate::session::Client;

/// How many times a resource is read, changed and written at most. Of all who write at the same time, one succeeds each time.
const ROUNDS: u32 = 10;

impl Client {
    /// Reads a resource, changes it, and writes it back. Where somebody else has changed it meanwhile (412), this is repeated up to nine
    /// times: at once, then after the random delays of the [`RetryPolicy`](crate::RetryPolicy). Its limit on attempts is for each
    /// request by itself. `change` is called with each version that was read.
    ///
    /// Where the response to the PUT was lost, that may be one with the change in it: a change that adds something has to look whether
    /// it is there.
    ///
    /// # Errors
    ///
    /// Fails if the resource cannot be read or replaced, and with 412 where somebody else was faster ten times.
    pub async fn update<T>(&self, link: &Link<T>, mut change: impl FnMut(&mut T) + Send) -> Result<Updated<T>, Error>
    where
        T: Get<Response = Fetched<T>> + Put + Resource<Representation = T>,
        T::Query: Optional,
        <T as Get>::Error: Conditions<Generic = GenericError>,
        <T as Put>::Error: Conditions<Generic = GenericError>,
    {
        let mut round = 1;
        loop {
            let mut resource = self.send(link.get()).await.map_err(Error::into_general)?;
            #[cfg(ucwa_planted)]
            if round > 1 && crate::planted::Planted::ForgottenChange.is_made() {
                return self.send(resource.put()?).await.map_err(Error::into_general);
            }
            change(&mut resource);
            match self.send(resource.put()?).await {
                Err(error) if error.is_precondition_failed() && round < ROUNDS => {
                    if round > 1 {
                        sleep(self.backoff(round - 1)).await;
                    }
                    round += 1;
                }
                result => return result.map_err(Error::into_general),
            }
        }
    }
}
