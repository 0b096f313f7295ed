//! Tables side by side: which row of the one is which of the other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use similar::{Algorithm, DiffOp, capture_diff_slices};
use ucwa_schema::{Member, Parameter, Property, Relation};

use super::surface::Numbered;

/// A row of a table: its name, and what it is on both sides. One that was renamed has its new name.
pub(super) type RowPair<'a, T> = (String, Option<&'a T>, Option<&'a T>);

/// The rows of two tables side by side, in the order of the new table, those that are gone behind.
pub(super) fn rows<'a, T>(old: &'a [T], new: &'a [T], name: impl Fn(&T) -> String) -> Vec<RowPair<'a, T>> {
    let keyed = |rows: &'a [T]| -> Vec<(String, &'a T)> {
        let mut numbered = Numbered::default();
        rows.iter().map(|row| (numbered.place(name(row)), row)).collect()
    };
    let (old, new) = (keyed(old), keyed(new));
    let before: BTreeMap<&str, &'a T> = old.iter().map(|(name, row)| (name.as_str(), *row)).collect();
    let after: BTreeSet<&str> = new.iter().map(|(name, _)| name.as_str()).collect();
    let both = new.iter().map(|(name, row)| (name.clone(), before.get(name.as_str()).copied(), Some(*row)));
    let gone = old.iter().filter(|(name, _)| !after.contains(name.as_str()));
    let mut rows: Vec<RowPair<'a, T>> = both.collect();
    rows.extend(gone.map(|(name, row)| (name.clone(), Some(*row), None)));
    rows
}

/// A row whose name can become another.
pub(super) trait Named {
    /// The name on the wire.
    fn name(&self) -> &str;

    /// Whether two rows say the same but for their names, and enough to take the one for the other.
    fn says_the_same(&self, other: &Self) -> bool;
}

impl Named for Property {
    fn name(&self) -> &str {
        &self.name
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.limits == other.limits && self.summary == other.summary
    }
}

impl Named for Parameter {
    fn name(&self) -> &str {
        &self.name
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let is_same = self.kind == other.kind && self.required == other.required;
        is_same && self.limits == other.limits && self.summary == other.summary
    }
}

impl Named for Relation {
    fn name(&self) -> &str {
        &self.rel
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let is_same = self.target == other.target && self.cardinality == other.cardinality;
        is_same && self.embedded == other.embedded && self.summary == other.summary
    }
}

impl Named for Member {
    fn name(&self) -> &str {
        &self.name
    }

    /// But for its name, a value has a summary alone.
    fn says_the_same(&self, other: &Self) -> bool {
        self.summary.is_some() && self.summary == other.summary
    }
}

/// What else there is of rows that belong to two tables, on both sides: a row that went there was not renamed.
pub(super) struct Elsewhere<'a, T> {
    pub(super) old: &'a [T],
    pub(super) new: &'a [T],
}

impl<T> Elsewhere<'_, T> {
    /// The two tables are all there is.
    pub(super) const NOTHING: Self = Self { old: &[], new: &[] };
}

/// The rows of two tables side by side like [`rows`], where one that was renamed is on both sides: one whose name differs by
/// case alone, and one that stands where another stood and says the same.
pub(super) fn named_rows<'a, T: Named>(
    old: &'a [T],
    new: &'a [T],
    elsewhere: &Elsewhere<'_, T>,
) -> Vec<RowPair<'a, T>> {
    let mut rows = rows(old, new, |row| row.name().to_owned());
    let old_names: BTreeSet<_> = old.iter().chain(elsewhere.old).map(Named::name).collect();
    let new_names: BTreeSet<_> = new.iter().chain(elsewhere.new).map(Named::name).collect();
    let is_gone = |row: &T| !new_names.contains(row.name());
    let is_new = |row: &T| !old_names.contains(row.name());

    let mut gone = BTreeMap::<_, VecDeque<usize>>::new();
    for (number, before) in only_old(&rows).filter(|(_, before)| is_gone(before)) {
        gone.entry(letters(before.name())).or_default().push_back(number);
    }
    for number in 0..rows.len() {
        let (_, None, Some(after)) = rows[number] else { continue };
        let alike = gone.get_mut(&letters(after.name())).filter(|_| is_new(after));
        if let Some(before) = alike.and_then(VecDeque::pop_front) {
            rows[number].1 = rows[before].1.take();
        }
    }

    let by_address = |row: &T| std::ptr::from_ref(row);
    let gone: BTreeMap<_, _> = only_old(&rows)
        .filter(|(_, before)| is_gone(before))
        .map(|(number, before)| (by_address(before), number))
        .collect();
    let replaced = replaced(old, new).into_iter().filter(|(before, after)| before.says_the_same(after));
    let replaced: BTreeMap<_, _> =
        replaced.filter_map(|(before, after)| Some((by_address(after), *gone.get(&by_address(before))?))).collect();
    for number in 0..rows.len() {
        let (_, None, Some(after)) = rows[number] else { continue };
        if let Some(before) = replaced.get(&by_address(after)).filter(|_| is_new(after)) {
            rows[number].1 = rows[*before].1.take();
        }
    }
    rows.retain(|(_, before, after)| before.is_some() || after.is_some());
    rows
}

/// The rows of the old table that are in no pair so far, with the places of their pairs.
fn only_old<'a, T>(rows: &[RowPair<'a, T>]) -> impl Iterator<Item = (usize, &'a T)> {
    rows.iter().enumerate().filter_map(|(number, (_, before, after))| match (before, after) {
        (Some(before), None) => Some((number, *before)),
        _ => None,
    })
}

/// The entries of two maps side by side, where those whose names differ by case alone are one.
pub(super) fn entries<'a, T>(old: &'a BTreeMap<String, T>, new: &'a BTreeMap<String, T>) -> Vec<RowPair<'a, T>> {
    let mut gone = BTreeMap::<_, VecDeque<_>>::new();
    for (name, entry) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        gone.entry(letters(name)).or_default().push_back((name, entry));
    }
    let mut entries = Vec::new();
    for (name, entry) in new {
        let before = old.get(name).or_else(|| Some(gone.get_mut(&letters(name))?.pop_front()?.1));
        entries.push((name.clone(), before, Some(entry)));
    }
    let gone: BTreeMap<_, _> = gone.into_values().flatten().collect();
    entries.extend(gone.into_iter().map(|(name, entry)| (name.clone(), Some(entry), None)));
    entries
}

/// What of a name is left where case, and what stands between words, do not count.
fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The rows that stand where others stood: as many as those, between the same neighbours.
fn replaced<'a, T: Named>(old: &'a [T], new: &'a [T]) -> Vec<(&'a T, &'a T)> {
    let names = |rows: &'a [T]| rows.iter().map(Named::name).collect::<Vec<_>>();
    let steps = capture_diff_slices(Algorithm::Myers, &names(old), &names(new));
    let pairs = steps.into_iter().filter_map(|step| match step {
        DiffOp::Replace { old_index, old_len, new_index, new_len } if old_len == new_len => {
            Some(old[old_index..][..old_len].iter().zip(&new[new_index..][..new_len]))
        }
        _ => None,
    });
    pairs.flatten().collect()
}
