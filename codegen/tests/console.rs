//! What the command says, and how much of it.

use std::path::Path;
use std::process::{Command, Output};

fn command(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ucwa-codegen"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_help_has_examples_and_exit_codes() {
    let help = text(&command(&["--help"]).stdout);
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    assert_eq!(command(&["nonsense"]).status.code(), Some(2));
    assert_eq!(command(&["check", "no-such-folder"]).status.code(), Some(1));
}

#[test]
fn quiet_leaves_results_and_problems_alone() {
    let check = command(&["--quiet", "check"]);
    assert_eq!((check.stdout.len(), check.stderr.len(), check.status.code()), (0, 0, Some(0)));
    assert!(!command(&["check"]).stdout.is_empty());
    assert!(text(&command(&["facts", "schema", "-q"]).stdout).contains("contactPresence"));
    assert!(!command(&["-q", "check", "no-such-folder"]).stderr.is_empty());
}

#[test]
fn verbose_tells_the_time_that_steps_take() {
    let output = command(&["--verbose", "generate", "--check"]);
    assert!(text(&output.stderr).contains("generating: "), "{}", text(&output.stderr));
}

#[test]
fn the_manual_and_the_completions_know_every_subcommand() {
    let manual = text(&command(&["man"]).stdout);
    let script = text(&command(&["completions", "bash"]).stdout);
    for subcommand in ["extract", "check", "facts", "generate"] {
        assert!(manual.contains(subcommand) && script.contains(subcommand), "{subcommand}");
    }
}
