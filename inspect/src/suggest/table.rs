//! Rows that errata add to the tables of pages.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use ucwa_schema::{Enumeration, Erratum, Resource};

/// A table of a page.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Table {
    /// The resource or enumeration.
    owner: String,
    page: String,
    /// The place of the table in it.
    place: String,
    /// How many rows the schema has. Without any there is no table in the schema's text.
    length: usize,
    naming: Naming,
}

/// How errata name the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// By what they describe.
    Name,
    /// By their number, as they describe nothing that has a name.
    Number,
}

impl Table {
    pub(super) fn of_resource(resource: &Resource, place: impl Into<String>, length: usize, naming: Naming) -> Self {
        let (owner, page) = (resource.name.clone(), resource.page.clone());
        Self { owner, page, place: place.into(), length, naming }
    }

    pub(super) fn of_members(enumeration: &Enumeration) -> Self {
        let (owner, page) = (enumeration.name.clone(), enumeration.page.clone());
        Self { owner, page, place: "members".into(), length: enumeration.members.len(), naming: Naming::Name }
    }

    fn into_errata(self, rows: Vec<Row>) -> Vec<Erratum> {
        let Self { owner, page, place, length, naming } = self;
        if length == 0 {
            let id = id(&owner, place.rsplit('/').next().unwrap_or_default());
            let reason = rows.iter().map(|row| format!("`{}`: {}", row.name, row.reason)).collect::<Vec<_>>().join(" ");
            let value = rows.into_iter().map(|row| row.value).collect();
            return vec![Erratum { id, page, place, expected: Json::Null, value, reason }];
        }
        let erratum = |(number, row): (usize, Row)| {
            let step = match naming {
                Naming::Name => row.name.clone(),
                Naming::Number => (length + number).to_string(),
            };
            Erratum {
                id: id(&owner, &row.name),
                page: page.clone(),
                place: format!("{place}/{step}"),
                expected: Json::Null,
                value: row.value,
                reason: row.reason,
            }
        };
        rows.into_iter().enumerate().map(erratum).collect()
    }
}

/// A row, with why.
#[derive(Debug)]
pub(super) struct Row {
    /// What it describes, in a word.
    pub(super) name: String,
    pub(super) value: Json,
    pub(super) reason: String,
}

/// The rows that tables get.
#[derive(Debug, Default)]
pub(super) struct Additions(BTreeMap<Table, Vec<Row>>);

impl Additions {
    /// Adds a row, unless one for the same is there: a value that is seen in several properties is still one value.
    pub(super) fn add(&mut self, table: Table, row: Row) {
        let rows = self.0.entry(table).or_default();
        if !rows.iter().any(|known| known.name == row.name) {
            rows.push(row);
        }
    }

    pub(super) fn into_errata(self) -> impl Iterator<Item = Erratum> {
        self.0.into_iter().flat_map(|(table, rows)| table.into_errata(rows))
    }
}

/// What an erratum is called.
pub(super) fn id(owner: &str, name: &str) -> String {
    format!("traffic-{owner}-{}", name.replace(' ', "-"))
}

/// Numbers errata of one name: a property and a link, or the properties of two inputs, may have the same.
pub(super) fn make_unique(errata: &mut [Erratum]) {
    let mut taken = BTreeMap::<String, usize>::new();
    for erratum in errata {
        let count = taken.entry(erratum.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            erratum.id = format!("{}-{count}", erratum.id);
        }
    }
}
