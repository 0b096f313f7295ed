//! What servers ordinarily send is no news, though no table lists it: only what is new is reported.

mod common;

use common::{found, messages};

/// A recording of a request with its response.
fn exchange(method: &str, address: &str, status: &str, media_type: &str, body: &str) -> String {
    format!(
        "{method} {address} HTTP/1.1\nAccept: application/json\n\nHTTP/1.1 {status}\nContent-Type: {media_type}\n\n{body}\n"
    )
}

fn get(address: &str, body: &str) -> String {
    exchange("GET", &format!("https://pool.contoso.com{address}"), "200 OK", "application/json; charset=utf-8", body)
}

#[test]
fn discovery_without_names_is_known() {
    for links in [
        r#""self":{"href":"https://d/root"},"user":{"href":"https://p/user?originalDomain=contoso.com"},"xframe":{"href":"https://p/x"}"#,
        r#""user":{"href":"https://p/user"}"#,
        r#""self":{"href":"https://d/"},"redirect":{"href":"https://p/root"}"#,
        r#""applications":{"href":"https://p/ucwa/oauth/v1/applications","revision":"2"},"self":{"href":"https://p/u"},"xframe":{"href":"https://p/x"}"#,
    ] {
        let text = get("/", &format!(r#"{{"_links":{{{links}}}}}"#));
        assert_eq!((found(&text), messages(&text)), (vec![], vec![("resources", 1)]), "{text}");
    }
    let xml = r#"<resource xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa" href="https://d/"><link rel="user" href="https://p/u"/><link rel="xframe" href="https://p/x"/></resource>"#;
    let text = exchange("GET", "https://lyncdiscover.contoso.com/", "200 OK", "application/xml", xml);
    assert_eq!((found(&text), messages(&text)), (vec![], vec![("resources", 1)]));
}

#[test]
fn older_discovery_documents_tokens_and_pages_of_others_are_passed_over() {
    let (json, xml) = ("application/json", "application/vnd.microsoft.rtc.autodiscover+xml;v=1");
    for (status, media_type, body) in [
        ("200 OK", json, r#"{"AccessLocation":"External","Root":{"Links":[{"token":"Domain","href":"https://p/d"}]}}"#),
        (
            "200 OK",
            xml,
            r#"<AutodiscoverResponse AccessLocation="External"><Root><Link token="Domain" href="https://p/d"/></Root></AutodiscoverResponse>"#,
        ),
        (
            "200 OK",
            json,
            r#"{"access_token":"cwt=AAEBHAEF","token_type":"Bearer","expires_in":"28289","ms_rtc_identityscope":"local"}"#,
        ),
        ("400 Bad Request", json, r#"{"error":"invalid_grant","ms_rtc_passiveauthuri":"https://p/passiveauth"}"#),
        ("401 Unauthorized", "text/html", "<html><head><title>401<body>no</html>"),
        ("200 OK", "text/html", "<!DOCTYPE html><script>if (1 < 2) {}</script>"),
    ] {
        let text = exchange("POST", "https://pool.contoso.com/WebTicket/oauthtoken", status, media_type, body);
        assert_eq!((found(&text), messages(&text)), (vec![], vec![]), "{text}");
    }
}

#[test]
fn an_application_with_its_dates_markers_and_states_is_known() {
    let marker = |name: &str, value: &str| format!(r#""{name}":"{value}","#);
    let one = marker("0e5d1cd2-7e6b-4a1d-8b12-2d0e1b1e3f4a", "please pass this in a PUT request");
    let other = marker("5f2a9c80-11d4-4a0b-9d3e-7c6b5a493827", "please pass me in a PUT request");
    let body = format!(
        r#"{{{one}"culture":"en-US","userAgent":"board","type":"Browser","expires":"\/Date(1474932023993)\/","_links":{{
            "self":{{"href":"/a/192","etag":"7"}},"policies":{{"href":"/a/192/policies","title":"","rev":"2","kind":"x"}}}},
            "_embedded":{{"communication":{{{other}"supportedModalities":[],"rel":"communication","etag":"3140562359"}},
            "me":{{"name":"Lene","rel":"me","_embedded":null}},"people":null}},"rel":"application"}}"#
    );
    assert_eq!(found(&get("/a/192", &body)), [] as [&str; 0]);
    let xml = r#"<resource rel="contact" href="/c"><property name="expires">2016-09-26T16:20:23.9946221-07:00</property><property name="etag">7</property></resource>"#;
    assert_eq!(found(&exchange("GET", "https://p/c", "200 OK", "application/xml", xml)), [] as [&str; 0]);
    let elsewhere = r#"{"rel":"me","expires":"soon","0e5d1cd2-7e6b-4a1d-8b12-2d0e1b1e3f4a":"pass this on"}"#;
    let found = found(&get("/me", elsewhere));
    assert_eq!(found, ["me.[secret]", "me.expires"], "with other values, they are news");
}

#[test]
fn events_with_statuses_other_names_and_odd_titles_are_known() {
    let body = r#"{"_links":{"self":{"href":"/e?ack=1"},"next":{"href":"/e?ack=2&key=aGVsbG8%3D"}},"sender":[
        {"rel":"conversation","href":"/c/1","events":[{"link":{"rel":"localParticipant","href":"/c/1/p","title":"Lene \"A\"; <b>"},
          "_embedded":{"localParticipant":{"rel":"participant","role":"Leader","_links":{"self":{"href":"/c/1/p"}}}},"type":"added"}]},
        {"rel":"communication","href":"/q","events":[{"link":{"rel":"messagingInvitation","href":"/i","title":""},"status":"Success",
          "_embedded":{"messagingInvitation":{"direction":"Outgoing","operationId":"x","rel":"messagingInvitation"}},"type":"completed"}]}]}"#;
    assert_eq!(found(&get("/e", body)), [] as [&str; 0]);
}

#[test]
fn parameters_in_other_letters_and_empty_values_are_known() {
    let text = "POST https://pool.contoso.com/ucwa/oauth/v1/applications HTTP/1.1\nContent-Type: application/json\n\n\
        {\"UserAgent\":\"board\",\"EndpointId\":\"1\",\"Culture\":\"en-US\",\"Mood\":1}\n";
    assert_eq!(found(text), ["POST applications2.Mood"]);
    assert_eq!(found(&get("/p", r#"{"rel":"contactPresence","availability":"","deviceType":null}"#)), [] as [&str; 0]);
}

#[test]
fn parts_of_a_batch_are_read_however_they_are_framed() {
    let part = "Content-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\u{feff}{\"rel\":\"contact\",\"expires\":\"\"}\r\n";
    for (quoted, preamble) in [("\"a; b\"", ""), ("\"a b\"", "This is a batch.\r\n"), ("abc", "")] {
        let boundary = quoted.trim_matches('"');
        let body = format!("{preamble}--{boundary}\r\n{part}--{boundary}\r\n{part}--{boundary}--\r\nthe end");
        let text =
            exchange("POST", "https://p/batch", "200 OK", &format!("multipart/batching; boundary={quoted}"), &body);
        assert_eq!((found(&text), messages(&text)), (vec![], vec![("resources", 2)]), "{text}");
    }
}

#[test]
fn a_batch_without_its_end_is_read_to_where_it_goes() {
    let body = "--x\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"rel\":\"contact\",\"mood\":1}";
    let text = exchange("POST", "https://p/batch", "200 OK", "multipart/batching; boundary=x", body);
    assert_eq!(found(&text), ["contact.mood"]);
}
