//! The emitted module can be used, says what it renamed, and loses nothing.

use std::path::Path;

use ucwa_codegen::emit::Root;
use ucwa_codegen::generate::generate;
use ucwa_hostile::hostile::enumerations::{self, Kind};
use ucwa_hostile::hostile::http_::Memo2;
use ucwa_hostile::hostile::lib_::Names;
use ucwa_hostile::hostile::limits::{Limited, LimitedInput};
use ucwa_hostile::hostile::mod_::{Keywords, KeywordsInput, KeywordsInputRequired};
use ucwa_hostile::hostile::prelude_::{Position, PositionInput};
use ucwa_hostile::hostile::registry::REGISTRY;
use ucwa_hostile::hostile::time_::OnlyPut;
use ucwa_hostile::hostile::ucwa_runtime_::{Everything, EverythingInput, EverythingInputRequired};
use ucwa_hostile::hostile::uncategorized::Lost;
use ucwa_hostile::hostile::url_::{Pageless, PagelessInput};
use ucwa_hostile::hostile::{alloc, enumerations_, registry_, std as std_};
use ucwa_runtime::{
    Content, Described, Document, Enumeration, Fetched, Format, GenericResource, Get, Limits, Link, LinkData, Object,
    OperationRequest, Post, Put, Representation, Resource, Started, StartsOperation, Timestamp, Value, read, write,
};
use ucwa_schema::Schema;
use ucwa_schema::validate::{Severity, validate};

fn schema() -> Schema {
    Schema::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("schema")).expect("the crate has a schema")
}

#[test]
fn the_schema_is_sound() {
    let findings = validate(&schema());
    assert!(findings.iter().all(|finding| finding.severity == Severity::Warning), "{findings:?}");
    assert!(!findings.is_empty(), "it lacks pages and first revisions");
}

#[test]
fn names_that_are_keywords_end_in_an_underscore() {
    let mut keywords = Keywords::default();
    keywords.type_ = Some("a".into());
    keywords.self_ = Some("b".into());
    keywords.gen_ = Some("c".into());
    keywords.async_ = Some("d".into());
    assert_eq!(
        keywords.to_json().expect("JSON holds all"),
        r#"{"rel":"keywords","type":"a","self":"b","async":"d","gen":"c"}"#
    );
    assert_eq!(keywords.type_relation().href(), None);
    let input = KeywordsInput::new(KeywordsInputRequired {
        type_: "1",
        self_: "2",
        self_2: "3",
        super_: "4",
        crate_: "5",
        async_: "6",
        match_: "7",
        in_: "8",
        gen_: "9",
        try_: "10",
        dyn_: "11",
        unnamed: "12",
        true_: "13",
        static_: "14",
    });
    assert_eq!(input.in_, "8");
}

#[test]
fn names_that_become_one_are_kept_apart() {
    let names = Names::from_json(r#"{"userName":"a","username":"b","UserName":"c","user_name":"d"}"#.as_bytes())
        .expect("they are all text");
    let apart = [&names.user_name, &names.username, &names.user_name_, &names.user_name_2];
    assert_eq!(apart.map(Option::as_deref), [Some("a"), Some("b"), Some("c"), Some("d")]);
}

#[test]
fn properties_called_like_what_every_resource_has_are_properties() {
    let text = r#"{"envelope":"a","href":"b","etag":"c","":"d"}"#;
    let names = Names::from_json(text.as_bytes()).expect("they are all text");
    assert_eq!(
        (names.envelope_.as_deref(), names.href.as_deref(), names.etag.as_deref()),
        (Some("a"), Some("b"), Some("c"))
    );
    assert_eq!((Resource::href(&names), Resource::etag(&names)), (None, None));
    assert_eq!(names.envelope().unknown_properties().count(), 0);
}

#[test]
fn relations_called_like_methods_make_way_for_them() {
    let mut names = Names::default();
    for rel in ["clone", "to_json", "default", "href", "eq", "new"] {
        names.envelope_mut().add_link(rel, LinkData::new("/a"));
    }
    let hrefs = [names.clone_relation().link(), names.default_relation().link(), names.eq_relation().link()];
    assert!(hrefs.iter().all(Option::is_some));
    assert_eq!(names.clone(), names);
}

#[test]
fn values_of_enumerations_are_kept_apart_and_from_unlisted_ones() {
    for (wire, kind) in [
        ("Unlisted", Kind::Unlisted),
        ("Self", Kind::Self_),
        ("None", Kind::None),
        ("3DES", Kind::N3DES),
        ("3des", Kind::N3des),
        ("A", Kind::A),
        ("a", Kind::A_),
        ("NAME", Kind::NAME),
        ("VALUES", Kind::VALUES),
    ] {
        assert_eq!(Kind::from_wire(wire), kind, "{wire}");
        assert_eq!(kind.as_str(), wire);
    }
    assert!(matches!(Kind::from_wire("else"), Kind::Unlisted_(_)));
    assert_eq!(<Kind as Enumeration>::VALUES.len(), 21);
    assert!(matches!(enumerations::Empty::from_wire("else"), enumerations::Empty::Unlisted(_)));
}

#[test]
fn a_resource_and_an_enumeration_of_one_name_are_two_types() {
    let mut status = enumerations_::Status::default();
    status.status = Some(enumerations::StatusValue::Ok);
    assert_eq!(status.to_json().expect("JSON holds all"), r#"{"rel":"status","status":"Ok"}"#);
    let input = enumerations_::StatusInput3::new("None");
    assert_eq!(input.status, enumerations::StatusValue::None);
    assert_eq!(registry_::StatusInput::default().value, None);
}

#[test]
fn types_called_like_those_of_the_standard_library_make_way_for_them() {
    let option = std_::OptionResource::from_json(br#"{"value":"a","next":["b"],"kind":"None"}"#).expect("all is there");
    let expected: (Option<String>, Vec<String>, _) = (Some("a".into()), vec!["b".into()], Some(Kind::None));
    assert_eq!((option.value, option.next, option.kind), expected);
}

#[test]
fn later_revisions_lead_to_what_they_can_hold() {
    for (object, name) in [(REGISTRY.create("notes"), "notes2"), (REGISTRY.create("card"), "card10")] {
        assert_eq!(object.expect("it has a page").description().name, name);
    }
    let cards = alloc::Cards::from_json(br#"{"_embedded":{"card":[{"name":"a"}]}}"#).expect("a card");
    let card: &alloc::Card = cards.card().embedded().next().expect("there is one");
    assert_eq!(card.name.as_deref(), Some("a"));
}

#[test]
fn what_has_no_page_is_untyped_or_text() {
    let lost = Lost::from_json(br#"{"colour":"red","colours":["blue"],"_embedded":{"nobody":{"a":1}}}"#).expect("text");
    assert_eq!((lost.colour.as_deref(), lost.colours.as_slice()), (Some("red"), &["blue".to_owned()][..]));
    assert_eq!((lost.nobody().len(), lost.nowhere().exists()), (1, false));
}

#[test]
fn what_a_response_holds_has_the_type_that_there_is() {
    fn holds<T: Get<Response = Fetched<H>> + Resource<Representation = H>, H: Resource>() {}
    fn starts<T: Post<Input = I, Response = Started<H>>, I: StartsOperation<Operation = H>, H: Representation>() {}
    holds::<Pageless, GenericResource>();
    starts::<Pageless, PagelessInput, GenericResource>();
    // The page of the second revision names the first one, as messages do.
    holds::<Memo2, Memo2>();
}

#[test]
fn what_a_put_replaces_has_values() {
    fn replaced<T: Put>() -> T {
        T::default()
    }
    assert_eq!(replaced::<OnlyPut>().to_json().as_deref(), Ok(r#"{"rel":"onlyPut"}"#));
}

#[test]
fn what_the_root_and_the_runtime_call_their_own_makes_way_for_nothing() {
    use ucwa_hostile::hostile::prelude::*;
    use ucwa_hostile::hostile::serde_json_::*;
    assert_eq!(ucwa_hostile::hostile::http::Method::GET.as_str(), "GET");
    let document = DocumentResource::from_json(br#"{"representation":"a"}"#).expect("it is text");
    let representation: Link<RepresentationResource> = Link::new("/a");
    assert_eq!((document.representation.as_deref(), representation.href()), (Some("a"), "/a"));
}

#[test]
fn a_resource_may_be_called_like_what_the_macro_needs() {
    let position = Position::from_json(br#"{"position":"a","_embedded":{"position":[{"position":"b"}]}}"#);
    let position = position.expect("it is text");
    assert_eq!(position.position_relation().embedded().count(), 1);
    assert_eq!((position.position.as_deref(), PositionInput::new("c").position.as_str()), (Some("a"), "c"));
}

#[test]
fn limits_may_be_negative_and_one_alone() {
    let post = |input: LimitedInput| {
        let link: Link<Limited> = Link::new("https://a.example/limited");
        link.post_with(input).to_http(Format::Json).map(drop).map_err(|error| error.to_string())
    };
    let input = LimitedInput::default;
    for (input, expected) in [
        (input().low(-5).high(-5).both(-5).exact(9.0).many([5, -9]), None),
        (input().low(-6), Some("`low` is -6, but must be at least -5")),
        (input().high(-4), Some("`high` is -4, but must be at most -5")),
        (input().both(6), Some("`both` is 6, but must be between -5 and 5")),
        (input().many([1, 6]), Some("`many` is 6, but must be at most 5")),
    ] {
        assert_eq!(post(input), expected.map_or(Ok(()), |told| Err(format!("POST limited: {told}"))));
    }
}

#[test]
fn relations_called_like_methods_of_what_was_fetched_make_way_for_them() {
    let limited = Fetched::from_embedded(Limited::default());
    let relations = [limited.apply_relation(), limited.empty_relation(), limited.unread_relation()];
    assert!(relations.iter().all(|relation| !relation.exists()) && limited.unread().is_none());
}

#[test]
fn an_input_cannot_be_made_without_what_is_required() {
    let input = EverythingInput::new(EverythingInputRequired {
        the_string: "text",
        the_boolean: true,
        the_int32: 1,
        the_int64: 2,
        the_byte: 3,
        the_double: 4.5,
        the_date_time: Timestamp::default(),
        the_time_span: ucwa_runtime::Duration::from_minutes(1),
        the_uri: "sip:a",
        the_external_resource: Content::plain_text("b"),
        the_array_of_byte: vec![1_u8, 2].into(),
        the_kind: "Some".into(),
        the_array_of_string: vec!["text"],
        the_array_of_int32: vec![5],
        the_array_of_kind: vec!["None".into()],
        the_array_of_date_time: vec![Timestamp::default()],
        the_nullable_int32: 6,
        the_missing: "missing",
    });
    for format in Format::ALL {
        let text = write(format, &input).expect("both hold this");
        assert_eq!(EverythingInput::decode(format, text.as_bytes(), Limits::default()).as_ref(), Ok(&input), "{text}");
    }
}

/// Texts of which each kind of property takes one.
const TEXTS: [&str; 6] = ["dGV4dA==", "True", "17", "2016-09-26T16:20:23.9940000-07:00", "PT5M", "1.5"];

#[test]
fn everything_survives_both_formats() {
    let create = REGISTRY.resources.iter().chain(REGISTRY.inputs).filter_map(|entry| entry.create);
    for create in create {
        let mut object = create();
        let description = object.description();
        for index in 0..description.properties.len() {
            let field = object.property_mut(index).expect("the table has it");
            assert!(
                TEXTS.iter().any(|text| field.read(Value::Text(text)).is_ok()),
                "{}",
                description.properties[index].name
            );
        }
        for relation in description.relations {
            object.envelope_mut().add_link(relation.rel, LinkData::new("/a"));
        }
        for format in Format::ALL {
            let text = write(format, &*object).expect("both hold this");
            let mut again = create();
            let result = read(format, &mut *again, text.as_bytes(), Limits::default());
            assert_eq!((result, &again), (Ok(()), &object), "{text}");
        }
    }
    assert!(Everything::DESCRIPTION.properties.iter().any(ucwa_runtime::PropertyDescription::is_secret));
}

#[test]
fn documentation_says_what_a_renamed_thing_is_called_on_the_wire() {
    let generated = generate(&schema(), &Root::Module("crate::hostile".into())).expect("the schema is sound");
    let file = |path: &str| generated.files.iter().find(|(found, _)| *found == Path::new(path)).expect(path).1;
    let keywords = file("mod_/keywords.rs");
    for keyword in ["type", "self", "Self", "super", "crate", "async", "match", "in", "gen"] {
        assert!(keywords.contains(&format!("Named `{keyword}` on the wire.")), "{keyword}");
    }
    for keyword in ["type", "crate", "in"] {
        assert!(keywords.contains(&format!("is called `{keyword}_relation`, as [`{keyword}`] is taken.")), "{keyword}");
    }
    let names = file("lib_/names.rs");
    for name in ["3des", "UserName", "user_name", "ünïcode", "用户", "!?"] {
        assert!(names.contains(&format!("Named `{name}` on the wire.")), "{name}");
    }
    for rel in ["href", "clone", "to_json", "default"] {
        assert!(names.contains(&format!("is called `{rel}_relation`, as ")), "{rel}");
    }
    let kind = file("enumerations/kind.rs");
    for member in ["Self", "3DES", "a", "用户"] {
        assert!(kind.contains(&format!("Named `{member}` on the wire.")), "{member}");
    }
}
