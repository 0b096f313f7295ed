//! Why a request could not be made.

use crate::codec::{DecodeError, EncodeError};
use crate::model::AddressError;

/// Why a request could not be made. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A text is longer than the reference allows.
    #[error("{operation}: `{parameter}` has {length} characters and the limit is {limit}")]
    TooLong {
        /// The method and the resource.
        operation: String,
        /// The name of the parameter on the wire.
        parameter: &'static str,
        /// How many characters it has.
        length: usize,
        /// How many it may have.
        limit: u32,
    },
    /// A number is smaller or larger than the reference allows.
    #[error("{operation}: `{parameter}` is {value}, but must be {}", bounds(*smallest, *largest))]
    OutOfRange {
        /// The method and the resource.
        operation: String,
        /// The name of the parameter on the wire.
        parameter: &'static str,
        /// What it is.
        value: i64,
        /// The smallest number allowed; the smallest that there is where the reference has none.
        smallest: i64,
        /// The largest number allowed; the largest that there is where the reference has none.
        largest: i64,
    },
    /// The body is of a media type that the operation does not take.
    #[error("{operation}: the body is {media_type}, but must be {allowed}")]
    MediaType {
        /// The method and the resource.
        operation: String,
        /// What the body is.
        media_type: String,
        /// What it may be.
        allowed: String,
    },
    /// Something that only a server can give is not there.
    #[error("{operation}: the resource came without {what}; read it again from its own address")]
    Missing {
        /// The method and the resource.
        operation: String,
        /// What is not there.
        what: &'static str,
    },
    /// The link is no URL, or relative to an unknown one.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The URL cannot be written as a URI of HTTP.
    #[error("invalid request URL `{url}`: {problem}")]
    Uri {
        /// The URL, without the credentials in it.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A header cannot hold its value.
    #[error("the header `{name}` cannot hold {value:?}")]
    Header {
        /// The header.
        name: String,
        /// The value, without the credentials in it.
        value: String,
    },
    /// The body could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The response that the resource came in cannot be read again, to see what was changed since.
    #[error(transparent)]
    Original(#[from] DecodeError),
}

/// What a number must be, in words.
fn bounds(smallest: i64, largest: i64) -> String {
    match (smallest, largest) {
        (i64::MIN, largest) => format!("at most {largest}"),
        (smallest, i64::MAX) => format!("at least {smallest}"),
        (smallest, largest) => format!("between {smallest} and {largest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_range_is_told_the_limits_that_there_are() {
        for (smallest, largest, expected) in
            [(5, 60, "between 5 and 60"), (5, i64::MAX, "at least 5"), (i64::MIN, 60, "at most 60")]
        {
            let error = RequestError::OutOfRange {
                operation: "POST note".into(),
                parameter: "delay",
                value: 0,
                smallest,
                largest,
            };
            assert_eq!(error.to_string(), format!("POST note: `delay` is 0, but must be {expected}"));
        }
    }
}
