//! Error responses. Many operations have the same, so that each set of errors is described once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use ucwa_schema::{ErrorRow, Operation};

use super::export::{Export, Rows};

/// The documented errors of an operation by status.
pub(super) fn by_status(operation: &Operation) -> BTreeMap<u16, Rows<'_>> {
    let mut found = BTreeMap::<u16, Rows>::new();
    for ErrorRow { status, code, subcode, cause } in &operation.errors {
        found.entry(*status).or_default().push((code, subcode.as_deref(), cause));
    }
    found
}

impl Export<'_> {
    /// Names the documented errors of all operations, each set of them once, and describes them by name.
    pub(super) fn share_errors(&mut self) -> Map<String, Value> {
        let mut responses = Map::new();
        let mut counts = BTreeMap::<&str, usize>::new();
        let schema = self.definitions.schema;
        let operations = schema.resources.values().flat_map(|resource| &resource.operations);
        for rows in operations.flat_map(|operation| by_status(operation).into_values()) {
            if self.shared.contains_key(&rows) {
                continue;
            }
            let code = rows.first().map_or("", |(code, _, _)| *code);
            let count = counts.entry(code).or_default();
            *count += 1;
            let name = format!("{code}.{count}");
            responses.insert(name.clone(), self.documented(&rows));
            self.shared.insert(rows, name);
        }
        responses
    }

    /// The documented errors of one status.
    fn documented(&self, rows: &Rows) -> Value {
        let mut known = BTreeSet::new();
        let (mut lines, mut listed) = (Vec::new(), Vec::new());
        for (code, subcode, cause) in rows {
            let summary = self.schema().errors.causes.get(*cause).and_then(|cause| cause.summary.as_deref());
            let name = subcode.map_or_else(|| (*code).to_string(), |subcode| format!("{code}/{subcode}"));
            let line = summary.map_or_else(|| format!("`{name}`"), |summary| format!("`{name}`: {summary}"));
            if !known.insert(line.clone()) {
                continue;
            }
            lines.push(line);
            let mut entry = json!({ "code": code });
            for (key, value) in [("subcode", *subcode), ("summary", summary)] {
                if let Some(value) = value {
                    entry[key] = value.into();
                }
            }
            listed.push(entry);
        }
        let mut value = self.error(&lines.join("\n\n"));
        value["x-ucwa-errors"] = listed.into();
        value
    }

    /// The response to a request without a valid token. It comes from the web server below UCWA, which knows no JSON.
    pub(super) fn unauthorized(&self) -> Value {
        let challenges =
            "How to get a token: `Bearer` for the directory of online topologies, `MsRtcOAuth` for a web ticket.";
        json!({
            "description": "The token is missing, has expired or was revoked.",
            "headers": { "WWW-Authenticate": { "schema": { "type": "string" }, "description": challenges } },
            "content": self.raw(&["text/html".to_owned()]),
        })
    }

    /// An error response. All have the same schema: one for each set of codes would only add a type to what is
    /// generated, as codes and subcodes are open.
    pub(super) fn error(&self, description: &str) -> Value {
        let content = self.documents(&self.definitions.reference("Error"), "XmlReason");
        json!({ "description": description, "content": content })
    }
}
