//! The model as Rust: one small function for each thing that is emitted, and one file for each module.

mod enumeration;
mod error;
mod events;
mod input;
mod object;
mod operation;
mod resource;
mod root;
mod uses;

use std::path::PathBuf;

use proc_macro2::TokenStream;
use quote::quote;

use crate::lower::{Model, TypePath};

/// Where the emitted modules stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// They are a crate: the root is `lib.rs`.
    Crate,
    /// They are a module, by its path (`crate::ucwa`): the root is `mod.rs`, to be read by `include!`.
    Module(String),
}

impl Root {
    fn file(&self) -> &'static str {
        match self {
            Self::Crate => "lib.rs",
            Self::Module(_) => "mod.rs",
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Crate => "crate",
            Self::Module(path) => path,
        }
    }
}

/// How much was emitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Structs of resources.
    pub resources: usize,
    /// Enums.
    pub enumerations: usize,
    /// Variants of enums, without those for unlisted values.
    pub members: usize,
    /// Fields of resources.
    pub properties: usize,
    /// Methods of resources.
    pub relations: usize,
    /// Structs of inputs.
    pub inputs: usize,
    /// Fields of inputs.
    pub parameters: usize,
    /// Implementations of verbs.
    pub operations: usize,
    /// Rows of error tables that variants of enums stand for.
    pub errors: usize,
    /// Kinds of event that event tables list.
    pub events: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.resources += other.resources;
        self.enumerations += other.enumerations;
        self.members += other.members;
        self.properties += other.properties;
        self.relations += other.relations;
        self.inputs += other.inputs;
        self.parameters += other.parameters;
        self.operations += other.operations;
        self.errors += other.errors;
        self.events += other.events;
    }
}

/// An emitted file.
pub(crate) struct Emitted {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) counts: Counts,
}

/// Why a model could not be emitted.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// What an emitter made is no Rust.
    #[error("what was emitted for {path} is no valid Rust: {message}; this is a bug in the emitter", path = .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
    /// The path of the root is none.
    #[error("`{path}` is no path of a module: write one such as crate::ucwa")]
    Root {
        /// What was given.
        path: String,
    },
}

/// One file that is to be emitted.
type Job<'a> = Box<dyn Fn() -> (PathBuf, TokenStream, Counts) + Send + Sync + 'a>;

/// Emits every file of a model, on as many threads as there are processors.
pub(crate) fn emit(model: &Model, root: &Root) -> Result<Vec<Emitted>, EmitError> {
    syn::parse_str::<syn::Path>(root.path()).map_err(|_| EmitError::Root { path: root.path().to_owned() })?;
    let jobs = jobs(model, root);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = jobs.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let run = |jobs: &[Job<'_>]| jobs.iter().map(|job| format(job)).collect::<Result<Vec<_>, _>>();
        let workers: Vec<_> = jobs.chunks(share).map(|share| scope.spawn(move || run(share))).collect();
        let mut files = Vec::new();
        for worker in workers {
            // A panic in an emitter is a bug; it goes on as the panic that it is.
            files.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(files)
    })
}

fn jobs<'a>(model: &'a Model, root: &'a Root) -> Vec<Job<'a>> {
    let mut jobs: Vec<Job<'a>> = Vec::new();
    for category in &model.categories {
        for resource in &category.resources {
            let path = PathBuf::from(&category.module).join(format!("{}.rs", resource.module));
            jobs.push(Box::new(move || (path.clone(), resource::module(resource, root), resource::counts(resource))));
        }
    }
    for enumeration in &model.enumerations {
        let path = PathBuf::from(crate::lower::ENUMERATIONS).join(format!("{}.rs", enumeration.module));
        let counts = Counts { enumerations: 1, members: enumeration.variants.len(), ..Counts::default() };
        jobs.push(Box::new(move || (path.clone(), enumeration::module(enumeration), counts)));
    }
    for category in &model.categories {
        let path = PathBuf::from(&category.module).join("mod.rs");
        jobs.push(Box::new(move || (path.clone(), root::category(category), Counts::default())));
    }
    let path = PathBuf::from(crate::lower::ENUMERATIONS).join("mod.rs");
    jobs.push(Box::new(move || (path.clone(), root::enumerations(&model.enumerations), Counts::default())));
    jobs.push(Box::new(move || ("registry.rs".into(), root::registry(model, root), Counts::default())));
    let events = model.events.iter().filter(|event| event.is_documented).count();
    let path = PathBuf::from(format!("{}.rs", crate::lower::EVENTS));
    let counts = Counts { events, ..Counts::default() };
    jobs.push(Box::new(move || (path.clone(), events::module(&model.events, root), counts)));
    let counts = Counts { errors: model.generic_errors.rows, ..Counts::default() };
    jobs.push(Box::new(move || ("generic_error.rs".into(), root::generic_error(&model.generic_errors, root), counts)));
    jobs.push(Box::new(move || (root.file().into(), root::root(model, root), Counts::default())));
    jobs
}

/// How every emitted file begins. Files that begin otherwise are neither replaced nor removed.
pub(crate) const MARK: &str = "// @generated by `ucwa-codegen";

/// The first line of every emitted file.
const HEADER: &str =
    "// @generated by `ucwa-codegen generate` from the schema. Do not edit: change the schema or the emitter.\n\n";

fn format(job: &Job<'_>) -> Result<Emitted, EmitError> {
    let (path, tokens, counts) = job();
    let file =
        syn::parse2(tokens).map_err(|error| EmitError::Syntax { path: path.clone(), message: error.to_string() })?;
    let text = format!("{HEADER}{}", separated(&prettyplease::unparse(&file)));
    Ok(Emitted { path, text, counts })
}

/// Puts an empty line between items and between the functions of an implementation, as people do.
fn separated(text: &str) -> String {
    let mut separated = String::with_capacity(text.len() + text.len() / 16);
    let mut before = "";
    for line in text.lines() {
        if is_boundary(before, line) {
            separated.push('\n');
        }
        separated.push_str(line);
        separated.push('\n');
        before = line;
    }
    separated
}

/// Whether an item ends with the line `before` and another begins with `line`.
fn is_boundary(before: &str, line: &str) -> bool {
    if line.is_empty() || line == "}" || line.starts_with("//!") {
        return false;
    }
    let about_module = before.starts_with("//!") && !line.starts_with("//!");
    let starts_at_margin = !line.starts_with([' ', '}', ')']);
    let ends_at_margin = before == "}" || !before.starts_with([' ', '/']) && before.ends_with(';');
    let is_list =
        ["use ", "mod ", "pub use ", "pub mod "].iter().any(|word| before.starts_with(word) && line.starts_with(word));
    about_module || before == "    }" || (starts_at_margin && ends_at_margin && !is_list)
}

/// Documentation as attributes, which the formatter writes as comments.
fn docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// An identifier. Names come from the table of names, which makes only identifiers.
fn ident(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, proc_macro2::Span::call_site())
}

/// The path of a type below the root.
fn type_path(root: &Root, target: &TypePath) -> TokenStream {
    let (module, name) = (ident(&target.module), ident(&target.type_name));
    let root: TokenStream = root.path().parse().unwrap_or_default();
    quote!(#root::#module::#name)
}
