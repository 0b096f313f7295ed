//! Every sample of the reference goes through the bindings, in both formats.
//!
//! What is known to be wrong with samples stands in `tests/deviations/`, with a reason each.

use serde_json::Value as Json;
use ucwa::registry::REGISTRY;
use ucwa::{DecodeError, EventDocument, Format, GenericResource, Limits, Object};
use ucwa_codegen::extract::{Extraction, Sample, SampleKind, extract};
use ucwa_runtime::{PropertyForm, Value, read, write, write_input};
use ucwa_schema::{Method, Schema, apply_errata};
use ucwa_tests::{Deviations, canonical_json, canonical_xml, is_counted_edition, workspace};

/// The samples of the reference, and the schema that the crate was emitted from.
struct Reference {
    samples: Vec<Sample>,
    schema: Schema,
    /// Whether it is the edition that the numbers below were counted on.
    is_counted: bool,
}

impl Reference {
    fn read() -> Self {
        let pages = ucwa_tests::pages();
        let Extraction { samples, .. } = extract(&pages);
        let schema = Schema::load(&workspace().join("schema")).expect("the repository has a schema");
        Self { samples, schema, is_counted: is_counted_edition(&pages) }
    }

    /// The samples that carry a resource or input, with an empty one of its type.
    fn messages(&self) -> impl Iterator<Item = (&Sample, Format, Box<dyn Object>)> {
        self.samples.iter().filter_map(|sample| Some((sample, format(sample)?, self.empty(sample)?)))
    }

    /// An empty object of the type that the sample carries.
    fn empty(&self, sample: &Sample) -> Option<Box<dyn Object>> {
        let resource = self.schema.resources.get(&sample.resource)?;
        let operation = resource.operations.iter().find(|operation| Some(operation.method) == sample.method)?;
        match sample.kind {
            SampleKind::Event => None,
            SampleKind::Request if operation.method == Method::Put => REGISTRY.create_named(&resource.name),
            SampleKind::Request => REGISTRY.create_input(&resource.name, operation.method.name()),
            SampleKind::Response => REGISTRY.create_named(operation.response.resource.as_ref()?),
        }
    }
}

/// The format of a sample's body, if it has one.
fn format(sample: &Sample) -> Option<Format> {
    let has_body = !sample.body.trim().is_empty();
    sample.media_type().filter(|_| has_body).and_then(Format::of_media_type)
}

/// The JSON and XML bodies of samples that the bindings are not asked to read would make the tests pass by reading nothing.
#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_body_in_json_and_xml_is_read_by_these_tests() {
    let reference = Reference::read();
    let deviations = Deviations::load("bodies");
    let mut findings = Vec::new();
    for sample in &reference.samples {
        let read = sample.kind == SampleKind::Event || reference.empty(sample).is_some();
        let finding = (format(sample).is_some() && !read).then(|| "a body that is no resource or input".to_owned());
        findings.extend(deviations.unknown(sample, finding));
    }
    deviations.conclude(&findings);
    let messages = reference.messages().count();
    assert!(!reference.is_counted || messages == 406, "{messages} messages that carry a resource or input");
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_message_is_read_with_nothing_unknown() {
    let reference = Reference::read();
    let deviations = Deviations::load("unknown");
    let mut findings = Vec::new();
    for (sample, format, mut object) in reference.messages() {
        let found = match read(format, &mut *object, sample.repaired().as_bytes(), Limits::default().strict()) {
            Ok(()) => unknown(&*object, &reference.schema, ""),
            Err(error) => vec![error.to_string()],
        };
        findings.extend(deviations.unknown(sample, found));
    }
    deviations.conclude(&findings);
}

/// What is in an object and in no table.
fn unknown(object: &dyn Object, schema: &Schema, path: &str) -> Vec<String> {
    let (description, envelope) = (object.description(), object.envelope());
    let mut found = Vec::new();
    if object.downcast_ref::<GenericResource>().is_some() {
        found.push(format!("{path}: unknown resource `{}`", object.rel()));
    }
    found.extend(envelope.unknown_properties().map(|(name, _)| format!("{path}{name}: unknown property")));
    for (index, property) in description.properties.iter().enumerate() {
        let Some(members) = members(object, schema, property.name) else { continue };
        let Some(field) = object.property(index) else { continue };
        for value in (0..field.count()).filter_map(|index| field.value(index)) {
            if let Value::Text(text) = value
                && !members.iter().any(|member| member.eq_ignore_ascii_case(text))
            {
                found.push(format!("{path}{}: unlisted value `{text}`", property.name));
            }
        }
    }
    for relation in envelope.relations() {
        if !description.relations.iter().any(|described| described.rel == relation.rel()) {
            found.push(format!("{path}{}: unknown relation", relation.rel()));
        }
        for target in relation.embedded() {
            found.extend(unknown(&**target, schema, &format!("{path}{}.", relation.rel())));
        }
    }
    found
}

/// The values that the schema lists for a property, if it is of an enumeration.
fn members<'a>(object: &dyn Object, schema: &'a Schema, property: &str) -> Option<Vec<&'a str>> {
    let resource = schema.resources.get(object.description().name)?;
    let property = resource.properties.iter().find(|known| known.name == property)?;
    let enumeration = schema.enumerations.get(property.kind.enumeration()?)?;
    Some(enumeration.members.iter().map(|member| member.name.as_str()).collect())
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_message_is_written_back_as_it_came() {
    let reference = Reference::read();
    let deviations = Deviations::load("round_trip");
    let mut findings = Vec::new();
    for (sample, format, mut object) in reference.messages() {
        let body = sample.repaired();
        if read(format, &mut *object, body.as_bytes(), Limits::default().strict()).is_err() {
            continue; // The test above tells of it.
        }
        let written = if sample.kind == SampleKind::Request { write_input } else { write };
        let written = written(format, &*object).expect("what was read can be written");
        let (came, went) = (canonical(format, &body), canonical(format, &written));
        let found = (came != went).then(|| difference(&came, &went, ""));
        findings.extend(deviations.unknown(sample, found));
    }
    deviations.conclude(&findings);
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_message_survives_the_other_format() {
    let reference = Reference::read();
    let deviations = Deviations::load("other_format");
    let mut findings = Vec::new();
    for (sample, format, mut object) in reference.messages() {
        if read(format, &mut *object, sample.repaired().as_bytes(), Limits::default().strict()).is_err() {
            continue; // The first test tells of it.
        }
        let other = if format == Format::Json { Format::Xml } else { Format::Json };
        let there = write(other, &*object).expect("what was read can be written");
        let mut again = reference.empty(sample).expect("it was made once");
        let found = if let Err(error) = read(other, &mut *again, there.as_bytes(), Limits::default().strict()) {
            Some(error.to_string())
        } else {
            let came = canonical(Format::Json, &write(Format::Json, &*object).expect("JSON holds all"));
            let went = canonical(Format::Json, &write(Format::Json, &*again).expect("JSON holds all"));
            (came != went).then(|| difference(&came, &went, ""))
        };
        findings.extend(deviations.unknown(sample, found));
    }
    deviations.conclude(&findings);
}

fn canonical(format: Format, body: &str) -> Json {
    match format {
        Format::Json => canonical_json(&serde_json::from_str(body).expect("a message that was read is JSON")),
        Format::Xml => canonical_xml(body).expect("a message that was read is XML"),
    }
}

/// The first place at which two messages differ, as a path with both sides.
fn difference(came: &Json, went: &Json, path: &str) -> String {
    match (came, went) {
        (Json::Object(left), Json::Object(right)) => {
            let keys = left.keys().chain(right.keys());
            for key in keys {
                let (left, right) = (&came[key.as_str()], &went[key.as_str()]);
                if left != right {
                    return difference(left, right, &format!("{path}/{key}"));
                }
            }
            path.to_owned()
        }
        (Json::Array(left), Json::Array(right)) if left.len() == right.len() => {
            let differs = left.iter().zip(right).position(|(left, right)| left != right).unwrap_or_default();
            difference(&left[differs], &right[differs], &format!("{path}/{differs}"))
        }
        _ => format!("{path}: {came} became {went}"),
    }
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn json_and_xml_samples_say_the_same() {
    let reference = Reference::read();
    let deviations = Deviations::load("formats");
    let mut findings = Vec::new();
    let mut pairs = 0;
    for (sample, format, mut object) in reference.messages().filter(|(_, format, _)| *format == Format::Json) {
        let is_twin = |twin: &&Sample| {
            (&twin.resource, twin.method, twin.kind) == (&sample.resource, sample.method, sample.kind)
                && self::format(twin) == Some(Format::Xml)
        };
        let Some(twin) = reference.samples.iter().find(is_twin) else { continue };
        let mut other = reference.empty(twin).expect("it is the same message");
        let mut read_both = || -> Result<(), DecodeError> {
            read(format, &mut *object, sample.repaired().as_bytes(), Limits::default().strict())?;
            read(Format::Xml, &mut *other, twin.repaired().as_bytes(), Limits::default().strict())
        };
        if read_both().is_ok() {
            pairs += 1;
            let mut found = Vec::new();
            compare(&*object, &*other, "", &mut found);
            findings.extend(deviations.unknown(sample, found));
        }
    }
    deviations.conclude(&findings);
    assert!(!reference.is_counted || pairs == 199, "{pairs} pairs that were compared");
}

/// Where two objects have different properties or relations, whatever the values.
fn compare(json: &dyn Object, xml: &dyn Object, path: &str, found: &mut Vec<String>) {
    let (in_json, in_xml) = (names(json), names(xml));
    found
        .extend(in_json.iter().filter(|name| !in_xml.contains(name)).map(|name| format!("{path}{name}: only in JSON")));
    found.extend(in_xml.iter().filter(|name| !in_json.contains(name)).map(|name| format!("{path}{name}: only in XML")));
    for relation in json.envelope().relations() {
        let Some(other) = xml.envelope().relation(relation.rel()) else { continue };
        for (left, right) in relation.embedded().iter().zip(other.embedded()) {
            compare(&**left, &**right, &format!("{path}{}.", relation.rel()), found);
        }
    }
}

/// The names of what is in an object; how often something is there is left to the samples.
fn names(object: &dyn Object) -> Vec<String> {
    let properties = object.description().properties.iter().enumerate();
    let set = properties.filter(|(index, _)| object.property(*index).is_some_and(|field| field.count() > 0));
    let set = set.map(|(_, property)| match property.form {
        PropertyForm::Content => format!("_links.{}", property.name),
        PropertyForm::Scalar | PropertyForm::List => property.name.to_owned(),
    });
    let unknown = object.envelope().unknown_properties().map(|(name, _)| name.to_owned());
    let relations = object.envelope().relations().iter().flat_map(|relation| {
        let linked = (!relation.links().is_empty()).then(|| format!("_links.{}", relation.rel()));
        let embedded = (!relation.embedded().is_empty()).then(|| format!("_embedded.{}", relation.rel()));
        linked.into_iter().chain(embedded)
    });
    set.chain(unknown).chain(relations).collect()
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_event_is_read_and_survives_both_formats() {
    let reference = Reference::read();
    let samples: Vec<_> = reference.samples.iter().filter(|sample| sample.kind == SampleKind::Event).collect();
    assert!(!reference.is_counted || samples.len() == 124, "{} samples of events", samples.len());
    for sample in samples {
        let place = format!("{}:{}", sample.page, sample.line);
        let body = sample.repaired();
        let document =
            ucwa::decode_events(Format::Json, body.as_bytes()).unwrap_or_else(|error| panic!("{place}: {error}"));
        assert!(document.events().count() > 0, "{place}: no event");
        for (sender, event) in document.events() {
            assert!(
                event.unreadable.is_none() && event.unknown.is_empty() && sender.unknown.is_empty(),
                "{place}: {event:?}"
            );
            assert!(REGISTRY.create(&sender.rel).is_some(), "{place}: sender `{}` is no resource", sender.rel);
        }
        let written = document.encode(Format::Json).expect("JSON holds all");
        assert_eq!(canonical(Format::Json, &body), canonical(Format::Json, &written), "{place}");
        let xml = document.encode(Format::Xml).expect("the sample has no control characters");
        let again = EventDocument::decode(&REGISTRY, Format::Xml, xml.as_bytes(), Limits::default().strict());
        assert_eq!(again.as_ref(), Ok(&document), "{place}: {xml}");
    }
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_schema_in_the_repository_is_what_the_reference_says() {
    let pages = ucwa_tests::pages();
    let folder = workspace().join("schema");
    let Extraction { mut schema, diagnostics, .. } = extract(&pages);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let errata = Schema::load_errata(&folder).expect("the repository has errata");
    assert_eq!(apply_errata(&mut schema, &errata), []);
    let kept = Schema::load(&folder).expect("the repository has a schema");
    ucwa_codegen::extract::carry_over(&kept, &mut schema);
    let changes = schema.files().changes(&folder).expect("the schema can be read");
    assert!(changes.is_empty(), "run `cargo run -p ucwa-codegen -- extract PAGES`: {changes:?}");
}
