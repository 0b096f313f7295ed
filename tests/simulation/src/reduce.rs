//! Reduces a schedule that fails to the fewest faults with which it still does.

use std::collections::BTreeSet;

use crate::record::Trace;
use crate::run::{Part, faults_of, run};
use crate::steps::Faults;

/// The fewest faults of a schedule with which it still fails: leaving out any one of them mends it. `None` for one that does not fail.
pub fn reduce(part: Part, seed: u64) -> Option<BTreeSet<usize>> {
    let fails = |numbers: &BTreeSet<usize>| {
        !run(part, seed, &Faults::Only(numbers.clone()), Trace::Hashed).violations.is_empty()
    };
    let all: BTreeSet<_> = (0..faults_of(part, seed)).collect();
    fails(&all).then(|| fewest(all, fails))
}

/// The fewest of some numbers for which something holds, found by leaving out parts that become smaller.
fn fewest(all: BTreeSet<usize>, holds: impl Fn(&BTreeSet<usize>) -> bool) -> BTreeSet<usize> {
    let mut left = all;
    let mut size = left.len().div_ceil(2);
    while size > 0 {
        let numbers: Vec<_> = left.iter().copied().collect();
        let mut has_changed = false;
        for part in numbers.chunks(size) {
            let fewer: BTreeSet<_> = left.iter().copied().filter(|number| !part.contains(number)).collect();
            if holds(&fewer) {
                (left, has_changed) = (fewer, true);
            }
        }
        if !has_changed || size > 1 {
            size /= 2;
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_needed_is_left_out() {
        for wanted in [&[3_usize, 17][..], &[0], &[5, 6, 7, 19], &[]] {
            let found = fewest((0..20).collect(), |numbers| wanted.iter().all(|number| numbers.contains(number)));
            assert_eq!(found, wanted.iter().copied().collect());
        }
    }
}
