//! The graph as a picture.

use std::cmp::Ordering;

use maud::{Markup, html};
use ucwa_schema::Resource;

use super::diagram::{Diagram, NODE};
use super::model::{Edge, Graph, category};

/// How many characters of a name there is room for, and how many as they are; between the two they are set closer.
const ROOM: usize = 34;
const EASY: usize = 27;

/// The picture. It has no colours and fonts of its own, which the page around it brings.
pub(super) fn drawn(graph: &Graph) -> Markup {
    let diagram = Diagram::of(graph);
    let view = format!("0 0 {} {}", diagram.width, diagram.height);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(view) width=(diagram.width) height=(diagram.height) role="group"
            aria-label="Resources and the links between them" {
            @for group in &diagram.groups {
                g.group {
                    rect x=(group.x) y=(group.y) width=(group.width) height=(group.height) rx="6" {}
                    rect x=(group.x) y=(group.y) width="6" height=(group.height) rx="3" style={ "fill:" (group.colour) } {}
                    text x=(group.x + 14) y=(group.y + 15) { (group.name) " · " (group.count) }
                }
            }
            g.edges aria-hidden="true" {
                @for edge in &graph.edges { (curve(&diagram, edge)) }
            }
            @for resource in &graph.resources {
                @if let Some(place) = diagram.nodes.get(resource.name.as_str()) { (node(graph, resource, *place)) }
            }
        }
    }
}

fn node(graph: &Graph, resource: &Resource, (x, y): (usize, usize)) -> Markup {
    let verbs: Vec<_> = resource.operations.iter().map(|operation| operation.method.name()).collect();
    let title =
        if verbs.is_empty() { resource.name.clone() } else { format!("{} ({})", resource.name, verbs.join(", ")) };
    let anchor = format!("#{}", resource.name);
    html! {
        a.node href=(anchor) data-name=(resource.name) data-words=(words(resource)) {
            title { (title) }
            rect x=(x + 8) y=(y) width=(NODE.0 - 8) height=(NODE.1) rx="5" style={ "fill:" (graph.colour(resource)) } {}
            @let close = (resource.name.len() > EASY).then_some(NODE.0 - 22);
            text x=(x + 15) y=(y + 13) textLength=[close] lengthAdjust=[close.map(|_| "spacingAndGlyphs")] { (short(&resource.name)) }
        }
    }
}

/// What a search looks through: the names in a resource.
fn words(resource: &Resource) -> String {
    let properties = resource.properties.iter().map(|property| property.name.as_str());
    let links = resource.links.iter().map(|link| link.rel.as_str()).filter(|rel| *rel != "self");
    let names = [resource.name.as_str(), category(resource)].into_iter().chain(properties).chain(links);
    names.collect::<Vec<_>>().join(" ").to_lowercase()
}

fn short(name: &str) -> String {
    if name.chars().count() <= ROOM { name.into() } else { name.chars().take(ROOM - 1).chain(['…']).collect() }
}

/// A curve from one resource to another: it leaves on the side that faces the other.
fn curve(diagram: &Diagram, edge: &Edge) -> Markup {
    let (Some(from), Some(to)) = (diagram.nodes.get(edge.from), diagram.nodes.get(edge.to)) else { return html! {} };
    let middle = NODE.1 / 2;
    let (left, right) = (|x: usize| x + 8, |x: usize| x + NODE.0);
    let ((x1, bend1), (x2, bend2)) = match from.0.cmp(&to.0) {
        Ordering::Less => ((right(from.0), right(from.0) + 60), (left(to.0), left(to.0).saturating_sub(60))),
        Ordering::Greater => ((left(from.0), left(from.0).saturating_sub(60)), (right(to.0), right(to.0) + 60)),
        Ordering::Equal => {
            ((left(from.0), left(from.0).saturating_sub(30)), (left(to.0), left(to.0).saturating_sub(30)))
        }
    };
    let (y1, y2) = (from.1 + middle, to.1 + middle);
    html! {
        path.edge data-from=(edge.from) data-to=(edge.to) d={ "M" (x1) " " (y1) "C" (bend1) " " (y1) " " (bend2) " " (y2) " " (x2) " " (y2) } {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_at_a_character() {
        assert_eq!(short("note"), "note");
        assert_eq!(short(&"é".repeat(40)), format!("{}…", "é".repeat(33)));
    }
}
