//! A resource: its struct, its relations, and the inputs of its operations.

use proc_macro2::TokenStream;
use quote::quote;

use ucwa_schema::Method;

use super::{Counts, Root, docs, ident, object, operation, type_path};
use crate::lower::{Count, Field, InputModel, RelationModel, ResourceModel, TypePath};

/// The module of a resource.
pub(super) fn module(resource: &ResourceModel, root: &Root) -> TokenStream {
    let about = format!(" The resource `{}`.", resource.name);
    let mut more = operation::imports(resource);
    more.push("Resource");
    for input in &resource.inputs {
        more.push("Input");
        if is_optional(input) {
            more.push("Optional");
        }
        if !input.content.is_empty() {
            more.push("Body");
        }
        if input.starts.is_some() {
            more.push("StartsOperation");
        }
    }
    if resource.relations.iter().any(|relation| relation.many) {
        more.push("RelatedList");
    }
    if resource.relations.iter().any(|relation| !relation.many) {
        more.push("Related");
    }
    let fields = resource.fields.iter().chain(resource.inputs.iter().flat_map(|input| &input.fields));
    let imports = object::imports(fields, &more, root);
    let definition = object::definition(&resource.type_name, &resource.docs, &resource.fields, None);
    let relations = relations(resource, root);
    let description = description(resource, root);
    let object = object::object(&resource.type_name, &resource.fields);
    let operations = operation::operations(resource, root);
    let inputs = resource.inputs.iter().map(|found| input(found, root));
    quote! {
        #![doc = #about]
        #imports
        #definition
        #relations
        #description
        #object
        #operations
        #(#inputs)*
    }
}

/// How much the module of a resource holds.
pub(super) fn counts(resource: &ResourceModel) -> Counts {
    Counts {
        resources: 1,
        properties: resource.fields.len(),
        relations: resource.relations.len(),
        inputs: resource.inputs.len(),
        parameters: resource.inputs.iter().map(|input| input.fields.len()).sum(),
        operations: resource.operations.len(),
        errors: resource.operations.iter().map(|operation| operation.errors.rows).sum(),
        ..Counts::default()
    }
}

/// A method for each relation.
fn relations(resource: &ResourceModel, root: &Root) -> Option<TokenStream> {
    if resource.relations.is_empty() {
        return None;
    }
    let name = ident(&resource.type_name);
    let methods = resource.relations.iter().map(|relation| {
        let (docs, method, rel) = (docs(&relation.docs), ident(&relation.method), &relation.rel);
        let target = target(relation, resource, root);
        let (kind, read) = if relation.many { ("RelatedList", "many") } else { ("Related", "one") };
        let (kind, read) = (ident(kind), ident(read));
        quote! {
            #docs
            pub fn #method(&self) -> #kind<'_, #target> {
                self.envelope.#read(#rel)
            }
        }
    });
    Some(quote!(impl #name { #(#methods)* }))
}

/// The type that a relation leads to.
fn target(relation: &RelationModel, resource: &ResourceModel, root: &Root) -> TokenStream {
    match &relation.target {
        Some(target) if target.type_name == resource.type_name => quote!(Self),
        Some(target) => type_path(root, target),
        None => quote!(ucwa_runtime::Untyped),
    }
}

/// The tables behind a resource.
fn description(resource: &ResourceModel, root: &Root) -> TokenStream {
    let type_name = ident(&resource.type_name);
    let (name, rel) = (&resource.name, &resource.rel);
    let revision = proc_macro2::Literal::u32_unsuffixed(resource.revision);
    let properties = object::properties(&resource.fields);
    let relations = resource.relations.iter().map(|relation| {
        let (rel, target) = (&relation.rel, target(relation, resource, root));
        match (&relation.target, relation.many) {
            (Some(_), false) => quote!(ucwa_runtime::one::<#target>(#rel)),
            (Some(_), true) => quote!(ucwa_runtime::many::<#target>(#rel)),
            (None, false) => quote!(ucwa_runtime::one_untyped(#rel)),
            (None, true) => quote!(ucwa_runtime::many_untyped(#rel)),
        }
    });
    let representation =
        resource.representation.as_ref().map_or_else(|| quote!(Self), |target| type_path(root, target));
    let replaceable = resource.operations.iter().any(|operation| operation.method == Method::Put);
    let replaceable = replaceable.then(|| {
        quote!(
            const REPLACEABLE: bool = true;
        )
    });
    let root: TokenStream = root.path().parse().unwrap_or_default();
    quote! {
        impl Described for #type_name {
            const DESCRIPTION: &'static Description = &Description {
                name: #name,
                rel: #rel,
                input: false,
                revision: #revision,
                properties: #properties,
                relations: &[#(#relations),*],
                registry: &#root::registry::REGISTRY,
            };
        }
        impl Resource for #type_name {
            type Representation = #representation;
            #replaceable
        }
    }
}

/// The input of an operation.
fn input(input: &InputModel, root: &Root) -> TokenStream {
    let name = ident(&input.type_name);
    let text = &input.type_name;
    let has_body = !input.content.is_empty();
    let body = has_body.then(|| {
        quote! {
            /// The content.
            pub body: Body,
        }
    });
    let definition = object::definition(&input.type_name, &input.docs, &input.fields, body.as_ref());
    let new = new(input);
    let properties = object::properties(&input.fields);
    let object = object::object(&input.type_name, &input.fields);
    let content = has_body.then(|| content(input));
    let optional = is_optional(input).then(|| quote!(impl Optional for #name {}));
    let starts = input.starts.as_ref().map(|(target, id)| starts(&input.type_name, target, id, root));
    let root: TokenStream = root.path().parse().unwrap_or_default();
    quote! {
        #definition
        impl #name {
            #new
        }
        impl Described for #name {
            const DESCRIPTION: &'static Description = &Description {
                name: #text,
                rel: "",
                input: true,
                revision: 1,
                properties: #properties,
                relations: &[],
                registry: &#root::registry::REGISTRY,
            };
        }
        impl Input for #name {
            #content
        }
        #optional
        #starts
        #object
    }
}

/// Whether an input can be left out.
fn is_optional(input: &InputModel) -> bool {
    input.content.is_empty() && !input.fields.iter().any(|field| field.required)
}

/// What an input whose body is content says about that.
fn content(input: &InputModel) -> TokenStream {
    let media_types = &input.content;
    quote! {
        const CONTENT: &'static [&'static str] = &[#(#media_types),*];
        fn body(&self) -> Option<&Body> {
            Some(&self.body)
        }
        fn body_mut(&mut self) -> Option<&mut Body> {
            Some(&mut self.body)
        }
    }
}

/// What an input says about the operation that it starts.
fn starts(type_name: &str, target: &TypePath, id: &Field, root: &Root) -> TokenStream {
    let (name, target, field) = (ident(type_name), type_path(root, target), ident(&id.name));
    let (read, write) = match id.count {
        Count::Optional => (quote!(self.#field.as_deref().unwrap_or_default()), quote!(Some(id))),
        Count::Required | Count::List => (quote!(&self.#field), quote!(id)),
    };
    quote! {
        impl StartsOperation for #name {
            type Operation = #target;
            fn operation_id(&self) -> &str {
                #read
            }
            fn set_operation_id(&mut self, id: String) {
                self.#field = #write;
            }
        }
    }
}

/// The constructor of an input, which takes what the operation cannot do without.
fn new(input: &InputModel) -> TokenStream {
    let required: Vec<&Field> = input.fields.iter().filter(|field| field.required).collect();
    let names = required.iter().map(|field| ident(&field.name));
    let types = required.iter().map(|field| {
        let kind = object::value_type(&field.value);
        match field.count {
            Count::List => quote!(impl IntoIterator<Item = impl Into<#kind>>),
            Count::Optional | Count::Required => quote!(impl Into<#kind>),
        }
    });
    let values = required.iter().map(|field| {
        let name = ident(&field.name);
        match field.count {
            Count::List => quote!(#name: #name.into_iter().map(Into::into).collect(),),
            Count::Optional | Count::Required => quote!(#name: #name.into(),),
        }
    });
    let has_body = !input.content.is_empty();
    let (body, value) = (has_body.then(|| quote!(body: Body)), has_body.then(|| quote!(body,)));
    let about = if is_optional(input) { " No parameters so far." } else { " What the operation cannot do without." };
    quote! {
        #[doc = #about]
        pub fn new(#(#names: #types,)* #body) -> Self {
            Self { #(#values)* #value ..Self::default() }
        }
    }
}
