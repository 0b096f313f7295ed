//! The client keeps its promises in schedules of users and faults. `.ci/run` runs more of them in an optimized build.

use ucwa_simulation::{Counts, Faults, Part, STEPS, Trace, run};

/// As many as a debug build runs in a few seconds.
const SEEDS: u64 = 8;

#[test]
fn schedules_keep_all_promises() {
    let mut counts = Counts::default();
    for seed in 0..SEEDS {
        let report = run(Part::Core, seed, &Faults::All, Trace::Hashed);
        assert_eq!(report.violations, [], "seed {seed}");
        counts = counts.plus(&report.counts);
    }
    assert_eq!(counts.steps, SEEDS * STEPS as u64);
    // A schedule in which little happens keeps all promises.
    let found = [counts.faults, counts.events, counts.messages, counts.losses].map(|count| count / SEEDS);
    assert!(found.iter().zip([10, 200, 5, 1]).all(|(found, least)| *found >= least), "{counts:?}");
}

#[test]
fn schedules_of_the_layers_keep_all_promises() {
    let mut counts = Counts::default();
    for seed in 0..SEEDS {
        let report = run(Part::Layers, seed, &Faults::All, Trace::Hashed);
        assert_eq!(report.violations, [], "seed {seed}");
        counts = counts.plus(&report.counts);
    }
    assert_eq!(counts.steps, SEEDS * STEPS as u64);
    let found = [counts.faults, counts.conversations, counts.messages, counts.changes].map(|count| count / SEEDS);
    assert!(found.iter().zip([10, 5, 5, 5]).all(|(found, least)| *found >= least), "{counts:?}");
    let again = run(Part::Layers, 0, &Faults::All, Trace::Kept);
    assert_eq!(again.hash, run(Part::Layers, 0, &Faults::All, Trace::Hashed).hash);
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let [first, second] = [Trace::Hashed, Trace::Kept].map(|trace| run(Part::Core, 7, &Faults::All, trace));
    assert_eq!((first.hash, first.counts), (second.hash, second.counts));
    assert!(second.trace.len() > 500, "{}", second.trace.len());
    assert_ne!(first.hash, run(Part::Core, 8, &Faults::All, Trace::Hashed).hash);
}

#[test]
fn faults_can_be_left_out() {
    let all = run(Part::Core, 3, &Faults::All, Trace::Kept);
    let none = run(Part::Core, 3, &Faults::Only([].into()), Trace::Kept);
    let struck = |lines: &[String]| lines.iter().filter(|line| line.contains(" fault ")).count();
    assert_eq!(struck(&all.trace) as u64, all.counts.faults);
    assert_eq!((struck(&none.trace), none.counts.faults), (0, 0));
}
