//! A run: criterion for each contender by itself, and turns of all of them for what they take of each other's time.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};

use crate::documents::Document;
use crate::turns::{Contender, median, take_turns};

/// The bindings.
pub(crate) const UCWA: &str = "ucwa";
/// Hand-written structs that drop what they do not know.
pub(crate) const DERIVED: &str = "derive";
/// Hand-written structs that keep unknown properties.
pub(crate) const DERIVED_KEEPING: &str = "derive, unknown kept";
/// The bare event loop of quick-xml.
pub(crate) const BARE: &str = "bare loop";

/// What is measured.
#[derive(Clone, Copy)]
pub(crate) enum Measured {
    ReadJson,
    WriteJson,
    ReadXml,
    WriteXml,
}

impl Measured {
    fn name(self) -> &'static str {
        match self {
            Self::ReadJson => "read JSON",
            Self::WriteJson => "write JSON",
            Self::ReadXml => "read XML",
            Self::WriteXml => "write XML",
        }
    }

    fn size(self, document: &Document<'_>) -> u64 {
        match self {
            Self::ReadJson | Self::WriteJson => document.json.len() as u64,
            Self::ReadXml | Self::WriteXml => document.xml.len() as u64,
        }
    }
}

/// A contender that makes something. What it made is freed outside of the clock, as the rivals that build nothing have
/// nothing to free.
pub(crate) fn making<T>(mut make: impl FnMut() -> T) -> impl FnMut(u32) -> Duration {
    move |goes| {
        let mut kept = Vec::with_capacity(goes as usize);
        let start = Instant::now();
        for _ in 0..goes {
            kept.push(black_box(make()));
        }
        let time = start.elapsed();
        drop(kept);
        finish_freeing();
        time
    }
}

/// Has the allocator do now what it put off when memory was freed. That of glibc joins freed pieces when a large one is asked for
/// next, which whoever asks would pay for.
fn finish_freeing() {
    drop(black_box(Vec::<u8>::with_capacity(1 << 16)));
}

/// How often a contender runs at most before what it made is freed.
const MOST: u64 = 1024;

/// Runs a contender for criterion.
fn iterate(run: &mut dyn FnMut(u32) -> Duration, mut iterations: u64) -> Duration {
    let mut sum = Duration::ZERO;
    while iterations > 0 {
        let goes = iterations.min(MOST);
        sum += run(u32::try_from(goes).unwrap_or(u32::MAX));
        iterations -= goes;
    }
    sum
}

/// A run of the benchmark.
pub(crate) struct Run {
    criterion: Criterion,
    rows: Vec<String>,
}

impl Run {
    pub(crate) fn new() -> Self {
        let criterion = Criterion::default()
            .sample_size(30)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_millis(600))
            .configure_from_args();
        Self { criterion, rows: Vec::new() }
    }

    /// Measures the contenders.
    pub(crate) fn measure(&mut self, measured: Measured, document: &Document<'_>, contenders: &mut [Contender<'_>]) {
        let mut group = self.criterion.benchmark_group(measured.name());
        group.throughput(Throughput::Bytes(measured.size(document)));
        for (name, run) in &mut *contenders {
            group.bench_function(BenchmarkId::new(*name, document.name), |bencher| {
                bencher.iter_custom(|iterations| iterate(run, iterations));
            });
        }
        group.finish();

        if std::env::args().any(|argument| argument == "--profile-time") {
            return;
        }
        let rounds = take_turns(contenders);
        let medians: Vec<_> = (0..contenders.len()).map(|index| median(&rounds, |times| times[index])).collect();
        for (index, (rival, _)) in contenders.iter().enumerate().skip(1) {
            let ratio = median(&rounds, |times| times[0] / times[index]);
            let (ours, theirs) = (medians[0] * 1e6, medians[index] * 1e6);
            let (what, name) = (measured.name(), document.name);
            self.rows.push(format!("| {what} | {name} | {ours:.2} µs | {rival} | {theirs:.2} µs | {ratio:.2} |"));
        }
    }

    /// Prints what the contenders take, and how long the bindings take where the rival takes 1.
    pub(crate) fn finish(self) {
        self.criterion.final_summary();
        println!("\n| what | message | ucwa | rival | takes | ratio |\n|---|---|--:|---|--:|--:|");
        println!("{}", self.rows.join("\n"));
    }
}
