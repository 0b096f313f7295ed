//! Finding pages on disk, and telling reference pages from the guide pages between them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use ucwa_schema::{TextErratum, TextErratumError, TextErratumProblem};

use super::headings::{Boilerplate, Heading, Overview};
use super::page::{Page, PageError};
use super::reader::title;

/// The extensions by which a folder's pages are told from its other files.
const EXTENSIONS: [&str; 3] = ["md", "txt", "markdown"];

/// The names, without extension, of the reference pages that describe neither one resource nor one enumeration.
const OVERVIEWS: [&str; 3] = ["ucwaresources", "ucwaenumerations", "genericsynchronouserrors"];

/// The pages that paths stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collection {
    /// The reference pages, in the order of their file names.
    pub pages: Vec<Page>,
    /// The other pages of the folders, such as guides.
    pub left_out: LeftOut,
}

/// Pages that lie between those of the reference and are none of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut(pub Vec<PathBuf>);

impl LeftOut {
    /// Whether all pages are of the reference.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How many of the pages that were left out are named.
const NAMED: usize = 3;

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pages = if self.0.len() == 1 { "page that is" } else { "pages that are" };
        write!(f, "skipped {} {pages} not of the reference: ", self.0.len())?;
        let names = self.0.iter().take(NAMED).map(|path| path.file_name().unwrap_or_default().to_string_lossy());
        f.write_str(&names.collect::<Vec<_>>().join(", "))?;
        if self.0.len() > NAMED { f.write_str(", ...") } else { Ok(()) }
    }
}

/// A file that may be a page of the reference.
struct Candidate {
    path: PathBuf,
    found: FoundBy,
}

impl Candidate {
    fn read(&self) -> Result<Page, PageError> {
        // A pipe that was not named would be waited for without end.
        if self.found == FoundBy::InFolder && fs::metadata(&self.path).is_ok_and(|found| !found.is_file()) {
            let source = io::Error::other("this is neither a file nor a folder");
            return Err(PageError::Read { path: self.path.clone(), source });
        }
        Page::read(&self.path)
    }
}

/// How a file was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FoundBy {
    /// It was named, so it must be a reference page.
    Named,
    /// It lies in a folder that was named.
    InFolder,
}

/// The files that `paths` name, each once, by file name. A folder stands for the pages in it.
fn candidates(paths: &[PathBuf]) -> Result<Vec<Candidate>, Vec<PageError>> {
    let mut found = BTreeMap::<_, Candidate>::new();
    let mut errors = Vec::new();
    for path in paths {
        let (how, pages) =
            if path.is_dir() { (FoundBy::InFolder, list(path)) } else { (FoundBy::Named, Ok(vec![path.clone()])) };
        for page in pages.unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        }) {
            let name = page.file_name().unwrap_or_default().to_os_string();
            match found.get(&name) {
                Some(first) if is_same(&first.path, &page) => {}
                Some(first) => errors.push(PageError::SameName { first: first.path.clone(), path: page }),
                None => drop(found.insert(name, Candidate { path: page, found: how })),
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
        let is_page = EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known));
        // Editors and systems put files of their own beside pages. A link that leads nowhere is told when it is read.
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_page && !is_hidden && !path.is_dir() {
            pages.push(path);
        }
    }
    if pages.is_empty() {
        return Err(PageError::NoPages { path: folder.to_path_buf() });
    }
    pages.sort();
    Ok(pages)
}

/// Reads the reference pages that `paths` name, in the order of their file names. In folders, other pages may lie between
/// them; a file that is named itself is taken as a reference page. All that is wrong is told at once. What is in a page is told
/// when it is read, be it no text.
pub fn collect(paths: &[PathBuf]) -> Result<Collection, Vec<PageError>> {
    let candidates = candidates(paths)?;
    let mut collection = Collection::default();
    let mut errors = Vec::new();
    let read = in_parallel(&candidates, Candidate::read);
    for (candidate, result) in candidates.into_iter().zip(read) {
        let is_named = candidate.found == FoundBy::Named || is_reference_name(&candidate.path);
        match result {
            Ok(page) if is_named || reads_like_reference(&page) => collection.pages.push(page),
            Err(error) if is_named => match Page::without_text(error) {
                Ok(page) => collection.pages.push(page),
                Err(error) => errors.push(error),
            },
            Err(error @ PageError::Read { .. }) => errors.push(error),
            Ok(_) | Err(_) => collection.left_out.0.push(candidate.path),
        }
    }
    if collection.pages.is_empty() && errors.is_empty() {
        let folders = paths.iter().filter(|path| path.is_dir());
        errors.extend(folders.map(|path| PageError::NoPages { path: path.clone() }));
    }
    if errors.is_empty() { Ok(collection) } else { Err(errors) }
}

/// Reads the reference pages that `paths` name, as [`collect`] does.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Page>, Vec<PageError>> {
    collect(paths).map(|collection| collection.pages)
}

/// Corrects the text of pages. Errata about pages that were not given wait; all that do not apply are told at once.
pub fn correct_text(pages: Vec<Page>, errata: &[TextErratum]) -> Result<Vec<Page>, Vec<TextErratumError>> {
    let mut errors: Vec<_> = errata
        .iter()
        .enumerate()
        .filter(|(number, erratum)| errata[..*number].iter().any(|earlier| earlier.id == erratum.id))
        .map(|(_, erratum)| erratum.failed(TextErratumProblem::Duplicate))
        .collect();
    let mut corrected = Vec::with_capacity(pages.len());
    for page in pages {
        match page.corrected(errata) {
            Ok(page) => corrected.push(page),
            Err(failed) => errors.extend(failed),
        }
    }
    if errors.is_empty() { Ok(corrected) } else { Err(errors) }
}

/// Whether a file is named as reference pages are.
fn is_reference_name(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    stem.ends_with("_ref") || OVERVIEWS.contains(&stem.as_str())
}

/// Whether a page has the title of an overview, or the parts that only reference pages have.
fn reads_like_reference(page: &Page) -> bool {
    let (mut properties, mut links) = (false, false);
    for (_, line) in page.lines() {
        let line = line.trim().trim_matches('#').trim();
        match Heading::find(line) {
            Some(Heading::Members) => return true,
            Some(Heading::Properties) => properties = true,
            Some(Heading::Links) => links = true,
            // Running text may have lost the heading above the links, but not the sentence.
            _ => links |= Boilerplate::find(line) == Some(Boilerplate::Relations),
        }
        if properties && links {
            return true;
        }
    }
    title(page).is_some_and(|title| Overview::of(&title.text).is_some())
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

    const COLOUR: &str = "# Colour\n\n## Members\n";

    /// A folder with these files.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    fn names(pages: &[Page]) -> Vec<&str> {
        pages.iter().map(Page::name).collect()
    }

    #[test]
    fn a_folder_stands_for_its_pages_and_a_page_named_twice_counts_once() {
        let folder = folder(&[("b_ref.md", "x"), ("a_Ref.MD", "x"), ("c.txt", "x"), ("picture.png", "x")]);
        let paths = [folder.path().to_path_buf(), folder.path().join("c.txt")];
        let collection = collect(&paths).expect("pages");
        assert_eq!(names(&collection.pages), ["a_Ref.MD", "b_ref.md"]);
        assert_eq!(names(&collect(&paths[1..]).expect("a page").pages), ["c.txt"], "what is named itself is taken");
    }

    #[test]
    fn guides_between_reference_pages_are_left_out_and_told_in_one_line() {
        let files = [
            ("Colour.md", COLOUR),
            ("lamp.txt", "lamp\n\nProperties\n\nLinks\n"),
            ("things.md", "# UCWA resources\n"),
            ("GenericSynchronousErrors.md", "# Cut"),
            ("Links.md", "# Links\n\nAbout them.\n\n## Links\n"),
            ("Empty.md", ""),
            ("Tasks.md", "# Tasks\n"),
            ("Zeal.md", "# Zeal\n"),
        ];
        let folder = folder(&files);
        let collection = collect(&[folder.path().to_path_buf()]).expect("pages");
        let expected = ["Colour.md", "GenericSynchronousErrors.md", "lamp.txt", "things.md"];
        assert_eq!(names(&collection.pages), expected);
        let said = "skipped 4 pages that are not of the reference: Empty.md, Links.md, Tasks.md, ...";
        assert_eq!(collection.left_out.to_string(), said);
    }

    #[test]
    fn a_second_text_erratum_of_one_id_is_refused() {
        let erratum = |line: &str| TextErratum {
            id: "stray".into(),
            page: "Colour.md".into(),
            before: Vec::new(),
            line: line.into(),
            after: Vec::new(),
            value: None,
            reason: "It is too much.".into(),
        };
        let page = Page::new("Colour.md".into(), b"a\nb\nc\n".to_vec()).expect("a page");
        let errors = correct_text(vec![page], &[erratum("a"), erratum("b")]).expect_err("two of one id");
        let problems: Vec<_> = errors.into_iter().map(|error| error.problem).collect();
        assert_eq!(problems, [TextErratumProblem::Duplicate]);
    }

    #[test]
    fn what_is_named_like_a_reference_page_and_cannot_be_read_is_an_error() {
        let folder = folder(&[("Colour.md", COLOUR), ("lamp_ref.md", "")]);
        let collection = collect(&[folder.path().to_path_buf()]).expect("pages");
        let faults: Vec<_> = collection.pages.iter().filter_map(Page::fault).map(ToString::to_string).collect();
        assert!(matches!(&faults[..], [fault] if fault.contains("lamp_ref.md: the file is empty")), "{faults:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_page_that_is_a_link_to_nowhere_is_told_and_what_lies_beside_pages_is_not() {
        let folder = folder(&[("Colour.md", COLOUR), ("._Colour.md", "\0"), ("rug_ref.md/inner", "x")]);
        let link = |name: &str| std::os::unix::fs::symlink("nowhere", folder.path().join(name)).expect("a link");
        link(".#Colour.md");
        let paths = [folder.path().to_path_buf()];
        let collection = collect(&paths).expect("a page");
        assert_eq!((names(&collection.pages), collection.left_out.0), (vec!["Colour.md"], Vec::new()));
        link("lamp_ref.md");
        let errors = collect(&paths).expect_err("a link to nowhere");
        assert!(matches!(&errors[..], [PageError::Read { path, .. }] if path.ends_with("lamp_ref.md")), "{errors:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_is_read_where_it_is_named_and_told_in_a_folder() {
        let folder = folder(&[("Colour.md", COLOUR)]);
        let pipe = folder.path().join("lamp_ref.md");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("the command is there").success());
        let errors = collect(&[folder.path().to_path_buf()]).expect_err("a pipe in a folder");
        assert!(matches!(&errors[..], [PageError::Read { path, .. }] if *path == pipe), "{errors:?}");
        thread::scope(|scope| {
            scope.spawn(|| fs::write(&pipe, COLOUR).expect("it is read"));
            assert_eq!(names(&collect(std::slice::from_ref(&pipe)).expect("a page").pages), ["lamp_ref.md"]);
        });
    }

    #[test]
    fn missing_and_empty_folders_and_equal_names_are_told_at_once() {
        let folder = folder(&[("one/a.md", "x"), ("two/a.md", "x"), ("guides/Tasks.md", "x")]);
        fs::create_dir(folder.path().join("none")).expect("a folder");
        let errors = collect(&["one", "two", "none"].map(|place| folder.path().join(place))).expect_err("two errors");
        assert!(matches!(errors[..], [PageError::SameName { .. }, PageError::NoPages { .. }]), "{errors:?}");
        let errors = collect(&[folder.path().join("missing.md")]).expect_err("no such file");
        assert!(matches!(errors[..], [PageError::Read { .. }]), "{errors:?}");
        let errors = collect(&[folder.path().join("guides")]).expect_err("no page of the reference");
        assert!(matches!(errors[..], [PageError::NoPages { .. }]), "{errors:?}");
    }
}
