//! What the command says, and how much of it.

use std::path::Path;
use std::process::{Command, Output};

use ucwa_tests::closed_pipe;

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

#[cfg(unix)]
#[test]
fn the_name_of_a_file_commands_no_terminal_whatever_is_wrong_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, schema) = (folder.path().join("pages"), folder.path().join("schema"));
    for path in [&pages, &schema.join("resources")] {
        std::fs::create_dir_all(path).expect("a folder");
    }
    let write = |path: &Path, bytes: &[u8]| std::fs::write(path, bytes).expect("a file");
    write(&pages.join("guide\u{1b}[31m.md"), b"# A guide\n");
    write(&pages.join("lamp\u{1b}[31m_ref.md"), b"\xff");
    write(&schema.join("resources/rug\u{1b}[31m.json"), br#"{"name":"lamp","page":"lamp_ref.md"}"#);
    let [pages, schema] = [&pages, &schema].map(|path| path.to_str().expect("a path in UTF-8"));
    for arguments in [
        &["extract", pages][..],
        &["lint", pages],
        &["facts", pages],
        &["update", pages, "--dry-run"],
        &["compare", pages, pages],
        &["check", schema],
        &["generate", "--schema", schema],
        &["export", "graph", "--schema", schema],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen")).args(arguments).current_dir(&folder).output();
        let said = text(&output.expect("the command runs").stderr);
        assert!(said.contains("\u{fffd}[31m") && !said.contains('\u{1b}'), "{arguments:?}: {said:?}");
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

#[cfg(unix)]
#[test]
fn a_reader_that_wants_no_more_is_no_failure() {
    for (arguments, code) in [(&["facts", "schema"][..], 0), (&["check", "no-such-folder"], 1), (&["nonsense"], 2)] {
        let status = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen"))
            .args(arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .stdout(closed_pipe())
            .stderr(closed_pipe())
            .status()
            .expect("the command runs");
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn an_export_replaces_a_file_as_a_whole_or_leaves_it_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("graph.dot");
    std::fs::write(&path, "old").expect("a file");
    let output = path.to_str().expect("a path in UTF-8");
    let export = ["export", "graph", "--format", "dot", "--output"];
    let failed = command(&[&export[..], &[output, "--schema", "no-such-folder"]].concat());
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "old");
    assert_eq!(command(&[&export[..], &[output]].concat()).status.code(), Some(0));
    assert!(std::fs::read_to_string(&path).expect("it is there").starts_with("digraph"));
    let nowhere = folder.path().join("graph.dot/below");
    let failed = command(&[&export[..], &[nowhere.to_str().expect("text")]].concat());
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stderr).contains("nothing was exported"), "{}", text(&failed.stderr));
}

#[test]
fn a_schema_that_an_interrupted_run_left_is_completed_before_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = std::fs::canonicalize(folder.path()).expect("it is there");
    let staging = path.join(".ucwa-staging");
    std::fs::create_dir_all(path.join("enums")).expect("a folder");
    std::fs::create_dir(&staging).expect("a folder");
    let folders = format!("[{path:?}]");
    let steps = r#"[{"Move":{"folder":0,"staged":"a-1.0","path":"enums/Mood.json"}}]"#;
    let mood = r#"{ "name": "Mood", "page": "Mood_ref.md", "members": [{ "name": "Cosy" }] }"#;
    for (name, text) in [("a-1.folders", folders.as_str()), ("a-1.journal", steps), ("a-1.0", mood)] {
        std::fs::write(staging.join(name), text).expect("a file");
    }
    let facts = command(&["facts", path.to_str().expect("a path in UTF-8")]);
    assert!(text(&facts.stdout).contains("member\tMood\tCosy"), "{}", text(&facts.stderr));
    assert!(text(&facts.stderr).contains("the write has been completed"), "{}", text(&facts.stderr));
    assert!(!staging.exists());
}
