//! The JSON Schemas of the schema files, for editors and reviewers.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde_json::Value;

use crate::errata::{Erratum, TextErratum};
use crate::model::{Enumeration, Errors, Resource};
use crate::types::Type;

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

fn value(schema: Schema) -> Value {
    schema.into()
}

impl JsonSchema for Type {
    fn schema_name() -> Cow<'static, str> {
        "Type".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "String, Boolean, Byte, Int32, Int64, Double, DateTime, TimeSpan, Uri, ExternalResource \
                            or the name of an enumeration, if need be preceded by `Array of` or `Nullable`.",
            "pattern": "^(Nullable )?(Array of )?[A-Z][A-Za-z0-9]*$"
        })
    }
}
