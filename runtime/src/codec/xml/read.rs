//! Reading resources, links and embedded resources from elements.
//!
//! | element | attributes |
//! |---|---|
//! | `resource`, `input` | `rel`, `href` |
//! | `link` | `rel`, `href`, `title`, `revision` or `rev`, `etag` |
//! | `property` | `name` |
//! | `propertyList` of `item` | `name` |
//!
//! They come in any order. Elements and attributes of other names are passed over.

use std::borrow::Cow;

use quick_xml::events::Event;
use serde_json::Value as Json;

use super::elements::{Node, Reader, Tag};
use crate::codec::json::SEVERAL_LINKS;
use crate::codec::{DecodeError, DecodeProblem, TakenNames};
use crate::model::{
    LinkData, Mismatch, Object, Place, PropertyForm, Raw, Registry, RegistryEntry, Value, create, is_told, take,
};

impl<'d> Reader<'d, '_> {
    /// Makes an empty resource for an element that was just entered: of the type that the attribute `rel` names or, where
    /// that is none, the property `rel` among the children.
    pub(crate) fn create(&mut self, registry: &'static Registry, node: &Node<'_>) -> Box<dyn Object> {
        let rel = node.attributes.rel.as_deref().unwrap_or_default();
        if let Some(object) = self.context.described(registry, rel).and_then(RegistryEntry::create) {
            return object;
        }
        // What is wrong in there is told when it is read, with the path to it.
        let named = self.look_ahead(|reader| reader.named(node)).ok().flatten();
        create(registry, &named.unwrap_or_default())
    }

    /// The text of the property `rel` in an element that was just entered.
    fn named(&mut self, node: &Node<'_>) -> Result<Option<Cow<'d, str>>, DecodeError> {
        if node.is_empty {
            return Ok(None);
        }
        loop {
            let tag = match self.events.read_event() {
                Ok(Event::Start(start)) => self.tag(&start, false),
                Ok(Event::Empty(start)) => self.tag(&start, true),
                Ok(Event::End(_)) => return Ok(None),
                other => {
                    self.pass(&other)?;
                    continue;
                }
            };
            // Attributes that nobody needs are not looked at, here as where the element is read.
            if tag.name == "property" && self.attribute(tag, "name")? == "rel" {
                let name = self.text(tag.is_empty)?;
                if !name.is_empty() {
                    return Ok(Some(name));
                }
                continue;
            }
            self.skip_content(tag.is_empty)?;
        }
    }

    /// Reads the document's element, whose `rel` says what the resource is.
    pub(crate) fn read_root(&mut self, object: &mut dyn Object, root: &Node<'_>) -> Result<(), DecodeError> {
        let expected = if object.description().input { "input" } else { "resource" };
        if root.name != "resource" && root.name != "input" {
            return Err(self.shape(format!("expected <{expected}>, found <{}>", root.name)));
        }
        self.read_object(object, root)?;
        // Without a property that says otherwise, the attribute names the resource.
        if let Some(rel) = root.attributes.rel.as_deref()
            && object.envelope().is_unnamed()
        {
            let description = object.description();
            object.envelope_mut().set_rel(description, rel);
        }
        Ok(())
    }

    /// Reads what is in and on the element of a resource or input.
    pub(crate) fn read_object(&mut self, object: &mut dyn Object, node: &Node<'_>) -> Result<(), DecodeError> {
        self.nested(|reader| {
            object.envelope_mut().begin_message();
            if let Some(link) = node.attributes.link() {
                object.envelope_mut().set_link(link);
            }
            if node.is_empty { Ok(()) } else { reader.read_children(object) }
        })
    }

    fn read_children(&mut self, object: &mut dyn Object) -> Result<(), DecodeError> {
        let mut expected = Expected::default();
        let mut others = Vec::new();
        loop {
            self.within(self.context.check_names(object))?;
            let tag = match self.events.read_event() {
                Ok(Event::Start(start)) => self.tag(&start, false),
                Ok(Event::Empty(start)) => self.tag(&start, true),
                Ok(Event::End(_)) if others.is_empty() => return Ok(()),
                Ok(Event::End(_)) => return self.read_others(object, others),
                other => {
                    self.pass(&other)?;
                    continue;
                }
            };
            match tag.name {
                "property" => self.read_property(object, tag, &mut expected, &mut others)?,
                "link" => {
                    let result = self.read_link(object, tag, &mut expected);
                    self.skip_content(tag.is_empty)?;
                    if let Err(error) = result {
                        self.keep_link(object, tag, error)?;
                    }
                }
                "propertyList" => self.read_list(object, tag, &mut expected, &mut others)?,
                "resource" => {
                    let node = self.node(tag)?;
                    let rel = node.attributes.rel.clone().unwrap_or_default();
                    let before = object.envelope().embedded_count(&rel);
                    let is_list = object.description().is_many(&rel) || before > 0;
                    let index = is_list.then_some(before);
                    if self.context.is_keeping() {
                        self.read_or_keep_embedded(object, &node, &rel, index)?;
                        continue;
                    }
                    self.read_embedded(object, &node).inspect_err(|_| {
                        if let Some(index) = index {
                            self.context.failed_at(index);
                        }
                        self.context.failed_in(&rel);
                        self.context.failed_in("_embedded");
                    })?;
                }
                _ => self.skip_content(tag.is_empty)?,
            }
        }
    }

    fn read_property(
        &mut self,
        object: &mut dyn Object,
        tag: Tag<'d>,
        expected: &mut Expected,
        others: &mut Vec<OtherLetters<'d>>,
    ) -> Result<(), DecodeError> {
        let name = self.attribute(tag, "name")?;
        let text = self.text(tag.is_empty).inspect_err(|_| self.context.failed_in(&name))?;
        match property_of(object, &name, expected) {
            Some(index) => self.take_text(object, index, &text),
            None => self.take_unlisted(object, name, Written::Text(text), others),
        }
    }

    /// Takes the value of a property.
    fn take_text(&mut self, object: &mut dyn Object, index: usize, text: &str) -> Result<(), DecodeError> {
        let description = object.description();
        let Some(field) = object.property_mut(index) else { return Ok(()) };
        field.clear();
        // One value where a list should be is a list of one, and no value is none.
        if (description.properties[index].form != PropertyForm::List || !text.is_empty())
            && let Err(mismatch) = take(field, Value::Text(text))
        {
            return self.misfit(object, index, None, &mismatch, text);
        }
        object.envelope_mut().forget_unreadable(description.properties[index].name);
        Ok(())
    }

    /// Takes what no table lists under this very name.
    fn take_unlisted(
        &mut self,
        object: &mut dyn Object,
        name: Cow<'d, str>,
        value: Written<'d>,
        others: &mut Vec<OtherLetters<'d>>,
    ) -> Result<(), DecodeError> {
        let description = object.description();
        match (&*name, &value) {
            // Of several names the first counts, as it says what the rest is read as.
            ("rel", Written::Text(_)) if !description.input && !object.envelope().is_unnamed() => {}
            ("rel", Written::Text(rel)) if !description.input => object.envelope_mut().set_rel(description, rel),
            ("etag", Written::Text(etag)) if !description.input => object.envelope_mut().set_etag(Some(etag)),
            _ => match description.find_property_in_any_case(&name) {
                Some(index) => {
                    self.count::<OtherLetters<'_>>()?;
                    others.push(OtherLetters { index, name, value });
                }
                None => keep_unlisted(object, name, value),
            },
        }
        Ok(())
    }

    fn read_list(
        &mut self,
        object: &mut dyn Object,
        tag: Tag<'d>,
        expected: &mut Expected,
        others: &mut Vec<OtherLetters<'d>>,
    ) -> Result<(), DecodeError> {
        let name = self.attribute(tag, "name")?;
        let items = self.items(tag.is_empty).inspect_err(|_| self.context.failed_in(&name))?;
        match property_of(object, &name, expected) {
            Some(index) => self.take_items(object, index, &items),
            None => self.take_unlisted(object, name, Written::Items(items), others),
        }
    }

    /// Reads each property in other letters as the property, or as one that no table lists where the property is there already
    /// under another name.
    #[cold]
    fn read_others(&mut self, object: &mut dyn Object, others: Vec<OtherLetters<'d>>) -> Result<(), DecodeError> {
        let mut taken = TakenNames::default();
        for OtherLetters { index, name, value } in others {
            self.within(self.context.check_names(object))?;
            if !taken.is_taken_by(index, &name) && is_told(object, index) {
                keep_unlisted(object, name, value);
                continue;
            }
            taken.take(index, name);
            match value {
                Written::Text(text) => self.take_text(object, index, &text)?,
                Written::Items(items) => self.take_items(object, index, &items)?,
            }
        }
        Ok(())
    }

    /// Takes the values of a property.
    fn take_items(&mut self, object: &mut dyn Object, index: usize, items: &[Cow<'d, str>]) -> Result<(), DecodeError> {
        let description = object.description();
        let Some(field) = object.property_mut(index) else { return Ok(()) };
        field.clear();
        let mut misfit = None;
        if description.properties[index].form != PropertyForm::List && items.len() > 1 {
            misfit = Some((None, Mismatch { expected: "one value", found: "a list of several".into() }));
        } else {
            for (number, item) in items.iter().enumerate() {
                if let Err(mismatch) = take(field, Value::Text(item)) {
                    misfit.get_or_insert((Some(number), mismatch));
                }
            }
        }
        if let Some((number, mismatch)) = misfit {
            return self.misfit(object, index, number, &mismatch, items);
        }
        object.envelope_mut().forget_unreadable(description.properties[index].name);
        Ok(())
    }

    /// Counts an object that was made for the document.
    pub(crate) fn allocate(&self, object: &dyn Object) -> Result<(), DecodeError> {
        self.within(self.context.allocate(size_of_val(object)))
    }

    fn read_link(&self, object: &mut dyn Object, tag: Tag<'d>, expected: &mut Expected) -> Result<(), DecodeError> {
        let attributes = self.attributes(tag)?;
        let Some(rel) = &attributes.rel else { return Err(self.shape("<link> has no `rel`")) };
        let Some(link) = attributes.link() else {
            self.context.failed_in(rel);
            self.context.failed_in("_links");
            return Err(self.shape("<link> has no `href`"));
        };
        self.count::<LinkData>()?;
        let description = object.description();
        if let Some(index) = description.find_relation(rel, expected.relation) {
            expected.relation = index;
            object.envelope_mut().relation_for(description, Some(index), rel).push_link(link);
            return Ok(());
        }
        if rel == "self" {
            object.envelope_mut().set_link(link);
            return Ok(());
        }
        let content = description.find_property(rel, 0);
        let content = content.filter(|index| description.properties[*index].form == PropertyForm::Content);
        if let Some(index) = content {
            let Some(field) = object.property_mut(index) else { return Ok(()) };
            // What is required is empty until it is read.
            let taken = match field.value(0) {
                None | Some(Value::Text("")) => {
                    take(field, Value::Text(&link.href)).map_err(|mismatch| mismatch.to_string())
                }
                Some(_) => Err(SEVERAL_LINKS.into()),
            };
            return taken.map_err(|problem| {
                self.context.failed_in(rel);
                self.context.failed_in("_links");
                self.shape(problem)
            });
        }
        object.envelope_mut().relation_for(description, None, rel).push_link(link);
        Ok(())
    }

    /// Reads an embedded resource, or keeps its element.
    fn read_or_keep_embedded(
        &mut self,
        object: &mut dyn Object,
        node: &Node<'_>,
        rel: &str,
        index: Option<usize>,
    ) -> Result<(), DecodeError> {
        let (checkpoint, depth) = (self.checkpoint(), self.context.depth());
        match self.read_embedded(object, node) {
            Err(error) if matches!(error.problem, DecodeProblem::Shape(_)) => {
                self.context.restart(depth);
                self.restore(checkpoint);
                let element = self.skip_text(node)?;
                let path =
                    index.map_or_else(|| format!("_embedded.{rel}"), |index| format!("_embedded.{rel}[{index}]"));
                let place = Place::Target(rel.into(), index);
                self.keep(object, place, path, "a resource", Raw::Xml(element.into()))
            }
            other => other,
        }
    }

    fn read_embedded(&mut self, object: &mut dyn Object, node: &Node<'_>) -> Result<(), DecodeError> {
        let (description, registry) = (object.description(), object.registry());
        let rel = node.attributes.rel.as_deref().unwrap_or_default();
        let described = description.find_relation(rel, 0);
        let mut target = match described.and_then(|index| description.relations[index].create) {
            Some(create) => create(),
            None => self.create(registry, node),
        };
        self.allocate(&*target)?;
        self.within(self.context.relate(object))?;
        self.read_object(&mut *target, node)?;
        self.count::<Box<dyn Object>>()?;
        object.envelope_mut().relation_for(description, described, rel).push_embedded(target);
        Ok(())
    }
}

/// Where the tables are expected to go on.
#[derive(Default)]
struct Expected {
    property: usize,
    relation: usize,
}

/// A property whose name has other letters than the table, with its value. Where the property is told under its exact name,
/// this is another, and that is known at the end of the resource.
struct OtherLetters<'d> {
    index: usize,
    name: Cow<'d, str>,
    value: Written<'d>,
}

/// A value as it came.
enum Written<'d> {
    Text(Cow<'d, str>),
    Items(Vec<Cow<'d, str>>),
}

/// The property that has this very name.
fn property_of(object: &dyn Object, name: &str, expected: &mut Expected) -> Option<usize> {
    let index = object.description().find_property(name, expected.property)?;
    expected.property = index + 1;
    Some(index)
}

/// Keeps a property that no table lists.
fn keep_unlisted(object: &mut dyn Object, name: Cow<'_, str>, value: Written<'_>) {
    let value = match value {
        Written::Text(text) => Json::String(text.into_owned()),
        Written::Items(items) => items.into_iter().map(|item| Json::String(item.into_owned())).collect(),
    };
    object.envelope_mut().push_unknown(name.into(), value);
}
