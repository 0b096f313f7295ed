//! What requests are made of: limits, parameters in addresses, and what can go wrong before anything is sent.

use std::sync::Arc;

use crate::address::{Address, AddressError};
use crate::describe::{Description, PropertyDescription, Registry};
use crate::envelope::Envelope;
use crate::error::{DecodeError, EncodeError};
use crate::object::{Described, Input, Object};
use crate::operation::Optional;
use crate::property::{Property, Value};

/// Why a request could not be made. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A text is longer than the reference allows.
    #[error("{operation}: `{parameter}` has {length} characters and the limit is {limit}")]
    TooLong {
        /// The verb and the resource.
        operation: String,
        /// The name of the parameter on the wire.
        parameter: &'static str,
        /// How many characters it has.
        length: usize,
        /// How many it may have.
        limit: u32,
    },
    /// A number is smaller or larger than the reference allows.
    #[error("{operation}: `{parameter}` is {value} and has to be between {smallest} and {largest}")]
    OutOfRange {
        /// The verb and the resource.
        operation: String,
        /// The name of the parameter on the wire.
        parameter: &'static str,
        /// What it is.
        value: i64,
        /// The smallest number allowed.
        smallest: i64,
        /// The largest number allowed.
        largest: i64,
    },
    /// The body is of a media type that the operation does not take.
    #[error("{operation}: the body is {media_type} and has to be {allowed}")]
    MediaType {
        /// The verb and the resource.
        operation: String,
        /// What the body is.
        media_type: String,
        /// What it may be.
        allowed: String,
    },
    /// Something that only a server can give is not there.
    #[error("{operation}: the resource came without {what}; read it again from its own address")]
    Missing {
        /// The verb and the resource.
        operation: String,
        /// What is not there.
        what: &'static str,
    },
    /// The link leads to no address that can be asked.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The address is no URI that HTTP can carry.
    #[error("`{url}` cannot be asked over HTTP: {problem}")]
    Uri {
        /// The address.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A header cannot hold its value.
    #[error("the header `{name}` cannot hold {value:?}")]
    Header {
        /// The header.
        name: String,
        /// The value.
        value: String,
    },
    /// The body could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The answer that the resource came in cannot be read again, to see what was changed since.
    #[error(transparent)]
    Original(#[from] DecodeError),
}

/// No parameters.
#[derive(Clone, Default)]
pub struct NoInput {
    envelope: Envelope,
}

static NO_INPUT: Description = Description {
    name: "NoInput",
    rel: "",
    input: true,
    revision: 1,
    properties: &[],
    relations: &[],
    registry: &Registry { resources: &[], inputs: &[] },
};

impl Object for NoInput {
    fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    fn envelope_mut(&mut self) -> &mut Envelope {
        &mut self.envelope
    }
}

impl Described for NoInput {
    const DESCRIPTION: &'static Description = &NO_INPUT;
}

impl Input for NoInput {}

impl Optional for NoInput {}

crate::object_traits!(NoInput);

/// Sees that all properties are within their documented limits.
pub(crate) fn check_limits(operation: fn() -> String, object: &dyn Object) -> Result<(), RequestError> {
    for (index, property) in object.description().properties.iter().enumerate().filter(|(_, found)| found.is_limited())
    {
        if let Some(field) = object.property(index) {
            check_limit(operation, property, field)?;
        }
    }
    Ok(())
}

/// Sees that a property is within its documented limits.
pub(crate) fn check_limit(
    operation: fn() -> String,
    property: &PropertyDescription,
    field: &dyn Property,
) -> Result<(), RequestError> {
    for value in (0..field.count()).filter_map(|index| field.value(index)) {
        match (value, property.maximum_length, property.range) {
            (Value::Text(text), Some(limit), _) => {
                let most = usize::try_from(limit).unwrap_or(usize::MAX);
                // A text has no more characters than bytes.
                let length = if text.len() <= most { text.len() } else { text.chars().count() };
                if length > most {
                    let operation = operation();
                    return Err(RequestError::TooLong { operation, parameter: property.name, length, limit });
                }
            }
            (Value::Integer(value), _, Some((smallest, largest))) if !(smallest..=largest).contains(&value) => {
                let (operation, parameter) = (operation(), property.name);
                return Err(RequestError::OutOfRange { operation, parameter, value, smallest, largest });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Adds parameters to an address, behind those that the server put there.
pub(crate) fn add_query(address: &mut Arc<Address>, input: &dyn Object) {
    let properties = input.description().properties.iter().enumerate();
    let fields = properties.filter_map(|(index, property)| Some((property.name, input.property(index)?)));
    let pairs: Vec<_> = fields
        .flat_map(|(name, field)| {
            (0..field.count()).filter_map(move |index| Some((name, field.value(index)?.into_text())))
        })
        .collect();
    // Asking for the pairs would add a question mark even where there are none.
    if !pairs.is_empty() {
        let mut url = address.url().clone();
        url.query_pairs_mut().extend_pairs(pairs);
        *address = Arc::new(url.into());
    }
}
