//! What the machine says of processes: how long they ran, and how much memory they have.

#![allow(dead_code, reason = "each benchmark takes what it needs")]

use std::fs;
use std::time::{Duration, Instant};

/// How long something took, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    /// By the clock, with the time in which the machine did something else.
    pub(crate) clock: f64,
    /// The time in which threads of this program ran.
    pub(crate) processor: f64,
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch {
    begin: Instant,
    used: f64,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { begin: Instant::now(), used: processor_time() }
    }

    pub(crate) fn stop(self) -> Took {
        Took { clock: self.begin.elapsed().as_secs_f64(), processor: processor_time() - self.used }
    }
}

/// How long the threads of this program have run so far, in seconds.
pub(crate) fn processor_time() -> f64 {
    processor_time_of("self")
}

/// How long the threads of a process have run so far, in seconds.
pub(crate) fn processor_time_of(process: &str) -> f64 {
    let threads = fs::read_dir(format!("/proc/{process}/task")).expect("this measures on Linux").map(|entry| {
        let path = entry.expect("a thread").path().join("schedstat");
        let text = fs::read_to_string(path).expect("its times");
        let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
        Duration::from_nanos(nanoseconds.expect("a number"))
    });
    threads.sum::<Duration>().as_secs_f64()
}

/// The resident set of this process, in KiB.
pub(crate) fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("this measures on Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the resident set");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// How many files this process may have open.
pub(crate) fn open_files() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").expect("this measures on Linux");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("the limit");
    // A word that is no number says that there is no limit.
    line.split_whitespace().next().and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX)
}
