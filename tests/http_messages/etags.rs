//! ETags, PUT, and resources that did not change.

use ucwa::people::{ContactPresence, Group2};
use ucwa::prelude::*;
use ucwa::{Changed, ErrorKind, Fetched};

use crate::{HOST, JSON, group, header, link, response, text};

#[test]
fn the_etag_comes_from_the_header_or_else_from_the_property() {
    let body = r#"{"rel":"group","etag":"42"}"#;
    assert_eq!(group(&[("ETag", "7")], body).etag(), Some("7"));
    assert_eq!(group(&[], body).etag(), Some("42"));
    assert_eq!(group(&[("ETag", "")], body).etag(), Some("42"));
    assert_eq!(group(&[], "{}").etag(), None);
}

#[test]
fn an_etag_goes_back_in_quotation_marks() {
    for (came, sent) in [("7", "\"7\""), ("\"7\"", "\"7\""), ("W/\"7\"", "W/\"7\""), ("W/7", "\"W/7\"")] {
        let group = group(&[("ETag", came)], "{}");
        let put = group.put().expect("it has an ETag");
        // A weak one would match nothing: what compressed the response has made it weak.
        let strong = sent.strip_prefix("W/").unwrap_or(sent);
        assert_eq!(header(&put.to_http(Format::Json).expect("a request"), "If-Match"), Some(strong));
        let get = link::<Group2>("/groups/7").get().if_changed_since(came).to_http(Format::Json);
        assert_eq!(header(&get.expect("a request"), "If-None-Match"), Some(sent));
    }
}

#[test]
fn a_put_without_an_etag_is_an_error_that_says_what_to_do() {
    let error = group(&[], "{}").put().expect_err("no ETag");
    assert_eq!(error.to_string(), "PUT group2: the resource came without an ETag; read it again from its own address");
}

#[test]
fn a_put_goes_to_the_address_that_the_resource_names() {
    let group = group(&[("ETag", "7")], r#"{"_links":{"self":{"href":"/ucwa/v1/groups/8"}}}"#);
    let request = group.put().and_then(|put| put.to_http(Format::Json)).expect("a request");
    assert_eq!(request.uri().to_string(), format!("{HOST}/ucwa/v1/groups/8"));
}

#[test]
fn an_embedded_resource_is_put_with_its_own_etag() {
    let body =
        r#"{"_embedded":{"group":[{"rel":"group","etag":"42","name":"A","_links":{"self":{"href":"/groups/8"}}}]}}"#;
    let groups = link::<ucwa::people::MyGroups2>("/groups").get().read(response(200, &[JSON, ("ETag", "1")], body));
    let groups = groups.expect("groups");
    let embedded = groups.envelope().many::<Group2>("group").embedded().next().expect("a group").clone();
    let mut group = Fetched::from_embedded(embedded);
    assert_eq!(group.etag(), Some("42"));
    group.name = Some("B".into());
    let request = group.put().and_then(|put| put.to_http(Format::Json)).expect("a request");
    assert_eq!(request.uri().to_string(), format!("{HOST}/groups/8"));
    assert_eq!(header(&request, "If-Match"), Some("\"42\""));
    assert_eq!(text(&request), r#"{"rel":"group","name":"B","etag":"42"}"#);
}

#[test]
fn a_put_returns_the_new_etag_and_the_resource_where_the_server_sends_it() {
    let group = group(&[("ETag", "7")], "{}");
    let put = group.put().expect("it has an ETag");
    let updated = put.read(response(204, &[("ETag", "8")], "")).expect("it went well");
    assert_eq!((updated.etag.as_deref(), updated.resource.is_none()), (Some("8"), true));
    let updated = put.read(response(200, &[JSON, ("ETag", "9")], r#"{"name":"B"}"#)).expect("it went well");
    let resource = updated.resource.expect("it came along");
    assert_eq!((resource.etag(), resource.name.as_deref()), (Some("9"), Some("B")));
    assert!(resource.put().is_ok(), "and can be changed again");
    for (status, media_type, body) in
        [(200, "text/plain", "Done"), (200, "application/json", " "), (204, "application/json", r#"{"name":"B"}"#)]
    {
        let updated = put.read(response(status, &[("Content-Type", media_type)], body)).expect("it went well");
        assert_eq!((updated.resource, updated.unread), (None, None), "{status} {media_type}");
    }
}

#[test]
fn a_page_of_a_proxy_does_not_say_that_something_was_replaced() {
    let group = group(&[("ETag", "7")], "{}");
    let put = group.put().expect("it has an ETag");
    let error = put.read(response(200, &[("Content-Type", "text/html")], "<p>Sign in</p>")).expect_err("a page");
    assert!(matches!(error.kind(), ErrorKind::Unreadable(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "PUT group2: 200 OK with a body that cannot be read: expected `group2` in JSON or XML, or a response without a body, found text/html",
    );
}

#[test]
fn what_was_fetched_gives_its_resource() {
    let group = group(&[("ETag", "7")], r#"{"name":"A"}"#);
    assert_eq!(group.into_inner().name.as_deref(), Some("A"));
}

#[test]
fn a_property_that_is_removed_is_left_out_of_a_put() {
    let mut group = group(&[("ETag", "7")], r#"{"id":"1","name":"A"}"#);
    group.name = None;
    let request = group.put().and_then(|put| put.to_http(Format::Json)).expect("a request");
    assert_eq!(text(&request), r#"{"id":"1"}"#);
}

#[test]
fn what_did_not_change_is_told_apart_from_what_did() {
    let get = link::<ContactPresence>("/presence").get().if_changed_since("7");
    assert_eq!(get.read(response(304, &[], "")).expect("it went well"), Changed::No);
    let Changed::Yes(presence) = get.read(response(200, &[JSON], r#"{"availability":"Away"}"#)).expect("it went well")
    else {
        panic!("it changed")
    };
    assert_eq!(presence.availability.as_ref().map(ToString::to_string).as_deref(), Some("Away"));
}

#[test]
fn what_was_replaced_is_replaced_whatever_the_body_says() {
    let group = group(&[("ETag", "7")], "{}");
    let put = group.put().expect("it has an ETag");
    let updated = put.read(response(200, &[JSON, ("ETag", "8")], "{\"name\":\"B")).expect("it was replaced");
    assert_eq!((updated.etag.as_deref(), updated.resource), (Some("8"), None));
    let unread = updated.unread.expect("it says what it could not read");
    assert_eq!(unread.body().bytes, b"{\"name\":\"B");
    let updated = put.read(response(200, &[JSON, ("ETag", "8")], "{}")).expect("it was replaced");
    assert_eq!(updated.unread, None);
}

#[test]
fn a_put_can_be_repeated_with_what_the_first_one_brought() {
    let mut group = group(&[("ETag", "7")], r#"{"name":"A","4cf1":"please pass this"}"#);
    let put = |group: &Fetched<Group2>| {
        let request = group.put().and_then(|put| put.to_http(Format::Json)).expect("a request");
        (header(&request, "If-Match").map(str::to_owned), text(&request).to_owned())
    };
    let read =
        |group: &Fetched<Group2>, response| group.put().expect("it has an ETag").read(response).expect("it went well");

    group.name = Some("B".into());
    let updated = read(&group, response(204, &[("ETag", "8")], ""));
    group.apply(updated);
    group.name = Some("C".into());
    assert_eq!(put(&group), (Some("\"8\"".into()), r#"{"name":"C","4cf1":"please pass this"}"#.into()));

    let body = r#"{"name":"C","9b2e":"please pass this"}"#;
    let updated = read(&group, response(200, &[JSON, ("ETag", "9")], body));
    group.apply(updated);
    group.name = Some("D".into());
    assert_eq!(put(&group), (Some("\"9\"".into()), r#"{"name":"D","9b2e":"please pass this"}"#.into()));

    let updated = read(&group, response(204, &[], ""));
    group.apply(updated);
    let error = group.put().expect_err("nobody knows the state");
    assert_eq!(error.to_string(), "PUT group2: the resource came without an ETag; read it again from its own address");
}

#[test]
fn a_put_of_an_embedded_resource_can_be_repeated() {
    let body =
        r#"{"rel":"group","etag":"42","name":"A","_links":{"self":{"href":"https://fe1.contoso.com/groups/8"}}}"#;
    let mut group = Fetched::<Group2>::from_embedded(Document::from_json(body.as_bytes()).expect("a group"));
    let put = group.put().expect("it has an ETag");
    let updated = put.read(response(204, &[("ETag", "43")], "")).expect("it went well");
    group.apply(updated);
    let request = group.put().and_then(|put| put.to_http(Format::Json)).expect("a request");
    assert_eq!((header(&request, "If-Match"), group.etag()), (Some("\"43\""), Some("43")));
    assert_eq!(text(&request), r#"{"rel":"group","name":"A","etag":"43"}"#);
    let updated = group.put().expect("it has an ETag").read(response(204, &[], "")).expect("it went well");
    group.apply(updated);
    assert_eq!(group.etag(), None);
}

#[test]
fn what_was_fetched_is_equal_if_resource_state_revision_and_place_are() {
    let fetched = |path: &str, headers: &[(&str, &str)], body: &str| {
        let headers: Vec<_> = headers.iter().copied().chain([JSON]).collect();
        link::<Group2>(path).get().read(response(200, &headers, body)).expect("a group")
    };
    let headers = [("ETag", "7"), ("X-MS-UcwaVersion", "2"), ("Location", "/groups/7")];
    let group = fetched("/groups/7", &headers, r#"{"name":"A"}"#);
    assert_eq!(group, fetched("/groups/7", &headers, r#"{ "name": "A" }"#));
    for (path, headers, body) in [
        ("/groups/8", headers, r#"{"name":"A"}"#),
        ("/groups/7", headers, r#"{"name":"B"}"#),
        ("/groups/7", [("ETag", "8"), headers[1], headers[2]], r#"{"name":"A"}"#),
        ("/groups/7", [headers[0], ("X-MS-UcwaVersion", "3"), headers[2]], r#"{"name":"A"}"#),
        ("/groups/7", [headers[0], headers[1], ("Location", "/groups/8")], r#"{"name":"A"}"#),
    ] {
        assert_ne!(group, fetched(path, &headers, body), "{path} {headers:?} {body}");
    }
}
