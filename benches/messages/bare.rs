//! The least that reading XML with quick-xml costs.

use std::hint::black_box;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// Reads every event, walks its attributes, unescapes their values and all text, and builds nothing.
pub(crate) fn walk(xml: &str) -> usize {
    let mut reader = Reader::from_str(xml);
    let mut length = 0;
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) | Event::Empty(start) => length += attributes(&start),
            Event::Text(text) => length += black_box(unescape(&text).expect("known entities")).len(),
            Event::Eof => return length,
            other => drop(black_box(other)),
        }
    }
}

fn attributes(start: &BytesStart<'_>) -> usize {
    let mut length = 0;
    for attribute in start.attributes() {
        let attribute = attribute.expect("well-formed attributes");
        black_box(attribute.key);
        length += black_box(unescape(&attribute.value).expect("known entities")).len();
    }
    length
}
