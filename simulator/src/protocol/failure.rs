//! Requests that fail, and with what.

use crate::document::{Name, Reason};

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The HTTP status.
    pub(crate) status: u16,
    pub(crate) reason: Box<Reason>,
    /// Headers beside those that all responses of the API have.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Failure {
    pub(crate) fn new(status: u16, code: impl Into<Name>, subcode: Option<&'static str>) -> Self {
        let reason = Reason { code: code.into(), subcode: subcode.map(Name::Borrowed), ..Reason::default() };
        Self { status, reason: Box::new(reason), headers: Vec::new() }
    }

    #[must_use]
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.reason.message = Some(message.into());
        self
    }

    #[must_use]
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Nothing is at the address.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "NotFound", Some("ResourceNotFound")).saying("Nothing is at this address.")
    }

    /// The application is not there, or is another user's.
    pub(crate) fn application_not_found() -> Self {
        Self::new(404, "NotFound", Some("ApplicationNotFound")).saying("There is no such application.")
    }

    /// The application was silent for too long.
    pub(crate) fn application_expired() -> Self {
        Self::new(410, "Gone", Some("InactiveApplicationExpired")).saying("The application expired by inactivity.")
    }

    /// The user has to be made available first.
    pub(crate) fn make_me_available_required() -> Self {
        Self::new(409, "Conflict", Some("MakeMeAvailableRequired")).saying("Send makeMeAvailable first.")
    }

    /// The operation does not fit the state.
    pub(crate) fn conflict(message: &str) -> Self {
        Self::new(409, "Conflict", None).saying(message)
    }

    /// The user may not do this.
    pub(crate) fn forbidden(subcode: Option<&'static str>) -> Self {
        Self::new(403, "Forbidden", subcode)
    }

    /// Parameters that are not accepted, each with what is wrong with it.
    pub(crate) fn parameters(parameters: Vec<(String, String)>) -> Self {
        let mut failure = Self::new(400, "BadRequest", Some("ParameterValidationFailure"))
            .saying("Please check what you entered and try again.");
        failure.reason.parameters = parameters;
        failure
    }

    /// One parameter that is not accepted.
    pub(crate) fn parameter(name: &str, problem: impl Into<String>) -> Self {
        Self::parameters(vec![(name.to_owned(), problem.into())])
    }

    /// A body that cannot be read.
    pub(crate) fn unreadable(problem: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", Some("DeserializationFailure")).saying(problem)
    }
}
