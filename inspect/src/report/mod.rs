//! What was found, in a form that may be shown to anyone: masked, sorted, counted.

mod contents;
mod markdown;
mod text;

pub use contents::{Counted, Report, ReportedFinding};
pub use ucwa_console::report::ReportFormat;

impl Report {
    /// The report as text, Markdown or JSON, with a line break at its end.
    pub fn write(&self, format: ReportFormat) -> String {
        match format {
            ReportFormat::Text => text::write(self),
            ReportFormat::Markdown => markdown::write(self),
            // The values are texts, numbers and lists, all of which JSON has.
            ReportFormat::Json => serde_json::to_string_pretty(self).unwrap_or_default() + "\n",
        }
    }
}
