//! Bodies of error answers, which are also the reasons of events.

use serde_json::json;
use ucwa::{ErrorBody, Format, Limits, LinkDetail};

fn decode(format: Format, text: &str) -> ErrorBody {
    let body = ucwa::decode_error(format, text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    for format in Format::ALL {
        let written = body.encode(format).expect("what was read can be written");
        assert_eq!(ucwa::decode_error(format, written.as_bytes()).as_ref(), Ok(&body), "{written}");
    }
    body
}

#[test]
fn the_code_is_enough() {
    let from_json = decode(Format::Json, r#"{"code":"Conflict"}"#);
    let from_xml = decode(Format::Xml, "<reason><code>Conflict</code></reason>");
    assert_eq!((from_json.code.as_str(), from_json.subcode.as_ref()), ("Conflict", None));
    assert_eq!(from_json, from_xml);
}

#[test]
fn parameters_debug_information_and_the_link_are_read_in_both_formats() {
    let from_json = decode(
        Format::Json,
        r#"{"code":"BadRequest","subcode":"ParameterValidationFailure","message":"No.","link":{"href":"/help","title":"more","rev":"2"},
            "parameters":[{"name":"to","reason":"missing","hint":"sip"},{"name":"subject"}],"debugInfo":{"id":"7","inner":{"at":["a","b"]}}}"#,
    );
    assert_eq!(from_json.subcode.as_deref(), Some("ParameterValidationFailure"));
    assert_eq!(from_json.message.as_deref(), Some("No."));
    let link = from_json.link.as_ref().expect("there is one");
    assert_eq!(
        (link.href.as_str(), link.get(LinkDetail::Title), link.get(LinkDetail::Revision)),
        ("/help", Some("more"), Some("2"))
    );
    let names: Vec<_> = from_json.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert_eq!(names, ["to", "subject"]);
    assert_eq!(from_json.parameters[0].reason.as_deref(), Some("missing"));
    assert_eq!(from_json.debug_info, Some(json!({"id":"7","inner":{"at":["a","b"]}})));
    let from_xml = decode(
        Format::Xml,
        r#"<reason xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"><code>BadRequest</code><subcode>ParameterValidationFailure</subcode>
           <message>No.</message><link href="/help" title="more" revision="2"/>
           <parameters><parameter><name>to</name><reason>missing</reason><hint>sip</hint></parameter><parameter name="subject"><x/></parameter></parameters>
           <debugInfo><id>7</id><inner><at>a</at><at>b</at></inner></debugInfo></reason>"#,
    );
    assert_eq!(from_xml.debug_info, from_json.debug_info);
    assert_eq!(from_xml.link, from_json.link);
    assert_eq!(from_xml.parameters[0], from_json.parameters[0]);
    assert_eq!(from_xml.parameters[1].name, "subject");
}

#[test]
fn debug_information_may_be_text() {
    let from_json = decode(Format::Json, r#"{"code":"Conflict","debugInfo":"at line 7"}"#);
    let from_xml = decode(Format::Xml, "<reason><code>Conflict</code><debugInfo>at line 7</debugInfo></reason>");
    assert_eq!(from_json, from_xml);
    assert_eq!(from_json.debug_info, Some(json!("at line 7")));
}

#[test]
fn an_error_may_be_written_like_a_resource() {
    let plain = decode(Format::Xml, "<reason><code>Conflict</code><subcode>AlreadyExists</subcode></reason>");
    let resource = decode(
        Format::Xml,
        r#"<resource rel="reason"><property name="code">Conflict</property><property name="subcode">AlreadyExists</property></resource>"#,
    );
    let json = decode(Format::Json, r#"{"rel":"reason","code":"Conflict","subcode":"AlreadyExists"}"#);
    assert_eq!((&plain, &plain), (&resource, &json));
}

#[test]
fn a_link_may_be_text_and_parameters_may_be_one_or_names_alone() {
    let body = decode(Format::Json, r#"{"code":"BadRequest","link":"/help","parameters":{"name":"to"}}"#);
    assert_eq!((body.link.map(|link| link.href).as_deref(), body.parameters.len()), (Some("/help"), 1));
    let body = decode(Format::Json, r#"{"code":"BadRequest","parameters":["to",null,{"name":null}]}"#);
    let names: Vec<_> = body.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert_eq!(names, ["to", ""]);
}

#[test]
fn what_is_null_is_not_there() {
    let text =
        r#"{"code":"Gone","subcode":null,"message":null,"link":null,"parameters":null,"debugInfo":null,"x":null}"#;
    assert_eq!(decode(Format::Json, text), decode(Format::Json, r#"{"code":"Gone"}"#));
}

#[test]
fn what_nobody_knows_of_an_error_is_kept() {
    let body = decode(Format::Json, r#"{"code":"Gone","retry":{"after":"7"},"my key":"a","list":["a","b"]}"#);
    assert_eq!(body.unknown.get("retry"), Some(&json!({"after":"7"})));
    let body = decode(Format::Xml, "<reason><code>Gone</code><retry><after>7</after></retry></reason>");
    assert_eq!(body.unknown.get("retry"), Some(&json!({"after":"7"})));
}

#[test]
fn what_is_no_error_of_ucwa_is_not_taken_for_one() {
    for (format, text) in [
        (Format::Json, "{}"),
        (Format::Json, "[]"),
        (Format::Json, r#""Conflict""#),
        (Format::Json, r#"{"code":null}"#),
        (Format::Json, r#"{"error":"invalid_grant"}"#),
        (Format::Xml, "<reason/>"),
        (Format::Xml, "<html><head><title>502</title></head></html>"),
        (Format::Xml, "<!DOCTYPE html><html/>"),
        (Format::Xml, "502 Bad Gateway"),
    ] {
        assert!(ErrorBody::decode(format, text.as_bytes(), Limits::default()).is_err(), "{text}");
    }
}

#[test]
fn the_media_type_tells_ucwa_from_what_stands_before_it() {
    for (media_type, format) in [
        ("application/json", Some(Format::Json)),
        ("application/vnd.microsoft.com.ucwa+json; charset=utf-8", Some(Format::Json)),
        ("Application/XML;charset=UTF-8", Some(Format::Xml)),
        ("application/vnd.microsoft.com.ucwa+xml", Some(Format::Xml)),
        ("text/html; charset=utf-8", None),
        ("application/xhtml+xml", None),
        ("text/plain", None),
        ("image/jpeg", None),
        ("", None),
    ] {
        assert_eq!(Format::of_media_type(media_type), format, "{media_type}");
    }
}
