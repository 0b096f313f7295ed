//! Telling what a message is: an event document, an error, a resource, an input, or nothing of UCWA.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
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

/// Where a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A server or client of UCWA, as its address, its media type or its namespace says, or nothing contradicts it.
    Ucwa,
    /// An address that nothing is known of: that of another service, or one where discovery begins.
    Unknown,
}

impl Origin {
    fn of(message: &Message, outline: &Outline, addresses: &Addresses) -> Self {
        let is_known = message.address.as_deref().is_none_or(|address| addresses.leads_to(address));
        let is_ucwa = is_known || outline.is_namespaced || is_ucwa(message) || is_of_discovery(message);
        if is_ucwa { Self::Ucwa } else { Self::Unknown }
    }
}

/// The namespace of documents in XML.
const NAMESPACE: &str = "http://schemas.microsoft.com/rtc/2012/03/ucwa";

/// The values of a JSON object, unread.
type Values = BTreeMap<String, Box<RawValue>>;

/// What can be seen of a document without reading it as anything.
struct Outline {
    format: Format,
    /// The name of the XML element; empty in JSON.
    element: String,
    /// Whether the XML element is in the namespace of UCWA.
    is_namespaced: bool,
    rel: Option<String>,
    /// The rels of the links.
    links: Vec<String>,
    /// The values of the JSON object, unread: one that Rust cannot hold spoils none but itself. None in XML.
    values: Values,
}

impl Outline {
    fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Whether the value of a key begins so: text with `"`, a list with `[`.
    fn begins(&self, key: &str, with: char) -> bool {
        self.values.get(key).is_some_and(|value| value.get().starts_with(with))
    }

    fn has_link(&self, rel: &str) -> bool {
        self.links.iter().any(|link| link == rel)
    }

    /// Whether it is an event document. Others have pages with a `next` too, and senders of their own.
    fn is_events(&self, origin: Origin) -> bool {
        match self.format {
            Format::Json => {
                let goes_on = ["next", "resume", "resync"].iter().any(|rel| self.has_link(rel));
                match origin {
                    Origin::Ucwa => self.has("sender") || (self.rel.is_none() && goes_on),
                    Origin::Unknown => self.begins("sender", '[') && goes_on,
                }
            }
            Format::Xml => self.element == "events" && origin == Origin::Ucwa,
        }
    }

    /// Whether it is an error. That it has a `code` says nothing, as those of many services do.
    fn is_error(&self, message: &Message, origin: Origin) -> bool {
        let is_reason = self.rel.as_deref() == Some("reason");
        let is_like_one = match self.format {
            Format::Json => {
                let is_named = self.begins("code", '"') && self.rel.is_none() && !self.has("_links");
                is_named && message.status.is_none_or(|status| status >= 400)
            }
            Format::Xml => self.element == "reason",
        };
        is_reason || (is_like_one && origin == Origin::Ucwa)
    }

    /// Whether there is nothing in it but links and embedded resources.
    fn is_bare(&self) -> bool {
        self.format == Format::Json && self.values.keys().all(|key| ["_links", "_embedded"].contains(&key.as_str()))
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
    let origin = Origin::of(message, &outline, addresses);
    let address = message.address.as_deref().and_then(|address| match origin {
        Origin::Ucwa => addresses.rel(address),
        // The path of another service may end in any word.
        Origin::Unknown => None,
    });
    // Errors and events come from the server. What a client sends may look like one, and its values are nobody's business.
    if message.direction == Direction::Request {
        return input(message, &outline, address)
            .unwrap_or(MessageKind::Other("request to an address that no link leads to"));
    }
    if outline.is_events(origin) {
        return MessageKind::Events;
    }
    if outline.is_error(message, origin) {
        return MessageKind::Error;
    }
    let is_of_options = message.direction == Direction::Response && message.method.as_deref() == Some("OPTIONS");
    if is_of_options && origin == Origin::Ucwa {
        return MessageKind::Metadata;
    }
    resource(&outline, origin, address)
}

fn is_ucwa(message: &Message) -> bool {
    let says = message.media_type().is_some_and(|found| found.to_ascii_lowercase().contains("vnd.microsoft.com.ucwa"));
    says || message.address.as_deref().is_some_and(|address| address.contains("/ucwa/"))
}

/// Whether a message comes from where discovery begins, to which no link leads.
fn is_of_discovery(message: &Message) -> bool {
    let address = message.address.as_deref().unwrap_or_default().to_ascii_lowercase();
    address.contains("://lyncdiscover") || address.contains("/autodiscoverservice.svc/")
}

fn resource(outline: &Outline, origin: Origin, address: Option<&str>) -> MessageKind {
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
    let rel = discovered(outline).filter(|_| origin == Origin::Ucwa || outline.is_bare()).or(address);
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
        Format::Json => json_outline(body),
        Format::Xml => xml_outline(body),
    }
}

/// The values of the object, its `rel` and the rels of its links.
fn json_outline(body: &[u8]) -> Result<Outline, String> {
    let values: Values = match serde_json::from_slice(body) {
        Ok(values) => values,
        // Something else than an object, which is nothing of UCWA if it is JSON at all.
        Err(error) if error.is_data() => {
            serde_json::from_slice::<IgnoredAny>(body).map_err(|error| error.to_string())?;
            Values::new()
        }
        Err(error) => return Err(error.to_string()),
    };
    let rel = values.get("rel").and_then(|rel| serde_json::from_str(rel.get()).ok());
    let links = values.get("_links").and_then(|links| serde_json::from_str(links.get()).ok());
    let links = links.map(Values::into_keys).into_iter().flatten().collect();
    Ok(Outline { format: Format::Json, element: String::new(), is_namespaced: false, rel, links, values })
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
                        let (links, values) = (Vec::new(), Values::new());
                        let is_namespaced = start.attributes().flatten().any(|found| found.value == NAMESPACE);
                        found = Some(Outline { format: Format::Xml, element, is_namespaced, rel, links, values });
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
