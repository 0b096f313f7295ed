//! The inputs of a request, checked against the schema.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use ucwa_schema::{Method, Operation, Parameter};

use super::read::{Entries, Raw, read_json, read_xml};
use super::values::{convert, is_content};
use super::{Call, Failure, Format};
use crate::catalogue::Catalogue;
use crate::document::{Marker, Value};

/// How long a body may be.
const MAXIMUM_BODY: usize = 1 << 20;

/// The id that a client chooses for what it starts.
const OPERATION_ID: &str = "operationId";

/// What the guides call that id in a query.
const OPERATION_CONTEXT: &str = "OperationContext";

/// The id of a session, which the guide to sending messages names although no table of inputs of messages has it.
const SESSION_CONTEXT: &str = "sessionContext";

/// A body that is content as it is.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// The value of `Content-Type`, as it was sent.
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

/// The inputs of a request, by the names of the schema. What is `null` is not there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs {
    values: BTreeMap<String, Value>,
    /// The body, where it is content and not a document.
    pub(crate) body: Option<Body>,
}

impl Inputs {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, or nothing.
    pub(crate) fn string(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Boolean(true))
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let Some(Value::List(values)) = self.get(name) else { return Vec::new() };
        let texts = values.iter().filter_map(|value| match value {
            Value::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        });
        texts.collect()
    }

    /// The names and values that were given.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.iter()
    }
}

/// Reads the inputs of a request: those in its query, and those in its body.
pub(crate) fn read_inputs(call: &Call, operation: &Operation) -> Result<Inputs, Failure> {
    if call.body.len() > MAXIMUM_BODY {
        return Err(Failure::new(413, "EntityTooLarge", None).saying("A body has at most 1 MiB."));
    }
    let mut reading = Reading { operation, inputs: Inputs::default(), problems: Vec::new() };
    reading.read_query(call);
    if operation.content.is_empty() {
        reading.read_document(call)?;
    } else {
        reading.read_content(call)?;
    }
    reading.finish()
}

struct Reading<'a> {
    operation: &'a Operation,
    inputs: Inputs,
    problems: Vec<(String, String)>,
}

impl Reading<'_> {
    /// Reads the query. Hrefs carry parameters of the server's own, so that unknown ones are no error.
    fn read_query(&mut self, call: &Call) {
        for (name, value) in &call.query {
            let name = if name.eq_ignore_ascii_case(OPERATION_CONTEXT) { OPERATION_ID } else { name };
            let rows = self.operation.query.iter().chain(&self.operation.input);
            let found = rows.into_iter().find(|row| row.name.eq_ignore_ascii_case(name));
            if let Some(row) = found.filter(|row| !is_content(&row.kind)) {
                self.take(row, Raw::Untyped(value.clone()));
            }
        }
    }

    fn read_content(&mut self, call: &Call) -> Result<(), Failure> {
        let sent = call.media_type();
        if !self.operation.content.iter().any(|known| known.eq_ignore_ascii_case(&sent)) {
            return Err(unsupported(&self.operation.content.join(" or ")));
        }
        let media_type = call.header(CONTENT_TYPE).unwrap_or_default().to_owned();
        self.inputs.body = Some(Body { media_type, bytes: call.body.clone() });
        Ok(())
    }

    fn read_document(&mut self, call: &Call) -> Result<(), Failure> {
        // Some clients name a media type without sending a body, and with methods that have none.
        if call.body.is_empty() || matches!(self.operation.method, Method::Get | Method::Delete | Method::Options) {
            return Ok(());
        }
        let entries = match call.format() {
            Some(Format::Json) => read_json(&call.body)?,
            Some(Format::Xml) => read_xml(&call.body)?,
            None => return Err(unsupported("application/json or application/xml")),
        };
        if self.operation.method == Method::Put {
            self.check_marker(&entries);
        }
        for (name, value) in entries {
            match self.operation.input.iter().find(|row| row.name.eq_ignore_ascii_case(&name)) {
                Some(row) => self.take(row, value),
                // A PUT brings back all that a GET brought, known or not.
                None if self.operation.method == Method::Put => {}
                None if name.eq_ignore_ascii_case(SESSION_CONTEXT) => {}
                None => match self.property(&name) {
                    Some(row) => self.take(&row, value),
                    None => self.problem(&name, "The parameter is not known."),
                },
            }
        }
        Ok(())
    }

    /// A property of what the operation makes, which clients may state although no table of inputs has it.
    fn property(&self, name: &str) -> Option<Parameter> {
        let made = Catalogue::get().resource(self.operation.response.resource.as_deref()?)?;
        let property = made.properties.iter().find(|property| property.name.eq_ignore_ascii_case(name))?;
        Some(Parameter {
            name: property.name.clone(),
            kind: property.kind.clone(),
            required: false,
            evidence: property.evidence,
            limits: property.limits.clone(),
            summary: None,
        })
    }

    fn check_marker(&mut self, entries: &Entries) {
        let says = |value: &Raw| match value {
            Raw::Text(text) | Raw::Untyped(text) => text.starts_with(Marker::VALUE),
            _ => false,
        };
        if !entries.iter().any(|(_, value)| says(value)) {
            self.problem("", "The property that GET brought for a PUT request is missing.");
        }
    }

    fn take(&mut self, row: &Parameter, value: Raw) {
        match convert(row, value) {
            Ok(Some(value)) => drop(self.inputs.values.insert(row.name.clone(), value)),
            Ok(None) => {}
            Err(problem) => self.problem(&row.name, problem),
        }
    }

    fn problem(&mut self, name: &str, problem: impl Into<String>) {
        self.problems.push((name.to_owned(), problem.into()));
    }

    fn finish(mut self) -> Result<Inputs, Failure> {
        let by_query = |name: &str| self.operation.query.iter().any(|row| row.name == name);
        let in_body = |row: &&Parameter| self.operation.content.is_empty() || by_query(&row.name);
        let rows = self.operation.query.iter().chain(self.operation.input.iter().filter(in_body));
        let mut missing: Vec<_> = rows
            .filter(|row| row.required && !self.inputs.values.contains_key(&row.name))
            .filter(|row| !is_dispensable(self.operation, row))
            .map(|row| row.name.clone())
            .filter(|name| !self.problems.iter().any(|(known, _)| known == name))
            .collect();
        missing.sort();
        missing.dedup();
        self.problems.extend(missing.into_iter().map(|name| (name, "The parameter is required.".into())));
        if self.problems.is_empty() { Ok(self.inputs) } else { Err(Failure::parameters(self.problems)) }
    }
}

/// Whether servers do without a parameter that the page requires: the requests of the guides that send messages have no
/// `operationId`, and succeed.
fn is_dispensable(operation: &Operation, row: &Parameter) -> bool {
    row.name == OPERATION_ID && operation.content.iter().any(|kind| kind == "text/plain")
}

fn unsupported(expected: &str) -> Failure {
    Failure::new(415, "UnsupportedMediaType", None).saying(format!("The body has to be {expected}."))
}
