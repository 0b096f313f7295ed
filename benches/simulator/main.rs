//! How much the simulator serves: how soon it is ready, requests a second with and without sockets, users with open event
//! channels, and followers of one user.
//!
//! Prints a table: what was measured by the clock, and the same in processor time, which does not depend on what else the machine
//! does. With the names of measurements, such as `in_process`, it does these alone.

mod desk;
mod fan_out;
mod in_process;
mod loopback;
#[path = "../machine.rs"]
mod machine;
mod memory;
mod ready;

use self::machine::Took;

/// A measurement: what it is about, what was measured, and what it should be.
struct Row {
    what: &'static str,
    clock: String,
    processor: String,
    goal: &'static str,
}

impl Row {
    /// A time in milliseconds.
    fn of_times(what: &'static str, times: &[Took], goal: &'static str) -> Self {
        let [clock, processor] = medians(times).map(|seconds| format!("{:.1} ms", seconds * 1000.0));
        Self { what, clock, processor, goal }
    }

    /// How often something happens in a second, of which each of several times took `count`.
    fn of_rates(what: &'static str, count: f64, times: &[Took], goal: &'static str) -> Self {
        let [clock, processor] = medians(times).map(|seconds| format!("{:.0},000/s", count / seconds / 1000.0));
        Self { what, clock, processor, goal }
    }
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
    println!("| what | by the clock | processor time | goal |\n|---|--:|--:|--:|");
    for (_, measure) in measurements.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|one| one == name))
    {
        let Row { what, clock, processor, goal } = measure();
        println!("| {what} | {clock} | {processor} | {goal} |");
    }
}

/// The middle of several times: by the clock, and of processor time.
fn medians(times: &[Took]) -> [f64; 2] {
    [|took: &Took| took.clock, |took: &Took| took.processor].map(|part| {
        let mut values: Vec<_> = times.iter().map(part).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    })
}
