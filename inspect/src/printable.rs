//! Text from elsewhere as it may be printed.

/// How long a text from the traffic may be, in characters.
const MAXIMUM_TEXT: usize = 240;

/// One line that does nothing to a terminal, and is not longer than a reader wants.
pub(crate) fn printable(text: &str) -> String {
    match text.char_indices().nth(MAXIMUM_TEXT) {
        Some((end, _)) => ucwa_console::printable(&text[..end]) + "…",
        None => ucwa_console::printable(text),
    }
}
