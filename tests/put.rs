//! A PUT round trip on every resource that can be replaced: what is read, changed and written differs from what came in the
//! property that was changed, and in nothing else.

use http::Response;
use serde_json::{Map, Value, json};
use ucwa::general::Communication;
use ucwa::me::{CallForwardingSettings, SimultaneousRingSettings, UnansweredCallSettings};
use ucwa::online_meeting::{MyAssignedOnlineMeeting, MyOnlineMeeting, OnlineMeetingExtension};
use ucwa::people::{ContactPrivacyRelationship2, Group2};
use ucwa::{Fetched, Format, Get, Link, OperationRequest, Optional, Put};
use ucwa_codegen::extract::{SampleKind, extract};
use ucwa_runtime::{PropertyForm, Value as Field};
use ucwa_schema::Method;
use ucwa_tests::workspace;

const MARKER: &str = "4cf1a5b7-8c5d-4b53-9e0f-0c3a4d1f2b6e";
const URL: &str = "https://fe1.contoso.com/ucwa/v1/applications/192/thing";

/// A resource that can be replaced, and the answers that show it, each in its format.
struct Case {
    name: &'static str,
    round_trips: fn(Format, &str) -> usize,
}

impl Case {
    fn of<T: Put + Get<Query: Optional, Response = Fetched<T>>>() -> Self {
        Self { name: T::DESCRIPTION.name, round_trips: round_trips::<T> }
    }
}

fn cases() -> [Case; 9] {
    [
        Case::of::<CallForwardingSettings>(),
        Case::of::<Communication>(),
        Case::of::<ContactPrivacyRelationship2>(),
        Case::of::<Group2>(),
        Case::of::<MyAssignedOnlineMeeting>(),
        Case::of::<MyOnlineMeeting>(),
        Case::of::<OnlineMeetingExtension>(),
        Case::of::<SimultaneousRingSettings>(),
        Case::of::<UnansweredCallSettings>(),
    ]
}

/// The answers to a GET of a resource, from the reference, or from the repository where that has them.
fn answers(name: &str) -> Vec<(Format, String)> {
    if name == "contactPrivacyRelationship2" {
        return [(Format::Json, "json.http"), (Format::Xml, "xml")]
            .map(|(format, end)| (format, own(name, end)))
            .into();
    }
    let pages = ucwa_tests::pages();
    let samples = extract(&pages).samples.into_iter();
    let shown = samples.filter(|sample| {
        (sample.resource.as_str(), sample.method, sample.kind) == (name, Some(Method::Get), SampleKind::Response)
    });
    let answers: Vec<_> = shown
        .filter_map(|sample| match sample.format {
            ucwa_codegen::pages::SampleFormat::Json => Some((Format::Json, sample.repaired())),
            ucwa_codegen::pages::SampleFormat::Xml => Some((Format::Xml, sample.repaired())),
            ucwa_codegen::pages::SampleFormat::Other => None,
        })
        .collect();
    assert_eq!(answers.len(), 2, "{name}: one answer in each format");
    answers
}

/// The body of a sample that is part of the repository.
fn own(name: &str, end: &str) -> String {
    let path = workspace().join(format!("tests/samples/{name}.GET.response.{end}"));
    let text = std::fs::read_to_string(path).expect("the repository has the sample");
    text.split_once("\n\n").filter(|_| text.starts_with("HTTP")).map_or(text.clone(), |(_, body)| body.to_owned())
}

/// What servers add to a resource that no table lists.
fn with_unknown(format: Format, body: &str) -> String {
    match format {
        Format::Json => {
            let mut body: Map<String, Value> = serde_json::from_str(body).expect("a sample in JSON");
            body.insert(MARKER.into(), "please pass this in a PUT request".into());
            body.insert("unknownList".into(), json!(["one", "two"]));
            body.insert("unknownDate".into(), "/Date(1474932023993+0200)/".into());
            body.insert("unknownTruth".into(), true.into());
            body.insert("unknownNumber".into(), 1.5.into());
            body.insert("unknownObject".into(), json!({"deep": [1, {"deeper": null}]}));
            body.insert("unknownNothing".into(), Value::Null);
            body.insert("unknownEmpty".into(), "".into());
            Value::Object(body).to_string()
        }
        Format::Xml => {
            let end = body.rfind("</resource>").expect("a sample in XML");
            let unknown = format!(
                "<property name=\"{MARKER}\">please pass this in a PUT request</property>\
                 <propertyList name=\"unknownList\"><item>one</item><item>two</item></propertyList>\
                 <property name=\"unknownDate\">2016-09-26T16:20:23.9946221-07:00</property>\
                 <property name=\"unknownTruth\">True</property>\
                 <property name=\"unknownNumber\">1.5</property>\
                 <property name=\"unknownMarkup\">a &lt; b &amp;&amp; c</property>\
                 <property name=\"unknownEmpty\"></property>"
            );
            format!("{}{unknown}{}", &body[..end], &body[end..])
        }
    }
}

fn fetch<T: Get<Query: Optional, Response = Fetched<T>>>(format: Format, body: &str) -> Fetched<T> {
    let answer = Response::builder().header("Content-Type", format.media_type()).header("ETag", "7");
    let answer = answer.body(body.as_bytes().to_vec()).expect("a response");
    Link::<T>::new(URL).get().read(answer).expect("a sample")
}

fn put<T: Put>(fetched: &Fetched<T>, format: Format) -> String {
    let request = fetched.put().and_then(|put| put.to_http(format)).expect("a PUT");
    assert_eq!((request.method().as_str(), request.uri().host()), ("PUT", Some("fe1.contoso.com")));
    assert_eq!(request.headers()["if-match"], "\"7\"");
    assert_eq!(request.headers()["content-type"], format.media_type());
    assert_eq!(request.headers()["content-length"], request.body().len().to_string());
    String::from_utf8(request.into_body()).expect("a document")
}

/// The properties of a document in their order, read without the product.
fn properties(format: Format, body: &str) -> Vec<(String, Value)> {
    match format {
        Format::Json => {
            let body: Map<String, Value> = serde_json::from_str(body).expect("JSON");
            body.into_iter().filter(|(name, _)| name != "_links" && name != "_embedded").collect()
        }
        Format::Xml => {
            assert!(!body.contains("<link"), "a PUT writes no links: {body}");
            outermost(body)
        }
    }
}

/// The properties of the outermost element of an XML document.
fn outermost(body: &str) -> Vec<(String, Value)> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(body);
    let (mut found, mut depth, mut text, mut items) = (Vec::new(), 0, String::new(), Vec::new());
    let mut name = String::new();
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(start) => {
                depth += 1;
                if depth == 2 {
                    name = start
                        .try_get_attribute("name")
                        .expect("XML")
                        .map_or(String::new(), |name| name.value.as_ref().to_owned());
                    items.clear();
                }
                text.clear();
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(part) => {
                text.push_str(&quick_xml::escape::unescape(&format!("&{};", &*part)).expect("XML"));
            }
            Event::End(end) => {
                match end.name().0 {
                    "item" => items.push(Value::from(text.as_str())),
                    "property" if depth == 2 => found.push((name.clone(), text.as_str().into())),
                    "propertyList" if depth == 2 => found.push((name.clone(), items.clone().into())),
                    _ => {}
                }
                depth -= 1;
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// A change of the property at `index`: to another value of its kind, or to nothing.
fn change<T: Put>(fetched: &mut Fetched<T>, index: usize) {
    let now = fetched.property(index).and_then(|field| field.value(0)).map(|value| match value {
        Field::Text(_) => None,
        Field::Boolean(value) => Some(Field::Boolean(!value)),
        Field::Integer(value) => Some(Field::Integer(value + 1)),
        Field::Float(value) => Some(Field::Float(value + 1.0)),
        Field::Timestamp(_) => Some(Field::Text("2030-01-02T03:04:05.678+02:00")),
        Field::Duration(_) => Some(Field::Text("PT90M")),
    });
    let field = fetched.property_mut(index).expect("it is there");
    field.clear();
    // Of an enumeration that is a value that no page names, which has to be kept all the same.
    field.read(now.flatten().unwrap_or(Field::Text("sip:changed@contoso.com"))).expect("it is of the kind");
}

/// A value as text. JSON has no notation for what is below a millisecond.
fn shown(value: Option<Field<'_>>) -> String {
    match value {
        Some(Field::Timestamp(moment)) => format!("{} {}", moment.unix_milliseconds(), moment.offset_seconds()),
        other => format!("{other:?}"),
    }
}

/// Goes through all properties of an answer, and counts them.
fn round_trips<T: Put + Get<Query: Optional, Response = Fetched<T>>>(format: Format, body: &str) -> usize {
    let body = with_unknown(format, body);
    let came = match format {
        Format::Json => properties(format, &body),
        // What a server sends has links, and says what it is somewhere among the properties; a PUT says it first.
        Format::Xml => {
            let mut came = outermost(&body);
            came.sort_by_key(|(name, _)| name != "rel");
            came
        }
    };
    let fetched = fetch::<T>(format, &body);
    assert_eq!(properties(format, &put(&fetched, format)), came, "nothing was changed");
    let mut changed = 0;
    for (index, property) in T::DESCRIPTION.properties.iter().enumerate() {
        let Some(at) = came.iter().position(|(name, _)| name == property.name) else { continue };
        changed += 1;
        let mut fetched = fetched.clone();
        change(&mut fetched, index);
        let written = properties(format, &put(&fetched, format));
        assert_only_one_differs(&came, &written, at);

        // The same in the other format, from which all is read back that the first one says.
        for other in Format::ALL {
            let crossed = put(&fetched, other);
            let document = crossed.replacen("<input", "<resource", 1).replacen("</input", "</resource", 1);
            let back = fetch::<T>(other, &document);
            for (index, property) in T::DESCRIPTION.properties.iter().enumerate() {
                let values = |fetched: &Fetched<T>| {
                    let field = fetched.property(index).expect("it is there");
                    (0..field.count()).map(|index| shown(field.value(index))).collect::<Vec<_>>()
                };
                assert_eq!(values(&back), values(&fetched), "{} as {other:?}", property.name);
            }
            let unknown = |fetched: &Fetched<T>, name| fetched.envelope().unknown_property(name).cloned();
            for name in [MARKER, "unknownList", "unknownDate"] {
                assert_eq!(unknown(&back, name), unknown(&fetched, name), "{name} as {other:?}");
            }
        }

        // What is emptied is left out, or said to be empty where it is a list.
        let mut emptied = fetched.clone();
        emptied.property_mut(index).expect("it is there").clear();
        let written = properties(format, &put(&emptied, format));
        let mut expected = came.clone();
        if property.form == PropertyForm::List {
            expected[at].1 = json!([]);
        } else {
            expected.remove(at);
        }
        assert_eq!(written, expected, "{} was emptied", property.name);
    }
    changed
}

fn assert_only_one_differs(came: &[(String, Value)], written: &[(String, Value)], at: usize) {
    let names = |properties: &[(String, Value)]| properties.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(written), names(came), "the order is kept");
    for (index, (came, written)) in came.iter().zip(written).enumerate() {
        if index == at {
            assert_ne!(came, written);
        } else {
            assert_eq!(came, written);
        }
    }
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn what_is_put_differs_from_what_came_in_what_was_changed() {
    for case in cases() {
        for (format, body) in answers(case.name) {
            let changed = (case.round_trips)(format, &body);
            assert!(changed > 0, "{} in {format:?} has no property", case.name);
        }
    }
}

fn group(body: &str) -> Fetched<Group2> {
    fetch(Format::Json, body)
}

#[test]
fn properties_that_are_null_or_oddly_written_go_back_as_they_came() {
    let body = r#"{"id":7,"name":null,"etag":"42","other":null,"rel":"group"}"#;
    assert_eq!(put(&group(body), Format::Json), body);
    let body = r#"{"rel":"communication","publishEndpointLocation":"true","supportedModalities":"Messaging"}"#;
    assert_eq!(put(&fetch::<Communication>(Format::Json, body), Format::Json), body);
    let meeting = r#"{"expirationTime":"2016-09-26T16:20:23.9946221-07:00","attendees":[],"leaders":null}"#;
    assert_eq!(put(&fetch::<MyOnlineMeeting>(Format::Json, meeting), Format::Json), meeting);
}

#[test]
fn dates_keep_their_moment_and_their_offset_in_the_other_format() {
    let meeting = r#"{"rel":"myOnlineMeeting","expirationTime":"\/Date(1474932023993+0200)\/","subject":"A"}"#;
    let meeting = fetch::<MyOnlineMeeting>(Format::Json, meeting);
    let body = put(&meeting, Format::Xml);
    assert!(body.contains("<property name=\"expirationTime\">2016-09-27T01:20:23.993"), "{body}");
    assert!(body.contains("+02:00</property><property name=\"subject\">A</property>"), "{body}");
    assert!(body.contains("<resource xmlns"), "{body}");
}

#[test]
fn unknown_properties_can_be_changed_added_and_removed() {
    let mut fetched = group(r#"{"rel":"group","first":1,"id":"7","second":2,"third":[3]}"#);
    let envelope = ucwa::Object::envelope_mut(&mut *fetched);
    envelope.set_unknown_property("first", json!("one"));
    envelope.set_unknown_property("second", Value::Null);
    envelope.set_unknown_property("fourth", json!(4));
    assert_eq!(put(&fetched, Format::Json), r#"{"rel":"group","first":"one","id":"7","third":[3],"fourth":4}"#);
}

#[test]
fn what_is_set_for_the_first_time_stands_behind_what_came() {
    let mut fetched = group(r#"{"rel":"group","id":"7","_links":{"self":{"href":"/groups/7"}},"unknown":"x"}"#);
    fetched.name = Some("Friends".into());
    assert_eq!(put(&fetched, Format::Json), r#"{"rel":"group","id":"7","unknown":"x","name":"Friends"}"#);
}

#[test]
fn what_was_changed_and_changed_back_goes_back_as_it_came() {
    let body = r#"{"rel":"group","id":7,"name":"Friends"}"#;
    let mut fetched = group(body);
    fetched.id = Some("8".into());
    assert_eq!(put(&fetched, Format::Json), r#"{"rel":"group","id":"8","name":"Friends"}"#);
    fetched.id = Some("7".into());
    assert_eq!(put(&fetched, Format::Json), body);
}

#[test]
fn unknown_values_go_back_letter_by_letter() {
    let body = r#"{"rel":"group","large":123456789012345678901234567890,"price":1.50,"text":"\u00e9\/","deep":{ "a" : [1e2] },"name":"A"}"#;
    let mut fetched = group(body);
    fetched.name = Some("B".into());
    assert_eq!(put(&fetched, Format::Json), body.replace("\"A\"", "\"B\""));
}

#[test]
fn of_a_name_that_comes_twice_the_last_value_goes_back() {
    let mut fetched = group(r#"{"x":1,"name":"A","x":2,"name":"B"}"#);
    assert_eq!(put(&fetched, Format::Json), r#"{"x":2,"name":"B"}"#);
    fetched.name = Some("A".into());
    assert_eq!(put(&fetched, Format::Json), r#"{"x":2,"name":"A"}"#);
}

#[test]
fn an_embedded_resource_is_put_with_all_that_it_has() {
    let body = r#"{"rel":"group","etag":"42","id":"7","name":"Friends","unknown":["x"],
        "_links":{"self":{"href":"https://fe1.contoso.com/groups/7"}}}"#;
    let mut fetched = Fetched::from_embedded(ucwa::Document::from_json(body.as_bytes()).expect("a group"));
    let _: &Group2 = &fetched;
    fetched.name = Some("Family".into());
    let request = fetched.put().and_then(|put| put.to_http(Format::Json)).expect("a PUT");
    assert_eq!(request.headers()["if-match"], "\"42\"");
    let body = String::from_utf8(request.into_body()).expect("JSON");
    assert_eq!(body, r#"{"rel":"group","id":"7","name":"Family","unknown":["x"],"etag":"42"}"#);
}

#[test]
fn what_does_not_fit_goes_back_letter_by_letter() {
    let body = r#"{"rel":"myOnlineMeeting","subject":"A","expirationTime":"next \u0077eek","attendees":["a", {"b":1}],"zz":1e999,"x":[1e999]}"#;
    let mut fetched = fetch::<MyOnlineMeeting>(Format::Json, body);
    assert_eq!(put(&fetched, Format::Json), body);
    fetched.subject = Some("B".into());
    assert_eq!(put(&fetched, Format::Json), body.replace("\"A\"", "\"B\""));
    let in_xml = put(&fetched, Format::Xml);
    for part in [">next week<", "<item>a</item><item>{\"b\":1}</item>", ">1e999<", "<item>1e999</item>"] {
        assert!(in_xml.contains(part), "{part}: {in_xml}");
    }
    let mut emptied = fetched.clone();
    emptied.attendees.clear();
    ucwa::Object::envelope_mut(&mut *emptied).set_unknown_property("zz", Value::Null);
    let written = put(&emptied, Format::Json);
    assert!(written.contains(r#""attendees":[],"x":[1e999]}"#), "{written}");
}

#[test]
fn an_embedded_resource_is_put_with_what_does_not_fit() {
    let body = r#"{"rel":"myOnlineMeeting","etag":"42","subject":"A","expirationTime":{"a" : 1},"zz":1e999,
        "_links":{"self":{"href":"https://fe1.contoso.com/meetings/7"}}}"#;
    let fetched: Fetched<MyOnlineMeeting> =
        Fetched::from_embedded(ucwa::Document::from_json(body.as_bytes()).expect("a meeting"));
    let request = fetched.put().and_then(|put| put.to_http(Format::Json)).expect("a PUT");
    let body = String::from_utf8(request.into_body()).expect("JSON");
    assert_eq!(body, r#"{"rel":"myOnlineMeeting","expirationTime":{"a" : 1},"subject":"A","zz":1e999,"etag":"42"}"#);
}

#[test]
fn what_does_not_fit_goes_back_in_xml_too() {
    let body = r#"<resource rel="myOnlineMeeting"><property name="subject">A</property><property name="expirationTime">soon</property></resource>"#;
    let fetched = fetch::<MyOnlineMeeting>(Format::Xml, body);
    assert_eq!(fetched.expiration_time, None);
    assert!(put(&fetched, Format::Xml).contains("<property name=\"expirationTime\">soon</property>"));
    assert!(put(&fetched, Format::Json).contains(r#""expirationTime":"soon""#));
}

#[test]
fn a_property_in_other_letters_goes_back_under_the_name_that_it_came_with() {
    let mut fetched = group(r#"{"rel":"group","ID":"7","Name":"A"}"#);
    assert_eq!((fetched.id.as_deref(), fetched.name.as_deref()), (Some("7"), Some("A")));
    fetched.name = Some("B".into());
    assert_eq!(put(&fetched, Format::Json), r#"{"rel":"group","ID":"7","Name":"B"}"#);
}

#[test]
fn a_name_with_escapes_in_it_goes_back_as_what_it_means() {
    let body = r#"{"rel":"group","na\u006de":"A","un\u006bnown":1.50}"#;
    assert_eq!(put(&group(body), Format::Json), r#"{"rel":"group","name":"A","unknown":1.50}"#);
}

#[test]
fn an_embedded_resource_that_came_without_a_name_is_not_given_one() {
    let body = r#"{"etag":"7","id":"7","_links":{"self":{"href":"https://fe1.contoso.com/groups/7"}}}"#;
    let fetched: Fetched<Group2> = Fetched::from_embedded(ucwa::Document::from_json(body.as_bytes()).expect("a group"));
    assert_eq!(put(&fetched, Format::Json), r#"{"id":"7","etag":"7"}"#);
    let xml = put(&fetched, Format::Xml);
    assert!(xml.contains("?><input xmlns=") && xml.ends_with("</input>"), "only a resource has a name: {xml}");
}

#[test]
fn a_value_that_came_as_a_list_of_one_goes_back_as_one() {
    let list = r#"<propertyList name="name"><item>A</item></propertyList>"#;
    let mut fetched: Fetched<Group2> = fetch(Format::Xml, &format!(r#"<resource rel="group">{list}</resource>"#));
    assert_eq!(fetched.name.as_deref(), Some("A"));
    assert!(put(&fetched, Format::Xml).contains(list));
    fetched.name = Some("B".into());
    assert!(put(&fetched, Format::Xml).contains(r#"<property name="name">B</property>"#));
}

#[test]
fn values_and_lists_in_the_form_of_the_other_go_back_as_they_came() {
    for part in [
        r#"<property name="attendees"></property>"#,
        r#"<property name="attendees">sip:lene@contoso.com</property>"#,
        r#"<propertyList name="subject"><item>a</item></propertyList>"#,
        r#"<propertyList name="subject"><item>a</item><item>b</item></propertyList>"#,
    ] {
        let parts = format!(r#"{part}<property name="unknown">x</property>"#);
        let meeting = format!(r#"<resource rel="myOnlineMeeting">{parts}</resource>"#);
        let written = put(&fetch::<MyOnlineMeeting>(Format::Xml, &meeting), Format::Xml);
        assert!(written.contains(&parts), "{parts}: {written}");
    }
}

#[test]
fn of_names_that_differ_by_case_none_is_lost() {
    for (body, expected) in [
        (r#"{"rel":"group","Name":"b","name":"a","etag":"1"}"#, [("name", "a"), ("Name", "b")]),
        (r#"{"rel":"group","name":"a","Name":"b","etag":"1"}"#, [("name", "a"), ("Name", "b")]),
        (r#"{"rel":"group","NAME":"a","Name":"b","etag":"1"}"#, [("NAME", "a"), ("Name", "b")]),
        (r#"{"rel":"group","NAME":"z","Name":"y","NAME":"a","Name":"b"}"#, [("NAME", "a"), ("Name", "b")]),
    ] {
        for format in Format::ALL {
            let written = properties(format, &put(&group(body), format));
            for (name, value) in expected {
                let found: Vec<_> = written.iter().filter(|(found, _)| found == name).map(|(_, value)| value).collect();
                assert_eq!(found, [&Value::from(value)], "{body} in {format:?}: {name}");
            }
        }
    }
}
