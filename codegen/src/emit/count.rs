//! What is in emitted files, counted in their syntax and not in the model that they were made from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::AddAssign;

use proc_macro2::TokenTree;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, ExprArray, Fields, File, ImplItem, Item as SynItem, ItemImpl, Lit, Member, MetaNameValue, Pat,
    Stmt, Token, TraitItemFn, Type, UseTree, Variant, Visibility,
};

use super::text::object_items;

/// A kind of thing that is emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmittedItem {
    /// A type of a resource.
    Resource,
    /// A field of a resource.
    Property,
    /// A row in the table of properties of a resource.
    PropertyRow,
    /// A method of a resource that gives a relation.
    Relation,
    /// A row in the table of relations of a resource.
    RelationRow,
    /// An implementation of a method of HTTP.
    Operation,
    /// A struct of an input.
    Input,
    /// A field of an input.
    Parameter,
    /// A row in the table of parameters of an input.
    ParameterRow,
    /// A variant of an error enum.
    Error,
    /// A row of an error table.
    ErrorRow,
    /// A variant of an enum of reasons for failure.
    Reason,
    /// A row of a table of reasons for failure.
    ReasonRow,
    /// An enum of an enumeration.
    Enumeration,
    /// A variant of an enumeration, without the one for unlisted values.
    Value,
    /// A variant in the list of all values.
    ListedValue,
    /// A variant of the enumeration of events.
    Event,
    /// A line by which an event is sorted.
    EventRow,
    /// A resource in the registry.
    RegisteredResource,
    /// An input in the registry.
    RegisteredInput,
    /// A module of a resource or enumeration, or around several of them.
    Module,
    /// A type that is exported from its category.
    Export,
}

impl fmt::Display for EmittedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resource => "types of resources",
            Self::Property => "fields of properties",
            Self::PropertyRow => "rows of properties",
            Self::Relation => "methods of relations",
            Self::RelationRow => "rows of relations",
            Self::Operation => "implementations of operations",
            Self::Input => "structs of inputs",
            Self::Parameter => "fields of parameters",
            Self::ParameterRow => "rows of parameters",
            Self::Error => "variants of errors",
            Self::ErrorRow => "rows of errors",
            Self::Reason => "variants of reasons",
            Self::ReasonRow => "rows of reasons",
            Self::Enumeration => "enums",
            Self::Value => "variants of values",
            Self::ListedValue => "listed values",
            Self::Event => "variants of events",
            Self::EventRow => "rows of events",
            Self::RegisteredResource => "registered resources",
            Self::RegisteredInput => "registered inputs",
            Self::Module => "modules",
            Self::Export => "exported types",
        })
    }
}

/// How many of each kind there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemCounts(BTreeMap<EmittedItem, usize>);

impl ItemCounts {
    /// How many there are of a kind.
    pub fn of(&self, item: EmittedItem) -> usize {
        self.0.get(&item).copied().unwrap_or_default()
    }

    /// Adds some of a kind.
    pub(crate) fn add(&mut self, item: EmittedItem, count: usize) {
        if count > 0 {
            *self.0.entry(item).or_default() += count;
        }
    }

    /// The kinds of which `self` has another number than `other`.
    pub(crate) fn different(&self, other: &Self) -> Vec<EmittedItem> {
        let items: BTreeSet<_> = self.0.keys().chain(other.0.keys()).copied().collect();
        items.into_iter().filter(|item| self.of(*item) != other.of(*item)).collect()
    }
}

impl AddAssign<&Self> for ItemCounts {
    fn add_assign(&mut self, other: &Self) {
        for (item, count) in &other.0 {
            self.add(*item, *count);
        }
    }
}

/// What a file is about, in the terms of the schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileSubject {
    /// The resource with this name.
    Resource(String),
    /// The enumeration with this name.
    Enumeration(String),
    /// The errors that any operation can return.
    GenericErrors,
    /// The errors of operations that have the same ones. They are counted where operations have names for them.
    SharedErrors,
    /// The events.
    Events,
    /// The registry, and the modules around the resources and enumerations.
    Root,
}

impl fmt::Display for FileSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(name) => write!(f, "resource `{name}`"),
            Self::Enumeration(name) => write!(f, "enumeration `{name}`"),
            Self::GenericErrors => f.write_str("generic errors"),
            Self::SharedErrors => f.write_str("shared errors"),
            Self::Events => f.write_str("events"),
            Self::Root => f.write_str("modules and registry"),
        }
    }
}

/// What is in a file.
pub(super) struct FileCounts {
    pub(super) subject: FileSubject,
    pub(super) counts: ItemCounts,
    /// The types that it has names for.
    pub(super) named: Vec<String>,
    /// What is in the types that other files have names for.
    pub(super) shared: BTreeMap<String, ItemCounts>,
}

/// What is in a file.
pub(super) fn count(file: &File) -> FileCounts {
    let mut found = CountedFile::default();
    // The root is the module whose modules are public.
    let is_public = |item: &SynItem| matches!(item, SynItem::Mod(found) if matches!(found.vis, Visibility::Public(_)));
    let modules = file.items.iter().filter(|item| is_public(item)).count();
    if modules > 0 {
        found.counts.add(EmittedItem::Module, modules);
        return found.counted();
    }
    for item in &file.items {
        match item {
            SynItem::Enum(item) => {
                let units = item.variants.iter().filter(|variant| matches!(variant.fields, Fields::Unit)).count();
                found.variants.insert(item.ident.to_string(), units);
                found.typed_variants += item.variants.iter().filter(|variant| holds(variant, "TypedEvent")).count();
            }
            SynItem::Impl(block) => found.implementation(block),
            SynItem::Type(item) => found.named.extend(type_name(&item.ty)),
            SynItem::Mod(module) => match object_items(module) {
                Some(items) => found.object(items),
                None => found.counts.add(EmittedItem::Module, 1),
            },
            SynItem::Use(item) if matches!(item.vis, Visibility::Public(_)) => {
                found.counts.add(EmittedItem::Export, names(&item.tree));
            }
            SynItem::Static(item) => {
                found.counts.add(EmittedItem::RegisteredResource, field(&item.expr, "resources").map_or(0, length));
                found.counts.add(EmittedItem::RegisteredInput, field(&item.expr, "inputs").map_or(0, length));
            }
            _ => {}
        }
    }
    found.counted()
}

/// What was found in a file, by the type that it is about.
#[derive(Default)]
struct CountedFile {
    counts: ItemCounts,
    objects: BTreeMap<String, ObjectDeclaration>,
    variants: BTreeMap<String, usize>,
    resources: BTreeSet<String>,
    inputs: BTreeSet<String>,
    /// The rows of errors, by their type.
    conditions: BTreeMap<String, usize>,
    /// Whether they are those that any operation can return.
    is_generic: bool,
    /// The types that there are names for.
    named: Vec<String>,
    reasons: BTreeSet<String>,
    /// The name of an enumeration by its type.
    enumerations: BTreeMap<String, String>,
    operations: Vec<String>,
    /// The variants that hold a typed event.
    typed_variants: usize,
}

/// What is in a call of the macro `object!`.
#[derive(Default)]
struct ObjectDeclaration {
    /// The name of the resource or input in the reference.
    name: String,
    fields: usize,
    /// The fields that carry a row of the table of properties.
    rows: usize,
    relations: usize,
    /// The methods that carry a row of the table of relations.
    relation_rows: usize,
}

impl CountedFile {
    /// Counts what is in a call of the macro `object!`.
    fn object(&mut self, items: &[SynItem]) {
        for item in items {
            match item {
                SynItem::Struct(item) => {
                    let object = self.objects.entry(item.ident.to_string()).or_default();
                    object.name = called(&item.attrs).unwrap_or_default();
                    object.fields = public_fields(&item.fields);
                    object.rows = item.fields.iter().filter(|field| has_attribute(&field.attrs, "property")).count();
                }
                SynItem::Impl(block) => {
                    let Some(name) = type_name(&block.self_ty) else { continue };
                    let object = self.objects.entry(name).or_default();
                    for method in block.items.iter().filter_map(declared_method) {
                        object.relations += usize::from(method.sig.receiver().is_some());
                        object.relation_rows += usize::from(has_attribute(&method.attrs, "relation"));
                    }
                }
                _ => {}
            }
        }
    }

    fn implementation(&mut self, block: &ItemImpl) {
        let Some(name) = type_name(&block.self_ty) else { return };
        let trait_name = block.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let Some(trait_name) = trait_name.map(|segment| segment.ident.to_string()) else { return };
        match trait_name.as_str() {
            "Resource" => drop(self.resources.insert(name)),
            "Described" => {
                let described = constant(block, "DESCRIPTION").and_then(first_argument).and_then(text);
                self.objects.entry(name).or_default().name = described.unwrap_or_default();
            }
            "Input" => drop(self.inputs.insert(name)),
            "Conditions" => {
                self.is_generic = block.items.iter().any(is_self);
                self.conditions.insert(name, constant(block, "TABLE").map_or(0, length));
            }
            "FailureReason" => {
                self.counts.add(EmittedItem::ReasonRow, constant(block, "TABLE").map_or(0, length));
                self.reasons.insert(name);
            }
            "Enumeration" => {
                self.counts.add(EmittedItem::ListedValue, constant(block, "VALUES").map_or(0, length));
                self.enumerations.insert(name, constant(block, "NAME").and_then(text).unwrap_or_default());
            }
            "EventTable" => self.counts.add(EmittedItem::EventRow, block.items.iter().map(sorted_events).sum()),
            "Get" | "Post" | "Put" | "Delete" | "Options" => self.operations.push(name),
            _ => {}
        }
    }

    fn counted(self) -> FileCounts {
        let Self { mut counts, objects, variants, named, .. } = self;
        let of = |map: &BTreeMap<String, usize>, name: &String| map.get(name).copied().unwrap_or_default();
        let mut subject = FileSubject::Root;
        for object in self.resources.iter().filter_map(|name| objects.get(name)) {
            counts.add(EmittedItem::Resource, 1);
            counts.add(EmittedItem::Property, object.fields);
            counts.add(EmittedItem::PropertyRow, object.rows);
            counts.add(EmittedItem::Relation, object.relations);
            counts.add(EmittedItem::RelationRow, object.relation_rows);
            subject = FileSubject::Resource(object.name.clone());
        }
        for object in self.inputs.iter().filter_map(|name| objects.get(name)) {
            counts.add(EmittedItem::Input, 1);
            counts.add(EmittedItem::Parameter, object.fields);
            counts.add(EmittedItem::ParameterRow, object.rows);
        }
        counts
            .add(EmittedItem::Operation, self.operations.iter().filter(|name| self.resources.contains(*name)).count());
        if self.typed_variants > 0 {
            counts.add(EmittedItem::Event, self.typed_variants);
            subject = FileSubject::Events;
        }
        let mut shared = BTreeMap::new();
        for (name, rows) in &self.conditions {
            let mut errors = ItemCounts::default();
            errors.add(EmittedItem::Error, of(&variants, name));
            errors.add(EmittedItem::ErrorRow, *rows);
            if self.resources.is_empty() && !self.is_generic {
                subject = FileSubject::SharedErrors;
                shared.insert(name.clone(), errors);
                continue;
            }
            counts += &errors;
            if self.resources.is_empty() {
                subject = FileSubject::GenericErrors;
            }
        }
        for name in &self.reasons {
            counts.add(EmittedItem::Reason, of(&variants, name));
        }
        for (name, called) in self.enumerations.iter().filter(|(name, _)| variants.contains_key(*name)) {
            counts.add(EmittedItem::Enumeration, 1);
            counts.add(EmittedItem::Value, of(&variants, name));
            subject = FileSubject::Enumeration(called.clone());
        }
        FileCounts { subject, counts, named, shared }
    }
}

/// The public fields of a struct, without the body of an input.
fn public_fields(fields: &Fields) -> usize {
    let is_body = |field: &syn::Field| has_attribute(&field.attrs, "body");
    fields.iter().filter(|field| matches!(field.vis, Visibility::Public(_)) && !is_body(field)).count()
}

/// The names that are imported by a tree of imports.
fn names(tree: &UseTree) -> usize {
    match tree {
        UseTree::Path(path) => names(&path.tree),
        UseTree::Group(group) => group.items.iter().map(names).sum(),
        UseTree::Name(_) | UseTree::Rename(_) | UseTree::Glob(_) => 1,
    }
}

/// Whether a variant holds one value of a type.
fn holds(variant: &Variant, name: &str) -> bool {
    let mut types = variant.fields.iter().map(|field| type_name(&field.ty));
    types.next().flatten().is_some_and(|found| found == name) && types.next().is_none()
}

/// The arms with a rel and a kind in a function that sorts events.
fn sorted_events(item: &ImplItem) -> usize {
    let ImplItem::Fn(function) = item else { return 0 };
    let arms = function.block.stmts.iter().filter_map(|statement| match statement {
        Stmt::Expr(Expr::Match(sorted), _) => Some(&sorted.arms),
        _ => None,
    });
    arms.flatten().filter(|arm| matches!(arm.pat, Pat::Tuple(_))).count()
}

/// A method without a body, which the macro adds.
fn declared_method(item: &ImplItem) -> Option<TraitItemFn> {
    match item {
        // Methods without a body are declared in traits, where nothing is public by itself.
        ImplItem::Verbatim(tokens) => {
            syn::parse2(tokens.clone().into_iter().filter(|token| !is_public(token)).collect()).ok()
        }
        _ => None,
    }
}

fn is_public(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(word) if word == "pub")
}

fn has_attribute(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident(name))
}

/// The `name = ".."` in `#[resource(..)]` or `#[input(..)]`.
fn called(attributes: &[Attribute]) -> Option<String> {
    let about = attributes.iter().find(|found| found.path().is_ident("resource") || found.path().is_ident("input"))?;
    let parts = about.parse_args_with(Punctuated::<MetaNameValue, Token![,]>::parse_terminated).ok()?;
    parts.iter().find(|part| part.path.is_ident("name")).and_then(|part| text(&part.value))
}

/// Whether a type of an implementation, such as that of the errors that any operation can return, is the implementing one.
fn is_self(item: &ImplItem) -> bool {
    matches!(item, ImplItem::Type(found) if type_name(&found.ty).is_some_and(|name| name == "Self"))
}

fn type_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

fn constant<'a>(block: &'a ItemImpl, name: &str) -> Option<&'a Expr> {
    block.items.iter().find_map(|item| match item {
        ImplItem::Const(found) if found.ident == name => Some(&found.expr),
        _ => None,
    })
}

/// The value of a field in a struct expression, which may stand behind a reference.
fn field<'a>(of: &'a Expr, name: &str) -> Option<&'a Expr> {
    let Expr::Struct(found) = referenced(of) else { return None };
    let is_called = |member: &Member| matches!(member, Member::Named(found) if found == name);
    found.fields.iter().find(|field| is_called(&field.member)).map(|field| &field.expr)
}

/// The first argument of a call, which may stand behind a reference.
fn first_argument(of: &Expr) -> Option<&Expr> {
    match referenced(of) {
        Expr::Call(call) => call.args.first(),
        _ => None,
    }
}

fn length(of: &Expr) -> usize {
    match referenced(of) {
        Expr::Array(ExprArray { elems, .. }) => elems.len(),
        _ => 0,
    }
}

fn text(of: &Expr) -> Option<String> {
    match of {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn referenced(of: &Expr) -> &Expr {
    match of {
        Expr::Reference(reference) => &reference.expr,
        other => other,
    }
}
