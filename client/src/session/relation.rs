//! Reading what a relation leads to, whether the server linked or embedded it.

use std::future::Future;

use ucwa::{Fetched, Get, Link, LinkDetail, Optional, Related, Representation, Revised};

use crate::error::{Error, RefusedError};
use crate::session::Client;

/// Reads what a relation leads to: `application.people().fetch(&client)`.
///
/// It is for resources. What is no resource, such as a photo, is read by its link, and comes as bytes with their media type:
/// `client.send(contact.contact_photo().required()?.get())`.
pub trait Fetch<T: Get> {
    /// Returns the resource that the server embedded. Where it only linked it, reads it by that link.
    ///
    /// # Errors
    ///
    /// Fails if the server sent neither, or if the resource cannot be read.
    fn fetch(self, client: &Client) -> impl Future<Output = Result<Fetched<T>, Error<T::Error>>> + Send;
}

/// Reads the latest revision of what a relation leads to, as far as the server has it.
pub trait FetchLatest<L: Get> {
    /// Reads the resource by its link, in the latest revision that the server announces. Properties that only later revisions have are
    /// not there; [`Fetched::revision`] says which one came. Where the server does not have what it announces, reads the first
    /// revision.
    ///
    /// # Errors
    ///
    /// Fails if the server sent no link, or if the resource cannot be read.
    fn fetch_latest(self, client: &Client) -> impl Future<Output = Result<Fetched<L>, Error<L::Error>>> + Send;
}

impl<T, L> FetchLatest<L> for Related<'_, T>
where
    T: Revised<Latest = L>,
    L: Get<Response = Fetched<L>> + Representation,
    L::Query: Optional,
{
    async fn fetch_latest(self, client: &Client) -> Result<Fetched<L>, Error<L::Error>> {
        let link: Link<L> = self.required()?.latest();
        match client.send(link.get()).await {
            Err(error) if error.is_revision_not_supported() => {
                let mut first = Link::<L>::from(link.data().clone().with(LinkDetail::Revision, "1"));
                first = first.based_on(link.url().map_err(RefusedError::from)?);
                client.send(first.get()).await
            }
            result => result,
        }
    }
}

impl<T> Fetch<T> for Related<'_, T>
where
    T: Get<Response = Fetched<T>> + Representation<Representation = T> + Clone,
    T::Query: Optional,
{
    async fn fetch(self, client: &Client) -> Result<Fetched<T>, Error<T::Error>> {
        match self.embedded() {
            Some(resource) => Ok(Fetched::from_embedded(resource.clone())),
            None => client.send(self.required()?.get()).await,
        }
    }
}
