//! What the exports hold: everything that the schema does, in documents that are what they say they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use ucwa_codegen::export::graph;
use ucwa_codegen::export::json_schema::json_schema;
use ucwa_codegen::export::openapi::{Bodies, Version};
use ucwa_schema::Schema;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn schema() -> Schema {
    Schema::load(&root().join("schema")).expect("the repository has a schema")
}

/// The OpenAPI document, with all that it can have.
fn openapi(schema: &Schema) -> Value {
    ucwa_codegen::export::openapi::openapi(schema, Version::V3_1, Bodies::All)
}

/// A resource with names and words that mean something in other languages.
fn hostile() -> Schema {
    let resource = json!({
        "name": "rug", "rel": "rug", "revision": 1, "page": "rug_ref.md", "category": "<b>\"R&D\"</b>",
        "summary": "A `<script>alert(1)</script>` & \"more\".",
        "properties": [{ "name": "colour", "type": "Colour", "summary": "</article>" }],
        "links": [{ "rel": "shop", "target": "shop", "cardinality": "many", "embedded": true }],
        "operations": [{ "method": "GET", "response": { "status": 200, "resource": "shop" } }],
    });
    let resource = serde_json::from_value(resource).expect("a resource");
    Schema { resources: [("rug".to_string(), resource)].into(), ..Schema::default() }
}

/// A schema with the names that descriptions of other things have, and with names that differ by case alone.
fn clashing() -> Schema {
    let enumeration = |name: &str| {
        let value =
            json!({ "name": name, "page": format!("{name}_ref.md"), "members": [{ "name": format!("Of{name}") }] });
        serde_json::from_value(value).expect("an enumeration")
    };
    let names = ["Link", "Error", "XmlReason", "Mood", "MoodValue"];
    let enumerations = names.iter().map(|name| ((*name).to_string(), enumeration(name))).collect();
    let property = |name: &&str| json!({ "name": format!("a{name}"), "type": name });
    let resource = |name: &str| {
        let value = json!({
            "name": name, "rel": name, "revision": 1, "page": format!("{name}_ref.md"),
            "properties": names.iter().map(property).collect::<Vec<_>>(),
            "links": [{ "rel": "mood", "target": "mood", "cardinality": "one", "embedded": true }],
            "operations": [
                { "method": "GET", "response": { "status": 200, "resource": "timeSpan" } },
                { "method": "POST", "input": [{ "name": "how", "type": "Mood", "required": true }] },
                { "method": "PUT" },
            ],
        });
        (name.to_string(), serde_json::from_value(value).expect("a resource"))
    };
    Schema { resources: ["mood", "timeSpan"].map(resource).into(), enumerations, ..Schema::default() }
}

/// Every `$ref` below a value.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(entries) => {
            found.extend(entries.get("$ref").and_then(Value::as_str));
            entries.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn dangling(document: &Value) -> Vec<&str> {
    let mut found = BTreeSet::new();
    references(document, &mut found);
    assert!(!found.is_empty());
    let leads =
        |reference: &&str| reference.strip_prefix('#').is_some_and(|pointer| document.pointer(pointer).is_some());
    found.into_iter().filter(|reference| !leads(reference)).collect()
}

/// The operations of an OpenAPI document, each with the name of its path.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let verbs = ["get", "post", "put", "delete", "options"];
    paths
        .iter()
        .flat_map(|(path, item)| verbs.iter().filter_map(move |verb| Some((path.as_str(), *verb, item.get(verb)?))))
        .collect()
}

#[test]
fn what_is_called_like_another_description_has_a_name_of_its_own() {
    let schema = clashing();
    let (openapi, json) = (openapi(&schema), json_schema(&schema));
    for (document, all) in [(&openapi, &openapi["components"]["schemas"]), (&json, &json["$defs"])] {
        assert_eq!(dangling(document), Vec::<&str>::new());
        let named =
            |name: &str| all.as_object().expect("descriptions").iter().find(|(_, known)| known["title"] == name);
        for (name, expected) in [
            ("Link", "LinkValue"),
            ("Error", "ErrorValue"),
            ("XmlReason", "XmlReasonValue"),
            ("MoodValue", "MoodValue"),
        ] {
            let of_schema = all
                .as_object()
                .into_iter()
                .flatten()
                .find(|(_, known)| known["x-ucwa-page"] == format!("{name}_ref.md"));
            assert_eq!(of_schema.map(|(name, _)| name.as_str()), Some(expected), "{name}");
        }
        assert_eq!(named("mood").map(|(name, _)| name.as_str()), Some("mood"));
        assert_eq!(named("timeSpan").map(|(name, _)| name.as_str()), Some("timeSpanResource"));
        assert_eq!(
            all["mood"]["properties"]["aMood"]["$ref"].as_str().and_then(|to| to.rsplit('/').next()),
            Some("Mood2")
        );
        assert!(all["Link"]["properties"]["href"].is_object() && all["Error"]["properties"]["code"].is_object());
        let lower_case: BTreeSet<_> =
            all.as_object().expect("descriptions").keys().map(|name| name.to_lowercase()).collect();
        assert_eq!(lower_case.len(), all.as_object().map_or(0, serde_json::Map::len), "names differ by case alone");
    }
    let content =
        |place: &str| openapi.pointer(&format!("/paths/~1timeSpan/{place}/content/application~1json/schema/$ref"));
    assert_eq!(content("get/responses/200"), Some(&json!("#/components/schemas/timeSpanResource")));
    assert_eq!(content("put/requestBody"), Some(&json!("#/components/schemas/timeSpanResource")));
    assert_eq!(content("post/requestBody"), Some(&json!("#/components/schemas/timeSpan.post")));
}

#[test]
fn openapi_has_every_operation_once_and_leads_nowhere_else() {
    let (schema, document) = (schema(), openapi(&schema()));
    let found = operations(&document);
    assert_eq!(found.len(), schema.resources.values().map(|resource| resource.operations.len()).sum::<usize>());
    let ids: BTreeSet<_> = found.iter().filter_map(|(_, _, operation)| operation["operationId"].as_str()).collect();
    assert_eq!(ids.len(), found.len(), "an operationId is listed twice");
    assert_eq!(dangling(&document), Vec::<&str>::new());
    let names: BTreeSet<_> =
        found.iter().map(|(path, verb, _)| (path.trim_start_matches('/'), verb.to_uppercase())).collect();
    for resource in schema.resources.values() {
        for operation in &resource.operations {
            assert!(
                names.contains(&(resource.name.as_str(), operation.method.name().to_string())),
                "{}",
                resource.name
            );
        }
    }
}

#[test]
fn openapi_lists_every_documented_error_with_what_it_stands_for() {
    let (schema, document) = (schema(), openapi(&schema()));
    for resource in schema.resources.values() {
        for operation in &resource.operations {
            let verb = operation.method.name().to_lowercase();
            let responses = &document["paths"][format!("/{}", resource.name)][verb]["responses"];
            for row in &operation.errors {
                let reference = responses[row.status.to_string()]["$ref"].as_str().expect("a reference");
                let listed =
                    document.pointer(reference.trim_start_matches('#')).expect("a response")["x-ucwa-errors"].clone();
                let is_it =
                    |entry: &Value| entry["code"] == row.code && entry["subcode"].as_str() == row.subcode.as_deref();
                assert!(listed.as_array().is_some_and(|listed| listed.iter().any(is_it)), "{}: {row:?}", resource.name);
            }
        }
    }
}

/// Some generators, such as progenitor, look for one type that stands for all errors of an operation.
#[test]
fn openapi_gives_all_errors_of_an_operation_one_body_where_there_is_one_media_type() {
    let document = ucwa_codegen::export::openapi::openapi(&schema(), Version::V3_0, Bodies::Json);
    for (path, method, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("an operation has responses");
        for range in ["4XX", "5XX"] {
            assert!(responses.contains_key(range) && !responses.contains_key("default"), "{method} {path}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            let name = response["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).expect("a name");
            let content = &document["components"]["responses"][name]["content"];
            let schema = &content["application/json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Error", "{method} {path} {status}");
        }
    }
}

#[test]
fn openapi_says_what_a_request_needs() {
    let document = openapi(&schema());
    let put = &document["paths"]["/contactPrivacyRelationship2"]["put"];
    let headers: Vec<_> =
        put["parameters"].as_array().expect("parameters").iter().map(|row| row["name"].clone()).collect();
    assert_eq!(headers, ["If-Match", "X-MS-RequiresMinResourceVersion"]);
    let post = &document["paths"]["/startMessaging"]["post"];
    let kinds: Vec<_> = post["requestBody"]["content"].as_object().expect("media types").keys().collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    assert_eq!(post["responses"]["201"]["headers"]["Location"]["schema"]["type"], "string");
    assert_eq!(post["security"][0], json!({ "online": ["Conversations.Initiate"] }));
    let raw = &document["paths"]["/sendMessage"]["post"]["requestBody"]["content"];
    assert_eq!(raw["text/plain"]["schema"]["type"], "string");
    let input = &document["components"]["schemas"]["startMessaging.post"];
    assert_eq!(input["properties"]["subject"]["maxLength"], 250);
    assert_eq!(input["properties"]["_links"]["properties"]["message"]["$ref"], "#/components/schemas/ContentLink");
}

#[test]
fn openapi_has_no_body_where_servers_send_none() {
    let document = openapi(&schema());
    let started = &document["paths"]["/startMessaging"]["post"]["responses"]["201"];
    assert!(
        started["content"].is_null()
            && started["description"].as_str().is_some_and(|text| text.contains("`messagingInvitation`"))
    );
    let made = &document["paths"]["/myOnlineMeetings"]["post"]["responses"]["201"];
    assert!(made["content"]["application/json"].is_object() && made["headers"].is_null());
}

#[test]
fn openapi_says_of_every_operation_what_happens_without_a_token() {
    let document = openapi(&schema());
    for (path, verb, operation) in operations(&document) {
        assert_eq!(operation["responses"]["401"]["$ref"], "#/components/responses/Unauthorized", "{verb} {path}");
    }
    let unauthorized = &document["components"]["responses"]["Unauthorized"];
    assert!(
        unauthorized["content"]["text/html"].is_object() && unauthorized["headers"]["WWW-Authenticate"].is_object()
    );
}

/// Every value below a value, with the keys that lead to it.
fn values<'a>(value: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    found.push((path.to_owned(), value));
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| values(value, &format!("{path}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| values(value, &format!("{path}/{index}"), found));
        }
        _ => {}
    }
}

#[test]
fn openapi_has_what_generators_stumble_over_nowhere() {
    let document = openapi(&schema());
    let mut found = Vec::new();
    values(&document, "", &mut found);
    for (path, value) in found {
        let is_array =
            value["type"] == "array" || value["type"].as_array().is_some_and(|types| types.contains(&json!("array")));
        assert!(!is_array || value.get("items").is_some(), "{path}: an array without items");
        assert!(value.get("const").is_none_or(Value::is_object), "{path}: a constant");
        let is_body = path.contains("/content/") && path.split('/').rev().nth(1).is_some_and(|key| key == "content");
        assert!(!is_body || value.get("schema").is_some(), "{path}: a body without a schema");
    }
}

#[test]
fn what_an_operation_cannot_do_without_is_required_in_its_headers() {
    let (schema, document) = (schema(), openapi(&schema()));
    let mut count = 0;
    for resource in schema.resources.values() {
        for operation in &resource.operations {
            let method = operation.method.name().to_lowercase();
            let described = &document["paths"][format!("/{}", resource.name)][&method]["parameters"];
            let required = |name: &str| {
                let parameters = described.as_array().map_or(&[] as &[Value], Vec::as_slice);
                let found = parameters.iter().find(|found| found["name"] == name && found["in"] == "header");
                found.map(|found| found["required"] == json!(true))
            };
            let wanted = |is_wanted: bool| is_wanted.then_some(true);
            let later = resource.revision > 1;
            assert_eq!(required("If-Match"), wanted(method == "put"), "{method} {}", resource.name);
            assert_eq!(required("X-MS-RequiresMinResourceVersion"), wanted(later), "{method} {}", resource.name);
            count += usize::from(method == "put" || later);
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn openapi_3_0_knows_no_null_and_no_words_beside_a_reference() {
    let document = ucwa_codegen::export::openapi::openapi(&schema(), Version::V3_0, Bodies::All);
    assert_eq!(document["openapi"], "3.0.3");
    assert_eq!(dangling(&document), Vec::<&str>::new());
    assert_eq!(operations(&document).len(), operations(&openapi(&schema())).len());
    let mut found = Vec::new();
    values(&document, "", &mut found);
    for (path, value) in found {
        assert!(value["type"] != "null" && !value["type"].is_array(), "{path}");
        assert!(!value["$ref"].is_string() || value.as_object().is_some_and(|entries| entries.len() == 1), "{path}");
    }
}

#[test]
fn openapi_can_describe_each_body_in_one_media_type_that_generators_know() {
    for version in [Version::V3_1, Version::V3_0] {
        let document = ucwa_codegen::export::openapi::openapi(&schema(), version, Bodies::Json);
        assert_eq!(dangling(&document), Vec::<&str>::new());
        assert!(!document.to_string().contains("XmlResource"));
        let mut found = Vec::new();
        values(&document, "", &mut found);
        let mut kinds = BTreeSet::new();
        for (path, content) in found.into_iter().filter(|(path, _)| path.ends_with("/content")) {
            // A resource can have a property of this name.
            let Some(content) = content.as_object().filter(|_| !path.starts_with("/components/schemas/")) else {
                continue;
            };
            assert_eq!(content.len(), 1, "{path}");
            kinds.extend(content.keys().cloned());
        }
        assert_eq!(kinds, ["application/json", "application/octet-stream"].map(str::to_owned).into());
        let message = &document["paths"]["/sendMessage"]["post"]["requestBody"]["content"]["application/octet-stream"];
        assert_eq!(message["x-ucwa-media-types"], json!(["text/plain", "text/html"]));
        assert_eq!(message["schema"]["format"], "binary");
        let photo = &document["paths"]["/photo"]["get"]["responses"]["200"]["content"]["application/octet-stream"];
        assert_eq!(photo["x-ucwa-media-types"], json!(["image/jpeg"]));
    }
}

#[test]
fn the_json_schema_is_valid_and_complete() {
    let (schema, document) = (schema(), json_schema(&schema()));
    jsonschema::meta::validate(&document).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(dangling(&document), Vec::<&str>::new());
    for name in schema.resources.keys().chain(schema.enumerations.keys()) {
        assert!(document["$defs"][name].is_object(), "{name}");
    }
    let inputs = document["$defs"].as_object().expect("definitions").keys().filter(|name| name.contains('.')).count();
    assert_eq!(inputs, 66);
    for (name, definition) in document["$defs"].as_object().expect("definitions") {
        jsonschema::meta::validate(definition).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn content_is_no_document_and_bytes_in_documents_are_text() {
    let (schema, document) = (schema(), json_schema(&schema()));
    let operations = schema.resources.values().flat_map(|found| found.operations.iter().map(move |row| (found, row)));
    let with_content: Vec<_> = operations.filter(|(_, operation)| !operation.content.is_empty()).collect();
    assert_eq!(with_content.len(), 9);
    for (resource, operation) in with_content {
        let name = format!("{}.{}", resource.name, operation.method.name().to_lowercase());
        assert!(document["$defs"][&name].is_null(), "{name} is no document");
    }
    let query = &openapi(&schema)["paths"]["/sendMessage"]["post"]["parameters"][0];
    assert_eq!((&query["name"], &query["required"]), (&json!("operationId"), &json!(true)), "no body can have it");

    let everything = Schema::load(&root().join("tests/hostile/schema")).expect("there is one");
    let bytes = &json_schema(&everything)["$defs"]["everything"]["properties"]["theArrayOfByte"];
    assert_eq!((&bytes["type"], &bytes["contentEncoding"]), (&json!("string"), &json!("base64")));
}

/// As the bindings send them.
#[test]
fn parameters_of_a_get_and_of_content_stand_in_the_address() {
    let rows = |content: bool| {
        let bytes = content.then(|| json!({ "name": "sdp", "type": "Array of Byte", "required": true }));
        let text = json!({ "name": "size", "type": "Int32", "required": true });
        bytes.into_iter().chain([text]).collect::<Vec<_>>()
    };
    let resource = json!({
        "name": "rug", "rel": "rug", "revision": 1, "page": "rug_ref.md",
        "operations": [
            { "method": "GET", "input": rows(false), "query": [{ "name": "size", "type": "Int32", "required": true }] },
            { "method": "POST", "input": rows(true), "content": ["application/sdp"] },
        ],
    });
    let resource = serde_json::from_value(resource).expect("a resource");
    let schema = Schema { resources: [("rug".to_string(), resource)].into(), ..Schema::default() };
    let document = openapi(&schema);
    let path = &document["paths"]["/rug"];
    for method in ["get", "post"] {
        let parameters = path[method]["parameters"].as_array().expect("parameters");
        let told: Vec<_> = parameters.iter().map(|row| [&row["name"], &row["in"], &row["required"]]).collect();
        assert_eq!(told, [[&json!("size"), &json!("query"), &json!(true)]], "{method}");
    }
    assert!(path["get"]["requestBody"].is_null());
    let body = path["post"]["requestBody"]["content"].as_object().expect("a body");
    assert_eq!(body.keys().collect::<Vec<_>>(), ["application/sdp"]);
    assert_eq!(dangling(&document), Vec::<&str>::new());
}

/// What is wrong with a message, by the definition of this name.
fn faults(document: &Value, name: &str, message: &Value) -> Vec<String> {
    let mut document = document.clone();
    document["$ref"] = format!("#/$defs/{name}").into();
    let validator = jsonschema::draft202012::new(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
    validator.iter_errors(message).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn sample_responses_are_valid_and_broken_ones_are_not() {
    let document = json_schema(&schema());
    let mut seen = BTreeMap::new();
    for entry in fs::read_dir(root().join("tests/samples")).expect("the repository has samples") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let [resource, "GET", "response", "json", "http"] = name.split('.').collect::<Vec<_>>()[..] else { continue };
        let text = fs::read_to_string(&path).expect("a text");
        let (_, body) = text.split_once("\n\n").expect("a body");
        let message: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(faults(&document, resource, &message), Vec::<String>::new(), "{name}");
        let mut broken = message.clone();
        broken["_links"]["self"] = json!("/no/link");
        assert!(!faults(&document, resource, &broken).is_empty(), "{name} is valid with a broken link");
        seen.insert(resource.to_string(), message);
    }
    assert_eq!(seen.len(), 5);
    let mut presence = seen["contactPresence"].clone();
    presence["availability"] = json!("OutOfThisWorld");
    assert_eq!(faults(&document, "contactPresence", &presence), Vec::<String>::new(), "enumerations are open");
    presence["lastActive"] = json!(3);
    assert_eq!(faults(&document, "contactPresence", &presence).len(), 1);
}

#[test]
fn the_graph_has_a_node_for_every_resource_and_no_link_to_nowhere() {
    let schema = schema();
    let (dot, html) = (graph::dot(&schema), graph::html(&schema));
    let resources = schema.resources.len();
    assert_eq!(dot.matches("[fillcolor=").count(), resources);
    assert_eq!(dot.matches("subgraph cluster_").count(), 6);
    let arrow = |start: &str| dot.lines().find(|line| line.trim().starts_with(start)).unwrap_or_default();
    assert!(arrow("\"contact\" -> \"contactPresence\" ").ends_with("\"];"), "{dot}");
    assert!(!arrow("\"contact\" -> \"contactPresence\" ").contains("crow"));
    assert!(arrow("\"myContacts\" -> \"contact\" ").contains("arrowhead=\"crow\""), "it leads to many");
    assert_eq!(html.matches("class=\"node\"").count(), resources);
    assert_eq!(html.matches("<article").count(), resources);
    // `article:target` shows what an address names, and the first of several of one name would be something else.
    let ids: Vec<_> =
        html.match_indices(" id=\"").filter_map(|(at, start)| html[at + start.len()..].split('"').next()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    assert_eq!(ids.len(), resources);
    let targets = html.match_indices("href=\"#").filter_map(|(at, start)| html[at + start.len()..].split('"').next());
    let targets: BTreeSet<_> = targets.collect();
    assert!(targets.iter().all(|target| schema.resources.contains_key(*target)), "{targets:?}");
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let html = graph::html(&schema());
    for outside in ["src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest"] {
        assert!(!html.contains(outside), "{outside}");
    }
    let namespace = "http://www.w3.org/2000/svg";
    assert_eq!(html.matches("://").count(), html.matches(namespace).count(), "an address is not the namespace of SVG");
}

#[test]
fn pictures_are_the_same_every_time() {
    let schema = schema();
    assert_eq!(graph::html(&schema), graph::html(&schema));
    assert_eq!(graph::dot(&schema), graph::dot(&schema));
}

#[test]
fn words_of_the_schema_are_no_markup() {
    let schema = hostile();
    let html = graph::html(&schema);
    assert!(
        !html.contains("<script>alert")
            && !html.contains("<b>\"R")
            && html.contains("&lt;script&gt;alert(1)&lt;/script&gt;")
    );
    assert_eq!(html.matches("</article>").count(), 1);
    assert!(html.contains("&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;"));
    assert!(graph::dot(&schema).contains(r#"label="<b>\"R&D\"</b>""#));
}

#[test]
fn what_leads_to_missing_pages_is_exported_without_them() {
    let schema = hostile();
    let document = openapi(&schema);
    assert_eq!(dangling(&document), Vec::<&str>::new());
    assert!(document["paths"]["/rug"]["get"]["responses"]["200"].get("content").is_none());
    jsonschema::meta::validate(&json_schema(&schema)).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_command_prints_or_writes_and_says_what_it_lacks() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let command = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen")).arg("export").args(arguments).output();
        command.expect("the command runs")
    };
    let schema = root().join("schema").to_string_lossy().into_owned();
    let file = folder.path().join("graph.dot").to_string_lossy().into_owned();
    let printed = run(&["graph", "--format", "dot", "--schema", &schema]);
    let written = run(&["graph", "--format", "dot", "--schema", &schema, "--output", &file]);
    assert!(printed.status.success() && written.status.success());
    assert_eq!(printed.stdout, fs::read(&file).expect("the file is there"));
    assert!(String::from_utf8_lossy(&written.stdout).contains("238 resources"));
    let missing = run(&["openapi", "--schema", &folder.path().to_string_lossy()]);
    assert!(!missing.status.success() && String::from_utf8_lossy(&missing.stderr).contains("nothing was exported"));
}
