//! The graph as text for Graphviz.

use std::fmt::Write as _;

use ucwa_schema::Schema;

use super::model::{Graph, category};

/// The graph in the language of Graphviz, a cluster for each category.
pub fn dot(schema: &Schema) -> String {
    let graph = Graph::of(schema);
    let mut text = String::from(
        "digraph ucwa {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=10];\n  \
         edge [color=\"#00000060\", fontname=\"sans-serif\", fontsize=8];\n",
    );
    // Writing to a string cannot fail.
    for (number, (name, colour)) in graph.categories.iter().enumerate() {
        let _ = writeln!(text, "  subgraph cluster_{number} {{\n    label={};", quoted(name));
        for resource in graph.resources.iter().filter(|resource| category(resource) == *name) {
            let verbs: Vec<_> = resource.operations.iter().map(|operation| operation.method.name()).collect();
            let tooltip = if verbs.is_empty() {
                resource.name.clone()
            } else {
                format!("{}: {}", resource.name, verbs.join(", "))
            };
            let (name, tooltip) = (quoted(&resource.name), quoted(&tooltip));
            let _ = writeln!(text, "    {name} [fillcolor=\"{colour}\", tooltip={tooltip}];");
        }
        text.push_str("  }\n");
    }
    for edge in &graph.edges {
        let rels: Vec<_> = edge.rels.iter().copied().collect();
        let mut attributes = vec![format!("tooltip={}", quoted(&rels.join(", ")))];
        if rels != [edge.to] {
            attributes.push(format!("label={}", quoted(&rels.join("\n"))));
        }
        if edge.many {
            attributes.push("arrowhead=\"crow\"".into());
        }
        let _ = writeln!(text, "  {} -> {} [{}];", quoted(edge.from), quoted(edge.to), attributes.join(", "));
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_string_is_escaped() {
        assert_eq!(quoted("a \"b\"\\\nc"), r#""a \"b\"\\\nc""#);
    }
}
