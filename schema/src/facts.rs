//! A schema as facts: one line each, fields separated by tabs, sorted, none twice.
//!
//! | kind | fields |
//! |---|---|
//! | `resource` | name, rel, revision |
//! | `scope` | name, scope |
//! | `property` | name, property, type |
//! | `link` | name, rel, target, `one` or `many` |
//! | `event` | name, type, resource, priority, sender |
//! | `operation` | name, method |
//! | `query`, `input` | name, method, parameter, `required` or `optional`, type |
//! | `error` | name, method, status, code, subcode or `-` |
//! | `response` | name, method, status or `-`, resource or media type or `-` |
//! | `reason` | name, code, subcode or `-`: why an operation can fail after it has begun |
//! | `enum` | name |
//! | `member` | name, value |
//! | `generic` | error |

use std::collections::BTreeSet;

use crate::model::{Enumeration, Parameter, ReasonCode, Resource, Schema};

/// The facts of a schema.
pub fn facts(schema: &Schema) -> BTreeSet<String> {
    let mut facts = Facts::default();
    schema.resources.values().for_each(|resource| facts.resource(resource));
    schema.enumerations.values().for_each(|enumeration| facts.enumeration(enumeration));
    for error in &schema.errors.generic {
        facts.add(&["generic", &error.name]);
    }
    facts.lines
}

#[derive(Default)]
struct Facts {
    lines: BTreeSet<String>,
}

impl Facts {
    fn add(&mut self, fields: &[&str]) {
        self.lines.insert(fields.join("\t"));
    }

    fn resource(&mut self, resource: &Resource) {
        let name = resource.name.as_str();
        self.add(&["resource", name, &resource.rel, &resource.revision.to_string()]);
        for scope in &resource.scopes {
            self.add(&["scope", name, scope]);
        }
        for property in &resource.properties {
            self.add(&["property", name, &property.name, &property.kind.to_string()]);
        }
        for link in &resource.links {
            self.add(&["link", name, &link.rel, &link.target, &link.cardinality.to_string()]);
        }
        for event in &resource.events {
            self.add(&["event", name, event.kind.name(), &event.resource, &event.priority, &event.sender]);
        }
        self.reasons(name, &resource.reasons.rows);
        for operation in &resource.operations {
            let method = operation.method.name();
            self.add(&["operation", name, method]);
            self.parameters("query", name, method, &operation.query);
            self.parameters("input", name, method, &operation.input);
            let response = &operation.response;
            let status = response.status.map_or_else(|| "-".into(), |status| status.to_string());
            let what = response.content.as_deref().or(response.resource.as_deref()).unwrap_or("-");
            self.add(&["response", name, method, &status, what]);
            for error in &operation.errors {
                let subcode = error.subcode.as_deref().unwrap_or("-");
                self.add(&["error", name, method, &error.status.to_string(), &error.code, subcode]);
            }
        }
    }

    fn reasons(&mut self, name: &str, reasons: &[ReasonCode]) {
        for reason in reasons {
            self.add(&["reason", name, &reason.code, reason.subcode.as_deref().unwrap_or("-")]);
        }
    }

    fn parameters(&mut self, kind: &str, name: &str, method: &str, parameters: &[Parameter]) {
        for parameter in parameters {
            let required = if parameter.required { "required" } else { "optional" };
            self.add(&[kind, name, method, &parameter.name, required, &parameter.kind.to_string()]);
        }
    }

    fn enumeration(&mut self, enumeration: &Enumeration) {
        self.add(&["enum", &enumeration.name]);
        for member in &enumeration.members {
            self.add(&["member", &enumeration.name, &member.name]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Method, Operation};

    #[test]
    fn a_fact_is_a_line_of_fields_between_tabs() {
        let errors = serde_json::from_str(
            r#"[{ "status": 409, "code": "Conflict", "cause": "x" }, { "status": 409, "code": "Conflict", "cause": "y" }]"#,
        )
        .expect("rows");
        let operation = Operation {
            method: Method::Get,
            summary: None,
            query: Vec::new(),
            input: Vec::new(),
            content: Vec::new(),
            response: crate::model::Response::default(),
            errors,
        };
        let resource = Resource {
            name: "group2".into(),
            rel: "group".into(),
            revision: 2,
            operations: vec![operation],
            reasons: serde_json::from_str(
                r#"{ "edition": "2016-09", "rows": [{ "code": "Conflict" }, { "code": "Gone", "subcode": "Removed" }] }"#,
            )
            .expect("reasons"),
            ..Resource::default()
        };
        let schema = Schema { resources: [("group2".into(), resource)].into(), ..Schema::default() };

        let lines: Vec<_> = facts(&schema).into_iter().collect();

        let expected = [
            "error\tgroup2\tGET\t409\tConflict\t-",
            "operation\tgroup2\tGET",
            "reason\tgroup2\tConflict\t-",
            "reason\tgroup2\tGone\tRemoved",
            "resource\tgroup2\tgroup\t2",
            "response\tgroup2\tGET\t-\t-",
        ];
        assert_eq!(lines, expected);
    }
}
