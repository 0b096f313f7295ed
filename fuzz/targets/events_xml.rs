//! A response of the event channel in XML: it is refused, or its values survive being written in both formats.

#![no_main]

#[path = "../../tests/documents/conversion.rs"]
mod conversion;

use libfuzzer_sys::fuzz_target;
use ucwa::{EventDocument, Format};

fuzz_target!(|bytes: &[u8]| conversion::survives::<EventDocument>(Format::Xml, bytes));
