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
    let skipped = before.chars().count().saturating_sub(REACH);
    let before: String = before.chars().skip(skipped).collect();
    let behind = behind.chars().take(REACH);
    let at = before.len();
    (before.chars().chain(behind).collect(), at)
}

/// The last boundary between characters that is not behind `index`.
fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}
