//! The keys of resources: what each stands for.

use super::map::FromKey;
use crate::model::{Description, PropertyForm};

/// What a key of a resource stands for.
pub(super) enum Key {
    Property(usize),
    Links,
    Embedded,
    Rel,
    Etag,
    /// A property, in other letters than the table has, large or small.
    AnyCase(usize, Box<str>),
    Unknown(Box<str>),
}

/// Tells what a key stands for. Messages have properties in the order of the tables, so the search starts behind the last.
pub(super) struct Keys {
    pub(super) description: &'static Description,
    pub(super) expected: usize,
}

impl FromKey for Keys {
    const EXPECTED: &'static str = "a key";

    type Key = Key;

    fn read_key(self, key: &str) -> Key {
        match key {
            "_links" => return Key::Links,
            "_embedded" => return Key::Embedded,
            _ => {}
        }
        if let Some(index) = self.description.find_property(key, self.expected) {
            return Key::Property(index);
        }
        match key {
            "rel" if !self.description.input => Key::Rel,
            "etag" if !self.description.input => Key::Etag,
            _ => match self.description.find_property_in_any_case(key) {
                Some(index) => Key::AnyCase(index, key.into()),
                None => Key::Unknown(key.into()),
            },
        }
    }
}

/// What a key of `_links` or `_embedded` stands for.
pub(super) enum RelationKey {
    Own,
    Content(usize),
    Described(usize),
    Unknown(Box<str>),
}

impl RelationKey {
    /// The name on the wire.
    pub(super) fn rel<'k>(&'k self, description: &'static Description) -> &'k str {
        match self {
            Self::Own => "self",
            Self::Content(index) => description.properties[*index].name,
            Self::Described(index) => description.relations[*index].rel,
            Self::Unknown(rel) => rel,
        }
    }
}

/// Tells what a key of `_links` or `_embedded` stands for.
pub(super) struct RelationKeys {
    pub(super) description: &'static Description,
    pub(super) expected: usize,
}

impl FromKey for RelationKeys {
    const EXPECTED: &'static str = "a relation";

    type Key = RelationKey;

    fn read_key(self, key: &str) -> RelationKey {
        if key == "self" {
            return RelationKey::Own;
        }
        if let Some(index) = self.description.find_relation(key, self.expected) {
            return RelationKey::Described(index);
        }
        let property = self.description.find_property(key, 0);
        let content = property.filter(|index| self.description.properties[*index].form == PropertyForm::Content);
        content.map_or_else(|| RelationKey::Unknown(key.into()), RelationKey::Content)
    }
}
