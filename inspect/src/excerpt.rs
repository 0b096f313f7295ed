//! The part of a line that an error is about, as it may be shown.

use crate::mask::Masker;

/// How many characters are shown on each side.
const REACH: usize = 40;

/// The surroundings of a byte of a line, without secrets, and where in them that byte is.
pub(crate) fn window(line: &str, at: usize, masker: &Masker) -> (String, usize) {
    // The whole line is shown, as what makes a secret of a text may stand far before it.
    let shown = masker.mask_unread(line);
    let at = floor(&shown, masker.mask_unread(&line[..floor(line, at)]).len());
    let (before, behind) = shown.split_at(at);
    let (before, behind) = (tail(before), head(behind));
    (format!("{before}{behind}"), before.len())
}

/// The end of a text. A word that is cut is left out, as half of a secret would not be known as one.
fn tail(text: &str) -> &str {
    let Some((start, _)) = text.char_indices().rev().nth(REACH) else { return text };
    let cut = &text[start..];
    cut.find(is_between).map_or("", |end| &cut[end..])
}

/// The start of a text, in the same way.
fn head(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(REACH) else { return text };
    let cut = &text[..end];
    cut.rfind(is_between).map_or("", |start| &cut[..start])
}

/// Whether words end at a character.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ',' | '{' | '}' | '[' | ']')
}

/// The last boundary between characters that is not behind `index`.
fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}
