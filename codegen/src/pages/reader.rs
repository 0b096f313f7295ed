//! From the lines of a page to its blocks.

use crate::diagnostics::Diagnostic;

use super::block::{Block, BlockKind, Dialect, Reading, Title};
use super::files::Page;
use super::headings::{Boilerplate, Heading};
use super::inline;
use super::tables::{self, Cell, Columns, Row, Separator, Table};

/// Reads a page.
pub fn read(page: &Page) -> Reading {
    let lines: Vec<&str> = page.text().lines().collect();
    let mut reader = Reader {
        page,
        dialect: dialect(&lines),
        title: None,
        blocks: Vec::new(),
        diagnostics: Vec::new(),
        table: None,
        sample: SamplePlace::Nowhere,
        section: None,
        filled: false,
    };
    let start = reader.skip_front_matter(&lines);
    for (number, line) in lines.iter().enumerate().skip(start) {
        reader.line(number + 1, line);
    }
    reader.end_table();
    reader.end_sample(lines.len());
    Reading { dialect: reader.dialect, title: reader.title, blocks: reader.blocks, diagnostics: reader.diagnostics }
}

/// Tells the dialect by the marks that only it has: those of headings, or the rule in a table.
fn dialect(lines: &[&str]) -> Dialect {
    let has = |is_mark: fn(&str) -> bool| lines.iter().any(|line| is_mark(line));
    if has(|line| line.trim_start().starts_with('#')) {
        Dialect::Markdown
    } else if has(tables::is_rule) {
        Dialect::Piped
    } else {
        Dialect::Text
    }
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
}

impl Reader<'_> {
    /// The number of lines that front matter takes.
    fn skip_front_matter(&mut self, lines: &[&str]) -> usize {
        let Some(start) = lines.iter().position(|line| !line.trim().is_empty()) else { return 0 };
        if lines[start].trim_end() != "---" {
            return 0;
        }
        let end = lines.iter().skip(start + 1).position(|line| line.trim_end() == "---");
        if let Some(end) = end {
            return start + end + 2;
        }
        self.diagnose(start + 1, lines[start], "the front matter never ends", "close it with a line of `---`");
        start + 1
    }

    fn line(&mut self, number: usize, line: &str) {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            self.fence(number, line);
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

    fn take_title(&mut self, number: usize, line: &str) {
        let text = self.plain(line.trim_start_matches('#'));
        if !text.is_empty() {
            self.title = Some(Title { text, line: number });
        }
    }

    fn push(&mut self, line: usize, kind: BlockKind) {
        self.blocks.push(Block { line, kind });
    }

    fn diagnose(&mut self, line: usize, source: &str, message: impl Into<String>, expected: impl Into<String>) {
        let start = source.len() - source.trim_start().len();
        let column = source.chars().take_while(|character| character.is_whitespace()).count() + 1;
        self.diagnostics.push(Diagnostic {
            path: self.page.path().to_path_buf(),
            line,
            column,
            span: (start, source.trim_end().len().max(start)),
            source: source.to_string(),
            message: message.into(),
            expected: expected.into(),
        });
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
        let marked = self.dialect == Dialect::Markdown && line.starts_with('#');
        let text = if marked { self.plain(line.trim_matches('#')) } else { line.to_string() };
        let known = if marked || self.dialect != Dialect::Markdown { Heading::find(&text) } else { None };
        if known.is_none() && !marked {
            return false;
        }
        self.end_table();
        self.end_sample(number);
        if let Some(heading) = known {
            self.begin(number, heading);
        } else {
            self.section = None;
            self.push(number, BlockKind::OtherHeading(text));
        }
        true
    }

    fn fence(&mut self, number: usize, line: &str) {
        self.end_table();
        match std::mem::replace(&mut self.sample, SamplePlace::Nowhere) {
            // A fence may be closed by a line that looks like an opening one.
            SamplePlace::Fenced { line, lines } => self.push_sample(line, &lines),
            SamplePlace::Expected { lines, .. } if lines.iter().all(|line| line.trim().is_empty()) => {
                self.sample = SamplePlace::Fenced { line: number + 1, lines: Vec::new() };
            }
            SamplePlace::Expected { line: first, lines } => {
                self.push_sample(first, &lines);
                self.sample = SamplePlace::Fenced { line: number + 1, lines: Vec::new() };
                let expected = "put the whole sample into the fence";
                self.diagnose(number, line, "a fence begins in the middle of a sample", expected);
            }
            SamplePlace::Nowhere => {
                self.sample = SamplePlace::Fenced { line: number + 1, lines: Vec::new() };
                let expected =
                    "put it under a heading such as `JSON Request`, or under the sentence that announces an event";
                self.diagnose(number, line, "a sample where none is expected", expected);
            }
        }
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

    fn end_sample(&mut self, number: usize) {
        match std::mem::replace(&mut self.sample, SamplePlace::Nowhere) {
            SamplePlace::Expected { line, lines } => self.push_sample(line, &lines),
            SamplePlace::Fenced { line, lines } => {
                self.push_sample(line, &lines);
                self.diagnose(number, "", "the page ends within a sample", "close the fence with a line of ```");
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
                let expected = format!("headers are {}", Columns::all());
                self.diagnose(number, line, "no table has this header", expected);
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
        let cells = match separator {
            Separator::Pipe => self.piped_cells(line, columns),
            Separator::Space => columns.split_words(&self.plain(line)).unwrap_or_default(),
        };
        if cells.len() == columns.count() {
            if let Some(table) = &mut self.table {
                table.rows.push(Row { line: number, cells });
            }
        } else {
            let expected = format!("a row here has the cells {}", columns.header());
            self.diagnose(number, line, "a row with the wrong number of cells", expected);
        }
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
