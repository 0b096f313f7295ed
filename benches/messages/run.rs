//! A run: criterion for each contender by itself, and turns of all of them for what they take of each other's time.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};

use crate::documents::Document;

/// The bindings.
pub(crate) const UCWA: &str = "ucwa";
/// Hand-written structs that drop what they do not know.
pub(crate) const DERIVED: &str = "derive";
/// Hand-written structs that keep unknown properties.
pub(crate) const DERIVED_KEEPING: &str = "derive, unknown kept";
/// The bare event loop of quick-xml.
pub(crate) const BARE: &str = "bare loop";

/// How often the contenders take turns, and for how long each time.
const ROUNDS: usize = 201;
const TURN: Duration = Duration::from_millis(2);

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

/// A contender with its name; the bindings come first.
pub(crate) type Contender<'a> = (&'static str, &'a mut dyn FnMut());

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
            group.bench_function(BenchmarkId::new(*name, document.name), |bencher| bencher.iter(&mut *run));
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

/// Lets the contenders run in turns, so that whatever else the machine does meets all of them, and gives the seconds that
/// each took for one go in each round.
fn take_turns(contenders: &mut [Contender<'_>]) -> Vec<Vec<f64>> {
    let goes: Vec<u32> = contenders.iter_mut().map(|(_, run)| goes_in_a_turn(run)).collect();
    let mut turn = || {
        let turns = contenders.iter_mut().zip(&goes).map(|((_, run), goes)| time(run, *goes) / f64::from(*goes));
        turns.collect()
    };
    (0..ROUNDS).map(|_| turn()).collect()
}

fn goes_in_a_turn(run: &mut dyn FnMut()) -> u32 {
    let mut goes = 1;
    while time(run, goes) < TURN.as_secs_f64() {
        goes *= 2;
    }
    goes
}

/// The seconds that it takes to run that often.
fn time(run: &mut dyn FnMut(), goes: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..goes {
        run();
    }
    start.elapsed().as_secs_f64()
}

fn median<T>(rounds: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
