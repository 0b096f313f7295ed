//! What the traffic has said about addresses: which rel led to which.

use std::collections::HashMap;

use ucwa::{LinkData, Object};

/// The rel behind each address that the traffic linked to so far.
#[derive(Debug, Default)]
pub(crate) struct Addresses(HashMap<String, String>);

impl Addresses {
    /// Remembers where a link leads.
    pub(crate) fn learn(&mut self, rel: &str, link: &LinkData) {
        if !rel.is_empty() && !link.href.is_empty() {
            self.0.insert(path(&link.href).to_owned(), rel.to_owned());
        }
    }

    /// Remembers where a resource and all that it links to are.
    pub(crate) fn learn_object(&mut self, object: &dyn Object) {
        let envelope = object.envelope();
        if let Some(link) = envelope.link() {
            self.learn(object.rel(), link);
        }
        for relation in envelope.relations() {
            for link in relation.links() {
                self.learn(relation.rel(), link);
            }
            for target in relation.embedded() {
                self.learn_object(&**target);
            }
        }
    }

    /// The rel of an address: what a link said, else the last part of the path, which on a server mostly is the rel.
    pub(crate) fn rel<'a>(&'a self, address: &'a str) -> Option<&'a str> {
        let path = path(address);
        self.0.get(path).map(String::as_str).or_else(|| path.rsplit('/').find(|part| !part.is_empty()))
    }
}

/// The path of an address, which may be absolute or relative.
fn path(address: &str) -> &str {
    let behind_host = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |start| &rest[start..]),
        None => address,
    };
    behind_host.split(['?', '#']).next().unwrap_or_default()
}
