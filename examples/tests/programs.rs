//! Each example runs and prints what it should.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ucwa::serde_json::{self, Value as Json};
use ucwa_inspect::{People, inspect};
use ucwa_schema::Schema;

/// A simulated office whose time passes at once, for so many seconds of it.
const OFFICE: [&str; 4] = ["--simulator", "--no-wait", "--seconds", "12"];

/// The command that draws the picture in the README.
const PICTURE: &str = "docs/presence-board.svg";

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of all examples.
fn programs() -> BTreeSet<String> {
    let files = fs::read_dir(package().join("examples")).expect("there is a folder of programs");
    let name = |path: PathBuf| path.file_stem().and_then(|name| name.to_str()).map(str::to_owned);
    files.map(|entry| name(entry.expect("an entry").path()).expect("a name")).collect()
}

/// The command that runs an example. Cargo builds examples with all tests of a package, but not with one of them.
fn command(name: &str) -> Command {
    let test = std::env::current_exe().expect("a test is a program");
    let target = test.parent().and_then(Path::parent).expect("tests lie below the folder of the profile");
    let program = target.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let changed = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).ok();
    let source = changed(&package().join("examples").join(format!("{name}.rs")));
    let is_built = source.is_some() && changed(&program) >= source;
    assert!(is_built, "{name} is not built: run `cargo build -p ucwa-examples --examples`");
    Command::new(program)
}

/// Runs an example and returns what it prints.
fn printed<'a>(name: &str, arguments: impl IntoIterator<Item = &'a str>) -> String {
    let output = command(name).args(arguments).stdin(Stdio::null()).output().expect("the program can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// A program that goes on, and is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads lines up to one that ends with a text, and returns it.
fn line_with(lines: &mut impl Iterator<Item = std::io::Result<String>>, text: &str) -> String {
    let mut lines = lines.map(|line| line.expect("a line"));
    lines.find(|line| line.contains(text)).unwrap_or_else(|| panic!("no line with {text}"))
}

#[test]
fn every_program_is_short_listed_and_tested() {
    let list = fs::read_to_string(package().join("README.md")).expect("there is a list of the programs");
    let tests = include_str!("programs.rs");
    for name in programs() {
        let source = fs::read_to_string(package().join(format!("examples/{name}.rs"))).expect("it is text");
        assert!(source.lines().count() < 60, "{name} has {} lines", source.lines().count());
        assert!(source.starts_with("//! "), "{name} does not say what it does");
        assert!(list.contains(&format!("[`{name}`](examples/{name}.rs)")), "the README does not list {name}");
        assert!(tests.contains(&format!("\"{name}\"")), "no test runs {name}");
    }
}

#[test]
fn presences_are_read_by_following_links() {
    assert_eq!(printed("read-presence", []), "Ben Ortiz is away\nCho Lindqvist: Offline\n");
}

#[test]
fn an_error_is_matched_by_its_documented_name() {
    let expected = "created\nexists already: POST myGroups2: Conflict/AlreadyExists\n";
    assert_eq!(printed("match-errors", []), expected);
}

#[test]
fn a_privacy_relationship_is_changed() {
    assert_eq!(printed("change-privacy", []), "before: Some(Colleagues)\nafter: Some(Workgroup)\n");
}

#[test]
fn memberships_are_removed() {
    assert_eq!(printed("remove-memberships", []), "memberships: 2\nmemberships: 0\n");
}

#[test]
fn a_message_arrives() {
    let expected = "started: true, operation Some(\"7d1e\")\nben@contoso.com: Lunch?\nada@contoso.com: At noon\n";
    assert_eq!(printed("send-message", []), expected);
}

#[test]
fn a_change_of_presence_comes_as_an_event() {
    let printed = printed("follow-events", []);
    assert_eq!(printed.lines().last(), Some("presence: Some(Busy)"), "{printed}");
}

#[test]
fn an_http_client_carries_a_request() {
    assert_eq!(printed("over-http", []), "created for Some(\"Example/1.0\")\n");
}

#[test]
fn the_client_starts_a_conversation() {
    assert_eq!(printed("use-client", ["--simulator"]), "started: true\n");
}

#[test]
fn a_board_prints_what_changes() {
    let printed = printed("presence-board", OFFICE);
    let lines: Vec<_> = printed.lines().collect();
    assert!(lines[0].starts_with(" CONTACT"), "{printed}");
    let of_ben: Vec<_> = lines.iter().filter(|line| line.contains("Ben Ortiz")).collect();
    assert!(of_ben.len() > 2, "his presence and his note change: {printed}");
    assert!(lines.contains(&" ● Hal Brandt      Offline"), "{printed}");
    let notes = lines.iter().filter(|line| line.ends_with("In Oslo until Friday")).count();
    assert!(notes > 0 && lines.len() > 15, "{printed}");
}

#[test]
fn the_picture_of_the_board_is_what_the_program_draws() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("board.svg");
    let drawn = ["--picture", file.to_str().expect("a name")];
    assert_eq!(printed("presence-board", OFFICE.into_iter().chain(drawn)), "");
    let (drawn, kept) = (fs::read_to_string(&file), fs::read_to_string(package().join("..").join(PICTURE)));
    let draw =
        format!("cargo run -p ucwa-examples --example presence-board -- {} --picture {PICTURE}", OFFICE.join(" "));
    assert!(drawn.expect("it is drawn") == kept.expect("it is kept"), "the picture has changed: run\n{draw}");
}

#[test]
fn a_bot_answers() {
    let printed = printed("message-bot", OFFICE);
    let talk = [
        "Ben Ortiz: help\n  Send help, who, or echo TEXT.",
        "Ben Ortiz: who\n  Online: Cho Lindqvist.",
        "Ben Ortiz: echo two words\n  two words",
        "Ben Ortiz: Do you dance?\n  I do not know that. Send help.",
        "Ben Ortiz: help",
    ];
    assert!(printed.starts_with(&talk.join("\n")), "{printed}");
}

#[test]
fn messages_are_archived_from_where_the_last_run_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.json");
    let run = || printed("archive-messages", OFFICE.into_iter().chain([store.to_str().expect("it is UTF-8")]));
    let lines = |printed: &str| -> Vec<Json> {
        printed.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    };
    let first = lines(&run());
    let said: Vec<_> = first.iter().map(|line| line["text"].as_str()).collect();
    assert_eq!(said, ["help", "who", "echo two words", "Do you dance?", "help"].map(Some));
    let different: BTreeSet<_> = first.iter().map(|line| line["link"].as_str()).collect();
    assert_eq!(different.len(), first.len());
    // The next office knows nothing of the cursor.
    let second = lines(&run());
    assert_eq!((second[0]["notice"].as_str(), second.len()), (Some("Lost(Resynchronized)"), first.len() + 1));
}

#[test]
fn a_meeting_is_scheduled() {
    let printed = printed("schedule-meeting", ["--simulator", "--lobby", "--invite", "ben@contoso.com", "Review"]);
    let lines: Vec<_> = printed.lines().collect();
    assert!(lines[0].starts_with("Scheduled Review: https://meet.contoso.com/ada/"), "{printed}");
    assert_eq!(lines[1].strip_prefix("- "), lines[0].strip_prefix("Scheduled "), "{printed}");
}

#[test]
fn a_guest_joins_a_meeting_and_talks() {
    let mut command = command("anonymous-join");
    let command = command.arg("--simulator").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = Running(command.spawn().expect("the program can be started"));
    let mut lines = BufReader::new(program.0.stdout.take().expect("it is a pipe")).lines();
    let mut input = program.0.stdin.take().expect("it is a pipe");
    line_with(&mut lines, "Waiting to be let in");
    line_with(&mut lines, "Cho Lindqvist: Welcome");
    writeln!(input, "Good morning").expect("the program reads");
    line_with(&mut lines, "Cho Lindqvist: You said: Good morning");
    drop(input);
    assert!(program.0.wait().expect("it ends").success());
}

#[test]
fn a_history_is_exported_as_json_lines() {
    let printed = printed("export-history", OFFICE);
    let lines: Vec<Json> = printed.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let said: Vec<_> = lines.iter().map(|line| (line["is_own"].as_bool(), line["text"].as_str())).collect();
    assert_eq!(said, [(Some(true), Some("Lunch?")), (Some(false), Some("Gladly, at noon"))]);
    assert!(lines.iter().all(|line| line["time"].is_string() && line["thread"].is_string()), "{printed}");
}

#[test]
fn a_session_is_shown_in_xml() {
    let printed = printed("raw-xml", OFFICE);
    assert!(printed.contains("> POST https://pool1.contoso.com/ucwa/oauth/v1/applications\n"), "{printed}");
    for element in ["<input ", "<resource rel=\"application\"", "rel=\"myContacts\"", "<events ", "contactPresence"] {
        assert!(printed.contains(element), "{element}: {printed}");
    }
    assert!(!printed.contains("simulated-secret") && !printed.contains("Bearer "), "{printed}");
}

#[test]
fn recorded_traffic_has_no_secrets_and_is_what_inspect_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("traffic.har");
    let arguments = OFFICE.into_iter().chain([file.to_str().expect("a name")]);
    assert_eq!(printed("record-traffic", arguments), "");

    let text = fs::read_to_string(&file).expect("it is written");
    assert!(text.contains("grant_type=password") && text.contains("access_token"), "sign-in is recorded");
    assert!(!text.contains("simulated-secret") && !text.contains("Bearer "), "without what it is done with");
    let har: Json = serde_json::from_str(&text).expect("it is JSON");
    let entries = har["log"]["entries"].as_array().expect("there are entries");
    let bodies = entries.iter().filter_map(|entry| entry["response"]["content"]["text"].as_str());
    let tokens = bodies.filter_map(|body| Some(serde_json::from_str::<Json>(body).ok()?["access_token"].clone()));
    let tokens: Vec<_> = tokens.filter(|token| !token.is_null()).collect();
    assert!(!tokens.is_empty() && tokens.iter().all(|token| *token == ucwa_inspect::MASK), "{tokens:?}");

    let schema = Schema::load(&package().join("../schema")).expect("the schema is valid");
    let inspection = inspect(&[file], Some(schema), People::Shown, |_| {});
    assert!(inspection.errors.is_empty(), "{:?}", inspection.errors);
    let report = inspection.report().write(ucwa_inspect::report::ReportFormat::default());
    assert!(inspection.checker.findings.is_empty(), "{report}");
    assert!(entries.len() > 10, "{}", entries.len());
}

/// What a request to an address of this machine gets.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the program listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("it responds");
    response
}

#[test]
fn presence_is_served_to_prometheus() {
    let mut command = command("presence-metrics");
    let command = command.args(["--simulator", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut program = Running(command.spawn().expect("the program can be started"));
    let mut lines = BufReader::new(program.0.stdout.take().expect("it is a pipe")).lines();
    let printed = line_with(&mut lines, "http://");
    let address = printed.trim_start_matches("http://").trim_end_matches("/metrics");
    // Presence is known soon after the start, and is current once the event channel has worked.
    let response = std::iter::repeat_with(|| get(address, "/metrics"));
    let is_current = "ucwa_contact_is_current{contact=\"ben@contoso.com\"} 1\n";
    let is_known = |text: &String| text.matches("ucwa_contact_availability{").count() == 7;
    let response = response.into_iter().find(|text| is_known(text) && text.contains(is_current));
    let response = response.expect("the program goes on");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.contains("ucwa_contact_availability{contact=\"hal@contoso.com\",availability=\"Offline\"} 1\n"));
    assert!(get(address, "/").starts_with("HTTP/1.1 404 Not Found\r\n"));
}

#[cfg(unix)]
#[test]
fn a_program_whose_output_nobody_reads_ends_without_a_word() {
    let none: &[&str] = &[];
    let scheduled = ["--simulator", "--no-wait", "Review"];
    let of_bindings = [
        "read-presence",
        "match-errors",
        "change-privacy",
        "remove-memberships",
        "send-message",
        "follow-events",
        "over-http",
    ];
    let of_client = ["presence-board", "message-bot", "export-history", "raw-xml", "use-client"];
    let programs = of_bindings.map(|name| (name, none)).into_iter().chain(of_client.map(|name| (name, &OFFICE[..])));
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.json");
    let archived = [&OFFICE[..], &[store.to_str().expect("it is UTF-8")]].concat();
    let others =
        [("schedule-meeting", &scheduled[..]), ("anonymous-join", &["--simulator"]), ("archive-messages", &archived)];
    for (name, arguments) in programs.chain(others) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = command(name);
        command.args(arguments).stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped());
        let output = command.spawn().and_then(Child::wait_with_output).expect("the program can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{name}: {:?}: {said}", output.status);
    }
}

#[test]
fn a_program_says_what_it_needs() {
    let output = command("presence-board").output().expect("the program can be started");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.contains("--simulator") && text.contains("--user"), "{text}");
    let output = command("presence-board").args(["--user", "ada@contoso.com"]).env_remove("UCWA_PASSWORD").output();
    let output = output.expect("the program can be started");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.starts_with("Error: set UCWA_PASSWORD to the password of ada@"), "{text}");
}

#[test]
fn a_recording_that_cannot_be_written_is_refused_before_it_begins() {
    let output = command("record-traffic").args(["--simulator", "nowhere/traffic.har"]).output();
    let output = output.expect("the program can be started");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.starts_with("Error: nowhere/traffic.har: "), "{text}");
}
