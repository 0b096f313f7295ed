//! Properties that no page lists and the protocol has all the same.

use serde_json::Value as Json;

use crate::model::property::{Scalar, Value};
use crate::model::{Envelope, GenericResource, Object, Registry};
use crate::values::Timestamp;

/// How the value of the marker begins, as servers write it and as the reference does.
const MARKERS: [&str; 2] = ["please pass this in a PUT request", "please pass me"];

/// The links that a discovery document has, one of which is there at least.
const DISCOVERY: [&str; 4] = ["user", "xframe", "redirect", APPLICATIONS];

/// The link that only the second step of discovery has, after which there is none.
const APPLICATIONS: &str = "applications";

/// A property of a resource that no page lists and the protocol has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProtocolProperty {
    /// The marker of a resource that can be replaced; see [`Envelope::put_marker`].
    PutMarker,
    /// When the resource expires; see [`Envelope::expires`].
    Expires,
}

impl Envelope {
    /// Returns the name of the marker that a resource which can be replaced has: a GUID, another one every time. A PUT has to
    /// send it back, which [`Fetched::put`](crate::Fetched::put) does.
    pub fn put_marker(&self) -> Option<&str> {
        let mut unknown = self.unknown_properties();
        unknown
            .find(|(name, value)| protocol_property(name, value) == Some(ProtocolProperty::PutMarker))
            .map(|(name, _)| name)
    }

    /// Returns when the resource expires, which servers say of `application` and `contact`.
    pub fn expires(&self) -> Option<Timestamp> {
        moment(self.unknown_property("expires")?)
    }

    /// Returns what the protocol has to say of an unknown property; `None` where it is unknown to the protocol too.
    pub fn protocol_property(&self, name: &str) -> Option<ProtocolProperty> {
        protocol_property(name, self.unknown_property(name)?)
    }

    /// Whether this is what discovery answers with: a document without a `rel`, with links to `user`, `xframe`, `redirect` or
    /// `applications` and to nothing else.
    pub fn is_discovery(&self) -> bool {
        self.is_unnamed()
            && !self.relations().is_empty()
            && self
                .relations()
                .iter()
                .all(|relation| DISCOVERY.contains(&relation.rel()) && !relation.links().is_empty())
    }
}

/// A document as the step of discovery that it is, where it has no name and its links leave no doubt: those with `user` are
/// the first step, `root`, and those with `applications` the second, `user`. Either may have nothing but a `redirect`.
pub(crate) fn discovered(registry: &Registry, mut document: Box<dyn Object>) -> Box<dyn Object> {
    let envelope = document.envelope();
    if document.downcast_ref::<GenericResource>().is_none() || !envelope.is_discovery() {
        return document;
    }
    let rel = match (envelope.relation("user"), envelope.relation(APPLICATIONS)) {
        (Some(_), None) => "root",
        (None, Some(_)) => "user",
        _ => return document,
    };
    let Some(mut step) = registry.create(rel) else { return document };
    // These resources have no properties of their own: what else the server sent is unknown in both.
    std::mem::swap(step.envelope_mut(), document.envelope_mut());
    step
}

fn protocol_property(name: &str, value: &Json) -> Option<ProtocolProperty> {
    // Empty text says that it does not expire.
    if name == "expires" && (value == "" || moment(value).is_some()) {
        return Some(ProtocolProperty::Expires);
    }
    let text = value.as_str()?;
    let begins = |marker: &str| text.get(..marker.len()).is_some_and(|start| start.eq_ignore_ascii_case(marker));
    (is_guid(name) && MARKERS.iter().any(|marker| begins(marker))).then_some(ProtocolProperty::PutMarker)
}

fn moment(value: &Json) -> Option<Timestamp> {
    match value {
        Json::String(text) => text.parse().ok(),
        other => Timestamp::from_value(Value::Integer(other.as_i64()?)).ok(),
    }
}

/// Whether a name has the form of a GUID, such as `4cf1a5b7-8c5d-4b53-9e0f-0c3a4d1f2b6e`.
fn is_guid(name: &str) -> bool {
    let groups = name.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && name.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
