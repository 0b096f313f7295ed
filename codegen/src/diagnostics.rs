//! What is wrong with a page, and where.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Snippet};
pub use ucwa_console::Drawing;
use ucwa_console::printable;
use ucwa_schema::validate::Severity;

/// Problems, each on a line of its own, for an error that holds several.
pub(crate) fn lines<T: fmt::Display>(problems: &[T]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Something in a page that cannot be placed.
///
/// Displayed, it is one line: file, line, column, what is wrong, what was expected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// The character in the line that it begins at, counted from 1.
    pub column: usize,
    /// The bytes of the line that it is about.
    pub span: (usize, usize),
    /// The line itself, as far as it is drawn.
    pub source: String,
    /// What is wrong.
    pub message: String,
    /// What was expected, or what to do.
    pub expected: String,
    /// Whether the page can be used all the same.
    pub severity: Severity,
}

/// Longer lines are cut: a sample that lost its line breaks would fill the screen, and memory where much is wrong with it.
const WIDTH: usize = 240;

impl Diagnostic {
    /// A diagnostic about a file as a whole.
    pub fn of_file(path: PathBuf, message: impl Into<String>, expected: impl Into<String>) -> Self {
        let (message, expected) = (message.into(), expected.into());
        let severity = Severity::Error;
        Self { path, line: 0, column: 0, span: (0, 0), source: String::new(), message, expected, severity }
    }

    /// A diagnostic about a line of a file, whose text is `source`: about `part` of it, or about all of it.
    pub fn of_line(
        path: PathBuf,
        (line, source): (usize, &str),
        part: Option<&str>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let part = part.filter(|part| !part.is_empty()).unwrap_or(source.trim());
        let start = source.find(part).unwrap_or(0);
        let end = (start + part.len()).min(source.len());
        let column = source.get(..start).unwrap_or_default().chars().count() + 1;
        let of_file = Self::of_file(path, message, expected);
        Self { line, column, span: (start, end), source: drawn(source).to_owned(), ..of_file }
    }

    /// The same, as something that the page can be used with.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// Whether the page cannot be used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// A diagnostic about a file of JSON; `None` where the file cannot be read, as it lies in a revision.
    pub fn of_json(path: &Path, error: &serde_json::Error, expected: impl Into<String>) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let of_file = Self::of_file(path.to_path_buf(), message, expected);
        // A file that ends too early is told with its end, which can be behind its last line.
        let (lines, end) = (text.lines().collect::<Vec<_>>(), (error.line(), error.column()));
        let (line, column) = match (end, lines.last()) {
            ((line, column), _) if (1..=lines.len()).contains(&line) && column > 0 => end,
            (_, Some(last)) => (lines.len(), last.len()),
            (_, None) => return Some(of_file),
        };
        let source = lines.get(line - 1).copied().unwrap_or_default();
        // The columns of the reader are bytes.
        let start = floor(source, column.saturating_sub(1));
        let column = source.get(..start).unwrap_or_default().chars().count() + 1;
        Some(Self { line, column, span: (start, start + 1), source: drawn(source).to_owned(), ..of_file })
    }

    /// The drawing of the diagnostic over several lines, with the line that it is about.
    pub fn draw(&self, drawing: Drawing) -> String {
        let path = printable(&self.path.display().to_string());
        let level = if self.is_error() { Level::ERROR } else { Level::WARNING };
        let title = level.primary_title(self.message.as_str());
        let group = if self.line == 0 {
            title.element(annotate_snippets::Origin::path(path))
        } else {
            let annotation = AnnotationKind::Primary.span(self.drawn_span());
            title.element(Snippet::source(self.source.as_str()).line_start(self.line).path(path).annotation(annotation))
        };
        let group = group.element(Level::HELP.message(printable(&self.expected)));
        drawing.renderer().render(&[group])
    }

    /// The bytes that the diagnostic is about, as far as they are drawn.
    fn drawn_span(&self) -> Range<usize> {
        let end = self.source.len();
        let start = floor(&self.source, self.span.0.min(end));
        start..floor(&self.source, self.span.1.clamp(start, end)).max(start)
    }
}

/// The part of a line that is drawn.
pub(crate) fn drawn(line: &str) -> &str {
    line.get(..floor(line, WIDTH)).unwrap_or_default()
}

/// The last boundary between characters that is not behind `index`.
fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}; {}", self.message, self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_the_line_that_it_is_about() {
        let diagnostic = Diagnostic {
            path: "note_ref.md".into(),
            line: 7,
            column: 2,
            span: (1, 6),
            source: "|Owner|9|".into(),
            message: "no such header".into(),
            expected: "write `Name`".into(),
            severity: Severity::Error,
        };
        assert_eq!(diagnostic.to_string(), "note_ref.md:7:2: no such header; write `Name`");
        let drawn = diagnostic.draw(Drawing::Plain);
        assert!(drawn.contains("note_ref.md:7:2") && drawn.contains("|Owner|9|") && drawn.contains("^^^^^"), "{drawn}");
    }

    #[test]
    fn the_name_of_a_file_commands_no_terminal() {
        for line in [0, 1] {
            let of_file = Diagnostic::of_file("a\u{1b}[31m\n\u{202e}.md".into(), "wrong\u{1b}[2J", "no\u{7}");
            let diagnostic = Diagnostic { line, column: 1, source: "b\u{1b}[31m".into(), ..of_file };
            let drawn = diagnostic.draw(Drawing::Plain);
            let is_harmful = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
            assert!(!drawn.contains(is_harmful) && drawn.contains("\u{fffd}[31m\u{fffd}\u{fffd}.md"), "{drawn:?}");
        }
    }

    #[test]
    fn a_file_of_json_is_shown_where_it_is_wrong_and_at_its_end_where_it_is_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("note.json");
        for (text, line, column) in
            [("{\n  \"é\": x\n}\n", 2, 8), ("{\n", 1, 1), ("{\"a\":1", 1, 6), ("", 0, 0), ("\n\n[", 3, 1)]
        {
            fs::write(&path, text).expect("a file");
            let error = serde_json::from_str::<serde_json::Value>(text).expect_err("no JSON");
            let diagnostic = Diagnostic::of_json(&path, &error, "correct it").expect("the file is there");
            assert_eq!((diagnostic.line, diagnostic.column), (line, column), "{text:?}: {error}");
            assert!(!diagnostic.message.contains("at line"), "{}", diagnostic.message);
            assert!(diagnostic.draw(Drawing::Plain).contains("correct it"));
        }
    }

    #[test]
    fn a_span_that_does_not_fit_the_line_is_no_panic() {
        let source = "é".repeat(9);
        let path = PathBuf::from("p");
        let diagnostic =
            Diagnostic { line: 1, column: 1, span: (3, 9999), source, ..Diagnostic::of_file(path, "m", "e") };
        assert!(diagnostic.draw(Drawing::Coloured).contains("error"));
    }
}
