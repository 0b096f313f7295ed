//! Links as what requests are made from.

use crate::http::bare::{DeleteRequest, OptionsRequest};
use crate::http::get::GetRequest;
use crate::http::input::{OptionalInput, OptionalQuery};
use crate::http::methods::{Delete, FetchFirst, Get, Options, Post, Put, Revised};
use crate::http::post::PostRequest;
use crate::model::{Link, LinkDetail, Resource};

impl<T: Resource> Link<T> {
    /// Reads the resource.
    pub fn get(&self) -> GetRequest<T>
    where
        T: Get,
        T::Query: OptionalQuery,
    {
        GetRequest::new(self, T::Query::default())
    }

    /// Reads the resource, with parameters.
    pub fn get_with(&self, query: T::Query) -> GetRequest<T>
    where
        T: Get,
    {
        GetRequest::new(self, query)
    }

    /// Executes the operation that the resource stands for, such as creating or sending something.
    pub fn post(&self) -> PostRequest<T>
    where
        T: Post,
        T::Input: OptionalInput,
    {
        PostRequest::new(self, T::Input::default())
    }

    /// Executes the operation that the resource stands for, such as creating or sending something, with parameters.
    pub fn post_with(&self, input: T::Input) -> PostRequest<T>
    where
        T: Post,
    {
        PostRequest::new(self, input)
    }

    /// Cannot be called: a PUT needs the response to a GET. Call [`get`](Self::get), change the
    /// [`Fetched`](crate::Fetched) resource that comes back, and call [`put`](crate::Fetched::put) on that.
    #[doc(hidden)]
    pub fn put(&self)
    where
        T: Put + FetchFirst,
    {
    }

    /// Removes the resource.
    pub fn delete(&self) -> DeleteRequest<T>
    where
        T: Delete,
    {
        DeleteRequest::new(self)
    }

    /// Asks which methods the resource supports, and with which parameters.
    pub fn options(&self) -> OptionsRequest<T>
    where
        T: Options,
    {
        OptionsRequest::new(self)
    }

    /// The link as one to the next revision of the resource, where the server says that it has it.
    // The revision is a parameter so that the compiler names what is missing and not only that something is.
    pub fn later<L: Resource>(&self) -> Option<Link<L>>
    where
        T: Revised<Later = L>,
    {
        self.revision().filter(|revision| *revision >= L::DESCRIPTION.revision)?;
        Some(self.clone().cast())
    }

    /// The link as one to the latest revision of the resource. Requests ask for the latest revision that the server announces,
    /// or for the first where it announces none, so that they reach servers of any age.
    ///
    /// What comes back is of the type of the latest revision, which holds what earlier ones hold; properties that only later
    /// ones have are then not there, and [`Fetched::revision`](crate::Fetched::revision) says which revision was served. A
    /// server that announces more than it can serve answers with an error for which
    /// [`is_revision_not_supported`](crate::OperationError::is_revision_not_supported) is true.
    pub fn latest<L: Resource>(&self) -> Link<L>
    where
        T: Revised<Latest = L>,
    {
        let announced = self.revision().unwrap_or(1).to_string();
        Link::from_parts(self.data().clone().with(LinkDetail::Revision, announced), self.base().cloned())
    }
}
