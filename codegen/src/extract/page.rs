//! From the blocks of a page to what it says.

use crate::diagnostics::Diagnostic;
use crate::pages::{self, Block, BlockKind, Columns, Heading, Page, Reading, Row, Table};

use super::draft::{Counts, Draft, Origin, Subject};
use super::{catalogue, resource};

/// Reads a page and takes out what it says.
pub(super) fn draft(page: &Page) -> Draft {
    let reading = pages::read(page);
    let mut context = Context::new(page);
    let subject = context.subject(&reading);
    let line = reading.title.as_ref().map_or(1, |title| title.line);
    let (path, name) = (page.path().to_path_buf(), page.name().to_string());
    let mut diagnostics = reading.diagnostics;
    diagnostics.append(&mut context.diagnostics);
    if matches!(subject, Subject::Unknown) {
        // Line by line, a page of something else is wrong everywhere.
        diagnostics.retain(|diagnostic| diagnostic.line <= line);
    }
    diagnostics.sort();
    let counts = Counts::of(&subject);
    Draft { page: Origin { path, name, line }, subject, diagnostics, counts }
}

/// The page that is being taken apart, and what was found wrong with it.
pub(super) struct Context<'a> {
    page: &'a Page,
    lines: Vec<&'a str>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Context<'a> {
    fn new(page: &'a Page) -> Self {
        Self { page, lines: page.text().lines().collect(), diagnostics: Vec::new() }
    }

    fn subject(&mut self, reading: &Reading) -> Subject {
        let Some(title) = &reading.title else {
            return self.unknown(1, "the page has no title");
        };
        let words = title.text.to_lowercase();
        if words == "generic synchronous errors" {
            return catalogue::generic_errors(self, &reading.blocks);
        }
        if words == "ucwa enumerations" {
            return Subject::Enumerations;
        }
        if words.starts_with("ucwa resources") {
            return catalogue::resources(self, &reading.blocks);
        }
        let has = |heading: Heading| reading.blocks.iter().any(|block| block.kind == BlockKind::Heading(heading));
        let name = title.text.split_whitespace().next().unwrap_or_default();
        if has(Heading::Members) {
            return catalogue::enumeration(self, name, title.line, &reading.blocks);
        }
        if has(Heading::Properties) && has(Heading::Links) {
            return resource::resource(self, name, title.line, &reading.blocks);
        }
        self.unknown(title.line, "not a page of the UCWA reference")
    }

    fn unknown(&mut self, line: usize, message: &str) -> Subject {
        let expected =
            "a resource has the parts `Properties` and `Links`, an enumeration has `Members`; leave other pages out";
        self.diagnose(line, None, message, expected);
        Subject::Unknown
    }

    /// Notes what is wrong with a line: with `part` of it, or with all of it.
    pub(super) fn diagnose(
        &mut self,
        line: usize,
        part: Option<&str>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let source = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let part = part.filter(|part| !part.is_empty()).unwrap_or(source.trim());
        let start = source.find(part).unwrap_or(0);
        let end = (start + part.len()).min(source.len());
        let column = source.get(..start).unwrap_or_default().chars().count() + 1;
        self.diagnostics.push(Diagnostic {
            path: self.page.path().to_path_buf(),
            line,
            column,
            span: (start, end),
            source: source.to_string(),
            message: message.into(),
            expected: expected.into(),
        });
    }

    /// The file name of the page.
    pub(super) fn page_name(&self) -> &str {
        self.page.name()
    }

    /// Notes a block that stands where none of its kind is expected.
    pub(super) fn misplaced(&mut self, block: &Block, place: &str) {
        let (message, expected) = match &block.kind {
            BlockKind::Heading(_) => ("a heading in the wrong place".to_string(), format!("not {place}")),
            BlockKind::OtherHeading(text) => {
                (format!("the reference has no heading `{text}`"), format!("headings are {}", Heading::all()))
            }
            BlockKind::Table(table) => (
                format!("a table of `{}` in the wrong place", table.columns.header()),
                format!("it does not belong {place}"),
            ),
            BlockKind::Sample(_) => ("a sample in the wrong place".into(), format!("it does not belong {place}")),
            BlockKind::Text(_) | BlockKind::Boilerplate(_) | BlockKind::Nothing => {
                ("text in the wrong place".into(), format!("{place}, a table, `None` or a known sentence is expected"))
            }
        };
        self.diagnose(block.line, None, message, expected);
    }

    /// The rows of a table if it has these columns; else none, and a diagnostic.
    pub(super) fn rows<'t>(&mut self, block: &Block, table: &'t Table, columns: Columns) -> &'t [Row] {
        if table.columns == columns {
            return &table.rows;
        }
        let message = format!("a table of `{}` in the wrong place", table.columns.header());
        self.diagnose(block.line, None, message, format!("here stands a table of `{}`", columns.header()));
        &[]
    }

    /// Whether `name` can stand as a name in the schema. If not, a diagnostic says so.
    pub(super) fn is_name(&mut self, line: usize, name: &str, what: &str) -> bool {
        let is_name = is_name(name);
        if !is_name {
            let expected = "write letters and digits, at most 100, a letter first";
            self.diagnose(line, Some(name), format!("`{name}` is no name of {what}"), expected);
        }
        is_name
    }
}

/// Whether `name` is written like all names of the reference: letters and digits, a letter first.
pub(super) fn is_name(name: &str) -> bool {
    name.len() <= 100
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
