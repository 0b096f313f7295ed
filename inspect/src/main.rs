//! The command `ucwa-inspect`.

mod console;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use console::Console;
use ucwa_console::progress::Progress;
use ucwa_console::{Drawing, help, output, printable_lines};
use ucwa_inspect::command::{Arguments, Command};
use ucwa_inspect::draw::draw;
use ucwa_inspect::input::InputError;
use ucwa_inspect::{Inspection, Masker, People, input, inspect};
use ucwa_schema::{Schema, to_json_text};

/// There are findings.
const FINDINGS: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    let result = match &arguments.command {
        None => run(&arguments),
        Some(command) => other(command).and_then(|text| print(&text)).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|problem| {
        output::say(format_args!("error: {problem}"));
        ExitCode::FAILURE
    })
}

/// What the subcommands print.
fn other(command: &Command) -> Result<Vec<u8>, String> {
    let description = Arguments::command();
    match command {
        Command::Completions { shell } => Ok(help::completions(*shell, description)),
        Command::Man => help::manual(description).map_err(|error| incomplete(&error)),
    }
}

fn print(text: &[u8]) -> Result<(), String> {
    output::print_text(text).map_err(|error| incomplete(&error))
}

fn incomplete(error: &io::Error) -> String {
    format!("the output is not complete: {error}")
}

fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let schema = arguments
        .schema
        .as_deref()
        .map(Schema::load)
        .transpose()
        .map_err(|error| printable_lines(&error.to_string()))?;
    let (files, errors) = input::files(&arguments.paths);
    let people = if arguments.mask_people { People::Masked } else { People::Shown };
    let shown = if arguments.quiet { Progress::Hidden } else { Progress::Shown };
    let mut console = Console::new(shown, Masker::new(people));
    let mut inspection = inspect(&files, schema, people, |progress| console.progress(progress));
    let lines = console.finish();
    inspection.errors.splice(0..0, errors);
    // Where nothing was checked, nothing is known.
    if inspection.errors.is_empty() && inspection.checker.read.is_empty() {
        inspection.errors.push(InputError::NoMessages);
    }
    if arguments.verbose {
        for line in &lines {
            output::say(inspection.masker.mask(line));
        }
    }
    for error in &inspection.errors {
        output::say(draw(error, Drawing::of_errors(), &inspection.masker));
    }
    if arguments.suggest {
        let suggestions = inspection.report_with_suggestions().suggestions.unwrap_or_default();
        let value = serde_json::to_value(&suggestions).map_err(|error| error.to_string())?;
        print(to_json_text(&value).as_bytes())?;
    } else if !arguments.quiet {
        print(inspection.report().write(arguments.format).as_bytes())?;
    }
    Ok(exit_code(&inspection))
}

fn exit_code(inspection: &Inspection) -> ExitCode {
    if !inspection.errors.is_empty() {
        ExitCode::FAILURE
    } else if inspection.checker.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    }
}
