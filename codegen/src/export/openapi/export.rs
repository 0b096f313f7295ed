//! What the parts of the document are made from.

use std::collections::BTreeMap;

use super::super::json_schema::Definitions;

/// Documented errors as code, subcode and cause.
pub(super) type Rows<'a> = Vec<(&'a str, Option<&'a str>, &'a str)>;

/// The media types in which the bodies of messages are described.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bodies {
    /// JSON and XML, each under its general name and under that of UCWA.
    #[default]
    All,
    /// Documents in `application/json` alone, and content of any other kind as octets, for generators that know few media
    /// types and take one of them for each body.
    Json,
}

/// What the parts of the document are made from.
pub(super) struct Export<'a> {
    pub(super) definitions: Definitions<'a>,
    pub(super) bodies: Bodies,
    /// The names of the documented errors of one status, by what is in them: many operations have the same.
    pub(super) shared: BTreeMap<Rows<'a>, String>,
}
