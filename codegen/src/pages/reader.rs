//! From the lines of a page to its blocks.

use std::cmp::Ordering;

use crate::diagnostics::Diagnostic;

use super::block::{Block, BlockKind, Dialect, ParsedPage, Title};
use super::fences::{Fences, Mark};
use super::headings::{Boilerplate, Heading};
use super::inline;
use super::page::Page;
use super::tables::{self, Cell, Columns, Row, Separator, Table};

/// Reads a page.
pub fn read(page: &Page) -> ParsedPage {
    let dialect = dialect(page);
    let mut reader = Reader {
        page,
        dialect,
        title: None,
        blocks: Vec::new(),
        diagnostics: Vec::new(),
        table: None,
        sample: SamplePlace::Nowhere,
        section: None,
        filled: false,
        last: page.lines().rfind(|(_, line)| !line.trim().is_empty()).map_or(0, |(number, _)| number),
    };
    let start = reader.skip_front_matter();
    let fences = Fences::of(page, |line| is_heading(dialect, line));
    for (place, (number, line)) in page.lines().enumerate().skip(start) {
        reader.line(number, line, fences.mark(place));
    }
    reader.end_table();
    reader.end_sample();
    let mut diagnostics = reader.diagnostics;
    diagnostics.extend(fences.diagnostics);
    ParsedPage { dialect, title: reader.title, blocks: reader.blocks, is_open: fences.is_open, diagnostics }
}

/// The title of a page: what it is about.
pub(super) fn title(page: &Page) -> Option<Title> {
    read(page).title
}

/// Tells the dialect by the marks that only it has: those of headings, or the rule in a table.
fn dialect(page: &Page) -> Dialect {
    let has = |is_mark: fn(&str) -> bool| page.lines().any(|(_, line)| is_mark(line));
    if has(|line| line.trim_start().starts_with('#')) {
        Dialect::Markdown
    } else if has(tables::is_rule) {
        Dialect::Piped
    } else {
        Dialect::Text
    }
}

/// Whether a line is a heading: by its mark in Markdown, by its words elsewhere.
fn is_heading(dialect: Dialect, line: &str) -> bool {
    if dialect == Dialect::Markdown { line.starts_with('#') } else { Heading::find(line).is_some() }
}

/// Whether a line holds nothing but a mark that Markdown would show as it is, or a line across the page.
fn is_debris(line: &str) -> bool {
    let is_mark = |byte: u8| byte.is_ascii_punctuation() && !b"{}[](),:;\"<>|#".contains(&byte);
    line.len() <= 3 && line.bytes().all(is_mark)
}

/// Where the reader is in respect of a sample.
enum SamplePlace {
    /// Not near one.
    Nowhere,
    /// Where one is expected, and perhaps has begun outside a fence.
    Expected { line: usize, lines: Vec<String> },
    /// In a fence.
    Fenced { line: usize, lines: Vec<String> },
}

struct OpenTable {
    line: usize,
    columns: Option<Columns>,
    separator: Separator,
    rows: Vec<Row>,
}

struct Reader<'a> {
    page: &'a Page,
    dialect: Dialect,
    title: Option<Title>,
    blocks: Vec<Block>,
    diagnostics: Vec<Diagnostic>,
    table: Option<OpenTable>,
    sample: SamplePlace,
    /// The last heading.
    section: Option<Heading>,
    /// Whether something stood under the last heading already.
    filled: bool,
    /// The number of the last line with text.
    last: usize,
}

impl Reader<'_> {
    /// The number of lines that front matter takes.
    fn skip_front_matter(&mut self) -> usize {
        let mut lines = self.page.lines().enumerate().skip_while(|(_, (_, line))| line.trim().is_empty());
        let Some((start, (number, line))) = lines.next() else { return 0 };
        if line.trim_end() != "---" {
            return 0;
        }
        if let Some((end, _)) = lines.find(|(_, (_, line))| line.trim_end() == "---" || line.starts_with('#'))
            && self.page.lines().nth(end).is_some_and(|(_, line)| !line.starts_with('#'))
        {
            return end + 1;
        }
        self.diagnose(number, "the front matter is not closed", "add a line of `---`");
        start + 1
    }

    fn line(&mut self, number: usize, line: &str, mark: Option<Mark>) {
        let trimmed = line.trim();
        match mark {
            Some(Mark::Stray) => return,
            Some(Mark::Opens) => {
                self.end_table();
                self.end_sample();
                self.sample = SamplePlace::Fenced { line: number + 1, lines: Vec::new() };
                return;
            }
            Some(Mark::Closes) => return self.end_sample(),
            Some(Mark::Boundary) => self.end_sample(),
            None => {}
        }
        if is_debris(trimmed) && !trimmed.is_empty() {
            let expected = "remove this line";
            self.warn(number, "a line with nothing but a stray character", expected);
            return;
        }
        if let SamplePlace::Fenced { lines, .. } = &mut self.sample {
            lines.push(line.to_string());
            return;
        }
        if trimmed.is_empty() {
            self.blank();
            return;
        }
        if self.title.is_none() {
            self.take_title(number, trimmed);
        } else if !self.heading(number, trimmed) && !self.sample_line(number, line) && !self.table_line(number, line) {
            self.text(number, trimmed);
        }
    }

    fn plain(&self, text: &str) -> String {
        if self.dialect == Dialect::Text { inline::unmarked(text) } else { inline::plain(text) }
    }

    /// In Markdown, the title is the first heading; what stands in front of it is shown, and means nothing.
    fn take_title(&mut self, number: usize, line: &str) {
        let is_marked = line.starts_with('#');
        let text = self.plain(line.trim_matches('#'));
        if self.dialect == Dialect::Markdown && !is_marked {
            if !text.is_empty() && Boilerplate::find(&text).is_none() {
                self.warn(number, "text before the title", "remove it, or put it into the front matter");
            }
        } else if !text.is_empty() {
            self.title = Some(Title { text, line: number });
        }
    }

    fn push(&mut self, line: usize, kind: BlockKind) {
        self.blocks.push(Block { line, kind });
    }

    fn diagnose(&mut self, line: usize, message: impl Into<String>, expected: impl Into<String>) {
        self.diagnostics.push(self.page.diagnostic(line, None, message, expected));
    }

    fn warn(&mut self, line: usize, message: impl Into<String>, expected: impl Into<String>) {
        self.diagnostics.push(self.page.diagnostic(line, None, message, expected).as_warning());
    }

    fn begin(&mut self, line: usize, heading: Heading) {
        self.section = Some(heading);
        self.filled = false;
        self.push(line, BlockKind::Heading(heading));
        if matches!(heading, Heading::Sample(..)) {
            self.sample = SamplePlace::Expected { line, lines: Vec::new() };
        }
    }

    fn heading(&mut self, number: usize, line: &str) -> bool {
        if !is_heading(self.dialect, line) {
            return false;
        }
        let is_marked = self.dialect == Dialect::Markdown;
        let text = if is_marked { self.plain(line.trim_matches('#')) } else { line.to_string() };
        self.end_table();
        self.end_sample();
        if let Some(heading) = Heading::find(&text) {
            self.begin(number, heading);
        } else {
            self.section = None;
            self.push(number, BlockKind::OtherHeading(text));
        }
        true
    }

    /// Takes a line of a sample that stands outside a fence.
    fn sample_line(&mut self, number: usize, line: &str) -> bool {
        let is_announcement = Boilerplate::find(&self.plain(line)).is_some();
        let SamplePlace::Expected { line: first, lines } = &mut self.sample else { return false };
        if lines.is_empty() && is_announcement {
            return false;
        }
        if lines.is_empty() {
            *first = number;
        }
        lines.push(line.to_string());
        true
    }

    fn blank(&mut self) {
        self.end_table();
        if let SamplePlace::Expected { lines, .. } = &mut self.sample
            && !lines.is_empty()
        {
            lines.push(String::new());
        }
    }

    fn push_sample(&mut self, line: usize, lines: &[String]) {
        let blank = |line: &&String| line.trim().is_empty();
        let skipped = lines.iter().take_while(blank).count();
        let kept = lines.len() - lines.iter().rev().take_while(blank).count();
        let text = lines.get(skipped..kept.max(skipped)).unwrap_or_default().join("\n");
        if !text.is_empty() {
            self.push(line + skipped, BlockKind::Sample(text));
        }
    }

    fn end_sample(&mut self) {
        match std::mem::replace(&mut self.sample, SamplePlace::Nowhere) {
            SamplePlace::Expected { line, lines } | SamplePlace::Fenced { line, lines } => {
                self.push_sample(line, &lines);
            }
            SamplePlace::Nowhere => {}
        }
    }

    /// Takes a line of a table, or one that begins a table.
    fn table_line(&mut self, number: usize, line: &str) -> bool {
        match self.table.as_ref().map(|table| table.separator) {
            Some(Separator::Pipe) if line.contains('|') => {
                self.row(number, line);
                return true;
            }
            // Where blank lines are missing, a sentence that is no row ends the table.
            Some(Separator::Space) if Boilerplate::find(line.trim()).is_none() => {
                self.row(number, line);
                return true;
            }
            Some(_) => self.end_table(),
            None => {}
        }
        let trimmed = line.trim();
        let is_piped = trimmed.starts_with('|') || (self.dialect == Dialect::Piped && trimmed.ends_with('|'));
        if is_piped {
            let cells: Vec<Cell> = tables::split_pipes(line).into_iter().map(|cell| self.plain(cell)).collect();
            let columns = Columns::find(&cells);
            if columns.is_none() {
                let expected = format!("known headers are {}", Columns::all());
                self.diagnose(number, "unknown table header", expected);
            }
            self.open_table(number, columns, Separator::Pipe);
            return true;
        }
        let Some(columns) = Columns::find_in_words(trimmed) else { return false };
        self.open_table(number, Some(columns), Separator::Space);
        true
    }

    fn open_table(&mut self, line: usize, columns: Option<Columns>, separator: Separator) {
        self.filled = true;
        self.table = Some(OpenTable { line, columns, separator, rows: Vec::new() });
    }

    fn row(&mut self, number: usize, line: &str) {
        if tables::is_rule(line) {
            return;
        }
        let Some(OpenTable { columns: Some(columns), separator, .. }) = self.table else { return };
        let mut cells = match separator {
            Separator::Pipe => self.piped_cells(line, columns),
            Separator::Space => columns.split_words(&self.plain(line)).unwrap_or_default(),
        };
        if number == self.last && self.is_cut(line, separator) {
            let expected = "the page is truncated; fetch it again";
            self.diagnose(number, "the page ends in the middle of a row", expected);
            return;
        }
        match cells.len().cmp(&columns.count()) {
            Ordering::Less => {
                let expected = format!("rows of this table have the cells {}", columns.header());
                self.diagnose(number, "a row with the wrong number of cells", expected);
                return;
            }
            Ordering::Equal => {}
            Ordering::Greater => {
                let expected = format!("end the row after the cells {}", columns.header());
                self.warn(
                    number,
                    "a row has more cells than its table has columns; the extra cells are ignored",
                    expected,
                );
                cells.truncate(columns.count());
            }
        }
        if let Some(table) = &mut self.table {
            table.rows.push(Row { line: number, cells });
        }
    }

    /// Whether the last line of a page is a row that lacks its end, which the line above it has.
    fn is_cut(&self, line: &str, separator: Separator) -> bool {
        let above = self.page.lines().rev().map(|(_, line)| line.trim()).filter(|line| !line.is_empty()).nth(1);
        separator == Separator::Pipe && !line.trim_end().ends_with('|') && above.is_some_and(|line| line.ends_with('|'))
    }

    fn piped_cells(&self, line: &str, columns: Columns) -> Vec<Cell> {
        let mut cells: Vec<Cell> = tables::split_pipes(line).into_iter().map(|cell| self.plain(cell)).collect();
        // Where rows have no pipe in front, one that has begins with an empty cell.
        let lacks_one = cells.len() + 1 == columns.count();
        if lacks_one && self.dialect == Dialect::Piped && line.trim_start().starts_with('|') {
            cells.insert(0, Cell::new());
        }
        cells
    }

    fn end_table(&mut self) {
        if let Some(OpenTable { line, columns: Some(columns), rows, .. }) = self.table.take() {
            self.push(line, BlockKind::Table(Table { columns, rows }));
        }
    }

    fn text(&mut self, number: usize, line: &str) {
        let text = self.plain(line);
        if text.is_empty() {
            return;
        }
        if let Some(boilerplate) = Boilerplate::find(&text) {
            self.boilerplate(number, boilerplate, &text);
        } else if matches!(text.as_str(), "None" | "None.") {
            // Running text may have lost the heading between two tables that are not there.
            if self.dialect != Dialect::Markdown && self.section == Some(Heading::Properties) && self.filled {
                self.begin(number, Heading::Links);
            }
            self.filled = true;
            self.push(number, BlockKind::Nothing);
        } else {
            self.filled = true;
            self.push(number, BlockKind::Text(text));
        }
    }

    fn boilerplate(&mut self, number: usize, boilerplate: Boilerplate, text: &str) {
        // Two headings may be missing in running text; the sentence under each is not.
        let heading = match boilerplate {
            Boilerplate::WebLinks => Some(Heading::WebLink),
            Boilerplate::Relations => Some(Heading::Links),
            _ => None,
        };
        if let Some(heading) = heading
            && self.dialect != Dialect::Markdown
            && self.section != Some(heading)
        {
            self.begin(number, heading);
        }
        self.push(number, BlockKind::Boilerplate(boilerplate));
        if boilerplate == Boilerplate::EventSample {
            // The sample itself may stand in the same line.
            let rest = text.find(['{', '<']).and_then(|start| text.get(start..)).map(str::to_string);
            self.sample = SamplePlace::Expected { line: number, lines: rest.into_iter().collect() };
        }
    }
}
