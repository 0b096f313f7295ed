//! Telling what a message is: an event document, an error, a resource, an input, or nothing of UCWA.

use serde_json::Value as Json;
use ucwa::registry::REGISTRY;
use ucwa::{Format, GenericResource, Object};
use ucwa_runtime::RegistryEntry;
use ucwa_schema::Method;

use crate::addresses::Addresses;
use crate::finding::Owner;
use crate::message::{Direction, Message};

/// What a message is.
#[derive(Debug)]
pub(crate) enum MessageKind {
    /// A response of the event channel.
    Events,
    /// The body of an error.
    Error,
    /// The response to OPTIONS.
    Metadata,
    /// A resource, with an empty one of its type.
    Resource(Box<dyn Object>),
    /// The input of an operation, with an empty one of its type.
    Input(Owner, Box<dyn Object>),
    /// A message of UCWA, as its media type says, that is not JSON or XML.
    Broken(String),
    /// Nothing of UCWA, or nothing that can be told; in a word.
    Other(&'static str),
}

/// What can be seen of a document without reading it as anything.
struct Outline {
    format: Format,
    /// The name of the XML element; empty in JSON.
    element: String,
    rel: Option<String>,
    /// The rels of the links.
    links: Vec<String>,
    /// The keys of the JSON object; none in XML.
    json: Json,
}

impl Outline {
    fn has(&self, key: &str) -> bool {
        self.json.get(key).is_some()
    }

    fn has_link(&self, rel: &str) -> bool {
        self.links.iter().any(|link| link == rel)
    }

    fn is_events(&self) -> bool {
        match self.format {
            Format::Json => {
                let goes_on = ["next", "resume", "resync"].iter().any(|rel| self.has_link(rel));
                self.has("sender") || (self.rel.is_none() && goes_on)
            }
            Format::Xml => self.element == "events",
        }
    }

    fn is_error(&self, message: &Message) -> bool {
        match self.format {
            Format::Json => {
                let is_reason = self.rel.as_deref() == Some("reason");
                let is_named = self.json["code"].is_string() && self.rel.is_none() && !self.has("_links");
                let failed = message.status.is_none_or(|status| status >= 400);
                is_reason || (is_named && failed)
            }
            Format::Xml => self.element == "reason" || self.rel.as_deref() == Some("reason"),
        }
    }

    fn is_resource(&self) -> bool {
        match self.format {
            Format::Json => self.has("_links") || self.has("_embedded"),
            Format::Xml => self.element == "resource",
        }
    }
}

/// Tells what a message is.
pub(crate) fn classify(message: &Message, addresses: &Addresses) -> MessageKind {
    if message.is_empty() {
        return MessageKind::Other("no body");
    }
    let Some(format) = message.format() else {
        return MessageKind::Other(match message.media_type().unwrap_or_default() {
            media_type if media_type.starts_with("multipart/") => "batch, read part by part",
            media_type if media_type.contains("html") => "HTML, not a UCWA response",
            _ => "another media type",
        });
    };
    let outline = match outline(format, &message.body) {
        Ok(outline) => outline,
        Err(problem) if is_ucwa(message) => return MessageKind::Broken(problem),
        Err(_) => return MessageKind::Other("neither JSON nor XML"),
    };
    if outline.is_events() {
        return MessageKind::Events;
    }
    if outline.is_error(message) {
        return MessageKind::Error;
    }
    if message.direction == Direction::Response && message.method.as_deref() == Some("OPTIONS") {
        return MessageKind::Metadata;
    }
    let address = message.address.as_deref().and_then(|address| addresses.rel(address));
    if message.direction == Direction::Request {
        return input(message, &outline, address)
            .unwrap_or(MessageKind::Other("request to an address that no link leads to"));
    }
    resource(&outline, address)
}

fn is_ucwa(message: &Message) -> bool {
    let says = message.media_type().is_some_and(|found| found.to_ascii_lowercase().contains("vnd.microsoft.com.ucwa"));
    says || message.address.as_deref().is_some_and(|address| address.contains("/ucwa/"))
}

fn resource(outline: &Outline, address: Option<&str>) -> MessageKind {
    if let Some(rel) = outline.rel.as_deref() {
        return match REGISTRY.create(rel) {
            Some(object) => MessageKind::Resource(object),
            None if outline.is_resource() || REGISTRY.describes(rel) => {
                MessageKind::Resource(Box::new(GenericResource::new(&REGISTRY)))
            }
            None => MessageKind::Other("not a UCWA document"),
        };
    }
    if !outline.is_resource() {
        return MessageKind::Other("not a UCWA document");
    }
    let rel = discovered(outline).or(address);
    let found = rel.and_then(|rel| REGISTRY.create(rel));
    found.map_or(
        MessageKind::Other("resource without a name at an address that no link leads to"),
        MessageKind::Resource,
    )
}

/// The rel of a step of discovery, which are the resources that are mostly sent without their names.
fn discovered(outline: &Outline) -> Option<&'static str> {
    let is_only = |rels: &[&str]| outline.links.iter().all(|link| link == "self" || rels.contains(&link.as_str()));
    if outline.has_link("user") && is_only(&["user", "xframe", "redirect"]) {
        return Some("root");
    }
    let is_user = outline.has_link("applications") || outline.has_link("redirect");
    (is_user && is_only(&["applications", "xframe", "redirect"])).then_some("user")
}

fn input(message: &Message, outline: &Outline, address: Option<&str>) -> Option<MessageKind> {
    let method = Method::ALL.into_iter().find(|method| Some(method.name()) == message.method.as_deref())?;
    if method == Method::Put {
        let object = REGISTRY.create(outline.rel.as_deref().or(address)?)?;
        return Some(MessageKind::Resource(object));
    }
    // The latest revision that has an input at all.
    let entry = revisions(address?).rev().find_map(|entry| {
        let object = REGISTRY.create_input(entry.name, method.name())?;
        Some((entry.name, object))
    });
    let (name, object) = entry?;
    Some(MessageKind::Input(Owner { name: name.to_owned(), method: Some(method) }, object))
}

fn revisions(rel: &str) -> impl DoubleEndedIterator<Item = &'static RegistryEntry> {
    REGISTRY.resources.iter().filter(move |entry| entry.rel == rel)
}

fn outline(format: Format, body: &[u8]) -> Result<Outline, String> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    match format {
        Format::Json => {
            let json: Json = serde_json::from_slice(body).map_err(|error| error.to_string())?;
            let rel = json["rel"].as_str().map(str::to_owned);
            let links = json["_links"].as_object().into_iter().flatten().map(|(rel, _)| rel.clone()).collect();
            Ok(Outline { format, element: String::new(), rel, links, json })
        }
        Format::Xml => xml_outline(body),
    }
}

/// The first element with its `rel`, and the links in it.
fn xml_outline(body: &[u8]) -> Result<Outline, String> {
    use quick_xml::events::Event;
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut found: Option<Outline> = None;
    let mut depth = 0_usize;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            // What is wrong behind the first element is said where the document is read.
            Err(error) => return found.ok_or_else(|| error.to_string()),
        };
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                let rel = start.try_get_attribute("rel").map_err(|error| error.to_string());
                let name = start.local_name().into_inner();
                match &mut found {
                    None => {
                        let (element, rel) = (name.to_owned(), rel?.map(|rel| rel.value.to_string()));
                        let (links, json) = (Vec::new(), Json::Null);
                        found = Some(Outline { format: Format::Xml, element, rel, links, json });
                    }
                    Some(outline) if depth == 1 && name == "link" => {
                        outline.links.extend(rel.ok().flatten().map(|rel| rel.value.to_string()));
                    }
                    Some(_) => {}
                }
                depth += usize::from(matches!(event, Event::Start(_)));
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return found.ok_or_else(|| "no element".to_owned()),
            _ => {}
        }
    }
}
