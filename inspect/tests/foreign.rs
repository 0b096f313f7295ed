//! What other services say in the same recording is passed over, however much it looks like UCWA.

mod common;

use common::{found, messages, report, schema};
use ucwa_inspect::report::ReportFormat;
use ucwa_inspect::{Checker, Masker, suggest::suggest};

const HOST: &str = "https://graph.example.com";

fn request(method: &str, address: &str, body: &str) -> String {
    format!("{method} {address} HTTP/1.1\nContent-Type: application/json\n\n{body}\n")
}

fn exchange(address: &str, status: &str, body: &str) -> String {
    format!("GET {address} HTTP/1.1\n\nHTTP/1.1 {status}\nContent-Type: application/json\n\n{body}\n")
}

#[test]
fn the_body_of_a_request_is_no_error_and_no_event_document() {
    for address in ["https://login.example.com/mfa", "https://pool.contoso.com/ucwa/v1/applications/192/mfa"] {
        for body in [
            r#"{"code":"483920"}"#,
            r#"{"code":"483920","subcode":"483920"}"#,
            r#"{"sender":[{"rel":"483920","href":"/p","events":[]}]}"#,
            r#"{"_links":{"next":{"href":"/e"},"483920":{"href":"/f"}}}"#,
        ] {
            let text = request("POST", address, body);
            let report = report(&text);
            assert!(report.findings.is_empty() && report.read.is_empty(), "{text}: {:?}", report.findings);
            assert!(!report.write(ReportFormat::Json).contains("483920"), "{text}");
        }
    }
}

#[test]
fn errors_of_other_services_are_skipped_and_suggest_nothing() {
    let text = exchange(&format!("{HOST}/v1.0/me"), "401 Unauthorized", r#"{"code":"InvalidAuthenticationToken"}"#);
    assert_eq!((found(&text), messages(&text)), (vec![], vec![]));
    let mut checker = Checker::new(Some(schema()));
    ucwa_inspect::input::read("test", text.as_bytes()).messages.iter().for_each(|message| checker.check(message));
    assert_eq!(suggest(&checker.findings, &schema(), &Masker::default()), []);
}

#[test]
fn documents_of_other_services_are_skipped() {
    for body in [
        r#"{"sender":{"emailAddress":"lene@contoso.com"},"subject":"Lunch"}"#,
        r#"{"sender":["lene@contoso.com"]}"#,
        r#"{"_links":{"self":{"href":"/me?page=1"},"next":{"href":"/me?page=2"}},"items":[]}"#,
        r#"{"_links":{"self":{"href":"/me"},"photo":{"href":"/me/photo"}},"displayName":"Lene"}"#,
        r#"{"_links":{"self":{"href":"/orders/7"},"user":{"href":"/users/5"}},"total":3}"#,
    ] {
        let text = exchange(&format!("{HOST}/v1.0/me"), "200 OK", body);
        assert_eq!((found(&text), messages(&text)), (vec![], vec![]), "{text}");
    }
    for method in ["PUT", "POST"] {
        let text = request(method, &format!("{HOST}/v1.0/me/note"), r#"{"colour":"red"}"#);
        assert_eq!((found(&text), messages(&text)), (vec![], vec![]), "{text}");
    }
    let text =
        "OPTIONS https://graph.example.com/me HTTP/1.1\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{}\n";
    assert_eq!(messages(text), []);
    for xml in ["<reason><code>Late</code></reason>", "<events><event/></events>"] {
        let text = exchange(&format!("{HOST}/trains"), "404 Not Found", xml).replace("/json", "/xml");
        assert_eq!((found(&text), messages(&text)), (vec![], vec![]), "{text}");
    }
}

#[test]
fn what_a_link_leads_to_is_ucwa_at_its_own_host_only() {
    let linked = exchange("https://pool.contoso.com/a", "200 OK", r#"{"rel":"me","_links":{"note":{"href":"/x/17"}}}"#);
    let odd =
        |host: &str| format!("{linked}\n{}", exchange(&format!("{host}/x/17"), "409 Conflict", r#"{"code":"Odd"}"#));
    for host in ["https://pool.contoso.com", "https://POOL.contoso.com:443", ""] {
        assert_eq!(found(&odd(host)), ["Odd"], "{host}");
    }
    assert_eq!(found(&odd(HOST)), [] as [&str; 0]);
}

#[test]
fn what_does_not_say_where_it_comes_from_is_known_by_its_shape() {
    let media_type = "application/vnd.microsoft.com.ucwa";
    let error = r#"{"code":"Odd"}"#;
    let xml = r#"<reason xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><code>Odd</code></reason>"#;
    for text in [
        error.to_owned(),
        xml.to_owned(),
        "<reason><code>Odd</code></reason>".to_owned(),
        format!("HTTP/1.1 409 Conflict\nContent-Type: application/json\n\n{error}"),
        exchange("https://p/x", "409 Conflict", error).replace("application/json", &format!("{media_type}+json")),
        exchange("https://p/x", "409 Conflict", xml).replace("/json", "/xml"),
        exchange("https://p/ucwa/x", "409 Conflict", error),
        exchange("/ucwa/x", "409 Conflict", error),
        exchange("https://lyncdiscover.contoso.com/", "404 Not Found", error),
    ] {
        assert_eq!((found(&text), messages(&text)), (vec!["Odd".to_owned()], vec![("errors", 1)]), "{text}");
    }
    let events = r#"{"_links":{"next":{"href":"/e"}},"sender":[{"rel":"people","href":"/p","events":[]}]}"#;
    for text in [events.to_owned(), exchange("https://p/e", "200 OK", events), r#"{"sender":[]}"#.to_owned()] {
        assert_eq!(messages(&text), [("event documents", 1)], "{text}");
    }
}
