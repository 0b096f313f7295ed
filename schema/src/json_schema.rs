//! The JSON Schemas of the schema files, for editors and reviewers.

use schemars::{Schema as JsonSchema, schema_for};
use serde_json::Value;

use crate::errata::Erratum;
use crate::model::{Enumeration, Errors, Resource};

/// The JSON Schema of each kind of schema file, by file name without ending.
pub fn json_schemas() -> [(&'static str, Value); 4] {
    [
        ("enumeration", value(schema_for!(Enumeration))),
        ("errata", value(schema_for!(Vec<Erratum>))),
        ("errors", value(schema_for!(Errors))),
        ("resource", value(schema_for!(Resource))),
    ]
}

fn value(schema: JsonSchema) -> Value {
    schema.into()
}
