//! The reference as lint looks at it: pages with their rows, what they say together, and what their samples show.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_schema::{Erratum, ErratumError, Method, Resource, Schema, apply_errata};

use crate::diagnostics::Diagnostic;
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
}

/// A page with its rows.
pub(super) struct PageView<'a> {
    pub(super) page: &'a Page,
    pub(super) parsed: ParsedPage,
    pub(super) rows: Vec<TableRow>,
}

/// A row of a table.
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
        Self { pages, schema, corrected, stale, samples, shown, diagnostics, unreadable, by_name }
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

    /// Where `name` stands in a sample: at the first line on which it is quoted, else where the sample begins.
    pub(super) fn in_sample(&self, sample: &Sample, name: &str) -> Spot {
        let Some(view) = self.page(&sample.page) else { return whole(&sample.page) };
        let quoted = format!("\"{name}\"");
        let count = sample.body.lines().count() + sample.headers.len() + 2;
        let mut lines = view.page.lines().skip_while(|(number, _)| *number < sample.line).take(count);
        match lines.find(|(_, line)| line.contains(&quoted)) {
            Some((line, _)) => view.spot(line, name),
            None => view.spot(sample.line, ""),
        }
    }

    /// The row of a table that begins with `name`, or the title of the page.
    pub(super) fn in_table(&self, page: &str, section: Heading, name: &str) -> Spot {
        let Some(view) = self.page(page) else { return whole(page) };
        let row =
            view.rows.iter().find(|row| row.section == section && row.cells.first().is_some_and(|cell| cell == name));
        row.map_or_else(|| view.title(), |row| view.spot(row.line, name))
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
        Self { page, parsed, rows }
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
