//! Keeping what does not fit, in a document that is read once more for that: each part as it came.

use serde::Serialize;

use super::elements::{Reader, Tag};
use crate::codec::{DecodeError, DecodeProblem};
use crate::model::{Mismatch, Object, Place, Raw, Unreadable};

impl<'d> Reader<'d, '_> {
    /// Keeps what a field does not take, or makes it the reason why the document is not read.
    #[cold]
    pub(super) fn misfit(
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

    /// Keeps the element of what is no link, whose end was just read, or makes it the reason why the document is not read.
    #[cold]
    pub(super) fn keep_link(
        &self,
        object: &mut dyn Object,
        tag: Tag<'d>,
        error: DecodeError,
    ) -> Result<(), DecodeError> {
        if !self.context.is_keeping() || !matches!(error.problem, DecodeProblem::Shape(_)) {
            return Err(error);
        }
        self.context.restart(self.context.depth());
        let rel = self.attribute(tag, "rel").unwrap_or_default();
        let path = if rel.is_empty() { "_links".to_owned() } else { format!("_links.{rel}") };
        let element = self.text.get(tag.opening..self.position()).unwrap_or_default();
        self.keep(object, Place::Link(rel.into(), None), path, "a link", Raw::Xml(element.into()))
    }

    /// Keeps a part as it came, within the limits.
    pub(super) fn keep(
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
}
