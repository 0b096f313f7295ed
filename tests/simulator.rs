//! The bindings against the simulator, which knows nothing of them: every operation, as a program would send it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value as Json, json};
use ucwa::Format;
use ucwa_codegen::extract::{Extraction, Sample, SampleKind, extract};
use ucwa_schema::{Method, Operation as Documented, Parameter, Schema, Type};
use ucwa_simulator::{Effect, Fault, Simulator};
use ucwa_tests::{Asked, Deviations, Operation, is_counted_edition, operations, workspace};

const HOST: &str = "https://pool1.contoso.com";

fn schema() -> Schema {
    Schema::load(&workspace().join("schema")).expect("the repository has a schema")
}

/// A user's application on a simulator.
struct Desk {
    simulator: Simulator,
    token: String,
    application: String,
}

impl Desk {
    async fn new() -> Self {
        let simulator = Simulator::new(11);
        let token = simulator.issue_token("ada@contoso.com").expect("ada is a user");
        let mut desk = Self { simulator, token, application: String::new() };
        let input = json!({ "userAgent": "tests", "culture": "en-US", "endpointId": "1" });
        let request = Request::post(format!("{HOST}/ucwa/oauth/v1/applications"));
        let request = request.header("content-type", "application/json").body(input.to_string().into_bytes());
        let created = desk.send(request.expect("a request")).await;
        let created: Json = serde_json::from_slice(created.body()).expect("an application");
        desk.application = format!("{HOST}{}", created["_links"]["self"]["href"].as_str().expect("an address"));
        let request = Request::post(format!("{}/me/makeMeAvailable", desk.application));
        let made = desk.send(request.body(Vec::new()).expect("a request")).await;
        assert_eq!(made.status(), 204);
        desk
    }

    async fn send(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let mut request = request.map(Bytes::from);
        let token = format!("Bearer {}", self.token).parse().expect("a header");
        request.headers_mut().insert("authorization", token);
        self.simulator.handle(request).await.expect("an answer").map(|body| body.to_vec())
    }

    async fn get(&self, resource: &str, revision: u32, format: Format) -> Response<Vec<u8>> {
        let accept = if format == Format::Json { "application/json" } else { "application/xml" };
        let request = Request::get(format!("{}/{resource}", self.application)).header("accept", accept);
        let request = request.header("x-ms-requiresminresourceversion", revision.to_string());
        self.send(request.body(Vec::new()).expect("a request")).await
    }
}

fn value(kind: &Type, schema: &Schema) -> Vec<String> {
    match kind {
        Type::Nullable(inner) | Type::Array(inner) => value(inner, schema),
        Type::Int32 | Type::Int64 | Type::Double | Type::Byte => vec!["20".into()],
        Type::Boolean => vec!["true".into()],
        Type::Enumeration(name) => vec![schema.enumerations[name].members[0].name.clone()],
        _ => vec!["sip:ben@contoso.com".into()],
    }
}

/// The required parameters as the body of a request.
fn input(rows: &[Parameter], schema: &Schema, format: Format) -> String {
    let required: Vec<_> = rows.iter().filter(|row| row.required).collect();
    let is_list = |row: &Parameter| matches!(row.kind.required(), Type::Array(_));
    let is_text = |row: &Parameter| !matches!(row.kind.required(), Type::Int32 | Type::Int64 | Type::Boolean);
    let mut text = String::new();
    match format {
        Format::Json => {
            let entries = required.iter().map(|row| {
                let texts = value(&row.kind, schema);
                let one = if is_text(row) { json!(texts[0]) } else { texts[0].parse().expect("a number") };
                (row.name.clone(), if is_list(row) { json!(texts) } else { one })
            });
            text = Json::Object(entries.collect()).to_string();
        }
        Format::Xml => {
            text.push_str(r#"<input xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">"#);
            for row in required {
                let (name, value) = (&row.name, &value(&row.kind, schema)[0]);
                let list = format!(r#"<propertyList name="{name}"><item>{value}</item></propertyList>"#);
                let one = format!(r#"<property name="{name}">{value}</property>"#);
                write!(text, "{}", if is_list(row) { list } else { one }).expect("text takes all");
            }
            text.push_str("</input>");
        }
    }
    text
}

/// Asks for an operation of the instance that the simulator has of a resource.
async fn ask(
    desk: &Desk,
    operation: &Operation,
    documented: &Documented,
    revision: u32,
    schema: &Schema,
    format: Format,
) -> Response<Vec<u8>> {
    let content = documented.content.first().map_or("", String::as_str);
    let is_batch = content == "multipart/batching";
    let current = desk.get(operation.resource, revision, format).await;
    let body = match operation.method {
        Method::Put => String::from_utf8(current.body().clone()).expect("text"),
        Method::Post if is_batch => "--x--".into(),
        Method::Post if content.is_empty() => input(&documented.input, schema, format),
        _ => String::new(),
    };
    let asked = Asked {
        url: format!("{}/{}{}", desk.application, operation.resource, query(documented, schema)),
        media_type: if is_batch { "multipart/batching; boundary=x".into() } else { content.into() },
        body,
        etag: None,
        current: Some(current),
    };
    let request = (operation.ask)(&asked, format);
    desk.send(request.unwrap_or_else(|error| panic!("{} {}: {error}", operation.method, operation.resource))).await
}

/// The required parameters that have no place in the body.
fn query(documented: &Documented, schema: &Schema) -> String {
    let in_body =
        |row: &&Parameter| documented.content.is_empty() && documented.input.iter().any(|other| other.name == row.name);
    let required: Vec<_> = documented.query.iter().filter(|row| row.required && !in_body(row)).collect();
    let pairs: Vec<_> = required.iter().map(|row| format!("{}={}", row.name, value(&row.kind, schema)[0])).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

#[tokio::test(start_paused = true)]
async fn every_operation_is_understood_and_answered() {
    let schema = schema();
    for format in [Format::Json, Format::Xml] {
        for operation in operations() {
            let desk = Desk::new().await;
            let resource = &schema.resources[operation.resource];
            let documented = resource.operations.iter().find(|other| other.method == operation.method);
            let documented = documented.expect("it is in the schema");
            let answer = ask(&desk, &operation, documented, resource.revision, &schema, format).await;
            let place = format!("{} {} in {format:?}", operation.method, operation.resource);
            let shown = format!("{answer:?}");
            let read = (operation.read)(&format!("{}/{}", desk.application, operation.resource), answer);
            read.unwrap_or_else(|failure| panic!("{place}: {}: {shown}", failure.line));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_documented_error_can_be_provoked() {
    let schema = schema();
    let mut rows = 0;
    let desk = Desk::new().await;
    for operation in operations() {
        let resource = &schema.resources[operation.resource];
        let documented = resource.operations.iter().find(|other| other.method == operation.method);
        let documented = documented.expect("it is in the schema");
        for row in &documented.errors {
            let (code, subcode) = (row.code.clone(), row.subcode.clone());
            let effect = Effect::Error { status: row.status, code, subcode };
            desk.simulator.inject(Fault::new(effect).on(operation.resource).with_method(operation.method.name()));
            let request = Request::builder().method(operation.method.name());
            let request = request.uri(format!("{}/{}", desk.application, operation.resource)).body(Vec::new());
            let answer = desk.send(request.expect("a request")).await;
            let place = format!("{} {}: {row:?}", operation.method, operation.resource);
            let failure = (operation.read)("https://pool1.contoso.com/", answer).expect_err(&place);
            let met = failure.row.unwrap_or_else(|| panic!("{place}: {failure:?}"));
            assert_eq!(
                (met.status, met.code, met.subcode),
                (row.status, &*row.code, row.subcode.as_deref().unwrap_or_default())
            );
            rows += 1;
        }
    }
    assert!(rows > 1000, "{rows}");
}

/// The names in a resource: properties and relations, with those in the resources that stand in it. What those hold in turn may
/// be linked as well as embedded.
fn names(resource: &Json, path: &str, found: &mut BTreeSet<String>) {
    let Json::Object(entries) = resource else { return };
    let is_inner = !path.is_empty();
    for (name, value) in entries {
        match name.as_str() {
            "_links" | "_embedded" => {
                let kind = if is_inner { "relation" } else { &name[1..] };
                for (rel, value) in value.as_object().into_iter().flatten() {
                    found.insert(format!("{path}{rel} ({kind})"));
                    let first = value.as_array().and_then(|all| all.first()).unwrap_or(value);
                    if name == "_embedded" && !is_inner {
                        names(first, &format!("{path}{rel}."), found);
                    }
                }
            }
            "etag" => {}
            // Every PUT brings back a property of another name.
            _ if value.as_str().is_some_and(|text| text.starts_with("please pass")) => {}
            _ => drop(found.insert(format!("{path}{name}"))),
        }
    }
}

#[tokio::test(start_paused = true)]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
async fn answers_have_the_shape_of_the_samples() {
    let pages = ucwa_tests::pages();
    let Extraction { samples, .. } = extract(&pages);
    let (schema, deviations, operations) = (schema(), Deviations::load("simulator"), operations());
    let is_json = |sample: &&Sample| {
        sample.kind == SampleKind::Response && sample.format == ucwa_codegen::pages::SampleFormat::Json
    };
    let mut findings = Vec::new();
    let mut compared = 0;
    for sample in samples.iter().filter(is_json) {
        let resource = &schema.resources[&sample.resource];
        let is_it = |found: &&Operation| found.resource == sample.resource && Some(found.method) == sample.method;
        let operation = operations.iter().find(is_it).expect("there is a type for every operation");
        let documented =
            resource.operations.iter().find(|other| other.method == operation.method).expect("it is in the schema");
        let desk = Desk::new().await;
        let answer = ask(&desk, operation, documented, resource.revision, &schema, Format::Json).await;
        let mut found = Vec::new();
        if let Some(status) = sample.status().filter(|status| *status != answer.status().as_u16()) {
            found.push(format!("status: {} instead of {status}", answer.status().as_u16()));
        }
        if !sample.lacks_body()
            && let Ok(shown) = serde_json::from_str::<Json>(&sample.repaired())
        {
            found.extend(differences(&shown, &serde_json::from_slice(answer.body()).unwrap_or_default()));
        }
        findings.extend(deviations.unknown(sample, found));
        compared += 1;
    }
    deviations.conclude(&findings);
    assert!(!is_counted_edition(&pages) || compared == 262, "{compared}");
}

fn differences(sample: &Json, answer: &Json) -> Vec<String> {
    let (mut in_sample, mut in_answer) = (BTreeSet::new(), BTreeSet::new());
    names(sample, "", &mut in_sample);
    names(answer, "", &mut in_answer);
    let missing = in_sample.difference(&in_answer).map(|name| format!("missing: {name}"));
    let more = in_answer.difference(&in_sample).map(|name| format!("not in the sample: {name}"));
    missing.chain(more).collect()
}
