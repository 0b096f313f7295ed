//! Which request meets which fault.

use serde::{Deserialize, Serialize};

use super::read::of_a_thousand;
use super::{Effect, Fault, Subject};

/// Random faults, from a seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Schedule {
    /// The source of chance: the same seed and the same requests meet the same faults (default 0 over HTTP).
    #[serde(default)]
    pub seed: u64,
    /// How many of a thousand requests meet a fault, at most 1000.
    #[serde(deserialize_with = "of_a_thousand")]
    pub per_thousand: u32,
    /// The faults, of which one is drawn for each request that meets one; there is no fault if the list is empty. Over HTTP, the
    /// list may be left out, and is that of [`chaos`](Self::chaos) then. Those that are not about the request have no effect, and how often they happen does not count.
    #[serde(default = "all_faults")]
    pub faults: Vec<Fault>,
}

/// One fault of each effect.
fn all_faults() -> Vec<Fault> {
    Effect::samples().into_iter().map(Fault::new).collect()
}

impl Schedule {
    /// A schedule of effects, each of which may happen to any request.
    pub fn new(seed: u64, per_thousand: u32, effects: impl IntoIterator<Item = Effect>) -> Self {
        Self { seed, per_thousand, faults: effects.into_iter().map(Fault::new).collect() }
    }

    /// A schedule of all effects there are, each as its [sample](Effect::samples).
    pub fn chaos(seed: u64, per_thousand: u32) -> Self {
        Self { seed, per_thousand, faults: all_faults() }
    }
}

/// The faults that are to come.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    injected: Vec<Fault>,
    schedule: Option<(Schedule, fastrand::Rng)>,
}

impl Plan {
    /// Whether nothing is to come.
    pub(crate) fn is_empty(&self) -> bool {
        self.injected.is_empty() && self.schedule.is_none()
    }

    pub(crate) fn inject(&mut self, fault: Fault) {
        self.injected.push(fault);
    }

    pub(crate) fn set_schedule(&mut self, schedule: Option<Schedule>) {
        self.schedule = schedule.map(|schedule| {
            let random = fastrand::Rng::with_seed(schedule.seed);
            (schedule, random)
        });
    }

    pub(crate) fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref().map(|(schedule, _)| schedule)
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The faults that were injected and have still to happen.
    pub(crate) fn injected(&self) -> &[Fault] {
        &self.injected
    }

    /// What happens to a request: the first fault that was injected for it, or one that the schedule draws.
    pub(crate) fn draw(&mut self, subject: &Subject) -> Option<Effect> {
        self.draw_injected(subject).or_else(|| {
            let (schedule, random) = self.schedule.as_mut()?;
            // Each request takes the same number of draws, so that one fault does not move those behind it.
            let (hits, choice) = (random.u32(0..1000) < schedule.per_thousand, random.usize(..));
            let fault = schedule.faults.get(choice.checked_rem(schedule.faults.len())?)?;
            (hits && fault.matches(subject)).then(|| fault.effect.clone())
        })
    }

    fn draw_injected(&mut self, subject: &Subject) -> Option<Effect> {
        let mut found = None;
        for fault in &mut self.injected {
            if !fault.matches(subject) || fault.times == 0 {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if found.is_none() {
                fault.times = fault.times.saturating_sub(1);
                found = Some(fault.effect.clone());
            }
        }
        self.injected.retain(|fault| fault.times > 0);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(resource: &str) -> Subject {
        Subject { method: "GET".into(), resource: resource.into(), ..Subject::default() }
    }

    #[test]
    fn a_fault_happens_where_and_as_often_as_it_was_said() {
        let mut plan = Plan::default();
        plan.inject(Fault::new(Effect::CutAfter).on("me").with_method("get").after(1).times(2));
        let drawn: Vec<_> =
            ["me", "people", "me", "me", "me"].map(|resource| plan.draw(&subject(resource)).is_some()).into();
        assert_eq!(drawn, [false, false, true, true, false]);
        assert!(plan.is_empty());
    }

    #[test]
    fn a_schedule_is_that_of_its_seed() {
        let draws = |seed| {
            let mut plan = Plan::default();
            plan.set_schedule(Some(Schedule::new(seed, 100, [Effect::CutBefore, Effect::Garbage])));
            (0..1000).map(|_| plan.draw(&subject("me"))).collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let count = draws(1).iter().flatten().count();
        assert!((60..140).contains(&count), "{count}");
    }
}
