//! The response to OPTIONS: the methods that a resource supports, and their parameters.

use http::Response;
use serde::{Deserialize, Serialize};

use crate::codec::xml::{Node, Reader};
use crate::codec::{Context, DecodeError, Format, Limits, json};
use crate::http::headers::format;
use crate::http::response::{FromResponse, ResponseContext};
use crate::http::unread_body::UnreadBody;

/// The methods that a resource supports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metadata {
    /// The methods, each with its parameters.
    #[serde(default, rename = "metadata")]
    pub methods: Vec<MethodMetadata>,
}

/// A method that a resource supports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct MethodMetadata {
    /// The method, such as `POST`.
    pub http_method: String,
    /// The parameters that it takes.
    pub parameters: Vec<ParameterMetadata>,
}

/// A parameter that a method takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ParameterMetadata {
    /// The name on the wire.
    pub name: String,
    /// The values that it can have.
    pub supported_values: Vec<String>,
}

impl Metadata {
    /// Reads a response to OPTIONS.
    pub fn decode(format: Format, bytes: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        limits.check_size(bytes)?;
        let context = Context::new(limits);
        match format {
            Format::Json => json::read_document(&context, bytes, std::marker::PhantomData),
            Format::Xml => {
                let mut reader = Reader::new(&context, bytes)?;
                let root = reader.root()?;
                let mut metadata = Self::default();
                each(&mut reader, &root, "metadata", &mut |reader, node| {
                    each(reader, node, "httpMethodMetadata", &mut |reader, node| {
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
