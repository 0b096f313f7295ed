//! The lowered model: the schema with Rust names, and nothing that an emitter or a reader of signatures would have to work out.

use ucwa_schema::{EventType, Method};

use super::rust_type::RustType;

/// All that is emitted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Model {
    /// The lines of documentation of the whole, if it is a crate.
    pub docs: Vec<String>,
    /// The categories of resources, by module name.
    pub categories: Vec<Category>,
    /// The enumerations, by name.
    pub enumerations: Vec<EnumerationModel>,
    /// The resources by rel and revision.
    pub registry: Vec<RegistryEntryModel>,
    /// The inputs by the name of their resource.
    pub inputs: Vec<RegistryEntryModel>,
    /// The errors that any operation may return.
    pub generic_errors: ErrorModel,
    /// The errors of operations that have the same ones, by name of the type.
    pub shared_errors: Vec<ErrorModel>,
    /// The kinds of event, by rel and kind.
    pub events: Vec<EventModel>,
}

/// A heading of the overview page, which is a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The name of the heading.
    pub title: String,
    /// The module.
    pub module: String,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// The resources under it, by name.
    pub resources: Vec<ResourceModel>,
}

/// A resource, which is a module with a struct and the inputs of its operations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResourceModel {
    /// The struct.
    pub type_name: String,
    /// The module.
    pub module: String,
    /// The name in the reference.
    pub name: String,
    /// The name on the wire.
    pub rel: String,
    /// The revision.
    pub revision: u32,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Whether it is only linked to, so that it has no values.
    pub linked: bool,
    /// The properties.
    pub fields: Vec<Field>,
    /// The relations, without the one to itself.
    pub relations: Vec<RelationModel>,
    /// The inputs of its operations.
    pub inputs: Vec<InputModel>,
    /// What a GET returns, where that is another resource.
    pub representation: Option<RustType>,
    /// Its operations.
    pub operations: Vec<OperationModel>,
    /// The next and the last revision of it.
    pub later: Option<(TypePath, TypePath)>,
    /// With what the operation that it stands for can fail after it has begun.
    pub reasons: Option<ErrorModel>,
}

/// The input of an operation, which is a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputModel {
    /// The struct.
    pub type_name: String,
    /// The struct of the required parameters, where several of them are of one type and could be swapped.
    pub required_type_name: Option<String>,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// The name of the resource in the reference.
    pub resource: String,
    /// The parameters.
    pub fields: Vec<Field>,
    /// The media types of the body, where that is content and the parameters go into the address.
    pub content: Vec<String>,
    /// Whether it is the body of a request; else it goes into the address of a GET.
    pub is_body: bool,
    /// The type of what the event channel tells of, and the parameter that its events repeat.
    pub starts: Option<(RustType, Field)>,
}

/// A property or parameter, which is a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The field.
    pub name: String,
    /// The name on the wire.
    pub wire: String,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// What it holds.
    pub value: FieldType,
    /// How many it holds.
    pub count: Count,
    /// Whether a request needs it.
    pub required: bool,
    /// The largest number of characters.
    pub maximum_length: Option<u32>,
    /// The smallest number.
    pub minimum: Option<i64>,
    /// The largest number.
    pub maximum: Option<i64>,
}

/// How many values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// One at most.
    Optional,
    /// Just one.
    Required,
    /// Any number.
    List,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// Text.
    Text,
    /// True or false.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A number with a fraction.
    Float,
    /// A point in time.
    Timestamp,
    /// A duration.
    Duration,
    /// An address.
    Uri,
    /// Content in a link.
    Content,
    /// Content as the body.
    Bytes,
    /// A value of the enumeration that has this type.
    Enumeration(String),
}

/// A relation, which is a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationModel {
    /// The method.
    pub method: String,
    /// The name on the wire.
    pub rel: String,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// Where it leads.
    pub target: Option<TypePath>,
    /// Whether it leads to any number.
    pub many: bool,
}

/// Where a type is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypePath {
    /// Its module below the root.
    pub module: String,
    /// The type.
    pub type_name: String,
}

/// An enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumerationModel {
    /// The enum.
    pub type_name: String,
    /// The module.
    pub module: String,
    /// The name in the reference.
    pub name: String,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// The values.
    pub variants: Vec<Variant>,
    /// The variant for values that the reference does not list.
    pub unlisted: String,
}

/// A value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// The variant.
    pub name: String,
    /// The name on the wire.
    pub wire: String,
    /// The lines of documentation.
    pub docs: Vec<String>,
}

/// A type that tools can look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryEntryModel {
    /// The name of the resource in the reference.
    pub name: String,
    /// The name of the resource on the wire.
    pub rel: String,
    /// The verb that an input is for.
    pub method: Option<Method>,
    /// The type.
    pub target: TypePath,
}

/// The module of the enumerations.
pub const ENUMERATIONS: &str = "enumerations";

/// The module of the events.
pub const EVENTS: &str = "events";

/// Something that can be asked of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationModel {
    /// The verb.
    pub method: Method,
    /// The struct of its parameters, if it has any.
    pub input: Option<TypePath>,
    /// The response of a successful request.
    pub response: ResponseModel,
    /// What can go wrong.
    pub errors: ErrorModel,
}

/// The response of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseModel {
    /// Nothing but that all went well.
    Nothing,
    /// Content as it is, of a media type.
    Content(String),
    /// What the event channel has to tell.
    Events,
    /// A resource of a type.
    Resource(RustType),
    /// The address of a resource of a type, which the event channel tells of.
    Started(RustType),
}

/// What can go wrong in an operation, which is an enum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorModel {
    /// The enum.
    pub type_name: String,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// The errors.
    pub variants: Vec<ErrorVariant>,
    /// The type that the operation shares with others; then its own is a name for that one.
    pub shared: Option<SharedErrors>,
}

impl ErrorModel {
    /// The errors that the reference does not list for nearly every operation.
    pub fn own(&self) -> impl Iterator<Item = &ErrorVariant> {
        self.variants.iter().filter(|variant| !variant.everywhere)
    }
}

/// A type that several operations have for their errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedErrors {
    /// The enum.
    pub type_name: String,
    /// The lines of documentation of the operation's own name for it.
    pub docs: Vec<String>,
}

/// An error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorVariant {
    /// The variant.
    pub name: String,
    /// The lines of documentation.
    pub docs: Vec<String>,
    /// The HTTP status; 0 where the reference has none.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The subcode, or for generic errors the name that may be either; empty where there is none.
    pub subcode: String,
    /// Whether the reference lists it for nearly every operation.
    pub everywhere: bool,
}

/// A kind of event, which is a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventModel {
    /// The variant.
    pub name: String,
    /// The name of the resource on the wire.
    pub rel: String,
    /// What happens.
    pub kind: EventType,
    /// The resource, in its latest revision; `None` where no page describes it.
    pub target: Option<TypePath>,
    /// The lines of documentation.
    pub docs: Vec<String>,
}
