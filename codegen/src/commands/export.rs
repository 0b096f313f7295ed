//! `ucwa-codegen export openapi|json-schema|graph [--schema DIR] [--output FILE]`

use std::path::PathBuf;

use ucwa_codegen::export::graph;
use ucwa_codegen::export::json_schema::json_schema;
use ucwa_codegen::export::openapi::{Bodies, Version, openapi};
use ucwa_files::write_file;
use ucwa_schema::Schema;

use super::{CommandFailure, console, load_schema, print};

/// What stands below the help.
const EXAMPLES: &str = "\
Examples:
  ucwa-codegen export openapi --output openapi.json
  ucwa-codegen export openapi --spec 3.0 --bodies json > openapi.json
  ucwa-codegen export json-schema > ucwa.schema.json
  ucwa-codegen export graph --format html --output graph.html
  ucwa-codegen export graph --format dot | sfdp -Tsvg > graph.svg";

/// Writes a schema folder in another format.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    target: ExportTarget,
}

#[derive(Debug, clap::Subcommand)]
enum ExportTarget {
    /// OpenAPI, as JSON.
    Openapi {
        #[command(flatten)]
        files: Files,
        /// The version of the specification.
        #[arg(long, value_enum, default_value_t = Specification::Newer)]
        spec: Specification,
        /// The media types in which bodies are described.
        #[arg(long, value_enum, default_value_t = MediaTypes::All)]
        bodies: MediaTypes,
    },
    /// JSON Schema 2020-12 of all resources, inputs and enumerations.
    JsonSchema(Files),
    /// The resources and the links between them.
    Graph {
        #[command(flatten)]
        files: Files,
        /// The output format.
        #[arg(long, value_enum, default_value_t = GraphFormat::Html)]
        format: GraphFormat,
    },
}

#[derive(Debug, clap::Args)]
struct Files {
    /// The schema folder.
    #[arg(long, value_name = "DIR", default_value = "schema")]
    schema: PathBuf,
    /// The file to write; without it, the text is printed.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The versions of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Specification {
    /// The version that has all of JSON Schema.
    #[value(name = "3.1")]
    Newer,
    /// For generators that do not support later versions.
    #[value(name = "3.0")]
    Older,
}

impl Specification {
    fn version(self) -> Version {
        match self {
            Self::Newer => Version::V3_1,
            Self::Older => Version::V3_0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum MediaTypes {
    /// JSON and XML.
    All,
    /// Only `application/json`, and octets for other content, for generators that support one media type.
    Json,
}

impl MediaTypes {
    fn bodies(self) -> Bodies {
        match self {
            Self::All => Bodies::All,
            Self::Json => Bodies::Json,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum GraphFormat {
    /// Text for Graphviz.
    Dot,
    /// A page with search, in one file.
    Html,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), CommandFailure> {
    match &arguments.target {
        ExportTarget::Openapi { files, spec, bodies } => {
            export(files, |schema| format!("{:#}\n", openapi(schema, spec.version(), bodies.bodies())))
        }
        ExportTarget::JsonSchema(files) => export(files, |schema| format!("{:#}\n", json_schema(schema))),
        ExportTarget::Graph { files, format } => export(
            files,
            match format {
                GraphFormat::Dot => graph::dot,
                GraphFormat::Html => graph::html,
            },
        ),
    }
}

/// What a failure means.
const NOTHING: &str = "nothing was exported";

fn export(files: &Files, write: impl Fn(&Schema) -> String) -> Result<(), CommandFailure> {
    let schema = load_schema(&files.schema, NOTHING)?;
    let text = console::step("writing it in another format", || write(&schema));
    let Some(path) = &files.output else { return print([text.trim_end()]) };
    let done = format!("{}: {} resources, {} bytes", path.display(), schema.resources.len(), text.len());
    write_file(path, text).map_err(|error| CommandFailure::of_write(&error, NOTHING))?;
    console::summarize([done])
}
