//! JSON as text, for documents that the bindings write themselves.
//!
//! The same as what `serde_json` writes. It looks for characters that need escaping in blocks instead of one by one, which is
//! most of what writing a message costs, as messages are mostly addresses.

use std::fmt::{self, Write as _};

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use crate::codec::EncodeError;

/// Appends a value to a text.
pub(super) struct TextWriter<'t>(pub(super) &'t mut String);

/// What a document of UCWA never holds. It is small, as every write returns a result: with a `String` in it, writing took a fifth
/// longer.
#[derive(Debug)]
pub(super) struct Unsupported(Box<str>);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

impl serde::ser::Error for Unsupported {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string().into())
    }
}

impl From<Unsupported> for EncodeError {
    fn from(error: Unsupported) -> Self {
        Self::Json(error.0.into())
    }
}

fn unsupported<T>(what: &str) -> Result<T, Unsupported> {
    Err(serde::ser::Error::custom(format_args!("a message cannot hold {what}")))
}

const fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Eight times the same byte.
const fn eight(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Is not 0 where some of eight bytes need escaping. A byte borrows from the next one only where it needs escaping itself.
fn escapes(block: [u8; 8]) -> u64 {
    let bytes = u64::from_le_bytes(block);
    let below = bytes.wrapping_sub(eight(0x20));
    let quotes = (bytes ^ eight(b'"')).wrapping_sub(eight(1));
    let backslashes = (bytes ^ eight(b'\\')).wrapping_sub(eight(1));
    (below | quotes | backslashes) & !bytes & eight(0x80)
}

/// Whether all bytes can stand in a JSON string as they are. Of the last block some bytes may have been looked at before.
fn is_plain(bytes: &[u8]) -> bool {
    if let Some(last) = bytes.last_chunk() {
        return bytes.as_chunks().0.iter().fold(escapes(*last), |found, block| found | escapes(*block)) == 0;
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (bytes.first_chunk(), bytes.last_chunk()) {
        return escapes([*a, *b, *c, *d, *e, *f, *g, *h]) == 0;
    }
    !bytes.iter().any(|byte| needs_escape(*byte))
}

fn write_escaped(text: &mut String, value: &str) {
    if is_plain(value.as_bytes()) {
        text.push_str(value);
    } else {
        write_with_escapes(text, value);
    }
}

#[cold]
fn write_with_escapes(text: &mut String, mut value: &str) {
    while let Some(position) = value.bytes().position(needs_escape) {
        text.push_str(&value[..position]);
        match value.as_bytes()[position] {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0x08 => text.push_str("\\b"),
            0x0c => text.push_str("\\f"),
            // Writing to a string cannot fail.
            other => drop(write!(text, "\\u{other:04x}")),
        }
        value = &value[position + 1..];
    }
    text.push_str(value);
}

/// A string on its way in pieces.
struct Escaping<'t>(&'t mut String);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        write_escaped(self.0, piece);
        Ok(())
    }
}

impl<'t> Serializer for TextWriter<'t> {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Entries<'t>;
    type SerializeTuple = Impossible<(), Unsupported>;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeMap = Entries<'t>;
    type SerializeStruct = RawTextWriter<'t>;
    type SerializeStructVariant = Impossible<(), Unsupported>;

    fn serialize_str(self, value: &str) -> Result<(), Unsupported> {
        self.0.push('"');
        write_escaped(self.0, value);
        self.0.push('"');
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Unsupported> {
        self.0.push('"');
        // Writing to a string cannot fail.
        let _ = write!(Escaping(self.0), "{value}");
        self.0.push('"');
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unsupported> {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Unsupported> {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value}");
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Unsupported> {
        // As above.
        let _ = write!(self.0, "{value}");
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Unsupported> {
        let Some(number) = serde_json::Number::from_f64(value) else { return self.serialize_unit() };
        // As above.
        let _ = write!(self.0, "{number}");
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Unsupported> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unsupported> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Entries<'t>, Unsupported> {
        self.0.push('[');
        Ok(Entries { text: self.0, is_first: true, close: ']' })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'t>, Unsupported> {
        self.0.push('{');
        Ok(Entries { text: self.0, is_first: true, close: '}' })
    }

    fn serialize_i8(self, value: i8) -> Result<(), Unsupported> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Unsupported> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Unsupported> {
        self.serialize_i64(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Unsupported> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Unsupported> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Unsupported> {
        self.serialize_u64(value.into())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Unsupported> {
        self.serialize_f64(value.into())
    }

    fn serialize_char(self, value: char) -> Result<(), Unsupported> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unsupported> {
        unsupported("bytes")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unsupported> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(self, name: &'static str, _: u32, variant: &'static str) -> Result<(), Unsupported> {
        if name != NAME {
            return self.serialize_str(variant);
        }
        debug_assert!(is_plain(variant.as_bytes()), "`{variant}` needs escaping");
        self.0.push('"');
        self.0.push_str(variant);
        self.0.push('"');
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unsupported> {
        unsupported("a variant")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unsupported> {
        unsupported("a tuple")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unsupported> {
        unsupported("a tuple")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unsupported> {
        unsupported("a variant")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<RawTextWriter<'t>, Unsupported> {
        if name == RAW { Ok(RawTextWriter(self.0)) } else { unsupported("a struct") }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unsupported> {
        unsupported("a variant")
    }
}

/// What marks a [`Name`].
const NAME: &str = "$ucwa::Name";

/// A key of the protocol, in which nothing needs escaping, which is not looked for. Other serializers take it for any text.
pub(crate) struct Name(pub(crate) &'static str);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant(NAME, 0, self.0)
    }
}

/// What `serde_json` calls a value that is JSON already.
const RAW: &str = "$serde_json::private::RawValue";

/// Writes a [`RawValue`](serde_json::value::RawValue), which gives itself as a struct with its text.
pub(super) struct RawTextWriter<'t>(&'t mut String);

impl SerializeStruct for RawTextWriter<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Unsupported> {
        let value = serde_json::to_value(value).map_err(serde::ser::Error::custom)?;
        self.0.push_str(value.as_str().unwrap_or_default());
        Ok(())
    }

    fn end(self) -> Result<(), Unsupported> {
        Ok(())
    }
}

/// The entries of a list or an object.
pub(super) struct Entries<'t> {
    text: &'t mut String,
    is_first: bool,
    close: char,
}

impl Entries<'_> {
    fn next(&mut self) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.text.push(',');
        }
    }

    /// Writes an entry whose value is JSON already.
    pub(super) fn serialize_raw(&mut self, key: &str, value: &str) -> Result<(), Unsupported> {
        self.serialize_key(key)?;
        self.text.push_str(value);
        Ok(())
    }

    fn close(self) {
        self.text.push(self.close);
    }
}

impl SerializeSeq for Entries<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        self.next();
        value.serialize(TextWriter(self.text))
    }

    fn end(self) -> Result<(), Unsupported> {
        self.close();
        Ok(())
    }
}

impl SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unsupported> {
        self.next();
        key.serialize(TextWriter(self.text))?;
        self.text.push(':');
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        value.serialize(TextWriter(self.text))
    }

    fn end(self) -> Result<(), Unsupported> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn text(value: &impl Serialize) -> String {
        let mut text = String::new();
        value.serialize(TextWriter(&mut text)).expect("JSON holds all of these");
        text
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[\\x00-\\x7f]{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..8).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    #[test]
    fn a_value_that_is_json_already_is_written_as_it_is() {
        let raw = serde_json::value::RawValue::from_string("{ \"a\": 1.50, \"a\": [] }".into()).expect("JSON");
        assert_eq!(text(&vec![raw]), "[{ \"a\": 1.50, \"a\": [] }]");
    }

    #[test]
    fn every_character_is_escaped_that_has_to_be_wherever_it_stands() {
        for length in 0..20 {
            for position in 0..=length {
                for character in '\0'..='\u{ff}' {
                    let mut value = "a".repeat(length);
                    value.insert(position, character);
                    assert_eq!(text(&value), serde_json::to_string(&value).expect("JSON"), "{value:?}");
                }
            }
        }
    }

    #[test]
    fn a_name_is_a_key_for_every_serializer() {
        struct Named;

        impl Serialize for Named {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry(&Name("href"), "/a")?;
                map.serialize_entry(&Name("rel"), "b")?;
                map.end()
            }
        }

        let expected = r#"{"href":"/a","rel":"b"}"#;
        assert_eq!((&*text(&Named), &*serde_json::to_string(&Named).expect("JSON")), (expected, expected));
        assert_eq!(serde_json::to_value(&Named).expect("JSON"), serde_json::json!({"href": "/a", "rel": "b"}));
    }

    #[derive(serde::Serialize)]
    struct Unit;

    #[derive(serde::Serialize)]
    struct Wrapped(u8);

    #[derive(serde::Serialize)]
    enum Variant {
        Plain,
        Wrapped(u8),
        Tuple(u8, u8),
        Struct { a: u8 },
    }

    #[test]
    fn values_of_every_type_that_json_has_are_written() {
        assert_eq!(text(&vec![Some(-1_i8), None]), "[-1,null]");
        assert_eq!(
            (text(&-2_i16), text(&-3_i32), text(&1_u8), text(&2_u16), text(&3_u32)),
            ("-2".into(), "-3".into(), "1".into(), "2".into(), "3".into())
        );
        assert_eq!((text(&1.5_f32), text(&f64::NAN), text(&'"')), ("1.5".into(), "null".into(), r#""\"""#.into()));
        assert_eq!(
            (text(&Unit), text(&Wrapped(7)), text(&Variant::Plain)),
            ("null".into(), "7".into(), r#""Plain""#.into())
        );
    }

    #[test]
    fn what_no_document_has_is_refused() {
        struct Bytes;

        impl Serialize for Bytes {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(b"x")
            }
        }

        fn error(value: &impl Serialize) -> String {
            value.serialize(TextWriter(&mut String::new())).expect_err("no document has it").to_string()
        }
        for (error, what) in [
            (error(&Bytes), "bytes"),
            (error(&(1, 2)), "a tuple"),
            (error(&Variant::Wrapped(1)), "a variant"),
            (error(&Variant::Tuple(1, 2)), "a variant"),
            (error(&Variant::Struct { a: 1 }), "a variant"),
        ] {
            assert!(error.contains(what), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_serde_json_writes(value in any_json()) {
            prop_assert_eq!(text(&value), value.to_string());
        }
    }
}
