//! Text from elsewhere as it may be printed.

/// How long a text from the traffic may be, in characters.
const MAXIMUM_TEXT: usize = 240;

/// One line that does nothing to a terminal, and is not longer than a reader wants.
pub(crate) fn printable(text: &str) -> String {
    let shown = text.chars().take(MAXIMUM_TEXT).map(|c| if is_invisible(c) { '\u{fffd}' } else { c });
    let end = if text.chars().nth(MAXIMUM_TEXT).is_some() { "…" } else { "" };
    shown.chain(end.chars()).collect()
}

/// Whether a character moves the cursor, changes the direction of writing, or cannot be seen.
fn is_invisible(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || is_format
}
