//! What an operation costs beside the way over the network: making its request and reading its answer, against the same by
//! hand with derived serde, `url` and `http`.

mod by_hand;

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use http::Response;
use ucwa::communication::{StartMessaging, StartMessagingInput};
use ucwa::enumerations::PrivacyRelationshipLevel;
use ucwa::people::{ContactPresence, ContactPrivacyRelationship2};
use ucwa::{Format, Link, OperationRequest};
use url::Url;

const BASE: &str = "https://fe1.contoso.com/ucwa/oauth/v1/applications/102150809602";
const PRESENCE: &str = "/ucwa/oauth/v1/applications/102150809602/people/282/presence";
const RELATIONSHIP: &str = "/ucwa/oauth/v1/applications/102150809602/people/282/contactPrivacyRelationship";
const START: &str = "/ucwa/oauth/v1/applications/102150809602/communication/startMessaging";
const INVITATION: &str = "/ucwa/oauth/v1/applications/102150809602/communication/messagingInvitations/839";

fn base() -> Arc<Url> {
    Arc::new(Url::parse(BASE).expect("a URL"))
}

fn presence() -> Response<Vec<u8>> {
    let body = format!(
        r#"{{"rel":"contactPresence","activity":"in-a-meeting","availability":"Busy","deviceType":"Desktop",
        "lastActive":"\/Date(1474932023993)\/","_links":{{"self":{{"href":"{PRESENCE}"}}}}}}"#
    );
    response(200, &[("ETag", "\"3129\"")], body)
}

fn relationship() -> Response<Vec<u8>> {
    let body = format!(
        r#"{{"rel":"contactPrivacyRelationship","relationshipLevel":"Colleagues",
        "4cf1a5b7-8c5d-4b53-9e0f-0c3a4d1f2b6e":"please pass this in a PUT request","_links":{{"self":{{"href":"{RELATIONSHIP}"}},
        "resetContactPrivacyRelationship":{{"href":"{RELATIONSHIP}/resetContactPrivacyRelationship"}}}}}}"#
    );
    response(200, &[("ETag", "\"c2155e1c-512b-4024-a662-db3b02b81400\"")], body)
}

fn response(status: u16, headers: &[(&str, &str)], body: String) -> Response<Vec<u8>> {
    let mut response = Response::builder().status(status).header("Content-Type", "application/json; charset=utf-8");
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into_bytes()).expect("a response")
}

/// Reading a presence.
fn get(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("get");
    let (base, answer) = (base(), presence());
    // A link comes out of an earlier answer, with its base.
    let link = Link::<ContactPresence>::new(PRESENCE).based_on((*base).clone());
    group.bench_function("bindings", |bencher| {
        bencher.iter_batched(
            || answer.clone(),
            |answer| {
                let get = link.get();
                let request = get.to_http(Format::Json).expect("a request");
                (request, get.read(answer).expect("a presence"))
            },
            criterion::BatchSize::SmallInput,
        );
    });
    group.bench_function("by_hand", |bencher| {
        bencher.iter_batched(
            || answer.clone(),
            |answer| {
                let url = base.join(PRESENCE).expect("a URL");
                let request = by_hand::get(&url);
                (request, by_hand::read::<by_hand::Presence>(&Arc::new(url), &answer))
            },
            criterion::BatchSize::SmallInput,
        );
    });
}

/// Starting a conversation, up to the absolute address of what was started. Following a link takes no more than that; a `Url`
/// would have to be parsed.
fn post(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("post");
    let (base, answer) = (base(), response(201, &[("Location", INVITATION)], String::new()));
    // A link comes out of an earlier answer, with its base.
    let link = Link::<StartMessaging>::new(START).based_on((*base).clone());
    group.bench_function("bindings", |bencher| {
        bencher.iter_batched(
            || answer.clone(),
            |answer| {
                let mut input = StartMessagingInput::new("sip:lene@contoso.com");
                input.operation_id = Some("74cb7404e0a247d5a2d4eb0376a47dbf".into());
                input.subject = Some("Sample subject".into());
                let post = link.post_with(input);
                let request = post.to_http(Format::Json).expect("a request");
                let started = post.read(answer).expect("it was started");
                (request, started.link.expect("a link").address().expect("an address"))
            },
            criterion::BatchSize::SmallInput,
        );
    });
    group.bench_function("by_hand", |bencher| {
        bencher.iter_batched(
            || answer.clone(),
            |answer| {
                let input = by_hand::Start {
                    operation_id: Some("74cb7404e0a247d5a2d4eb0376a47dbf".into()),
                    to: "sip:lene@contoso.com".into(),
                    subject: Some("Sample subject".into()),
                    ..by_hand::Start::default()
                };
                let url = base.join(START).expect("a URL");
                let request = by_hand::post(&url, &input);
                (request, by_hand::location(&url, &answer))
            },
            criterion::BatchSize::SmallInput,
        );
    });
}

/// Reading a relationship, changing it and sending it back.
fn put(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("put");
    let (base, current) = (base(), relationship());
    let done = response(204, &[("ETag", "\"8\"")], String::new());
    // A link comes out of an earlier answer, with its base.
    let link = Link::<ContactPrivacyRelationship2>::new(RELATIONSHIP).based_on((*base).clone());
    group.bench_function("bindings", |bencher| {
        bencher.iter_batched(
            || (current.clone(), done.clone()),
            |(current, done)| {
                let get = link.get();
                let asked = get.to_http(Format::Json).expect("a request");
                let mut relationship = get.read(current).expect("a relationship");
                relationship.relationship_level = Some(PrivacyRelationshipLevel::Workgroup);
                let put = relationship.put().expect("it has an ETag");
                let request = put.to_http(Format::Json).expect("a request");
                (asked, request, put.read(done).expect("it went well").etag)
            },
            criterion::BatchSize::SmallInput,
        );
    });
    group.bench_function("by_hand", |bencher| {
        bencher.iter_batched(
            || (current.clone(), done.clone()),
            |(current, done)| {
                let url = Arc::new(base.join(RELATIONSHIP).expect("a URL"));
                let asked = by_hand::get_revision(&url, 2);
                let mut relationship = by_hand::read::<by_hand::Relationship>(&url, &current);
                relationship.resource.level = Some(by_hand::Level::Workgroup);
                let request = by_hand::put(&relationship);
                (asked, request, by_hand::etag(black_box(&done)))
            },
            criterion::BatchSize::SmallInput,
        );
    });
}

criterion_group!(operations, get, post, put);
criterion_main!(operations);
