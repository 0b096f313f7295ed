//! The program: what it prints works as printed, and links lead from there to a user's presence.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// The program, which ends with the test.
struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-simulator"));
        let mut child =
            command.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).spawn().expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("it prints"));
        Self { child, output }
    }

    /// What it prints until a line that starts so, which is the last.
    fn until(&mut self, start: &str) -> Vec<String> {
        let lines = self.output.by_ref().lines().map(|line| line.expect("text"));
        let mut found = Vec::new();
        for line in lines {
            let is_last = line.trim_start().starts_with(start);
            found.push(line);
            if is_last {
                return found;
            }
        }
        panic!("no `{start}` in {found:?}");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A program that has ended already cannot be ended again.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What a shell prints for a command.
fn shell(command: &str) -> String {
    let output = Command::new("sh").args(["-c", command]).output().expect("there is a shell");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn json(command: &str) -> Value {
    let text = shell(command);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{command}: {error}: {text}"))
}

/// The commands that a section of the README has, with the address of a server.
fn commands(heading: &str, base: &str) -> String {
    let (_, section) =
        include_str!("../README.md").split_once(&format!("\n## {heading}\n")).expect("there is a section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.collect::<String>().replace("http://127.0.0.1:8080", base)
}

#[test]
fn the_commands_of_the_readme_lead_from_discovery_to_presence_and_cause_what_they_say() {
    let mut program = Program::start(&[]);
    let printed = program.until("curl ");
    assert_eq!(printed.iter().filter(|line| line.contains("password: ")).count(), 3, "{printed:?}");
    assert!(json(printed.last().expect("a line of curl"))["access_token"].is_string());
    let base = printed[0].strip_prefix("Listening on ").expect("an address").trim_end_matches('/');
    let (walk, control) = (commands("Talk to it", base), commands("Make it misbehave", base));
    let marker = "@@ control\n";
    let printed = shell(&format!("set -e\n{walk}\nprintf '{}'\n{control}", marker.escape_default()));
    let (walked, controlled) = printed.split_once(marker).expect("the walk came to its end");
    let documents: Vec<_> = serde_json::Deserializer::from_str(walked).into_iter::<Value>().collect();
    let documents: Vec<_> = documents.into_iter().map(|document| document.expect("JSON")).collect();
    let [presence, windows_token] = &documents[..] else { panic!("two commands print something: {walked}") };
    assert_eq!(presence["availability"], "Busy");
    assert!(windows_token["access_token"].is_string(), "{windows_token}");

    let state = serde_json::Deserializer::from_str(controlled).into_iter::<Value>().last().expect("JSON");
    let state = state.expect("JSON");
    let effects: Vec<_> = state["faults"].as_array().into_iter().flatten().map(|fault| &fault["effect"]).collect();
    assert_eq!(effects, [&serde_json::json!({ "retryAfter": { "status": 429, "value": "3" } })], "{state}");
    let chosen = |user: &&Value| user["address"] == "ben@contoso.com" && user["chosen"] == "Away";
    assert!(state["users"].as_array().into_iter().flatten().any(|user| chosen(&user)), "{state}");
    let invitation = &state["invitations"][0];
    assert_eq!([&invitation["from"], &invitation["to"]], ["ben@contoso.com", "ada@contoso.com"], "{state}");
}

#[test]
fn headers_have_the_names_that_servers_of_the_field_give_them() {
    let mut program = Program::start(&[]);
    let base = program.until("Listening")[0].clone();
    let address = base.trim_start_matches("Listening on http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(b"GET /Autodiscover/AutodiscoverService.svc/root/oauth/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers");
    assert!(text.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{text}");
    for name in
        ["WWW-Authenticate: Bearer", "WWW-Authenticate: MsRtcOAuth", "Content-Type: text/html", "Content-Length: "]
    {
        assert!(text.contains(&format!("\r\n{name}")), "{name}: {text}");
    }
}

#[test]
fn users_come_from_a_file() {
    let file = std::env::temp_dir().join(format!("ucwa-simulator-users-{}.json", std::process::id()));
    std::fs::write(&file, r#"[{"address":"dee@fabrikam.com","name":"Dee","password":"it's me"}]"#).expect("a file");
    let mut program = Program::start(&["--users", file.to_str().expect("text")]);
    let printed = program.until("curl ");
    std::fs::remove_file(&file).expect("it was there");
    assert!(printed.iter().any(|line| line.contains("dee@fabrikam.com")), "{printed:?}");
    assert!(json(printed.last().expect("a line of curl"))["access_token"].is_string());
}

#[test]
fn a_file_that_holds_no_users_is_refused_by_name() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-simulator"));
    let output = command.args(["--port", "0", "--users", "nowhere.json"]).output().expect("it starts");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: nowhere.json: "));
}

/// What the program says about a file that it refuses.
fn refusal(option: &str, text: &str) -> String {
    let file = std::env::temp_dir().join(format!("ucwa-simulator{option}-{}.json", std::process::id()));
    std::fs::write(&file, text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-simulator"));
    let output = command.args(["--port", "0", option, file.to_str().expect("text")]).output().expect("it starts");
    std::fs::remove_file(&file).expect("it was there");
    assert!(!output.status.success());
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn faults_come_from_a_file() {
    let file = std::env::temp_dir().join(format!("ucwa-simulator-faults-{}.json", std::process::id()));
    let faults = r#"[{"effect": {"proxy": {"status": 502}}, "resource": "token", "skip": 1}]"#;
    std::fs::write(&file, faults).expect("a file");
    let mut program = Program::start(&["--faults", file.to_str().expect("text")]);
    let printed = program.until("curl ");
    std::fs::remove_file(&file).expect("it was there");
    let status =
        format!("{} --output /dev/null --silent --write-out '%{{http_code}}'", printed.last().expect("a line"));
    assert_eq!([shell(&status), shell(&status), shell(&status)], ["200", "502", "200"]);
}

#[test]
fn a_file_with_other_faults_is_refused_with_the_place_and_what_there_is() {
    let error = refusal("--faults", "[\n  {\"effect\": \"cutBefor\"}\n]");
    assert!(error.contains(".json: unknown variant `cutBefor`, expected one of `latency`, `cutBefore`"), "{error}");
    assert!(error.trim_end().ends_with("at line 2 column 23"), "{error}");
    let error = refusal("--users", r#"[{"address": "dee@fabrikam.com", "nmae": "Dee"}]"#);
    assert!(error.contains("unknown field `nmae`, expected one of `address`, `name`"), "{error}");
    let error = refusal("--users", "dee@fabrikam.com");
    assert!(
        error.trim_end().ends_with(
            r#"write a JSON list such as [{"address": "dee@contoso.com", "name": "Dee", "password": "secret"}]"#
        ),
        "{error}"
    );
}

#[test]
fn users_whom_nobody_can_sign_in_as_are_refused() {
    let dee = r#"{"address": "dee@fabrikam.com", "name": "Dee", "password": "secret"}"#;
    for (users, reason) in [
        ("[]".to_owned(), "there are no users: list at least one"),
        (format!("[{dee}, {}]", dee.replace("dee@", "Dee@")), "`Dee@fabrikam.com` is the address of two users"),
        (format!("[{}]", dee.replace("@fabrikam.com", "")), "`dee` is not an address such as `dee@contoso.com`"),
        (format!("[{}]", dee.replace("dee@", "sip:dee@")), "`sip:dee@fabrikam.com` is not an address"),
    ] {
        let error = refusal("--users", &users);
        assert!(error.contains(reason), "{users}: {error}");
    }
}

#[test]
fn chaos_comes_from_the_seed() {
    let statuses = |seed: &str| {
        let mut program = Program::start(&["--chaos", "500", "--seed", seed]);
        let base = program.until("curl ")[0].trim_start_matches("Listening on ").to_owned();
        // Some faults leave requests without an answer.
        let get = format!("curl --silent --max-time 5 --output /dev/null --write-out '%{{http_code}} ' {base} || true");
        (0..6).map(|_| shell(&get)).collect::<String>()
    };
    let first = statuses("4");
    assert_eq!(first, statuses("4"));
    assert_ne!(first, "200 ".repeat(6));
    let output =
        Command::new(env!("CARGO_BIN_EXE_ucwa-simulator")).args(["--chaos", "1001"]).output().expect("it starts");
    assert!(String::from_utf8_lossy(&output.stderr).contains("1001 is not in 0..=1000"));
}

#[cfg(feature = "tls")]
#[test]
fn over_tls_the_line_of_curl_works_as_printed_and_nothing_stays_behind() {
    let mut program = Program::start(&["--tls"]);
    let printed = program.until("curl ");
    assert!(printed[0].starts_with("Listening on https://127.0.0.1:"), "{printed:?}");
    let line = printed.last().expect("a line of curl");
    assert!(json(line)["access_token"].is_string());
    let file = line.split('\'').nth(1).expect("a file").to_owned();
    let distrusting = format!("{} || echo \"code $?\"", line.replace(&format!("--cacert '{file}'"), "--silent"));
    assert_eq!(shell(&distrusting).trim(), "code 60", "nobody else trusts it");
    #[cfg(unix)]
    {
        shell(&format!("kill -TERM {}", program.child.id()));
        assert!(program.child.wait().expect("it ends").success());
        assert!(!std::path::Path::new(&file).exists());
    }
}

#[cfg(unix)]
#[test]
fn the_program_ends_cleanly_when_it_is_asked_to() {
    for signal in ["TERM", "INT"] {
        let mut program = Program::start(&[]);
        program.until("curl ");
        shell(&format!("kill -{signal} {}", program.child.id()));
        assert!(program.child.wait().expect("it ends").success(), "{signal}");
    }
}
