//! Text from elsewhere as it may be printed.

/// Text on one line that does nothing to a terminal: what moves the cursor, changes the direction of writing or cannot be seen
/// is shown as `\u{fffd}`.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_invisible(c) { '\u{fffd}' } else { c }).collect()
}

/// The same for text of several lines, which keeps its line breaks and tabs.
pub fn printable_lines(text: &str) -> String {
    text.chars().map(|c| if is_invisible(c) && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c }).collect()
}

fn is_invisible(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || is_format
}
