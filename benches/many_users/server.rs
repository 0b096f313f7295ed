//! The simulator, in a process of its own that takes commands line by line.

use std::io::{BufRead, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use ucwa_simulator::{Account, Effect, Fault, Options, Simulator, Topology};

use super::machine;
use super::network::{listen, serve_in_thread};

/// The argument by which this program serves instead of measuring.
pub(crate) const CHILD: &str = "serve";

/// The user whose event channel is never empty.
pub(crate) const HOT: usize = 0;

/// How many invitations the channel of this user repeats without end.
const INVITATIONS: usize = 100;

/// The server as the one who measures sees it.
pub(crate) struct Server {
    pub(crate) port: u16,
    child: Child,
    commands: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

/// A presence that changed: of which user, and when.
pub(crate) type Change = (usize, SystemTime);

impl Server {
    /// Starts a server that knows so many users.
    pub(crate) fn start(users: usize) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.args([CHILD, "--users", &users.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let commands = child.stdin.take().expect("its input");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let port = lines.next().expect("a line").expect("text").parse().expect("a port");
        Self { port, child, commands, lines }
    }

    /// How long the server has run so far, in seconds.
    pub(crate) fn processor_time(&self) -> f64 {
        machine::processor_time_of(&self.child.id().to_string())
    }

    /// Gives the server a command.
    pub(crate) fn tell(&mut self, command: &str) {
        writeln!(self.commands, "{command}").expect("it runs");
    }

    /// The changes since the last time.
    pub(crate) fn changes(&mut self) -> Vec<Change> {
        self.tell("report");
        let lines = self.lines.by_ref().map(|line| line.expect("text"));
        lines.take_while(|line| line != "end").map(|line| change(&line)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn change(line: &str) -> Change {
    let (user, nanoseconds) = line.split_once(' ').expect("two numbers");
    let nanoseconds = Duration::from_nanos(nanoseconds.parse().expect("a number"));
    (user.parse().expect("a number"), SystemTime::UNIX_EPOCH + nanoseconds)
}

/// The address of a user.
pub(crate) fn address(number: usize) -> String {
    format!("user{number}@contoso.com")
}

/// The address of somebody who invites the user whose channel is never empty.
fn inviting(number: usize) -> String {
    format!("inviting{number}@contoso.com")
}

/// Serves until the commands end. Prints the port.
pub(crate) fn run(users: usize) {
    let accounts = (0..users).map(address).chain((0..INVITATIONS).map(inviting));
    let accounts = accounts.map(|address| Account::new(address, "A User", "secret")).collect();
    let (listener, port) = listen();
    let topology = Topology::local("contoso.com", "https", port);
    let simulator = Simulator::with_options(Options { accounts, topology, ..Options::new(1) });
    serve_in_thread(simulator.clone(), listener);
    println!("{port}");
    let mut desks = Desks { simulator, is_busy: vec![false; users] };
    let mut changes = Vec::new();
    for line in std::io::stdin().lines() {
        let line = line.expect("text");
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["change", rate, seconds] => {
                let (rate, seconds) = (rate.parse().expect("a number"), seconds.parse().expect("a number"));
                changes = desks.change(rate, seconds);
            }
            ["report"] => {
                let line = |(user, time): &Change| {
                    let since = time.duration_since(SystemTime::UNIX_EPOCH).expect("it is later");
                    format!("{user} {}\n", since.as_nanos())
                };
                println!("{}end", changes.iter().map(line).collect::<String>());
                std::io::stdout().flush().expect("somebody reads");
            }
            ["heat"] => desks.heat(),
            ["cool"] => desks.simulator.clear_faults(),
            _ => panic!("there is no command {line}"),
        }
    }
}

/// The users, as the server has them.
struct Desks {
    simulator: Simulator,
    is_busy: Vec<bool>,
}

impl Desks {
    /// Changes the presence of one user after another, at equal distances, but not that of the one whose channel is never empty.
    fn change(&mut self, rate: usize, seconds: usize) -> Vec<Change> {
        let distance = Duration::from_secs(1) / u32::try_from(rate).expect("it is not so high");
        let mut due = Instant::now();
        let users = (0..self.is_busy.len()).filter(|user| *user != HOT).cycle();
        let change = |user: usize| {
            due += distance;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let is_busy = &mut self.is_busy[user];
            *is_busy = !*is_busy;
            let change = (user, SystemTime::now());
            let availability = if *is_busy { "Busy" } else { "Online" };
            self.simulator.set_presence(&address(user), availability).expect("a user");
            change
        };
        users.take(rate * seconds).map(change).collect()
    }

    /// Makes the channel of one user tell the same events again and again, as fast as it is polled.
    fn heat(&self) {
        for number in 0..INVITATIONS {
            self.simulator.send_message(&inviting(number), &address(HOT), "hello").expect("both are users");
        }
        let repeated = Fault::new(Effect::RepeatedEvents).on("events").of_user(address(HOT));
        self.simulator.inject(repeated.times(u32::MAX));
    }
}
