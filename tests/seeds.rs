//! Five resources, followed from their pages to the code that is emitted for them and the messages it reads and writes.
//!
//! Everything here is made from what stands in the repository (`tests/pages`, `tests/samples`, `schema`), but for the tests
//! at the end, which compare that with the pages themselves. What is made is kept in `tests/snapshots`; after an intended
//! change, run the tests with `INSTA_UPDATE=always` and review the difference.

use std::collections::BTreeSet;
use std::path::Path;

use insta::{Settings, assert_snapshot};
use ucwa::registry::REGISTRY;
use ucwa::{EventDocument, Format, Limits, Object};
use ucwa_codegen::emit::Root;
use ucwa_codegen::generate::generate;
use ucwa_codegen::pages::{self, Page};
use ucwa_files::FileSet;
use ucwa_runtime::{read, write, write_input};
use ucwa_schema::facts::facts;
use ucwa_schema::{Resource, Schema};
use ucwa_tests::{
    DIALECTS, Message, SEEDS, is_counted_edition, laid_out, seed_facts, seed_pages, understood, workspace,
};

/// The modules that are emitted for the five resources and for the enumerations that they use.
const MODULES: [&str; 9] = [
    "enumerations/availability.rs",
    "enumerations/contact_device_type.rs",
    "enumerations/privacy_relationship_level.rs",
    "people/contact_presence.rs",
    "people/contact_privacy_relationship2.rs",
    "people/pinned_group.rs",
    "people/presence_subscription_membership.rs",
    "people/subscribed_contacts.rs",
    "shared_errors.rs",
];

/// What the five resources lead to and are told of by, besides the five.
const AROUND: [&str; 7] = [
    "contact",
    "contactPrivacyRelationship",
    "groupContacts",
    "people",
    "presenceSubscription",
    "resetContactPrivacyRelationship",
    "subscribeToGroupPresence",
];

/// What the snapshots in each folder are.
const FOLDERS: [(&str, &str); 4] = [
    ("facts", "What a page says: kind of fact, resource, details"),
    ("schema", "The schema file that a page of tests/pages gives, before summaries and errata"),
    ("modules", "The module that a page of tests/pages gives, before summaries and errata"),
    ("messages", "A message of tests/samples as it is read, as it is written in JSON, as it is written in XML"),
];

/// Compares with `tests/snapshots/FOLDER/NAME.snap`.
fn check(folder: &str, name: &str, text: &str) {
    let (_, description) = FOLDERS.iter().find(|(known, _)| *known == folder).expect("a folder of snapshots");
    let mut settings = Settings::clone_current();
    settings.set_description(*description);
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(name, text));
}

/// What pages, these five or more, say about the five resources.
fn facts_of(pages: &[Page]) -> BTreeSet<String> {
    seed_facts(facts(&understood(pages).schema))
}

/// The messages that pages, these five or more, show for the five resources.
fn messages_of(pages: &[Page]) -> BTreeSet<Message> {
    let samples = understood(pages).samples;
    samples.iter().filter(|sample| SEEDS.contains(&sample.resource.as_str())).map(Message::of).collect()
}

fn repository() -> Schema {
    Schema::load(&workspace().join("schema")).expect("the repository has a schema")
}

/// Fails with what stands on one side alone.
fn assert_same<T: Ord + std::fmt::Debug>(left: &BTreeSet<T>, right: &BTreeSet<T>, what: &str) {
    let left_alone = left.difference(right).map(|item| format!("- {item:?}"));
    let right_alone = right.difference(left).map(|item| format!("+ {item:?}"));
    let lines: Vec<_> = left_alone.chain(right_alone).collect();
    assert!(lines.is_empty(), "{what}:\n{}", lines.join("\n"));
}

#[test]
fn the_folders_hold_the_five_pages_in_the_dialect_that_they_are_named_after() {
    for (folder, dialect) in DIALECTS {
        let pages = seed_pages(folder);
        let titles: Vec<_> = pages.iter().filter_map(|page| pages::read(page).title).map(|title| title.text).collect();
        assert_eq!(titles, SEEDS, "{folder}");
        assert!(pages.iter().all(|page| pages::read(page).dialect == dialect), "{folder}");
    }
    // The sample of an event shares a line with its announcement in one folder alone.
    let shares = |folder: &&str| seed_pages(folder).iter().any(|page| page.text().contains(" { \"_links\" : "));
    let sharing: Vec<_> = DIALECTS.iter().map(|(folder, _)| *folder).filter(shares).collect();
    assert_eq!(sharing, ["text-inline-events"]);
}

#[test]
fn a_page_says_the_same_in_each_dialect() {
    let expected = understood(&seed_pages("markdown"));
    for (folder, _) in DIALECTS {
        let found = understood(&seed_pages(folder));
        assert_same(&facts(&expected.schema), &facts(&found.schema), folder);
        assert_eq!(expected.counts, found.counts, "{folder}");
        // Facts leave out what a schema file has besides, such as how types are known.
        for (name, resource) in &expected.schema.resources {
            let page = found.schema.resources[name].page.clone();
            assert_eq!(Resource { page, ..resource.clone() }, found.schema.resources[name], "{folder}");
        }
        assert_eq!(expected.schema.errors, found.schema.errors, "{folder}");
    }
}

#[test]
fn a_page_shows_the_kept_messages_in_each_dialect() {
    let expected: BTreeSet<_> = Message::stored().into_iter().collect();
    assert_eq!(expected.len(), 35);
    for (folder, _) in DIALECTS {
        assert_same(&expected, &messages_of(&seed_pages(folder)), folder);
    }
}

#[test]
fn the_facts_of_each_resource() {
    let facts = facts_of(&seed_pages("markdown"));
    for name in SEEDS {
        let of_this = facts.iter().filter(|fact| fact.split('\t').nth(1) == Some(name));
        // Columns are easier on the eye than tabs, which some tools do not show.
        let lines: Vec<_> = of_this.map(|fact| fact.replace('\t', " | ")).collect();
        check("facts", name, &lines.join("\n"));
    }
}

#[test]
fn the_schema_file_of_each_resource() {
    let schema = understood(&seed_pages("markdown")).schema;
    for name in SEEDS {
        check("schema", name, text_of(&schema.files(), &format!("resources/{name}.json")));
    }
}

/// The text of one of several files.
fn text_of<'a>(files: &'a FileSet, path: &str) -> &'a str {
    let found = files.iter().find(|(known, _)| *known == Path::new(path));
    found.unwrap_or_else(|| panic!("there is no {path}")).1
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_repository_says_of_the_five_resources_what_their_pages_say() {
    let reference = ucwa_tests::pages();
    // The reference goes on, and the repository with it; the pages of tests/pages stay.
    if !is_counted_edition(&reference) {
        return;
    }
    let of_pages = understood(&seed_pages("markdown")).schema;
    let kept = repository();
    assert_same(&facts(&of_pages), &seed_facts(facts(&kept)), "pages and schema");
    for name in SEEDS {
        assert_eq!(bare(&of_pages.resources[name]), bare(&kept.resources[name]), "{name}");
    }
}

/// A resource without what people wrote, what other pages add, and what stands for the sentences of the page.
fn bare(resource: &Resource) -> Resource {
    let mut bare = Resource { summary: None, category: None, schema: None, ..resource.clone() };
    bare.properties.iter_mut().for_each(|property| property.summary = None);
    bare.links.iter_mut().for_each(|link| link.summary = None);
    bare.events.iter_mut().for_each(|event| event.summary = None);
    for operation in &mut bare.operations {
        operation.summary = None;
        operation.input.iter_mut().for_each(|parameter| parameter.summary = None);
        operation.errors.iter_mut().for_each(|error| error.cause.clear());
    }
    bare
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_five_resources_and_all_errors_are_described_in_words() {
    let reference = ucwa_tests::pages();
    // What is new in the reference has no words until somebody finds them.
    if !is_counted_edition(&reference) {
        return;
    }
    let schema = repository();
    let mut silent = Vec::new();
    for name in SEEDS {
        let resource = &schema.resources[name];
        let mut note = |what: &str, summary: &Option<String>| {
            if summary.is_none() {
                silent.push(format!("{name} {what}"));
            }
        };
        note("itself", &resource.summary);
        resource.properties.iter().for_each(|property| note(&property.name, &property.summary));
        resource.links.iter().for_each(|link| note(&link.rel, &link.summary));
        for operation in &resource.operations {
            note(operation.method.name(), &operation.summary);
            operation.input.iter().chain(&operation.query).for_each(|input| note(&input.name, &input.summary));
        }
        for enumeration in resource.properties.iter().filter_map(|property| property.kind.enumeration()) {
            let enumeration = &schema.enumerations[enumeration];
            note(&enumeration.name, &enumeration.summary);
            enumeration.members.iter().for_each(|member| note(&member.name, &member.summary));
        }
    }
    let generic = schema.errors.generic.iter().map(|error| (&error.name, &error.summary));
    let causes = schema.errors.causes.iter().map(|(key, cause)| (key, &cause.summary));
    silent.extend(generic.chain(causes).filter(|(_, summary)| summary.is_none()).map(|(name, _)| name.clone()));
    assert!(silent.is_empty(), "without a summary: {silent:#?}");
}

#[test]
fn the_module_that_is_emitted_for_each_resource_and_enumeration() {
    // Made from pages that stay, these change with the emitter alone. What changes with the reference is in the snapshot of
    // `tests/surface.rs`.
    let pages = [seed_pages("markdown"), seed_pages("enumerations")].concat();
    let mut schema = understood(&pages).schema;
    for name in AROUND {
        let resource = Resource { name: name.into(), rel: name.into(), revision: 1, ..Resource::default() };
        schema.resources.insert(name.into(), resource);
    }
    schema.resources.values_mut().for_each(|resource| resource.category = Some("People".into()));
    let generated = generate(&schema, &Root::Crate).expect("the schema is sound");
    assert_eq!(generated.warnings, Vec::<String>::new());
    for path in MODULES {
        let name = path.strip_suffix(".rs").and_then(|path| path.rsplit('/').next()).expect("a module");
        check("modules", name, text_of(&generated.files, path));
    }
}

/// An empty object of the type that a message carries.
fn empty(message: &Message) -> Box<dyn Object> {
    let (resource, ..) = message.parts();
    REGISTRY.create_named(resource).unwrap_or_else(|| panic!("{}: no such resource", message.name))
}

/// The messages of requests and answers that have a body.
fn bodies() -> impl Iterator<Item = Message> {
    let has_object = |message: &Message| !message.body.is_empty() && message.parts().2 != "event";
    Message::stored().into_iter().filter(has_object)
}

#[test]
fn each_body_as_it_is_read_and_as_it_is_written_in_both_formats() {
    let mut number = 0;
    for message in bodies() {
        let (.., part, format) = message.parts();
        let mut object = empty(&message);
        read(format, &mut *object, message.body.as_bytes(), Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", message.name));
        let writer = if part == "request" { write_input } else { write };
        let text = Format::ALL.map(|format| laid_out(&writer(format, &*object).expect("what was read can be written")));
        let [json, xml] = text;
        check("messages", &message.name, &format!("{object:#?}\n\n{json}\n\n{xml}"));
        number += 1;
    }
    assert_eq!(number, 12, "bodies of requests and answers");
}

#[test]
fn each_event_as_it_is_read_and_as_it_is_written_in_both_formats() {
    let mut number = 0;
    for message in Message::stored() {
        let (.., "event", format) = message.parts() else { continue };
        let document = EventDocument::decode(&REGISTRY, format, message.body.as_bytes(), Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", message.name));
        let text = Format::ALL.map(|format| laid_out(&document.encode(format).expect("what was read can be written")));
        let [json, xml] = text;
        check("messages", &message.name, &format!("{document:#?}\n\n{json}\n\n{xml}"));
        number += 1;
    }
    assert_eq!(number, 7, "events");
}

#[test]
fn each_body_is_written_as_its_page_shows_it() {
    for message in bodies() {
        let (.., part, format) = message.parts();
        let mut object = empty(&message);
        read(format, &mut *object, message.body.as_bytes(), Limits::default()).expect("the message can be read");
        let writer = if part == "request" { write_input } else { write };
        let written = writer(format, &*object).expect("what was read can be written");
        // Pages have a space in front of the end of an empty element.
        assert_eq!(message.body.replace(" />", "/>"), laid_out(&written), "{}", message.name);
    }
}

#[test]
fn what_is_written_in_one_format_is_read_back_from_the_other() {
    for message in bodies() {
        let (.., format) = message.parts();
        let mut object = empty(&message);
        read(format, &mut *object, message.body.as_bytes(), Limits::default()).expect("the message can be read");
        for other in Format::ALL {
            let text = write(other, &*object).expect("what was read can be written");
            let mut again = empty(&message);
            read(other, &mut *again, text.as_bytes(), Limits::default())
                .unwrap_or_else(|error| panic!("{}: {error}: {text}", message.name));
            let as_json = |object: &dyn Object| write(Format::Json, object).expect("JSON holds all");
            assert_eq!(as_json(&*object), as_json(&*again), "{}", message.name);
        }
    }
}

#[test]
#[cfg_attr(not(seeds_are_there), ignore = "there are no seeds: name their folder in UCWA_SEEDS")]
fn the_kept_pages_and_messages_are_those_of_the_pages_that_they_stand_for() {
    let folder = ucwa_tests::seeds_folder();
    let seeds = pages::read_all(&[folder]).expect("the pages can be read");
    assert_same(&facts_of(&seeds), &facts_of(&seed_pages("markdown")), "the five pages and those of the repository");
    let kept: BTreeSet<_> = Message::stored().into_iter().collect();
    assert_same(&messages_of(&seeds), &kept, "the messages of the five pages and those of the repository");
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
#[cfg_attr(
    all(reference_is_there, not(seeds_are_there)),
    ignore = "there are no seeds: name their folder in UCWA_SEEDS"
)]
fn the_five_pages_say_what_the_reference_says_of_the_same_resources() {
    let (folder, reference) = (ucwa_tests::seeds_folder(), ucwa_tests::pages());
    let seeds = pages::read_all(&[folder]).expect("the pages can be read");
    if is_counted_edition(&reference) {
        assert_same(&facts_of(&seeds), &facts_of(&reference), "the five pages and the reference");
    }
}
