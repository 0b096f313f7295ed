//! The operations as one would write them for three resources: derived serde, `url` and `http`.
//!
//! They do what the bindings do: values are typed, unknown properties are kept, limits are checked. They do not keep
//! enumeration values and links that are not listed, nor what a property looked like when it came.

use std::sync::Arc;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, LOCATION};
use http::{Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use ucwa::Timestamp;
use url::Url;

const JSON: &str = "application/json";

/// What was read, with what a later request needs.
pub(crate) struct Fetched<T> {
    pub(crate) resource: T,
    pub(crate) etag: Option<String>,
    pub(crate) base: Arc<Url>,
}

/// A link with all that it may say.
#[derive(Deserialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    #[expect(dead_code)]
    title: Option<String>,
    #[expect(dead_code)]
    revision: Option<String>,
    #[expect(dead_code)]
    etag: Option<String>,
}

/// The links of a presence.
#[derive(Deserialize)]
pub(crate) struct PresenceLinks {
    #[serde(rename = "self")]
    #[expect(dead_code)]
    own: Link,
}

/// The links of a relationship.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RelationshipLinks {
    #[serde(rename = "self")]
    own: Link,
    #[expect(dead_code)]
    reset_contact_privacy_relationship: Option<Link>,
}

#[derive(Deserialize)]
pub(crate) enum Availability {
    Away,
    BeRightBack,
    Busy,
    DoNotDisturb,
    IdleBusy,
    IdleOnline,
    Offline,
    Online,
    #[serde(other)]
    Unlisted,
}

#[derive(Deserialize)]
pub(crate) enum DeviceType {
    Desktop,
    Mobile,
    #[serde(other)]
    Unlisted,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum Level {
    Unknown,
    External,
    Colleagues,
    Workgroup,
    FriendsAndFamily,
    Blocked,
    #[serde(other)]
    Unlisted,
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
}

/// A presence.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code)]
pub(crate) struct Presence {
    rel: String,
    activity: Option<String>,
    availability: Option<Availability>,
    device_type: Option<DeviceType>,
    #[serde(default, deserialize_with = "moment")]
    last_active: Option<Timestamp>,
    #[serde(rename = "_links")]
    links: PresenceLinks,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// A relationship, with what no table lists, as a PUT has to send that back.
#[derive(Deserialize, Serialize)]
pub(crate) struct Relationship {
    rel: String,
    #[serde(rename = "relationshipLevel")]
    pub(crate) level: Option<Level>,
    #[serde(rename = "_links", skip_serializing)]
    links: RelationshipLinks,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

/// What starts a conversation.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Start {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) operation_id: Option<String>,
    pub(crate) to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) importance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread_id: Option<String>,
}

/// What says which revision of a resource is wanted at least.
const REQUIRED_REVISION: HeaderName = HeaderName::from_static("x-ms-requiresminresourceversion");

pub(crate) fn get(url: &Url) -> Request<Vec<u8>> {
    Request::get(url.as_str()).header(ACCEPT, JSON).body(Vec::new()).expect("a request")
}

pub(crate) fn get_revision(url: &Url, revision: u32) -> Request<Vec<u8>> {
    let request = Request::get(url.as_str()).header(ACCEPT, JSON).header(REQUIRED_REVISION, revision);
    request.body(Vec::new()).expect("a request")
}

pub(crate) fn post(url: &Url, input: &Start) -> Request<Vec<u8>> {
    assert!(input.operation_id.as_ref().is_none_or(|id| id.chars().count() <= 50));
    assert!(input.subject.as_ref().is_none_or(|subject| subject.chars().count() <= 250));
    let body = serde_json::to_vec(input).expect("JSON");
    let request = Request::post(url.as_str()).header(ACCEPT, JSON).header(CONTENT_TYPE, JSON);
    request.header(CONTENT_LENGTH, body.len()).body(body).expect("a request")
}

pub(crate) fn put(fetched: &Fetched<Relationship>) -> Request<Vec<u8>> {
    let url = fetched.base.join(&fetched.resource.links.own.href).expect("a URL");
    let body = serde_json::to_vec(&fetched.resource).expect("JSON");
    let request = Request::put(url.as_str()).header(ACCEPT, JSON).header(CONTENT_TYPE, JSON);
    let request = request.header(IF_MATCH, fetched.etag.as_deref().expect("an ETag")).header(REQUIRED_REVISION, 2);
    request.header(CONTENT_LENGTH, body.len()).body(body).expect("a request")
}

pub(crate) fn read<T: DeserializeOwned>(base: &Arc<Url>, answer: &Response<Vec<u8>>) -> Fetched<T> {
    assert_eq!(answer.status(), StatusCode::OK);
    let media_type = answer.headers()[CONTENT_TYPE].to_str().expect("text");
    assert_eq!(media_type.split(';').next(), Some(JSON));
    Fetched {
        resource: serde_json::from_slice(answer.body()).expect("a resource"),
        etag: etag(answer),
        base: Arc::clone(base),
    }
}

pub(crate) fn etag(answer: &Response<Vec<u8>>) -> Option<String> {
    Some(answer.headers().get(ETAG)?.to_str().ok()?.to_owned())
}

pub(crate) fn location(base: &Url, answer: &Response<Vec<u8>>) -> String {
    assert_eq!(answer.status(), StatusCode::CREATED);
    base.join(answer.headers()[LOCATION].to_str().expect("text")).expect("a URL").into()
}
