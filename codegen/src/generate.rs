//! From a schema to the files of a crate or module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ucwa_files::{FileSet, FilesError};
use ucwa_schema::validate::{Severity, validate};
use ucwa_schema::{Resource, Schema};

use crate::emit::{EmitError, EmittedItem, FileSubject, ItemCounts, MARK, Root, emit};
use crate::lower::{category, event_kinds, has_input, has_swappable, link_names, lower, parameters};

/// What generation made.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The files, below the folder of the sources.
    pub files: FileSet,
    /// How much is in them.
    pub counts: ItemCounts,
    /// What the schema lacks; the crate has less to it for each.
    pub warnings: Vec<String>,
}

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The schema is invalid.
    #[error("the schema is invalid:\n{}", .0.join("\n"))]
    Schema(Vec<String>),
    /// What the schema holds and what was emitted differ in number.
    #[error("part of the schema was not emitted; this is a bug in the emitter, please report it:\n{}", .0.join("\n"))]
    Lost(Vec<String>),
    /// Emission failed.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The schema could not be read.
    #[error(transparent)]
    Load(#[from] ucwa_schema::LoadError),
    /// The files could not be written.
    #[error(transparent)]
    Files(#[from] FilesError),
}

/// Makes the files of a crate or module from a schema. Nothing is written.
pub fn generate(schema: &Schema, root: &Root) -> Result<Generated, GenerateError> {
    generate_with(schema, root, &|_, file| file)
}

/// The same with a last change to each file, by which tests see that nothing is lost unnoticed.
fn generate_with(
    schema: &Schema,
    root: &Root,
    edit: &(dyn Fn(&Path, syn::File) -> syn::File + Sync),
) -> Result<Generated, GenerateError> {
    let (errors, warnings): (Vec<_>, Vec<_>) =
        validate(schema).into_iter().partition(|finding| finding.severity == Severity::Error);
    if !errors.is_empty() {
        return Err(GenerateError::Schema(errors.iter().map(ToString::to_string).collect()));
    }
    let mut model = lower(schema);
    link_names(&mut model, root.path());
    let mut files = FileSet::new();
    files.own("", MARK);
    let mut emitted = BTreeMap::<FileSubject, ItemCounts>::new();
    for file in emit(&model, root, edit)? {
        *emitted.entry(file.subject).or_default() += &file.counts;
        files.insert(file.path, file.text);
    }
    let lost = lost(&expected(schema), &emitted);
    if !lost.is_empty() {
        return Err(GenerateError::Lost(lost));
    }
    let mut counts = ItemCounts::default();
    for found in emitted.values() {
        counts += found;
    }
    Ok(Generated { files, counts, warnings: warnings.iter().map(ToString::to_string).collect() })
}

/// Generates a module from a schema folder into an output folder, as a `build.rs` does: the module is read by
/// `include!(concat!(env!("OUT_DIR"), "/ucwa/mod.rs"))` inside of a `mod` whose path from the root of the crate is `module`.
pub fn generate_module(schema: &Path, output: &Path, module: &str) -> Result<Generated, GenerateError> {
    let generated = generate(&Schema::load(schema)?, &Root::Module(module.to_owned()))?;
    generated.files.write(output)?;
    Ok(generated)
}

/// What was emitted in another number than the schema holds, a line for each.
fn lost(expected: &BTreeMap<FileSubject, ItemCounts>, emitted: &BTreeMap<FileSubject, ItemCounts>) -> Vec<String> {
    let nothing = ItemCounts::default();
    let subjects: BTreeSet<_> = expected.keys().chain(emitted.keys()).collect();
    let lines = subjects.into_iter().flat_map(|subject| {
        let expected = expected.get(subject).unwrap_or(&nothing);
        let emitted = emitted.get(subject).unwrap_or(&nothing);
        expected.different(emitted).into_iter().map(move |item| {
            format!("{subject}: {item}: {} in the schema, {} emitted", expected.of(item), emitted.of(item))
        })
    });
    lines.collect()
}

/// How much a schema holds of what is emitted.
fn expected(schema: &Schema) -> BTreeMap<FileSubject, ItemCounts> {
    let mut expected = BTreeMap::new();
    let mut root = ItemCounts::default();
    let categories: BTreeSet<_> = schema.resources.values().map(category).collect();
    // The others are those of the enumerations, of the events and of the registry.
    root.add(EmittedItem::Module, categories.len() + 3);
    for (name, resource) in &schema.resources {
        let counts = of_resource(resource);
        root.add(EmittedItem::Module, 1);
        root.add(EmittedItem::RegisteredResource, 1);
        root.add(EmittedItem::RegisteredInput, counts.of(EmittedItem::Input));
        let required = resource.operations.iter().filter(|operation| has_swappable(operation)).count();
        let reasons = usize::from(!resource.reasons.is_empty());
        root.add(
            EmittedItem::Export,
            1 + counts.of(EmittedItem::Input) + required + counts.of(EmittedItem::Operation) + reasons,
        );
        expected.insert(FileSubject::Resource(name.clone()), counts);
    }
    for (name, enumeration) in &schema.enumerations {
        let mut counts = ItemCounts::default();
        counts.add(EmittedItem::Enumeration, 1);
        counts.add(EmittedItem::Value, enumeration.members.len());
        counts.add(EmittedItem::ListedValue, enumeration.members.len());
        root.add(EmittedItem::Module, 1);
        root.add(EmittedItem::Export, 1);
        expected.insert(FileSubject::Enumeration(name.clone()), counts);
    }
    let kinds = event_kinds(schema).len();
    let mut events = ItemCounts::default();
    events.add(EmittedItem::Event, kinds);
    events.add(EmittedItem::EventRow, kinds);
    expected.insert(FileSubject::Events, events);
    let mut generic = ItemCounts::default();
    generic.add(EmittedItem::Error, schema.errors.generic.len());
    generic.add(EmittedItem::ErrorRow, schema.errors.generic.len());
    expected.insert(FileSubject::GenericErrors, generic);
    expected.insert(FileSubject::Root, root);
    expected
}

/// What is emitted for a resource.
fn of_resource(resource: &Resource) -> ItemCounts {
    let mut counts = ItemCounts::default();
    counts.add(EmittedItem::Resource, 1);
    let properties = resource.properties.len();
    counts.add(EmittedItem::Property, properties);
    counts.add(EmittedItem::PropertyRow, properties);
    let relations = resource.links.iter().filter(|link| link.rel != "self").count();
    counts.add(EmittedItem::Relation, relations);
    counts.add(EmittedItem::RelationRow, relations);
    counts.add(EmittedItem::Reason, resource.reasons.rows.len());
    counts.add(EmittedItem::ReasonRow, resource.reasons.rows.len());
    for operation in &resource.operations {
        counts.add(EmittedItem::Operation, 1);
        // Rows that differ in nothing but their words are one error.
        let errors: BTreeSet<_> = operation.errors.iter().map(|row| (&row.code, &row.subcode)).collect();
        counts.add(EmittedItem::Error, errors.len());
        counts.add(EmittedItem::ErrorRow, errors.len());
        if has_input(operation) {
            let parameters = parameters(operation).count();
            counts.add(EmittedItem::Input, 1);
            counts.add(EmittedItem::Parameter, parameters);
            counts.add(EmittedItem::ParameterRow, parameters);
        }
    }
    counts
}

#[cfg(test)]
#[allow(unexpected_cfgs, reason = "the build script, which sets `schema_is_there`, is not part of the package")]
mod tests {
    use super::*;

    /// What an emitter could lose: the kind of item, the file, and the text in it that stands in the way of being counted.
    const LOSSES: [(EmittedItem, &str, &str, &str); 22] = [
        (EmittedItem::Resource, "people/contact_note.rs", "impl Resource for ContactNote", "impl ContactNote"),
        (EmittedItem::Property, "people/contact_note.rs", "pub message: Option<String>,", "message: Option<String>,"),
        (EmittedItem::PropertyRow, "people/contact_note.rs", "#[property(scalar(\"message\"))]", ""),
        (EmittedItem::Relation, "people/contact.rs", "pub fn contact_photo(&self)", "pub fn contact_photo()"),
        (EmittedItem::RelationRow, "people/contact.rs", "#[relation(one(\"contactPhoto\"))]", ""),
        (EmittedItem::Operation, "people/contact_note.rs", "impl Get for ContactNote", "impl ContactNote"),
        (EmittedItem::Input, "people/search.rs", "impl Input for SearchQuery", "impl SearchQuery"),
        (EmittedItem::Parameter, "people/search.rs", "pub limit: Option<i32>,", "limit: Option<i32>,"),
        (EmittedItem::ParameterRow, "people/search.rs", "#[property(scalar(\"limit\").range(1, 100))]", ""),
        (EmittedItem::Error, "people/search.rs", "    AlreadyExists,", ""),
        (
            EmittedItem::ErrorRow,
            "people/search.rs",
            "row(Self::AlreadyExists, 409, \"Conflict\", \"AlreadyExists\"),",
            "",
        ),
        (EmittedItem::Reason, "communication/message.rs", "    EntityTooLarge,", ""),
        (EmittedItem::ReasonRow, "communication/message.rs", "(Self::EntityTooLarge, \"EntityTooLarge\", \"\"),", ""),
        (EmittedItem::Enumeration, "enumerations/note_type.rs", "impl Enumeration for NoteType", "impl NoteType"),
        (EmittedItem::Value, "enumerations/note_type.rs", "    OutOfOffice,", ""),
        (EmittedItem::ListedValue, "enumerations/note_type.rs", "Self::OutOfOffice, ", ""),
        (
            EmittedItem::RegisteredResource,
            "registry.rs",
            "ucwa_runtime::resource::<crate::communication::Accept>(\"accept\", \"accept\"),",
            "",
        ),
        (
            EmittedItem::RegisteredInput,
            "registry.rs",
            "ucwa_runtime::input::<crate::communication::AddAudioInput>(\"addAudio\", \"POST\"),",
            "",
        ),
        (EmittedItem::Event, "events.rs", "ContactNoteUpdated(TypedEvent<'e, ContactNote>),", "ContactNoteUpdated,"),
        (EmittedItem::EventRow, "events.rs", "(\"contactNote\", EventKind::Updated) =>", "_ if false =>"),
        (EmittedItem::Module, "people/mod.rs", "mod contact;", ""),
        (
            EmittedItem::Export,
            "people/mod.rs",
            "pub use contact::{Contact, ContactGetError};",
            "pub use contact::Contact;",
        ),
    ];

    fn schema() -> Schema {
        Schema::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")).expect("the repository has a schema")
    }

    /// Generates with an emitter that makes `to` of `from` in one file.
    fn broken(schema: &Schema, path: &str, from: &str, to: &str) -> Result<Generated, GenerateError> {
        generate_with(schema, &Root::Crate, &|found, file| {
            if found != Path::new(path) {
                return file;
            }
            let text = prettyplease::unparse(&file);
            assert_eq!(text.matches(from).count(), 1, "{path} has `{from}` once:\n{text}");
            syn::parse_file(&text.replacen(from, to, 1)).expect("the broken file is Rust")
        })
    }

    #[test]
    #[cfg_attr(not(schema_is_there), ignore = "the package has no schema: run this test in the repository")]
    fn each_kind_of_loss_is_an_error_that_names_it() {
        let mut schema = schema();
        let needed = ["accept", "addAudio", "contact", "contactNote", "contactPhoto", "message", "search"];
        schema.resources.retain(|name, _| needed.contains(&name.as_str()));
        for (item, path, from, to) in LOSSES {
            let Err(GenerateError::Lost(lines)) = broken(&schema, path, from, to) else {
                panic!("{item} are lost and nobody notices");
            };
            assert!(lines.iter().any(|line| line.contains(&format!(": {item}: "))), "{item}: {lines:?}");
        }
        let kinds: BTreeSet<_> = LOSSES.iter().map(|(item, ..)| *item).collect();
        assert_eq!(kinds.len(), LOSSES.len());
    }

    #[test]
    #[cfg_attr(not(schema_is_there), ignore = "the package has no schema: run this test in the repository")]
    fn a_whole_resource_that_is_lost_and_one_that_is_made_up_are_named() {
        let schema = schema();
        let lines = match broken(&schema, "people/contact_note.rs", "name = \"contactNote\"", "name = \"contactNotes\"")
        {
            Err(GenerateError::Lost(lines)) => lines.join("\n"),
            other => panic!("{other:?}"),
        };
        assert!(lines.contains("resource `contactNote`: types of resources: 1 in the schema, 0 emitted"), "{lines}");
        assert!(lines.contains("resource `contactNotes`: types of resources: 0 in the schema, 1 emitted"), "{lines}");
    }

    #[test]
    #[cfg_attr(not(schema_is_there), ignore = "the package has no schema: run this test in the repository")]
    fn what_is_lost_in_shared_errors_is_told_of_each_resource_that_has_them() {
        let schema = schema();
        let lines = |result| match result {
            Err(GenerateError::Lost(lines)) => lines,
            other => panic!("nobody notices: {other:?}"),
        };
        let without_variants = generate_with(&schema, &Root::Crate, &|path, mut file| {
            for item in file.items.iter_mut().filter(|_| path == Path::new("shared_errors.rs")) {
                if let syn::Item::Enum(item) = item {
                    item.variants.pop();
                }
            }
            file
        });
        let told = lines(without_variants);
        assert!(told.len() > 100, "{told:?}");
        assert!(told.iter().all(|line| line.contains(": variants of errors: ")), "{told:?}");
        let of = "ContactNoteGetError = crate::ForbiddenGetError;";
        let expected = [
            "resource `contactNote`: variants of errors: 6 in the schema, 0 emitted",
            "resource `contactNote`: rows of errors: 6 in the schema, 0 emitted",
        ];
        assert_eq!(
            lines(broken(&schema, "people/contact_note.rs", of, "ContactNoteGetError = crate::Other;")),
            expected
        );
    }

    #[test]
    #[cfg_attr(not(schema_is_there), ignore = "the package has no schema: run this test in the repository")]
    fn an_emitter_that_skips_the_first_relation_of_each_resource_is_found_out() {
        let schema = schema();
        let result = generate_with(&schema, &Root::Crate, &|_, mut file| {
            let objects = file.items.iter_mut().filter_map(|item| match item {
                syn::Item::Mod(module) => module.content.as_mut().map(|(_, items)| items),
                _ => None,
            });
            for item in objects.flatten() {
                if let syn::Item::Impl(block) = item {
                    block.items.remove(0);
                }
            }
            file
        });
        let Err(GenerateError::Lost(lines)) = result else { panic!("nobody notices") };
        let with_relations =
            schema.resources.values().filter(|resource| resource.links.iter().any(|link| link.rel != "self"));
        // The method and its row are lost together.
        assert_eq!(lines.len(), 2 * with_relations.count());
    }
}
