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
    /// Emits the crate from a schema folder.
    Generate(commands::generate::Arguments),
    /// Prints a completion script for a shell.
    Completions(commands::completions::Arguments),
    /// Prints the manual page.
    Man,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.verbosity.apply();
    let result = match arguments.command {
        Command::Extract(arguments) => commands::extract::run(&arguments),
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Facts(arguments) => commands::facts::run(&arguments),
        Command::Generate(arguments) => commands::generate::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments, Arguments::command()),
        Command::Man => commands::man::run(Arguments::command()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
