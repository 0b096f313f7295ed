//! Under which names properties were read whose names have other letters than the table, large or small.

/// For each property, by its position in the table, the name under which its value came. Where a name comes again, the last
/// value counts, as it does for exact names; another name is another property.
pub(crate) struct TakenNames<N>(Vec<(usize, N)>);

impl<N> Default for TakenNames<N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<N: AsRef<str>> TakenNames<N> {
    /// Whether the value of a property came under this very name.
    pub(crate) fn is_taken_by(&self, index: usize, name: &str) -> bool {
        self.0.iter().any(|(taken, found)| *taken == index && found.as_ref() == name)
    }

    /// Remembers the name, instead of the one that had no value.
    pub(crate) fn take(&mut self, index: usize, name: N) {
        match self.0.iter_mut().find(|(taken, _)| *taken == index) {
            Some((_, found)) => *found = name,
            None => self.0.push((index, name)),
        }
    }
}
