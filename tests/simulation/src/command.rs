//! The command `simulate`: runs schedules, replays one, and reduces one that fails.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZero;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::record::{Counts, Trace};
use crate::reduce::reduce;
use crate::run::{Part, Report, run};
use crate::steps::Faults;

/// Runs seeded schedules of users and faults, and says which promises of the client they broke.
///
/// The exit status is 0 if all schedules kept them, 1 if one did not, 2 if the arguments are wrong.
#[derive(Debug, Parser)]
#[command(name = "simulate")]
struct Arguments {
    /// Seeds, the last one left out, such as `0..1000`
    #[arg(long, value_parser = seeds, required_unless_present = "seed", conflicts_with = "seed")]
    seeds: Option<Range<u64>>,
    /// One seed
    #[arg(long)]
    seed: Option<u64>,
    /// The part of the client to try
    #[arg(long, value_enum, default_value_t = Part::Core)]
    part: Part,
    /// Print all that happens
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Leave out all faults but those with these numbers, as the trace counts them, such as `3,17`; `none` leaves out all
    #[arg(long, requires = "seed", value_parser = numbers)]
    faults: Option<BTreeSet<usize>>,
    /// Find the fewest faults with which the schedule still fails
    #[arg(long, requires = "seed", conflicts_with = "faults")]
    reduce: bool,
    /// Stop at the first schedule that fails
    #[arg(long)]
    first: bool,
    /// How many schedules run at the same time (default: one for each processor)
    #[arg(long)]
    threads: Option<NonZero<usize>>,
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let wanted = || format!("expected two numbers such as 0..1000, found `{text}`");
    let (first, last) = text.split_once("..").ok_or_else(wanted)?;
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..last),
        _ => Err(wanted()),
    }
}

fn numbers(text: &str) -> Result<BTreeSet<usize>, String> {
    let number = |part: &str| part.trim().parse().map_err(|_| format!("expected numbers such as 3,17, found `{part}`"));
    if text == "none" { Ok(BTreeSet::new()) } else { text.split(',').map(number).collect() }
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match execute(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // A reader that wants no more of the output, such as `head`, is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Gives whether all promises were kept.
fn execute(arguments: &Arguments) -> io::Result<bool> {
    let part = arguments.part;
    match (arguments.seed, &arguments.seeds) {
        (Some(seed), _) if arguments.reduce => show_fewest(part, seed),
        (Some(seed), _) => {
            let faults = arguments.faults.clone().map_or(Faults::All, Faults::Only);
            show(part, seed, &faults, if arguments.trace { Trace::Kept } else { Trace::Hashed })
        }
        (None, seeds) => {
            let threads = arguments.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get);
            run_all(part, &seeds.clone().unwrap_or_default(), threads, arguments.first)
        }
    }
}

/// Runs one schedule, and prints what happened.
fn show(part: Part, seed: u64, faults: &Faults, trace: Trace) -> io::Result<bool> {
    let report = run(part, seed, faults, trace);
    let mut output = io::stdout().lock();
    for line in &report.trace {
        writeln!(output, "{line}")?;
    }
    print_violations(&mut output, &report)?;
    print_counts(&mut output, part, 1, &report.counts)?;
    Ok(report.violations.is_empty())
}

fn show_fewest(part: Part, seed: u64) -> io::Result<bool> {
    let mut output = io::stdout().lock();
    let Some(numbers) = reduce(part, seed) else {
        writeln!(output, "seed {seed} keeps all promises")?;
        return Ok(true);
    };
    let list: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    let list = if list.is_empty() { "none".to_owned() } else { list.join(",") };
    print_violations(&mut output, &run(part, seed, &Faults::Only(numbers), Trace::Hashed))?;
    let layers = if part == Part::Layers { "--part layers " } else { "" };
    writeln!(output, "fewest faults: {layers}--seed {seed} --trace --faults {list}")?;
    Ok(false)
}

/// Runs many schedules, each on one of several threads.
fn run_all(part: Part, seeds: &Range<u64>, threads: usize, stops_at_first: bool) -> io::Result<bool> {
    let (next, is_stopped) = (AtomicU64::new(seeds.start), AtomicBool::new(false));
    let (sender, reports) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, is_stopped) = (sender.clone(), &next, &is_stopped);
            scope.spawn(move || {
                while !is_stopped.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || sender.send(run(part, seed, &Faults::All, Trace::Hashed)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let outcome = collect(part, &reports, seeds, || {
            if stops_at_first {
                is_stopped.store(true, Ordering::Relaxed);
            }
        });
        is_stopped.store(true, Ordering::Relaxed);
        outcome
    })
}

/// Prints reports as they come, and at last the seeds that failed or the counts.
fn collect(part: Part, reports: &mpsc::Receiver<Report>, seeds: &Range<u64>, failed: impl Fn()) -> io::Result<bool> {
    let bar = bar(seeds.end - seeds.start);
    let (mut failures, mut counts, mut schedules) = (Vec::new(), Counts::default(), 0);
    for report in reports {
        bar.inc(1);
        schedules += 1;
        counts = counts.plus(&report.counts);
        if !report.violations.is_empty() {
            failures.push(report.seed);
            bar.suspend(|| print_violations(&mut io::stdout().lock(), &report))?;
            failed();
        }
    }
    bar.finish_and_clear();
    let mut output = io::stdout().lock();
    if failures.is_empty() {
        print_counts(&mut output, part, schedules, &counts)?;
        return Ok(true);
    }
    failures.sort_unstable();
    let list: Vec<_> = failures.iter().map(ToString::to_string).collect();
    writeln!(output, "{} of {schedules} schedules failed; seeds: {}", failures.len(), list.join(" "))?;
    Ok(false)
}

/// Progress, on a terminal.
fn bar(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} schedules, {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

fn print_violations(output: &mut impl io::Write, report: &Report) -> io::Result<()> {
    for violation in &report.violations {
        writeln!(output, "seed {}: {violation}", report.seed)?;
    }
    Ok(())
}

fn print_counts(output: &mut impl io::Write, part: Part, schedules: u64, counts: &Counts) -> io::Result<()> {
    let Counts { steps, faults, requests, events, losses, messages, operations, batched, conversations, changes } =
        counts;
    write!(output, "{schedules} schedules, {steps} steps, {faults} faults, {requests} requests, {events} events ")?;
    match part {
        Part::Core => writeln!(
            output,
            "({messages} messages, {losses} announced losses), {operations} operations, {batched} requests in batches"
        ),
        Part::Layers => writeln!(
            output,
            "({conversations} conversations, {messages} messages, {changes} changes of contacts, {losses} announced losses)"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_seeds_are_read() {
        assert_eq!(seeds("0..1000000"), Ok(0..1_000_000));
        for wrong in ["7", "a..b", "9..3", ".."] {
            assert!(seeds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }
}
