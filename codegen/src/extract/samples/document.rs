//! The documents in samples: what a message shows, whatever its format.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::XmlVersion;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use ucwa_schema::Cardinality;

use super::{Sample, SampleKind};

/// How deep documents may nest; samples stay below ten.
const DEPTH: usize = 64;

/// A resource or the input of an operation, as a sample shows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SampleObject {
    /// The rel that it calls itself by.
    pub(crate) rel: Option<String>,
    /// Its properties except `rel`, in order.
    pub(crate) properties: Vec<(String, SampleValue)>,
    /// Its links, a relation each, in order.
    pub(crate) links: Vec<SampleLink>,
    /// What it embeds, in order.
    pub(crate) embedded: Vec<SampleEmbedded>,
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SampleValue {
    /// A value of a JSON document.
    Json(Value),
    /// A value of an XML document, which has no types but text.
    Text(String),
    /// A list of an XML document.
    Texts(Vec<String>),
}

/// The links of one relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SampleLink {
    pub(crate) rel: String,
    pub(crate) cardinality: Cardinality,
    /// Whether it holds content, as a `data:` URI, and leads nowhere.
    pub(crate) is_content: bool,
}

/// The resources that one relation embeds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SampleEmbedded {
    /// The relation; in XML, which does not tell it, the rel of the resource.
    pub(crate) rel: String,
    /// How many resources the relation embeds; `None` in XML, where each resource stands on its own.
    pub(crate) cardinality: Option<Cardinality>,
    pub(crate) objects: Vec<SampleObject>,
}

impl SampleValue {
    fn trimmed(self) -> Self {
        match self {
            Self::Text(text) => Self::Text(text.trim().to_owned()),
            Self::Texts(items) => Self::Texts(items.iter().map(|item| item.trim().to_owned()).collect()),
            json @ Self::Json(_) => json,
        }
    }

    /// The texts in the value, without empty ones of XML; none where it is of another type.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Json(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Self::Json(value) => value.as_str().into_iter().collect(),
            Self::Text(text) => Some(text.as_str()).filter(|text| !text.is_empty()).into_iter().collect(),
            Self::Texts(texts) => texts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect(),
        }
    }
}

/// Reads the documents of a sample: one in a request or response, and in what the event channel returns the resources of its
/// events, each with the relation that embeds it.
pub(crate) fn documents(sample: &Sample) -> Vec<(Option<String>, SampleObject)> {
    let alone = |object: Option<SampleObject>| object.map(|object| (None, object)).into_iter().collect();
    if let Some(json) = sample.json() {
        return if sample.kind == SampleKind::Event { embedded_in_events(&json) } else { alone(from_json(&json, 0)) };
    }
    if sample.is_document() && sample.body.starts_with('<') { alone(from_xml(&sample.body)) } else { Vec::new() }
}

fn embedded_in_events(document: &Value) -> Vec<(Option<String>, SampleObject)> {
    let items = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let events = items(&document["sender"]).into_iter().flat_map(|sender| items(&sender["events"]));
    let mut found = Vec::new();
    for event in events {
        for (rel, value) in event["_embedded"].as_object().into_iter().flatten() {
            found.extend(from_json(value, 0).map(|object| (Some(rel.clone()), object)));
        }
    }
    found
}

fn from_json(value: &Value, depth: usize) -> Option<SampleObject> {
    let entries = value.as_object().filter(|_| depth < DEPTH)?;
    let mut object = SampleObject::default();
    for (name, value) in entries {
        match (name.as_str(), value) {
            ("rel", _) => object.rel = value.as_str().map(str::to_owned),
            ("_links", Value::Object(links)) => object.links.extend(links.iter().map(json_link)),
            ("_embedded", Value::Object(embedded)) => {
                object.embedded.extend(embedded.iter().map(|(rel, value)| json_embedded(rel, value, depth)));
            }
            _ => object.properties.push((name.clone(), SampleValue::Json(value.clone()))),
        }
    }
    Some(object)
}

fn json_link((rel, link): (&String, &Value)) -> SampleLink {
    let href = link.get(0).unwrap_or(link)["href"].as_str();
    SampleLink { rel: rel.clone(), cardinality: cardinality(link), is_content: href.is_some_and(is_content) }
}

fn json_embedded(rel: &str, value: &Value, depth: usize) -> SampleEmbedded {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let objects = items.iter().filter_map(|item| from_json(item, depth + 1)).collect();
    SampleEmbedded { rel: rel.to_owned(), cardinality: Some(cardinality(value)), objects }
}

fn cardinality(value: &Value) -> Cardinality {
    if value.is_array() { Cardinality::Many } else { Cardinality::One }
}

fn is_content(href: &str) -> bool {
    href.starts_with("data:")
}

/// Reads `<resource>` and `<input>` documents; what is not well-formed counts up to where it breaks.
fn from_xml(text: &str) -> Option<SampleObject> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut reading = XmlReading::default();
    while reading.document.is_none() && reading.open.len() <= DEPTH {
        match reader.read_event() {
            Ok(Event::Start(element)) => reading.start(&element),
            Ok(Event::Empty(element)) => {
                reading.start(&element);
                reading.end(element.name().as_ref());
            }
            Ok(Event::End(element)) => reading.end(element.name().as_ref()),
            Ok(Event::Text(text)) => reading.text(&text),
            Ok(Event::CData(text)) => reading.text(&text),
            Ok(Event::GeneralRef(name)) => reading.text(&unescape(&format!("&{};", &*name)).unwrap_or_default()),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    reading.document.or_else(|| reading.open.into_iter().next().map(|open| open.object))
}

/// An object whose end is still to come.
#[derive(Default)]
struct OpenObject {
    object: SampleObject,
    /// Where its relations stand among its links.
    relations: HashMap<String, usize>,
}

/// What was read of an XML document.
#[derive(Default)]
struct XmlReading {
    /// The objects whose end is still to come, outermost first.
    open: Vec<OpenObject>,
    property: Option<(String, SampleValue)>,
    /// The outermost object, once it has ended.
    document: Option<SampleObject>,
}

impl XmlReading {
    fn start(&mut self, element: &BytesStart) {
        match element.name().as_ref() {
            "resource" | "input" => {
                let object = SampleObject { rel: attribute(element, "rel"), ..SampleObject::default() };
                self.open.push(OpenObject { object, relations: HashMap::new() });
            }
            "link" => self.link(element),
            "property" => self.property(element, SampleValue::Text(String::new())),
            "propertyList" => self.property(element, SampleValue::Texts(Vec::new())),
            _ => {
                if let Some((_, SampleValue::Texts(items))) = &mut self.property {
                    items.push(String::new());
                }
            }
        }
    }

    fn property(&mut self, element: &BytesStart, empty: SampleValue) {
        self.property = attribute(element, "name").map(|name| (name, empty));
    }

    fn link(&mut self, element: &BytesStart) {
        let (Some(rel), Some(open)) = (attribute(element, "rel"), self.open.last_mut()) else { return };
        let links = &mut open.object.links;
        if let Some(link) = open.relations.get(&rel).and_then(|place| links.get_mut(*place)) {
            link.cardinality = Cardinality::Many;
        } else {
            let is_content = attribute(element, "href").as_deref().is_some_and(is_content);
            open.relations.insert(rel.clone(), links.len());
            links.push(SampleLink { rel, cardinality: Cardinality::One, is_content });
        }
    }

    fn text(&mut self, part: &str) {
        let text = match &mut self.property {
            Some((_, SampleValue::Text(text))) => Some(text),
            Some((_, SampleValue::Texts(items))) => items.last_mut(),
            _ => None,
        };
        if let Some(text) = text {
            text.push_str(part);
        }
    }

    fn end(&mut self, element: &str) {
        match element {
            "property" | "propertyList" => {
                let ended = self.property.take().filter(|(name, _)| name != "rel");
                if let (Some((name, value)), Some(open)) = (ended, self.open.last_mut()) {
                    open.object.properties.push((name, value.trimmed()));
                }
            }
            "resource" | "input" => {
                let Some(OpenObject { object: ended, .. }) = self.open.pop() else { return };
                match (self.open.last_mut(), ended.rel.clone()) {
                    (None, _) => self.document = Some(ended),
                    (Some(parent), Some(rel)) => {
                        parent.object.embedded.push(SampleEmbedded { rel, cardinality: None, objects: vec![ended] });
                    }
                    (Some(_), None) => {}
                }
            }
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The same with each value as text, and with the cardinality of embedded resources left out, as XML has it.
    fn as_in_xml(mut object: SampleObject) -> SampleObject {
        for (_, value) in &mut object.properties {
            let texts = value.texts().into_iter().map(str::to_owned);
            *value = match value {
                SampleValue::Json(Value::Array(_)) => SampleValue::Texts(texts.collect()),
                _ => SampleValue::Text(texts.collect()),
            };
        }
        for embedded in &mut object.embedded {
            embedded.cardinality = None;
            embedded.objects = std::mem::take(&mut embedded.objects).into_iter().map(as_in_xml).collect();
        }
        object
    }

    #[test]
    fn json_and_xml_of_one_message_show_the_same() {
        let json = json!({
            "rel": "note", "formats": ["Plain", "A & B"], "type": "Personal",
            "_links": { "self": { "href": "/n" }, "contact": [{ "href": "/1" }, { "href": "/2" }],
                "offer": { "href": "data:text/plain,x" } },
            "_embedded": { "participant": { "rel": "participant", "role": "Leader" } },
        });
        let xml = r#"<?xml version="1.0"?><resource rel="note" href="/n"><property name="rel">note</property>
            <link rel="self" href="/n" /><link rel="contact" href="/1" /><link rel="contact" href="/2" />
            <link rel="offer" href="data:text/plain,x" />
            <propertyList name="formats"> <item>Plain</item> <item>A &amp; B</item> </propertyList>
            <property name="type"> Personal </property>
            <resource rel="participant" href="/p"><property name="role">Leader</property></resource></resource>"#;
        let json = from_json(&json, 0).expect("a document");
        assert_eq!(Some(as_in_xml(json.clone())), from_xml(xml));
        assert_eq!(json.links.iter().map(|link| link.is_content).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(json.links[1].cardinality, Cardinality::Many);
    }

    #[test]
    fn broken_documents_show_what_stands_in_front_of_the_break() {
        for (text, expected) in [
            ("<resource", None),
            ("</resource>", None),
            ("<property name='x'>1</property>", None),
            ("<link rel='a'/>", None),
            ("<resource rel='a'><property name='b'>", Some("a")),
            ("<resource rel='a'><resource rel='b'><property name='b'>", Some("a")),
            ("<resource rel='a'/>", Some("a")),
        ] {
            assert_eq!(from_xml(text).map(|found| found.rel.unwrap_or_default()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn documents_of_any_depth_are_read_to_a_limit() {
        let deep = "<resource rel='a'>".repeat(10_000);
        assert!(from_xml(&deep).is_some());
        let deep = (0..200).fold(json!({}), |inner, _| json!({ "_embedded": { "a": inner } }));
        assert!(from_json(&deep, 0).is_some());
    }
}
