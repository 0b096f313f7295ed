//! What servers say, as one line of an error.

use std::borrow::Cow;

use super::json::redact_text;

/// Returns a text on one line, without the credentials in it and without what would command a terminal, whatever a server wrote.
///
/// See [`redact_text`] for what a credential is. Spaces and line breaks become one space each, and control characters `\u{fffd}`.
pub fn redact_line(text: &str) -> String {
    let words = redact_text(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match printable(&words) {
        Cow::Borrowed(_) => words,
        Cow::Owned(printable) => printable,
    }
}

/// The text with `\u{fffd}` in place of control characters, line breaks among them.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) { text.replace(char::is_control, "\u{fffd}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_commands_no_terminal_and_tells_no_secret() {
        for (text, line) in [
            ("a \n b\tc ", "a b c"),
            ("a\u{1b}[2Jb\u{0}\u{7f}", "a\u{fffd}[2Jb\u{fffd}\u{fffd}"),
            ("\u{9b}31m é", "\u{fffd}31m é"),
            ("refused: Bearer hunter2\r\nnext", "refused: Bearer [secret] next"),
        ] {
            assert_eq!(redact_line(text), line);
            assert_eq!(redact_line(line), line, "what was redacted stays as it is");
        }
    }
}
