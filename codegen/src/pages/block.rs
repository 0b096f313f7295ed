//! What a page consists of, whatever its dialect.

use ucwa_schema::Method;

use crate::diagnostics::Diagnostic;

use super::headings::{Boilerplate, Heading};
use super::tables::Table;

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Markdown, with heading marks and `|a|b|` tables.
    Markdown,
    /// `a | b |` tables under `---|---|`, and no heading marks: headings are bare lines.
    Piped,
    /// Words alone: headings are bare lines, cells are separated by spaces.
    Text,
}

/// A page as blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedPage {
    /// How the page is written.
    pub dialect: Dialect,
    /// The first heading, which names what the page is about.
    pub title: Option<Title>,
    /// Everything below the title, in order.
    pub blocks: Vec<Block>,
    /// Whether the page ends within a sample.
    pub is_open: bool,
    /// What could not be read, or only with good will.
    pub diagnostics: Vec<Diagnostic>,
}

/// A heading with what stands below it, up to the next heading that the reference uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section<'a> {
    /// The heading; none in front of the first.
    pub heading: Option<Heading>,
    /// The operation that the section belongs to.
    pub method: Option<Method>,
    /// The line of the heading, or 1.
    pub line: usize,
    /// What stands below the heading.
    pub blocks: &'a [Block],
}

impl ParsedPage {
    /// The sections of the page, in order.
    pub fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        let mut method = None;
        let is_start = |block: &Block| matches!(block.kind, BlockKind::Heading(_));
        let parts = self.blocks.chunk_by(move |_, next| !is_start(next));
        parts.map(move |blocks| match blocks.split_first() {
            Some((Block { line, kind: BlockKind::Heading(heading) }, below)) => {
                if let Heading::Operation(named) = heading {
                    method = Some(*named);
                }
                Section { heading: Some(*heading), method, line: *line, blocks: below }
            }
            _ => Section { heading: None, method, line: 1, blocks },
        })
    }
}

/// The first heading of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Its text.
    pub text: String,
    /// Its line, counted from 1.
    pub line: usize,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The line that it begins at, counted from 1.
    pub line: usize,
    /// What it is.
    pub kind: BlockKind,
}

/// What a part of a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading that the reference uses.
    Heading(Heading),
    /// A heading of another name, in Markdown.
    OtherHeading(String),
    /// A sentence that pages repeat in one place.
    Boilerplate(Boilerplate),
    /// The word that stands where there is no table.
    Nothing,
    /// A line of running text, without markup.
    Text(String),
    /// A table.
    Table(Table),
    /// A message, as it stands in the page.
    Sample(String),
}
