//! Links as what requests are made from.

use crate::http::bare::{DeleteRequest, OptionsRequest};
use crate::http::get::GetRequest;
use crate::http::input::{OptionalInput, OptionalQuery};
use crate::http::methods::{Delete, FetchFirst, Get, Options, Post, Put, Revised};
use crate::http::post::PostRequest;
use crate::model::{Link, Resource};

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

    /// Does what the resource is for.
    pub fn post(&self) -> PostRequest<T>
    where
        T: Post,
        T::Input: OptionalInput,
    {
        PostRequest::new(self, T::Input::default())
    }

    /// Does what the resource is for, with parameters.
    pub fn post_with(&self, input: T::Input) -> PostRequest<T>
    where
        T: Post,
    {
        PostRequest::new(self, input)
    }

    /// Cannot be called: a PUT needs what a GET brought. Call [`get`](Self::get), change the [`Fetched`](crate::Fetched)
    /// resource that comes back, and call [`put`](crate::Fetched::put) on that.
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

    /// Asks which methods the resource takes, and with which parameters.
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
}
