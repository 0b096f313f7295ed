//! Writing resources as elements: links, properties, embedded resources, in that order.

use serde_json::Value as Json;

use super::elements::MAXIMUM_NAME;
use crate::codec::json::kept_property;
use crate::codec::{EncodeError, Form};
use crate::model::{
    Envelope, LinkData, Object, Property, PropertyForm, RawJson, Relation, Texts, Unreadable, Value, type_rel,
};

pub(crate) const DECLARATION: &str = r#"<?xml version="1.0" encoding="utf-8"?>"#;
pub(crate) const NAMESPACE: &str = "http://schemas.microsoft.com/rtc/2012/03/ucwa";

const RESOURCE: &str = "resource";

/// The name of the document's element. A resource that a PUT sends back keeps its own, with its name as a property.
fn root_element(object: &dyn Object, form: Form) -> &'static str {
    if form == Form::Resource || is_named(object) { RESOURCE } else { "input" }
}

/// Whether the object is written with the name of its resource, which what came without one is not.
fn is_named(object: &dyn Object) -> bool {
    !object.description().input && !object.envelope().is_unnamed() && !object.rel().is_empty()
}

/// What most documents fit in, in bytes.
const USUAL_SIZE: usize = 768;

/// Whether a byte stands for itself, in text and in attributes. `0xEF` is left to the slow path: with it begin the characters
/// `U+FFFE` and `U+FFFF`, which XML does not allow.
static IS_PLAIN: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0_u8);
    loop {
        table[byte as usize] = !matches!(byte, ..b' ' | b'&' | b'<' | b'>' | b'"' | 0xEF);
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// A document on its way out.
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    pub(crate) fn new() -> Self {
        let mut text = String::with_capacity(USUAL_SIZE);
        text.push_str(DECLARATION);
        Self { text }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// Writes text that needs no escaping.
    pub(crate) fn markup(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// Writes an attribute, where there is a value.
    pub(crate) fn attribute(&mut self, name: &str, value: Option<&str>) -> Result<(), EncodeError> {
        if let Some(value) = value {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.escaped(name, value, true)?;
            self.text.push('"');
        }
        Ok(())
    }

    /// Writes what a link says as attributes.
    pub(crate) fn link_attributes(&mut self, link: &LinkData) -> Result<(), EncodeError> {
        self.attribute("href", Some(&link.href))?;
        link.details().try_for_each(|(name, value)| self.attribute(name, Some(value)))
    }

    /// Writes text so that a reader gets back just that, line breaks too.
    pub(crate) fn escaped(&mut self, name: &str, text: &str, in_attribute: bool) -> Result<(), EncodeError> {
        if text.bytes().all(|byte| IS_PLAIN[usize::from(byte)]) {
            self.text.push_str(text);
            return Ok(());
        }
        let mut done = 0;
        for (at, character) in text.char_indices() {
            let escape = match character {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' if in_attribute => "&quot;",
                '\n' if in_attribute => "&#10;",
                '\t' if in_attribute => "&#9;",
                '\r' => "&#13;",
                '\n' | '\t' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => continue,
                _ => return Err(EncodeError::Character { name: name.to_owned(), character }),
            };
            self.text.push_str(&text[done..at]);
            self.text.push_str(escape);
            done = at + character.len_utf8();
        }
        self.text.push_str(&text[done..]);
        Ok(())
    }

    /// Writes the document's element.
    pub(crate) fn root(&mut self, object: &dyn Object, form: Form) -> Result<(), EncodeError> {
        let element = root_element(object, form);
        self.markup("<");
        self.markup(element);
        if form == Form::Resource {
            self.attribute("rel", is_named(object).then(|| type_rel(object)))?;
            self.own_link(object)?;
        }
        self.attribute("xmlns", Some(NAMESPACE))?;
        self.content(object, form, element)
    }

    /// Writes a resource inside of another.
    pub(crate) fn embedded(&mut self, rel: &str, object: &dyn Object) -> Result<(), EncodeError> {
        self.markup("<resource");
        self.attribute("rel", Some(rel))?;
        self.own_link(object)?;
        self.content(object, Form::Resource, RESOURCE)
    }

    /// Writes the embedded resources of a relation, with what was kept between them.
    fn targets(&mut self, envelope: &Envelope, relation: &Relation) -> Result<(), EncodeError> {
        let kept = envelope.unreadable().iter().filter_map(Unreadable::as_element);
        let mut kept = kept.filter(|(rel, ..)| *rel == relation.rel()).peekable();
        let mut position = 0;
        for target in relation.embedded() {
            while let Some((_, _, element)) = kept.next_if(|(_, index, _)| *index <= position) {
                self.markup(element);
                position += 1;
            }
            self.embedded(relation.rel(), &**target)?;
            position += 1;
        }
        kept.for_each(|(_, _, element)| self.markup(element));
        Ok(())
    }

    fn own_link(&mut self, object: &dyn Object) -> Result<(), EncodeError> {
        object.envelope().link().map_or(Ok(()), |link| self.link_attributes(link))
    }

    /// Writes what is in an element that is open behind its attributes, and closes it.
    fn content(&mut self, object: &dyn Object, form: Form, element: &str) -> Result<(), EncodeError> {
        self.markup(">");
        self.links(object, form)?;
        if is_named(object) {
            self.property("rel", object.rel())?;
        }
        self.properties(object)?;
        if form == Form::Resource {
            if let Some(etag) = object.envelope().etag() {
                self.property("etag", etag)?;
            }
            for relation in object.envelope().relations() {
                self.targets(object.envelope(), relation)?;
            }
            // Those between other resources were written with them.
            let envelope = object.envelope();
            for (rel, _, element) in envelope.unreadable().iter().filter_map(Unreadable::as_element) {
                if envelope.relation(rel).is_none() {
                    self.markup(element);
                }
            }
        }
        self.markup("</");
        self.markup(element);
        self.markup(">");
        Ok(())
    }

    fn properties(&mut self, object: &dyn Object) -> Result<(), EncodeError> {
        let (description, envelope) = (object.description(), object.envelope());
        let has_unreadable = !envelope.unreadable().is_empty();
        for (index, property) in description.properties.iter().enumerate() {
            if has_unreadable && let Some(kept) = kept_property(object, index) {
                self.kept(property.name, kept)?;
                continue;
            }
            let Some(field) = object.property(index).filter(|field| field.count() > 0) else { continue };
            match property.form {
                PropertyForm::Content => {}
                PropertyForm::List => self.list(property.name, field)?,
                PropertyForm::Scalar => self.scalar(property.name, field)?,
            }
        }
        for (name, value) in envelope.unknown_properties() {
            self.unknown(name, value)?;
        }
        for (name, text) in envelope.unreadable().iter().filter_map(Unreadable::as_property) {
            // What should have named the resource or its state would do so as text.
            if !matches!(name, "rel" | "etag") && description.find_property(name, 0).is_none() {
                self.kept(name, RawJson(text))?;
            }
        }
        Ok(())
    }

    /// Writes the kept value of a property.
    fn kept(&mut self, name: &str, value: RawJson<'_>) -> Result<(), EncodeError> {
        match value.texts() {
            Texts::One(text) => self.property(name, &text),
            Texts::List(items) => {
                self.open("propertyList", name)?;
                items.iter().try_for_each(|item| self.text_item(name, item))?;
                self.markup("</propertyList>");
                Ok(())
            }
        }
    }

    fn links(&mut self, object: &dyn Object, form: Form) -> Result<(), EncodeError> {
        for (index, property) in object.description().properties.iter().enumerate() {
            if property.form != PropertyForm::Content {
                continue;
            }
            if let Some(Value::Text(href)) = object.property(index).and_then(|field| field.value(0)) {
                self.markup("<link");
                self.attribute("rel", Some(property.name))?;
                self.attribute("href", Some(href))?;
                self.markup("/>");
            }
        }
        let relations = if form == Form::Resource { object.envelope().relations() } else { &[] };
        for relation in relations {
            for link in relation.links() {
                self.markup("<link");
                self.attribute("rel", Some(relation.rel()))?;
                self.link_attributes(link)?;
                self.markup("/>");
            }
        }
        if form == Form::Resource {
            let kept = object.envelope().unreadable().iter().filter_map(Unreadable::as_link_element);
            kept.for_each(|element| self.markup(element));
        }
        Ok(())
    }

    fn property(&mut self, name: &str, text: &str) -> Result<(), EncodeError> {
        self.open("property", name)?;
        self.escaped(name, text, false)?;
        self.markup("</property>");
        Ok(())
    }

    fn scalar(&mut self, name: &str, field: &dyn Property) -> Result<(), EncodeError> {
        field.value(0).map_or(Ok(()), |value| with_text(value, |text| self.property(name, text)))
    }

    fn list(&mut self, name: &str, field: &dyn Property) -> Result<(), EncodeError> {
        self.open("propertyList", name)?;
        for value in (0..field.count()).filter_map(|index| field.value(index)) {
            with_text(value, |text| self.text_item(name, text))?;
        }
        self.markup("</propertyList>");
        Ok(())
    }

    /// Opens an element that has a name.
    pub(super) fn open(&mut self, element: &str, name: &str) -> Result<(), EncodeError> {
        self.markup("<");
        self.markup(element);
        self.attribute("name", Some(name))?;
        self.markup(">");
        Ok(())
    }

    /// Writes an item of a list that no table lists.
    pub(super) fn item(&mut self, name: &str, value: &Json) -> Result<(), EncodeError> {
        self.text_item(name, &json_text(value))
    }

    fn text_item(&mut self, name: &str, text: &str) -> Result<(), EncodeError> {
        self.markup("<item>");
        self.escaped(name, text, false)?;
        self.markup("</item>");
        Ok(())
    }

    /// Writes what no table lists. XML has no objects; one that came in JSON is written as its JSON.
    pub(crate) fn unknown(&mut self, name: &str, value: &Json) -> Result<(), EncodeError> {
        match value {
            Json::Array(items) => {
                self.open("propertyList", name)?;
                items.iter().try_for_each(|item| self.item(name, item))?;
                self.markup("</propertyList>");
                Ok(())
            }
            other => self.property(name, &json_text(other)),
        }
    }
}

/// Whether text can stand as the name of an element. XML allows more than that; what is not sure goes elsewhere.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= MAXIMUM_NAME
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Writes properties as the body of a request: in a `<resource>` where the name of one is among them.
pub(crate) fn write_properties<'a>(
    properties: impl Iterator<Item = (&'a str, &'a Json)> + Clone,
) -> Result<String, EncodeError> {
    let element = if properties.clone().any(|(name, _)| name == "rel") { RESOURCE } else { "input" };
    let mut writer = Writer::new();
    writer.markup("<");
    writer.markup(element);
    writer.attribute("xmlns", Some(NAMESPACE))?;
    writer.markup(">");
    // XML has no way to say that a property is there and has no value.
    for (name, value) in properties.filter(|(_, value)| !value.is_null()) {
        writer.unknown(name, value)?;
    }
    writer.markup("</");
    writer.markup(element);
    writer.markup(">");
    Ok(writer.finish())
}

fn json_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "True".into(),
        Json::Bool(false) => "False".into(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// A field as the text that XML has for it, or a list of such, which is empty where it holds nothing.
pub(crate) fn property_text(form: PropertyForm, field: &dyn Property) -> Json {
    let values = (0..field.count()).filter_map(|index| field.value(index));
    let mut texts = values.map(|value| with_text(value, |text| Json::from(text)));
    match form {
        PropertyForm::List => texts.collect(),
        _ => texts.next().unwrap_or_else(|| Json::Array(Vec::new())),
    }
}

fn with_text<T>(value: Value<'_>, write: impl FnOnce(&str) -> T) -> T {
    match value {
        Value::Text(text) => write(text),
        Value::Boolean(true) => write("True"),
        Value::Boolean(false) => write("False"),
        Value::Integer(number) => write(&number.to_string()),
        Value::Float(number) => write(&number.to_string()),
        Value::Timestamp(moment) => write(&moment.to_string()),
        Value::Duration(span) => write(&span.to_string()),
    }
}
