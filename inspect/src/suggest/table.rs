//! Rows that errata add to the tables of pages.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;
use ucwa_schema::{Enumeration, Erratum, Resource, row_name};

/// A table of a page.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SuggestedTable {
    /// The resource or enumeration.
    owner: String,
    page: String,
    /// The place of the table in it.
    place: String,
    /// The names of the rows that the schema has. Without any there is no table in the schema's text.
    rows: Vec<String>,
}

impl SuggestedTable {
    pub(super) fn of_resource<T: Serialize>(resource: &Resource, place: impl Into<String>, rows: &[T]) -> Self {
        Self { owner: resource.name.clone(), page: resource.page.clone(), place: place.into(), rows: names(rows) }
    }

    pub(super) fn of_members(enumeration: &Enumeration) -> Self {
        let (owner, page) = (enumeration.name.clone(), enumeration.page.clone());
        Self { owner, page, place: "members".into(), rows: names(&enumeration.members) }
    }

    fn into_errata(self, rows: Vec<SuggestedRow>) -> Vec<Erratum> {
        let Self { owner, page, place, rows: mut known } = self;
        if known.is_empty() {
            let id = id(&owner, place.rsplit('/').next().unwrap_or_default());
            let reason = rows.iter().map(|row| format!("`{}`: {}", row.name, row.reason)).collect::<Vec<_>>().join(" ");
            let value = rows.into_iter().map(|row| row.value).collect();
            return vec![Erratum { id, page, place, expected: Json::Null, value, reason }];
        }
        let erratum = |SuggestedRow { name, value, reason }| {
            let step = new_step(&mut known, row_name(&value).unwrap_or_else(|| name.clone()));
            let (id, place) = (id(&owner, &name), format!("{place}/{step}"));
            Erratum { id, page: page.clone(), place, expected: Json::Null, value, reason }
        };
        rows.into_iter().map(erratum).collect()
    }
}

fn names<T: Serialize>(rows: &[T]) -> Vec<String> {
    rows.iter().filter_map(|row| row_name(&serde_json::to_value(row).ok()?)).collect()
}

/// The step that leads to a new row of a name, numbered where there are rows of that name.
fn new_step(known: &mut Vec<String>, name: String) -> String {
    let count = known.iter().filter(|row| **row == name).count();
    let step = if count == 0 { name.clone() } else { format!("{name}#{}", count + 1) };
    known.push(name);
    step
}

/// A row, with why.
#[derive(Debug)]
pub(super) struct SuggestedRow {
    /// What it describes, in a word.
    pub(super) name: String,
    pub(super) value: Json,
    pub(super) reason: String,
}

/// The rows that tables get.
#[derive(Debug, Default)]
pub(super) struct Additions(BTreeMap<SuggestedTable, Vec<SuggestedRow>>);

impl Additions {
    /// Adds a row, unless one for the same is there: a value that is seen in several properties is still one value.
    pub(super) fn add(&mut self, table: SuggestedTable, row: SuggestedRow) {
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
