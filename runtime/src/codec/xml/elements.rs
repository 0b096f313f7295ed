//! The elements of a document: tags, attributes and text, and where each stands.

use std::borrow::Cow;

use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};

use super::attributes::{RawAttributes, RawValue};
use crate::codec::{Context, DecodeError, DecodeProblem};
use crate::model::{LinkData, LinkDetail};

const TOO_DEEP: &str = "resources are nested too deep";

/// How long the name of an element may be, in bytes.
pub(super) const MAXIMUM_NAME: usize = 256;

const FOUND_TEXT: &str = "expected a resource, found text";

/// A document on its way in.
pub(crate) struct Reader<'d, 'c> {
    pub(super) events: quick_xml::Reader<&'d [u8]>,
    pub(super) text: &'d str,
    pub(crate) context: &'c Context,
    /// The length of a byte order mark, which positions count and the parser does not see.
    start: usize,
}

/// A place in a document.
#[derive(Clone)]
pub(crate) struct Checkpoint<'d>(quick_xml::Reader<&'d [u8]>);

/// What stands between `<` and `>` or `/>`, borrowed from the document, which outlives the parser's events.
#[derive(Clone, Copy)]
pub(super) struct Tag<'d> {
    text: &'d str,
    /// Where its `<` stands in the document's text.
    pub(super) opening: usize,
    name_length: usize,
    /// The name without a namespace's prefix.
    pub(super) name: &'d str,
    pub(super) is_empty: bool,
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
        Ok(Self { events: quick_xml::Reader::from_str(text), text, context, start })
    }

    fn offset(&self) -> usize {
        self.start + self.position()
    }

    /// Where the parser stands in `text`.
    pub(super) fn position(&self) -> usize {
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
    pub(super) fn pass(&self, event: &Result<Event<'d>, quick_xml::Error>) -> Result<(), DecodeError> {
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
    pub(super) fn tag(&self, start: &BytesStart<'_>, is_empty: bool) -> Tag<'d> {
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

    pub(super) fn node(&self, tag: Tag<'d>) -> Result<Node<'d>, DecodeError> {
        // A place to come back to has the names of all elements around it.
        if tag.name_length > MAXIMUM_NAME {
            return Err(self.syntax(format!("the name of an element has more than {MAXIMUM_NAME} bytes")));
        }
        Ok(Node { name: tag.name, attributes: self.attributes(tag)?, is_empty: tag.is_empty, opening: tag.opening })
    }

    /// The attributes as they stand in the document.
    #[inline]
    fn raw_attributes(&self, tag: Tag<'d>) -> impl Iterator<Item = Result<(&'d str, RawValue<'d>), DecodeError>> {
        RawAttributes::new(tag.text, tag.name_length).map(|found| found.map_err(|error| self.syntax(error)))
    }

    pub(super) fn attributes(&self, tag: Tag<'d>) -> Result<Attributes<'d>, DecodeError> {
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
    pub(super) fn attribute(&self, tag: Tag<'d>, wanted: &str) -> Result<Cow<'d, str>, DecodeError> {
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

    pub(super) fn skip_content(&mut self, is_empty: bool) -> Result<(), DecodeError> {
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

    /// Does something and goes back to where it began.
    pub(super) fn look_ahead<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        let checkpoint = self.checkpoint();
        let result = look(self);
        self.restore(checkpoint);
        result
    }

    /// Passes over what is in an element whose start was just read, and gives its text with the tags.
    pub(crate) fn skip_text(&mut self, node: &Node<'_>) -> Result<String, DecodeError> {
        self.skip(node)?;
        Ok(self.text.get(node.opening..self.position()).unwrap_or_default().to_owned())
    }

    /// What is in an element that was just entered: its text, or the first of the elements in it.
    pub(crate) fn inside(&mut self, node: &Node<'_>) -> Result<Inside<'d>, DecodeError> {
        let mut text = Cow::Borrowed("");
        if node.is_empty {
            return Ok(Inside::Text(text));
        }
        match self.text_before(&mut text)? {
            Some(tag) => Ok(Inside::Elements(self.node(tag)?)),
            None => Ok(Inside::Text(text)),
        }
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
    pub(super) fn items(&mut self, is_empty: bool) -> Result<Vec<Cow<'d, str>>, DecodeError> {
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
        while let Some(tag) = self.text_before(&mut text)? {
            self.skip_content(tag.is_empty)?;
        }
        Ok(text)
    }

    /// Reads text up to and with the next tag; `None` where that ends the element.
    fn text_before(&mut self, text: &mut Cow<'d, str>) -> Result<Option<Tag<'d>>, DecodeError> {
        loop {
            match self.events.read_event() {
                Ok(Event::Text(part)) => append(text, part.into_inner()),
                Ok(Event::CData(part)) => append(text, part.into_inner()),
                Ok(Event::GeneralRef(reference)) => append(text, self.resolve(&reference)?),
                Ok(Event::Start(start)) => return Ok(Some(self.tag(&start, false))),
                Ok(Event::Empty(start)) => return Ok(Some(self.tag(&start, true))),
                Ok(Event::End(_)) => return Ok(None),
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

    /// Counts a `T` that becomes part of a list.
    pub(crate) fn count<T>(&self) -> Result<(), DecodeError> {
        self.within(self.context.push(size_of::<T>()))
    }

    /// Counts an object of JSON that gets entries.
    pub(crate) fn begin_object(&self) -> Result<(), DecodeError> {
        self.within(self.context.begin_object())
    }

    /// Stops where a limit is exceeded.
    pub(crate) fn within(&self, counted: Result<(), &'static str>) -> Result<(), DecodeError> {
        counted.map_err(|message| self.shape(message))
    }
}

/// What is in an element.
pub(crate) enum Inside<'d> {
    Text(Cow<'d, str>),
    /// Elements, of which this is the first. [`Reader::child`] gives the others.
    Elements(Node<'d>),
}

fn append<'t>(text: &mut Cow<'t, str>, part: Cow<'t, str>) {
    if text.is_empty() {
        *text = part;
    } else {
        text.to_mut().push_str(&part);
    }
}
