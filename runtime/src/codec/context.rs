//! What readers share: limits, and the path to what they are reading.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use crate::codec::{DecodeError, DecodeProblem};

/// How much a reader takes from a server before it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest document, in bytes. 16 MiB unless said otherwise.
    pub size: usize,
    /// How deep resources may lie in each other. 24 unless said otherwise; never more than 128, which in JSON is a limit on
    /// brackets of all kinds.
    pub depth: usize,
}

/// How deep anything may lie, whatever the caller says: readers go down by calling themselves.
pub(crate) const MAXIMUM_DEPTH: usize = 128;

impl Default for Limits {
    fn default() -> Self {
        Self { size: 16 << 20, depth: 24 }
    }
}

impl Limits {
    /// The same limits with documents of at most `bytes`.
    #[must_use]
    pub fn with_size(self, bytes: usize) -> Self {
        Self { size: bytes, ..self }
    }

    /// The same limits with resources at most `resources` deep in each other.
    #[must_use]
    pub fn with_depth(self, resources: usize) -> Self {
        Self { depth: resources, ..self }
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
    depth: Cell<usize>,
    path: RefCell<Vec<PathSegment>>,
    too_deep: Cell<bool>,
}

impl Context {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, depth: Cell::new(0), path: RefCell::default(), too_deep: Cell::new(false) }
    }

    /// Goes one resource deeper, if that is allowed.
    pub(crate) fn enter(&self) -> bool {
        self.depth.set(self.depth.get() + 1);
        let allowed = self.depth.get() <= self.depth_limit();
        self.too_deep.set(self.too_deep.get() || !allowed);
        allowed
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
        self.too_deep.set(false);
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
        let problem = if self.too_deep.get() { DecodeProblem::TooDeep { limit: self.depth_limit() } } else { problem };
        DecodeError { problem, path: self.path(), offset }
    }
}
