//! From the blocks of a page to what it says.

use crate::diagnostics::Diagnostic;
use crate::pages::{Block, BlockKind, Columns, Heading, Overview, Page, Reading, Row, Table};

use super::draft::{Counts, Draft, Origin, Topic};
use super::{catalogue, resource};

/// The largest number of errors of one page that are listed; what follows is mostly more of the same.
const MOST: usize = 10;

/// Takes out of a page what it says.
pub(super) fn draft(page: &Page, reading: &Reading) -> Draft {
    let mut context = Context { page, diagnostics: reading.diagnostics.clone() };
    let topic = context.topic(reading);
    let line = reading.title.as_ref().map_or(1, |title| title.line);
    let (path, name) = (page.path().to_path_buf(), page.name().to_string());
    let diagnostics = std::mem::take(&mut context.diagnostics);
    let (mut errors, mut warnings): (Vec<_>, Vec<_>) = diagnostics.into_iter().partition(Diagnostic::is_error);
    errors.sort();
    warnings.sort();
    let unlisted = errors.len().saturating_sub(MOST);
    errors.truncate(MOST);
    let counts = Counts::of(&topic);
    Draft { page: Origin { path, name, line }, topic, errors, warnings, unlisted, counts }
}

/// The page that is being taken apart, and what was found wrong with it.
pub(super) struct Context<'a> {
    page: &'a Page,
    diagnostics: Vec<Diagnostic>,
}

impl Context<'_> {
    fn topic(&mut self, reading: &Reading) -> Topic {
        let Some(title) = &reading.title else {
            let line = self.page.lines().find(|(_, line)| !line.trim().is_empty()).map_or(1, |(number, _)| number);
            return self.unknown(line, "the page has no title");
        };
        match Overview::of(&title.text) {
            Some(Overview::GenericErrors) => return catalogue::generic_errors(self, &reading.blocks),
            Some(Overview::Enumerations) => return Topic::Enumerations,
            Some(Overview::Resources) => return catalogue::resources(self, &reading.blocks),
            None => {}
        }
        let has = |heading: Heading| reading.blocks.iter().any(|block| block.kind == BlockKind::Heading(heading));
        let name = title.text.split_whitespace().next().unwrap_or_default();
        if has(Heading::Members) {
            return catalogue::enumeration(self, name, title.line, reading);
        }
        if [Heading::WebLink, Heading::Properties, Heading::Links, Heading::Operations].into_iter().any(has) {
            return resource::resource(self, name, title.line, reading);
        }
        self.unknown(title.line, "not a page of the UCWA reference")
    }

    /// Line by line, a page of something else is wrong everywhere: that it is one is all there is to say.
    fn unknown(&mut self, line: usize, message: &str) -> Topic {
        self.diagnostics.retain(|diagnostic| diagnostic.is_error() && diagnostic.line < line);
        let expected =
            "a resource has the parts `Properties` and `Links`, an enumeration has `Members`; leave other pages out";
        self.diagnose(line, None, message, expected);
        Topic::Unknown
    }

    /// Notes what is wrong with a line: with `part` of it, or with all of it.
    pub(super) fn diagnose(
        &mut self,
        line: usize,
        part: Option<&str>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::of_line(self.page, line, part, message, expected));
    }

    /// Whether something was found already that keeps the page from being used.
    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The number of the last line with text.
    pub(super) fn last_line(&self) -> usize {
        self.page.lines().rfind(|(_, line)| !line.trim().is_empty()).map_or(1, |(number, _)| number)
    }

    /// The file name of the page.
    pub(super) fn page_name(&self) -> &str {
        self.page.name()
    }

    /// Notes a heading that stands where it is not expected.
    pub(super) fn misplaced_heading(&mut self, line: usize, place: &str) {
        self.diagnose(line, None, "a heading in the wrong place", format!("not {place}"));
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
