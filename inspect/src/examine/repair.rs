//! Reading on behind values that the bindings do not take.

use serde_json::Value as Json;
use ucwa::{DecodeError, DecodeProblem, Format, Limits, Object};

use super::owner::{Step, steps};

/// How many values of one message are taken out before it is given up.
const MAXIMUM_REPAIRS: usize = 100;

/// A value that the bindings did not take.
pub(super) struct Refused {
    pub(super) path: String,
    pub(super) steps: Vec<Step>,
    pub(super) problem: String,
    /// What stands there; `None` in XML.
    pub(super) value: Option<Json>,
}

/// Reads a document into `object`; in JSON without the values that it does not take, which are given back.
pub(super) fn read(format: Format, object: &mut Box<dyn Object>, body: &[u8]) -> (Vec<Refused>, Option<DecodeError>) {
    let empty = object.clone();
    let mut refused = Vec::new();
    let mut body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).to_vec();
    loop {
        let error = match ucwa_runtime::read(format, &mut **object, &body, Limits::default()) {
            Ok(()) => return (refused, None),
            Err(error) => error,
        };
        let is_shape = matches!(error.problem(), DecodeProblem::Shape(_)) && !error.path().is_empty();
        if !is_shape || refused.len() >= MAXIMUM_REPAIRS {
            return (refused, Some(error));
        }
        let steps = steps(error.path());
        let (path, problem) = (error.path().to_owned(), error.problem().to_string());
        let rest = (format == Format::Json).then(|| without(&body, &steps)).flatten();
        let Some((value, rest)) = rest else {
            refused.push(Refused { path, steps, problem, value: None });
            return (refused, None);
        };
        refused.push(Refused { path, steps, problem, value: Some(value) });
        *object = empty.clone();
        body = rest;
    }
}

/// Takes the value at a path out of a document.
fn without(body: &[u8], steps: &[Step]) -> Option<(Json, Vec<u8>)> {
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
