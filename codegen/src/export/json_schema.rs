//! The resources, inputs and enumerations of a schema as JSON Schema 2020-12.
//!
//! The descriptions are of messages in JSON. They are as open as the bindings are: properties, links and values that no
//! table lists are allowed.

use serde_json::{Map, Value, json};
use ucwa_schema::{
    Cardinality, Enumeration, Errors, Operation, Parameter, Property, Relation, Resource, Schema, Type, ValueLimits,
};

use super::described::{Described, DescriptionNames, takes_document};

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// All resources, inputs and enumerations as one document; each is below `$defs`, by name.
pub fn json_schema(schema: &Schema) -> Value {
    let definitions = Definitions::new(schema, "#/$defs/");
    json!({
        "$schema": DIALECT,
        "$id": "urn:ucwa:2.0",
        "title": "UCWA 2.0",
        "description": "The resources of UCWA 2.0, the inputs of its operations and its enumerations, as messages in JSON have \
                        them. `#/$defs/contact` describes the resource `contact`, `#/$defs/startMessaging.post` what its POST \
                        takes.",
        "$defs": definitions.all(),
    })
}

/// What is described, and where.
pub(super) struct Definitions<'a> {
    pub(super) schema: &'a Schema,
    /// What stands in front of a name in a reference.
    base: &'static str,
    names: DescriptionNames<'a>,
}

impl<'a> Definitions<'a> {
    pub(super) fn new(schema: &'a Schema, base: &'static str) -> Self {
        Self { schema, base, names: DescriptionNames::of(schema) }
    }

    /// Every description by name.
    pub(super) fn all(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for resource in self.schema.resources.values() {
            self.add(&mut all, Described::Resource(&resource.name), self.resource(resource));
            for operation in resource.operations.iter().filter(|operation| takes_document(operation)) {
                let described = Described::Input(&resource.name, operation.method);
                self.add(&mut all, described, self.input(resource, operation));
            }
        }
        for enumeration in self.schema.enumerations.values() {
            self.add(&mut all, Described::Enumeration(&enumeration.name), enumerated(enumeration));
        }
        all.extend(self.common());
        all
    }

    fn add(&self, all: &mut Map<String, Value>, described: Described<'_>, description: Value) {
        if let Some(name) = self.names.get(described) {
            all.insert(name.to_owned(), description);
        }
    }

    /// A reference to the description of something; `None` where the schema has no such thing.
    pub(super) fn reference_to(&self, described: Described<'_>) -> Option<Value> {
        self.names.get(described).map(|name| self.reference(name))
    }

    /// A reference to a description that every schema has.
    pub(super) fn reference(&self, name: &str) -> Value {
        json!({ "$ref": format!("{}{name}", self.base) })
    }

    /// What is not the reference's own but stands under its messages.
    fn common(&self) -> Map<String, Value> {
        let entries = [
            ("Link", link()),
            ("ContentLink", content_link()),
            ("DateTime", date_time()),
            ("TimeSpan", json!({ "type": "string", "description": "A duration in ISO 8601, such as `PT5M`." })),
            ("Error", error(&self.schema.errors)),
        ];
        entries.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }

    fn resource(&self, resource: &Resource) -> Value {
        let mut properties = Map::new();
        let rel = json!({ "type": "string", "description": "The name of the resource." });
        properties.insert("rel".into(), rel);
        let (content, plain): (Vec<_>, Vec<_>) =
            resource.properties.iter().partition(|property| is_content(&property.kind));
        for property in plain {
            properties.insert(property.name.clone(), self.property(property));
        }
        let mut links: Map<_, _> =
            resource.links.iter().map(|link| (link.rel.clone(), self.link(link, false))).collect();
        links.extend(content.iter().map(|property| (property.name.clone(), self.content(property.summary.as_ref()))));
        properties.insert("_links".into(), relations(links));
        let embedded = resource.links.iter().filter(|link| link.embedded);
        let embedded: Map<_, _> = embedded.map(|link| (link.rel.clone(), self.link(link, true))).collect();
        properties.insert("_embedded".into(), relations(embedded));
        let mut value = json!({ "type": "object", "title": resource.name });
        describe(&mut value, resource.summary.as_ref());
        value["properties"] = Value::Object(properties);
        value["x-ucwa-page"] = resource.page.as_str().into();
        value
    }

    /// A relation among links or among embedded resources.
    fn link(&self, link: &Relation, embedded: bool) -> Value {
        let one = if embedded {
            let target = self.reference_to(Described::Resource(&link.target));
            target.unwrap_or_else(|| json!({ "type": "object" }))
        } else {
            self.reference("Link")
        };
        let mut value = match link.cardinality {
            Cardinality::One => one,
            Cardinality::Many => json!({ "anyOf": [{ "type": "array", "items": one }, one] }),
        };
        describe(&mut value, link.summary.as_ref());
        value["x-ucwa-target"] = link.target.as_str().into();
        value
    }

    fn content(&self, summary: Option<&String>) -> Value {
        let mut value = self.reference("ContentLink");
        describe(&mut value, summary);
        value
    }

    fn property(&self, property: &Property) -> Value {
        let mut value = self.kind(&property.kind);
        limit(&mut value, &property.kind, &property.limits);
        describe(&mut value, property.summary.as_ref());
        value
    }

    /// A parameter, in a body or in an address.
    pub(super) fn parameter(&self, parameter: &Parameter) -> Value {
        let mut value = self.kind(&parameter.kind);
        limit(&mut value, &parameter.kind, &parameter.limits);
        value
    }

    fn input(&self, resource: &Resource, operation: &Operation) -> Value {
        let (content, plain): (Vec<_>, Vec<_>) = operation.input.iter().partition(|row| is_content(&row.kind));
        let mut properties = Map::new();
        for parameter in &plain {
            let mut value = self.parameter(parameter);
            describe(&mut value, parameter.summary.as_ref());
            properties.insert(parameter.name.clone(), value);
        }
        if !content.is_empty() {
            let links = content.iter().map(|row| (row.name.clone(), self.content(row.summary.as_ref()))).collect();
            properties.insert("_links".into(), relations(links));
        }
        let required: Vec<_> = plain.iter().filter(|row| row.required).map(|row| row.name.as_str()).collect();
        let mut value = json!({ "type": "object", "title": format!("{} of {}", operation.method, resource.name) });
        describe(&mut value, operation.summary.as_ref());
        value["properties"] = Value::Object(properties);
        if !required.is_empty() {
            value["required"] = required.into();
        }
        value
    }

    fn kind(&self, kind: &Type) -> Value {
        match kind {
            Type::Boolean => json!({ "type": "boolean" }),
            Type::Byte => json!({ "type": "integer", "minimum": 0, "maximum": 255 }),
            Type::Int32 => json!({ "type": "integer", "format": "int32" }),
            Type::Int64 => json!({ "type": "integer", "format": "int64" }),
            Type::Double => json!({ "type": "number", "format": "double" }),
            Type::DateTime => self.reference("DateTime"),
            Type::TimeSpan => self.reference("TimeSpan"),
            Type::Uri => json!({ "type": "string", "format": "uri" }),
            Type::ExternalResource => self.reference("ContentLink"),
            Type::Enumeration(name) => {
                let values = self.reference_to(Described::Enumeration(name));
                values.unwrap_or_else(|| json!({ "type": "string" }))
            }
            Type::String => json!({ "type": "string" }),
            // Documents have bytes as text.
            Type::Array(inner) if **inner == Type::Byte => json!({ "type": "string", "contentEncoding": "base64" }),
            Type::Array(inner) => json!({ "type": "array", "items": self.kind(inner) }),
            Type::Nullable(inner) => json!({ "anyOf": [self.kind(inner), { "type": "null" }] }),
        }
    }
}

/// Whether a value is content in place, which JSON has in a link.
fn is_content(kind: &Type) -> bool {
    *kind.required() == Type::ExternalResource
}

/// `_links` or `_embedded`; both may be `null`, and hold more than tables list.
fn relations(properties: Map<String, Value>) -> Value {
    json!({ "type": ["object", "null"], "properties": Value::Object(properties) })
}

fn describe(value: &mut Value, summary: Option<&String>) {
    if let Some(summary) = summary {
        value["description"] = summary.as_str().into();
    }
}

/// Adds limits. Numbers in text, and the units of defaults, are left to the summary.
fn limit(value: &mut Value, kind: &Type, limits: &ValueLimits) {
    match kind.required() {
        Type::String | Type::Uri => {
            if let Some(length) = limits.maximum_length {
                value["maxLength"] = length.into();
            }
        }
        Type::Int32 | Type::Int64 | Type::Double => {
            if let Some(minimum) = limits.minimum {
                value["minimum"] = minimum.into();
            }
            if let Some(maximum) = limits.maximum {
                value["maximum"] = maximum.into();
            }
        }
        _ => {}
    }
    if let Some(default) = &limits.default {
        value["x-ucwa-default"] = default.as_str().into();
    }
}

/// An enumeration, which is open: servers may have values that no page lists.
fn enumerated(enumeration: &Enumeration) -> Value {
    let names: Vec<_> = enumeration.members.iter().map(|member| member.name.as_str()).collect();
    let words = enumeration
        .members
        .iter()
        .filter_map(|member| Some((member.name.clone(), Value::from(member.summary.as_deref()?))));
    let mut value = json!({ "title": enumeration.name });
    describe(&mut value, enumeration.summary.as_ref());
    value["anyOf"] = json!([{ "type": "string", "enum": names }, { "type": "string" }]);
    value["x-ucwa-values"] = Value::Object(words.collect());
    value["x-ucwa-page"] = enumeration.page.as_str().into();
    value
}

fn link() -> Value {
    json!({
        "type": "object",
        "title": "Link",
        "description": "The address of a resource. It is opaque: use it as it is, and never build one.",
        "properties": {
            "href": { "type": "string", "description": "The address, absolute or relative to that of the message." },
            "title": { "type": "string", "description": "A display name." },
            "revision": { "type": "string", "description": "The latest revision of the target that the server supports." },
        },
        "required": ["href"],
    })
}

fn content_link() -> Value {
    json!({
        "type": "object",
        "title": "ContentLink",
        "description": "Content instead of an address.",
        "properties": {
            "href": { "type": "string", "pattern": "^data:", "description": "The content as a `data:` URI." },
        },
        "required": ["href"],
    })
}

fn date_time() -> Value {
    json!({
        "title": "DateTime",
        "description": "A point in time: in JSON milliseconds since 1970, sometimes ISO 8601 as in XML.",
        "anyOf": [
            { "type": "string", "pattern": "^/Date\\(-?[0-9]+([+-][0-9]{4})?\\)/$", "examples": ["/Date(1474932023993)/"] },
            { "type": "string", "format": "date-time" },
        ],
    })
}

/// The body of an error.
fn error(errors: &Errors) -> Value {
    let names =
        errors.generic.iter().filter_map(|error| Some((error.name.clone(), Value::from(error.summary.as_deref()?))));
    json!({
        "type": "object",
        "title": "Error",
        "description": "An error. Only the code is always present.",
        "properties": {
            "code": { "type": "string", "description": "The code of the error." },
            "subcode": { "type": "string", "description": "The subcode, which is more specific." },
            "message": { "type": "string", "description": "A message for people." },
            "parameters": {
                "type": ["array", "null"],
                "description": "The invalid parameters.",
                "items": {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string", "description": "The name of the parameter." },
                        "reason": { "type": "string", "description": "Why its value is invalid." },
                    },
                },
            },
            "debugInfo": { "description": "Details for logs." },
        },
        "required": ["code"],
        "x-ucwa-generic": names.collect::<Map<_, _>>(),
    })
}
