//! Taking what a server offers, or saying what it does not.

use ucwa::{Link, Related};

use super::capability::Capability;
use crate::error::{Error, RefusedError};

impl Capability {
    /// The error for a server that did not send the link `rel`.
    pub(crate) fn missing(self, rel: &str) -> Error {
        RefusedError::NotCapable { capability: self, rel: rel.to_owned() }.into()
    }
}

/// Takes what the server offers, or says what is missing.
pub(crate) trait Offered<T> {
    /// The link, which stands for a capability.
    fn offered(self, capability: Capability) -> Result<Link<T>, Error>;
}

impl<T> Offered<T> for Related<'_, T> {
    fn offered(self, capability: Capability) -> Result<Link<T>, Error> {
        self.required().map_err(|missing| capability.missing(&missing.rel))
    }
}

/// What the server sends to those alone who may do something, such as `people`.
pub(crate) trait Needed<T> {
    /// The same, where it is not there with the capability that is missing without it.
    fn needed_for(self, capability: Capability) -> Result<T, Error>;
}

impl<T> Needed<T> for Result<T, Error> {
    fn needed_for(self, capability: Capability) -> Self {
        self.map_err(|error| match error {
            Error::Refused(RefusedError::NotLinked(missing)) => capability.missing(&missing.rel),
            error => error,
        })
    }
}
