//! Where everything stands in the picture: a box for each category, and in it a column or more of resources.
//!
//! The order is that of the alphabet, so that a name is found by eye, and the same schema always gives the same picture.

use std::collections::BTreeMap;

use super::model::{Graph, category};

pub(super) const COLUMNS: usize = 6;
pub(super) const NODE: (usize, usize) = (188, 19);
const STEP: (usize, usize) = (198, 24);
const MARGIN: usize = 10;
const TITLE: usize = 22;
const GAP: usize = 12;

/// A box with a category.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DiagramGroup<'a> {
    pub(super) name: &'a str,
    pub(super) colour: &'static str,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) count: usize,
}

/// Where everything stands.
pub(super) struct Diagram<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) groups: Vec<DiagramGroup<'a>>,
    /// The upper left corner of each resource, by name.
    pub(super) nodes: BTreeMap<&'a str, (usize, usize)>,
}

/// A category with its number of resources.
type Sized<'a> = (&'a str, &'static str, usize);

impl<'a> Diagram<'a> {
    pub(super) fn of(graph: &Graph<'a>) -> Self {
        let count = |name: &str| graph.resources.iter().filter(|resource| category(resource) == name).count();
        let categories: Vec<Sized> =
            graph.categories.iter().map(|(name, colour)| (*name, *colour, count(name))).collect();
        let mut diagram =
            Self { width: COLUMNS * STEP.0 + 2 * MARGIN, height: MARGIN, groups: Vec::new(), nodes: BTreeMap::new() };
        for shelf in shelves(&categories) {
            diagram.shelf(graph, shelf);
        }
        diagram
    }

    fn shelf(&mut self, graph: &Graph<'a>, categories: &[Sized<'a>]) {
        let columns = columns(categories);
        let rows = rows(categories, &columns);
        let height = TITLE + rows * STEP.1 + 4;
        let mut x = MARGIN;
        for ((name, colour, count), columns) in categories.iter().zip(columns) {
            let in_column = count.div_ceil(columns).max(1);
            let group =
                DiagramGroup { name, colour, x, y: self.height, width: columns * STEP.0 - 6, height, count: *count };
            for (number, resource) in graph.resources.iter().filter(|resource| category(resource) == *name).enumerate()
            {
                let (column, row) = (number / in_column, number % in_column);
                let place = (x + 2 + column * STEP.0, self.height + TITLE + row * STEP.1);
                self.nodes.insert(resource.name.as_str(), place);
            }
            self.groups.push(group);
            x += columns * STEP.0;
        }
        self.height += height + GAP;
    }
}

/// How many rows a shelf has.
fn rows(categories: &[Sized], columns: &[usize]) -> usize {
    categories.iter().zip(columns).map(|((_, _, count), columns)| count.div_ceil(*columns)).max().unwrap_or(0)
}

/// How many columns each category of a shelf has: one, and more for the tallest as long as there are any.
fn columns(categories: &[Sized]) -> Vec<usize> {
    let mut columns = vec![1; categories.len()];
    for _ in categories.len()..COLUMNS {
        let tallest = (0..columns.len())
            .max_by_key(|index| (categories[*index].2.div_ceil(columns[*index]), std::cmp::Reverse(*index)));
        if let Some(index) = tallest {
            columns[index] += 1;
        }
    }
    columns
}

/// The shelves, one below the other, that make the picture the least tall.
fn shelves<'s, 'a>(categories: &'s [Sized<'a>]) -> Vec<&'s [Sized<'a>]> {
    // The best way to shelve everything from a category on, with its height; from behind.
    let mut best: Vec<(usize, Vec<&[Sized]>)> = vec![(0, Vec::new())];
    for start in (0..categories.len()).rev() {
        let ends = start + 1..=categories.len().min(start + COLUMNS);
        let ways = ends.map(|end| {
            let shelf = &categories[start..end];
            let (height, rest) = &best[categories.len() - end];
            let own = TITLE + rows(shelf, &columns(shelf)) * STEP.1 + GAP;
            (own + height, std::iter::once(shelf).chain(rest.iter().copied()).collect())
        });
        best.push(ways.min_by_key(|(height, _): &(usize, Vec<_>)| *height).unwrap_or_default());
    }
    best.pop().unwrap_or_default().1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_categories_have_a_shelf_of_their_own_and_small_ones_share() {
        let categories: Vec<Sized> =
            [136, 50, 23, 15, 10, 4].into_iter().map(|count| ("a category", "#fff", count)).collect();
        let sizes: Vec<Vec<usize>> =
            shelves(&categories).iter().map(|shelf| shelf.iter().map(|(_, _, count)| *count).collect()).collect();
        assert_eq!(sizes.concat(), [136, 50, 23, 15, 10, 4], "nothing is lost");
        assert_eq!(sizes[0], [136]);
        let all: usize = shelves(&categories).iter().map(|shelf| rows(shelf, &columns(shelf))).sum();
        assert!(all <= 44, "{sizes:?} take {all} rows");
    }

    #[test]
    fn more_categories_than_columns_go_on_several_shelves() {
        let categories: Vec<Sized> = (0..15).map(|_| ("a category", "#fff", 1)).collect();
        assert_eq!(shelves(&categories).iter().map(|shelf| shelf.len()).sum::<usize>(), 15);
        assert!(shelves(&categories).iter().all(|shelf| shelf.len() <= COLUMNS));
        assert_eq!(shelves(&[]), Vec::<&[Sized]>::new());
    }
}
