//! The simulator as a program.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::net::TcpListener;
use ucwa_simulator::{Account, Options, Simulator, Topology, serve};

/// A simulated UCWA 2.0 server, for tests and development.
///
/// It simulates a small organization whose users can see each other's presence, exchange messages and meet. All state
/// is lost when it ends.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "EXAMPLES:\n  ucwa-simulator\n  ucwa-simulator --port 0 --seed 7\n  ucwa-simulator --users users.json"
)]
struct Arguments {
    /// The port to listen on; 0 for any that is free.
    #[arg(long, short, default_value_t = 8080, env = "UCWA_SIMULATOR_PORT")]
    port: u16,
    /// The source of every random value: the same seed and the same requests give the same responses.
    #[arg(long, short, default_value_t = 1)]
    seed: u64,
    /// A JSON file with the users: a list of objects with `address`, `name`, `password` and, if need be, `contacts`.
    #[arg(long, short, value_name = "FILE")]
    users: Option<PathBuf>,
    /// How long each response is held back, in milliseconds.
    #[arg(long, short, default_value_t = 0, value_name = "MILLISECONDS")]
    latency: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to be told that standard error cannot be written to.
            drop(writeln!(std::io::stderr(), "error: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", arguments.port))
        .await
        .map_err(|error| format!("port {}: {error}; choose another one with --port", arguments.port))?;
    let port = listener.local_addr()?.port();
    let mut options = Options::new(arguments.seed);
    if let Some(file) = &arguments.users {
        let read = |problem: String| format!("{}: {problem}", file.display());
        let text = fs::read_to_string(file).map_err(|error| read(error.to_string()))?;
        options.accounts = Account::from_json(&text).map_err(|error| read(error.to_string()))?;
    }
    options.topology = Topology::local("contoso.com", "http", port);
    options.latency = Duration::from_millis(arguments.latency);
    options.epoch = now();
    let introduction = introduction(&options, port);
    let ended = signal()?;
    let simulator = Simulator::with_options(options);
    std::io::stdout().write_all(introduction.as_bytes())?;
    serve(simulator, listener, ended).await;
    Ok(())
}

/// The moment at which the program starts, in milliseconds since 1970.
fn now() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

/// What is printed at the start: where the server is, who its users are, and how to get a token.
fn introduction(options: &Options, port: u16) -> String {
    let (shown, rest) = options.accounts.split_at(options.accounts.len().min(10));
    let mut lines = vec![format!("Listening on http://127.0.0.1:{port}/"), String::new(), "Users:".into()];
    lines.extend(
        shown
            .iter()
            .map(|Account { address, name, password, .. }| format!("  {address:<24} {name:<16} password: {password}")),
    );
    if !rest.is_empty() {
        lines.push(format!("  and {} more", rest.len()));
    }
    if let Some(Account { address, password, .. }) = shown.first() {
        let fields = [format!("username={address}"), format!("password={password}")];
        let fields = fields.map(|field| format!("--data-urlencode '{}'", field.replace('\'', r"'\''")));
        let endpoint = format!("http://127.0.0.1:{port}/WebTicket/oauthtoken");
        lines.extend([String::new(), "Try:".into()]);
        lines.push(format!("  curl -d grant_type=password {} {endpoint}", fields.join(" ")));
    }
    lines.join("\n") + "\n"
}

/// Waits until the program is asked to end. Signals count from the call on, not from the first wait.
#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits until the program is asked to end.
#[cfg(windows)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
