//! Errors with the line that they are about.

use annotate_snippets::{AnnotationKind, Level, Snippet};
pub use ucwa_console::Drawing;

use crate::input::InputError;
use crate::mask::Masker;
use crate::printable::printable;

/// Draws an error, with the part of the file that it is about where there is one to show.
pub fn draw(error: &InputError, drawing: Drawing, masker: &Masker) -> String {
    let InputError::Syntax { file, line, problem, excerpt, at, .. } = error else {
        return format!("error: {}", printable(&masker.mask(&error.to_string())));
    };
    let source = printable(&masker.mask_sent(excerpt));
    // Masking makes the text shorter or longer, and then only the line is shown and not the place in it.
    let start = if source == *excerpt { *at } else { 0 };
    let end = start + source.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let snippet = Snippet::source(source).line_start(*line).path(printable(&masker.mask(file)));
    let help = "the file is not used: record it again, or cut what is broken";
    let title = Level::ERROR.primary_title(printable(&masker.mask(problem)));
    let snippet = snippet.annotation(AnnotationKind::Primary.span(start..end));
    drawing.renderer().render(&[title.element(snippet).element(Level::HELP.message(help))])
}
