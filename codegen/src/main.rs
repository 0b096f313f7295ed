//! The command `ucwa-codegen`.

mod commands;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// From the UCWA 2.0 reference pages to a schema, and from the schema to the crate `ucwa`.
#[derive(Debug, Parser)]
#[command(name = "ucwa-codegen", version, about, after_help = commands::console::EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    verbosity: commands::console::Verbosity,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Takes out of reference pages what they say and writes it into a schema folder.
    Extract(commands::extract::Arguments),
    /// Says what is wrong with a schema folder.
    Check(commands::check::Arguments),
    /// Prints a schema folder or pages as facts, one a line, sorted.
    Facts(commands::facts::Arguments),
    Compare(commands::compare::Arguments),
    Update(commands::update::Arguments),
    /// Emits the crate from a schema folder.
    Generate(commands::generate::Arguments),
    /// Writes a schema folder as OpenAPI, JSON Schema or a graph.
    Export(commands::export::Arguments),
    /// Lists what is wrong with the reference itself.
    Lint(commands::lint::Arguments),
    /// Prints a completion script for a shell.
    Completions(commands::completions::Arguments),
    /// Prints the manual page.
    Man,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.verbosity.apply();
    if let Err(error) = ucwa_files::stop_on_signals() {
        commands::console::warn(format_args!("signals end the command at once: {error}"));
    }
    let done = |()| ExitCode::SUCCESS;
    let result = match arguments.command {
        Command::Extract(arguments) => commands::extract::run(&arguments).map(done),
        Command::Check(arguments) => commands::check::run(&arguments).map(done),
        Command::Facts(arguments) => commands::facts::run(&arguments).map(done),
        Command::Generate(arguments) => commands::generate::run(&arguments).map(done),
        Command::Update(arguments) => commands::update::run(&arguments).map(done),
        Command::Compare(arguments) => commands::compare::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments).map(done),
        Command::Lint(arguments) => commands::lint::run(&arguments).map(done),
        Command::Completions(arguments) => commands::completions::run(&arguments, Arguments::command()).map(done),
        Command::Man => commands::man::run(Arguments::command()).map(done),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
