//! XML: the description's tables turned into elements and back.

mod attributes;
mod elements;
mod keeping;
mod read;
mod tree;
mod write;

use crate::codec::{DecodeError, EncodeError, Form, Limits, in_passes};
use crate::model::{Object, Registry};

pub(crate) use elements::{Node, Reader};
pub(crate) use tree::{add_entry, read_unknown, write_unknown};
pub(crate) use write::{NAMESPACE, Writer, is_name, property_text, write_properties};

/// Reads an XML document into an object.
pub(crate) fn read(object: &mut dyn Object, bytes: &[u8], limits: Limits) -> Result<(), DecodeError> {
    in_passes(limits, |context| {
        if context.is_keeping() {
            object.clear();
        }
        let mut reader = Reader::new(context, bytes)?;
        let mut read = || {
            let root = reader.root()?;
            reader.read_root(object, &root)?;
            reader.end()
        };
        read().map_err(|error| context.locate(error))
    })
}

/// Reads an XML document that holds a resource of some kind.
pub(crate) fn read_any(
    registry: &'static Registry,
    bytes: &[u8],
    limits: Limits,
) -> Result<Box<dyn Object>, DecodeError> {
    in_passes(limits, |context| {
        let mut reader = Reader::new(context, bytes)?;
        let mut read = || {
            let root = reader.root()?;
            let mut object = reader.create(registry, &root);
            reader.read_root(&mut *object, &root)?;
            reader.end()?;
            Ok(object)
        };
        read().map_err(|error| context.locate(error))
    })
}

/// Writes an object as an XML document.
pub(crate) fn write(object: &dyn Object, form: Form) -> Result<String, EncodeError> {
    let mut writer = Writer::new();
    writer.root(object, form)?;
    Ok(writer.finish())
}
