//! A page as it lies on disk.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use ucwa_schema::{TextErratum, TextErratumError};

use crate::diagnostics::Diagnostic;

/// The largest page that is read. The largest of the reference has less than 200 KB.
const LARGEST: u64 = 10 << 20;

const NOT_TEXT: &str = "not text in UTF-8";
const SAVE_AS_TEXT: &str = "save it as UTF-8, or remove it if it is no page";
const EMPTY: &str = "the file is empty";
const FETCH_AGAIN: &str = "fetch the page again, or remove it";

/// A reference page as it lies on disk, or as text errata correct it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    path: PathBuf,
    name: String,
    text: String,
    /// Its lines, in order.
    lines: Vec<Line>,
    /// Why there is no text.
    fault: Option<Box<Diagnostic>>,
}

/// A line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// Its number in the file, counted from 1.
    number: usize,
    /// Its bytes in the text, without the line break.
    bytes: Range<usize>,
}

/// Why a page could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The file or folder could not be read.
    #[error("{path}: {source}; name a page or a folder of pages that can be read", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A folder holds no pages.
    #[error("{path}: no pages in this folder; name one that holds reference pages as .md or .txt files, or the files themselves", path = .path.display())]
    NoPages {
        /// The folder.
        path: PathBuf,
    },
    /// The file is too large for a page.
    #[error("{path}: {bytes} bytes exceed the limit of {LARGEST} for a page; remove the file", path = .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The file is not text.
    #[error("{path}:{line}: {NOT_TEXT} at byte {at}; {SAVE_AS_TEXT}", path = .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where it stops being text, in bytes.
        at: usize,
        /// The line there, counted from 1.
        line: usize,
        /// What stands before it in the line.
        before: String,
    },
    /// The file is empty.
    #[error("{path}: {EMPTY}; {FETCH_AGAIN}", path = .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Two pages have one file name, by which errata know them.
    #[error("{path}: {first} has the same file name; remove one of them", path = .path.display(), first = .first.display())]
    SameName {
        /// The file.
        path: PathBuf,
        /// The file with the same name that was named before.
        first: PathBuf,
    },
}

impl PageError {
    /// What is no text behind its first bytes.
    fn not_text(path: PathBuf, before: &[u8]) -> Self {
        let text = String::from_utf8_lossy(before);
        let line = text.matches('\n').count() + 1;
        let start = text.rsplit('\n').next().unwrap_or_default();
        Self::NotText { path, at: before.len(), line, before: start.to_owned() }
    }
}

/// The name by which errata know a page.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Page {
    /// Takes the bytes of a page.
    pub fn new(path: PathBuf, bytes: Vec<u8>) -> Result<Self, PageError> {
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            return Err(PageError::not_text(path, &bytes[..at]));
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                return Err(PageError::not_text(path, before));
            }
        };
        let text = text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text);
        if text.trim().is_empty() {
            return Err(PageError::Empty { path });
        }
        let lines = split(&text, |index| index + 1);
        Ok(Self { name: name_of(&path), path, text, lines, fault: None })
    }

    /// A page of which nothing can be read, which spoils no other; an error where even that cannot be said.
    pub(super) fn without_text(error: PageError) -> Result<Self, PageError> {
        let (path, fault) = match error {
            PageError::NotText { path, at, line, before } => {
                let (source, message) = (format!("{before}\u{fffd}"), format!("{NOT_TEXT} at byte {at}"));
                (path.clone(), Diagnostic::of_line(path, (line, &source), Some("\u{fffd}"), message, SAVE_AS_TEXT))
            }
            PageError::Empty { path } => (path.clone(), Diagnostic::of_file(path, EMPTY, FETCH_AGAIN)),
            other => return Err(other),
        };
        Ok(Self { name: name_of(&path), path, text: String::new(), lines: Vec::new(), fault: Some(Box::new(fault)) })
    }

    /// Why the page has no text, where it has none.
    pub(crate) fn fault(&self) -> Option<&Diagnostic> {
        self.fault.as_deref()
    }

    /// Reads a page from disk.
    pub fn read(path: &Path) -> Result<Self, PageError> {
        let failed = |source| PageError::Read { path: path.to_path_buf(), source };
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        if size > LARGEST {
            return Err(PageError::TooLarge { path: path.to_path_buf(), bytes: size });
        }
        let mut bytes = Vec::new();
        // What is no regular file has no size, and may never end.
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > LARGEST {
            return Err(PageError::TooLarge { path: path.to_path_buf(), bytes: bytes.len() as u64 });
        }
        Self::new(path.to_path_buf(), bytes)
    }

    /// The page with its text as errata correct it. Lines keep the numbers that they have in the file.
    pub fn corrected(self, errata: &[TextErratum]) -> Result<Self, Vec<TextErratumError>> {
        if self.fault.is_some() {
            return Ok(self);
        }
        let mut errors = Vec::new();
        let mut lines: Vec<(usize, String)> = self.lines().map(|(number, line)| (number, line.to_owned())).collect();
        let mut is_corrected = false;
        for erratum in errata.iter().filter(|erratum| erratum.page == self.name) {
            is_corrected = true;
            errors.extend(erratum.apply(&mut lines).err());
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        if !is_corrected {
            return Ok(self);
        }
        let (numbers, lines): (Vec<_>, Vec<_>) = lines.into_iter().unzip();
        let text = lines.join("\n") + "\n";
        let lines = split(&text, |index| numbers.get(index).copied().unwrap_or_default());
        Ok(Self { text, lines, ..self })
    }

    /// Where the page lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file name, by which errata know the page.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines, each with its number in the file, counted from 1.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = (usize, &str)> + Clone {
        self.lines.iter().map(|line| (line.number, self.text.get(line.bytes.clone()).unwrap_or_default()))
    }

    /// The lines from the one of this number on.
    pub(crate) fn lines_from(&self, number: usize) -> impl Iterator<Item = (usize, &str)> {
        self.lines().skip(self.lines.partition_point(|line| line.number < number))
    }

    /// The number in the file of the line at this place, which is counted from 0.
    pub(super) fn number(&self, place: usize) -> usize {
        self.lines.get(place).map_or(1, |line| line.number)
    }

    /// Says what is wrong with a line of the page: with `part` of it, or with all of it.
    pub(crate) fn diagnostic(
        &self,
        line: usize,
        part: Option<&str>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::of_line(self.path.clone(), (line, self.line(line)), part, message, expected)
    }

    /// The line of this number; empty where there is none.
    pub fn line(&self, number: usize) -> &str {
        let index = self.lines.partition_point(|line| line.number < number);
        let line = self.lines.get(index).filter(|line| line.number == number);
        line.and_then(|line| self.text.get(line.bytes.clone())).unwrap_or_default()
    }
}

/// The lines of a text, with numbers by their places.
fn split(text: &str, number: impl Fn(usize) -> usize) -> Vec<Line> {
    let mut start = 0;
    let line = |(index, line): (usize, &str)| {
        let end = start + line.strip_suffix('\n').unwrap_or(line).trim_end_matches('\r').len();
        let bytes = start..end;
        start += line.len();
        Line { number: number(index), bytes }
    };
    text.split_inclusive('\n').enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(bytes: &[u8]) -> Result<Page, PageError> {
        Page::new("folder/note_ref.md".into(), bytes.to_vec())
    }

    #[test]
    fn a_page_is_known_by_its_file_name_and_loses_its_byte_order_mark() {
        let page = page(b"\xef\xbb\xbfnote\r\n").expect("a page");
        assert_eq!((page.name(), page.text()), ("note_ref.md", "note\r\n"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(page(b"a\0b"), Err(PageError::NotText { at: 1, .. })));
        assert!(matches!(page(b"ab\xff"), Err(PageError::NotText { at: 2, .. })));
        assert!(matches!(page(b" \n"), Err(PageError::Empty { .. })));
    }

    #[test]
    fn a_file_too_large_is_refused_unread() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large.md");
        File::create(&path).and_then(|file| file.set_len(100 << 20)).expect("a sparse file");
        assert!(matches!(Page::read(&path), Err(PageError::TooLarge { bytes: 104_857_600, .. })));
    }

    #[test]
    fn the_lines_of_a_corrected_page_keep_the_numbers_that_they_have_in_the_file() {
        let removed = TextErratum {
            id: "stray".into(),
            page: "note_ref.md".into(),
            before: vec!["a".into()],
            line: "\\".into(),
            after: Vec::new(),
            value: None,
            reason: "It is too much.".into(),
        };
        let page = page(b"a\r\n\\\r\nb\r\n").expect("a page").corrected(&[removed]).expect("it applies");
        assert_eq!(page.lines().collect::<Vec<_>>(), [(1, "a"), (3, "b")]);
        assert_eq!((page.line(3), page.line(2), page.line(0)), ("b", "", ""));
    }
}
