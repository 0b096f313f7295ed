//! The simulator as a program.

use std::error::Error;
use std::fmt::Display;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::net::TcpListener;
use ucwa_simulator::{Account, Fault, Options, Schedule, Simulator, Topology, serve};
#[cfg(feature = "tls")]
use ucwa_simulator::{ServerCertificate, serve_tls};

/// A simulated UCWA 2.0 server, for tests and development.
///
/// It simulates a small organization whose users can see each other's presence, exchange messages and meet. All state
/// is lost when it ends.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Examples:\n  ucwa-simulator\n  ucwa-simulator --tls --port 8443\n  ucwa-simulator --port 0 --seed 7 --chaos 20\n  \
        ucwa-simulator --users users.json --faults faults.json\n\n\
        Exit codes:\n  0  ended by Ctrl+C or SIGTERM\n  1  failure; standard error has the reason\n  2  invalid command line"
)]
struct Arguments {
    /// The port to listen on; 0 for any that is free.
    #[arg(long, short, default_value_t = 8080, env = "UCWA_SIMULATOR_PORT")]
    port: u16,
    /// The source of every random value: the same seed and the same requests give the same responses, except for times and what
    /// depends on them.
    #[arg(long, short, default_value_t = 1)]
    seed: u64,
    /// A JSON file with the users: a list of objects with `address`, `name`, `password` and, if need be, `contacts`, `delegates`
    /// and `windowsName`.
    #[arg(long, short, value_name = "FILE")]
    users: Option<PathBuf>,
    /// How long each response is held back, in milliseconds.
    #[arg(long, short, default_value_t = 0, value_name = "MILLISECONDS")]
    latency: u64,
    /// A JSON file with faults: a list of objects such as `{"effect": "cutAfter", "resource": "sendMessage", "times": 2}`; `GET
    /// /simulator/effects` on a running simulator lists the effects.
    #[arg(long, short, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// How many of a thousand requests meet a fault of any kind, drawn from the seed.
    #[arg(long, short, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=1000))]
    chaos: Option<u32>,
    /// Serve over TLS, with a certificate that is made at the start.
    #[cfg(feature = "tls")]
    #[arg(long, short)]
    tls: bool,
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
    let faults = match &arguments.faults {
        Some(file) => read(file, Fault::from_json, FAULTS)?,
        None => Vec::new(),
    };
    let listener = TcpListener::bind(("127.0.0.1", arguments.port))
        .await
        .map_err(|error| format!("port {}: {error}; choose another one with --port", arguments.port))?;
    let port = listener.local_addr()?.port();
    let mut options = Options::new(arguments.seed);
    if let Some(file) = &arguments.users {
        options.accounts = read(file, Account::from_json, USERS)?;
    }
    options.latency = Duration::from_millis(arguments.latency);
    options.epoch = now();
    let ended = signal()?;
    let simulator = |scheme: &str| {
        let topology = Topology::local("contoso.com", scheme, port);
        let simulator = Simulator::with_options(Options { topology, ..options.clone() });
        for fault in &faults {
            simulator.inject(fault.clone());
        }
        simulator.schedule_faults(arguments.chaos.map(|number| Schedule::chaos(arguments.seed, number)));
        simulator
    };
    #[cfg(feature = "tls")]
    if arguments.tls {
        let certificate = ServerCertificate::new(&Topology::local("contoso.com", "https", port))?;
        let file = keep(certificate.authority())?;
        print(&introduction(&options.accounts, &format!("https://127.0.0.1:{port}"), Some(file.path())))?;
        serve_tls(simulator("https"), listener, &certificate, ended).await;
        return Ok(());
    }
    print(&introduction(&options.accounts, &format!("http://127.0.0.1:{port}"), None))?;
    serve(simulator("http"), listener, ended).await;
    Ok(())
}

/// What a file of users holds.
const USERS: &str = r#"[{"address": "dee@contoso.com", "name": "Dee", "password": "secret"}]"#;

/// What a file of faults holds.
const FAULTS: &str = r#"[{"effect": "cutAfter", "resource": "sendMessage", "times": 2}]"#;

/// Reads a file. Errors name it, where in it something is wrong, and what it should look like where it is not JSON.
fn read<T>(file: &Path, parse: impl FnOnce(&str) -> Result<T, serde_json::Error>, example: &str) -> Result<T, String> {
    let named = |problem: &dyn Display| format!("{}: {problem}", file.display());
    let text = fs::read_to_string(file).map_err(|error| named(&error))?;
    parse(&text).map_err(|error| {
        if error.is_data() {
            named(&error)
        } else {
            named(&format_args!("{error}; write a JSON list such as {example}"))
        }
    })
}

/// Writes the certificate of the authority to a file that is removed when the program ends.
#[cfg(feature = "tls")]
fn keep(authority: &str) -> std::io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("ucwa-simulator-").suffix(".pem").tempfile()?;
    file.write_all(authority.as_bytes())?;
    file.flush()?;
    Ok(file)
}

/// The moment at which the program starts, in milliseconds since 1970.
fn now() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

fn print(text: &str) -> std::io::Result<()> {
    std::io::stdout().write_all(text.as_bytes())
}

/// What is printed at the start: where the server is, who its users are, and how to get a token.
fn introduction(accounts: &[Account], base: &str, authority: Option<&Path>) -> String {
    let (shown, rest) = accounts.split_at(accounts.len().min(10));
    let mut lines =
        vec![format!("Listening on {base}/"), format!("Open {base}/ in a browser to watch."), String::new()];
    if let Some(authority) = authority {
        lines.extend([format!("Clients have to trust {}", authority.display()), String::new()]);
    }
    lines.push("Users:".into());
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
        let fields = fields.map(|field| format!("--data-urlencode {}", quoted(&field))).join(" ");
        let trust = authority.map_or_else(String::new, |file| format!("--cacert {} ", quoted(&file.to_string_lossy())));
        lines.extend([String::new(), "Try:".into()]);
        lines.push(format!("  curl {trust}-d grant_type=password {fields} {base}/WebTicket/oauthtoken"));
    }
    lines.join("\n") + "\n"
}

/// Text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
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
