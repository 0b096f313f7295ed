//! Laying a schema out as the files of a folder.

use serde::Serialize;
use ucwa_files::FileSet;

use crate::json_schema::json_schemas;
use crate::json_text::to_json_text;
use crate::model::Schema;

/// How the files of a schema folder begin, by which they are told from those of others.
const MARKS: [(&str, &str); 3] = [
    ("resources", "{\n  \"$schema\": \"../json-schema/resource.json\""),
    ("enums", "{\n  \"$schema\": \"../json-schema/enumeration.json\""),
    ("errors.json", "{\n  \"$schema\": \"json-schema/errors.json\""),
];

impl Schema {
    /// The files of a schema folder that say what this schema says.
    pub fn files(&self) -> FileSet {
        let mut files = FileSet::new();
        for (path, mark) in MARKS {
            files.own(path, mark);
        }
        for (name, resource) in &self.resources {
            let mut resource = resource.clone();
            resource.schema = Some("../json-schema/resource.json".into());
            files.insert(format!("resources/{name}.json"), text(&resource));
        }
        for (name, enumeration) in &self.enumerations {
            let mut enumeration = enumeration.clone();
            enumeration.schema = Some("../json-schema/enumeration.json".into());
            files.insert(format!("enums/{name}.json"), text(&enumeration));
        }
        let mut errors = self.errors.clone();
        errors.schema = Some("json-schema/errors.json".into());
        files.insert("errors.json", text(&errors));
        for (name, schema) in json_schemas() {
            files.insert(format!("json-schema/{name}.json"), to_json_text(&schema));
        }
        files
    }
}

/// The text of a schema file.
fn text<T: Serialize>(value: &T) -> String {
    // The model holds strings, numbers and maps with string keys, all of which JSON can say.
    to_json_text(&serde_json::to_value(value).unwrap_or_default())
}
