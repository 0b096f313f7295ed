//! Reading a schema folder, and laying one out as files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errata::Erratum;
use crate::files::FileSet;
use crate::json_schema::json_schemas;
use crate::layout::to_text;
use crate::model::{Enumeration, Resource, Schema};

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
    /// The folder is not a schema folder.
    #[error(
        "{path}: no schema folder, as it holds neither `resources` nor `enums`; name the folder that does, or make one with \
         `ucwa-codegen extract PAGES --schema {path}`",
        path = .path.display()
    )]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

impl Schema {
    /// Reads a schema folder.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        if !folder.join("resources").is_dir() && !folder.join("enums").is_dir() {
            return Err(LoadError::Empty { path: folder.to_path_buf() });
        }
        let mut schema = Self::default();
        for (path, resource) in read_all::<Resource>(&folder.join("resources"))? {
            let name = resource.name.clone();
            check_name(&path, &name)?;
            schema.resources.insert(name, resource);
        }
        for (path, enumeration) in read_all::<Enumeration>(&folder.join("enums"))? {
            let name = enumeration.name.clone();
            check_name(&path, &name)?;
            schema.enumerations.insert(name, enumeration);
        }
        schema.errors = read(&folder.join("errors.json"))?.unwrap_or_default();
        schema.pages = read(&folder.join("pages.json"))?.unwrap_or_default();
        Ok(schema)
    }

    /// Reads the errata of a schema folder, in the order of their files; none where there is no such folder.
    pub fn load_errata(folder: &Path) -> Result<Vec<Erratum>, LoadError> {
        let files = read_all::<Vec<Erratum>>(&folder.join("errata"))?;
        Ok(files.into_values().flatten().collect())
    }

    /// The files of a schema folder that say what this schema says.
    pub fn files(&self) -> FileSet {
        let mut files = FileSet::new();
        for folder in ["resources", "enums", "json-schema"] {
            files.own(folder);
        }
        for (name, resource) in &self.resources {
            let mut resource = resource.clone();
            resource.schema = Some("../json-schema/resource.json".into());
            files.insert(format!("resources/{name}.json"), text(&resource));
        }
        for (name, enumeration) in &self.enumerations {
            let mut enumeration = enumeration.clone();
            enumeration.schema = Some("../json-schema/enumeration.json".into());
            files.insert(format!("enums/{name}.json"), text(&enumeration));
        }
        let mut errors = self.errors.clone();
        errors.schema = Some("json-schema/errors.json".into());
        files.insert("errors.json", text(&errors));
        files.insert("pages.json", text(&self.pages));
        for (name, schema) in json_schemas() {
            files.insert(format!("json-schema/{name}.json"), to_text(&schema));
        }
        files
    }
}

/// The text of a schema file.
fn text<T: Serialize>(value: &T) -> String {
    // The model holds strings, numbers and maps with string keys, all of which JSON can say.
    to_text(&serde_json::to_value(value).unwrap_or_default())
}

fn check_name(path: &Path, name: &str) -> Result<(), LoadError> {
    if path.file_stem().is_some_and(|stem| stem == name) {
        Ok(())
    } else {
        Err(LoadError::Name { path: path.to_path_buf(), name: name.into() })
    }
}

/// Reads one file; `None` where there is none.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, LoadError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(LoadError::Read { path: path.to_path_buf(), source }),
    };
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok(Some(value)),
        Err(source) => Err(LoadError::Parse { path: path.to_path_buf(), source }),
    }
}

/// Reads every `.json` file of a folder, by path; none where there is no such folder.
fn read_all<T: DeserializeOwned>(folder: &Path) -> Result<BTreeMap<PathBuf, T>, LoadError> {
    let failed = |source| LoadError::Read { path: folder.to_path_buf(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(source) => return Err(failed(source)),
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json")
            && let Some(value) = read(&path)?
        {
            found.insert(path, value);
        }
    }
    Ok(found)
}
