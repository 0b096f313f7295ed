//! The attributes of a tag, one after the other.

use std::borrow::Cow;

use memchr::{memchr, memchr2};
use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attributes as Parser;

/// The attributes of a tag, or what is wrong with them.
///
/// `name="value"` is taken apart here, as reading documents is mostly reading attributes. From the first that looks different
/// on, the parser decides.
pub(super) struct RawAttributes<'d> {
    tag: &'d str,
    position: usize,
    parser: Option<Parser<'d>>,
}

impl<'d> RawAttributes<'d> {
    /// The attributes in a tag, behind its name.
    pub(super) fn new(tag: &'d str, name_length: usize) -> Self {
        Self { tag, position: name_length, parser: None }
    }

    /// An attribute that looks like most, and where it ends.
    #[inline]
    fn plain(&self) -> Option<(&'d str, RawValue<'d>, usize)> {
        let start = self.position;
        let rest = self.tag.as_bytes().get(start..)?;
        let equals = rest.iter().position(|byte| *byte == b'=' || is_space(*byte))?;
        let [b'=', quote @ (b'"' | b'\''), value @ ..] = rest.get(equals..)? else { return None };
        if equals == 0 {
            return None;
        }
        let found = memchr2(*quote, b'&', value)?;
        let has_entities = value[found] == b'&';
        let length = if has_entities { found + memchr(*quote, &value[found..])? } else { found };
        let value = start + equals + 2..start + equals + 2 + length;
        let end = value.end + 1;
        let value = &self.tag[value];
        let value = if has_entities { RawValue::Escaped(value.into()) } else { RawValue::Plain(value) };
        Some((&self.tag[start..start + equals], value, end))
    }

    /// An attribute that looks different, or what is wrong with it.
    #[cold]
    fn parsed(&mut self) -> Option<<Self as Iterator>::Item> {
        let parser = self.parser.get_or_insert_with(|| {
            let mut parser = Parser::new(self.tag, self.position);
            parser.with_checks(false);
            parser
        });
        let attribute = parser.next()?.map_err(|error| error.to_string());
        Some(attribute.map(|found| (found.key.0, RawValue::Escaped(found.value))))
    }
}

/// Whether a byte is white space, or a control character, which has no place in a document.
fn is_space(byte: u8) -> bool {
    byte <= b' '
}

/// The value of an attribute as it stands in the document.
pub(super) enum RawValue<'d> {
    /// Without entities.
    Plain(&'d str),
    /// With entities, perhaps.
    Escaped(Cow<'d, str>),
}

impl<'d> RawValue<'d> {
    /// The value with its entities resolved.
    #[inline]
    pub(super) fn unescape(self) -> Result<Cow<'d, str>, String> {
        match self {
            Self::Plain(text) => Ok(Cow::Borrowed(text)),
            Self::Escaped(text) => resolve(text),
        }
    }
}

#[cold]
fn resolve(escaped: Cow<'_, str>) -> Result<Cow<'_, str>, String> {
    match escaped {
        Cow::Borrowed(text) => unescape(text).map_err(|error| error.to_string()),
        Cow::Owned(text) => match unescape(&text) {
            Ok(text) => Ok(Cow::Owned(text.into_owned())),
            Err(error) => Err(error.to_string()),
        },
    }
}

impl<'d> Iterator for RawAttributes<'d> {
    type Item = Result<(&'d str, RawValue<'d>), String>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.parser.is_none() {
            let rest = self.tag.as_bytes().get(self.position..)?;
            self.position += rest.iter().position(|byte| !is_space(*byte))?;
            if let Some((name, value, end)) = self.plain() {
                self.position = end;
                return Some(Ok((name, value)));
            }
        }
        self.parsed()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Read = Result<(String, Result<String, String>), String>;

    /// What the parser makes of a tag, all by itself.
    fn parsed(tag: &str) -> Vec<Read> {
        let mut parser = Parser::new(tag, 1);
        parser.with_checks(false);
        let value = |text: &str| unescape(text).map(Cow::into_owned).map_err(|error| error.to_string());
        let attributes = parser.map(|attribute| attribute.map_err(|error| error.to_string()));
        attributes.map(|found| found.map(|found| (found.key.0.to_owned(), value(&found.value)))).collect()
    }

    fn read(tag: &str) -> Vec<Read> {
        let value = |raw: RawValue<'_>| raw.unescape().map(Cow::into_owned);
        RawAttributes::new(tag, 1).map(|found| found.map(|(name, raw)| (name.to_owned(), value(raw)))).collect()
    }

    proptest! {
        #[test]
        fn every_tag_is_read_as_the_parser_reads_it(attributes in "([ \\n]?[a-z:=]{0,3}[ =]?[\"']?[a-z&;<>é]{0,4}(&amp;)?[\"' ]?){0,5}") {
            let tag = format!("x{attributes}");
            prop_assert_eq!(read(&tag), parsed(&tag));
        }
    }
}
