//! Every operation of the schema is answered as the schema says, in both formats, and `ucwa` reads it with nothing unknown.

mod support;

use serde_json::{Map, Value, json};
use support::{Answer, Desk, SEED, accounts, schema};
use ucwa::Format;
use ucwa_schema::{Cardinality, Method, Operation, Parameter, Resource, Type};
use ucwa_simulator::{Options, Simulator};

const FORMATS: [(Format, &str); 2] = [(Format::Json, "application/json"), (Format::Xml, "application/xml")];

/// A value of a type that is within the limits.
fn value(kind: &Type) -> Value {
    match kind {
        Type::Nullable(inner) => value(inner),
        Type::Array(inner) => json!([value(inner)]),
        Type::Boolean => json!(true),
        Type::Byte | Type::Int32 | Type::Int64 | Type::Double => json!(20),
        Type::DateTime => json!("/Date(1474932023993)/"),
        Type::TimeSpan => json!("PT5M"),
        Type::ExternalResource => json!("data:text/plain,hello"),
        Type::Enumeration(name) => json!(schema().enumerations[name].members[0].name),
        Type::String | Type::Uri => json!("sip:ben@contoso.com"),
    }
}

fn input(rows: &[Parameter]) -> Value {
    let mut object = Map::new();
    for row in rows.iter().filter(|row| row.required) {
        object.insert(row.name.clone(), value(&row.kind));
    }
    object.into()
}

fn query(operation: &Operation) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for row in operation.query.iter().filter(|row| row.required) {
        let text = value(&row.kind);
        query.append_pair(&row.name, &text.as_str().map_or_else(|| text.to_string(), str::to_owned));
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

/// Asks for an operation of the instance that the catalogue has of a resource.
async fn ask(desk: &Desk, resource: &Resource, operation: &Operation) -> Answer {
    let href = format!("{}{}", desk.below(&resource.name), query(operation));
    let revision = resource.revision.to_string();
    let mut headers = vec![("x-ms-requiresminresourceversion", revision.as_str())];
    if operation.method == Method::Put {
        let current = desk.send("GET", &href, &[("accept", "application/json"), headers[0]], b"").await.expect(200);
        let etag = current.header("etag").to_owned();
        headers.extend([("if-match", etag.as_str()), ("content-type", "application/json")]);
        return desk.send("PUT", &href, &headers, current.response.body()).await;
    }
    if let Some(content) = operation.content.first() {
        let content = if content == "multipart/batching" { "multipart/batching; boundary=x" } else { content };
        headers.push(("content-type", content));
        return desk.send("POST", &href, &headers, b"--x--\r\n").await;
    }
    headers.push(("content-type", "application/json"));
    let body = if operation.method == Method::Post { input(&operation.input).to_string() } else { String::new() };
    desk.send(operation.method.name(), &href, &headers, body.as_bytes()).await
}

fn format_of(answer: &Answer) -> Option<Format> {
    Format::of_media_type(answer.header("content-type"))
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_answered_as_the_schema_says() {
    let simulator = Simulator::new(SEED);
    for (format, accept) in FORMATS {
        let mut asked = 0;
        for resource in schema().resources.values() {
            for operation in &resource.operations {
                let mut desk = Desk::available(&simulator, &accounts()[0]).await;
                desk.accept = accept.into();
                let answer = ask(&desk, resource, operation).await;
                check(resource, operation, format, &answer);
                asked += 1;
            }
        }
        let documented: usize = schema().resources.values().map(|resource| resource.operations.len()).sum();
        assert_eq!(asked, documented);
    }
}

fn check(resource: &Resource, operation: &Operation, format: Format, answer: &Answer) {
    let place = format!("{} {} in {format:?}", operation.method, resource.name);
    let expected = operation.response.status.unwrap_or(200);
    assert_eq!(answer.status(), expected, "{place}: {}", answer.text());
    assert_eq!(
        !answer.header("location").is_empty(),
        operation.response.location || answer.status() == 201 && !answer.header("location").is_empty(),
        "{place}"
    );
    if let Some(content) = &operation.response.content {
        assert!(answer.header("content-type").starts_with(content.as_str()), "{place}: {:?}", answer.response);
        return;
    }
    let has_body = operation.response.resource.is_some() && !operation.response.location;
    if !has_body {
        return;
    }
    assert_eq!(format_of(answer), Some(format), "{place}");
    // That `ucwa` knows all of it was seen when it came.
}

#[tokio::test(start_paused = true)]
async fn every_resource_has_the_links_that_its_schema_names() {
    // Who may act for somebody has links for it.
    let mut options = Options::new(SEED);
    options.accounts[1].delegates = vec![options.accounts[0].address.clone()];
    let simulator = Simulator::with_options(options);
    let desk = Desk::available(&simulator, &accounts()[0]).await;
    for resource in schema().resources.values() {
        let Some(operation) = resource.operations.iter().find(|operation| operation.method == Method::Get) else {
            continue;
        };
        if operation.response.content.is_some() || resource.name == "events" {
            continue;
        }
        let shown = operation.response.resource.as_deref().map_or(resource, |name| &schema().resources[name]);
        let answer = ask(&desk, resource, operation).await.expect(200);
        for relation in &shown.links {
            let holds = |key: &str| !answer.json[key][&relation.rel].is_null();
            let has = holds("_links") || holds("_embedded");
            assert!(
                has || relation.cardinality == Cardinality::Many && is_live(&resource.name),
                "{}: no {}: {:#}",
                resource.name,
                relation.rel,
                answer.json
            );
        }
        for property in &shown.properties {
            let key = &answer.json[&property.name];
            let has = !key.is_null() || !answer.json["_links"][&property.name].is_null();
            assert!(has || is_live(&resource.name), "{}: no {}: {:#}", resource.name, property.name, answer.json);
        }
    }
}

/// Resources whose address in the catalogue is that of the user's own.
fn is_live(name: &str) -> bool {
    matches!(
        name,
        "me" | "people" | "communication" | "onlineMeetings" | "policies" | "batch" | "events" | "reportMyNetwork"
    )
}
