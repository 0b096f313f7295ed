//! The ETag of a resource: a digest of what it says, the same in every format. What is embedded in it is a resource by itself: it
//! counts that it is there, and not what it says.

use std::hash::{Hash, Hasher};

use fnv::FnvHasher;

use super::Resource;

/// The ETag, a decimal number without quotation marks.
pub(crate) fn etag(resource: &Resource) -> String {
    let mut hasher = FnvHasher::default();
    resource.rel.hash(&mut hasher);
    resource.href.hash(&mut hasher);
    resource.properties.hash(&mut hasher);
    resource.links.hash(&mut hasher);
    for (rel, embedded) in &resource.embedded {
        rel.hash(&mut hasher);
        for resource in embedded.as_slice() {
            resource.href.hash(&mut hasher);
        }
    }
    // Real servers have numbers of this size.
    (hasher.finish() >> 32).to_string()
}
