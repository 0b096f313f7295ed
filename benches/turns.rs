//! Contenders that run in turns, for what they take of each other's time.

use std::time::Duration;

/// How often the contenders take turns, and for how long each time.
const ROUNDS: usize = 201;
const TURN: Duration = Duration::from_millis(2);

/// A contender with its name; ours comes first. It runs as often as it is told and says how long that took.
pub(crate) type Contender<'a> = (&'static str, &'a mut dyn FnMut(u32) -> Duration);

/// Lets the contenders run in turns, so that whatever else the machine does meets all of them, and gives the seconds that
/// each took for one go in each round.
///
/// All go equally often, as what is kept until the end of a turn crowds the caches; and each round begins with another one,
/// as the next one inherits the memory that one has freed.
pub(crate) fn take_turns(contenders: &mut [Contender<'_>]) -> Vec<Vec<f64>> {
    let goes = contenders.iter_mut().map(|(_, run)| goes_in_a_turn(run)).min().unwrap_or(1);
    let count = contenders.len();
    let mut round = |first: usize| {
        let mut times = vec![0.0; count];
        for index in (first..first + count).map(|index| index % count) {
            let (_, run) = &mut contenders[index];
            times[index] = run(goes).as_secs_f64() / f64::from(goes);
        }
        times
    };
    (0..ROUNDS).map(|number| round(number % count)).collect()
}

fn goes_in_a_turn(run: &mut dyn FnMut(u32) -> Duration) -> u32 {
    let mut goes = 1;
    while run(goes) < TURN {
        goes *= 2;
    }
    goes
}

/// The median of what a value is in each round.
pub(crate) fn median<T>(rounds: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
