//! Names whose values are secrets.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ucwa::registry::REGISTRY;

/// What names of secrets have in them, in lower case, as a pattern.
pub(super) const PARTS: &str = "token|password|passwd|passphrase|passcode|pwd|secret|assertion|credential|authorization|\
                                ticket|cookie|api[_-]?key|signature|samlre|csrf|xsrf";

/// Names that are too short to be looked for in others, as a pattern.
pub(super) const WHOLE: &str = "cwt|jwt|pin|sid|sig|otp|auth";

/// How names end that say something about a secret and do not hold it.
const HARMLESS: [&str; 13] = [
    "type", "types", "required", "enabled", "allowed", "issuer", "endpoint", "uri", "url", "expires", "expiry",
    "lifetime", "policy",
];

/// The properties that the bindings keep out of `Debug`.
static PROPERTIES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let entries = REGISTRY.resources.iter().chain(REGISTRY.inputs);
    let descriptions = entries.map(|entry| (entry.create)().description());
    let properties = descriptions.flat_map(|description| description.properties);
    properties.filter(|property| property.secret).map(|property| property.name.to_ascii_lowercase()).collect()
});

/// Whether the value of a property, parameter, header or attribute with this name is a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // What stands before is whose it is: `contact.password`, `ucwa:password`.
    let name = name.rsplit(['.', ':']).next().unwrap_or_default();
    PROPERTIES.contains(name)
        || WHOLE.split('|').any(|whole| whole == name)
        || (super::patterns::PART.is_match(name) && !HARMLESS.iter().any(|end| name.ends_with(end)))
}
