//! The response to OPTIONS: the methods that a resource supports, and their parameters.

use http::Response;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::codec::json::JsonSeed;
use crate::codec::xml::{Node, Reader};
use crate::codec::{Context, DecodeError, DecodeProblem, Format, Limits, json};
use crate::http::headers::format;
use crate::http::response::{FromResponse, ResponseContext};
use crate::http::unread_body::UnreadBody;

/// The methods that a resource supports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Metadata {
    /// The methods, each with its parameters.
    #[serde(rename = "metadata")]
    pub methods: Vec<MethodMetadata>,
}

/// A method that a resource supports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MethodMetadata {
    /// The method, such as `POST`.
    pub http_method: String,
    /// The parameters that it takes.
    pub parameters: Vec<ParameterMetadata>,
}

/// A parameter that a method takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ParameterMetadata {
    /// The name on the wire.
    pub name: String,
    /// The values that it can have.
    pub supported_values: Vec<String>,
}

impl Metadata {
    /// Reads a response to OPTIONS. What is absent, `null` or of another type than expected is left empty, as it only tells what
    /// a method takes.
    pub fn decode(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        limits.check_size(bytes)?;
        let context = Context::new(limits);
        match format {
            Format::Json => match json::read_document(&context, bytes, JsonSeed::any(&context))? {
                Json::Object(entries) => Ok(Self::from_json(entries)),
                _ => Err(DecodeError::new(DecodeProblem::Shape("expected metadata, found no object".into()))),
            },
            Format::Xml => {
                let mut reader = Reader::new(&context, bytes)?;
                let root = reader.root()?;
                let mut metadata = Self::default();
                each(&mut reader, &root, "metadata", &mut |reader, node| {
                    each(reader, node, "httpMethodMetadata", &mut |reader, node| {
                        reader.count::<MethodMetadata>()?;
                        metadata.methods.push(read_method(reader, node)?);
                        Ok(())
                    })
                })?;
                reader.end()?;
                Ok(metadata)
            }
        }
    }
}

impl Metadata {
    fn from_json(mut entries: Map<String, Json>) -> Self {
        Self { methods: objects(entries.remove("metadata")).map(MethodMetadata::from_json).collect() }
    }
}

impl MethodMetadata {
    fn from_json(mut entries: Map<String, Json>) -> Self {
        let parameters = objects(entries.remove("parameters")).map(ParameterMetadata::from_json).collect();
        Self { http_method: text(entries.remove("httpMethod")), parameters }
    }
}

impl ParameterMetadata {
    fn from_json(mut entries: Map<String, Json>) -> Self {
        let values = list(entries.remove("supportedValues")).map(|value| text(Some(value)));
        Self { supported_values: values.collect(), name: text(entries.remove("name")) }
    }
}

/// The items of a list; one value without brackets is a list of one, and `null` is none.
fn list(value: Option<Json>) -> impl Iterator<Item = Json> {
    let items = match value.unwrap_or_default() {
        Json::Array(items) => items,
        other => vec![other],
    };
    items.into_iter().filter(|item| !item.is_null())
}

fn objects(value: Option<Json>) -> impl Iterator<Item = Map<String, Json>> {
    list(value).filter_map(|item| if let Json::Object(entries) = item { Some(entries) } else { None })
}

/// The text that a value is in a document; `null` is empty.
fn text(value: Option<Json>) -> String {
    match value.unwrap_or_default() {
        Json::Null => String::new(),
        Json::String(text) => text,
        other => other.to_string(),
    }
}

impl FromResponse for Metadata {
    fn from_response(_: &ResponseContext, response: Response<Vec<u8>>) -> Result<Self, Box<UnreadBody>> {
        let (headers, body) = (response.headers(), response.body().as_slice());
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        match format(headers, body) {
            Some(format) => {
                Self::decode(format, body, Limits::default()).map_err(|error| UnreadBody::new(error, response))
            }
            None => Err(UnreadBody::unexpected("metadata in JSON or XML", response)),
        }
    }
}

fn read_method(reader: &mut Reader<'_, '_>, node: &Node<'_>) -> Result<MethodMetadata, DecodeError> {
    let mut method = MethodMetadata::default();
    children(reader, node, &mut |reader, child| match child.name {
        "httpMethod" => {
            method.http_method = reader.text(child.is_empty)?.into_owned();
            Ok(())
        }
        "parameters" => each(reader, child, "parameter", &mut |reader, node| {
            reader.count::<ParameterMetadata>()?;
            method.parameters.push(read_parameter(reader, node)?);
            Ok(())
        }),
        _ => reader.skip(child),
    })?;
    Ok(method)
}

fn read_parameter(reader: &mut Reader<'_, '_>, node: &Node<'_>) -> Result<ParameterMetadata, DecodeError> {
    let mut parameter = ParameterMetadata::default();
    children(reader, node, &mut |reader, child| match child.name {
        "name" => {
            parameter.name = reader.text(child.is_empty)?.into_owned();
            Ok(())
        }
        "supportedValues" => each(reader, child, "value", &mut |reader, node| {
            reader.count::<String>()?;
            parameter.supported_values.push(reader.text(node.is_empty)?.into_owned());
            Ok(())
        }),
        _ => reader.skip(child),
    })?;
    Ok(parameter)
}

type Read<'r, 'd, 'c> = &'r mut dyn FnMut(&mut Reader<'d, 'c>, &Node<'_>) -> Result<(), DecodeError>;

fn children<'d, 'c>(reader: &mut Reader<'d, 'c>, node: &Node, read: Read<'_, 'd, 'c>) -> Result<(), DecodeError> {
    if node.is_empty {
        return Ok(());
    }
    while let Some(child) = reader.child()? {
        read(reader, &child)?;
    }
    Ok(())
}

/// Reads the children of one name and passes over the others.
fn each<'d, 'c>(
    reader: &mut Reader<'d, 'c>,
    node: &Node,
    name: &str,
    read: Read<'_, 'd, 'c>,
) -> Result<(), DecodeError> {
    children(reader, node, &mut |reader, child| {
        if child.name == name { read(reader, child) } else { reader.skip(child) }
    })
}
