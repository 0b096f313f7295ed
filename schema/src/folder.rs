//! Reading a schema folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use ucwa_files::{STAGING, read_file};

use crate::errata::{Erratum, TextErratum};
use crate::introductions;
use crate::model::{Enumeration, Resource, Schema};
use crate::summaries::{SHARED_FILE, SharedSummary};

/// The folders in a schema folder whose files each describe something.
const FOLDERS: [&str; 2] = ["resources", "enums"];

/// Why a schema folder could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder could not be read.
    #[error("{path}: {source}", path = .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// A file is not JSON of the expected shape.
    #[error("{path}:{line}:{column}: {source}", path = .path.display(), line = .source.line(), column = .source.column())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where in the file.
        source: serde_json::Error,
    },
    /// A file holds something under another name than its own.
    #[error("{path}: the file describes `{name}`; rename the file to {name}.json, or correct its `name`", path = .path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The name in it.
        name: String,
    },
    /// An erratum of a row and one of text have the same id.
    #[error("{path}: two errata have the id `{id}`, one of a row and one of text; rename or remove one", path = .path.display())]
    ErratumId {
        /// The folder of the errata.
        path: PathBuf,
        /// The id.
        id: String,
    },
    /// An introduction is not text.
    #[error("{path}: the file is not UTF-8; save it as UTF-8", path = .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// The folder is not a schema folder.
    #[error(
        "{path}: no schema folder, as there is no .json file in its `resources` or `enums`; name the folder that has some, or make \
         one with `ucwa-codegen extract PAGES --schema {path}`",
        path = .path.display()
    )]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

impl Schema {
    /// Whether a folder is a schema folder: one that describes a resource or enumeration, or in which a write of such a folder was
    /// interrupted. Other folders may have one called `resources` too.
    pub fn is_folder(folder: &Path) -> bool {
        let is_interrupted = folder.join(STAGING).is_dir();
        FOLDERS.iter().map(|name| folder.join(name)).any(|below| {
            let is_json = |entry: fs::DirEntry| entry.path().extension().is_some_and(|found| found == "json");
            below.is_dir() && (is_interrupted || fs::read_dir(below).into_iter().flatten().flatten().any(is_json))
        })
    }

    /// Reads a schema folder. One that describes nothing is an error.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        let mut files = BTreeMap::new();
        for name in FOLDERS {
            files.append(&mut json_files(&folder.join(name))?);
        }
        files.append(&mut files_of(&folder.join(introductions::FOLDER), "md")?);
        let errors = folder.join("errors.json");
        files.extend(read_bytes(&errors)?.map(|bytes| (errors, bytes)));
        let below = |path: PathBuf| path.strip_prefix(folder).map(Path::to_path_buf).unwrap_or(path);
        Self::from_files(folder, files.into_iter().map(|(path, bytes)| (below(path), bytes)))
    }

    /// Reads the files of a schema folder that lies elsewhere, such as in an archive. The paths are those below the folder, and
    /// files that do not describe anything are left out, by their folders and extensions, and an error if there are no others;
    /// `folder` is what errors call it.
    pub fn from_files(folder: &Path, files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Result<Self, LoadError> {
        let mut schema = Self::default();
        for (path, bytes) in files {
            let full = folder.join(&path);
            let parent = path.parent().map(Path::as_os_str).unwrap_or_default();
            match (parent.to_str(), extension(&path)) {
                (Some("resources"), Some("json")) => {
                    let resource: Resource = parse(&full, &bytes)?;
                    let name = resource.name.clone();
                    check_name(&full, &name)?;
                    schema.resources.insert(name, resource);
                }
                (Some("enums"), Some("json")) => {
                    let enumeration: Enumeration = parse(&full, &bytes)?;
                    let name = enumeration.name.clone();
                    check_name(&full, &name)?;
                    schema.enumerations.insert(name, enumeration);
                }
                (Some(introductions::FOLDER), Some("md")) => {
                    let text = String::from_utf8(without_mark(&bytes).to_vec());
                    let text = text.map_err(|_| LoadError::NotText { path: full.clone() })?;
                    let name = path.file_stem().unwrap_or_default().to_string_lossy();
                    schema.introductions.insert(name.into_owned(), text);
                }
                _ if path == Path::new("errors.json") => schema.errors = parse(&full, &bytes)?,
                _ => {}
            }
        }
        if schema.resources.is_empty() && schema.enumerations.is_empty() {
            return Err(LoadError::Empty { path: folder.to_path_buf() });
        }
        Ok(schema)
    }

    /// Reads a schema folder; one that holds no schema yet gives an empty one.
    pub fn load_or_empty(folder: &Path) -> Result<Self, LoadError> {
        match Self::load(folder) {
            Err(LoadError::Empty { .. }) => Ok(Self::default()),
            other => other,
        }
    }

    /// Reads the errata of a schema folder, in the order of their files; none where there is no such folder.
    pub fn load_errata(folder: &Path) -> Result<Vec<Erratum>, LoadError> {
        let mut errata = Vec::new();
        for (path, bytes) in json_files(&folder.join("errata"))? {
            errata.append(&mut parse::<Vec<Erratum>>(&path, &bytes)?);
        }
        Ok(errata)
    }

    /// Reads which summaries of a schema folder are shared on purpose; none where there is no such file.
    pub fn load_shared_summaries(folder: &Path) -> Result<Vec<SharedSummary>, LoadError> {
        let path = folder.join(SHARED_FILE);
        read_bytes(&path)?.map_or(Ok(Vec::new()), |bytes| parse(&path, &bytes))
    }

    /// Reads the text errata of a schema folder, which lie in `errata/text`; none where there is no such folder.
    pub fn load_text_errata(folder: &Path) -> Result<Vec<TextErratum>, LoadError> {
        let mut errata = Vec::new();
        for (path, bytes) in json_files(&folder.join("errata/text"))? {
            errata.append(&mut parse::<Vec<TextErratum>>(&path, &bytes)?);
        }
        Ok(errata)
    }
}

/// The errata of a schema folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Errata {
    /// Those that correct what pages say.
    pub rows: Vec<Erratum>,
    /// Those that correct the text of pages.
    pub text: Vec<TextErratum>,
}

impl Errata {
    /// Reads the errata of a schema folder; none where it has no such folder.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        Self { rows: Schema::load_errata(folder)?, text: Schema::load_text_errata(folder)? }.checked(folder)
    }

    /// The same, unless an erratum of one kind has the id of one of the other. That two of one kind have is told where they apply.
    fn checked(self, folder: &Path) -> Result<Self, LoadError> {
        let ids: BTreeSet<_> = self.rows.iter().map(|erratum| &erratum.id).collect();
        match self.text.iter().find(|erratum| ids.contains(&erratum.id)) {
            Some(erratum) => Err(LoadError::ErratumId { path: folder.join("errata"), id: erratum.id.clone() }),
            None => Ok(self),
        }
    }

    /// Reads the errata among the files of a schema folder that lies elsewhere, as [`Schema::from_files`] does.
    pub fn from_files(folder: &Path, files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Result<Self, LoadError> {
        let mut errata = Self::default();
        let files: BTreeMap<_, _> = files.into_iter().collect();
        for (path, bytes) in files {
            let full = folder.join(&path);
            match path.parent().and_then(Path::to_str).filter(|_| extension(&path) == Some("json")) {
                Some("errata") => errata.rows.append(&mut parse(&full, &bytes)?),
                Some("errata/text") => errata.text.append(&mut parse(&full, &bytes)?),
                _ => {}
            }
        }
        errata.checked(folder)
    }
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

fn check_name(path: &Path, name: &str) -> Result<(), LoadError> {
    if path.file_stem().is_some_and(|stem| stem == name) {
        Ok(())
    } else {
        Err(LoadError::Name { path: path.to_path_buf(), name: name.into() })
    }
}

/// The text without the byte order mark that some editors put in front of it.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, LoadError> {
    serde_json::from_slice(without_mark(bytes)).map_err(|source| LoadError::Parse { path: path.to_path_buf(), source })
}

/// Reads one file; `None` where there is none.
fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, LoadError> {
    match read_file(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LoadError::Read { path: path.to_path_buf(), source }),
    }
}

/// Reads every `.json` file of a folder, by path; none where there is no such folder.
fn json_files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, LoadError> {
    files_of(folder, "json")
}

/// Reads every file of a folder with a certain extension, by path; none where there is no such folder.
fn files_of(folder: &Path, extension: &str) -> Result<BTreeMap<PathBuf, Vec<u8>>, LoadError> {
    let failed = |source| LoadError::Read { path: folder.to_path_buf(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(failed(source)),
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|found| found == extension)
            && let Some(bytes) = read_bytes(&path)?
        {
            found.insert(path, bytes);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_in_front_of_a_file_is_no_part_of_it() {
        let file = |path: &str, text: &str| (PathBuf::from(path), format!("\u{feff}{text}").into_bytes());
        let mood = r#"{ "name": "Mood", "page": "Mood_ref.md", "members": [] }"#;
        let files = [file("enums/Mood.json", mood), file("introductions/Home.md", "At home.")];
        let schema = Schema::from_files(Path::new("schema"), files).expect("both are text");
        assert_eq!(schema.introductions["Home"], "At home.");
        assert!(schema.enumerations.contains_key("Mood"));
        let erratum = r#"[{ "id": "a", "page": "p", "place": "rel", "expected": "a", "value": "b", "reason": "r" }]"#;
        let errata = Errata::from_files(Path::new("schema"), [file("errata/a.json", erratum)]).expect("it is text");
        assert_eq!(errata.rows.len(), 1);
    }

    #[test]
    fn files_that_lie_elsewhere_are_those_that_a_folder_would_have() {
        let file = |path: &str, text: &str| (PathBuf::from(path), text.as_bytes().to_vec());
        let mood = r#"{ "name": "Mood", "page": "Mood_ref.md", "members": [] }"#;
        let others = ["resources/README.md", "enums/Mood.json.orig", "introductions/notes.json", "errata/README.md"];
        let files = || others.map(|path| file(path, "Notes.")).into_iter().chain([file("enums/Mood.json", mood)]);
        let schema = Schema::from_files(Path::new("schema"), files()).expect("the others describe nothing");
        assert!(schema.introductions.is_empty() && schema.enumerations.contains_key("Mood"));
        assert_eq!(Errata::from_files(Path::new("schema"), files()).ok(), Some(Errata::default()));

        let folder = tempfile::tempdir().expect("a folder");
        for (path, bytes) in files() {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        assert_eq!(Schema::load(folder.path()).ok(), Some(schema));
    }

    #[test]
    fn errata_of_rows_and_of_text_have_ids_of_their_own() {
        let row = r#"[{ "id": "a", "page": "p", "place": "rel", "expected": "a", "value": "b", "reason": "r" }]"#;
        let text = |id: &str| format!(r#"[{{ "id": "{id}", "page": "p", "line": "a", "value": "b", "reason": "r" }}]"#);
        for (id, is_sound) in [("a", false), ("b", true)] {
            let files = [("errata/a.json", row.to_owned()), ("errata/text/a.json", text(id))];
            let folder = tempfile::tempdir().expect("a folder");
            for (path, text) in &files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
                fs::write(path, text).expect("a file");
            }
            let files = files.map(|(path, text)| (PathBuf::from(path), text.into_bytes()));
            for errata in [Errata::load(folder.path()), Errata::from_files(folder.path(), files)] {
                assert_eq!(errata.is_ok(), is_sound, "{errata:?}");
                if let Err(error) = errata {
                    assert!(error.to_string().contains("two errata have the id `a`"), "{error}");
                }
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_among_the_files_is_an_error_that_names_it_and_is_not_waited_for() {
        for pipe in ["resources/contact.json", "enums/Mood.json", "introductions/Home.md", "errors.json"] {
            let folder = tempfile::tempdir().expect("a folder");
            for name in ["resources", "enums", "introductions"] {
                fs::create_dir(folder.path().join(name)).expect("a folder");
            }
            let pipe = folder.path().join(pipe);
            let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("the command is there");
            assert!(made.success());
            let error = Schema::load(folder.path()).expect_err("a pipe is no file");
            let expected = format!("{}: this is neither a file nor a folder; remove it", pipe.display());
            assert_eq!(error.to_string(), expected);
        }
    }
}
