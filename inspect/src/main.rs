//! The command `ucwa-inspect`.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use indicatif::{ProgressBar, ProgressStyle};
use ucwa_inspect::command::{Arguments, Command};
use ucwa_inspect::draw::{Drawing, draw};
use ucwa_inspect::{Inspection, People, input, inspect};
use ucwa_schema::{Schema, to_text};

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
        Some(command) => print(&other(command)).map(|()| ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|problem| {
        eprintln!("error: {problem}");
        ExitCode::FAILURE
    })
}

/// What the subcommands print.
fn other(command: &Command) -> Vec<u8> {
    let mut text = Vec::new();
    let mut description = Arguments::command();
    match command {
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut description, "ucwa-inspect", &mut text);
        }
        // Writing into memory does not fail.
        Command::Man => drop(clap_mangen::Man::new(description).render(&mut text)),
    }
    text
}

fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let schema = arguments.schema.as_deref().map(Schema::load).transpose().map_err(|error| error.to_string())?;
    let (files, errors) = input::files(&arguments.paths);
    let people = if arguments.mask_people { People::Masked } else { People::Shown };
    let bar = progress_bar(arguments, files.len());
    let mut lines = Vec::new();
    let mut inspection = inspect(&files, schema, people, |file, messages| {
        bar.inc(1);
        lines.push(format!("{}: {messages} messages", file.display()));
    });
    bar.finish_and_clear();
    inspection.errors.splice(0..0, errors);
    if arguments.verbose {
        for line in &lines {
            eprintln!("{}", inspection.masker.mask(line));
        }
    }
    say_errors(&inspection);
    if arguments.suggest {
        let suggestions = inspection.report_with_suggestions().suggestions.unwrap_or_default();
        let value = serde_json::to_value(&suggestions).map_err(|error| error.to_string())?;
        print(to_text(&value).as_bytes())?;
    } else if !arguments.quiet {
        print(inspection.report().write(arguments.format).as_bytes())?;
    }
    Ok(if !inspection.errors.is_empty() {
        ExitCode::FAILURE
    } else if inspection.examination.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FINDINGS)
    })
}

fn say_errors(inspection: &Inspection) {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || !io::stderr().is_terminal();
    let drawing = if plain { Drawing::Plain } else { Drawing::Coloured };
    for error in &inspection.errors {
        eprintln!("{}", draw(error, drawing, &inspection.masker));
    }
}

/// A bar for several files, where someone is there to see it.
fn progress_bar(arguments: &Arguments, files: usize) -> ProgressBar {
    if arguments.quiet || files < 2 || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files {elapsed}");
    let bar = ProgressBar::new(files as u64);
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

/// Prints. A reader that wants no more of it, such as `head`, is no failure.
fn print(text: &[u8]) -> Result<(), String> {
    let mut output = io::stdout().lock();
    match output.write_all(text).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("the output is not complete: {error}")),
        _ => Ok(()),
    }
}
