//! Revisions: which one is asked for, and which one was served.

use ucwa::people::{Group, Group2};
use ucwa::prelude::*;
use ucwa::{Fetched, LinkData, LinkDetail};

use crate::{HOST, JSON, group, header, link, response};

/// A link that announces a revision of the group.
fn announced(revision: Option<&str>) -> Link<Group> {
    let mut data = LinkData::new(format!("{HOST}/groups/7"));
    data.set(LinkDetail::Revision, revision.map(Into::into));
    data.into()
}

#[test]
fn a_link_that_announces_the_later_revision_can_be_taken_as_that() {
    let later: Link<Group2> = announced(Some("2")).later().expect("the second revision");
    let request = later.get().to_http(Format::Json).expect("a request");
    assert_eq!(header(&request, "X-MS-RequiresMinResourceVersion"), Some("2"));
    assert!(announced(Some("3")).later().is_some());
    assert!(announced(Some("10")).later().is_some(), "revisions are numbers");
    for revision in [Some("1"), Some("1.9"), Some(""), Some("two"), Some("2.x"), Some(".2"), Some("2.0.0"), None] {
        assert!(announced(revision).later().is_none(), "{revision:?}");
    }
    for revision in ["2.0", " 2.5", "3."] {
        assert!(announced(Some(revision)).later().is_some(), "{revision}");
    }
    let request = announced(Some("2")).get().to_http(Format::Json).expect("a request");
    assert_eq!(header(&request, "X-MS-RequiresMinResourceVersion"), None);
}

#[test]
fn every_request_to_a_later_revision_asks_for_it() {
    let group = group(&[("ETag", "7"), ("X-MS-UcwaVersion", "2")], "{}");
    assert_eq!(group.revision(), 2);
    let put = group.put().and_then(|put| put.to_http(Format::Json)).expect("a request");
    let delete = link::<Group2>("/groups/7").delete().to_http(Format::Json).expect("a request");
    for request in [put, delete] {
        assert_eq!(header(&request, "X-MS-RequiresMinResourceVersion"), Some("2"));
    }
}

#[test]
fn the_revision_is_the_one_that_was_served() {
    let revision = |headers: &[(&str, &str)]| group(headers, "{}").revision();
    for (served, expected) in [("3", 3), ("3.0", 3), ("1.5", 1), ("x", 2), ("", 2)] {
        assert_eq!(revision(&[("X-MS-UcwaVersion", served)]), expected, "{served}");
    }
    assert_eq!(revision(&[]), 2);
}

#[test]
fn the_latest_revision_that_a_server_announces_is_one_call_away() {
    for (revision, asked, served) in [
        (Some("2"), Some("2"), 2),
        (Some("3"), Some("2"), 2),
        (Some("1"), None, 1),
        (None, None, 1),
        (Some("x"), None, 1),
    ] {
        let get = announced(revision).latest().get();
        let request = get.to_http(Format::Json).expect("a request");
        assert_eq!(header(&request, "X-MS-RequiresMinResourceVersion"), asked, "{revision:?}");
        assert_eq!(request.uri().to_string(), format!("{HOST}/groups/7"));
        let group = get.read(response(200, &[JSON, ("ETag", "7")], r#"{"name":"Friends"}"#)).expect("a group");
        let group: Fetched<Group2> = group;
        assert_eq!((group.name.as_deref(), group.revision()), (Some("Friends"), served), "{revision:?}");
        let put = group.put().and_then(|put| put.to_http(Format::Json)).expect("a request");
        assert_eq!(header(&put, "X-MS-RequiresMinResourceVersion"), asked, "a PUT asks for what was served");
    }
    let get = announced(None).latest().get();
    let group = get.read(response(200, &[JSON, ("X-MS-UcwaVersion", "2")], "{}")).expect("a group");
    assert_eq!(group.revision(), 2, "what the server says counts");
}

#[test]
fn the_latest_link_is_relative_to_the_same_place() {
    let body = r#"{"_links":{"group":{"href":"groups/7","revision":"2"}}}"#;
    let groups = link::<Group>("/ucwa/v1/x").get().read(response(200, &[JSON], body)).expect("a group");
    let group: Link<Group> = groups.envelope().one("group").link().expect("a link");
    assert_eq!(group.latest().address().expect("an address"), format!("{HOST}/ucwa/v1/groups/7"));
}
