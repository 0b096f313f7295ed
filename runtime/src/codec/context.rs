//! What readers share: limits, and the path to what they are reading.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::codec::{DecodeError, DecodeProblem};
use crate::model::{Object, Registry, RegistryEntry, Relation, TOO_MANY_NAMES, USUAL_RELATIONS};

/// Limits of what a reader accepts, and what it does with values that do not fit their types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Maximum size of a document, in bytes (default 16 MiB).
    pub size: usize,
    /// Maximum depth of resources embedded in each other (default 24, never more than 128). In JSON, 128 is also the limit on
    /// brackets of all kinds.
    pub depth: usize,
    /// Maximum memory that the objects made from a document may take, in bytes (default 160 MiB, ten times the default
    /// [`size`](Self::size)).
    ///
    /// Readers add up what they allocate as they go. Text counts as the document that it stands in, which is not part of the
    /// sum. Reading stops with [`DecodeProblem::TooLarge`] before the sum exceeds the limit.
    pub memory: usize,
    /// What happens to a value that does not fit its type (default [`Strictness::Lenient`]).
    pub strictness: Strictness,
}

/// What a reader does with a value that does not fit its type, such as a date that is not one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strictness {
    /// Keeps the value as it came, lists it in [`Envelope::unreadable`](crate::Envelope::unreadable), and reads the rest.
    #[default]
    Lenient,
    /// Returns an error.
    Strict,
}

/// The maximum depth, whatever the caller says: readers are recursive.
pub(crate) const MAXIMUM_DEPTH: usize = 128;

/// Why reading stops where the memory is used up; [`Context::error`] gives the limit.
const TOO_LARGE: &str = "the document takes too much memory";

impl Default for Limits {
    fn default() -> Self {
        Self { size: 16 << 20, depth: 24, memory: 160 << 20, strictness: Strictness::default() }
    }
}

impl Limits {
    /// Returns the same limits with documents of at most `bytes`.
    #[must_use]
    pub fn with_size(self, bytes: usize) -> Self {
        Self { size: bytes, ..self }
    }

    /// Returns the same limits with at most `resources` embedded in each other.
    #[must_use]
    pub fn with_depth(self, resources: usize) -> Self {
        Self { depth: resources, ..self }
    }

    /// Returns the same limits with at most `bytes` of memory for what is read.
    #[must_use]
    pub fn with_memory(self, bytes: usize) -> Self {
        Self { memory: bytes, ..self }
    }

    /// Returns the same limits for a reader that refuses values that do not fit their types.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strictness: Strictness::Strict, ..self }
    }

    pub(crate) fn check_size(self, bytes: &[u8]) -> Result<(), DecodeError> {
        if bytes.len() > self.size {
            return Err(DecodeError::new(DecodeProblem::TooLong { size: bytes.len(), limit: self.size }));
        }
        Ok(())
    }
}

/// A step of the path to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PathSegment {
    /// A property, relation or other key.
    Key(String),
    /// A position in a list, from 0.
    Index(usize),
}

/// What a reader carries with it. The path is only built where something went wrong: from the inside out.
pub(crate) struct Context {
    limits: Limits,
    pass: Pass,
    depth: Cell<usize>,
    path: RefCell<Vec<PathSegment>>,
    memory: Cell<usize>,
    exceeded: Cell<Option<Exceeded>>,
    /// The resources that were looked up last: most messages name few of them, again and again.
    recent: [Cell<Option<&'static RegistryEntry>>; RECENT],
}

/// How many resources are found without a search.
const RECENT: usize = 4;

/// How a document is read.
///
/// Where all is well, which is nearly always, it is read in one go. Only if that fails for a value that does not fit, it is
/// read a second time, value by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// The first value that does not fit ends it.
    First,
    /// What does not fit is kept.
    Keeping,
}

/// Reads a document, a second time where something in it does not fit and is to be kept.
pub(crate) fn in_passes<T>(
    limits: Limits,
    mut read: impl FnMut(&Context) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    match read(&Context::new(limits)) {
        Err(error) if limits.strictness == Strictness::Lenient && error.is_of_a_value() => {
            read(&Context::again(limits))
        }
        result => result,
    }
}

/// A limit that a document exceeds.
#[derive(Debug, Clone, Copy)]
enum Exceeded {
    Depth,
    Names,
    Memory,
}

/// What an allocation takes beside what is stored in it.
const ALLOCATION: usize = 16;

/// How many entries an object of JSON has room for when the first one comes.
pub(crate) const FIRST_ENTRIES: usize = 12;

impl Context {
    pub(crate) fn new(limits: Limits) -> Self {
        Self::of_pass(limits, Pass::First)
    }

    /// For a document that is read a second time.
    pub(crate) fn again(limits: Limits) -> Self {
        let pass = match limits.strictness {
            Strictness::Lenient => Pass::Keeping,
            Strictness::Strict => Pass::First,
        };
        Self::of_pass(limits, pass)
    }

    fn of_pass(limits: Limits, pass: Pass) -> Self {
        Self {
            limits,
            pass,
            depth: Cell::new(0),
            path: RefCell::default(),
            memory: Cell::new(limits.memory),
            exceeded: Cell::default(),
            recent: Default::default(),
        }
    }

    /// Whether values that do not fit are kept in this pass.
    pub(crate) fn is_keeping(&self) -> bool {
        self.pass == Pass::Keeping
    }

    /// Whether the memory is used up, so that nothing more of the document may be read.
    pub(crate) fn is_exhausted(&self) -> bool {
        matches!(self.exceeded.get(), Some(Exceeded::Memory))
    }

    /// Whether the document exceeds a limit, so that nothing more of it may be read.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.exceeded.get().is_some()
    }

    /// Counts an object that is allocated by itself.
    pub(crate) fn allocate(&self, size: usize) -> Result<(), &'static str> {
        self.take(size + ALLOCATION)
    }

    /// Counts an item of a list, and what the item has allocated itself. A list that grows takes three times as much for a
    /// moment: it moves to a place with room for as many more.
    pub(crate) fn push(&self, size: usize) -> Result<(), &'static str> {
        self.take(3 * size + ALLOCATION)
    }

    /// Counts the room that an object of JSON makes for its first entries.
    pub(crate) fn begin_object(&self) -> Result<(), &'static str> {
        self.allocate(FIRST_ENTRIES * size_of::<(String, Json)>())
    }

    /// Counts a relation that an object may get. The first makes room for several.
    pub(crate) fn relate(&self, object: &dyn Object) -> Result<(), &'static str> {
        match object.envelope().relations() {
            [] => self.allocate(USUAL_RELATIONS * size_of::<Relation>()),
            _ => self.push(size_of::<Relation>()),
        }
    }

    fn take(&self, bytes: usize) -> Result<(), &'static str> {
        let Some(rest) = self.memory.get().checked_sub(bytes) else {
            self.exceeded.set(Some(Exceeded::Memory));
            return Err(TOO_LARGE);
        };
        self.memory.set(rest);
        Ok(())
    }

    /// The resource that is called `rel`, in its latest revision; `None` where no page describes it.
    pub(crate) fn described(&self, registry: &'static Registry, rel: &str) -> Option<&'static RegistryEntry> {
        let recent = self.recent.iter().filter_map(Cell::get).find(|entry| entry.rel == rel);
        recent.or_else(|| {
            let entry = registry.latest(rel)?;
            // Each makes way for the one that came after it.
            let mut newer = Some(entry);
            for place in &self.recent {
                newer = place.replace(newer);
            }
            Some(entry)
        })
    }

    /// A rel, without a text of its own where a page describes it.
    pub(crate) fn rel(&self, registry: &'static Registry, rel: &str) -> Cow<'static, str> {
        self.described(registry, rel).map_or_else(|| rel.to_owned().into(), |entry| entry.rel.into())
    }

    /// Goes one resource deeper, if that is allowed.
    pub(crate) fn enter(&self) -> bool {
        self.depth.set(self.depth.get() + 1);
        let allowed = self.depth.get() <= self.depth_limit();
        if !allowed {
            self.exceeded.set(Some(Exceeded::Depth));
        }
        allowed
    }

    /// Sees that an object has no more names than are looked for one by one.
    pub(crate) fn check_names(&self, object: &dyn Object) -> Result<(), &'static str> {
        if object.envelope().is_full() {
            self.exceeded.set(Some(Exceeded::Names));
            return Err(TOO_MANY_NAMES);
        }
        Ok(())
    }

    fn depth_limit(&self) -> usize {
        self.limits.depth.min(MAXIMUM_DEPTH)
    }

    pub(crate) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    /// The error with the path, which is known in full only when the reader is back at the root.
    pub(crate) fn locate(&self, error: DecodeError) -> DecodeError {
        DecodeError { path: self.path(), ..error }
    }

    /// How many resources deep the reader is.
    pub(crate) fn depth(&self) -> usize {
        self.depth.get()
    }

    /// Lets reading go on at `depth` as if nothing had gone wrong.
    pub(crate) fn restart(&self, depth: usize) {
        self.depth.set(depth);
        self.path.borrow_mut().clear();
        // Used memory stays used.
        if !self.is_exhausted() {
            self.exceeded.set(None);
        }
    }

    /// Notes that what went wrong lies below `key`.
    pub(crate) fn failed_in(&self, key: &str) {
        self.path.borrow_mut().push(PathSegment::Key(key.to_owned()));
    }

    /// Notes that what went wrong lies in the item at `index`.
    pub(crate) fn failed_at(&self, index: usize) {
        self.path.borrow_mut().push(PathSegment::Index(index));
    }

    /// The path to what went wrong.
    pub(crate) fn path(&self) -> String {
        let mut text = String::new();
        for segment in self.path.borrow().iter().rev() {
            match segment {
                PathSegment::Key(key) if text.is_empty() => text.push_str(key),
                // Writing to a string cannot fail.
                PathSegment::Key(key) => drop(write!(text, ".{key}")),
                PathSegment::Index(index) => drop(write!(text, "[{index}]")),
            }
        }
        text
    }

    /// The error with what this context knows about it.
    pub(crate) fn error(&self, problem: DecodeProblem, offset: Option<usize>) -> DecodeError {
        let problem = match self.exceeded.get() {
            Some(Exceeded::Depth) => DecodeProblem::TooDeep { limit: self.depth_limit() },
            Some(Exceeded::Memory) => DecodeProblem::TooLarge { limit: self.limits.memory },
            Some(Exceeded::Names) => DecodeProblem::Shape(TOO_MANY_NAMES.into()),
            None => problem,
        };
        DecodeError { problem, path: self.path(), offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The memory that something takes, by counting it with less and less of it.
    fn taken(count: impl Fn(&Context) -> Result<(), &'static str>) -> usize {
        let fits = |memory: &usize| count(&Context::new(Limits::default().with_memory(*memory))).is_ok();
        (0..1 << 12).find(fits).expect("it fits in 4 KiB")
    }

    #[test]
    fn what_is_allocated_counts_with_what_the_allocation_takes_and_an_item_of_a_list_three_times() {
        for size in [0, 1, 24, 100] {
            assert_eq!(taken(|context| context.allocate(size)), size + ALLOCATION);
            assert_eq!(taken(|context| context.push(size)), 3 * size + ALLOCATION);
        }
    }

    #[test]
    fn memory_that_is_used_stays_used_and_another_limit_is_forgotten_when_reading_goes_on() {
        let context = Context::new(Limits::default().with_memory(100).with_depth(1));
        assert!(context.enter());
        let depth = context.depth();
        assert!(!context.enter() && context.is_exceeded() && !context.is_exhausted());
        context.restart(depth);
        assert!(!context.is_exceeded());
        context.leave();
        assert!(context.enter(), "it is as deep as it was");
        assert!(context.allocate(50).is_ok() && context.allocate(50).is_err() && context.is_exhausted());
        context.restart(0);
        assert!(context.is_exhausted(), "what was read before is still there");
    }
}
