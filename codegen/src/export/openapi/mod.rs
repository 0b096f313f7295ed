//! A schema as an OpenAPI document, of version 3.1 or 3.0.
//!
//! UCWA has no paths: a client goes from link to link, and addresses are opaque. The document needs paths all the same, and
//! so has one for each resource, which is its name. It describes what is there once a link led there.

mod errors;
mod export;
mod older;
mod xml;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use ucwa_schema::{Method, Operation, Parameter, Resource, Schema};

use super::described::{Described, in_address, takes_document};
use super::json_schema::Definitions;

pub use export::Bodies;

use errors::by_status;
use export::Export;

/// The media types of documents in JSON and in XML.
const JSON: [&str; 2] = ["application/json", "application/vnd.microsoft.com.ucwa+json"];
const XML: [&str; 2] = ["application/xml", "application/vnd.microsoft.com.ucwa+xml"];

/// The media type of content of which no more is said.
const OCTETS: &str = "application/octet-stream";

const ABOUT: &str = "The web API of Skype for Business Server: presence, contacts, conversations, meetings.\n\n\
    **Paths are names, not addresses.** Addresses are opaque and come from links. Each path below stands for the `href` of any \
    link to that resource, and the server for the part of the address before it. Sign-in begins with `root`, which links to \
    `user`, which links to `applications`.\n\n\
    Messages in JSON and XML have the same content. The schemas describe JSON; for XML they describe the elements that all \
    messages share. Objects and enumerations are open: servers may send properties and values that are not listed.";

/// A version of the OpenAPI specification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Version {
    /// 3.1, whose schemas are those of JSON Schema 2020-12.
    #[default]
    V3_1,
    /// 3.0, for generators that know no other.
    V3_0,
}

/// The document.
pub fn openapi(schema: &Schema, version: Version, bodies: Bodies) -> Value {
    let document = newest(schema, bodies);
    match version {
        Version::V3_1 => document,
        Version::V3_0 => older::older(document),
    }
}

/// The document in version 3.1.
fn newest(schema: &Schema, bodies: Bodies) -> Value {
    let definitions = Definitions::new(schema, "#/components/schemas/");
    let mut export = Export { definitions, bodies, shared: BTreeMap::new() };
    let mut responses = export.share_errors();
    responses.insert("Error".into(), export.error("Any other error; `code` and `subcode` tell which."));
    if bodies == Bodies::All {
        responses.insert("Unauthorized".into(), export.unauthorized());
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "UCWA 2.0", "version": "2.0", "description": ABOUT },
        "servers": [{
            "url": "{application}",
            "description": "The part of a link before the name of its resource.",
            "variables": {
                "application": {
                    "default": "https://fe1.contoso.com/ucwa/v1/applications/192",
                    "description": "The address of the application, from the response that created it.",
                },
            },
        }],
        "tags": export.tags(),
        "paths": export.paths(),
        "components": {
            "schemas": export.schemas(),
            "responses": responses,
            "securitySchemes": export.security_schemes(),
        },
    })
}

impl Export<'_> {
    fn schema(&self) -> &Schema {
        self.definitions.schema
    }

    fn tags(&self) -> Vec<Value> {
        let categories: BTreeMap<&str, usize> =
            self.schema().resources.values().fold(BTreeMap::new(), |mut found, resource| {
                *found.entry(tag(resource)).or_default() += 1;
                found
            });
        let tag = |(name, count)| json!({ "name": name, "description": format!("{count} resources.") });
        categories.into_iter().map(tag).collect()
    }

    fn paths(&self) -> Map<String, Value> {
        let with_operations = self.schema().resources.values().filter(|resource| !resource.operations.is_empty());
        with_operations.map(|resource| (format!("/{}", resource.name), self.path(resource))).collect()
    }

    fn path(&self, resource: &Resource) -> Value {
        let mut item = Map::new();
        if let Some(summary) = &resource.summary {
            item.insert("description".into(), summary.as_str().into());
        }
        for operation in &resource.operations {
            item.insert(operation.method.name().to_lowercase(), self.operation(resource, operation));
        }
        item.insert("x-ucwa-rel".into(), resource.rel.as_str().into());
        item.insert("x-ucwa-revision".into(), resource.revision.into());
        item.insert("x-ucwa-page".into(), resource.page.as_str().into());
        if !resource.events.is_empty() {
            item.insert("x-ucwa-events".into(), json!(resource.events));
        }
        if !resource.reasons.is_empty() {
            item.insert("x-ucwa-reasons".into(), json!(resource.reasons));
        }
        Value::Object(item)
    }

    fn operation(&self, resource: &Resource, operation: &Operation) -> Value {
        let id = format!("{}{}", operation.method.name().to_lowercase(), capitalised(&resource.name));
        let mut value = json!({ "operationId": id, "tags": [tag(resource)] });
        if let Some(summary) = &operation.summary {
            value["description"] = summary.as_str().into();
        }
        let parameters = self.parameters(resource, operation);
        if !parameters.is_empty() {
            value["parameters"] = parameters.into();
        }
        if let Some(body) = self.body(resource, operation) {
            value["requestBody"] = body;
        }
        value["responses"] = Value::Object(self.responses(operation));
        // One of the scopes is enough for online applications; on premises, a web ticket is.
        let scopes = resource.scopes.iter().map(|scope| json!({ "online": [scope] }));
        value["security"] = scopes.chain([json!({ "webTicket": [] })]).collect();
        value
    }

    fn parameters(&self, resource: &Resource, operation: &Operation) -> Vec<Value> {
        let in_address = in_address(operation).into_iter();
        let mut parameters: Vec<_> = in_address.map(|parameter| self.query(parameter, operation)).collect();
        if operation.method == Method::Put {
            parameters.push(json!({
                "name": "If-Match", "in": "header", "required": true, "schema": { "type": "string" },
                "description": "The ETag from the response to GET.",
            }));
        }
        if resource.revision > 1 {
            parameters.push(json!({
                "name": "X-MS-RequiresMinResourceVersion", "in": "header", "required": true,
                "schema": { "type": "integer", "minimum": resource.revision, "default": resource.revision },
                "description": "The lowest revision of the resource that the client accepts.",
            }));
        }
        parameters
    }

    /// A parameter in the address. What may stand in the body as well is required in one of the two places alone.
    fn query(&self, parameter: &Parameter, operation: &Operation) -> Value {
        let elsewhere = takes_document(operation) && operation.input.iter().any(|other| other.name == parameter.name);
        let mut value = json!({
            "name": parameter.name, "in": "query", "required": parameter.required && !elsewhere,
            "schema": self.definitions.parameter(parameter),
        });
        if let Some(summary) = &parameter.summary {
            value["description"] = summary.as_str().into();
        }
        value
    }

    fn body(&self, resource: &Resource, operation: &Operation) -> Option<Value> {
        if !operation.content.is_empty() {
            return Some(json!({ "required": true, "content": self.raw(&operation.content) }));
        }
        let described = match operation.method {
            Method::Put => Described::Resource(&resource.name),
            method => Described::Input(&resource.name, method),
        };
        let document = self.definitions.reference_to(described)?;
        // Where no parameter is required, an empty document does, and clients need not tell it from none.
        Some(json!({ "required": true, "content": self.documents(&document, "XmlInput") }))
    }

    /// A document in each of its media types.
    fn documents(&self, json: &Value, xml: &str) -> Map<String, Value> {
        let (json_types, xml_types): (&[&str], &[&str]) = match self.bodies {
            Bodies::All => (&JSON, &XML),
            Bodies::Json => (&JSON[..1], &[]),
        };
        let json = json_types.iter().map(|kind| ((*kind).to_string(), json!({ "schema": json })));
        let xml = self.definitions.reference(xml);
        let xml = xml_types.iter().map(|kind| ((*kind).to_string(), json!({ "schema": xml })));
        json.chain(xml).collect()
    }

    /// Content that is no document, of any of some media types. It is octets even where it is text, as its charset is said
    /// elsewhere; and while OpenAPI 3.1 would do without a schema, generators do not.
    fn raw(&self, kinds: &[String]) -> Value {
        let schema = json!({ "type": "string", "format": "binary" });
        match self.bodies {
            Bodies::All => kinds.iter().map(|kind| (kind.clone(), json!({ "schema": schema }))).collect(),
            Bodies::Json => json!({ OCTETS: { "schema": schema, "x-ucwa-media-types": kinds } }),
        }
    }

    fn responses(&self, operation: &Operation) -> Map<String, Value> {
        let response = &operation.response;
        let status = response.status.unwrap_or(200);
        let mut success = json!({ "description": described(operation, status) });
        let resource = response.resource.as_ref();
        let document = resource.and_then(|name| self.definitions.reference_to(Described::Resource(name)));
        if let Some(kind) = &response.content {
            success["content"] = self.raw(std::slice::from_ref(kind));
        } else if let Some(document) = document.filter(|_| !response.location) {
            success["content"] = Value::Object(self.documents(&document, "XmlResource"));
        }
        let headers = headers(operation);
        if !headers.is_empty() {
            success["headers"] = Value::Object(headers);
        }
        let mut responses = Map::new();
        responses.insert(status.to_string(), success);
        // Its body is HTML. Generators that take one media type find it under `4XX`.
        if self.bodies == Bodies::All {
            responses.insert("401".into(), json!({ "$ref": "#/components/responses/Unauthorized" }));
        }
        for (status, rows) in by_status(operation) {
            if let Some(name) = self.shared.get(&rows) {
                responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }));
            }
        }
        // Not `default`, which would stand for successes too: generators then look for one type that is both.
        for range in ["4XX", "5XX"] {
            responses.insert(range.into(), json!({ "$ref": "#/components/responses/Error" }));
        }
        responses
    }

    fn schemas(&self) -> Map<String, Value> {
        let mut schemas = self.definitions.all();
        if self.bodies == Bodies::All {
            schemas.extend(xml::schemas());
        }
        schemas
    }

    fn security_schemes(&self) -> Value {
        let scopes = self.schema().resources.values().flat_map(|resource| &resource.scopes);
        let scopes: Map<_, _> =
            scopes.map(|scope| (scope.clone(), Value::from(format!("The permission {scope}.")))).collect();
        json!({
            "online": {
                "type": "oauth2",
                "description": "Online topologies use a token of Azure Active Directory, one for each host. One of the scopes \
                                that an operation lists is enough.",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://login.microsoftonline.com/common/oauth2/authorize",
                        "tokenUrl": "https://login.microsoftonline.com/common/oauth2/token",
                        "scopes": scopes,
                    },
                },
            },
            "webTicket": {
                "type": "http",
                "scheme": "bearer",
                "description": "On premises, a web ticket, from the address that a 401 response names. It knows no scopes.",
            },
        })
    }
}

/// The headers of the response of an operation that does not fail.
fn headers(operation: &Operation) -> Map<String, Value> {
    let response = &operation.response;
    let mut headers = Map::new();
    if response.location {
        let text = "The address of what was started. The response itself has no body.";
        headers.insert("Location".into(), json!({ "schema": { "type": "string" }, "description": text }));
    }
    if operation.method == Method::Get && response.resource.is_some() {
        let text = "The version of the resource, for `If-Match` and `If-None-Match`; not all resources have one.";
        headers.insert("ETag".into(), json!({ "schema": { "type": "string" }, "description": text }));
    }
    headers
}

fn tag(resource: &Resource) -> &str {
    resource.category.as_deref().unwrap_or("Other")
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

fn described(operation: &Operation, status: u16) -> String {
    match (&operation.response.resource, status) {
        (_, 204) => "Success without content.".into(),
        (Some(name), 201) if operation.response.location => {
            format!("Started: `{name}`, which is at the address in `Location` and comes on the event channel.")
        }
        (Some(name), 201) => format!("Made: `{name}`."),
        (Some(name), _) => format!("The resource `{name}`."),
        (None, _) => "Done.".into(),
    }
}
