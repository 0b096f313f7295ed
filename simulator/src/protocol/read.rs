//! The bodies of requests as names and values, before anything is checked.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value as Json;

use super::Failure;

/// How deep elements may lie in each other.
const MAXIMUM_DEPTH: usize = 32;

/// A value in the body of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw {
    /// `null`.
    Null,
    /// Text that stands for a value of any type, as in XML and in queries.
    Untyped(String),
    /// Text, and nothing but text.
    Text(String),
    Boolean(bool),
    Number(serde_json::Number),
    List(Vec<Raw>),
    /// A link, by its address.
    Link(String),
    /// An object, which no parameter is.
    Object,
}

/// The entries of a body. Links and embedded resources that a PUT brings back are among them.
pub(crate) type Entries = Vec<(String, Raw)>;

/// Reads a body in JSON.
pub(crate) fn read_json(body: &[u8]) -> Result<Entries, Failure> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let value: Json = serde_json::from_slice(body).map_err(|error| Failure::unreadable(error.to_string()))?;
    let Json::Object(object) = value else {
        return Err(Failure::unreadable("The body is not a JSON object."));
    };
    let mut entries = Entries::new();
    for (name, value) in object {
        match (name.as_str(), value) {
            ("_links", Json::Object(links)) => {
                let links = links.into_iter().filter_map(|(rel, link)| Some((rel, Raw::Link(href(&link)?))));
                entries.extend(links);
            }
            ("_links" | "_embedded" | "rel" | "etag", _) => {}
            (_, value) => entries.push((name, raw(value))),
        }
    }
    Ok(entries)
}

fn href(link: &Json) -> Option<String> {
    link.as_str().or_else(|| link.get("href")?.as_str()).map(str::to_owned)
}

fn raw(value: Json) -> Raw {
    match value {
        Json::Null => Raw::Null,
        Json::Bool(value) => Raw::Boolean(value),
        Json::Number(number) => Raw::Number(number),
        Json::String(text) => Raw::Text(text),
        Json::Array(items) => Raw::List(items.into_iter().map(raw).collect()),
        Json::Object(_) => href(&value).map_or(Raw::Object, Raw::Link),
    }
}

/// Reads a body in XML: `input`, or the `resource` that a GET brought.
pub(crate) fn read_xml(body: &[u8]) -> Result<Entries, Failure> {
    let text = std::str::from_utf8(body).map_err(|error| Failure::unreadable(error.to_string()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut state = State::default();
    loop {
        match reader.read_event().map_err(|error| Failure::unreadable(error.to_string()))? {
            Event::Start(start) => state.start(&start)?,
            Event::Text(text) => state.text(text.as_ref()),
            Event::CData(text) => state.text(text.as_ref()),
            Event::GeneralRef(reference) => state.reference(reference.as_ref())?,
            Event::End(_) => state.end(),
            Event::Eof => break,
            _ => {}
        }
    }
    state.finish()
}

#[derive(Default)]
struct State {
    entries: Entries,
    depth: usize,
    /// How deep the resource lies that stands within the body, and whose content is of no interest.
    embedded: Option<usize>,
    has_root: bool,
    /// The property that is being read: its name, and its items if it is a list.
    open: Option<(String, Option<Vec<Raw>>)>,
    text: String,
}

impl State {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Failure> {
        self.depth += 1;
        if self.depth > MAXIMUM_DEPTH || self.depth == 1 && self.has_root {
            return Err(Failure::unreadable("The document is not that of an input."));
        }
        self.text.clear();
        let name = start.local_name();
        let name = name.as_ref();
        if self.depth == 1 {
            self.has_root = true;
            let is_root = name == "input" || name == "resource";
            return is_root
                .then_some(())
                .ok_or_else(|| Failure::unreadable("The root of the document is not `input`."));
        }
        if self.embedded.is_some() {
            return Ok(());
        }
        match (name, self.depth) {
            ("property", 2) => self.open = Some((attribute(start, "name")?, None)),
            ("propertyList", 2) => self.open = Some((attribute(start, "name")?, Some(Vec::new()))),
            ("link", 2) => self.entries.push((attribute(start, "rel")?, Raw::Link(attribute(start, "href")?))),
            ("resource", 2) => self.embedded = Some(self.depth),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A character or one of the five entities of XML.
    fn reference(&mut self, name: &str) -> Result<(), Failure> {
        let resolved = quick_xml::escape::unescape(&format!("&{name};")).map(std::borrow::Cow::into_owned);
        self.text.push_str(&resolved.map_err(|error| Failure::unreadable(error.to_string()))?);
        Ok(())
    }

    fn end(&mut self) {
        if self.embedded.is_none() {
            match (self.depth, self.open.take()) {
                (2, Some((name, None))) => self.entries.push((name, Raw::Untyped(std::mem::take(&mut self.text)))),
                (2, Some((name, Some(items)))) => self.entries.push((name, Raw::List(items))),
                (3, Some((name, Some(mut items)))) => {
                    items.push(Raw::Untyped(std::mem::take(&mut self.text)));
                    self.open = Some((name, Some(items)));
                }
                (_, open) => self.open = open,
            }
        }
        if self.embedded == Some(self.depth) {
            self.embedded = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn finish(self) -> Result<Entries, Failure> {
        if !self.has_root || self.depth > 0 {
            return Err(Failure::unreadable("The document is not complete."));
        }
        Ok(self.entries.into_iter().filter(|(name, _)| name != "rel" && name != "etag").collect())
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<String, Failure> {
    let found = start.try_get_attribute(name).map_err(|error| Failure::unreadable(error.to_string()))?;
    let Some(found) = found else { return Ok(String::new()) };
    let value = found.normalized_value(quick_xml::XmlVersion::Explicit1_0);
    value.map(std::borrow::Cow::into_owned).map_err(|error| Failure::unreadable(error.to_string()))
}
