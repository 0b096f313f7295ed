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

#[test]
fn a_board_shows_who_is_there_as_it_changes() {
    let printed = printed(env!("CARGO_BIN_EXE_presence_board"));
    assert_eq!(printed.lines().last(), Some("ben@contoso.com      Busy, working"), "{printed}");
    assert!(printed.contains("cho@contoso.com      Offline"), "{printed}");
}

#[test]
fn a_bot_answers() {
    let expected = "Ben Ortiz: Send help or echo TEXT.\nBen Ortiz: two words\nBen Ortiz: What?\n";
    assert_eq!(printed(env!("CARGO_BIN_EXE_message_bot")), expected);
}

#[test]
fn a_guest_is_let_into_a_meeting() {
    let printed = printed(env!("CARGO_BIN_EXE_hold_meeting"));
    let lines: Vec<_> = printed.lines().collect();
    assert!(lines[0].starts_with("https://meet.contoso.com/ada/"), "{printed}");
    assert!(lines[1].ends_with(" waits in the lobby") && lines[2].ends_with(" joined"), "{printed}");
    assert!(lines[3].ends_with(": Good morning"), "{printed}");
}

#[test]
fn a_history_is_exported_as_json() {
    let printed = printed(env!("CARGO_BIN_EXE_export_history"));
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines.len(), 2, "{printed}");
    assert!(lines[0].contains(r#""is_own":true"#) && lines[0].contains(r#""text":"Lunch?""#), "{printed}");
    assert!(lines[1].contains(r#""is_own":false"#) && lines[1].contains(r#""text":"Gladly""#), "{printed}");
}
