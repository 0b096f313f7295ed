//! Errors: codes, subcodes, and which operations return them.

use ucwa::{ErrorBody, Format};
use ucwa_schema::{ErrorRow, Method, Schema};

use super::Checker;
use crate::fields::operation;
use crate::finding::{FindingKind, Owner, SeenError};
use crate::message::{Message, MessagePlace};

/// The operation whose request failed, and the status.
struct FailedRequest {
    owner: Owner,
    status: Option<u16>,
}

impl Checker {
    pub(super) fn error(&mut self, message: &Message, format: Format) {
        let place = &message.place;
        match ucwa::decode_error(format, &message.body) {
            Ok(body) => self.error_body(place, format, &body, Some(message), ""),
            Err(error) => {
                self.unreadable(Owner::resource("error"), place, error.path(), &error.problem().to_string());
            }
        }
    }

    /// Notes what is not known of an error: the body of a response, or the reason of an event.
    pub(super) fn error_body(
        &mut self,
        place: &MessagePlace,
        format: Format,
        body: &ErrorBody,
        message: Option<&Message>,
        path: &str,
    ) {
        let unknown: Vec<_> = body.unknown.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        self.unknown("error", &unknown, place, format, path);
        let Some(schema) = &self.schema else { return };
        let code = body.code.as_str();
        let subcode = body.subcode.as_deref().filter(|subcode| *subcode != "None" && !subcode.is_empty());
        let is_code_known = code.is_empty() || knows(schema, "ErrorCode", code, |row| Some(&row.code));
        let is_subcode_known =
            subcode.is_none_or(|subcode| knows(schema, "ErrorSubcode", subcode, |row| row.subcode.as_ref()));
        let failed = message.and_then(|message| self.failed_request(schema, message));
        let is_listed = failed.as_ref().is_none_or(|failed| lists(schema, &failed.owner, code, subcode));
        let (owner, status) = match failed {
            Some(FailedRequest { owner, status }) => (owner, status),
            None => (Owner::nobody(), None),
        };
        let seen = SeenError { status, code: code.to_owned(), subcode: subcode.map(str::to_owned) };
        let mut add = |kind, name: &str, detail: &str, at| {
            self.add(kind, owner.clone(), name, detail, (place, &format!("{path}{at}"))).errors.insert(seen.clone());
        };
        if !is_code_known {
            add(FindingKind::UnknownCode, code, "", "code");
        }
        if let Some(subcode) = subcode.filter(|_| !is_subcode_known) {
            add(FindingKind::UnknownSubcode, subcode, &format!("with the code {code}"), "subcode");
        }
        if is_code_known && is_subcode_known && !is_listed && !code.is_empty() {
            let name = subcode.map_or_else(|| code.to_owned(), |subcode| format!("{code}/{subcode}"));
            add(FindingKind::UnlistedError, &name, "", "code");
        }
    }

    /// The operation that a message responds to, if the schema has it: that of the latest revision which has one of this verb.
    fn failed_request(&self, schema: &Schema, message: &Message) -> Option<FailedRequest> {
        let method = Method::ALL.into_iter().find(|method| Some(method.name()) == message.method.as_deref())?;
        let rel = self.addresses.rel(message.address.as_deref()?)?;
        let resource = schema.revisions(rel).filter(|resource| operation(resource, method).is_some()).last()?;
        let owner = Owner { name: resource.name.clone(), method: Some(method) };
        Some(FailedRequest { owner, status: message.status })
    }
}

/// Whether an operation lists an error, or any operation can meet it.
fn lists(schema: &Schema, owner: &Owner, code: &str, subcode: Option<&str>) -> bool {
    let resource = schema.resources.get(&owner.name);
    let operation = resource.zip(owner.method).and_then(|(resource, method)| operation(resource, method));
    let mut rows = operation.into_iter().flat_map(|operation| &operation.errors);
    let name = subcode.unwrap_or(code);
    rows.any(|row| row.code == code && row.subcode.as_deref() == subcode)
        || schema.errors.generic.iter().any(|error| error.name == name)
}

/// Whether a code or subcode is documented: in its enumeration, in an error table, or among the errors of any request.
fn knows(schema: &Schema, enumeration: &str, wanted: &str, column: impl Fn(&ErrorRow) -> Option<&String>) -> bool {
    let members = schema.enumerations.get(enumeration).into_iter().flat_map(|found| &found.members);
    let rows = schema.resources.values().flat_map(|resource| &resource.operations).flat_map(|found| &found.errors);
    members.map(|member| &member.name).chain(schema.errors.generic.iter().map(|error| &error.name)).any(|n| n == wanted)
        || rows.filter_map(column).any(|name| name == wanted)
}
