//! What the commands `ucwa-codegen` and `ucwa-inspect` share.
//!
//! [`Drawing`] says whether text is coloured, and [`printable`] and [`printable_lines`] make text from elsewhere harmless. The feature
//! `command` adds what only a command needs: [`output`] for what it prints, [`progress`] for progress bars, [`report`] for the formats
//! of reports, and [`help`] for completions and manual pages.

#[cfg(feature = "command")]
pub mod help;
#[cfg(feature = "command")]
pub mod output;
mod printable;
#[cfg(feature = "command")]
pub mod progress;
#[cfg(feature = "command")]
pub mod report;

use annotate_snippets::Renderer;
use annotate_snippets::renderer::DecorStyle;

pub use printable::{printable, printable_lines};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// For a file or pipe.
    Plain,
    /// For a terminal.
    Coloured,
}

impl Drawing {
    /// Draws errors with the lines that they are about.
    pub fn renderer(self) -> Renderer {
        let renderer = match self {
            Self::Plain => Renderer::plain(),
            Self::Coloured => Renderer::styled(),
        };
        renderer.decor_style(DecorStyle::Ascii)
    }
}
