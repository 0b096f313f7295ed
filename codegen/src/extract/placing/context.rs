//! The page that is being taken apart, and what was found wrong with it.

use crate::diagnostics::Diagnostic;
use crate::pages::{Block, BlockKind, Columns, Heading, Page, Row, Table};

/// The page that is being taken apart, and what was found wrong with it.
pub(in crate::extract) struct PlacingContext<'a> {
    page: &'a Page,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> PlacingContext<'a> {
    pub(in crate::extract) fn new(page: &'a Page, diagnostics: Vec<Diagnostic>) -> Self {
        Self { page, diagnostics }
    }

    pub(in crate::extract) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Forgets all but the errors above a line.
    pub(in crate::extract) fn keep_errors_above(&mut self, line: usize) {
        self.diagnostics.retain(|diagnostic| diagnostic.is_error() && diagnostic.line < line);
    }

    /// The number of the first line with text.
    pub(in crate::extract) fn first_line(&self) -> usize {
        self.page.lines().find(|(_, line)| !line.trim().is_empty()).map_or(1, |(number, _)| number)
    }

    /// Notes what is wrong with a line: with `part` of it, or with all of it.
    pub(in crate::extract) fn diagnose(
        &mut self,
        line: usize,
        part: Option<&str>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.diagnostics.push(self.page.diagnostic(line, part, message, expected));
    }

    /// Whether something was found already that keeps the page from being used.
    pub(in crate::extract) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The number of the last line with text.
    pub(in crate::extract) fn last_line(&self) -> usize {
        self.page.lines().rfind(|(_, line)| !line.trim().is_empty()).map_or(1, |(number, _)| number)
    }

    /// The file name of the page.
    pub(in crate::extract) fn page_name(&self) -> &str {
        self.page.name()
    }

    /// Notes a heading that stands where it is not expected.
    pub(in crate::extract) fn misplaced_heading(&mut self, line: usize, place: &str) {
        self.diagnose(line, None, "a heading in the wrong place", format!("not {place}"));
    }

    /// Notes a block that stands where none of its kind is expected.
    pub(in crate::extract) fn misplaced(&mut self, block: &Block, place: &str) {
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
    pub(in crate::extract) fn rows<'t>(&mut self, block: &Block, table: &'t Table, columns: Columns) -> &'t [Row] {
        if table.columns == columns {
            return &table.rows;
        }
        let message = format!("a table of `{}` in the wrong place", table.columns.header());
        self.diagnose(block.line, None, message, format!("this is a table of  `{}`", columns.header()));
        &[]
    }

    /// Whether `name` can stand as a name in the schema. If not, a diagnostic says so.
    pub(in crate::extract) fn is_name(&mut self, line: usize, name: &str, what: &str) -> bool {
        let is_name = is_name(name);
        if !is_name {
            let expected = "a name has at most 100 letters and digits, and begins with a letter";
            self.diagnose(line, Some(name), format!("`{name}` is not a valid name for {what}"), expected);
        }
        is_name
    }
}

/// Whether `name` is written like all names of the reference: letters and digits, a letter first.
pub(in crate::extract) fn is_name(name: &str) -> bool {
    name.len() <= 100
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
