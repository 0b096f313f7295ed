//! Documentation in words: the summary where somebody wrote one, else what the schema knows, and always the facts.

use std::collections::BTreeSet;

use ucwa_schema::{
    Enumeration, ErrorRow, Event, EventType, Evidence, GenericError, Limits, Member, Method, Operation, Parameter,
    Property, Relation, Resource, Type,
};

use super::names::Name;

/// Where the reference is published.
const REFERENCE: &str = "https://learn.microsoft.com/en-us/skype-sdk/ucwa";

/// How wide a line of documentation gets, without indentation and slashes.
const WIDTH: usize = 110;

/// The documentation of a resource.
pub(super) fn resource_docs(resource: &Resource) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(resource.summary.as_deref(), format!("The resource `{}`.", resource.name));
    docs.paragraph();
    if resource.revision > 1 {
        docs.item(format!("Revision {} of `{}`.", resource.revision, resource.rel));
    } else if resource.name != resource.rel {
        docs.item(format!("Named `{}` on the wire.", resource.rel));
    }
    let verbs: Vec<_> = resource.operations.iter().map(|operation| operation.method.name()).collect();
    if verbs.is_empty() {
        docs.item("Answers no verb: it only comes inside of other resources.");
    } else if resource.operations.iter().any(|operation| operation.summary.is_none()) {
        docs.item(format!("Verbs: {}.", verbs.join(", ")));
    }
    for operation in &resource.operations {
        if let Some(summary) = &operation.summary {
            docs.item(format!("{}: {summary}", operation.method));
        }
    }
    if !resource.scopes.is_empty() {
        let scopes: Vec<_> = resource.scopes.iter().map(|scope| format!("`{scope}`")).collect();
        docs.item(format!("Online, one of these permissions: {}.", scopes.join(", ")));
    }
    for event in &resource.events {
        let summary = event.summary.as_ref().map_or(String::new(), |summary| format!(" {summary}"));
        docs.item(format!("Event: {}.{summary}", event_text(event)));
    }
    docs.page(&resource.page);
    docs.lines
}

/// An event in words: what happens, who tells of it, how soon.
pub(crate) fn event_text(event: &Event) -> String {
    let (resource, kind) = (&event.resource, event.kind.name());
    let what = match (&event.collection, event.kind) {
        (None, _) => format!("`{resource}` {kind}"),
        (Some(collection), EventType::Added) => format!("`{resource}` {kind} to `{collection}`"),
        (Some(collection), EventType::Deleted) => format!("`{resource}` {kind} from `{collection}`"),
        (Some(collection), _) => format!("`{resource}` of `{collection}` {kind}"),
    };
    let sender = &event.sender;
    match event.priority.as_str() {
        "" => format!("{what}, sent by `{sender}`"),
        priority => format!("{what}, sent by `{sender}` with {priority} priority"),
    }
}

/// The documentation of a kind of event: what happened, and the rows of event tables that list it.
pub(super) fn event_docs(rel: &str, kind: EventType, rows: &[&Event]) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(format!("`{rel}` {}.", kind.name()));
    docs.paragraph();
    let texts: BTreeSet<_> = rows.iter().map(|row| (event_text(row), row.summary.as_deref())).collect();
    for (text, summary) in texts {
        docs.item(summary.map_or_else(|| format!("{text}."), |summary| format!("{text}. {summary}")));
    }
    if rows.is_empty() {
        docs.line("No event table lists it. Operations report by such events: they start, change and end.");
    }
    docs.lines
}

/// The documentation of a property.
pub(super) fn property_docs(resource: &Resource, property: &Property, name: &Name) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(property.summary.as_deref(), format!("The `{}` of the {}.", property.name, spaced(&resource.rel)));
    docs.facts(&property.name, &property.kind, property.evidence, &property.limits, name);
    docs.lines
}

/// The documentation of a parameter.
pub(super) fn parameter_docs(parameter: &Parameter, name: &Name) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(parameter.summary.as_deref(), format!("The parameter `{}`.", parameter.name));
    docs.facts(&parameter.name, &parameter.kind, parameter.evidence, &parameter.limits, name);
    docs.lines
}

/// The documentation of an input.
pub(super) fn input_docs(resource: &Resource, operation: &Operation, starts: bool) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(match operation.method {
        Method::Get => format!("What a GET of `{}` carries in its address.", resource.name),
        method => format!("What a {method} to `{}` carries.", resource.name),
    });
    docs.paragraph();
    if !operation.content.is_empty() {
        let media_types: Vec<_> = operation.content.iter().map(|media_type| format!("`{media_type}`")).collect();
        docs.line(format!("The body is content, {}; parameters go into the address.", media_types.join(" or ")));
        docs.paragraph();
    }
    if starts {
        docs.line("Starts an operation that goes on after the answer: all events about it repeat the `operationId`.");
        docs.paragraph();
    }
    docs.page(&resource.page);
    docs.lines
}

/// The documentation of an error: its code and subcode, and what it can stand for.
pub(super) fn error_docs(row: &ErrorRow, causes: BTreeSet<&str>) -> Vec<String> {
    let mut docs = Docs::default();
    docs.line(match &row.subcode {
        Some(subcode) => format!("`{}` with `{subcode}`, status {}.", row.code, row.status),
        None => format!("`{}`, status {}.", row.code, row.status),
    });
    if !causes.is_empty() {
        docs.paragraph();
    }
    for cause in causes {
        docs.item(cause);
    }
    docs.lines
}

/// The documentation of an error that any operation can meet.
pub(super) fn generic_error_docs(error: &GenericError) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(error.summary.as_deref(), format!("`{}`.", error.name));
    docs.lines
}

/// The documentation of a relation.
pub(super) fn relation_docs(relation: &Relation, name: &Name, has_page: bool) -> Vec<String> {
    let mut docs = Docs::default();
    let what = match relation.cardinality {
        ucwa_schema::Cardinality::One => format!("Leads to `{}`.", relation.target),
        ucwa_schema::Cardinality::Many => format!("Leads to any number of `{}`.", relation.target),
    };
    docs.summary(relation.summary.as_deref(), what);
    let mut facts = vec![format!("Relation `{}`", relation.rel)];
    if relation.target != relation.rel {
        facts.push(format!("to `{}`", relation.target));
    }
    facts.push(if relation.embedded { "linked or embedded".into() } else { "linked".into() });
    docs.paragraph();
    docs.line(format!("{}.", facts.join(", ")));
    if !has_page {
        docs.line("No reference page describes the target.");
    }
    if name.renamed {
        docs.line(format!("Called `{}` here because `{}` is taken.", name.rust, relation.rel));
    }
    docs.lines
}

/// The documentation of an enumeration.
pub(super) fn enumeration_docs(enumeration: &Enumeration) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(enumeration.summary.as_deref(), format!("The values of `{}`.", enumeration.name));
    docs.paragraph();
    docs.line("Servers send values that no page lists; they are kept, and written back as they came.");
    docs.paragraph();
    docs.page(&enumeration.page);
    docs.lines
}

/// The documentation of a value of an enumeration.
pub(super) fn member_docs(member: &Member, name: &Name) -> Vec<String> {
    let mut docs = Docs::default();
    docs.summary(member.summary.as_deref(), format!("`{}`.", member.name));
    if name.renamed {
        docs.line(format!("Named `{}` on the wire.", member.name));
    }
    docs.lines
}

#[derive(Default)]
struct Docs {
    lines: Vec<String>,
}

impl Docs {
    fn line(&mut self, text: impl AsRef<str>) {
        self.lines.extend(wrap(&prose(text.as_ref()), "", ""));
    }

    fn paragraph(&mut self) {
        self.lines.push(String::new());
    }

    fn item(&mut self, text: impl AsRef<str>) {
        self.lines.extend(wrap(&prose(text.as_ref()), "- ", "  "));
    }

    /// Where the reference describes it.
    fn page(&mut self, page: &str) {
        let stem = page.strip_suffix(".md").unwrap_or(page);
        let address: String = stem.to_lowercase().chars().filter(|letter| is_of_address(*letter)).collect();
        self.lines.push(format!("- Reference: [{}]({REFERENCE}/{address})", prose(stem)));
    }

    fn summary(&mut self, summary: Option<&str>, known: String) {
        self.line(summary.map_or(known, str::to_owned));
    }

    /// What is known of a value: its type, how that is known, its limits, and its name on the wire.
    fn facts(&mut self, wire: &str, kind: &Type, evidence: Evidence, limits: &Limits, name: &Name) {
        self.paragraph();
        let doubt = match evidence {
            Evidence::Convention => ", by convention",
            Evidence::Sample => ", as samples show",
            Evidence::Stated | Evidence::Named | Evidence::Elsewhere | Evidence::Erratum => "",
        };
        let range = match (limits.minimum, limits.maximum) {
            (Some(minimum), Some(maximum)) => Some(format!("From {minimum} to {maximum}.")),
            (Some(minimum), None) => Some(format!("At least {minimum}.")),
            (None, Some(maximum)) => Some(format!("At most {maximum}.")),
            (None, None) => None,
        };
        let sentences = [
            Some(format!("Type: `{kind}`{doubt}.")),
            range,
            limits.maximum_length.map(|length| format!("At most {length} characters.")),
            limits.default.as_ref().map(|default| format!("The server's default is {default}.")),
            name.renamed.then(|| format!("Named `{wire}` on the wire.")),
        ];
        let text = sentences.into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.line(text);
    }
}

fn is_of_address(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// A name of the reference as words: `contactPresence` is a contact presence.
fn spaced(name: &str) -> String {
    use heck::ToSnakeCase;
    name.to_snake_case().replace('_', " ")
}

/// Breaks a text into lines that begin with `first` and then with `rest`. A word that would make its line a heading or an
/// item of a list stays in the line before.
fn wrap(text: &str, first: &str, rest: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    for word in text.split(' ') {
        let is_mark = !word.starts_with(|letter: char| letter.is_alphabetic() || "`(\\".contains(letter));
        if line.len() > rest.len() && line.len() + 1 + word.len() > WIDTH && !is_mark {
            lines.push(std::mem::replace(&mut line, format!("{rest}{word}")));
        } else {
            if line.len() > first.len() || !lines.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.push(line);
    lines
}

/// A text as documentation: code between backticks stays, and nothing else is taken for markup.
///
/// Whatever a schema says must not become a link, HTML or a heading, and least of all an example that is compiled and run.
pub(crate) fn prose(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut prose = String::with_capacity(text.len());
    let mut in_code = false;
    let is_number = |start: &str| !start.is_empty() && start.bytes().all(|byte| byte.is_ascii_digit());
    for (at, letter) in text.char_indices() {
        in_code ^= letter == '`' && has_code;
        let is_markup = match letter {
            '`' => !has_code,
            '<' | '>' | '[' | ']' | '\\' => true,
            '#' | '-' | '+' | '*' | '=' | '~' | '|' => at == 0,
            '.' | ')' => is_number(&text[..at]),
            // What looks like an address would have to be a link.
            ':' => text[at..].starts_with("://"),
            _ => false,
        };
        if is_markup && !in_code {
            prose.push('\\');
        }
        prose.push(letter);
    }
    prose
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_prose_whatever_it_looks_like() {
        for (text, expected) in [
            ("Plain words, and `code <T>`.", "Plain words, and `code <T>`."),
            ("[link] <b> C:\\", r"\[link\] \<b\> C:\\"),
            ("[link](address)", r"\[link\](address)"),
            ("```\nlet x;\n```", r"\`\`\` let x; \`\`\`"),
            ("one ` alone", r"one \` alone"),
            ("    indented", "indented"),
            ("# heading", r"\# heading"),
            ("12. item", r"12\. item"),
            ("about 12. item", "about 12. item"),
            ("~~~", r"\~~~"),
            ("see http://a.example", r"see http\://a.example"),
        ] {
            assert_eq!(prose(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_broken_between_words() {
        let text = vec!["word"; 50].join(" ");
        let lines = wrap(&text, "- ", "  ");
        assert!(lines.len() > 1 && lines.iter().all(|line| line.len() <= WIDTH), "{lines:#?}");
        assert!(lines[0].starts_with("- word") && lines[1].starts_with("  word"), "{lines:#?}");
        let back: Vec<_> = lines.iter().map(|line| line[2..].to_owned()).collect();
        assert_eq!(back.join(" "), text);
    }

    #[test]
    fn no_line_begins_with_what_makes_a_heading_or_a_list() {
        for mark in ["-", "+", "*", "#", "1.", ">"] {
            let long = "x".repeat(WIDTH - 1);
            assert_eq!(wrap(&format!("{long} {mark} then"), "", ""), [format!("{long} {mark}"), "then".into()]);
        }
        assert_eq!(wrap("", "", ""), [""]);
        let long = "x".repeat(2 * WIDTH);
        assert_eq!(wrap(&format!("{long} {long}"), "- ", "  "), [format!("- {long}"), format!("  {long}")]);
    }
}
