//! Reading on behind values that the bindings do not take.

use serde_json::Value as Json;
use ucwa::{DecodeError, DecodeProblem, Format, Limits, Object};

use super::element::{around, elements};
use super::owner::{Step, steps};

/// How many values of one message are taken out before it is given up.
const MAXIMUM_REPAIRS: usize = 100;

/// A value that the bindings did not take.
pub(super) struct Refused {
    pub(super) path: String,
    pub(super) steps: Vec<Step>,
    pub(super) problem: String,
    /// What stands there; in XML text.
    pub(super) value: Json,
}

/// Reads a document into `object` without the values that it does not take, which are given back.
pub(super) fn read(format: Format, object: &mut Box<dyn Object>, body: &[u8]) -> (Vec<Refused>, Option<DecodeError>) {
    let empty = object.clone();
    let mut refused = Vec::new();
    let mut body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).to_vec();
    loop {
        let error = match ucwa_runtime::read(format, &mut **object, &body, Limits::default().strict()) {
            Ok(()) => return (refused, None),
            Err(error) => error,
        };
        let is_shape = matches!(error.problem(), DecodeProblem::Shape(_)) && !error.path().is_empty();
        if !is_shape || refused.len() >= MAXIMUM_REPAIRS {
            return (refused, Some(error));
        }
        let steps = steps(error.path());
        let rest = match format {
            Format::Json => without_value(&body, &steps),
            Format::Xml => error.offset().and_then(|offset| without_element(&body, offset, &steps)),
        };
        let Some((value, rest)) = rest else { return (refused, Some(error)) };
        let (path, problem) = (error.path().to_owned(), error.problem().to_string());
        refused.push(Refused { path, steps, problem, value });
        *object = empty.clone();
        body = rest;
    }
}

/// Takes the value at a path out of a JSON document.
fn without_value(body: &[u8], steps: &[Step]) -> Option<(Json, Vec<u8>)> {
    let mut document: Json = serde_json::from_slice(body).ok()?;
    let (last, parents) = steps.split_last()?;
    let mut here = &mut document;
    for step in parents {
        here = match step {
            Step::Key(key) => here.get_mut(key.as_str())?,
            Step::Index(index) => here.get_mut(*index)?,
        };
    }
    let value = match (last, here) {
        (Step::Key(key), Json::Object(entries)) => entries.shift_remove(key.as_str())?,
        (Step::Index(index), Json::Array(items)) if *index < items.len() => items.remove(*index),
        _ => return None,
    };
    Some((value, serde_json::to_vec(&document).ok()?))
}

/// Takes the value out of an XML document behind which reading stopped: a property, an item of a list of them, or a link with
/// content.
fn without_element(body: &[u8], offset: usize, steps: &[Step]) -> Option<(Json, Vec<u8>)> {
    let elements = elements(std::str::from_utf8(body).ok()?)?;
    let found = around(&elements, offset)?;
    let element = &elements[found];
    let items = || elements.iter().filter(|item| item.parent == Some(found));
    let (value, range) = match (element.name.as_str(), steps.last()?) {
        ("property", _) => (element.text.as_str().into(), &element.range),
        ("link", _) => (element.href.as_deref()?.into(), &element.range),
        ("propertyList", Step::Index(index)) => {
            items().nth(*index).map(|item| (item.text.as_str().into(), &item.range))?
        }
        ("propertyList", Step::Key(_)) => (items().map(|item| item.text.as_str()).collect(), &element.range),
        _ => return None,
    };
    let rest = [&body[..range.start], &body[range.end..]].concat();
    Some((value, rest))
}
