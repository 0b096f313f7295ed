//! The files of a schema folder, in a JSON object by their paths: they are refused, or the schema can be validated, written and
//! read again, compared, exported, and generated or refused.

#![no_main]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use libfuzzer_sys::fuzz_target;
use ucwa_codegen::compare::{compare, text};
use ucwa_codegen::diagnostics::Drawing;
use ucwa_codegen::emit::Root;
use ucwa_codegen::export::graph;
use ucwa_codegen::export::json_schema::json_schema;
use ucwa_codegen::export::openapi::{Bodies, Version, openapi};
use ucwa_codegen::generate::generate;
use ucwa_schema::validate::validate;
use ucwa_schema::{Schema, facts};

fn load(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Option<Schema> {
    Schema::from_files(Path::new("schema"), files).ok()
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(files) = serde_json::from_slice::<BTreeMap<PathBuf, serde_json::Value>>(bytes) else { return };
    let Some(schema) = load(files.into_iter().map(|(path, value)| (path, value.to_string().into_bytes()))) else {
        return;
    };
    let violations = validate(&schema);
    let generated = generate(&schema, &Root::Crate);
    let _ = (openapi(&schema, Version::V3_1, Bodies::All), openapi(&schema, Version::V3_0, Bodies::Json));
    let _ = (json_schema(&schema), graph::dot(&schema), graph::html(&schema));
    let _ = text(&compare(&Schema::default(), &schema), Drawing::Plain);
    if generated.is_ok() {
        let written = schema.files();
        let written = written.iter().map(|(path, text)| (path.to_path_buf(), text.as_bytes().to_vec()));
        let read = load(written).unwrap_or_else(|| panic!("what was written can be read: {violations:?}"));
        assert_eq!(facts::facts(&read), facts::facts(&schema));
        assert!(compare(&schema, &read).is_empty());
    }
});
