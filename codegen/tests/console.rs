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
fn the_help_of_each_subcommand_that_reads_or_writes_has_examples() {
    for subcommand in ["extract", "check", "facts", "compare", "update", "generate", "export", "lint"] {
        let help = text(&command(&[subcommand, "--help"]).stdout);
        assert!(help.contains(&format!("Examples:\n  ucwa-codegen {subcommand}")), "{help}");
    }
}

#[test]
fn a_schema_file_that_is_broken_is_told_with_the_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let schema = folder.path().to_str().expect("a path in UTF-8");
    std::fs::create_dir(folder.path().join("resources")).expect("a folder");
    std::fs::write(folder.path().join("resources/rug.json"), "{\n  \"name\": rug\n}\n").expect("a file");
    for arguments in [&["check", schema][..], &["facts", schema], &["compare", schema, schema]] {
        let output = command(arguments);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(errors.contains("rug.json:2:") && errors.contains("2 |   \"name\": rug"), "{errors}");
    }
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
    for subcommand in ["extract", "check", "facts", "compare", "update", "generate", "export", "lint"] {
        assert!(manual.contains(subcommand) && script.contains(subcommand), "{subcommand}");
    }
}
