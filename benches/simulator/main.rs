//! How much the simulator serves: how soon it is ready, requests a second with and without sockets, users with open event
//! channels, and followers of one user.
//!
//! Prints a table. Times are measured as processor time, so that they do not depend on what else the machine does:
//! they are those of cores with nothing else to do. With the names of measurements, such as `in_process`, it does these alone.

mod desk;
mod fan_out;
mod in_process;
mod loopback;
#[path = "../machine.rs"]
mod machine;
mod memory;
mod ready;

/// A measurement: what it is about, what was measured, and what it should be.
struct Row {
    what: &'static str,
    measured: String,
    goal: &'static str,
}

/// A measurement by its name.
type Measurement = (&'static str, fn() -> Row);

/// How often what takes a moment is done, of which the median counts.
const RUNS: usize = 9;

fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if names == [ready::CHILD] {
        return ready::serve();
    }
    let measurements: [Measurement; 5] = [
        ("ready", ready::measure),
        ("loopback", loopback::measure),
        ("in_process", in_process::measure),
        ("memory", memory::measure),
        ("fan_out", fan_out::measure),
    ];
    println!("| what | measured | goal |\n|---|--:|--:|");
    for (_, measure) in measurements.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|one| one == name))
    {
        let Row { what, measured, goal } = measure();
        println!("| {what} | {measured} | {goal} |");
    }
}

/// The middle of several values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of some rates, in thousands a second.
fn thousands(rates: Vec<f64>) -> String {
    format!("{:.0},000/s", median(rates) / 1000.0)
}
