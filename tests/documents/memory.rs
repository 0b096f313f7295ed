//! What is read from a document takes no more memory than the limit says, whatever the document is.

use peak_alloc::PeakAlloc;
use ucwa::people::{Contact, MyContacts};
use ucwa::registry::REGISTRY;
use ucwa::{AnyResource, DecodeError, DecodeProblem, Document, ErrorBody, EventDocument, Format, Limits, Metadata};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The size of each document, in bytes.
const SIZE: usize = 1 << 18;

/// The limit, which relates to the size as the defaults do.
const MEMORY: usize = 10 * SIZE;

/// `start`, then `item` as often as it fits, then `end`.
fn repeated(start: &str, item: &str, end: &str) -> String {
    let count = (SIZE - start.len() - end.len()) / item.len();
    let items = item.repeat(count);
    format!("{start}{}{end}", items.strip_suffix(',').unwrap_or(&items))
}

/// Names that are all different.
fn numbered(start: &str, end: &str, item: impl Fn(usize) -> String) -> String {
    let mut text = start.to_owned();
    for number in 0.. {
        let item = item(number);
        if text.len() + item.len() + end.len() > SIZE {
            break;
        }
        text.push_str(&item);
    }
    format!("{}{end}", text.strip_suffix(',').unwrap_or(&text))
}

fn hostile() -> Vec<(Format, String)> {
    let json = [
        repeated(r#"{"_embedded":{"contact":["#, "{},", "]}}"),
        repeated(r#"{"_embedded":{"x":["#, "{},", "]}}"),
        repeated(r#"{"_embedded":{"contact":["#, "7,", "]}}"),
        repeated(r#"{"name":{},"_embedded":{"contact":["#, "{},", "]}}"),
        repeated(r#"{"_embedded":{"contact":["#, r#"{"_embedded":{"contactPresence":{}}},"#, "]}}"),
        repeated(r#"{"_links":{"x":["#, r#""","#, "]}}"),
        repeated(r#"{"_links":{"x":["#, r#"{"href":"","title":""},"#, "]}}"),
        repeated(r#"{"_links":{"x":[7,"#, r#"{"href":""},"#, "]}}"),
        repeated(r#"{"_links":["#, "7,", "]}"),
        repeated(r#"{"_links":{"next":["#, "7,", r#"]},"sender":[]}"#),
        repeated("{", r#""x":1e999,"#, r#""sender":[]}"#),
        repeated(r#"{"emailAddresses":["#, r#""","#, "]}"),
        repeated(r#"{"emailAddresses":["#, "{},", "]}"),
        repeated(r#"{"emailAddresses":["#, "0,", "]}"),
        repeated(r#"{"emailAddresses":["#, "0.5,", "]}"),
        repeated(r#"{"emailAddresses":["#, "1e-300,", "]}"),
        repeated(r#"{"emailAddresses":["#, "9999999999999999999,", "]}"),
        repeated(r#"{"_links":{"x":["#, r#"{"href":"","title":1e-300},"#, "]}}"),
        repeated(r#"{"x":["#, "0,", "]}"),
        repeated(r#"{"x":["#, "[],", "]}"),
        repeated(r#"{"x":["#, r#"{"":0},"#, "]}"),
        repeated(r#"{"y":1e999,"x":["#, "{},", "]}"),
        numbered(r#"{"x":{"#, "}}", |number| format!("\"{number}\":0,")),
        repeated(r#"{"sender":["#, "{},", "]}"),
        repeated(r#"{"sender":[{"events":["#, "{},", "]}]}"),
        repeated(r#"{"sender":[{"events":["#, r#"{"type":{}},"#, "]}]}"),
        repeated(r#"{"sender":[{"events":[{"type":{},"x":["#, "0,", "]}]}]}"),
        repeated(r#"{"sender":[{"events":[{"reason":{"code":"x","debugInfo":["#, "0,", "]}}]}]}"),
        repeated(r#"{"sender":[{"events":["#, r#"{"_embedded":{"contact":{}}},"#, "]}]}"),
        repeated(r#"{"sender":[{"events":[{"x":["#, "0,", "]}]}]}"),
        repeated(r#"{"_links":{"x":["#, r#"{"href":""},"#, r#"]},"sender":[]}"#),
        repeated(r#"{"code":"x","parameters":["#, "{},", "]}"),
        repeated(r#"{"code":"x","debugInfo":["#, "0,", "]}"),
        repeated(r#"{"code":1e999,"debugInfo":["#, "0,", "]}"),
        repeated(r#"{"metadata":["#, "{},", "]}"),
        repeated(r#"{"metadata":[{"parameters":["#, "{},", "]}]}"),
        repeated(r#"{"metadata":[{"parameters":[{"supportedValues":["#, r#""","#, "]}]}]}"),
    ];
    let xml = [
        repeated("<resource>", r#"<resource rel="contact"/>"#, "</resource>"),
        repeated("<resource>", r#"<resource rel="x"/>"#, "</resource>"),
        repeated("<resource>", r#"<link rel="x" href=""/>"#, "</resource>"),
        repeated("<resource>", "<link/>", "</resource>"),
        repeated("<events>", "<link/>", "</events>"),
        repeated(r#"<resource><propertyList name="emailAddresses">"#, "<i/>", "</propertyList></resource>"),
        repeated(r#"<resource><propertyList name="x">"#, "<i/>", "</propertyList></resource>"),
        repeated(r#"<resource><propertyList name="name">"#, "<i/>", "</propertyList></resource>"),
        repeated("<events>", "<sender/>", "</events>"),
        repeated("<events><sender>", "<u/>", "</sender></events>"),
        repeated("<events><sender>", "<u><resource><property/></resource></u>", "</sender></events>"),
        repeated("<events>", r#"<link rel="x" href=""/>"#, "</events>"),
        repeated("<reason><code>x</code><parameters>", "<p/>", "</parameters></reason>"),
        repeated("<resource><metadata>", "<httpMethodMetadata/>", "</metadata></resource>"),
        repeated("<reason><code>x</code><debugInfo>", "<p/>", "</debugInfo></reason>"),
    ];
    let json = json.into_iter().map(|text| (Format::Json, text));
    json.chain(xml.into_iter().map(|text| (Format::Xml, text))).collect()
}

/// Reads a document in one way, and gives what it took at most and what came of it.
fn measured<T>(read: impl FnOnce() -> Result<T, DecodeError>) -> (usize, Option<DecodeError>) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let error = read().err();
    (ALLOCATOR.peak_usage().saturating_sub(before), error)
}

#[test]
fn no_document_takes_more_than_the_limit() {
    let limits = Limits::default().with_size(SIZE).with_memory(MEMORY);
    let mut refused = 0;
    for (format, text) in hostile() {
        let (bytes, about) = (text.as_bytes(), &text[..text.len().min(60)]);
        assert!(bytes.len() <= SIZE, "{about}");
        for (way, (peak, error)) in [
            ("typed", measured(|| MyContacts::decode(format, bytes, limits))),
            ("contact", measured(|| Contact::decode(format, bytes, limits))),
            ("any", measured(|| AnyResource::decode(&REGISTRY, format, bytes, limits))),
            ("events", measured(|| EventDocument::decode(&REGISTRY, format, bytes, limits))),
            ("error", measured(|| ErrorBody::decode(format, bytes, limits))),
            ("metadata", measured(|| Metadata::decode(format, bytes, limits))),
        ] {
            assert!(peak <= MEMORY + SIZE / 8, "{peak} bytes for {about} as {way}");
            refused +=
                usize::from(error.is_some_and(|error| *error.problem() == DecodeProblem::TooLarge { limit: MEMORY }));
        }
    }
    assert!(refused > 20, "{refused} were refused for their size");
    usual_documents_fit();
}

/// What servers send fits, however much of it they send.
fn usual_documents_fit() {
    let contact = |number: usize| {
        format!(
            r#"{{"rel":"contact","uri":"sip:user{number}@contoso.com","name":"User {number}","emailAddresses":["user{number}@contoso.com"],"company":"Contoso","_links":{{"self":{{"href":"/ucwa/v1/applications/192/people/{number}"}},"contactPhoto":{{"href":"/ucwa/v1/photos/{number}"}},"contactPresence":{{"href":"/ucwa/v1/applications/192/people/{number}/presence"}}}}}},"#
        )
    };
    let document = numbered(r#"{"rel":"myContacts","_embedded":{"contact":["#, "]}}", contact);
    let limits = Limits::default().with_size(SIZE).with_memory(MEMORY);
    let (peak, error) = measured(|| MyContacts::decode(Format::Json, document.as_bytes(), limits));
    assert_eq!(error, None);
    assert!(peak < MEMORY);
    let contacts = MyContacts::decode(Format::Json, document.as_bytes(), limits).expect("it fits");
    let xml = contacts.to_xml().expect("XML holds it");
    let limits = limits.with_size(xml.len());
    assert!(MyContacts::decode(Format::Xml, xml.as_bytes(), limits).is_ok());
}

#[test]
fn the_default_is_ten_times_the_largest_document() {
    let limits = Limits::default();
    assert_eq!((limits.size, limits.memory), (16 << 20, 160 << 20));
}
