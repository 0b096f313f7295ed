//! No credential is shown by `Debug` or in an error, wherever a server or caller put it.

use std::fmt::Debug;

use http::{Response, StatusCode, header::CONTENT_TYPE};
use ucwa::me::Me;
use ucwa::people::{Contact, PresenceSubscription, PresenceSubscriptionMembership};
use ucwa::{Document, ErrorBody, Fetched, Format, Link, LinkData, LinkDetail, OperationRequest, ResponseUrl, Uri};

use crate::json;

/// A password or token that looks like any word.
const WORD: &str = "Geheimnis";

fn addresses() -> [String; 4] {
    [
        format!("https://lene:{WORD}@contoso.com/a"),
        format!("https://contoso.com/a?b=c&access_token={WORD}"),
        format!("https://contoso.com/a#cwt={WORD}"),
        format!("/a?access%5Ftoken={WORD}&b=c"),
    ]
}

#[track_caller]
fn hides(shown: &impl Debug) {
    let shown = format!("{shown:?}");
    assert!(!shown.contains(WORD) && shown.contains("[secret]"), "{shown}");
}

#[test]
fn links_addresses_and_requests_show_none() {
    for address in addresses() {
        hides(&Uri::from(address.as_str()));
        hides(&LinkData::new(address.as_str()));
        hides(&Link::<Me>::new(address.as_str()));
        let link = Link::<Contact>::new(address.as_str()).based_on("https://contoso.com".parse().expect("a URL"));
        hides(&link.get());
        if let Ok(url) = address.parse() {
            hides(&ResponseUrl(url));
        }
    }
    hides(&LinkData::new("/a").with(LinkDetail::Title, format!("token={WORD}")));
}

#[test]
fn errors_show_none() {
    for address in [format!("/a?token={WORD}"), format!("https://lene:{WORD}@[/a")] {
        let error = Link::<Me>::new(address).url().expect_err("no address that can be resolved");
        hides(&error);
        assert!(!error.to_string().contains(WORD), "{error}");
    }
    let link = Link::<Me>::new("https://contoso.com/a");
    let error =
        link.get().if_changed_since(format!("a\npassword={WORD}")).to_http(Format::Json).expect_err("two lines");
    hides(&error);
    assert!(!error.to_string().contains(WORD), "{error}");
}

#[test]
fn resources_show_none_of_what_no_table_lists() {
    let contact: Contact = json(&format!(
        r#"{{"password":"{WORD}","accessToken":["{WORD}"],"session":{{"cwt":"{WORD}"}},"mood":"Bearer {WORD}",
            "title":"password={WORD}","emailAddresses":["a","pwd={WORD}"],
            "_links":{{"self":{{"href":"/a?sig={WORD}"}},"contactNote":{{"href":"/a?token={WORD}"}},"a":{{"href":"//l:{WORD}@c"}}}}}}"#
    ));
    hides(&contact);
    assert!(contact.to_json().expect("JSON holds this").contains(WORD), "what is written is whole");
    let subscription: PresenceSubscription =
        json(&format!(r#"{{"_embedded":{{"presenceSubscriptionMembership":[{{"uri":"sip:a;token={WORD}"}}]}}}}"#));
    hides(&subscription);
    let response = Response::builder().status(StatusCode::OK).header(CONTENT_TYPE, "application/json");
    let body = br#"{"rel":"presenceSubscriptionMembership"}"#.to_vec();
    let link = Link::<PresenceSubscriptionMembership>::new(format!("https://c/a?token={WORD}"));
    let fetched: Fetched<_> = link.get().read(response.body(body).expect("a response")).expect("a resource");
    hides(&fetched);
}

#[test]
fn events_and_error_bodies_show_none() {
    let reason = format!(
        r#"{{"code":"Conflict","message":"token={WORD}","debugInfo":{{"password":"{WORD}"}},"pwd":"{WORD}",
        "link":{{"href":"/a?pwd={WORD}"}},"parameters":[{{"name":"a","reason":"pin: {WORD}","token":"{WORD}"}}]}}"#
    );
    hides(&ucwa::decode_error(Format::Json, reason.as_bytes()).expect("an error"));
    hides(&ErrorBody::decode(Format::Json, reason.as_bytes(), ucwa::Limits::default()).expect("an error").parameters);
    for event in [
        format!(
            r#"{{"link":{{"rel":"me","href":"/a?token={WORD}"}},"type":"updated","in":{{"rel":"me","href":"/a?cwt={WORD}"}},
            "reason":{reason},"token":"{WORD}"}}"#
        ),
        format!(r#"{{"link":{{"rel":"me","href":"/a"}},"reason":5,"token":"{WORD}"}}"#),
    ] {
        let document = format!(
            r#"{{"_links":{{"self":{{"href":"/a?cwt={WORD}"}},"next":{{"href":"/a?cwt={WORD}"}},"other":{{"href":"/a?cwt={WORD}"}}}},
                "token":"{WORD}","sender":[{{"rel":"me","href":"/a?cwt={WORD}","token":"{WORD}","events":[{event}]}}]}}"#
        );
        hides(&ucwa::decode_events(Format::Json, document.as_bytes()).expect("a document"));
    }
}
