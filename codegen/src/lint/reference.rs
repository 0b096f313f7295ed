//! The reference as lint looks at it: pages with their rows, what they say together, and what their samples show.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Erratum, ErratumError, Method, Resource, Schema, apply_errata};

use crate::diagnostics::{Diagnostic, drawn};
use crate::extract::{Extraction, Sample, extract_parsed};
use crate::pages::{self, BlockKind, Heading, Page, ParsedPage};

use super::finding::Spot;
use super::shown::{ShownObject, shown};

/// What the kinds of findings look at.
pub(super) struct Reference<'a> {
    /// The pages that can be understood, in order.
    pub(super) pages: Vec<PageView<'a>>,
    /// What the pages say.
    pub(super) schema: Schema,
    /// What they say once corrected.
    pub(super) corrected: Schema,
    /// The errata that do not apply.
    pub(super) stale: Vec<ErratumError>,
    /// The messages that the pages show.
    pub(super) samples: Vec<Sample>,
    /// The resources and inputs in samples, those within others apart from them.
    pub(super) shown: Vec<ShownObject>,
    /// What could not be placed.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The file names of the pages that cannot be understood.
    unreadable: BTreeSet<String>,
    by_name: BTreeMap<String, usize>,
    /// What each sample has in quotes, and where it does first.
    quoted: Vec<BTreeMap<&'a str, QuotedPlace>>,
    /// The properties and links that the pages of any revision of a rel list.
    listed: BTreeMap<String, BTreeSet<String>>,
}

/// A page with its rows.
pub(super) struct PageView<'a> {
    pub(super) page: &'a Page,
    pub(super) parsed: ParsedPage,
    pub(super) rows: Vec<TableRow>,
    /// The first row of each place.
    by_place: BTreeMap<String, usize>,
}

/// Where something in quotes stands in a page.
#[derive(Clone, Copy)]
struct QuotedPlace {
    line: usize,
    /// The character in the line, counted from 1.
    column: usize,
    /// The byte in the line.
    start: usize,
}

/// A row of a table.
#[derive(Clone)]
pub(super) struct TableRow {
    /// The heading that the table stands under.
    pub(super) section: Heading,
    /// The operation that it belongs to.
    pub(super) method: Option<Method>,
    /// Its line, counted from 1.
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

impl<'a> Reference<'a> {
    pub(super) fn of(pages: &'a [Page], parsed: Vec<ParsedPage>, errata: &[Erratum]) -> Self {
        let Extraction { schema, samples, mut diagnostics, mut warnings, unreadable, .. } =
            extract_parsed(pages, &parsed);
        diagnostics.append(&mut warnings);
        let mut corrected = schema.clone();
        let stale = apply_errata(&mut corrected, errata);
        let shown = shown(&samples);
        let unreadable: BTreeSet<String> = unreadable.into_iter().map(|page| page.name).collect();
        let read = pages.iter().zip(parsed).filter(|(page, _)| !unreadable.contains(page.name()));
        let pages: Vec<_> = read.map(|(page, parsed)| PageView::of(page, parsed)).collect();
        let by_name = pages.iter().enumerate().map(|(number, view)| (view.name().to_string(), number)).collect();
        let by_name: BTreeMap<_, _> = by_name;
        let page = |name: &str| by_name.get(name).and_then(|number: &usize| pages.get(*number));
        let quoted =
            samples.iter().map(|sample| page(&sample.page).map_or_else(BTreeMap::new, |view| view.quoted(sample)));
        let quoted = quoted.collect();
        let listed = listed(&schema);
        Self { pages, schema, corrected, stale, samples, shown, diagnostics, unreadable, by_name, quoted, listed }
    }

    pub(super) fn page(&self, name: &str) -> Option<&PageView<'a>> {
        self.by_name.get(name).and_then(|number| self.pages.get(*number))
    }

    /// Whether nothing is known of `name` because its page cannot be understood.
    pub(super) fn is_unreadable(&self, name: &str) -> bool {
        let is_page = |page: &String| {
            let stem = page.rsplit_once('.').map_or(page.as_str(), |(stem, _)| stem).to_lowercase();
            stem.strip_suffix("_ref").unwrap_or(&stem) == name.to_lowercase()
        };
        self.unreadable.iter().any(is_page)
    }

    /// Whether a page of any revision of a rel lists a property or link of this name.
    pub(super) fn lists(&self, rel: &str, name: &str) -> bool {
        self.listed.get(rel).is_some_and(|names| names.contains(name))
    }

    /// Whether a page describes a resource of this rel.
    pub(super) fn describes(&self, rel: &str) -> bool {
        self.listed.contains_key(rel)
    }

    /// Where `name` stands in the sample that shows an object: at the first line on which it is quoted, else where the sample begins.
    pub(super) fn in_sample(&self, shown: &ShownObject, name: &str) -> Spot {
        let sample = &self.samples[shown.sample];
        let Some(view) = self.page(&sample.page) else { return whole(&sample.page) };
        match self.quoted[shown.sample].get(name) {
            Some(place) => view.spot_at(place, name),
            None => view.spot(sample.line, ""),
        }
    }

    /// The row of a table at `place`, or the title of the page.
    pub(super) fn in_table(&self, page: &str, place: &str) -> Spot {
        let Some(view) = self.page(page) else { return whole(page) };
        view.row(place).map_or_else(|| view.title(), |row| view.spot(row.line, row.cell(0)))
    }

    /// The title of a page.
    pub(super) fn title(&self, page: &str) -> Spot {
        self.page(page).map_or_else(|| whole(page), PageView::title)
    }

    /// The resource that is shown: by the relation that leads to it, else by what it calls itself, else by what the
    /// operation returns once corrected.
    pub(super) fn owner(&self, shown: &ShownObject) -> Option<&Resource> {
        let sample = &self.samples[shown.sample];
        let by_relation = shown.relation.as_deref().and_then(|rel| self.first(rel));
        let by_rel = || shown.rel.as_deref().and_then(|rel| self.first(rel));
        let by_page = || if shown.relation.is_none() { self.represented(sample) } else { None };
        by_relation.or_else(by_rel).or_else(by_page)
    }

    /// What an operation returns, else what its page describes.
    fn represented(&self, sample: &Sample) -> Option<&Resource> {
        let resource = self.corrected.resources.get(&sample.resource)?;
        let operation = resource.operations.iter().find(|operation| Some(operation.method) == sample.method);
        let returned = operation.and_then(|operation| operation.response.resource.as_deref());
        self.schema.resources.get(returned.unwrap_or(&sample.resource))
    }

    /// The first revision of the resource of this rel.
    fn first(&self, rel: &str) -> Option<&Resource> {
        self.schema.resources.values().filter(|resource| resource.rel == rel).min_by_key(|resource| resource.revision)
    }

    /// The page that should say more about `owner`: the one with the sample where it is about the same resource.
    pub(super) fn page_of<'s>(&'s self, owner: &'s Resource, sample: &'s Sample) -> &'s str {
        let is_same = self.schema.resources.get(&sample.resource).is_some_and(|resource| resource.rel == owner.rel);
        if is_same { &sample.page } else { &owner.page }
    }
}

/// The properties and links that the pages of a rel list.
fn listed(schema: &Schema) -> BTreeMap<String, BTreeSet<String>> {
    let mut listed = BTreeMap::<String, BTreeSet<String>>::new();
    for resource in schema.resources.values() {
        let properties = resource.properties.iter().map(|property| &property.name);
        let names = properties.chain(resource.links.iter().map(|link| &link.rel)).cloned();
        listed.entry(resource.rel.clone()).or_default().extend(names);
    }
    listed
}

/// A place that is a page as a whole.
fn whole(page: &str) -> Spot {
    Spot { file: page.to_string(), line: 0, column: 0, span: (0, 0), source: String::new() }
}

impl<'a> PageView<'a> {
    fn of(page: &'a Page, parsed: ParsedPage) -> Self {
        let mut rows = Vec::new();
        for part in parsed.sections() {
            let (Some(section), method) = (part.heading, part.method) else { continue };
            for block in part.blocks {
                let BlockKind::Table(table) = &block.kind else { continue };
                let row = |row: &pages::Row| TableRow { section, method, line: row.line, cells: row.cells.clone() };
                rows.extend(table.rows.iter().map(row));
            }
        }
        let mut by_place = BTreeMap::new();
        for (number, row) in rows.iter().enumerate() {
            by_place.entry(row.place()).or_insert(number);
        }
        Self { page, parsed, rows, by_place }
    }

    /// The first row at a place, as [`TableRow::place`] has it.
    pub(super) fn row(&self, place: &str) -> Option<&TableRow> {
        self.by_place.get(place).map(|number| &self.rows[*number])
    }

    /// What stands in quotes in a sample, and where it does first.
    fn quoted(&self, sample: &Sample) -> BTreeMap<&'a str, QuotedPlace> {
        let count = sample.body.lines().count() + sample.headers.len() + 2;
        let mut quoted = BTreeMap::new();
        for (number, line) in self.page.lines_from(sample.line).take(count) {
            let mut place = QuotedPlace { line: number, column: 1, start: 0 };
            let mut parts = line.split('"').peekable();
            let mut is_first = true;
            while let Some(part) = parts.next() {
                // What stands between two quotes, whether or not the first begins a text.
                if !is_first && parts.peek().is_some() {
                    quoted.entry(part).or_insert(place);
                }
                is_first = false;
                place.column += part.chars().count() + 1;
                place.start += part.len() + 1;
            }
        }
        quoted
    }

    /// Where `name` is quoted in a sample.
    fn spot_at(&self, QuotedPlace { line, column, start }: &QuotedPlace, name: &str) -> Spot {
        let source = drawn(self.page.line(*line)).to_owned();
        let (file, span) = (self.page.path().display().to_string(), (*start, start + name.len()));
        Spot { file, line: *line, column: *column, span, source }
    }

    pub(super) fn name(&self) -> &str {
        self.page.name()
    }

    pub(super) fn title(&self) -> Spot {
        self.spot(self.parsed.title.as_ref().map_or(1, |title| title.line), "")
    }

    /// `part` of a line, or all of it.
    pub(super) fn spot(&self, line: usize, part: &str) -> Spot {
        let part = Some(part).filter(|part| self.page.line(line).contains(part));
        Spot::of(&self.page.diagnostic(line, part, "", ""))
    }
}

impl TableRow {
    pub(super) fn cell(&self, number: usize) -> &str {
        self.cells.get(number).map_or("", String::as_str)
    }

    /// The place of the row as errata write it: by its name.
    pub(super) fn place(&self) -> String {
        let name = self.cell(0);
        let method = self.method.map_or("", Method::name);
        match self.section {
            Heading::Properties => format!("properties/{name}"),
            Heading::Links => format!("links/{name}"),
            Heading::Scopes => format!("scopes/{name}"),
            Heading::Members => format!("members/{name}"),
            Heading::Event(kind) => format!("events/{name} {}", kind.name()),
            Heading::Query => format!("operations/{method}/query/{name}"),
            Heading::RequestBody => format!("operations/{method}/input/{name}"),
            Heading::ResponseBody => format!("operations/{method}/response/resource"),
            Heading::Errors => format!("operations/{method}/errors"),
            Heading::Reasons => format!("reasons/rows/{name}"),
            _ => name.to_string(),
        }
    }
}
