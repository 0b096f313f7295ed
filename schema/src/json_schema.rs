//! The JSON Schemas of the schema files, for editors and reviewers.

use schemars::{Schema as JsonSchema, schema_for};
use serde_json::Value;

use crate::errata::{Erratum, TextErratum};
use crate::model::{Enumeration, Errors, Resource};

/// The JSON Schema of each kind of schema file, by file name without ending.
pub fn json_schemas() -> [(&'static str, Value); 5] {
    [
        ("enumeration", value(schema_for!(Enumeration))),
        ("errata", value(schema_for!(Vec<Erratum>))),
        ("errors", value(schema_for!(Errors))),
        ("resource", value(schema_for!(Resource))),
        ("text-errata", value(schema_for!(Vec<TextErratum>))),
    ]
}

fn value(schema: JsonSchema) -> Value {
    schema.into()
}
