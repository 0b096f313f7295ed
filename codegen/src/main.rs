//! The command `ucwa-codegen`.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// From the UCWA 2.0 reference pages to a schema, and from the schema to the crate `ucwa`.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
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
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Extract(arguments) => commands::extract::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Check(arguments) => commands::check::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Facts(arguments) => commands::facts::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Generate(arguments) => commands::generate::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Update(arguments) => commands::update::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Compare(arguments) => commands::compare::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Lint(arguments) => commands::lint::run(&arguments).map(|()| ExitCode::SUCCESS),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
