//! What users of the emitted crate can name, call and rely on: an item for each, kept under what it stands for in the reference.
//!
//! The key of an item says what it is for in the reference, and its signature what it is in Rust. An item whose signature
//! differs was renamed or has another type. Items hang below others: what hangs below a struct that is new or gone needs no
//! mention of its own.

use std::collections::BTreeMap;

use ucwa_schema::{Method, Schema};

use super::subject::ChangeSubject;
use crate::lower::{
    BODY, EnumerationModel, ErrorModel, Field, InputModel, OperationModel, ResourceModel, ResponseModel, lower,
};

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ItemKind {
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
    Response,
    /// What a GET gives for a resource.
    Representation,
    /// That an operation goes on after its response.
    Starts,
    /// The next revision.
    Later,
    /// What compiles the same, but is sent, read or checked differently.
    Wire,
}

/// What an item stands for in the reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SurfaceKey {
    pub(super) subject: ChangeSubject,
    pub(super) place: String,
    pub(super) kind: ItemKind,
}

/// An item of the emitted crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SurfaceItem {
    /// What stands in front of the signature when people read it.
    pub(super) owner: String,
    /// What programs depend on.
    pub(super) signature: String,
    /// The item that this one is part of.
    pub(super) parent: Option<SurfaceKey>,
}

/// All items.
pub(super) type Surface = BTreeMap<SurfaceKey, SurfaceItem>;

/// How the item begins that says under which name something goes over the wire.
pub(super) const IS_SENT_AS: &str = " is sent as ";

/// What would be emitted for a schema.
pub(super) fn of(schema: &Schema) -> Surface {
    let model = lower(schema);
    let mut items = Surface::new();
    for category in &model.categories {
        for resource in &category.resources {
            let subject = ChangeSubject::Resource(resource.name.clone());
            SurfaceBuilder::new(&mut items, subject, &category.module).resource(resource);
        }
    }
    for enumeration in &model.enumerations {
        let subject = ChangeSubject::Enumeration(enumeration.name.clone());
        SurfaceBuilder::new(&mut items, subject, crate::lower::ENUMERATIONS).enumeration(enumeration);
    }
    for event in &model.events {
        let mut builder =
            SurfaceBuilder::new(&mut items, ChangeSubject::Resource(event.rel.clone()), crate::lower::EVENTS);
        // Several rows may list a kind of event: what they have in common is the place.
        let place = format!("events/{} {}", event.rel, event.kind.name());
        let target = event.target.as_ref().map_or("GenericResource", |target| &target.type_name);
        builder.add(&place, ItemKind::Variant, "events::Documented::", format!("{}({target})", event.name), None);
    }
    let mut builder = SurfaceBuilder::new(&mut items, ChangeSubject::Errors, "");
    for variant in &model.generic_errors.variants {
        builder.add(
            &format!("generic/{}", variant.subcode),
            ItemKind::Variant,
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

struct SurfaceBuilder<'a> {
    items: &'a mut Surface,
    subject: ChangeSubject,
    module: &'a str,
    numbered: Numbered,
}

impl<'a> SurfaceBuilder<'a> {
    fn new(items: &'a mut Surface, subject: ChangeSubject, module: &'a str) -> Self {
        Self { items, subject, module, numbered: Numbered::default() }
    }

    fn add(
        &mut self,
        place: &str,
        kind: ItemKind,
        owner: &str,
        signature: String,
        parent: Option<&SurfaceKey>,
    ) -> SurfaceKey {
        let key = SurfaceKey { subject: self.subject.clone(), place: place.to_owned(), kind };
        self.items.insert(key.clone(), SurfaceItem { owner: owner.to_owned(), signature, parent: parent.cloned() });
        key
    }

    fn resource(&mut self, resource: &ResourceModel) {
        let path = format!("{}::{}", self.module, resource.type_name);
        let this = self.add("category", ItemKind::Type, "type ", path.clone(), None);
        self.add("rel", ItemKind::Wire, &path, format!(" has rel {}", resource.rel), Some(&this));
        self.add("revision", ItemKind::Wire, &path, format!(" is revision {}", resource.revision), Some(&this));
        for field in &resource.fields {
            let place = self.numbered.place(format!("properties/{}", field.wire));
            self.field(&place, &path, field, &this);
        }
        for relation in &resource.relations {
            let place = self.numbered.place(format!("links/{}", relation.rel));
            let method = format!("{}() -> {}", relation.method, relation.rust_type());
            let key = self.add(&place, ItemKind::Method, &format!("{path}::"), method, Some(&this));
            self.wire_name(&place, &format!("{path}::{}", relation.method), &relation.rel, &key);
        }
        if let Some((later, latest)) = &resource.later {
            let (later, latest) = (&later.type_name, &latest.type_name);
            let signature = format!(": Revised<Later = {later}, Latest = {latest}>");
            self.add("revision", ItemKind::Later, &path, signature, Some(&this));
        }
        let signature = format!(": Resource<Representation = {}>", resource.representation());
        let has_get = resource.operations.iter().any(|operation| operation.method == Method::Get);
        let place = if has_get { "operations/GET/response" } else { "representation" };
        self.add(place, ItemKind::Representation, &path, signature, Some(&this));
        if let Some(reasons) = &resource.reasons {
            self.reasons(reasons, &path, &this);
        }
        for operation in &resource.operations {
            let input = resource
                .inputs
                .iter()
                .find(|input| operation.input.as_ref().is_some_and(|found| found.type_name == input.type_name));
            self.operation(operation, input, &path, &this);
        }
    }

    fn operation(&mut self, operation: &OperationModel, input: Option<&InputModel>, path: &str, parent: &SurfaceKey) {
        let (verb, trait_of) = (operation.method.name(), operation.trait_name());
        let place = format!("operations/{verb}");
        let this = self.add(&place, ItemKind::Verb, path, format!(": {trait_of}"), Some(parent));
        self.errors(&operation.errors, &place, &this);
        let Some(types) = operation.types() else { return };
        let response = format!("<{path} as {trait_of}>::Response = ");
        let place_of_response = format!("{place}/response");
        let key = self.add(&place_of_response, ItemKind::Response, &response, types.response.to_string(), Some(&this));
        if let ResponseModel::Content(media_type) = &operation.response {
            self.add(&place_of_response, ItemKind::Wire, &response, format!("{BODY} of {media_type}"), Some(&key));
        }
        let place = format!("{place}/input");
        let owner = format!("<{path} as {trait_of}>::{} = ", types.parameters_name);
        self.add(&place, ItemKind::Parameters, &owner, types.parameters.to_string(), Some(&this));
        if input.is_none_or(InputModel::is_optional) {
            let call = operation.method.name().to_lowercase();
            self.add(&place, ItemKind::Bare, path, format!(" can be asked with `{call}()`"), Some(&this));
        }
        if let Some(input) = input {
            self.input(input, &place, &this);
        }
    }

    fn input(&mut self, input: &InputModel, place: &str, parent: &SurfaceKey) {
        let path = format!("{}::{}", self.module, input.type_name);
        let owner = format!("struct {}::", self.module);
        let this = self.add(place, ItemKind::Input, &owner, input.type_name.clone(), Some(parent));
        // Parameters that are given by their names have no order.
        let required = input.required_type_name.as_ref();
        let new = format!("{path}::new(");
        let mut order = Vec::new();
        for field in &input.fields {
            let place = self.numbered.place(format!("{place}/{}", field.wire));
            self.field(&place, &path, field, &this);
            if field.required {
                if let Some(required) = required {
                    let owner = format!("{}::{required}.", self.module);
                    let argument = format!("{}: {}", field.name, field.value.rust_type());
                    self.add(&place, ItemKind::Argument, &owner, argument, Some(&this));
                } else {
                    let argument = format!("{}: {})", field.name, field.argument_type());
                    self.add(&place, ItemKind::Argument, &new, argument, Some(&this));
                    order.push(field.name.clone());
                }
            }
        }
        if input.has_body() {
            let place = place.replace("/input", "/content");
            self.add(&place, ItemKind::Argument, &new, format!("body: {BODY})"), Some(&this));
            self.add(&place, ItemKind::Field, &format!("{path}."), format!("body: {BODY}"), Some(&this));
            self.add(
                &place,
                ItemKind::Wire,
                &path,
                format!(" has a body of {}", input.content.join(", ")),
                Some(&this),
            );
        }
        order.extend(required.cloned());
        self.add(place, ItemKind::Order, &new, format!("{})", order.join(", ")), Some(&this));
        if let Some((target, _)) = &input.starts {
            let signature = format!(": StartsOperation<Operation = {target}>");
            self.add(place, ItemKind::Starts, &path, signature, Some(&this));
        }
    }

    fn field(&mut self, place: &str, path: &str, field: &Field, parent: &SurfaceKey) {
        let signature = format!("{}: {}", field.name, field.rust_type());
        let this = self.add(place, ItemKind::Field, &format!("{path}."), signature, Some(parent));
        let length = field.maximum_length.map(|length| format!(", at most {length} characters"));
        let range = match (field.minimum, field.maximum) {
            (None, None) => None,
            (Some(smallest), None) => Some(format!(", at least {smallest}")),
            (None, Some(largest)) => Some(format!(", at most {largest}")),
            (Some(smallest), Some(largest)) => Some(format!(", from {smallest} to {largest}")),
        };
        let checks = [length, range].into_iter().flatten().collect::<String>();
        let owner = format!("{path}.{}", field.name);
        self.add(place, ItemKind::Wire, &owner, format!("{IS_SENT_AS}{}{checks}", field.wire), Some(&this));
    }

    fn wire_name(&mut self, place: &str, owner: &str, wire: &str, parent: &SurfaceKey) {
        self.add(place, ItemKind::Wire, owner, format!("{IS_SENT_AS}{wire}"), Some(parent));
    }

    fn errors(&mut self, errors: &ErrorModel, place: &str, parent: &SurfaceKey) {
        let owner = format!("enum {}::", self.module);
        let this =
            self.add(&format!("{place}/errors"), ItemKind::Errors, &owner, errors.type_name.clone(), Some(parent));
        let owner = format!("{}::{}::", self.module, errors.type_name);
        for variant in &errors.variants {
            let subcode = if variant.subcode.is_empty() { "-" } else { &variant.subcode };
            let place = format!("{place}/errors/{}/{subcode}", variant.code);
            let key = self.add(&place, ItemKind::Variant, &owner, variant.name.clone(), Some(&this));
            let (owner, status) = (format!("{owner}{}", variant.name), format!(" has status {}", variant.status));
            self.add(&place, ItemKind::Wire, &owner, status, Some(&key));
        }
    }

    fn reasons(&mut self, reasons: &ErrorModel, path: &str, parent: &SurfaceKey) {
        let owner = format!("enum {}::", self.module);
        let this = self.add("reasons", ItemKind::Errors, &owner, reasons.type_name.clone(), Some(parent));
        self.add("reasons", ItemKind::Wire, path, format!(": Completes<Reason = {}>", reasons.type_name), Some(&this));
        let owner = format!("{}::{}::", self.module, reasons.type_name);
        for variant in &reasons.variants {
            let subcode = if variant.subcode.is_empty() { String::new() } else { format!(" {}", variant.subcode) };
            let place = format!("reasons/{}{subcode}", variant.code);
            self.add(&place, ItemKind::Variant, &owner, variant.name.clone(), Some(&this));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumerationModel) {
        let path = format!("{}::{}", self.module, enumeration.type_name);
        let this = self.add("name", ItemKind::Type, "enum ", path.clone(), None);
        if enumeration.name != enumeration.type_name {
            let told = format!(" stands for {}", enumeration.name);
            self.add("name", ItemKind::Wire, &path, told, Some(&this));
        }
        let owner = format!("{path}::");
        for variant in &enumeration.variants {
            let place = self.numbered.place(format!("members/{}", variant.wire));
            let key = self.add(&place, ItemKind::Variant, &owner, variant.name.clone(), Some(&this));
            self.wire_name(&place, &format!("{owner}{}", variant.name), &variant.wire, &key);
        }
        self.add("unlisted", ItemKind::Variant, &owner, format!("{}(Unlisted)", enumeration.unlisted), Some(&this));
    }
}
