//! Errors with the line that they are about.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Snippet};
pub use ucwa_console::Drawing;

use crate::input::InputError;
use crate::mask::Masker;
use crate::printable::printable;

/// Draws an error, with the part of the file that it is about where there is one to show.
pub fn draw(error: &InputError, drawing: Drawing, masker: &Masker) -> String {
    let InputError::Syntax { file, line, column, problem, excerpt, at } = error else {
        return format!("error: {}", printable(&masker.mask(&error.to_string())));
    };
    let source = printable(&masker.mask_sent(excerpt));
    // Masking makes the text shorter or longer, and then only the line is shown and not the place in it.
    let start = if source == *excerpt { *at } else { 0 };
    let end = start + source.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    // The excerpt is cut and masked: what the reader looks for is the place in the file.
    let origin = Origin::path(printable(&masker.mask(file))).line(*line).char_column(*column);
    let snippet = Snippet::source(source).line_start(*line);
    let help = "the file is not used: record it again, or remove what is broken";
    let title = Level::ERROR.primary_title(printable(&masker.mask(problem)));
    let snippet = snippet.annotation(AnnotationKind::Primary.span(start..end));
    // In a group of its own, as a place before it would make it a second one.
    let shown = Group::with_level(Level::ERROR).element(snippet).element(Level::HELP.message(help));
    drawing.renderer().render(&[title.element(origin), shown])
}
