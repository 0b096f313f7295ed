//! Reading what a relation leads to, whether the server linked or embedded it.

use std::future::Future;

use ucwa::{Fetched, Get, Optional, Related, Resource};

use crate::error::Error;
use crate::session::Client;

/// Reads what a relation leads to: `application.people().fetch(&client)`.
pub trait Fetch<T: Get> {
    /// Returns the resource that the server embedded. Where it only linked it, reads it by that link.
    ///
    /// # Errors
    ///
    /// Fails if the server sent neither, or if the resource cannot be read.
    fn fetch(self, client: &Client) -> impl Future<Output = Result<Fetched<T>, Error<T::Error>>> + Send;
}

impl<T> Fetch<T> for Related<'_, T>
where
    T: Get<Response = Fetched<T>> + Resource<Representation = T> + Clone,
    T::Query: Optional,
{
    async fn fetch(self, client: &Client) -> Result<Fetched<T>, Error<T::Error>> {
        match self.embedded() {
            Some(resource) => Ok(Fetched::from_embedded(resource.clone())),
            None => client.send(self.required()?.get()).await,
        }
    }
}
