//! Each example runs and prints what it should.

use std::process::Command;

/// Runs an example and returns what it prints.
fn printed(program: &str) -> String {
    let output = Command::new(program).output().expect("the program can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

#[test]
fn presences_are_read_by_following_links() {
    assert_eq!(printed(env!("CARGO_BIN_EXE_read_presence")), "Ben Ortiz is away\nCho Lindqvist: Offline\n");
}

#[test]
fn an_error_is_matched_by_its_documented_name() {
    let expected = "created\nexists already: POST myGroups2: Conflict/AlreadyExists\n";
    assert_eq!(printed(env!("CARGO_BIN_EXE_match_errors")), expected);
}

#[test]
fn a_privacy_relationship_is_changed() {
    let expected = "before: Some(Colleagues)\nafter: Some(Workgroup)\n";
    assert_eq!(printed(env!("CARGO_BIN_EXE_change_privacy")), expected);
}

#[test]
fn memberships_are_removed() {
    assert_eq!(printed(env!("CARGO_BIN_EXE_remove_memberships")), "memberships: 2\nmemberships: 0\n");
}

#[test]
fn a_message_arrives() {
    let expected = "started: true, operation Some(\"7d1e\")\nada@contoso.com: At noon\n";
    assert_eq!(printed(env!("CARGO_BIN_EXE_send_message")), expected);
}

#[test]
fn a_change_of_presence_comes_as_an_event() {
    let printed = printed(env!("CARGO_BIN_EXE_follow_events"));
    assert_eq!(printed.lines().last(), Some("presence: Some(Busy)"), "{printed}");
}

#[test]
fn an_http_client_carries_a_request() {
    assert_eq!(printed(env!("CARGO_BIN_EXE_over_http")), "created for Some(\"Example/1.0\")\n");
}

#[test]
fn the_client_starts_a_conversation() {
    assert_eq!(printed(env!("CARGO_BIN_EXE_use_client")), "started: true\n");
}
