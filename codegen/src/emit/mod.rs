//! The model as Rust: one small function for each thing that is emitted, and one file for each module.

mod count;
mod enumeration;
mod error;
mod events;
mod input;
mod object;
mod operation;
mod resource;
mod root;
mod text;
mod tokens;
mod uses;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use syn::File;
use syn::parse::Parser as _;

use crate::lower::Model;

pub(crate) use count::FileSubject;
pub use count::{EmittedItem, ItemCounts};
use count::{FileCounts, count};
pub(crate) use text::MARK;
use text::text;
pub use tokens::Root;

/// An emitted file.
pub(crate) struct Emitted {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) subject: FileSubject,
    pub(crate) counts: ItemCounts,
}

/// Why a model could not be emitted.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// What an emitter made is no Rust.
    #[error("the code generated for {path} is not valid Rust: {message}; this is a bug in the emitter, please report it", path = .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
    /// The path of the root is none.
    #[error("`{path}` is not the path of a module from the root of its crate: write one such as crate::ucwa")]
    Root {
        /// What was given.
        path: String,
    },
}

/// One file that is to be emitted.
type Job<'a> = Box<dyn Fn() -> (PathBuf, TokenStream) + Send + Sync + 'a>;

/// What is done to each file before it is counted and written.
type FileEdit<'a> = &'a (dyn Fn(&Path, File) -> File + Sync);

/// Emits every file of a model, on as many threads as there are processors.
pub(crate) fn emit(model: &Model, root: &Root, edit: FileEdit<'_>) -> Result<Vec<Emitted>, EmitError> {
    if !is_root(root.path()) {
        return Err(EmitError::Root { path: root.path().to_owned() });
    }
    let jobs = jobs(model, root);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = jobs.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let run = |jobs: &[Job<'_>]| jobs.iter().map(|job| format(job, edit)).collect::<Result<Vec<_>, _>>();
        let workers: Vec<_> = jobs.chunks(share).map(|share| scope.spawn(move || run(share))).collect();
        let mut files = Vec::new();
        for worker in workers {
            // A panic in an emitter is a bug; it goes on as the panic that it is.
            files.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(with_shared(files))
    })
}

/// Whether a path names a module from the root of its crate: modules at all depths below write it to reach each other.
fn is_root(path: &str) -> bool {
    let relative = ["crate", "self", "super", "Self"];
    syn::Path::parse_mod_style.parse_str(path).is_ok_and(|path| {
        let mut names = path.segments.iter().map(|segment| &segment.ident);
        path.leading_colon.is_none()
            && names.next().is_some_and(|first| first == "crate")
            && names.all(|name| relative.iter().all(|relative| name != relative))
    })
}

/// The files, in whose counts is also what stands in other files and has names in these.
fn with_shared(files: Vec<(PathBuf, String, FileCounts)>) -> Vec<Emitted> {
    let shared: BTreeMap<_, _> = files.iter().flat_map(|(.., counts)| counts.shared.clone()).collect();
    let emitted = files.into_iter().map(|(path, text, FileCounts { subject, mut counts, named, .. })| {
        for found in named.iter().filter_map(|name| shared.get(name)) {
            counts += found;
        }
        Emitted { path, text, subject, counts }
    });
    emitted.collect()
}

fn jobs<'a>(model: &'a Model, root: &'a Root) -> Vec<Job<'a>> {
    let mut jobs: Vec<Job<'a>> = Vec::new();
    for category in &model.categories {
        for resource in &category.resources {
            let path = PathBuf::from(&category.module).join(format!("{}.rs", resource.module));
            jobs.push(Box::new(move || (path.clone(), resource::module(resource, root))));
        }
    }
    for enumeration in &model.enumerations {
        let path = PathBuf::from(crate::lower::ENUMERATIONS).join(format!("{}.rs", enumeration.module));
        jobs.push(Box::new(move || (path.clone(), enumeration::module(enumeration))));
    }
    for category in &model.categories {
        let path = PathBuf::from(&category.module).join("mod.rs");
        jobs.push(Box::new(move || (path.clone(), root::category(category))));
    }
    let path = PathBuf::from(crate::lower::ENUMERATIONS).join("mod.rs");
    jobs.push(Box::new(move || (path.clone(), root::enumerations(&model.enumerations))));
    jobs.push(Box::new(move || ("registry.rs".into(), root::registry(model, root))));
    let path = PathBuf::from(format!("{}.rs", crate::lower::EVENTS));
    jobs.push(Box::new(move || (path.clone(), events::module(&model.events, root))));
    jobs.push(Box::new(move || ("generic_error.rs".into(), root::generic_error(&model.generic_errors, root))));
    if !model.shared_errors.is_empty() {
        jobs.push(Box::new(move || ("shared_errors.rs".into(), root::shared_errors(&model.shared_errors, root))));
    }
    jobs.push(Box::new(move || (root.file().into(), root::root(model, root))));
    jobs
}

fn format(job: &Job<'_>, edit: FileEdit<'_>) -> Result<(PathBuf, String, FileCounts), EmitError> {
    let (path, tokens) = job();
    let file: File =
        syn::parse2(tokens).map_err(|error| EmitError::Syntax { path: path.clone(), message: error.to_string() })?;
    let file = edit(&path, file);
    let counts = count(&file);
    Ok((path, text(file), counts))
}

#[cfg(test)]
mod tests {
    use ucwa_schema::Schema;

    use super::*;
    use crate::generate::{GenerateError, generate};

    #[test]
    fn nothing_is_imported_for_events_that_are_not_there() {
        let generated = generate(&Schema::default(), &Root::Crate).expect("there is nothing wrong with nothing");
        let events = generated.files.get(Path::new("events.rs")).expect("every crate has events");
        assert!(events.contains("\nuse ucwa_runtime::{Event, EventTable};\n"), "{events}");
    }

    #[test]
    fn a_root_is_the_path_of_a_module_from_the_root_of_its_crate_and_nothing_else() {
        for path in ["crate::ucwa", "crate", "crate::a::b", "crate::r#type"] {
            assert!(generate(&Schema::default(), &Root::Module(path.into())).is_ok(), "{path}");
        }
        for path in
            ["", "crate::a<B>", "crate::fn", "a b", "a;b", "crate::", "self::a", "super::a", "ucwa", "::crate::a"]
        {
            let error = generate(&Schema::default(), &Root::Module(path.into())).expect_err(path);
            assert!(matches!(&error, GenerateError::Emit(EmitError::Root { .. })), "{path}: {error}");
        }
    }
}
