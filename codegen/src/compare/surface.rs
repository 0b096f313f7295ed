//! What users of the emitted crate can name, call and rely on: an item for each, kept under what it stands for in the reference.
//!
//! The key of an item says what it is for in the reference, and its signature what it is in Rust. An item whose signature
//! differs was renamed or has another type. Items hang below others: what hangs below a struct that is new or gone needs no
//! mention of its own.

use std::collections::BTreeMap;

use ucwa_schema::{Method, Schema};

use super::change::Subject;
use crate::lower::{
    AnswerModel, Count, EnumerationModel, ErrorModel, Field, FieldType, InputModel, OperationModel, RelationModel,
    ResourceModel, TypePath, lower,
};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Role {
    /// A struct or enum.
    Type,
    /// A public field.
    Field,
    /// A method of a relation.
    Method,
    /// A variant.
    Variant,
    /// A verb that can be asked.
    Verb,
    /// The enum of what can go wrong.
    Errors,
    /// The struct of parameters.
    Input,
    /// The type of the parameters of an operation, be there any or not.
    Parameters,
    /// That an operation can be called without parameters.
    Bare,
    /// An argument of the constructor of parameters.
    Argument,
    /// The order of those arguments.
    Order,
    /// What an operation gives.
    Answer,
    /// What a GET gives for a resource.
    Representation,
    /// That an operation goes on after its answer.
    Starts,
    /// The next revision.
    Later,
    /// What compiles the same, but is sent, read or checked differently.
    Wire,
}

/// What an item stands for in the reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) subject: Subject,
    pub(super) place: String,
    pub(super) role: Role,
}

/// An item of the emitted crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// What stands in front of the signature when people read it.
    pub(super) owner: String,
    /// What programs depend on.
    pub(super) signature: String,
    /// The item that this one is part of.
    pub(super) parent: Option<Key>,
}

/// All items.
pub(super) type Surface = BTreeMap<Key, Item>;

/// What would be emitted for a schema.
pub(super) fn of(schema: &Schema) -> Surface {
    let model = lower(schema);
    let mut items = Surface::new();
    for category in &model.categories {
        for resource in &category.resources {
            let subject = Subject::Resource(resource.name.clone());
            Builder::new(&mut items, subject, &category.module).resource(resource);
        }
    }
    for enumeration in &model.enumerations {
        let subject = Subject::Enumeration(enumeration.name.clone());
        Builder::new(&mut items, subject, crate::lower::ENUMERATIONS).enumeration(enumeration);
    }
    let mut builder = Builder::new(&mut items, Subject::Errors, "");
    for variant in &model.generic_errors.variants {
        builder.add(
            &format!("generic/{}", variant.subcode),
            Role::Variant,
            "GenericError::",
            variant.name.clone(),
            None,
        );
    }
    items
}

/// Numbers rows of one name, which pages have before errata are applied.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    seen: BTreeMap<String, usize>,
}

impl Numbered {
    /// The place, with a number behind it where there was one of that name before.
    pub(super) fn place(&mut self, place: String) -> String {
        let number = self.seen.entry(place.clone()).or_default();
        *number += 1;
        if *number == 1 { place } else { format!("{place}#{number}") }
    }
}

struct Builder<'a> {
    items: &'a mut Surface,
    subject: Subject,
    module: &'a str,
    numbered: Numbered,
}

impl<'a> Builder<'a> {
    fn new(items: &'a mut Surface, subject: Subject, module: &'a str) -> Self {
        Self { items, subject, module, numbered: Numbered::default() }
    }

    fn add(&mut self, place: &str, role: Role, owner: &str, signature: String, parent: Option<&Key>) -> Key {
        let key = Key { subject: self.subject.clone(), place: place.to_owned(), role };
        self.items.insert(key.clone(), Item { owner: owner.to_owned(), signature, parent: parent.cloned() });
        key
    }

    fn resource(&mut self, resource: &ResourceModel) {
        let path = format!("{}::{}", self.module, resource.type_name);
        let this = self.add("category", Role::Type, "struct ", path.clone(), None);
        self.add("rel", Role::Wire, &path, format!(" has rel {}", resource.rel), Some(&this));
        self.add("revision", Role::Wire, &path, format!(" is revision {}", resource.revision), Some(&this));
        for field in &resource.fields {
            let place = self.numbered.place(format!("properties/{}", field.wire));
            self.field(&place, &path, field, &this);
        }
        for relation in &resource.relations {
            let place = self.numbered.place(format!("links/{}", relation.rel));
            self.add(&place, Role::Method, &format!("{path}::"), method(relation), Some(&this));
        }
        if let Some((later, latest)) = &resource.later {
            let (later, latest) = (&later.type_name, &latest.type_name);
            let signature = format!(": Revised<Later = {later}, Latest = {latest}>");
            self.add("revision", Role::Later, &path, signature, Some(&this));
        }
        let representation = resource.representation.as_ref().map_or("Self", |target| &target.type_name);
        let signature = format!(": Resource<Representation = {representation}>");
        self.add("operations/GET/answer", Role::Representation, &path, signature, Some(&this));
        for operation in &resource.operations {
            let input = resource.inputs.iter().find(|input| Some(&input.type_name) == operation.input.as_ref());
            self.operation(operation, input, &path, &this);
        }
    }

    fn operation(&mut self, operation: &OperationModel, input: Option<&InputModel>, path: &str, parent: &Key) {
        // The traits are called as the verbs are: `Get`, `Post`.
        let (verb, trait_of) = (operation.method.name(), format!("{:?}", operation.method));
        let place = format!("operations/{verb}");
        let this = self.add(&place, Role::Verb, path, format!(": {trait_of}"), Some(parent));
        self.errors(&operation.errors, &place, &this);
        if !matches!(operation.method, Method::Get | Method::Post) {
            return;
        }
        let answer = format!("<{path} as {trait_of}>::Response = ");
        let place_of_answer = format!("{place}/answer");
        let key = self.add(&place_of_answer, Role::Answer, &answer, answer_of(&operation.answer), Some(&this));
        if let AnswerModel::Content(media_type) = &operation.answer {
            self.add(&place_of_answer, Role::Wire, &answer, format!("Body of {media_type}"), Some(&key));
        }
        let place = format!("{place}/input");
        let (kind, none) = if operation.method == Method::Get { ("Query", "NoQuery") } else { ("Input", "NoInput") };
        let parameters = operation.input.as_deref().unwrap_or(none).to_owned();
        self.add(&place, Role::Parameters, &format!("<{path} as {trait_of}>::{kind} = "), parameters, Some(&this));
        if input.is_none_or(|input| input.content.is_empty() && !input.fields.iter().any(|field| field.required)) {
            let call = operation.method.name().to_lowercase();
            self.add(&place, Role::Bare, path, format!(" can be asked with `{call}()`"), Some(&this));
        }
        if let Some(input) = input {
            self.input(input, &place, &this);
        }
    }

    fn input(&mut self, input: &InputModel, place: &str, parent: &Key) {
        let path = format!("{}::{}", self.module, input.type_name);
        let owner = format!("struct {}::", self.module);
        let this = self.add(place, Role::Input, &owner, input.type_name.clone(), Some(parent));
        // Parameters that are given by their names have no order.
        let required = input.required_type_name.as_ref();
        let new = format!("{path}::new(");
        let mut order = Vec::new();
        for field in &input.fields {
            let place = self.numbered.place(format!("{place}/{}", field.wire));
            self.field(&place, &path, field, &this);
            if field.required {
                if let Some(required) = required {
                    let (owner, kind) = (format!("{}::{required}.", self.module), value_type(&field.value));
                    self.add(&place, Role::Argument, &owner, format!("{}: {kind}", field.name), Some(&this));
                } else {
                    self.add(&place, Role::Argument, &new, argument(field), Some(&this));
                    order.push(field.name.clone());
                }
            }
        }
        if !input.content.is_empty() {
            let place = place.replace("/input", "/content");
            self.add(&place, Role::Argument, &new, "body: Body)".into(), Some(&this));
            self.add(&place, Role::Field, &format!("{path}."), "body: Body".into(), Some(&this));
            self.add(&place, Role::Wire, &path, format!(" has a body of {}", input.content.join(", ")), Some(&this));
        }
        order.extend(required.cloned());
        self.add(place, Role::Order, &new, format!("{})", order.join(", ")), Some(&this));
        if let Some((target, _)) = &input.starts {
            let signature = format!(": StartsOperation<Operation = {}>", target.type_name);
            self.add(place, Role::Starts, &path, signature, Some(&this));
        }
    }

    fn field(&mut self, place: &str, path: &str, field: &Field, parent: &Key) {
        let signature = format!("{}: {}", field.name, field_type(field));
        let this = self.add(place, Role::Field, &format!("{path}."), signature, Some(parent));
        let length = field.maximum_length.map(|length| format!(", at most {length} characters"));
        let range = field.range.map(|(smallest, largest)| format!(", from {smallest} to {largest}"));
        let checks = [length, range].into_iter().flatten().collect::<String>();
        self.add(place, Role::Wire, &format!("{path}.{}", field.name), format!(" is checked{checks}"), Some(&this));
    }

    fn errors(&mut self, errors: &ErrorModel, place: &str, parent: &Key) {
        let owner = format!("enum {}::", self.module);
        let this = self.add(&format!("{place}/errors"), Role::Errors, &owner, errors.type_name.clone(), Some(parent));
        let owner = format!("{}::{}::", self.module, errors.type_name);
        for variant in &errors.variants {
            let subcode = if variant.subcode.is_empty() { "-" } else { &variant.subcode };
            let place = format!("{place}/errors/{}/{subcode}", variant.code);
            let key = self.add(&place, Role::Variant, &owner, variant.name.clone(), Some(&this));
            let (owner, status) = (format!("{owner}{}", variant.name), format!(" has status {}", variant.status));
            self.add(&place, Role::Wire, &owner, status, Some(&key));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumerationModel) {
        let path = format!("{}::{}", self.module, enumeration.type_name);
        let this = self.add("name", Role::Type, "enum ", path.clone(), None);
        if enumeration.name != enumeration.type_name {
            let told = format!(" stands for {}", enumeration.name);
            self.add("name", Role::Wire, &path, told, Some(&this));
        }
        let owner = format!("{path}::");
        for variant in &enumeration.variants {
            let place = self.numbered.place(format!("members/{}", variant.wire));
            self.add(&place, Role::Variant, &owner, variant.name.clone(), Some(&this));
        }
        self.add("unlisted", Role::Variant, &owner, format!("{}(Unlisted)", enumeration.unlisted), Some(&this));
    }
}

fn method(relation: &RelationModel) -> String {
    let kind = if relation.many { "RelatedList" } else { "Related" };
    format!("{}() -> {kind}<{}>", relation.method, target(relation.target.as_ref()))
}

/// The type of a target. Where its module is does not matter to those who get a value of it.
fn target(target: Option<&TypePath>) -> &str {
    target.map_or("Untyped", |target| &target.type_name)
}

fn answer_of(answer: &AnswerModel) -> String {
    match answer {
        AnswerModel::Nothing => "()".into(),
        AnswerModel::Content(_) => "Body".into(),
        AnswerModel::Events => "EventDocument".into(),
        AnswerModel::Resource(found) => format!("Fetched<{}>", found.type_name),
        AnswerModel::Started(found) => format!("Started<{}>", found.type_name),
    }
}

fn argument(field: &Field) -> String {
    let value = value_type(&field.value);
    let value = match field.count {
        Count::List => format!("impl IntoIterator<Item = impl Into<{value}>>"),
        Count::Optional | Count::Required => format!("impl Into<{value}>"),
    };
    format!("{}: {value})", field.name)
}

fn field_type(field: &Field) -> String {
    let value = value_type(&field.value);
    match field.count {
        Count::Optional => format!("Option<{value}>"),
        Count::Required => value.to_owned(),
        Count::List => format!("Vec<{value}>"),
    }
}

fn value_type(value: &FieldType) -> &str {
    match value {
        FieldType::Text => "String",
        FieldType::Boolean => "bool",
        FieldType::Int32 => "i32",
        FieldType::Int64 => "i64",
        FieldType::Float => "f64",
        FieldType::Timestamp => "Timestamp",
        FieldType::Duration => "Duration",
        FieldType::Uri => "Uri",
        FieldType::Content => "Content",
        FieldType::Bytes => "Bytes",
        FieldType::Enumeration(name) => name,
    }
}
