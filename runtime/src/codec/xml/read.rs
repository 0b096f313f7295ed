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

use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use serde::Serialize;
use serde_json::Value as Json;

use super::attributes::{RawAttributes, RawValue};
use crate::codec::{Context, DecodeError, DecodeProblem, TakenNames};
use crate::model::{
    LinkData, LinkDetail, Mismatch, Object, Place, PropertyForm, Raw, Registry, RegistryEntry, Unreadable, Value,
    create, is_told, take,
};

const TOO_DEEP: &str = "resources are nested too deep";

const FOUND_TEXT: &str = "expected a resource, found text";

/// A document on its way in.
pub(crate) struct Reader<'d, 'c> {
    events: quick_xml::Reader<&'d [u8]>,
    text: &'d str,
    context: &'c Context,
    /// The length of a byte order mark, which positions count and the parser does not see.
    start: usize,
    /// The resources that were looked up last; what a document tells of is mostly of a few kinds.
    recent: [Option<&'static RegistryEntry>; 4],
}

/// A place in a document.
#[derive(Clone)]
pub(crate) struct Checkpoint<'d>(quick_xml::Reader<&'d [u8]>);

/// What stands between `<` and `>` or `/>`, borrowed from the document, which outlives the parser's events.
#[derive(Clone, Copy)]
struct Tag<'d> {
    text: &'d str,
    /// Where its `<` stands in the document's text.
    opening: usize,
    name_length: usize,
    /// The name without a namespace's prefix.
    name: &'d str,
    is_empty: bool,
}

/// An element: what it is called, what its attributes say, and whether anything is in it.
#[derive(Clone)]
pub(crate) struct Node<'d> {
    pub(crate) name: &'d str,
    pub(crate) attributes: Attributes<'d>,
    pub(crate) is_empty: bool,
    /// Where it begins in the document's text.
    opening: usize,
}

/// The attributes that UCWA knows.
#[derive(Clone, Default)]
pub(crate) struct Attributes<'d> {
    pub(crate) rel: Option<Cow<'d, str>>,
    pub(crate) name: Option<Cow<'d, str>>,
    pub(crate) href: Option<Cow<'d, str>>,
    pub(crate) status: Option<Cow<'d, str>>,
    details: [Option<Cow<'d, str>>; LinkDetail::ALL.len()],
}

impl Attributes<'_> {
    /// The link that the attributes describe; none where it leads nowhere.
    pub(crate) fn link(&self) -> Option<LinkData> {
        let mut link = LinkData::new(self.href.as_deref()?);
        for detail in LinkDetail::ALL {
            if let Some(text) = &self.details[detail as usize] {
                link.set(detail, Some(text.as_ref().into()));
            }
        }
        Some(link)
    }
}

impl<'d, 'c> Reader<'d, 'c> {
    pub(crate) fn new(context: &'c Context, bytes: &'d [u8]) -> Result<Self, DecodeError> {
        let start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let text = std::str::from_utf8(&bytes[start..])
            .map_err(|error| context.error(DecodeProblem::Encoding, Some(start + error.valid_up_to())))?;
        // The parser would pass over another one and not count it in its positions.
        if text.starts_with('\u{feff}') {
            return Err(context.error(DecodeProblem::Shape(FOUND_TEXT.into()), Some(start)));
        }
        Ok(Self { events: quick_xml::Reader::from_str(text), text, context, start, recent: [None; 4] })
    }

    fn offset(&self) -> usize {
        self.start + self.position()
    }

    /// Where the parser stands in `text`.
    fn position(&self) -> usize {
        usize::try_from(self.events.buffer_position()).unwrap_or(usize::MAX)
    }

    pub(crate) fn shape(&self, message: impl Into<String>) -> DecodeError {
        self.context.error(DecodeProblem::Shape(message.into()), Some(self.offset()))
    }

    fn syntax(&self, message: impl Into<String>) -> DecodeError {
        self.context.error(DecodeProblem::Syntax(message.into()), Some(self.offset()))
    }

    /// Passes over an event that no caller looks for, such as a comment, or returns what is wrong with it.
    ///
    /// Callers match what the parser returns and give the rest to this, as moving each event once more, into a result with
    /// another error, takes a tenth of the time that reading takes.
    fn pass(&self, event: &Result<Event<'d>, quick_xml::Error>) -> Result<(), DecodeError> {
        match event {
            Ok(Event::DocType(_)) => {
                Err(self.shape("expected a resource, found a document type declaration, which is not supported"))
            }
            Ok(Event::Eof) => Err(self.syntax("the document ends inside an element")),
            Ok(_) => Ok(()),
            Err(error) => Err(self.malformed(error)),
        }
    }

    fn malformed(&self, error: &quick_xml::Error) -> DecodeError {
        let at = self.start + usize::try_from(self.events.error_position()).unwrap_or(usize::MAX);
        self.context.error(DecodeProblem::Syntax(error.to_string()), Some(at))
    }

    /// The tag of an event that was just read.
    #[inline]
    fn tag(&self, start: &BytesStart<'_>, is_empty: bool) -> Tag<'d> {
        let end = self.position().saturating_sub(if is_empty { "/>".len() } else { ">".len() });
        let begin = end.saturating_sub(start.len());
        let text = self.text.get(begin..end).unwrap_or_default();
        debug_assert_eq!(text, &**start, "the parser stands behind the tag");
        let name_length = start.name().0.len();
        let name = text.get(..name_length).unwrap_or_default();
        let prefix = name.bytes().position(|byte| byte == b':');
        let local = prefix.map_or(name, |colon| &name[colon + 1..]);
        Tag { text, opening: begin.saturating_sub("<".len()), name_length, name: local, is_empty }
    }

    fn node(&self, tag: Tag<'d>) -> Result<Node<'d>, DecodeError> {
        Ok(Node { name: tag.name, attributes: self.attributes(tag)?, is_empty: tag.is_empty, opening: tag.opening })
    }

    /// The attributes as they stand in the document.
    #[inline]
    fn raw_attributes(&self, tag: Tag<'d>) -> impl Iterator<Item = Result<(&'d str, RawValue<'d>), DecodeError>> {
        RawAttributes::new(tag.text, tag.name_length).map(|found| found.map_err(|error| self.syntax(error)))
    }

    fn attributes(&self, tag: Tag<'d>) -> Result<Attributes<'d>, DecodeError> {
        let mut found = Attributes::default();
        for attribute in self.raw_attributes(tag) {
            let (name, value) = attribute?;
            let place = match name {
                "rel" => &mut found.rel,
                "name" => &mut found.name,
                "href" => &mut found.href,
                "status" => &mut found.status,
                _ => match LinkDetail::of(name) {
                    Some(detail) => &mut found.details[detail as usize],
                    None => continue,
                },
            };
            *place = Some(value.unescape().map_err(|error| self.syntax(error))?);
        }
        Ok(found)
    }

    /// The value of the attribute called `wanted`.
    fn attribute(&self, tag: Tag<'d>, wanted: &str) -> Result<Cow<'d, str>, DecodeError> {
        for attribute in self.raw_attributes(tag) {
            let (name, value) = attribute?;
            if name == wanted {
                return value.unescape().map_err(|error| self.syntax(error));
            }
        }
        Err(self.shape(format!("<{}> has no `{wanted}`", tag.name)))
    }

    /// The element that the document consists of.
    pub(crate) fn root(&mut self) -> Result<Node<'d>, DecodeError> {
        loop {
            match self.events.read_event() {
                Ok(Event::Start(start)) => return self.node(self.tag(&start, false)),
                Ok(Event::Empty(start)) => return self.node(self.tag(&start, true)),
                Ok(Event::Eof) => return Err(self.shape("expected a resource, found no element")),
                Ok(Event::Text(text)) if !text.trim().is_empty() => {
                    return Err(self.shape(FOUND_TEXT));
                }
                other => self.pass(&other)?,
            }
        }
    }

    /// Sees that nothing but white space and comments follows.
    pub(crate) fn end(&mut self) -> Result<(), DecodeError> {
        loop {
            match self.events.read_event() {
                Ok(Event::Eof) => return Ok(()),
                Ok(Event::Text(text)) if text.trim().is_empty() => {}
                other @ (Ok(Event::Comment(_) | Event::PI(_) | Event::DocType(_)) | Err(_)) => self.pass(&other)?,
                Ok(_) => return Err(self.syntax("expected the end of the document")),
            }
        }
    }

    /// The next element inside of the present one; `None` at its end.
    pub(crate) fn child(&mut self) -> Result<Option<Node<'d>>, DecodeError> {
        loop {
            match self.events.read_event() {
                Ok(Event::Start(start)) => return self.node(self.tag(&start, false)).map(Some),
                Ok(Event::Empty(start)) => return self.node(self.tag(&start, true)).map(Some),
                Ok(Event::End(_)) => return Ok(None),
                other => self.pass(&other)?,
            }
        }
    }

    /// Passes over what is in an element.
    pub(crate) fn skip(&mut self, node: &Node<'_>) -> Result<(), DecodeError> {
        self.skip_content(node.is_empty)
    }

    fn skip_content(&mut self, is_empty: bool) -> Result<(), DecodeError> {
        let mut depth = usize::from(!is_empty);
        while depth > 0 {
            match self.events.read_event() {
                Ok(Event::Start(_)) => depth += 1,
                Ok(Event::End(_)) => depth -= 1,
                other => self.pass(&other)?,
            }
        }
        Ok(())
    }

    /// A place to come back to, behind what was read last.
    pub(crate) fn checkpoint(&self) -> Checkpoint<'d> {
        Checkpoint(self.events.clone())
    }

    /// Goes back to a place.
    pub(crate) fn restore(&mut self, checkpoint: Checkpoint<'d>) {
        self.events = checkpoint.0;
    }

    /// Passes over what is in an element whose start was just read, and gives its text with the tags.
    pub(crate) fn skip_text(&mut self, node: &Node<'_>) -> Result<String, DecodeError> {
        self.skip(node)?;
        Ok(self.text.get(node.opening..self.position()).unwrap_or_default().to_owned())
    }

    /// The name and value of a property, of a list of them, or of any other element with text in it.
    pub(crate) fn unknown(&mut self, node: &mut Node<'_>) -> Result<(String, Json), DecodeError> {
        self.count::<(String, Json)>()?;
        let name = node.attributes.name.take().map_or_else(|| node.name.to_owned(), Cow::into_owned);
        if node.name != "propertyList" {
            let text = self.text(node.is_empty).inspect_err(|_| self.context.failed_in(&name))?;
            return Ok((name, Json::String(text.into_owned())));
        }
        let items = self.items(node.is_empty).inspect_err(|_| self.context.failed_in(&name))?;
        let items = items.into_iter().map(|item| Json::String(item.into_owned()));
        Ok((name, items.collect()))
    }

    /// The text of an element that has no elements in it; otherwise the reader stays in front of them.
    pub(crate) fn leaf(&mut self, node: &Node<'_>) -> Result<Option<String>, DecodeError> {
        let checkpoint = self.checkpoint();
        let mut text = Cow::Borrowed("");
        if !node.is_empty && self.text_before(&mut text)? != Stop::End {
            self.restore(checkpoint);
            return Ok(None);
        }
        Ok(Some(text.into_owned()))
    }

    /// Goes one level deeper, if that is allowed.
    pub(crate) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        if !self.context.enter() {
            return Err(self.shape(TOO_DEEP));
        }
        let value = read(self)?;
        self.context.leave();
        Ok(value)
    }

    /// The texts of the elements in a list.
    fn items(&mut self, is_empty: bool) -> Result<Vec<Cow<'d, str>>, DecodeError> {
        let mut items = Vec::new();
        if !is_empty {
            while let Some(node) = self.child()? {
                // The item here, and the one that is made of it.
                self.count::<[Cow<'_, str>; 2]>()?;
                items.push(self.text(node.is_empty)?);
            }
        }
        Ok(items)
    }

    /// The text in an element. Elements in it are passed over.
    pub(crate) fn text(&mut self, is_empty: bool) -> Result<Cow<'d, str>, DecodeError> {
        let mut text = Cow::Borrowed("");
        if is_empty {
            return Ok(text);
        }
        loop {
            match self.text_before(&mut text)? {
                Stop::Start => self.skip_content(false)?,
                Stop::Empty => {}
                Stop::End => return Ok(text),
            }
        }
    }

    /// Reads text up to and with the next tag.
    fn text_before(&mut self, text: &mut Cow<'d, str>) -> Result<Stop, DecodeError> {
        loop {
            match self.events.read_event() {
                Ok(Event::Text(part)) => append(text, part.into_inner()),
                Ok(Event::CData(part)) => append(text, part.into_inner()),
                Ok(Event::GeneralRef(reference)) => append(text, self.resolve(&reference)?),
                Ok(Event::Start(_)) => return Ok(Stop::Start),
                Ok(Event::Empty(_)) => return Ok(Stop::Empty),
                Ok(Event::End(_)) => return Ok(Stop::End),
                other => self.pass(&other)?,
            }
        }
    }

    /// The text that an entity stands for.
    fn resolve(&self, entity: &str) -> Result<Cow<'static, str>, DecodeError> {
        if let Some(text) = resolve_predefined_entity(entity) {
            return Ok(text.into());
        }
        let text = unescape(&format!("&{entity};")).map(Cow::into_owned);
        text.map(Cow::Owned).map_err(|error| self.syntax(error.to_string()))
    }

    /// Makes an empty resource for an element that was just entered: of the type that the attribute `rel` names or, where
    /// that is none, the property `rel` among the children.
    pub(crate) fn create(&mut self, registry: &'static Registry, node: &Node<'_>) -> Box<dyn Object> {
        let rel = node.attributes.rel.as_deref().unwrap_or_default();
        if let Some(object) = self.described(registry, rel).and_then(RegistryEntry::create) {
            return object;
        }
        // What is wrong in there is told when it is read, with the path to it.
        let named = self.look_ahead(|reader| reader.named(node)).ok().flatten();
        create(registry, &named.unwrap_or_default())
    }

    /// The resource that is called `rel`, in its latest revision; `None` where no page describes it.
    pub(crate) fn described(&mut self, registry: &'static Registry, rel: &str) -> Option<&'static RegistryEntry> {
        let recent = self.recent.iter().flatten().find(|entry| entry.rel == rel);
        recent.copied().or_else(|| {
            let entry = registry.latest(rel)?;
            self.recent.rotate_right(1);
            self.recent[0] = Some(entry);
            Some(entry)
        })
    }

    /// Does something and goes back to where it began.
    fn look_ahead<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let checkpoint = self.checkpoint();
        let result = look(self);
        self.restore(checkpoint);
        result
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
        if !self.context.enter() {
            return Err(self.shape(TOO_DEEP));
        }
        object.envelope_mut().begin_message();
        if let Some(link) = node.attributes.link() {
            object.envelope_mut().set_link(link);
        }
        if !node.is_empty {
            self.read_children(object)?;
        }
        self.context.leave();
        Ok(())
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
                None => keep(object, name, value),
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
                keep(object, name, value);
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

    /// Keeps what a field does not take, or makes it the reason why the document is not read.
    #[cold]
    fn misfit(
        &self,
        object: &mut dyn Object,
        index: usize,
        number: Option<usize>,
        mismatch: &Mismatch,
        text: &(impl Serialize + ?Sized),
    ) -> Result<(), DecodeError> {
        let name = object.description().properties[index].name;
        if !self.context.is_keeping() {
            if let Some(number) = number {
                self.context.failed_at(number);
            }
            self.context.failed_in(name);
            return Err(self.shape(mismatch.to_string()));
        }
        let path = number.map_or_else(|| name.to_owned(), |number| format!("{name}[{number}]"));
        let text = serde_json::to_string(text).map_err(|error| self.shape(error.to_string()))?;
        self.keep(object, Place::Property(name.into()), path, mismatch.expected, Raw::Json(text.into()))
    }

    fn keep(
        &self,
        object: &mut dyn Object,
        place: Place,
        path: String,
        expected: &str,
        raw: Raw,
    ) -> Result<(), DecodeError> {
        let unreadable = Unreadable { place, path: path.into(), expected: expected.into(), raw };
        self.within(self.context.check_names(object))?;
        self.count::<Unreadable>()?;
        self.within(self.context.allocate(unreadable.text().len()))?;
        object.envelope_mut().keep(unreadable);
        Ok(())
    }

    /// Counts an object that was made for the document.
    pub(crate) fn allocate(&self, object: &dyn Object) -> Result<(), DecodeError> {
        self.within(self.context.allocate(size_of_val(object)))
    }

    /// Counts a `T` that becomes part of a list.
    pub(crate) fn count<T>(&self) -> Result<(), DecodeError> {
        self.within(self.context.push(size_of::<T>()))
    }

    /// Stops where a limit is exceeded.
    pub(crate) fn within(&self, counted: Result<(), &'static str>) -> Result<(), DecodeError> {
        counted.map_err(|message| self.shape(message))
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
            return take(field, Value::Text(&link.href)).map_err(|mismatch| {
                self.context.failed_in(rel);
                self.context.failed_in("_links");
                self.shape(mismatch.to_string())
            });
        }
        object.envelope_mut().relation_for(description, None, rel).push_link(link);
        Ok(())
    }

    /// Keeps the element of what is no link, whose end was just read, or makes it the reason why the document is not read.
    #[cold]
    fn keep_link(&self, object: &mut dyn Object, tag: Tag<'d>, error: DecodeError) -> Result<(), DecodeError> {
        if !self.context.is_keeping() || !matches!(error.problem, DecodeProblem::Shape(_)) {
            return Err(error);
        }
        self.context.restart(self.context.depth());
        let rel = self.attribute(tag, "rel").unwrap_or_default();
        let path = if rel.is_empty() { "_links".to_owned() } else { format!("_links.{rel}") };
        let element = self.text.get(tag.opening..self.position()).unwrap_or_default();
        self.keep(object, Place::Link(rel.into(), None), path, "a link", Raw::Xml(element.into()))
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

/// The tag that text ends at.
#[derive(PartialEq, Eq)]
enum Stop {
    Start,
    Empty,
    End,
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
fn keep(object: &mut dyn Object, name: Cow<'_, str>, value: Written<'_>) {
    let value = match value {
        Written::Text(text) => Json::String(text.into_owned()),
        Written::Items(items) => items.into_iter().map(|item| Json::String(item.into_owned())).collect(),
    };
    object.envelope_mut().push_unknown(name.into(), value);
}

fn append<'t>(text: &mut Cow<'t, str>, part: Cow<'t, str>) {
    if text.is_empty() {
        *text = part;
    } else {
        text.to_mut().push_str(&part);
    }
}
