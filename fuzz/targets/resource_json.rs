//! A resource of any kind in JSON: it is refused, or its values survive being written in both formats.

#![no_main]

#[path = "../../tests/documents/conversion.rs"]
mod conversion;

use libfuzzer_sys::fuzz_target;
use ucwa::{AnyResource, Format};

fuzz_target!(|bytes: &[u8]| conversion::survives::<AnyResource>(Format::Json, bytes));
