//! The documented limits of parameters, and parameters in addresses.

use std::sync::Arc;

use crate::http::request_error::RequestError;
use crate::model::{Address, Object, Property, PropertyDescription, Value};

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
