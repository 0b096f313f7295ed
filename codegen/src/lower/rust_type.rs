//! The Rust types of what is emitted, stated once: emitters write them, and compare reads them.

use std::fmt;

use ucwa_schema::Method;

use super::model::{
    Count, ENUMERATIONS, Field, FieldType, InputModel, OperationModel, RelationModel, ResourceModel, ResponseModel,
    TypePath,
};

/// A type in a signature of the emitted crate.
///
/// Displayed, it is what a reader of documentation sees: without modules and lifetimes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustType {
    /// One that Rust has for everyone.
    Std(&'static str),
    /// One of the runtime.
    Runtime(&'static str),
    /// One that stands for something in the schema.
    Schema(TypePath),
    /// A generic type of Rust, and its argument.
    StdOf(&'static str, Box<Self>),
    /// A generic type of the runtime, and its argument.
    RuntimeOf(&'static str, Box<Self>),
    /// The same, where it borrows from what it was taken from.
    Borrowed(&'static str, Box<Self>),
    /// Whatever can be made into a type.
    Into(Box<Self>),
    /// Whatever gives any number of a type.
    Items(Box<Self>),
}

impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Std(name) | Self::Runtime(name) => f.write_str(name),
            Self::Schema(path) => f.write_str(&path.type_name),
            Self::StdOf(name, argument) | Self::RuntimeOf(name, argument) | Self::Borrowed(name, argument) => {
                write!(f, "{name}<{argument}>")
            }
            Self::Into(target) => write!(f, "impl Into<{target}>"),
            Self::Items(item) => write!(f, "impl IntoIterator<Item = {item}>"),
        }
    }
}

impl FieldType {
    /// The type of one value.
    pub fn rust_type(&self) -> RustType {
        match self {
            Self::Text => RustType::Std("String"),
            Self::Boolean => RustType::Std("bool"),
            Self::Int32 => RustType::Std("i32"),
            Self::Int64 => RustType::Std("i64"),
            Self::Float => RustType::Std("f64"),
            Self::Timestamp => RustType::Runtime("Timestamp"),
            Self::Duration => RustType::Runtime("Duration"),
            Self::Uri => RustType::Runtime("Uri"),
            Self::Content => RustType::Runtime("Content"),
            Self::Bytes => RustType::Runtime("Bytes"),
            Self::Enumeration(name) => {
                RustType::Schema(TypePath { module: ENUMERATIONS.into(), type_name: name.clone() })
            }
        }
    }
}

impl Field {
    /// The type of the field.
    pub fn rust_type(&self) -> RustType {
        let value = self.value.rust_type();
        match self.count {
            Count::Optional => RustType::StdOf("Option", value.into()),
            Count::Required => value,
            Count::List => RustType::StdOf("Vec", value.into()),
        }
    }

    /// The type of the argument of a constructor that sets the field.
    pub fn argument_type(&self) -> RustType {
        let value = RustType::Into(self.value.rust_type().into());
        match self.count {
            Count::Optional | Count::Required => value,
            Count::List => RustType::Items(value.into()),
        }
    }
}

impl RelationModel {
    /// The type that the relation leads to.
    pub fn target_type(&self) -> RustType {
        self.target.clone().map_or(RustType::Runtime("Untyped"), RustType::Schema)
    }

    /// What the method returns.
    pub fn rust_type(&self) -> RustType {
        RustType::Borrowed(if self.many { "RelatedList" } else { "Related" }, self.target_type().into())
    }
}

impl ResourceModel {
    /// What a GET of it gives, and what is embedded in its place.
    pub fn representation(&self) -> RustType {
        match &self.representation {
            Some(held) => held.clone(),
            None if self.linked => RustType::Runtime("GenericResource"),
            None => RustType::Std("Self"),
        }
    }
}

impl ResponseModel {
    /// What the operation returns when it succeeds.
    pub fn rust_type(&self) -> RustType {
        let of = |name, held: &RustType| RustType::RuntimeOf(name, held.clone().into());
        match self {
            Self::Nothing => RustType::Std("()"),
            Self::Content(_) => BODY,
            Self::Events => RustType::Runtime("EventDocument"),
            Self::Resource(held) => of("Fetched", held),
            Self::Started(held) => of("Started", held),
        }
    }
}

/// The associated types of the trait of a method that the operation sets, besides that of its errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationTypes {
    /// The name of the associated type of the parameters.
    pub parameters_name: &'static str,
    /// The type of the parameters.
    pub parameters: RustType,
    /// The type of the response.
    pub response: RustType,
}

impl OperationModel {
    /// The trait that is implemented for the operation.
    pub fn trait_name(&self) -> &'static str {
        match self.method {
            Method::Get => "Get",
            Method::Post => "Post",
            Method::Put => "Put",
            Method::Delete => "Delete",
            Method::Options => "Options",
        }
    }

    /// The associated types; `None` where the trait has none but that of the errors.
    pub fn types(&self) -> Option<OperationTypes> {
        let (parameters_name, none) = match self.method {
            Method::Get => ("Query", "NoQuery"),
            Method::Post => ("Input", "NoInput"),
            Method::Put | Method::Delete | Method::Options => return None,
        };
        let parameters = self.input.clone().map_or(RustType::Runtime(none), RustType::Schema);
        Some(OperationTypes { parameters_name, parameters, response: self.response.rust_type() })
    }
}

/// The type of content.
pub const BODY: RustType = RustType::Runtime("Body");

impl InputModel {
    /// Whether the body is content and the parameters go into the address.
    pub fn has_body(&self) -> bool {
        !self.content.is_empty()
    }

    /// The parameters without which there is no request, in the order in which the constructor takes them.
    pub fn required(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.required)
    }

    /// Whether the operation can be executed without it.
    pub fn is_optional(&self) -> bool {
        !self.has_body() && self.required().next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_reads_as_in_documentation() {
        let contact = RustType::Schema(TypePath { module: "people".into(), type_name: "Contact".into() });
        for (rust_type, text) in [
            (RustType::Borrowed("RelatedList", contact.clone().into()), "RelatedList<Contact>"),
            (RustType::RuntimeOf("Fetched", contact.into()), "Fetched<Contact>"),
            (RustType::StdOf("Option", RustType::Std("bool").into()), "Option<bool>"),
            (RustType::Items(RustType::Into(BODY.into()).into()), "impl IntoIterator<Item = impl Into<Body>>"),
        ] {
            assert_eq!(rust_type.to_string(), text);
        }
    }
}
