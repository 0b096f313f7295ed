//! What all schedules have in common: their steps, how long they last, and what is left behind.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::schedule::{Schedule, What};
use crate::world::World;

/// After the last fault, until all must be well again: longer than any poll together with any delay after it.
pub(crate) const RECOVERY: Duration = Duration::from_secs(22 * 60);

/// How long the programs may take to do what is still to be done.
pub(crate) const PATIENCE: Duration = Duration::from_secs(12 * 3600);

/// After the end, until the server has forgotten what clients left behind.
pub(crate) const AFTERMATH: Duration = Duration::from_secs(3600);

/// Which faults of a schedule happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Faults {
    /// All.
    All,
    /// Those with these numbers, counted from 0.
    Only(BTreeSet<usize>),
}

/// Lets the steps of a schedule happen. `act` is given the user, the action and the number of each step that is an action.
pub(crate) async fn take_steps<A>(
    world: &Arc<World>,
    schedule: &Schedule<A>,
    faults: &Faults,
    act: impl Fn(usize, &A, usize),
) {
    let mut fault_number = 0;
    for (number, step) in schedule.steps.iter().enumerate() {
        sleep(step.after).await;
        match &step.what {
            What::Act { user, action } => act(*user, action, number),
            What::Fault(fault) => {
                let happens = match faults {
                    Faults::All => true,
                    Faults::Only(numbers) => numbers.contains(&fault_number),
                };
                if happens {
                    world.record.note(format_args!("fault {fault_number}: {fault:?}"));
                    world.strike(fault);
                }
                fault_number += 1;
            }
        }
    }
}

/// Looks whether anything is left behind.
pub(crate) fn check_aftermath(world: &Arc<World>) {
    for application in world.simulator.applications() {
        let user = world.accounts.iter().position(|account| account.address == application.user).unwrap_or_default();
        world.record.violate(user, format!("application {} is left behind", application.id));
    }
}
