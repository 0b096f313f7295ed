//! Where text that should be JSON or XML is not.

use super::error::InputError;
use crate::excerpt;
use crate::mask::Masker;

/// A mistake in a text, at a line and a column in bytes, both from 1.
struct Mistake {
    line: usize,
    column: usize,
    problem: String,
}

/// What is wrong with a file that should be JSON.
pub(super) fn json(file: &str, text: &[u8], error: &serde_json::Error) -> InputError {
    let problem = error.to_string();
    let mut problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
    // Behind the last line break the column is 0.
    let (line, column) = (error.line(), error.column().max(1));
    // Files that were joined, or a file that was exported into twice.
    if problem == "trailing characters" && byte_at(text, line, column) == Some(b'{') {
        "another document begins here; put each into a file of its own".clone_into(&mut problem);
    }
    located(file, text, Mistake { line, column, problem })
}

/// The byte at a line and a column, both from 1.
fn byte_at(text: &[u8], line: usize, column: usize) -> Option<u8> {
    text.split(|byte| *byte == b'\n').nth(line.checked_sub(1)?)?.get(column.checked_sub(1)?).copied()
}

/// What is wrong with a file that should be XML, if anything is.
pub(super) fn xml(file: &str, bytes: &[u8]) -> Option<InputError> {
    let (place, problem) = match std::str::from_utf8(bytes) {
        Ok(text) => malformed(text)?,
        Err(error) => (error.valid_up_to(), "expected text in UTF-8".to_owned()),
    };
    let before = bytes.get(..place).unwrap_or(bytes);
    let last = before.split(|byte| *byte == b'\n').enumerate().last();
    let (line, column) = last.map_or((1, 1), |(number, text)| (number + 1, text.len() + 1));
    Some(located(file, bytes, Mistake { line, column, problem }))
}

/// Where a document is not well formed, and why.
fn malformed(text: &str) -> Option<(usize, String)> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) if depth > 0 => {
                return Some((text.len(), "the document ends inside an element".to_owned()));
            }
            Ok(Event::Eof) => return None,
            Ok(_) => {}
            Err(error) => return Some((usize::try_from(reader.error_position()).ok()?, error.to_string())),
        }
    }
}

fn located(file: &str, text: &[u8], mistake: Mistake) -> InputError {
    let Mistake { line, column, problem } = mistake;
    let text = String::from_utf8_lossy(text);
    let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let (excerpt, at) = excerpt::window(shown, column.saturating_sub(1), &Masker::default());
    let column = shown.char_indices().take_while(|(index, _)| index + 1 < column).count() + 1;
    InputError::Syntax { file: file.to_owned(), line, column, problem, excerpt, at }
}
