//! Progress bars, if the output is a terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

pub use indicatif::ProgressBar;
use indicatif::ProgressStyle;

/// Whether to show progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// On a terminal.
    Shown,
    /// Nowhere.
    Hidden,
}

/// A bar or spinner on the standard error, drawn by a template of indicatif. It is hidden unless that is a terminal.
pub fn bar(progress: Progress, template: &str) -> ProgressBar {
    if progress == Progress::Hidden || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
