//! The formats of reports.

/// The format of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// Text for people.
    #[default]
    Text,
    /// Markdown, for an issue or a pull request.
    Markdown,
    /// JSON, for programs.
    Json,
}
