//! Where requests go, and what links are relative to.

use ucwa::general::{Events, EventsQuery};
use ucwa::me::Me;
use ucwa::people::{Group, Group2, Search, SearchQuery};
use ucwa::prelude::*;
use ucwa::{Fetched, RequestError, ResponseUrl};
use url::Url;

use crate::{HOST, JSON, link, response};

#[test]
fn addresses_resolve_against_the_response_that_held_them() {
    let body = |href: &str| format!(r#"{{"_links":{{"self":{{"href":"/groups"}},"next":{{"href":"{href}"}}}}}}"#);
    let resolved = |href: &str| {
        let asked = link::<Group>("/ucwa/v1/groups/7?a=b");
        let group = asked.get().read(response(200, &[JSON], &body(href))).expect("a group");
        let next: Link<Group> = group.envelope().one("next").link().expect("the link");
        next.get().to_http(Format::Json).expect("a request").uri().to_string()
    };
    assert_eq!(resolved("/ucwa/v1/x"), "https://fe1.contoso.com/ucwa/v1/x");
    assert_eq!(resolved("x/y?z=%3D"), "https://fe1.contoso.com/ucwa/v1/groups/x/y?z=%3D");
    assert_eq!(resolved("?z=1"), "https://fe1.contoso.com/ucwa/v1/groups/7?z=1");
    assert_eq!(resolved("//fe2.contoso.com/x"), "https://fe2.contoso.com/x");
    assert_eq!(resolved("https://fe2.contoso.com:8443/x"), "https://fe2.contoso.com:8443/x");
}

#[test]
fn what_was_read_without_a_response_can_be_told_where_it_came_from() {
    let base = || Url::parse("https://fe1.contoso.com/ucwa/v1/events").expect("a URL");
    let mut group: Group = Document::from_json(br#"{"_links":{"self":{"href":"groups/7"}}}"#).expect("a group");
    group.envelope_mut().set_base(base());
    assert_eq!(group.envelope().base(), Some(&base()));
    let own = Fetched::from_embedded(group).link().expect("its link");
    assert_eq!(own.address().expect("an address"), "https://fe1.contoso.com/ucwa/v1/groups/7");
    assert_eq!(own.url().expect("a URL").as_str(), "https://fe1.contoso.com/ucwa/v1/groups/7");

    let mut events = ucwa::decode_events(Format::Json, br#"{"_links":{"next":{"href":"?ack=2"}}}"#).expect("events");
    events.set_base(base());
    let next = events.next.as_ref().expect("where to go on").link();
    let next = events.link_to::<Events>(next).address().expect("an address");
    assert_eq!(next, "https://fe1.contoso.com/ucwa/v1/events?ack=2");
}

#[test]
fn a_response_keeps_its_headers_and_shows_none_of_them() {
    let headers = [JSON, ("ETag", "7"), ("Set-Cookie", "session=xyzzy"), ("X-MS-Diagnostics", "1;x")];
    let body = r#"{"rel":"group","x-unknown":"plugh"}"#;
    let group = link::<Group2>("/groups/7").get().read(response(200, &headers, body)).expect("a group");
    assert_eq!(group.headers()["x-ms-diagnostics"], "1;x");
    let shown = format!("{group:?}");
    assert!(shown.contains("etag: Some(\"7\")") && !shown.contains("xyzzy"), "{shown}");
    assert!(Fetched::from_embedded(group.into_inner()).headers().is_empty());
}

#[test]
fn relations_are_asked_of_what_was_fetched_as_of_the_resource() {
    let body = r#"{"rel":"me","_links":{"location":{"href":"/ucwa/v1/me/location"}}}"#;
    let headers = [JSON, ("Location", "/ucwa/v1/me")];
    let me = link::<Me>("/ucwa/v1/me").get().read(response(200, &headers, body)).expect("the user");
    assert_eq!((me.location().href(), me.created_at()), (Some("/ucwa/v1/me/location"), Some("/ucwa/v1/me")));
}

#[test]
fn where_redirects_led_elsewhere_the_last_address_counts() {
    let mut came = response(200, &[JSON], r#"{"_links":{"self":{"href":"groups/8"}}}"#);
    came.extensions_mut().insert(ResponseUrl(Url::parse("https://fe2.contoso.com/ucwa/v2/groups").expect("a URL")));
    let group = link::<Group>("/ucwa/v1/groups").get().read(came).expect("a group");
    assert_eq!(group.base().map(Url::as_str), Some("https://fe2.contoso.com/ucwa/v2/groups"));
    let own = group.link().expect("its link").url().expect("an address");
    assert_eq!(own.as_str(), "https://fe2.contoso.com/ucwa/v2/groups/8");
}

#[test]
fn an_address_that_is_relative_to_nothing_is_an_error_that_says_so() {
    let error = Link::<Group>::new("/ucwa/v1/groups").get().to_http(Format::Json).expect_err("relative to what");
    assert!(matches!(error, RequestError::Address(_)), "{error:?}");
    assert!(error.to_string().contains("`/ucwa/v1/groups`"), "{error}");
    assert!(error.to_string().contains("take the link from a fetched resource"), "{error}");
}

#[test]
fn parameters_stand_behind_those_that_the_server_put_into_an_address() {
    let mut query = EventsQuery::new();
    query.timeout = Some(180);
    let asked = |href: &str, query: &EventsQuery| {
        let request = link::<Events>(href).get_with(query.clone()).to_http(Format::Json).expect("a request");
        request.uri().to_string()
    };
    let href = "/events?ack=1&key=%2fAb+c%3D";
    assert_eq!(asked(href, &EventsQuery::new()), format!("{HOST}{href}"), "byte for byte");
    assert_eq!(asked(href, &query), format!("{HOST}{href}&timeout=180"));
    assert_eq!(asked("/events", &query), format!("{HOST}/events?timeout=180"));
    assert_eq!(asked("/events?", &query), format!("{HOST}/events?timeout=180"));
    let search = link::<Search>("/search?x=a@b").get_with(SearchQuery::new("Lene & Co=1"));
    let search = search.to_http(Format::Json).expect("a request");
    assert_eq!(search.uri().to_string(), format!("{HOST}/search?x=a@b&query=Lene+%26+Co%3D1"));
}

#[test]
fn the_response_to_a_get_with_parameters_came_from_the_address_with_them() {
    let asked = link::<Search>("/search").get_with(SearchQuery::new("Lene"));
    let found = asked.read(response(200, &[JSON], "{}")).expect("a search");
    assert_eq!(found.base().map(Url::as_str), Some("https://fe1.contoso.com/search?query=Lene"));
}
