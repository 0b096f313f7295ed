//! The command `ucwa-codegen`.

mod commands;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use ucwa_console::output::say;

/// Turns the UCWA 2.0 reference pages into a schema, and the schema into the crate `ucwa`.
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
    Extract(commands::extract::Arguments),
    Check(commands::check::Arguments),
    Facts(commands::facts::Arguments),
    Compare(commands::compare::Arguments),
    Update(commands::update::Arguments),
    /// Generates the sources of the crate from a schema folder.
    Generate(commands::generate::Arguments),
    /// Writes a schema folder as OpenAPI, JSON Schema or a graph.
    Export(commands::export::Arguments),
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
        commands::console::warn(format_args!("signals cannot be handled, so they end the command at once: {error}"));
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
            say(&failure);
            failure.code
        }
    }
}
