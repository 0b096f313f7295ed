//! Every operation of the reference: the request that its samples show, the answers, and every documented error.

use std::collections::BTreeMap;

use http::{Response, StatusCode};
use ucwa::Format;
use ucwa_codegen::extract::{Extraction, Sample, SampleKind, extract};
use ucwa_schema::{Method, Schema};
use ucwa_tests::{
    Asked, Deviations, Operation, canonical_json, canonical_xml, is_counted_edition, operations, workspace,
};

fn schema() -> Schema {
    Schema::load(&workspace().join("schema")).expect("the repository has a schema")
}

#[test]
fn there_is_a_type_for_every_operation() {
    let schema = schema();
    let documented: usize = schema.resources.values().map(|resource| resource.operations.len()).sum();
    assert!(documented > 0);
    assert_eq!(operations().len(), documented);
}

/// The operation that a sample belongs to.
fn operation<'a>(operations: &'a [Operation], sample: &Sample) -> &'a Operation {
    let is_it = |found: &&Operation| found.resource == sample.resource && Some(found.method) == sample.method;
    operations.iter().find(is_it).unwrap_or_else(|| panic!("{}: no operation", sample.page))
}

/// The format that a sample stands for, which its heading says.
fn format(sample: &Sample) -> Option<Format> {
    match sample.format {
        ucwa_codegen::pages::SampleFormat::Json => Some(Format::Json),
        ucwa_codegen::pages::SampleFormat::Xml => Some(Format::Xml),
        ucwa_codegen::pages::SampleFormat::Other => None,
    }
}

/// A sample's answer as HTTP. `etag` is added where the sample has none.
fn response(sample: &Sample, etag: Option<&str>) -> Response<Vec<u8>> {
    let status = sample.status().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
    let mut response = Response::builder().status(status);
    for (name, value) in sample.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("ETag") || etag.is_none())
    {
        response = response.header(name, value);
    }
    if sample.header("Content-Type").is_none()
        && let Some(media_type) = sample.media_type()
    {
        response = response.header("Content-Type", media_type);
    }
    if let Some(etag) = etag {
        response = response.header("ETag", etag);
    }
    response.body(sample.repaired().into_bytes()).expect("a sample is an HTTP message")
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_request_is_what_its_sample_shows() {
    let pages = ucwa_tests::pages();
    let Extraction { samples, .. } = extract(&pages);
    let (deviations, operations) = (Deviations::load("requests"), operations());
    let mut findings = Vec::new();
    let mut compared = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.kind == SampleKind::Request) {
        let (Some(format), operation) = (format(sample), operation(&operations, sample)) else { continue };
        let etag = sample.header("if-match").or_else(|| sample.header("if-none-match"));
        let is_current = |other: &&Sample| {
            (&other.resource, other.format, other.method, other.kind)
                == (&sample.resource, sample.format, Some(Method::Get), SampleKind::Response)
        };
        let asked = Asked {
            url: sample.target().unwrap_or_default().to_owned(),
            media_type: sample.header("Content-Type").unwrap_or_default().to_owned(),
            body: sample.repaired(),
            etag: etag.map(str::to_owned),
            current: samples.iter().find(is_current).map(|current| response(current, etag)),
        };
        let found = match (operation.ask)(&asked, format) {
            Ok(request) => differences(sample, &asked, &request),
            Err(error) => vec![error],
        };
        findings.extend(deviations.unknown(sample, found));
        *compared.entry(sample.method).or_insert(0) += 1;
    }
    deviations.conclude(&findings);
    let expected = [
        (Some(Method::Get), 268),
        (Some(Method::Post), 214),
        (Some(Method::Put), 18),
        (Some(Method::Delete), 20),
        (Some(Method::Options), 4),
    ];
    if is_counted_edition(&pages) {
        assert_eq!(compared, BTreeMap::from(expected));
    }
}

/// Where a request is not what its sample shows, apart from what is for the client to add, and lengths.
fn differences(sample: &Sample, asked: &Asked, request: &http::Request<Vec<u8>>) -> Vec<String> {
    let mut found = Vec::new();
    if !sample.start_line.to_uppercase().starts_with(request.method().as_str()) {
        found.push(format!("method: {}", request.method()));
    }
    // A default port that is written out is the same address.
    let (url, made) =
        (asked.url.replacen("https://fe1.contoso.com:443", "https://fe1.contoso.com", 1), request.uri().to_string());
    if url.replacen("http://sample:80", "http://sample", 1) != made {
        found.push(format!("address: {made}"));
    }
    let for_the_client = ["host", "authorization", "content-length"];
    for (name, value) in &sample.headers {
        let name = name.to_lowercase();
        let made = request.headers().get(&name).and_then(|value| value.to_str().ok());
        let made = made.map(|made| if name.starts_with("if-") { made.trim_matches('"') } else { made });
        if !for_the_client.contains(&name.as_str()) && made != Some(value) {
            found.push(format!("{name}: {}", made.unwrap_or("missing")));
        }
    }
    for (name, value) in request.headers() {
        if sample.header(name.as_str()).is_none() && !for_the_client.contains(&name.as_str()) {
            found.push(format!("{name}: only in the request: {}", value.to_str().unwrap_or_default()));
        }
    }
    let length = request.headers().get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    if length.unwrap_or(0) != request.body().len() {
        found.push(format!("content-length: {length:?} of {}", request.body().len()));
    }
    let made = String::from_utf8(request.body().clone()).expect("requests are text");
    if !same_body(sample, &asked.body, &made) {
        found.push(format!("body: {made}"));
    }
    found
}

fn same_body(sample: &Sample, shown: &str, made: &str) -> bool {
    match sample.media_type().filter(|_| !shown.is_empty()).and_then(Format::of_media_type) {
        Some(Format::Json) => match (serde_json::from_str(shown), serde_json::from_str(made)) {
            (Ok(shown), Ok(made)) => canonical_json(&shown) == canonical_json(&made),
            _ => false,
        },
        Some(Format::Xml) => canonical_xml(shown).is_ok_and(|shown| Ok(shown) == canonical_xml(made)),
        None => shown == made,
    }
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn every_answer_is_read_as_what_the_operation_gives() {
    let pages = ucwa_tests::pages();
    let Extraction { samples, .. } = extract(&pages);
    let (deviations, operations) = (Deviations::load("responses"), operations());
    let mut findings = Vec::new();
    let answers: Vec<_> = samples.iter().filter(|sample| sample.kind == SampleKind::Response).collect();
    assert!(!is_counted_edition(&pages) || answers.len() == 524, "{} answers in samples", answers.len());
    for sample in answers {
        let operation = operation(&operations, sample);
        let answer = (operation.read)("https://fe1.contoso.com/ucwa/v1/applications/192", response(sample, None));
        let found = answer.err().map(|failure| failure.line);
        // An answer that says how long its body is and has none was cut by whoever wrote the page.
        let found = found.filter(|_| !sample.lacks_body());
        findings.extend(deviations.unknown(sample, found));
    }
    deviations.conclude(&findings);
}

#[test]
fn every_documented_error_is_read_as_its_variant_in_both_formats() {
    let schema = schema();
    let mut rows = 0;
    for operation in operations() {
        let resource = &schema.resources[operation.resource];
        let documented = resource.operations.iter().find(|found| found.method == operation.method);
        for row in &documented.expect("it is in the schema").errors {
            rows += 1;
            for (media_type, body) in bodies(&row.code, row.subcode.as_deref()) {
                let place = format!("{} {}: {media_type} {body}", operation.method, operation.resource);
                let answer = Response::builder().status(row.status).header("Content-Type", media_type);
                let answer = answer.body(body.into_bytes()).expect("a response");
                let failure = (operation.read)("https://fe1.contoso.com/", answer).expect_err(&place);
                let expected = failure.row.unwrap_or_else(|| panic!("{place}: {failure:?}"));
                let subcode = row.subcode.clone().unwrap_or_default();
                assert_eq!(
                    (expected.status, expected.code, expected.subcode),
                    (row.status, &*row.code, &*subcode),
                    "{place}"
                );
                assert_eq!(
                    (failure.code.as_ref(), failure.subcode.as_ref()),
                    (Some(&row.code), row.subcode.as_ref()),
                    "{place}"
                );
                assert_eq!((failure.status, failure.message.as_deref()), (row.status, Some("why")), "{place}");
                let name = failure.documented.expect("it is documented");
                let names = [subcode.clone(), row.code.clone(), format!("{}{subcode}", row.code)];
                assert!(names.contains(&name), "{place}: {name}");
                let subcode = row.subcode.as_ref().map(|subcode| format!("/{subcode}")).unwrap_or_default();
                let line = format!("{} {}: {}{subcode}: why", operation.method, operation.resource, row.code);
                assert_eq!(failure.line, line);
            }
        }
    }
    let operations = schema.resources.values().flat_map(|resource| &resource.operations);
    assert_eq!(rows, operations.map(|operation| operation.errors.len()).sum::<usize>(), "documented error rows");
}

/// An error answer in both formats.
fn bodies(code: &str, subcode: Option<&str>) -> [(&'static str, String); 2] {
    let in_json = subcode.map(|subcode| format!(r#","subcode":"{subcode}""#)).unwrap_or_default();
    let in_xml = subcode.map(|subcode| format!("<subcode>{subcode}</subcode>")).unwrap_or_default();
    let namespace = "http://schemas.microsoft.com/rtc/2012/03/ucwa";
    [
        (
            "application/vnd.microsoft.com.ucwa+json; charset=utf-8",
            format!(r#"{{"code":"{code}"{in_json},"message":"why"}}"#),
        ),
        (
            "application/vnd.microsoft.com.ucwa+xml",
            format!(r#"<reason xmlns="{namespace}"><code>{code}</code>{in_xml}<message>why</message></reason>"#),
        ),
    ]
}

/// What no table lists keeps its code, and what has no body is known by its status as far as that goes.
#[test]
fn undocumented_errors_keep_what_the_server_said() {
    let schema = schema();
    for operation in operations() {
        let read = |status: u16, body: &str| {
            let answer = Response::builder().status(status).header("Content-Type", "application/json");
            let answer = answer.body(body.as_bytes().to_vec()).expect("a response");
            (operation.read)("https://fe1.contoso.com/", answer).expect_err("it is an error")
        };
        let failure = read(408, r#"{"code":"ClientTimeout","subcode":"NeverHeardOf"}"#);
        assert_eq!(
            (failure.code.as_deref(), failure.subcode.as_deref()),
            (Some("ClientTimeout"), Some("NeverHeardOf"))
        );
        assert_eq!((failure.documented, failure.generic), (None, None));
        let rows = schema.resources[operation.resource].operations.iter();
        let rows = rows.filter(|found| found.method == operation.method).flat_map(|found| &found.errors);
        let has_conflict = rows.filter(|row| row.code == "Conflict").any(|row| row.subcode.is_none());
        let failure = read(409, r#"{"code":"Conflict","subcode":"NeverHeardOf"}"#);
        assert_eq!((failure.code.as_deref(), failure.subcode.as_deref()), (Some("Conflict"), Some("NeverHeardOf")));
        let row = failure.row.map(|row| (row.code, row.subcode));
        assert_eq!(row, has_conflict.then_some(("Conflict", "")), "an unknown subcode of a known code");
        let failure = read(404, r#"{"code":"NotFound","subcode":"ApplicationNotFound"}"#);
        assert_eq!(failure.generic.as_deref(), Some("ApplicationNotFound"));
        let failure = read(412, "");
        assert_eq!(
            (failure.generic.as_deref(), failure.code.as_deref()),
            (Some("PreconditionFailed"), Some("PreconditionFailed"))
        );
        let failure = read(502, "<html>Bad gateway</html>");
        assert_eq!((failure.code, failure.documented, failure.generic, failure.status), (None, None, None, 502));
        assert!(failure.line.contains("not a UCWA response"), "{}", failure.line);
    }
}
