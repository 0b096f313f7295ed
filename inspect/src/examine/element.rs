//! The elements of an XML document with their places in it, for taking some out.

use std::ops::Range;

use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    /// The name without a namespace's prefix.
    pub(super) name: String,
    /// What the attribute `rel` says.
    pub(super) rel: Option<String>,
    /// What the attribute `href` says.
    pub(super) href: Option<String>,
    /// Where it stands, with its tags.
    pub(super) range: Range<usize>,
    /// The position of the element around it.
    pub(super) parent: Option<usize>,
    /// The text that stands in it and in no element within it.
    pub(super) text: String,
}

impl Element {
    fn new(start: &BytesStart<'_>, range: Range<usize>, parent: Option<usize>) -> Self {
        let attribute = |name| start.try_get_attribute(name).ok().flatten().map(|found| found.value.to_string());
        let (rel, href) = (attribute("rel"), attribute("href"));
        let name = start.local_name().into_inner().to_owned();
        Self { name, rel, href, range, parent, text: String::new() }
    }
}

/// The elements of a document, in the order of their starts; `None` where it is not well formed.
pub(super) fn elements(text: &str) -> Option<Vec<Element>> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let range = start..usize::try_from(reader.buffer_position()).ok()?;
        match event {
            Event::Start(tag) => {
                elements.push(Element::new(&tag, range, open.last().copied()));
                open.push(elements.len() - 1);
            }
            Event::Empty(tag) => elements.push(Element::new(&tag, range, open.last().copied())),
            Event::End(_) => elements[open.pop()?].range.end = range.end,
            Event::Eof => return open.is_empty().then_some(elements),
            other => {
                if let Some(inner) = open.last() {
                    elements[*inner].text.push_str(&content(other));
                }
            }
        }
    }
}

fn content(event: Event<'_>) -> String {
    match event {
        Event::Text(text) => text.into_inner().into_owned(),
        Event::CData(text) => text.into_inner().into_owned(),
        Event::GeneralRef(name) => unescape(&format!("&{};", &*name)).unwrap_or_default().into_owned(),
        _ => String::new(),
    }
}

/// The innermost element that begins before a place and ends there or behind it.
pub(super) fn around(elements: &[Element], place: usize) -> Option<usize> {
    elements.iter().rposition(|element| element.range.start < place && place <= element.range.end)
}
