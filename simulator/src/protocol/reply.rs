//! Replies as HTTP responses.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use http::{Response, StatusCode};
use serde_json::Value as Json;

use super::{Call, Failure, Format, Freshness, MediaType, freshness};
use crate::document::{
    Events, Marker, Resource, etag, events_json, events_xml, metadata_json, metadata_xml, reason_json, reason_xml,
    resource_json, resource_xml,
};

/// What a request gets when nothing fails.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A resource, with the address of what was made if something was.
    Resource { status: u16, resource: Box<Resource>, location: Option<String> },
    /// Nothing but a status, and the address of what was made or started.
    Done { status: u16, location: Option<String> },
    /// What the event channel holds.
    Events(Events),
    /// What a resource can be asked: methods with the names of their parameters.
    Metadata(Vec<(&'static str, Vec<&'static str>)>),
    /// Content that is no document.
    Content { media_type: String, bytes: Bytes, etag: Option<String> },
    /// A response that is complete.
    Raw(Box<Response<Bytes>>),
}

impl Reply {
    pub(crate) fn resource(resource: Resource) -> Self {
        Self::Resource { status: 200, resource: Box::new(resource), location: None }
    }

    /// 204: done, and nothing to say.
    pub(crate) fn done() -> Self {
        Self::Done { status: 204, location: None }
    }

    /// 201, with the address of what was made or started.
    pub(crate) fn created(location: impl Into<String>) -> Self {
        Self::Done { status: 201, location: Some(location.into()) }
    }
}

/// A reply as an HTTP response.
pub(crate) fn encode(reply: Reply, call: &Call, media_type: MediaType, marker: &Marker) -> Response<Bytes> {
    match reply {
        Reply::Resource { status, resource, location } => {
            let tag = etag(&resource);
            if call.method == http::Method::GET && freshness(call, &tag) == Freshness::Current {
                return tagged(empty(304), &tag);
            }
            let body = match media_type.format {
                Format::Json => resource_json(&resource, marker),
                Format::Xml => resource_xml(&resource, marker),
            };
            let response = located(document(status, media_type, body), location);
            // What was made can be changed without being read again, where it can be changed at all.
            if status == 200 || resource.needs_marker { tagged(response, &tag) } else { response }
        }
        Reply::Done { status, location } => located(empty(status), location),
        Reply::Events(events) => {
            let body = match media_type.format {
                Format::Json => events_json(&events),
                Format::Xml => events_xml(&events),
            };
            document(200, media_type, body)
        }
        Reply::Metadata(methods) => {
            let body = match media_type.format {
                Format::Json => metadata_json(&methods),
                Format::Xml => metadata_xml(&methods),
            };
            document(200, media_type, body)
        }
        Reply::Content { media_type, bytes, etag } => match etag {
            Some(tag) if freshness(call, &tag) == Freshness::Current => tagged(empty(304), &tag),
            Some(tag) => tagged(content(200, media_type, bytes), &tag),
            None => content(200, media_type, bytes),
        },
        Reply::Raw(response) => *response,
    }
}

/// A failure as an HTTP response.
pub(crate) fn encode_failure(failure: &Failure, media_type: MediaType) -> Response<Bytes> {
    let body = match media_type.format {
        Format::Json => reason_json(&failure.reason),
        Format::Xml => reason_xml(&failure.reason),
    };
    let mut response = document(failure.status, media_type, body);
    for (name, value) in &failure.headers {
        set_header(&mut response, *name, value.as_str());
    }
    response
}

/// A response with a JSON document of now, which no cache may keep.
pub(crate) fn json_response(status: u16, body: &Json) -> Response<Bytes> {
    let media_type = HeaderValue::from_static("application/json;charset=UTF-8");
    let mut response = content(status, media_type, body.to_string().into());
    set_header(&mut response, CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Adds a header beside those of the same name. A value that HTTP cannot carry is left out.
pub(crate) fn set_header(
    response: &mut Response<Bytes>,
    name: impl TryInto<HeaderName>,
    value: impl TryInto<HeaderValue>,
) {
    if let (Ok(name), Ok(value)) = (name.try_into(), value.try_into()) {
        response.headers_mut().append(name, value);
    }
}

fn document(status: u16, media_type: MediaType, body: Vec<u8>) -> Response<Bytes> {
    content(status, HeaderValue::from_static(media_type.header), body.into())
}

fn content(status: u16, media_type: impl TryInto<HeaderValue>, bytes: Bytes) -> Response<Bytes> {
    let length = bytes.len();
    let mut response = bare(status, bytes);
    set_header(&mut response, CONTENT_TYPE, media_type);
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    response
}

/// A response without headers, but with room for those that most have.
fn bare(status: u16, bytes: Bytes) -> Response<Bytes> {
    let mut response = Response::new(bytes);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().reserve(10);
    response
}

fn empty(status: u16) -> Response<Bytes> {
    let mut response = bare(status, Bytes::new());
    if !matches!(status, 204 | 304) {
        response.headers_mut().insert(CONTENT_LENGTH, 0.into());
    }
    response
}

fn located(mut response: Response<Bytes>, location: Option<String>) -> Response<Bytes> {
    if let Some(location) = location {
        set_header(&mut response, LOCATION, location);
    }
    response
}

fn tagged(mut response: Response<Bytes>, tag: &str) -> Response<Bytes> {
    set_header(&mut response, ETAG, ["\"", tag, "\""].concat());
    response
}
