//! What is known gives no finding, and each kind of what is not gives its own.

mod common;

use common::{findings_in, inspect_data, rendered, schema};
use ucwa_inspect::report::ReportFormat;
use ucwa_inspect::{FindingKind, People};

/// The findings in a text as kind, what, detail and count.
fn found(text: &str) -> Vec<(FindingKind, String, String, usize)> {
    let report = findings_in(text, Some(schema()));
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    let findings = report.findings.into_iter();
    findings.map(|finding| (finding.kind, finding.what, finding.detail, finding.count)).collect()
}

fn one(text: &str) -> (FindingKind, String, String) {
    let found = found(text);
    let [(kind, what, detail, 1)] = found.as_slice() else { panic!("{found:?}") };
    (*kind, what.clone(), detail.clone())
}

#[test]
fn what_is_known_gives_no_finding() {
    let report = inspect_data("known", People::Shown).report();
    assert_eq!((&report.findings[..], &report.errors[..]), (&[][..], &[][..]));
    let read: Vec<_> = report.read.iter().map(|sort| (sort.what, sort.count)).collect();
    assert_eq!(read, [("errors", 1), ("event documents", 1), ("inputs", 1), ("resources", 2)]);
}

#[test]
fn every_kind_that_is_unknown_is_reported_with_count_and_first_place() {
    let report = inspect_data("unknown", People::Shown).report();
    let kinds: Vec<_> = report.findings.iter().map(|finding| finding.kind).collect();
    for kind in FindingKind::ALL.into_iter().filter(|kind| *kind != FindingKind::Unreadable) {
        assert!(kinds.contains(&kind), "no {kind:?}");
    }
    let mood = report.findings.iter().find(|finding| finding.what == "contact.mood").expect("it was seen");
    assert_eq!(mood.count, 2);
    assert!(mood.first.ends_with("session.har: entry 2, response, mood"), "{}", mood.first);
}

#[test]
fn the_reports_say_what_was_found() {
    let report = inspect_data("unknown", People::Shown).report();
    insta::assert_snapshot!("text", rendered(&report, ReportFormat::Text));
    insta::assert_snapshot!("markdown", rendered(&report, ReportFormat::Markdown));
    insta::assert_snapshot!("json", rendered(&report, ReportFormat::Json));
}

#[test]
fn a_value_of_another_type_does_not_hide_what_stands_behind_it() {
    let text = r#"{"rel":"contactPresence","lastActive":"soon","availability":"Dreaming","mood":1}"#;
    let found: Vec<_> = found(text).into_iter().map(|(kind, what, ..)| (kind, what)).collect();
    let expected = [
        (FindingKind::UnknownProperty, "contactPresence.mood".to_owned()),
        (FindingKind::UnlistedValue, "Availability: Dreaming".to_owned()),
        (FindingKind::WrongType, "contactPresence.lastActive".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn all_values_of_another_type_are_reported_in_xml_as_in_json() {
    let json = r#"{"rel":"contact","mood":"a","emailAddresses":["a"],"_embedded":{"contactPresence":
        {"lastActive":"so & so","availability":"Dreaming"}},"title":["a","b"]}"#;
    let xml = r#"<resource rel="contact" href="/c"><propertyList name="title"><item>a</item><item>b</item></propertyList>
        <property name="mood">a</property><resource rel="contactPresence" href="/p">
        <property name="lastActive">so &amp; <b/>so</property><property name="availability">Dreaming</property>
        </resource></resource>"#;
    let kinds: Vec<_> = found(xml).into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(
        kinds,
        [
            FindingKind::UnknownProperty,
            FindingKind::UnlistedValue,
            FindingKind::WrongType,
            FindingKind::WrongCardinality
        ]
    );
    assert_eq!(found(xml), found(json));
}

#[test]
fn each_of_many_wrong_values_is_counted_in_both_formats() {
    let json: Vec<_> =
        (0..3).map(|number| format!(r#"{{"rel":"contactPresence","lastActive":"x{number}"}}"#)).collect();
    let json = format!(r#"{{"rel":"contact","_embedded":{{"contactPresence":[{}]}}}}"#, json.join(","));
    let property = r#"<property name="lastActive">x</property>"#;
    let xml = format!(r#"<resource rel="contactPresence" href="/p">{property}</resource>"#).repeat(3);
    let xml = format!(r#"<resource rel="contact" href="/c">{xml}</resource>"#);
    for text in [json, xml] {
        let wrong = found(&text).into_iter().find(|(kind, ..)| *kind == FindingKind::WrongType);
        assert_eq!(wrong.map(|(.., count)| count), Some(3), "{text}");
    }
}

#[test]
fn both_formats_give_the_same_findings() {
    let json = r#"{"rel":"contactPresence","availability":"Dreaming","mood":"sunny"}"#;
    let xml = r#"<resource rel="contactPresence"><property name="availability">Dreaming</property><property name="mood">sunny</property></resource>"#;
    assert_eq!(found(json), found(xml));
    assert_eq!(found(json).len(), 2);
    let json = r#"{"rel":"contactPresence","lastActive":"soon"}"#;
    let xml = r#"<resource rel="contactPresence"><property name="lastActive">soon</property></resource>"#;
    assert_eq!(one(json), one(xml));
}

#[test]
fn what_is_embedded_belongs_to_the_resource_that_has_it() {
    let text =
        r#"{"rel":"myContacts","_embedded":{"contact":[{"rel":"contact"},{"rel":"contact","mood":true,"type":5}]}}"#;
    let report = findings_in(text, Some(schema()));
    let mood = report.findings.iter().find(|finding| finding.kind == FindingKind::UnknownProperty).expect("mood");
    assert_eq!((mood.what.as_str(), mood.detail.as_str()), ("contact.mood", "Boolean"));
    assert_eq!(mood.first, "test, _embedded.contact[1].mood");
}

#[test]
fn a_wrong_type_in_what_is_embedded_names_the_right_resource() {
    let text = r#"{"rel":"contact","_embedded":{"contactPresence":{"rel":"contactPresence","lastActive":true}}}"#;
    assert_eq!(one(text).1, "contactPresence.lastActive");
}

#[test]
fn the_resource_of_an_event_is_checked_even_if_a_value_of_it_does_not_fit() {
    let text = r#"{"_links":{"next":{"href":"/e"}},"sender":[{"rel":"people","href":"/p","events":[
        {"link":{"rel":"contactPresence","href":"/c"},"type":"updated","_embedded":{"contactPresence":{"lastActive":{}}}}]}]}"#;
    let report = findings_in(text, Some(schema()));
    let [finding] = &report.findings[..] else { panic!("{:?}", report.findings) };
    assert_eq!((finding.kind, finding.what.as_str()), (FindingKind::WrongType, "contactPresence.lastActive"));
    assert_eq!(finding.first, "test, sender[0].events[0]._embedded.contactPresence.lastActive");
    let xml = r#"<events href="/e"><link rel="next" href="/f"/><sender rel="people" href="/p">
        <updated rel="contactPresence" href="/c"><resource rel="contactPresence" href="/c">
        <property name="lastActive">soon</property></resource></updated></sender></events>"#;
    let in_xml = findings_in(xml, Some(schema())).findings;
    assert_eq!((in_xml.len(), &in_xml[0].what, &in_xml[0].first), (1, &finding.what, &finding.first));
}

#[test]
fn a_link_that_cannot_be_read_hides_no_event() {
    let text = r#"{"_links":{"self":5,"next":{"href":"/e"}},"sender":[{"rel":"people","href":"/p","events":[
        {"link":{"rel":"contactPresence","href":"/c"},"type":"renamed","in":7}]}]}"#;
    let report = findings_in(text, Some(schema()));
    let findings: Vec<_> = report.findings.iter().map(|found| (found.kind, &*found.what, &*found.first)).collect();
    let event = "test, sender[0].events[0]";
    let expected = [
        (FindingKind::UnknownEvent, "contactPresence renamed, from people", event),
        (FindingKind::Unreadable, "event", event),
        (FindingKind::Unreadable, "events", "test, _links.self"),
    ];
    assert_eq!(findings, expected);
}

#[test]
fn a_request_is_known_by_the_link_that_led_to_it() {
    let text = "HTTP/1.1 200 OK\nContent-Type: application/json\n\n\
        {\"rel\":\"me\",\"_links\":{\"makeMeAvailable\":{\"href\":\"/x/17\"}}}\n\
        POST https://pool.contoso.com/x/17?a=b HTTP/1.1\nContent-Type: application/json\n\n{\"mood\":\"sunny\"}\n";
    let (kind, what, detail) = one(text);
    assert_eq!((kind, detail.as_str()), (FindingKind::UnknownProperty, "String"));
    assert_eq!(what, "POST makeMeAvailable2.mood");
}

#[test]
fn a_dump_may_leave_out_the_empty_line_before_a_body() {
    let text = "Get https://pool.contoso.com/x HTTP/1.1\nAccept: application/json\n\
        HTTP/1.1 200 OK\nContent-Type: application/json\n{\"rel\":\"contact\",\"mood\":1}\n";
    assert_eq!(one(text).1, "contact.mood");
}

#[test]
fn a_message_that_is_cut_off_is_unreadable_and_the_next_one_is_read() {
    let text = "GET /ucwa/v1/applications/1/me HTTP/1.1\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"rel\":\"me\",\n\n\
        HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"rel\":\"contact\",\"mood\":1}\n";
    let report = findings_in(&format!("{text}\n{text}"), Some(schema()));
    let found: Vec<_> = report.findings.iter().map(|found| (found.kind, found.count, found.first.as_str())).collect();
    let expected = [
        (FindingKind::UnknownProperty, 2, "test: message 3, mood"),
        (FindingKind::Unreadable, 2, "test: message 2, line 1 column 12"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn without_a_schema_the_report_says_what_was_not_looked_for() {
    let text = r#"{"rel":"contactPresence","availability":"Dreaming","mood":"sunny"}"#;
    let report = findings_in(text, None);
    assert_eq!(report.findings.len(), 1);
    assert!(report.not_looked_for.is_some_and(|what| what.contains("--schema")));
    assert!(report.write(ReportFormat::Text).contains("not checked: values of enumerations"));
}

#[test]
fn the_reports_hold_one_line_for_names_of_any_kind() {
    let text = "{\"rel\":\"contact\",\"a|b\\n\\u001b[31m\":1}";
    let report = findings_in(text, None);
    assert_eq!(report.findings[0].what, "contact.a|b\u{fffd}\u{fffd}[31m");
    assert!(report.write(ReportFormat::Markdown).contains(r"contact.a\|b"));
}

#[test]
fn a_link_in_an_embedded_resource_tells_what_a_later_request_is_about() {
    let contacts = r#"{"rel":"myContacts","_embedded":{"contact":[{"rel":"contact","_links":{"contactNote":{"href":"/ucwa/4711"}}}]}}"#;
    let text = format!(
        "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{contacts}\n\nGET /ucwa/4711 HTTP/1.1\n\n\
         HTTP/1.1 409 Conflict\nContent-Type: application/json\n\n{{\"code\":\"Odd\"}}\n"
    );
    let report = findings_in(&text, Some(schema()));
    let details: Vec<_> = report.findings.iter().map(|finding| finding.detail.as_str()).collect();
    assert_eq!(details, ["in response to GET contactNote"]);
}

#[test]
fn links_of_one_path_are_told_apart_by_what_stands_behind_it() {
    let path = "/ucwa/v1/applications/192/communication/onlineMeetingInvitations";
    let start = format!(r#""startOnlineMeeting":{{"href":"{path}?onlineMeetingUri=adhoc"}}"#);
    let join = format!(r#""joinOnlineMeeting":{{"href":"{path}"}}"#);
    for links in [[&start, &join], [&join, &start]].map(|[one, other]| format!("{one},{other}")) {
        for (query, operation) in [
            ("", "joinOnlineMeeting"),
            ("?onlineMeetingUri=adhoc", "startOnlineMeeting"),
            ("?mood=1&onlineMeetingUri=adhoc", "startOnlineMeeting"),
            ("?mood=1", "joinOnlineMeeting"),
        ] {
            let text = format!(
                "HTTP/1.1 200 OK\nContent-Type: application/json\n\n{{\"rel\":\"communication\",\"_links\":{{{links}}}}}\n\n\
                 POST https://pool.contoso.com{path}{query} HTTP/1.1\nContent-Type: application/json\n\n{{\"mood\":1}}\n"
            );
            let (_, what, _) = one(&text);
            assert!(what.trim_start_matches("POST ").starts_with(operation), "{what} for {query}, {links}");
        }
    }
}

#[test]
fn a_link_tells_of_requests_to_its_own_host_only() {
    let link = |href: &str| {
        format!(
            "GET https://pool.contoso.com/a HTTP/1.1\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n\
            {{\"rel\":\"me\",\"_links\":{{\"makeMeAvailable\":{{\"href\":\"{href}\"}}}}}}\n\n"
        )
    };
    for href in ["/x/17", "https://Pool.contoso.com:443/x/17#top"] {
        for (host, count) in
            [("https://POOL.contoso.com", 1), ("https://pool.contoso.com:443", 1), ("", 1), ("https://other.com", 0)]
        {
            let request = format!("POST {host}/x/17 HTTP/1.1\nContent-Type: application/json\n\n{{\"mood\":1}}\n");
            assert_eq!(found(&(link(href) + &request)).len(), count, "{href} {host}");
        }
    }
}

#[test]
fn a_value_that_rust_cannot_hold_hides_nothing_of_its_message() {
    let address = "GET https://pool.contoso.com/ucwa/v1/applications/192/x HTTP/1.1";
    for media_type in ["application/json", "application/vnd.microsoft.com.ucwa+json"] {
        let response = format!("{address}\n\nHTTP/1.1 200 OK\nContent-Type: {media_type}\n\n");
        for (value, kind) in [(r#""cut \ud83d""#, "String"), ("1e999", "Double"), (r#"["\ud83d"]"#, "Array of String")]
        {
            let text = format!(r#"{response}{{"rel":"contact","zz":{value},"mood":true}}"#);
            let found: Vec<_> = found(&text).into_iter().map(|(_, what, detail, _)| (what, detail)).collect();
            let expected = [("contact.mood", "Boolean"), ("contact.zz", kind)];
            assert_eq!(found, expected.map(|(what, detail)| (what.to_owned(), detail.to_owned())), "{text}");
        }
        let text = format!(r#"{response}{{"rel":"contactPresence","availability":"\ud83d","lastActive":1e999}}"#);
        let details: Vec<_> = found(&text).into_iter().map(|(_, what, detail, _)| (what, detail)).collect();
        let [(what, detail), (other, _)] = &details[..] else { panic!("{details:?}") };
        assert_eq!((what.as_str(), other.as_str()), ("contactPresence.availability", "contactPresence.lastActive"));
        assert!(detail.ends_with(", found half of a character"), "{detail}");
        let text = format!(
            r#"{response}{{"_links":{{"next":{{"href":"/e"}}}},"sender":[{{"rel":"people","href":"/p","events":[
            {{"link":{{"rel":"contact","href":"/c"}},"type":"renamed","_embedded":{{"contact":{{"name":"\ud83d"}}}}}}]}}]}}"#
        );
        let kinds: Vec<_> = found(&text).into_iter().map(|(kind, ..)| kind).collect();
        assert!(kinds.contains(&FindingKind::UnknownEvent), "{kinds:?}");
    }
}

#[test]
fn values_of_the_wrong_type_are_reported_to_a_limit_for_each_resource() {
    let count = |unfit: usize| {
        let values: Vec<_> = (0..unfit).map(|index| format!(r#""zz{index}":1e999"#)).collect();
        found(&format!(
            "GET /ucwa/x HTTP/1.1\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{{\"rel\":\"contact\",{}}}",
            values.join(",")
        ))
    };
    assert_eq!(count(1024).len(), 1024);
    let unreadable = count(1026).into_iter().filter(|(kind, ..)| *kind == FindingKind::Unreadable);
    assert_eq!(unreadable.count(), 1);
}
