//! What the command promises in its help.

mod common;

use common::{command, command_with_input, text};
use ucwa_tests::closed_pipe;

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
fn nothing_is_not_taken_for_traffic_that_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("text");
    let output = command(&["--schema", SCHEMA, path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no files in this folder; name files"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).ends_with("no message was checked\n"), "{}", text(&output.stdout));
    let both = command(&["--schema", SCHEMA, path, "known"]);
    assert_eq!(both.status.code(), Some(1), "the others are read");
    assert!(text(&both.stdout).ends_with("nothing unknown\n"), "{}", text(&both.stdout));
}

#[test]
fn an_archive_without_entries_and_traffic_without_messages_of_ucwa_are_failures() {
    for (traffic, problem) in [
        (r#"{"log":{"version":"1.2","entries":[]}}"#, "standard input: no entries in this HAR file; record"),
        ("<html><body>Bad gateway</body></html>", "no message of UCWA in the traffic; record"),
        ("HTTP/1.1 204 No Content\r\n\r\n", "no message of UCWA in the traffic; record"),
    ] {
        for arguments in [&["-"][..], &["--quiet", "-"], &["--schema", SCHEMA, "--suggest", "-"]] {
            let output = command_with_input(arguments, traffic.as_bytes());
            let errors = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{traffic} {arguments:?}: {errors}");
            assert!(errors.contains(problem) && errors.matches("error").count() == 1, "{traffic}: {errors}");
        }
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_in_a_folder_is_named_and_the_rest_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink("nowhere", folder.path().join("first.har")).expect("a link");
    std::fs::write(folder.path().join("last.json"), r#"{"rel":"contact","mood":1}"#).expect("a file");
    let output = command(&[folder.path().to_str().expect("text")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("first.har: "), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("contact.mood"), "{}", text(&output.stdout));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_too_large_or_never_ends_is_told_and_the_rest_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let large = folder.path().join("large.har");
    // Nothing but its length is on the disk.
    std::fs::File::create(&large).and_then(|file| file.set_len((2 << 30) + 1)).expect("a file");
    let output = command(&["known", large.to_str().expect("text")]);
    let errors = text(&output.stderr);
    assert!(errors.contains("large.har: this is larger than 2 GiB; record less at once"), "{errors}");
    assert_eq!(output.status.code(), Some(1));
    assert!(!text(&output.stdout).starts_with("0 messages"), "{}", text(&output.stdout));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_where_it_is_named_and_told_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("first.json");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("the command is there");
    assert!(made.success());
    std::fs::write(folder.path().join("last.json"), r#"{"rel":"contact","mood":1}"#).expect("a file");
    let output = command(&[folder.path().to_str().expect("text")]);
    assert_eq!(output.status.code(), Some(1));
    let problem = "first.json: this is neither a file nor a folder; remove it, or name it itself";
    assert!(text(&output.stderr).contains(problem), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("contact.mood"), "{}", text(&output.stdout));
    let output = command_with_input(&["/dev/stdin"], br#"{"rel":"contact","mood":1}"#);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), ""));
    std::thread::scope(|scope| {
        scope.spawn(|| std::fs::write(&pipe, r#"{"rel":"contact","mood":1}"#).expect("it is read"));
        assert_eq!(command(&[pipe.to_str().expect("text")]).status.code(), Some(2));
    });
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_back_up_is_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("one.json"), r#"{"rel":"contact","mood":1}"#).expect("a file");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).expect("a link");
    let output = command(&[folder.path().to_str().expect("text")]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), ""));
    assert!(text(&output.stdout).contains("1 message in 1 file "), "{}", text(&output.stdout));
}

#[cfg(unix)]
#[test]
fn a_reader_that_wants_no_more_is_no_failure() {
    for (arguments, code) in [(&["--schema", SCHEMA, "--verbose", "unknown"][..], 2), (&["no-such-file"], 1)] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ucwa-inspect"));
        command.args(arguments).current_dir(common::crate_folder().join("tests/data"));
        let status = command.stdout(closed_pipe()).stderr(closed_pipe()).status().expect("the command runs");
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn the_column_of_an_error_is_that_of_the_file() {
    let line = |before: &str| format!(r#"{{"{before}password":"geheim-5" "name":1}}"#);
    for before in ["", "é", &"long ".repeat(50), "ü0123456789abcdefghijklmnopqrstuvwxyz"] {
        let line = line(before);
        let column = line.find(" \"name").map(|at| line[..at].chars().count() + 2).expect("it is there");
        let output = command_with_input(&["-"], line.as_bytes());
        let drawn = text(&output.stderr);
        assert!(drawn.contains(&format!("--> standard input:1:{column}\n")), "{column}: {drawn}");
    }
}

#[test]
fn quiet_says_nothing_and_verbose_says_more() {
    let quiet = command(&["--quiet", "--schema", SCHEMA, "unknown"]);
    assert_eq!((quiet.stdout.len(), quiet.stderr.len(), quiet.status.code()), (0, 0, Some(2)));
    let verbose = command(&["--verbose", "--schema", SCHEMA, "known"]);
    let said = text(&verbose.stderr);
    let lines: Vec<_> = said.lines().map(|line| line.split(", ").next().unwrap_or_default()).collect();
    assert_eq!(
        lines,
        ["known/channel.http: 6 messages", "known/contact.json: 1 message", "known/presence.xml: 1 message"]
    );
    assert!(said.lines().all(|line| line.ends_with(" s")), "{said}");
    assert_eq!(command(&["--schema", SCHEMA, "known"]).stderr, b"");
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_commands_no_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a\u{1b}[31m.json"), r#"{"rel":"contact"}"#).expect("a file");
    std::fs::write(folder.path().join("b\u{1b}[31m.json"), "{").expect("a file");
    let path = folder.path().to_str().expect("a path in UTF-8");
    let output = command(&["--verbose", path]);
    let said = text(&output.stderr) + &text(&output.stdout);
    assert!(said.matches("\u{fffd}[31m.json").count() >= 3 && !said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn the_documentation_shows_what_the_command_prints() {
    let page = std::fs::read_to_string(common::crate_folder().join("../docs/inspect.md")).expect("there is a page");
    let report = text(&command(&["--schema", SCHEMA, "unknown"]).stdout);
    let errata = text(&command(&["--schema", SCHEMA, "--suggest", "unknown"]).stdout);
    let broken = text(&command(&["broken"]).stderr);
    let printed = (report + &errata + &broken).replace("unknown/", "");
    let known: Vec<_> = printed.lines().map(|line| line.trim().trim_end_matches(',')).collect();
    let shown = page.lines().filter(|line| line.starts_with("    ")).map(str::trim);
    // Lines to type are none to read.
    let shown: Vec<_> = shown.filter(|line| !line.contains("ucwa-inspect ")).collect();
    assert!(shown.len() > 30, "{shown:?}");
    for line in shown {
        assert!(known.contains(&line.trim_end_matches(',')), "{line} is in none of the outputs");
    }
}

#[test]
fn help_manual_and_completions_are_there() {
    let help = text(&command(&["--help"]).stdout);
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    let manual = text(&command(&["man"]).stdout);
    for wanted in [".TH ucwa-inspect 1", ".TH ucwa-inspect-completions 1", "Exit codes:", "mask\\-people"] {
        assert!(manual.contains(wanted), "{wanted}: {manual}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&command(&["completions", shell]).stdout);
        assert!(script.contains("mask-people") && script.contains("completions"), "{shell}");
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
