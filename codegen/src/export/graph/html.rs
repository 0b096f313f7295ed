//! The graph as a page that needs nothing else: it works from a disk, and without a script shows as much.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use ucwa_schema::{Cardinality, Evidence, Operation, Parameter, Resource, Schema};

use super::model::{Graph, category};
use super::svg;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page: the picture, a search, and what there is to know about each resource.
pub fn html(schema: &Schema) -> String {
    let graph = Graph::of(schema);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "UCWA 2.0: resources and links" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "UCWA 2.0" }
                    input.search type="search" placeholder="Search resources, properties, links ( / )" aria-label="Search" autocomplete="off";
                    output.count { (graph.resources.len()) " resources, " (graph.edges.len()) " links" }
                    ul.legend {
                        @for (name, colour) in &graph.categories { li { i style={ "background:" (colour) } {} (name) } }
                        li { i.out {} "leads to" }
                        li { i.in {} "linked from" }
                    }
                }
                main tabindex="-1" { (svg::drawn(&graph)) }
                aside aria-live="polite" {
                    p.hint {
                        "Choose a resource to see its properties, operations, errors, events and links. Search by " kbd { "/" }
                        ", open the first match by " kbd { "Enter" } ", go through matches by " kbd { "↓" } " and " kbd { "↑" }
                        ", and close by " kbd { "Esc" } "."
                    }
                    @for resource in &graph.resources { (article(schema, &graph, resource)) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string() + "\n"
}

/// What there is to know about a resource. Its name is the address of the article, so that the page has no other addresses: one
/// of the resources is called `search`.
fn article(schema: &Schema, graph: &Graph, resource: &Resource) -> Markup {
    html! {
        article id=(resource.name) {
            h2 { (resource.name) }
            p.facts {
                span.chip style={ "background:" (graph.colour(resource)) } { (category(resource)) }
                " rel " code { (resource.rel) } ", revision " (resource.revision)
            }
            @if let Some(summary) = &resource.summary { p { (prose(summary)) } }
            @for operation in &resource.operations { (verb(schema, operation)) }
            (properties(resource))
            (links(schema, graph, resource))
            (events(schema, resource))
            (reasons(schema, resource))
            @if !resource.scopes.is_empty() {
                h3 { "Scopes" }
                p { @for scope in &resource.scopes { code { (scope) } " " } }
            }
        }
    }
}

fn verb(schema: &Schema, operation: &Operation) -> Markup {
    let response = &operation.response;
    html! {
        h3 { span.verb { (operation.method) } " " small { @if let Some(status) = response.status { (status) " " } } @if let Some(name) = &response.resource { (reference(schema, name)) } @if let Some(content) = &response.content { code { (content) } } }
        @if let Some(summary) = &operation.summary { p { (prose(summary)) } }
        (parameters("In the URL", &operation.query))
        (parameters("In the body", &operation.input))
        @if !operation.content.is_empty() { p { "Takes " @for kind in &operation.content { code { (kind) } " " } } }
        @if !operation.errors.is_empty() {
            details {
                summary { (operation.errors.len()) " errors" }
                table {
                    @for row in &operation.errors {
                        tr {
                            td { (row.status) }
                            td { code { (row.code) } @if let Some(subcode) = &row.subcode { br; code { (subcode) } } }
                            td { @if let Some(summary) = schema.errors.causes.get(&row.cause).and_then(|cause| cause.summary.as_ref()) { (prose(summary)) } }
                        }
                    }
                }
            }
        }
    }
}

fn parameters(title: &str, parameters: &[Parameter]) -> Markup {
    html! {
        @if !parameters.is_empty() {
            table {
                caption { (title) }
                @for row in parameters {
                    tr {
                        td { code { (row.name) } @if row.required { b title="required" { "*" } } }
                        td.kind { (row.kind) }
                        td { @if let Some(summary) = &row.summary { (prose(summary)) } }
                    }
                }
            }
        }
    }
}

fn properties(resource: &Resource) -> Markup {
    html! {
        @if !resource.properties.is_empty() {
            h3 { "Properties" }
            table {
                @for row in &resource.properties {
                    tr {
                        td { code { (row.name) } }
                        td.kind { (row.kind) @if row.evidence == Evidence::Convention { span title="the type follows from the name alone" { " ?" } } }
                        td { @if let Some(summary) = &row.summary { (prose(summary)) } }
                    }
                }
            }
        }
    }
}

fn links(schema: &Schema, graph: &Graph, resource: &Resource) -> Markup {
    let out: Vec<_> = resource.links.iter().filter(|link| link.rel != "self").collect();
    let into: Vec<_> = graph.edges.iter().filter(|edge| edge.to == resource.name).collect();
    html! {
        @if !out.is_empty() {
            h3 { "Links" }
            table {
                @for link in out {
                    tr {
                        td { @if link.rel == link.target { (reference(schema, &link.target)) } @else { code { (link.rel) } " → " (reference(schema, &link.target)) } }
                        td.kind { @if link.cardinality == Cardinality::Many { "many" } @if link.embedded { " embedded" } }
                        td { @if let Some(summary) = &link.summary { (prose(summary)) } }
                    }
                }
            }
        }
        @if !into.is_empty() {
            h3 { "Linked from" }
            p.list { @for edge in into { (reference(schema, edge.from)) " " } }
        }
    }
}

fn events(schema: &Schema, resource: &Resource) -> Markup {
    html! {
        @if !resource.events.is_empty() {
            h3 { "Events" }
            table {
                @for event in &resource.events {
                    tr {
                        td { (reference(schema, &event.resource)) " " b { (event.kind.name()) } }
                        td.kind { (event.priority) }
                        td { "told by " (reference(schema, &event.sender)) @if let Some(collection) = &event.collection { ", in " code { (collection) } } }
                        td { @if let Some(summary) = &event.summary { (prose(summary)) } }
                    }
                }
            }
        }
    }
}

/// With what operations fail after they have begun.
fn reasons(schema: &Schema, resource: &Resource) -> Markup {
    html! {
        @if !resource.reasons.is_empty() {
            h3 { "Reasons for failure in " b { "completed" } " events" }
            @if let Some(edition) = &resource.reasons.edition { p { "As the edition " (edition) " of the reference lists them." } }
            table {
                @for reason in &resource.reasons.rows {
                    tr {
                        td { code { (reason.code) } @if let Some(subcode) = &reason.subcode { br; code { (subcode) } } }
                        td { @if let Some(meaning) = schema.errors.meaning(reason) { (prose(meaning)) } }
                    }
                }
            }
        }
    }
}

/// A name, which leads to the resource if there is one.
fn reference(schema: &Schema, name: &str) -> Markup {
    let anchor = format!("#{name}");
    html! { @if schema.resources.contains_key(name) { a href=(anchor) { (name) } } @else { code { (name) } } }
}

/// A sentence in which names stand between backticks.
fn prose(text: &str) -> Markup {
    html! { @for (number, part) in text.split('`').enumerate() { @if number % 2 == 0 { (part) } @else { code { (part) } } } }
}
