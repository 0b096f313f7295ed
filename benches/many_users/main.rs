//! Ten thousand users of one process, each with an application and an open event channel, over loopback and without encryption: how
//! much memory they take, how soon presence changes reach the program, also beside a user who never stops receiving events,
//! and how long closing takes.
//!
//! The simulator runs in a process of its own. All is measured over HTTP/2 and then over HTTP/1.1, each in a process of its own;
//! `--http 1` or `--http 2` measures one of them. Prints a table for each; with `--check`, the exit status is 1 if a goal is missed.
//! `--users NUMBER` takes fewer users. Both processes need as many open files as there are users, and some more (`ulimit -n`).

#[path = "../machine.rs"]
mod machine;
mod network;
mod server;
mod table;
mod timing;
mod users;

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use tokio::time::sleep;

use self::network::Http;
use self::server::Server;
use self::table::Table;
use self::users::Users;

/// Counts what the program has allocated.
#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// How many users there are, unless the command line says otherwise.
const USERS: usize = 10_000;

/// How many users sign in each second.
const SIGN_INS_PER_SECOND: u32 = 250;

/// How long nothing happens before the memory is measured: what signing in leads to has been told by then.
const SILENCE: Duration = Duration::from_secs(20);

/// How many presences change each second.
const CHANGES_PER_SECOND: usize = 1000;

/// For how many seconds presences change.
const SECONDS: usize = 20;

/// The files that a process needs beside one for each user.
const OTHER_FILES: usize = 500;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)
    };
    let users = value("--users").and_then(|users| users.parse().ok()).unwrap_or(USERS);
    if arguments.iter().any(|argument| argument == server::CHILD) {
        server::run(users);
        return ExitCode::SUCCESS;
    }
    let (needed, allowed) = (users + OTHER_FILES, machine::open_files());
    if allowed < needed {
        eprintln!("{users} users need {needed} open files, and {allowed} are allowed: run `ulimit -n {needed}` before");
        return ExitCode::FAILURE;
    }
    let Some(http) = value("--http").and_then(|number| Http::numbered(number)) else {
        return measure_all(&arguments);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let table = runtime.block_on(measure(users, http));
    table.print();
    let is_checked = arguments.iter().any(|argument| argument == "--check");
    if is_checked && !table.is_met() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Measures each version of HTTP in a process that has done nothing before.
fn measure_all(arguments: &[String]) -> ExitCode {
    let program = std::env::current_exe().expect("this program");
    let measure = |http: Http| {
        let status = Command::new(&program).args(arguments).args(["--http", http.number()]).status();
        status.expect("it starts").success()
    };
    let failed = Http::ALL.into_iter().filter(|http| !measure(*http)).count();
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(count: usize, http: Http) -> Table {
    let mut table = Table::new(http.name());
    let mut server = Server::start(count);
    let transport = http.transport();
    let before = (machine::resident(), allocated());
    let begin = Instant::now();
    let mut users = Users::sign_in(count, SIGN_INS_PER_SECOND, server.port, transport).await;
    table.tell(format!("{count} users signed in, {SIGN_INS_PER_SECOND} a second"), seconds(begin.elapsed()));
    sleep(SILENCE).await;
    let after = (machine::resident(), allocated());
    table.tell("resident set before", mebibytes(before.0));
    table.tell("resident set after", mebibytes(after.0));
    table.tell("allocated for each user", kibibytes((after.1 - before.1) / number(count)));
    let resident = (after.0 - before.0) / number(count);
    match http {
        Http::Two => table.compare("resident for each user", resident, 40.0, "KiB"),
        // The buffers of a connection are most of it.
        Http::One => table.tell("resident for each user", kibibytes(resident)),
    }

    // Changes of one user that follow each other within the time for which they are held back would be one event.
    let rate = CHANGES_PER_SECOND.min(count / 10);
    let usage = Usage::begin(&server);
    let alone = timing::measure(&mut users, &mut server, rate, SECONDS).await;
    table.tell(format!("{rate} presence changes a second, for {SECONDS} s: arrived"), alone.len().to_string());
    table.tell("from server to program, median", format!("{:.1} ms", alone.part(0.5)));
    table.compare("from server to program, 99th percentile", alone.part(0.99), 50.0, "ms");
    usage.tell(&mut table, &server);

    let hot = users.make_hot(&mut server).await;
    let (events, usage) = (hot.count(), Usage::begin(&server));
    let beside = timing::measure(&mut users, &mut server, rate, SECONDS).await;
    let hot_rate = number(hot.count() - events) / usage.begin.elapsed().as_secs_f64();
    table.tell("one user receives without end", format!("{hot_rate:.0} events a second"));
    table.tell("from server to program of all others, median", format!("{:.1} ms", beside.part(0.5)));
    table.compare("from server to program of all others, 99th percentile", beside.part(0.99), 50.0, "ms");
    usage.tell(&mut table, &server);
    server.tell("cool");

    let usage = Usage::begin(&server);
    users.close().await;
    table.compare("closing all", usage.begin.elapsed().as_secs_f64(), 10.0, "s");
    usage.tell(&mut table, &server);
    table
}

/// Since when, and from which processor time on, the two processes are looked at.
struct Usage {
    begin: Instant,
    program: f64,
    server: f64,
}

impl Usage {
    fn begin(server: &Server) -> Self {
        Self { begin: Instant::now(), program: machine::processor_time(), server: server.processor_time() }
    }

    /// Adds how busy the two were.
    fn tell(&self, table: &mut Table, server: &Server) {
        let seconds = self.begin.elapsed().as_secs_f64();
        let share = |before: f64, after: f64| format!("{:.0} %", (after - before) / seconds * 100.0);
        let program = share(self.program, machine::processor_time());
        let server = share(self.server, server.processor_time());
        table.tell("of a core meanwhile, program and server", format!("{program}, {server}"));
    }
}

/// A count, to divide by or to divide.
fn number(count: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "there are not so many")]
    let number = count as f64;
    number
}

/// What the program has allocated, in KiB.
fn allocated() -> f64 {
    f64::from(ALLOCATED.current_usage_as_kb())
}

fn kibibytes(value: f64) -> String {
    format!("{value:.1} KiB")
}

fn mebibytes(value: f64) -> String {
    format!("{:.1} MiB", value / 1024.0)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
