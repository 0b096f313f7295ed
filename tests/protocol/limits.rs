//! How much a reader takes.

use std::fmt::Write as _;

use ucwa::people::{Contact, ContactPresence};
use ucwa::registry::REGISTRY;
use ucwa::{AnyResource, DecodeError, DecodeProblem, Document, ErrorBody, EventDocument, Format, Limits};

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// A resource in a resource, `depth` of them.
fn nested(format: Format, depth: usize) -> String {
    match format {
        Format::Json => format!("{}{{}}{}", r#"{"_embedded":{"x":"#.repeat(depth - 1), "}}".repeat(depth - 1)),
        Format::Xml => format!("{}{}", r#"<resource rel="x">"#.repeat(depth), "</resource>".repeat(depth)),
    }
}

#[test]
fn resources_that_lie_deeper_than_the_limit_are_refused() {
    for format in Format::ALL {
        for (depth, limit) in [(24, 24), (25, 24), (3, 3), (4, 3)] {
            let limits = limits(|limits| limits.depth = limit);
            let text = nested(format, depth);
            let typed = Contact::decode(format, text.as_bytes(), limits).map(drop);
            let any = AnyResource::decode(&REGISTRY, format, text.as_bytes(), limits).map(drop);
            assert_eq!(typed.is_ok(), depth <= limit, "{format:?} {depth} {limit}");
            let problem = |error: &DecodeError| error.problem().clone();
            assert_eq!(typed.as_ref().map_err(problem), any.as_ref().map_err(problem));
            if let Err(error) = typed {
                assert_eq!(error.problem(), &DecodeProblem::TooDeep { limit });
                assert!(error.path().starts_with("_embedded.x._embedded.x"), "{error}");
            }
        }
    }
}

#[test]
fn no_depth_at_all_exhausts_the_stack_whatever_the_limit() {
    let limits = limits(|limits| limits.depth = usize::MAX);
    for format in Format::ALL {
        let text = nested(format, 20_000);
        let error = Contact::decode(format, text.as_bytes(), limits).expect_err("it is too deep");
        assert_eq!(error.problem(), &DecodeProblem::TooDeep { limit: 128 }, "{format:?}");
    }
}

#[test]
fn brackets_and_elements_that_are_no_resources_have_a_limit_or_are_passed_over() {
    for key in ["name", "unknown", "_links", "_embedded", "emailAddresses"] {
        let text = format!(r#"{{"{key}":{}"#, "[".repeat(100_000));
        assert!(Contact::from_json(text.as_bytes()).is_err(), "{key}");
    }
    let text = format!(r#"{{"unknown":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    let error = Contact::from_json(text.as_bytes()).expect_err("it is too deep");
    assert_eq!(error.problem(), &DecodeProblem::TooDeep { limit: 128 });
    let text = format!("<resource>{}{}</resource>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(Contact::from_xml(text.as_bytes()), Ok(Contact::default()));
}

#[test]
fn error_bodies_and_events_have_limits_of_depth_too() {
    let deep = format!(r#"{{"code":"Conflict","debugInfo":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    let error = ErrorBody::decode(Format::Json, deep.as_bytes(), Limits::default()).expect_err("it is too deep");
    assert_eq!(error.problem(), &DecodeProblem::TooDeep { limit: 128 });
    let deep = format!("<reason><code>Conflict</code>{}{}</reason>", "<a><b/>".repeat(100_000), "</a>".repeat(100_000));
    let error = ErrorBody::decode(Format::Xml, deep.as_bytes(), Limits::default());
    assert_eq!(error.map(|error| error.code).as_deref(), Ok("Conflict"), "what is too deep is passed over");
    let deep = format!(r#"{{"sender":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    let document = EventDocument::decode(&REGISTRY, Format::Json, deep.as_bytes(), Limits::default());
    let document = document.expect("only a sender is too deep");
    assert!(document.senders[0].unreadable.is_some() && document.events().next().is_none());
}

#[test]
fn documents_longer_than_the_limit_are_refused_before_they_are_read() {
    let limits = limits(|limits| limits.size = 9);
    for format in Format::ALL {
        let bytes = b"not a document";
        let problems = [
            Contact::decode(format, bytes, limits).err(),
            AnyResource::decode(&REGISTRY, format, bytes, limits).err(),
            EventDocument::decode(&REGISTRY, format, bytes, limits).err(),
            ErrorBody::decode(format, bytes, limits).err(),
        ];
        for error in problems {
            let error = error.expect("it is too long");
            assert_eq!(error.problem(), &DecodeProblem::TooLong { size: 14, limit: 9 });
        }
    }
}

#[test]
fn a_document_as_long_as_the_limit_is_read() {
    let text = r#"{"name":"Jane"}"#;
    assert!(Contact::decode(Format::Json, text.as_bytes(), limits(|limits| limits.size = text.len())).is_ok());
    assert!(Contact::decode(Format::Json, text.as_bytes(), limits(|limits| limits.size = text.len() - 1)).is_err());
}

#[test]
fn names_that_no_table_lists_have_a_limit_as_they_are_looked_for_one_by_one() {
    for (count, is_read) in [(1024, true), (1100, false)] {
        let mut json = ["{".to_owned(), r#"{"_links":{"#.to_owned(), r#"{"_embedded":{"#.to_owned()];
        let mut xml = ["<resource>".to_owned(), "<resource>".to_owned(), "<resource>".to_owned()];
        for number in 0..count {
            let comma = if number > 0 { "," } else { "" };
            let values = ["1", r#"{"href":"/a"}"#, "{}"];
            for (text, value) in json.iter_mut().zip(values) {
                write!(text, r#"{comma}"n{number}":{value}"#).expect("text grows");
            }
            let elements = [
                format!(r#"<property name="n{number}"/>"#),
                format!(r#"<link rel="n{number}" href="/a"/>"#),
                format!(r#"<resource rel="n{number}"/>"#),
            ];
            xml.iter_mut().zip(elements).for_each(|(text, element)| text.push_str(&element));
        }
        for (text, end) in json.into_iter().zip(["}", "}}", "}}"]) {
            assert_eq!(ContactPresence::from_json((text + end).as_bytes()).is_ok(), is_read);
        }
        for text in xml {
            assert_eq!(ContactPresence::from_xml((text + "</resource>").as_bytes()).is_ok(), is_read);
        }
    }
}
