//! What a page consists of, whatever its dialect.

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
pub struct Reading {
    /// How the page is written.
    pub dialect: Dialect,
    /// The first heading, which names what the page is about.
    pub title: Option<Title>,
    /// Everything below the title, in order.
    pub blocks: Vec<Block>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
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
