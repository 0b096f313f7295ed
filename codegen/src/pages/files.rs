//! Finding pages and reading them from disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;

/// The largest page that is read. The largest of the reference has less than 200 KB.
const LARGEST: u64 = 10 << 20;

/// The extensions by which a folder's pages are told from its other files.
const EXTENSIONS: [&str; 3] = ["md", "txt", "markdown"];

/// A reference page as it lies on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    path: PathBuf,
    name: String,
    text: String,
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
    #[error("{path}: no pages in this folder; name one that holds .md or .txt files, or the files themselves", path = .path.display())]
    NoPages {
        /// The folder.
        path: PathBuf,
    },
    /// The file is too large for a page.
    #[error("{path}: {bytes} bytes are too many for a page, which has {LARGEST} at most; leave the file out", path = .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The file is not text.
    #[error("{path}: not text in UTF-8 (at byte {at}); name Markdown or text files", path = .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// Where it stops being text.
        at: usize,
    },
    /// The file is empty.
    #[error("{path}: the file is empty; fetch the page again, or leave it out", path = .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Two pages have one file name, by which errata know them.
    #[error("{path}: {first} has the same file name; leave one of them out", path = .path.display(), first = .first.display())]
    SameName {
        /// The file.
        path: PathBuf,
        /// The file with the same name that was named before.
        first: PathBuf,
    },
}

impl Page {
    /// Takes the bytes of a page.
    pub fn new(path: PathBuf, bytes: Vec<u8>) -> Result<Self, PageError> {
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            return Err(PageError::NotText { path, at });
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Err(PageError::NotText { path, at: error.utf8_error().valid_up_to() }),
        };
        let text = text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text);
        if text.trim().is_empty() {
            return Err(PageError::Empty { path });
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { path, name, text })
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
}

/// The pages that `paths` name, each once, in the order of their file names. A folder stands for the pages in it.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<PageError>> {
    let mut found = BTreeMap::<_, PathBuf>::new();
    let mut errors = Vec::new();
    for path in paths {
        let pages = if path.is_dir() { list(path) } else { Ok(vec![path.clone()]) };
        for page in pages.unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        }) {
            let name = page.file_name().unwrap_or_default().to_os_string();
            match found.get(&name) {
                Some(first) if is_same(first, &page) => {}
                Some(first) => errors.push(PageError::SameName { first: first.clone(), path: page }),
                None => drop(found.insert(name, page)),
            }
        }
    }
    if errors.is_empty() { Ok(found.into_values().collect()) } else { Err(errors) }
}

fn is_same(first: &Path, second: &Path) -> bool {
    first == second || matches!((first.canonicalize(), second.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, PageError> {
    let failed = |source| PageError::Read { path: folder.to_path_buf(), source };
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)) && path.is_file() {
            pages.push(path);
        }
    }
    if pages.is_empty() {
        return Err(PageError::NoPages { path: folder.to_path_buf() });
    }
    pages.sort();
    Ok(pages)
}

/// Reads the pages that `paths` name, in the order of their file names. All that is wrong is told at once.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Page>, Vec<PageError>> {
    let paths = find(paths)?;
    let mut pages = Vec::with_capacity(paths.len());
    let mut errors = Vec::new();
    for result in in_parallel(&paths, |path| Page::read(path)) {
        match result {
            Ok(page) => pages.push(page),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(pages) } else { Err(errors) }
}

/// What `work` makes of each item, in the order of the items, on as many threads as there are processors.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len()).max(1);
    if threads == 1 {
        return items.iter().map(work).collect();
    }
    let share = items.len().div_ceil(threads);
    thread::scope(|scope| {
        let work = &work;
        let run = |items| move || -> Vec<R> { <[T]>::iter(items).map(work).collect() };
        let running: Vec<_> = items.chunks(share).map(|items| scope.spawn(run(items))).collect();
        // A panic in a worker is a defect of ours; it goes on here as if there were no threads.
        running
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
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
    fn a_folder_stands_for_its_pages_and_a_page_named_twice_counts_once() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b_ref.md", "a_Ref.MD", "c.txt", "picture.png"] {
            fs::write(folder.path().join(name), "x").expect("a file");
        }
        let paths = [folder.path().to_path_buf(), folder.path().join("c.txt")];
        let names: Vec<_> = read_all(&paths).expect("pages").iter().map(|page| page.name().to_string()).collect();
        assert_eq!(names, ["a_Ref.MD", "b_ref.md", "c.txt"]);
    }

    #[test]
    fn missing_and_empty_folders_and_equal_names_are_told_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        for place in ["one", "two", "none"] {
            fs::create_dir(folder.path().join(place)).expect("a folder");
        }
        fs::write(folder.path().join("one/a.md"), "x").expect("a file");
        fs::write(folder.path().join("two/a.md"), "x").expect("a file");
        let errors = find(&["one", "two", "none"].map(|place| folder.path().join(place))).expect_err("two errors");
        assert!(matches!(errors[..], [PageError::SameName { .. }, PageError::NoPages { .. }]), "{errors:?}");
        let errors = read_all(&[folder.path().join("missing.md")]).expect_err("no such file");
        assert!(matches!(errors[..], [PageError::Read { .. }]), "{errors:?}");
    }
}
