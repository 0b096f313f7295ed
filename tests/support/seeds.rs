//! The five resources that the tests follow from page to code: their pages and messages in this repository.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value as Json;
use ucwa_codegen::extract::{Extraction, Sample, SampleKind, extract};
use ucwa_codegen::pages::{Dialect, Page, SampleFormat, read_all};
use ucwa_schema::Method;

use crate::workspace;

/// The names of the five resources, in order.
pub const SEEDS: [&str; 5] = [
    "contactPresence",
    "contactPrivacyRelationship2",
    "pinnedGroup",
    "presenceSubscriptionMembership",
    "subscribedContacts",
];

/// The folders of `tests/pages`, and the dialect of the pages in each.
pub const DIALECTS: [(&str, Dialect); 4] = [
    ("markdown", Dialect::Markdown),
    ("piped", Dialect::Piped),
    ("text", Dialect::Text),
    ("text-inline-events", Dialect::Text),
];

/// The pages of a folder of `tests/pages`.
pub fn seed_pages(folder: &str) -> Vec<Page> {
    let folder = workspace().join("tests/pages").join(folder);
    read_all(&[folder]).unwrap_or_else(|errors| panic!("the pages of the repository cannot be read: {errors:?}"))
}

/// What pages give of which everything can be placed.
pub fn understood(pages: &[Page]) -> Extraction {
    let extraction = extract(pages);
    let diagnostics: Vec<_> = extraction.diagnostics.iter().map(ToString::to_string).collect();
    assert!(diagnostics.is_empty(), "{}", diagnostics.join("\n"));
    extraction
}

/// The facts about the five resources, out of the facts about any number.
pub fn seed_facts(facts: BTreeSet<String>) -> BTreeSet<String> {
    let is_seed = |fact: &String| fact.split('\t').nth(1).is_some_and(|name| SEEDS.contains(&name));
    facts.into_iter().filter(is_seed).collect()
}

/// A message, apart from how its page writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    /// The name of its file in `tests/samples`, without `.http`.
    pub name: String,
    /// The request or status line, and the headers. Empty where the page shows the body alone.
    pub head: String,
    /// The body; empty where there is none.
    pub body: String,
}

impl Message {
    /// The message that a page shows. Its body is laid out anew, as some dialects lose the layout.
    pub fn of(sample: &Sample) -> Self {
        let format = if sample.format == SampleFormat::Xml { "xml" } else { "json" };
        let method = sample.method.map_or("", Method::name);
        let name = match sample.kind {
            SampleKind::Request => format!("{}.{method}.request.{format}", sample.resource),
            SampleKind::Response => format!("{}.{method}.response.{format}", sample.resource),
            SampleKind::Event => format!("{}.{}.event.{format}", sample.resource, event_type(&sample.body)),
        };
        let mut head = String::new();
        if !sample.start_line.is_empty() {
            head.push_str(&sample.start_line);
            head.push('\n');
        }
        for (name, value) in &sample.headers {
            let _ = writeln!(head, "{name}: {value}");
        }
        Self { name, head, body: laid_out(&sample.body) }
    }

    /// The messages of `tests/samples`, by name.
    pub fn stored() -> Vec<Self> {
        let folder = workspace().join("tests/samples");
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut messages = Vec::new();
        for entry in entries {
            let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if file == "README.md" {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
            let (head, body) = match file.strip_suffix(".http") {
                None => (String::new(), text.as_str()),
                Some(_) => match text.split_once("\n\n") {
                    None => (text.clone(), ""),
                    Some((head, body)) => (format!("{head}\n"), body),
                },
            };
            let name = file.strip_suffix(".http").unwrap_or(&file).to_owned();
            messages.push(Self { name, head, body: laid_out(body) });
        }
        messages.sort();
        messages
    }

    /// The resource, the verb or the type of the event, the part (`request`, `response`, `event`), and the format.
    pub fn parts(&self) -> (&str, &str, &str, ucwa::Format) {
        let parts: Vec<_> = self.name.split('.').collect();
        let [resource, what, part, format] = parts[..] else { panic!("{}: no name of a message", self.name) };
        let format = match format {
            "json" => ucwa::Format::Json,
            "xml" => ucwa::Format::Xml,
            other => panic!("{}: no format `{other}`", self.name),
        };
        (resource, what, part, format)
    }
}

/// The type of the one event in a sample.
fn event_type(body: &str) -> String {
    let document: Json = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    document["sender"][0]["events"][0]["type"].as_str().unwrap_or_default().to_owned()
}

/// JSON and XML, indented for people.
pub fn laid_out(body: &str) -> String {
    let body = body.trim();
    if let Ok(json) = serde_json::from_str::<Json>(body) {
        return serde_json::to_string_pretty(&json).unwrap_or_default();
    }
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().trim_text(true);
    let mut writer = quick_xml::Writer::new_with_indent(Vec::new(), b' ', 2);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => break,
            Ok(event) => writer.write_event(event).unwrap_or_else(|error| panic!("{error}: {body}")),
            Err(error) => panic!("{error}: {body}"),
        }
    }
    String::from_utf8_lossy(&writer.into_inner()).into_owned()
}
