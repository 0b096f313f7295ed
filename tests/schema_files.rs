//! The schema folder is what its JSON Schemas and its model say, file by file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value as Json, json};
use ucwa_schema::{CRATE_INTRODUCTION, Schema, check_summaries, json_schemas};
use ucwa_tests::workspace;

/// A file of JSON.
fn read(path: &Path) -> Json {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The JSON files of a folder below `schema`.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = workspace().join("schema").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut files: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    files
}

/// The validators in the repository, by the name of their file.
fn validators() -> BTreeMap<String, Validator> {
    let validator = |path: PathBuf| {
        let schema = read(&path);
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let validator =
            jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), validator)
    };
    files("json-schema").into_iter().map(validator).collect()
}

/// What is wrong with `value`, a line for each place.
fn faults(validator: &Validator, value: &Json) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_schema_file_is_valid() {
    let validators = validators();
    let mut checked = BTreeMap::<&str, usize>::new();
    let mut wrong = Vec::new();
    let mut check = |kind: &'static str, path: &Path| {
        *checked.entry(kind).or_default() += 1;
        let found = faults(&validators[kind], &read(path));
        wrong.extend(found.into_iter().map(|fault| format!("{}{fault}", path.display())));
    };
    for (folder, kind) in [("resources", "resource"), ("enums", "enumeration"), ("errata", "errata")] {
        for path in files(folder) {
            check(kind, &path);
        }
    }
    check("errors", &workspace().join("schema/errors.json"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let schema = Schema::load(&workspace().join("schema")).expect("the repository has a schema");
    assert_eq!((checked["resource"], checked["enumeration"]), (schema.resources.len(), schema.enumerations.len()));
    assert!(checked["errata"] > 0);
}

#[test]
fn every_schema_file_names_the_json_schema_that_it_is_valid_against() {
    let names = |path: &Path, expected: &str| {
        let named = read(path)["$schema"].as_str().map(|named| path.with_file_name(named));
        let named = named.unwrap_or_else(|| panic!("{} names none", path.display()));
        assert!(named.ends_with(expected) && named.is_file(), "{} names {}", path.display(), named.display());
    };
    for path in files("resources") {
        names(&path, "json-schema/resource.json");
    }
    for path in files("enums") {
        names(&path, "json-schema/enumeration.json");
    }
    names(&workspace().join("schema/errors.json"), "json-schema/errors.json");
}

/// A valid resource, to be broken.
fn resource() -> Json {
    read(&workspace().join("schema/resources/contactPresence.json"))
}

/// A way to break a file.
type Break = fn(&mut Json);

#[test]
fn a_broken_resource_is_refused_where_it_is_broken() {
    let validators = validators();
    let validator = &validators["resource"];
    assert_eq!(faults(validator, &resource()), Vec::<String>::new());
    let cases: [(&str, &str, Break); 7] = [
        ("an unknown key", "", |resource| resource["colour"] = json!("blue")),
        ("an unknown key in a row", "/properties/0", |resource| resource["properties"][0]["colour"] = json!("blue")),
        ("a missing name", "", |resource| drop(resource.as_object_mut().expect("an object").remove("name"))),
        ("a revision that is no number", "/revision", |resource| resource["revision"] = json!("1")),
        ("a verb that is none", "/operations/0/method", |resource| {
            resource["operations"][0]["method"] = json!("FETCH");
        }),
        ("a cardinality that is none", "/links/0/cardinality", |resource| {
            resource["links"][0]["cardinality"] = json!("few");
        }),
        ("an error without a status", "/operations/0/errors/0", |resource| {
            let error = resource["operations"][0]["errors"][0].as_object_mut().expect("an object");
            error.remove("status");
        }),
    ];
    for (what, place, break_it) in cases {
        let mut broken = resource();
        break_it(&mut broken);
        let found = faults(validator, &broken);
        assert!(found.iter().any(|fault| fault.starts_with(&format!("{place}: "))), "{what}: {found:?}");
        assert!(serde_json::from_value::<ucwa_schema::Resource>(broken).is_err(), "{what} is read all the same");
    }
}

#[test]
fn broken_enumerations_errors_and_errata_are_refused() {
    let validators = validators();
    let cases = [
        (
            "enumeration",
            json!({ "name": "Colour", "page": "Colour_ref.md", "members": [{ "name": "Red", "hex": "f00" }] }),
        ),
        ("enumeration", json!({ "name": "Colour", "page": "Colour_ref.md" })),
        ("errors", json!({ "generic": [{ "summary": "It failed." }] })),
        ("errors", json!({ "causes": { "0a1aacc9": { "text": "It failed." } } })),
        ("errata", json!([{ "id": "a", "page": "b", "place": "c", "expected": 1, "value": 2 }])),
        ("errata", json!({ "id": "not in a list" })),
    ];
    for (kind, broken) in cases {
        assert!(!validators[kind].is_valid(&broken), "{kind}: {broken}");
    }
}

#[test]
fn the_json_schemas_are_those_of_the_model() {
    let kept: BTreeMap<_, _> = files("json-schema").iter().map(|path| (path.clone(), read(path))).collect();
    let path = |name| workspace().join(format!("schema/json-schema/{name}.json"));
    let made: BTreeMap<_, _> = json_schemas().into_iter().map(|(name, schema)| (path(name), schema)).collect();
    assert_eq!(kept, made);
}

#[test]
fn the_schema_folder_is_laid_out_as_it_is_written() {
    let folder = workspace().join("schema");
    let schema = Schema::load(&folder).expect("the repository has a schema");
    let changes = schema.files().changes(&folder).expect("the schema can be read");
    assert!(changes.is_empty(), "run `cargo run -p ucwa-codegen -- extract PAGES`: {changes:?}");
}

#[test]
fn every_item_has_a_summary_that_says_something() {
    let folder = workspace().join("schema");
    let schema = Schema::load(&folder).expect("the schema can be read");
    let shared = Schema::load_shared_summaries(&folder).expect("the list can be read");
    let findings: Vec<_> = check_summaries(&schema, &shared).iter().map(ToString::to_string).collect();
    assert_eq!(findings, [""; 0]);
    assert!(schema.introductions.contains_key(CRATE_INTRODUCTION), "the crate has an introduction");
}
