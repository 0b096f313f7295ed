//! Whatever fits the tables survives both formats and the way from one to the other; whatever does not, is refused in peace.

mod conversion;

use conversion::survives as survives_conversion;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json};
use ucwa::registry::REGISTRY;
use ucwa::{
    AnyResource, ErrorBody, EventDocument, Format, GenericResource, Limits, LinkData, LinkDetail, Object, Timestamp,
};
use ucwa_runtime::{PropertyForm, RegistryEntry, Value, read, write, write_input};

/// Text that XML can hold: everything but control characters and what is no character.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~\\t\\n\\r]{0,12}",
        proptest::collection::vec(any::<char>(), 0..8).prop_map(|text| {
            let is_held = |letter: &char| !letter.is_ascii_control() && !matches!(letter, '\u{FFFE}' | '\u{FFFF}');
            text.into_iter().filter(is_held).collect()
        }),
        Just("]]>&amp;<a b='\"'>".to_owned()),
    ]
}

/// The name of something that no table lists.
fn unknown_name() -> impl Strategy<Value = String> {
    "x-[ -~]{0,8}"
}

fn link() -> impl Strategy<Value = LinkData> {
    let more = || proptest::option::of(text());
    (text(), more(), more(), more()).prop_map(|(href, title, revision, etag)| {
        let mut link = LinkData::new(href);
        for (detail, text) in LinkDetail::ALL.into_iter().zip([title, revision, etag]) {
            link.set(detail, text.map(String::into));
        }
        link
    })
}

/// A value that some kind of property takes.
fn value() -> impl Strategy<Value = Json> {
    prop_oneof![
        text().prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1.0e9..1.0e9).prop_map(Json::from),
        (-377_000_000_000_000_i64..253_000_000_000_000, -720..720_i32).prop_map(|(moment, offset)| {
            let sign = if offset < 0 { '-' } else { '+' };
            Json::from(format!("/Date({moment}{sign}{:02}{:02})/", offset.abs() / 60, offset.abs() % 60))
        }),
        (0..60_u32, 0..1_000_000_000_u32, -12..=12_i32).prop_map(|(second, fraction, hours)| {
            Json::from(format!("2016-09-26T16:20:{second:02}.{fraction:09}{hours:+03}:00"))
        }),
        any::<u32>().prop_map(|seconds| Json::from(format!("PT{seconds}S"))),
        select(vec!["dGV4dA==", "data:text/plain,a+b", "sip:jane@contoso.com", "Away", "Work"]).prop_map(Json::from),
    ]
}

/// A value that a property may take or not, or a list of such.
fn any_value() -> impl Strategy<Value = Json> {
    let number = prop_oneof![any::<u64>().prop_map(Json::from), (-1.0e300..1.0e300).prop_map(Json::from)];
    let one = prop_oneof![value(), number];
    prop_oneof![one.clone(), proptest::collection::vec(one, 0..4).prop_map(Json::from)]
}

/// What goes into an object.
#[derive(Debug, Clone)]
struct Content {
    values: Vec<Vec<Json>>,
    links: Vec<Vec<LinkData>>,
    unknown: Vec<(String, Json)>,
    unknown_links: Vec<(String, LinkData)>,
    own: Option<LinkData>,
    etag: Option<String>,
    embedded: Vec<(prop::sample::Index, Content)>,
}

fn content() -> impl Strategy<Value = Content> {
    let unknown = prop_oneof![
        text().prop_map(Json::from),
        // A list is at least one text, as an empty one says nothing.
        proptest::collection::vec(text(), 1..3).prop_map(Json::from),
    ];
    let own = (
        proptest::collection::vec(proptest::collection::vec(value(), 0..6), 1..12),
        proptest::collection::vec(proptest::collection::vec(link(), 0..3), 1..8),
        proptest::collection::vec((unknown_name(), unknown), 0..3),
        proptest::collection::vec((unknown_name(), link()), 0..3),
        proptest::option::of(link()),
        proptest::option::of(text()),
    );
    let leaf = own.prop_map(|(values, links, unknown, unknown_links, own, etag)| Content {
        values,
        links,
        unknown,
        unknown_links,
        own,
        etag,
        embedded: Vec::new(),
    });
    leaf.prop_recursive(3, 8, 3, |inner| {
        let embedded = proptest::collection::vec((any::<prop::sample::Index>(), inner.clone()), 0..3);
        (inner, embedded).prop_map(|(content, embedded)| Content { embedded, ..content })
    })
}

/// Puts into an object what fits its tables.
fn fill(object: &mut dyn Object, content: &Content) {
    let description = object.description();
    for (index, property) in description.properties.iter().enumerate() {
        let field = object.property_mut(index).expect("the table has it");
        for value in &content.values[index % content.values.len()] {
            // What a field does not take is left out.
            let _ = field.read(match value {
                Json::Bool(value) => Value::Boolean(*value),
                Json::Number(number) => {
                    number.as_i64().map_or(Value::Float(number.as_f64().unwrap_or(0.0)), Value::Integer)
                }
                other => Value::Text(other.as_str().unwrap_or_default()),
            });
            if property.form != PropertyForm::List && field.count() > 0 {
                break;
            }
        }
    }
    if description.input {
        for (name, value) in &content.unknown {
            object.envelope_mut().set_unknown_property(name, value.clone());
        }
        return;
    }
    for (index, relation) in description.relations.iter().enumerate() {
        for link in &content.links[index % content.links.len()] {
            object.envelope_mut().add_link(relation.rel, link.clone());
        }
    }
    let envelope = object.envelope_mut();
    content.unknown.iter().for_each(|(name, value)| envelope.set_unknown_property(name, value.clone()));
    content.unknown_links.iter().for_each(|(rel, link)| envelope.add_link(rel, link.clone()));
    envelope.set_etag(content.etag.as_deref());
    if let Some(link) = &content.own {
        envelope.set_link(link.clone());
    }
}

/// Makes all moments whole milliseconds, which is what requests have in JSON.
fn cut_moments(object: &mut dyn Object) {
    for index in 0..object.description().properties.len() {
        let field = object.property_mut(index).expect("the table has it");
        if let Some(Value::Timestamp(moment)) = field.value(0) {
            let cut = Timestamp::from_unix_milliseconds(moment.unix_milliseconds()).expect("it is a moment already");
            field.clear();
            field.read(Value::Timestamp(cut)).expect("it held a moment");
        }
    }
}

/// A document of an object with what it embeds, as JSON: only readers make embedded resources of whatever type.
fn document(create: fn() -> Box<dyn Object>, content: &Content) -> Json {
    let mut object = create();
    fill(&mut *object, content);
    let written = write(Format::Json, &*object).expect("JSON holds all");
    let mut document: Json = serde_json::from_str(&written).expect("it was written by us");
    let description = object.description();
    let mut embedded = Map::new();
    for (index, inner) in content.embedded.iter().filter(|_| !description.input) {
        let (rel, target) = match description.relations {
            [] => ("x-embedded", None),
            relations => {
                let relation = &relations[index.index(relations.len())];
                (relation.rel, relation.create)
            }
        };
        let inner = self::document(target.unwrap_or(|| Box::new(GenericResource::default())), inner);
        match embedded.entry(rel).or_insert_with(|| Json::Array(Vec::new())) {
            Json::Array(items) => items.push(inner),
            _ => unreachable!("it was made a list"),
        }
    }
    if !embedded.is_empty() {
        document["_embedded"] = embedded.into();
    }
    document
}

/// Makes an empty resource or input.
fn create() -> impl Strategy<Value = fn() -> Box<dyn Object>> {
    select(REGISTRY.resources.iter().chain(REGISTRY.inputs).filter_map(|entry| entry.create).collect::<Vec<_>>())
}

/// What a rel is read as: the last revision. What an earlier one has and the last has not is unknown to it, and XML does not tell
/// of what type unknown values are.
fn resource() -> impl Strategy<Value = (&'static str, fn() -> Box<dyn Object>)> {
    let read_as = |entry: &RegistryEntry| {
        let is_read_as = REGISTRY.create(entry.rel)?.description().name == entry.name;
        Some((entry.rel, entry.create.filter(|_| is_read_as)?))
    };
    select(REGISTRY.resources.iter().filter_map(read_as).collect::<Vec<_>>())
}

/// Writes and reads an object, which must come back as it was.
fn survives(
    create: fn() -> Box<dyn Object>,
    object: &dyn Object,
    format: Format,
) -> Result<Box<dyn Object>, TestCaseError> {
    let text = write(format, object).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let mut again = create();
    let result = read(format, &mut *again, text.as_bytes(), Limits::default());
    prop_assert_eq!(result, Ok(()), "{}", text);
    prop_assert!(*again == *object, "{}\n{:?}\n{:?}", text, object, again);
    Ok(again)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_fits_the_tables_survives_both_formats_and_the_way_between_them(create in create(), content in content()) {
        let text = document(create, &content).to_string();
        let mut object = create();
        let result = read(Format::Json, &mut *object, text.as_bytes(), Limits::default());
        prop_assert_eq!(result, Ok(()), "{}", text);
        let there = survives(create, &*object, Format::Xml)?;
        let back = survives(create, &*there, Format::Json)?;
        let again = survives(create, &*back, Format::Xml)?;
        prop_assert_eq!(write(Format::Xml, &*there), write(Format::Xml, &*again));
        for format in Format::ALL {
            prop_assert!(write_input(format, &*object).is_ok());
        }
    }

    #[test]
    fn what_does_not_fit_survives_both_formats_too(create in create(), values in proptest::collection::vec(any_value(), 1..12)) {
        let description = create().description();
        let mut document = Map::new();
        for (index, property) in description.properties.iter().enumerate().filter(|(_, found)| found.form != PropertyForm::Content) {
            document.insert(property.name.to_owned(), values[index % values.len()].clone());
        }
        let text = Json::from(document).to_string();
        let mut object = create();
        let result = read(Format::Json, &mut *object, text.as_bytes(), Limits::default());
        prop_assert_eq!(result, Ok(()), "{}", text);
        if description.input {
            cut_moments(&mut *object);
        }
        prop_assert!(*object == *object.clone());
        let same = survives(create, &*object, Format::Json)?;
        let there = survives(create, &*same, Format::Xml)?;
        let back = survives(create, &*there, Format::Json)?;
        survives(create, &*back, Format::Xml)?;
    }

    #[test]
    fn resources_of_any_kind_survive_by_the_rel_in_them((rel, create) in resource(), content in content()) {
        let text = document(create, &content).to_string();
        let any = AnyResource::decode(&REGISTRY, Format::Json, text.as_bytes(), Limits::default());
        let any = any.map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert_eq!(any.rel(), rel);
        for format in Format::ALL {
            let written = any.encode(format).expect("both hold this");
            let again = AnyResource::decode(&REGISTRY, format, written.as_bytes(), Limits::default());
            prop_assert_eq!(again.as_ref(), Ok(&any), "{}", written);
        }
    }

    #[test]
    fn event_documents_survive_both_formats(
        senders in proptest::collection::vec((unknown_name(), link(), proptest::collection::vec(event(), 0..3)), 0..3),
        next in proptest::option::of((select(vec!["next", "resume", "resync"]), link())),
    ) {
        let senders: Vec<_> = senders.into_iter().map(|(rel, link, events)| {
            let mut sender = target(&rel, &link);
            sender["events"] = events.into();
            sender
        }).collect();
        let mut document = serde_json::json!({ "sender": senders });
        if let Some((rel, link)) = next {
            document["_links"] = serde_json::json!({ rel: target("", &link) });
        }
        let text = document.to_string();
        let document = ucwa::decode_events(Format::Json, text.as_bytes());
        let document = document.map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        prop_assert!(document.events().all(|(_, event)| event.unreadable.is_none()), "{:?}", document);
        for format in Format::ALL {
            let written = document.encode(format).expect("both hold this");
            let again = ucwa::decode_events(format, written.as_bytes());
            prop_assert_eq!(again.as_ref(), Ok(&document), "{}", written);
        }
    }

    #[test]
    fn error_bodies_survive_both_formats(body in error_body()) {
        let text = body.to_string();
        let body = ucwa::decode_error(Format::Json, text.as_bytes());
        let body = body.map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
        for format in Format::ALL {
            let written = body.encode(format).expect("both hold this");
            let again = ucwa::decode_error(format, written.as_bytes());
            prop_assert_eq!(again.as_ref(), Ok(&body), "{}", written);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn no_text_that_looks_like_xml_panics(parts in proptest::collection::vec(select(XML.to_vec()), 0..40)) {
        let texts = [
            parts.concat(),
            format!("<resource rel='contact'>{}</resource>", parts.concat()),
            format!("<events><sender>{}</sender></events>", parts.concat()),
        ];
        for text in texts {
            read_all(text.as_bytes());
            survives_conversion::<AnyResource>(Format::Xml, text.as_bytes());
            survives_conversion::<EventDocument>(Format::Xml, text.as_bytes());
        }
    }

    #[test]
    fn no_json_panics_and_what_is_read_survives(value in json()) {
        let text = value.to_string();
        read_all(text.as_bytes());
        survives_conversion::<AnyResource>(Format::Json, text.as_bytes());
        survives_conversion::<EventDocument>(Format::Json, text.as_bytes());
    }

    #[test]
    fn no_damage_to_a_document_panics(create in create(), content in content(), at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
        let text = document(create, &content).to_string();
        let mut object = create();
        prop_assert!(read(Format::Json, &mut *object, text.as_bytes(), Limits::default()).is_ok());
        for format in Format::ALL {
            let mut bytes = write(format, &*object).expect("both hold this").into_bytes();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            let _ = read(format, &mut *create(), &bytes, Limits::default());
            read_all(&bytes);
        }
    }
}

/// Reads bytes as everything that there is.
fn read_all(bytes: &[u8]) {
    for format in Format::ALL {
        let limits = Limits::default();
        let any = AnyResource::decode(&REGISTRY, format, bytes, limits)
            .map(|any| Format::ALL.map(|format| any.encode(format)));
        let events = EventDocument::decode(&REGISTRY, format, bytes, limits);
        let events = events.map(|events| Format::ALL.map(|format| events.encode(format)));
        let error = ErrorBody::decode(format, bytes, limits).map(|body| Format::ALL.map(|format| body.encode(format)));
        for result in [any.err(), events.err(), error.err()] {
            let place = result.and_then(|error| error.offset());
            assert!(place.is_none_or(|place| place <= bytes.len()), "an offset lies in the document");
        }
    }
}

/// `{rel, href, ...}`.
fn target(rel: &str, link: &LinkData) -> Json {
    let mut target = serde_json::json!({ "rel": rel, "href": link.href });
    for (name, text) in link.details() {
        target[name] = text.into();
    }
    target
}

fn event() -> impl Strategy<Value = Json> {
    let kind = prop_oneof![
        select(vec!["added", "updated", "deleted", "started", "completed"]).prop_map(str::to_owned),
        text()
    ];
    let embedded = proptest::option::of((resource(), content()));
    let unknown = proptest::collection::vec((unknown_name(), unknown_value()), 0..2);
    (kind, (text(), link()), proptest::option::of((text(), link())), embedded, proptest::option::of(text()), proptest::option::of(error_body()), unknown).prop_map(
        |(kind, (rel, link), collection, embedded, status, reason, unknown)| {
            let embedded = embedded.map(|((rel, create), content)| serde_json::json!({ rel: document(create, &content) }));
            let collection = collection.map(|(rel, link)| target(&rel, &link));
            let mut event = serde_json::json!({
                "link": target(&rel, &link), "in": collection, "_embedded": embedded, "type": kind, "status": status, "reason": reason,
            });
            for (name, value) in unknown {
                event[name] = value;
            }
            event
        },
    )
}

/// What XML can say of something unknown: texts, objects with something in them, and lists of both.
fn unknown_value() -> impl Strategy<Value = Json> {
    let one = text().prop_map(Json::from).prop_recursive(3, 8, 3, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from);
        proptest::collection::btree_map("[ -~]{0,4}", prop_oneof![inner, list], 1..4)
            .prop_map(|entries| Json::Object(entries.into_iter().collect()))
    });
    prop_oneof![one.clone(), proptest::collection::vec(one, 0..3).prop_map(Json::from)]
}

fn error_body() -> impl Strategy<Value = Json> {
    let more = || proptest::option::of(text());
    let parameters = proptest::collection::vec((text(), more()), 0..3);
    // XML has text, lists of text, and elements with names.
    let debug = text().prop_map(Json::from).prop_recursive(3, 8, 3, |inner| {
        let list = proptest::collection::vec(text().prop_map(Json::from), 0..4).prop_map(Json::from);
        proptest::collection::btree_map("[a-z -]{1,4}", prop_oneof![inner, list], 1..4)
            .prop_map(|entries| Json::Object(entries.into_iter().collect()))
    });
    (
        ("[A-Z][a-z]{1,8}", more(), more()),
        proptest::option::of(link()),
        parameters,
        proptest::option::of(debug),
        (unknown_name(), more()),
    )
        .prop_map(|((code, subcode, message), link, parameters, debug, (name, value))| {
            let parameters: Vec<_> = parameters
                .into_iter()
                .map(|(name, reason)| serde_json::json!({ "name": name, "reason": reason }))
                .collect();
            serde_json::json!({
                "code": code, "subcode": subcode, "message": message, "link": link.map(|link| target("", &link)),
                "parameters": parameters, "debugInfo": debug, name: value,
            })
        })
}

/// Pieces of XML, well-formed and not.
const XML: [&str; 26] = [
    "<resource rel='contact' href='/a'>",
    "</resource>",
    "<resource/>",
    "<link rel='contact' href='/a'/>",
    "<link/>",
    "<property name='name'>",
    "</property>",
    "<property name='rel'>contact</property>",
    "<propertyList name='emailAddresses'>",
    "</propertyList>",
    "<item>a</item>",
    "<item/>",
    "text",
    "&amp;",
    "&a;",
    "&#0;",
    "<![CDATA[",
    "]]>",
    "<!-- -->",
    "<?a b?>",
    "<!DOCTYPE a>",
    "<",
    ">",
    "'",
    "<updated rel='a'>",
    "</updated>",
];

/// JSON with the keys that readers know.
fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        value(),
        text().prop_map(Json::from),
        select(vec!["contact", "next", "/a"]).prop_map(Json::from)
    ];
    let keys = [
        "rel",
        "_links",
        "_embedded",
        "self",
        "href",
        "contact",
        "name",
        "emailAddresses",
        "lastActive",
        "etag",
        "sender",
        "events",
        "link",
        "type",
        "in",
        "reason",
        "code",
        "parameters",
        "debugInfo",
        "plainMessage",
        "x",
    ];
    let value = leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::vec((select(keys.to_vec()), inner), 0..6).prop_map(|entries| Json::Object(
                entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    });
    proptest::collection::vec((select(keys.to_vec()), value), 0..6)
        .prop_map(|entries| Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
}
