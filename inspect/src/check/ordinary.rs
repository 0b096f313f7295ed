//! What servers send though no table lists it, and what is known all the same.

use ucwa::Object;

/// Whether a property that no table lists is no news: the protocol has it, or it is a parameter in other letters, as servers
/// take parameters whatever the case of their names.
pub(super) fn is_ordinary(object: &dyn Object, name: &str) -> bool {
    let description = object.description();
    let is_parameter =
        || description.input && description.properties.iter().any(|property| property.name.eq_ignore_ascii_case(name));
    object.envelope().protocol_property(name).is_some() || is_parameter()
}
