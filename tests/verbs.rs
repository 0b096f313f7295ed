//! What the verbs promise, one statement to a test: requests, answers and errors as a user of the crate meets them.

use std::time::Duration;

use http::{Request, Response};
use ucwa::communication::{
    AcceptWithAnswer, AcceptWithAnswerInput, AddParticipant, AddParticipantInput, SendMessage, SendMessageInput,
    StartMessaging, StartMessagingInput,
};
use ucwa::general::{Applications, Events, EventsQuery};
use ucwa::me::{
    Me, Photo, ReportMyActivity, UnansweredCallSettings, UnansweredCallToVoicemail, UnansweredCallToVoicemailInput,
};
use ucwa::people::{
    ContactPresence, ContactPresenceGetError, ContactPrivacyRelationship2, ContactPrivacyRelationship2GetError,
    ContactPrivacyRelationship2PutError, Group, Group2, PinnedGroup, PinnedGroupGetError,
    PresenceSubscriptionMembership, PresenceSubscriptionMembershipDeleteError, PresenceSubscriptionMembershipGetError,
    Search, SearchQuery, SubscribedContacts, SubscribedContactsGetError,
};
use ucwa::{
    Body, Changed, Conditions, Content, Document, ErrorBody, ErrorKind, Fetched, Format, GenericError, Link, LinkData,
    LinkDetail, Object, OperationError, RequestError, ResponseUrl, StartsOperation,
};
use url::Url;

const HOST: &str = "https://fe1.contoso.com";

fn link<T>(href: &str) -> Link<T> {
    Link::new(format!("{HOST}{href}"))
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Vec<u8>> {
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    answer.body(body.as_bytes().to_vec()).expect("a response")
}

const JSON: (&str, &str) = ("Content-Type", "application/json; charset=utf-8");

fn header<'r>(request: &'r Request<Vec<u8>>, name: &str) -> Option<&'r str> {
    request.headers().get(name).map(|value| value.to_str().expect("text"))
}

fn text(request: &Request<Vec<u8>>) -> &str {
    std::str::from_utf8(request.body()).expect("text")
}

/// A group as a GET brings it.
fn group(headers: &[(&str, &str)], body: &str) -> Fetched<Group2> {
    let headers: Vec<_> = headers.iter().copied().chain([JSON]).collect();
    link::<Group2>("/groups/7").get().read(answer(200, &headers, body)).expect("a group")
}

// Limits

#[test]
fn text_may_be_as_long_as_the_limit_in_characters_whatever_their_bytes() {
    let mut input = AddParticipantInput::new("sip:lene@contoso.com");
    input.operation_id = Some("\u{1F600}".repeat(50));
    assert!(link::<AddParticipant>("/add").post_with(input.clone()).to_http(Format::Json).is_ok());
    input.operation_id = Some("\u{1F600}".repeat(51));
    let error = link::<AddParticipant>("/add").post_with(input).to_http(Format::Json).expect_err("one too many");
    assert_eq!(
        error,
        RequestError::TooLong {
            operation: "POST addParticipant".into(),
            parameter: "operationId",
            length: 51,
            limit: 50
        }
    );
    assert_eq!(error.to_string(), "POST addParticipant: `operationId` has 51 characters and the limit is 50");
}

#[test]
fn numbers_may_be_the_smallest_and_the_largest_and_nothing_beyond() {
    for (delay, allowed) in [(4, false), (5, true), (60, true), (61, false)] {
        let mut input = UnansweredCallToVoicemailInput::default();
        input.ring_delay = delay.into();
        let made = link::<UnansweredCallToVoicemail>("/voicemail").post_with(input).to_http(Format::Xml);
        match made {
            Ok(_) => assert!(allowed, "{delay}"),
            Err(error) => {
                assert!(!allowed, "{delay}");
                let expected =
                    format!("POST unansweredCallToVoicemail: `ringDelay` is {delay} and has to be between 5 and 60");
                assert_eq!(error.to_string(), expected);
            }
        }
    }
}

#[test]
fn the_parameters_of_an_address_have_limits_too() {
    let search = |query: SearchQuery| link::<Search>("/search").get_with(query).to_http(Format::Json);
    assert!(search(SearchQuery::new("é".repeat(256))).is_ok());
    let error = search(SearchQuery::new("é".repeat(257))).expect_err("one too many");
    assert_eq!(error.to_string(), "GET search: `query` has 257 characters and the limit is 256");
    let mut query = SearchQuery::new("Lene");
    query.limit = Some(0);
    let error = search(query).expect_err("too few");
    assert_eq!(error.to_string(), "GET search: `limit` is 0 and has to be between 1 and 100");
    let mut query = EventsQuery::new();
    query.timeout = Some(1801);
    let error = link::<Events>("/events").get_with(query).to_http(Format::Json).expect_err("too long");
    assert_eq!(error.to_string(), "GET events: `timeout` is 1801 and has to be between 180 and 1800");
}

#[test]
fn a_put_checks_what_was_changed_and_nothing_that_the_server_sent() {
    let came = answer(200, &[JSON, ("ETag", "1")], r#"{"ringDelay":2,"target":"None"}"#);
    let mut settings = link::<UnansweredCallSettings>("/settings").get().read(came).expect("settings");
    let put =
        |settings: &Fetched<UnansweredCallSettings>| settings.put().expect("it has an ETag").to_http(Format::Json);
    assert!(put(&settings).is_ok(), "the server may set what it likes");
    settings.ring_delay = Some(61);
    let error = put(&settings).expect_err("too long");
    assert_eq!(error.to_string(), "PUT unansweredCallSettings: `ringDelay` is 61 and has to be between 5 and 60");
}

// Addresses

#[test]
fn addresses_resolve_against_the_answer_that_held_them() {
    let body = |href: &str| format!(r#"{{"_links":{{"self":{{"href":"/groups"}},"next":{{"href":"{href}"}}}}}}"#);
    let resolved = |href: &str| {
        let asked = link::<Group>("/ucwa/v1/groups/7?a=b");
        let group = asked.get().read(answer(200, &[JSON], &body(href))).expect("a group");
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
fn what_was_read_without_an_answer_can_be_told_where_it_came_from() {
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
fn an_answer_keeps_its_headers_and_shows_none_of_them() {
    let headers = [JSON, ("ETag", "7"), ("Set-Cookie", "session=xyzzy"), ("X-MS-Diagnostics", "1;x")];
    let body = r#"{"rel":"group","x-unknown":"plugh"}"#;
    let group = link::<Group2>("/groups/7").get().read(answer(200, &headers, body)).expect("a group");
    assert_eq!(group.headers()["x-ms-diagnostics"], "1;x");
    let shown = format!("{group:?}");
    assert!(shown.contains("etag: Some(\"7\")") && !shown.contains("xyzzy"), "{shown}");
    assert!(Fetched::from_embedded(group.into_inner()).headers().is_empty());
}

#[test]
fn relations_are_asked_of_what_was_fetched_as_of_the_resource() {
    let body = r#"{"rel":"me","_links":{"location":{"href":"/ucwa/v1/me/location"}}}"#;
    let headers = [JSON, ("Location", "/ucwa/v1/me")];
    let me = link::<Me>("/ucwa/v1/me").get().read(answer(200, &headers, body)).expect("the user");
    assert_eq!((me.location().href(), me.created_at()), (Some("/ucwa/v1/me/location"), Some("/ucwa/v1/me")));
}

#[test]
fn where_redirects_led_elsewhere_the_last_address_counts() {
    let mut came = answer(200, &[JSON], r#"{"_links":{"self":{"href":"groups/8"}}}"#);
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
fn the_answer_to_a_get_with_parameters_came_from_the_address_with_them() {
    let asked = link::<Search>("/search").get_with(SearchQuery::new("Lene"));
    let found = asked.read(answer(200, &[JSON], "{}")).expect("a search");
    assert_eq!(found.base().map(Url::as_str), Some("https://fe1.contoso.com/search?query=Lene"));
}

// ETags and PUT

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
    for (came, sent) in [("7", "\"7\""), ("\"7\"", "\"7\""), ("W/\"7\"", "W/\"7\"")] {
        let group = group(&[("ETag", came)], "{}");
        let put = group.put().expect("it has an ETag");
        assert_eq!(header(&put.to_http(Format::Json).expect("a request"), "If-Match"), Some(sent));
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
    let groups = link::<ucwa::people::MyGroups2>("/groups").get().read(answer(200, &[JSON, ("ETag", "1")], body));
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
fn a_put_answers_the_new_etag_and_the_resource_where_the_server_sends_it() {
    let group = group(&[("ETag", "7")], "{}");
    let put = group.put().expect("it has an ETag");
    let updated = put.read(answer(204, &[("ETag", "8")], "")).expect("it went well");
    assert_eq!((updated.etag.as_deref(), updated.resource.is_none()), (Some("8"), true));
    let updated = put.read(answer(200, &[JSON, ("ETag", "9")], r#"{"name":"B"}"#)).expect("it went well");
    let resource = updated.resource.expect("it came along");
    assert_eq!((resource.etag(), resource.name.as_deref()), (Some("9"), Some("B")));
    assert!(resource.put().is_ok(), "and can be changed again");
    let updated = put.read(answer(200, &[("Content-Type", "text/html")], "<p>Done</p>")).expect("it went well");
    assert!(updated.resource.is_none());
}

#[test]
fn what_did_not_change_is_told_apart_from_what_did() {
    let get = link::<ContactPresence>("/presence").get().if_changed_since("7");
    assert_eq!(get.read(answer(304, &[], "")).expect("it went well"), Changed::No);
    let Changed::Yes(presence) = get.read(answer(200, &[JSON], r#"{"availability":"Away"}"#)).expect("it went well")
    else {
        panic!("it changed")
    };
    assert_eq!(presence.availability.as_ref().map(ToString::to_string).as_deref(), Some("Away"));
}

// Bodies and answers

#[test]
fn requests_ask_for_the_format_that_they_are_made_in() {
    for (format, media_type) in [(Format::Json, "application/json"), (Format::Xml, "application/xml")] {
        let get = link::<ContactPresence>("/presence").get().to_http(format).expect("a request");
        assert_eq!(header(&get, "Accept"), Some(media_type));
        assert_eq!((header(&get, "Content-Type"), header(&get, "Content-Length")), (None, None));
        let post = link::<AddParticipant>("/add").post_with(AddParticipantInput::new("sip:a@b.c"));
        let post = post.to_http(format).expect("a request");
        assert_eq!((header(&post, "Accept"), header(&post, "Content-Type")), (Some(media_type), Some(media_type)));
        assert_eq!(header(&post, "Content-Length"), Some(&*post.body().len().to_string()));
    }
}

#[test]
fn parameters_are_written_in_both_formats() {
    let mut input = StartMessagingInput::new("sip:lene@contoso.com");
    input.message = Some(Content::plain_text("Hi & bye"));
    let request =
        |format| link::<StartMessaging>("/start").post_with(input.clone()).to_http(format).expect("a request");
    let href = input.message.as_ref().expect("it was set").href();
    assert!(href.starts_with("data:text/plain;charset=utf-8,Hi%20"), "{href}");
    let json: serde_json::Value = serde_json::from_slice(request(Format::Json).body()).expect("JSON");
    let expected = serde_json::json!({"to": "sip:lene@contoso.com", "_links": {"message": {"href": href}}});
    assert_eq!(json, expected);
    let xml = request(Format::Xml);
    let xml = text(&xml);
    assert!(xml.contains("<input xmlns=\"http://schemas.microsoft.com/rtc/2012/03/ucwa\">"), "{xml}");
    assert!(xml.contains("<property name=\"to\">sip:lene@contoso.com</property>"), "{xml}");
    assert!(xml.contains(&format!("<link rel=\"message\" href=\"{}\"/>", href.replace('&', "&amp;"))), "{xml}");
}

#[test]
fn a_post_that_has_nothing_to_say_is_empty_and_says_so() {
    let request = link::<ReportMyActivity>("/report").post().to_http(Format::Json).expect("a request");
    assert_eq!((header(&request, "Content-Length"), header(&request, "Content-Type")), (Some("0"), None));
    assert!(request.body().is_empty());
    assert!(link::<ReportMyActivity>("/report").post().read(answer(204, &[], "")).is_ok());
}

#[test]
fn a_photo_is_bytes_of_a_media_type() {
    let get = link::<Photo>("/photo").get();
    let request = get.to_http(Format::Json).expect("a request");
    assert_eq!(header(&request, "Accept"), Some("image/jpeg"));
    let came = Response::builder().header("Content-Type", "image/png").body(vec![0x89, 0xFF, 0]).expect("a response");
    let photo = get.read(came).expect("a photo");
    assert_eq!((photo.essence().as_str(), photo.bytes.as_slice()), ("image/png", &[0x89, 0xFF, 0][..]));
}

#[test]
fn a_message_is_sent_as_it_is_and_its_id_stands_in_the_address() {
    for (body, media_type) in
        [(Body::plain_text("Hi é"), "text/plain;charset=utf-8"), (Body::html("<b>Hi é</b>"), "text/html;charset=utf-8")]
    {
        let bytes = body.bytes.clone();
        let send = link::<SendMessage>("/messages?x=1").post_with(SendMessageInput::new("a b", body));
        let request = send.to_http(Format::Json).expect("a request");
        assert_eq!(request.uri().to_string(), format!("{HOST}/messages?x=1&operationId=a+b"));
        assert_eq!((header(&request, "Content-Type"), request.body()), (Some(media_type), &bytes));
        let message = send.read(answer(201, &[("Location", "/messages/1")], "")).expect("it was sent");
        assert_eq!(
            message.link.expect("an address").url().expect("a URL").as_str(),
            "https://fe1.contoso.com/messages/1"
        );
    }
}

#[test]
fn a_body_of_another_media_type_is_refused() {
    let body = Body::new("image/png", vec![1]);
    let error = link::<SendMessage>("/messages").post_with(SendMessageInput::new("1", body)).to_http(Format::Json);
    let error = error.expect_err("no message");
    assert_eq!(error.to_string(), "POST sendMessage: the body is image/png and has to be text/plain, text/html");
    let forgotten = link::<SendMessage>("/messages").post_with(SendMessageInput::default()).to_http(Format::Json);
    assert!(matches!(forgotten, Err(RequestError::MediaType { .. })), "{forgotten:?}");
}

#[test]
fn a_call_is_answered_in_the_session_description_protocol() {
    let input = AcceptWithAnswerInput::new("ctx", Body::sdp("v=0\r\n"));
    let request = link::<AcceptWithAnswer>("/accept").post_with(input).to_http(Format::Xml).expect("a request");
    assert_eq!(header(&request, "Content-Type"), Some("application/sdp"));
    assert_eq!(text(&request), "v=0\r\n");
    assert_eq!(request.uri().to_string(), format!("{HOST}/accept?sessionContext=ctx"));
}

#[test]
fn content_is_not_shown_where_requests_are_logged() {
    let send = link::<SendMessage>("/messages").post_with(SendMessageInput::new("1", Body::plain_text("a secret")));
    assert!(!format!("{send:?}").contains("a secret"), "{send:?}");
}

// Long-running operations

#[test]
fn types_say_what_starts_an_operation_and_which() {
    fn started<T: ucwa::Post<Input: StartsOperation>>(mut input: T::Input) -> (String, &'static str) {
        assert_eq!(input.operation_id(), "");
        input.set_operation_id("id".into());
        let id = input.operation_id().to_owned();
        (id, <<T::Input as StartsOperation>::Operation as ucwa_runtime::Described>::DESCRIPTION.name)
    }
    let start = started::<StartMessaging>(StartMessagingInput::new("sip:a@b.c"));
    assert_eq!(start, ("id".into(), "messagingInvitation"));
    let add = started::<AddParticipant>(AddParticipantInput::new("sip:a@b.c"));
    assert_eq!(add, ("id".into(), "participantInvitation"));
    assert_eq!(started::<SendMessage>(SendMessageInput::default()), ("id".into(), "message"));
}

#[test]
fn what_was_started_has_its_address() {
    let post = link::<StartMessaging>("/ucwa/v1/start").post_with(StartMessagingInput::new("sip:a@b.c"));
    let started = post.read(answer(201, &[("Location", "invitations/5")], "")).expect("it was started");
    assert_eq!(
        started.link.expect("an address").url().expect("a URL").as_str(),
        format!("{HOST}/ucwa/v1/invitations/5")
    );
    assert!(started.resource.is_none());
    let body = r#"{"rel":"messagingInvitation","_links":{"self":{"href":"/invitations/6"}}}"#;
    let started = post.read(answer(200, &[JSON], body)).expect("it was started");
    assert_eq!(started.link.expect("its own").url().expect("a URL").as_str(), format!("{HOST}/invitations/6"));
    assert!(started.resource.is_some());
    let started = post.read(answer(201, &[], "")).expect("it was started");
    assert!(started.link.is_none());
}

#[test]
fn what_was_created_is_where_the_answer_says() {
    let input = ucwa::general::ApplicationsInput::new("en-US", "endpoint", "agent");
    let post = link::<Applications>("/ucwa/v1/applications").post_with(input);
    let headers = [JSON, ("Location", "/ucwa/v1/applications/192"), ("ETag", "3")];
    let application = post.read(answer(201, &headers, r#"{"rel":"application"}"#)).expect("an application");
    assert_eq!((application.created_at(), application.etag()), (Some("/ucwa/v1/applications/192"), Some("3")));
    let own = application.link().expect("its link").url().expect("a URL");
    assert_eq!(own.as_str(), format!("{HOST}/ucwa/v1/applications/192"));
}

// Revisions

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

// Errors

type PresenceError = OperationError<ContactPresenceGetError>;

fn presence_error(status: u16, headers: &[(&str, &str)], body: &str) -> PresenceError {
    link::<ContactPresence>("/presence").get().read(answer(status, headers, body)).expect_err("an error")
}

fn in_json<C: Conditions>(
    read: impl FnOnce(Response<Vec<u8>>) -> Option<OperationError<C>>,
    status: u16,
    code: &str,
    subcode: Option<&str>,
) -> OperationError<C> {
    let body = serde_json::json!({"code": code, "subcode": subcode, "message": "why"}).to_string();
    read(answer(status, &[JSON], &body)).expect("an error")
}

#[test]
fn an_error_is_one_line_with_operation_code_subcode_and_message() {
    let body =
        r#"{"code":"ServiceFailure","subcode":"InvalidExchangeServerVersion","message":"Not\r\n with  this\tserver."}"#;
    let error = presence_error(500, &[JSON], body);
    let line = "GET contactPresence: ServiceFailure/InvalidExchangeServerVersion: Not with this server.";
    assert_eq!(error.to_string(), line);
    assert!(error.is(ContactPresenceGetError::InvalidExchangeServerVersion));
    assert_eq!(presence_error(403, &[], "").to_string(), "GET contactPresence: Forbidden");
    assert_eq!(presence_error(401, &[], "").to_string(), "GET contactPresence: 401");
    let odd = presence_error(500, &[JSON], r#"{"code":"Odd\ncode","subcode":"odd\nsubcode"}"#);
    assert_eq!(odd.to_string().lines().count(), 1, "{odd}");
}

#[test]
fn an_error_has_all_that_the_server_said() {
    let body = r#"{"code":"BadRequest","subcode":"ParameterValidationFailure","message":"why","debugInfo":{"x":1},
        "parameters":[{"name":"to","reason":"Empty"}],"link":{"href":"/why"}}"#;
    let error = presence_error(400, &[JSON], body);
    assert_eq!((error.code(), error.subcode()), (Some("BadRequest"), Some("ParameterValidationFailure")));
    assert_eq!((error.status().as_u16(), error.message()), (400, Some("why")));
    assert_eq!((error.parameters()[0].name.as_str(), error.parameters()[0].reason.as_deref()), ("to", Some("Empty")));
    assert_eq!(error.debug_info(), Some(&serde_json::json!({"x": 1})));
    assert_eq!(error.body().and_then(|body| body.link.as_ref()).map(|link| link.href.as_str()), Some("/why"));
    assert_eq!(error.operation(), "GET contactPresence");
}

#[test]
fn an_error_in_xml_is_the_same_error() {
    let body = "<reason xmlns=\"http://schemas.microsoft.com/rtc/2012/03/ucwa\"><code>ServiceFailure</code>\
                <subcode>InvalidExchangeServerVersion</subcode><message>why</message></reason>";
    let error = presence_error(500, &[("Content-Type", "application/vnd.microsoft.com.ucwa+xml")], body);
    assert_eq!(error.documented(), Some(ContactPresenceGetError::InvalidExchangeServerVersion));
    assert_eq!(error.message(), Some("why"));
}

#[test]
fn what_is_worth_another_try() {
    let retryable = |status: u16, body: &str| presence_error(status, &[JSON], body).is_retryable();
    for status in [408, 429, 503, 504] {
        assert!(retryable(status, ""), "{status}");
    }
    for status in [400, 401, 403, 404, 409, 410, 412, 413, 415, 428, 500, 501] {
        assert!(!retryable(status, ""), "{status}");
    }
    assert!(retryable(500, r#"{"code":"ServiceFailure","subcode":"ServiceTimeout"}"#));
    assert!(!retryable(500, r#"{"code":"ServiceFailure","subcode":"CallbackChannelError"}"#));
    assert!(!retryable(409, r#"{"code":"Conflict","subcode":"ServiceTimeout"}"#));
    assert!(presence_error(503, &[("Content-Type", "text/html")], "<p>Busy</p>").is_retryable(), "a proxy's too");
}

#[test]
fn how_long_to_wait_is_a_number_or_a_date() {
    let after = |value: &str| presence_error(503, &[("Retry-After", value)], "").retry_after();
    assert_eq!(after("120"), Some(Duration::from_secs(120)));
    assert_eq!(after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO), "that is over");
    let in_an_hour = time::OffsetDateTime::from(std::time::SystemTime::now() + Duration::from_secs(3600));
    let (day, month) = (in_an_hour.weekday().to_string(), in_an_hour.month().to_string());
    let date = format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        &day[..3],
        in_an_hour.day(),
        &month[..3],
        in_an_hour.year(),
        in_an_hour.hour(),
        in_an_hour.minute(),
        in_an_hour.second()
    );
    let wait = after(&date).expect("a date");
    assert!((3590..=3600).contains(&wait.as_secs()), "{date}: {wait:?}");
    assert_eq!((after("soon"), after("-1"), presence_error(503, &[], "").retry_after()), (None, None, None));
}

#[test]
fn an_error_without_a_body_is_known_by_its_status() {
    let error = presence_error(403, &[], "");
    assert_eq!((error.documented(), error.code()), (Some(ContactPresenceGetError::Forbidden), Some("Forbidden")));
    assert_eq!(presence_error(409, &[], "").documented(), Some(ContactPresenceGetError::Conflict));
    assert_eq!(
        presence_error(410, &[], "").documented(),
        Some(ContactPresenceGetError::CannotRedirect),
        "the only one"
    );
    assert_eq!(presence_error(412, &[], "").generic(), Some(GenericError::PreconditionFailed));
    let error = presence_error(418, &[], "");
    assert_eq!((error.kind(), error.code()), (&ErrorKind::Other, None));
}

#[test]
fn what_a_proxy_says_is_no_error_of_ucwa() {
    let page = format!("<html>\n<body>Bad gateway</body></html>{}", "x".repeat(1000));
    let error = presence_error(502, &[("Content-Type", "text/html; charset=utf-8")], &page);
    let ErrorKind::NotUcwa { media_type, start } = error.kind() else { panic!("{error:?}") };
    assert_eq!((media_type.as_str(), start.len()), ("text/html; charset=utf-8", 200));
    assert_eq!((error.code(), error.documented(), error.generic()), (None, None, None));
    let line = error.to_string();
    assert!(line.starts_with("GET contactPresence: 502 Bad Gateway"), "{line}");
    assert_eq!(line.lines().count(), 1);
}

#[test]
fn a_subcode_that_no_table_lists_leaves_the_code_and_itself() {
    let error = presence_error(403, &[JSON], r#"{"code":"Forbidden","subcode":"BrandNew","message":"why"}"#);
    assert_eq!((error.code(), error.subcode()), (Some("Forbidden"), Some("BrandNew")));
    assert_eq!(error.kind(), &ErrorKind::Other);
    assert_eq!(error.to_string(), "GET contactPresence: Forbidden/BrandNew: why");
    let none = presence_error(403, &[JSON], r#"{"code":"Forbidden","subcode":"None"}"#);
    assert!(none.is(ContactPresenceGetError::Forbidden), "`None` is no subcode");
}

#[test]
fn an_answer_that_cannot_be_read_is_an_error_with_its_cause() {
    let read = |headers: &[(&str, &str)], body: &str| {
        link::<ContactPresence>("/presence").get().read(answer(200, headers, body)).expect_err("it cannot be read")
    };
    for (headers, body) in [
        (&[JSON][..], "{\"availability\":"),
        (&[JSON][..], ""),
        (&[("Content-Type", "text/html")][..], "<p>Sign in</p>"),
    ] {
        let error = read(headers, body);
        assert!(matches!(error.kind(), ErrorKind::Unreadable(_)), "{error:?}");
        assert!(std::error::Error::source(&error).is_some());
        assert!(error.to_string().starts_with("GET contactPresence: 200 OK"), "{error}");
        assert_eq!((error.status().as_u16(), error.is_retryable(), error.code()), (200, false, None));
    }
}

#[test]
fn the_reason_of_an_event_is_an_error_of_the_operation() {
    let reason = |body: &str| ucwa::decode_error(Format::Json, body.as_bytes()).expect("a reason");
    let started: fn(ErrorBody) -> OperationError<ucwa::communication::StartMessagingPostError> =
        |reason| OperationError::from_reason("startMessaging", reason);
    let error = started(reason(r#"{"code":"ServiceFailure","subcode":"CallbackChannelError","message":"why"}"#));
    assert!(error.is(ucwa::communication::StartMessagingPostError::CallbackChannelError));
    assert_eq!(error.to_string(), "startMessaging: ServiceFailure/CallbackChannelError: why");
    assert_eq!(error.status().as_u16(), 500);
    let error = started(reason(r#"{"code":"Timeout","subcode":"BrandNew"}"#));
    assert_eq!((error.code(), error.subcode(), error.status().as_u16()), (Some("Timeout"), Some("BrandNew"), 504));
}

/// Reads the rows of a table as errors, and sees that each is the variant that a reader of the page would look for.
macro_rules! rows {
    ($read:expr, $errors:ident: $($status:literal $code:ident $($subcode:ident)? => $variant:ident),+ $(,)?) => {{
        let variants = [$($errors::$variant),+];
        let listed: Vec<_> = $errors::TABLE.iter().map(|(error, _)| *error).collect();
        assert_eq!(listed, variants, "all rows are here");
        $(
            let subcode = None::<&str>$(.or(Some(stringify!($subcode))))?;
            let error = in_json($read, $status, stringify!($code), subcode);
            assert!(error.is($errors::$variant), "{error:?}");
            assert_eq!((error.code(), error.subcode(), error.status().as_u16()), (Some(stringify!($code)), subcode, $status));
            // As a caller takes failures apart.
            match error.kind() {
                ErrorKind::Documented($errors::$variant) => {}
                other => panic!("{other:?}"),
            }
        )+
    }};
}

/// The rows that a GET of most resources about contacts has.
macro_rules! rows_of_a_get {
    ($resource:ident, $errors:ident) => {
        rows!(|came| link::<$resource>("/x").get().read(came).err(), $errors:
            403 Forbidden => Forbidden,
            500 ServiceFailure InvalidExchangeServerVersion => InvalidExchangeServerVersion,
            409 Conflict AlreadyExists => AlreadyExists,
            409 Conflict TooManyGroups => TooManyGroups,
            409 Conflict => Conflict,
            410 Gone CannotRedirect => CannotRedirect,
        )
    };
}

#[test]
fn the_rows_of_error_tables_have_the_names_that_the_pages_give_them() {
    rows_of_a_get!(ContactPresence, ContactPresenceGetError);
    rows_of_a_get!(ContactPrivacyRelationship2, ContactPrivacyRelationship2GetError);
    rows_of_a_get!(PinnedGroup, PinnedGroupGetError);
    rows_of_a_get!(PresenceSubscriptionMembership, PresenceSubscriptionMembershipGetError);
    rows_of_a_get!(SubscribedContacts, SubscribedContactsGetError);
    rows!(|came| link::<PresenceSubscriptionMembership>("/x").delete().read(came).err(),
        PresenceSubscriptionMembershipDeleteError:
        403 Forbidden => Forbidden,
        410 Gone CannotRedirect => CannotRedirect,
    );
    let fetched = link::<ContactPrivacyRelationship2>("/x").get().read(answer(200, &[JSON, ("ETag", "1")], "{}"));
    let relationship = fetched.expect("a relationship");
    let put = relationship.put().expect("it has an ETag");
    rows!(|came| put.read(came).err(), ContactPrivacyRelationship2PutError:
        403 Forbidden => Forbidden,
        500 ServiceFailure InvalidExchangeServerVersion => InvalidExchangeServerVersion,
        410 Gone CannotRedirect => CannotRedirect,
    );
}

/// Errors can be sent between threads and boxed, as callers do with them.
#[test]
fn errors_go_wherever_errors_go() {
    fn is_error<E: std::error::Error + Send + Sync + 'static>(_: &E) {}
    is_error(&presence_error(403, &[], ""));
    is_error(&RequestError::Missing { operation: "PUT group2".into(), what: "an ETag" });
}
