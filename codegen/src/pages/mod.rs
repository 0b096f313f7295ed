//! Reading reference pages, in whichever form they come, into blocks with their places.
//!
//! The reader is our own and works line by line. Three of the four dialects are not Markdown at all, and the fourth is
//! not always: some fences are closed by a line that opens one, which Markdown reads as a fence that never ends, and
//! many samples stand outside fences. Only what stands within a line, in cells and paragraphs, is read by
//! `pulldown-cmark`.

mod block;
mod fences;
mod files;
mod headings;
mod inline;
mod page;
mod reader;
mod tables;

pub use block::{Block, BlockKind, Dialect, ParsedPage, Section, Title};
pub(crate) use files::in_parallel;
pub use files::{Collection, LeftOut, collect, correct_text, read_all};
pub use headings::{Boilerplate, ExchangePart, Heading, Overview, SampleFormat};
pub(crate) use inline::{collapse, undo_entities};
pub use page::{Page, PageError};
pub use reader::read;
pub use tables::{Cell, Columns, Row, Table};
