//! No secret of the traffic is in anything that is printed.

mod common;

use common::{command, findings_in, inspect_data, text};
use ucwa_inspect::report::Layout;
use ucwa_inspect::{MASK, Masker, People};

/// What must not be seen: parts of the tokens and passwords in `tests/data`.
const SECRETS: [&str; 4] = ["AAEBHAEFAAAAAAAFFQAAAHR0a2VuMD", "Pass!word", "Pass%21word", "word-9"];

#[test]
fn no_output_of_the_command_holds_a_secret() {
    for folder in ["known", "unknown", "broken"] {
        for arguments in [
            &["--schema", "../../../schema", "--verbose"][..],
            &["--format", "json", "--schema", "../../../schema"],
            &["--format", "markdown", "--schema", "../../../schema"],
            &["--suggest", "--schema", "../../../schema"],
        ] {
            let output = command(&[arguments, &[folder]].concat());
            let all = text(&output.stdout) + &text(&output.stderr);
            for secret in SECRETS {
                assert!(!all.contains(secret), "{folder} {arguments:?}: {secret} in {all}");
            }
        }
    }
}

#[test]
fn a_secret_is_masked_wherever_the_traffic_repeats_it() {
    let secret = "Xk93mmQ0";
    let plain = "Accept: */*".to_owned();
    for (query, header, body) in [
        ("", format!("Authorization: Bearer {secret}"), format!(r#""{secret}":1"#)),
        ("", format!("Cookie: a={secret}; b=c"), format!(r#""x{secret}y":1"#)),
        ("", plain.clone(), format!(r#""password":"{secret}","{secret}":1"#)),
        ("", plain.clone(), format!(r#""availability":"cwt={secret}""#)),
        ("?access_token=Xk93mmQ0", plain, format!(r#""availability":"{secret}""#)),
    ] {
        let dump = format!(
            "GET /ucwa/v1/x{query} HTTP/1.1\n{header}\n\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n\
             {{\"rel\":\"contactPresence\",{body}}}"
        );
        let report = findings_in(&dump, Some(common::schema()));
        assert!(!report.findings.is_empty());
        for layout in [Layout::Text, Layout::Markdown, Layout::Json] {
            let written = report.write(layout);
            assert!(!written.contains(secret) && written.contains("masked"), "{written}");
        }
    }
}

#[test]
fn a_secret_in_xml_is_masked_as_it_is_meant() {
    let text = r#"<resource rel="contactPresence"><property name="password">a&amp;b-9</property><property name="availability">a&amp;b-9</property></resource>"#;
    let report = findings_in(text, Some(common::schema()));
    let unlisted = report.findings.iter().find(|found| found.what.starts_with("Availability")).expect("it is unlisted");
    assert_eq!(unlisted.what, format!("Availability: {MASK}"));
}

#[test]
fn the_excerpt_of_a_broken_file_holds_no_secret() {
    for line in [
        r#"{"password":"geheim-5" "name":1}"#,
        r#"{"access_token":"geheim-5","x" 1}"#,
        r#"{"headers":[{"name":"Authorization","value":"geheim-5"}] 1}"#,
        r#"{"headers":[{"name":"X","value":"Bearer geheim-5"}] 1}"#,
        r#"{"a":"https://pool.contoso.com/?cwt=geheim-5" 1}"#,
    ] {
        let recording = ucwa_inspect::input::read("test", line.as_bytes());
        let [error] = &recording.errors[..] else { panic!("{line}: {:?}", recording.errors) };
        let drawn = ucwa_inspect::draw::draw(error, ucwa_inspect::draw::Drawing::Plain, &Masker::default());
        assert!(!drawn.contains("geheim") && drawn.contains(MASK), "{drawn}");
    }
}

#[test]
fn people_are_masked_on_request() {
    let shown = Masker::new(People::Shown);
    let masked = Masker::new(People::Masked);
    for text in
        ["sip:lene@contoso.com", "lene@contoso.com", "lene%40contoso.com", "tel:+14255550101", "+1 425 555 0101"]
    {
        assert_eq!(shown.mask(text), text);
        assert_eq!(masked.mask(&format!("a {text} b")), format!("a {MASK} b"));
    }
    assert_eq!(masked.mask("entry 12, response, _links.contact"), "entry 12, response, _links.contact");
    assert!(inspect_data("unknown", People::Masked).report().findings.len() > 10);
}
