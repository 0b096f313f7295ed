//! What the command promises in its help.

mod common;

use common::{command, command_with_input, text};

const SCHEMA: &str = "../../../schema";

#[test]
fn the_exit_code_tells_what_was_found() {
    for (arguments, code) in [
        (&["--schema", SCHEMA, "known"][..], 0),
        (&["--schema", SCHEMA, "unknown"], 2),
        (&["--schema", SCHEMA, "unknown", "broken"], 1),
        (&["--suggest", "unknown"], 1),
        (&["no-such-file"], 1),
        (&["--help"], 0),
    ] {
        assert_eq!(command(arguments).status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn a_broken_file_is_told_with_its_place_and_stops_no_other() {
    let output = command(&["broken", "unknown", "no-such-file"]);
    insta::assert_snapshot!("broken", text(&output.stderr));
    assert!(text(&output.stdout).contains("contact.mood"));
}

#[test]
fn quiet_says_nothing_and_verbose_says_more() {
    let quiet = command(&["--quiet", "--schema", SCHEMA, "unknown"]);
    assert_eq!((quiet.stdout.len(), quiet.stderr.len(), quiet.status.code()), (0, 0, Some(2)));
    let verbose = command(&["--verbose", "--schema", SCHEMA, "known"]);
    assert!(text(&verbose.stderr).contains("known/contact.json: 1 messages"));
}

#[test]
fn help_manual_and_completions_are_there() {
    let help = text(&command(&["--help"]).stdout);
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    assert!(text(&command(&["man"]).stdout).contains(".TH ucwa-inspect 1"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(text(&command(&["completions", shell]).stdout).contains("mask-people"), "{shell}");
    }
}

#[test]
fn a_dash_reads_the_standard_input() {
    let output = command_with_input(&["-"], br#"{"rel":"contact","mood":1}"#);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("seen once in standard input, mood"), "{}", text(&output.stdout));
    let output = command_with_input(&["-"], b"{");
    assert!(text(&output.stderr).contains("--> standard input:1:1"), "{}", text(&output.stderr));
}
