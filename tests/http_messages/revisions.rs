//! Revisions: which one is asked for, and which one was served.

use ucwa::people::{Group, Group2};
use ucwa::prelude::*;
use ucwa::{LinkData, LinkDetail};

use crate::{HOST, group, header, link};

#[test]
fn a_link_that_announces_the_later_revision_can_be_taken_as_that() {
    let announced = |revision: Option<&str>| {
        let mut data = LinkData::new(format!("{HOST}/groups/7"));
        data.set(LinkDetail::Revision, revision.map(Into::into));
        Link::<Group>::from(data)
    };
    let later: Link<Group2> = announced(Some("2")).later().expect("the second revision");
    let request = later.get().to_http(Format::Json).expect("a request");
    assert_eq!(header(&request, "X-MS-RequiresMinResourceVersion"), Some("2"));
    assert!(announced(Some("3")).later().is_some());
    assert!(announced(Some("10")).later().is_some(), "revisions are numbers");
    for revision in [Some("1"), Some(""), Some("two"), None] {
        assert!(announced(revision).later().is_none(), "{revision:?}");
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
    assert_eq!(
        (revision(&[("X-MS-UcwaVersion", "3")]), revision(&[]), revision(&[("X-MS-UcwaVersion", "x")])),
        (3, 2, 2)
    );
}
