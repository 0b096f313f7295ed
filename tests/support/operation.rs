//! Every operation behind one type, so that a test can go through all of them.

use http::{Request, Response};
use ucwa::{
    Delete, Document, Fetched, Format, Get, Input, Limits, Link, OperationError, OperationRequest, Options, Post, Put,
    RequestError,
};
use ucwa_runtime::{Condition, Conditions, Object};
use ucwa_schema::Method;

/// What a sample says of a request.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The address.
    pub url: String,
    /// The media type of the body.
    pub media_type: String,
    /// The body.
    pub body: String,
    /// The ETag that the request carries.
    pub etag: Option<String>,
    /// What a GET of the resource answers, which is what a PUT changes.
    pub current: Option<Response<Vec<u8>>>,
}

/// What is seen of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The variant of the documented error.
    pub documented: Option<String>,
    /// The row that the variant stands for.
    pub row: Option<Condition>,
    /// The variant of the generic error.
    pub generic: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The subcode.
    pub subcode: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// The status.
    pub status: u16,
    /// The error in one line.
    pub line: String,
}

type Ask = fn(&Asked, Format) -> Result<Request<Vec<u8>>, String>;
type Read = fn(&str, Response<Vec<u8>>) -> Result<String, Box<Failure>>;

/// An operation of the reference.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The name of the resource in the reference.
    pub resource: &'static str,
    /// The verb.
    pub method: Method,
    /// Makes the request that a sample shows.
    pub ask: Ask,
    /// Reads an answer to a request at an address; what comes is shown as `Debug` has it.
    pub read: Read,
}

/// Every operation of the reference.
pub fn operations() -> Vec<Operation> {
    include!(concat!(env!("OUT_DIR"), "/operations.rs"))
}

fn request(request: Result<Request<Vec<u8>>, RequestError>) -> Result<Request<Vec<u8>>, String> {
    request.map_err(|error| error.to_string())
}

fn answer<A: std::fmt::Debug, C: Conditions>(answer: Result<A, OperationError<C>>) -> Result<String, Box<Failure>> {
    answer.map(|answer| format!("{answer:?}")).map_err(|error| {
        let documented = error.documented();
        let row = documented.and_then(|found| C::TABLE.iter().find(|(error, _)| *error == found));
        Box::new(Failure {
            documented: documented.map(|found| format!("{found:?}")),
            row: row.map(|(_, condition)| *condition),
            generic: error.generic().map(|found| format!("{found:?}")),
            code: error.code().map(str::to_owned),
            subcode: error.subcode().map(str::to_owned),
            message: error.message().map(str::to_owned),
            status: error.status().as_u16(),
            line: error.to_string(),
        })
    })
}

impl Operation {
    fn get<T: Get<Response: std::fmt::Debug>>() -> Self {
        Self {
            resource: T::DESCRIPTION.name,
            method: Method::Get,
            ask: |asked, format| {
                let get = Link::<T>::new(&asked.url).get_with(T::Query::default());
                request(match &asked.etag {
                    Some(etag) => get.if_changed_since(etag).to_http(format),
                    None => get.to_http(format),
                })
            },
            read: |url, response| answer(Link::<T>::new(url).get_with(T::Query::default()).read(response)),
        }
    }

    fn post<T: Post<Response: std::fmt::Debug>>() -> Self {
        Self {
            resource: T::DESCRIPTION.name,
            method: Method::Post,
            ask: |asked, format| {
                let mut input = T::Input::default();
                if let Some(body) = input.body_mut() {
                    body.media_type.clone_from(&asked.media_type);
                    body.bytes = asked.body.clone().into_bytes();
                } else if !asked.body.is_empty() {
                    let decoded = T::Input::decode(format, asked.body.as_bytes(), Limits::default());
                    input = decoded.map_err(|error| error.to_string())?;
                }
                request(Link::<T>::new(&asked.url).post_with(input).to_http(format))
            },
            read: |url, response| answer(Link::<T>::new(url).post_with(T::Input::default()).read(response)),
        }
    }

    fn put<T: Put + Get<Query: ucwa_runtime::Optional, Response = Fetched<T>>>() -> Self {
        Self {
            resource: T::DESCRIPTION.name,
            method: Method::Put,
            ask: |asked, format| {
                let link = Link::<T>::new(&asked.url);
                let current = asked.current.clone().ok_or("a PUT needs what a GET answers")?;
                let mut fetched = link.get().read(current).map_err(|error| error.to_string())?;
                let wanted = T::decode(format, asked.body.as_bytes(), Limits::default());
                copy(&wanted.map_err(|error| error.to_string())?, &mut *fetched);
                request(fetched.put().and_then(|put| put.to_http(format)))
            },
            read: |url, response| {
                let current = Response::builder().header("ETag", "1").body(b"{}".to_vec()).expect("a response");
                let fetched = Link::<T>::new(url).get().read(current).expect("an empty resource");
                answer(fetched.put().expect("there is an ETag").read(response))
            },
        }
    }

    fn delete<T: Delete>() -> Self {
        Self {
            resource: T::DESCRIPTION.name,
            method: Method::Delete,
            ask: |asked, format| request(Link::<T>::new(&asked.url).delete().to_http(format)),
            read: |url, response| answer(Link::<T>::new(url).delete().read(response)),
        }
    }

    fn options<T: Options>() -> Self {
        Self {
            resource: T::DESCRIPTION.name,
            method: Method::Options,
            ask: |asked, format| request(Link::<T>::new(&asked.url).options().to_http(format)),
            read: |url, response| answer(Link::<T>::new(url).options().read(response)),
        }
    }
}

/// Sets the properties that one resource has in another.
fn copy(from: &dyn Object, to: &mut dyn Object) {
    for index in 0..from.description().properties.len() {
        if let (Some(from), Some(to)) = (from.property(index), to.property_mut(index)) {
            to.clear();
            for value in (0..from.count()).filter_map(|index| from.value(index)) {
                to.read(value).expect("it is a value of the same field");
            }
        }
    }
}
